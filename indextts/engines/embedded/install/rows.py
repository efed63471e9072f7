"""Graphs over rows ``[L, channels]``, each with its own way to convolve them."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable
from typing import Generic, TypeVar

import numpy as np
import numpy.typing as npt

from indextts.engines.onnx_graph import Graph

Floats = npt.NDArray[np.float32]
Held = TypeVar("Held")


class RowGraph(Graph, Generic[Held]):
    """A graph that turns rows into what its convolutions work on (``Held``), and back."""

    def count(self, rows: str) -> None:
        """From now on L is how many ``rows`` there are."""
        self._length = self.op("Shape", rows, start=0, end=1)

    def order(self) -> str:
        """The numbers of the rows in the order in which the graph keeps them, ``[L]``."""
        length = self.op("Squeeze", self._length, self.ints(0))
        begin, step = (self.constant(np.array(number), np.int64) for number in (0, 1))
        return self.op("Range", begin, length, step)

    def in_order(self, rows: str, channels: int) -> str:
        """The rows, which have so many ``channels``, in their own order."""
        return rows

    @abstractmethod
    def held(self, rows: str) -> Held: ...

    @abstractmethod
    def rows(self, held: Held) -> str: ...

    @abstractmethod
    def kept(self, held: Held, weight: Floats, bias: Floats, *, bounded: bool = False) -> Held:
        """The convolution that keeps the length, with zeros beyond the ends; ``weight`` is ``[out, in, kernel]``.

        ``bounded`` says that what is held lies between -1 and 1.
        """

    @abstractmethod
    def each(self, change: Callable[[str], str], held: Held) -> Held:
        """A change of every number by itself."""


class PlainGraph(RowGraph[str]):
    """Convolutions as onnxruntime computes them."""

    def held(self, rows: str) -> str:
        return self.to_channels(rows)

    def rows(self, held: str) -> str:
        return self.to_rows(held)

    def kept(self, held: str, weight: Floats, bias: Floats, *, bounded: bool = False) -> str:
        return self.conv(held, weight, bias, pad=weight.shape[2] // 2)

    def each(self, change: Callable[[str], str], held: str) -> str:
        return change(held)
