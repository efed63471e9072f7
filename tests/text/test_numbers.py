"""Whole numbers in words, read back by a listener who knows the languages' rules and nothing of how they were made."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from indextts.text.normalise import normalise_line
from indextts.text.numbers import LONGEST_CARDINAL, en_cardinal, zh_cardinal, zh_digits

GAPS = st.text("0001259", min_size=1, max_size=LONGEST_CARDINAL).map(int)
"""Numbers with many zeros."""
ZH_UNITS = {"十": 1, "百": 2, "千": 3}
EN_SMALL = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
    "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
)  # fmt: skip
EN_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
EN_WORDS = {word: value for value, word in enumerate(EN_SMALL)}
EN_WORDS |= {word: 10 * value for value, word in enumerate(EN_TENS, 2)}
EN_UNITS = {"thousand": 10**3, "million": 10**6, "billion": 10**9, "trillion": 10**12}


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
    high, cut, low = said.rpartition("亿")
    found = []
    for part, base in ((high, 8), (low, 0)):
        upper, split, lower = part.rpartition("万")
        for group, shift in ((upper, 4), (lower, 0)):
            found += [(place + base + shift, digit, zero) for place, digit, zero in _group(group)]
        assert bool(upper) == bool(split)
    assert bool(high) == bool(cut)
    return found


def _group(said: str) -> list[tuple[int, int, bool]]:
    found, rest = [], said
    while rest:
        zero = rest.startswith("零")
        rest = rest.removeprefix("零")
        digit = 2 if rest[0] == "两" else "零一二三四五六七八九".index(rest[0])
        assert digit, "零 twice"
        place = ZH_UNITS.get(rest[1:2], 0)
        found.append((place, digit, zero))
        rest = rest[2:] if place else rest[1:]
    return found


def heard_en(said: str) -> int:
    total = group = 0
    for word in said.replace(" and ", " ").split():
        if word in EN_UNITS:
            total, group = total + group * EN_UNITS[word], 0
        elif word == "hundred":
            group *= 100
        else:
            group += EN_WORDS[word]
    return total + group


@settings(max_examples=2000)
@given(st.integers(0, 10**LONGEST_CARDINAL - 1) | GAPS, st.booleans())
@example(10_001, True)
@example(20_010, True)
@example(100_000_001, True)
@example(10**12 + 1, True)
@example(10**15, False)
@example(101_000, True)
def test_every_chinese_number_can_be_written_down_again(value: int, liang: bool) -> None:
    assert heard_zh(zh_cardinal(str(value), liang=liang)) == value


@settings(max_examples=2000)
@given(st.integers(0, 10 ** (LONGEST_CARDINAL - 1) - 1) | GAPS.map(lambda value: value // 10))
def test_every_english_number_can_be_written_down_again(value: int) -> None:
    assert heard_en(en_cardinal(str(value))) == value


@given(st.integers(10**LONGEST_CARDINAL, 10**30))
def test_longer_ones_are_read_digit_by_digit(value: int) -> None:
    assert zh_cardinal(str(value)) == zh_digits(str(value))


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("10001个", "一万零一个"),
        ("20010元", "两万零一十元"),
        ("100000001人", "一亿零一人"),
        ("100,020,003美元", "一亿零二万零三美元"),
        ("共101000条", "共十万一千条"),
    ],
)
def test_zeros_inside_are_said_in_a_text(written: str, said: str) -> None:
    assert normalise_line(written) == said
