"""What a voice may be called, and which names are free in the library's file."""

from __future__ import annotations

import re
import sqlite3
import unicodedata
from collections.abc import Callable
from typing import Final, Literal

from indextts.errors import StudioError, printable
from indextts.lexicon.entry import fold
from indextts.voices.cloning.voice import ID_PREFIX, REFERENCE_PREFIX
from indextts.voices.design import bad_voice

MAX_NAME: Final = 40
"""Characters."""
OWN_PREFIX: Final = "own-"
"""What the id of a person's own voice begins with; a number that is never given again follows."""
NO_TEXT: Final = ("Cc", "Cf", "Cs", "Co", "Zl", "Zp")
"""Unicode's categories of what is no part of a name. What no category knows yet may be a new sign."""

LIKE_AN_ID: Final = re.compile(rf"({ID_PREFIX}[0-9]+|{REFERENCE_PREFIX}[0-9a-f+]+)", re.IGNORECASE)
"""No new voice is called what the id of a cloned one may be."""

_NUMBER: Final = re.compile(r"[1-9][0-9]{0,17}")
_WHITE: Final = 8
"""What is longer than this many times its bound is not looked at, so that the work stays in proportion."""


def checked_name(name: object) -> str:
    """``name`` in its one form, if a voice can be called that. Raises :class:`StudioError` ``bad_voice``."""
    kept = one_line(name, MAX_NAME, "its name", "名称", bad_voice)
    if not kept:
        raise bad_voice("it has no name", "没有名称")
    for char in kept:
        if char in ':："<>=,':
            raise bad_voice(f"its name holds “{char}”, which has a meaning of its own", f"名称中不能有“{char}”")
    folded = fold(kept)
    if folded == "default" or (folded.startswith(OWN_PREFIX) and _NUMBER.fullmatch(folded, len(OWN_PREFIX))):
        raise bad_voice("its name is that of another voice", "这个名称已作他用")
    return kept


def one_line(value: object, most: int, what: str, what_zh: str, bad: Callable[[str, str], StudioError]) -> str:
    """``value`` on one line of at most ``most`` characters, in its composed form. Raises what ``bad`` makes."""
    if not isinstance(value, str):
        raise bad(f"{what} must be text", f"{what_zh}必须是文字")
    kept = unicodedata.normalize("NFC", " ".join(value[: _WHITE * most].split()))
    if len(kept) > most or len(value) > _WHITE * most:
        raise bad(f"{what} has more than {most} characters", f"{what_zh}超过 {most} 个字符")
    for char in kept:
        if unicodedata.category(char) in NO_TEXT:
            code = f"U+{ord(char):04X}"
            raise bad(f"{what} holds {code}, which is not text", f"{what_zh}中有无效字符 {code}")
    return kept


def key_of(name: str) -> str:
    """What two spellings of one name share: case does not count."""
    return fold(" ".join(name.split()))


def check_free(
    connection: sqlite3.Connection, name: str, table: Literal["voices", "clones"], *, but: int | None = None
) -> None:
    """Raises :class:`StudioError` ``voice_exists`` where a stored voice has that name, except ``but`` of ``table``."""
    for where in ("voices", "clones"):
        other = connection.execute(f"SELECT id FROM {where} WHERE key = ?", [key_of(name)]).fetchone()
        if other and (where, other[0]) != (table, but):
            raise StudioError("voice_exists", name=name)


def number_of(voice: str, prefix: str) -> int:
    """The number in an id. Raises :class:`StudioError` ``no_voice``."""
    number = voice.removeprefix(prefix)
    if number == voice or not _NUMBER.fullmatch(number):
        raise no_voice(voice)
    return int(number)


def no_voice(voice: str) -> StudioError:
    """The error for a stored voice or a recording that is not there."""
    return StudioError("no_voice", voice=printable(voice))
