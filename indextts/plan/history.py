"""What was done, so that it can be undone: states that never change, one after another."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, Generic, TypeVar

State = TypeVar("State")

MAX_STEPS: Final = 2000
"""Steps that can be undone; the states share what they have in common, so a step costs what it changed."""


class History(Generic[State]):
    """The present state, and the ways back and forth from it."""

    def __init__(self, present: State, *, most: int = MAX_STEPS) -> None:
        self.present = present
        self._most = most
        self._past: list[State] = []
        self._future: list[State] = []

    @property
    def can_undo(self) -> bool:
        return bool(self._past)

    @property
    def can_redo(self) -> bool:
        return bool(self._future)

    def do(self, state: State) -> None:
        """A step: ``state`` is the present now. A state that equals the present is no step."""
        if state == self.present:
            return
        self._past.append(self.present)
        del self._past[: -self._most]
        self._future.clear()
        self.present = state

    def amend(self, state: State) -> None:
        """Replace the present without a step that could be undone."""
        self.present = state

    def shorten(self, size: Callable[[State], int], most: int) -> int:
        """Forget the steps done longest ago, so that the others take ``most`` bytes; what those take now.

        ``size`` says what a state takes that none has had for which it was asked before. Steps that were taken back
        are forgotten where even they are too many.
        """
        total = 0
        for states in (self._future, self._past):
            for kept, state in enumerate(reversed(states)):
                more = size(state)
                if total + more > most:
                    del states[: len(states) - kept]
                    break
                total += more
        return total

    def undo(self) -> None:
        """The state before the last step; nothing at the beginning."""
        if self._past:
            self._future.append(self.present)
            self.present = self._past.pop()

    def redo(self) -> None:
        """The state that was undone last; nothing if there is none."""
        if self._future:
            self._past.append(self.present)
            self.present = self._future.pop()
