"""Whatever is pressed and whenever: a run of the page comes to its end, and its button can be pressed again."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator, Callable
from typing import Any, Final

from indextts.errors import StudioError
from indextts.run import Cancel
from indextts.studio.session import Session
from indextts.studio.tabs.edit.tab import Editor
from indextts.studio.tabs.speak.actions import Actions
from indextts.studio.tabs.speak.fixing import Fixing

TEXT: Final = "今天天气很好。我们在重庆住了三天。"
RUNS: Final = 200
LANES: Final = 4
"""Pages that are open at the same time."""
KINDS: Final = ("generate", "fix", "assemble", "sound")
MOMENTS: Final = ("before", "during", "last", "twice", "thrice")
LAST_S: Final = 0.12
"""How long before its usual end a run is cancelled in its last moment."""
HANGS_S: Final = 30.0
"""A run that has not ended by then never will."""


class Page:
    """One open page: its take, its editor, and what is pressed on them."""

    def __init__(self, actions: Actions, name: str, luck: random.Random) -> None:
        self.actions, self.name, self.luck = actions, name, luck
        self.session = Session()
        self.editor, self.fixing = Editor(actions), Fixing(actions)
        self.plan: dict[str, Any] = {}
        self.usual_s = dict.fromkeys(KINDS, 0.2)
        self.pressed = 0

    async def open(self) -> None:
        async for _ in self.actions.generate(TEXT, len(TEXT), {}, self.session, "en", self.name):
            pass
        self.plan = self.editor.load({"take": self.session.shown}, "en")

    def start(self, kind: str) -> AsyncIterator[dict[str, Any]]:
        """Press a button. No two runs speak the same, so nothing is ready before it is asked for."""
        self.pressed += 1
        shift = round(-6.0 + 0.05 * self.pressed, 2)
        if kind == "generate":
            text = f"{TEXT}第{self.pressed}次。"
            return self.actions.generate(text, len(text), {}, self.session, "en", self.name)
        sent: dict[str, Any] = {"number": self.pressed, "segment": 1, "token": 3}
        if kind == "fix":
            sent |= {"take": self.session.shown, "action": "pitch", "value": shift}
            return self.fixing.fix(sent, self.session, "en", self.name)
        revision = self.editor.look(self.plan["id"], self.name, "en")["revision"]
        change = {**sent, "revision": revision, "action": "pitch", "value": shift}
        self.editor.change(self.plan["id"], change, "en")
        if kind == "assemble":
            sent |= {"id": self.plan["id"], "action": "assemble"}
            return self.editor.assemble(sent, self.session, "en", self.name)
        return self.sound(sent)

    async def sound(self, sent: dict[str, Any]) -> AsyncIterator[dict[str, Any]]:
        """The sound of a sentence, or that a later wish ended it; as the server asks for it, in a thread."""
        try:
            answer = await asyncio.to_thread(self.editor.speak, self.plan["id"], sent, "en", Cancel())
        except StudioError as error:
            answer = {"code": error.code}
        yield {"sound": answer.get("code", "made"), **answer}

    def cancel(self, kind: str) -> list[asyncio.Task[bool]]:
        """Press Cancel; a sentence's sound has no such button, but a later wish for a sound ends it."""
        if kind != "sound":
            self.actions.cancel(self.session)
            return []
        return [asyncio.create_task(self.ends(kind, lambda: None))]

    async def ends(self, kind: str, begun: Callable[[], None]) -> bool:
        """Whether what was started comes to its end, with its button ready for the next time."""
        last: dict[str, Any] = {}

        async def watch() -> None:
            nonlocal last
            async for update in self.start(kind):
                begun()
                last = update

        try:
            await asyncio.wait_for(watch(), HANGS_S)
        except TimeoutError:
            return False
        return last.get("sound") in ("made", "cancelled") if kind == "sound" else last == {"running": False}

    async def run(self, kind: str, moment: str) -> bool:
        loop = asyncio.get_running_loop()
        begin, others = loop.time(), list[asyncio.Task[bool]]()
        begun = asyncio.Event()

        def press_at_once() -> None:
            if moment == "before" and not begun.is_set():
                others.extend(self.cancel(kind))
            begun.set()

        running = asyncio.create_task(self.ends(kind, press_at_once))
        usual = self.usual_s[kind]
        at = usual - self.luck.uniform(0.0, LAST_S) if moment == "last" else self.luck.uniform(0.0, usual)
        for _ in range({"before": 0, "twice": 2, "thrice": 3}.get(moment, 1)):
            await asyncio.wait([running], timeout=max(0.0, begin + at - loop.time()))
            if running.done():
                break
            others.extend(self.cancel(kind))
            at += self.luck.uniform(0.0, LAST_S)
        return all(await asyncio.gather(running, *others))


def test_two_hundred_runs_cancelled_at_any_moment_all_end(actions: Actions) -> None:
    luck = random.Random(11)
    wanted = [(luck.choice(KINDS), luck.choice(MOMENTS)) for _ in range(RUNS)]
    unended: list[tuple[str, str]] = []

    async def lane(number: int) -> None:
        page = Page(actions, f"page {number}", random.Random(number))
        await page.open()
        for kind in KINDS:
            begin = asyncio.get_running_loop().time()
            assert await page.ends(kind, lambda: None)
            page.usual_s[kind] = asyncio.get_running_loop().time() - begin
        for kind, moment in wanted[number::LANES]:
            if not await page.run(kind, moment):
                unended.append((kind, moment))

    async def everything() -> None:
        await asyncio.gather(*(lane(number) for number in range(LANES)))

    asyncio.run(everything())
    assert not unended, f"{len(unended)} of {RUNS} runs never ended: {unended}"
