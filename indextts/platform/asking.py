"""On whose behalf something is done: it goes from the request through threads and jobs into every line of the log.

with on_behalf(Asking("3f2a9c")):
    Thread(target=carried(work)).start()     # what work logs bears the same id
"""

from __future__ import annotations

import contextvars
import functools
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass


@dataclass(frozen=True)
class Asking:
    """A request, as far as what is done for it needs to know."""

    request_id: str = ""
    """Empty for what the program does by itself."""
    caller: str = ""
    """The name of a key, or another name of the client; empty where there is none."""
    trace: str = ""
    """W3C's ``traceparent`` of the span that it is a part of; empty where nothing is traced."""


_asking: contextvars.ContextVar[Asking] = contextvars.ContextVar("asking", default=Asking())  # noqa: B039 - it is frozen


def asking() -> Asking:
    """On whose behalf the calling thread or task works."""
    return _asking.get()


@contextmanager
def on_behalf(of: Asking) -> Iterator[None]:
    """Work for ``of`` within."""
    token = _asking.set(of)
    try:
        yield
    finally:
        _asking.reset(token)


def carried(work: Callable[[], None]) -> Callable[[], None]:
    """``work`` for another thread, on behalf of the same client as the calling thread, and within its span."""
    return functools.partial(contextvars.copy_context().run, work)
