"""English verbalisers of dates, times of day and lengths of time."""

from __future__ import annotations

from typing import Final

from indextts.reading.text.en import tables as tables_en
from indextts.reading.text.en.tables import BESIDE, DATE_BEFORE, DATED_BEFORE
from indextts.reading.text.en.verbalizers import counted, determined, word_before
from indextts.reading.text.numbers import (
    MONTHS,
    en_cardinal,
    en_digits,
    en_ordinal,
    en_plural,
    en_small,
    en_two_digits,
    en_year,
)
from indextts.reading.text.verbalizers import Match, last_stop

_DENOMINATORS: Final = (2, 3, 4, 5, 6, 8, 10, 12, 16)


_LATE: Final = 1500
"""From here on a number before a plural, not round, behind *By* or *In* at a sentence's head is a year."""


def month(written: str) -> str:
    """The whole name of a month that may be shortened."""
    return next(name for name in MONTHS if name.startswith(written[:3].title()))


def _with_year(match: Match) -> str:
    if not match["y"]:
        return ""
    year = int(match["y"])
    return f" {en_year(year if year > 99 else year + (2000 if year < 50 else 1900))}"


def ymd(match: Match) -> str | None:
    """``2024-03-15``, ``03/15/2024``, ``31/12/2024``."""
    month, day = int(match["m"]), int(match["d"])
    if month > 12 and day <= 12 and match.start("m") < match.start("y"):
        month, day = day, month
    if not (1 <= month <= 12 and 1 <= day <= 31):
        return None
    return f"{MONTHS[month - 1]} {en_ordinal(day)}{_with_year(match)}"


def dotted_date(match: Match) -> str | None:
    """``31.12.1999``: the day first, unless it cannot be."""
    day, month = int(match["m"]), int(match["d"])
    if month > 12 >= day:
        day, month = month, day
    if not (1 <= month <= 12 and 1 <= day <= 31) or word_before(match).lower() in ("version", "release", "build", "v"):
        return None
    return f"{MONTHS[month - 1]} {en_ordinal(day)}{_with_year(match)}"


def short_date(match: Match) -> str | None:
    """``3/15/24``, ``12/25/99``; three small numbers in a row may be anything."""
    month, day = int(match["m"]), int(match["d"])
    written = match["s"] == "/" or len(match["m"] + match["d"]) == 4
    known = max(month, day) > 12 or len(match["m"] + match["d"]) > 2 or word_before(match).lower() in DATE_BEFORE
    return ymd(match) if written and known else None


def month_day(match: Match) -> str | None:
    """``March 15, 2024``, ``Mar 15th``, ``May 3-5``."""
    day, last = int(match["d"]), match["e"]
    if not 1 <= day <= 31 or not 1 <= int(last or 1) <= 31 or _is_verb(match):
        return None
    until = f" to {en_ordinal(int(last))}" if last else ""
    return f"{month(match['m'])} {en_ordinal(day)}{until}{_with_year(match)}"


def month_of_year(match: Match) -> str | None:
    """``Exp. 08/2026``; what is counted is a part of so many: ``3/2000 patients``."""
    if BESIDE["counted"].match(match.string, match.end()):
        return None
    return f"{MONTHS[int(match['m']) - 1]} {en_year(int(match['y']))}"


def day_of_month(match: Match) -> str | None:
    """``Tue 4/9``, ``Deadline is 10/31.``, ``from 9/2``, ``12/24-12/26``: no fraction, by what stands beside it."""
    left, right, beside = match.string[max(0, match.start() - 60) : match.start()], match.end(), BESIDE
    chain = beside["days_before"].search(left)
    left, first = (left[: chain.start()], chain[1]) if chain else (left, f"{match['m']}/{match['d']}")
    month, day = map(int, first.split("/"))
    told = beside["event_before"].search(left) or (
        not (month < day and day in _DENOMINATORS) and beside["span_before"].search(left)
    )
    closed = match["r"] or beside["closed_behind"].match(match.string, right)
    named = beside["event_behind"].match(match.string, right) and determined(match)
    sure = BESIDE["weekday_before"].search(left) or named or beside["time_behind"].match(match.string, right)
    if sure or (told and closed and match[0] not in ("9/11", "7/11") and not beside["no_day"].search(match.string)):
        said = ymd(match)
        return f"{said} to " if said and match["r"] else said
    return None


def tuesday_or_thursday(match: Match) -> str:
    """``Tu (4/9)``."""
    return "Tuesday" if match["d"] == "u" else "Thursday"


def quarter(match: Match) -> str:
    """``4Q21``, ``2Q 2022``, ``in 2Q``."""
    year = match["y"] or match["l"]
    named = not year and BESIDE["of_quarter"].match(match.string, match.end())
    the = "" if determined(match) or named else "the "
    return f"{the}{en_ordinal(int(match['n']))} quarter{f' of {_year_of(match)}' if year else ''}"


def _year_of(match: Match) -> str:
    return en_two_digits(int(match["y"])) if match["y"] else en_year(int(match["l"]))


def two_days(match: Match) -> str | None:
    """``Dec 25 & 26``."""
    first, second = int(match["d"]), int(match["e"])
    if not 0 < first < second < 32 or _is_day_of_verb(match):
        return None
    return f"{month(match['m'])} {en_ordinal(first)} and {en_ordinal(second)}"


def _is_day_of_verb(match: Match) -> bool:
    """Whether ``may`` or ``march`` in small letters is a verb, as far as the word before it says no date."""
    return match["m"] in ("may", "march", "mar") and word_before(match).lower().rstrip(".") not in DATED_BEFORE


def _is_verb(match: Match) -> bool:
    """Whether ``may 3 times`` or ``march 5 miles`` speaks of no month."""
    if match["m"] not in ("may", "march", "mar", "dec", "sun") or match["y"] or match.groupdict().get("o"):
        return False
    if word_before(match).lower().rstrip(".") in DATED_BEFORE:
        return False
    return match.start() > 0 or bool(BESIDE["counted"].match(match.string, match.end()))


def day_month(match: Match) -> str | None:
    """``15 March 2024``."""
    day = int(match["d"])
    if not 1 <= day <= 31:
        return None
    the = "" if word_before(match).lower() == "the" else "the "
    return f"{the}{en_ordinal(day)} of {month(match['m'])}{_with_year(match)}{last_stop(match)}"


def clock(match: Match) -> str | None:
    """``3:30 pm``, ``18:30``."""
    hour, minute, half = int(match["h"]), int(match["m"]), match["p"]
    if hour > 24 or minute > 59:
        return None
    said = en_small(hour)
    if minute:
        said += f" {en_two_digits(minute)}"
    elif not half:
        said += " o'clock"
    return said + (f" {half[0].upper()}M{last_stop(match)}" if half else "")


def clock_seconds(match: Match) -> str | None:
    """``7:15:30 pm``: with AM or PM behind it, a time of day and no length."""
    hour, minute, second = (int(match[part]) for part in "hms")
    if not 1 <= hour <= 12:
        return None
    said = en_small(hour)
    if minute or second:
        said += f" {en_two_digits(minute)}" if minute else " o'clock"
    seconds = f" and {counted(str(second), 'second')}" if second else ""
    return f"{said}{seconds} {match['p'][0].upper()}M{last_stop(match)}"


def hour(match: Match) -> str | None:
    """``9am``."""
    value = int(match["h"])
    return f"{en_small(value)} {match['p'][0].upper()}M{last_stop(match)}" if 1 <= value <= 12 else None


def length(match: Match) -> str | None:
    """``2:16:00``."""
    hours, minutes, seconds = map(int, match.groups())
    if minutes > 59 or seconds > 59:
        return None
    found = ((hours, "hour"), (minutes, "minute"), (seconds, "second"))
    return " ".join(counted(str(value), name) for value, name in found if value) or "zero seconds"


def race_time(match: Match) -> str:
    """``1:58.30``: minutes, seconds and their hundredths."""
    minutes, seconds, part = match.groups()
    return f"{en_cardinal(minutes)} {en_two_digits(int(seconds))} point {en_digits(part)}"


def season(match: Match) -> str | None:
    """``the 2018/19 season``; two years one after the other are one by themselves."""
    first, second = int(match["a"]), int(match["b"])
    if not match["w"] and second != (first + 1) % 100:
        return None
    return f"{en_year(first)} {en_two_digits(second) if second else en_small(0)}"


def military(match: Match) -> str:
    """``at 1430 hrs``, ``at 0600 hours``."""
    hour, minute = match.group("h", "m")
    hours = "zero" if hour == "00" else en_two_digits(int(hour))
    return f"{hours} {'hundred' if minute == '00' else en_two_digits(int(minute))} hours"


def seconds(match: Match) -> str | None:
    """``a timeout of 30s``, ``took over 60s``; elsewhere these are years."""
    left = match.string[max(0, match.start() - 32) : match.start()]
    return counted(match["n"], "second") if BESIDE["timed"].search(left) else None


def short_duration(match: Match) -> str:
    """``1h 30m``, ``2h30min``."""
    names = (("h", "hour"), ("m", "minute"), ("s", "second"))
    return " ".join(counted(match[key], name) for key, name in names if match[key])


def year(match: Match) -> str | None:
    """A year, where the word before it says so, or where it can hardly be anything else."""
    word = word_before(match)
    known = word.lower() in tables_en.YEAR_BEFORE or word.rstrip(".") in MONTHS
    written = int(match["y"])
    if BESIDE["plural"].match(match.string, match.end()):
        # By 1863 settlers, Paris 2024 men's final; but: in 1863 cases, In 2000 cases.
        return en_year(written) if known and word[:1].isupper() and written >= _LATE and written % 100 else None
    bracket = match.string[match.start() - 1 : match.start()] == "(" and match.string[match.end() :][:1] in ")-–,"
    alone = 1900 <= written < 2100 and written % 1000 and not BESIDE["counted"].match(match.string, match.end())
    return en_year(written) if known or bracket or alone else None


def years_between(match: Match) -> str | None:
    """``Between 1850 and 1900``, unless it counts or both are as round as amounts are."""
    first, last = int(match["y"]), int(match["b"])
    if first >= last or first % 500 == last % 500 == 0 or BESIDE["counted"].match(match.string, match.end()):
        return None
    return f"{en_year(first)} and {en_year(last)}"


def class_of(match: Match) -> str:
    """``the class of '99``."""
    value = int(match["n"])
    return f"oh {en_small(value)}" if 0 < value < 10 else en_small(value)


def era(match: Match) -> str:
    """``1200 BC``, ``AD 79``."""
    written = match["n"] or match["n2"]
    return en_year(int(written)) if len(written) == 4 and written[1] != "0" else en_cardinal(written)


def decade(match: Match) -> str | None:
    """``1990s``, ``'80s``, and other numbers that there are more of: ``the under-5s``, ``omega-3s``, ``two 10s``."""
    behind, ahead = match.string[max(0, match.start() - 32) : match.start()], match.string[match.end() :]
    if few := match.groupdict().get("k"):
        many = BESIDE["of_a_kind"].search(behind) or (BESIDE["these"].search(behind) and BESIDE["no_noun"].match(ahead))
        return en_plural(en_cardinal(few)) if many or behind[-1:] in ("x", "X", "×") else None
    value = int(match["n"])
    if value < 100 and BESIDE["seconds_before"].search(behind):
        return None
    if value < 20:
        return "two thousands" if value == 0 else "twenty tens"
    return en_plural(en_year(value) if value > 99 else en_small(value))


def days(match: Match) -> str:
    """``Mon.-Fri.``, ``Apr-Jun``."""
    if match["m"]:
        return f"{month(match['m'])} to {month(match['n']) if match['n'] else ''}"
    joint = match["d"] if match["d"].isalpha() else "and" if match["d"] == "&" else "to"
    return f"{tables_en.DAYS[match['a']]} {joint} {tables_en.DAYS[match['b']]}"


def day(match: Match) -> str:
    """``Mon. 3 May``."""
    return tables_en.DAYS[match["a"]]


def month_year(match: Match) -> str | None:
    """``Mar. 2024``, ``july 1876``."""
    named = match["m"] not in ("may", "march", "mar") or word_before(match).lower() in DATED_BEFORE
    if not named or BESIDE["counted"].match(match.string, match.end()):
        return None
    return f"{month(match['m'])} {en_year(int(match['y']))}"
