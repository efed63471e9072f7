"""An engine in a process of its own: what it does to that process stays there."""

from __future__ import annotations

import gc
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from importlib import import_module
from pathlib import Path

import numpy as np
import pytest

import indextts.engines
from indextts.engines.info import EngineInfo
from indextts.engines.isolated.proxy import IsolatedEngine
from indextts.engines.isolated.wire import WireError, fill_in, filled
from indextts.engines.registry import REGISTRY
from indextts.model.errors import StudioError
from indextts.model.utterance import Phone, Segment, Settings, Token
from indextts.pipeline.fallback.pool import Pool
from indextts.plan.request import SpeechRequest
from indextts.platform.config import Config, EnginesConfig, PauseConfig
from indextts.platform.run import Cancel, Progress, Run
from tests.support.faulty_engines import Given, Tone, chain_service, pitch_of
from tests.support.tiny_voice import make_tiny_voice
from tests.support.waiting import until
from tests.tiers import by_night

FOREIGN = str(Path(__file__).parents[2] / "support" / "foreign")
SETTINGS = Settings(voice="zhitian_emo")


@pytest.fixture(scope="module")
def info() -> Iterator[EngineInfo]:
    indextts.engines.__path__.append(FOREIGN)
    yield import_module("indextts.engines.hostile.info").INFO
    indextts.engines.__path__.remove(FOREIGN)


def isolating(home: Path, **settings: object) -> Config:
    return Config(cache_dir=home, engines=EnginesConfig(**settings))


@pytest.fixture(scope="module")
def engine(info: EngineInfo, tmp_path_factory: pytest.TempPathFactory) -> Iterator[IsolatedEngine]:
    opened = info.load(isolating(tmp_path_factory.mktemp("home"), isolated_memory_mb=600))
    assert isinstance(opened, IsolatedEngine)
    yield opened
    opened.close()


def segment(text: str) -> Segment:
    return Segment(text, 0, len(text), tokens=[Token(text, "hanzi", "zh", 0, len(text), phones=[Phone("a1")])])


def is_gone(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()[0] in ("Z", "X")
    except (FileNotFoundError, ProcessLookupError):
        return True


def refused(engine: IsolatedEngine, text: str, run: Run | None = None) -> StudioError:
    with pytest.raises(StudioError) as caught:
        engine.speak(segment(text), SETTINGS, run or Run())
    return caught.value


def test_it_speaks_in_another_process_and_fills_in_the_times(engine: IsolatedEngine) -> None:
    said, told = segment("你好"), list[Progress]()
    samples = engine.speak(said, SETTINGS, Run(on_progress=told.append))
    assert samples.dtype == np.float32 and samples.shape == (24_000,)
    samples[0] = 1.0  # the caller's own
    assert (said.tokens[0].start_s, said.tokens[0].end_s) == (0.0, 1.0)
    assert [one.stage for one in told] == ["acoustic"]
    (pid,) = engine.pids
    assert pid != os.getpid() and engine.memory_bytes > 2**20


@pytest.mark.parametrize(
    ("vice", "says"),
    by_night(
        [
            ("crash", "was ended by SIGSEGV"),
            ("abort", "was ended by SIGABRT"),
            ("exit", "ended on its own with status 3"),
            ("rubbish", "sent an invalid answer"),
            ("flood", "needed more than 600 MB"),
            ("lie", "sent an invalid answer"),
        ],
        first=1,
    ),
)
def test_its_death_is_one_failure_and_the_next_one_asks_a_new_process(
    vice: str, says: str, engine: IsolatedEngine
) -> None:
    engine.speak(segment("好"), SETTINGS, Run())
    (before,) = engine.pids
    error = refused(engine, vice)
    assert error.code == "engine_process" and error.status == 503
    assert says in str(error) and "敌意引擎的进程" in error.localise("zh")[0]
    until(lambda: is_gone(before))
    assert engine.speak(segment("好"), SETTINGS, Run()).size == 24_000
    (after,) = engine.pids
    assert after != before


def test_an_exception_is_told_by_its_name_alone_and_the_process_stays(engine: IsolatedEngine) -> None:
    engine.speak(segment("好"), SETTINGS, Run())
    before = engine.pids
    error = refused(engine, "fail")
    assert "raised ValueError" in str(error) and "anna" not in str(error)
    assert engine.pids == before


@pytest.mark.night
@pytest.mark.parametrize("vice", ["hold", "sleep", "beat"])
def test_a_stop_ends_whatever_it_does_and_others_go_on_meanwhile(vice: str, engine: IsolatedEngine) -> None:
    engine.speak(segment("好"), SETTINGS, Run())
    (before,) = engine.pids
    cancel = Cancel()
    with ThreadPoolExecutor(1) as pool:
        speaking = pool.submit(refused, engine, vice, Run(cancel))
        time.sleep(0.3)  # in the middle of it, or still before: both are to end
        cancel.cancel()
        assert speaking.result(60).code == "cancelled"
    if vice == "beat":
        assert engine.pids == [before]  # it listens, and may live
    else:
        until(lambda: is_gone(before))


@pytest.mark.night
def test_a_deadline_ends_it_too(engine: IsolatedEngine) -> None:
    assert refused(engine, "hold", Run(Cancel(0.5))).code == "deadline"


@pytest.mark.night
def test_only_so_many_speak_at_once_and_who_waits_shows_signs_of_life(engine: IsolatedEngine) -> None:
    cancel, waiting, begun = Cancel(), Run(), threading.Event()
    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(refused, engine, "beat", Run(cancel, lambda progress: begun.set()))
        until(begun.is_set)
        second = pool.submit(engine.speak, segment("好"), SETTINGS, waiting)
        asked = waiting.last_beat
        until(lambda: waiting.last_beat > asked + 0.2)
        assert not second.done() and len(engine.pids) == 1
        cancel.cancel()
        first.result(60)
        assert second.result(60).size == 24_000


@pytest.mark.night
def test_a_question_that_kills_it_leaves_the_speaking_to_fail(engine: IsolatedEngine) -> None:
    told = engine.fingerprints("crash")
    assert told != engine.fingerprints("crash"), "what is not known equals nothing"
    until(lambda: engine.fingerprints("zhitian_emo") == {"hostile": "1"})  # the next process has to start first
    assert engine.loudness_shift(Settings(energy=3.0)) == 3.0 and engine.pause_factor(SETTINGS) == 1.0


def test_it_tells_what_its_process_tells_of_its_sounds(engine: IsolatedEngine) -> None:
    assert (engine.sample_rate, engine.level_lufs, engine.release_s, engine.pace) == (24_000, -20.0, 0.03, 0.0)


def test_what_is_secret_does_not_come_to_it(engine: IsolatedEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INDEXTTS_KEYS", "anna:hush")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "hush")
    monkeypatch.setenv("STUDIO_PLAIN", "yes")
    refused(engine, "exit")  # the next one is started with this environment
    error = refused(engine, "environment")
    assert error.code == "no_voice" and "STUDIO_PLAIN" in str(error.details["voice"])
    assert "KEY" not in str(error.details["voice"])


@pytest.mark.night
def test_one_that_cannot_be_opened_says_so(info: EngineInfo, tmp_path: Path) -> None:
    config = isolating(tmp_path).model_copy(update={"pauses": PauseConfig(phrase=0.0123)})
    with pytest.raises(StudioError) as caught:
        info.load(config)
    assert caught.value.code == "engine_process" and "SIGABRT" in str(caught.value)


@pytest.mark.night
def test_the_router_goes_on_with_the_next_engine_and_the_breaker_counts(info: EngineInfo, tmp_path: Path) -> None:
    config = isolating(tmp_path)
    hostile = Given("sambert", lambda: info.load(config))
    service = chain_service(config, hostile, Tone("embedded"), stall_s=5.0)
    try:
        crashed = service.speak(SpeechRequest("It will crash now."))
        assert crashed.fallback and pitch_of(crashed.samples) == "embedded"
        assert "SIGSEGV" in crashed.reason.en
        held = service.speak(SpeechRequest("It will hold everything."))
        assert held.fallback and "did not respond" in held.reason.en
        until(lambda: service.router.stuck["sambert"] == 0)
        assert service.router.breakers["sambert"].state != "closed"
        assert set(service.router.pool.memory()) <= {"sambert"}
    finally:
        service.close()


@pytest.mark.night
def test_idle_ones_are_closed_with_their_processes(info: EngineInfo, tmp_path: Path) -> None:
    config = isolating(tmp_path, idle_s=600)
    now = 0.0
    pool = Pool(config, {"sambert": info}, clock=lambda: now)
    engine = pool.wait("sambert", Cancel(60), float("inf"))
    assert isinstance(engine, IsolatedEngine)
    (pid,) = engine.pids
    assert pool.memory()["sambert"] > 2**20
    now = 700.0
    assert pool.release_idle() == ["sambert"] and pool.memory() == {}
    until(lambda: is_gone(pid))
    assert engine.speak(segment("好"), SETTINGS, Run()).size, "a request that still has it starts a new one"
    (pid,) = engine.pids
    del engine
    gc.collect()
    until(lambda: is_gone(pid))
    pool.close()


def test_an_engine_that_the_configuration_names_is_isolated_and_sounds_the_same(tmp_path: Path) -> None:
    make_tiny_voice(isolating(tmp_path).models_path)
    here = REGISTRY["embedded"].load(isolating(tmp_path))
    apart = REGISTRY["embedded"].load(isolating(tmp_path, isolate=("embedded",)))
    assert isinstance(apart, IsolatedEngine) and not isinstance(here, IsolatedEngine)
    from indextts.pipeline.pipeline import Pipeline

    wanted = SpeechRequest("今天天气很好。Hello!", Settings(prosody="rules"))
    one, other = (Pipeline(isolating(tmp_path), engine).speak(wanted) for engine in (here, apart))
    assert one.samples.tobytes() == other.samples.tobytes()
    assert one.utterance.segments == other.utterance.segments
    apart.close()


def test_without_the_setting_all_run_in_the_server(info: EngineInfo, tmp_path: Path) -> None:
    assert not isinstance(info.load(isolating(tmp_path, isolate=())), IsolatedEngine)


def test_times_that_do_not_fit_the_segment_are_no_answer() -> None:
    one = segment("好")
    assert filled(one) == [[None, None, [[None, None, None]]]]
    for wrong in (None, [], [[0.0, 1.0, []]], [[0.0, 1.0, [["a", 1, 2]]]], {"a": 1}):
        with pytest.raises(WireError):
            fill_in(one, wrong)


PROGRAM = """
import sys, threading, time
from importlib import import_module
from pathlib import Path
import indextts.engines
from indextts.platform.config import Config
from indextts.platform.run import Run
from indextts.model.utterance import Segment, Settings
indextts.engines.__path__.append(sys.argv[1])
engine = import_module("indextts.engines.hostile.info").INFO.load(Config(cache_dir=Path(sys.argv[2])))
said = lambda: engine.speak(Segment("hold", 0, 4), Settings(voice="zhitian_emo"), Run())
threading.Thread(target=said, daemon=True).start()
time.sleep(0.5)
print(*engine.pids, flush=True)
time.sleep(120)
"""


@pytest.mark.night
def test_it_dies_with_a_server_that_is_killed_even_while_it_holds_its_interpreter(tmp_path: Path) -> None:
    server = subprocess.Popen([sys.executable, "-c", PROGRAM, FOREIGN, str(tmp_path)], stdout=subprocess.PIPE)
    assert server.stdout is not None
    try:
        pid = int(server.stdout.readline())
        assert not is_gone(pid)
    finally:
        server.send_signal(signal.SIGKILL)
        server.wait()
    until(lambda: is_gone(pid))
