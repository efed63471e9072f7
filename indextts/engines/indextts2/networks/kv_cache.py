"""What the transformer remembers of earlier positions while it writes: keys and values, for several beams at once.

All beams share one row of memory. The prompt comes first; then every step leaves one entry for each beam. Which entries
a beam descends from is a table of true and false: when beams change places, rows of that table do, and no key or value
ever moves.
"""

from __future__ import annotations

from typing import Final

import torch
from torch import Tensor

_ROOM: Final = 192
"""Entries that there is room for after the prompt at first; doubled whenever it is used up."""


class Cache:
    """Keys and values of every layer, each ``[heads, room, head]``."""

    def __init__(self, layers: int, heads: int, head: int, *, prompt: int, like: Tensor) -> None:
        """Room for a prompt of ``prompt`` positions and a first stretch after it; ``like`` gives dtype and device."""
        self.length = 0
        self._room = prompt + _ROOM
        shape = (heads, self._room, head)
        self._keys = [like.new_empty(shape) for _ in range(layers)]
        self._values = [like.new_empty(shape) for _ in range(layers)]
        self._mine = torch.zeros(1, self._room, dtype=torch.bool, device=like.device)

    def put(self, layer: int, keys: Tensor, values: Tensor) -> tuple[Tensor, Tensor]:
        """Add the newest entries ``[heads, N, head]`` of a layer; returns all its keys and values up to them."""
        end = self.length + keys.shape[1]
        if end > self._keys[layer].shape[1]:
            self._keys[layer] = _longer(self._keys[layer], end)
            self._values[layer] = _longer(self._values[layer], end)
        self._keys[layer][:, self.length : end] = keys
        self._values[layer][:, self.length : end] = values
        return self._keys[layer][:, :end], self._values[layer][:, :end]

    def advance(self, count: int) -> None:
        """The ``count`` newest entries are complete, in every layer."""
        self.length += count

    def start(self, beams: int) -> None:
        """The prompt is in: ``beams`` beams begin from it."""
        self._mine = torch.zeros(beams, self._keys[0].shape[1], dtype=torch.bool, device=self._mine.device)
        self._mine[:, : self.length] = True

    def follow(self, parents: Tensor) -> Tensor:
        """The next entries are one for each beam, beam i going on from where beam ``parents[i]`` was.

        Returns which entries, the new ones among them, each beam sees: ``[beams, length + beams]``, true where it does.
        """
        beams = len(parents)
        end = self.length + beams
        if end > self._mine.shape[1]:
            self._mine = _longer(self._mine, end)
        self._mine = self._mine[parents]
        self._mine[:, self.length : end] = torch.eye(beams, dtype=torch.bool, device=self._mine.device)
        return self._mine[:, :end]


def _longer(tensor: Tensor, least: int) -> Tensor:
    """The same with room for ``least`` entries or twice as many as before along axis 1 (for two axes, the last)."""
    shape = list(tensor.shape)
    shape[1] = max(least, 2 * shape[1])
    longer = tensor.new_zeros(shape)
    longer[:, : tensor.shape[1]] = tensor
    return longer
