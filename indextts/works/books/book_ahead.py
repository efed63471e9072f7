"""A book's chapters are coded for its file while the next ones are spoken: then little is left to do in the end."""

from __future__ import annotations

import logging
import queue
import threading
from collections.abc import Callable

from indextts.books.binding import AHEAD_FORMS, BoundAhead, BoundChapter
from indextts.model.errors import StudioError

log = logging.getLogger(__name__)


class ChaptersAhead:
    """A thread of its own, from :meth:`begin` to :meth:`close`. What goes wrong there is done again by the binding."""

    def __init__(
        self,
        ahead: Callable[[], BoundAhead],
        form: str,
        chapter: Callable[[int], BoundChapter | None],
        cancel: Callable[[], bool],
    ) -> None:
        """``chapter`` gives one that is spoken by its number, ``None`` where nothing of it is heard."""
        self._make, self._chapter, self._cancel = ahead, chapter, cancel
        self._wanted = form in AHEAD_FORMS
        self._spoken: queue.SimpleQueue[int | None] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None
        self._ending = False
        self._ahead: BoundAhead | None = None

    def begin(self) -> None:
        """Something is new: there will be a new file."""
        if self._wanted and self._thread is None:
            self._thread = threading.Thread(target=self._live, name="book ahead", daemon=True)
            self._thread.start()

    def spoken(self, number: int) -> None:
        """All of that chapter is spoken, and another one comes."""
        if self._wanted:
            self._spoken.put(number)

    def ended(self) -> BoundAhead | None:
        """What is coded by now; no more will be. Waits for the chapter that is being coded."""
        self._ending = True
        self._spoken.put(None)
        if self._thread is not None:
            self._thread.join()
        return self._ahead

    def close(self) -> None:
        """Take away what was made, but for what a binding has taken over."""
        cancel, self._cancel = self._cancel, lambda: True
        try:
            ahead = self.ended()
        finally:
            self._cancel = cancel
        if ahead is not None:
            ahead.close()

    def _live(self) -> None:
        while (number := self._spoken.get()) is not None and not self._ending:
            try:
                if self._ahead is None:
                    self._ahead = self._make()
                if (chapter := self._chapter(number)) is not None:
                    self._ahead.add(chapter, lambda: self._cancel())
            except Exception as error:
                # The binding itself does it again, and tells what is wrong there.
                if not (isinstance(error, StudioError) and error.code == "cancelled"):
                    log.warning("A book's file is not coded ahead: %s", error)
                if self._ahead is not None:
                    self._ahead.close()
                    self._ahead = None
                return
