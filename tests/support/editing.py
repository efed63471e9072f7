"""One browser at one editor: its calls over HTTP, and the events that make a take."""

from __future__ import annotations

import asyncio
import io
from typing import Any
from urllib.parse import unquote

import numpy as np
import soundfile
from starlette.testclient import TestClient

from indextts.server import create_app
from indextts.server.routes.editor import EditorAnswer
from indextts.studio.session import Session
from indextts.studio.tabs.edit.tab import Answer, Editor
from indextts.studio.tabs.speak.actions import Actions, Update

TEXT = "今天天气很好。我们在重庆住了三天。明天回家。"


class Desk:
    """Holds what the page's script would: the plan as it was answered last."""

    def __init__(self, actions: Actions, text: str = TEXT, editor: Editor | None = None) -> None:
        self.actions, self.session = actions, Session()
        self.editor = editor or Editor(actions)
        actions.service.editor = self.editor
        self.app = create_app(actions.service.config, service=actions.service, page=False)
        self.client = TestClient(
            self.app, "http://localhost", raise_server_exceptions=False, headers={"Accept-Language": "en"}
        )
        self.number = 0
        self.plan: Answer = {}
        if text:
            run(actions, text, self.session)
            self.load()

    @property
    def address(self) -> str:
        return f"/v1/editor/{self.plan.get('id')}"

    def heard(self, answer: Answer) -> Answer:
        """``answer``, and what it says of the plan remembered."""
        if "revision" in answer:
            self.plan = {**self.plan, **answer}
        return answer

    def asked(self, method: str, address: str, **sent: Any) -> Answer:
        """The answer, in the form that is described; of a refusal its code and what is said."""
        response = self.client.request(method, address, **sent)
        answer: Answer = response.json()
        if response.status_code >= 400:
            told = answer["error"]
            return {"error": f"{told['message']} {told['hint']}", "code": told["code"], "status": response.status_code}
        if "empty" not in answer:
            EditorAnswer.model_validate(answer)
        return self.heard(answer)

    def load(self, **sent: Any) -> Answer:
        sent = {"plan": self.plan.get("id"), "take": self.session.shown, **sent}
        return self.asked("POST", "/v1/editor", json=sent)

    def look(self) -> Answer:
        return self.asked("GET", self.address)

    def ask(self, **sent: Any) -> Answer:
        sent = {"revision": self.plan.get("revision"), **sent}
        return self.asked("POST", f"{self.address}/edits", json=sent)

    def speak(self, segment: int, version: int | None = None) -> Answer:
        sent = {"segment": segment, "version": version}
        return self.asked("POST", f"{self.address}/sounds", json=sent)

    def save(self) -> tuple[str, str]:
        """The plan's file, and the name that it is given."""
        answer = self.client.get(f"{self.address}/file", params={"revision": self.plan["revision"]})
        assert answer.status_code == 200
        return answer.text, unquote(answer.headers["content-disposition"].partition("UTF-8''")[2])

    def sent(self, **event: Any) -> dict[str, Any]:
        """What goes with an event."""
        self.number += 1
        return {"number": self.number, "id": self.plan.get("id"), **event}

    def long(self, **event: Any) -> list[Update]:
        """The event that makes a take of a plan, and all that it changes on the page."""

        async def collect() -> list[Update]:
            sent = self.sent(**event)
            work = self.editor.assemble if event["action"] == "assemble" else self.editor.open
            return [update async for update in work(sent, self.session, "en")]

        updates = asyncio.run(collect())
        answer = next(update["assembled"] for update in reversed(updates) if "assembled" in update)
        assert answer["number"] == self.number
        self.heard(answer)
        return updates

    def samples(self, audio: str) -> np.ndarray:
        path = self.actions.service.outputs.find(audio)
        assert path is not None
        samples: np.ndarray = soundfile.read(path, dtype="int16")[0]
        return samples

    def whole(self) -> list[np.ndarray]:
        """The samples of each sentence of the take in the player."""
        take = self.actions.store.get(self.session.shown)
        assert take is not None
        samples, rate = soundfile.read(io.BytesIO(take.audio.read_bytes()), dtype="int16")
        times = [(segment.start_s or 0.0, segment.end_s or 0.0) for segment in take.utterance.segments]
        return [samples[round(begin * rate) : round(end * rate)] for begin, end in times]


def run(actions: Actions, text: str, session: Session) -> None:
    """Generate a take."""

    async def collect() -> None:
        async for _ in actions.generate(text, len(text), {}, session, "en"):
            pass

    asyncio.run(collect())
