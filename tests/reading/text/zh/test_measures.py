"""Sizes of shoes, in Chinese."""

from __future__ import annotations

import pytest

from indextts.reading.text.normalise import normalise_line


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("我穿US 8的鞋", "我穿美码八的鞋"),
        ("这款跑鞋US 10.5偏小", "这款跑鞋美码十点五偏小"),
        ("鞋码UK 8.5", "鞋码英码八点五"),
        ("UK 10码的靴子", "英码十码的靴子"),
        ("US7.5，EU38", "美码七点五，欧码三十八"),
        ("US 8.5（EU 42）的跑鞋", "美码八点五（欧码四十二）的跑鞋"),
        ("JP 24.5的鞋", "日码二十四点五的鞋"),
        ("EUR 36的高跟鞋", "欧码三十六的高跟鞋"),
        ("美码US 9的鞋", "美码九的鞋"),
    ],
)
def test_letters_before_the_size_of_a_shoe_are_its_name(written: str, said: str) -> None:
    assert normalise_line(written, "zh") == said


@pytest.mark.parametrize(
    "written",
    ["US 8", "US 10人的团队", "UK 3台机器", "US 500强都穿这双鞋", "鞋子卖了US 12万双", "他在US 5年，穿了三双鞋"],
)
def test_the_same_letters_before_something_else_are_letters(written: str) -> None:
    assert "码" not in normalise_line(written, "zh")
    assert written[:2] in normalise_line(written, "zh") or "US " in normalise_line(written, "zh")
