"""Takes as the page makes them: jobs that somebody waits for, followed to their end."""

from __future__ import annotations

from typing import Any

from indextts.service.owner import LOCAL
from indextts.studio.tabs.speak.actions import Actions, request_of
from indextts.studio.tabs.speak.takes import ShownTake
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
