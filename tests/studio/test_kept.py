"""What the page keeps in memory: within its bound of bytes, whatever is kept, and what open pages show last to go."""

from __future__ import annotations

import gc
import tracemalloc
from collections.abc import Iterator
from functools import partial

import pytest

from indextts.engines.embedded import engine as embedded
from indextts.model.utterance import Utterance
from indextts.plan.editing import EditSession
from indextts.plan.edits import Shift
from indextts.plan.request import SpeechRequest
from indextts.plan.versions import all_read_again, edited
from indextts.platform.config import Config
from indextts.service.owner import LOCAL
from indextts.studio.kept import MEGABYTE, Kept
from indextts.studio.tabs.edit.tab import Answer, Editor, EditStore
from indextts.studio.tabs.speak.actions import Actions
from tests.support.editing import Desk
from tests.support.services import HeldEngine, make_service
from tests.support.takes import generate, local_client
from tests.support.whole import WholeService

LONG = ("今天天气很好，我们在重庆住了三天。" * 600)[:10_000]


@pytest.fixture(scope="module")
def long_service(config: Config) -> Iterator[WholeService]:
    service = make_service(config, HeldEngine(embedded.load(config)), max_text_chars=10_000, deadline_s=600)
    yield service
    service.close()


def test_the_oldest_goes_and_what_an_open_page_shows_goes_last() -> None:
    kept: Kept[str] = Kept(30)
    for name in "abc":
        kept.put(name, name, 10)
    kept.show("page", "a")
    kept.put("d", "d", 10)
    assert [name for name in "abcd" if kept.get(name)] == ["a", "c", "d"] and kept.nbytes == 30
    kept.show("page", "d")
    kept.put("e", "e", 15)
    assert [name for name in "abcde" if kept.get(name)] == ["d", "e"] and kept.nbytes == 25
    kept.leave("page")
    kept.put("f", "f", 100)
    assert [name for name in "abcdef" if kept.get(name)] == ["f"], "the newest stays whatever its size"


def test_what_grows_makes_others_go_and_what_was_asked_for_is_young_again() -> None:
    kept: Kept[str] = Kept(30)
    for name in "abc":
        kept.put(name, name, 10)
    assert kept.get("a", renew=True)
    kept.resize("c", 15)
    assert [name for name in "abc" if kept.get(name)] == ["a", "c"] and kept.nbytes == 25
    kept.resize("nobody's", 5)
    assert kept.nbytes == 25 and len(kept) == 2


def test_even_what_is_shown_goes_where_all_of_it_is_too_much() -> None:
    kept: Kept[int] = Kept(30)
    for number in range(10):
        kept.show(f"page {number}", str(number))
        kept.put(str(number), number, 10)
    assert kept.nbytes == 30 and len(kept) == 3


@pytest.mark.night
def test_takes_of_ten_thousand_characters_stay_on_the_disk(long_service: WholeService) -> None:
    actions = Actions(long_service, long_service.works)
    takes = [generate(actions, LONG), generate(actions, LONG[17:])]
    client = local_client(actions)
    client.get(f"/v1/jobs/{takes[0].id}", params={"reading": 0})
    gc.collect()
    tracemalloc.start()
    try:
        before = tracemalloc.get_traced_memory()[0]
        for take in takes:
            shown = client.get(f"/v1/jobs/{take.id}", params={"reading": 0}).json()
            assert shown["id"] == take.id and shown["reading"]["segments"]
        del shown
        gc.collect()
        taken = tracemalloc.get_traced_memory()[0] - before
    finally:
        tracemalloc.stop()
    assert taken < MEGABYTE, "a plan is opened when it is asked for, and let go"


@pytest.mark.night
def test_edited_plans_stay_within_their_bound_with_all_their_steps(long_service: WholeService) -> None:
    speech = long_service.speak(SpeechRequest(LONG[:500]))
    bound = 16 * MEGABYTE
    store = EditStore(bound)
    gc.collect()
    tracemalloc.start()
    try:
        before = tracemalloc.get_traced_memory()[0]
        first = EditSession(speech.utterance, "take")
        store.show("page", first.id)
        store.add(first)
        for _ in range(4):
            session = EditSession(Utterance.from_json(speech.utterance.to_json()), "take")
            store.add(session)
            for step in range(8):
                shift = Shift(0, 0, "pitch_shift", step)
                session.step(all_read_again if step % 2 else partial(edited, edit=shift))
                store.weigh(session)
                assert store.nbytes <= bound and session.nbytes(bound) <= bound // 2
        gc.collect()
        taken = tracemalloc.get_traced_memory()[0] - before
    finally:
        tracemalloc.stop()
    assert store.find(first.id, "") is first and store.find(session.id, "") is session
    assert session.history.can_undo and len(session.plan.sentences[0].versions) == 5, "the plan as it is stays whole"
    assert 0.6 * store.nbytes < taken < 1.3 * store.nbytes


@pytest.mark.night
def test_the_plan_that_an_open_page_edits_stays_until_that_is_closed(actions: Actions) -> None:
    store = EditStore(MEGABYTE)
    editor = Editor(actions, store)
    take = generate(actions, "你好")
    opened = editor.load({"take": take.id, "page": "page"}, "en")["id"]
    others = [EditSession(take.utterance, take.id) for _ in range(300)]
    for other in others:
        store.add(other)
    assert store.find(others[0].id, "") is None and store.get(opened)
    actions.leave("page")
    for other in [EditSession(take.utterance, take.id) for _ in range(300)]:
        store.add(other)
    assert store.find(opened, LOCAL) is None


def test_a_plan_takes_no_more_versions_than_there_is_room_for(actions: Actions) -> None:
    desk = Desk(actions)
    desk.editor.store.room = 200_000
    answer: Answer = {}
    while "error" not in answer:
        before, answer = answer, desk.ask(action="all_again")
    assert answer["code"] == "edit_full" and "no room" in answer["error"] and len(before["changed"]) == 3
    for _ in range(len(before["changed"]["0"]["versions"]) - 1):
        assert "error" not in desk.ask(action="drop", segment=0, version=0)
    assert "error" not in desk.ask(action="keep", segment=0)
