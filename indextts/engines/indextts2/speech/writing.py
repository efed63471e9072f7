"""What the language model makes of lines of text: the codes of one, or of several in common steps.

A step reads the network's weights once, however many lines take part in it; that is most of what a step takes. Each
line has its own prompt, cache, search and generator, begins with the others and leaves when its own search is over.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Final

import torch
from torch import Tensor

from indextts.engines.indextts2.reference.gpt import CodeWriter, UnifiedVoice, numbers, step_together
from indextts.engines.indextts2.speech.decoding import CodeSearch, Search, Wanted, draws, searching
from indextts.model.errors import StudioError
from indextts.platform.beats import Beat, no_beat
from indextts.platform.lru import Lru

_OF_THE_LINE: Final = frozenset(("segment_too_long", "out_of_range", "voice_stumbled"))
"""What a line can come to by itself; anything else ends all."""
_BYTES: Final = 64 * 2**20
_ENTRY_BYTES: Final = 32_768
"""Approximate size of a written line without its latents: codes, and a generator's state."""


@dataclass(frozen=True)
class WrittenCodes:
    """What the language model made of a segment."""

    codes: list[int]
    """As it wrote them, with the stop token where it wrote one."""
    ended: bool
    """Whether it did; else the segment was cut off at the most codes that were allowed."""
    latent: Tensor | None
    """``[1, M, width]``, float32; version 2.5 has none."""

    @property
    def spoken(self) -> list[int]:
        """The codes without the stop token, ``[M]``."""
        return self.codes[:-1] if self.ended else self.codes


@dataclass(frozen=True)
class LineToWrite:
    """All that the codes of a line are made of."""

    text: Sequence[int]
    vectors: Tensor
    """Those of speaker and emotion, ``[1, C, width]``."""
    language: int | None
    """Version 2.5's language number."""
    search: Search
    generator: torch.Generator
    """The random generator for the codes; no other thread draws from it meanwhile."""

    @property
    def name(self) -> str:
        """A hash of it all; it must not have begun."""
        about = repr((tuple(self.text), self.vectors.shape, self.language, self.search)).encode()
        state, vectors = self.generator.get_state().numpy(), self.vectors.float().cpu().contiguous().numpy()
        return hashlib.sha256(about + state.tobytes() + vectors.tobytes()).hexdigest()


OnCodes = Callable[[int], None]
"""Told before each step how many codes the first line has; what it raises ends all."""


@torch.inference_mode()
def write_lines(
    lines: Sequence[LineToWrite],
    voice: UnifiedVoice,
    *,
    latents: bool,
    on_codes: OnCodes = lambda _: None,
    check: Beat = no_beat,
) -> list[WrittenCodes | StudioError]:
    """The codes of each line, and with ``latents`` (version 2) what else the acoustics need; or why there are none.

    What one line comes to (``segment_too_long``, ``out_of_range``, ``voice_stumbled``) is no other's matter. ``check``
    is called before each layer that reads a prompt or finished codes.
    """
    written: list[WrittenCodes | StudioError] = []
    for line, codes in zip(lines, find_together(lines, voice, on_codes=on_codes, check=check), strict=True):
        check()
        if isinstance(codes, StudioError):
            written.append(codes)
            continue
        ended = voice.config.stop_mel_token in codes
        if ended:
            codes = codes[: codes.index(voice.config.stop_mel_token) + 1]
        spoken = codes[:-1] if ended else codes
        latent = None
        if latents and spoken:
            latent = voice.latent(line.vectors, line.text, spoken, check)
            latent = latent.float() if latent.dtype.itemsize < 4 else latent
        written.append(WrittenCodes(codes, ended, latent))
    return written


@dataclass
class _Hunt:
    """One line on its way."""

    writer: CodeWriter
    search: CodeSearch
    wanted: Wanted | None = None


def find_together(
    lines: Sequence[LineToWrite], voice: UnifiedVoice, *, on_codes: OnCodes = lambda _: None, check: Beat = no_beat
) -> list[list[int] | StudioError]:
    """The codes of each line as a search by itself finds them, or its error."""
    on_codes(0)
    found: list[list[int] | StudioError] = [[] for _ in lines]
    hunts: dict[int, _Hunt] = {}
    for place, line in enumerate(lines):
        check()
        try:
            hunt = _begun(line, voice, check)
        except StudioError as error:
            if error.code not in _OF_THE_LINE:
                raise
            found[place] = error
            continue
        hunts[place] = hunt
    first = hunts.get(0)
    while True:
        for place in [place for place, hunt in hunts.items() if hunt.wanted is None]:
            found[place] = hunts.pop(place).search.codes
        if not hunts:
            return found
        on_codes(first.search.length if first else 0)
        for place, wrong in _step(hunts).items():
            found[place] = wrong
            del hunts[place]


def _begun(line: LineToWrite, voice: UnifiedVoice, check: Beat) -> _Hunt:
    writer = CodeWriter(voice, voice.prompt(line.vectors, line.text, line.language), check)
    config = voice.config
    search = searching(line.search, stop=config.stop_mel_token, seen=voice.always_seen, draw=draws(line.generator))
    return _Hunt(writer, search, search.take(writer.begin(line.search.num_beams)))


def _step(hunts: dict[int, _Hunt]) -> dict[int, StudioError]:
    """One more code for each; what went wrong, and with which."""
    wrong: dict[int, StudioError] = {}
    rows: dict[int, tuple[CodeWriter, Tensor, Tensor]] = {}
    for place, hunt in hunts.items():
        if hunt.wanted is not None:
            codes, parents = hunt.wanted
            try:
                rows[place] = (hunt.writer, hunt.writer.embedded(codes), parents)
            except StudioError as error:
                wrong[place] = error
    scores = step_together([*rows.values()]) if rows else []
    for place, one in zip(rows, scores, strict=True):
        try:
            hunts[place].wanted = hunts[place].search.take(numbers(one))
        except StudioError as error:
            wrong[place] = error
    return wrong


@dataclass(frozen=True)
class _Kept:
    """A line that was written along."""

    codes: WrittenCodes
    generator: torch.Generator
    """As it was left."""
    seconds: float
    """Its share of the time that all of them took."""


class WrittenAhead:
    """Lines that were written along with another one, until their turn comes; those for longest go first."""

    def __init__(self) -> None:
        self._kept: Lru[str, _Kept] = Lru(_BYTES)

    def written(
        self,
        line: LineToWrite,
        others: Sequence[LineToWrite],
        voice: Callable[[], UnifiedVoice],
        *,
        latents: bool,
        on_codes: OnCodes = lambda _: None,
        check: Beat = no_beat,
    ) -> tuple[WrittenCodes, float]:
        """What a line comes to, now or earlier; where it is now, ``others`` are written along and kept for their turn.

        And how many seconds went into the others now; below 0 the line's own, where it was written earlier. Raises as
        :func:`write_lines` says. What another line comes to is told when its turn comes: it is tried again.
        """
        name = line.name
        known = self._kept.get(name)
        if known is not None:
            line.generator.set_state(known.generator.get_state())
            # They are counted once, though who comes back to a line finds it again.
            self._kept.put(name, replace(known, seconds=0.0), _size(known.codes))
            return known.codes, -known.seconds
        names = {other.name: other for other in others}
        fresh = {own: other for own, other in names.items() if own != name and own not in self._kept}
        lines = [line, *fresh.values()]
        language_model = voice()
        began = time.perf_counter()
        first, *more = write_lines(lines, language_model, latents=latents, on_codes=on_codes, check=check)
        each = (time.perf_counter() - began) / max(1, sum(map(_length, (first, *more))))
        for (own, other), found in zip(fresh.items(), more, strict=True):
            if not isinstance(found, StudioError):
                self._kept.put(own, _Kept(found, other.generator, each * _length(found)), _size(found))
        if isinstance(first, StudioError):
            raise first
        return first, each * sum(map(_length, more))

    def clear(self) -> None:
        self._kept.clear()


def _length(found: WrittenCodes | StudioError) -> int:
    return 0 if isinstance(found, StudioError) else len(found.codes)


def _size(written: WrittenCodes) -> int:
    return _ENTRY_BYTES + (0 if written.latent is None else written.latent.nbytes)
