"""The networks as they serve on a CPU, with their linear layers laid out anew (see ``packed_linear``)."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import torch
from torch import nn

from indextts.engines.indextts2.networks.packed_linear import pack
from indextts.parity.runner import Row

Prepare = Callable[[nn.Module], None]
"""What is done to a network before it is asked."""


def as_it_is(_module: nn.Module) -> None: ...


def both(compare: Callable[[Prepare], Iterator[Row]]) -> Iterator[Row]:
    """The rows of the plain layers, then those of the laid-out ones, whose names say so.

    Where oneDNN is not there, the plain ones serve, and are all that there is to compare.
    """
    yield from compare(as_it_is)
    if torch.backends.mkldnn.is_available():  # type: ignore[no-untyped-call]
        for what, error, tolerance in compare(pack):
            yield f"{what} (packed)", error, tolerance
