"""Numbers, dates and times in words, read back by a listener who knows nothing of how they were made."""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import Literal

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from indextts.reading.text.normalise import normalise_line
from indextts.reading.text.numbers import (
    LONGEST_EN,
    LONGEST_ZH,
    en_cardinal,
    en_digits,
    en_house,
    en_number,
    en_ordinal,
    en_plural,
    en_small,
    en_two_digits,
    en_year,
    roman,
    scaled,
    zh_cardinal,
    zh_digits,
    zh_number,
    zh_small,
)
from tests.support import spoken_numbers as heard

LONG = 10**18
GAPS = st.text("0001259", min_size=1, max_size=18).map(int)
"""Numbers with many zeros."""
NUMBERS = st.integers(0, LONG) | GAPS
DATES = st.dates(datetime.date(1900, 1, 1), datetime.date(2099, 12, 31))
SUFFIXES = {1: "st", 2: "nd", 3: "rd"}


@settings(max_examples=1500)
@given(NUMBERS | st.integers(0, 10**LONGEST_ZH - 1), st.booleans())
@example(10_001, True)
@example(20_010, True)
@example(100_000_001, True)
@example(10**12 + 1, True)
@example(10**15, False)
@example(101_000, True)
@example(10**16 + 10**8, True)
@example(LONG, True)
def test_every_chinese_number_can_be_written_down_again(value: int, liang: bool) -> None:
    assert heard.heard_zh(zh_cardinal(str(value), liang=liang)) == value


@settings(max_examples=1500)
@given(NUMBERS)
@example(LONG)
def test_every_english_number_can_be_written_down_again(value: int) -> None:
    assert heard.heard_en(en_cardinal(str(value))) == value


@given(st.integers(10**LONGEST_ZH, 10**30))
def test_longer_ones_are_read_digit_by_digit(value: int) -> None:
    assert zh_cardinal(str(value)) == zh_digits(str(value))


@settings(max_examples=300, deadline=None)
@given(NUMBERS.filter(lambda value: value > 2))
@example(10_001)
@example(LONG)
def test_every_number_in_a_text_is_heard_as_it_was_written(value: int) -> None:
    said = normalise_line(f"一共{value:,}只", "zh")
    assert heard.heard_zh(said.removeprefix("一共").removesuffix("只")) == value
    said = normalise_line(f"It has {value:,} apples", "en")
    assert heard.heard_en(said.removeprefix("It has ").removesuffix(" apples")) == value


@settings(max_examples=300, deadline=None)
@given(st.integers(0, 10**12), st.text("0123456789", max_size=6), st.sampled_from(["", "-"]))
def test_a_sign_and_a_decimal_point_are_heard(value: int, part: str, sign: str) -> None:
    written = f"{sign}{value:,}" + (f".{part}" if part else "")
    plain = written.replace(",", "")
    said = normalise_line(f"结果是{written}。", "zh").removeprefix("结果是").removesuffix("。")
    assert heard.heard_zh_decimal(said.replace("两", "二")) == plain
    assert heard.heard_en_decimal(normalise_line(f"It equals {written}", "en").removeprefix("It equals ")) == plain


@settings(max_examples=300, deadline=None)
@given(st.integers(1, 999_999_999))
def test_every_ordinal_is_heard(value: int) -> None:
    said = normalise_line(f"第{value}名", "zh")
    assert heard.heard_zh(said.removeprefix("第").removesuffix("名")) == value
    ending = "th" if value % 100 in (11, 12, 13) else SUFFIXES.get(value % 10, "th")
    said = normalise_line(f"the {value}{ending} time", "en")
    assert heard.heard_en_ordinal(said.removeprefix("the ").removesuffix(" time")) == value


@settings(max_examples=250, deadline=None)
@given(DATES)
@example(datetime.date(2000, 1, 1))
@example(datetime.date(2008, 8, 8))
@example(datetime.date(2012, 2, 29))
def test_every_date_is_heard_in_each_of_its_forms(day: datetime.date) -> None:
    y, m, d = day.year, day.month, day.day
    for written in (
        f"{y}-{m:02}-{d:02}", f"{y}-{m}-{d}", f"{y}/{m}/{d}", f"{y}.{m}.{d}", f"{y}年{m}月{d}日", f"{m:02}/{d:02}/{y}",
    ):  # fmt: skip
        said = normalise_line(f"截止{written}。", "zh").removeprefix("截止").removesuffix("。")
        assert heard.heard_zh_date(said) == (y, m, d), written
    name = heard.MONTHS[m - 1]
    for written in (
        f"{name} {d}, {y}", f"{name[:3]}{'' if m == 5 else '.'} {d}, {y}", f"{name[:3].lower()} {d}, {y}",
        f"{name.upper()} {d}, {y}",
        f"{d} {name} {y}", f"{d}-{name[:3]}-{y}", f"{name[:3]}-{d:02}-{y}", f"{y}-{m:02}-{d:02}", f"{m}/{d}/{y}",
    ):  # fmt: skip
        said = normalise_line(f"It fell on {written}", "en").removeprefix("It fell on ")
        assert heard.heard_en_date(said) == (y, m, d), written


@pytest.mark.parametrize("hour", range(24))
def test_every_minute_of_the_day_is_heard(hour: int) -> None:
    for minute in range(60):
        said = normalise_line(f"会议{hour}:{minute:02}开始", "zh").removeprefix("会议").removesuffix("开始")
        assert heard.heard_zh_time(said.replace("两点", "二点")) == (hour, minute)
        said = normalise_line(f"It begins at {hour}:{minute:02} sharp", "en")
        assert heard.heard_en_time(said.removeprefix("It begins at ").removesuffix(" sharp")) == (hour, minute)
        half = "p.m." if hour >= 12 else "a.m."
        said = normalise_line(f"at {hour % 12 or 12}:{minute:02} {half} sharp", "en")
        assert heard.heard_en_time(said.removeprefix("at ").removesuffix(" sharp")) == (hour, minute)


DASHES = st.sampled_from(["-", "–", "—", "~", "～", " - ", " – ", " ~ "])
ZH_COUNTED = st.sampled_from(
    ["天", "小时", "个小时", "分钟", "岁", "元", "万元", "米", "公里", "度", "人", "次", "斤", "年", "个月", "层", "页",
     "kg", "km", "cm", "℃", "kW", "%", "mL", "元/斤", "微克/立方米", "美元/块"]
)  # fmt: skip
EN_COUNTED = st.sampled_from(
    ["days", "years", "percent", "kg", "km", "lb", "oz", "%", "°C", "mph", "a.m.", "p.m.", "AM", "million", "miles",
     "GB"]
)  # fmt: skip
HALVES = st.sampled_from(["", ".5"])


@settings(max_examples=300, deadline=None)
@given(st.integers(1, 9_999), st.integers(10_000, 19_999), ZH_COUNTED, DASHES, st.booleans(), HALVES)
def test_a_range_in_chinese_has_no_minus(a: int, b: int, unit: str, dash: str, both: bool, part: str) -> None:
    first = f"{a}{part}{unit.split('/')[0] if both else ''}"
    said = normalise_line(f"大约{first}{dash}{b}{unit}。", "zh")
    assert "到" in said
    assert not set("负减约") & set(said.removeprefix("大约"))


@settings(max_examples=300, deadline=None)
@given(st.integers(1, 5), st.integers(6, 11), EN_COUNTED, DASHES, st.booleans())
def test_a_range_in_english_has_no_minus(a: int, b: int, unit: str, dash: str, both: bool) -> None:
    first = f"{a} {unit}" if both else str(a)
    said = normalise_line(f"It takes {first}{dash}{b} {unit} or so", "en")
    assert " to " in said
    assert "minus" not in said
    assert "about" not in said


@settings(max_examples=100, deadline=None)
@given(st.integers(1, 500), st.integers(501, 2000), DASHES, st.sampled_from(["$", "£", "€", "¥"]))
def test_a_range_of_prices_has_no_minus(a: int, b: int, dash: str, sign: str) -> None:
    for lang in LANGS:
        said = normalise_line(f"{sign}{a}.00{dash}{sign}{b}.00", lang)
        assert ("到" if lang == "zh" else " to ") in said
        assert "负" not in said
        assert "minus" not in said


LANGS: tuple[Literal["zh", "en"], ...] = ("zh", "en")


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


@pytest.mark.parametrize(
    ("year", "said"),
    [
        (1000, "one thousand"), (1009, "one thousand nine"), (1010, "ten ten"), (1100, "eleven hundred"),
        (1905, "nineteen oh five"), (2000, "two thousand"), (2009, "two thousand nine"), (2010, "twenty ten"),
        (2011, "twenty eleven"), (2100, "twenty one hundred"), (2999, "twenty nine ninety nine"),
    ],
)  # fmt: skip
def test_a_year_is_said_by_pairs_but_for_the_first_ten_of_a_thousand(year: int, said: str) -> None:
    assert en_year(year) == said


@given(st.integers(0, 10**6), st.text("0123456789", max_size=14), st.integers(0, 12))
@example(1, "2340", 3)
@example(0, "0", 0)
def test_a_number_times_a_power_of_ten_is_exact_and_has_no_zeros_at_its_end(whole: int, part: str, zeros: int) -> None:
    written = f"{whole:,}" + (f".{part}" if part else "")
    product = scaled(written, zeros)
    assert Decimal(product) == Decimal(written.replace(",", "")) * 10**zeros
    assert not ("." in product and product.endswith(("0", ".")))


def test_a_sum_with_a_scale_is_said_without_zeros_behind_its_point() -> None:
    assert normalise_line("花了$1.2340K", "zh") == "花了一千二百三十四美元"
    assert normalise_line("花了$3.1415920 million", "zh") == "花了三百一十四万一千五百九十二美元"


def test_numbers_below_a_hundred_are_those_of_their_language() -> None:
    zh = [zh_small(value) for value in (0, 9, 10, 11, 19, 20, 21, 90, 99)]
    assert zh == ["零", "九", "十", "十一", "十九", "二十", "二十一", "九十", "九十九"]
    assert [heard.heard_zh(zh_small(value)) for value in range(100)] == list(range(100))
    assert [heard.heard_en(en_small(value)) for value in range(100)] == list(range(100))
    assert [en_two_digits(value) for value in (0, 9, 10, 40)] == ["oh zero", "oh nine", "ten", "forty"]
    assert (zh_digits("1a0-9"), zh_digits("110", yao=True), en_digits("1x09")) == ("一零九", "幺幺零", "one zero nine")


@pytest.mark.parametrize(
    ("digits", "said"),
    [
        ("7", "seven"), ("99", "ninety nine"), ("05", "zero five"), ("100", "one hundred"), ("708", "seven oh eight"),
        ("710", "seven ten"), ("1600", "sixteen hundred"), ("1010", "ten ten"), ("9905", "ninety nine oh five"),
        ("2000", "two thousand"), ("012", "zero one two"), ("12345", "one two three four five"),
    ],
)  # fmt: skip
def test_a_house_is_said_by_pairs(digits: str, said: str) -> None:
    assert en_house(digits) == said


def test_ordinals_and_plurals_of_words() -> None:
    ordinals = {
        0: "zeroth", 1: "first", 2: "second", 3: "third", 4: "fourth", 5: "fifth", 8: "eighth", 9: "ninth",
        12: "twelfth", 13: "thirteenth", 20: "twentieth", 21: "twenty first", 100: "one hundredth",
    }  # fmt: skip
    assert {value: en_ordinal(value) for value in ordinals} == ordinals
    assert [en_plural(word) for word in ("ninety", "hundred", "six")] == ["nineties", "hundreds", "sixes"]


@pytest.mark.parametrize(
    ("written", "zh", "en"),
    [
        ("-1,200.50", "负一千二百点五零", "minus one thousand two hundred point five zero"),
        ("+7", "正七", "plus seven"), (".5", "零点五", "zero point five"), ("2 000", "两千", "two thousand"),
        ("200", "两百", "two hundred"), ("20", "二十", "twenty"), ("0", "零", "zero"), ("", "零", "zero"),
        ("1001", "一千零一", "one thousand and one"), ("1100", "一千一百", "one thousand one hundred"),
        ("101", "一百零一", "one hundred and one"), ("101000", "十万一千", "one hundred one thousand"),
        ("10", "十", "ten"), ("110000", "十一万", "one hundred ten thousand"),
    ],
)  # fmt: skip
def test_numbers_as_they_are_written(written: str, zh: str, en: str) -> None:
    assert (zh_number(written), en_number(written)) == (zh, en)


def test_only_the_first_two_is_liang() -> None:
    said = [zh_cardinal(one) for one in ("2", "22", "200", "2200", "22000", "200000000", "1200")]
    assert said == ["二", "二十二", "两百", "两千二百", "两万二千", "两亿", "一千二百"]
    assert zh_cardinal("2200", liang=False) == "二千二百"


def test_the_longest_numbers_are_said_as_one() -> None:
    assert (LONGEST_ZH, LONGEST_EN) == (20, 36)
    assert en_cardinal("1" + "0" * 33) == "one decillion" and en_cardinal("1" + "0" * 35) == "one hundred decillion"
    assert en_cardinal("1" * 37) == " ".join(["one"] * 37)
    assert zh_cardinal("1" * 21) == "一" * 21


@given(st.integers(1, 3999))
def test_roman_numbers_have_their_values_and_others_none(value: int) -> None:
    letters, rest = "", value
    for step, sign in (
        (1000, "M"), (900, "CM"), (500, "D"), (400, "CD"), (100, "C"), (90, "XC"), (50, "L"), (40, "XL"), (10, "X"),
        (9, "IX"), (5, "V"), (4, "IV"), (1, "I"),
    ):  # fmt: skip
        letters, rest = letters + sign * (rest // step), rest % step
    assert roman(letters) == value
    assert [roman(one) for one in ("IIII", "VX", "MMMM", "IC", "iv", "", "VV")] == [0] * 7
