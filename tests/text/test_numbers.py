"""Numbers, dates and times in words, read back by a listener who knows nothing of how they were made."""

from __future__ import annotations

import datetime
from typing import Literal

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from indextts.text.normalise import normalise_line
from indextts.text.numbers import LONGEST_ZH, en_cardinal, zh_cardinal, zh_digits
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
