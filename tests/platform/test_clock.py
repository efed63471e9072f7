"""A clock that is set makes nothing old."""

from __future__ import annotations

from indextts.platform.clock import Clock

HOUR, DAY, YEAR = 3600.0, 86_400.0, 31_536_000.0


class Hands:
    """A time of day that can be set, and one that cannot."""

    def __init__(self) -> None:
        self.day, self.running = 1_800_000_000.0, 5.0
        self.clock = Clock(lambda: self.day, lambda: self.running)

    def pass_(self, seconds: float) -> None:
        self.day += seconds
        self.running += seconds


def test_time_passes_and_small_corrections_are_taken_over() -> None:
    hands = Hands()
    for _ in range(100):
        hands.pass_(HOUR)
        hands.day += 30.0
        assert hands.clock.now() == hands.day


def test_a_leap_forwards_is_believed_after_a_day() -> None:
    hands = Hands()
    before = hands.clock.now()
    hands.day += YEAR
    assert hands.clock.now() == before
    hands.pass_(DAY - 1)
    assert hands.clock.now() == before + DAY - 1
    hands.pass_(1)
    assert hands.clock.now() == hands.day
    hands.pass_(HOUR)
    assert hands.clock.now() == hands.day


def test_a_leap_that_is_taken_back_leaves_nothing() -> None:
    hands = Hands()
    hands.day += YEAR
    hands.clock.now()
    hands.day -= YEAR
    assert hands.clock.now() == hands.day
    hands.pass_(DAY)
    hands.day += YEAR
    assert hands.clock.now() == hands.day - YEAR


def test_a_leap_backwards_counts_at_once() -> None:
    hands = Hands()
    hands.day -= YEAR
    assert hands.clock.now() == hands.day
