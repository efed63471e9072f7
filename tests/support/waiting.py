"""Waits for what happens elsewhere: no test depends on how soon that is."""

from __future__ import annotations

import time
from collections.abc import Callable

import httpx


def until(true: Callable[[], object], seconds: float = 240.0, *, every_s: float = 0.02) -> None:
    """Return once it is ``true``; after so many seconds it is a failure."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(every_s)


def page_ready(address: str) -> None:
    """Return once the page of the server at ``address`` is there."""
    until(lambda: httpx.get(f"{address}/healthz", trust_env=False).json().get("page") == "ready", every_s=0.05)
