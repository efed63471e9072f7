"""English sounds in the symbols of a Mandarin voice: ARPAbet → syllables → symbols, and the sound each is shaped into.

A word is parted into syllables, its sounds are written down in order. Which symbols stand for a sound is data: it is
taken from a Mandarin syllable that comes near it, and its spectrum is moved the rest of the way, by numbers that were
searched for with ``python -m training.english_sounds``.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import accumulate
from typing import Final, NamedTuple

from indextts.errors import StudioError
from indextts.phonemes.symbols import BREAKS, FINALS, VOWELS, ZERO_INITIAL, is_arpabet
from indextts.runtime.lru import cached
from indextts.runtime.tables import tables_beside
from indextts.storage.assets import ASSETS, read_text

ASSET: Final = ASSETS / "english_sounds.json"
SILENT: Final = "silent"
"""The shape of a symbol that only sets the scene for its neighbours and is not heard."""
TERMS: Final = 10
"""Cosine terms of a spectral correction."""
FORMANT_SCALE: Final = 0.9
"""All English sounds are heard from a vocal tract that is longer by a tenth: this speaker's vowels lie high."""


LETTER_PINYIN: Final[dict[str, str]] = {
    letter: said for letter, (_, said) in tables_beside(__file__, "letters.yaml").items()
}
"""Letters as Mandarin speakers name them."""

CLUSTERS: Final = frozenset({
    "B L", "B R", "B Y", "D R", "D W", "F L", "F R", "F Y", "G L", "G R", "G W", "HH W", "HH Y", "K L", "K R", "K W",
    "K Y", "M Y", "P L", "P R", "P Y", "S K", "S K R", "S K W", "S L", "S M", "S N", "S P", "S P L", "S P R", "S T",
    "S T R", "S W", "SH R", "T R", "T W", "TH R", "V Y",
})  # fmt: skip
"""Consonants that may begin a syllable together."""

STRESSED: Final = "4"
"""Tone of the main stress."""
SECOND_STRESS: Final = "1"
BEFORE_STRESS: Final = "1"
AFTER_STRESS: Final = "5"

_FINALS: Final = frozenset(FINALS)
_STOPS: Final = frozenset("PTK")


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


class WrittenPhone(NamedTuple):
    """One symbol, and the sound it is shaped into."""

    symbol: str
    shape: str


class _Part(NamedTuple):
    """One vowel with the consonants around it."""

    onset: list[str]
    vowel: str
    stress: str
    coda: list[str]


@cached(8192, longest=200)
def to_symbols(reading: str) -> tuple[WrittenPhone, ...]:
    """The voice's symbols for an ARPAbet reading, at least one of them heard.

    Raises :class:`StudioError` ``unknown_symbol`` if a part of ``reading`` is no ARPAbet phone.
    """
    return tuple(write(reading, english_sounds()))


def write(reading: str, sounds: Mapping[str, Sound]) -> list[WrittenPhone]:
    """The same with other ``sounds``."""
    if not is_arpabet(reading):
        raise StudioError("unknown_symbol", text=reading, reading=reading)
    parts = _parts(reading.split())
    out: list[WrittenPhone] = []
    main = next((index for index, part in enumerate(parts) if part.stress == "1"), len(parts))
    for index, part in enumerate(parts):
        unstressed = BEFORE_STRESS if index <= main else AFTER_STRESS
        out += _said(part, {"1": STRESSED, "2": SECOND_STRESS}.get(part.stress, unstressed), sounds)
    if not parts:
        for consonant in reading.split():
            out += _alone(f"coda {consonant}", sounds)
    while out and out[-1].symbol == BREAKS[0]:
        out.pop()
    return out


def syllables(reading: str) -> list[list[str]]:
    """An ARPAbet reading's phones, stress digits kept, parted as English parts them.

    Raises :class:`StudioError` ``unknown_symbol`` if a part of ``reading`` is no ARPAbet phone.
    """
    if not is_arpabet(reading):
        raise StudioError("unknown_symbol", text=reading, reading=reading)
    phones = reading.split()
    lengths = [len(part.onset) + 1 + len(part.coda) for part in _parts(phones)] or [len(phones)]
    ends = list(accumulate(lengths))
    return [phones[end - length : end] for length, end in zip(lengths, ends, strict=True)]


def _parts(phones: list[str]) -> list[_Part]:
    bases = [phone.rstrip("012") for phone in phones]
    nuclei = [index for index, base in enumerate(bases) if base in VOWELS]
    parts: list[_Part] = []
    onset = bases[: nuclei[0]] if nuclei else []
    for order, nucleus in enumerate(nuclei):
        last = order + 1 == len(nuclei)
        between = bases[nucleus + 1 : None if last else nuclei[order + 1]]
        coda, following = (between, []) if last else _split(between)
        stress = phones[nucleus][-1]
        parts.append(_Part(onset, bases[nucleus], stress if stress in "012" else "0", coda))
        onset = following
    if len(parts) == 1 and phones[nuclei[0]][-1] not in "012":
        parts[0] = parts[0]._replace(stress="1")
    return parts


def _split(consonants: list[str]) -> tuple[list[str], list[str]]:
    """Consonants between two vowels: the longest possible beginning goes to the second syllable."""
    for cut in range(len(consonants) + 1):
        rest = consonants[cut:]
        if (len(rest) <= 1 and rest != ["NG"]) or " ".join(rest) in CLUSTERS:
            return consonants[:cut], rest
    return consonants, []


def _said(part: _Part, tone: str, sounds: Mapping[str, Sound]) -> list[WrittenPhone]:
    out: list[WrittenPhone] = []
    before, last = part.onset, None
    if part.onset and f"onset {part.onset[-1]}" in sounds:
        before, last = part.onset[:-1], part.onset[-1]
    for consonant in before:
        out += _alone(f"cluster {consonant}", sounds)
    if last is None:
        out.append(WrittenPhone(ZERO_INITIAL, SILENT))
    else:
        name = f"after-s {last}" if last in _STOPS and part.onset[-2:-1] == ["S"] else f"onset {last}"
        out.append(WrittenPhone(sounds[name].symbols[0], name))
    vowel = "AX" if part.vowel == "AH" and part.stress == "0" else part.vowel
    name = f"{'light' if part.stress == '0' else 'stressed'} {vowel}"
    out.append(WrittenPhone(sounds[name].symbols[0] + tone, name))
    out.append(WrittenPhone(BREAKS[0], SILENT))
    for consonant in part.coda:
        out += _alone(f"coda {consonant}", sounds)
    return out


def _alone(name: str, sounds: Mapping[str, Sound]) -> list[WrittenPhone]:
    """A consonant in a syllable of its own, of which nothing else is heard."""
    sound = sounds[name]
    symbols = [symbol + AFTER_STRESS if symbol in _FINALS else symbol for symbol in sound.symbols]
    written = [WrittenPhone(symbol, name if place == sound.heard else SILENT) for place, symbol in enumerate(symbols)]
    return [*written, WrittenPhone(BREAKS[0], SILENT)]
