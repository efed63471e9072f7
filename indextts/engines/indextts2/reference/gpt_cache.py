"""What a language model remembers of one pass: the prompt once, and after it what its beams wrote, shared among them.

Positions are in the embeddings already, so the order of entries says nothing: where no beam remembers an entry any
more, the next one takes its place. Beams soon go back to common ancestors, so a cache is hardly longer than one beam.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import torch
from torch import Tensor
from torch.nn import functional

_ROOM: Final = 192
"""Entries that there is room for after the prompt at first; doubled whenever it is used up."""


@dataclass(frozen=True)
class PassRows:
    """A pass's part in a step: its newest rows, one for each beam."""

    cache: Cache
    rows: slice
    """Which of the step's rows they are."""
    places: Tensor
    """Where in the cache they go, ``[beams]``."""
    length: int
    """Of the cache, with them."""
    mask: Tensor | None
    """Added to the attention, ``[beams, length]``: minus infinity where a beam does not look; none for one beam."""

    def put(self, layer: int, keys: Tensor, values: Tensor) -> tuple[Tensor, Tensor]:
        """Remember the step's ``[heads, rows, head]`` of a layer that are this pass's; all that it looks at now."""
        return self.cache.write(layer, self.places, self.length, keys[:, self.rows], values[:, self.rows])


@dataclass(frozen=True)
class Apart:
    """Several passes in one row of a batch, each with its own cache; further rows may exist and are ignored."""

    turns: Sequence[PassRows]

    def attend(self, layer: int, query: Tensor, key: Tensor, value: Tensor) -> Tensor:
        """What the newest rows ``[B, heads, N, head]`` of a layer see: themselves, and what their pass remembers."""
        out = torch.zeros_like(query)
        for turn in self.turns:
            keys, values = turn.put(layer, key[0], value[0])
            keys, values = keys[None].to(query), values[None].to(query)  # faster than to ask in fewer bits
            rows = query[:, :, turn.rows]
            out[:, :, turn.rows] = functional.scaled_dot_product_attention(rows, keys, values, turn.mask)
        return out


class Cache:
    """Keys and values of every layer, each ``[heads, room, head]``."""

    def __init__(
        self, layers: int, heads: int, head: int, *, prompt: int, like: Tensor, dtype: torch.dtype | None = None
    ) -> None:
        """Room for ``prompt`` positions and a first stretch after it; ``like`` gives device, and dtype if none is."""
        shape = (heads, prompt + _ROOM, head)
        self._keys = [like.new_empty(shape, dtype=dtype) for _ in range(layers)]
        self._values = [like.new_empty(shape, dtype=dtype) for _ in range(layers)]
        self._asked_in = like.dtype
        self._prompt = 0
        self._mine = torch.zeros(1, 0, dtype=torch.bool, device=like.device)
        """Which entries after the prompt each beam remembers, ``[beams, entries]``."""

    @property
    def length(self) -> int:
        """How many entries there are."""
        return self._prompt + self._mine.shape[1]

    @property
    def nbytes(self) -> int:
        """What it takes of memory."""
        return sum(tensor.nbytes for tensor in (*self._keys, *self._values))

    def put(self, layer: int, keys: Tensor, values: Tensor) -> None:
        """Take in the prompt's ``[heads, N, head]`` of a layer."""
        self._prompt = keys.shape[1]
        self._keys[layer][:, : self._prompt] = keys
        self._values[layer][:, : self._prompt] = values

    def start(self, beams: int) -> None:
        """The prompt is in: ``beams`` beams begin from it."""
        self._mine = self._mine.new_zeros(beams, 0)

    def follow(self, parents: Tensor, rows: slice) -> PassRows:
        """The next entries are one for each beam, beam i going on from where beam ``parents[i]`` was."""
        beams = len(parents)
        mine = self._mine[parents]
        free = (~mine.any(0)).nonzero()[:beams, 0]
        if fresh := beams - len(free):
            free = torch.cat((free, torch.arange(mine.shape[1], mine.shape[1] + fresh, device=free.device)))
            mine = torch.nn.functional.pad(mine, (0, fresh))
        mine[:, free] = torch.eye(beams, dtype=torch.bool, device=mine.device)
        self._mine = mine
        mask = None
        if beams > 1:
            mask = torch.zeros(beams, self.length, dtype=self._asked_in, device=mine.device)
            mask[:, self._prompt :].masked_fill_(~mine, -torch.inf)
        return PassRows(self, rows, free + self._prompt, self.length, mask)

    def write(self, layer: int, places: Tensor, length: int, keys: Tensor, values: Tensor) -> tuple[Tensor, Tensor]:
        """Put entries ``[heads, N, head]`` of a layer where they belong; its first ``length`` keys and values."""
        if length > self._keys[layer].shape[1]:
            self._keys[layer] = _longer(self._keys[layer], length)
            self._values[layer] = _longer(self._values[layer], length)
        held = self._keys[layer], self._values[layer]
        for kept, fresh in zip(held, (keys, values), strict=True):
            kept.index_copy_(1, places, fresh.to(kept.dtype))
        return held[0][:, :length], held[1][:, :length]


def _longer(tensor: Tensor, least: int) -> Tensor:
    """The same with room for ``least`` entries or twice as many as before along axis 1."""
    shape = list(tensor.shape)
    shape[1] = max(least, 2 * shape[1])
    longer = tensor.new_zeros(shape)
    longer[:, : tensor.shape[1]] = tensor
    return longer
