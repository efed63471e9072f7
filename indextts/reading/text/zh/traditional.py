"""Traditional characters: the simplified form of a text, and what such a character tells of how it is read."""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping
from typing import Any, Final

from indextts.platform.tables import tables_beside

RULE: Final = "traditional"
"""The rule of a change from a traditional character to a simplified one."""


def load() -> None:
    _told()


def simplified(text: str, lean: int | None = None) -> str:
    """``text`` with simplified characters for traditional ones, one for each; ``text`` itself where it has none.

    ``lean`` is that of the whole which it is a part of; without it, ``text`` has to tell.
    """
    simple = text.translate(_forms())
    for char, (stands_for, *patterns) in _doubtful().items():
        if char in simple:
            lean = lean_of(text) if lean is None else lean
            for pattern in patterns[: 2 + (lean > 0) if lean >= 0 else 1]:
                simple = pattern.sub(stands_for, simple)
    return simple


def lean_of(text: str) -> int:
    """How many more characters of ``text`` are traditional than simplified; below 0 for a simplified one."""
    there, here = _told()
    return len(there.findall(text)) - len(here.findall(text))


@functools.cache
def written() -> Mapping[str, str]:
    """Traditional character → its one reading, where its simplified form has several."""
    return {pair[0]: pair[1:] for pair in _tables()["written"].split()}


def _tables() -> dict[str, Any]:
    return tables_beside(__file__, "traditional.yaml")


@functools.cache
def _forms() -> dict[int, str]:
    return {ord(pair[0]): pair[1] for pair in _tables()["pairs"].split()}


@functools.cache
def _doubtful() -> dict[str, tuple[str, re.Pattern[str], re.Pattern[str], re.Pattern[str]]]:
    """Characters that stand for another one in places: for which, and in which."""
    never = "(?!)"
    return {
        char: (
            each["simple"],
            re.compile(each["always"]),
            re.compile(each.get("open", never)),
            re.compile(each.get("traditional", never)),
        )
        for char, each in _tables()["doubtful"].items()
    }


@functools.cache
def _told() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """Characters that only one of the two ways of writing has, as the codes of the places where it is written tell."""
    forms = _forms()
    there = "".join(char for char in map(chr, forms) if not _is_in(char, "gb2312"))
    here = "".join(char for char in set(forms.values()) if not _is_in(char, "big5"))
    return re.compile(f"[{there}]"), re.compile(f"[{here}]")


def _is_in(char: str, code: str) -> bool:
    return bool(char.encode(code, "ignore"))
