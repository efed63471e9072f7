"""What leans on the next word: short adverbs, a quantity on what it is, a measure on what it counts; titles."""

from __future__ import annotations

import functools
import itertools
import re
from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from indextts.model.utterance import Token
from indextts.platform import tables

FIGURES: Final = "零〇一二三四五六七八九十百千万亿两"

_words = functools.partial(tables.members, __file__, file="together.yaml")
_COUNTING: Final = _words("counting")
_ADVERBS: Final = _words("short_adverbs")
_TITLE: Final = 10  # Characters of a title that is said in one breath.
_TOLD_OF: Final = re.compile("[^ 的了]{1,6}的[^ ]{1,3}(?: |$)")
"""What is counted ends the stretch, with what is told of it before: 三件|要感恩的事."""
_SHARE: Final = re.compile(f"百分之|[{FIGURES}点]+(?:个百分点|倍)")


def held(tokens: Sequence[Token], line: str, words: Sequence[tuple[int, str]]) -> set[int]:
    """The tokens that lean on the next one; ``line`` has one sign for each token, ``words`` their places and texts."""
    found: set[int] = set()
    for (start, before), (first, word) in pairwise(words):
        if tokens[first - 1].kind == "punctuation" or tokens[first].kind == "punctuation":
            continue
        if _is_adverbial(tokens, start, first, before, line) or _is_counted(tokens, first, word, line):
            found.add(first - 1)
        this = before in _words("before_names") and word in ("该", "此")
        former = before == "前" and start and tokens[start - 1].text in "个位名些" and tokens[first].pos[:1] == "n"
        series = word == "系列" and (is_figure(tokens[first - 1]) or is_latin(tokens[first - 1]))
        if this or former or series or (word == "为" and _is_quantity(tokens, start, first, before)):
            found.add(first - 1)  # 利用|该缺陷, 两个前|同事, S7|系列
    return found | _titles(tokens)


def is_latin(token: Token) -> bool:
    """Whether a token is of a name in letters."""
    return token.lang == "en" and token.kind in ("word", "letter")


def is_figure(token: Token) -> bool:
    """Whether a token is of a number that was written in figures."""
    return token.kind == "hanzi" and bool(token.changes) and token.text in FIGURES + "点幺"


def _is_adverbial(tokens: Sequence[Token], start: int, first: int, before: str, line: str) -> bool:
    """若|活到今天; 已部署|十万块: a verb between such an adverb and a number; 下降|百分之五."""
    if before in _ADVERBS:
        return tokens[first].kind == "hanzi"
    if len(before) == 2 and tokens[start].pos == "v" and _SHARE.match(line, first):
        return True
    done = len(before) < 3 and start > 0 and tokens[start - 1].text in _ADVERBS
    return done and is_figure(tokens[first])


def _is_counted(tokens: Sequence[Token], first: int, word: str, line: str) -> bool:
    """两百|只羊, 一块|二手屏幕, 一种|基于统计的方法, 三件|要感恩的事."""
    measure, behind = tokens[first - 1], tokens[first + 1 : first + 2]
    if word == "只" and is_figure(measure):
        return any(is_latin(token) or token.pos[:1] in ("n", "b") for token in behind)
    told = word in ("二手", "基于") or _TOLD_OF.match(line, first) is not None
    return measure.pos in ("m", "mq") and measure.text in _COUNTING and told


def _is_quantity(tokens: Sequence[Token], start: int, first: int, before: str) -> bool:
    """浓度|为 158 微克, 版本|为 *Ubuntu*; but not 苹果|为 *Mac* 用户推出."""
    behind = tokens[first + 1 : first + 2]
    named = before in _words("named") and any(is_latin(token) for token in behind)
    return named or (
        tokens[start].pos[:1] == "n" and any(bool(token.changes) and not is_latin(token) for token in behind)
    )


def _titles(tokens: Sequence[Token]) -> set[int]:
    """Inside a short title."""
    found: set[int] = set()
    for place in (at for at, token in enumerate(tokens) if token.text == "》"):
        title = [*itertools.takewhile(lambda each: each.kind == "hanzi", tokens[place - 1 :: -1])] if place else []
        begin = place - len(title)
        if len(title) <= _TITLE and begin and tokens[begin - 1].text == "《":
            found |= {*range(begin, place - 1)}
    return found
