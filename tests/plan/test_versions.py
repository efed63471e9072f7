"""The editor's plan: values that operations turn into other values, with a history."""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indextts.model.errors import StudioError
from indextts.model.utterance import Segment, Settings, Token, Utterance
from indextts.plan import versions
from indextts.plan.comparing import compared
from indextts.plan.editing import History
from indextts.plan.edits import (
    Break,
    Edit,
    Emotion,
    Level,
    Moved,
    Pause,
    ReadingEdit,
    Seed,
    Shift,
    VoiceEdit,
    edit_from,
)
from indextts.plan.versions import Plan
from indextts.reading.phonemes.annotate import refresh

SPOKEN = 3
"""Tokens of each sentence that are said."""


def hanzi(text: str, reading: str, word: int) -> Token:
    return Token(text, "hanzi", "zh", 0, 1, word=word, reading=reading, reading_source="dictionary")


def three_sentences() -> Plan:
    segments = []
    for number in range(3):
        tokens = [hanzi("重", "chong2", 0), hanzi("庆", "qing4", 0), hanzi("好", "hao3", 1)]
        tokens.append(Token("。", "punctuation", "zh", 3, 4))
        segment = Segment(
            "重庆好。", 4 * number, 4 * number + 4, tokens=tokens, start_s=float(number), end_s=number + 1.0
        )
        refresh(segment)
        for token in tokens:
            token.phones = [replace(phone, frames=5.0, f0=0.5, energy=0.1) for phone in token.phones]
        segments.append(segment)
    return versions.opened(Utterance("重庆好。" * 3, Settings(voice="baker"), segments, stage="audio"))


PLACES = st.integers(0, 2)
TOKENS = st.integers(0, SPOKEN - 1)
SHIFTS = st.one_of(
    st.builds(Shift, PLACES, TOKENS, st.just("pitch_shift"), st.floats(-12, 12)),
    st.builds(Shift, PLACES, TOKENS, st.just("duration_scale"), st.floats(0.25, 4)),
    st.builds(Shift, PLACES, TOKENS, st.just("energy_shift"), st.floats(-24, 12)),
)
EDITS: st.SearchStrategy[Edit] = st.one_of(
    SHIFTS,
    st.builds(Break, PLACES, TOKENS, st.integers(0, 3)),
    st.builds(Moved, PLACES, st.just(0), st.just(1)),
    st.builds(ReadingEdit, PLACES, st.just(0), st.sampled_from(["chong2", "zhong4"])),
    st.builds(Pause, PLACES, st.none() | st.floats(0, 60)),
    st.builds(Emotion, PLACES, st.sampled_from(["", "happy", "sad"]), st.none() | st.floats(0, 1)),
    st.builds(VoiceEdit, PLACES, st.sampled_from(["", "baker"])),
    st.builds(Seed, PLACES, st.none() | st.integers(0, 9)),
    st.builds(Level, PLACES),
)

Step = Callable[[Plan], Plan]


def step_of(edit: Edit) -> Step:
    return lambda plan: versions.edited(plan, edit)


STEPS: st.SearchStrategy[Step] = st.one_of(
    EDITS.map(step_of),
    PLACES.map(lambda place: lambda plan: versions.read_again(plan, place)),
    PLACES.map(lambda place: lambda plan: versions.kept(plan, place)),
    st.tuples(PLACES, st.integers(0, 3)).map(lambda at: lambda plan: versions.chosen(plan, *at)),
    st.tuples(PLACES, st.integers(0, 3)).map(lambda at: lambda plan: versions.dropped(plan, *at)),
    st.tuples(PLACES, st.booleans()).map(lambda at: lambda plan: versions.locked(plan, *at)),
    st.just(versions.all_read_again),
    st.sampled_from(["happy", "neutral"]).map(
        lambda name: lambda plan: versions.with_settings(plan, replace(plan.settings, emotion=name))
    ),
)


def done(history: History[Plan], steps: list[Step]) -> int:
    """Do what can be done; how many steps that were."""
    count = 0
    for step in steps:
        before = history.present
        try:
            history.do(step(before))
        except StudioError as error:
            assert error.code in ("sentence_locked", "last_version", "nothing_read")
        count += history.present is not before
    return count


@given(st.lists(STEPS, max_size=12))
def test_whatever_was_done_undoing_it_gives_the_same_plan_and_redoing_the_same_result(steps: list[Step]) -> None:
    plan = three_sentences()
    untouched = copy.deepcopy(plan)
    history = History(plan)
    count = done(history, steps)
    after = copy.deepcopy(history.present)
    for _ in range(count):
        history.undo()
    assert not history.can_undo and history.present == untouched == plan
    for _ in range(count):
        history.redo()
    assert not history.can_redo and history.present == after


@given(st.lists(STEPS, max_size=12), EDITS)
def test_a_locked_sentence_says_the_same_in_the_same_way_whatever_is_done(steps: list[Step], edit: Edit) -> None:
    history = History(versions.locked(versions.edited(three_sentences(), Shift(1, 0, "pitch_shift", 3.0)), 1, True))
    before = history.present
    done(history, [unlocking_nothing(step) for step in steps])
    now = history.present
    assert _heard(now, 1) == _heard(before, 1)
    with pytest.raises(StudioError, match="locked"):
        versions.edited(now, replace(edit, segment=1))


def unlocking_nothing(step: Step) -> Step:
    """The step, but for what it unlocks."""

    def change(plan: Plan) -> Plan:
        after = step(plan)
        if not after.sentences[1].locked:
            raise StudioError("sentence_locked")
        return after

    return change


def _heard(plan: Plan, place: int) -> tuple[object, ...]:
    """What a sentence is said with: the settings where it has nothing of its own."""
    segment, settings = plan.sentences[place].segment, plan.settings
    own = (
        segment.emotion or settings.emotion,
        settings.intensity if segment.intensity is None else segment.intensity,
        segment.voice or settings.voice,
        settings.seed if segment.seed is None else segment.seed,
    )
    return (segment.tokens, segment.pause_after_s, *own)


@given(EDITS)
def test_an_edit_changes_its_own_sentence_and_no_other(edit: Edit) -> None:
    plan = three_sentences()
    after = versions.edited(plan, edit)
    assert set(compared(plan, after)[1]) <= {edit.segment}
    others = [place for place in range(3) if place != edit.segment]
    assert all(after.sentences[place] is plan.sentences[place] for place in others)
    assert plan == three_sentences(), "the plan before is as it was"


def test_a_pitch_leaves_everything_else_of_its_sentence() -> None:
    plan = three_sentences()
    after = versions.edited(plan, Shift(0, 1, "pitch_shift", 4.0)).sentences[0].segment
    assert [token.pitch_shift for token in after.tokens] == [0.0, 4.0, 0.0, 0.0]
    after.tokens[1].pitch_shift = 0.0
    assert after == plan.sentences[0].segment


def test_curves_can_be_levelled() -> None:
    plan = three_sentences()
    for field, value in (("pitch_shift", 2.0), ("duration_scale", 2.0), ("energy_shift", -3.0)):
        plan = versions.edited(plan, Shift(0, 2, field, value))
    assert versions.edited(plan, Level(0)) == three_sentences()


def test_reading_again_adds_a_version_with_a_seed_of_its_own_that_is_predicted_anew() -> None:
    plan = versions.edited(three_sentences(), Shift(0, 0, "pitch_shift", 2.0))
    once = versions.read_again(plan, 0)
    twice = versions.read_again(versions.chosen(once, 0, 0), 0)
    sentence = twice.sentences[0]
    assert [version.name for version in sentence.versions] == ["A", "B", "C"] and sentence.chosen == 2
    assert [version.segment.seed for version in sentence.versions] == [None, 1, 2]
    assert sentence.segment.tokens[0].pitch_shift == 2.0, "what a person set stays"
    assert all(phone.f0 is phone.frames is phone.energy is None for phone in sentence.segment.tokens[0].phones)
    assert sentence.versions[0].segment.tokens[0].phones[0].f0 == 0.5
    gone = versions.dropped(twice, 0, 1)
    assert [version.name for version in gone.sentences[0].versions] == ["A", "C"] and gone.sentences[0].chosen == 1
    again = versions.read_again(gone, 0).sentences[0]
    assert again.versions[-1].name == "D", "no name is given twice"


def test_the_only_version_cannot_be_dropped() -> None:
    with pytest.raises(StudioError, match="only version"):
        versions.dropped(three_sentences(), 0, 0)


def test_a_kept_version_does_not_change_with_what_comes_next() -> None:
    plan = versions.kept(three_sentences(), 0)
    plan = versions.edited(plan, Shift(0, 0, "pitch_shift", 5.0))
    first, second = plan.sentences[0].versions
    assert (first.segment.tokens[0].pitch_shift, second.segment.tokens[0].pitch_shift) == (0.0, 5.0)


def test_reading_all_again_leaves_out_what_is_locked() -> None:
    plan = versions.locked(three_sentences(), 1, True)
    after = versions.all_read_again(plan)
    assert [len(sentence.versions) for sentence in after.sentences] == [2, 1, 2]


def test_what_sounds_the_same_has_the_same_signature() -> None:
    plan = three_sentences()
    own = plan.sentences[0].segment
    paused = versions.edited(plan, Pause(0, 3.0)).sentences[0].segment
    assert plan.signature(own) == plan.signature(paused), "silence behind it is no part of its sound"
    higher = versions.edited(plan, Shift(0, 0, "pitch_shift", 1.0)).sentences[0].segment
    seeded = versions.edited(plan, Seed(0, 4)).sentences[0].segment
    other = versions.with_settings(plan, replace(plan.settings, speed=1.5))
    assert len({plan.signature(own), plan.signature(higher), plan.signature(seeded), other.signature(own)}) == 4


def test_what_was_fixed_elsewhere_is_taken_over_and_another_text_is_not() -> None:
    plan = versions.read_again(three_sentences(), 2)
    other = plan.utterance()
    other.segments[0].tokens[0].reading = "zhong4"
    other.segments[0].start_s = 7.0
    merged = versions.adopted(plan, other)
    assert merged is not None and compared(plan, merged) == ([0, 1, 2], [0])
    assert merged.sentences[0].segment.tokens[0].reading == "zhong4" and merged.sentences[0].segment.start_s is None
    assert versions.adopted(plan, replace(other, text="别的。")) is None
    assert versions.adopted(plan, replace(other, segments=other.segments[:2])) is None


def test_an_utterance_comes_back_with_all_that_it_carries() -> None:
    plan = three_sentences()
    utterance = plan.utterance()
    assert versions.opened(utterance) == plan
    assert Utterance.from_json(utterance.to_json()) == utterance
    utterance.segments[0].tokens[0].reading = "zhong4"
    assert plan == three_sentences(), "it is the caller's own"


def test_letters_go_on_behind_z() -> None:
    plan = three_sentences()
    for _ in range(28):
        plan = versions.kept(plan, 0)
    names = [version.name for version in plan.sentences[0].versions]
    assert names[25:] == ["Z", "AA", "AB", "AC"] and len(set(names)) == len(names)


def test_old_steps_are_forgotten_when_there_are_too_many() -> None:
    history = History(0, most=3)
    for number in range(1, 6):
        history.do(number)
    for _ in range(9):
        history.undo()
    assert history.present == 2 and not history.can_undo
    history.do(2)
    assert history.can_redo, "the same again is no step"


@pytest.mark.parametrize(
    ("event", "code"),
    [
        ({"action": "pitch", "value": 13}, "out_of_range"),
        ({"action": "pitch", "value": "3"}, "out_of_range"),
        ({"action": "pitch", "value": True}, "out_of_range"),
        ({"action": "pitch", "value": float("nan")}, "out_of_range"),
        ({"action": "length", "value": 0}, "out_of_range"),
        ({"action": "volume", "value": -25}, "out_of_range"),
        ({"action": "pause", "value": 61}, "out_of_range"),
        ({"action": "seed", "value": -1}, "out_of_range"),
        ({"action": "emotion", "value": "sad", "intensity": 2}, "out_of_range"),
        ({"action": "pitch", "value": 1, "token": 3}, "nothing_read"),
        ({"action": "pause", "value": 1, "segment": 9}, "nothing_read"),
        ({"action": "pause", "value": 1, "segment": -1}, "nothing_read"),
    ],
)
def test_numbers_out_of_their_range_are_refused_by_name(event: dict[str, object], code: str) -> None:
    with pytest.raises(StudioError) as caught:
        edit_from({"segment": 0, "token": 0, **event}, three_sentences().utterance())
    assert caught.value.code == code and all(caught.value.localise("zh"))


def test_events_become_edits() -> None:
    utterance = three_sentences().utterance()

    def made(**event: object) -> Edit:
        return edit_from({"segment": 1, "token": 2, **event}, utterance)

    assert made(action="pitch", value=2) == Shift(1, 2, "pitch_shift", 2.0)
    assert made(action="length", value=1.5) == Shift(1, 2, "duration_scale", 1.5)
    assert made(action="volume", value=-6) == Shift(1, 2, "energy_shift", -6.0)
    assert made(action="pause", value=0.8) == Pause(1, 0.8) and made(action="pause") == Pause(1, None)
    assert made(action="emotion", value="sad", intensity=0.4) == Emotion(1, "sad", 0.4)
    assert made(action="voice", value="baker") == VoiceEdit(1, "baker")
    assert made(action="seed", value=7) == Seed(1, 7) and made(action="level") == Level(1)
