"""What Gradio remembers of each page that is, or was, open: as much as is needed, for a bounded number of them."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from gradio.blocks import Blocks
from gradio.state_holder import SessionState, StateHolder

MOST: Final = 200
"""Sessions that are remembered, beyond the pages that are open."""
IDLE_S: Final = 3600.0
"""How long one is remembered that nobody has used: as long as a page that lost its connection may come back."""


class Sessions(StateHolder):
    """Gradio's own store, in which a page stays as long as it is open, and others go, the longest unused first."""

    def __init__(self, most: int, idle_s: float) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._most = most
        self._idle_s = idle_s
        self._open: Counter[str] = Counter()

    def set_blocks(self, blocks: Blocks) -> None:
        super().set_blocks(blocks)
        self.capacity = self._most

    def __getitem__(self, session_id: str) -> SessionState:
        """The session of that name, a new one if need be."""
        is_new = session_id not in self.session_data
        state = super().__getitem__(session_id)
        if is_new:
            # A copy of the whole page, 0.2 MB, of use only to links that bring a page's values back.
            state.config_values.clear()
        return state

    @contextmanager
    def open(self, session_id: str) -> Iterator[None]:
        """Within this the page of that session is open."""
        self._open[session_id] += 1
        try:
            yield
        finally:
            self._open[session_id] -= 1
            self._open += Counter()  # without those at 0

    def update(self, session_id: str) -> None:
        """Note that a session was used; others go where there are too many."""
        with self.lock:
            if session_id in self.session_data:
                self.session_data.move_to_end(session_id)
            closed = [one for one in self.session_data if one != session_id and not self._open[one]]
            beyond = len(self.session_data) - self.capacity
            gone = [self._take_out(one) for one in closed[: max(0, beyond)]]
        self._end(gone)

    def sweep(self) -> None:
        """Forget what nobody has used for long."""
        before = datetime.datetime.now() - datetime.timedelta(seconds=self._idle_s)
        with self.lock:
            idle = [one for one, used in self.time_last_used.items() if used < before and not self._open[one]]
            gone = [self._take_out(one) for one in idle if one in self.session_data]
        self._end(gone)

    def _take_out(self, session_id: str) -> SessionState:
        self.time_last_used.pop(session_id, None)
        return self.session_data.pop(session_id)

    def _end(self, gone: list[SessionState]) -> None:
        for state in gone:
            for component, value, _ in state.state_components:
                component.delete_callback(value)  # stops a run that may be going on
