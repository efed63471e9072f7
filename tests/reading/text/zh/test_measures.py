"""Sizes of shoes, in Chinese."""

from __future__ import annotations

import pytest

from indextts.reading.text.normalise import normalise_line


@pytest.mark.parametrize(
    "written",
    ["US 8", "US 10人的团队", "UK 3台机器", "US 500强都穿这双鞋", "鞋子卖了US 12万双", "他在US 5年，穿了三双鞋"],
)
def test_the_same_letters_before_something_else_are_letters(written: str) -> None:
    assert "码" not in normalise_line(written, "zh")
    assert written[:2] in normalise_line(written, "zh") or "US " in normalise_line(written, "zh")
