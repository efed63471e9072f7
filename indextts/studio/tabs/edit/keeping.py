"""What the editor works on, kept in its project on the disk a moment after each change."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Final, Protocol

from indextts.model.errors import StudioError

if TYPE_CHECKING:
    from indextts.plan.editing import EditSession

log = logging.getLogger(__name__)

AFTER_S: Final = 0.5
"""Changes that follow each other faster are kept together …"""
LATEST_S: Final = 3.0
"""… but nothing waits for longer than this."""
MAX_BYTES: Final = 16 * 2**20
"""Of one plan on the disk."""


class Shelf(Protocol):
    """Where it is kept: the library of projects."""

    def keep_editor(self, owner: str, project: str, data: bytes) -> None:
        """Keep it, whatever was there."""

    def editor(self, owner: str, project: str) -> bytes | None:
        """What was kept last."""


class Keeper:
    """Keeps plans in a thread of its own, which lives while something is to be kept. Thread-safe."""

    def __init__(self, shelf: Callable[[], Shelf], max_chars: int) -> None:
        """``shelf`` is opened when it is needed first."""
        self._shelf = shelf
        self._max_chars = max_chars
        self._waiting: dict[str, tuple[EditSession, float, float]] = {}
        """Plans by their ids, when each was changed first since it was kept, and when last."""
        self._change = threading.Condition()
        self._thread: threading.Thread | None = None
        self._closed = False

    def changed(self, session: EditSession) -> None:
        """Keep ``session`` in a moment, if it belongs to a project."""
        if session.home is None:
            return
        now = time.monotonic()
        with self._change:
            first = self._waiting.get(session.id, (session, now, now))[1]
            self._waiting[session.id] = (session, first, now)
            if self._thread is None and not self._closed:
                self._thread = threading.Thread(target=self._work, name="keep-edits", daemon=True)
                self._thread.start()
            self._change.notify()

    def free(self, home: tuple[str, str]) -> tuple[str, str] | None:
        """``home`` where nothing is kept there yet; nothing where something is, or where there is no such project."""
        try:
            return None if self._shelf().editor(*home) else home
        except StudioError:
            return None

    def opened(self, owner: str, project: str) -> EditSession | None:
        """What was kept of that project; nothing where nothing was.

        Raises :class:`StudioError`: ``no_project``, and as :func:`indextts.plan.editing_file.unpacked`.
        """
        from indextts.plan.editing_file import unpacked

        data = self._shelf().editor(owner, project)
        if not data:
            return None
        session = unpacked(data, max_chars=self._max_chars)
        session.owner, session.home = owner, (owner, project)
        return session

    def close(self) -> None:
        """Keep at once what still waits."""
        with self._change:
            self._closed = True
            thread = self._thread
            self._change.notify()
        if thread is not None:
            thread.join()

    def _work(self) -> None:
        while True:
            with self._change:
                due = self._due()
                while due is None and self._waiting:
                    self._change.wait(AFTER_S / 2)
                    due = self._due()
                if due is None:
                    self._thread = None
                    return
                del self._waiting[due.id]
            self._keep(due)

    def _due(self) -> EditSession | None:
        now = time.monotonic()
        for session, first, last in self._waiting.values():
            if self._closed or now - last >= AFTER_S or now - first >= LATEST_S:
                return session
        return None

    def _keep(self, session: EditSession) -> None:
        from indextts.plan.editing_file import MAX_KEPT, packed

        home, most = session.home, MAX_KEPT
        if home is None:
            return
        try:
            data = packed(session, most)
            while len(data) > MAX_BYTES and most:
                most //= 4
                data = packed(session, most)
            self._shelf().keep_editor(*home, data)
        except StudioError as error:
            if error.code == "no_project":
                session.home = None
                return
            log.warning("What is being edited could not be kept: %s", error)
        except Exception:
            log.exception("What is being edited could not be kept")
