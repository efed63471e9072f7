"""English verbalisers of numbers that name something rather than count: roads, rooms, products, versions, years."""

from __future__ import annotations

import re
from typing import Final

from indextts.reading.text.en import tables as tables_en
from indextts.reading.text.en.tables import BESIDE
from indextts.reading.text.en.verbalizers import counted, word_before
from indextts.reading.text.numbers import en_digits, en_house, en_number, en_plural, en_small, en_two_digits, en_year
from indextts.reading.text.verbalizers import Match, is_division

_ENDING: Final = BESIDE["last_digits"]
_LETTER_BEHIND: Final = re.compile(r" (?:is|was|in [a-z]+|means|and [a-z]\b|be|denotes?|satisf)|, ?[a-z]\b")
_FORM_AHEAD: Final = re.compile(r"\b(?:an?|the|my|his|her|your|our|their|two|three|form|forms|line|file|filed) $")

_FEW: Final = 10  # Hundredths that are parts of a thing rather than votes or points.


def by_pairs(match: Match) -> str:
    """``Highway 101``, ``Route 128``, ``Room 237``, ``Intel 8086``."""
    return en_house(match["n"])


def picture_lines(match: Match) -> str:
    """The lines of ``1080p``, ``720p30``."""
    return f"{en_house(match['n'])} "


def graded(match: Match) -> str | None:
    """``gave it 9/10``, ``scored 4/5``, ``60/40``, ``20/20``."""
    a, b = int(match["a"]), int(match["b"])
    sight = a == 20 and (b == 20 or match.string.startswith(" vision", match.end()))
    if sight or (a + b == 100 and min(a, b) > 9):
        return f"{en_small(a)} {en_small(b)}"
    left = match.string[max(0, match.start() - 24) : match.start()]
    most = b == 100 > a > _FEW and not match.string.startswith(" of", match.end())
    same = a == b and a in (5, 10, 100)
    if (most or same) and not left.lower().endswith((" on ", " by ", " since ", " until ")):
        return f"{en_number(match['a'])} out of {en_number(match['b'])}"
    if a > b or match.string.startswith(" of", match.end()) or not BESIDE["grading"].search(left):
        return None
    return f"{en_number(match['a'])} out of {en_number(match['b'])}"


def _joint(match: Match) -> str:
    """What joins a number to a letter: with a space between A would be an article."""
    return "-" if match.string[: match.start()].endswith("A") else " "


def chip_or_aircraft(match: Match) -> str:
    """``A100``, ``A320``: by hundreds or by pairs."""
    return f"{_joint(match)}{en_house(match['n'] or match['m'])}"


def version(match: Match) -> str:
    """``Python 3.12``, ``Ubuntu 22.04``: what stands behind the point is a number of its own."""
    whole, _, part = match["n"].partition(".")
    behind = en_digits(part) if part[0] == "0" or len(part) > 2 else en_small(int(part))
    return f"{en_small(int(whole)) if len(whole) < 3 else en_house(whole)} point {behind}"


def named_year(match: Match) -> str:
    """``the year 1066``, ``the year 476``."""
    return _year(match["y"])


def circa(match: Match) -> str:
    """``c. 1850``, ``ca. 1842–47``."""
    last = en_two_digits(int(match["z"])) if len(match["z"] or "") == 2 else _year(match["z"] or "0")
    return f"circa {_year(match['y'])}" + (f" to {last}" if match["z"] else "")


def reign(match: Match) -> str | None:
    """``the Tang dynasty (618-907)``: years of three figures."""
    a, b = match.group("a", "b")
    return f"{_year(a)} to {_year(b)}" if 0 < int(b) - int(a) < 500 else None


def _year(written: str) -> str:
    return en_year(int(written)) if len(written) == 4 and written[0] in "12" else en_house(written)


def feet_and_inches(match: Match) -> str:
    """``5 ft 7 in``."""
    feet, inches = match.groups()
    return f"{counted(feet, 'foot', 'feet')} {counted(inches, 'inch', 'inches')}"


def division(match: Match) -> str | None:
    """The stroke of ``10 / 2 = 5`` and ``20/4=5``, but not of ``1/2 + 1/3 = 5/6``."""
    a, b = match.group("a", "b")
    if not is_division(match):
        return None
    return f"{en_number(a)} divided by {en_number(b)}"


def last_digits(match: Match) -> str | None:
    """``card ending in 3071``; where no such thing is spoken of, only what can be no year."""
    left = match.string[max(0, match.start() - 60) : match.start()]
    written = match.group()
    if not _ENDING.search(left) and (len(written) < 4 or written[:2] in ("18", "19", "20") or written[1:] == "000"):
        return None
    return en_digits(written)


def out_of(match: Match) -> str:
    """``24/35 passing``, ``3-for-4``."""
    return f"{en_number(match['a'])} {match['w'] or 'of'} {en_number(match['b'])}"


def tax_form(match: Match) -> str | None:
    """``a 1099``, ``the 1040-ES``, ``a 529 plan``."""
    groups = match.groupdict()
    written = groups.get("n") or match.group()
    kind = groups.get("t") or ""
    article = _FORM_AHEAD.search(match.string[: match.start()][-8:])
    if groups.get("n") and not kind and not (BESIDE["tax"].search(match.string) and (article or groups.get("s"))):
        return None
    said = en_house(written)
    return (en_plural(said) if groups.get("s") else said) + (f" {kind.lstrip('-')}" if kind else "")


def chat_you(match: Match) -> str | None:
    """``love u``, ``if u can``; a letter where letters stand for numbers."""
    if word_before(match).lower() not in tables_en.BEFORE_U:
        return None
    return None if _is_letter(match) else "you"


def _is_letter(match: Match) -> bool:
    """Whether a letter stands for itself: among formulas, or told of."""
    behind = match.string[match.end() :]
    return bool(BESIDE["of_letters"].search(match.string) or _LETTER_BEHIND.match(behind))


def heart(match: Match) -> str | None:
    """``love you <3``."""
    left = match.string[max(0, match.start() - 16) : match.start()].lower()
    if left.endswith("i "):
        return "love"
    if BESIDE["fond"].search(left):
        return " heart"
    return " " if match.end() == len(match.string) and not BESIDE["measured"].search(left) else None
