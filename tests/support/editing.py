"""One browser at one editor: its calls over HTTP, and the events that make a take."""

from __future__ import annotations

from typing import Any
from urllib.parse import unquote

import numpy as np
import soundfile
from starlette.testclient import TestClient

from indextts.model.utterance import Utterance
from indextts.server import create_app
from indextts.server.routes.editor import EditorAnswer
from indextts.service.owner import LOCAL
from indextts.studio.tabs.edit.tab import Answer, Editor
from indextts.studio.tabs.speak.actions import Actions
from indextts.studio.takes import ShownTake
from tests.support.takes import generate, made

TEXT = "今天天气很好。我们在重庆住了三天。明天回家。"


class Desk:
    """Holds what the page's script would: the plan as it was answered last."""

    def __init__(self, actions: Actions, text: str = TEXT, editor: Editor | None = None) -> None:
        self.actions = actions
        self.take: ShownTake | None = None
        """The one in the player."""
        self.editor = editor or Editor(actions)
        actions.service.editor = self.editor
        self.app = create_app(actions.service.config, service=actions.service, works=actions.works, page=False)
        self.client = TestClient(
            self.app,
            "http://localhost",
            raise_server_exceptions=False,
            headers={"Accept-Language": "en"},
            client=("127.0.0.1", 50000),  # who sits at this machine
        )
        self.number = 0
        self.plan: Answer = {}
        if text:
            self.take = generate(actions, text)
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
        sent = {"plan": self.plan.get("id"), "take": self.take.id if self.take else "", **sent}
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

    def whole(self) -> Answer:
        """Make a take of the plan, as the script does: a job, and what the editor says of it at its end."""
        answer = self.editor.whole(self.sent(), LOCAL, "en")
        if "job" in answer:
            self.take = made(self.actions, answer["job"])
            answer = self.editor.whole(self.sent(job=answer["job"]), LOCAL, "en")
        assert answer["number"] == self.number
        return self.heard(answer)

    def samples(self, audio: str) -> np.ndarray:
        path = self.actions.service.outputs.find(audio)
        assert path is not None
        samples: np.ndarray = soundfile.read(path, dtype="int16")[0]
        return samples

    def open(self, what: str | Utterance, **settings: Any) -> Answer:
        """Speak a text or a plan, and open it."""
        if isinstance(what, str):
            self.take = generate(self.actions, what, **settings)
        else:
            job = self.actions.works.jobs.start(LOCAL, what, live=True)
            self.take = made(self.actions, job.id)
        return self.load(anew=True, plan="")

    def sentences(self) -> list[np.ndarray]:
        """The samples of each sentence of the take in the player."""
        assert self.take is not None
        samples, rate = np.round(self.take.sound() * 32767).astype(np.int16), self.take.job.sample_rate
        times = [(segment.start_s or 0.0, segment.end_s or 0.0) for segment in self.take.utterance.segments]
        return [samples[round(begin * rate) : round(end * rate)] for begin, end in times]
