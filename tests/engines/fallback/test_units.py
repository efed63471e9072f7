"""The fallback's parts, one by one."""

from __future__ import annotations

import re
import threading
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from indextts.config import Config, EnginesConfig
from indextts.engines.fallback import attempt
from indextts.engines.fallback.pool import Pool
from indextts.engines.fallback.router import EngineRouter, stand_in
from indextts.engines.fallback.track_record import MOST_RETRY_S, REMEMBERED_S, Breaker, Forecast, text_s
from indextts.engines.registry import REGISTRY
from indextts.errors import StudioError
from indextts.run import Cancel
from indextts.voices import Voice
from tests.support.faulty_engines import Given, Tone, registry_of


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


# ---------------------------------------------------------------------- breaker


def test_a_breaker_opens_after_failures_in_a_row_and_lets_one_try() -> None:
    clock = Clock()
    breaker = Breaker(3, 10.0, clock)
    breaker.failed()
    breaker.failed()
    breaker.succeeded()
    breaker.failed()
    breaker.failed()
    states = [breaker.state]
    assert breaker.allows()
    breaker.failed()
    states.append(breaker.state)
    assert not breaker.allows()
    clock.now += 10
    assert [*states, breaker.state] == ["closed", "open", "half-open"]
    assert [breaker.allows() for _ in range(3)] == [True, False, False]
    breaker.failed()
    clock.now += 19
    assert not breaker.allows()
    clock.now += 1
    assert breaker.allows()
    breaker.succeeded()
    assert breaker.state == "closed" and breaker.allows()


def test_a_try_that_never_comes_back_is_followed_by_another() -> None:
    clock = Clock()
    breaker = Breaker(1, 10.0, clock)
    breaker.failed(at_once=True)
    clock.now += 10
    assert breaker.allows() and not breaker.allows()
    clock.now += 10
    assert breaker.allows()


@given(st.lists(st.sampled_from(["failed", "succeeded", "hung", "wait", "ask"]), max_size=40))
def test_whatever_happens_an_engine_is_asked_again_within_the_longest_wait(events: list[str]) -> None:
    clock = Clock()
    breaker = Breaker(2, 30.0, clock)
    for event in events:
        if event == "wait":
            clock.now += 17.0
        elif event == "ask":
            breaker.allows()
        elif event == "succeeded":
            breaker.succeeded()
        else:
            breaker.failed(at_once=event == "hung")
    clock.now += MOST_RETRY_S
    assert breaker.allows()


# ---------------------------------------------------------------------- forecast


def test_a_pace_is_learned_and_forgotten_where_it_keeps_everybody_away() -> None:
    clock = Clock()
    forecast = Forecast(registry_of(Tone()), clock)
    assert forecast.seconds("embedded", 10.0) == pytest.approx(0.1)
    forecast.learn("embedded", 50.0, 10.0)
    assert forecast.seconds("embedded", 10.0) == pytest.approx(50.0)
    for _ in range(30):
        forecast.learn("embedded", 1.0, 10.0)
    assert forecast.rtf("embedded") == pytest.approx(0.1, rel=0.01)
    forecast.gave_up("embedded", 60.0, 10.0)
    assert forecast.rtf("embedded") == pytest.approx(12.0)
    clock.now += REMEMBERED_S
    assert forecast.rtf("embedded") == pytest.approx(0.01)


def test_an_unread_text_has_a_length_about() -> None:
    assert text_s("今天天气很好，我们去公园。") == pytest.approx(2.4, abs=0.8)
    assert text_s("The quick brown fox jumps over the lazy dog.") == pytest.approx(2.6, abs=0.8)
    assert text_s("！？，") == 0.0


# ---------------------------------------------------------------------- what comes out


@given(st.integers(1, 4000), st.floats(-1.0, 1.0))
def test_speech_of_the_right_length_passes(samples: int, level: float) -> None:
    sound = np.full(samples, level, np.float32)
    found = attempt.fault_of("embedded", sound, 1000, samples / 1000)
    assert (found is None) == (abs(float(sound[0])) > attempt.SILENT)


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("place", [0, 500, -1])
def test_one_number_that_is_none_is_enough(bad: float, place: int) -> None:
    sound = np.full(1000, 0.1, np.float32)
    sound[place] = bad
    found = attempt.fault_of("sambert", sound, 1000, 1.0)
    assert found is not None and found.code == "nan"


# ---------------------------------------------------------------------- voices


def voice(name: str, group: str, hz: float) -> Voice:
    return Voice(name, name, name, "sambert", ("zh",), "", group, hz=hz)


LOW, HIGH, MAN = voice("low", "women", 190.0), voice("high", "women", 260.0), voice("man", "men", 200.0)


@pytest.mark.parametrize(
    ("known", "table", "chosen"),
    [
        (voice("x", "women", 200.0), {}, "low"),
        (voice("x", "women", 255.0), {}, "high"),
        (voice("x", "men", 300.0), {}, "man"),
        (voice("x", "own", 201.0), {}, "man"),
        (voice("x", "women", 0.0), {}, "high"),
        (voice("x", "children", 900.0), {}, "high"),
        (voice("x", "women", 200.0), {"x": "man"}, "man"),
        (voice("x", "women", 200.0), {"x": "gone"}, "low"),
        (None, {}, "high"),
    ],
)
def test_the_stand_in_has_the_same_sex_and_the_nearest_pitch(
    known: Voice | None, table: dict[str, str], chosen: str
) -> None:
    assert stand_in("x", known, [HIGH, LOW, MAN], table) == chosen


# ---------------------------------------------------------------------- pool


def pool_of(tmp_path: Path, clock: Clock, *engines: Tone | Given) -> Pool:
    config = Config(cache_dir=tmp_path, engines=EnginesConfig(idle_s=100, retry_s=30))
    return Pool(config, registry_of(*engines), clock=clock)


def test_an_engine_is_opened_once_when_first_needed_and_closed_when_nobody_needs_it(tmp_path: Path) -> None:
    clock = Clock()
    source = Given("sambert", lambda: Tone("sambert"))
    pool = pool_of(tmp_path, clock, Tone(), source)
    pool.open("embedded")
    assert (pool.state("sambert"), source.loads) == ("idle", 0)
    found = [pool.wait("sambert", Cancel(), clock.now + 100) for _ in range(3)]
    assert found[0] is not None and {id(one) for one in found} == {id(found[0])}
    assert (pool.state("sambert"), source.loads) == ("ready", 1)
    with pool.using("sambert"):
        clock.now += 500
        assert pool.release_idle() == []
    clock.now += 99
    assert pool.release_idle() == []
    clock.now += 1
    assert pool.release_idle() == ["sambert"]
    assert [pool.state(name) for name in ("embedded", "sambert")] == ["ready", "idle"]
    pool.close()


def test_a_failed_opening_is_told_and_tried_again_later(tmp_path: Path) -> None:
    clock = Clock()

    def load() -> Tone:
        raise ModuleNotFoundError("No module named 'torch'", name="torch")

    source = Given("sambert", load)
    pool = pool_of(tmp_path, clock, Tone(), source)
    assert pool.wait("sambert", Cancel(), clock.now + 100) is None
    assert pool.state("sambert") == "error"
    error = pool.error("sambert")
    assert error is not None and error.code == "dependency_missing" and "torch" in str(error)
    pool.ready("sambert")
    assert source.loads == 1
    clock.now += 30
    source.make = lambda: Tone("sambert")
    assert pool.wait("sambert", Cancel(), clock.now + 100) is not None
    assert pool.error("sambert") is None


def test_waiting_for_an_engine_ends_with_its_request(tmp_path: Path) -> None:
    go, cancel = threading.Event(), Cancel()

    def load() -> Tone:
        go.wait(20)
        return Tone("sambert")

    pool = pool_of(tmp_path, Clock(), Given("sambert", load))
    threading.Timer(0.2, cancel.cancel).start()
    with pytest.raises(StudioError) as caught:
        pool.wait("sambert", cancel, float("inf"))
    go.set()
    assert caught.value.code == "cancelled"


def test_an_engine_whose_files_have_changed_is_opened_anew(tmp_path: Path) -> None:
    clock = Clock()
    source = Given("sambert", lambda: Tone("sambert"), installed=False)
    pool = pool_of(tmp_path, clock, source)
    assert pool.state("sambert") == "absent"
    source.there = True
    pool.renew("sambert")
    assert pool.state("sambert") == "idle"
    first = pool.wait("sambert", Cancel(), clock.now + 100)
    source.there = False
    pool.renew("sambert")
    assert pool.state("sambert") == "absent" and pool.ready("sambert") is None
    source.there = True
    pool.renew("sambert")
    assert pool.wait("sambert", Cancel(), clock.now + 100) is not first


def test_an_engine_is_opened_anew_with_each_model_that_it_can_speak_with(tmp_path: Path) -> None:
    clock = Clock()
    pool = pool_of(tmp_path, clock, Given("indextts2", lambda: Tone("indextts2")))
    first = pool.wait("indextts2", Cancel(), clock.now + 100)
    pool.renew("sambert")
    assert pool.ready("indextts2") is first
    pool.renew("indextts2.5")
    assert pool.wait("indextts2", Cancel(), clock.now + 100) is not first


def test_an_engine_that_has_measured_itself_is_believed(tmp_path: Path) -> None:
    class Measured(Tone):
        pace = 7.5

    pool = pool_of(tmp_path, Clock(), Tone(), Given("sambert", lambda: Measured("sambert")))
    router = EngineRouter(Config(cache_dir=tmp_path), pool)
    before = router.forecast.rtf("sambert")
    pool.open("sambert")
    assert before != router.forecast.rtf("sambert") == 7.5


def test_voices_that_cannot_be_listed_keep_nobody_from_asking(tmp_path: Path) -> None:
    class Broken(Given):
        def voices(self, config: Config) -> list[Voice]:
            raise StudioError("bad_config", path="voices.yaml", reason="x")

    pool = pool_of(tmp_path, Clock(), Broken("sambert", lambda: Tone("sambert")))
    assert pool.voices("sambert") == [] and pool.state("sambert") == "idle"
    pool.open("sambert")
    assert pool.voices("sambert")


def test_every_engine_of_the_product_is_known_before_it_is_opened() -> None:
    config = Config()
    for name, info in REGISTRY.items():
        assert info.name == name and info.title.en and info.title.zh and info.licence
        assert isinstance(info.installed(config), bool)
        assert callable(info.voices) and callable(info.load)


def test_what_an_engine_needs_stands_in_the_requirements_that_its_name_installs() -> None:
    installs: dict[str, str] = {}
    for file in (Path(__file__).parents[3]).glob("requirements-*.txt"):
        text = file.read_text(encoding="utf-8")
        installs |= {name: text for names in re.findall("^# with: (.*)$", text, re.MULTILINE) for name in names.split()}
    for name, info in REGISTRY.items():
        for package in info.needs:
            assert re.search(rf"^{package.replace('_', '-')}==", installs[name], re.MULTILINE), (name, package)
