"""One thing changed about the shown take, from the reading's popover, over a tiny voice."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
import soundfile

from indextts.audio.encode import encode
from indextts.studio.session import Session
from indextts.studio.tabs.speak.actions import Actions, Update
from indextts.studio.tabs.speak.fixing import Fixing
from indextts.studio.tabs.speak.takes import PackedPlan, Take
from tests.studio.tabs.speak.test_actions import run
from tests.support.services import HeldEngine

TEXT = "今天天气很好。我们在重庆住了三天。明天回家。"
CHONG = {"segment": 1, "token": 3}


def fixed(actions: Actions, session: Session, reading: str = "zhong4", **event: Any) -> list[Update]:
    sent = {"number": 1, "take": session.shown, "reading": reading, **CHONG, **event}

    async def collect() -> list[Update]:
        return [update async for update in Fixing(actions).fix(sent, session, "en")]

    return asyncio.run(collect())


def answer_of(updates: list[Update]) -> dict[str, Any]:
    answers: list[dict[str, Any]] = [update["fixed"] for update in updates if "fixed" in update]
    return answers[-1]


def shown(actions: Actions, session: Session) -> Take:
    take = actions.store.get(session.shown)
    assert take is not None
    return take


def sound(take: Take) -> npt.NDArray[np.int16]:
    return np.asarray(soundfile.read(take.audio, dtype="int16")[0], dtype=np.int16)


def sentences(take: Take) -> list[bytes]:
    """The samples of each sentence with the pause behind it."""
    samples = sound(take)
    starts = [round((segment.start_s or 0.0) * 24000) for segment in take.utterance.segments]
    return [samples[a:b].tobytes() for a, b in zip(starts, [*starts[1:], samples.size], strict=True)]


@pytest.fixture
def session(actions: Actions) -> Session:
    session = Session()
    run(actions, TEXT, session)
    return session


def test_a_fix_changes_one_sentence_and_not_one_sample_of_the_others(
    actions: Actions, session: Session, engine: HeldEngine
) -> None:
    before = shown(actions, session)
    engine.spoken.clear()
    updates = fixed(actions, session)
    after = shown(actions, session)
    assert engine.spoken == [before.utterance.segments[1].text]
    old, new = sentences(before), sentences(after)
    assert (old[0], old[2]) == (new[0], new[2]) and old[1] != new[1]
    token = after.utterance.segments[1].tokens[3]
    assert (token.text, token.reading, token.reading_source) == ("重", "zhong4", "user")
    assert before.utterance.segments[1].tokens[3].reading == "chong2"
    answer = answer_of(updates)
    assert answer["take"] == after.id and answer["number"] == 1
    assert answer["remember"] == {"word": "重庆", "reading": "zhòng qìng"}
    result = next(update for update in updates if "player" in update)
    assert result["player"] == str(after.audio) and "zhòng" in result["reading"] and "only this" in result["notice"]
    assert updates[-1] == {"running": False} and session.takes == [after.id]


def test_times_go_on_where_the_sound_does(actions: Actions, session: Session) -> None:
    fixed(actions, session, "zhuang4")
    take = shown(actions, session)
    assert abs(soundfile.info(take.audio).duration - take.duration_s) < 1e-6
    tokens = [token for segment in take.utterance.segments for token in segment.tokens if token.start_s is not None]
    ends = [token.end_s for token in tokens if token.end_s is not None]
    assert ends == sorted(ends) and ends[-1] <= take.duration_s
    whole = actions.service.render(take.utterance)
    assert abs(whole.duration_s - take.duration_s) < 1e-6
    speech = np.clip(np.round(whole.samples * 32767.0), -32768, 32767).astype("<i2")
    assert np.array_equal(speech, sound(take)), "the same as the whole plan spoken at once"


def test_a_pause_that_was_asked_for_stays_as_long_as_it_was(actions: Actions, session: Session) -> None:
    take = shown(actions, session)
    utterance = take.utterance
    for segment in utterance.segments[:2]:
        segment.pause_after_s = 0.7
    spoken = actions.service.render(utterance)
    Path(take.audio).write_bytes(encode(spoken.samples, spoken.sample_rate, "wav"))
    actions.store.add(replace(take, plan=PackedPlan(spoken.utterance)))
    fixed(actions, session)
    after = shown(actions, session)
    one, two, three = after.utterance.segments
    assert [round(b.start_s - a.end_s, 4) for a, b in ((one, two), (two, three))] == [0.7, 0.7]  # type: ignore[operator]
    assert sentences(take)[0] == sentences(after)[0] and sentences(take)[2] == sentences(after)[2]


def test_choosing_the_old_reading_brings_the_old_sound_back(actions: Actions, session: Session) -> None:
    before = sound(shown(actions, session))
    fixed(actions, session)
    assert not np.array_equal(before, sound(shown(actions, session)))
    fixed(actions, session, "chong2")
    assert np.array_equal(before, sound(shown(actions, session)))


def test_a_fix_can_be_undone(actions: Actions, session: Session) -> None:
    before = session.shown
    fixed(actions, session)
    sent = {"number": 2, "take": session.shown}
    update = Fixing(actions).undo(sent, session, "en")
    assert session.shown == before and session.takes == [before]
    assert update["fixed"] == {"number": 2, "take": before, "undone": True} and "chóng" in update["reading"]
    late = Fixing(actions).undo({"number": 3, "take": before}, session, "en")
    assert "no longer kept" in late["fixed"]["error"] and set(late) == {"fixed"}


@pytest.mark.parametrize("reading", ["zzz", "chong", "<img src=x>", "x" * 900, ""])
def test_a_wrong_reading_is_refused_in_its_place_and_nothing_changes(
    actions: Actions, session: Session, reading: str
) -> None:
    before = session.shown
    updates = fixed(actions, session, reading)
    assert "cannot have the reading" in answer_of(updates)["error"] and session.shown == before
    assert all("player" not in update for update in updates) and updates[-1] == {"running": False}


@pytest.mark.parametrize(
    "event", [{"segment": 99}, {"token": -1}, {"token": "3"}, {"segment": None}, {"take": "x"}, {"take": None}]
)
def test_events_from_elsewhere_are_refused(actions: Actions, session: Session, event: dict[str, Any]) -> None:
    assert answer_of(fixed(actions, session, **event))["error"]
    stranger = Session()
    assert answer_of(fixed(actions, stranger, take=session.shown))["error"]


def test_where_the_sound_was_cleaned_up_everything_is_spoken_again(actions: Actions, session: Session) -> None:
    take = shown(actions, session)
    old = sentences(take)
    Path(take.audio).unlink()
    answer = answer_of(fixed(actions, session))
    new = sentences(shown(actions, session))
    assert "error" not in answer and (old[0], old[2]) == (new[0], new[2]) and old[1] != new[1]


def test_a_cancelled_fix_leaves_everything(actions: Actions, session: Session, engine: HeldEngine) -> None:
    before = session.shown
    engine.hold()

    async def collect() -> list[Update]:
        updates = []
        sent = {"number": 1, "take": before, "reading": "zhong4", **CHONG}
        async for update in Fixing(actions).fix(sent, session, "en"):
            updates.append(update)
            if session.cancel is not None:
                actions.cancel(session)
        return updates

    updates = asyncio.run(collect())
    assert answer_of(updates) == {"number": 1, "cancelled": True} and session.shown == before


def test_every_kind_of_edit_speaks_its_sentence_alone(actions: Actions, session: Session, engine: HeldEngine) -> None:
    there = shown(actions, session).utterance.segments[1].tokens[4].break_after
    for event in (
        {"action": "break", "level": 3},
        {"action": "move", "to": 4},
        {"action": "emphasis", "level": 2},
        {"action": "ending", "intonation": "question"},
    ):
        before = shown(actions, session)
        engine.spoken.clear()
        answer = answer_of(fixed(actions, session, **event))
        after = shown(actions, session)
        assert answer["take"] == after.id and answer["remember"] is None
        assert engine.spoken == [before.utterance.segments[1].text]
        old, new = sentences(before), sentences(after)
        assert (old[0], old[2]) == (new[0], new[2]) and old[1] != new[1], event
    tokens = after.utterance.segments[1].tokens
    assert (tokens[3].break_after, tokens[4].break_after) == (there, 3), "moved, with what was there before"
    assert tokens[3].prominence == tokens[4].prominence == 2
    assert after.utterance.segments[1].intonation == "question"


def test_the_break_at_a_sentences_end_is_the_silence_behind_it(actions: Actions, session: Session) -> None:
    table = actions.service.config.pauses
    for level, wanted in ((2, table.phrase), (0, 0.0), (4, table.sentence)):
        end = len(shown(actions, session).utterance.segments[0].tokens) - 2
        fixed(actions, session, segment=0, token=end, action="break", level=level)
        after = shown(actions, session)
        first, second, _ = after.utterance.segments
        assert (second.start_s or 0.0) - (first.end_s or 0.0) == pytest.approx(wanted, abs=1e-3)
        assert after.duration_s == pytest.approx(sound(after).size / 24000, abs=1e-6)
        quiet = sound(after)[round((first.end_s or 0.0) * 24000) : round((second.start_s or 0.0) * 24000)]
        assert not quiet.any()
