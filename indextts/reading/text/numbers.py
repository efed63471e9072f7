"""Small numbers and strings of digits in Chinese and English: the parts that rules are made of."""

from __future__ import annotations

import re
from typing import Final

from indextts.platform.lru import cached
from indextts.platform.tables import tables_beside

_TABLES: Final = tables_beside(__file__, "numbers.yaml")
ZH_DIGITS: Final = "零一二三四五六七八九"
EN_DIGITS: Final = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
_EN_TEENS: Final[list[str]] = _TABLES["teens"].split()
_EN_TENS: Final = ("", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_EN_ORDINALS: Final[dict[str, str]] = _TABLES["ordinals"]
MONTHS: Final[tuple[str, ...]] = tuple(_TABLES["months"].split())


def zh_digits(digits: str, *, yao: bool = False) -> str:
    """Digit by digit; ``yao`` says 幺 for 1, as in telephone numbers. Anything that is no digit is left out."""
    read = "".join(ZH_DIGITS[int(digit)] for digit in digits if digit in "0123456789")
    return read.replace("一", "幺") if yao else read


def zh_small(value: int) -> str:
    """0–99 as a Chinese cardinal."""
    tens, ones = divmod(value, 10)
    if tens == 0:
        return ZH_DIGITS[ones]
    return ("" if tens == 1 else ZH_DIGITS[tens]) + "十" + (ZH_DIGITS[ones] if ones else "")


def en_digits(digits: str) -> str:
    return " ".join(EN_DIGITS[int(digit)] for digit in digits if digit in "0123456789")


def en_small(value: int) -> str:
    """0–99 as an English cardinal, without hyphens."""
    if value < 10:
        return EN_DIGITS[value]
    if value < 20:
        return _EN_TEENS[value - 10]
    tens, ones = divmod(value, 10)
    return _EN_TENS[tens] + (f" {EN_DIGITS[ones]}" if ones else "")


def en_ordinal(value: int) -> str:
    *head, last = en_cardinal(str(value)).split()
    if last in _EN_ORDINALS:
        last = _EN_ORDINALS[last]
    elif last.endswith("y"):
        last = last[:-1] + "ieth"
    else:
        last += "th"
    return " ".join((*head, last))


def en_year(year: int) -> str:
    """A year from 1000 to 2999 as it is said: ``nineteen eighty four``, ``two thousand five``."""
    century, rest = divmod(year, 100)
    if year % 1000 < 10:
        tail = f" {en_small(rest)}" if rest else ""
        return f"{EN_DIGITS[year // 1000]} thousand{tail}"
    if rest == 0:
        return f"{en_small(century)} hundred"
    return f"{en_small(century)} {en_two_digits(rest)}"


def en_two_digits(number: int) -> str:
    """Below a hundred, of two figures: ``oh five``, ``forty``."""
    return f"{'oh ' if number < 10 else ''}{en_small(number)}"


def en_house(digits: str) -> str:
    """The number of a house, by pairs: ``seven oh eight``, ``sixteen hundred``."""
    if len(digits) < 3 or len(digits) > 4 or digits[0] == "0" or digits.endswith("000"):
        return en_cardinal(digits) if len(digits) < 5 and digits[0] != "0" else en_digits(digits)
    head, rest = digits[:-2], int(digits[-2:])
    tail = "hundred" if rest == 0 else en_two_digits(rest)
    return f"{en_small(int(head))} {tail}"


def en_plural(words: str) -> str:
    """The plural of a number word: ``nineties``, ``hundreds``."""
    return words[:-1] + "ies" if words.endswith("y") else words + ("es" if words.endswith("x") else "s")


_ZH_PLACES: Final = ("", "十", "百", "千")
_ZH_MYRIADS: Final = ("", "万", "亿", "万", "亿亿")
_EN_THOUSANDS: Final = ("", *_TABLES["thousands"].split())
LONGEST_ZH: Final = 4 * len(_ZH_MYRIADS)
"""Digits of the longest number that Chinese reads as one; longer ones are read digit by digit."""
LONGEST_EN: Final = 3 * len(_EN_THOUSANDS)
"""The same for English."""


@cached(4096)
def zh_cardinal(digits: str, *, liang: bool = True) -> str:
    """A whole number, ``liang`` saying 两 for a leading two of hundreds, thousands, 万 and 亿."""
    digits = digits.lstrip("0") or "0"
    if len(digits) > LONGEST_ZH:
        return zh_digits(digits)
    groups = [int(digits[max(0, end - 4) : end]) for end in range(len(digits), 0, -4)]
    spoken, gap = "", False
    for place in range(len(groups) - 1, -1, -1):
        group = groups[place]
        if group == 0:
            gap = True
            # 万 of 亿 needs its 亿, though nothing stands between.
            spoken += "亿" if place == 2 and len(groups) > 3 and groups[3] else ""
            continue
        if spoken and (gap or group < 1000):
            spoken += "零"
        spoken += _zh_group(group) + _ZH_MYRIADS[place]
        gap = False
    if not spoken:
        return "零"
    if spoken.startswith("一十"):
        spoken = spoken[1:]
    if liang and spoken[0] == "二" and spoken[1:2] in ("百", "千", "万", "亿"):
        spoken = "两" + spoken[1:]
    return spoken


def _zh_group(value: int) -> str:
    """1–9999, 一十 in full."""
    spoken, gap = "", False
    for place in (3, 2, 1, 0):
        digit = value // 10**place % 10
        if digit == 0:
            gap = True
            continue
        spoken += ("零" if spoken and gap else "") + ZH_DIGITS[digit] + _ZH_PLACES[place]
        gap = False
    return spoken


def zh_number(written: str, *, liang: bool = True) -> str:
    """A number with or without sign, thousands separators and decimals."""
    sign, whole, part = _parts(written)
    spoken = {"-": "负", "+": "正"}.get(sign, "") + zh_cardinal(whole, liang=liang)
    return f"{spoken}点{zh_digits(part)}" if part else spoken


@cached(4096)
def en_cardinal(digits: str) -> str:
    """A whole number, with ``and`` before the last two digits."""
    digits = digits.lstrip("0") or "0"
    if len(digits) > LONGEST_EN:
        return en_digits(digits)
    groups = [int(digits[max(0, end - 3) : end]) for end in range(len(digits), 0, -3)]
    places = [place for place in range(len(groups) - 1, -1, -1) if groups[place]]
    spoken = [f"{_en_group(groups[i], last=i == 0)} {_EN_THOUSANDS[i]}".rstrip() for i in places]
    if len(spoken) > 1 and 0 < groups[0] < 100:
        spoken[-1] = f"and {spoken[-1]}"
    return " ".join(spoken) or "zero"


def _en_group(value: int, *, last: bool) -> str:
    hundreds, rest = divmod(value, 100)
    parts = [f"{EN_DIGITS[hundreds]} hundred"] if hundreds else []
    if rest:
        parts.append(("and " if hundreds and last else "") + en_small(rest))
    return " ".join(parts)


def en_number(written: str) -> str:
    """A number with or without sign, thousands separators and decimals."""
    sign, whole, part = _parts(written)
    spoken = {"-": "minus ", "+": "plus "}.get(sign, "") + en_cardinal(whole)
    return f"{spoken} point {en_digits(part)}" if part else spoken


def _parts(written: str) -> tuple[str, str, str]:
    plain = written.replace(",", "").replace(" ", "")
    sign = plain[0] if plain[:1] in ("-", "+") else ""
    whole, _, part = plain.removeprefix(sign).partition(".")
    return sign, whole or "0", part


def value_of(written: str) -> float:
    """What a written number is worth, its thousands set off or not."""
    return float(written.replace(",", ""))


def scaled(written: str, zeros: int) -> str:
    """``written`` times ten to the ``zeros``: ``2.5`` and 9 make ``2500000000``."""
    _, whole, part = _parts(written)
    kept, rest = part[:zeros], part[zeros:].rstrip("0")
    number = (whole + kept.ljust(zeros, "0")).lstrip("0") or "0"
    return f"{number}.{rest}" if rest else number


_ROMAN: Final = {"I": 1, "V": 5, "X": 10, "L": 50, "C": 100, "D": 500, "M": 1000}
_ROMAN_FORM: Final = re.compile(r"M{0,3}(?:CM|CD|D?C{0,3})(?:XC|XL|L?X{0,3})(?:IX|IV|V?I{0,3})")


def roman(letters: str) -> int:
    """The value of a Roman number; 0 if it is none."""
    if not letters or not _ROMAN_FORM.fullmatch(letters):
        return 0
    values = [_ROMAN[letter] for letter in letters]
    return sum(-a if a < b else a for a, b in zip(values, [*values[1:], 0], strict=True))
