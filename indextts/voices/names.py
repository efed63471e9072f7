"""What a voice may be called, which names are free in the library's file, and what else a cloned one is given."""

from __future__ import annotations

import re
import sqlite3
import unicodedata
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import Final, Literal

from indextts.model.errors import StudioError, because, printable
from indextts.reading.lexicon.entry import fold
from indextts.voices.cloning.voice import ID_PREFIX, REFERENCE_PREFIX
from indextts.voices.design import OWN_PREFIX, bad_voice

MAX_NAME: Final = 40  # Characters
MAX_REFERENCES: Final = 10
MAX_CONSENT: Final = 500
MAX_TAGS: Final = 12
MAX_TAG: Final = 24
MAX_WEIGHT: Final = 1000.0
MAX_LABEL: Final = 40  # Characters of what names a speaker in a dialogue
MAX_SPEAKERS: Final = 26
NO_TEXT: Final = ("Cc", "Cf", "Cs", "Co", "Zl", "Zp")
"""Unicode's categories of what is no part of a name. What no category knows yet may be a new sign."""

LIKE_AN_ID: Final = re.compile(rf"({ID_PREFIX}[0-9]+|{REFERENCE_PREFIX}[0-9a-f+]+)", re.IGNORECASE)
"""No new voice is called what the id of a cloned one may be."""

bad_clone = partial(because, "bad_clone")
"""The error for what a cloned voice cannot be given."""

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


def clone_name(name: object) -> str:
    """``name`` in its one form. Raises :class:`StudioError` ``bad_voice``; ``bad_clone`` for what looks like an id."""
    kept = checked_name(name)
    if LIKE_AN_ID.fullmatch(kept):
        raise bad_clone("its name is the id of a voice", "这个名称是音色的编号")
    return kept


def checked_consent(statement: object) -> str:
    """A statement of consent, on one line. Raises :class:`StudioError` ``consent_missing`` or ``bad_clone``."""
    said = "" if statement is None else statement
    kept = one_line(said, MAX_CONSENT, "the statement of consent", "同意声明", bad_clone)
    if not any(char.isalnum() for char in kept):
        raise StudioError("consent_missing")
    return kept


def checked_date(value: object) -> str:
    """An ISO date that is not in the future; today where none is given. Raises :class:`StudioError` ``bad_clone``."""
    # Somewhere it may be tomorrow already.
    today = datetime.now(UTC).date()
    if value is None or value == "":
        return today.isoformat()
    try:
        given = date.fromisoformat(str(value).strip())
    except ValueError as error:
        raise bad_clone(
            f"“{printable(value)}” is not a date such as 2026-01-31", f"“{printable(value)}”不是日期，应写成 2026-01-31"
        ) from error
    if given > today + timedelta(days=1) or given.year < 1900:
        raise bad_clone("the date of the consent is not a day that was", "同意日期不是过去的日期")
    return given.isoformat()


def checked_tags(tags: object) -> tuple[str, ...]:
    """Short words without commas, each once. Raises :class:`StudioError` ``bad_clone``."""
    if not isinstance(tags, Sequence) or isinstance(tags, (str, bytes)):
        raise bad_clone("its tags must be a list of words", "标签必须是文字列表")
    words = [one_line(tag, MAX_TAG, "a tag", "标签", bad_clone) for tag in tags]
    if any("," in word or "，" in word for word in words):
        raise bad_clone("a tag has no comma", "标签不含逗号")
    kept = dict.fromkeys(word for word in words if word)
    if len(kept) > MAX_TAGS:
        raise bad_clone(f"it has more than {MAX_TAGS} tags", f"标签超过 {MAX_TAGS} 个")
    return tuple(kept)


def checked_weights(weights: Sequence[object] | None, count: int) -> list[float]:
    """One weight for each of ``count`` recordings, all 1 without any. Raises :class:`StudioError` ``bad_clone``."""
    if weights is None:
        return [1.0] * count
    if len(weights) != count:
        raise bad_clone(
            f"there are {len(weights)} weights for {count} recordings", f"{count} 个录音却有 {len(weights)} 个权重"
        )
    kept: list[float] = []
    for weight in weights:
        # Not-a-number is in no range.
        if isinstance(weight, bool) or not isinstance(weight, (int, float)) or not 0 < weight <= MAX_WEIGHT:
            raise bad_clone(
                f"a weight is a number above 0 and at most {MAX_WEIGHT:g}", f"权重应大于 0、不超过 {MAX_WEIGHT:g}"
            )
        kept.append(float(weight))
    return kept
