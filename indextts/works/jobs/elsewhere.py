"""Processes that share jobs: what they leave or offer is gone on with here, and what they change is told here."""

from __future__ import annotations

import logging
import threading
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from indextts.model.errors import StudioError
from indextts.platform.periodic import Periodic
from indextts.works.db.claim import Claim
from indextts.works.db.model import Job, Lease
from indextts.works.db.sharing import KEEPER, SharedJobs
from indextts.works.jobs.here import JobsHere

if TYPE_CHECKING:
    from indextts.works.db.presence import Presence
    from indextts.works.db.records import Records

log = logging.getLogger(__name__)

_WATCH_S: Final = 0.5
_AT_ONCE: Final = 200
_ALL: Final = 10_000


class JobsElsewhere:
    """Thread-safe; all methods raise :class:`StudioError`."""

    def __init__(self, folder: Path, records: Records, here: JobsHere, store: Presence) -> None:
        """``folder`` is where processes of this machine find each other, ``store`` whether sounds can be reached."""
        self._records = records
        self._here = here
        self._store = store
        self._leases = records.leases
        self._leases.on_told(self._told)
        self._shared = SharedJobs(records)
        self._claim = Claim(folder)
        self.looked_after = False
        """Whether it is this process that sweeps, and goes on with what none of those that live has left."""
        self._lock = threading.Lock()
        self._begun = False
        self._seen: dict[str, object] = {}
        self._watch = Periodic("jobs elsewhere", self._look, _WATCH_S)

    def close(self) -> None:
        """Let others look after the jobs."""
        self._watch.close()
        self._claim.close()

    def begin(self) -> None:
        """Before the file is first used: mark jobs of a process that has ended as background jobs."""
        with self._lock:
            if self._begun or self._here.closed:
                return
            self._look_after()
            for job in self._records.under_way() if self.looked_after else ():
                # A part goes on with its book.
                alone = job.live or job.book is not None
                if alone and self._here.work(job.id) is None and self._shared.is_free(job.id):
                    self._records.change(job.id, state="paused")
            self._begun = True

    def go_on(self) -> None:
        """Take over jobs without a worker: first those of an earlier process, then those that others leave or offer."""
        self.begin()
        if self._here.closed:
            return
        self._look_after()
        with suppress(StudioError):  # where nothing can be written, nobody shares anything
            self._leases.show()
        sharing = self._leases.others()
        with self._lock:
            if not sharing and not (self._here.left and self.looked_after):
                return
            self._here.left = sharing
        if sharing:
            self._watch.start()
            waiting = {work.job.id: work for work in self._here.waiting()}
            for name in self._shared.gone(waiting):
                self._here.leave(waiting[name])
        self._take_up(sharing)

    def _look_after(self) -> None:
        if not self.looked_after:
            shared = self._records.database.shared
            self.looked_after = self._leases.take(KEEPER) is not None if shared else self._claim.take()

    def _take_up(self, sharing: bool) -> None:
        """Begin jobs without a worker; where others share the database, no more than can be spoken at once."""
        room = self._here.room() if sharing else _ALL
        if sharing and self._store.error is not None:
            room = 0  # others may reach the store
        for job in self._shared.orphans(set(self._here.works()), most=_AT_ONCE if sharing else _ALL):
            if job.live and job.book is None:
                lease = self._records.take(job.id)
                if lease is not None:  # whoever waited for it does so no more
                    self._records.change(job.id, by=lease, state="paused")
                    self._leases.give_back(lease)
            elif room > 0 and (sharing or job.book is None):
                try:
                    room -= self._take(job, sharing)
                except StudioError as error:
                    log.warning("Job %s cannot be gone on with: %s", job.id, error)

    def _take(self, job: Job, sharing: bool) -> bool:
        """Begin a job if it has no worker, and return whether it was begun."""
        lease = self._records.take(job.id) if sharing else None
        if sharing and lease is None:
            return False
        return self._here.take_over(replace(job, state="queued"), lease)

    def _told(self, lease: Lease, wish: str) -> None:
        """Another process has it by now, or wants it to end."""
        if lease.name == KEEPER:
            self.looked_after = False
        self._here.told(lease, wish)

    def _look(self) -> None:
        """Notify the subscribers of jobs that other processes speak."""
        names = self._here.listeners.names() - self._here.works().keys()
        seen = self._shared.seen(names)
        for name in names:
            if name in self._seen and self._seen[name] != seen.get(name):
                self._here.listeners.ring(name)
        self._seen = {name: seen.get(name) for name in names}
