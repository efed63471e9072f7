"""Spaces between Chinese clauses, which some people write in place of marks."""

from __future__ import annotations

import re
from typing import Final

from indextts.text.verbalizers import Match

_CLAUSES: Final = re.compile(r"[。！？；，、：!?;,:\n]")
_SPACE: Final = re.compile(r"(?<=[\u4e00-\u9fff]) +(?=[\u4e00-\u9fff])")
_UNIT: Final = re.compile(r"[\u4e00-\u9fff]|[A-Za-z]+|\d[\d.,:%]*")
_LEANING: Final = "的地得了着过们吗呢吧啊之"
"""No clause begins with these."""
_REACH: Final = 60
"""Characters on either side that are looked at."""
_SHORT, _LONG, _MEAN = 3, 4, 3.5
"""Units that both sides of the space have at least, that the longer of them has, that all parts have in the mean: words
that are written apart, and names spaced to fill a line, are shorter.
"""


def clause_space(match: Match) -> str | None:
    """The space of ``七场不败 积19分``: a pause, if what it parts are clauses."""
    text, start, end = match.string, match.start(), match.end()
    if text[end] in _LEANING:
        return None
    before, after = text[max(0, start - _REACH) : start], text[end : end + _REACH]
    parts = [_SPACE.split(_CLAUSES.split(before)[-1]), _SPACE.split(_CLAUSES.split(after)[0])]
    sizes = [[len(_UNIT.findall(part)) for part in side] for side in parts]
    left, right = sizes[0][-1], sizes[1][0]
    every = sizes[0] + sizes[1]
    clauses = min(left, right) >= _SHORT and max(left, right) >= _LONG
    return "，" if clauses and sum(every) >= _MEAN * len(every) else None
