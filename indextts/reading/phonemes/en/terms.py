"""Words that the pronouncing dictionary lacks or has otherwise: terms of computing, brands, names of products, slang.

``terms/*.yaml`` has them by field, one in a line, ``word: what is said``. A word in small letters is known in any case,
one with capitals only as it stands there. What is said is one of

- ARPAbet with stress: ``yaml: Y AE1 M AH0 L``;
- other words, and letters by their names: ``nginx: engine x``, ``github: git hub``, ``mysql: my S Q L``. A word that
  is not the first part has no main stress;
- letters alone: ``url: U R L``. Such a word is spelt in the plan, letter by letter.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

from indextts.platform.compact import SortedLines
from indextts.platform.tables import tables_beside

LETTERS: Final[dict[str, str]] = {letter: name for letter, (name, _) in tables_beside(__file__, "letters.yaml").items()}
"""The names of the letters."""

_INNER_ACRONYM: Final = re.compile(r"[a-z][A-Z]{2,}")
_SOUNDS: Final = re.compile(r"[A-Z]{2}[012]")  # A vowel of ARPAbet: what has one is no spelling.


def spelt(word: str) -> str:
    """The names of a word's letters."""
    return " ".join(LETTERS.get(letter.upper(), "") for letter in word)


def find(word: str) -> str | None:
    """What is said for a word, as it stands in the lists; ``None`` if they do not have it.

    One with an acronym in it (*ChatGPT*) they must have so: else its parts are words of the plan.
    """
    found = _lists().get(word)
    return found if found is not None or _INNER_ACRONYM.search(word) else _lists().get(word.lower())


def is_spelt(said: str) -> bool:
    """Whether what is said is letters alone."""
    return all(len(part) == 1 for part in said.split())


def arpabet(said: str, known: Callable[[str], str | None]) -> str:
    """ARPAbet of what a list says; ``known`` has the pronunciations of other words.

    Raises :class:`KeyError` for a word that it does not know.
    """
    if _SOUNDS.search(said):
        return said
    parts = []
    stressed = False
    for part in said.split():
        if len(part) == 1:
            phones: str | None = LETTERS[part.upper()]
        else:
            listed = find(part)
            phones = known(part) if listed is None else arpabet(listed, known)
        if phones is None:
            raise KeyError(part)
        parts.append(phones.replace("1", "2") if stressed and len(part) > 1 else phones)
        stressed |= "1" in phones
    return " ".join(parts)


def entries() -> Iterator[tuple[str, str]]:
    """All words with what is said for them, as they stand in the lists."""
    for path in sorted((Path(__file__).parent / "terms").glob("*.yaml")):
        for line in path.read_text(encoding="utf-8").splitlines():
            word, colon, said = line.partition(": ")
            if colon and not line.startswith("#"):
                yield word, said


@functools.cache
def _lists() -> SortedLines:
    return SortedLines(dict(entries()).items())
