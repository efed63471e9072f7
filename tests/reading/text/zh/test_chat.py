"""What people write to each other, in Chinese."""

from __future__ import annotations

import pytest

from indextts.reading.text.normalise import normalise_line


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("打了666字", "打了六百六十六字"),
        ("666手", "六百六十六手"),
        ("666人", "六百六十六人"),
        ("共666户", "共六百六十六户"),
        ("厉害了666", "厉害了六六六"),
        ("233", "二三三"),
    ],
)
def test_praise_in_figures_is_none_where_something_is_counted(written: str, said: str) -> None:
    assert normalise_line(written, "zh") == said
