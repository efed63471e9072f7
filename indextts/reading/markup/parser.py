"""Parses text with marks in one pass.

What is a mark:

- ``<word|reading>`` on one line, with a bar inside: the word's pinyin; of English IPA, words, ARPAbet;
- ``[pause 500ms]``, ``[停顿 500ms]``: ``[pause`` with a number after it, or with nothing;
- ``[emphasis]…[/emphasis]``, ``[强调]…[/强调]``, where both are there;
- ``[happy]…[/happy]``, ``[happy 0.8]…[/happy]``: an emotion, see :mod:`indextts.reading.markup.marked`;
- ``<name …>`` where ``name`` is one of SSML's elements that are known here. Without ``<speak>`` around the text, the
  one-letter elements ``p`` and ``s`` are taken for tags only when ``>``, ``/>`` or an attribute follows at once.

A mark that is not well-formed, or that asks for what cannot be done, is an error that names it and its place.
Inside code, between back quotes or in a block, nothing is a mark; in the row of a table ``<10 | >20`` is none.
Everything else is spoken as it stands: ``a < b``, ``x<3``, ``<没有竖线>``, ``<breakfast>``, ``[1]``, and tags of other
languages than SSML. A text that begins with ``<speak>`` is a document: there, every ``<`` before a letter begins a
tag, other elements than the known ones are errors, white space is folded, and the references of XML are decoded.
Document types and entities of one's own are refused; nothing is ever fetched.
"""

from __future__ import annotations

import math
import re
from typing import Final

from indextts.model.errors import StudioError
from indextts.reading.markup import tags
from indextts.reading.markup.builder import Builder
from indextts.reading.markup.marked import Brackets, Marked, bad_markup
from indextts.reading.text import blocks

_DOCUMENT: Final = re.compile(r"\ufeff?\s*+(?:<\?xml(?=[\s?])|<!DOCTYPE|<speak(?=[\s/>]|$))", re.IGNORECASE)
_DECLARATION: Final = re.compile(r"\ufeff?\s*+<\?xml\s[^<>]{0,200}\?>")
_READING: Final = re.compile(r"<([^<>|\n]{1,64})\|([^<>\n]{0,400})>")
_IN_CELL: Final = re.compile(r"<(?!\s)[^<>|\n]{1,64}(?<!\s)\|[^\W\d_]")
"""A reading in the row of a table, where a bar may also part ``<10 | >20``."""
_HALF_READING: Final = re.compile(r"<[^<>|\s]{1,64}\|\s{0,4}[A-Za-zü:]{1,6}[0-5](?![A-Za-z0-9])")
_PAUSE: Final = re.compile(
    r"\[\s{0,9}(?:pause|停[顿頓](?=[\s:：=]{0,9}[\d.]))(?![\w-])\s{0,9}[:=：]?\s{0,9}((?:[\d.+-][^\[\]\n]{0,40})?)\]",
    re.IGNORECASE,
)
_HALF_PAUSE: Final = re.compile(r"\[\s{0,9}pause\s{0,9}[:=]?\s{0,9}[+-]?\.?\d[^\[\]\n]{0,12}", re.IGNORECASE)
_ANGLE_PAUSE: Final = re.compile(r"<pause(?:[\s:=]{1,3}[\d.]{1,6} ?m?s?)?\s?/?>")
_PLAINLY_TAG: Final = re.compile(r"</?[ps](?:\s*+/?>|\s++[A-Za-z:]{1,20}\s*+=)")
_SSML_ATTRIBUTE: Final = re.compile(
    r"""</?[A-Za-z][\w.-]{0,40}\s[^<>]{0,200}?(?<=\s)"""
    r"""(?:time|strength|ph|alphabet|alias|interpret-as|rate|volume|level)\s{0,9}=\s{0,9}["']"""
)
"""An element that is not known, with an attribute that only SSML has: a slip of the pen, not prose."""
_SPOKEN_PAUSE: Final = re.compile(
    r"[(（【［｛{](?:pause|停[顿頓])[\s:=：]{0,4}(?:\d{1,4}(?:\.\d{1,3})?\s?(?:m?s|sec(?:ond)?s?|毫?秒[钟鐘]?)?)?[)）】］｝}]"
    r"|\[\s?停[顿頓]\s?\]",
    re.IGNORECASE,
)
"""What people write for a pause that is none: in other brackets than its own, or without its length in Chinese."""
_SPECIAL: Final = re.compile(r"[<\[]")


def parse(text: str) -> Marked:
    """Take ``text`` apart; without marks it comes back as it is.

    Raises :class:`StudioError` ``bad_markup`` naming the tag, its place and what is wrong.
    """
    if "<" not in text and "[" not in text:
        return Marked(text)
    document = bool(_DOCUMENT.match(text))
    builder = Builder(document=document)
    brackets = Brackets(text)
    declaration = _DECLARATION.match(text) if document else None
    at = declaration.end() if declaration else int(document and text.startswith("\ufeff"))
    code = _Places([] if document else blocks.code(text))
    rows = _Places([] if document else blocks.in_table(text))
    while special := _SPECIAL.search(text, at):
        stop = special.start()
        builder.text(text[at:stop], at)
        if end := code.end_at(stop):
            builder.text(text[stop:end], stop, literal=True)
            at = end
        elif text[stop] == "[":
            at = _bracket(builder, brackets, text, stop)
        else:
            at = _tag(builder, text, stop, document, in_row=bool(rows.end_at(stop)))
    builder.text(text[at:], at)
    return builder.finish(len(text))


def spoken_pause(text: str) -> str:
    """The first thing in ``text`` that is meant for a pause and is spoken, ``（停顿5秒）``; empty without one."""
    found = _SPOKEN_PAUSE.search(text)
    return found[0] if found else ""


def parse_own(text: str, wrong: list[StudioError]) -> Marked:
    """Take the studio's own marks out of a text of any length: readings, pauses, emphasis, emotions; tags are text.

    A mark that is not well-formed is text as well, and its error is added to ``wrong``. One that is never closed takes
    all of them with it: the text comes back as it is.
    """
    builder, brackets, at = Builder(document=False, most_pauses_s=math.inf), Brackets(text), 0
    code = _Places(blocks.code(text))
    while special := _SPECIAL.search(text, at):
        stop = special.start()
        builder.text(text[at:stop], at)
        reading = _READING.match(text, stop)
        at = end = code.end_at(stop)
        try:
            if not end and text[stop] == "[" and not ((pause := _PAUSE.match(text, stop)) and not pause[1]):
                at = _bracket(builder, brackets, text, stop)
            elif not end and reading and _IN_CELL.match(reading[0]):
                at = _reading(builder, reading)
        except StudioError as error:
            wrong.append(error)
        if at <= stop or end:
            at = max(at, stop + 1)
            builder.text(text[stop:at], stop, literal=True)
    builder.text(text[at:], at)
    try:
        return builder.finish(len(text))
    except StudioError as error:
        wrong.append(error)
        return Marked(text)


class _Places:
    """Stretches of a text, in order and apart, which are asked for from left to right."""

    def __init__(self, found: list[tuple[int, int]]) -> None:
        self._left = found[::-1]

    def end_at(self, at: int) -> int:
        """Where the stretch ends that ``at`` lies in; 0 if it lies in none."""
        while self._left and self._left[-1][1] <= at:
            self._left.pop()
        return self._left[-1][1] if self._left and self._left[-1][0] <= at else 0


def _tag(builder: Builder, text: str, at: int, document: bool, *, in_row: bool) -> int:
    """Handle the ``<`` at ``at``, perhaps in the row of a table; return where to go on."""
    if document and text.startswith(("<!", "<?"), at):
        return _declaration(builder, text, at)
    reading = _READING.match(text, at)
    if reading and (not in_row or _IN_CELL.match(reading[0])):
        return _reading(builder, reading)
    if not in_row and _HALF_READING.match(text, at):
        raise bad_markup(at, tags.snippet(text, at), "the > after the reading is missing", "读音后缺少 >")
    if not document and (pause := _ANGLE_PAUSE.match(text, at)):
        raise bad_markup(at, pause[0], "a pause is written [pause 1s]", "停顿应写成 [pause 1s]")
    if not _is_tag(text, at, document):
        builder.text("<", at, literal=True)
        return at + 1
    tag = tags.read_tag(text, at)
    with tags.naming(at, tag.written):
        (builder.close if tag.closing else builder.open)(tag)
    return tag.end


def _reading(builder: Builder, reading: re.Match[str]) -> int:
    with tags.naming(reading.start(), reading[0]):
        builder.reading(reading[1], reading[2], reading.start(), reading[0])
    return reading.end()


def _is_tag(text: str, at: int, document: bool) -> bool:
    name = tags.name_at(text, at)
    if document:
        return bool(name) or text.startswith("</", at)
    if name in ("p", "s"):
        return bool(_PLAINLY_TAG.match(text, at))
    return name in tags.ATTRIBUTES or bool(name and _SSML_ATTRIBUTE.match(text, at))


def _declaration(builder: Builder, text: str, at: int) -> int:
    """Comments and literal text; nothing else that begins with ``<!`` or ``<?``."""
    for begin, end in (("<!--", "-->"), ("<![CDATA[", "]]>")):
        if text.startswith(begin, at):
            stop = text.find(end, at + len(begin))
            if stop < 0:
                raise bad_markup(at, begin, f"{end} is missing", f"缺少 {end}")
            if begin == "<![CDATA[":
                builder.text(text[at + len(begin) : stop], at, literal=True)
            return stop + len(end)
    en = "document types, entities and processing instructions are not taken"
    raise bad_markup(at, tags.snippet(text, at), en, "不接受文档类型、实体定义和处理指令")


def _bracket(builder: Builder, brackets: Brackets, text: str, at: int) -> int:
    """Handle the ``[`` at ``at``; return where to go on."""
    if mark := brackets.mark(at):
        with tags.naming(at, mark.written):
            builder.feel(mark, at)
        return mark.end
    if emphasis := brackets.emphasis(at):
        tag = tags.Tag("emphasis", at, emphasis.end(), emphasis[0], {}, bool(emphasis[1]), False)
        (builder.close if tag.closing else builder.open)(tag)
        return tag.end
    if match := _PAUSE.match(text, at):
        with tags.naming(at, match[0]):
            builder.pause(match[1], at, match[0])
        return match.end()
    if half := _HALF_PAUSE.match(text, at):
        raise bad_markup(at, half[0], "the ] after the pause is missing", "停顿后缺少 ]")
    builder.text("[", at, literal=True)
    return at + 1
