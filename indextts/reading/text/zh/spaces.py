"""Spaces between Chinese clauses, which some people write in place of marks."""

from __future__ import annotations

import re
from typing import Final

from indextts.reading.text.verbalizers import Match
from indextts.reading.text.zh.time import WORDS

_CLAUSES: Final = re.compile(r"[。！？；，、：!?;,:\n]")
_MARKS: Final = re.compile("[，。；！？]")
_SPACE: Final = re.compile(r"(?<=[\u4e00-\u9fff]) +(?=[\u4e00-\u9fff])")
_UNIT: Final = re.compile(r"[\u4e00-\u9fff]|[A-Za-z]+|\d[\d.,:%]*")
_NAME_AHEAD: Final = re.compile(r"[\u4e00-\u9fff][A-Za-z][A-Za-z0-9]+$")
_NAME_BEHIND: Final = re.compile(r"[A-Z][A-Za-z0-9]+[\u4e00-\u9fff]")
"""A word in letters that touches the Chinese on its other side: the writer sets none apart from it by a space."""
_NAME_APART: Final = re.compile(r"[\u4e00-\u9fff] [A-Za-z0-9]+[\u4e00-\u9fff]{1,2}$")
"""A name that the writer sets apart by a space on either side: 在 B站 视频里."""
_LEANING: Final = re.compile(
    "[的了们吗呢啊]|吧(?!台)|地(?![点址铁方上图面区板球下毯位理道震段势盘形产基价处热暖坪瓜中名质砖税])|得(?![到分意知奖票主])"
    "|过(?![来去年程节户滤期敏道关分夜冬后桥瘾手磅水度世早量路时审热压低高大小两几三十半])|着(?!急)|之(?![前后所间])"
)
"""No clause begins with these."""
_GOES_ON: Final = re.compile("|".join(("[上里中下内版型号款牌类零一二两三四五六七八九十百第]", *WORDS["going_on"])))
"""Nor with these behind a word in letters: they go on with the name."""
_ALONE: Final = re.compile("(?:" + "|".join(WORDS["said_alone"]) + r")(?=[ 。！!~～，,\n]|$)")
"""What is a clause however short it is."""
_CLOSING: Final = "了吧吗呢啊呀啦哦嘛喽"  # A clause of three signs ends with these, no name.
_REACH: Final = 60  # Characters on either side that are looked at.
_SHORT, _LONG, _MEAN = 3, 4, 3.5
"""Units that both sides of the space have at least, that the longer of them has, that all parts have in the mean: words
that are written apart, and names spaced to fill a line, are shorter.
"""

_HEADING: Final = 2  # Units of a part that stands among longer ones.


def clause_space(match: Match) -> str | None:
    """The space of ``七场不败 积19分``: a pause, if what it parts are clauses."""
    text, start, end = match.string, match.start(), match.end()
    if _LEANING.match(text, end) or _NAME_APART.search(text, max(0, start - 12), start):
        return None
    before, after = text[max(0, start - _REACH) : start], text[end : end + _REACH]
    if _is_latin(before[-1]) and (not _NAME_AHEAD.search(before) or _GOES_ON.match(after)):
        return None
    if _is_latin(after[0]) and not _NAME_BEHIND.match(after):
        return None
    if (_is_latin(before[-1]) or _is_latin(after[0])) and _MARKS.search(text):
        return None  # Who writes marks needs no spaces for them.
    parts = [_SPACE.split(_CLAUSES.split(before)[-1]), _SPACE.split(_CLAUSES.split(after)[0])]
    sizes = [[len(_UNIT.findall(part)) for part in side] for side in parts]
    left, right = sizes[0][-1], sizes[1][0]
    if left >= _SHORT and _ALONE.match(after):
        return "，"
    said = before[-1] in _CLOSING or parts[1][0][-1:] in _CLOSING
    every = sizes[0] + sizes[1]
    clauses = min(left, right) >= _SHORT and max(left, right) >= _LONG
    if said and min(left, right) >= _SHORT:
        return "，"
    # One short heading among clauses: 家教 初中物理 可试听一节.
    clauses = clauses or (len(every) > 2 and min(left, right) >= _HEADING and max(left, right) >= _LONG)
    return "，" if clauses and sum(every) >= _MEAN * len(every) else None


def _is_latin(char: str) -> bool:
    return char.isascii() and char.isalnum()
