"""One tag of the shape ``<name attribute="value"/>``, and references such as ``&amp;``; linear in its length."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from indextts.markup.marked import bad_markup

_OPEN: Final = re.compile(r"<(/?)([A-Za-z_][\w:.-]{0,63})")
_ATTRIBUTE: Final = re.compile(r"""\s++([A-Za-z_][\w:.-]{0,63})\s*+=\s*+(?:"([^"<]*+)"|'([^'<]*+)')""")
_CLOSE: Final = re.compile(r"\s*+(/?)>")
_REFERENCE: Final = re.compile(r"&(?:#(x[0-9A-Fa-f]{1,6}|[0-9]{1,7})|([A-Za-z][A-Za-z0-9]{0,31}));")
_ENTITIES: Final = {"amp": "&", "lt": "<", "gt": ">", "quot": '"', "apos": "'"}
_MAX_ATTRIBUTES: Final = 12
MAX_VALUE: Final = 1000
"""Characters of one attribute."""


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


def name_at(text: str, at: int) -> str:
    """The name after the ``<`` or ``</`` at ``at``; empty if there is none."""
    match = _OPEN.match(text, at)
    return match[2] if match else ""


def read_tag(text: str, at: int) -> Tag:
    """The tag that begins at ``at``, where :func:`name_at` has found a name.

    Raises :class:`StudioError` ``bad_markup`` if it is not well-formed.
    """
    opening = _OPEN.match(text, at)
    if not opening:
        raise bad_markup(at, snippet(text, at), "it is no tag", "这不是标签")
    place = opening.end()
    attributes: dict[str, str] = {}
    while match := _ATTRIBUTE.match(text, place):
        name, value = match[1], match[2] if match[2] is not None else match[3]
        if name in attributes:
            raise bad_markup(at, snippet(text, at), f"it has {name} twice", f"属性 {name} 出现了两次")
        if len(value) > MAX_VALUE or len(attributes) >= _MAX_ATTRIBUTES:
            raise bad_markup(at, snippet(text, at), "it is too long", "标签过长")
        attributes[name] = decode(value, at, snippet(text, at))
        place = match.end()
    closing = _CLOSE.match(text, place)
    if not closing:
        raise bad_markup(
            at,
            snippet(text, at),
            'it is not well-formed; a tag looks like <break time="500ms"/>',
            '格式不完整；标签应写成 <break time="500ms"/>',
        )
    if opening[1] and (attributes or closing[1]):
        raise bad_markup(at, snippet(text, at), "an end tag has nothing but its name", "结束标签只能有名称")
    end = closing.end()
    return Tag(opening[2], at, end, text[at:end], attributes, bool(opening[1]), bool(closing[1]))


def decode(text: str, at: int, tag: str) -> str:
    """``text`` with references replaced: XML's five names, and characters by their number.

    An ampersand that begins no reference stays. Raises :class:`StudioError` ``bad_markup`` for any other entity.
    """
    if "&" not in text:
        return text

    def one(match: re.Match[str]) -> str:
        if match[2]:
            if match[2] not in _ENTITIES:
                raise bad_markup(
                    at,
                    tag if tag else match[0],
                    f"{match[0]} is not defined; there are &amp; &lt; &gt; &quot; &apos;",
                    f"实体 {match[0]} 没有定义；只有 &amp; &lt; &gt; &quot; &apos;",
                )
            return _ENTITIES[match[2]]
        number = int(match[1][1:], 16) if match[1][0] == "x" else int(match[1])
        char = chr(number) if number <= 0x10FFFF else "\0"
        if unicodedata.category(char) in ("Cc", "Cs", "Cn", "Co") and char not in "\t\n\r":
            raise bad_markup(at, tag if tag else match[0], f"{match[0]} is no character", f"{match[0]} 不是有效字符")
        return char

    return _REFERENCE.sub(one, text)


def snippet(text: str, at: int) -> str:
    end = text.find(">", at, at + 60)
    if end >= 0:
        return text[at : end + 1]
    line = text[at : at + 40].splitlines()
    return line[0] if line else ""
