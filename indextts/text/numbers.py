"""Small numbers and strings of digits in Chinese and English: the parts that rules are made of."""

from __future__ import annotations

from typing import Final

ZH_DIGITS: Final = "零一二三四五六七八九"
EN_DIGITS: Final = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
_EN_TEENS: Final = (
    "ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
)  # fmt: skip
_EN_TENS: Final = ("", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_EN_ORDINALS: Final = {
    "one": "first", "two": "second", "three": "third", "five": "fifth", "eight": "eighth", "nine": "ninth",
    "twelve": "twelfth",
}  # fmt: skip
MONTHS: Final = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip


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
    """Digit by digit, separated by spaces."""
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
    """1–99 as an English ordinal."""
    *head, last = en_small(value).split()
    if last in _EN_ORDINALS:
        last = _EN_ORDINALS[last]
    elif last.endswith("y"):
        last = last[:-1] + "ieth"
    else:
        last += "th"
    return " ".join((*head, last))


def en_year(year: int) -> str:
    """A year from 1000 to 2999 as it is said: ``nineteen eighty four``, ``two thousand and five``."""
    century, rest = divmod(year, 100)
    if year % 1000 < 10:
        tail = f" and {en_small(rest)}" if rest else ""
        return f"{EN_DIGITS[year // 1000]} thousand{tail}"
    if rest == 0:
        return f"{en_small(century)} hundred"
    return f"{en_small(century)} {'oh ' if rest < 10 else ''}{en_small(rest)}"


def en_plural(words: str) -> str:
    """The plural of a number word: ``nineties``, ``hundreds``."""
    return words[:-1] + "ies" if words.endswith("y") else words + "s"
