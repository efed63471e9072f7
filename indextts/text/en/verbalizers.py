"""English verbalisers: the spoken form of numbers, sums and the like."""

from __future__ import annotations

import re
from typing import Final

from indextts.text import numbers, tables
from indextts.text.en import tables as tables_en
from indextts.text.tables import CURRENCIES, SCALES, UNITS
from indextts.text.verbalizers import Match, en_fraction, is_inch, unit_parts

_SCALES: Final = {3: "thousand", 6: "million", 9: "billion", 12: "trillion"}
_SIZES: Final = {2: "square ", 3: "cubic "}
_WORD_BEFORE: Final = re.compile(r"([A-Za-z]+\.?)(?:,| is| was|:)?,? ?#?$")


def word_before(match: Match) -> str:
    """The word before the match, as written; a copula between is passed over."""
    found = _WORD_BEFORE.search(match.string[max(0, match.start() - 24) : match.start()])
    return found.group(1) if found else ""


def number(match: Match) -> str:
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
    if word in tables_en.ROOM_BEFORE:
        if len(written) == 3 and written[1] == "0" != written[2]:
            return f"{numbers.EN_DIGITS[int(written[0])]} oh {numbers.EN_DIGITS[int(written[2])]}"
        return None if len(written) == 3 else numbers.en_digits(written)
    if word in tables_en.DIGITWISE_BEFORE:
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
        return f"{minus}{numbers.en_number(written)} {_SCALES[SCALES[scale]]} {many}"
    whole, _, part = written.partition(".")
    if len(part) not in (0, 2) or not cent:
        return f"{minus}{numbers.en_number(written)} {many}"
    small = f"{numbers.en_small(int(part))} {cent if part == '01' else cents}" if part and int(part) else ""
    if small and not int(whole):
        return minus + small
    said = f"{numbers.en_cardinal(whole)} {one if whole == '1' else many}"
    return minus + said + (f" and {small}" if small else "")


def money_range(match: Match) -> str:
    """``$5-$10``, ``£1m-£2m``."""
    _, _, many, _, _ = CURRENCIES[match.group("c")]
    first, last = (f" {_SCALES[SCALES[match.group(key).strip()]]}" if match.group(key) else "" for key in "oq")
    return f"{numbers.en_number(match.group('a'))}{first} to {numbers.en_number(match.group('b'))}{last} {many}"


def aircraft(match: Match) -> str:
    """``737-800`` after its maker."""
    said = f"{numbers.en_digits(match.group('a'))} {numbers.en_small(int(match.group('b')))}"
    return f"{said} dash {numbers.en_number(match.group('v'))}" if match.group("v") else said


def flight(match: Match) -> str | None:
    """``UA 328`` where flying is spoken of."""
    return numbers.en_digits(match.group()) if _FLYING.search(match.string) else None


_FLYING: Final = re.compile(r"\b(?:flights?|gate|board|boards|boarding|depart|arriv|land|delay|airport|airline)", re.I)


def compass(match: Match) -> str:
    """``500 W. Main St.``."""
    return {"N": "North", "S": "South", "E": "East", "W": "West"}[match.group("d")] + " "


def hyphenated(match: Match) -> str:
    """``30-yr``."""
    name = match.group("w")
    return f" {tables_en.PER.get(name) or UNITS[name][1]}"


def basis_points(match: Match) -> str:
    """``25 bps``."""
    return f"{numbers.en_number(match.group('n'))} basis {'point' if match.group('n') == '1' else 'points'}"


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
    """``10 in.``, ``6-8 in.``."""
    first = match.groupdict().get("a")
    said = f"{numbers.en_number(match.group('n'))} {'inch' if match.group('n') == '1' else 'inches'}"
    return f"{numbers.en_number(first)} to {said}" if first else said


def cups(match: Match) -> str:
    """The unit of ``2 c. flour``."""
    left = match.string[max(0, match.start() - 8) : match.start()]
    return " cup" if re.search(r"(?:(?<![\d/.])1|/\d|(?<![\d ])[½⅓⅔¼¾])$", left) else " cups"


def pairs(match: Match) -> str:
    """``RTX 4070``."""
    rest = int(match.group("b"))
    tail = "hundred" if rest == 0 else f"oh {numbers.en_small(rest)}" if rest < 10 else numbers.en_small(rest)
    return f"{numbers.en_small(int(match.group('a')))} {tail}"


def central(match: Match) -> str:
    """``8/7c``: Eastern and Central time."""
    return f"{numbers.en_small(int(match.group('a')))}, {numbers.en_small(int(match.group('b')))} central"


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
    if word in tables_en.ROMAN_NAMES:
        said = f"the {numbers.en_ordinal(value)}"
    elif word in tables_en.ROMAN_BEFORE or (len(letters) > 1 and letters in _PLAIN_ROMAN):
        said = numbers.en_cardinal(str(value))
    else:
        return None
    return f"{match.group('w')} {said}"


_PLAIN_ROMAN: Final = frozenset({"II", "III", "IV", "VII", "VIII", "IX", "XII", "XIII", "XIV", "XV", "XVI"})
"""Numerals that are hardly ever anything else, after any name."""


def fraction_of(match: Match) -> str | None:
    """``1 1/2 tsp``, ``3/4 lb``."""
    symbol, whole = match.group("u"), match.group("w") or ""
    said, many = _named(symbol, one=True), _named(symbol, one=False)
    top, bottom = tables.VULGAR_FRACTIONS[match.group("f")] if match.group("f") else match.group("a", "b")
    if said in (None, symbol) or int(bottom) == 0:
        return None
    part = en_fraction(whole, int(top), int(bottom))
    return f"{part} {many}" if whole else f"{part} of {'an' if said[0] in 'aeio' else 'a'} {said}"


def alone(match: Match) -> str | None:
    """The unit of ``3×10⁸ m/s`` and ``9×10⁹/L``."""
    per = bool(match.group("per"))
    said = _named(match.group("u"), one=per)
    return f"{' per' if per else ''} {said}" if said else None


_THING: Final = re.compile(
    r" (?!(?:and|or|by|x|to|in|of|is|was|at|on|for|from|with|than|as|long|wide|tall|thick|high|deep|apart|away|above"
    r"|below|across|square|round|more|less)\b)[a-z]"
)
"""What stands after a length that says what kind of thing it is: ``a 5" nail``."""


def inch_sign(match: Match) -> str | None:
    """``6.1" display``, ``10" x 8"``."""
    if not match.group("x") and not is_inch(match):
        return None
    one = match.group("n") == "1" or _THING.match(match.string, match.end())
    said = f"{numbers.en_number(match.group('n'))} {'inch' if one else 'inches'}"
    return f"{said} by " if match.group("x") else said


def roman_numbered(match: Match) -> str | None:
    """``Vol. II``."""
    word, value = word_before(match), numbers.roman(match.group("r"))
    known = word.rstrip(".") in tables_en.NUMBERED or word.lower() in ("vol.", "fig.")
    return numbers.en_cardinal(str(value)) if value and known else None


def pressure(match: Match) -> str:
    """``120/80 mmHg``."""
    a, b = numbers.en_number(match.group("a")), numbers.en_number(match.group("b"))
    return f"{a} over {b} {UNITS[match.group('u')][2]}"


_MEASURED: Final = re.compile(r"\d ?(?P<u>[A-Za-z]{1,8}|%)?(?:/[A-Za-z]{1,3})?$")


def per(match: Match) -> str | None:
    """The part after the stroke of ``$20/hr`` and ``3 min/mile``."""
    measured = _MEASURED.search(match.string[max(0, match.start() - 14) : match.start()])
    symbol = measured.group("u") if measured else ""
    if not measured or (symbol and symbol not in UNITS and symbol not in SCALES and symbol[-1] not in "%s"):
        return None
    return f" per {tables_en.PER[match.group('w')]}"


def numbered(match: Match) -> str:
    """``Ch. 12``."""
    return f"{tables_en.NUMBERED[match.group('a') or match.group('b')]} "


def known_name(match: Match) -> str:
    """``WWII`` and what else has a name of its own."""
    return tables_en.NAMES[match.group()]


def either(match: Match) -> str:
    """``he/she``."""
    return f"{match.group('a')} or {match.group('b')}"


def even(match: Match) -> str:
    """``50-50``."""
    return f"{numbers.en_cardinal(match.group('a'))} {numbers.en_cardinal(match.group('a'))}"


def scaled(match: Match) -> str | None:
    """``1.5M downloads``."""
    if word_before(match).lower() in tables_en.NAMED_BEFORE:
        return None
    return f"{numbers.en_number(match.group('n'))} {_SCALES[SCALES[match.group('q')]]}"


def price_before(match: Match) -> str:
    """``a $5 note``: the name of the money stays in the singular."""
    name, scale = CURRENCIES[match.group("c")][1], (match.group("q") or "").strip()
    name = "yen" if match.group("c") == "¥" else name
    return f"{numbers.en_number(match.group('n'))}{f' {_SCALES[SCALES[scale]]}' if scale else ''} {name}"


def number_sign(match: Match) -> str:
    """``#1``, ``No. 5``."""
    return "number "


def scientific(match: Match) -> str:
    """``1e5``."""
    return f"{numbers.en_number(match.group('n'))} times ten to the power of {numbers.en_number(match.group('e'))}"


def ratio_always(match: Match) -> str:
    """``16:9`` before a word that makes it a ratio."""
    return f"{numbers.en_cardinal(match.group('a'))} to {numbers.en_cardinal(match.group('b'))}"


def point(match: Match) -> str:
    """``.5``."""
    return f"point {numbers.en_digits(match.group(1))}"
