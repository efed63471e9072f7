"""English verbalisers of quantities with their units."""

from __future__ import annotations

import re
from typing import Final

from indextts.reading.text import tables
from indextts.reading.text.en import tables as tables_en
from indextts.reading.text.en.tables import BESIDE
from indextts.reading.text.en.verbalizers import SIGNS, bare_number, before_noun, counted, determined, joint
from indextts.reading.text.numbers import en_number, en_ordinal, en_small
from indextts.reading.text.tables import SCALES, UNITS
from indextts.reading.text.verbalizers import Match, en_fraction, is_inch, unit_parts

_SIZES: Final = {2: "square ", 3: "cubic "}
_MEASURED: Final = re.compile(r"\d ?(?P<u>[A-Za-z]{1,8}|%)?(?:/[A-Za-z]{1,3})?$")
_LITRES: Final = re.compile(r"\d ?(?P<u>[A-Za-z]{1,4})$")
_QUOTED: Final = re.compile(r"(?<!\w)['‘]")  # Where a quotation may have begun.


def hyphenated(match: Match) -> str:
    """``30-yr``, ``3rd ed.``."""
    word = match["w"]
    return f" {tables_en.PER.get(word) or (UNITS[word][1] if word in UNITS else 'edition')}"


def fraction_of(match: Match) -> str | None:
    """``1 1/2 tsp``, ``3/4 lb``."""
    symbol, whole = match["u"], match["w"] or ""
    said, many = _named(symbol, one=True), _named(symbol, one=False)
    top, bottom = tables.VULGAR_FRACTIONS[match["f"]] if match["f"] else match.group("a", "b")
    if said in (None, symbol) or int(bottom) == 0:
        return None
    if int(top) == 1 and int(bottom) > 100 and symbol in ("s", "sec") and not whole:
        return f"one {en_ordinal(int(bottom))} of a second"  # 1/250 s
    part = en_fraction(whole, int(top), int(bottom))
    return f"{part} {many}" if whole else f"{part} of {'an' if said[0] in 'aeio' else 'a'} {said}"


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
        said += "".join(f"{' ' if '·' in symbol else ' per '}{UNITS[more][1]}" for more, _ in rest[1:])  # W/(m·K)
    return said


def unit(match: Match) -> str | None:
    """``5 km``, ``1 lb``, ``9.8 m/s²``, ``-40°C``."""
    said = _named(match["u"], one=match["n"] == "1")
    return f"{SIGNS.get(match['s'], '')}{bare_number(match['n'])} {said}" if said else None


def units(match: Match) -> str | None:
    """``5-10 km``, ``20°C-30°C``."""
    said, first = _named(match["u"], one=False), match["ua"]
    if said is None or (first and first != match["u"]):
        return None
    return f"{en_number(match['a'])}{f' {said}' if first else ''} {joint(match)} {en_number(match['b'])} {said}"


def named_unit(match: Match) -> str:
    """``3 sq ft``, ``5 cu m``, ``per sq ft``."""
    size = {"sq": "square", "cu": "cubic", "fl": "fluid"}[match["k"]]
    _, one, many = UNITS[match["u"]]
    return counted(match["n"], f"{size} {one}", f"{size} {many}") if match["n"] else f"{size} {one}"


def plus_unit(match: Match) -> str | None:
    """The end of ``2+ yrs``."""
    said = _named(match["u"], one=False)
    return f" plus {said}" if said else None


def per_one(match: Match) -> str:
    """``60 requests/min``."""
    word = match["w"]
    return f" per {tables_en.PER.get(word) or UNITS[word][1]}"


def alone(match: Match) -> str | None:
    """The unit of ``3×10⁸ m/s`` and ``9×10⁹/L``."""
    said = _named(match["u"], one=bool(match["per"]))
    return f"{' per' if match['per'] else ''} {said}" if said else None


def pace(match: Match) -> str:
    """``4'30"/km``."""
    seconds = match["s"] or match["s2"]
    rest = "" if seconds == "00" else f" {'oh ' if seconds[0] == '0' else ''}{en_small(int(seconds))}"
    return f"{counted(match['m'], 'minute')}{rest} per {UNITS[match['u']][1]}"


def height(match: Match) -> str:
    """``6'2"``; ``a 6'2" guard`` is six foot two."""
    feet, inches = match.groups()
    if inches and BESIDE["thing"].match(match.string, match.end()):
        return f"{en_number(feet)} foot {en_number(inches) if int(inches) else ''}".rstrip()
    return f"{counted(feet, 'foot', 'feet')} {counted(inches, 'inch', 'inches')}"


def inches(match: Match) -> str:
    """``10 in.``, ``6-8 in.``."""
    first = match.groupdict().get("a")
    return (f"{en_number(first)} to " if first else "") + counted(match["n"], "inch", "inches")


def inch_sign(match: Match) -> str | None:
    """``6.1" display``, ``10" x 8"``."""
    if not match["x"] and not is_inch(match):
        return None
    one = BESIDE["thing"].match(match.string, match.end())
    return counted(match["n"], "inch", "inch" if one else "inches") + (" by " if match["x"] else "")


def inch_fraction(match: Match) -> str | None:
    """``1/4" slices``, ``2 1/2"``."""
    if not is_inch(match) or int(match["b"]) == 0:
        return None
    said = en_fraction(match["w"] or "", int(match["a"]), int(match["b"]))
    one = match["x"] and BESIDE["thing"].match(match.string, match.end())
    return f"{said} inch{'es' if match['w'] and not one else ''}"


def cups(match: Match) -> str:
    """The unit of ``2 c. flour``."""
    left = match.string[max(0, match.start() - 8) : match.start()]
    return " cup" if re.search(r"(?:(?<![\d/.])1|/\d|(?<![\d ])[½⅓⅔¼¾])$", left) else " cups"


def per(match: Match) -> str | None:
    """The part after the stroke of ``$20/hr`` and ``3 min/mile``."""
    measured = _MEASURED.search(match.string[max(0, match.start() - 14) : match.start()])
    symbol = measured["u"] if measured else ""
    if not measured or (symbol and symbol not in UNITS and symbol not in SCALES and symbol[-1] not in "%s"):
        return None
    return f" per {tables_en.PER[match['w']]}"


def basis_points(match: Match) -> str:
    """``25 bps``, ``a 25bp cut``."""
    kind = determined(match) and BESIDE["thing"].match(match.string, match.end())
    return SIGNS.get(match["s"], "") + counted(match["n"], "basis point", "basis point" if kind else "")


def si_unit(match: Match) -> str:
    """``300 K``, ``5 N``: units of one capital letter; the amperes of ``5V/2A``."""
    if match["n2"]:
        one = match["n2"] == "1" or BESIDE["thing"].match(match.string, match.end())
        return f" {en_number(match['n2'])} {UNITS['A'][1 if one else 2]}"
    return f"{en_number(match['n'])} {UNITS[match['u']][1 if match['u'] == 'K' else 2]}"


def counted_unit(match: Match) -> str:
    """``3 mo.``, ``6 mo``: a unit whose sign is something else where no number stands before it."""
    _, one, many = UNITS[match["u"]]
    return counted(match["n"], one, many)


def unit_before(match: Match) -> str | None:
    """``an 8 oz can``, ``a 9 x 13 inch pan``: the unit of what a thing is stays in the singular."""
    symbol = match["u"]
    if not determined(match) and not before_noun(match):
        return None
    said = "inch" if symbol == "in" else tables_en.PER.get(symbol) or _named(symbol, one=True)
    return f"{bare_number(match['n'])} {said}" if said else None


def side(match: Match) -> str:
    """``12" W x 8" D``: which side is so long."""
    said = {"W": "wide", "D": "deep", "H": "high", "L": "long"}[match["d"]]
    return f" {said}{' by ' if match['x'] else ''}"


def times_per(match: Match) -> str:
    """``2x/day``."""
    word = match["w"]
    return f"{counted(match['n'], 'time')} per {tables_en.PER.get(word) or UNITS[word][1]}"


def size_of_noun(match: Match) -> str | None:
    """``1 (15 oz) can``: how big one of them is, said in the singular."""
    said = tables_en.PER.get(match["u"]) or _named(match["u"], one=True)
    return f"{bare_number(match['n'])} {said}" if said else None


def rate(match: Match) -> str | None:
    """The part after the stroke of ``6.5L/100km``."""
    left = _LITRES.search(match.string, max(0, match.start() - 8), match.start())
    if left and left["u"] == match["u"]:
        return None  # 8GB/256GB: one thing and another.
    said = _named(match["u"], one=False)
    return f" per {en_number(match['n'])} {said}" if left and left["u"] in UNITS and said else None


def foot_sign(match: Match) -> str | None:
    """``2,300'``, ``a 10' ladder``; behind degrees it is a minute of arc."""
    left = match.string[: match.start()]
    if _QUOTED.search(left):
        return None
    if left.endswith(("°", "° ")):
        return counted(match["n"], "minute")
    one = BESIDE["thing"].match(match.string, match.end())
    return counted(match["n"], "foot", "foot" if one else "feet")
