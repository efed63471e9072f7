"""What belongs to a cloned voice beside its recordings, checked: name, consent, tags, weights."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Final

from indextts.errors import StudioError, shown
from indextts.i18n.messages import Bilingual
from indextts.voices.cloning.voice import ID_PREFIX, REFERENCE_PREFIX
from indextts.voices.own import NO_TEXT, checked_name

MAX_REFERENCES: Final = 10
MAX_CONSENT: Final = 500
MAX_TAGS: Final = 12
MAX_TAG: Final = 24
MAX_WEIGHT: Final = 1000.0

_RESERVED: Final = re.compile(rf"({ID_PREFIX}[0-9]+|{REFERENCE_PREFIX}[0-9a-f+]+)", re.IGNORECASE)


def bad_clone(english: str, chinese: str) -> StudioError:
    """The error ``bad_clone`` with its reason."""
    return StudioError("bad_clone", reason=Bilingual(english, chinese))


def clone_name(name: object) -> str:
    """``name`` in its one form. Raises :class:`StudioError` ``bad_voice``; ``bad_clone`` for what looks like an id."""
    kept = checked_name(name)
    if _RESERVED.fullmatch(kept):
        raise bad_clone("its name is the id of a voice", "这个名称是声音的编号")
    return kept


def checked_consent(statement: object) -> str:
    """A statement of consent, on one line. Raises :class:`StudioError` ``consent_missing`` or ``bad_clone``."""
    kept = _text(statement, "the statement of consent", "同意声明", 4 * MAX_CONSENT) if statement is not None else ""
    if not any(char.isalnum() for char in kept):
        raise StudioError("consent_missing")
    if len(kept) > MAX_CONSENT:
        raise bad_clone(
            f"the statement of consent has more than {MAX_CONSENT} characters", f"同意声明超过 {MAX_CONSENT} 个字符"
        )
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
            f"“{shown(value)}” is no date such as 2026-01-31", f"“{shown(value)}”不是日期，应写成 2026-01-31"
        ) from error
    if given > today + timedelta(days=1) or given.year < 1900:
        raise bad_clone("the date of the consent is not a day that was", "同意日期不是过去的日期")
    return given.isoformat()


def checked_tags(tags: object) -> tuple[str, ...]:
    """Short words without commas, each once. Raises :class:`StudioError` ``bad_clone``."""
    if not isinstance(tags, Sequence) or isinstance(tags, (str, bytes)):
        raise bad_clone("its tags must be a list of words", "标签必须是文字列表")
    kept: list[str] = []
    for tag in tags:
        word = _text(tag, "a tag", "标签", 8 * MAX_TAG)
        if len(word) > MAX_TAG or "," in word or "，" in word:
            raise bad_clone(
                f"a tag has at most {MAX_TAG} characters and no comma", f"标签最多 {MAX_TAG} 个字符，不含逗号"
            )
        if word and word not in kept:
            kept.append(word)
    if len(kept) > MAX_TAGS:
        raise bad_clone(f"it has more than {MAX_TAGS} tags", f"标签超过 {MAX_TAGS} 个")
    return tuple(kept)


def checked_weights(weights: Sequence[object] | None, count: int) -> list[float]:
    """One weight for each of ``count`` recordings; all 1 where none are given.

    Raises :class:`StudioError` ``bad_clone``.
    """
    if weights is None:
        return [1.0] * count
    if len(weights) != count:
        raise bad_clone(
            f"there are {len(weights)} weights for {count} recordings", f"{count} 个录音却有 {len(weights)} 个权重"
        )
    kept: list[float] = []
    for weight in weights:
        usable = isinstance(weight, (int, float)) and not isinstance(weight, bool) and 0 < weight <= MAX_WEIGHT
        if not usable or not math.isfinite(float(weight)):  # type: ignore[arg-type]
            raise bad_clone(
                f"a weight is a number above 0 and at most {MAX_WEIGHT:g}", f"权重应大于 0、不超过 {MAX_WEIGHT:g}"
            )
        kept.append(float(weight))  # type: ignore[arg-type]
    return kept


def _text(value: object, what: str, what_zh: str, longest: int) -> str:
    """``value`` on one line, in its composed form."""
    if not isinstance(value, str):
        raise bad_clone(f"{what} must be text", f"{what_zh}必须是文字")
    # Before anything else, so that the work stays in proportion.
    if len(value) > longest:
        raise bad_clone(f"{what} is too long", f"{what_zh}太长")
    kept = unicodedata.normalize("NFC", " ".join(value.split()))
    for char in kept:
        if unicodedata.category(char) in NO_TEXT:
            code = f"U+{ord(char):04X}"
            raise bad_clone(f"{what} holds {code}, which is not text", f"{what_zh}中有无效字符 {code}")
    return kept
