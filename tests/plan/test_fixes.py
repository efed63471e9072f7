"""What a person fixed in a take stays when the text is spoken again, and not where its word is another."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indextts.model.sources import USER
from indextts.model.utterance import Utterance
from indextts.plan.edits import (
    Break,
    Edit,
    Emotion,
    Emphasis,
    Ending,
    Pause,
    ReadingEdit,
    Seed,
    Shift,
    VoiceEdit,
    apply,
)
from indextts.plan.fixes import count_fixes, fixes_of, places
from indextts.plan.keeping import Keeping
from tests.support.lines import read

OLD = "我们在银行门口排队。他长得很高。"
ANY: list[Edit] = [
    ReadingEdit(1, 1, "chang2"),
    Break(0, 2, 3),
    Emphasis(1, 4, 2),
    Ending(1, 4, "question"),
    Emotion(0, "sad", 0.5),
    Shift(1, 2, "pitch_shift", 3.0),
    VoiceEdit(0, "other"),
    Pause(1, 2.0),
    Seed(1, 7),
]


def again(text: str, *edits: Edit, old: str = OLD) -> Utterance:
    """``text`` read anew, with what was fixed in ``old``."""
    fixed = fixes_of(apply(read(old), edits))
    assert fixed is not None
    fresh = read(text)
    keeping = Keeping(fixed.plan, fresh)
    keeping.recast(fresh.segments, lambda voice: voice != "gone")
    for segment in fresh.segments:
        keeping.put_on(segment)
    return fresh


def readings(utterance: Utterance) -> dict[str, str]:
    return {token.text: token.reading for segment in utterance.segments for token in segment.tokens}


@pytest.mark.parametrize(
    "text",
    [OLD + "再见。", "再见。" + OLD, "他长得很高。我们在银行门口排队。", "他长得很高。", "他长得很高，真的。"],
)
def test_a_reading_stays_wherever_its_sentence_goes(text: str) -> None:
    fresh = again(text, ReadingEdit(1, 1, "chang2"))
    token = next(token for segment in fresh.segments for token in segment.tokens if token.text == "长")
    assert (token.reading, token.reading_source, count_fixes(fresh)) == ("chang2", USER, 1)
    assert any(phone.symbol == "ang2" for phone in token.phones)


@pytest.mark.parametrize("text", ["他长得很矮。", "昨天他长得很高。", "他长得不高。", "可是他长得很高啊。"])
def test_in_a_changed_sentence_a_word_between_the_same_neighbours_keeps_its_fix(text: str) -> None:
    assert readings(again("我们在银行门口排队。" + text, ReadingEdit(1, 1, "chang2")))["长"] == "chang2"


@pytest.mark.parametrize("text", ["她长得很高。", "他长很高了。", "他很高。", "他的长得很高。"])
def test_between_others_it_is_lost(text: str) -> None:
    fresh = again("我们在银行门口排队。" + text, ReadingEdit(1, 1, "chang2"))
    assert count_fixes(fresh) == 0


@settings(max_examples=12)
@given(st.lists(st.sampled_from(ANY), unique=True, min_size=1), st.permutations(["新的一句。", *OLD.split("。")[:2]]))
def test_all_that_was_fixed_comes_along_and_nothing_else_is_another(edits: list[Edit], sentences: list[str]) -> None:
    text = "".join(sentence.removesuffix("。") + "。" for sentence in sentences)
    fresh, plain, old = again(text, *edits), read(text), apply(read(OLD), edits)
    assert count_fixes(fresh) == count_fixes(old) >= 1
    fixed = {segment.text: segment for segment in old.segments if places(segment)}
    for segment, without in zip(fresh.segments, plain.segments, strict=True):
        if segment.text not in fixed:
            assert segment == without
            continue
        was = fixed[segment.text]
        assert [token.phones for token in segment.tokens] == [token.phones for token in was.tokens]
        assert [token.prominence for token in segment.tokens] == [token.prominence for token in was.tokens]
        assert [token.pitch_shift for token in segment.tokens] == [token.pitch_shift for token in was.tokens]
        assert (segment.intonation, segment.emotion, segment.intensity) == (was.intonation, was.emotion, was.intensity)
        assert (segment.voice, segment.seed, segment.pause_after_s) == (was.voice, was.seed, was.pause_after_s)


def test_a_plan_without_fixes_gives_none_and_what_a_mark_has_set_is_none() -> None:
    assert fixes_of(read(OLD)) is None
    marked = read(OLD)
    marked.segments[1].tokens[1].reading, marked.segments[1].tokens[1].reading_source = "chang2", "markup"
    assert fixes_of(marked) is None


def test_a_voice_that_is_gone_is_not_kept_and_a_mark_of_the_new_text_goes_before_a_silence() -> None:
    fresh = again(OLD, VoiceEdit(0, "gone"), Pause(1, 2.0))
    assert [(one.voice, one.pause_after_s) for one in fresh.segments] == [("", None), ("", 2.0)]
    assert count_fixes(fresh) == 1


@pytest.mark.parametrize("text", ["他长得特别高。", "昨天他长得很高。"])
def test_a_changed_sentence_keeps_its_voice_its_take_and_the_silence_behind(text: str) -> None:
    fresh = again(f"我们在银行门口排队。{text}再见。", VoiceEdit(1, "other"), Seed(1, 7), Pause(1, 2.0))
    assert [(one.voice, one.seed, one.pause_after_s) for one in fresh.segments] == [
        ("", None, None), ("other", 7, 2.0), ("", None, None)
    ]  # fmt: skip


ENGLISH = "The kettle is on. My sister is late again. We shall start without her."


@pytest.mark.parametrize(
    "text",
    [
        "Parking is free after six. The museum closes at nine. Please leave your bags at the desk.",
        "He waited. “Come in,” she said. It is late in the year. This is my list again.",
        "My system is great. The lake is on a map. Again and again he has started.",
        "他在银行工作。今天我们很高兴。门口有人。",
    ],
)
@pytest.mark.parametrize("old", [OLD, ENGLISH])
def test_a_sentence_about_something_else_keeps_nothing(text: str, old: str) -> None:
    fresh = again(text, VoiceEdit(1, "other"), Seed(1, 7), Pause(1, 2.0), old=old)
    assert {(one.voice, one.seed, one.pause_after_s) for one in fresh.segments} == {("", None, None)}


@pytest.mark.parametrize(
    "text", ["My sister is late as usual.", "And my sister is late again, I see.", "My sister is late."]
)
def test_a_changed_english_sentence_keeps_its_voice(text: str) -> None:
    fresh = again(f"The kettle is on. {text} We shall start without her.", VoiceEdit(1, "other"), old=ENGLISH)
    assert [one.voice for one in fresh.segments] == ["", "other", ""]


def test_a_fix_goes_to_one_of_two_sentences_that_its_own_may_have_become() -> None:
    assert count_fixes(again("他长得很高吗。他长得很高吧。", ReadingEdit(1, 1, "chang2"))) == 1


def test_of_an_emphasised_word_one_place_is_counted() -> None:
    assert count_fixes(apply(read(OLD), [Emphasis(0, 3, 2)])) == 1


def test_it_survives_json() -> None:
    fixed = fixes_of(apply(read(OLD), ANY))
    assert fixed is not None and Utterance.from_json(fixed.plan.to_json()) == fixed.plan
