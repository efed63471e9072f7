"""Whatever an engine does, somebody speaks, and the answer says who and why."""

from __future__ import annotations

import threading
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from indextts.engines.base import Samples
from indextts.model.errors import StudioError
from indextts.model.utterance import Segment, Settings
from indextts.plan.request import SpeechRequest
from indextts.platform.config import AudioConfig, Config
from indextts.platform.run import Cancel, Progress, Run
from indextts.platform.storage.manifest import corrupt
from indextts.service.preload import Preloader
from indextts.service.service import SpeechService
from indextts.sound.resample import resample
from tests.support.faulty_engines import (
    Given,
    Hangs,
    HangsInC,
    Hogs,
    Raises,
    Returns,
    Slow,
    Tone,
    chain_service,
    pitch_of,
    registry_of,
    stumbling,
)

HELLO = SpeechRequest("今天天气很好。")
THREE = SpeechRequest("今天天气很好。我们去公园。明天再来。")


@pytest.fixture
def config(tmp_path: Path) -> Config:
    return Config(cache_dir=tmp_path)


def with_nan(samples: Samples) -> Samples:
    samples[7] = np.nan
    return samples


ILLNESSES: list[tuple[Any, str]] = [
    (lambda: Raises(RuntimeError("a secret")), "failed (RuntimeError)"),
    (lambda: Raises(stumbling()), "never stopped"),
    (lambda: Raises(MemoryError()), "ran out of memory"),
    (lambda: Returns(with_nan), "invalid sample values"),
    (lambda: Returns(lambda samples: samples + np.float32(np.inf)), "invalid sample values"),
    (lambda: Returns(np.zeros_like), "silence"),
    (lambda: Returns(lambda samples: samples * np.float32(1e-4)), "silence"),
    (lambda: Returns(lambda samples: samples[:0]), "not audio"),
    (lambda: Returns(lambda samples: np.stack([samples, samples])), "not audio"),
    (lambda: Returns(lambda samples: (samples * 9999).astype(np.int16)), "not audio"),
    (lambda: Returns(lambda samples: None), "not audio"),
    (lambda: Returns(lambda samples: samples[:200]), "generated 0.0 s"),
    (lambda: Returns(lambda samples: np.tile(samples, 40)), "of speech instead of"),
    (Hangs, "did not respond"),
    (HangsInC, "did not respond"),
]


@pytest.mark.parametrize(("make", "said"), ILLNESSES)
def test_the_next_one_speaks_and_the_answer_says_why(make: Any, said: str, config: Config) -> None:
    sick, well = make(), Tone("sambert", 16000)
    service = chain_service(config, sick, well)
    speech = service.speak(HELLO)
    sick.let_go.set()
    assert (speech.engine, speech.fallback) == ("sambert", True)
    assert said in speech.reason.en and "a secret" not in speech.reason.en
    assert speech.reason.zh.startswith("快速引擎")
    assert pitch_of(speech.samples) == "sambert"
    assert speech.sample_rate == 24000
    assert np.isfinite(speech.samples).all()
    # All of it is heard at the right pace, whatever the engine's own rate.
    assert speech.utterance.segments[0].end_s == pytest.approx(speech.duration_s, abs=0.2)
    assert service.router.tally.fallbacks.total() == 1
    service.close()


@pytest.mark.parametrize("resampler", ["soxr", "resampy"])
def test_the_configured_library_brings_another_engines_sound_to_the_rate(
    resampler: Any, config: Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    used: list[str] = []

    def watched(*args: Any, resampler: Any) -> Any:
        used.append(resampler)
        return resample(*args, resampler=resampler)

    monkeypatch.setattr("indextts.pipeline.fallback.session.resample", watched)
    config = config.model_copy(update={"audio": AudioConfig(resampler=resampler)})
    sick, well = Returns(np.zeros_like), Tone("sambert", 16000)
    speech = chain_service(config, sick, well).speak(HELLO)
    assert (speech.engine, speech.sample_rate, set(used)) == ("sambert", 24000, {resampler})
    assert pitch_of(speech.samples) == "sambert"


def test_memory_beyond_the_budget(config: Config) -> None:
    hog = Hogs(30.0)
    service = chain_service(config, hog, Tone("sambert"), memory_mb=40, stall_s=30.0)
    speech = service.speak(HELLO)
    hog.let_go.set()
    assert speech.engine == "sambert" and "more than 40 MB" in speech.reason.en


def test_beating_but_slower_than_the_deadline_leaves_the_next_one_its_share(config: Config) -> None:
    slow = Slow(30.0)
    service = chain_service(config, slow, Tone("sambert"), deadline_s=2.0)
    speech = service.speak(HELLO)
    assert speech.engine == "sambert" and "was not finished after" in speech.reason.en
    # What was learned: the next request does not wait for it at all.
    again = service.speak(SpeechRequest("清晨的阳光照进小镇老人推开窗看见门前的梧桐树长出了新叶。"))
    assert again.engine == "sambert" and "would need about" in again.reason.en
    assert len(slow.texts) == 1
    assert "lost" not in [stage.name for stage in again.stages]


@pytest.mark.parametrize("share", [20.0, 0.6], ids=["hopeless", "nearly in time"])
def test_an_engine_that_keeps_its_pace_is_not_given_up_for_a_slower_one(share: float, config: Config) -> None:
    """``share`` of the deadline is what the next engine would need for the text."""
    service = chain_service(config, Slow(0.9), Tone("sambert"), deadline_s=2.0)
    about_s = sum(segment.about_s(Settings()) for segment in service.preloader.wait(60).analyse(HELLO).segments)
    for name, seconds in (("embedded", 0.9), ("sambert", share * 2.0)):
        for _ in range(9):
            service.router.forecast.learn(name, seconds, about_s)
    speech = service.speak(HELLO)
    assert (speech.engine, speech.fallback) == ("embedded", False)


def test_all_fail_and_that_is_said_plainly(config: Config) -> None:
    service = chain_service(config, Raises(RuntimeError("x")), Returns(np.zeros_like, "sambert"))
    with pytest.raises(StudioError) as caught:
        service.speak(HELLO)
    assert (caught.value.code, caught.value.status) == ("engine_failed", 503)
    message = caught.value.localise("en")[0]
    assert "The fast engine failed" in message and "Sambert returned silence" in message


@pytest.mark.parametrize("code", ["text_unspeakable", "unknown_symbol", "cancelled"])
def test_a_callers_mistake_is_no_failure_of_the_engine(code: str, config: Config) -> None:
    refusing = Raises(StudioError(code, text="x", reading="y"))
    service = chain_service(config, refusing, Tone("sambert"))
    for _ in range(5):
        with pytest.raises(StudioError) as caught:
            service.speak(HELLO)
        assert caught.value.code == code
    assert service.router.breakers["embedded"].state == "closed"
    refusing.sick = False
    assert service.speak(HELLO).engine == "embedded"


# ---------------------------------------------------------------------- in the middle of a text


def test_a_death_in_the_middle_restarts_that_segment_with_the_next_voice(config: Config) -> None:
    dying, well = Raises(RuntimeError("x")), Tone("sambert")
    service = chain_service(config, dying, well)
    dying.good = 1
    speech = service.speak(THREE)
    assert (speech.engine, speech.fallback) == ("sambert", True)
    assert dying.texts == ["今天天气很好。", "我们去公园。"]
    assert well.texts == ["我们去公园。", "明天再来。"]
    spans = [(segment.start_s or 0.0, segment.end_s or 0.0) for segment in speech.utterance.segments]
    heard = [pitch_of(speech.samples[round(24000 * begin) : round(24000 * end)]) for begin, end in spans]
    assert heard == ["embedded", "sambert", "sambert"]


def test_where_the_voice_may_not_change_the_request_fails_plainly(config: Config) -> None:
    dying = Raises(RuntimeError("x"))
    service = chain_service(config, dying, Tone("sambert"), voice_may_change=False)
    dying.good = 1
    with pytest.raises(StudioError) as caught:
        service.speak(THREE)
    assert (caught.value.code, caught.value.status) == ("engine_broke", 503)
    assert "The fast engine failed" in caught.value.localise("en")[0]
    # Before anything was heard it may.
    assert service.speak(SpeechRequest("你好。")).engine == "sambert"


def test_without_fallback_the_engines_own_error_is_told(config: Config) -> None:
    service = chain_service(config, Raises(stumbling()), Tone("sambert"), fallback=False)
    with pytest.raises(StudioError) as caught:
        service.speak(HELLO)
    assert caught.value.code == "voice_stumbled"


def test_a_segment_that_was_left_writes_nothing_into_the_plan_later(config: Config) -> None:
    hanging = Hangs()
    service = chain_service(config, hanging, Tone("sambert"))
    steps: list[Progress] = []
    speech = service.speak(HELLO, on_progress=steps.append)
    before, told = speech.utterance.to_json(), len(steps)
    hanging.let_go.set()
    for thread in threading.enumerate():
        if thread.name == "speak embedded":
            thread.join(10)
    assert speech.utterance.to_json() == before
    assert len(steps) == told
    assert service.router.stuck["embedded"] == 0


def test_a_hung_instance_is_never_used_again(config: Config) -> None:
    made: list[Tone] = []

    def load() -> Tone:
        made.append(Hangs() if not made else Tone())
        made[-1].sick = False
        return made[-1]

    source = Given("embedded", load)
    service = chain_service(config, source, Tone("sambert"), retry_s=0.01)
    made[0].sick = True
    assert service.speak(HELLO).engine == "sambert"
    texts = len(made[0].texts)
    service.preloader.pool.wait("embedded", Cancel(), float("inf"))
    time.sleep(0.05)
    assert service.speak(SpeechRequest("我们去公园。")).engine == "embedded"
    assert source.loads == 2 and len(made[0].texts) == texts
    made[0].let_go.set()


class Naps(Tone):
    """Gives no sign of life for twice as long as is allowed, and speaks then."""

    def fall_ill(self, segment: Segment, settings: Settings, run: Run) -> Samples:
        time.sleep(2.0)
        return self.tone(segment, settings)


@pytest.mark.parametrize(("deadline_s", "spoke"), [(None, "embedded"), (600.0, "sambert")], ids=["book", "request"])
def test_work_that_nobody_waits_for_has_more_patience_with_its_engine(
    deadline_s: float | None, spoke: str, config: Config
) -> None:
    service = chain_service(config, Naps(), Tone("sambert"), stall_s=1.0)
    assert service.preloader.wait(60).speak(HELLO, cancel=Cancel(deadline_s)).engine == spoke
    while any(thread.name == "speak embedded" for thread in threading.enumerate()):
        time.sleep(0.05)  # the abandoned one wakes up


def test_hangs_do_not_pile_up(config: Config) -> None:
    made: list[Hangs] = []

    def load() -> Hangs:
        made.append(Hangs())
        made[-1].sick = len(made) > 1
        return made[-1]

    service = chain_service(config, Given("embedded", load), stall_s=0.1, retry_s=0.01)
    made[0].sick = True
    codes = []
    for _ in range(8):
        with pytest.raises(StudioError) as caught:
            service.speak(HELLO)
        codes.append(caught.value.localise("en")[0])
    assert "stuck in too many requests" in codes[-1]
    assert len([thread for thread in threading.enumerate() if thread.name == "speak embedded"]) <= 4
    for one in made:
        one.let_go.set()


# ---------------------------------------------------------------------- breaker, states, asking by name


def test_after_failures_in_a_row_it_is_only_tried_now_and_then(config: Config) -> None:
    sick = Raises(RuntimeError("x"))
    service = chain_service(config, sick, Tone("sambert"), failures=2, retry_s=3600)
    for number in range(5):
        speech = service.speak(SpeechRequest(f"第{number}句。"))
        assert speech.engine == "sambert"
    assert len(sick.texts) == 2
    assert "a moment ago" in speech.reason.en
    health = service.health()
    assert (health.status, health.engines["embedded"]) == ("degraded", "failing")
    assert "failed" in health.reasons["embedded"].en


def test_it_comes_back_when_it_works_again(config: Config) -> None:
    sick = Raises(RuntimeError("x"))
    service = chain_service(config, sick, Tone("sambert"), failures=1, retry_s=0.01)
    assert service.speak(HELLO).engine == "sambert"
    sick.sick = False
    time.sleep(0.05)
    assert service.speak(SpeechRequest("我们去公园。")).engine == "embedded"
    assert service.health().status == "ok"


def test_with_nobody_else_a_failing_engine_is_tried_all_the_same(config: Config) -> None:
    sick = Raises(stumbling())
    service = chain_service(config, sick, failures=1, retry_s=3600)
    for _ in range(3):
        with pytest.raises(StudioError) as caught:
            service.speak(HELLO)
        assert caught.value.code == "voice_stumbled"
    sick.sick = False
    assert service.speak(HELLO).engine == "embedded"


def test_an_engine_that_is_not_installed_is_passed_over(config: Config) -> None:
    away = Given("sambert", lambda: Tone("sambert"), installed=False)
    service = chain_service(config, away, Tone())
    speech = service.speak(HELLO)
    assert (speech.engine, speech.fallback, speech.reason.en) == ("embedded", True, "Sambert is not installed")
    assert service.health().engines == {"sambert": "absent", "embedded": "ready"}
    named = service.speak(SpeechRequest("我们去公园。", Settings(engine="sambert")))
    assert (named.engine, named.fallback) == ("embedded", True)


def test_one_that_cannot_be_opened_is_passed_over(config: Config) -> None:
    def load() -> Tone:
        raise corrupt("embedded", "decoder.onnx")

    service = chain_service(config, Given("embedded", load), Tone("sambert"))
    speech = service.speak(HELLO)
    assert speech.engine == "sambert" and "decoder.onnx" in speech.reason.en
    health = service.health()
    assert (health.status, health.engines["embedded"]) == ("degraded", "error")
    assert all("models pull embedded" in said for said in health.reasons["embedded"]), "with what to do, in both"
    assert service.health().model_loaded


def test_one_that_is_being_opened_is_passed_over_unless_it_was_asked_for_by_name(config: Config) -> None:
    go = threading.Event()

    def load() -> Tone:
        go.wait(20)
        return Tone("indextts2")

    slow = Given("indextts2", load)
    service = SpeechService(config, preloader=Preloader(config, registry=registry_of(Tone(), slow)))
    service.preloader.wait(60)
    assert service.health().engines["indextts2"] == "idle"
    threading.Timer(0.3, go.set).start()
    speech = service.speak(SpeechRequest("你好。", Settings(engine="indextts2")))
    assert (speech.engine, speech.fallback) == ("indextts2", False)
    assert slow.loads == 1


def test_an_engine_asked_for_by_name_is_waited_for_beyond_the_usual_deadline(config: Config) -> None:
    slow = Slow(1.2, "sambert")
    service = chain_service(config, Tone(), slow, deadline_s=0.8)
    service.router.forecast.learn("sambert", 100.0, 1.0)
    speech = service.speak(SpeechRequest("今天天气很好。", Settings(engine="sambert")))
    assert (speech.engine, speech.fallback) == ("sambert", False)


# ---------------------------------------------------------------------- voices


@pytest.mark.parametrize(
    ("voice", "stand_in", "heard"),
    [
        ("baker", {}, "zhitian_emo"),
        ("deep_man", {}, "zhizhe_emo"),
        ("deep_man", {"deep_man": "zhitian_emo"}, "zhitian_emo"),
        ("design:pitch=-10", {}, "zhizhe_emo"),
    ],
)
def test_who_stands_in_for_whom(voice: str, stand_in: dict[str, str], heard: str, config: Config) -> None:
    well = Tone("sambert")
    service = chain_service(config, Raises(RuntimeError("x")), well, stand_in=stand_in)
    settings = Settings(voice=voice, emotion="happy", intensity=0.9, speed=1.2)
    speech = service.speak(SpeechRequest("你好，世界。", settings))
    assert [one.voice for one in well.heard] == [heard]
    assert (well.heard[0].emotion, well.heard[0].intensity, well.heard[0].speed) == ("happy", 0.9, 1.2)
    # The plan keeps what was asked for.
    assert speech.utterance.settings.voice == voice and speech.utterance.settings.engine == "embedded"


def test_a_voice_brings_its_engine(config: Config) -> None:
    first, second = Tone(), Tone("sambert")
    service = chain_service(config, first, second)
    speech = service.speak(SpeechRequest("你好。", Settings(voice="zhizhe_emo")))
    assert (speech.engine, speech.fallback) == ("sambert", False)
    assert [voice.engine for voice in service.voices()] == ["embedded", "embedded", "sambert", "sambert"]
    with pytest.raises(StudioError) as caught:
        service.speak(SpeechRequest("你好。", Settings(engine="embedded", voice="zhizhe_emo")))
    assert caught.value.code == "unknown_choice" and "deep_man" in str(caught.value)
    assert caught.value.localise("en")[0] == "Unknown voice of the engine embedded: “zhizhe_emo”."


def test_a_voice_asked_for_by_name_is_no_fallback_of_what_the_configuration_prefers(config: Config) -> None:
    away = Given("indextts2", lambda: Tone("indextts2"), installed=False)
    service = chain_service(config, away, Tone())
    speech = service.speak(SpeechRequest("你好。", Settings(voice="baker")))
    assert (speech.engine, speech.fallback) == ("embedded", False)


def test_the_page_is_told_that_an_engine_is_being_opened(config: Config) -> None:
    slow = Given("indextts2", lambda: time.sleep(0.2) or Tone("indextts2"))  # type: ignore[func-returns-value]
    service = SpeechService(config, preloader=Preloader(config, registry=registry_of(Tone(), slow)))
    service.preloader.wait(60)
    steps: list[Progress] = []
    speech = service.speak(SpeechRequest("你好。", Settings(voice="clone-1")), on_progress=steps.append)
    assert (speech.engine, speech.fallback) == ("indextts2", False)
    assert "opening" in [step.stage for step in steps]


def test_a_dialogue_has_voices_of_several_engines(config: Config) -> None:
    first, second = Tone(), Tone("sambert")
    service = chain_service(config, first, second)
    text = "A：你吃了吗？\nB：还没有呢。\nA：那走吧。"
    speech = service.speak(SpeechRequest(text, speakers={"A": "baker", "B": "zhizhe_emo"}))
    assert not speech.fallback
    assert [len(first.texts), len(second.texts)] == [2, 1]


# ---------------------------------------------------------------------- what is kept, plans, receipts


def test_what_one_engine_said_is_never_taken_for_anothers(config: Config) -> None:
    sick, well = Raises(RuntimeError("x")), Tone("sambert")
    service = chain_service(config, sick, well, failures=1, retry_s=0.01)
    assert pitch_of(service.speak(HELLO).samples) == "sambert"
    sick.sick = False
    time.sleep(0.05)
    speech = service.speak(HELLO)
    assert pitch_of(speech.samples) == "embedded" and speech.cached == 0
    again = service.speak(HELLO)
    assert pitch_of(again.samples) == "embedded" and again.cached == 1 and again.engine == "embedded"


def test_a_plan_names_its_engine_and_goes_through_the_chain_too(config: Config) -> None:
    sick, well = Raises(RuntimeError("x")), Tone("sambert")
    service = chain_service(config, sick, well)
    plan = service.analyse(HELLO)
    assert plan.settings.engine == "embedded" and plan.receipt is not None
    speech = service.render(plan)
    assert (speech.engine, speech.fallback) == ("sambert", True)
    assert speech.utterance.receipt is not None and speech.utterance.receipt.engine == "sambert"
    assert speech.verdict is not None and "engine" in speech.verdict.differs


def test_streams_say_who_speaks(config: Config) -> None:
    dying = Raises(RuntimeError("x"))
    service = chain_service(config, dying, Tone("sambert"))
    dying.good = 1
    parts = list(service.stream(THREE))
    assert [part.engine for part in parts] == ["embedded", "sambert", "sambert"]
    assert parts[0].reason is None and parts[1].reason is not None


def test_cancelling_does_not_wait_for_a_hung_engine(config: Config) -> None:
    hanging = Hangs()
    service = chain_service(config, hanging, stall_s=60.0)
    cancel = Cancel()
    threading.Timer(0.2, cancel.cancel).start()
    with pytest.raises(StudioError) as caught:
        service.speak(HELLO, cancel=cancel)
    assert caught.value.code == "cancelled"
    assert service.router.breakers["embedded"].state == "closed"
    hanging.let_go.set()


def test_an_engine_with_turns_of_its_own_keeps_no_worker_busy(config: Config) -> None:
    slow = Slow(20.0, "indextts2")
    server = config.server.model_copy(update={"workers": 1})
    service = chain_service(config.model_copy(update={"server": server}), Tone(), slow)
    long = threading.Thread(
        target=lambda: service.speak(SpeechRequest("慢慢说。", Settings(engine="indextts2"))), daemon=True
    )
    long.start()
    while not slow.texts:
        pass
    assert service.speak(HELLO).engine == "embedded"
    assert service.own_turns["indextts2"].busy == 1
    slow.let_go.set()
    long.join(10)
