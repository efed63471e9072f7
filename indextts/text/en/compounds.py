"""English nouns of two words that nothing parts: *guard dog*, *pension funds*."""

from __future__ import annotations

import functools
import re
from typing import Final

from indextts.runtime.compact import SortedLines
from indextts.runtime.lru import cached
from indextts.storage.assets import ASSETS, read_text

COMPOUNDS: Final = ASSETS / "compounds_en.txt"
_PLURAL: Final = (("ies", "y"), ("es", ""), ("s", ""))
"""Endings of a plural, and what stands in their place without it."""


@functools.cache
def written_compounds() -> SortedLines:
    """First word → all that may follow it, between spaces."""
    lines = (line.split(": ", 1) for line in read_text(COMPOUNDS).splitlines())
    return SortedLines((first, f" {seconds} ") for first, seconds in lines)


@cached(8192)
def is_compound(first: str, second: str) -> bool:
    """Whether the two words are one noun, perhaps in the plural or with a possessive s."""
    seconds = written_compounds().get(first.lower())
    if seconds is None:
        return False
    second = re.sub("['’]s?$", "", second.lower())
    forms = [second, *(second.removesuffix(end) + one for end, one in _PLURAL if second.endswith(end))]
    return any(f" {form} " in seconds for form in forms)
