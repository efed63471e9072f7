"""What was made of sentences is found again in another text that has them as well."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from indextts.model.sources import MARKUP, USER
from indextts.plan import rights, versions
from indextts.plan.carrying import carried, matched
from indextts.plan.edits import ReadingEdit, Shift, VoiceEdit
from tests.support.lines import plan_of

WORDS = st.lists(st.sampled_from("abcd"), max_size=9)


@given(WORDS, WORDS)
def test_pairs_say_the_same_and_as_many_as_can_be_matched_are(old: list[str], new: list[str]) -> None:
    pairs = matched(old, new)
    assert all(old[a] == new[b] for a, b in pairs)
    assert len({a for a, _ in pairs}) == len({b for _, b in pairs}) == len(pairs)
    assert len(pairs) == sum(min(old.count(word), new.count(word)) for word in set(old))


def test_of_equal_sentences_the_one_with_the_same_neighbours_is_meant() -> None:
    assert (3, 2) in matched(["a", "x", "c", "x", "b"], ["new", "c", "x", "b"])
    assert (1, 1) in matched(["a", "x", "c", "x"], ["a", "x"])


def test_edits_versions_and_locks_come_along_as_the_same_objects() -> None:
    old = plan_of("一二。", "三四。", "五六。", "七八。")
    old = versions.edited(old, Shift(1, 0, "pitch_shift", 3.0))
    old = versions.locked(versions.read_again(old, 3), 3, True)
    plan, count = carried(old, plan_of("七八。", "新的。", "一二。", "三四。"))
    assert count == 2
    assert plan.sentences[3].versions is old.sentences[1].versions
    assert plan.sentences[0].versions is old.sentences[3].versions and plan.sentences[0].locked
    assert plan.text == "七八。新的。一二。三四。"


def test_settings_are_those_of_the_new_text_and_what_is_locked_keeps_its_own() -> None:
    old = versions.locked(plan_of("一二。", "三四。"), 0, True)
    new = versions.with_settings(plan_of("一二。", "三四。"), replace(old.settings, emotion="sad"))
    plan, _ = carried(old, new)
    assert plan.settings.emotion == "sad"
    assert (plan.sentences[0].segment.emotion, plan.sentences[1].segment.emotion) == ("neutral", "")


def test_marks_in_the_new_text_go_before_and_a_voice_that_was_chosen_stays() -> None:
    old = versions.edited(plan_of("重庆。", "三四。"), Shift(0, 1, "pitch_shift", 2.0))
    old = versions.edited(old, VoiceEdit(1, "mine"))
    new = versions.edited(plan_of("重庆。", "三四。"), ReadingEdit(0, 0, "zhong4"))
    new.sentences[0].segment.tokens[0].reading_source = MARKUP
    new.sentences[1].segment.voice = "theirs"
    plan, _ = carried(old, new)
    first, second = (sentence.segment for sentence in plan.sentences)
    assert first.tokens[0].reading == "zhong4" and first.tokens[1].pitch_shift == 2.0
    assert second.voice == "mine"


def test_for_commercial_use_edits_come_along_and_what_barred_models_decided_does_not() -> None:
    texts = ("长大了。", "行长来了。", "重庆。", "三四。")
    old = versions.edited(plan_of(*texts), Shift(0, 0, "pitch_shift", 3.0))
    old = versions.edited(versions.read_again(old, 1), ReadingEdit(1, 0, "xing2"))
    old = versions.locked(versions.edited(old, Shift(2, 1, "duration_scale", 1.5)), 2, True)
    plan, count = carried(old, plan_of(*texts, commercial=True))
    assert count == 3 and plan.sentences[2].locked and len(plan.sentences[1].versions) == 2
    assert rights.deciding(plan.utterance()) == {}
    first, second, third = (sentence.segment for sentence in plan.sentences[:3])
    assert first.tokens[0].pitch_shift == 3.0
    assert (second.tokens[0].reading, second.tokens[0].reading_source) == ("xing2", USER)
    assert third.tokens[1].duration_scale == 1.5
    again, _ = carried(plan, plan_of(*texts, commercial=True))
    assert [one.versions for one in again.sentences[:3]] == [one.versions for one in plan.sentences[:3]]
    assert again.sentences[0].versions is plan.sentences[0].versions, "what is free stays the same object"
