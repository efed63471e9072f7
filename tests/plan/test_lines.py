"""Lines of a plan: whatever is done to them, the text is what they make together, and what is not named stays."""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indextts.model.errors import StudioError
from indextts.plan import lines, versions
from indextts.plan.editing import History
from indextts.plan.edits import Emotion, Pause, ReadingEdit, Shift, VoiceEdit
from indextts.plan.versions import Plan
from indextts.plan.writing import written
from tests.support.lines import plan_of, read, said

SENTENCES = (
    "今天天气很好。",
    "重庆好！",
    "我们走吧？",
    "Hello there.",
    "Good morning to you.",
    "他说：“不行。”",
    "好，再见。",
)

ADDRESS = "www.example.com/" + "/".join(["a1b2c3d4"] * 12)
"""Longer than one segment may be."""

Step = Callable[[Plan], Plan]


def _rewrite(place: int, texts: list[str]) -> Step:
    return lambda plan: lines.rewritten(plan, place % len(plan.sentences), [read(text) for text in texts])


PLACES = st.integers(0, 9)
TEXTS = st.sampled_from([*SENTENCES, "今天天气很坏。", "两句。在一起！", "……开头有点。"])
STEPS: st.SearchStrategy[Step] = st.one_of(
    st.builds(_rewrite, PLACES, st.lists(TEXTS, min_size=1, max_size=3)),
    st.builds(
        lambda place, text: lambda plan: lines.added(plan, place % (len(plan.sentences) + 1), read(text)), PLACES, TEXTS
    ),
    PLACES.map(lambda place: lambda plan: lines.removed(plan, place % len(plan.sentences))),
    st.tuples(PLACES, PLACES).map(
        lambda at: lambda plan: lines.moved(plan, at[0] % len(plan.sentences), at[1] % len(plan.sentences))
    ),
    PLACES.map(lambda place: lambda plan: lines.merged(plan, place % len(plan.sentences))),
    PLACES.map(lambda place: lambda plan: versions.read_again(plan, place % len(plan.sentences))),
    PLACES.map(lambda place: lambda plan: versions.locked(plan, place % len(plan.sentences), True)),
)
PLANS = st.tuples(
    st.lists(st.sampled_from(SENTENCES), min_size=1, max_size=5), st.sampled_from(["", "\n", " ", "\n\n"])
).map(lambda given: plan_of(*given[0], between=given[1]))


def done(history: History[Plan], steps: list[Step]) -> int:
    """Do what can be done; how many steps that were."""
    count = 0
    for step in steps:
        before = history.present
        try:
            history.do(step(before))
        except StudioError as error:
            assert error.code in ("sentence_locked", "last_line", "nothing_read", "line_too_long")
        count += history.present is not before
    return count


@settings(deadline=None)
@given(PLANS, st.lists(STEPS, max_size=6))
def test_the_text_is_always_what_its_sentences_make_and_undoing_gives_back_the_beginning(
    plan: Plan, steps: list[Step]
) -> None:
    untouched = copy.deepcopy(plan)
    history = History(plan)
    count = done(history, steps)
    now = history.present
    utterance = now.utterance()
    assert utterance.text == now.text == now.base.text + "".join(one.text for one in now.sentences)
    at = 0
    for segment in utterance.segments:
        assert utterance.text[segment.start : segment.end] == segment.text and segment.start >= at
        assert all(segment.start <= token.start <= token.end <= segment.end for token in segment.tokens)
        at = segment.start
    assert versions.opened(utterance).text == now.text
    for _ in range(count):
        history.undo()
    assert history.present == untouched == plan


@settings(deadline=None)
@given(PLANS, PLACES, st.lists(TEXTS, min_size=1, max_size=3))
def test_other_sentences_stay_the_same_objects_with_the_same_sound(plan: Plan, place: int, texts: list[str]) -> None:
    place %= len(plan.sentences)
    after = lines.rewritten(plan, place, [read(text) for text in texts])
    others = [one for number, one in enumerate(plan.sentences) if number != place]
    left = [one for one in after.sentences if any(one.version is other.version for other in others)]
    assert [plan.signature(one.version) for one in others] == [after.signature(one.version) for one in left]
    assert "".join(said(after)).startswith("".join(said(plan)[:place]))


@settings(deadline=None)
@given(PLANS, PLACES, PLACES)
def test_a_moved_line_is_where_it_was_asked_to_and_sounds_as_before(plan: Plan, index: int, to: int) -> None:
    index, to = index % len(plan.sentences), to % len(plan.sentences)
    after = lines.moved(plan, index, to)
    assert after.sentences[to].version is plan.sentences[index].version
    assert sorted(map(id, (one.version for one in after.sentences))) == sorted(
        map(id, (one.version for one in plan.sentences))
    )
    assert lines.moved(after, to, index) == plan or " " in after.text


def test_unchanged_tokens_keep_what_a_person_made_of_them_in_every_version() -> None:
    plan = plan_of("我们在重庆住了三天。", "好。")
    plan = versions.edited(plan, ReadingEdit(0, 3, "zhong4"))
    plan = versions.edited(plan, Shift(0, 3, "pitch_shift", 3.0))
    plan = versions.edited(plan, Emotion(0, "happy", 0.7))
    plan = versions.edited(versions.edited(plan, VoiceEdit(0, "other")), Pause(0, 1.5))
    plan = versions.edited(versions.read_again(plan, 0), Shift(0, 4, "duration_scale", 2.0))
    (sentence, other) = lines.rewritten(plan, 0, [read("他们明年在重庆住了五天。")]).sentences
    first, second = (version.segment for version in sentence.versions)
    assert (sentence.cast, sentence.chosen, other) == (True, 1, plan.sentences[1])
    for segment in (first, second):
        chong = segment.tokens[5]
        assert (chong.text, chong.reading, chong.reading_source, chong.pitch_shift) == ("重", "zhong4", "user", 3.0)
        assert [phone.symbol for phone in chong.phones][:2] == ["zh", "ong4"]
        assert (segment.emotion, segment.intensity, segment.voice, segment.pause_after_s) == (
            "happy",
            0.7,
            "other",
            1.5,
        )
    assert (first.tokens[6].duration_scale, second.tokens[6].duration_scale) == (1.0, 2.0)
    assert (first.seed, second.seed) == (None, 1)


def test_a_line_that_is_split_and_joined_again_says_the_same_with_its_edits() -> None:
    plan = versions.edited(plan_of("我们在重庆住了三天。"), Shift(0, 3, "pitch_shift", 3.0))
    parted = lines.rewritten(plan, 0, [read("我们在重庆"), read("住了三天。")])
    assert said(parted) == ["我们在重庆", "住了三天。"] and parted.text == plan.text
    assert parted.sentences[0].segment.tokens[3].pitch_shift == 3.0
    joined = lines.merged(parted, 0)
    assert said(joined) == ["我们在重庆住了三天。"]
    tokens = joined.sentences[0].segment.tokens
    assert tokens[3].pitch_shift == 3.0 and tokens[4].break_after >= 1
    assert [token.text for token in tokens] == [token.text for token in plan.sentences[0].segment.tokens]
    assert len({token.word for token in tokens[:5]} & {token.word for token in tokens[5:]}) == 0


def test_sentences_that_were_joined_stay_one_line_when_a_word_of_it_is_changed() -> None:
    joined = lines.merged(plan_of("今天好。", "明天坏。"), 0)
    assert said(joined) == ["今天好。明天坏。"]
    after = lines.rewritten(joined, 0, [read("今天好。后天坏。")])
    assert said(after) == ["今天好。后天坏。"]


def test_words_that_would_touch_are_parted_and_ends_of_paragraphs_stay_in_their_place() -> None:
    plan = plan_of("Good morning.", "Hello there.", "你好。", between=" ")
    assert lines.merged(plan, 0).text == "Good morning. Hello there. 你好。"
    assert lines.moved(plan_of("一。", "Two. ", "Three."), 0, 2).text == "Two. Three. 一。"
    paragraphs = versions.opened(read("一。二。\n三。"))
    assert lines.moved(paragraphs, 2, 0).text == "三。一。\n二。"
    assert lines.removed(paragraphs, 1).text == "一。\n三。"
    assert lines.added(versions.opened(read("一。\n二。")), 1, read("新。")).text == "一。\n新。\n二。"
    assert lines.added(paragraphs, 1, read("新。")).text == "一。新。二。\n三。"


def test_a_label_goes_with_its_speaker() -> None:
    utterance = read("你好。再见。")
    plan = versions.opened(utterance)
    first, second = (replace(one, lead=label) for one, label in zip(plan.sentences, ("A：", "B："), strict=True))
    plan = replace(plan, sentences=(replace(first, tail="\n"), second))
    assert lines.moved(plan, 0, 1).text == "B：再见。\nA：你好。"
    assert lines.removed(plan, 0).text == "B：再见。"


def test_pieces_of_one_long_address_are_one_line() -> None:
    plan = plan_of(f"网址是{ADDRESS}。", "好。")
    assert len(plan.sentences) == 4 and said(plan) == ["网址是", f"{ADDRESS}。", "好。"]
    assert plan.text == f"网址是{ADDRESS}。好。" and versions.opened(plan.utterance()) == plan
    after = lines.rewritten(plan, 2, [read("本站。")])
    assert said(after) == ["网址是", "本站。", "好。"] and after.text == "网址是本站。好。"
    assert said(lines.moved(plan, 1, 0)) == [f"{ADDRESS}。", "网址是", "好。"]


def test_what_a_person_decided_stands_in_the_text_as_marks() -> None:
    plan = versions.edited(plan_of("我们在重庆。", "好。"), ReadingEdit(0, 3, "zhong4"))
    plan = versions.edited(versions.edited(plan, Pause(0, 0.5)), Emotion(1, "sad", 0.4))
    assert written(plan) == "我们在<重|zhong4>庆。[pause 0.5s][sad 0.4]好。[/sad]"


def test_what_is_locked_or_not_there_is_refused() -> None:
    plan = versions.locked(plan_of("一二。", "三四。"), 0, True)
    for step in (lines.removed, lines.merged):
        with pytest.raises(StudioError, match="locked"):
            step(plan, 0)
    with pytest.raises(StudioError, match="locked"):
        lines.rewritten(plan, 0, [read("五。")])
    with pytest.raises(StudioError, match="only line"):
        lines.removed(plan_of("一。"), 0)
    with pytest.raises(StudioError):
        lines.line(plan, 2)
    assert lines.found(plan, "三") == [1]
