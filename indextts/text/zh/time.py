"""Chinese verbalisers of dates, times of day and lengths of time."""

from __future__ import annotations

import re
from typing import Final

from indextts.text import numbers
from indextts.text.verbalizers import Match, before
from indextts.text.zh import tables

_DAY_HALVES: Final = ((5, "凌晨"), (12, "上午"), (18, "下午"), (24, "晚上"))
"""Up to which hour (of 24) which part of the day is said for AM and PM."""


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
    """``8:30``, ``3:30 PM``, ``2:16:00`` after a word that makes it a length of time."""
    hour, minute, second = match.group("h"), match.group("m"), match.group("s")
    if int(minute) > 59 or int(second or 0) > 59:
        return None
    if second and (before(match, tables.DURATION_BEFORE, gap=" :：是为") or int(hour) > 24):
        return length(((hour, "小时"), (minute, "分"), (second, "秒")))
    if int(hour) > 24:
        return None
    said = _half(hour, match.group("p"), match) + _clock(_of_half(hour, match.group("p")), minute, second)
    return said.removesuffix("分") if match.string[match.end() :][:1] == "分" else said


def hour(match: Match) -> str | None:
    """``5pm``."""
    written = match.group("h")
    if not 1 <= int(written) <= 12:
        return None
    return _half(written, match.group("p"), match) + _clock(_of_half(written, match.group("p")), "0", None)


def _half(written: str, half: str | None, match: Match) -> str:
    if not half or int(written) > 12 or before(match, tables.DAY_PARTS, gap=" "):
        return ""
    hour = int(written) % 12 + (12 if half[0] in "pP" else 0)
    return next(name for until, name in _DAY_HALVES if hour < until) if hour != 12 else "中午"


def _of_half(written: str, half: str | None) -> str:
    return "12" if half and int(written) == 0 else written


def spelt_days(match: Match) -> str:
    """``9·18``, ``3.15晚会``: days that have become names."""
    month, day = match.group("m"), match.group("d")
    if month == "10" or (len(month) == len(day) == 2 and month == day):
        return numbers.zh_small(int(month)) + numbers.zh_small(int(day))
    return numbers.zh_digits(month + day)


def short_duration(match: Match) -> str:
    """``1h30min``, ``3'45"``."""
    names = (("h", "小时"), ("m", "分" if match.group("s") else "分钟"), ("s", "秒"))
    return length(tuple((match.group(key), name) for key, name in names if match.group(key)))


def clocks(match: Match) -> str | None:
    """``9:00-18:00``."""
    first = (match.group("h"), match.group("m"), match.group("s"), match.group("p"))
    last = (match.group("h2"), match.group("m2"), match.group("s2"), match.group("p2"))
    spoken = []
    for at_hour, minute, second, half in (first, last):
        if int(at_hour) > 24 or int(minute) > 59 or int(second or 0) > 59:
            return None
        spoken.append(_half(at_hour, half, match) + _clock(at_hour, minute, second))
    return "到".join(spoken)


def padded(match: Match) -> str:
    """``05`` of ``3点05分``."""
    return numbers.zh_digits(match.group())


def month_day(match: Match) -> str:
    """``12/20`` and ``7.21`` where they are days."""
    unit = "" if match.string[match.end() :][:1] in ("日", "号") else "日"
    return f"{numbers.zh_small(int(match.group('m')))}月{numbers.zh_small(int(match.group('d')))}{unit}"


def month_days(match: Match) -> str | None:
    """``3/15-4/1``, unless they are two fractions."""
    if max(int(match.group("d")), int(match.group("d2"))) < 10 and match.group("m") != match.group("m2"):
        return None
    m, d, m2, d2 = (numbers.zh_small(int(match.group(name))) for name in ("m", "d", "m2", "d2"))
    return f"{m}月{d}日到{m2}月{d2}日"


def counted_hours(match: Match) -> str | None:
    """``1:30小时``, ``3:45分钟``."""
    if int(match.group("m")) > 59:
        return None
    names = ("小时", "分钟") if match.group("u")[-1] != "钟" or "钟头" in match.group("u") else ("分", "秒")
    return length(tuple(zip((match.group("h"), match.group("m")), names, strict=True)))
