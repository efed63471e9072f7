"""English verbalisers of the short forms of one field: verses, answers of servers, paths, box scores, flats, law."""

from __future__ import annotations

import re
from typing import Final

from indextts.reading.text.en import tables as tables_en
from indextts.reading.text.en.tables import BESIDE
from indextts.reading.text.en.verbalizers import aircraft, counted
from indextts.reading.text.numbers import en_cardinal, en_house, en_number, en_ordinal, en_two_digits, roman
from indextts.reading.text.verbalizers import Match, compare, last_stop, spell_address

_CLAUSES: Final = re.compile(r"(?<![A-Za-z])\((?:x{0,3}(?:ix|iv|v?i{2,3})|vi|xxi?)\)")
_NEAR: Final = 200
_CLOCK_HOURS, _MINUTES = 25, 60
_KITCHEN: Final = re.compile(r"\b(?:qts?|cups?|tsps?|tbsps?|cream|milk|stock|broth|flour|sugar|butter|strawberries)\b")


def verse(match: Match) -> str:
    """``1 Cor. 13``, ``Rev. 21:4``, ``Matt. 5:1-12``."""
    ahead = match["n"]
    number = f"{en_ordinal(int(ahead) if ahead.isdigit() else len(ahead))} " if ahead else ""
    book = "Exodus" if match["b"] == "Ex" else tables_en.BOOKS.get(match["b"], match["b"])
    verses = f" {en_cardinal(match['v'])}" if match["v"] else ""
    until = f" to {en_cardinal(match['e'])}" if match["e"] else ""
    return f"{number}{book} {en_cardinal(match['c'])}{verses}{until}"


def status(match: Match) -> str:
    """``a 404``, ``HTTP 502``: an answer of a server."""
    return en_house(match["n"])


def party(match: Match) -> str:
    """``(D-Calif.)``, ``(R-TX)``."""
    place = match["s"].rstrip(".")
    return f"{match['p']} {tables_en.STATES.get(place) or tables_en.OLD_STATES[place]}"


def old_state(match: Match) -> str:
    """``Worcester, Mass.``."""
    return tables_en.OLD_STATES[match["s"]] + last_stop(match)


def old_money(match: Match) -> str:
    """``£15 10s. 6d.``, ``10s. 6d.``: money before 1971."""
    pounds, shillings, pence = match.group("l", "s", "d")
    parts = [counted(pounds.replace(",", ""), "pound")] if pounds else []
    parts += [counted(shillings, "shilling")] if shillings and int(shillings) else []
    parts += [f"{en_cardinal(pence)}pence" if pence != "1" else "a penny"] if pence and int(pence) else []
    said = " and ".join([", ".join(parts[:-1]), parts[-1]]) if len(parts) > 1 else parts[0]
    return said + last_stop(match)


def score(match: Match) -> str:
    """``38 pts``, ``7 ast``: what a player or team has made."""
    one, many = tables_en.SCORES[match["u"].rstrip(".")]
    if match["u"] == "pts" and _KITCHEN.search(match.string):
        one, many = "pint", "pints"
    elif match["u"] == "pts" and BESIDE["trial"].search(match.string):
        one, many = "patient", "patients"
    return counted(match["n"], one, many)


def short_unit(match: Match) -> str:
    """The unit of ``an hr``, ``per yr``."""
    return tables_en.PER[match["u"]]


def initials(match: Match) -> str:
    """``q.i.d.``, ``p.o.``: letters."""
    return match.group().replace(".", "").upper() + last_stop(match)


def path(match: Match) -> str:
    """``./deploy.sh``, ``~/.bashrc``, ``/etc/hosts``."""
    return spell_address(match.group(), "en")


def warmth(match: Match) -> str:
    """``180C/350F``."""
    return f"{en_number(match['n'])} degrees {'Celsius' if match['u'] == 'C' else 'Fahrenheit'}"


def airliner(match: Match) -> str | None:
    """``a 787-9``, ``the 747`` where flying is spoken of."""
    if not BESIDE["aircraft"].search(match.string):
        return None
    return aircraft(match) + ("s" if match.group().endswith("s") else "")


def compare_as(match: Match) -> str:
    """``a < b``, ``must be < 10 MB``, ``has ≈5``."""
    said = compare(match, "en")
    joined = BESIDE["copula"].search(match.string, max(0, match.start() - 8), match.start())
    return said.replace(" is ", " ", 1) if joined else said


def more_or_less(match: Match) -> str:
    """``>90%``, ``(<18)``."""
    return "less than " if "<" in match.group() else "more than "


def clock_run_on(match: Match) -> str:
    """``630 pm``; the figures of a station are said so too: ``1010 AM``."""
    hour, minute = match["n"][:-2], match["n"][-2:]
    said = en_cardinal(hour) + ("" if minute == "00" else f" {en_two_digits(int(minute))}")
    return f"{said} {match['p'][0].upper()}M{last_stop(match)}"


def scene(match: Match) -> str:
    """``Act ii``, ``scene iv``."""
    return f"{match['w']} {en_cardinal(str(roman(match['r'].upper())))}"


def clause_number(match: Match) -> str | None:
    """``(ii)``, ``12(b)(iv)``; what may be a letter or a word is a number at the beginning and beside others."""
    written, text, start = match["r"], match.string, match.start() - 1
    if len(written) == 1 or written in ("vi", "xi"):
        near = _CLAUSES.finditer(text, max(0, start - _NEAR), start + _NEAR)
        first = not text[max(0, start - _NEAR) : start].strip() or text[start - 1] == ")"
        if not first and all(found.start() == start for found in near):
            return None
    value = roman(written.upper())
    return en_cardinal(str(value)) if value else None


def pages(match: Match) -> str | None:
    """``577:12–15``: a volume and its pages."""
    volume, first, last = match.group("v", "a", "b")
    if int(volume) < _CLOCK_HOURS and len(first) == 2 and int(first) < _MINUTES:
        return None  # it may be a time
    return f"{en_cardinal(volume)}, {en_cardinal(first)} to {en_cardinal(last)}"
