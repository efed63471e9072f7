"""Numbers, dates and times in words, heard by one who knows the languages' rules and nothing of how they were made."""

from __future__ import annotations

import re

ZH_DIGITS = "零一二三四五六七八九"
ZH_UNITS = {"十": 1, "百": 2, "千": 3}
EN_SMALL = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
    "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
)  # fmt: skip
EN_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
EN_WORDS = {word: value for value, word in enumerate(EN_SMALL)}
EN_WORDS |= {word: 10 * value for value, word in enumerate(EN_TENS, 2)}
EN_UNITS = {
    name: 10 ** (3 * place)
    for place, name in enumerate(
        ("thousand", "million", "billion", "trillion", "quadrillion", "quintillion", "sextillion"), 1
    )
}
EN_ORDINALS = {
    "first": "one", "second": "two", "third": "three", "fifth": "five", "eighth": "eight", "ninth": "nine",
    "twelfth": "twelve",
}  # fmt: skip
MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip


def heard_zh(said: str) -> int:
    """The number; refuses a 零 where none belongs, and one that is missing."""
    if said == "零":
        return 0
    if said.startswith("十"):
        said = "一" + said
    digits = _places(said)
    before: int | None = None
    for place, _, zero in digits:
        if before is None:
            assert not zero, "a number does not begin with 零"
        elif before // 4 == place // 4:
            assert zero == (before - place > 1), f"零 before the place {place}"
        else:
            # The zeros that end a group of four are not said; those that begin one are.
            assert zero == (place % 4 != 3 or before // 4 - place // 4 > 1), f"零 before the place {place}"
        assert before is None or place < before
        before = place
    return sum(digit * 10**place for place, digit, _ in digits)


def _places(said: str) -> list[tuple[int, int, bool]]:
    """Each digit with its place, and whether a 零 was said before it."""
    highest, cut, rest = said.rpartition("亿亿")
    assert bool(highest) == bool(cut)
    high, cut, low = rest.rpartition("亿")
    assert bool(high) == bool(cut)
    found = [(place + 16, digit, zero) for place, digit, zero in _group(highest)]
    for part, base in ((high, 8), (low, 0)):
        upper, split, lower = part.rpartition("万")
        for group, shift in ((upper, 4), (lower, 0)):
            found += [(place + base + shift, digit, zero) for place, digit, zero in _group(group)]
        assert bool(upper) == bool(split)
    return found


def _group(said: str) -> list[tuple[int, int, bool]]:
    found, rest = [], said
    while rest:
        zero = rest.startswith("零")
        rest = rest.removeprefix("零")
        digit = 2 if rest[0] == "两" else ZH_DIGITS.index(rest[0])
        assert digit, "零 twice"
        place = ZH_UNITS.get(rest[1:2], 0)
        found.append((place, digit, zero))
        rest = rest[2:] if place else rest[1:]
    return found


def heard_zh_decimal(said: str) -> str:
    """A number with a sign and a fraction, as it is written."""
    sign = "-" if said.startswith("负") else ""
    whole, _, part = said.removeprefix("负").partition("点")
    return f"{sign}{heard_zh(whole)}" + (f".{heard_zh_digits(part)}" if part else "")


def heard_zh_digits(said: str) -> str:
    return "".join(str(ZH_DIGITS.index(char)) for char in said)


def heard_en(said: str) -> int:
    total = group = 0
    for word in said.replace(" and ", " ").split():
        if word in EN_UNITS:
            assert group, f"{word} of nothing"
            total, group = total + group * EN_UNITS[word], 0
        elif word == "hundred":
            group *= 100
        else:
            group += EN_WORDS[word]
    return total + group


def heard_en_decimal(said: str) -> str:
    sign = "-" if said.startswith("minus ") else ""
    whole, _, part = said.removeprefix("minus ").partition(" point ")
    return f"{sign}{heard_en(whole)}" + (f".{heard_en_digits(part)}" if part else "")


def heard_en_digits(said: str) -> str:
    return "".join(str(EN_WORDS[word]) for word in said.split())


def heard_en_ordinal(said: str) -> int:
    *head, last = said.split()
    if last in EN_ORDINALS:
        last = EN_ORDINALS[last]
    elif last.endswith("ieth"):
        last = last.removesuffix("ieth") + "y"
    else:
        assert last.endswith("th"), last
        last = last.removesuffix("th")
    return heard_en(" ".join((*head, last)))


def heard_en_year(said: str) -> int:
    if "thousand" in said:
        return heard_en(said)
    first, *rest = said.split()
    if rest == ["hundred"]:
        return EN_WORDS[first] * 100
    # What comes second says the tens of the century, or belongs to the years.
    if len(rest) > 1 and EN_WORDS[first] % 10 == 0 and 0 < EN_WORDS.get(rest[0], 0) < 10:
        first, rest = f"{first} {rest[0]}", rest[1:]
    if rest[0] == "oh":
        return heard_en(first) * 100 + EN_WORDS[rest[1]]
    return heard_en(first) * 100 + heard_en(" ".join(rest))


def heard_zh_date(said: str) -> tuple[int, int, int]:
    found = re.fullmatch("(.+)年(.+)月(.+)日", said)
    assert found, said
    year, month, day = found.groups()
    return int(heard_zh_digits(year)), heard_zh(month), heard_zh(day)


def heard_en_date(said: str) -> tuple[int, int, int]:
    """``March fifteenth twenty twenty four`` or ``the fifteenth of March twenty twenty four``."""
    words = said.split()
    month = next(index for index, word in enumerate(words) if word in MONTHS)
    if words[0] == "the":
        assert words[month - 1] == "of"
        day, year = words[1 : month - 1], words[month + 1 :]
    else:
        size = 2 if words[month + 1] in ("twenty", "thirty") else 1
        day, year = words[month + 1 : month + 1 + size], words[month + 1 + size :]
    return heard_en_year(" ".join(year)), MONTHS.index(words[month]) + 1, heard_en_ordinal(" ".join(day))


def heard_zh_time(said: str) -> tuple[int, int]:
    hour, _, minute = said.removesuffix("分").partition("点")
    return heard_zh(hour), heard_zh(minute.removeprefix("零")) if minute else 0


def heard_en_time(said: str) -> tuple[int, int]:
    """``fourteen oh five``, ``nine o'clock``, ``three thirty PM``."""
    words = said.split()
    half = words.pop() if words[-1] in ("AM", "PM") else ""
    words = [word for word in words if word != "o'clock"]
    size = 2 if words[0] == "twenty" and len(words) > 1 and 0 < EN_WORDS.get(words[1], 0) < 5 else 1
    if words[0] == "twenty" and len(words) == 1:
        size = 1
    hour = heard_en(" ".join(words[:size]))
    minute = heard_en(" ".join(word for word in words[size:] if word != "oh")) if words[size:] else 0
    return (hour % 12 + (12 if half == "PM" else 0) if half else hour), minute
