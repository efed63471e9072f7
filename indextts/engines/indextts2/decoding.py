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
    draw = draw or draws()
    tell = on_token or (lambda _: None)
    tell(0)
    if search.num_beams == 1:
        return _one(network, search, stop, seen, draw, tell)
    return _beams(network, search, stop, seen, draw, tell)


def _one(network: Stepper, search: Search, stop: int, seen: Sequence[int], draw: Draw, tell: OnToken) -> list[int]:
    scores = network.begin(1)
    used = _used(scores, seen)
    parent = torch.zeros(1, dtype=torch.long, device=scores.device)
    codes: list[int] = []
    while True:
        scores = processed(scores, used, search, keep=1)
        code = draw(scores[0].softmax(0), 1) if search.sample else scores[0].argmax(keepdim=True)
        codes.append(int(code))
        if codes[-1] == stop or len(codes) >= search.max_tokens:
            return codes
        used[0, code] = True
        tell(len(codes))
        scores = network.step(code, parent)


def _beams(network: Stepper, search: Search, stop: int, seen: Sequence[int], draw: Draw, tell: OnToken) -> list[int]:
    count, penalty = search.num_beams, search.length_penalty
    scores = network.begin(count)
    used = _used(scores, seen)
    totals = torch.full((count,), NEVER, device=scores.device)
    totals[0] = 0.0
    rows: list[list[int]] = [[] for _ in range(count)]
    found = _Found(count)
    length = 0
    while True:
        length += 1
        scores = processed(scores.log_softmax(1), used, search, keep=2) + totals[:, None]
        flat = scores.flatten()
        if search.sample:
            picked = draw(flat.softmax(0), 2 * count)
            best, order = flat[picked].sort(descending=True)
            picked = picked[order]
        else:
            best, picked = flat.topk(2 * count)
        going: list[tuple[float, int, int]] = []
        for rank, (total, place) in enumerate(zip(best.tolist(), picked.tolist(), strict=True)):
            parent, code = divmod(place, scores.shape[1])
            if code == stop:
                if rank < count:  # a stop that is not among the best is dropped
                    found.add([*rows[parent], stop], total, length, penalty)
            else:
                going.append((total, parent, code))
            if len(going) == count:
                break
        rows = [[*rows[parent], code] for _, parent, code in going]
        totals = totals.new_tensor([total for total, _, _ in going])
        settled = found.settled(float(best.max()), length, penalty)
        if settled or length >= search.max_tokens:
            break
        parents, codes = (torch.tensor(column, device=totals.device) for column in list(zip(*going, strict=True))[1:])
        used = used[parents]
        used[torch.arange(count), codes] = True
        tell(length)
        scores = network.step(codes, parents)
    if not settled:
        for row, total in zip(rows, totals.tolist(), strict=True):
            found.add(row, total, length, penalty)
    return found.best()[: search.max_tokens]


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
