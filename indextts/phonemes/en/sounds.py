"""How a Mandarin voice makes each English sound: what the phonemes write, and what the acoustic stage makes of it.

A sound is taken from a Mandarin syllable that comes near it, and its spectrum is moved the rest of the way. The numbers
were searched for with ``python -m training.english_sounds``.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from indextts.storage.assets import ASSETS, read_text

ASSET: Final = ASSETS / "english_sounds.json"
SILENT: Final = "silent"
"""The shape of a symbol that only sets the scene for its neighbours and is not heard."""
TERMS: Final = 10
"""Cosine terms of a spectral correction."""
FORMANT_SCALE: Final = 0.9
"""All English sounds are heard from a vocal tract that is longer by a tenth: this speaker's vowels lie high."""


@dataclass(frozen=True)
class Sound:
    """One English sound of the voice."""

    symbols: tuple[str, ...]
    """What is written for it; finals without a tone take that of the syllable."""
    heard: int
    """Which of the symbols is heard; the others are silent."""
    begin: float
    end: float
    """The part of that symbol's frames that is taken, 0 to 1; of a final, what rings on after it is counted in."""
    frames: int
    """How long it is, in frames of 12.5 ms at normal speed."""
    first: tuple[float, ...]
    last: tuple[float, ...]
    """Cosine terms of what is added to the log-mel spectrum, in dB: at its beginning and at its end."""

    @property
    def rings_on(self) -> bool:
        """Whether it is taken from a final, whose sound goes on into the symbol after."""
        return self.symbols[self.heard][0] in "aeiouv"


@functools.cache
def english_sounds() -> Mapping[str, Sound]:
    """By name: ``stressed``, ``light`` and a vowel; ``onset``, ``cluster``, ``after-s``, ``coda`` and a consonant."""
    return read_sounds(read_text(ASSET))


def is_vowel(name: str) -> bool:
    return name.startswith(("stressed ", "light "))


def read_sounds(text: str) -> dict[str, Sound]:
    """The table in ``text``, as ``training.english_sounds`` writes it."""
    table = json.loads(text)
    return {
        name: Sound(
            tuple(row["symbols"].split()),
            row["heard"],
            row["part"][0],
            row["part"][1],
            row["frames"],
            tuple(row["first"]),
            tuple(row.get("last", row["first"])),
        )
        for name, row in table.items()
    }
