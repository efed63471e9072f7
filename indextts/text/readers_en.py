"""How numbers and their like are said in English."""

from __future__ import annotations

import re
from typing import Final

from indextts.text import numbers, tables
from indextts.text.readers import Match, en_fraction, unit_parts
from indextts.text.units import CURRENCIES, SCALES, UNITS

_SIZES: Final = {2: "square ", 3: "cubic "}
_WORD_BEFORE: Final = re.compile(r"([A-Za-z]+\.?)(?:,| is| was|:)?,? ?#?$")


def word_before(match: Match) -> str:
    """The word before the match, as written; a copula between is passed over."""
    found = _WORD_BEFORE.search(match.string[max(0, match.start() - 24) : match.start()])
    return found.group(1) if found else ""


def _month(written: str) -> str:
    return next(name for name in numbers.MONTHS if name.startswith(written[:3].title()))


def number(match: Match) -> str:
    """A number that stands by itself."""
    written = match.group("n")
    sign = match.groupdict().get("s") or ""
    whole = written.partition(".")[0]
    if len(whole) > 1 and whole[0] == "0" and "," not in whole:
        digits, _, part = written.partition(".")
        said = numbers.en_digits(digits) + (f" point {numbers.en_digits(part)}" if part else "")
    else:
        said = numbers.en_number(written)
    return {"-": "minus ", "+": "plus ", "±": "plus or minus "}.get(sign, "") + said


def ordinal(match: Match) -> str:
    """``21st``."""
    written = match.group("n").replace(",", "")
    return numbers.en_ordinal(int(written))


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


def ratio(match: Match) -> str | None:
    """``3:1``; what can be a time of day is left, unless a screen or a ratio is spoken of."""
    a, b = match.group("a"), match.group("b")
    before = match.string[max(0, match.start() - 24) : match.start()].lower()
    named = re.search(r"\b(?:ratio|odds|score|scale|aspect|proportion)s?(?: of| is| was|:)?(?: about)? $", before)
    if len(b) == 2 and int(a) <= 24 and int(b) < 60 and not named:
        return None
    return f"{numbers.en_cardinal(a)} to {numbers.en_cardinal(b)}"


def phone(match: Match) -> str:
    """A telephone number."""
    written = match.group()
    plus = "plus " if written.startswith("+") else ""
    free = re.match(r"1?[- ]?(8)00[- ]", written)
    if free:
        rest = written[free.end() :]
        return f"{'one ' if written[0] == '1' else ''}eight hundred {numbers.en_digits(rest)}"
    return plus + numbers.en_digits(written)


def named_digits(match: Match) -> str | None:
    """``flight 815``, ``room 302``: a number that names."""
    word, written = word_before(match).lower(), match.group()
    if word in tables.EN_ROOM_BEFORE:
        if len(written) == 3 and written[1] == "0" != written[2]:
            return f"{numbers.EN_DIGITS[int(written[0])]} oh {numbers.EN_DIGITS[int(written[2])]}"
        return None if len(written) == 3 else numbers.en_digits(written)
    if word in tables.EN_DIGITWISE_BEFORE:
        return numbers.en_digits(written)
    return None


def money(match: Match) -> str | None:
    """``$12.50``, ``€5 million``, ``$2.5B``, ``100 USD``."""
    groups = match.groupdict()
    _, one, many, cent, cents = CURRENCIES[groups.get("c") or groups.get("e") or ""]
    if groups.get("c") == "¥":
        one = many = "yen"
    written = (groups.get("n") or groups.get("k") or "").replace(",", "")
    scale = (groups.get("q") or groups.get("r") or "").strip()
    minus = "minus " if groups.get("m") else ""
    if scale:
        zeros = SCALES[scale]
        name = {3: "thousand", 6: "million", 9: "billion", 12: "trillion"}[zeros]
        return f"{minus}{numbers.en_number(written)} {name} {many}"
    whole, _, part = written.partition(".")
    if len(part) not in (0, 2) or not cent:
        return f"{minus}{numbers.en_number(written)} {many}"
    small = f"{numbers.en_small(int(part))} {cent if part == '01' else cents}" if part and int(part) else ""
    if small and not int(whole):
        return minus + small
    said = f"{numbers.en_cardinal(whole)} {one if whole == '1' else many}"
    return minus + said + (f" and {small}" if small else "")


def money_range(match: Match) -> str:
    """``$5-$10``."""
    _, _, many, _, _ = CURRENCIES[match.group("c")]
    zeros = SCALES[match.group("q").strip()] if match.group("q") else 0
    scale = {0: "", 3: " thousand", 6: " million", 9: " billion", 12: " trillion"}[zeros]
    return f"{numbers.en_number(match.group('a'))} to {numbers.en_number(match.group('b'))}{scale} {many}"


def fraction(match: Match) -> str | None:
    """``3/4``, ``1 1/2``."""
    top, bottom, whole = match.group("a"), match.group("b"), match.group("w") or ""
    if match.group() == "24/7":
        return "twenty four seven"
    if match.group() == "9/11":
        return "nine eleven"
    if match.group() == "50/50":
        return "fifty fifty"
    if int(bottom) == 0:
        return f"{numbers.en_cardinal(top)} over zero"
    return en_fraction(whole, int(top), int(bottom))


def year(match: Match) -> str | None:
    """A year, where the word before it says so, or where it can hardly be anything else."""
    word = word_before(match)
    known = word.lower() in tables.EN_YEAR_BEFORE or word.rstrip(".") in numbers.MONTHS
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


def range_(match: Match) -> str:
    """``3-5``, ``1990-1995``, ``20%-30%``."""
    a, b = match.group("a"), match.group("b")
    if len(a) == len(b) == 4 and a[0] in "12" and b[0] in "12":
        return f"{numbers.en_year(int(a))} to {numbers.en_year(int(b))}"
    if len(a) == 4 and len(b) == 2 and a[:2] in ("18", "19", "20") and int(b) > int(a[2:]):
        return f"{numbers.en_year(int(a))} to {numbers.en_small(int(b))}"
    ends = {"%": " percent", "‰": " per mille", None: ""}
    return f"{numbers.en_number(a)}{ends[match.group('p1')]} to {numbers.en_number(b)}{ends[match.group('p2')]}"


def percent(match: Match) -> str:
    """``-3.5%``."""
    sign = {"-": "minus ", "+": "plus ", "±": "plus or minus "}.get(match.group("s") or "", "")
    return f"{sign}{numbers.en_number(match.group('n'))} {'percent' if match.group('p') == '%' else 'per mille'}"


def _named(symbol: str, *, one: bool) -> str | None:
    parts = unit_parts(symbol)
    if parts is None:
        return None
    (first, size), *rest = parts
    said = _SIZES.get(size, "") + UNITS[first][1 if one else 2]
    if rest:
        name, power = rest[0]
        under = UNITS[name][1]
        said += f" per {under} squared" if name in ("s", "h") and power == 2 else f" per {_SIZES.get(power, '')}{under}"
    return said


def unit(match: Match) -> str | None:
    """``5 km``, ``1 lb``, ``9.8 m/s²``, ``-40°C``."""
    said = _named(match.group("u"), one=match.group("n") == "1")
    sign = {"-": "minus ", "+": "plus ", "±": "plus or minus "}.get(match.group("s") or "", "")
    return f"{sign}{numbers.en_number(match.group('n'))} {said}" if said else None


def units(match: Match) -> str | None:
    """``5-10 km``, ``20°C-30°C``."""
    said, first = _named(match.group("u"), one=False), match.group("ua")
    if said is None or (first and first != match.group("u")):
        return None
    between = f" {said}" if first else ""
    return f"{numbers.en_number(match.group('a'))}{between} to {numbers.en_number(match.group('b'))} {said}"


def named_unit(match: Match) -> str:
    """``3 sq ft``, ``5 cu m``."""
    size = {"sq": "square", "cu": "cubic"}[match.group("k")]
    name = UNITS[match.group("u")]
    return f"{numbers.en_number(match.group('n'))} {size} {name[1] if match.group('n') == '1' else name[2]}"


def height(match: Match) -> str:
    """``6'2"``."""
    feet, inches = match.groups()
    said = f"{numbers.en_cardinal(feet)} {'foot' if feet == '1' else 'feet'}"
    return f"{said} {numbers.en_cardinal(inches)} {'inch' if inches == '1' else 'inches'}" if inches else said


def inches(match: Match) -> str:
    """``10 in.``."""
    return f"{numbers.en_number(match.group('n'))} {'inch' if match.group('n') == '1' else 'inches'}"


def risky_unit(match: Match) -> str:
    """``300 K``, with a space between."""
    name = UNITS[match.group("u")]
    return f"{numbers.en_number(match.group('n'))} {name[1] if match.group('u') == 'K' else name[2]}"


def roman(match: Match) -> str | None:
    """Roman numerals: ``Chapter IV``, ``Henry VIII``, ``World War II``."""
    letters = match.group("r")
    value = numbers.roman(letters)
    word = match.group("w").lower()
    rest = match.string[match.end() :]
    pronoun = letters == "I" and re.match(r" [a-z]+", rest)
    if not value or (pronoun and not re.match(r" (?:of|was|in|and|to|is|began|ended)\b", rest)):
        return None
    if word in tables.ROMAN_NAMES:
        said = f"the {numbers.en_ordinal(value)}"
    elif word in tables.ROMAN_BEFORE or (len(letters) > 1 and letters in _PLAIN_ROMAN):
        said = numbers.en_cardinal(str(value))
    else:
        return None
    return f"{match.group('w')} {said}"


_PLAIN_ROMAN: Final = frozenset({"II", "III", "IV", "VII", "VIII", "IX", "XII", "XIII", "XIV", "XV", "XVI"})
"""Numerals that are hardly ever anything else, behind any name."""


def number_sign(match: Match) -> str:
    """``#1``, ``No. 5``."""
    return "number "


def scientific(match: Match) -> str:
    """``1e5``."""
    return f"{numbers.en_number(match.group('n'))} times ten to the power of {numbers.en_number(match.group('e'))}"


def ratio_always(match: Match) -> str:
    """``16:9`` before a word that makes it a ratio."""
    return f"{numbers.en_cardinal(match.group('a'))} to {numbers.en_cardinal(match.group('b'))}"


def short_duration(match: Match) -> str:
    """``1h 30m``, ``2h30min``."""
    names = (("h", "hour"), ("m", "minute"), ("s", "second"))
    said = [f"{numbers.en_cardinal(match.group(key))} {name}{'' if match.group(key) == '1' else 's'}"
            for key, name in names if match.group(key)]  # fmt: skip
    return " ".join(said)


def point(match: Match) -> str:
    """``.5``."""
    return f"point {numbers.en_digits(match.group(1))}"


def century(match: Match) -> str | None:
    """``XIV century``."""
    value = numbers.roman(match.group("r"))
    return numbers.en_ordinal(value) if value else None
