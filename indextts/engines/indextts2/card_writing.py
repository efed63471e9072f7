"""The codes of several lines on a card: as ``writing.py`` finds them, with one look of the host for some codes each.

Lines that are searched for in the same way go together. One that is over stays until all are: a row more costs a card
next to nothing. Random numbers are the CPU's, the same for a seed as without a card; they are drawn while it works.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Protocol

import torch
from torch import Tensor

from indextts.engines.indextts2.card_graphs import Record, recorder
from indextts.engines.indextts2.card_steps import EVERY, CardSteps
from indextts.engines.indextts2.decoding import CodeSearch, Search, searching
from indextts.engines.indextts2.networks.gpt import TextPrompt, UnifiedVoice, no_numbers, too_many
from indextts.errors import StudioError
from indextts.runtime.beats import Beat, no_beat

Found = list[int] | StudioError
"""Codes, or why there are none."""


class Line(Protocol):
    """See :class:`indextts.engines.indextts2.writing.LineToWrite`."""

    @property
    def text(self) -> Sequence[int]: ...
    @property
    def vectors(self) -> Tensor: ...
    @property
    def language(self) -> int | None: ...
    @property
    def search(self) -> Search: ...
    @property
    def generator(self) -> torch.Generator: ...


@torch.inference_mode()
def find_on_card(
    lines: Sequence[Line],
    voice: UnifiedVoice,
    *,
    on_codes: Callable[[int], None] = lambda _: None,
    check: Beat = no_beat,
    record: Callable[[torch.device], Record | None] = recorder,
) -> list[Found]:
    """See :func:`indextts.engines.indextts2.writing.find_together`; ``on_codes`` is told every :data:`EVERY` codes."""
    on_codes(0)
    found: dict[int, Found] = {}
    ways: dict[Search, list[_Pass]] = {}
    for place, line in enumerate(lines):
        check()
        try:
            prompt = voice.prompt(line.vectors, line.text, line.language)
        except StudioError as error:
            if error.code != "segment_too_long":
                raise
            found[place] = error
            continue
        ways.setdefault(replace(line.search, max_tokens=0), []).append(_Pass(place, line, prompt, voice))
    for way, passes in ways.items():
        steps = opened(voice, way, len(passes), record)
        steps.begin(voice, [one.prompt for one in passes], check)
        found |= _found(passes, steps, voice, on_codes)
    return [found[place] for place in range(len(lines))]


def opened(
    voice: UnifiedVoice, way: Search, passes: int, record: Callable[[torch.device], Record | None] = recorder
) -> CardSteps:
    """The steps for so many passes; those that were last used are kept."""
    name = (way, passes)
    steps = voice.steps.get(name)
    if not isinstance(steps, CardSteps):
        steps = CardSteps(voice, way, passes, record(voice.device))
    voice.steps.put(name, steps, steps.nbytes)  # it may have grown
    return steps


class _Pass:
    """One line on its way."""

    def __init__(self, place: int, line: Line, prompt: TextPrompt, voice: UnifiedVoice) -> None:
        self.place, self.prompt = place, prompt
        self._voice, self._generator = voice, line.generator
        self.search: CodeSearch = searching(line.search, stop=voice.config.stop_mel_token, seen=())
        self.found: Found | None = None
        self._states: list[Tensor] = []
        """Of the generator, before each block of codes."""
        self._noted = 0

    def draw(self, rows: Tensor) -> None:
        """What decides over the next ``rows [EVERY, beams · codes]``, drawn as ``torch.multinomial`` does on a CPU."""
        self._states.append(self._generator.get_state())
        for row in rows:
            row.exponential_(generator=self._generator)

    def note(self, totals: list[float], places: list[int], *, numbers: bool) -> None:
        """One more code is there."""
        size = self._voice.config.number_mel_codes
        if not numbers:
            self.found = no_numbers()
            return
        self._noted += 1
        if not self.search.note(totals, places, size):
            self.found = self.search.codes
        elif self.search.length >= self._voice.last:
            self.found = too_many(self.search.length, self._voice)

    def undraw(self, row: Tensor) -> None:
        """Have the generator stand where it stood if nothing had been drawn behind the end."""
        block, rows = divmod(self._noted, EVERY)
        self._generator.set_state(self._states[block])
        for _ in range(rows):
            row.exponential_(generator=self._generator)


def _found(
    passes: Sequence[_Pass], steps: CardSteps, voice: UnifiedVoice, on_codes: Callable[[int], None]
) -> dict[int, Found]:
    rows = EVERY if steps.search.sample else 0
    chance = torch.ones(rows, len(passes), steps.search.num_beams * steps.size)

    def draw() -> None:
        for number, one in enumerate(passes):
            if rows and one.found is None:
                one.draw(chance[:, number])

    draw()
    while any(one.found is None for one in passes):
        on_codes(passes[0].search.length)
        steps.write(voice, chance)
        draw()
        for told in steps.read():
            for number, one in enumerate(passes):
                if one.found is None:
                    one.note(told.totals[number], told.places[number], numbers=told.numbers[number])
    for number, one in enumerate(passes if rows else ()):
        one.undraw(chance[0, number])
    return {one.place: one.found for one in passes if one.found is not None}
