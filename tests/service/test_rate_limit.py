"""One client's requests against one rate, on a clock of the test's own."""

from __future__ import annotations

import pytest
from starlette.requests import HTTPConnection

from indextts.model.errors import StudioError
from indextts.service import rate_limit as rate
from indextts.service.rate_limit import RateLimit, client_of


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def client_at(address: str) -> str:
    return client_of(HTTPConnection({"type": "http", "client": (address, 50_000) if address else None}))


def wait_of(limit: RateLimit, client: str = "192.0.2.1") -> int:
    """The seconds that a refusal names; 0 where the request counts."""
    try:
        limit.check(client)
    except StudioError as error:
        assert error.code == "rate_limited" and error.retry_after_s is not None
        return error.retry_after_s
    return 0


@pytest.mark.parametrize(
    ("client", "english", "chinese"),
    [
        ("key:anna", "with this key", "此密钥"),
        ("192.0.2.1", "from this address", "此地址"),
        ("2001:db8::/64", "from this address", "此地址"),
    ],
)
def test_a_refusal_says_what_is_counted(client: str, english: str, chinese: str) -> None:
    limit = RateLimit("60/minute", own=lambda client: "1/minute")
    limit.check(client)
    with pytest.raises(StudioError) as caught:
        limit.check(client)
    assert english in caught.value.localise("en")[0] and chinese in caught.value.localise("zh")[0]


@pytest.mark.parametrize(
    ("words", "count", "period"), [("3/minute", 3, 60), ("7 per 2 hours", 7, 7200), ("1/day", 1, 86400)]
)
def test_so_many_in_any_period(words: str, count: int, period: int) -> None:
    clock = Clock()
    limit = RateLimit(words, clock=clock)
    assert [wait_of(limit) for _ in range(count)] == [0] * count
    assert wait_of(limit) == period
    clock.now += period - 1
    assert wait_of(limit) == 1  # a refused request does not count
    clock.now += 1
    assert [wait_of(limit) for _ in range(count)] == [0] * count
    assert wait_of(limit) == period


def test_no_period_holds_more_wherever_it_begins() -> None:
    clock = Clock()
    limit = RateLimit("10/minute", clock=clock)
    passed = []
    for step in range(3000):
        clock.now += 0.1
        if step % 700 > 350 and wait_of(limit) == 0:
            passed.append(clock.now)
    assert len(passed) >= 40
    assert all(sum(begin <= moment < begin + 60 for moment in passed) <= 10 for begin in passed)


def test_the_time_of_day_does_not_matter(monkeypatch: pytest.MonkeyPatch) -> None:
    limit = RateLimit("2/minute")
    assert [wait_of(limit) for _ in range(2)] == [0, 0]
    for moment in (0.0, 4e9):  # the clock is put back by years, and forward
        monkeypatch.setattr("time.time", lambda moment=moment: moment)
        assert 1 <= wait_of(limit) <= 60


def test_each_client_has_its_own_count() -> None:
    limit = RateLimit("1/minute")
    assert wait_of(limit, "192.0.2.1") == wait_of(limit, "192.0.2.2") == wait_of(limit, "unknown") == 0


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9"),
        ("127.0.0.1", "127.9.9.9"),
        ("127.0.0.1", "::1"),
        ("192.0.2.1", "::ffff:192.0.2.1"),
        ("fe80::1%eth0", "fe80::2%eth0"),
    ],
)
def test_addresses_that_one_person_has_are_one_client(first: str, second: str) -> None:
    assert client_at(first) == client_at(second)


def test_networks_of_others_are_other_clients() -> None:
    others = ("2001:db8:1:2::1", "2001:db8:1:3::1", "192.0.2.1", "192.0.2.2", "127.0.0.1", "")
    assert len({client_at(address) for address in others}) == len(others)


def test_memory_is_bounded_and_the_busiest_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rate, "MAX_CLIENTS", 100)
    limit = RateLimit("1/day", clock=Clock())
    for number in range(1000):
        limit.check(f"client {number}")
        wait_of(limit, "greedy")
        assert len(limit._asked) <= 100
    assert wait_of(limit, "greedy") > 0


def test_whose_requests_count_no_more_is_forgotten_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rate, "MAX_CLIENTS", 10)
    clock = Clock()
    limit = RateLimit("1/minute", clock=clock)
    for number in range(10):
        limit.check(f"early {number}")
    clock.now += 61
    for number in range(10):
        limit.check(f"late {number}")
    assert all(wait_of(limit, f"late {number}") > 0 for number in range(10))


def test_a_client_with_a_rate_of_its_own_is_counted_by_that() -> None:
    clock, own = Clock(), {"key:anna": "1/hour"}
    limit = RateLimit("3/minute", times=2, own=lambda client: own.get(client, ""), clock=clock)
    assert [wait_of(limit, "key:anna") for _ in range(3)] == [0, 0, 3600]
    assert [wait_of(limit) for _ in range(7)] == [0] * 6 + [60]
    own["key:anna"] = "5/minute"
    assert wait_of(limit, "key:anna") == 0


def test_whether_there_is_room_can_be_asked_without_counting() -> None:
    limit = RateLimit("1/minute", clock=Clock())
    for _ in range(3):
        limit.check_room("192.0.2.1")
    limit.check("192.0.2.1")
    with pytest.raises(StudioError):
        limit.check_room("192.0.2.1")
