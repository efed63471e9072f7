"""What long work calls now and then: it tells that the work goes on, and may raise where it should not."""

from __future__ import annotations

from collections.abc import Callable

Beat = Callable[[], None]


def no_beat() -> None:
    """A :data:`Beat` that never stops anything."""
