"""Chinese verbalisers of rates: prices, speeds, shares."""

from __future__ import annotations

import re
from typing import Final

from indextts.text import numbers
from indextts.text.verbalizers import Match, before, unit_parts
from indextts.text.zh import tables
from indextts.text.zh.verbalizers import two, unit_name


def per(match: Match) -> str:
    """``15元/斤``."""
    amount = two(match, "n") if match.group("n") == "2" else numbers.zh_number(match.group("n"))
    return f"每{match.group('b')}{amount}{match.group('q') or ''}{match.group('a')}"


def unit_per(match: Match) -> str | None:
    """``10kg/袋``."""
    parts = unit_parts(match.group("u"))
    if parts is None or len(parts) > 1:
        return None
    count = "两" if match.group("n") == "2" else numbers.zh_number(match.group("n"))
    (symbol, size), *_ = parts
    return f"每{match.group('b')}{count}{unit_name(symbol, size)}"


_MONEY: Final = r"(?:元|块钱?|[毛角]|美[元金]|欧元|英镑|[日港澳韩加]元|[港日台]币|[¥$€£] ?\d[\d,.]*)[万亿]?"
_OVER_ANY: Final = re.compile(rf"(?:{_MONEY}|\d[\d.]*[万亿%‰]|\d[\"″])$")
_OVER_SO_MANY: Final = re.compile(rf"(?:{_MONEY}|\d[\d.]* ?(?P<u>[A-Za-zμ²³]{{1,4}}))$")


def rate(match: Match) -> str | None:
    """The part after the stroke of ``50元/100g``, ``3.5%/年``, ``6.5L/100km``."""
    left = match.string[max(0, match.start() - 20) : match.start()].rstrip()
    count, symbol = match.group("n"), match.group("u")
    over = (_OVER_SO_MANY if count else _OVER_ANY).search(left)
    if not over or (
        count and symbol and over.group("u") and (over.group("u") == symbol or symbol not in tables.RATE_UNITS)
    ):
        return None
    name = match.group("w") or ""
    if symbol:
        parts = unit_parts(symbol)
        if parts is None or len(parts) > 1:
            return None
        name = unit_name(*parts[0])
    return f"每{('两' if count == '2' else numbers.zh_number(count)) if count else ''}{match.group('q') or ''}{name}"


def alone(match: Match) -> str | None:
    """The unit of ``3×10⁸m/s`` and ``9×10⁹/L``."""
    parts = unit_parts(match.group("u"))
    said = "每".join(unit_name(symbol, size) for symbol, size in parts or ())
    return f"{'每' if match.group('per') else ''}{said}" if said else None


def pressure(match: Match) -> str | None:
    """``120/80mmHg``; without the unit after a word that names what it is."""
    if not match.group("u") and not before(match, ("血压",), gap=" :：为是达到高至在"):
        return None
    a, b = numbers.zh_number(match.group("a")), numbers.zh_number(match.group("b"))
    return f"{a}比{b}{'毫米汞柱' if match.group('u') else ''}"
