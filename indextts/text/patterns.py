"""Pieces of patterns that Chinese and English rules share."""

from __future__ import annotations

import re
from typing import Final

from indextts.text import numbers, tables
from indextts.text.tables import CURRENCIES, RISKY, SCALES, UNITS
from indextts.text.verbalizers import Reader

Row = tuple[str, str, Reader, int]
"""Name of the rule, pattern, reader, flags."""


def either(words: object) -> str:
    """Any of ``words``, longest first."""
    return "|".join(re.escape(word) for word in sorted(map(str, words), key=len, reverse=True))  # type: ignore[call-overload]


NUM: Final = r"(?:\d{1,3}(?:,\d{3}){1,5}(?!\d)(?:\.\d{1,15})?|\d{1,15}(?:\.\d{1,15})?)"
MONTH: Final = "|".join(f"{month}|{month[:3]}" for month in numbers.MONTHS) + "|Sept"
FILES: Final = (
    "md|txt|py|js|ts|cpp|hpp|java|pdf|docx?|xlsx?|pptx?|jpe?g|png|gif|svg|bmp|webp|mp3|mp4|m4a|wav|flac|avi|mkv|mov|"
    "zip|rar|7z|tar|gz|exe|msi|apk|dmg|iso|html?|css|php|json|ya?ml|toml|ini|csv|tsv|xml|log|sql|sh|bat|ipynb|psd|epub"
)
FILE: Final = (
    rf"(?<![A-Za-z0-9_.@/-])[A-Za-z0-9_-]{{0,60}}(?:(?<=[\u4e00-\u9fff])|(?<=[A-Za-z0-9_-]))"
    rf"(?:\.[A-Za-z0-9_-]{{1,30}}){{0,2}}\.(?:{FILES})(?![A-Za-z0-9])"
)
INITIALS: Final = r"(?<![A-Za-z.])(?:[A-Z]\.){2,6}(?![A-Za-z])"
SHARP: Final = r"(?<![A-Za-z])(?P<n>[A-Z])(?P<s>\+\+|#)(?![A-Za-z0-9])|(?<=[A-Za-z\d_])\+\+(?![\w+])"
ADDRESS: Final = (
    r"(?:https?|ftp)://[\w.~:/?#@!$&'()*+,;=%-]{1,200}[\w/]|www\.[\w.-]{1,80}\w(?:/[\w./?=&%#-]{0,120}\w)?"
    r"|[A-Za-z0-9][\w.+-]{0,63}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{2,63}){1,4}"
    r"|(?<![\w.])[A-Za-z0-9-]{2,40}(?:\.[A-Za-z0-9-]{2,40}){0,3}"
    r"\.(?:com|cn|org|net|io|edu|gov|ai|dev|app|cc|tv|me|co|uk|jp)\b(?:/[\w./?=&%#-]{0,120}\w)?"
)
LONG: Final = r"\d{16,}"
YMD: Final = (
    r"(?<![\d.])(?P<y>1\d{3}|20\d\d)(?P<s>[-/.])(?P<m>\d{1,2})(?P=s)(?P<d>\d{1,2})(?![\d.]*\d|-\d(?!\d{3}[-/.]))"
)
IP: Final = r"(?<![\d.])\d{1,3}(?:\.\d{1,3}){3}(?![\d]|\.\d)"
VERSION: Final = r"(?<![\d.])\d{1,4}(?:\.\d{1,4}){2,5}(?![\d])"
VULGAR: Final = r"(?P<n>(?<![\d.,])\d{1,6})? ?(?P<f>[½⅓⅔¼¾⅕⅖⅗⅘⅙⅚⅛⅜⅝⅞])"
MODEL: Final = r"(?<=[A-Za-z])(?<!\d[xX])-?(?P<n>\d{1,15}(?:\.\d{1,4})?)(?![\d]|:\d)"
SIGN: Final = "[" + "".join(re.escape(sign) for sign in tables.SIGNS) + "]"
SUPERS: Final = "".join(tables.MATH_SUPERS)
POWER: Final = r"(?<=[\dA-Za-zπ)])(?:⁻?[⁰¹²³⁴-⁹]{1,6}| ?\^ ?-?(?:\d{1,9}|[a-z](?![A-Za-z])))"
ION: Final = r"(?<=[A-Za-z\d])(?P<n>[²³⁴])?(?P<s>[⁺⁻])(?![⁰¹²³⁴-⁹])"
WIRELESS: Final = r"(?<![\d.])802\.(?P<n>\d{1,2})(?=[a-z]{0,2}(?![A-Za-z\d.]))"
HEX: Final = r"(?<![\dA-Za-z])0[xX][0-9A-Fa-f]{1,16}(?![0-9A-Za-z])"
RAISED: Final = r"⁻?[⁰¹²³⁴-⁹]{1,20}"
ABBREVIATION: Final = rf"(?<![A-Za-z.])(?:{either(tables.ABBREVIATIONS)})(?![A-Za-z])"
GREEK: Final = "[\u0370-\u03ff\u1f00-\u1fff]{1,60}"
EMOJI: Final = (
    "[\u2600-\u27bf\u2b00-\u2bff\U0001f300-\U0001faff]"
    "(?:[\ufe0f\U0001f3fb-\U0001f3ff]|\u200d[\u2600-\u27bf\U0001f300-\U0001faff])*"
)
SIGNS_OF_MONEY: Final = either(CURRENCIES)
CODES_OF_MONEY: Final = either(code for code in CURRENCIES if code.isalpha() or len(code) == 1)
SCALE: Final = f"(?:{either(SCALES)})(?![A-Za-z])"
_SAFE: Final = either(symbol for symbol in UNITS if symbol not in RISKY)
_ALL: Final = either(UNITS)
_SIZE: Final = r"(?:²|³|2(?!\d)|3(?!\d))?"
_BARE_UNIT: Final = rf"(?:{_SAFE})(?:²|³|(?<=m)[23](?!\d))?"
UNIT: Final = rf"(?:(?:{_ALL}){_SIZE}/(?:{_ALL}){_SIZE}|{_BARE_UNIT})(?![A-Za-z0-9])"
"""A unit with its power, or one over another."""

UNIT_BEFORE_STROKE: Final = rf"(?:{_BARE_UNIT})(?=/)"
"""A unit over something that has no sign."""
