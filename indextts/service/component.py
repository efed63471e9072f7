"""What lives with the service without the service knowing what it is."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from prometheus_client import Metric

    from indextts.model.errors import StudioError


class Component(Protocol):
    """What :meth:`SpeechService.join <indextts.service.service.SpeechService.join>` takes in.

    It starts and closes with the service, and has its say in the service's health and measurements, in any thread.
    """

    def start(self) -> None:
        """Begin in the background; returns at once."""

    def close(self) -> None:
        """Stop; it may be started again afterwards."""

    @property
    def notices(self) -> Sequence[StudioError]:
        """What is wrong with what it keeps, and what has been done about it; never blocks."""

    @property
    def absent(self) -> Sequence[StudioError]:
        """What it needs outside of this process and cannot reach at this moment; never blocks."""

    def measured(self) -> Iterable[Metric]:
        """What it is like now, for ``/metrics``, in families of its own."""
