"""The service: queue, deadlines, cancelling, streaming."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from prometheus_client import Metric
from prometheus_client.core import GaugeMetricFamily

from indextts.engines.embedded import engine as embedded
from indextts.model.errors import StudioError
from indextts.model.utterance import Settings, Utterance
from indextts.plan.request import SpeechRequest
from indextts.plan.segment_cache import SegmentAudio
from indextts.platform.config import Config
from indextts.platform.run import Cancel, Progress
from indextts.service.collected import written
from indextts.service.preload import Preloader
from indextts.service.service import SpeechService
from tests.support.services import HeldEngine, make_service
from tests.support.tiny_voice import make_tiny_voice

HELLO = SpeechRequest("你好。")
LONG = SpeechRequest("今天天气很好。我们去公园。明天再来。")


@pytest.fixture(scope="module")
def config(tmp_path_factory: pytest.TempPathFactory) -> Config:
    config = Config(cache_dir=tmp_path_factory.mktemp("cache_hub"))
    make_tiny_voice(config.models_path)
    return config


@pytest.fixture
def engine(config: Config) -> Iterator[HeldEngine]:
    engine = HeldEngine(embedded.load(config))
    yield engine
    engine.release()


@pytest.fixture
def pool() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(16) as pool:
        yield pool


def started(engine: HeldEngine, count: int) -> None:
    """Wait until ``count`` segments are being spoken."""
    for _ in range(count):
        engine.begun()


def drain(engine: HeldEngine) -> None:
    while engine.started.acquire(blocking=False):
        pass


def until_waiting(service: SpeechService, count: int) -> None:
    ends = time.monotonic() + 20
    while service.admission.waiting != count:
        assert time.monotonic() < ends
        time.sleep(0.005)


def until_idle(service: SpeechService) -> None:
    ends = time.monotonic() + 20
    while service.admission.busy or service.admission.waiting:
        assert time.monotonic() < ends
        time.sleep(0.005)


def first_of(stream: Iterator[SegmentAudio], engine: HeldEngine) -> SegmentAudio:
    """The first segment, taken before the second is spoken: a worker that rests after it rests for want of room."""
    engine.hold()
    engine.let_through(1)
    first = next(stream)
    for _ in range(2):
        engine.begun()
    engine.release()
    return first


def held_service(
    config: Config, engine: HeldEngine, workers: int = 1, waiting: int = 2, **more: float
) -> SpeechService:
    service = make_service(config, engine, workers=workers, queue_waiting=waiting, **more)
    drain(engine)
    engine.hold()
    return service


def test_speaks(config: Config) -> None:
    service = make_service(config)
    speech = service.speak(LONG)
    assert speech.engine == "embedded" and not speech.fallback
    assert speech.duration_s > 0.1
    assert [stage.name for stage in speech.stages][:3] == ["normalise", "prosody", "phonemes"]
    assert service.health().status == "ok" and service.health().model_loaded
    assert next(voice.id for voice in service.voices()) == "baker"


def test_many_at_once_each_get_their_own(config: Config, pool: ThreadPoolExecutor) -> None:
    service = make_service(config, workers=2, queue_waiting=64)
    texts = [f"第{number}句话。{'好' * number}" for number in range(1, 13)]
    alone = [service.speak(SpeechRequest(text)).samples for text in texts]
    together = [
        future.result().samples for future in [pool.submit(service.speak, SpeechRequest(text)) for text in texts]
    ]
    for first, second in zip(alone, together, strict=True):
        np.testing.assert_array_equal(first, second)
    assert len({samples.tobytes() for samples in alone}) == len(texts)


def test_refuses_beyond_the_queue(config: Config, engine: HeldEngine, pool: ThreadPoolExecutor) -> None:
    service = held_service(config, engine, workers=1, waiting=2)
    running = [pool.submit(service.speak, HELLO) for _ in range(3)]
    until_waiting(service, 2)
    with pytest.raises(StudioError) as caught:
        service.speak(HELLO)
    assert (caught.value.code, caught.value.status) == ("queue_full", 429)
    assert caught.value.retry_after_s and caught.value.retry_after_s >= 1
    engine.release()
    assert all(future.result(20).duration_s > 0 for future in running)
    assert service.speak(HELLO).duration_s > 0


def test_first_come_first_served_and_told_the_place(
    config: Config, engine: HeldEngine, pool: ThreadPoolExecutor
) -> None:
    service = held_service(config, engine, workers=1, waiting=3)
    heard: list[Progress] = []
    first = pool.submit(service.speak, SpeechRequest("一。"))
    started(engine, 1)
    others = []
    for number, text in enumerate("二三四"):
        hear = heard.append if text == "四" else None
        others.append(pool.submit(service.speak, SpeechRequest(f"{text}。"), on_progress=hear))
        until_waiting(service, number + 1)
    engine.release()
    for future in [first, *others]:
        future.result(20)
    assert [text[0] for text in engine.spoken[-4:]] == list("一二三四")
    places = [progress.done for progress in heard if progress.stage == "queue"]
    assert places[0] == 3 and places == sorted(places, reverse=True)
    assert heard[-1].stage != "queue"


def test_cancel_while_waiting_frees_the_place(config: Config, engine: HeldEngine, pool: ThreadPoolExecutor) -> None:
    service = held_service(config, engine, workers=1, waiting=1)
    first = pool.submit(service.speak, HELLO)
    started(engine, 1)
    cancel = Cancel()
    second = pool.submit(service.speak, HELLO, cancel=cancel)
    until_waiting(service, 1)
    cancel.cancel()
    with pytest.raises(StudioError) as caught:
        second.result(20)
    assert caught.value.code == "cancelled"
    assert service.admission.waiting == 0
    third = pool.submit(service.speak, HELLO)
    until_waiting(service, 1)
    engine.release()
    assert first.result(20).duration_s > 0 and third.result(20).duration_s > 0


def test_cancel_while_speaking(config: Config, engine: HeldEngine, pool: ThreadPoolExecutor) -> None:
    service = held_service(config, engine)
    cancel = Cancel()
    running = pool.submit(service.speak, LONG, cancel=cancel)
    started(engine, 1)
    cancel.cancel()
    with pytest.raises(StudioError) as caught:
        running.result(20)
    assert caught.value.code == "cancelled"
    assert service.admission.busy == 0


def test_the_deadline_counts_the_queue(config: Config, engine: HeldEngine, pool: ThreadPoolExecutor) -> None:
    service = held_service(config, engine, workers=1, waiting=1, deadline_s=0.3)
    results = [pool.submit(service.speak, HELLO) for _ in range(2)]
    for future in results:
        with pytest.raises(StudioError) as caught:
            future.result(20)
        assert (caught.value.code, caught.value.status) == ("deadline", 504)


def test_closing_stops_everything(config: Config, engine: HeldEngine, pool: ThreadPoolExecutor) -> None:
    service = held_service(config, engine, workers=1, waiting=1)
    results = [pool.submit(service.speak, HELLO) for _ in range(2)]
    until_waiting(service, 1)
    service.close()
    for future in results:
        with pytest.raises(StudioError, match="Cancelled"):
            future.result(20)


def test_the_stream_is_the_same_speech(config: Config) -> None:
    service = make_service(config)
    whole = service.speak(LONG)
    parts = list(service.stream(LONG))
    assert [part.index for part in parts] == [0, 1, 2]
    np.testing.assert_array_equal(np.concatenate([part.samples for part in parts]), whole.samples)


def test_the_stream_comes_as_it_is_made(config: Config, engine: HeldEngine) -> None:
    service = held_service(config, engine)
    stream = service.stream(LONG)
    engine.release()
    first = next(stream)
    assert first.index == 0 and first.total == 3
    assert len(list(stream)) == 2


def test_closing_a_stream_stops_the_work(config: Config, engine: HeldEngine) -> None:
    service = make_service(config, engine)
    drain(engine)
    stream = service.stream(SpeechRequest("好。" * 400))
    next(stream)
    stream.close()  # type: ignore[attr-defined]
    ends = time.monotonic() + 20
    while service.admission.busy:
        assert time.monotonic() < ends
        time.sleep(0.005)
    assert len(engine.spoken) < 300


@pytest.mark.night
def test_a_slow_reader_holds_no_worker_and_little_memory(config: Config, engine: HeldEngine) -> None:
    service = make_service(config, engine, workers=1, queue_waiting=0, stream_buffer_bytes=64 * 1024)
    long = SpeechRequest("好。" * 100)
    whole = service.speak(long).samples
    drain(engine)
    engine.spoken.clear()
    stream = service.stream(long)
    parts = [first_of(stream, engine)]
    until_idle(service)
    made = len(engine.spoken)
    assert made * min(part.samples.nbytes for part in parts) < 3 * 64 * 1024
    assert service.speak(HELLO).duration_s > 0  # by the only worker, at once: nobody may wait here
    assert len(engine.spoken) == made + 1
    parts += stream
    np.testing.assert_array_equal(np.concatenate([part.samples for part in parts]), whole)


def test_a_reader_that_leaves_a_paused_stream_ends_it(config: Config, engine: HeldEngine) -> None:
    service = make_service(config, engine, workers=1, stream_buffer_bytes=64 * 1024)
    drain(engine)
    others = set(threading.enumerate())
    stream = service.stream(SpeechRequest("好。" * 100))
    first_of(stream, engine)
    until_idle(service)
    stream.close()  # type: ignore[attr-defined]
    ends = time.monotonic() + 20
    while "speak" in {thread.name for thread in set(threading.enumerate()) - others}:
        assert time.monotonic() < ends
        time.sleep(0.005)
    assert service.meter.registry.get_sample_value("indextts_requests_total", {"outcome": "cancelled"}) == 1.0


def test_a_client_has_half_of_the_streams(config: Config) -> None:
    service = make_service(config, streams=4)
    mine = [service.stream(LONG, cancel=Cancel(client="mine")) for _ in range(3)]
    assert [next(stream).index for stream in mine[:2]] == [0, 0]
    with pytest.raises(StudioError) as caught:
        next(mine[2])
    assert caught.value.code == "queue_full" and caught.value.retry_after_s
    assert len(list(service.stream(LONG, cancel=Cancel(client="yours")))) == 3
    assert len(list(mine[0])) == 2
    assert len(list(service.stream(LONG, cancel=Cancel(client="mine")))) == 3


def test_a_long_text_lets_another_client_speak_between_two_sentences(
    config: Config, engine: HeldEngine, pool: ThreadPoolExecutor
) -> None:
    service = held_service(config, engine, workers=1)
    alone = [sentence.strip() for sentence in ("今天天气很好。", "我们去公园。", "明天再来。")]
    long = pool.submit(service.speak, LONG, cancel=Cancel(client="long"))
    started(engine, 1)
    short = pool.submit(service.speak, SpeechRequest("一。"), cancel=Cancel(client="short"))
    until_waiting(service, 1)
    engine.release()
    assert short.result(20).duration_s > 0
    together = long.result(20)
    assert engine.spoken[-4:] == [alone[0], "一。", *alone[1:]]
    np.testing.assert_array_equal(together.samples, service.speak(LONG).samples)


@pytest.mark.parametrize(
    "error", [MemoryError(), RuntimeError("[ONNXRuntimeError] : 6 : Failed to allocate memory for requested buffer")]
)
def test_a_lack_of_memory_is_told_as_such(config: Config, engine: HeldEngine, error: Exception) -> None:
    service = make_service(config, engine)

    def speak(*_: object) -> None:
        raise error

    engine.speak = speak  # type: ignore[method-assign, assignment]
    with pytest.raises(StudioError) as caught:
        service.speak(HELLO)
    assert (caught.value.code, caught.value.status) == ("too_little_memory", 503)


def test_a_lack_of_memory_beside_the_engine_is_told_as_such(
    config: Config, engine: HeldEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    service = make_service(config, engine)

    def fade(*_: object) -> None:
        raise np._core._exceptions._ArrayMemoryError((1,), np.dtype("f4"))  # type: ignore[attr-defined]

    monkeypatch.setattr("indextts.pipeline.speaking.fade", fade)
    with pytest.raises(StudioError) as caught:
        list(service.stream(HELLO))
    assert caught.value.code == "too_little_memory"


def test_a_long_text_has_more_time(config: Config) -> None:
    service = make_service(config, deadline_s=10, deadline_chars=100)
    given = [service.router.deadline_s(Settings(), "好" * length) for length in (1, 100, 1000)]
    assert given == [10, 10, 100]


def test_a_stream_raises_where_it_is_read(config: Config, engine: HeldEngine, pool: ThreadPoolExecutor) -> None:
    service = held_service(config, engine, workers=1, waiting=0)
    running = pool.submit(service.speak, HELLO)
    started(engine, 1)
    with pytest.raises(StudioError, match="at least one"):
        service.stream(SpeechRequest("……"))
    stream = service.stream(HELLO)
    with pytest.raises(StudioError) as caught:
        next(stream)
    assert caught.value.code == "queue_full"
    engine.release()
    running.result(20)


def test_plans_go_there_and_back(config: Config) -> None:
    service = make_service(config)
    plan = service.analyse(HELLO)
    assert plan.stage == "phonemes"
    speech = service.render(Utterance.from_json(plan.to_json()))
    np.testing.assert_array_equal(speech.samples, service.speak(HELLO).samples)


def test_wrong_requests_are_told_before_the_queue(config: Config, engine: HeldEngine, pool: ThreadPoolExecutor) -> None:
    service = held_service(config, engine, workers=1, waiting=0)
    running = pool.submit(service.speak, HELLO)
    started(engine, 1)
    with pytest.raises(StudioError, match="furious"):
        service.speak(SpeechRequest("好", Settings(emotion="furious")))
    engine.release()
    running.result(20)


def test_while_loading(config: Config, engine: HeldEngine) -> None:
    engine.hold()
    service = SpeechService(config, preloader=Preloader(config, load_engine=lambda _: engine))
    service.start()
    started(engine, 1)
    health = service.health()
    assert (health.status, health.model_loaded, health.engines) == ("loading", False, {"embedded": "loading"})
    for call in (lambda: service.speak(HELLO), lambda: service.stream(HELLO), service.voices):
        with pytest.raises(StudioError) as caught:
            call()
        assert caught.value.code == "loading"
    with pytest.raises(StudioError) as caught:
        service.speak(SpeechRequest(" "))
    assert caught.value.code == "text_empty"
    engine.release()
    service.preloader.wait(60)
    assert service.health().model_loaded
    service.close()


def test_rate(config: Config) -> None:
    service = make_service(config, rate_limit="2/minute")
    for _ in range(2):
        service.rate.check("1.2.3.4")
    with pytest.raises(StudioError) as caught:
        service.rate.check("1.2.3.4")
    assert caught.value.code == "rate_limited"
    assert caught.value.retry_after_s is not None and 1 <= caught.value.retry_after_s <= 60
    service.rate.check("5.6.7.8")


class Kitchen:
    """Something that lives with a service."""

    def __init__(self) -> None:
        self.calls: list[str] = []
        self.notices: tuple[StudioError, ...] = ()
        self.absent: tuple[StudioError, ...] = ()

    def start(self) -> None:
        self.calls.append("start")

    def close(self) -> None:
        self.calls.append("close")

    def measured(self) -> Iterator[Metric]:
        ovens = GaugeMetricFamily("kitchen_ovens", "How many there are.")
        ovens.add_metric([], 3)
        yield ovens


def test_what_has_joined_a_service_starts_and_closes_with_it(config: Config) -> None:
    service, kitchen = make_service(config), Kitchen()
    service.join(kitchen)
    assert service.components[-1] is kitchen and kitchen.calls == []
    for _ in range(2):
        service.start()
        service.close()
    assert kitchen.calls == ["start", "close"] * 2


def test_what_has_joined_a_service_is_heard_in_its_health_its_answers_and_its_measurements(config: Config) -> None:
    service, kitchen = make_service(config), Kitchen()
    service.join(kitchen)
    assert service.health().status == "ok"
    restored, away = StudioError("works_begun_anew", damaged="x"), StudioError("database_away", place="there")
    kitchen.notices, kitchen.absent = (restored,), (away, restored)
    health = service.health()
    assert health.status == "degraded" and health.warnings == (restored, away), "each is told once"
    assert service.speak(HELLO).warnings[-1] is restored
    assert b"kitchen_ovens 3.0" in written(service)
    service.close()


def test_a_service_takes_in_one_of_a_kind(config: Config) -> None:
    service = make_service(config)
    service.join(Kitchen())
    with pytest.raises(ValueError, match="Kitchen has joined"):
        service.join(Kitchen())


def test_no_threads_stay_behind(config: Config) -> None:
    service = make_service(config)
    before = {thread.name for thread in threading.enumerate()}
    for _ in range(3):
        list(service.stream(HELLO))
    ends = time.monotonic() + 10
    while "speak" in {thread.name for thread in threading.enumerate()} - before:
        assert time.monotonic() < ends
        time.sleep(0.01)
