"""Takes: the jobs of a person that have sound, as the page shows them. They lie on the disk; nothing is held here."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final

from indextts.model.errors import StudioError
from indextts.model.utterance import Utterance

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from indextts.plan.request import SpeechRequest
    from indextts.works.db.model import Job
    from indextts.works.works import Works

_OVER: Final = ("done", "failed", "cancelled", "paused")


@dataclass(frozen=True)
class ShownTake:
    """A job that is over, with what was asked for and how it was read, read when they are asked for."""

    job: Job
    _works: Works

    @property
    def id(self) -> str:
        return self.job.id

    @property
    def before(self) -> str:
        """Id of the take that this one is an edit of."""
        return self.job.before or ""

    @property
    def made(self) -> int:
        """Segments that can be heard …"""
        return self.job.segments_done

    @property
    def whole(self) -> bool:
        return self.job.state == "done"

    @property
    def duration_s(self) -> float:
        return self.job.duration_s

    @cached_property
    def request(self) -> SpeechRequest:
        """What was asked for."""
        return self._works.jobs.request(self.job.owner, self.id)

    @property
    def utterance(self) -> Utterance:
        """The spoken plan, opened anew each time: a fifth of a second of computing for 10,000 characters.

        Of a take that was cut, what can be heard of it.
        """
        utterance = self._works.jobs.plan(self.job.owner, self.id)
        if not self.whole:
            del utterance.segments[self.made :]
        return utterance

    def sound(self) -> npt.NDArray[np.float32]:
        """All its samples, ±1. What is on the disk no more is spoken again."""
        return self._works.jobs.sound(self.job.owner, self.id)


class TakeStore:
    """All takes of everybody. Thread-safe."""

    def __init__(self, works: Works) -> None:
        self._works = works

    def get(self, take_id: object, owner: str) -> ShownTake | None:
        """The take; ``None`` where it is unknown, not made yet, or of another ``owner``."""
        if not isinstance(take_id, str) or not take_id or not take_id.isascii():
            return None
        try:
            job = self._works.jobs.get(owner, take_id)
        except StudioError as error:
            if error.code != "not_found":
                raise
            return None
        return ShownTake(job, self._works) if job.state in _OVER and job.segments_done else None

    def asked(self, take_id: object, owner: str) -> ShownTake:
        """The same. Raises :class:`StudioError` ``take_gone``."""
        take = self.get(take_id, owner)
        if take is None:
            raise StudioError("take_gone")
        return take
