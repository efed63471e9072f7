"""Chinese verbalisers of shares and ratios: two numbers at a stroke or a colon."""

from __future__ import annotations

import re
from typing import Final

from indextts.reading.text.numbers import zh_digits, zh_number, zh_small
from indextts.reading.text.verbalizers import Match, after, before
from indextts.reading.text.zh.time import WORDS, raced_length
from indextts.reading.text.zh.verbalizers import count, plain

_SCORES: Final = re.compile(r"(?:\d{1,3}[:：-]\d{1,3}[、，, ]+){1,4}$")  # The sets before the last of a match.
_RATIO: Final = re.compile(
    r"(?<!对)(?:比[例率值重]|(?:[师生男女宽高长重量体料液水油固气灰胶焊噪信病床护患]|[供产投入盈亏存贷需出])比)"
    r"(?:[约大概一般通常接近超可应不为是在达到过于保持控制至：: ]){0,8}$"
)
"""What makes ``1:15`` a ratio: 师生比约为."""
_PORTS: Final = re.compile(r"端口|映射|宿主机|[Dd]ocker|容器")  # Where 8080:80 are ports, and no ratio.
_LAPS: Final = re.compile("圈速|[一单快]圈|杆位|排位|纪录|自由泳|蛙泳|仰泳|蝶泳|混合泳|[刷跑游滑骑]出")
_MARKED: Final = re.compile("分(?=$|[，。、；！？）,])")
_RIM: Final = re.compile(r" ?Z?R ?\d\d")  # What is behind the width and height of a tyre: 205/55R16.
_NEAR: Final = 60
_FULL_MARKS: Final = 150  # How many points an examination has at most: 105/120.


def fraction(match: Match) -> str | None:
    """``3/4``, ``-1/2``, ``1/1.9英寸``."""
    top, bottom = match.group("a", "b")
    minus = "负" if match["s"] else ""
    unit = {None: "", "in": "英寸", "″": "英寸"}.get(match["u"], "秒")
    marked = bottom[-1] == "0" and _MARKED.match(match.string, match.end())
    rated = bottom in ("5", "10", "100") and before(match, WORDS["rated_before"], gap=" :：是为约高达仅只有")
    rated = rated and (after(match, ("分",)) or not after(match, WORDS["liang_after"]))  # 打9/10场
    if (marked or rated) and not minus and "." not in bottom and float(top) <= int(bottom) <= _FULL_MARKS:
        return f"{zh_number(top)}分，满分{zh_number(bottom)}{'' if after(match, ('分',)) else '分'}"
    if re.search(r"\.0+$", bottom) or ("." in top and bottom == "4") or ("." in bottom and len(top) > 1):
        graded = bottom[0] in "45" and before(match, ("绩点", "GPA"), gap=" :：是为约达到有")
        lens = re.fullmatch(r"\d\d+/(?:[1-5]\.[1-9]|4)", match.group())
        return f"{minus}{zh_number(top)}{'，满分' if graded else '，' if lens else '斜杠'}{zh_number(bottom)}"
    if "." in top + bottom:
        return f"{minus}{plain(bottom)}分之{plain(top)}{unit}" if float(bottom) else None
    tyre = len(top) == 3 and _RIM.match(match.string, match.end())
    if tyre or {top, bottom} <= set(WORDS["spelt_numbers"]) or _is_pair_of_models(match):
        return f"{zh_digits(top)}、{zh_digits(bottom)}"
    if int(bottom) == int(top) + 1 and after(match, WORDS["rows_after"]):
        return f"{plain(top)}、{plain(bottom)}"
    if len(top) > 2 and len(bottom) < 5 and not before(match, WORDS["part_before"]):
        return f"{zh_number(top)}、{zh_number(bottom)}"  # 800/1600两档
    if int(bottom) == 0 or before(match, ("第",)):
        return f"{zh_number(top)}{'斜杠' if int(bottom) else '比'}{zh_number(bottom)}"
    if match.string[match.end() :][:1] == "层" and int(top) <= int(bottom):
        return f"{zh_number(top)}杠{zh_number(bottom)}"  # 6/18层: a flat and its house
    if re.fullmatch(r"(?:19|20)\d\d", top) and 1 <= int(bottom) <= 12:
        return f"{zh_digits(top)}年{zh_small(int(bottom))}月"
    whole = f"{zh_number(match['w'])}又" if match["w"] else ""
    return f"{minus}{whole}{plain(bottom)}分之{plain(top)}{unit}"


def _is_pair_of_models(match: Match) -> bool:
    """Whether the two numbers are names: ``625/626``, of one length and near each other, and in no brackets."""
    top, bottom = match.group("a", "b")
    near = (
        len(top) == len(bottom) > 2
        and 0 < int(bottom) - int(top) <= _NEAR
        and int(bottom) > _FULL_MARKS
        and bottom[-2:] != "00"
    )
    return near and match.string[match.start() - 1 : match.start()] not in ("(", "（") and not match["s"]


def ratio(match: Match) -> str | None:
    """``3:2``, unless it is a time of day or a length of time."""
    a, b = match.group("a", "b")
    told = _RATIO.search(match.string, 0, match.start())
    scored = _scored(match) or told is not None
    if _PORTS.search(match.string) and max(len(a), len(b)) > 2 and "." not in a + b:
        return f"{zh_digits(a)}冒号{zh_digits(b)}"
    if re.fullmatch(r"[0-5]\d\.\d+", b) and "." not in a and _LAPS.search(match.string):
        return f"{count(a)}分{(zh_digits if b < '10' else zh_number)(b[:2])}秒{zh_digits(b[3:])}"  # 1:14.8
    if "." not in a + b and len(b) == 2 and int(b) < 60:
        if before(match, WORDS["duration_before"], gap=" :：是为") and int(a) < 100:
            return raced_length(match, match.string[: match.start()], a, b)
        shown = re.match(r"的?(?:屏|比例|画面|显示|宽|monitor)", match.string[match.end() :])
        if (a, b) == ("16", "10"):
            shown = re.search("屏|分辨率|寸|液晶", match.string)
        if int(a) <= 24 and not scored and not shown:
            return None  # A time of day.
    if re.fullmatch(r"[0-5]\d\.\d{2,3}", b) and not (told or before(match, ("按",))):  # 2:03.86
        return f"{count(a)}分{'零' if b[0] == '0' else ''}{plain(str(int(b[:2])))}秒{zh_digits(b[3:])}"
    return f"{plain(a)}比{plain(b)}"


def ratios(match: Match) -> str | None:
    """``1:2:3``, unless it is a time of day, ``V:V``, the stroke of ``A260/280``."""
    parts = re.split("[:：/]", match.group())
    if not parts[0].isdigit():
        return "比".join(re.sub(r"\d+", lambda figures: zh_digits(figures[0]), part) for part in parts)
    if len(parts) == 3 and all(len(part) == 2 for part in parts[1:]):
        return None
    return "比".join(plain(part) for part in parts)


def _scored(match: Match) -> bool:
    """Whether a score is spoken of, also by those in a row before it."""
    left = match.string[max(0, match.start() - 60) : match.start()]
    sets = _SCORES.search(left)
    head = left[: sets.start()] if sets else left
    return head.rstrip(" :：").endswith(WORDS["score_before"]) or after(match, WORDS["score_after"])
