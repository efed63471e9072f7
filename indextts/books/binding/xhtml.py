"""The documents of an EPUB as text: pages with their marks, the clips that belong to them, contents, style.

Whatever a title or a text holds is escaped, and characters that XML does not have are shown as missing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from html import escape
from typing import Final

from indextts.books.binding.page import ChapterPage, Gloss, MarkedPiece
from indextts.books.model import ChapterKind
from indextts.platform.tables import tables_beside
from indextts.reading.text.chars import is_hanzi

ACTIVE: Final = "-epub-media-overlay-active"
"""The class of what is being heard."""
STYLE: Final[str] = tables_beside(__file__, "tables.yaml")["style"]
_MATTER: Final[dict[ChapterKind, tuple[str, str]]] = {
    "title": ("frontmatter", "titlepage"),
    "front": ("frontmatter", "preface"),
    "body": ("bodymatter", "chapter"),
    "back": ("backmatter", "appendix"),
    "notes": ("backmatter", "endnotes"),
}
_NOT_XML: Final = re.compile("[\0-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_LATIN_WORD: Final = re.compile(r"[A-Za-z]+")
_XMLNS: Final = 'xmlns="http://www.w3.org/1999/xhtml" xmlns:epub="http://www.idpf.org/2007/ops"'


def plain(text: str) -> str:
    """``text`` as it stands in an element or in an attribute."""
    return escape(_NOT_XML.sub("\ufffd", text), quote=True)


def language_of(text: str, usual: str) -> str:
    """``zh`` or ``en`` by what most of a paragraph is written in; ``usual`` where it has no words."""
    hanzi = sum(map(is_hanzi, text))
    words = len(_LATIN_WORD.findall(text))
    if not hanzi and not words:
        return usual
    return "zh" if hanzi >= words else "en"


def page_document(
    page: ChapterPage,
    units: Sequence[MarkedPiece],
    glosses: Iterable[Gloss],
    *,
    kind: ChapterKind,
    title: str,
    language: str,
) -> str:
    """The page of a chapter; each of ``units`` is an element ``s1``, ``s2`` … of its own."""
    matter, section = _MATTER[kind]
    parts = [
        f'<?xml version="1.0" encoding="utf-8"?>\n<!DOCTYPE html>\n'
        f'<html {_XMLNS} lang="{language}" xml:lang="{language}">\n'
        f'<head>\n<meta charset="utf-8"/>\n<title>{plain(title)}</title>\n'
        f'<link rel="stylesheet" type="text/css" href="../style.css"/>\n</head>\n'
        f'<body epub:type="{matter}">\n<section id="page" epub:type="{section}">\n'
    ]
    parts += _paragraphs(page, units, {one.at: one.reading for one in glosses}, language)
    parts.append("</section>\n</body>\n</html>\n")
    return "".join(parts)


def overlay_document(text: str, audio: str, begins: Sequence[int], end: int) -> str:
    """The clips of a page: each begins at its millisecond of ``begins`` and ends where the next one begins."""
    parts = [
        '<?xml version="1.0" encoding="utf-8"?>\n<smil xmlns="http://www.w3.org/ns/SMIL"'
        f' xmlns:epub="http://www.idpf.org/2007/ops" version="3.0">\n<body>\n<seq id="q" epub:textref="{text}#page">\n'
    ]
    for number, (begin, until) in enumerate(zip(begins, [*begins[1:], end], strict=True), start=1):
        parts.append(
            f'<par id="p{number}"><text src="{text}#s{number}"/>'
            f'<audio src="{audio}" clipBegin="{clock(begin)}" clipEnd="{clock(until)}"/></par>\n'
        )
    parts.append("</seq>\n</body>\n</smil>\n")
    return "".join(parts)


def contents_document(title: str, chapters: Iterable[tuple[str, str]], *, language: str) -> str:
    """The contents: names of files with titles."""
    rows = "".join(f'<li><a href="{plain(name)}">{plain(said)}</a></li>\n' for name, said in chapters)
    head = "目录" if language == "zh" else "Contents"
    return (
        f'<?xml version="1.0" encoding="utf-8"?>\n<!DOCTYPE html>\n'
        f'<html {_XMLNS} lang="{language}" xml:lang="{language}">\n'
        f'<head>\n<meta charset="utf-8"/>\n<title>{plain(title)}</title>\n'
        f'<link rel="stylesheet" type="text/css" href="style.css"/>\n</head>\n'
        f'<body>\n<nav epub:type="toc" id="toc">\n<h1>{head}</h1>\n<ol>\n{rows}</ol>\n</nav>\n</body>\n</html>\n'
    )


def clock(milliseconds: int) -> str:
    """A clock value of SMIL: ``0:03:07.250``."""
    seconds, thousandths = divmod(milliseconds, 1000)
    return f"{seconds // 3600}:{seconds // 60 % 60:02d}:{seconds % 60:02d}.{thousandths:03d}"


def _paragraphs(page: ChapterPage, units: Sequence[MarkedPiece], readings: dict[int, str], usual: str) -> Iterator[str]:
    """Each line as a paragraph, the title as a heading, empty lines between others as a change of scene."""
    at, number, parted, begun = 0, 0, False, False
    for line in page.text.split("\n"):
        end = at + len(line)
        if not line.strip():
            parted = begun
            at = end + 1
            continue
        if parted:
            yield "<hr/>\n"
        parted = False
        inner: list[str] = []
        place = at
        while number < len(units) and units[number].start < end:
            unit = units[number]
            number += 1
            inner.append(_glossed(page.text, place, unit.start, readings))
            inner.append(f'<span id="s{number}">{_glossed(page.text, unit.start, unit.end, readings)}</span>')
            place = unit.end
        inner.append(_glossed(page.text, place, end, readings))
        is_heading = page.heading is not None and page.heading[0] <= at < page.heading[1]
        tag, language = "h1" if is_heading else "p", language_of(line, usual)
        yield f'<{tag} lang="{language}" xml:lang="{language}">{"".join(inner).strip()}</{tag}>\n'
        begun = not is_heading
        at = end + 1


def _glossed(text: str, start: int, end: int, readings: dict[int, str]) -> str:
    if not readings:
        return plain(text[start:end])
    parts = []
    for at in range(start, end):
        char = plain(text[at])
        if at in readings:
            char = f"<ruby>{char}<rp>(</rp><rt>{plain(readings[at])}</rt><rp>)</rp></ruby>"
        parts.append(char)
    return "".join(parts)
