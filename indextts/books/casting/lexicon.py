"""The tables of words that casting goes by: ``zh.yaml`` and ``en.yaml``."""

from __future__ import annotations

import functools
import re
from typing import Final, Literal

from indextts.platform.tables import tables_beside

Gender = Literal["", "female", "male"]

HIDDEN: Final = "\ufffc"
"""Stands for what is quoted in the narrator's text, so that offsets stay."""


@functools.cache
def words(language: str, name: str) -> frozenset[str]:
    """A table of words."""
    return frozenset(tables_beside(__file__, f"{language}.yaml")[name].split())


@functools.cache
def signs(name: str) -> frozenset[str]:
    """A table of Chinese characters."""
    return frozenset("".join(tables_beside(__file__, "zh.yaml")[name].split()))


@functools.cache
def roles_zh() -> dict[str, Gender]:
    found: dict[str, Gender] = dict.fromkeys(words("zh", "roles_any"), "")
    found |= dict.fromkeys(words("zh", "roles_male"), "male")
    found |= dict.fromkeys(words("zh", "roles_female"), "female")
    return found


@functools.cache
def either(language: str, name: str) -> str:
    """The words of a table as alternatives, the longest first."""
    return "|".join(sorted(map(re.escape, words(language, name)), key=len, reverse=True))
