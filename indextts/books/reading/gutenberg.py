"""What Project Gutenberg puts around its books: the licence, the credits, the marks of its plain texts.

before, book, after = without_licence(found) # of any reader: paragraphs of a text, or blocks of a document
about(before)                                # {"title": "The Ferry Rope", "author": "Ann Other"}
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Final, TypeVar

from indextts.books.reading.blocks import Block
from indextts.books.reading.paragraphs import Paragraph
from indextts.platform.tables import pattern_of

_START: Final = pattern_of(__file__, "gutenberg_start", "forms.yaml")
_END: Final = pattern_of(__file__, "gutenberg_end", "forms.yaml")
_SITE: Final = pattern_of(__file__, "gutenberg_site", "forms.yaml")
_SITE_LINE: Final = pattern_of(__file__, "gutenberg_site_line", "forms.yaml")
_BORN: Final = re.compile(r"\s*\(\D{0,4}\d{4}\b[^()]{0,12}\)$")
_TRANSCRIBER: Final = re.compile(r"\W*transcriber[’']?s?[’']? notes?\b", re.IGNORECASE)
_LAST: Final = 30
"""Paragraphs at the end of a book, a fifth of it at most, where the transcriber may tell what was changed."""
_PAGE: Final = re.compile(r"\[P(?:g|age)\.?\s?[\divxlc]{1,6}\]|\{[\divxlc]{1,5}\}", re.IGNORECASE)
_CAPTION: Final = 6  # paragraphs that a note of a picture may have
_ENDS: Final = 8  # paragraphs among which a book's end is told twice
_HEAD: Final = 40  # paragraphs in which the head of another site is looked for, …
_MOST_READ: Final = 2_000  # characters of each of them
_BETWEEN: Final = 4  # … with so many at most between what tells it
_CREDITS: Final = 12  # paragraphs of a book among which those who made the file may be named
_LOOK: Final = 600  # paragraphs in which the end of the head is looked for


_Part = TypeVar("_Part", Paragraph, Block)


def _apart(lines: Sequence[str]) -> tuple[int, int]:
    """Where the book begins and ends among the paragraphs ``lines`` of a file."""
    start = next((at for at, line in enumerate(lines[:_LOOK]) if _START.search(line)), -1)
    start = start if start >= 0 else _end_of_head(lines)
    end = next((at for at in range(len(lines) - 1, start, -1) if _END.search(lines[at])), len(lines))
    end = next((at for at in range(max(start + 1, end - _ENDS), end) if _END.search(lines[at])), end)
    last = end - min(_LAST, (end - start) // 5)
    end = next((at for at in range(last, end) if _TRANSCRIBER.match(lines[at])), end)
    return start + 1, end


def _end_of_head(lines: Sequence[str]) -> int:
    """The last paragraph of what another site of free books puts above a book; -1 where there is no such head."""
    last, is_head = -1, False
    for at, line in enumerate(one[:_MOST_READ] for one in lines[:_HEAD]):
        told = _SITE.search(line) is not None
        if at - last <= _BETWEEN and (told or _SITE_LINE.search(line)):
            last, is_head = at, is_head or told
    return last if is_head else -1


def without_licence(found: Sequence[_Part]) -> tuple[list[_Part], list[_Part], list[_Part]]:
    """What a site puts above a book, the book, and what stands below it."""
    start, end = _apart([one.text for one in found])
    before, inner = list(found[:start]), list(found[start:end])
    if not start and end == len(found):
        return before, inner, []
    shown = _pictures([one.text for one in inner])
    before += [one for at, one in enumerate(inner[:_CREDITS]) if at not in shown and is_credit(one.text)]
    kept: list[_Part] = []
    for at, one in enumerate(inner):
        is_text = at not in shown and (at >= _CREDITS or not is_credit(one.text))
        if is_text and ((text := tidied(one.text)) or not one.text):
            kept.append(replace(one, text=text))
    return before, kept, list(found[end:])


def about(lines: Iterable[str]) -> dict[str, str]:
    """``title``, ``author``, ``translator`` and ``date``, as far as the head of the file tells them."""
    known = {"Title": "title", "Author": "author", "Translator": "translator", "Release Date": "date"}
    found: dict[str, str] = {}
    first: dict[str, str] = {}
    for line in lines:
        if not first and (match := pattern_of(__file__, "first_line").match(line[:4000])):
            first = {key: " ".join(value.split()) for key, value in match.groupdict("").items()}
        for match in pattern_of(__file__, "gutenberg_field", "forms.yaml").finditer(line[:4000]):
            key, value = known.get(match["key"], ""), " ".join(match["value"].split())
            if key and value:
                found.setdefault(key, value[:200])
    if "author" in found and _BORN.search(found["author"]):  # Maclaine, Hector (1881-1944)
        last, _, name = _BORN.sub("", found["author"]).partition(", ")
        found["author"] = f"{name} {last}".strip()
    return {key: value for key, value in first.items() if value} | found


def named(text: str) -> str:
    """What the part is called that a site has put around a book."""
    return "Project Gutenberg" if "gutenberg" in text.casefold() else "About this file"


def _pictures(lines: Sequence[str]) -> set[int]:
    """Which of the paragraphs ``lines`` are a note of a picture that goes over several of them."""
    found: set[int] = set()
    for at, line in enumerate(lines):
        if at in found or not pattern_of(__file__, "gutenberg_picture_begins", "forms.yaml").fullmatch(line):
            continue
        end = next((on for on in range(at + 1, min(at + _CAPTION, len(lines))) if "]" in lines[on]), -1)
        if end > 0 and lines[end].rstrip().endswith("]") and "[" not in lines[end]:
            found.update(range(at, end + 1))
    return found


def is_credit(line: str) -> bool:
    """Whether a paragraph tells who made the file."""
    return any(pattern_of(__file__, "credit").match(one) for one in (line, line.lstrip("[( ")))


def tidied(line: str) -> str:
    """A paragraph without the numbers of pages, notes of pictures, and signs of italic and bold."""
    line = _PAGE.sub("", pattern_of(__file__, "gutenberg_picture", "forms.yaml").sub("", line))
    return pattern_of(__file__, "gutenberg_marked", "forms.yaml").sub(lambda match: match[1] or match[2], line).strip()
