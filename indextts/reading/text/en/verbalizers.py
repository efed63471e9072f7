"""English verbalisers: the spoken form of numbers, sums and the like."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from indextts.reading.text import tables
from indextts.reading.text.chars import is_hanzi
from indextts.reading.text.en import tables as tables_en
from indextts.reading.text.en.tables import BESIDE
from indextts.reading.text.numbers import (
    EN_DIGITS,
    en_cardinal,
    en_digits,
    en_house,
    en_number,
    en_ordinal,
    en_small,
    en_two_digits,
    en_year,
    roman,
)
from indextts.reading.text.tables import CURRENCIES, SCALES, UNITS
from indextts.reading.text.verbalizers import Match, en_fraction, is_day, last_stop

_SCALES: Final = {3: "thousand", 6: "million", 9: "billion", 12: "trillion"}
SIGNS: Final = {"-": "minus ", "+": "plus ", "±": "plus or minus "}
_WORD_BEFORE: Final = re.compile(r"([A-Za-z]+\.?)(?:-1[03])?(?:,| is(?:n't|n’t)?| was(?:n't|n’t)?|[:：])?,? ?#?$")
_QUANTITY: Final = re.compile(
    rf"(?:\d ?[apAP]\.?[mM]\.?|\d0'?s|\d(?: ?(?:{'|'.join(unit for unit in UNITS if unit not in tables.RISKY)}"
    r"|%|inch|inches|feet|miles|years?|months?|weeks?|days?|hours?|minutes?|seconds?|million|billion|thousand|percent"
    r"|degrees?|pounds?|dollars?|people|pages?|points?))[²³]?|noon|midnight)$"
)
"""What a range begins with, before its dash."""
_FLYING: Final = re.compile(r"\b(?:flights?|gate|board|boards|boarding|depart|arriv|land|delay|airport|airline)", re.I)
_FREE_CALL: Final = re.compile(r"1[- ]800[- ]\d{3}[- ]\d{4}")  # A number of which the eight hundred is said as one.
_TWICE: Final = re.compile(r"(([2-9])(?!\2)\d)\1")
_FORMULA: Final = re.compile(r"[=²³√]|(?<![A-Za-z])[fgh]'?\(")
_PARTICIPLE: Final = re.compile(r"[ -][a-z]+ed\b")
_OWNED: Final = re.compile(r"\b(?:an?|the|this|that|his|her|its|our|my|your|their) $", re.IGNORECASE)
"""What a sum before a participle is told of a thing behind: *a $2 million deferred loan*."""
_NOUN: Final = re.compile(r"[ -]([A-Za-z]+)")
_NAMED_FRACTIONS: Final = {"24/7": "twenty four seven", "9/11": "nine eleven", "50/50": "fifty fifty"}
_PLAIN_ROMAN: Final = frozenset({"II", "III", "IV", "VII", "VIII", "IX", "XII", "XIII", "XIV", "XV", "XVI"})
"""Numerals that are hardly ever anything else, after any name."""


def word_before(match: Match) -> str:
    """The word before the match, as written; a copula between is passed over."""
    found = _WORD_BEFORE.search(match.string[max(0, match.start() - 24) : match.start()])
    return found.group(1) if found else ""


def determined(match: Match) -> bool:
    """Whether a word such as ``the`` or ``his`` stands before the match."""
    return BESIDE["determined"].search(match.string, max(0, match.start() - 10), match.start()) is not None


def before_noun(match: Match) -> bool:
    """Whether the name of a thing follows that is called by its size or price."""
    noun = _NOUN.match(match.string, match.end())
    return noun is not None and not {noun[1], noun[1].removesuffix("s")}.isdisjoint(tables_en.MEASURED_NOUNS)


def bare_number(written: str) -> str:
    """A number, or one without a figure before its point."""
    return f"point {en_digits(written[1:])}" if written.startswith(".") else en_number(written)


def counted(written: str, one: str, many: str = "") -> str:
    """So many of a thing; ``many`` is its plural where this does not end in s alone."""
    return f"{bare_number(written)} {one if written == '1' else many or f'{one}s'}"


def number(match: Match) -> str:
    written = match["n"]
    whole, _, part = written.partition(".")
    if _TWICE.fullmatch(match.group()) and not BESIDE["counted"].match(match.string, match.end()):
        return f"{en_small(int(written[:2]))} {en_small(int(written[:2]))}"  # 6969
    if len(whole) > 1 and whole[0] == "0" and "," not in whole:
        said = en_digits(whole) + (f" point {en_digits(part)}" if part else "")
    else:
        said = en_number(written)
    return SIGNS.get(match["s"], "") + said


def bare_point(match: Match) -> str:
    """``.05``, but an average of ``.300``, a ``.22`` rifle."""
    digits, text = match["n"], match.string
    beside = f"{text[max(0, match.start() - 24) : match.start()]}#{digits}#{text[match.end() : match.end() + 14]}"
    return en_house(digits) if BESIDE["no_point"].search(beside) else f"point {en_digits(digits)}"


def joint(match: Match) -> str:
    """What stands between the ends of a range: *between 18-23*."""
    return "and" if BESIDE["between"].search(match.string, max(0, match.start() - 20), match.start()) else "to"


def ratio(match: Match) -> str | None:
    """``3:1``; what can be a time of day is left, unless a screen or a ratio is spoken of."""
    a, b = match.group("a", "b")
    before = match.string[max(0, match.start() - 24) : match.start()].lower()
    named = re.search(r"\b(?:ratio|odds|score|scale|aspect|proportion)s?(?: of| is| was|:)?(?: about)? $", before)
    if len(b) == 2 and int(a) <= 24 and int(b) < 60 and not named:
        return None
    if len(b) == 2 and int(b) < 60 and not named and (b[0] == "0" or before.endswith("in ")):
        return f"{en_cardinal(a)} {'minutes' if b == '00' else en_two_digits(int(b))}"
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


def groups_of_name(match: Match) -> str | None:
    """Groups of digits after a word that makes them a name: ``ISBN 978-7-02-000220-7``."""
    if word_before(match).lower() not in tables_en.DIGITWISE_BEFORE or is_day(match) or _FREE_CALL.fullmatch(match[0]):
        return None
    return en_digits(match[0]) + (" X" if match[0][-1] in "Xx" else "")


def scale_behind(written: str | None) -> str:
    """What the letter or word after a sum says, with a space before it."""
    return f" {_SCALES[SCALES[written.strip(' -')]]}" if written else ""


def money(match: Match) -> str:
    """``$12.50``, ``€5 million``, ``$2.5B``, ``100 USD``."""
    groups = match.groupdict()
    one, many, cent, cents = _coins(groups.get("c") or groups.get("e") or "", match)
    written = (groups.get("n") or groups.get("k") or "").replace(",", "")
    if groups.get("c") in ("$", "£") and not groups.get("q"):
        written = re.sub(r"(?<=\.\d\d)0+$", "", written)  # $4.500; not with €, where the point may part thousands.
    scale = scale_behind(groups.get("q") or groups.get("r"))
    return ("minus " if groups.get("m") else "") + _sum(written, scale, (one, many, cent, cents))


def is_about_china(text: str) -> bool:
    """Whether ``¥`` is yuan in an English text."""
    return any(map(is_hanzi, text)) or bool(BESIDE["about_china"].search(text))


def _coins(sign: str, match: Match) -> tuple[str, str, str, str]:
    """What money is called, one and many, and its hundredth part; ``¥`` is yen where the text is not about China."""
    if sign == "¥" and not is_about_china(match.string):
        sign = "JP¥"
    _, one, many, cent, cents = CURRENCIES[sign]
    return one, many, cent, cents


def _sum(written: str, scale: str, names: tuple[str, str, str, str]) -> str:
    """So much money, its hundredth parts by their own name."""
    one, many, cent, cents = names
    whole, _, part = written.partition(".")
    if scale or len(part) not in (0, 2) or not cent:
        return f"{bare_number(written)}{scale} {many}"
    small = f"{en_small(int(part))} {cent if part == '01' else cents}" if part and int(part) else ""
    if small and not int(whole or "0"):
        return small
    return f"{counted(whole or '0', one, many)}{f' and {small}' if small else ''}"


def money_range(match: Match) -> str:
    """``$5-$10``, ``£1m-£2m``, ``$4.50-$6.25``."""
    names = _coins(match["c"], match)
    a, b = (re.sub(r"\.00$", "", match[group].replace(",", "")) for group in "ab")
    if any(re.search(r"\.\d\d$", written) for written in (a, b)):
        return f"{_sum(a, scale_behind(match['o']), names)} {joint(match)} {_sum(b, scale_behind(match['q']), names)}"
    first, last = (f"{bare_number(n)}{scale_behind(match[scale])}" for n, scale in ((a, "o"), (b, "q")))
    return f"{first} {joint(match)} {last} {names[1]}"


def price_of(match: Match) -> str | None:
    """``the $69 billion acquisition``, ``its $5 fee``, ``a $2 million deferred loan``."""
    if _PARTICIPLE.match(match.string, match.end()) and not _OWNED.search(
        match.string, max(0, match.start() - 8), match.start()
    ):
        return None
    return price_before(match) if determined(match) or before_noun(match) else None


def price_before(match: Match) -> str:
    """``a $5 note``: the name of the money stays in the singular."""
    name, _, cent, _ = _coins(match["c"], match)
    written = match["n"].replace(",", "")
    whole, _, part = written.partition(".")
    if len(part) != 2 or match["q"] or not cent:
        return f"{bare_number(written)}{scale_behind(match['q'])} {name}"
    parts = [f"{en_cardinal(whole)} {name}"] if int(whole or "0") else []
    return " ".join([*parts, f"{en_small(int(part))} {cent}"] if int(part) or not parts else parts)


def scaled(match: Match) -> str | None:
    """``1.5M downloads``."""
    if word_before(match).lower() in tables_en.NAMED_BEFORE:
        return None
    return en_number(match["n"]) + scale_behind(match["q"])


def aircraft(match: Match) -> str:
    """``737-800`` after its maker."""
    said = f"{en_digits(match['a'])} {en_small(int(match['b']))}"
    return f"{said} dash {en_number(match['v'])}" if match["v"] else said


def flight(match: Match) -> str | None:
    """``UA 328`` where flying is spoken of."""
    return en_digits(match.group()) if _FLYING.search(match.string) else None


def fraction(match: Match) -> str:
    """``3/4``, ``1 1/2``, ``-1/2``, ``1/4th``."""
    top, bottom = match.group("a", "b")
    if match.group() in _NAMED_FRACTIONS:
        return _NAMED_FRACTIONS[match.group()]
    if int(bottom) == 0:
        return f"{en_cardinal(top)} over zero"
    return SIGNS.get(match["s"], "") + en_fraction(match["w"] or "", int(top), int(bottom))


def decimal_fraction(match: Match) -> str | None:
    """``8.7/10`` out of so many, ``1/1.9`` over so much."""
    top, bottom = match.group("a", "b")
    if "." not in top + bottom:
        return None
    joint = "over" if "." in bottom and not bottom.endswith((".0", ".00")) else "out of"
    return f"{SIGNS.get(match['s'], '')}{en_number(top)} {joint} {en_number(bottom)}"


def between(match: Match) -> str | None:
    """The dash of ``9 a.m.-5 p.m.``, ``1960s-80s``, ``500 g - 2 kg``."""
    left = match.string[max(0, match.start() - 14) : match.start()]
    return f" {joint(match)} " if _QUANTITY.search(left) else None


def range_(match: Match) -> str:
    """``3-5``, ``1990-1995``, ``20%-30%``."""
    a, b = match.group("a", "b")
    if len(a) == len(b) == 4 and a[0] in "12" and b[0] in "12" and (a + b).isdigit():
        return f"{en_year(int(a))} {joint(match)} {en_year(int(b))}"
    if len(a) == 4 and len(b) == 2 and a[:2] in ("18", "19", "20") and a.isdigit() and int(b) > int(a[2:]):
        return f"{en_year(int(a))} to {en_small(int(b))}"
    ends = {"%": " percent", "‰": " per mille", None: ""}
    return f"{en_number(a)}{ends[match['p1']]} {joint(match)} {en_number(b)}{ends[match['p2']]}"


def percent(match: Match) -> str:
    """``-3.5%``."""
    said = "percent" if match["p"] == "%" else "per mille"
    return f"{SIGNS.get(match['s'], '')}{en_number(match['n'])} {said}"


def times(match: Match) -> str | None:
    """``10x faster``; in a formula x is a letter."""
    return None if _FORMULA.search(match.string) else " times"


def currency_sign(match: Match) -> str:
    """``the $ sign``: the sign and no sum, so it is one."""
    return _coins(match.group(), match)[0]


def member(match: Match) -> str | None:
    """The point of ``read(x).lines``; a bracket that stands apart from what is before it is one of the sentence."""
    depth = 0
    for at in range(match.start() - 1, max(-1, match.start() - 200), -1):
        depth += (match.string[at] in ")]") - (match.string[at] in "([")
        if depth == 0:
            return " dot " if at and not match.string[at - 1].isspace() else None
    return " dot "


def code(match: Match) -> str:
    """``np.array``, ``dense.weight``, ``ASP.NET``."""
    said = re.sub(r"\d+", lambda found: f" {bare_number(found[0])} ", match.group())
    return re.sub(r" +", " ", said.replace(".", " dot ")).strip()


def cardinal(match: Match) -> str:
    return en_cardinal(match.group())


def core(match: Match) -> str:
    """``i5-12400``, ``i9-9900``: two figures, then the others."""
    rest = match["b"]
    if len(rest) == 2:
        return f" {pairs(match)}"
    tail = f"{EN_DIGITS[int(rest[0])]} hundred" if rest.endswith("00") and rest != "000" else en_digits(rest)
    return f" {en_small(int(match['a']))} {tail}"


def pairs(match: Match) -> str:
    """``RTX 4070``, ``3060ti``, ``5800X3D``."""
    rest, model = int(match["b"]), (match.groupdict().get("x") or "").strip()
    tail = "hundred" if rest == 0 else en_two_digits(rest)
    return f"{en_small(int(match['a']))} {tail} {' '.join(model.upper()).replace('3', 'three')}".rstrip()


def roman_after(match: Match) -> str | None:
    """Roman numerals: ``Chapter IV``, ``Henry VIII``, ``World War II``."""
    letters = match["r"]
    value = roman(letters)
    word = match["w"].lower()
    rest = match.string[match.end() :]
    if letters in ("C", "L") and word != "bowl":
        return None  # Schedule C
    pronoun = letters == "I" and not match["p"] and re.match(r" [a-z]+", rest)
    if not value or (pronoun and not re.match(r" (?:of|was|in|and|to|is|began|ended)\b", rest)):
        return None
    if word in tables_en.ROMAN_NAMES:
        said = f"the {en_ordinal(value)}"
    elif word in tables_en.ROMAN_BEFORE or (len(letters) > 1 and letters in _PLAIN_ROMAN):
        said = en_cardinal(str(value))
    else:
        return None
    return f"{match['w']} {said}{match['p'] or ''}"


def roman_numbered(match: Match) -> str | None:
    """``Vol. II``."""
    word, value = word_before(match), roman(match["r"])
    if match["r"] in ("C", "L"):
        return None  # Rm. C
    known = word.rstrip(".") in tables_en.NUMBERED or word.lower() in ("vol.", "fig.")
    return en_cardinal(str(value)) if value and known else None


def roman_alone(match: Match) -> str | None:
    """``IX`` on a line by itself, the number of a chapter, and ``the XIX century``."""
    if match["c"]:
        century = roman(match["c"])
        return en_ordinal(century) if century else None
    value = roman(match["r"])
    return en_cardinal(str(value)) + last_stop(match) if value and match["r"] not in ("XX", "XXX") else None


def compass(match: Match) -> str:
    """``N. Main Street``, ``40° N``, ``72° F``."""
    names = {"N": "North", "S": "South", "E": "East", "W": "West", "C": " Celsius", "F": " Fahrenheit"}
    return f"{names[match['d']]} "


def numbered(match: Match) -> str:
    """``Ch. 3``."""
    return f"{tables_en.NUMBERED[match['a'] or match['b']]} "


def named(match: Match) -> str:
    """``401(k)``: a name that is said otherwise than it is written."""
    return tables_en.NAMES[match.group()]


KINDS: Final[dict[str, Callable[[str], str]]] = {
    "number": en_number, "digits": en_digits, "small": lambda written: en_small(int(written)),
    "ordinal": lambda written: en_ordinal(int(written.replace(",", ""))), "written": str,
}  # fmt: skip
"""How a rule can have a group of its pattern read."""
