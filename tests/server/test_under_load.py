"""What happens when much is asked, or nobody waits any longer."""

from __future__ import annotations

import json
import logging
import socket
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import httpx
import pytest

from indextts.plan.request import SpeechRequest
from indextts.platform.config import Config
from indextts.service.preload import Preloader
from indextts.sound.encode import to_int16
from tests.support.services import HeldEngine, application, make_service, serving
from tests.support.tiny_voice import make_tiny_voice
from tests.support.waiting import until
from tests.support.whole import WholeService

HELLO = {"text": "你好。"}


@contextmanager
def held_server(config: Config, held: HeldEngine, **changes: object) -> Iterator[tuple[str, WholeService]]:
    """A real server whose engine waits."""
    service = make_service(config, held, **{"workers": 1, "queue_waiting": 1, **changes})
    while held.started.acquire(blocking=False):
        pass
    held.hold()
    with serving(application(service, page=False)) as base:
        yield base, service
        held.release()


def test_queue_full(config: Config, held: HeldEngine) -> None:
    with held_server(config, held) as (base, service), ThreadPoolExecutor(4) as pool:
        running = [pool.submit(httpx.post, f"{base}/tts", json=HELLO, timeout=30) for _ in range(2)]
        until(lambda: (service.admission.busy, service.admission.waiting) == (1, 1))
        for path, body in (("/tts", HELLO), ("/v1/audio/speech", {"input": "你好。"})):
            refused = httpx.post(base + path, json=body, timeout=30)
            assert (refused.status_code, refused.json()["error"]["code"]) == (429, "queue_full")
            assert int(refused.headers["retry-after"]) >= 1
        assert httpx.get(f"{base}/healthz").json()["status"] == "ok"
        held.release()
        assert [future.result().status_code for future in running] == [200, 200]


def test_rate_limit(config: Config, service: WholeService) -> None:
    limited = make_service(config, rate_limit="3/minute")
    with serving(application(limited, page=False)) as base:
        codes = [httpx.post(f"{base}/tts", json=HELLO).status_code for _ in range(3)]
        assert codes == [200, 200, 200]
        refused = httpx.post(f"{base}/tts/generate", data=HELLO)
        assert (refused.status_code, refused.json()["error"]["code"]) == (429, "rate_limited")
        assert 1 <= int(refused.headers["retry-after"]) <= 60
        assert refused.headers["retry-after"] in refused.json()["error"]["hint"]
        assert httpx.get(f"{base}/healthz").status_code == 200


def test_deadline(config: Config, held: HeldEngine) -> None:
    with held_server(config, held, deadline_s=0.3) as (base, _):
        response = httpx.post(f"{base}/tts", json=HELLO, timeout=30)
        assert (response.status_code, response.json()["error"]["code"]) == (504, "deadline")


@pytest.mark.parametrize(
    ("path", "body"), [("/tts", HELLO), ("/v1/audio/speech", {"input": "你好。", "stream_format": "sse"})]
)
def test_a_client_that_leaves_is_not_spoken_to(
    config: Config, held: HeldEngine, path: str, body: dict[str, str]
) -> None:
    with held_server(config, held) as (base, service):
        with pytest.raises(httpx.ReadTimeout):
            httpx.post(base + path, json=body, timeout=httpx.Timeout(20, read=0.2))
        until(lambda: service.admission.busy == 0)
        assert held.go.is_set() is False  # it was the leaving, not the end of the work


def test_leaving_in_the_middle_of_a_stream(config: Config, held: HeldEngine) -> None:
    with held_server(config, held) as (base, service):
        body = {"input": "好。" * 50, "response_format": "pcm"}

        held.let_through(2)
        with httpx.stream("POST", f"{base}/v1/audio/speech", json=body, timeout=30) as response:
            assert response.status_code == 200
            assert next(response.iter_raw())
        until(lambda: service.admission.busy == 0)
        assert not held.go.is_set()


def test_a_stream_that_breaks_is_seen_to_be_broken(
    config: Config, held: HeldEngine, caplog: pytest.LogCaptureFixture
) -> None:
    body = {"input": "你好。再见。", "response_format": "pcm"}

    with held_server(config, held, deadline_s=1.0) as (base, _):
        held.let_through(1)
        with httpx.stream("POST", f"{base}/v1/audio/speech", json=body, timeout=30) as response:
            assert response.status_code == 200
            with pytest.raises(httpx.RemoteProtocolError):
                response.read()
        held.let_through(1)
        events = httpx.post(f"{base}/v1/audio/speech", json={**body, "stream_format": "sse"}, timeout=30).text
        last = json.loads(events.strip().split("\n\n")[-1].removeprefix("data: "))
        assert (last["type"], last["error"]["code"]) == ("error", "deadline")
    assert "Traceback" not in caplog.text


def test_waiting_clients_that_leave_free_their_place(config: Config, held: HeldEngine) -> None:
    with held_server(config, held) as (base, service), ThreadPoolExecutor(4) as pool:
        running = pool.submit(httpx.post, f"{base}/tts", json=HELLO, timeout=30)
        until(lambda: service.admission.busy == 1)
        with pytest.raises(httpx.ReadTimeout):
            httpx.post(f"{base}/tts", json=HELLO, timeout=httpx.Timeout(20, read=0.2))
        until(lambda: service.admission.waiting == 0)
        held.release()
        assert running.result().status_code == 200


def test_speaking_never_blocks_the_loop(config: Config, held: HeldEngine) -> None:
    with held_server(config, held, workers=2, queue_waiting=8) as (base, service), ThreadPoolExecutor(12) as pool:
        running = [pool.submit(httpx.post, f"{base}/tts", json=HELLO, timeout=30) for _ in range(10)]
        until(lambda: service.admission.waiting == 8)
        assert [httpx.get(f"{base}/healthz", timeout=5).status_code for _ in range(20)] == [200] * 20
        assert httpx.get(f"{base}/v1/audio/voices", timeout=5).status_code == 200
        held.release()
        assert {future.result().status_code for future in running} == {200}


def test_a_polite_client_is_served_next_while_another_hammers(config: Config, held: HeldEngine) -> None:
    stop = threading.Event()

    def hammer(base: str) -> None:
        while not stop.is_set():
            httpx.post(f"{base}/tts", json={"text": "今天天气很好。我们去公园。"}, timeout=60)

    server = held_server(config, held, queue_waiting=2, trusted_proxies=("127.0.0.1",))
    with server as (base, service), ThreadPoolExecutor(12) as pool:
        try:
            hammers = [pool.submit(hammer, base) for _ in range(8)]
            until(lambda: service.admission.waiting == 2)
            with httpx.Client(headers={"X-Forwarded-For": "192.0.2.1"}, timeout=60) as client:
                polite = pool.submit(client.post, f"{base}/tts", json={"text": "一。"})
                until(lambda: service.admission.waiting == 3)
                held.spoken.clear()
                held.let_through(2)
                assert polite.result().status_code == 200
            assert held.spoken == ["今天天气很好。", "一。"]
        finally:
            stop.set()
            held.release()
        assert all(future.result() is None for future in hammers)


def test_a_slow_reader_keeps_nobody_waiting_and_gets_everything(config: Config) -> None:
    text = "今天天气很好。" * 150
    service = make_service(config, workers=1, queue_waiting=1, stream_buffer_bytes=64 * 1024)
    whole = to_int16(service.speak(SpeechRequest(text)).samples).tobytes()
    ask = json.dumps({"input": text, "response_format": "pcm"}).encode()
    head = (
        b"POST /v1/audio/speech HTTP/1.0\r\nHost: localhost\r\n"
        b"Content-Type: application/json\r\nContent-Length: %d\r\n\r\n"
    )
    with serving(application(service, page=False)) as base, socket.socket() as slow:
        slow.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        slow.settimeout(60)
        slow.connect(("127.0.0.1", int(base.rpartition(":")[2])))
        slow.sendall(head % len(ask) + ask)
        first = slow.recv(1000)
        until(lambda: service.admission.busy == 0)
        assert "speak" in {thread.name for thread in threading.enumerate()}, "it is not done, only paused"
        assert httpx.post(f"{base}/tts", json=HELLO, timeout=30).status_code == 200
        parts = [first]
        while part := slow.recv(65536):
            parts.append(part)
    assert b"".join(parts).partition(b"\r\n\r\n")[2] == whole


def test_different_texts_at_once(config: Config) -> None:
    service = make_service(config, workers=2, queue_waiting=32)
    with serving(application(service, page=False)) as base, ThreadPoolExecutor(8) as pool:

        def speak(number: int) -> bytes:
            body = {"input": f"第{number}个人。{'好' * number}", "response_format": "pcm"}
            return httpx.post(f"{base}/v1/audio/speech", json=body, timeout=60).content

        together = list(pool.map(speak, range(1, 17)))
        assert together == [speak(number) for number in range(1, 17)]
        assert len(set(together)) == 16


def test_big_bodies_hear_the_answer(config: Config, service: WholeService) -> None:
    """Over a real socket, where closing early would reach the client as a broken connection."""
    with serving(application(service, page=False)) as base:
        body = ('{"text": "' + "好" * 1_000_000 + '"}').encode()
        chunks = [body[start : start + 65_536] for start in range(0, len(body), 65_536)]
        for content in (body, iter(chunks)):
            response = httpx.post(f"{base}/tts", content=content, headers={"Content-Type": "application/json"})
            assert (response.status_code, response.json()["error"]["code"]) == (413, "body_too_large")


def test_leaving_in_the_middle_of_a_body(
    config: Config, service: WholeService, caplog: pytest.LogCaptureFixture
) -> None:
    app = application(service, page=False)
    with caplog.at_level(logging.INFO, logger="indextts.server"), serving(app) as base:
        with socket.create_connection(("127.0.0.1", int(base.rpartition(":")[2]))) as connection:
            connection.sendall(b"POST /tts HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\n{")
        until(lambda: "went away" in caplog.text)
        assert "Traceback" not in caplog.text


def test_plans_of_long_texts_fit(config: Config, service: WholeService) -> None:
    with serving(application(service, page=False)) as base:
        plan = httpx.post(f"{base}/v1/plan", json={"text": "今天天气很好。" * 100}, timeout=60).content
        assert len(plan) > config.server.max_body_bytes
        answer = httpx.post(f"{base}/v1/render", content=plan, headers={"Content-Type": "application/json"}, timeout=60)
        assert answer.status_code == 200, answer.text


def test_while_loading(config: Config, held: HeldEngine) -> None:
    held.hold()
    service = WholeService(config, preloader=Preloader(config, load_engine=lambda _: held))
    with serving(application(service, config, page=False)) as base:
        health = httpx.get(f"{base}/healthz")
        assert health.status_code == 200
        assert (health.json()["status"], health.json()["model_loaded"]) == ("loading", False)
        for call in (
            lambda: httpx.get(f"{base}/readyz"),
            lambda: httpx.post(f"{base}/tts", json=HELLO),
            lambda: httpx.post(f"{base}/v1/audio/speech", json={"input": "好"}),
            lambda: httpx.get(f"{base}/v1/audio/voices"),
        ):
            response = call()
            assert (response.status_code, response.json()["error"]["code"]) == (503, "loading")
            assert int(response.headers["retry-after"]) >= 1
        held.release()
        until(lambda: httpx.get(f"{base}/readyz").status_code == 200)
        health = httpx.get(f"{base}/healthz")
        assert (health.json()["status"], health.json()["model_loaded"]) == ("ok", True)
        assert set(health.json()["load_times"]) == {"runtime", "text", "prosody", "voice", "warm-up"}
        assert health.json()["engines"] == {"embedded": "ready"}


def test_a_voice_that_is_missing_and_then_repaired(config: Config, tmp_path_factory: pytest.TempPathFactory) -> None:
    config = config.model_copy(update={"cache_dir": tmp_path_factory.mktemp("empty")})
    service = WholeService(config, preloader=Preloader(config, retry_s=0.0))
    with serving(application(service, config, page=False)) as base:

        def missing() -> bool:
            response = httpx.post(f"{base}/tts", json=HELLO)
            return response.status_code == 503 and response.json()["error"]["code"] == "model_missing"

        until(missing)
        until(lambda: httpx.get(f"{base}/healthz").json()["status"] == "error")
        health = httpx.get(f"{base}/healthz").json()
        others = dict.fromkeys(("embedded", "sambert", "indextts2", "espeak"), "absent")
        assert health["engines"] == {"kokoro": "error", **others}, "the first of the order"
        assert "models pull" in health["error"]["hint"]
        make_tiny_voice(config.models_path)
        until(lambda: httpx.get(f"{base}/readyz").status_code == 200)
        assert httpx.post(f"{base}/tts", json=HELLO).status_code == 200


def test_stopping_in_the_middle(config: Config, held: HeldEngine) -> None:
    service = make_service(config, held, workers=1)
    held.hold()
    with ThreadPoolExecutor(2) as pool:
        with serving(application(service, config, page=False), grace_s=1) as base:
            running = pool.submit(httpx.post, f"{base}/tts", json=HELLO, timeout=30)
            until(lambda: service.admission.busy == 1)
        until(lambda: service.admission.busy == 0)
        assert not held.go.is_set()
        answer = running.result()
        assert (answer.status_code, answer.json()["error"]["code"]) == (503, "stopping")
