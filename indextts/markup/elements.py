"""The SSML elements that are supported, with their attributes."""

from __future__ import annotations

from typing import Final

from indextts.markup import values
from indextts.markup.marked import bad_markup
from indextts.markup.tags import Tag
from indextts.phonemes.reading_input import Kind

ATTRIBUTES: Final[dict[str, frozenset[str]]] = {
    "speak": frozenset({"version", "xmlns", "xml:lang", "xml:base", "xsi:schemaLocation"}),
    "p": frozenset({"xml:lang"}),
    "s": frozenset({"xml:lang"}),
    "break": frozenset({"time", "strength"}),
    "say-as": frozenset({"interpret-as", "format"}),
    "phoneme": frozenset({"alphabet", "ph"}),
    "sub": frozenset({"alias"}),
    "prosody": frozenset({"rate", "pitch", "volume"}),
    "emphasis": frozenset({"level"}),
    "lang": frozenset({"xml:lang"}),
    "voice": frozenset({"name", "xml:lang"}),
}
_NEEDED: Final = {"say-as": "interpret-as", "phoneme": "ph", "sub": "alias", "lang": "xml:lang"}

EXACT: Final = frozenset({"say-as", "phoneme", "sub"})
"""Elements that decide how their text is read: there is nothing but text in them."""

ALPHABETS: Final[dict[str, Kind | None]] = {
    "": None, "pinyin": "pinyin", "x-pinyin": "pinyin", "py": "pinyin", "arpabet": "arpabet",
    "x-arpabet": "arpabet", "cmu-arpabet": "arpabet", "x-cmu": "arpabet",
}  # fmt: skip


def check(tag: Tag) -> None:
    """Whether the beginning of an element is one that can be followed.

    Raises :class:`StudioError` ``bad_markup`` naming what is not known, missing or out of range.
    """
    known = ATTRIBUTES.get(tag.name)
    if known is None:
        raise bad_markup(
            tag.start,
            tag.written,
            f"there is no element {tag.name}; there are {', '.join(ATTRIBUTES)}",
            f"没有元素 {tag.name}；可用的有：{'、'.join(ATTRIBUTES)}",
        )
    for name in tag.attributes:
        if name not in known and not (tag.name == "speak" and name.startswith("xmlns:")):
            choices = ", ".join(sorted(known))
            raise bad_markup(
                tag.start, tag.written, f"{name} is not followed here; {tag.name} takes {choices}",
                f"不支持属性 {name}；{tag.name} 可用：{choices}",
            )  # fmt: skip
    needed = _NEEDED.get(tag.name)
    if needed and not tag.attributes.get(needed, "").strip():
        raise bad_markup(tag.start, tag.written, f"{needed} is missing", f"缺少属性 {needed}")
    if tag.name in ("prosody", "voice") and not tag.attributes:
        choices = ", ".join(sorted(known))
        raise bad_markup(tag.start, tag.written, f"it needs one of {choices}", f"至少需要一个属性：{choices}")
    try:
        _check_values(tag)
    except values.BadValueError as error:
        raise bad_markup(tag.start, tag.written, error.en, error.zh) from error


def _check_values(tag: Tag) -> None:
    """Values are looked at where the element begins, so that it is named even if it holds nothing."""
    given = tag.attributes
    if tag.name == "prosody":
        for name, meaning in (("rate", values.rate), ("pitch", values.pitch), ("volume", values.volume)):
            if name in given:
                meaning(given[name])
    elif tag.name == "emphasis" and "level" in given:
        values.level(given["level"])
    elif tag.name == "say-as":
        kind = values.say_as(given["interpret-as"])
        if "format" in given and kind != "date":
            raise values.BadValueError("format goes with a date only", "format 只能用于 date")
    elif tag.name == "phoneme" and given.get("alphabet", "").strip().lower() not in ALPHABETS:
        raise values.BadValueError(
            'the alphabet is pinyin or arpabet, as in alphabet="pinyin" ph="xing2"',
            'alphabet 只支持 pinyin 或 arpabet，例如 alphabet="pinyin" ph="xing2"',
        )
