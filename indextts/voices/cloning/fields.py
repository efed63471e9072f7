"""Checks of a cloned voice's name, consent, tags and weights."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Final

from indextts.errors import StudioError, printable
from indextts.i18n.messages import Bilingual
from indextts.voices.names import LIKE_AN_ID, checked_name, one_line

MAX_REFERENCES: Final = 10
MAX_CONSENT: Final = 500
MAX_TAGS: Final = 12
MAX_TAG: Final = 24
MAX_WEIGHT: Final = 1000.0


def bad_clone(english: str, chinese: str) -> StudioError:
    """The error ``bad_clone`` with its reason."""
    return StudioError("bad_clone", reason=Bilingual(english, chinese))


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
            f"“{printable(value)}” is no date such as 2026-01-31", f"“{printable(value)}”不是日期，应写成 2026-01-31"
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
        word = one_line(tag, MAX_TAG, "a tag", "标签", bad_clone)
        if "," in word or "，" in word:
            raise bad_clone("a tag has no comma", "标签不含逗号")
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
        # Not-a-number is in no range.
        if isinstance(weight, bool) or not isinstance(weight, (int, float)) or not 0 < weight <= MAX_WEIGHT:
            raise bad_clone(
                f"a weight is a number above 0 and at most {MAX_WEIGHT:g}", f"权重应大于 0、不超过 {MAX_WEIGHT:g}"
            )
        kept.append(float(weight))
    return kept
