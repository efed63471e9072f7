"""English verbalisers of dates, times of day and lengths of time."""

from __future__ import annotations

import re
from typing import Final

from indextts.text import numbers
from indextts.text.en import tables as tables_en
from indextts.text.en.verbalizers import word_before
from indextts.text.verbalizers import Match


def _month(written: str) -> str:
    return next(name for name in numbers.MONTHS if name.startswith(written[:3].title()))


def ymd(match: Match) -> str | None:
    """``2024-03-15``, ``03/15/2024``, ``31/12/2024``."""
    month, day = int(match.group("m")), int(match.group("d"))
    if month > 12 and day <= 12 and match.start("m") < match.start("y"):
        month, day = day, month
    if not (1 <= month <= 12 and 1 <= day <= 31):
        return None
    return f"{numbers.MONTHS[month - 1]} {numbers.en_ordinal(day)} {numbers.en_year(int(match.group('y')))}"


def month_day(match: Match) -> str | None:
    """``March 15, 2024``, ``Mar 15th``, ``May 3-5``."""
    day, last = int(match.group("d")), match.group("e")
    if not 1 <= day <= 31 or not 1 <= int(last or 1) <= 31:
        return None
    until = f" to {numbers.en_ordinal(int(last))}" if last else ""
    year = f" {numbers.en_year(int(match.group('y')))}" if match.group("y") else ""
    return f"{_month(match.group('m'))} {numbers.en_ordinal(day)}{until}{year}"


def day_month(match: Match) -> str | None:
    """``15 March 2024``."""
    day = int(match.group("d"))
    if not 1 <= day <= 31:
        return None
    the = "" if word_before(match).lower() == "the" else "the "
    year = f" {numbers.en_year(int(match.group('y')))}" if match.group("y") else ""
    return f"{the}{numbers.en_ordinal(day)} of {_month(match.group('m'))}{year}"


def month_year(match: Match) -> str:
    """``Jan. 2025``."""
    return f"{_month(match.group('m'))} {numbers.en_year(int(match.group('y')))}"


def _minutes(minute: str) -> str:
    return f"oh {numbers.en_small(int(minute))}" if int(minute) < 10 else numbers.en_small(int(minute))


def clock(match: Match) -> str | None:
    """``3:30 pm``, ``18:30``."""
    hour, minute, half = int(match.group("h")), match.group("m"), match.group("p")
    if hour > 24 or int(minute) > 59:
        return None
    said = numbers.en_small(hour)
    if int(minute):
        said += f" {_minutes(minute)}"
    elif not half:
        said += " o'clock"
    return said + (f" {half[0].upper()}M" if half else "")


def hour(match: Match) -> str | None:
    """``9am``."""
    value = int(match.group("h"))
    return f"{numbers.en_small(value)} {match.group('p')[0].upper()}M" if 1 <= value <= 12 else None


def length(match: Match) -> str | None:
    """``2:16:00``."""
    found = [(int(value), name) for value, name in zip(match.groups(), ("hour", "minute", "second"), strict=True)]
    if found[1][0] > 59 or found[2][0] > 59:
        return None
    said = [f"{numbers.en_cardinal(str(value))} {name}{'' if value == 1 else 's'}" for value, name in found if value]
    return " ".join(said) or "zero seconds"


def year(match: Match) -> str | None:
    """A year, where the word before it says so, or where it can hardly be anything else."""
    word = word_before(match)
    known = word.lower() in tables_en.YEAR_BEFORE or word.rstrip(".") in numbers.MONTHS
    written = int(match.group("y"))
    bracket = match.string[match.start() - 1 : match.start()] == "(" and match.string[match.end() :][:1] in ")-–,"
    alone = 1900 <= written < 2100 and written % 1000 and not _COUNTED.match(match.string, match.end())
    return numbers.en_year(written) if known or bracket or alone else None


_COUNTED: Final = re.compile(
    r" (?!(?:was|is|has|as|this|its)\b)(?:[a-z]+s|people|men|women|children|feet|more"
    r"|or more|of)\b"
)
"""What follows a number that counts, and is no year."""


def era(match: Match) -> str:
    """``1200 BC``, ``AD 79``."""
    written = match.group("n") or match.group("n2")
    year = len(written) == 4 and written[1] != "0"
    return numbers.en_year(int(written)) if year else numbers.en_cardinal(written)


def decade(match: Match) -> str:
    """``1990s``, ``'80s``."""
    digits = match.group("n")
    head = numbers.en_year(int(digits)) if len(digits) == 4 else numbers.en_small(int(digits))
    return numbers.en_plural(head)


def days(match: Match) -> str:
    """``Mon.-Fri.``."""
    joint = match.group("d") if match.group("d").isalpha() else "and" if match.group("d") == "&" else "to"
    return f"{tables_en.DAYS[match.group('a')]} {joint} {tables_en.DAYS[match.group('b')]}"


def day_name(match: Match) -> str:
    """``Mon.``, ``Tue 5``."""
    return tables_en.DAYS[match.group("a")]


def short_duration(match: Match) -> str:
    """``1h 30m``, ``2h30min``."""
    names = (("h", "hour"), ("m", "minute"), ("s", "second"))
    said = [f"{numbers.en_cardinal(match.group(key))} {name}{'' if match.group(key) == '1' else 's'}"
            for key, name in names if match.group(key)]  # fmt: skip
    return " ".join(said)


def century(match: Match) -> str | None:
    """``XIV century``."""
    value = numbers.roman(match.group("r"))
    return numbers.en_ordinal(value) if value else None
