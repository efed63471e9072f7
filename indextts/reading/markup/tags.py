"""One SSML tag, ``<name attribute="value"/>``, and references such as ``&amp;``; linear in its length."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

from indextts.model.errors import StudioError
from indextts.reading.markup import values
from indextts.reading.markup.marked import bad_markup
from indextts.reading.phonemes.reading_input import Alphabet

_OPEN: Final = re.compile(r"<(/?)([A-Za-z_][\w:.-]{0,63})")
_ATTRIBUTE: Final = re.compile(r"""\s++([A-Za-z_][\w:.-]{0,63})\s*+=\s*+(?:"([^"<]*+)"|'([^'<]*+)')""")
_CLOSE: Final = re.compile(r"\s*+(/?)>")
_REFERENCE: Final = re.compile(r"&(?:#(x[0-9A-Fa-f]{1,64}|[0-9]{1,64})|([A-Za-z][A-Za-z0-9]{0,31}));")
_ENTITIES: Final = {"amp": "&", "lt": "<", "gt": ">", "quot": '"', "apos": "'"}
_MEANINGS: Final[Mapping[str, Callable[[str], object]]] = {
    "rate": values.rate, "pitch": values.pitch, "volume": values.volume, "level": values.level,
    "interpret-as": values.say_as,
}  # fmt: skip
_MAX_ATTRIBUTES: Final = 12
MAX_VALUE: Final = 1000
"""Characters of one attribute."""

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

ALPHABETS: Final[dict[str, Alphabet | None]] = {
    "": None, "pinyin": "pinyin", "x-pinyin": "pinyin", "py": "pinyin", "arpabet": "arpabet",
    "x-arpabet": "arpabet", "cmu-arpabet": "arpabet", "x-cmu": "arpabet", "ipa": "ipa",
}  # fmt: skip


@dataclass(frozen=True)
class Tag:
    """A parsed tag at ``text[start:end]``."""

    name: str
    start: int
    end: int
    written: str
    attributes: Mapping[str, str]
    closing: bool
    """``</name>``."""
    empty: bool
    """``<name/>``."""

    def bad(self, en: str, zh: str) -> StudioError:
        return bad_markup(self.start, self.written, en, zh)


def name_at(text: str, at: int) -> str:
    """The name after the ``<`` or ``</`` at ``at``; empty if there is none."""
    match = _OPEN.match(text, at)
    return match[2] if match else ""


def read_tag(text: str, at: int) -> Tag:
    """The tag that begins at ``at``, where :func:`name_at` has found a name.

    Raises :class:`StudioError` ``bad_markup`` if it is not well-formed.
    """

    def bad(en: str, zh: str) -> StudioError:
        return bad_markup(at, snippet(text, at), en, zh)

    opening = _OPEN.match(text, at)
    if not opening:
        raise bad("it is not a tag", "这不是标签")
    place = opening.end()
    attributes: dict[str, str] = {}
    while match := _ATTRIBUTE.match(text, place):
        name, value = match[1], match[2] if match[2] is not None else match[3]
        if name in attributes:
            raise bad(f"it has {name} twice", f"属性 {name} 出现了两次")
        if len(value) > MAX_VALUE or len(attributes) >= _MAX_ATTRIBUTES:
            raise bad("it is too long", "标签过长")
        attributes[name] = decode(value, at, snippet(text, at))
        place = match.end()
    closing = _CLOSE.match(text, place)
    if not closing:
        example = '<break time="500ms"/>'
        raise bad(f"it is not well-formed; a tag looks like {example}", f"格式不完整；标签应写成 {example}")
    if opening[1] and (attributes or closing[1]):
        raise bad("an end tag may contain only its name", "结束标签只能有名称")
    end = closing.end()
    return Tag(opening[2], at, end, text[at:end], attributes, bool(opening[1]), bool(closing[1]))


def decode(text: str, at: int, tag: str) -> str:
    """``text`` with references replaced: XML's five names, and characters by their number.

    An ampersand that begins no reference stays. Raises :class:`StudioError` ``bad_markup`` for any other entity.
    """
    if "&" not in text:
        return text

    def one(match: re.Match[str]) -> str:
        if match[2] in _ENTITIES:
            return _ENTITIES[match[2]]
        if match[2]:
            known = "&amp; &lt; &gt; &quot; &apos;"
            en, zh = f"{match[0]} is not defined; available: {known}", f"实体 {match[0]} 没有定义；只有 {known}"
            raise bad_markup(at, tag or match[0], en, zh)
        number = int(match[1][1:], 16) if match[1][0] == "x" else int(match[1])
        char = chr(number) if number <= 0x10FFFF else "\0"
        if unicodedata.category(char) in ("Cc", "Cs", "Cn", "Co") and char not in "\t\n\r":
            raise bad_markup(at, tag or match[0], f"{match[0]} is not a valid character", f"{match[0]} 不是有效字符")
        return char

    return _REFERENCE.sub(one, text)


def snippet(text: str, at: int) -> str:
    end = text.find(">", at, at + 60)
    return text[at : end + 1] if end >= 0 else next(iter(text[at : at + 40].splitlines()), "")


def check(tag: Tag) -> None:
    """Whether the beginning of an element is one that can be followed.

    Values are looked at here, so that the element is named even if it holds nothing. Raises :class:`StudioError`
    ``bad_markup`` naming what is not known, missing or out of range.
    """
    given, known = tag.attributes, ATTRIBUTES.get(tag.name)
    if known is None:
        en, zh = f"there is no element {tag.name}; available: ", f"没有元素 {tag.name}；可用的有："
        raise tag.bad(en + ", ".join(ATTRIBUTES), zh + "、".join(ATTRIBUTES))
    choices = ", ".join(sorted(known))
    for name in given:
        if name not in known and not (tag.name == "speak" and name.startswith("xmlns:")):
            en = f"{name} is not followed here; {tag.name} takes {choices}"
            raise tag.bad(en, f"不支持属性 {name}；{tag.name} 可用：{choices}")
    needed = _NEEDED.get(tag.name)
    if needed and not given.get(needed, "").strip():
        raise tag.bad(f"{needed} is missing", f"缺少属性 {needed}")
    if tag.name in ("prosody", "voice") and not given:
        raise tag.bad(f"it needs one of {choices}", f"至少需要一个属性：{choices}")
    with naming(tag.start, tag.written):
        for name, meaning in _MEANINGS.items():
            if name in given:
                meaning(given[name])
        if "format" in given and values.say_as(given["interpret-as"]) != "date":
            raise values.BadValueError("format goes with a date only", "format 只能用于 date")
    if given.get("alphabet", "").strip().lower() not in ALPHABETS:
        example = 'alphabet="pinyin" ph="xing2"'
        raise tag.bad(
            f"the alphabet is pinyin, ipa or arpabet, as in {example}",
            f"alphabet 只支持 pinyin、ipa 或 arpabet，例如 {example}",
        )


@contextmanager
def naming(at: int, written: str) -> Iterator[None]:
    """Errors of values within name the mark ``written`` at ``at``."""
    try:
        yield
    except values.BadValueError as error:
        raise bad_markup(at, written, error.en, error.zh) from error
