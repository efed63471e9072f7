"""How long something will take yet is told by how fast it went of late, whatever was found at its beginning."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indextts.works.running.pace import Pace


class Clock:
    """A clock that stands until it is moved."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def test_nothing_is_told_before_two_steps_and_the_start_counts_for_nothing() -> None:
    clock = Clock()
    pace = Pace(10, clock)
    assert pace.seconds_for(9.0) is None
    clock.now += 60.0  # models were loaded, and the text was read
    pace.see(1)
    assert pace.seconds_for(9.0) is None
    clock.now += 2.0
    pace.see(2)
    assert pace.seconds_for(8.0) == pytest.approx(16.0)
    assert pace.seconds_for(-1.0) == 0.0
    pace.forget()
    assert pace.seconds_for(8.0) is None


@given(found=st.integers(0, 500), each_s=st.floats(0.1, 30.0), left=st.integers(1, 400))
def test_sentences_that_were_kept_before_are_forgotten_after_a_few_that_were_not(
    found: int, each_s: float, left: int
) -> None:
    clock = Clock()
    pace = Pace(10, clock)
    for number in range(found):
        clock.now += 0.002
        pace.see(number + 1)
    for number in range(found, found + 12):
        clock.now += each_s
        pace.see(number + 1)
    assert pace.seconds_for(left) == pytest.approx(left * each_s)


@given(each_s=st.floats(0.1, 30.0), left=st.integers(1, 400))
def test_where_most_was_kept_before_what_is_left_takes_no_longer_than_that(each_s: float, left: int) -> None:
    clock = Clock()
    pace = Pace(10, clock)
    for number in range(40):
        clock.now += each_s if number == 0 else 0.002
        pace.see(number + 1)
    assert pace.seconds_for(left) == pytest.approx(left * 0.002)


def test_what_stands_still_is_told_to_take_longer() -> None:
    clock = Clock()
    pace = Pace(3, clock)
    for number in range(4):
        clock.now += 1.0
        pace.see(number)
    assert pace.seconds_for(6.0) == pytest.approx(6.0)
    clock.now += 3.0
    pace.see(3)
    assert pace.seconds_for(6.0) == pytest.approx(12.0)
