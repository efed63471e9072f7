"""Places in a recording in a column, as notes of podcasts and videos have them: a line each, ``02:16 …``."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Final

from indextts.reading.text.zh.time import place_in_recording

_LINE: Final = re.compile(
    r"^[ \t]{0,8}(?:[-*•] ?)?[\[(（【]?(?P<t>(?:\d{1,2}[:：])?\d{1,3}[:：][0-5]\d)[\])）】]?"
    r"(?=[ \t:：|-]{0,3}[^\d\s:：|~～–—-])[^\n]*",
    re.MULTILINE,
)
_HANZI: Final = re.compile(r"[\u4e00-\u9fff]")
_DAY: Final = 24
_MINUTE, _HOUR = 60, 3600


def edits(text: str) -> Iterator[tuple[int, int, str]]:
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
