"""Chinese verbalisers of signs: arrows, the minus of frost and of sums in words."""

from __future__ import annotations

import re
from typing import Final

from indextts.reading.text.numbers import zh_number
from indextts.reading.text.verbalizers import Match
from indextts.reading.text.zh.time import WORDS

_EQUATION: Final = re.compile(r"[=→⇌]")
_FORMULA: Final = re.compile(r"[A-Z][a-z]?\d?$")
_MEASURED: Final = re.compile(
    r"(?:[A-Z]{2,5}|\d ?[A-Za-z/%]{1,8}|[率额润量价数入压糖脂能温龄本利胞酶值比益产销力蛋素])[（(]?$"
)
"""What rises and falls."""
_RISES: Final = "↑↗⬆"
_MARK: Final = re.compile(r"[^\w]+")
_ENDPOINT: Final = re.compile("[0-9零一二三四五六七八九十百千万半几年月日号点时分元度级岁楼层周站]$")
_STARTPOINT: Final = re.compile(
    "[0-9一二两三四五六七八九十半第周星礼次翌]|[上下]午|中午|凌晨|[晚早傍]上|至今|[今现]在?$"
)
"""What a range ends and begins with."""
_PARTICLES: Final = "呀啊哦啦呢吧哈嘛么哒滴嗯噢哟喔诶嘿嘻的了好到谢们见安嗷哎呵罢"
_PERSONS: Final = "我您你他她咱俺谢拜哈嘻已就都很太不真又还也才刚正超快请"
_JOURNEY: Final = re.compile("从|往返|航线|高铁|列车|航班|路线|动车|全程|直飞|自驾|车票|机票|专线|铁路|高速")
_CLAUSE: Final = re.compile("[，。；！？\n]")
_TWO_STROKES: Final = re.compile("[^，。；/]{0,8}/")
_FACTOR: Final = re.compile(r"[^()（）]{0,16}[)）] ?[×÷*/]")


def trend(match: Match) -> str:
    """``ALT↑``, ``利润↓``, ``↑12%``; other arrows point at what is below or are those of a gas."""
    text, (start, end) = match.string, match.span()
    left = text[:start]
    moves = text[end : end + 1].isdigit() or _MEASURED.search(left)
    if end - start > 1 or not moves or (_EQUATION.search(text) and _FORMULA.search(left)):
        return "，" if left[-1:].isalnum() and text[end : end + 1].isalnum() else " "
    return "上升" if match.group() in _RISES else "下降"


def wave(match: Match) -> str | None:
    """``收到~马上来``: a pause between clauses; ``北京~上海`` and ``小雨~中雨`` are a range."""
    left = _MARK.split(match.string[max(0, match.start() - 24) : match.start()])[-1]
    right = _MARK.split(match.string[match.end() : match.end() + 24])[0]
    if _ENDPOINT.search(left) and _STARTPOINT.match(right):
        return None
    spoken = left[-1] in _PARTICLES or (left[-1].isascii() and left[-1].isalpha()) or right[:1] in _PERSONS
    names = 1 < len(left) < 5 and 1 < len(right) < 5
    alike = left[-1] in right[:4] and len(left) < 8 and not re.search("[很太真超最要就都]", right)
    return "，" if spoken or not (names or alike or _JOURNEY.search(left + right)) else None


def over_words(match: Match) -> str | None:
    """The stroke of ``均价=总价/面积``."""
    left, right = match.string[: match.start()], match.string[match.end() :]
    sums = _CLAUSE.split(left)[-1].partition("=")
    divides = sums[1] and "/" not in sums[2] and not _TWO_STROKES.match(right)
    return "除以" if divides else None


def frost(match: Match) -> str | None:
    """``-5度``, ``-5到8度`` where the weather is spoken of."""
    text = match.string
    cold, turned = (any(word in text for word in WORDS[name]) for name in ("weather", "turned"))
    return f"零下{zh_number(match['n'] or match['n2'])}" if cold and not turned else None


def minus_of_words(match: Match) -> str | None:
    """The sign of ``利润=收入-成本`` and ``(220-年龄)×60%``."""
    text = match.string
    left, right = _CLAUSE.split(text[: match.start()])[-1], _CLAUSE.split(text[match.end() :])[0]
    summed = "=" in left or _FACTOR.match(right) or ("=" in right and left[-1:] in tuple(")）²³"))
    return "减" if summed else None
