"""What is said in one breath: numbers in words, a verb with 于 or 成, the name of a product with its number."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from indextts.utterance.model import Token

_FIGURES: Final = "零〇一二三四五六七八九十百千万亿两"
_NUMBERS: Final = re.compile(
    rf"[{_FIGURES}]+点[{_FIGURES}]+(?:个百分点|(?=[^{_FIGURES}个位名条件张只次]|$))"
    rf"|[{_FIGURES}]*分之[{_FIGURES}]+(?:点[{_FIGURES}]+)?"
    rf"|(?:(?![零〇一二三四五六七八九]{{7}})[{_FIGURES}])+"
    rf"|[{_FIGURES}]+比[{_FIGURES}]+"
)
"""Decimals, fractions, scores, whole numbers. Seven figures and more in a row are told in groups."""
_UNITS: Final = "年月日号点分秒度元岁个块毛倍米斤吨克升次位名人天周层楼路届"
_EDGE: Final = re.compile(rf"(?:[{_FIGURES}]*分之[{_FIGURES}]+(?:点[{_FIGURES}]+)?)(?=[^{_FIGURES}的多余来几左上{_UNITS}以])")
"""A percentage ends with its last figure: in 百分之二报收 the word before 报 is over."""
_BEHIND_VERB: Final = frozenset(("于", "自", "成", "为", "到", "成为", "成了", "到了", "至", "给", "出", "出了", "在", "往", "向"))
_ALWAYS: Final = frozenset(("于", "成", "成了", "成为", "至"))
"""Those of them that lean on any verb; the others only on one that is no verb of wishing or saying."""
_NO_HOST: Final = frozenset(
    "计划 决定 准备 打算 希望 喜欢 答应 同意 开始 继续 需要 可以 能 想 要 愿意 必须 应该 表示 觉得 认为 知道 发现 是 有 没有 会 说 "
    "可能 能够 应当 成功 出生 学习 工作 生活 一起 前往 来 去".split()
)
_FROM: Final = re.compile("[源来出摘选引译取改采]自(?![己从])")
_MODELS: Final = frozenset(
    "pro max plus ultra mini air lite se note turbo gt ti super fold flip edge fe neo slim studio series edition gen x s xl".split()
)
"""What stands behind the number of a product."""
_MEASURES: Final = frozenset("年月日号点分秒天周次个位名条件张只块元人家本台部款倍度岁米斤层种遍分钟")
"""What is counted: the number before these is none of a name."""
_LONGEST_NAME: Final = 3
"""English words in a row among Chinese ones that are taken for one name."""


def held(tokens: Sequence[Token]) -> set[int]:
    """The tokens behind which no phrase ends."""
    return _numbers(tokens) | _verbs(tokens) | _names(tokens)


def ended(tokens: Sequence[Token]) -> set[int]:
    """The tokens behind which a word ends, whatever the segmenter made of it."""
    return {match.end() - 1 for match in _EDGE.finditer(_line(tokens))}


def _line(tokens: Sequence[Token]) -> str:
    """One sign for each token: its character, or a space for what is none."""
    return "".join(token.text if token.kind == "hanzi" and len(token.text) == 1 else " " for token in tokens)


def _numbers(tokens: Sequence[Token]) -> set[int]:
    line = _line(tokens)
    return {place for match in _NUMBERS.finditer(line) for place in range(match.start(), match.end() - 1)}


def _verbs(tokens: Sequence[Token]) -> set[int]:
    """Behind the verb of 发源于, 改编成, 上涨到; the text may part them in two words."""
    found = {match.start() for match in _FROM.finditer(_line(tokens))}
    words = _words(tokens)
    for (start, before), (first, word) in zip(words, words[1:], strict=False):
        if word not in _BEHIND_VERB or tokens[first - 1].kind != "hanzi":
            continue
        pos = tokens[start].pos
        verbal = pos.startswith("v") or pos == "l" or (len(before) == 2 and pos == "n" and word == "于")
        light = word in ("在", "为", "给", "往", "向", "出", "自") and len(before) > 1 and before not in _HOSTS
        if verbal and before not in _NO_HOST and (word in _ALWAYS or not light):
            found.add(first - 1)
    return found


_HOSTS: Final = frozenset(
    "改名 更名 命名 誉 称 译 视 定义 翻译 转化 转变 发展 变 分 评选 选举 任命 升级 安装 建立 集中 停留 居住 生活 发源 起源 来源 出生 "
    "保存 存储 提供 交付 分配 发送 转发 寄送 流传 通往 开往 飞往 驶往 源 取 出 选".split()
)
"""Verbs of two syllables that 为, 在, 给 and the like lean on."""


def _words(tokens: Sequence[Token]) -> list[tuple[int, str]]:
    """The place and text of each word; marks are words by themselves."""
    found: list[tuple[int, str]] = []
    number = None
    for place, token in enumerate(tokens):
        if token.word == number and found and token.kind != "punctuation":
            found[-1] = (found[-1][0], found[-1][1] + token.text)
        else:
            found.append((place, token.text))
        number = token.word if token.kind != "punctuation" else None
    return found


def _names(tokens: Sequence[Token]) -> set[int]:
    """Names in letters among Chinese words: *Tim Cook*, *iPhone 15 Pro Max*, 波音 737."""
    found: set[int] = set()
    run: list[int] = []
    for place in range(len(tokens) + 1):
        token = tokens[place] if place < len(tokens) else None
        if token is not None and _is_of_name(tokens, place, run):
            run.append(place)
            continue
        if len({tokens[at].word for at in run if tokens[at].lang == "en"}) <= _LONGEST_NAME:
            found.update(run[:-1])
        run = [place] if token is not None and (_is_latin(token) or _is_serial(tokens, place + 1)) else []
    return found


def _is_latin(token: Token) -> bool:
    return token.lang == "en" and token.kind in ("word", "letter")


def _is_of_name(tokens: Sequence[Token], place: int, run: Sequence[int]) -> bool:
    """Whether the token goes on with the name in ``run``."""
    token = tokens[place]
    if not run or token.kind == "punctuation" or token.start - tokens[place - 1].end > 1:
        return False
    if _is_latin(token):
        return _is_latin(tokens[place - 1]) or token.text.lower() in _MODELS
    return _is_figure(token) and (_is_figure(tokens[place - 1]) or not _is_counted(tokens, place))


def _is_figure(token: Token) -> bool:
    """Whether a token is of a number that was written in figures."""
    return token.kind == "hanzi" and bool(token.changes) and token.text in _FIGURES + "点幺"


def _is_serial(tokens: Sequence[Token], begin: int) -> bool:
    """Whether a number at ``begin`` is told figure by figure and belongs to the noun before it: 波音 737."""
    end = begin
    while end < len(tokens) and _is_figure(tokens[end]) and tokens[end].text in "零一二三四五六七八九":
        end += 1
    before = tokens[begin - 1]
    noun = before.kind == "hanzi" and before.pos.startswith("n") and not before.changes
    return noun and 2 < end - begin < 5 and not _is_counted(tokens, begin)


def _is_counted(tokens: Sequence[Token], place: int) -> bool:
    """Whether the number that begins at ``place`` counts something."""
    while place < len(tokens) and _is_figure(tokens[place]):
        place += 1
    return place < len(tokens) and tokens[place].kind == "hanzi" and tokens[place].text in _MEASURES
