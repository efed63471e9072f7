"""Lists: points counted off inside a line (``1翻盖紧2电池小``, ``送货快 2.包装好``), and places in a recording in a
column, as notes of podcasts and videos have them: a line each, ``02:16 …``.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from itertools import pairwise
from typing import Final

from indextts.platform.tables import pattern_of
from indextts.reading.text.zh.time import place_in_recording

_ITEM: Final = pattern_of(__file__, "item", "lists.yaml")
_ALONE: Final = pattern_of(__file__, "alone", "lists.yaml")
_ORDINAL: Final = pattern_of(__file__, "ordinal", "lists.yaml")
_OPENS: Final = re.compile(r"(?:^|[，。！？；：…、,;!?:）)”\s]|[优缺]点|不足|建议|原因|问题)$")
_LONG: Final = re.compile("[\u4e00-\u9fff]{3}|[A-Za-z]{3}")
_FAR: Final = 200  # How many characters one point has at most.
_NEAR: Final = 9  # How many numbers may stand between two of a row.
_LINE: Final = re.compile(
    r"^[ \t]{0,8}(?:[-*•] ?)?[\[(（【]?(?P<t>(?:\d{1,2}[:：])?\d{1,3}[:：][0-5]\d)[\])）】]?"
    r"(?=[ \t:：|-]{0,3}[^\d\s:：|~～–—-])[^\n]*",
    re.MULTILINE,
)
_HANZI: Final = re.compile(r"[\u4e00-\u9fff]")
_DAY: Final = 24
_MINUTE, _HOUR = 60, 3600


def points(text: str) -> Iterator[tuple[int, int, str]]:
    """What is said for the number of each such point of ``text``: start, end, spoken form."""
    rows: list[list[re.Match[str]]] = []
    for item in _ITEM.finditer(text):
        row = next((row for row in rows[:-_NEAR:-1] if _follows(row[-1], item)), None)
        rows.append([item]) if row is None else row.append(item)
    for item in (item for row in rows if _counts(*row) for item in row):
        said = f"{'，' * text[max(0, item.start() - 3) : item.start()].rstrip()[-1:].isalnum()}{_value(item)}、"
        if said != item[0]:
            yield *item.span(), said
    for second in _ORDINAL.finditer(text):
        if second[0] in "第@" or text.find("一、", max(0, second.start() - 2 * _FAR), second.start()) >= 0:
            yield *second.span(), f"，{second[0]}"


def _value(item: re.Match[str]) -> int:
    return int(unicodedata.normalize("NFKC", item["n"]))


def _follows(before: re.Match[str], item: re.Match[str]) -> bool:
    """Whether the next number of a row is that of another point, and no part of a name: 方案1、方案2."""
    if _value(before) + 1 != _value(item) or item.start() - before.end() > _FAR:
        return False
    between = item.string[before.end() : item.start()]
    named = between[-1:].isalnum() and between[-1:] == item.string[max(0, before.start() - 1) : before.start()]
    return "\n" not in between and not named


def _counts(first: re.Match[str], second: re.Match[str] | None = None, *more: re.Match[str]) -> bool:
    """Whether the numbers of a row count points."""
    text = first.string
    if second is None:
        return _ALONE.match(text, first.start()) is not None
    opened = _OPENS.search(text[max(0, first.start() - 2) : first.start()]) is not None
    if more:
        return opened or _value(first) == 1 or len(more) > 1 or any(item["hard"] for item in (first, second, *more))
    after = text[second.end() : second.end() + 1]
    hard = (second["hard"] and not after.isdecimal()) or not second["n"].isascii()  # 1、2月
    if _value(first) > 1:
        return bool(first["hard"] and hard)
    few = second.start() - first.end() < 2 and not hard
    apart = not text[second.start() - 1].isalnum()
    return opened and not few and bool(hard or apart or _LONG.match(text, second.end()))


def times(text: str) -> Iterator[tuple[int, int, str]]:
    """What is said for each time of such a column in ``text``: start, end, spoken form.

    A timetable is none: it begins with a time of day, and its times are round.
    """
    column: list[re.Match[str]] = []
    for line in _LINE.finditer(text):
        if column and text[column[-1].end() : line.start()].strip():
            yield from _said(column)
            column = []
        column.append(line)
    yield from _said(column)


def _said(column: list[re.Match[str]]) -> Iterator[tuple[int, int, str]]:
    times = [[int(part) for part in re.split("[:：]", line["t"])] for line in column]
    seconds = [sum(part * 60**power for power, part in enumerate(reversed(time))) for time in times]
    if len(column) < 2 or any(a >= b for a, b in pairwise(seconds)) or not _HANZI.search(column[0].group()):
        return
    long = any(len(time) == 2 and time[0] >= _DAY for time in times)
    odd = sum(second % 5 > 0 for second in seconds)
    if long or seconds[0] < _MINUTE or 2 * odd >= len(column):
        for line, second in zip(column, seconds, strict=True):
            yield *line.span("t"), place_in_recording(second // _HOUR, second // _MINUTE % 60, second % 60)
