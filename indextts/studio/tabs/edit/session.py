"""The plans that are being edited on all pages, within a bound of bytes.

A browser keeps the id of its own, so that a reload loses nothing; the server keeps the rest in memory, the least used
going first.
"""

from __future__ import annotations

from typing import Final

from indextts.errors import StudioError
from indextts.plan.editing import EditSession
from indextts.studio.kept import MEGABYTE, Kept

MAX_BYTES: Final = 256 * MEGABYTE
"""Of all plans that the process remembers for all pages together, where the configuration says nothing else."""


class EditStore:
    """All plans that are being edited in this process; thread-safe."""

    def __init__(self, max_bytes: int = MAX_BYTES) -> None:
        self.room = max_bytes // 2
        """Bytes that one plan may take with all its steps, so that it does not drive out all others."""
        self._kept: Kept[EditSession] = Kept(max_bytes)

    @property
    def nbytes(self) -> int:
        """Approximate memory in bytes."""
        return self._kept.nbytes

    def add(self, session: EditSession) -> None:
        """Remember ``session``, forgetting the least used when there is no room; those of open pages go last."""
        self._kept.put(session.id, session, self._weight(session))

    def weigh(self, session: EditSession) -> None:
        """To be called after each change of ``session``: it may have grown."""
        self._kept.resize(session.id, self._weight(session))

    def _weight(self, session: EditSession) -> int:
        with session.lock:
            return session.nbytes(self.room)

    def find(self, session_id: object) -> EditSession | None:
        """The one of that id; ``None`` where it is unknown or forgotten."""
        return self._kept.get(session_id, renew=True) if isinstance(session_id, str) else None

    def get(self, session_id: object) -> EditSession:
        """The same. Raises :class:`StudioError` ``editor_gone``."""
        session = self.find(session_id)
        if session is None:
            raise StudioError("editor_gone")
        return session

    def show(self, page: str, session_id: str) -> None:
        """The open page of that name edits this plan now."""
        self._kept.show(page, session_id)

    def leave(self, page: str) -> None:
        self._kept.leave(page)
