"""Words that decide how a number in English is read, from ``tables.yaml``."""

from __future__ import annotations

from typing import Final

from indextts.reading.text.tables import Names, Words, compiled, read

_TABLES: Final = read("en/tables.yaml")
DIGITWISE_BEFORE: Final[Words] = _TABLES["digitwise_before"]
ROOM_BEFORE: Final[Words] = _TABLES["room_before"]
ROMAN_BEFORE: Final[Words] = _TABLES["roman_before"]
YEAR_BEFORE: Final[Words] = _TABLES["year_before"]
NAMED_BEFORE: Final[Words] = (*ROOM_BEFORE, *_TABLES["named_before"])
ROMAN_NAMES: Final[frozenset[str]] = frozenset(_TABLES["roman_names"])
FUNCTION_WORDS: Final[frozenset[str]] = frozenset(_TABLES["function_words"])
DAYS: Final[Names] = _TABLES["days"]
STATES: Final[Names] = _TABLES["states"]
STREETS: Final[Names] = _TABLES["street_kinds"]
MEASURED_NOUNS: Final[frozenset[str]] = frozenset(_TABLES["measured_nouns"])
NUMBERED: Final[Names] = _TABLES["numbered"]
NAMES: Final[Names] = _TABLES["names"]
PER_SHORT: Final[Names] = _TABLES["per_short"]
PER: Final[Names] = {word: word for word in _TABLES["per"]} | PER_SHORT
OLD_STATES: Final[Names] = _TABLES["old_states"]
PLAIN_STATES: Final[Words] = _TABLES["plain_states"]
BOOKS: Final[Names] = _TABLES["books"]
DATED_BEFORE: Final[frozenset[str]] = frozenset(_TABLES["dated_before"])
DATE_BEFORE: Final[frozenset[str]] = frozenset(_TABLES["date_before"])
SCORES: Final[dict[str, list[str]]] = _TABLES["scores"]
SAINTS: Final[frozenset[str]] = frozenset(_TABLES["saints"])
BEFORE_SAINTS: Final[frozenset[str]] = frozenset(_TABLES["before_saints"])
SHORT_FORMS: Final[Names] = _TABLES["short_forms"]
BEFORE_U: Final[frozenset[str]] = frozenset(_TABLES["before_u"])
BEFORE_INITIALS: Final[Words] = _TABLES["before_initials"]
BESIDE: Final = {name: compiled(pattern, _TABLES["beside"]) for name, pattern in _TABLES["beside"].items()}
