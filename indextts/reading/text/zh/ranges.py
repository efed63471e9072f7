"""Chinese verbalisers of ranges, from one quantity to another, and of what looks like them."""

from __future__ import annotations

import re
from typing import Final

from indextts.reading.text.numbers import value_of, zh_digits, zh_number
from indextts.reading.text.tables import CURRENCIES, RISKY, UNITS
from indextts.reading.text.verbalizers import Match, before, is_division, unit_parts
from indextts.reading.text.zh.measures import COLD, unit_name
from indextts.reading.text.zh.time import WORDS
from indextts.reading.text.zh.verbalizers import count, number, plain, two

_COUNTED: Final = {*WORDS["liang_after"], *WORDS["er_after"], *WORDS["per_after"]} - {"等", "中", "的", "线", "老"}
_UNITS: Final = {symbol for symbol in UNITS if symbol not in RISKY} | {"%", "‰"}
_QUANTITY: Final = re.compile(
    rf"(?:\d[万亿千百十多余来]{{0,3}}个?|(?:半|[一二两三四五六七八九十几]|[百千万])个?多?)"
    rf"(?:{'|'.join(map(re.escape, sorted(_COUNTED, key=len, reverse=True)))})半?$"
    r"|\d(?:[万亿千百]|[.:：]\d\d)$|[周期拜][一二三四五六日天]$|[¥$€£][\d.,]+ ?(?:bn|mn|[kKMB])$"
)
"""What a range begins with, before its dash: a number and what it counts."""
_MEASURED: Final = re.compile(rf"\d ?(?:{'|'.join(map(re.escape, sorted(_UNITS, key=len, reverse=True)))})[²³]?$")
_COUPON: Final = re.compile(r"的?(?:(?:优惠|消费|满减|店铺|神|代金)?券|满减|优惠)")
"""What is behind a sum and what goes off it: 300-50的券."""
_FORMULA: Final = re.compile(r"[=√²³^≤≥≠×÷]")
_VOLTS: Final = re.compile(r"V ?[-~–—] ?\d[\d.]* ?(?:A|Hz|W)")
_PAIR: Final = re.compile(r"[、，,] ?\d{1,3}[-–]\d{1,3}(?!\d)")
_ROOMS: Final = ("室", "房", "机房", "教室", "会议室", "诊室", "病房", "宿舍", "包厢", "办公室")
_PAIR_BEFORE: Final = re.compile(r"\d{1,3}[-–]\d{1,3}[、，,] ?$")


def between(match: Match) -> str | None:
    """The dash of ``半小时-1小时``, ``上午9点-下午5点``, ``500g-1kg``."""
    text, start = match.string, match.start()
    left = text[max(0, start - 12) : start]
    if match["to"]:
        said = " " if match["to"] == "至今" else "到"
        return said if _QUANTITY.search(left) else None
    if _MEASURED.search(left):
        volts = _VOLTS.match(text, start - 1)  # AC 220 V～50 Hz
        return "，" if volts and "~" in match[0] else "到" if match["figures"] and not volts else None
    return "到" if _QUANTITY.search(left) else None


def _is_score(match: Match, rest: str) -> bool:
    """Whether ``3-2`` is how a match ended: its words, those of the sentence, equal numbers, or others in a row."""
    a, b = match.group("a", "b")
    told = before(match, WORDS["score_before"], gap=" :：") and not before(match, ("可以", "所以"), gap="")
    if rest.startswith(WORDS["score_after"]) or told:
        return True
    counts = rest.startswith(WORDS["liang_after"]) or rest.startswith(WORDS["er_after"])
    if "." in a + b or "," in a + b or counts or match["s"] or len(match["d"]) > 1 or match["d"] == "~":
        return False
    text, start = match.string, match.start()
    row = _PAIR.match(text, match.end()) or _PAIR_BEFORE.search(text, max(0, start - 9), start)
    around = text[max(0, start - 24) : start] + rest[:16]
    left = text[max(0, start - 6) : start].rstrip()
    named = left.endswith(WORDS["teams"]) or rest.startswith(WORDS["teams"])
    stops = not rest or rest[0] in "，。！？；、,!?;)）"
    named = named or (left.endswith(WORDS["countries"]) and (stops or rest.startswith(WORDS["countries"])))
    named = named or (stops and left.endswith("队"))
    return a == b or named or row is not None or (len(a) <= 3 and any(word in around for word in WORDS["score_words"]))


def range_(match: Match) -> str | None:
    """``3-5``, ``2020—2024``, ``3-2`` as a score, ``10-4`` before ``=`` as a difference."""
    a, b = match.group("a", "b")
    rest = match.string[match.end() :].lstrip()
    dash = match["d"].strip()
    if (rest.startswith(_ROOMS) and re.fullmatch(r"\d{3},\d{3}", f"{a},{b}")) or (
        rest[:1] == "款" and re.fullmatch(r"20[0-3]\d,20[0-3]\d", f"{a},{b}")
    ):
        return f"{zh_digits(a)}到{zh_digits(b)}"
    behind = re.search(r"[=+×÷*] ?$|满$", match.string[: match.start()])
    summed = rest[:1] in tuple("=+×÷*") or behind is not None
    coupon = dash == "-" and _COUPON.match(rest) and a.isdecimal() and b.isdecimal() and int(a) > int(b)
    if (dash == "-" and summed) or coupon or (match["d"] == " - " and _FORMULA.search(match.string)):
        return f"{number(match, 'a')}减{zh_number(b)}"
    if match["s2"] and dash == "-":
        return None
    scored = _is_score(match, rest)
    falls = "." not in a + b and value_of(a) >= value_of(b) and len(a) <= 3
    dated = rest.startswith(("月", "日", "年"))
    if dash in ("-", "–") and (scored or falls) and len(a) <= 3 and len(b) <= 3 and not dated:
        told = rest[:1] in tuple("号室栋幢户座") or before(match, ("第",))  # 幸福路12-3号, 第1-1节
        return f"{plain(a)}{'杠' if told else '比'}{plain(b)}"
    named = len(a) == 4 and a[0] in "12" and rest.startswith(("年", "学年", "赛季", "财年", "届"))
    named |= (
        len(a) == len(b) == 2
        and re.match("年 ?(?:E[^a-z]|P[^a-z]|R[^a-z]|归母|净利|营收|收入|业绩|盈利|毛利)", rest) is not None
    )
    years = all(re.fullmatch(r"(?:19|20)\d\d", written) for written in (a, b)) and a < b
    if named or (years and (not rest.startswith(WORDS["liang_after"]) or rest.startswith("年"))):
        return f"{zh_digits(a)}到{zh_digits(b)}"
    left = "二" if a == "2" and rest[:1] in "月日号楼级" else count(a)
    right = two(match, "b") if b == "2" else zh_number(b)
    return f"{'负' if match['s'] else ''}{left}到{'负' if match['s2'] else ''}{right}"


def reign(match: Match) -> str | None:
    """``唐朝(618-907)``, ``苏轼（1037—1101）``: years in brackets behind a name."""
    a, b = match.group("a", "b")
    years = 0 < int(b) - int(a) < (500 if len(a) == 3 else 200) and int(b) < 2100
    counted = before(match, WORDS["no_years_after"], gap="")
    return f"{match['o']}{zh_digits(a)}{match['ya'] or ''}到{zh_digits(b)}" if years and not counted else None


def division(match: Match) -> str | None:
    """The stroke of ``10 / 2 = 5`` and ``20/4=5``, but not of ``1/2+1/3=5/6``."""
    a, b = match.group("a", "b")
    return f"{plain(a)}除以{plain(b)}" if is_division(match) else None


def money_range(match: Match) -> str:
    """``¥1000-2000``, ``$50.00-$100.00``."""
    name = CURRENCIES[match["c"]][0]
    a, b = (count(match[group].removesuffix(".00")) for group in "ab")
    return f"{a}{match['q']}到{b}{match['r']}{name}"


def percents(match: Match) -> str:
    """``20%-30%``, ``5~8‰``."""
    base = {"%": "百分之", "‰": "千分之"}[match["p"]]
    sign = "负" if match["s1"] else ""
    a, b = map(plain, match.group("a", "b"))
    if match["p1"] and match["d"] in "-–" and sum(map(value_of, match.group("a", "b"))) == 100:
        return f"{base}{a}比{base}{b}"  # Two sides of one whole.
    return f"{sign}{base}{a}到{base if match['p1'] else ''}{b}"


def units(match: Match) -> str | None:
    """``-3~5℃``, ``50-60kg``, ``5km-10km``."""
    parts = unit_parts(match["u"])
    if parts is None or match["ua"] not in (None, match["u"]):
        return None
    names = [unit_name(name, size) for name, size in parts]
    a, b = map(count, match.group("a", "b"))
    first = names[0] if match["ua"] else ""
    per = "".join(f"每{name}" for name in names[1:])
    below = "零下" if names[0] in COLD else "负"
    return f"{per}{below if match['s'] else ''}{a}{first}到{below if match['s2'] else ''}{b}{names[0]}"


def per(match: Match) -> str:
    """``15元/斤``, ``50~70微克/立方米``, ``60-100 次/min``."""
    amount = two(match, "n") if match["n"] == "2" else zh_number(match["n"])
    first = f"{count(match['n0'])}{match['q0']}{match['a0'] or ''}到" if match["n0"] else ""
    unit = match["b"] or match["time"].replace("2", "²")
    unit = {"分": "分钟", "d": "天"}.get(unit) or "".join(unit_name(*part) for part in unit_parts(unit) or ()) or unit
    return f"每{unit}{first}{amount}{match['q'] or ''}{match['a'] or match['measure']}"


def bare_price(match: Match) -> str | None:
    """``22.8/斤``, ``500/月``, ``3600/年``; what a day or a fraction would be too is left alone."""
    written = match["n"]
    if match["b"] in ("月", "日", "天", "年", "周") and value_of(written) < 13:
        return None
    first = f"{count(match['n0'])}到" if match["n0"] else ""
    return f"每{'分钟' if match['b'] == '分' else match['b']}{first}{count(written)}"


def of_letters(match: Match) -> str:
    """``15-20w``, ``4K-6K``, ``3-5x``: thousands stay a letter, 万 and 倍 are told."""
    first, last = (
        {"w": "万", "W": "万", "x": "倍"}.get(letter or "", letter or "") for letter in match.group("u", "v")
    )
    return f"{count(match['a'])}{first}到{count(match['b'])}{last}"


def labels(match: Match) -> str | None:
    """The stroke of ``V1-V3``, ``SPF30-50``, places in a row."""
    if re.match(r"\d|X*L", match.string[match.end() :]):
        return "到"
    first = re.search(r"([A-Zdvw])(\d[\d.]*)$", match.string[: match.start()])
    second = re.match(r"([A-Zdvw])(\d[\d.]*\d|\d)", match.string[match.end() :])
    if first is None or second is None or first[1] != second[1]:
        return None
    begin, end = ([int(part) for part in one[2].split(".")] for one in (first, second))
    return "到" if begin < end else None


def several(match: Match) -> str | None:
    """``2、3个``: about so many."""
    a, b = int(match["a"]), int(match["b"])
    return zh_digits(f"{a}{b}").replace("二", "两") if b == a + 1 else None


def set_scores(match: Match) -> str:
    """``25:21、23:25`` behind the score of a match: none of them is a time; ``6-3/7-6(5)``."""
    parted = re.sub(r"(?<=\d)[:：-](?=\d)", "比", match.group())
    return re.sub(r"\d+", lambda one: zh_number(one.group(), liang=False), parted)
