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
from indextts.errors import StudioError
from indextts.plan.edits import Break, Emphasis, Ending, Fix, Moved, edit_from, token_of, wanted_reading
from indextts.studio.session import Session
from indextts.studio.tabs.speak.actions import Actions, Update
from indextts.studio.tabs.speak.fixes import sentence_with, word_around
from indextts.studio.tabs.speak.fixing import Fixing
from indextts.studio.tabs.speak.takes import PackedPlan, Take
from indextts.utterance.model import Change, Segment, Token, Utterance
from tests.studio.tabs.speak.test_actions import run
from tests.support.services import HeldEngine

TEXT = "今天天气很好。我们在重庆住了三天。明天回家。"
CHONG = {"segment": 1, "token": 3}


def test_readings_may_be_typed_as_people_write_them_or_chosen() -> None:
    token = hanzi("重", "chong2", alternatives=["zhong4"])
    assert [wanted_reading(token, typed) for typed in ("zhòng", " Zhong4 ", "zhong4")] == ["zhong4"] * 3
    assert wanted_reading(Token("minute", "word", "en", 0, 6), "m ih1 n ah0 t") == "M IH1 N AH0 T"
    letter = Token("Q", "letter", "en", 0, 1, reading="K Y UW1", alternatives=["kiu1"])
    assert wanted_reading(letter, "kiu1") == "kiu1"


def plan(*tokens: Token) -> Utterance:
    return Utterance("x", segments=[Segment("x", 0, 1, tokens=list(tokens))], stage="phonemes")


def hanzi(text: str, reading: str, word: int = 0, **more: Any) -> Token:
    return Token(text, "hanzi", "zh", 0, 1, word=word, reading=reading, **more)


def test_a_reading_that_the_voice_cannot_say_is_refused_by_name() -> None:
    utterance = plan(hanzi("重", "chong2"))
    for reading in ("zzz9", "zhong", "x" * 500, "", "<b>", "chong2 qing4", "AE1"):
        with pytest.raises(StudioError) as caught:
            wanted_reading(utterance.segments[0].tokens[0], reading)
        assert caught.value.code == "bad_reading" and "重" in str(caught.value) and len(str(caught.value)) < 900
    with pytest.raises(StudioError, match="cannot say"):
        sentence_with(utterance, Fix(0, 0, "zzz9"))
    assert utterance.segments[0].tokens[0].reading == "chong2"


def test_a_place_where_nothing_is_read_is_refused() -> None:
    utterance = plan(hanzi("重", "chong2"), Token("。", "punctuation", "zh", 1, 2))
    assert token_of(utterance, 0, 0).text == "重"
    for place in ((0, 1), (0, 2), (1, 0), (-1, 0), (0, -1)):
        with pytest.raises(StudioError):
            token_of(utterance, *place)


def test_neighbours_follow_the_new_tone_and_earlier_fixes_stay() -> None:
    utterance = plan(hanzi("你", "ni2", 0), hanzi("好", "hao3", 1, alternatives=["hao4"]))
    once = sentence_with(utterance, Fix(0, 1, "hao4"))
    you, good = once.segments[0].tokens
    assert (you.reading, good.reading, good.reading_source) == ("ni3", "hao4", "user")
    assert good.alternatives == ["hao3"]
    again = sentence_with(once, Fix(0, 0, "ni4")).segments[0].tokens
    assert [token.reading for token in again] == ["ni4", "hao4"]


def test_the_word_to_remember_is_the_whole_word_without_the_sandhi_of_its_end() -> None:
    tokens = [
        hanzi("重", "chong2", 0), hanzi("庆", "qing4", 0), hanzi("很", "hen2", 1, reading_source="sandhi",
        alternatives=["hen3"]), hanzi("好", "hao3", 2), Token("App", "word", "en", 0, 3, word=3, reading="AE1 P"),
        hanzi("二", "er4", 4, changes=[Change("2", "二", "number")]),
    ]  # fmt: skip
    segment = Segment("x", 0, 1, tokens=tokens)
    assert word_around(segment, 0) == word_around(segment, 1) == ("重庆", "chong2 qing4")
    assert word_around(segment, 2) == ("很", "hen3")
    assert word_around(segment, 4) == ("App", "AE1 P")
    assert word_around(segment, 5) is None


def test_a_break_moves_and_what_was_there_comes_back() -> None:
    utterance = plan(hanzi("一", "yi1", 0, break_after=3), hanzi("二", "er4", 1, break_after=1), hanzi("三", "san1", 2))
    one, two, _ = sentence_with(utterance, Moved(0, 0, 1)).segments[0].tokens
    assert (one.break_after, two.break_after) == (1, 3) and one.break_source == two.break_source == "user"
    assert utterance.segments[0].tokens[0].break_after == 3
    one, *_ = sentence_with(utterance, Break(0, 0, 2)).segments[0].tokens
    assert (one.break_after, one.break_source) == (2, "user") and one.phones[-1].symbol == "#2"


def test_a_break_stops_the_tones_before_it() -> None:
    utterance = plan(hanzi("我", "wo2", 0, break_after=1), hanzi("走", "zou3", 1))
    assert sentence_with(utterance, Break(0, 0, 3)).segments[0].tokens[0].reading == "wo3"
    assert sentence_with(utterance, Break(0, 0, 1)).segments[0].tokens[0].reading == "wo2"


def test_an_emphasis_is_its_whole_words() -> None:
    utterance = plan(hanzi("重", "chong2", 0), hanzi("庆", "qing4", 0), hanzi("好", "hao3", 1))
    tokens = sentence_with(utterance, Emphasis(0, 1, 2)).segments[0].tokens
    assert [(token.prominence, token.prominence_source) for token in tokens] == [(2, "user"), (2, "user"), (0, "")]


def test_a_melody_is_its_sentences() -> None:
    segment = sentence_with(plan(hanzi("好", "hao3")), Ending(0, 0, "question")).segments[0]
    assert (segment.intonation, segment.intonation_source) == ("question", "user")


@pytest.mark.parametrize(
    ("event", "code"),
    [
        ({"action": "break", "level": 5}, "bad_edit"),
        ({"action": "break", "level": True}, "bad_edit"),
        ({"action": "break"}, "bad_edit"),
        ({"action": "emphasis", "level": 3}, "bad_edit"),
        ({"action": "ending", "intonation": "sung"}, "bad_edit"),
        ({"action": "ending", "intonation": ["question"]}, "bad_edit"),
        ({"action": "ending"}, "bad_edit"),
        ({"action": "move", "to": 0}, "bad_edit"),
        ({"action": "move", "to": 2}, "bad_edit"),
        ({"action": "move", "to": 3}, "nothing_read"),
        ({"action": "move"}, "nothing_read"),
        ({"action": "fix", "reading": "zzz9"}, "bad_reading"),
        ({"action": "break", "level": 1, "token": 9}, "nothing_read"),
    ],
)
def test_what_the_page_cannot_mean_is_refused(event: dict[str, Any], code: str) -> None:
    utterance = plan(*(hanzi(text, "yi1", word) for word, text in enumerate("一二三")))
    with pytest.raises(StudioError) as caught:
        edit_from({"segment": 0, "token": 0, **event}, utterance)
    assert caught.value.code == code


# ---------------------------------------------------------------------- over a voice


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
