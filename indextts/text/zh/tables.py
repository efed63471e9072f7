"""Words and numbers that decide how a number in Chinese is read, from ``tables.yaml``."""

from __future__ import annotations

from typing import Final

from indextts.text.tables import Names, Words, read

_TABLES: Final = read("zh/tables.yaml")
DIGITWISE_BEFORE: Final[Words] = _TABLES["digitwise_before"]
PHONE_BEFORE: Final[Words] = _TABLES["phone_before"]
HOTLINES: Final[Words] = _TABLES["hotlines"]
ROUND_HOTLINES: Final[Words] = _TABLES["round_hotlines"]
HOTLINE_AFTER: Final[Words] = _TABLES["hotline_after"]
SPELT_NUMBERS: Final[Words] = _TABLES["spelt_numbers"]
SPELT_AFTER: Final[Words] = _TABLES["spelt_after"]
SUM_BEFORE: Final[Words] = _TABLES["sum_before"]
COUNT_BEFORE: Final[Words] = _TABLES["count_before"]
DURATION_BEFORE: Final[Words] = _TABLES["duration_before"]
DAY_PARTS: Final[Words] = _TABLES["day_parts"]
SCORE_AFTER: Final[Words] = _TABLES["score_after"]
SCORE_BEFORE: Final[Words] = _TABLES["score_before"]
LIANG_AFTER: Final[Words] = _TABLES["liang_after"]
ER_AFTER: Final[Words] = _TABLES["er_after"]
ER_BEFORE: Final[Words] = _TABLES["er_before"]
ROMAN_BEFORE: Final[Words] = _TABLES["roman_before"]
RATE_UNITS: Final[Words] = _TABLES["rate_units"]
NUMBER_NAMES: Final[Names] = _TABLES["number_names"]
