"""Nothing long runs where all pages are answered: plans are opened, changed and drawn in threads."""

from __future__ import annotations

import asyncio
import importlib
import threading
import time
from collections.abc import AsyncIterator, Callable
from typing import Any

import httpx
import pytest

from indextts.config import Config
from indextts.engines.embedded import engine as embedded
from indextts.studio.session import Session
from indextts.studio.tabs.edit.tab import Editor
from indextts.studio.tabs.speak.actions import Actions
from indextts.studio.tabs.speak.fixing import Fixing
from indextts.studio.tabs.speak.takes import TakeStore
from tests.studio.tabs.speak.test_actions import run
from tests.support.editing import TEXT, Desk
from tests.support.services import HeldEngine, make_service

LONG = [
    ("indextts.utterance.model", "Utterance.from_json"),
    ("indextts.utterance.model", "Utterance.to_json"),
    ("indextts.studio.tabs.speak.actions", "reading_html"),
    ("indextts.studio.panels", "result_head"),
    ("indextts.studio.tabs.edit.tab", "plan_view"),
    ("indextts.plan.editing", "EditSession.put_together"),
    ("indextts.plan.editing", "EditSession.nbytes"),
    ("indextts.studio.tabs.speak.fixing", "edit_from"),
    ("indextts.studio.tabs.speak.fixing", "apply"),
    ("indextts.pipeline", "Pipeline.collect"),
    ("indextts.plan.versions", "opened"),
    ("indextts.audio.encode", "encode"),
]
"""What takes long where the text is long."""


@pytest.fixture
def threads(monkeypatch: pytest.MonkeyPatch) -> dict[str, set[int]]:
    """In which threads each of them ran."""
    seen: dict[str, set[int]] = {name: set() for _, name in LONG}

    def watched(name: str, function: Callable[..., Any]) -> Callable[..., Any]:
        def call(*args: Any, **more: Any) -> Any:
            seen[name].add(threading.get_ident())
            return function(*args, **more)

        return call

    for module, name in LONG:
        place: Any = importlib.import_module(module)
        *outer, last = name.split(".")
        for part in outer:
            place = getattr(place, part)
        static = isinstance(vars(place).get(last), staticmethod)
        call = watched(name, getattr(place, last))
        monkeypatch.setattr(place, last, staticmethod(call) if static else call)
    return seen


def in_this_loop(desk: Desk) -> httpx.AsyncClient:
    """A client of the editor's calls, which are answered where the test itself runs."""
    transport = httpx.ASGITransport(app=desk.app)
    return httpx.AsyncClient(transport=transport, base_url="http://testserver", timeout=60)


def test_no_event_of_the_page_opens_changes_or_draws_a_plan_in_the_event_loop(
    actions: Actions, threads: dict[str, set[int]]
) -> None:
    desk = Desk(actions)
    saved, _ = desk.save()
    desk.ask(action="pitch", segment=1, token=3, value=2)
    session, editor, fixing = desk.session, desk.editor, Fixing(actions)
    for seen in threads.values():
        seen.clear()

    async def all_of(updates: AsyncIterator[dict[str, Any]]) -> dict[str, Any]:
        return {name: value async for update in updates for name, value in update.items()}

    async def everything() -> int:
        await all_of(actions.generate(TEXT, len(TEXT), {}, session, "en", "tab"))
        event = {"take": session.shown, "action": "pitch", "value": 1.0, "segment": 1, "token": 3}
        assert "take" in (await all_of(fixing.fix(event, session, "en", "tab")))["fixed"]
        async with in_this_loop(desk) as client:
            plan = (await client.post("/v1/editor", json={"plan": desk.plan["id"]})).json()
            move = {"revision": plan["revision"], "action": "pitch", "segment": 0, "token": 0, "value": 1}
            changed = (await client.post(f"{desk.address}/edits", json=move)).json()
            assert (await client.get(desk.address)).json()["revision"] == changed["revision"]
            file = await client.get(f"{desk.address}/file", params={"revision": changed["revision"]})
            assert file.json()["segments"]
            assert (await client.post(f"{desk.address}/sounds", json={"segment": 1})).json()["audio"]
        whole = [editor.assemble(desk.sent(action="assemble"), session, "en", "tab")]
        whole.append(editor.open(desk.sent(action="file", file=saved), session, "en", "tab"))
        whole.append(editor.open(desk.sent(action="text", text=TEXT, settings={}), session, "en", "tab"))
        for updates in whole:
            assert (await all_of(updates))["assembled"]["all"]
        return threading.get_ident()

    loop = asyncio.run(everything())
    assert all(threads.values()), "each of them ran"
    assert not [name for name, seen in threads.items() if loop in seen]


def test_ten_thousand_characters_cost_the_event_loop_next_to_nothing(config: Config) -> None:
    service = make_service(config, HeldEngine(embedded.load(config)), max_text_chars=10_000, deadline_s=600)
    actions, session = Actions(service, TakeStore()), Session()
    editor = Editor(actions)
    run(actions, ("今天天气很好，我们在重庆住了三天。" * 600)[:10_000], session)
    plan = editor.load({"take": session.shown}, "en")

    async def assemble() -> float:
        spent = time.thread_time()
        sent = {"number": 1, "id": plan["id"], "action": "assemble"}
        updates = [update async for update in editor.assemble(sent, session, "en", "tab")]
        assert updates[-2]["assembled"]["all"] and updates[-1] == {"running": False}
        return time.thread_time() - spent

    assert asyncio.run(assemble()) < 0.25, "seconds of computing, however busy the machine is"
    service.close()


def test_a_page_is_answered_while_a_plan_is_locked_by_another_thread(actions: Actions) -> None:
    desk = Desk(actions)
    edit = desk.editor.store.asked(desk.plan["id"])

    async def speak_while_locked() -> Any:
        held, free = threading.Event(), threading.Event()

        def hold() -> None:
            with edit.lock:
                held.set()
                assert free.wait(30)

        holder = asyncio.create_task(asyncio.to_thread(hold))
        await asyncio.to_thread(held.wait, 30)
        async with in_this_loop(desk) as client:
            speaking = asyncio.create_task(client.post(f"{desk.address}/sounds", json={"segment": 0}))
            for _ in range(20):  # the loop comes back although the plan is locked
                await asyncio.sleep(0.01)
            assert not speaking.done()
            free.set()
            await holder
            return (await speaking).json()

    assert asyncio.run(asyncio.wait_for(speak_while_locked(), 60))["audio"]
