"""What exercises and vocabulary print: choices, ``A. Apples  B. Bananas``, blanks, marks of word classes, and figures
in the place of numbers and before the letters of corners.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Final

from indextts.reading.text.chars import is_hanzi

_NAMES: Final = "(?:n|vt?|vi|ad[jv]|conj|pron|prep|num|art|pl)"
_HINT: Final = re.compile(rf"___|(?<![A-Za-z])A ?[.．、]|(?<![A-Za-z])(?:sb|sth|{_NAMES})\b|[□○△☆▱⌒♩]")
_CHOICE: Final = re.compile(r"(?<![A-Za-z\d.(（-])(?P<l>[A-H])[.．、][ \u3000\t]{0,4}(?=[^\s.．])")
_OPENS: Final = re.compile(r"(?:^|[\n?？:：。)）_])[ \u3000\t]{0,4}$")
_FOLLOWS: Final = re.compile(r"[ \u3000\t]$")
_APART: Final = re.compile(r"(?:[\n.。?？;；！!]|[ \u3000\t]{2}|[\u4e00-\u9fff][ \u3000])[ \u3000\t]{0,8}$")
_FAR: Final = 200  # Characters that one choice has at most.
_BLANK: Final = re.compile(
    r"(?<![_\w<>^=.;~*@/\\-])_{3,40}(?![_<>^;~*@/\\])"
    r"|(?<=[\u4e00-\u9fff=+])_{3,40}(?=$|[\s，。？、；\u4e00-\u9fff])"
)
_CLASS: Final = re.compile(
    r"(?<=[A-Za-z\]/] )(?P<c>n|vt?|vi|ad[jv]|conj|pron|prep|num|pl)\. ?(?=[\u4e00-\u9fff](?!词))"
    r"(?![\u4e00-\u9fff]{2,3}词)"
    r"|(?<=[(（])(?:(?P<b>n|vt?|vi|ad[jv]|conj|pron|prep)\.|(?P<d>ad[jv]|vt|pron))(?=[)）])"
)
_ROW: Final = re.compile(
    rf"(?<![A-Za-z.])(?:{_NAMES}\.[ ,，、/;&]{{0,2}}){{2,9}}(?![A-Za-z])"
    rf"|(?:(?<=[a-z][,，])|(?<=[a-z][,，] )){_NAMES}\.(?=\s*(?:$|[\n;,/&\u4e00-\u9fff]))"
)
"""Marks of classes side by side, and the one behind a word and a comma."""
_IN_ROW: Final = re.compile(r"(?P<c>[a-z]+)\.(?P<then>[ ,，、/;&]*)")
_SUM: Final = re.compile(
    r"(?:\d+|[□○△☆])(?: ?[=+×÷<>＝＋－−-] ?(?:\d+|[□○△☆]))+|[□○△☆](?=[里内中]|代表|表示)|(?<=\d) ?[□○](?= ?\d)"
    r"|△(?=[A-Z]{3}\b)"
    r"|(?<!形)▱(?=[A-Z]{4}(?![A-Za-z]))|(?<!弧)⌒ ?(?=[A-Z]{2}(?![A-Za-z]))|♩ ?= ?(?=\d)"
)
_FIGURE: Final = re.compile("[□○△☆▱⌒♩]")
_OF_SUM: Final = re.compile(f"{_FIGURE.pattern}|[－−-]")
_FIGURES: Final = {
    "□": ("方框", "box"), "○": ("圆圈", "circle"), "△": ("三角形", "triangle"), "☆": ("五角星", "star"),
    "▱": ("平行四边形", "parallelogram"), "⌒": ("弧", "arc"), "♩": ("四分音符", "a quarter note"),
    **dict.fromkeys("－−-", ("减", "minus")),
}  # fmt: skip
_SOMEBODY: Final = re.compile(
    r"(?:(?<=[a-z] )|(?<=[bh]\. ))(?P<w>sb|sth)\b(?:\.?(?=[ ,;/)'’]*(?:[a-z=+]))|(?=\.?[)）]?(?:$|\s)))"
)
_CLASSES: Final = {
    "n": ("名词", "noun"), "v": ("动词", "verb"), "vt": ("及物动词", "transitive verb"),
    "vi": ("不及物动词", "intransitive verb"), "adj": ("形容词", "adjective"), "adv": ("副词", "adverb"),
    "conj": ("连词", "conjunction"), "pron": ("代词", "pronoun"), "prep": ("介词", "preposition"),
    "num": ("数词", "numeral"), "art": ("冠词", "article"), "pl": ("复数", "plural"),
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
    for row in _ROW.finditer(text):
        at = int(not _is_chinese(text, row.start()))
        for mark in _IN_ROW.finditer(row[0]):
            apart = "" if mark.end() == len(row[0]) and not mark["then"] else (", " if at else "，")
            behind = text[row.end() : row.end() + 4].lstrip(" ")[:1] if not apart else ""
            said = f"{_CLASSES[mark['c']][at]}{apart or ('，' if behind and is_hanzi(behind) else '')}"
            yield row.start() + mark.start(), row.start() + mark.end(), said
    for found in _SUM.finditer(text):
        at = int(not _is_chinese(text, found.start()) and any(map(str.isalpha, _line(text, found.start()))))
        ruled = found[0] == "△" and not at and text[found.end() : found.end() + 1].isascii()  # A rule has it.
        for figure in _OF_SUM.finditer(found[0]) if _FIGURE.search(found[0]) and not ruled else ():
            yield found.start() + figure.start(), found.start() + figure.end(), f" {_FIGURES[figure[0]][at]} "
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
    sure = True  # With one space between, three show that they are choices.
    for mark in [*_CHOICE.finditer(text), None]:
        goes_on = mark and row and ord(mark["l"]) == ord(row[-1]["l"]) + 1 and mark.start() - row[-1].end() < _FAR
        apart = mark and _APART.search(text, 0, mark.start())
        if mark and goes_on and (apart or (_FOLLOWS.search(text, 0, mark.start()) and not text[mark.end()].isupper())):
            row.append(mark)
            sure = sure and bool(apart)
            continue
        if len(row) > 1 + (not sure):
            yield from _said(text, row)
        sure = True
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
