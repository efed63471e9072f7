"""Chooses codes from a network's scores: greedy, sampled, by beams, or by sampled beams.

The numbers are what the published system computes, in its order: with one beam the scores are the raw logits; with more
they become log-probabilities first, and only then the repetition penalty, the temperature and the filters act on them,
before the beam's own score is added.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final, Protocol

import torch
from torch import Tensor

Draw = Callable[[Tensor, int], Tensor]
"""Draws so many different places, at random, from weights ``[n]``."""

Wanted = tuple[Tensor, Tensor]
"""For each beam the code that it goes on with, and the beam that it goes on from."""

OnToken = Callable[[int], None]
"""Told before each step how many codes there are; what it raises ends the search."""


class Stepper(Protocol):
    """A network that has read a prompt."""

    def begin(self, beams: int) -> Tensor:
        """Scores of the first code, ``[beams, codes]``."""
        ...

    def step(self, codes: Tensor, parents: Tensor) -> Tensor:
        """Beam i goes on from beam ``parents[i]`` with ``codes[i]``: scores of the next, ``[beams, codes]``."""
        ...


@dataclass(frozen=True)
class Search:
    """How codes are chosen; the defaults are the published ones."""

    sample: bool = True
    top_p: float = 0.8
    top_k: int = 30
    temperature: float = 0.8
    repetition_penalty: float = 10.0
    num_beams: int = 3
    length_penalty: float = 0.0
    max_tokens: int = 1500
    """Codes at most, the stop token among them."""


@dataclass
class _Found:
    """Finished beams, the best ``room`` of them, with their scores."""

    room: int
    entries: list[tuple[float, list[int]]] = field(default_factory=list)

    def add(self, codes: list[int], total: float, length: int, penalty: float) -> None:
        score = total / length**penalty
        if len(self.entries) < self.room or score > self.worst:
            self.entries.append((score, codes))
            if len(self.entries) > self.room:
                self.entries.remove(min(self.entries, key=lambda entry: entry[0]))

    @property
    def worst(self) -> float:
        return min(score for score, _ in self.entries)

    def settled(self, best: float, length: int, penalty: float) -> bool:
        """Whether nothing that scores at most ``best`` now can come in any more."""
        return len(self.entries) >= self.room and self.worst >= best / length**penalty

    def best(self) -> list[int]:
        return sorted(self.entries, key=lambda entry: entry[0])[-1][1]


NEVER: Final = -1e9
"""The score that keeps beams which begin alike apart: all but the first begin with it."""


def draws(generator: torch.Generator | None = None) -> Draw:
    """Draws from ``generator``, on its own device: one on the CPU gives the same codes wherever the network is."""

    def draw(weights: Tensor, count: int) -> Tensor:
        device = weights.device if generator is None else generator.device
        return torch.multinomial(weights.to(device), count, generator=generator).to(weights.device)

    return draw


def find_codes(
    network: Stepper,
    search: Search,
    *,
    stop: int,
    seen: Sequence[int],
    draw: Draw | None = None,
    on_token: OnToken | None = None,
) -> list[int]:
    """The codes, up to ``stop`` where it was reached and with it.

    ``seen`` are codes that the repetition penalty always counts as used: the published system looks at the prompt's
    stand-in ids, which are all 1, and at the start token.
    """
    tell = on_token or (lambda _: None)
    tell(0)
    hunt = searching(search, stop=stop, seen=seen, draw=draw)
    wanted = hunt.take(network.begin(search.num_beams))
    while wanted is not None:
        tell(hunt.length)
        wanted = hunt.take(network.step(*wanted))
    return hunt.codes


class CodeSearch(Protocol):
    """A search that is driven from outside, one step at a time: any number of them can share a network's steps."""

    @property
    def length(self) -> int:
        """How many codes there are so far."""
        ...

    @property
    def codes(self) -> list[int]:
        """What was found, once it is over."""
        ...

    def take(self, scores: Tensor) -> Wanted | None:
        """Scores of the next code ``[beams, codes]`` are here; what the network is to do now, ``None`` at the end."""
        ...


def searching(search: Search, *, stop: int, seen: Sequence[int], draw: Draw | None = None) -> CodeSearch:
    """A search that has not begun; see :func:`find_codes`."""
    kind = _OneBeam if search.num_beams == 1 else _Beams
    return kind(search, stop, seen, draw or draws())


class _OneBeam:
    """See :class:`CodeSearch`."""

    def __init__(self, search: Search, stop: int, seen: Sequence[int], draw: Draw) -> None:
        self._search, self._stop, self._seen, self._draw = search, stop, seen, draw
        self._used: Tensor | None = None
        self.codes: list[int] = []

    @property
    def length(self) -> int:
        return len(self.codes)

    def take(self, scores: Tensor) -> Wanted | None:
        if self._used is None:
            self._used = _used(scores, self._seen)
        scores = processed(scores, self._used, self._search, keep=1)
        code = self._draw(scores[0].softmax(0), 1) if self._search.sample else scores[0].argmax(keepdim=True)
        self.codes.append(int(code))
        if self.codes[-1] == self._stop or len(self.codes) >= self._search.max_tokens:
            return None
        self._used[0, code] = True
        return code, torch.zeros_like(code)


class _Beams:
    """See :class:`CodeSearch`."""

    def __init__(self, search: Search, stop: int, seen: Sequence[int], draw: Draw) -> None:
        self._search, self._stop, self._seen, self._draw = search, stop, seen, draw
        self._used: Tensor | None = None
        self._totals: list[float] = [0.0, *[NEVER] * (search.num_beams - 1)]
        self._rows: list[list[int]] = [[] for _ in range(search.num_beams)]
        self._parents: list[int] = []
        self._codes: list[int] = []
        self._found = _Found(search.num_beams)
        self.length = 0

    @property
    def codes(self) -> list[int]:
        return self._found.best()[: self._search.max_tokens]

    def take(self, scores: Tensor) -> Wanted | None:
        search, count = self._search, self._search.num_beams
        if self._used is None:
            self._used = _used(scores, self._seen)
        totals = scores.new_tensor(self._totals)
        scores = processed(scores.log_softmax(1), self._used, search, keep=2) + totals[:, None]
        flat = scores.flatten()
        if search.sample:
            picked = self._draw(flat.softmax(0), 2 * count)
            best, order = flat[picked].sort(descending=True)
            picked = picked[order]
        else:
            best, picked = flat.topk(2 * count)
        if not self._note(best.tolist(), picked.tolist(), scores.shape[1]):
            return None
        parents, codes = (torch.tensor(column, device=scores.device) for column in (self._parents, self._codes))
        self._used = self._used[parents]
        self._used[torch.arange(count), codes] = True
        return codes, parents

    def _note(self, totals: Sequence[float], places: Sequence[int], size: int) -> bool:
        """Go on with the best places in the flat scores, two for each beam, best first; whether the search goes on."""
        count, penalty = self._search.num_beams, self._search.length_penalty
        self.length += 1
        going: list[tuple[float, int, int]] = []
        for rank, (total, place) in enumerate(zip(totals, places, strict=True)):
            parent, code = divmod(place, size)
            if code == self._stop:
                if rank < count:  # a stop that is not among the best is dropped
                    self._found.add([*self._rows[parent], self._stop], total, self.length, penalty)
            else:
                going.append((total, parent, code))
            if len(going) == count:
                break
        self._rows = [[*self._rows[parent], code] for _, parent, code in going]
        self._totals = [total for total, _, _ in going]
        self._parents, self._codes = [parent for _, parent, _ in going], [code for _, _, code in going]
        if self._found.settled(max(totals), self.length, penalty):
            return False
        if self.length >= self._search.max_tokens:
            for row, total in zip(self._rows, self._totals, strict=True):
                self._found.add(row, total, self.length, penalty)
            return False
        return True


def processed(scores: Tensor, used: Tensor, search: Search, *, keep: int) -> Tensor:
    """Scores ``[beams, codes]`` after penalty, temperature, top-k and top-p; what is filtered out is minus infinity.

    ``used`` ``[beams, codes]`` is true for codes that the penalty holds down; the filters leave at least ``keep``.
    """
    if search.repetition_penalty != 1.0:
        p = search.repetition_penalty
        scores = torch.where(used, torch.where(scores < 0, scores * p, scores / p), scores)
    if not search.sample:
        return scores
    if search.temperature != 1.0:
        scores = scores / search.temperature
    if search.top_k > 0:
        least = scores.topk(min(max(search.top_k, keep), scores.shape[1])).values[:, -1:]
        scores = scores.masked_fill(scores < least, -torch.inf)
    if search.top_p < 1.0:
        ascending, order = scores.sort(descending=False)
        out = ascending.softmax(1).cumsum(1) <= 1 - search.top_p
        out[:, -keep:] = False
        scores = scores.masked_fill(out.scatter(1, order, out), -torch.inf)
    return scores


def _used(scores: Tensor, seen: Sequence[int]) -> Tensor:
    used = torch.zeros_like(scores, dtype=torch.bool)
    used[:, list(seen)] = True
    return used
