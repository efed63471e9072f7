"""``/v1/jobs`` with an edit: one thing changed about a take, as the reading's popover does, over a tiny voice."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from indextts.service.owner import LOCAL
from indextts.studio.tabs.speak.actions import Actions
from indextts.studio.takes import ShownTake
from tests.support.services import HeldEngine
from tests.support.takes import begin_edit, ended, generate, local_client, made

TEXT = "今天天气很好。我们在重庆住了三天。明天回家。"
CHONG = {"segment": 1, "token": 3}


def fixed(actions: Actions, take: ShownTake, /, reading: str = "zhong4", **event: Any) -> dict[str, Any]:
    return begin_edit(local_client(actions), event.pop("take", take.id), reading=reading, **CHONG | event)


def after(actions: Actions, take: ShownTake, /, reading: str = "zhong4", **event: Any) -> ShownTake:
    """The take that the fix has made."""
    return made(actions, fixed(actions, take, reading, **event)["id"])


def sentences(take: ShownTake) -> list[bytes]:
    """The samples of each sentence with the pause after it."""
    samples = take.sound()
    starts = [round((segment.start_s or 0.0) * 24000) for segment in take.utterance.segments]
    return [samples[a:b].tobytes() for a, b in zip(starts, [*starts[1:], samples.size], strict=True)]


@pytest.fixture
def take(actions: Actions) -> ShownTake:
    return generate(actions, TEXT)


def test_a_fix_changes_one_sentence_and_not_one_sample_of_the_others(
    actions: Actions, take: ShownTake, engine: HeldEngine
) -> None:
    engine.spoken.clear()
    answer = fixed(actions, take, "zhuang4")
    now = made(actions, answer["id"])
    assert engine.spoken in ([take.utterance.segments[1].text], [])
    old, new = sentences(take), sentences(now)
    assert (old[0], old[2]) == (new[0], new[2]) and old[1] != new[1]
    token = now.utterance.segments[1].tokens[3]
    assert (token.text, token.reading, token.reading_source) == ("重", "zhuang4", "user")
    assert take.utterance.segments[1].tokens[3].reading == "chong2"
    assert answer["remember"] == {"word": "重庆", "reading": "zhuàng qìng"}
    assert (answer["before"], answer["live"], answer["kind"]) == (take.id, True, "plan")
    assert now.before == take.id and now.job.kind == "plan" and now.request.text == TEXT


def test_a_name_is_remembered_whole(actions: Actions) -> None:
    take = generate(actions, "老师叫曾国强过来。")
    answer = fixed(actions, take, "zeng1", segment=0, token=3)
    assert answer["remember"] == {"word": "曾国强", "reading": "zēng guó qiáng"}


@pytest.mark.parametrize("typed", ["ðæt", "/ðæt/", "that", "like: that", "像 that", "DH AE1 T"])
def test_an_english_word_is_fixed_in_letters_that_people_write(actions: Actions, typed: str) -> None:
    take = generate(actions, "Say this again.")
    answer = fixed(actions, take, typed, segment=0, token=1)
    assert answer["remember"] == {"word": "this", "reading": "/ðæt/"}
    assert made(actions, answer["id"]).utterance.segments[0].tokens[1].reading == "DH AE1 T"


def test_a_fixed_take_is_told_as_what_became_of_the_one_before(actions: Actions, take: ShownTake) -> None:
    now, client = after(actions, take), local_client(actions)
    first, *others = client.get("/v1/jobs", params={"asked": True}).json()["jobs"]
    assert (first["id"], first["before"]) == (now.id, take.id) and others[0]["id"] == take.id
    assert first["asked"]["text"] == TEXT and first["asked"]["emotion"] == "neutral"


def test_times_go_on_where_the_sound_does(actions: Actions, take: ShownTake) -> None:
    now = after(actions, take, "zhuang4")
    assert now.sound().size == round(now.duration_s * 24000)
    utterance = now.utterance
    tokens = [token for segment in utterance.segments for token in segment.tokens if token.start_s is not None]
    ends = [token.end_s for token in tokens if token.end_s is not None]
    assert ends == sorted(ends) and ends[-1] <= now.duration_s
    whole = actions.service.render(utterance)
    assert abs(whole.duration_s - now.duration_s) < 1e-6
    assert np.array_equal(whole.samples, now.sound()), "the same as the whole plan spoken at once"


def test_choosing_the_old_reading_brings_the_old_sound_back(actions: Actions, take: ShownTake) -> None:
    now = after(actions, take)
    assert not np.array_equal(take.sound(), now.sound())
    assert np.array_equal(take.sound(), after(actions, now, "chong2").sound())


@pytest.mark.parametrize("reading", ["zzz", "chong", "<img src=x>", "x" * 900, ""])
def test_a_wrong_reading_is_refused_in_its_place_and_nothing_is_begun(
    actions: Actions, take: ShownTake, reading: str
) -> None:
    before = actions.works.jobs.listed(LOCAL)[1]
    answer = fixed(actions, take, reading)
    assert "is not a valid reading" in answer["error"] and "id" not in answer
    assert actions.works.jobs.listed(LOCAL)[1] == before


@pytest.mark.parametrize(
    ("event", "code"),
    [
        *[({name: value}, "nothing_read") for name, value in (("segment", 99), ("token", -1), ("token", "3"))],
        ({"segment": None}, "nothing_read"),
        ({"take": "x"}, "no_job"),
        ({"take": None}, "invalid_value"),
    ],
)
def test_what_is_not_there_is_refused(actions: Actions, take: ShownTake, event: dict[str, Any], code: str) -> None:
    assert fixed(actions, take, **event)["code"] == code


def test_nobody_changes_another_persons_take(actions: Actions, take: ShownTake) -> None:
    theirs = generate(actions, TEXT, "somebody else")
    assert fixed(actions, take, take=theirs.id)["code"] == "no_job"


def test_the_edit_of_what_was_cut_is_of_as_much_as_can_be_heard(
    actions: Actions, take: ShownTake, engine: HeldEngine
) -> None:
    engine.hold()
    job = fixed(actions, take, "hui3", segment=2, token=2)["id"]
    for now in actions.works.jobs.follow(LOCAL, job):
        if now.segments_done == 2:
            actions.works.jobs.cancel(LOCAL, job)
    engine.release()
    cut = actions.store.asked(job, LOCAL)
    assert len(cut.utterance.segments) == 2
    told = local_client(actions).get(f"/v1/jobs/{job}", params={"reading": 0}).json()["reading"]
    assert len(told["segments"]) == 2 and told["hidden"] == 0, "so is how it was read"
    assert len(after(actions, cut).utterance.segments) == 2
    assert fixed(actions, cut, segment=2, token=0)["code"] == "nothing_read"


def test_a_cancelled_fix_leaves_everything(actions: Actions, take: ShownTake, engine: HeldEngine) -> None:
    before = take.sound()
    engine.hold()
    answer = fixed(actions, take, "zhong3")  # no other test has it spoken: its sound would be kept, and be found
    actions.works.jobs.cancel(LOCAL, answer["id"])
    assert ended(actions, answer["id"]).state == "cancelled"
    engine.release()
    assert np.array_equal(actions.store.asked(take.id, LOCAL).sound(), before)


def test_every_kind_of_edit_speaks_its_sentence_alone(actions: Actions, take: ShownTake, engine: HeldEngine) -> None:
    there = take.utterance.segments[1].tokens[4].break_after
    for event in (
        {"action": "break", "level": 3},
        {"action": "move", "to": 4},
        {"action": "emphasis", "level": 2},
        {"action": "ending", "intonation": "question"},
    ):
        engine.spoken.clear()
        answer = fixed(actions, take, **event)
        assert answer["remember"] is None
        now = made(actions, answer["id"])
        assert set(engine.spoken) <= {take.utterance.segments[1].text}
        old, new = sentences(take), sentences(now)
        assert (old[0], old[2]) == (new[0], new[2]) and old[1] != new[1], event
        take = now
    tokens = take.utterance.segments[1].tokens
    assert (tokens[3].break_after, tokens[4].break_after) == (there, 3), "moved, with what was there before"
    assert tokens[3].prominence == tokens[4].prominence == 2
    assert take.utterance.segments[1].intonation == "question"


def test_the_break_at_a_sentences_end_is_the_silence_behind_it(actions: Actions, take: ShownTake) -> None:
    table = actions.service.config.pauses
    for level, wanted in ((2, table.phrase), (0, 0.0), (4, table.sentence)):
        end = len(take.utterance.segments[0].tokens) - 2
        take = after(actions, take, segment=0, token=end, action="break", level=level)
        first, second, _ = take.utterance.segments
        assert (second.start_s or 0.0) - (first.end_s or 0.0) == pytest.approx(wanted, abs=1e-3)
        assert take.duration_s == pytest.approx(take.sound().size / 24000, abs=1e-6)
        quiet = take.sound()[round((first.end_s or 0.0) * 24000) : round((second.start_s or 0.0) * 24000)]
        assert not quiet.any()


def test_how_a_take_was_read_is_told_where_it_is_asked_for(actions: Actions, take: ShownTake) -> None:
    client = local_client(actions)
    assert "reading" not in client.get(f"/v1/jobs/{take.id}").json()
    told = client.get(f"/v1/jobs/{take.id}", params={"reading": 0}).json()["reading"]
    assert [len(one["tokens"]) for one in told["segments"]] == [7, 10, 5] and told["fixes"] == 0
    assert told["segments"][1]["tokens"][3]["printed"] == "chóng" and "kept" not in told
    [first, *_] = told["lines"]
    assert first[0] < first[1] and first[2][0][2].startswith("今")
    theirs = generate(actions, TEXT, "somebody else")
    assert client.get(f"/v1/jobs/{theirs.id}", params={"reading": 0}).status_code == 404


def test_a_take_that_was_made_anew_tells_how_many_fixes_have_stayed(actions: Actions, take: ShownTake) -> None:
    client, fixed = local_client(actions), after(actions, take)
    body = {"text": TEXT + "再见。", "live": True, "keep_fixes": fixed.id}
    job = client.post("/v1/jobs", json=body).json()["id"]
    made(actions, job)
    told = client.get(f"/v1/jobs/{job}", params={"reading": 0}).json()["reading"]
    assert (told["kept"], told["lost"], told["fixes"]) == (1, 0, 1)
