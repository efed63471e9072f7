"""What exercises and vocabulary print: choices, ``A. Apples  B. Bananas``, blanks, and marks of word classes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Final

from indextts.reading.text.chars import is_hanzi

_HINT: Final = re.compile(r"___|(?<![A-Za-z])A ?[.．、]|(?<![A-Za-z])(?:adj|adv|sb|sth|vt|vi|n|v|conj|pron)\b")
_CHOICE: Final = re.compile(r"(?<![A-Za-z\d.(（-])(?P<l>[A-H])[.．、][ \u3000\t]{0,4}(?=[^\s.．])")
_OPENS: Final = re.compile(r"(?:^|[\n?？:：。)）_])[ \u3000\t]{0,4}$")
_APART: Final = re.compile(r"(?:[\n.。?？;；！!]|[ \u3000\t]{2}|[\u4e00-\u9fff][ \u3000])[ \u3000\t]{0,8}$")
_FAR: Final = 200  # Characters that one choice has at most.
_BLANK: Final = re.compile(
    r"(?<![_\w<>^=.;~*@/\\-])_{3,40}(?![_<>^;~*@/\\])"
    r"|(?<=[\u4e00-\u9fff=+])_{3,40}(?=$|[\s，。？、；\u4e00-\u9fff])"
)
_CLASS: Final = re.compile(
    r"(?<=[A-Za-z\]/] )(?P<c>n|vt?|vi|ad[jv]|conj|pron|prep)\. ?(?=[\u4e00-\u9fff](?!词))(?![\u4e00-\u9fff]{2,3}词)"
    r"|(?<=[(（])(?:(?P<b>n|vt?|vi|ad[jv]|conj|pron|prep)\.|(?P<d>ad[jv]|vt|pron))(?=[)）])"
)
_SOMEBODY: Final = re.compile(
    r"(?:(?<=[a-z] )|(?<=[bh]\. ))(?P<w>sb|sth)\b(?:\.?(?=[ ,;/)'’]*(?:[a-z=+]))|(?=\.?[)）]?(?:$|\s)))"
)
_CLASSES: Final = {
    "n": ("名词", "noun"), "v": ("动词", "verb"), "vt": ("及物动词", "transitive verb"),
    "vi": ("不及物动词", "intransitive verb"), "adj": ("形容词", "adjective"), "adv": ("副词", "adverb"),
    "conj": ("连词", "conjunction"), "pron": ("代词", "pronoun"), "prep": ("介词", "preposition"),
}  # fmt: skip


def edits(text: str) -> Iterator[tuple[int, int, str]]:
    """What is said for them: start, end, spoken form."""
    if not _HINT.search(text):
        return
    yield from _choices(text)
    for blank in _BLANK.finditer(text):
        if any(map(str.isalnum, _line(text, blank.start()))):
            yield *blank.span(), " 空格 " if _is_chinese(text, blank.start()) else " blank "
    for mark in _CLASS.finditer(text):
        zh, en = _CLASSES[mark["c"] or mark["b"] or mark["d"]]
        chinese = _is_chinese(text, mark.start())
        yield *mark.span(), f"{zh if chinese else en}{('，' if chinese else ', ') if mark['c'] else ''}"
    for word in _SOMEBODY.finditer(text):
        yield *word.span(), "somebody" if word["w"] == "sb" else "something"


def _line(text: str, at: int) -> str:
    begin, end = text.rfind("\n", 0, at) + 1, text.find("\n", at)
    return text[begin : end if end >= 0 else len(text)]


def _is_chinese(text: str, at: int) -> bool:
    return any(map(is_hanzi, _line(text, at)))


def _choices(text: str) -> Iterator[tuple[int, int, str]]:
    """A comma behind the letter of each choice, and a pause before one on the same line."""
    row: list[re.Match[str]] = []
    for mark in [*_CHOICE.finditer(text), None]:
        goes_on = mark and row and ord(mark["l"]) == ord(row[-1]["l"]) + 1 and mark.start() - row[-1].end() < _FAR
        if mark and goes_on and _APART.search(text, 0, mark.start()):
            row.append(mark)
            continue
        if len(row) > 1:
            yield from _said(text, row)
        row = [mark] if mark and mark["l"] == "A" and _OPENS.search(text, 0, mark.start()) else []


def _said(text: str, row: list[re.Match[str]]) -> Iterator[tuple[int, int, str]]:
    comma, stop = ("，", "；") if _is_chinese(text, row[0].start()) else (", ", "; ")
    for mark in row:
        yield mark.end("l"), mark.end(), comma
    for first, second in pairwise(row):
        between = text[first.end() : second.start()]
        bare = between.rstrip(" \u3000\t")
        if bare and "\n" not in between and bare[-1:].isalnum():
            yield second.start() - len(between) + len(bare), second.start(), stop
