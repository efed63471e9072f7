"""What a language model remembers of several passes at once, in memory that stays where it is, as a card wants it.

Beams share their past as in ``gpt_cache.py``, and the same entries take the same places. What differs: nothing here
asks how many entries there are, because only the card knows. A step looks at the first entries, as many as its caller
says (a bucket), and a table says which of these each beam remembers.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional


class StaticCache:
    """Keys and values of every layer, each ``[passes, heads, room, head]``."""

    def __init__(self, layers: int, heads: int, head: int, *, passes: int, beams: int, room: int, like: Tensor) -> None:
        """``like`` gives device and dtype."""
        shape = (passes, heads, room, head)
        self._keys = [like.new_zeros(shape) for _ in range(layers)]
        self._values = [like.new_zeros(shape) for _ in range(layers)]
        self._mine = torch.zeros(passes, beams, room, dtype=torch.bool, device=like.device)
        """Which entries each beam remembers."""
        self._earlier = torch.arange(room, 0, -1, device=like.device)
        """Of each entry, more than of all that come after it."""

    @property
    def room(self) -> int:
        return self._mine.shape[2]

    @property
    def nbytes(self) -> int:
        """What it takes of memory."""
        return sum(tensor.nbytes for tensor in (*self._keys, *self._values))

    def clear(self) -> None:
        """Forget all: what is multiplied by nothing must be a number too."""
        for tensor in (*self._keys, *self._values, self._mine):
            tensor.zero_()

    def reader(self, number: int) -> PassReader:
        """Takes in the prompt of a pass."""
        return PassReader(self, number)

    def put(self, number: int, layer: int, keys: Tensor, values: Tensor) -> None:
        """The prompt's ``[heads, N, head]`` of a layer of a pass, which all its beams remember."""
        count = keys.shape[1]
        self._keys[layer][number, :, :count] = keys
        self._values[layer][number, :, :count] = values
        self._mine[number, :, :count] = True

    def follow(self, parents: Tensor, bucket: int) -> StaticTurn:
        """The next entries: beam i of a pass goes on from where beam ``parents [passes, beams]`` of it was.

        They take the first places that no beam of the pass remembers any more; there must be as many in the bucket.
        """
        mine = self._mine[:, :, :bucket]
        mine = mine.gather(1, parents[:, :, None].expand_as(mine))
        free = self._earlier[:bucket].masked_fill(mine.any(1), 0)
        places = free.topk(parents.shape[1], dim=1).indices
        mine.scatter_(2, places[:, :, None], True)
        self._mine[:, :, :bucket] = mine
        return StaticTurn(self, places, mine[:, None])

    def write(self, layer: int, places: Tensor, keys: Tensor, values: Tensor) -> tuple[Tensor, Tensor]:
        """Put entries ``[passes, heads, beams, head]`` of a layer at ``places [passes, beams]``; all that there is."""
        where = places[:, None, :, None].expand_as(keys)
        for kept, fresh in ((self._keys[layer], keys), (self._values[layer], values)):
            kept.scatter_(2, where, fresh)
        return self._keys[layer], self._values[layer]

    def longer(self, room: int) -> StaticCache:
        """The same with more room."""
        passes, heads, _, head = self._keys[0].shape
        beams, like = self._mine.shape[1], self._keys[0]
        wide = StaticCache(len(self._keys), heads, head, passes=passes, beams=beams, room=room, like=like)
        ours, theirs = ((*one._keys, *one._values, one._mine) for one in (self, wide))
        for old, new in zip(ours, theirs, strict=True):
            new[:, :, : self.room] = old
        return wide


@dataclass(frozen=True)
class PassReader:
    """A pass whose prompt is read (``gpt_cache.Reads``)."""

    cache: StaticCache
    number: int

    def put(self, layer: int, keys: Tensor, values: Tensor) -> None:
        self.cache.put(self.number, layer, keys, values)


@dataclass(frozen=True)
class StaticTurn:
    """All passes' part in a step (``gpt_cache.Past``)."""

    cache: StaticCache
    places: Tensor
    """Where the newest entries go, ``[passes, beams]``."""
    seen: Tensor
    """``[passes, 1, beams, bucket]``"""

    def attend(self, layer: int, query: Tensor, key: Tensor, value: Tensor) -> Tensor:
        """See ``gpt_cache.Past``."""
        bucket = self.seen.shape[3]
        keys, values = (held[:, :, :bucket] for held in self.cache.write(layer, self.places, key, value))
        return functional.scaled_dot_product_attention(query, keys, values, self.seen)
