"""English verbalisers: the spoken form of numbers, sums and the like."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from indextts.text import tables
from indextts.text.en import tables as tables_en
from indextts.text.numbers import EN_DIGITS, en_cardinal, en_digits, en_number, en_ordinal, en_small, en_year, roman
from indextts.text.tables import CURRENCIES, SCALES, UNITS
from indextts.text.verbalizers import Match, en_fraction, is_inch, unit_parts

_SCALES: Final = {3: "thousand", 6: "million", 9: "billion", 12: "trillion"}
_SIZES: Final = {2: "square ", 3: "cubic "}
_SIGNS: Final = {"-": "minus ", "+": "plus ", "±": "plus or minus "}
_WORD_BEFORE: Final = re.compile(r"([A-Za-z]+\.?)(?:,| is| was|:)?,? ?#?$")
_FLYING: Final = re.compile(r"\b(?:flights?|gate|board|boards|boarding|depart|arriv|land|delay|airport|airline)", re.I)
_NAMED_FRACTIONS: Final = {"24/7": "twenty four seven", "9/11": "nine eleven", "50/50": "fifty fifty"}
_PLAIN_ROMAN: Final = frozenset({"II", "III", "IV", "VII", "VIII", "IX", "XII", "XIII", "XIV", "XV", "XVI"})
"""Numerals that are hardly ever anything else, after any name."""
_MEASURED: Final = re.compile(r"\d ?(?P<u>[A-Za-z]{1,8}|%)?(?:/[A-Za-z]{1,3})?$")
_THING: Final = re.compile(
    r" (?!(?:and|or|by|x|to|in|of|is|was|at|on|for|from|with|than|as|long|wide|tall|thick|high|deep|apart|away|above"
    r"|below|across|square|round|more|less)\b)[a-z]"
)
"""What stands after a length that says what kind of thing it is: ``a 5" nail``."""


def word_before(match: Match) -> str:
    """The word before the match, as written; a copula between is passed over."""
    found = _WORD_BEFORE.search(match.string[max(0, match.start() - 24) : match.start()])
    return found.group(1) if found else ""


def counted(written: str, one: str, many: str = "") -> str:
    """So many of a thing; ``many`` is its plural where this does not end in s alone."""
    return f"{en_number(written)} {one if written == '1' else many or f'{one}s'}"


def number(match: Match) -> str:
    written = match["n"]
    whole, _, part = written.partition(".")
    if len(whole) > 1 and whole[0] == "0" and "," not in whole:
        said = en_digits(whole) + (f" point {en_digits(part)}" if part else "")
    else:
        said = en_number(written)
    return _SIGNS.get(match["s"], "") + said


def ratio(match: Match) -> str | None:
    """``3:1``; what can be a time of day is left, unless a screen or a ratio is spoken of."""
    a, b = match.group("a", "b")
    before = match.string[max(0, match.start() - 24) : match.start()].lower()
    named = re.search(r"\b(?:ratio|odds|score|scale|aspect|proportion)s?(?: of| is| was|:)?(?: about)? $", before)
    if len(b) == 2 and int(a) <= 24 and int(b) < 60 and not named:
        return None
    return f"{en_cardinal(a)} to {en_cardinal(b)}"


def phone(match: Match) -> str:
    """A telephone number."""
    written = match.group()
    free = re.match(r"1?[- ]?(8)00[- ]", written)
    if free:
        return f"{'one ' if written[0] == '1' else ''}eight hundred {en_digits(written[free.end() :])}"
    return ("plus " if written.startswith("+") else "") + en_digits(written)


def named_digits(match: Match) -> str | None:
    """``flight 815``, ``room 302``: a number that names."""
    word, written = word_before(match).lower(), match.group()
    if word in tables_en.ROOM_BEFORE:
        if len(written) == 3 and written[1] == "0" != written[2]:
            return f"{EN_DIGITS[int(written[0])]} oh {EN_DIGITS[int(written[2])]}"
        return None if len(written) == 3 else en_digits(written)
    return en_digits(written) if word in tables_en.DIGITWISE_BEFORE else None


def _scale(written: str | None) -> str:
    """What the letter or word after a sum says, with a space before it."""
    return f" {_SCALES[SCALES[written.strip()]]}" if written else ""


def money(match: Match) -> str:
    """``$12.50``, ``€5 million``, ``$2.5B``, ``100 USD``."""
    groups = match.groupdict()
    _, one, many, cent, cents = CURRENCIES[groups.get("c") or groups.get("e") or ""]
    if groups.get("c") == "¥":
        one = many = "yen"
    written = (groups.get("n") or groups.get("k") or "").replace(",", "")
    scale = _scale(groups.get("q") or groups.get("r"))
    minus = "minus " if groups.get("m") else ""
    whole, _, part = written.partition(".")
    if scale or len(part) not in (0, 2) or not cent:
        return f"{minus}{en_number(written)}{scale} {many}"
    small = f"{en_small(int(part))} {cent if part == '01' else cents}" if part and int(part) else ""
    if small and not int(whole):
        return minus + small
    return f"{minus}{counted(whole, one, many)}{f' and {small}' if small else ''}"


def money_range(match: Match) -> str:
    """``$5-$10``, ``£1m-£2m``."""
    first, last = (f"{en_number(match[n])}{_scale(match[scale])}" for n, scale in (("a", "o"), ("b", "q")))
    return f"{first} to {last} {CURRENCIES[match['c']][2]}"


def price_before(match: Match) -> str:
    """``a $5 note``: the name of the money stays in the singular."""
    name = "yen" if match["c"] == "¥" else CURRENCIES[match["c"]][1]
    return f"{en_number(match['n'])}{_scale(match['q'])} {name}"


def scaled(match: Match) -> str | None:
    """``1.5M downloads``."""
    if word_before(match).lower() in tables_en.NAMED_BEFORE:
        return None
    return en_number(match["n"]) + _scale(match["q"])


def aircraft(match: Match) -> str:
    """``737-800`` after its maker."""
    said = f"{en_digits(match['a'])} {en_small(int(match['b']))}"
    return f"{said} dash {en_number(match['v'])}" if match["v"] else said


def flight(match: Match) -> str | None:
    """``UA 328`` where flying is spoken of."""
    return en_digits(match.group()) if _FLYING.search(match.string) else None


def hyphenated(match: Match) -> str:
    """``30-yr``."""
    return f" {tables_en.PER.get(match['w']) or UNITS[match['w']][1]}"


def fraction(match: Match) -> str:
    """``3/4``, ``1 1/2``."""
    top, bottom = match.group("a", "b")
    if match.group() in _NAMED_FRACTIONS:
        return _NAMED_FRACTIONS[match.group()]
    if int(bottom) == 0:
        return f"{en_cardinal(top)} over zero"
    return en_fraction(match["w"] or "", int(top), int(bottom))


def fraction_of(match: Match) -> str | None:
    """``1 1/2 tsp``, ``3/4 lb``."""
    symbol, whole = match["u"], match["w"] or ""
    said, many = _named(symbol, one=True), _named(symbol, one=False)
    top, bottom = tables.VULGAR_FRACTIONS[match["f"]] if match["f"] else match.group("a", "b")
    if said in (None, symbol) or int(bottom) == 0:
        return None
    part = en_fraction(whole, int(top), int(bottom))
    return f"{part} {many}" if whole else f"{part} of {'an' if said[0] in 'aeio' else 'a'} {said}"


def range_(match: Match) -> str:
    """``3-5``, ``1990-1995``, ``20%-30%``."""
    a, b = match.group("a", "b")
    if len(a) == len(b) == 4 and a[0] in "12" and b[0] in "12":
        return f"{en_year(int(a))} to {en_year(int(b))}"
    if len(a) == 4 and len(b) == 2 and a[:2] in ("18", "19", "20") and int(b) > int(a[2:]):
        return f"{en_year(int(a))} to {en_small(int(b))}"
    ends = {"%": " percent", "‰": " per mille", None: ""}
    return f"{en_number(a)}{ends[match['p1']]} to {en_number(b)}{ends[match['p2']]}"


def percent(match: Match) -> str:
    """``-3.5%``."""
    said = "percent" if match["p"] == "%" else "per mille"
    return f"{_SIGNS.get(match['s'], '')}{en_number(match['n'])} {said}"


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
    said = _named(match["u"], one=match["n"] == "1")
    return f"{_SIGNS.get(match['s'], '')}{en_number(match['n'])} {said}" if said else None


def units(match: Match) -> str | None:
    """``5-10 km``, ``20°C-30°C``."""
    said, first = _named(match["u"], one=False), match["ua"]
    if said is None or (first and first != match["u"]):
        return None
    return f"{en_number(match['a'])}{f' {said}' if first else ''} to {en_number(match['b'])} {said}"


def named_unit(match: Match) -> str:
    """``3 sq ft``, ``5 cu m``."""
    size = {"sq": "square", "cu": "cubic"}[match["k"]]
    _, one, many = UNITS[match["u"]]
    return counted(match["n"], f"{size} {one}", f"{size} {many}")


def alone(match: Match) -> str | None:
    """The unit of ``3×10⁸ m/s`` and ``9×10⁹/L``."""
    said = _named(match["u"], one=bool(match["per"]))
    return f"{' per' if match['per'] else ''} {said}" if said else None


def height(match: Match) -> str:
    """``6'2"``."""
    feet, inches = match.groups()
    return f"{counted(feet, 'foot', 'feet')} {counted(inches, 'inch', 'inches')}"


def inches(match: Match) -> str:
    """``10 in.``, ``6-8 in.``."""
    first = match.groupdict().get("a")
    return (f"{en_number(first)} to " if first else "") + counted(match["n"], "inch", "inches")


def inch_sign(match: Match) -> str | None:
    """``6.1" display``, ``10" x 8"``."""
    if not match["x"] and not is_inch(match):
        return None
    one = _THING.match(match.string, match.end())
    return counted(match["n"], "inch", "inch" if one else "inches") + (" by " if match["x"] else "")


def cups(match: Match) -> str:
    """The unit of ``2 c. flour``."""
    left = match.string[max(0, match.start() - 8) : match.start()]
    return " cup" if re.search(r"(?:(?<![\d/.])1|/\d|(?<![\d ])[½⅓⅔¼¾])$", left) else " cups"


def pairs(match: Match) -> str:
    """``RTX 4070``."""
    rest = int(match["b"])
    tail = "hundred" if rest == 0 else f"{'oh ' if rest < 10 else ''}{en_small(rest)}"
    return f"{en_small(int(match['a']))} {tail}"


def per(match: Match) -> str | None:
    """The part after the stroke of ``$20/hr`` and ``3 min/mile``."""
    measured = _MEASURED.search(match.string[max(0, match.start() - 14) : match.start()])
    symbol = measured["u"] if measured else ""
    if not measured or (symbol and symbol not in UNITS and symbol not in SCALES and symbol[-1] not in "%s"):
        return None
    return f" per {tables_en.PER[match['w']]}"


def roman_after(match: Match) -> str | None:
    """Roman numerals: ``Chapter IV``, ``Henry VIII``, ``World War II``."""
    letters = match["r"]
    value = roman(letters)
    word = match["w"].lower()
    rest = match.string[match.end() :]
    pronoun = letters == "I" and re.match(r" [a-z]+", rest)
    if not value or (pronoun and not re.match(r" (?:of|was|in|and|to|is|began|ended)\b", rest)):
        return None
    if word in tables_en.ROMAN_NAMES:
        said = f"the {en_ordinal(value)}"
    elif word in tables_en.ROMAN_BEFORE or (len(letters) > 1 and letters in _PLAIN_ROMAN):
        said = en_cardinal(str(value))
    else:
        return None
    return f"{match['w']} {said}"


def roman_numbered(match: Match) -> str | None:
    """``Vol. II``."""
    word, value = word_before(match), roman(match["r"])
    known = word.rstrip(".") in tables_en.NUMBERED or word.lower() in ("vol.", "fig.")
    return en_cardinal(str(value)) if value and known else None


def century(match: Match) -> str | None:
    """``XIXth century``."""
    value = roman(match["r"])
    return en_ordinal(value) if value else None


def compass(match: Match) -> str:
    """``N. Main Street``."""
    return {"N": "North ", "S": "South ", "E": "East ", "W": "West "}[match["d"]]


def basis_points(match: Match) -> str:
    """``25 bps``."""
    return counted(match["n"], "basis point")


def numbered(match: Match) -> str:
    """``Ch. 3``."""
    return f"{tables_en.NUMBERED[match['a'] or match['b']]} "


def named(match: Match) -> str:
    """``401(k)``: a name that is said otherwise than it is written."""
    return tables_en.NAMES[match.group()]


def si_unit(match: Match) -> str:
    """``300 K``, ``5 N``: units of one capital letter."""
    return f"{en_number(match['n'])} {UNITS[match['u']][1 if match['u'] == 'K' else 2]}"


KINDS: Final[dict[str, Callable[[str], str]]] = {
    "number": en_number, "digits": en_digits, "small": lambda written: en_small(int(written)),
    "ordinal": lambda written: en_ordinal(int(written.replace(",", ""))), "written": str,
}  # fmt: skip
"""How a rule can have a group of its pattern read."""
