"""English verbalisers of addresses: houses, streets, states and their codes."""

from __future__ import annotations

import re
from typing import Final

from indextts.reading.text.en import tables as tables_en
from indextts.reading.text.en.tables import BESIDE
from indextts.reading.text.en.verbalizers import counted
from indextts.reading.text.numbers import en_digits, en_house, en_ordinal
from indextts.reading.text.verbalizers import Match

_POINTS: Final = {"N": "North", "S": "South", "E": "East", "W": "West"}
_ORDINAL: Final = re.compile(r"(\d{1,3})(?:st|nd|rd|th)\b")
_AFTER_NAME: Final = re.compile(r"(?:\d(?:st|nd|rd|th)|[A-Z][a-z]+|\b[A-Z])$")


_PLACES: Final = {"Ft": "Fort", "Pt": "Point", "Mt": "Mount", "Mts": "Mounts"}
_ORDINAL_AHEAD: Final = re.compile(r"\d(?:st|nd|rd|th) $")
_NAME_AHEAD: Final = re.compile(r"([A-Z][\w'’]*) $")


def _compass(letters: str | None) -> str:
    return "".join(_POINTS[letter] for letter in letters or "").capitalize()


def _stop(match: Match) -> str:
    """The full stop that ends the sentence as well."""
    return "." if match["stop"] and match.end("stop") == len(match.string) else ""


def _kind(written: str) -> str:
    """The name of a kind of street, which may be written in small letters."""
    return tables_en.STREETS[written[0].upper() + written[1:]]


def street(match: Match) -> str:
    """``708 N 1st St``, ``1600 Pennsylvania Ave NW``."""
    name = _ORDINAL.sub(lambda found: en_ordinal(int(found[1])), match["name"])
    kind = _kind(match["kind"]) if match["kind"] else ""
    parts = (en_house(match["n"]), match["flat"] or "", _compass(match["before"]), name, kind, _compass(match["after"]))
    return " ".join(part for part in parts if part) + _stop(match)


def road(match: Match) -> str | None:
    """The kind of a street behind its name, without a house: ``on 5th Ave``, ``the Cross Bronx Expy``."""
    if not _AFTER_NAME.search(match.string[max(0, match.start() - 16) : match.start()].rstrip()):
        return None
    return f" {_kind(match['kind'])}{_stop(match)}"


def state(match: Match) -> str:
    """``Austin, TX 78701``, ``Chicago, IL``."""
    code = f" {en_digits(match['zip'])}" if match["zip"] else ""
    return f" {tables_en.STATES[match['state']]}{code}"


def city_state(match: Match) -> str:
    """``Pittsburgh, PA``: codes that are words or degrees too, behind a city of that state."""
    return f", {tables_en.STATES[match['state']]}"


def named_place(match: Match) -> str | None:
    """``Ft. Worth``, ``Pt. Reyes``, ``Mt. Vernon``."""
    return f"{_PLACES[match['w']]} "


def saint(match: Match) -> str | None:
    """``St. Louis``, ``Edna St. Vincent Millay``, ``the 21st St. Patrick's Day``; after a name it is else a street."""
    left = match.string[max(0, match.start() - 40) : match.start()]
    named = match["name"] in tables_en.SAINTS
    if _ORDINAL_AHEAD.search(left):
        return "saint " if named and BESIDE["the_ordinal"].search(left) else None
    name = _NAME_AHEAD.search(left)
    if name is None or name[1].lower() in tables_en.BEFORE_SAINTS:
        return "saint "
    return "saint " if named and not BESIDE["at_a_street"].search(left) else None


def coordinate(match: Match) -> str:
    """``34°03'08"N``."""
    parts = zip(match.group("d", "m", "s"), ("degree", "minute", "second"), strict=True)
    said = [counted(written.lstrip("0") or "0", one) for written, one in parts if written]
    return f"{' '.join(said)} {_POINTS[match['p']].lower()}"
