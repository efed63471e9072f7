"""Spans: the steps of a request and their durations, for tracing.

    with span("engine", {"engine": "embedded"}) as seen:
        ...
        seen.note("segments", 3)

Nothing happens here until a tracer is put into :data:`SPANS` (:mod:`indextts.server.tracing` does, where the
extra ``otel`` is installed and an exporter is named). What is noted is never a text, nor a name that a person gave.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractContextManager, nullcontext
from typing import Final, Protocol

Attribute = str | int | float | bool


class Seen(Protocol):
    """A span under way."""

    def note(self, name: str, value: Attribute) -> None:
        """Write an attribute."""

    def rename(self, name: str) -> None:
        """Give it another name: that of a route is known at the end."""

    def fail(self, why: str) -> None:
        """Mark it as one that went wrong, for the reason of that code."""


class Tracer(Protocol):
    """The tracer that records spans."""

    def span(self, name: str, attributes: Mapping[str, Attribute], parent: str | None) -> AbstractContextManager[Seen]:
        """A span of what is done within; ``parent`` is a ``traceparent`` from outside, else it is that around it."""

    def here(self) -> str:
        """The ``traceparent`` of the span around the calling code."""


class _Unseen:
    def note(self, name: str, value: Attribute) -> None: ...

    def rename(self, name: str) -> None: ...

    def fail(self, why: str) -> None: ...


class Spans:
    """Holds the tracer, if there is one."""

    def __init__(self) -> None:
        self.tracer: Tracer | None = None


SPANS: Final = Spans()
"""Of this process."""

_UNSEEN: Final = nullcontext(_Unseen())


def span(
    name: str, attributes: Mapping[str, Attribute] | None = None, *, parent: str | None = None
) -> AbstractContextManager[Seen]:
    """What is done within, as a span of that name; not to be held open over a ``yield``."""
    tracer = SPANS.tracer
    return _UNSEEN if tracer is None else tracer.span(name, attributes or {}, parent)


def traceparent() -> str:
    """W3C's ``traceparent`` of the span around the calling code; empty without a tracer."""
    return "" if SPANS.tracer is None else SPANS.tracer.here()
