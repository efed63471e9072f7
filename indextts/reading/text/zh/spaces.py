"""Spaces between Chinese clauses, which some people write in place of marks."""

from __future__ import annotations

import re
from typing import Final

from indextts.reading.text.verbalizers import Match
from indextts.reading.text.zh.time import WORDS, is_in_row

_CLAUSES: Final = re.compile(r"[。！？；，、：!?;,:\n]")
_MARKS: Final = re.compile("[，。；！？]")
_SPACE: Final = re.compile(r"(?<=[\u4e00-\u9fff]) +(?=[\u4e00-\u9fff])")
_UNIT: Final = re.compile(r"[\u4e00-\u9fff]|[A-Za-z]+|\d[\d.,:%]*")
_NAME_AHEAD: Final = re.compile(r"[\u4e00-\u9fff](?:[A-Za-z][A-Za-z0-9]+|\d{1,5})$")
_NAME_BEHIND: Final = re.compile(
    r"[A-Z][A-Za-z0-9]+[\u4e00-\u9fff]"
    r"|(?<![零一二三四五六七八九十百千万亿点] )[A-Za-z][A-Za-z0-9]*[\u4e00-\u9fff]{2}(?![\u4e00-\u9fff]? )"
)
"""A word in letters that touches the Chinese on its other side: the writer sets none apart from it by a space."""
_NAME_APART: Final = re.compile(r"(?![了吧吗呢啊呀啦哦嘛])[\u4e00-\u9fff] [A-Za-z0-9]+[\u4e00-\u9fff]{1,2}(?<![的了])$")
"""A name that the writer sets apart by a space on either side: 在 B站 视频里."""
_CALLED: Final = re.compile(
    r"(?:^|[。！？!?；;，,：:\n]) *(?:@[\w-]{1,16}|各位|(?![我你他她它咱人]们)[\u4e00-\u9fff]{0,3}[^\W我你他她它咱]们)$"
)
"""Somebody who is spoken to, before what is said to him: @李明 你看一下."""
_AND: Final = "和与跟及或的了都也在是"
_VALUE: Final = r"[\u4e00-\u9fff]{1,4}(?: ?[-+])?\d{1,4}(?:\.\d)?"
_VALUED: Final = re.compile(rf"(?:^|[\s，。：:；]){_VALUE}$")
_NEXT_VALUE: Final = re.compile(rf"{_VALUE}(?![\d.]|[A-Za-z\u4e00-\u9fff])")
_LISTED: Final = re.compile(rf"{_VALUE} +{_VALUE}$")
"""Values one after the other: 曝光-12 高光-30, and what follows them."""
_NUMBERED: Final = re.compile(r"(?:^|[\s，。！？!?；;：:])([A-Za-z]{1,4})\d{1,2}[\u4e00-\u9fff]{2,12}$")
"""A first thing with its number, before a second: p1是旧的 p2是新的."""
_TAGS: Final = re.compile(r"(?:#[A-Z\u4e00-\u9fff][^\s#]+#?\s*)+$")
_APART: Final = re.compile(r"[\u4e00-\u9fff] [A-Za-z0-9.]+ (?=[\u4e00-\u9fff])")
_GLUED: Final = re.compile(r"[\u4e00-\u9fff]\d")
_LABEL: Final = re.compile(r"[\u4e00-\u9fff]{2,6}(?:[（(][^（）()]{1,8}[)）])?[:：|｜](?!//)")
"""What names the value behind it: 品牌:美的 型号:KFR-35GW."""
_LEANING: Final = re.compile(
    "[的了们吗呢啊]|以[上下内外](?![来及])|吧(?!台)|地(?![点址铁方上图面区板球下毯位理道震段势盘形产基价处热暖坪瓜中名质砖税])"
    "|得(?![到分意知奖票主去等找花先再自重看])"
    "|过(?![来去年程节户滤期敏道关分夜冬后桥瘾手磅水度世早量路时审热压低高大小两几三十半])|着(?!急)|之(?![前后所间])"
)
"""No clause begins with these."""
_GOES_ON: Final = re.compile("|".join(("[上里中下内版型号款牌类零一二两三四五六七八九十百第]", *WORDS["going_on"])))
"""Nor with these behind a word in letters: they go on with the name."""
_TOLD: Final = re.compile(
    rf"(?!{'|'.join(WORDS['liang_after'])})[\u4e00-\u9fff]{{2}}(?:[还都也就]?是(?=[A-Z\d])|还是|[用打开连进刷装]不|没有?反应|[还又就都才太很真])"
)
"""What somebody says of the next thing: 一加9 系统是…, XMP 内存还是…."""
_ALONE: Final = re.compile("(?:" + "|".join(WORDS["said_alone"]) + r")(?=[ 。！!~～，,\n]|$)")
"""What is a clause however short it is."""
_HEADED: Final = re.compile(r"(?:^|[。！？!?；;\n]) *(?:" + "|".join(WORDS["called_alone"]) + ")$")
"""A heading of an abstract, or a call for help, joy …: it ends with the space behind it."""
_STROKES: Final = re.compile(r"(?<=[^\s\d=]{2}) {1,2}/ {1,2}(?=[^\s\d=]{2})")
"""Strokes with spaces around them, between entries of a list: 粤菜 / 川菜 / 湘菜."""
_VALUES: Final = re.compile(r"(?<![A-Za-z\d./:-])(?!(?:\d\d?/)*(?:19|20)\d\d)(?:[\d.]{1,6}/){2,}[\d.]{1,6}(?![\d/:])")
"""Three values or more: 19/16/13倍; no date."""
_ROLE: Final = re.compile(r"[^/\s] +[\u4e00-\u9fff]{2,4} ?/")
"""Where the stroke stands between what somebody did and his name instead: 策划 / 小雨 剪辑 / 阿May."""
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
    if match.group() == "/" and text[start - 1].isdigit():
        return "、" if any(row.start() < start < row.end() for row in _VALUES.finditer(text)) else None
    if "/" in match.group() and text[end].isdigit():
        return "，" if is_in_row(text) else None
    if "/" in match.group():
        line = _CLAUSES.split(text[:start])[-1] + match.group() + _CLAUSES.split(text[end:])[0]
        listed = len(_STROKES.findall(line)) > 1 and not _ROLE.search(line)
        told = re.search(r"[:：]", text[:start]) and re.match(r"[^\W\d]{1,6}[:：]", text[end:])  # KK:律师 / 大白:学生
        return "，" if (listed or told) and "=" not in line else None
    if _is_apart(text, start, end):
        return "，"
    if text[start - 1] in "且和与或及" and _is_latin(text[end]):
        return None  # x大于十且 y不等于三
    if text[end] == "#" or _LEANING.match(text, end) or _NAME_APART.search(text, max(0, start - 12), start):
        return None
    before, after = text[max(0, start - _REACH) : start], text[end : end + _REACH]
    if _ALONE.match(after) and len(_UNIT.findall(_CLAUSES.split(before)[-1])) >= _SHORT:
        return "，"
    ahead, told = _NAME_AHEAD.search(before), _TOLD.match(after)
    if _is_latin(before[-1]) and (not ahead or not (told or not (_GOES_ON.match(after) or ahead[0][1:].isdecimal()))):
        return None
    if not _is_chinese(before[-1]) and not _is_chinese(after[0]):
        return None
    if after[0].isdigit():
        # Who pauses by spaces elsewhere too, and sets nothing apart by them: 收到了 500毫升的 正好两瓶.
        spaced = any(found.start() != start for found in _SPACE.finditer(text)) and not _APART.search(text)
        glued = _GLUED.search(text) and not _MARKS.search(text)
        if not spaced or not (before[-1] in _CLOSING or glued):
            return None
    elif _is_latin(after[0]) and not _NAME_BEHIND.match(text, end):
        return None
    if (_is_latin(before[-1]) or _is_latin(after[0])) and _MARKS.search(text):
        return None  # Who writes marks needs no spaces for them.
    parts = [_SPACE.split(_CLAUSES.split(before)[-1]), _SPACE.split(_CLAUSES.split(after)[0])]
    sizes = [[len(_UNIT.findall(part)) for part in side] for side in parts]
    left, right = sizes[0][-1], sizes[1][0]
    said = before[-1] in _CLOSING or parts[1][0][-1:] in _CLOSING
    every = sizes[0] + sizes[1]
    clauses = min(left, right) >= _SHORT and max(left, right) >= _LONG
    if said and min(left, right) >= _SHORT:
        return "，"
    # One short heading among clauses: 家教 初中物理 可试听一节.
    clauses = clauses or (len(every) > 2 and min(left, right) >= _HEADING and max(left, right) >= _LONG)
    return "，" if clauses and sum(every) >= _MEAN * len(every) else None


def _is_apart(text: str, start: int, end: int) -> bool:
    """Whether what stands before the space is a call, a value or the like that the space ends by itself."""
    before, after = text[max(0, start - _REACH) : start], text[end : end + _REACH]
    if after[0] == "#":
        return _TAGS.match(text, end) is not None
    if _HEADED.search(before):
        return not _LEANING.match(after) and after[0] not in "是的与和及："
    if _CALLED.search(before):
        return after[0] not in _AND and not _LEANING.match(after)
    numbered = _NUMBERED.search(before)
    if numbered and re.match(rf"{numbered[1]}\d{{1,2}}[\u4e00-\u9fff]", after):
        return True
    if _LABEL.match(after) and re.search(r"[\u4e00-\u9fff] ?[:：|｜]", before):
        return True
    valued = _VALUED.search(before) is not None and _NEXT_VALUE.match(after) is not None and after[0] not in _AND
    listed = _LISTED.search(before) is not None and after[0].isascii() and after[0].isupper()
    return valued or listed


def _is_chinese(char: str) -> bool:
    return "\u4e00" <= char <= "\u9fff"


def _is_latin(char: str) -> bool:
    return char.isascii() and char.isalnum()
