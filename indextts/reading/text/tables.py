"""Facts about how people write, from the ``.yaml`` files of this folder; what each table holds is said there."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from typing import Any, Final

from indextts.platform.tables import tables_beside

Words = tuple[str, ...]
Names = dict[str, str]
Pieces = Mapping[str, str | list[str]]

_FLAGS: Final = {"": 0, "ascii": re.ASCII, "any case": re.IGNORECASE, "each line": re.MULTILINE}
_PIECE: Final = re.compile(r"\{((?:after )?[A-Za-z_]+)\}")


def read(path: str) -> dict[str, Any]:
    """The tables of a file in this folder; words that stand there in one text, apart."""
    tables = tables_beside(__file__, path)
    return {name: tuple(table.split()) if isinstance(table, str) else table for name, table in tables.items()}


def compiled(pattern: str | list[str], pieces: Pieces, flag: str = "") -> re.Pattern[str]:
    """A pattern of a table, or its parts together, with the pieces that its braces name."""
    return re.compile(_filled(pattern, pieces), _FLAGS[flag])


def _filled(pattern: str | list[str], pieces: Pieces) -> str:
    return _PIECE.sub(lambda found: _filled(pieces[found[1]], pieces), "".join(pattern))


def _by_symbol(table: dict[str, list[str]]) -> dict[str, list[str]]:
    return {symbol.replace("_", " "): names for symbols, names in table.items() for symbol in symbols.split()}


_BOTH: Final = read("tables.yaml")
SIGNS: Final[dict[str, list[str]]] = _BOTH["signs"]
COMPARED: Final[dict[str, list[str]]] = _BOTH["compared"]
ADDRESS_SIGNS: Final[dict[str, list[str]]] = _BOTH["address_signs"]
GREEK: Final[dict[str, list[str]]] = _BOTH["greek"]
ABBREVIATIONS: Final[Names] = _BOTH["abbreviations"]
ENDING_ABBREVIATIONS: Final[Words] = _BOTH["ending_abbreviations"]
LEADING: Final[Words] = _BOTH["leading_abbreviations"]
WORDS_TOO: Final[Words] = _BOTH["words_too"]
SPELT_MODELS: Final[Words] = _BOTH["spelt_models"]
ENGLISH_FIGURES: Final[Words] = _BOTH["english_figures"]
WORD_ACRONYMS: Final[Words] = _BOTH["word_acronyms"]
SHORT_WORDS: Final[Words] = _BOTH["short_words"]
SMALL_WORDS: Final = frozenset(_BOTH["small_words"]) | frozenset(map(str.lower, SHORT_WORDS))
EMOJI_ZH: Final[Names] = _BOTH["emoji_zh"]

SILENT_SIGNS: Final = "~|<>=+→←"
"""Signs that are only read between two spoken neighbours; elsewhere they draw, as in ``===`` or ``-->``."""
MATH_SUPERS: Final = dict(zip("⁰¹²³⁴⁵⁶⁷⁸⁹⁻ⁿ", "0123456789-n", strict=True))
"""Raised digits and their plain forms."""
VULGAR_FRACTIONS: Final = {
    char: unicodedata.normalize("NFKC", char).split("\N{FRACTION SLASH}") for char in "½⅓⅔¼¾⅕⅖⅗⅘⅙⅚⅛⅜⅝⅞"
}
"""What stands above and below the line."""

_MEASURES: Final = read("units.yaml")
UNITS: Final[dict[str, list[str]]] = {
    symbol: names if len(names) == 3 else [*names, f"{names[1]}s"]
    for symbol, names in _by_symbol(_MEASURES["units"]).items()
}
"""By symbol: Chinese name, English singular, English plural."""
RISKY: Final[Words] = _MEASURES["risky"]
CURRENCIES: Final = _by_symbol(_MEASURES["currencies"])
SCALES: Final[dict[str, int]] = _MEASURES["scales"]
