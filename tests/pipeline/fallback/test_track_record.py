"""The bounds of what is remembered of an engine."""

from __future__ import annotations

import pytest

from indextts.pipeline.fallback.track_record import MOST_RETRY_S, REMEMBERED_S, Breaker, Forecast, text_s
from tests.pipeline.fallback.test_units import Clock
from tests.support.faulty_engines import Tone, registry_of


def state_of(breaker: Breaker) -> str:
    """Its state, as plain text: a comparison says nothing about the next one."""
    return breaker.state


@pytest.mark.parametrize("most", [1, 2, 5])
def test_a_breaker_opens_with_the_last_failure_that_it_bears(most: int) -> None:
    breaker = Breaker(most, 10.0, Clock())
    for _ in range(most - 1):
        breaker.failed()
        assert state_of(breaker) == "closed" and breaker.allows()
    breaker.failed()
    assert state_of(breaker) == "open" and not breaker.allows()
    breaker.succeeded()
    assert state_of(breaker) == "closed"
    for _ in range(most - 1):  # what came before is forgotten
        breaker.failed()
        assert state_of(breaker) == "closed"


def test_each_failed_try_doubles_the_wait_up_to_ten_minutes() -> None:
    clock = Clock()
    breaker = Breaker(2, 100.0, clock)
    breaker.failed(at_once=True)
    for wait_s in (100.0, 200.0, 400.0, MOST_RETRY_S, MOST_RETRY_S):
        clock.now += wait_s - 0.5
        assert state_of(breaker) == "open" and not breaker.allows()
        clock.now += 0.5
        assert state_of(breaker) == "half-open" and breaker.allows() and not breaker.allows()
        breaker.failed()
    assert MOST_RETRY_S == 600.0
    breaker.succeeded()
    breaker.failed()
    assert state_of(breaker) == "closed"
    breaker.failed()
    clock.now += 100.0
    assert breaker.allows()  # the first wait again


def test_a_failure_after_the_only_try_counts_at_once() -> None:
    clock = Clock()
    breaker = Breaker(3, 10.0, clock)
    breaker.failed(at_once=True)
    clock.now += 10.0
    assert breaker.allows()
    breaker.failed()
    assert state_of(breaker) == "open"
    clock.now += 19.9
    assert not breaker.allows()


def test_a_pace_holds_for_ten_minutes_and_a_quicker_one_for_longer() -> None:
    clock = Clock()
    forecast = Forecast(registry_of(Tone()), clock)
    forecast.learn("embedded", 5.0, 10.0)
    clock.now += REMEMBERED_S - 0.1
    assert forecast.rtf("embedded") == pytest.approx(0.5)
    clock.now += 0.1
    assert forecast.rtf("embedded") == pytest.approx(0.01)
    forecast.assume("embedded", 0.7)
    assert forecast.rtf("embedded") == pytest.approx(0.5)
    assert REMEMBERED_S == 600.0


@pytest.mark.parametrize(("speech_s", "counts_s"), [(0.1, 0.5), (0.5, 0.5), (0.6, 0.6), (4.0, 4.0)])
def test_what_is_shorter_than_half_a_second_counts_as_that(speech_s: float, counts_s: float) -> None:
    forecast = Forecast(registry_of(Tone()), Clock())
    assert forecast.seconds("embedded", speech_s) == pytest.approx(0.01 * counts_s)
    forecast.learn("embedded", 2.0, speech_s)
    assert forecast.rtf("embedded") == pytest.approx(2.0 / counts_s)
    forecast.gave_up("embedded", 2.0, speech_s)
    assert forecast.rtf("embedded") == pytest.approx(4.0 / counts_s)
    forecast.gave_up("embedded", 0.1, speech_s)  # a pace that was slower stays
    assert forecast.rtf("embedded") == pytest.approx(4.0 / counts_s)


def test_a_hanzi_a_letter_and_a_digit_have_their_times() -> None:
    assert text_s("天") == pytest.approx(0.22) and text_s("a") == text_s("7") == pytest.approx(0.065)
    assert text_s("天 a，7！") == pytest.approx(0.22 + 2 * 0.065)


def test_a_success_takes_back_the_failures_before_it_though_nothing_was_open_yet() -> None:
    breaker = Breaker(3, 10.0, Clock())
    for _ in range(3):
        for _ in range(2):
            breaker.failed()
        breaker.succeeded()
        assert state_of(breaker) == "closed"
    for _ in range(3):
        breaker.failed()
    assert state_of(breaker) == "open"
