"""English nouns of two words that nothing parts: *guard dog*, *pension funds*."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from typing import Final

from indextts.platform.compact import SortedLines
from indextts.platform.lru import cached
from indextts.platform.storage.assets import ASSETS, read_text

COMPOUNDS: Final = ASSETS / "compounds_en.txt"
_PLURAL: Final = (("ies", "y"), ("es", ""), ("s", ""))
"""Endings of a plural, and what stands in their place without it."""


@functools.cache
def written_compounds() -> SortedLines:
    """First word → all that may follow it, between spaces."""
    return SortedLines((first, f" {seconds} ") for first, seconds in _entries())


@cached(8192)
def is_compound(first: str, second: str) -> bool:
    """Whether the two words are one noun, perhaps in the plural or with a possessive s."""
    seconds = written_compounds().get(first.lower())
    if seconds is None:
        return False
    second = re.sub("['’]s?$", "", second.lower())
    forms = [second, *(second.removesuffix(end) + one for end, one in _PLURAL if second.endswith(end))]
    return any(f" {form} " in seconds for form in forms)


def begins_compound(word: str) -> bool:
    """Whether some noun of two words begins with ``word``."""
    return written_compounds().get(word.lower()) is not None


def ends_compound(word: str) -> bool:
    """Whether some noun of two words ends with ``word``, perhaps in the plural."""
    word = word.lower()
    return word in _second_words() or word.removesuffix("s") in _second_words()


@functools.cache
def _second_words() -> frozenset[str]:
    return frozenset(second for _, seconds in _entries() for second in seconds.split())


def _entries() -> Iterator[tuple[str, str]]:
    for line in read_text(COMPOUNDS).splitlines():
        first, _, seconds = line.partition(": ")
        yield first, seconds
