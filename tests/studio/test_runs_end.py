"""Whatever is pressed and whenever: a run of the page comes to its end, and its button can be pressed again."""

from __future__ import annotations

import random
import threading
from typing import Any, Final

from indextts.model.errors import StudioError
from indextts.plan.fixing import changed
from indextts.platform.run import Cancel
from indextts.studio.tabs.edit.tab import Editor
from indextts.studio.tabs.speak.actions import Actions, request_of
from indextts.works.db.model import ENDED
from tests.support.takes import ended, generate

TEXT: Final = "今天天气很好。我们在重庆住了三天。"
RUNS: Final = 200
LANES: Final = 4
"""Pages that are open at the same time."""
KINDS: Final = ("generate", "fix", "whole", "sound")
MOMENTS: Final = ("before", "during", "twice", "resumed")
USUAL_S: Final = 0.3
"""About how long one takes."""
HANGS_S: Final = 240.0
"""What has not ended by then never will."""


class Page:
    """One open page: its take, its editor, and what is pressed on them."""

    def __init__(self, actions: Actions, name: str, luck: random.Random) -> None:
        self.actions, self.name, self.luck = actions, name, luck
        self.jobs = actions.works.jobs
        self.editor = Editor(actions)
        self.take = generate(actions, TEXT, name)
        self.plan = self.editor.load({"take": self.take.id}, "en", name)
        self.pressed = 0

    def start(self, kind: str) -> str:
        """Press a button; the job. No two runs speak the same, so nothing is ready before it is asked for."""
        self.pressed += 1
        shift = round(-6.0 + 0.05 * self.pressed, 2)
        if kind == "generate":
            text = request_of(f"{TEXT}第{self.pressed}次。", {})
            return self.jobs.start(self.name, text, live=True).id
        sent: dict[str, Any] = {"number": self.pressed, "segment": 1, "token": 3, "action": "pitch", "value": shift}
        if kind == "fix":
            fixed, _ = changed(self.take.utterance, sent)
            return self.jobs.start(self.name, fixed, live=True, before=self.take.id).id
        self.change(sent)
        return str(self.editor.whole({"id": self.plan["id"]}, self.name, "en")["job"])

    def change(self, sent: dict[str, Any]) -> None:
        revision = self.editor.look(self.plan["id"], self.name, "en", owner=self.name)["revision"]
        self.editor.change(self.plan["id"], {**sent, "revision": revision}, "en", self.name)

    def run(self, kind: str, moment: str) -> bool:
        """Whether what was started, and cancelled at that moment, comes to an end."""
        if kind == "sound":
            return self.sound(moment)
        job = self.start(kind)
        for _ in range(2 if moment == "twice" else 1):
            if moment != "before":
                threading.Event().wait(self.luck.uniform(0.0, USUAL_S))
            self.jobs.cancel(self.name, job)
        if moment == "resumed":
            self.jobs.resume(self.name, job)
        last = ended(self.actions, job, self.name)
        wanted = ("done",) if moment == "resumed" else ENDED
        return last.state in wanted and last.error is None

    def sound(self, moment: str) -> bool:
        """The sound of a sentence, which has no button to cancel it: a later wish for one ends it."""
        self.pressed += 1
        self.change({"segment": 1, "token": 2, "action": "pitch", "value": round(-6.0 + 0.05 * self.pressed, 2)})
        cancel = Cancel()
        timer = threading.Timer(0.0 if moment == "before" else self.luck.uniform(0.0, USUAL_S), cancel.cancel)
        timer.start()
        try:
            return bool(self.editor.speak(self.plan["id"], {"segment": 1}, "en", cancel, self.name)["audio"])
        except StudioError as error:
            return error.code == "cancelled"
        finally:
            timer.join()


def test_two_hundred_runs_cancelled_at_any_moment_all_end(actions: Actions) -> None:
    luck = random.Random(11)
    wanted = [(luck.choice(KINDS), luck.choice(MOMENTS)) for _ in range(RUNS)]
    unended: list[tuple[str, str]] = []

    def lane(number: int) -> None:
        page = Page(actions, f"page {number}", random.Random(number))
        for kind, moment in wanted[number::LANES]:
            if not page.run(kind, moment):
                unended.append((kind, moment))

    lanes = [threading.Thread(target=lane, args=(number,), daemon=True) for number in range(LANES)]
    for one in lanes:
        one.start()
    for one in lanes:
        one.join(HANGS_S)
    assert not any(one.is_alive() for one in lanes)
    assert not unended, f"{len(unended)} of {RUNS} runs never ended well: {unended}"
