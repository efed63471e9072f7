"""Nothing long runs where all pages are answered: plans are opened, changed and drawn in threads."""

from __future__ import annotations

import asyncio
import importlib
import json
import threading
import time
from collections.abc import Callable
from typing import Any

import gradio as gr
import httpx
import pytest
from starlette.requests import Request

from indextts.engines.embedded import engine as embedded
from indextts.platform.config import Config
from indextts.service.owner import LOCAL
from indextts.studio import build_page
from indextts.studio.tabs.edit.tab import Editor
from indextts.studio.tabs.speak.actions import Actions
from tests.support.editing import Desk
from tests.support.services import HeldEngine, make_service
from tests.support.takes import ended, generate

LONG = [
    ("indextts.model.utterance", "Utterance.from_json"),
    ("indextts.model.utterance", "Utterance.to_json"),
    ("indextts.server.routes.jobs", "shown"),
    ("indextts.studio.tabs.edit.tab", "plan_view"),
    ("indextts.plan.editing", "EditSession.put_together"),
    ("indextts.plan.editing", "EditSession.nbytes"),
    ("indextts.plan.fixing", "changed"),
    ("indextts.pipeline.pipeline", "Pipeline.collect"),
    ("indextts.plan.versions", "opened"),
    ("indextts.sound.export.label", "encode"),
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
    return httpx.AsyncClient(transport=transport, base_url="http://localhost", timeout=60)


async def event(page: gr.Blocks, name: str, **sent: Any) -> Any:
    """What the page's script is answered, in the way that Gradio takes."""
    function = next(fn for fn in page.fns.values() if fn.name == name)
    scope = {"type": "http", "headers": [(b"host", b"127.0.0.1")], "client": ("127.0.0.1", 1)}
    request = gr.Request(request=Request(scope))
    answer = await page.call_function(function, [], requests=request, event_data=gr.EventData(None, {"sent": sent}))
    return answer["prediction"]


def test_no_event_of_the_page_opens_changes_or_draws_a_plan_in_the_event_loop(
    actions: Actions, threads: dict[str, set[int]]
) -> None:
    page = build_page(actions.service, actions.works)
    assert isinstance(actions.service.editor, Editor)
    desk = Desk(actions, editor=actions.service.editor)
    assert desk.take is not None
    take = desk.take.id
    for seen in threads.values():
        seen.clear()

    async def everything() -> int:
        async with in_this_loop(desk) as client:
            assert (await client.get(f"/v1/jobs/{take}", params={"reading": 1e9})).json()["reading"]["segments"]
            edit = {"action": "pitch", "value": 1.0, "segment": 1, "token": 3}
            fixed = (await client.post("/v1/jobs", json={"live": True, "before": take, "edit": edit})).json()
            assert await asyncio.to_thread(ended, actions, fixed["id"])
            plan = (await client.post("/v1/editor", json={"plan": desk.plan["id"]})).json()
            move = {"revision": plan["revision"], "action": "pitch", "segment": 0, "token": 0, "value": 1}
            changed = (await client.post(f"{desk.address}/edits", json=move)).json()
            assert (await client.get(desk.address)).json()["revision"] == changed["revision"]
            file = await client.get(f"{desk.address}/file", params={"revision": changed["revision"]})
            assert file.json()["segments"]
            assert (await client.post(f"{desk.address}/sounds", json={"segment": 1})).json()["audio"]
            opened = await client.post("/v1/editor", json={"take": take, "anew": True})
            assert opened.json()["id"]
        job = json.loads(await event(page, "whole", id=plan["id"]))["job"]
        assert await asyncio.to_thread(ended, actions, job)
        assert json.loads(await event(page, "whole", id=plan["id"], job=job))["assembled"]
        return threading.get_ident()

    loop = asyncio.run(everything())
    assert all(threads.values()), "each of them ran"
    assert not [name for name, seen in threads.items() if loop in seen]


def test_ten_thousand_characters_cost_the_event_loop_next_to_nothing(config: Config) -> None:
    service = make_service(config, HeldEngine(embedded.load(config)), max_text_chars=10_000)
    actions, page = Actions(service, service.works), build_page(service, service.works)
    assert isinstance(service.editor, Editor)
    desk = Desk(actions, "", editor=service.editor)
    take = generate(actions, ("今天天气很好，我们在重庆住了三天。" * 600)[:10_000])
    plan = service.editor.load({"take": take.id}, "en")

    async def whole() -> float:
        spent = time.thread_time()
        job = json.loads(await event(page, "whole", id=plan["id"]))["job"]
        await asyncio.to_thread(ended, actions, job)
        await event(page, "whole", id=plan["id"], job=job)
        async with in_this_loop(desk) as client:
            assert (await client.get(f"/v1/jobs/{job}", params={"reading": 0})).json()["reading"]["hidden"]
        return time.thread_time() - spent

    assert asyncio.run(whole()) < 0.25, "seconds of computing, however busy the machine is"
    service.close()


def test_a_page_is_answered_while_a_plan_is_locked_by_another_thread(actions: Actions) -> None:
    desk = Desk(actions)
    edit = desk.editor.store.asked(desk.plan["id"], LOCAL)

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
