"""How numbers and their like are said in Chinese."""

from __future__ import annotations

import re
from typing import Final

from indextts.text import numbers, tables
from indextts.text.readers import Match, unit_parts
from indextts.text.units import CURRENCIES, SCALES, UNITS

_AREAS: Final = {2: "平方", 3: "立方"}
_QUANTITIES: Final = "万亿|百万|千万|亿|万|千|百"


def before(match: Match, words: tuple[str, ...], *, gap: str = " :：是为到了") -> bool:
    """Whether one of ``words`` stands right before the match, or with a word such as 是 between."""
    return match.string[max(0, match.start() - 16) : match.start()].rstrip(gap).endswith(words)


def after(match: Match, words: tuple[str, ...]) -> bool:
    """Whether one of ``words`` stands right behind the match."""
    return match.string[match.end() : match.end() + 8].lstrip().startswith(words)


def two(match: Match, name: str | int = 0) -> str:
    """A bare 2 as 二 or 两, by what stands around it."""
    start, end = match.span(name)
    left, right = match.string[max(0, start - 4) : start], match.string[end : end + 4].lstrip()
    if left.endswith(tables.ER_BEFORE):
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
    """``-5`` behind anything that makes it no difference."""
    sign = {"-": "负", "+": "正", "±": "正负"}[match.group("s")]
    return sign + numbers.zh_number(match.group("n"))


def date(match: Match) -> str | None:
    """``2024-03-15``, ``3/15/2024``."""
    month, day = int(match.group("m")), int(match.group("d") or 1)
    if month > 12 and day <= 12 and match.group("s") == "/" and match.start("m") < match.start("y"):
        month, day = day, month
    if not (1 <= month <= 12 and 1 <= day <= 31):
        return None
    tail = f"{numbers.zh_small(day)}日" if match.group("d") else ""
    return f"{numbers.zh_digits(match.group('y'))}年{numbers.zh_small(month)}月{tail}"


def plain_number(match: Match) -> str:
    """``03`` of ``03月``: without its zero."""
    return numbers.zh_small(int(match.group()))


def year(match: Match) -> str | None:
    """``2024年``, but not ``1000年历史``."""
    written = match.group("y")
    rest = match.string[match.end() :]
    if written.endswith("00") and re.match(r"年(?:历史|前|来|间|的|以|之|后)", rest):
        return None
    if re.match(r"年(?:历史|来的|之久|寿命|间隔)", rest):
        return None
    return numbers.zh_digits(written)


def phone(match: Match) -> str:
    """A telephone number, 幺 for 1."""
    return ("加" if match.group().startswith("+") else "") + numbers.zh_digits(match.group(), yao=True)


def named_digits(match: Match) -> str | None:
    """A number that the words around it make a telephone number or a name."""
    written = match.group()
    known = written in tables.HOTLINES
    if len(written) > 4 or known or before(match, tables.PHONE_BEFORE, gap=" :：是为"):
        if before(match, tables.PHONE_BEFORE, gap=" :：是为") and not (before(match, ("打", "转")) and len(written) < 4
                                                              and not known):  # fmt: skip
            return numbers.zh_digits(written, yao=True)
        if known and after(match, tables.HOTLINE_AFTER):
            return numbers.zh_digits(written, yao=True)
    if before(match, tables.DIGITWISE_BEFORE, gap=" :：是为"):
        return numbers.zh_digits(written)
    if written in tables.SPELT_NUMBERS and after(match, tables.SPELT_AFTER):
        return numbers.zh_digits(written)
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
    if int(bottom) == 0 or before(match, ("第",)):
        return f"{numbers.zh_number(top)}斜杠{numbers.zh_number(bottom)}"
    if re.fullmatch(r"(?:19|20)\d\d", top) and 1 <= int(bottom) <= 12:
        return f"{numbers.zh_digits(top)}年{numbers.zh_small(int(bottom))}月"
    whole = f"{numbers.zh_number(match.group('w'))}又" if match.group("w") else ""
    return f"{whole}{numbers.zh_number(bottom, liang=False)}分之{numbers.zh_number(top, liang=False)}"


def ratio(match: Match) -> str | None:
    """``3:2``, unless it is a time of day or a length of time."""
    a, b = match.group("a"), match.group("b")
    scored = before(match, tables.SCORE_BEFORE, gap=" :：") or after(match, tables.SCORE_AFTER)
    if "." not in a + b and len(b) == 2 and int(b) < 60:
        if before(match, tables.DURATION_BEFORE, gap=" :：是为") and int(a) < 100:
            return length(((a, "分"), (b, "秒")))
        shown = re.match(r"的?(?:屏|比例|画面|显示|宽|monitor)", match.string[match.end() :])
        if int(a) <= 24 and not scored and not shown:
            return None  # A time of day.
    return f"{numbers.zh_number(a, liang=False)}比{numbers.zh_number(b, liang=False)}"


def length(parts: tuple[tuple[str, str], ...]) -> str:
    """Hours, minutes and seconds; those that are zero are not said."""
    said = [("两" if int(value) == 2 else numbers.zh_cardinal(value)) + name for value, name in parts if int(value)]
    return "".join(said) or "零秒"


def _clock(hour: str, minute: str, second: str | None) -> str:
    spoken = ("两" if int(hour) == 2 else numbers.zh_small(int(hour))) + "点"
    if int(minute) or (second and int(second)):
        spoken += ("零" if 0 < int(minute) < 10 else "") + f"{numbers.zh_small(int(minute))}分"
    if second and int(second):
        spoken += ("零" if int(second) < 10 else "") + f"{numbers.zh_small(int(second))}秒"
    return spoken


def clock(match: Match) -> str | None:
    """``8:30``, ``3:30 PM``, ``2:16:00`` behind a word that makes it a length of time."""
    hour, minute, second = match.group("h"), match.group("m"), match.group("s")
    if int(minute) > 59 or int(second or 0) > 59:
        return None
    if second and (before(match, tables.DURATION_BEFORE, gap=" :：是为") or int(hour) > 24):
        return length(((hour, "小时"), (minute, "分"), (second, "秒")))
    if int(hour) > 24:
        return None
    said = _half(hour, match.group("p")) + _clock(_of_half(hour, match.group("p")), minute, second)
    return said.removesuffix("分") if match.string[match.end() :][:1] == "分" else said


def hour(match: Match) -> str | None:
    """``5pm``."""
    written = match.group("h")
    if not 1 <= int(written) <= 12:
        return None
    return _half(written, match.group("p")) + _clock(_of_half(written, match.group("p")), "0", None)


def _half(written: str, half: str | None) -> str:
    if not half or int(written) > 12:
        return ""
    hour = int(written) % 12 + (12 if half[0] in "pP" else 0)
    return next(name for until, name in tables.DAY_HALVES if hour < until) if hour != 12 else "中午"


def _of_half(written: str, half: str | None) -> str:
    return "12" if half and int(written) == 0 else written


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
    name = CURRENCIES[sign][0]
    written = groups.get("n") or groups.get("k") or ""
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


def per(match: Match) -> str:
    """``15元/斤``."""
    amount = two(match, "n") if match.group("n") == "2" else numbers.zh_number(match.group("n"))
    return f"每{match.group('b')}{amount}{match.group('q') or ''}{match.group('a')}"


def unit(match: Match) -> str | None:
    """``5km``, ``100km/h``, ``-5℃``, ``±0.1mm``."""
    symbol = match.group("u")
    parts = unit_parts(symbol)
    if parts is None:
        return None
    sign = {"-": "负", "+": "正", "±": "正负"}.get(match.group("s") or "", "")
    written = match.group("n")
    names = [_AREAS.get(size, "") + _long(UNITS[name][0], size) for name, size in parts]
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


def _long(name: str, size: int) -> str:
    return "千米" if name == "公里" and size > 1 else name


def angle(match: Match) -> str:
    """``30°15'20"``."""
    parts = zip(match.groups(), ("度", "分", "秒"), strict=True)
    return "".join(numbers.zh_number(value) + name for value, name in parts if value)


def roman(match: Match) -> str | None:
    """Roman numerals behind a Chinese word that counts in them."""
    value = numbers.roman(match.group("r"))
    return numbers.zh_cardinal(str(value), liang=False) if value else None


def spelt_days(match: Match) -> str:
    """``9·18``, ``3.15晚会``: days that have become names."""
    month, day = match.group("m"), match.group("d")
    if month == "10" or (len(month) == len(day) == 2 and month == day):
        return numbers.zh_small(int(month)) + numbers.zh_small(int(day))
    return numbers.zh_digits(month + day)


def and_phone(match: Match) -> str:
    """``110、119``."""
    return match.group()[0] + numbers.zh_digits(match.group(), yao=True)


def short_duration(match: Match) -> str:
    """``1h30min``, ``3'45"``."""
    names = (("h", "小时"), ("m", "分" if match.group("s") else "分钟"), ("s", "秒"))
    return length(tuple((match.group(key), name) for key, name in names if match.group(key)))


def money_range(match: Match) -> str:
    """``¥1000-2000``."""
    name = CURRENCIES[match.group("c")][0]
    a, b = (numbers.zh_number(match.group(key)) if match.group(key) != "2" else "两" for key in "ab")
    return f"{a}{match.group('q')}到{b}{match.group('r')}{name}"


def model_number(match: Match) -> str | None:
    """``RTX 4090``: a number behind a Latin name that counts nothing."""
    return " " + numbers.zh_digits(match.group("n"))


def clocks(match: Match) -> str | None:
    """``9:00-18:00``."""
    first = (match.group("h"), match.group("m"), match.group("s"), match.group("p"))
    last = (match.group("h2"), match.group("m2"), match.group("s2"), match.group("p2"))
    spoken = []
    for at_hour, minute, second, half in (first, last):
        if int(at_hour) > 24 or int(minute) > 59 or int(second or 0) > 59:
            return None
        spoken.append(_half(at_hour, half) + _clock(at_hour, minute, second))
    return "到".join(spoken)


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
    names = [_AREAS.get(size, "") + _long(UNITS[name][0], size) for name, size in parts]
    a, b = ("两" if match.group(name) == "2" else numbers.zh_number(match.group(name)) for name in "ab")
    first = names[0] if match.group("ua") else ""
    per = f"每{names[1]}" if len(names) > 1 else ""
    minus = "负" if match.group("s2") else ""
    return f"{per}{'负' if match.group('s') else ''}{a}{first}到{minus}{b}{names[0]}"


def ampere(match: Match) -> str:
    """``5A电流``: the letter is a unit only beside such a word."""
    return numbers.zh_number(match.group("n") or match.group("n2")) + "安"


def padded(match: Match) -> str:
    """``05`` of ``3点05分``."""
    return numbers.zh_digits(match.group())


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


def mega(match: Match) -> str:
    """``10M宽带``."""
    return f"{numbers.zh_number(match.group('n'))}兆"


def point(match: Match) -> str:
    """``.5``."""
    return f"零点{numbers.zh_digits(match.group(1))}"


def unit_per(match: Match) -> str | None:
    """``10kg/袋``."""
    parts = unit_parts(match.group("u"))
    if parts is None or len(parts) > 1:
        return None
    count = "两" if match.group("n") == "2" else numbers.zh_number(match.group("n"))
    (symbol, size), *_ = parts
    return f"每{match.group('b')}{count}{_AREAS.get(size, '')}{_long(UNITS[symbol][0], size)}"
