"""Polyphones that the characters around them decide: 一担水, 脸涨得通红, 推举他为队长.

The rules are data, ``assets/contexts.txt``, which says how they are written.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from indextts.phonemes.zh.polyphones import SegmentedWord
from indextts.storage.assets import ASSETS, read_text

ASSET: Final = ASSETS / "contexts.txt"
REACH: Final = 14
"""Characters on either side that a rule may look at."""
_END: Final = "。"
_ANYTHING: Final = "-"


@dataclass(frozen=True)
class Context:
    """A reading of a character, and the context that asks for it."""

    reading: str
    before: re.Pattern[str] | None
    after: re.Pattern[str] | None
    alone: bool
    """Only where the character is a word by itself, or in what no dictionary has as a phrase."""
    firm: bool
    """Also against the general dictionary's phrases."""


def find(text: str, at: int, word: SegmentedWord, *, in_phrase: bool) -> str | None:
    """What the rules make of ``text[at]``, a character of ``word``; ``None`` where none fits.

    ``in_phrase`` says that the general dictionary has a phrase there.
    """
    if text[at] not in load():
        return None
    alone = not in_phrase or (len(word.text) < 3 and word.start == at)
    before = text[max(0, at - REACH) : at] if at > REACH else _END + text[:at]
    after = text[at + 1 : at + 1 + REACH] + (_END if at + 1 + REACH >= len(text) else "")
    for rule in _rules(text[at]):
        if (rule.alone and not alone) or (in_phrase and not rule.firm):
            continue
        if (rule.before is None or rule.before.search(before)) and (rule.after is None or rule.after.match(after)):
            return rule.reading
    return None


@functools.cache
def load() -> Mapping[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for line in read_text(ASSET).splitlines():
        if line and not line.startswith("#"):
            found.setdefault(line.split(maxsplit=1)[0][-1], []).append(line)
    return {char: tuple(lines) for char, lines in found.items()}


@functools.cache
def _rules(char: str) -> tuple[Context, ...]:
    """A character's rules, compiled when they are first needed: all at once take a tenth of a second."""
    return tuple(map(_rule, load()[char]))


def _rule(line: str) -> Context:
    head, reading, before, after = line.split()
    return Context(
        reading,
        None if before == _ANYTHING else re.compile(f"(?:{before})$"),
        None if after == _ANYTHING else re.compile(after),
        "=" in head,
        "!" in head,
    )
