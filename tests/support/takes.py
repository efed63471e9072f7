"""Takes as the page makes them: jobs that somebody waits for, followed to their end."""

from __future__ import annotations

from typing import Any

from starlette.testclient import TestClient

from indextts.server import create_app
from indextts.service.owner import LOCAL
from indextts.studio.tabs.speak.actions import Actions, request_of
from indextts.studio.takes import ShownTake
from indextts.works.db.model import Job


def ended(actions: Actions, job: str, owner: str = LOCAL) -> Job:
    """The job when nobody works at it any more."""
    *_, last = actions.works.jobs.follow(owner, job)
    return last


def made(actions: Actions, job: str, owner: str = LOCAL) -> ShownTake:
    """What became of the job, which is done."""
    last = ended(actions, job, owner)
    assert last.state == "done", last.error
    return actions.store.asked(job, owner)


def generate(actions: Actions, text: str, owner: str = LOCAL, **settings: Any) -> ShownTake:
    job = actions.works.jobs.start(owner, request_of(text, settings), live=True)
    return made(actions, job.id, owner)


def local_client(actions: Actions, language: str = "en") -> TestClient:
    """Who sits at this machine, in front of the API of what the page stands on."""
    app = create_app(actions.service.config, service=actions.service, works=actions.works, page=False)
    return TestClient(
        app,
        "http://localhost",
        raise_server_exceptions=False,
        headers={"Accept-Language": language},
        client=("127.0.0.1", 50000),
    )


def begin_edit(client: TestClient, take: object, /, **edit: Any) -> dict[str, Any]:
    """The job that speaks a take with one change, as the popover of the reading asks for it; or what is wrong."""
    answer: dict[str, Any] = client.post("/v1/jobs", json={"live": True, "before": take, "edit": edit}).json()
    if answer["error"] is None:
        return answer
    return {"error": f"{answer['error']['message']} {answer['error']['hint']}", "code": answer["error"]["code"]}
