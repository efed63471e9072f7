"""Steps of the language model and of its search, on a card: several codes without a word to the host.

What the host must know (which codes were likeliest or drawn, whether the scores were numbers, how long the cache is) is
written down for each code and read for several at once. Whether a search is over is decided there, by the very rules of
``decoding.py``; what was computed behind its end is thrown away.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import torch
from torch import Tensor

from indextts.engines.indextts2.card_graphs import Graphs, Record
from indextts.engines.indextts2.decoding import NEVER, Search, processed
from indextts.engines.indextts2.networks.gpt import TextPrompt, UnifiedVoice
from indextts.engines.indextts2.networks.static_cache import StaticCache
from indextts.runtime.beats import Beat, no_beat

EVERY: Final = 8
"""Codes that are written before the host looks."""
BUCKET: Final = 256
"""Entries of a cache by which what is looked at grows; each size is recorded by itself."""
_ROOM: Final = 4 * BUCKET


@dataclass(frozen=True)
class CodesOnCard:
    """What became of a code, for all passes: of two places for each of several beams, best first."""

    totals: list[list[float]]
    places: list[list[int]]
    """In the flat scores of a pass."""
    numbers: list[bool]


class CardSteps:
    """The state of some passes that are searched for in the same way, and what changes it. On any device.

    It keeps its memory from one text to the next: what was recorded knows it by its address.
    """

    def __init__(self, voice: UnifiedVoice, search: Search, passes: int, record: Record | None) -> None:
        stack, beams, size = voice.gpt, search.num_beams, voice.config.number_mel_codes
        like = stack.ln_f.weight
        places = 2 * beams if beams > 1 else 1

        def zeros(*shape: int, dtype: torch.dtype = torch.float32) -> Tensor:
            return torch.zeros(shape, dtype=dtype, device=like.device)

        self.search, self.passes, self.size, self._stop = search, passes, size, voice.config.stop_mel_token
        self._cache = StaticCache(
            len(stack.h), stack.heads, stack.head, passes=passes, beams=beams, room=_ROOM, like=like
        )
        self._graphs = Graphs(record)
        self._scores = zeros(passes, beams, size)
        self._beam_totals = zeros(passes, beams)
        self._used = zeros(passes, beams, size, dtype=torch.bool)
        self._chance = zeros(EVERY if search.sample else 0, passes, beams * size)
        self._codes = zeros(1, dtype=torch.long)
        """So many were written before this one."""
        self._row = zeros(1, dtype=torch.long)
        """Of the notes, this one's."""
        self._totals = zeros(EVERY, passes, places)
        self._places = zeros(EVERY, passes, places, dtype=torch.long)
        self._numbers = zeros(EVERY, passes, dtype=torch.bool)
        self._lengths = zeros(EVERY, passes, dtype=torch.long)
        self._length = 0

    @property
    def nbytes(self) -> int:
        return self._cache.nbytes + self._chance.nbytes

    def begin(self, voice: UnifiedVoice, prompts: Sequence[TextPrompt], check: Beat = no_beat) -> None:
        """Read the prompts, one for each pass; ``check`` is called before each layer."""
        self._cache.clear()
        self._length = 1 + max(prompt.embeddings.shape[1] for prompt in prompts)
        self._make_room()
        for number, prompt in enumerate(prompts):
            self._scores[number] = voice.read(prompt, self._cache.reader(number), check)
        self._beam_totals.fill_(NEVER)[:, 0] = 0.0
        self._used.zero_()[:, :, list(voice.always_seen)] = True
        self._codes.zero_()

    def write(self, voice: UnifiedVoice, chance: Tensor | None = None, codes: int = EVERY) -> None:
        """Write so many codes; ``chance [EVERY, passes, beams · codes]`` decides where codes are drawn."""
        self._make_room()
        if chance is not None:
            self._chance.copy_(chance)
        self._row.zero_()
        bucket = -(-self._needed // BUCKET) * BUCKET
        for _ in range(codes):
            self._graphs.do(bucket, lambda: self.code(voice, bucket))

    def read(self) -> list[CodesOnCard]:
        """What :meth:`write` has written; waits for it."""
        self._length = max(self._length, 1 + int(self._lengths.max()))
        told = (self._totals.tolist(), self._places.tolist(), self._numbers.tolist())
        return [CodesOnCard(*row) for row in zip(*told, strict=True)]

    def code(self, voice: UnifiedVoice, bucket: int) -> None:
        """One more code for each beam: choose it by the scores, and make those of the next one."""
        totals, places = self._chosen()
        self._totals.index_copy_(0, self._row, totals[None])
        self._places.index_copy_(0, self._row, places[None])
        self._numbers.index_copy_(0, self._row, self._scores.isfinite().flatten(1).all(1)[None])
        codes, parents = self._followed(totals, places)
        turn = self._cache.follow(parents, bucket)
        self._lengths.index_copy_(0, self._row, turn.places.amax(1)[None])
        position = (self._codes + 2).clamp(max=voice.last)
        x = voice.mel_embedding(codes) + voice.mel_pos_embedding.emb.weight[position]
        self._scores.copy_(voice.logits(voice.gpt.step(x, turn)))
        self._codes += 1
        self._row += 1

    def _chosen(self) -> tuple[Tensor, Tensor]:
        """The totals of the places that are gone on with, and these: ``[passes, 2 beams]``, one for a single beam."""
        search, beams = self.search, self.search.num_beams
        scores = self._scores.flatten(0, 1)
        alone = beams == 1
        scores = processed(
            scores if alone else scores.log_softmax(1), self._used.flatten(0, 1), search, keep=1 if alone else 2
        ).view_as(self._scores)
        flat = (scores if alone else scores + self._beam_totals[:, :, None]).flatten(1)
        # As torch.multinomial draws on a CPU: the largest of the weights, each divided by a number of its own.
        weights = flat.softmax(1) / self._chance.index_select(0, self._row)[0] if search.sample else flat
        if alone:
            places = weights.argmax(1, keepdim=True)
            return flat.gather(1, places), places
        places = weights.topk(2 * beams).indices
        totals, order = flat.gather(1, places).sort(dim=1, descending=True)
        return totals, places.gather(1, order)

    def _followed(self, totals: Tensor, places: Tensor) -> tuple[Tensor, Tensor]:
        """The code that each beam goes on with, and the beam that it goes on from: the best that are no stop."""
        beams = self.search.num_beams
        codes, parents = places % self.size, places // self.size
        if beams > 1:
            over = (codes == self._stop).to(torch.uint8)
            best = over.sort(dim=1, stable=True).indices[:, :beams]
            codes, parents = codes.gather(1, best), parents.gather(1, best)
            self._beam_totals.copy_(totals.gather(1, best))
        used = self._used.gather(1, parents[:, :, None].expand_as(self._used))
        self._used.copy_(used.scatter_(2, codes[:, :, None], True))
        return codes, parents

    @property
    def _needed(self) -> int:
        return self._length + EVERY * self.search.num_beams

    def _make_room(self) -> None:
        room = self._cache.room
        if self._needed > room:
            self._graphs.forget()
            self._cache = self._cache.longer(max(2 * room, -(-self._needed // BUCKET) * BUCKET))
