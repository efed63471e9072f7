"""Chinese verbalisers: the spoken form of numbers, sums and the like."""

from __future__ import annotations

import re
from typing import Final

from indextts.text import numbers
from indextts.text.tables import CURRENCIES, SCALES, UNITS
from indextts.text.verbalizers import Match, after, before, is_inch, unit_parts
from indextts.text.zh import tables
from indextts.text.zh.time import length

_AREAS: Final = {2: "平方", 3: "立方"}
_COUNTED_OFF: Final = re.compile(r"第[\d、和与及至到~-]{1,7}$")
"""What stands before the last number of ``第1、2章``."""
_SALE: Final = "618"
"""The sale in the middle of the year, where nothing shows that it counts."""
_SCORES: Final = re.compile(r"(?:\d{1,3}[:：-]\d{1,3}[、，, ]+){1,3}$")
"""The sets before the last of a match."""


def two(match: Match, name: str | int = 0) -> str:
    """A bare 2 as 二 or 两, by what stands around it."""
    start, end = match.span(name)
    left, right = match.string[max(0, start - 8) : start], match.string[end : end + 4].lstrip()
    if left.endswith(tables.ER_BEFORE) or _COUNTED_OFF.search(left):
        return "二"
    liang = max((len(word) for word in tables.LIANG_AFTER if right.startswith(word)), default=0)
    er = max((len(word) for word in tables.ER_AFTER if right.startswith(word)), default=0)
    return "两" if liang > er else "二"


def number(match: Match, name: str | int = 0) -> str:
    """A number that stands by itself or counts what follows."""
    written = match.group(name)
    if written == "2":
        return two(match, name)
    start = match.start(name)
    whole = written.partition(".")[0]
    if len(whole) > 1 and whole[0] == "0" and "," not in whole:
        digits, _, part = written.partition(".")
        return numbers.zh_digits(digits) + (f"点{numbers.zh_digits(part)}" if part else "")
    return numbers.zh_number(written, liang=match.string[max(0, start - 1) : start] != "第")


def signed(match: Match) -> str:
    """``-5`` after anything that makes it no difference."""
    sign = {"-": "负", "+": "正", "±": "正负"}[match.group("s")]
    return sign + numbers.zh_number(match.group("n"))


def phone(match: Match) -> str:
    """A telephone number, 幺 for 1."""
    return ("加" if match.group().startswith("+") else "") + numbers.zh_digits(match.group(), yao=True)


def named_digits(match: Match) -> str | None:
    """A number that the words around it make a telephone number or a name."""
    written = match.group()
    known = written in tables.HOTLINES
    if len(written) > 9 and not written.endswith("000") and not after(match, tables.LIANG_AFTER):
        return numbers.zh_digits(written, yao=before(match, tables.PHONE_BEFORE, gap=" :：是为至到"))
    if len(written) > 4 or known or before(match, tables.PHONE_BEFORE, gap=" :：是为"):
        if before(match, tables.PHONE_BEFORE, gap=" :：是为") and not (before(match, ("打", "转")) and len(written) < 4
                                                              and not known):  # fmt: skip
            return numbers.zh_digits(written, yao=True)
        if known and after(match, tables.HOTLINE_AFTER):
            return numbers.zh_digits(written, yao=True)
    if before(match, tables.DIGITWISE_BEFORE, gap=" :：是为"):
        return numbers.zh_digits(written)
    clause = re.match(r"[\u4e00-\u9fff]{0,8}", match.string[match.end() :])
    counted = after(match, tables.LIANG_AFTER)
    if (
        written in tables.SPELT_NUMBERS
        and not counted
        and any(word in (clause.group() if clause else "") for word in tables.SPELT_AFTER)
    ):
        return numbers.zh_digits(written)
    joined = match.string[match.end() :].lstrip()[:1] in tuple("-—–~+=/*×")
    if written == _SALE and not counted and not joined and not before(match, tables.SUM_BEFORE, gap=" 了的"):
        return numbers.zh_digits(written)
    if known and len(written) > 4 and written not in tables.ROUND_HOTLINES and not counted:
        return numbers.zh_digits(written, yao=True)
    return None


def percent(match: Match) -> str:
    """``-3.5%``, ``7‰``, also of ranges."""
    base = {"%": "百分之", "‰": "千分之", "‱": "万分之"}[match.group("p")]
    written = match.group("n")
    sign = {"-": "负", "+": "正", "±": "正负"}.get(match.group("s") or "", "")
    if base == "百分之" and written in ("100", "100.0"):
        return f"{sign}百分之百"
    return sign + base + numbers.zh_number(written, liang=False)


def fraction(match: Match) -> str | None:
    """``3/4``."""
    top, bottom = match.group("a"), match.group("b")
    if {top, bottom} <= set(tables.SPELT_NUMBERS):
        return f"{numbers.zh_digits(top)}、{numbers.zh_digits(bottom)}"
    if int(bottom) == 0 or before(match, ("第",)):
        return f"{numbers.zh_number(top)}斜杠{numbers.zh_number(bottom)}"
    if re.fullmatch(r"(?:19|20)\d\d", top) and 1 <= int(bottom) <= 12:
        return f"{numbers.zh_digits(top)}年{numbers.zh_small(int(bottom))}月"
    whole = f"{numbers.zh_number(match.group('w'))}又" if match.group("w") else ""
    return f"{whole}{numbers.zh_number(bottom, liang=False)}分之{numbers.zh_number(top, liang=False)}"


def ratio(match: Match) -> str | None:
    """``3:2``, unless it is a time of day or a length of time."""
    a, b = match.group("a"), match.group("b")
    scored = _scored(match)
    if "." not in a + b and len(b) == 2 and int(b) < 60:
        if before(match, tables.DURATION_BEFORE, gap=" :：是为") and int(a) < 100:
            return length(((a, "分"), (b, "秒")))
        shown = re.match(r"的?(?:屏|比例|画面|显示|宽|monitor)", match.string[match.end() :])
        if int(a) <= 24 and not scored and not shown:
            return None  # A time of day.
    return f"{numbers.zh_number(a, liang=False)}比{numbers.zh_number(b, liang=False)}"


def ratios(match: Match) -> str | None:
    """``1:2:3``, unless it is a time of day."""
    parts = re.split("[:：]", match.group())
    if len(parts) == 3 and all(len(part) == 2 for part in parts[1:]):
        return None
    return "比".join(numbers.zh_number(part, liang=False) for part in parts)


def _scored(match: Match) -> bool:
    """Whether a score is spoken of, also by those in a row before it."""
    left = match.string[max(0, match.start() - 40) : match.start()]
    sets = _SCORES.search(left)
    head = left[: sets.start()] if sets else left
    return head.rstrip(" :：").endswith(tables.SCORE_BEFORE) or after(match, tables.SCORE_AFTER)


def range_(match: Match) -> str | None:
    """``3-5``, ``2020—2024``, ``3-2`` as a score, ``10-4`` before ``=`` as a difference."""
    a, b = match.group("a"), match.group("b")
    rest = match.string[match.end() :].lstrip()
    dash = match.group("d").strip()
    if dash == "-" and (rest[:1] in tuple("=+×÷*") or re.search(r"[=+×÷*] ?$", match.string[: match.start()])):
        return f"{number(match, 'a')}减{numbers.zh_number(b)}"
    scored = rest.startswith(tables.SCORE_AFTER) or before(match, tables.SCORE_BEFORE, gap=" :：")
    falls = "." not in a + b and int(a.replace(",", "")) > int(b.replace(",", "")) and len(a) <= 3
    if (
        dash in ("-", "–")
        and (scored or falls)
        and len(a) <= 3
        and len(b) <= 3
        and not rest.startswith(("月", "日", "年"))
    ):
        return f"{numbers.zh_number(a, liang=False)}比{numbers.zh_number(b, liang=False)}"
    if len(a) == 4 and a[0] in "12" and rest[:2].startswith(("年", "学年", "赛季", "财年", "届")):
        return f"{numbers.zh_digits(a)}到{numbers.zh_digits(b)}"
    years = all(re.fullmatch(r"(?:19|20)\d\d", written) for written in (a, b)) and a < b
    if years and (not rest.startswith(tables.LIANG_AFTER) or rest.startswith("年")):
        return f"{numbers.zh_digits(a)}到{numbers.zh_digits(b)}"
    right = two(match, "b") if b == "2" else numbers.zh_number(b)
    minus = "负" if match.group("s") else ""
    return minus + f"{numbers.zh_number(a) if a != '2' else '二' if rest[:1] in '月日号楼级' else '两'}到{right}"


def money(match: Match) -> str | None:
    """``¥35.5``, ``$1.5亿``, ``100USD``, ``US$5 million``; a second name of the currency is not said twice."""
    groups = match.groupdict()
    sign = groups.get("c") or groups.get("e") or ""
    name = groups.get("z") or CURRENCIES[sign][0]
    name = "元人民币" if name == "人民币" else name
    written = re.sub(r"\.00$", "", groups.get("n") or groups.get("k") or "")
    scale = (groups.get("q") or groups.get("r") or "").strip()
    if scale in SCALES:
        written = numbers.scaled(written, SCALES[scale])
        scale = ""
    amount = "两" if written == "2" else numbers.zh_number(written)
    if not scale and name not in ("比特币",) and len(written) > 4 and re.fullmatch(r"\d+0000", written):
        amount = numbers.zh_cardinal(written)
    minus = "负" if groups.get("m") else ""
    per = groups.get("per")
    return f"{f'每{per}' if per else ''}{minus}{amount}{scale}{name}"


def unit(match: Match) -> str | None:
    """``5km``, ``100km/h``, ``-5℃``, ``±0.1mm``."""
    symbol = match.group("u")
    parts = unit_parts(symbol)
    if parts is None:
        return None
    sign = {"-": "负", "+": "正", "±": "正负"}.get(match.group("s") or "", "")
    written = match.group("n")
    names = [unit_name(name, size) for name, size in parts]
    if len(names) == 2 and parts[1] == ("s", 2):
        names[1] = "二次方秒"
        return f"{sign}{numbers.zh_number(written)}{names[0]}每{names[1]}"
    count = "两" if written == "2" and names[-1] != "安" else numbers.zh_number(written)
    if len(names) == 1:
        if symbol == "h" and match.string[match.end() :][:1] == "":
            return f"{sign}{count}小时"
        return f"{sign}{count}{match.groupdict().get('w') or ''}{names[0]}"
    rate = {"分钟": "分钟", "升": "升"}.get(names[1], names[1])
    return f"每{rate}{sign}{count}{names[0]}"


def unit_name(symbol: str, size: int) -> str:
    """The Chinese name of a unit that is raised to ``size``."""
    name = UNITS[symbol][0]
    return _AREAS.get(size, "") + ("千米" if name == "公里" and size > 1 else name)


def angle(match: Match) -> str:
    """``30°15'20"``."""
    parts = zip(match.groups(), ("度", "分", "秒"), strict=True)
    return "".join(numbers.zh_number(value) + name for value, name in parts if value)


def roman(match: Match) -> str | None:
    """Roman numerals after a Chinese word that counts in them."""
    value = numbers.roman(match.group("r"))
    return numbers.zh_cardinal(str(value), liang=False) if value else None


def and_phone(match: Match) -> str:
    """``110、119``."""
    return match.group()[0] + numbers.zh_digits(match.group(), yao=True)


def money_range(match: Match) -> str:
    """``¥1000-2000``."""
    name = CURRENCIES[match.group("c")][0]
    a, b = (numbers.zh_number(match.group(key)) if match.group(key) != "2" else "两" for key in "ab")
    return f"{a}{match.group('q')}到{b}{match.group('r')}{name}"


def model_number(match: Match) -> str | None:
    """``RTX 4090``: a number after a Latin name that counts nothing."""
    return " " + numbers.zh_digits(match.group("n"))


def percents(match: Match) -> str:
    """``20%-30%``, ``5~8‰``."""
    base = {"%": "百分之", "‰": "千分之"}[match.group("p")]
    sign = "负" if match.group("s1") else ""
    a, b = (numbers.zh_number(match.group(name), liang=False) for name in "ab")
    return f"{sign}{base}{a}到{base if match.group('p1') else ''}{b}"


def units(match: Match) -> str | None:
    """``-3~5℃``, ``50-60kg``, ``5km-10km``."""
    parts = unit_parts(match.group("u"))
    if parts is None or match.group("ua") not in (None, match.group("u")):
        return None
    names = [unit_name(name, size) for name, size in parts]
    a, b = ("两" if match.group(name) == "2" else numbers.zh_number(match.group(name)) for name in "ab")
    first = names[0] if match.group("ua") else ""
    per = f"每{names[1]}" if len(names) > 1 else ""
    minus = "负" if match.group("s2") else ""
    return f"{per}{'负' if match.group('s') else ''}{a}{first}到{minus}{b}{names[0]}"


def ampere(match: Match) -> str:
    """``5A电流``: the letter is a unit only beside such a word."""
    return numbers.zh_number(match.group("n") or match.group("n2")) + "安"


def hyphenated(match: Match) -> str:
    """``歼-20``."""
    name, _, written = match.group().partition("-")
    return name + (numbers.zh_cardinal(written) if len(written) < 3 else numbers.zh_digits(written))


def scientific(match: Match) -> str:
    """``1e5``."""
    return f"{numbers.zh_number(match.group('n'))}乘十的{numbers.zh_number(match.group('e'), liang=False)}次方"


def plate(match: Match) -> str:
    """``A·12345`` of a number plate: letters stay, digits are read one by one."""
    return re.sub(r"\d", lambda m: numbers.zh_digits(m.group()), re.sub(r"^[·•. -]", "", match.group()))


def year_again(match: Match) -> str | None:
    """``2019`` where years are spoken of and nothing says that it counts."""
    counted = after(match, (*tables.LIANG_AFTER, *"多余来几")) or before(match, tables.COUNT_BEFORE, gap=" ")
    return None if counted or not _YEAR.search(match.string) else numbers.zh_digits(match.group())


_YEAR: Final = re.compile(r"(?<!\d)(?:19|20)\d\d年")


def mega(match: Match) -> str:
    """``10M宽带``, ``128g内存``."""
    size = match.group("u").upper()
    return f"{numbers.zh_number(match.group('n'))}{'兆' if size == 'M' else size}"


def point(match: Match) -> str:
    """``.5``."""
    return f"零点{numbers.zh_digits(match.group(1))}"


def figure(match: Match) -> str:
    """``2-1`` of ``表2-1``."""
    return f"{numbers.zh_number(match.group('a'), liang=False)}杠{numbers.zh_number(match.group('b'), liang=False)}"


def inches(match: Match) -> str | None:
    """``6.1"``, unless the mark closes a quotation."""
    return f"{numbers.zh_number(match.group('n'))}英寸" if is_inch(match) else None


def base(match: Match) -> str:
    """The lowered number of ``log₂8``."""
    return f"以{numbers.zh_number(match.group('n'), liang=False)}为底"


def aircraft(match: Match) -> str:
    """``737-800`` after its maker."""
    name = re.sub(r"\d", lambda m: numbers.zh_digits(m.group()), match.group("n"))
    return f"{name}杠{numbers.zh_digits(match.group('v'))}"


def door(match: Match) -> str:
    """``6-2-301``: building, entrance, flat."""
    *parts, room = match.group().split("-")
    return "杠".join((*(numbers.zh_small(int(part)) for part in parts), numbers.zh_digits(room)))


def named_phone(match: Match) -> str | None:
    """Groups of digits that the words before them make a telephone number."""
    return phone(match) if before(match, tables.PHONE_BEFORE, gap=" :：是为") else None


def basis_points(match: Match) -> str:
    """``25bp``."""
    return f"{numbers.zh_number(match.group('n'))}个基点"


def several(match: Match) -> str | None:
    """``2、3个``: about so many."""
    a, b = int(match.group("a")), int(match.group("b"))
    return numbers.zh_digits(f"{a}{b}").replace("二", "两") if b == a + 1 else None


def standard(match: Match) -> str:
    """``GB/T 7714—2015``: a standard and its year, digit by digit."""
    number = "点".join(numbers.zh_digits(part) for part in match.group("n").split("."))
    return f"{match.group('s')} {number}杠{numbers.zh_digits(match.group('y'))}"


def whole_sum(match: Match) -> str:
    """``3,999.00`` before the name of the currency."""
    return numbers.zh_number(match.group("n"))


def known_name(match: Match) -> str:
    """``7-11`` and what else has a name of its own."""
    return tables.NUMBER_NAMES[match.group()]
