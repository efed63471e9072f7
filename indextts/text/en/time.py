"""English verbalisers of dates, times of day and lengths of time."""

from __future__ import annotations

import re
from typing import Final

from indextts.text.en import tables as tables_en
from indextts.text.en.verbalizers import counted, word_before
from indextts.text.numbers import MONTHS, en_cardinal, en_ordinal, en_plural, en_small, en_year
from indextts.text.verbalizers import Match

_COUNTED: Final = re.compile(
    r" (?!(?:was|is|has|as|this|its)\b)(?:[a-z]+s|people|men|women|children|feet|more"
    r"|or more|of)\b"
)
"""What follows a number that counts, and is no year."""


def month(written: str) -> str:
    """The whole name of a month that may be shortened."""
    return next(name for name in MONTHS if name.startswith(written[:3].title()))


def _with_year(match: Match) -> str:
    return f" {en_year(int(match['y']))}" if match["y"] else ""


def ymd(match: Match) -> str | None:
    """``2024-03-15``, ``03/15/2024``, ``31/12/2024``."""
    month, day = int(match["m"]), int(match["d"])
    if month > 12 and day <= 12 and match.start("m") < match.start("y"):
        month, day = day, month
    if not (1 <= month <= 12 and 1 <= day <= 31):
        return None
    return f"{MONTHS[month - 1]} {en_ordinal(day)}{_with_year(match)}"


def month_day(match: Match) -> str | None:
    """``March 15, 2024``, ``Mar 15th``, ``May 3-5``."""
    day, last = int(match["d"]), match["e"]
    if not 1 <= day <= 31 or not 1 <= int(last or 1) <= 31:
        return None
    until = f" to {en_ordinal(int(last))}" if last else ""
    return f"{month(match['m'])} {en_ordinal(day)}{until}{_with_year(match)}"


def day_month(match: Match) -> str | None:
    """``15 March 2024``."""
    day = int(match["d"])
    if not 1 <= day <= 31:
        return None
    the = "" if word_before(match).lower() == "the" else "the "
    return f"{the}{en_ordinal(day)} of {month(match['m'])}{_with_year(match)}"


def clock(match: Match) -> str | None:
    """``3:30 pm``, ``18:30``."""
    hour, minute, half = int(match["h"]), int(match["m"]), match["p"]
    if hour > 24 or minute > 59:
        return None
    said = en_small(hour)
    if minute:
        said += f" {'oh ' if minute < 10 else ''}{en_small(minute)}"
    elif not half:
        said += " o'clock"
    return said + (f" {half[0].upper()}M" if half else "")


def hour(match: Match) -> str | None:
    """``9am``."""
    value = int(match["h"])
    return f"{en_small(value)} {match['p'][0].upper()}M" if 1 <= value <= 12 else None


def length(match: Match) -> str | None:
    """``2:16:00``."""
    hours, minutes, seconds = map(int, match.groups())
    if minutes > 59 or seconds > 59:
        return None
    found = ((hours, "hour"), (minutes, "minute"), (seconds, "second"))
    return " ".join(counted(str(value), name) for value, name in found if value) or "zero seconds"


def short_duration(match: Match) -> str:
    """``1h 30m``, ``2h30min``."""
    names = (("h", "hour"), ("m", "minute"), ("s", "second"))
    return " ".join(counted(match[key], name) for key, name in names if match[key])


def year(match: Match) -> str | None:
    """A year, where the word before it says so, or where it can hardly be anything else."""
    word = word_before(match)
    known = word.lower() in tables_en.YEAR_BEFORE or word.rstrip(".") in MONTHS
    written = int(match["y"])
    bracket = match.string[match.start() - 1 : match.start()] == "(" and match.string[match.end() :][:1] in ")-–,"
    alone = 1900 <= written < 2100 and written % 1000 and not _COUNTED.match(match.string, match.end())
    return en_year(written) if known or bracket or alone else None


def era(match: Match) -> str:
    """``1200 BC``, ``AD 79``."""
    written = match["n"] or match["n2"]
    return en_year(int(written)) if len(written) == 4 and written[1] != "0" else en_cardinal(written)


def decade(match: Match) -> str:
    """``1990s``, ``'80s``."""
    value = int(match["n"])
    return en_plural(en_year(value) if value > 99 else en_small(value))


def days(match: Match) -> str:
    """``Mon.-Fri.``."""
    joint = match["d"] if match["d"].isalpha() else "and" if match["d"] == "&" else "to"
    return f"{tables_en.DAYS[match['a']]} {joint} {tables_en.DAYS[match['b']]}"


def day(match: Match) -> str:
    """``Mon. 3 May``."""
    return tables_en.DAYS[match["a"]]


def month_year(match: Match) -> str:
    """``Mar. 2024``."""
    return f"{month(match['m'])} {en_year(int(match['y']))}"
