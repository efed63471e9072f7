"""Leases: of all processes that share a database, one at a time works at a job, as long as it reports in time.

    lease = leases.take(job.id)                 # None: another process works at it
    with database.writing(alone=False) as session:
        leases.check(session, lease)            # raises LeaseLostError where another one has it by now
        session.execute(…)                      # so a process that has lost the lease writes nothing
    leases.give_back(lease)

A lease lasts ``lease_s`` by the database's clock and is renewed in the background. A process that is late with that
keeps it unless another one has taken it. Its token grows with each holder:
a process that slept meanwhile, or was cut off, finds another number there. With a file, whose processes are all on one
machine, each holds a lock as well: what a dead one had is free at once.
"""

from __future__ import annotations

import os
import secrets
import socket
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import IO, Any, Final

from sqlalchemy import delete, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from indextts.model.errors import StudioError
from indextts.platform.periodic import Periodic
from indextts.platform.storage.files import hold, own_folder, writing
from indextts.works.db.backends import DatabaseClock
from indextts.works.db.database import JobRow, LeaseRow, WorksDatabase
from indextts.works.db.model import UNDER_WAY, Lease, LeaseLostError

BEAT_S: Final = 1.0
"""How often a process asks whether it still has what it had, and what others want of it."""
_RENEWALS: Final = 4
"""Within the time of a lease."""
_KEPT_S: Final = 86_400.0
"""Seconds after which a free lease of a deleted job is removed."""


class Leases:
    """Those of this process. Thread-safe; all methods that touch the database raise :class:`StudioError`."""

    def __init__(self, database: Callable[[], WorksDatabase], folder: Path, lease_s: float) -> None:
        """``folder`` is where processes that share a file have their locks."""
        self.worker: Final = f"{socket.gethostname()}.{os.getpid()}.{secrets.token_hex(4)}"
        self._database = database
        self._folder = folder
        self._lease_s = lease_s
        self._lock = threading.Lock()
        self._held: dict[str, Lease] = {}
        self._told: Callable[[Lease, str], None] = lambda *_: None
        self._mark: IO[bytes] | None = None
        self._renewed_at = time.monotonic()
        self._beats = Periodic("leases", self.beat, min(BEAT_S, lease_s / _RENEWALS))

    def on_told(self, told: Callable[[Lease, str], None]) -> None:
        """``told`` is called with ``None`` for each lost lease, and with the state in which a job is asked to end."""
        self._told = told

    # ------------------------------------------------------------------ taking and giving back

    def take(self, name: str) -> Lease | None:
        """The lease; ``None`` where another one has it."""
        self.show()
        with self._database().writing(alone=False) as session:
            lease = self.take_in(session, name)
        return self.keep(lease)

    def take_in(self, session: Session, name: str, *, force: bool = False) -> Lease | None:
        """The same inside a transaction, after :meth:`show`; :meth:`keep` it once that is done.

        ``force`` takes it from its present holder.
        """
        columns = (LeaseRow.worker, LeaseRow.token, LeaseRow.until, DatabaseClock())
        chosen = select(*columns).where(LeaseRow.name == name)
        self._there(session, name)
        found = session.execute(chosen.with_for_update(skip_locked=not force)).first()
        if found is None:
            return None
        worker, token, until, clock = found
        if not force and self.is_alive(worker, until, clock):
            return None
        mine = {"worker": self.worker, "token": token + 1, "until": DatabaseClock() + self._lease_s, "wish": ""}
        session.execute(update(LeaseRow).where(LeaseRow.name == name).values(mine))
        return Lease(name, token + 1)

    def keep(self, lease: Lease | None) -> Lease | None:
        """From now on it is prolonged."""
        if lease is not None:
            with self._lock:
                if not self._held:
                    self._renewed_at = time.monotonic()
                self._held[lease.name] = lease
            self._beats.start()
        return lease

    def holds(self, name: str) -> bool:
        """Whether this process has it, as far as it knows."""
        with self._lock:
            return name in self._held

    def give_back(self, lease: Lease | None) -> None:
        """Let others take it; where that cannot be written, its time runs out."""
        if lease is None:
            return
        with self._lock:
            if self._held.get(lease.name) is lease:
                del self._held[lease.name]
        mine = (LeaseRow.name == lease.name, LeaseRow.token == lease.token, LeaseRow.worker == self.worker)
        with suppress(StudioError), self._database().writing(alone=False) as session:
            session.execute(update(LeaseRow).where(*mine).values(worker="", until=0.0, wish=""))

    def close(self) -> None:
        """Give all of them back."""
        self._beats.close()
        with self._lock:
            held = list(self._held.values())
        for lease in held:
            self.give_back(lease)
        with self._lock:
            if self._mark is not None:
                with suppress(OSError):
                    self._place(self.worker).unlink()
                self._mark.close()
            self._mark = None

    # ------------------------------------------------------------------ inside of transactions

    def check(self, session: Session, lease: Lease) -> str:
        """The state in which it is asked to end, or nothing. It cannot be taken until the transaction ends.

        Raises :class:`LeaseLostError`.
        """
        chosen = select(LeaseRow.worker, LeaseRow.token, LeaseRow.wish).where(LeaseRow.name == lease.name)
        found = session.execute(chosen.with_for_update()).first()
        if found is None or (found.worker, found.token) != (self.worker, lease.token):
            raise LeaseLostError(lease.name)
        return str(found.wish)

    def ask(self, session: Session, name: str, state: str) -> None:
        """Ask the lease holder to end the job in ``state``."""
        self._there(session, name)  # one that is taken at this moment waits for this, or this for that
        session.execute(update(LeaseRow).where(LeaseRow.name == name).values(wish=state))

    def _there(self, session: Session, name: str) -> None:
        """See that it has a row."""
        if session.execute(select(LeaseRow.name).where(LeaseRow.name == name)).first() is None:
            values = {"name": name, "worker": "", "token": 0, "until": 0.0, "wish": ""}
            session.execute(_insertion(session).values(values))

    def taken(self, session: Session, names: set[str]) -> dict[str, str]:
        """The workers that hold leases, of ``names``."""
        if not names:
            return {}
        columns = (LeaseRow.name, LeaseRow.worker, LeaseRow.until, DatabaseClock())
        rows = session.execute(select(*columns).where(LeaseRow.name.in_(names), LeaseRow.worker != ""))
        return {name: worker for name, worker, until, clock in rows if self.is_alive(worker, until, clock)}

    def expired(self) -> int:
        """Number of active jobs whose worker has not reported in time and that have no other worker yet."""
        columns = select(LeaseRow.worker, LeaseRow.until, DatabaseClock())
        chosen = columns.join(JobRow, JobRow.id == LeaseRow.name).where(LeaseRow.worker != "")
        with self._database().reading() as session:
            rows = session.execute(chosen.where(JobRow.state.in_(UNDER_WAY), JobRow.deleted.is_(None))).all()
        return sum(not self.is_alive(*row) for row in rows)

    def sweep(self) -> None:
        """Remove free leases of deleted jobs after a long time."""
        there = select(JobRow.id).where(JobRow.id == LeaseRow.name).exists()
        with self._database().writing(alone=False) as session:
            old = (LeaseRow.worker == "", LeaseRow.until < DatabaseClock() - _KEPT_S, ~there)
            session.execute(delete(LeaseRow).where(*old).execution_options(synchronize_session=False))

    # ------------------------------------------------------------------ staying alive

    def beat(self) -> None:
        """Once: prolong what is held, and hear what was lost and what is wanted."""
        with self._lock:
            held = dict(self._held)
        if not held:
            return
        # Where the database is away, nothing is lost yet: its token says later whether another one has come.
        found = self._looked_up(set(held))
        for lease in held.values():
            token, wish = found.get(lease.name, (0, ""))
            if token != lease.token:
                self._lose(lease)
            elif wish:
                self._told(lease, wish)

    def _looked_up(self, held: set[str]) -> dict[str, tuple[int, str]]:
        mine = LeaseRow.worker == self.worker
        chosen = select(LeaseRow.name, LeaseRow.token, LeaseRow.wish).where(mine)
        at = time.monotonic()
        if at - self._renewed_at < self._lease_s / _RENEWALS:
            with self._database().reading() as session:
                return {name: (token, wish) for name, token, wish in session.execute(chosen)}
        with self._database().writing(alone=False) as session:
            found = {name: (token, wish) for name, token, wish in session.execute(chosen)}
            # Those alone that are held: what could not be given back, or was taken by a transaction whose end nobody
            # has heard of, runs out.
            prolonged = (
                update(LeaseRow).where(mine, LeaseRow.name.in_(held)).values(until=DatabaseClock() + self._lease_s)
            )
            session.execute(prolonged.execution_options(synchronize_session=False))
        self._renewed_at = at
        return found

    def _lose(self, lease: Lease) -> None:
        with self._lock:
            if self._held.get(lease.name) is not lease:
                return
            del self._held[lease.name]
        self._told(lease, "")

    # ------------------------------------------------------------------ the processes of one machine

    def show(self) -> None:
        """Let others see that this process is there; before it takes anything."""
        with self._lock:
            if self._mark is not None or self._database().shared:
                return
            path = self._place(self.worker)
            with writing(path):
                while True:
                    own_folder(path.parent)
                    mark = path.open("ab")
                    # One that looks at this moment may hold it, or take it for a dead one's.
                    if hold(mark) is not False and path.exists():
                        self._mark = mark
                        return
                    mark.close()

    def others(self) -> bool:
        """Whether other processes share the work."""
        if self._database().shared:
            return True
        with suppress(OSError):
            return any(self._breathes(name) for name in os.listdir(self._folder) if name != self.worker)
        return False

    def _place(self, worker: str) -> Path:
        return self._folder / worker

    def is_alive(self, worker: str | None, until: float | None, clock: float) -> bool:
        """Whether a lease with these values in the database is held."""
        if not worker or until is None or until <= clock:
            return False
        return self._database().shared or worker == self.worker or self._breathes(worker)

    def _breathes(self, worker: str) -> bool:
        """Whether the process of that name lives; what a dead one has left is removed."""
        try:
            with self._place(worker).open("rb") as mark:
                if hold(mark) is not True:
                    return True  # held, or nobody can say
                with suppress(OSError):
                    self._place(worker).unlink()
        except OSError:
            pass
        return False


def _insertion(session: Session) -> Any:
    """Leaves alone what another has inserted at the same moment."""
    if session.get_bind().dialect.name == "postgresql":
        return postgresql.insert(LeaseRow).on_conflict_do_nothing()
    return sqlite.insert(LeaseRow).on_conflict_do_nothing()
