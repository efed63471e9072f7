"""Short soaks of a real server process with a tiny voice; the long ones are ``python -m benchmarks.soak``."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from benchmarks.soaks import attacks, cross_talk, hostile, overload, short_requests
from benchmarks.soaks.hostile_inputs import FAMILIES
from benchmarks.soaks.served import Served, served
from benchmarks.soaks.target import Target
from indextts.platform.config import Config
from tests.support.tiny_voice import make_tiny_voice


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    config = Config(cache_dir=tmp_path_factory.mktemp("models"))
    make_tiny_voice(config.models_path)
    return config.models_path


@pytest.fixture(scope="module")
def server(models: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """One that many may ask at once, and that keeps nothing of what it has spoken."""
    limits = {"workers": 2, "queue_waiting": 32, "streams": 64, "header_s": 1.5, "body_idle_s": 1.5}
    folder = tmp_path_factory.mktemp("soak")
    with served(folder, models, limits, cache={"segments_mb": 0}) as running:
        yield running
        assert running.stop() == 0
    assert "Traceback" not in running.log.read_text(encoding="utf-8")


def test_texts_that_are_asked_for_at_once_sound_as_each_does_alone(server: Served) -> None:
    result = cross_talk.asked(server, clients=32, rounds=1, sentences=2)
    assert len(result["voices"]) >= 4
    assert cross_talk.missed(result) == []


def test_short_requests_leave_no_descriptor_and_no_thread_behind(server: Served) -> None:
    result = short_requests.asked(server, requests=60, warm_up=40, settle_s=0.5)
    assert result["odd_answers"] == []
    for name in ("descriptors", "threads"):
        before, after = result[name]
        assert after - before <= short_requests.MOST_OTHERS, name


def test_hostile_requests_are_refused_and_the_server_speaks_on(server: Served) -> None:
    result = hostile.asked(server, count=2 * len(FAMILIES))
    assert result["not_refused"] == []
    assert result["too_much_memory"] == []
    assert result["speaks_afterwards"]


@pytest.fixture(scope="module")
def target(server: Served) -> Iterator[Target]:
    target = Target(server, server.log.parent / "hub")
    target.warm()
    yield target
    target.close()


@pytest.mark.parametrize("attack", [attack for attack, _ in attacks.ATTACKS], ids=lambda attack: attack.__name__)
def test_what_has_broken_a_server_once_does_not_any_more(attack: Any, target: Target) -> None:
    before = target.server.peak_before()
    outcome = attack(target)
    assert outcome.held, outcome.said
    assert target.server.peak_mb() - before < 250
    assert target.client.get("/healthz").status_code == 200


def test_what_was_taken_under_too_much_load_is_neither_lost_nor_cut(models: Path, tmp_path: Path) -> None:
    result = overload.measure(
        tmp_path, models, seconds=2.0, factor=3.0, clients=24, sentences=6, workers=1, queue_waiting=1
    )
    for name in ("odd_answers", "cut", "lost_jobs"):
        assert result[name] == [], name
    assert result["refused"] and result["taken"] and result["jobs"]
    assert result["health_asked"] and not result["health_failed"]


def test_memory_that_grows_steadily_is_told_from_one_leap() -> None:
    leaking = [(number, 300 + 0.002 * number) for number in range(0, 5000, 50)]
    leaping = [(number, 300.0 if number < 2500 else 304.0) for number in range(0, 5000, 50)]
    leaping[7] = (350, 340.0)
    assert short_requests.slope(leaking) * 1000 == pytest.approx(2.0)
    assert short_requests.slope(leaping) * 1000 < 1.0


def fine(**changes: Any) -> dict[str, Any]:
    kept = {"descriptors": [30, 31], "threads": [15, 15]}
    return {"odd_answers": [], "mb_each_1000": 0.1, "p95_drift": 0.01, **kept, **changes}


@pytest.mark.parametrize(
    "found",
    [
        {"mb_each_1000": 1.2},
        {"descriptors": [30, 36]},
        {"threads": [15, 9]},
        {"p95_drift": 0.2},
        {"odd_answers": ["x"]},
    ],
)
def test_each_bound_that_is_passed_is_said(found: dict[str, Any]) -> None:
    assert short_requests.missed(fine()) == []
    assert len(short_requests.missed(fine(**found))) == 1
