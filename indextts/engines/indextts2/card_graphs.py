"""How a card is told what to do: work that is always the same, recorded once; and how it multiplies in 32 bits."""

from __future__ import annotations

import logging
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from typing import Any, Final

import torch

Work = Callable[[], None]
Record = Callable[[Work], Work]
"""Makes a work that does the same, without doing it."""

_LOG: Final = logging.getLogger(__name__)


class Graphs:
    """Does a work as it is the first time, and as it was recorded from then on.

    A work finds what it works on, and leaves what it made, in tensors that stay where they are.
    """

    def __init__(self, record: Record | None, what: str = "a code") -> None:
        """Without ``record`` every work is done as it is; ``what`` is recorded, as the log calls it."""
        self._record = record
        self._what = what
        self._recorded: dict[Hashable, Work] = {}

    def do(self, name: Hashable, work: Work) -> None:
        """``work``, which is the same whenever it has this ``name``."""
        again = self._recorded.get(name)
        if again is not None:
            again()
            return
        work()  # a first time also sets up what must not be set up while it is recorded
        if self._record is None:
            return
        try:
            self._recorded[name] = self._record(work)
        except RuntimeError as error:
            self._record = None
            _LOG.warning("The card takes no graph of %s (%s): it is told each part, which is slower", self._what, error)

    def forget(self) -> None:
        """What the works used is somewhere else now."""
        self._recorded.clear()


def recorder(device: torch.device) -> Record | None:
    """CUDA graphs on such a card, in one pool of memory; nothing elsewhere."""
    if device.type != "cuda":
        return None
    last: Any = None  # a pool can only be shared while a graph has it

    def record(work: Work) -> Work:
        nonlocal last
        graph = torch.cuda.CUDAGraph()
        with torch.cuda.graph(graph, pool=None if last is None else last.pool()):
            work()
        last = graph
        return graph.replay

    return record


@contextmanager
def products(device: torch.device, *, tf32: bool) -> Iterator[None]:
    """Within, a card rounds the factors of products and convolutions in 32 bits to TF32, or not; a CPU is left alone.

    PyTorch would have convolutions round unless it is told, and products not. Afterwards all is as it was.
    """
    if device.type != "cuda":
        yield
        return
    convolutions: Any = torch.backends.cudnn
    places = (torch.backends.cuda.matmul, convolutions.conv)
    before = [place.fp32_precision for place in places]
    try:
        for place in places:
            place.fp32_precision = "tf32" if tf32 else "ieee"
        yield
    finally:
        for place, was in zip(places, before, strict=True):
            place.fp32_precision = was
