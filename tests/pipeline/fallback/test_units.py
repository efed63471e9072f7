"""The fallback's parts, one by one."""

from __future__ import annotations

import re
import threading
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from indextts.engines.registry import REGISTRY
from indextts.model.errors import StudioError
from indextts.model.settings import Settings
from indextts.model.utterance import Lang
from indextts.pipeline.fallback import attempt
from indextts.pipeline.fallback.pool import Pool
from indextts.pipeline.fallback.router import EngineRouter, stand_in
from indextts.pipeline.fallback.track_record import MOST_RETRY_S, REMEMBERED_S, Breaker, Forecast, text_s
from indextts.platform.config import Config, EnginesConfig
from indextts.platform.run import Cancel
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


def test_one_slow_sentence_does_not_decide_the_pace() -> None:
    forecast = Forecast(registry_of(Tone()), Clock())
    forecast.learn("embedded", 1.0, 10.0)
    forecast.learn("embedded", 21.0, 10.0)
    assert forecast.rtf("embedded") == pytest.approx(0.1 + 0.3 * 2.0)
    forecast.learn("embedded", 1.0, 10.0)
    assert forecast.rtf("embedded") == pytest.approx(0.7 - 0.3 * 0.6)


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


def test_an_engine_asked_for_by_name_has_patience_where_it_needs_more_than_half_of_the_time(tmp_path: Path) -> None:
    router = EngineRouter(Config(cache_dir=tmp_path), pool_of(tmp_path, Clock(), Tone()))
    usual, patient = router.config.server.deadline_for(1), router.settings.patience_s
    assert usual < patient
    named = Settings(engine="embedded")
    for needs, granted in ((0.5, usual), (0.51, patient)):
        router.forecast = Forecast(router.pool.registry, Clock())
        router.forecast.learn("embedded", needs * usual, 0.5)  # as short as a text without a word
        assert router.deadline_s(named, "。") == granted
        assert router.deadline_s(Settings(), "。") == usual


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
    for file in (Path(__file__).parents[3]).glob("requirements/*.txt"):
        text = file.read_text(encoding="utf-8")
        installs |= {name: text for names in re.findall("^# with: (.*)$", text, re.MULTILINE) for name in names.split()}
    for name, info in REGISTRY.items():
        for package in info.needs:
            pin = rf"^(?:# apart: )?{package.replace('_', '-')}=="
            assert re.search(pin, installs[name], re.MULTILINE), (name, package)


def natural_and_fast(pace: float = 0.0) -> EngineRouter:
    """A router of natural voices of both languages, which speak at that pace here, and of fast ones."""
    woman = Voice("zf_a", "A", "甲", "kokoro", ("zh", "en"), "", group="women")
    heart = Voice("af_b", "B", "乙", "kokoro", ("en", "zh"), "", group="women")
    fast = Voice("plain", "C", "丙", "embedded", ("zh", "en"), "", group="women")
    registry = registry_of(Given("kokoro", lambda: Tone("embedded")), Given("embedded", Tone))
    known = {"kokoro": [woman, heart], "embedded": [fast]}
    registry = {
        "kokoro": replace(registry["kokoro"], voices=lambda _: known["kokoro"], pace=lambda _: pace),
        "embedded": replace(registry["embedded"], voices=lambda _: known["embedded"]),
    }
    config = Config(engines=EnginesConfig(order=("kokoro", "embedded")))
    return EngineRouter(config, Pool(config, registry))


@pytest.mark.parametrize(("language", "voice"), [("zh", "zf_a"), ("en", "af_b"), (None, "zf_a")])
def test_the_default_voice_is_the_first_of_the_texts_language(language: Lang | None, voice: str) -> None:
    resolved = natural_and_fast().resolve(Settings(), language)
    assert (resolved.engine, resolved.voice) == ("kokoro", voice)
    asked = natural_and_fast().resolve(Settings(voice="zf_a"), language)
    assert asked.voice == "zf_a", "a voice that was chosen stays"


def test_an_engine_without_a_voice_of_that_language_speaks_with_its_first() -> None:
    assert natural_and_fast().resolve(Settings(engine="embedded"), "en").voice == "plain"


def test_an_engine_that_is_slow_here_is_no_default_but_speaks_where_it_is_asked_for() -> None:
    slow = natural_and_fast(pace=0.75)
    assert slow.first == "embedded" and slow.resolve(Settings(), "en").voice == "plain"
    assert slow.voices()[0].id == "plain"
    assert slow.resolve(Settings(engine="kokoro"), "en").voice == "af_b"
    assert slow.resolve(Settings(voice="zf_a")).engine == "kokoro"
    assert slow.forecast.rtf("kokoro") == 0.75
    assert natural_and_fast(pace=0.7).first == "kokoro"


def test_a_slow_engine_is_the_default_where_no_other_can_speak() -> None:
    config = Config(engines=EnginesConfig(order=("kokoro", "embedded")))
    registry = registry_of(Given("kokoro", Tone), Given("embedded", Tone, installed=False))
    voice = Voice("zf_a", "A", "甲", "kokoro", ("zh", "en"), "")
    registry = {**registry, "kokoro": replace(registry["kokoro"], voices=lambda _: [voice], pace=lambda _: 3.0)}
    assert EngineRouter(config, Pool(config, registry)).first == "kokoro"


def test_what_is_not_installed_is_missed_in_an_order_that_a_person_wrote_alone() -> None:
    registry = registry_of(Given("kokoro", Tone, installed=False), Given("embedded", Tone))
    shipped = Config()
    assert EngineRouter(shipped, Pool(shipped, registry)).wished == "embedded"
    written = Config(engines=EnginesConfig(order=("kokoro", "embedded")))
    assert EngineRouter(written, Pool(written, registry)).wished == "kokoro"
    assert natural_and_fast(pace=0.9).wished == "embedded", "what is slow here is not waited for"
    assert natural_and_fast(pace=0.5).wished == "kokoro"


def test_the_paces_of_the_engine_that_speaks_and_of_quicker_ones_are_compared() -> None:
    router = natural_and_fast(pace=0.5)
    router.forecast.assume("embedded", 0.02)
    assert list(router.compared(Settings()).items()) == [("kokoro", 0.5), ("embedded", 0.02)]
    assert list(router.compared(Settings(engine="embedded"))) == ["embedded"], "no slower one"
    nobody = registry_of(Given("embedded", Tone, installed=False))
    assert EngineRouter(Config(), Pool(Config(), nobody)).compared(Settings()) == {}


def test_the_voices_of_the_default_engine_and_the_language_come_first() -> None:
    router = natural_and_fast()
    assert [voice.id for voice in router.voices()] == ["zf_a", "af_b", "plain"]
    assert [voice.id for voice in router.voices("en")] == ["af_b", "zf_a", "plain"]
