"""Connections that want nothing, or never get to the point."""

from __future__ import annotations

import asyncio
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path
from urllib.parse import quote

import httpx
import pytest
import yaml
from starlette.types import Receive, Scope, Send

from indextts.platform.config import PROJECT_ROOT, Config
from indextts.platform.serving_config import ServerConfig
from indextts.server.connections import Connections, options, quieten_accept
from tests.server.test_process import get, until
from tests.support.ports import free_port
from tests.support.services import application, serving
from tests.support.whole import WholeService

HALVES = {
    "silent": b"",
    "half a header": b"POST /tts HTTP/1.1\r\nHost: localhost\r\nX-Half: ",
    "half a body": b"POST /tts HTTP/1.1\r\nHost: localhost\r\n"
    b"Content-Type: application/json\r\nContent-Length: 99\r\n\r\n{",
}


@contextmanager
def bounded(config: Config, service: WholeService, **limits: float) -> Iterator[tuple[str, Connections]]:
    chosen = options(config.server.model_copy(update=limits))
    with serving(application(service, config, page=False), **chosen) as base:
        yield base, chosen["http"].connections_here


def connect(base: str, sent: bytes = b"") -> socket.socket:
    connection = socket.create_connection(("127.0.0.1", int(base.rpartition(":")[2])), timeout=20)
    connection.sendall(sent)
    return connection


def everything(connection: socket.socket) -> bytes:
    """What comes until the other side closes."""
    parts = []
    try:
        while part := connection.recv(65536):
            parts.append(part)
    except ConnectionResetError:
        pass
    return b"".join(parts)


def one_answer(connection: socket.socket) -> bytes:
    """One of ``/healthz``; the connection stays."""
    answer = b""
    while not answer.endswith(b"}"):
        part = connection.recv(65536)
        assert part
        answer += part
    return answer


@pytest.mark.parametrize("mode", HALVES)
def test_who_does_not_go_on_is_ended_and_told_why(config: Config, service: WholeService, mode: str) -> None:
    with bounded(config, service, header_s=0.2, body_idle_s=0.2) as (base, here):
        with connect(base, HALVES[mode]) as connection:
            answer = everything(connection)
        if mode == "silent":
            assert answer == b""
        else:
            head, _, body = answer.partition(b"\r\n\r\n")
            assert head.startswith(b"HTTP/1.1 408 ") and b"Connection: close" in head
            assert json.loads(body)["error"]["code"] == "too_slow"
        assert httpx.get(f"{base}/healthz").status_code == 200
        ends = time.monotonic() + 20
        while here.open:
            assert time.monotonic() < ends
            time.sleep(0.01)


def sent(base: str, *pieces: bytes) -> tuple[bytes, bytes]:
    """Header and body of what is answered to a request that comes in these pieces."""
    with connect(base) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for piece in pieces:
            connection.sendall(piece)
            time.sleep(0.02)
        head, _, body = everything(connection).partition(b"\r\n\r\n")
        return head, body


@pytest.mark.parametrize("text", ["今天下雨", "Où est-il ?".replace(" ", "+"), "𠮷😀好"])
def test_an_address_whose_text_is_not_escaped_is_that_of_the_escaped_one(
    config: Config, service: WholeService, text: str
) -> None:
    end = b" HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
    with bounded(config, service) as (base, _):
        for raw in (text.encode(), quote(text, safe="+").encode()):
            line = b"GET /v1/lexicon/reading?word=" + raw + end
            at = line.index(raw) + len(raw) // 2
            for pieces in ([line], [line[:at], line[at:]], [line[:1], line[1:at], line[at:-2], line[-2:]]):
                head, body = sent(base, *pieces)
                assert head.startswith((b"HTTP/1.1 200 ", b"HTTP/1.1 422 ")), body
                assert b"\\ufffd" not in body and "\ufffd".encode() not in body
        speech = b"GET /v1/audio/speech?input=" + text.encode("utf-8") + end
        assert sent(base, speech)[0].startswith(b"HTTP/1.1 200 ")
        foreign = b"GET /v1/audio/speech?input=\xc4\xe3\xba\xc3" + end
        head, body = sent(base, foreign)
        assert head.startswith(b"HTTP/1.1 400 ") and b"UTF-8" in body


@pytest.mark.parametrize(
    "request_",
    [b"GET /v1/voices?a=b c HTTP/1.1\r\n", b"\x16\x03\x01\x02\x00\x01\r\n", b"GET /a HTTP/1.1\r\nA B: c\r\n"],
)
def test_what_is_no_http_is_told_in_the_contracts_form(config: Config, service: WholeService, request_: bytes) -> None:
    with bounded(config, service) as (base, _):
        for language, word in ((b"en", "Escape"), (b"zh-CN,zh;q=0.9", "转义")):
            head, body = sent(base, request_ + b"Host: localhost\r\nAccept-Language: " + language + b"\r\n\r\n")
            assert head.startswith(b"HTTP/1.1 400 ") and b"application/json" in head
            told = json.loads(body)["error"]
            assert told["code"] == "malformed" and word in told["message"] and told["hint"]


@pytest.mark.parametrize(
    "line",
    [
        b"POST /nothing/here",
        b"PUT /tts",
        b"POST /v1/jobs/none/pause",
        b"POST /v1/audio/stream?response_format=zzz",
        b"GET /healthz",
        b"POST /voicevox/synthesis?speaker=zzz",
    ],
)
@pytest.mark.parametrize("cut", [0, 7])
def test_a_body_that_comes_after_the_answer_is_no_request(
    config: Config, service: WholeService, line: bytes, cut: int
) -> None:
    """Clients send headers and body apart, and a refusal may come before the body does."""
    body = json.dumps({"text": "雨 later, “晚上”"}, ensure_ascii=False).encode()
    head = b"Host: localhost\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(body)
    ask = b"GET /v1/lexicon/reading?word=" + "好雨".encode() + b" HTTP/1.1\r\nHost: localhost\r\n\r\n"
    with bounded(config, service) as (base, _), connect(base, line + b" HTTP/1.1\r\n" + head) as connection:
        refused = one_answer(connection)
        assert refused.startswith((b"HTTP/1.1 4", b"HTTP/1.1 200 "))
        for part in (body[:cut], body[cut:]):
            connection.sendall(part)
            time.sleep(0.05)
        connection.sendall(ask)
        assert one_answer(connection).startswith((b"HTTP/1.1 200 ", b"HTTP/1.1 422 "))


def test_a_body_that_never_comes_after_the_answer_is_not_waited_for(config: Config, service: WholeService) -> None:
    head = b"POST /nothing HTTP/1.1\r\nHost: localhost\r\nContent-Length: 99\r\n\r\n"
    with bounded(config, service, body_idle_s=0.5) as (base, _), connect(base, head) as connection:
        assert one_answer(connection).startswith(b"HTTP/1.1 404 ")
        connection.sendall(b"{")
        assert everything(connection) == b""


@pytest.mark.night
@pytest.mark.parametrize("mode", ["half a header", "half a body"])
def test_a_trickle_is_no_progress(config: Config, service: WholeService, mode: str) -> None:
    with bounded(config, service, header_s=0.5, body_idle_s=0.5) as (base, _), connect(base, HALVES[mode]) as slow:
        slow.settimeout(0.05)
        ends, answer = time.monotonic() + 20, b""
        while not answer:
            assert time.monotonic() < ends
            try:
                slow.sendall(b"x")
                answer = slow.recv(1000)
            except TimeoutError:
                continue
        assert answer.startswith(b"HTTP/1.1 408 ")


@pytest.mark.night
def test_a_second_request_on_a_connection_has_its_own_time(config: Config, service: WholeService) -> None:
    ask = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n"
    with bounded(config, service, header_s=1.0) as (base, _), connect(base, ask) as connection:
        assert one_answer(connection).startswith(b"HTTP/1.1 200 ")
        time.sleep(1.6)  # longer than a header may take: it has not begun yet
        connection.sendall(ask)
        assert one_answer(connection).startswith(b"HTTP/1.1 200 ")
        connection.sendall(ask[:20])
        assert b"HTTP/1.1 408 " in everything(connection)


@pytest.mark.parametrize("mode", HALVES)
def test_the_longest_idle_one_makes_room(config: Config, service: WholeService, mode: str) -> None:
    with bounded(config, service, max_connections=8) as (base, here), ExitStack() as stack:
        waiting = [stack.enter_context(connect(base, HALVES[mode])) for _ in range(20)]
        for _ in range(10):
            assert httpx.get(f"{base}/healthz", timeout=20).status_code == 200
        assert everything(waiting[0]) == b""
        waiting[-1].settimeout(0.2)
        with pytest.raises(TimeoutError):
            waiting[-1].recv(1)
        assert len(here.open) <= 8


@pytest.mark.night
def test_requests_that_are_being_answered_make_no_room() -> None:
    """Those who come then are told, in the form of all errors."""
    answered, go_on = 0, asyncio.Event()

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        nonlocal answered
        if scope["type"] == "lifespan":
            return
        answered += 1
        await go_on.wait()

    ask = b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"
    chosen = options(ServerConfig(max_connections=8))
    with serving(app, 1, lifespan="off", **chosen) as base, ExitStack() as stack:
        for number in range(8):
            stack.enter_context(connect(base, ask))
            ends = time.monotonic() + 20
            while answered <= number:
                assert time.monotonic() < ends
                time.sleep(0.01)
        with connect(base, ask) as late:
            answer = everything(late)
        assert answer.startswith(b"HTTP/1.1 503 ") and b"Retry-After: " in answer
        assert json.loads(answer.partition(b"\r\n\r\n")[2])["error"]["code"] == "too_many_connections"


def test_who_does_not_read_is_left_and_who_does_gets_everything() -> None:
    size = 24 * 2**20

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"%d" % size)]})
        for _ in range(size // 2**16):
            await send({"type": "http.response.body", "body": bytes(2**16), "more_body": True})
        await send({"type": "http.response.body", "body": b""})

    chosen = options(ServerConfig(reader_idle_s=0.5))
    here: Connections = chosen["http"].connections_here
    with serving(app, 1, lifespan="off", **chosen) as base:
        assert len(httpx.get(f"{base}/read", timeout=30).content) == size
        with connect(base, b"GET /unread HTTP/1.1\r\nHost: localhost\r\n\r\n") as idle:
            ends = time.monotonic() + 20
            while not any((getattr(one, "scope", None) or {}).get("path") == "/unread" for one in list(here.open)):
                assert time.monotonic() < ends
                time.sleep(0.01)
            while here.open:
                assert time.monotonic() < ends
                time.sleep(0.01)
            assert len(everything(idle)) < size


def test_what_cannot_be_accepted_is_told_once_in_a_while(caplog: pytest.LogCaptureFixture) -> None:
    async def fail() -> None:
        loop = asyncio.get_running_loop()
        quieten_accept(loop)
        for _ in range(5000):
            error = OSError(24, "Too many open files")
            loop.call_exception_handler({"message": "socket.accept() out of system resource", "exception": error})
        loop.call_exception_handler({"message": "something else"})

    asyncio.run(fail())
    assert [record.getMessage().partition(":")[0] for record in caplog.records] == [
        "No connection can be accepted",
        "something else",
    ]


@pytest.fixture
def small(config: Config, tmp_path: Path) -> Iterator[tuple[str, Path]]:
    """A server that may open 256 files, and its log."""
    settings, log, port = tmp_path / "config.yaml", tmp_path / "log", free_port()
    limits = {"header_s": 3600, "body_idle_s": 3600, "rate_limit": "9999/second"}
    chosen = {"cache_dir": str(config.cache_dir), "server": limits}
    settings.write_text(yaml.safe_dump(chosen), encoding="utf-8")
    serve = [sys.executable, "-m", "indextts", "serve", "--config", str(settings), "--port", str(port)]
    command = ["sh", "-c", 'ulimit -n 256; exec "$@"', "sh", *serve]
    environment = {**os.environ, "PYTHONPATH": str(PROJECT_ROOT)}
    with log.open("wb") as output:
        process = subprocess.Popen(command, cwd=tmp_path, env=environment, stdout=output, stderr=output, text=True)
    try:
        until(lambda: (answer := get(f"http://127.0.0.1:{port}/readyz")) is not None and answer.is_success, process)
        yield f"http://127.0.0.1:{port}", log
    finally:
        process.kill()
        process.wait()


@pytest.mark.night
def test_more_connections_than_files_stop_nobody_and_fill_no_log(small: tuple[str, Path]) -> None:
    base, log = small
    before = log.stat().st_size
    with ExitStack() as stack, ThreadPoolExecutor(1) as pool:
        for sent in HALVES.values():
            for _ in range(300):
                stack.enter_context(connect(base, sent))
            assert pool.submit(httpx.get, f"{base}/healthz", timeout=30).result().status_code == 200
            answer = httpx.post(f"{base}/tts", json={"text": "你好。"}, timeout=60)
            assert answer.status_code == 200
    assert log.stat().st_size - before < 900 * 150  # at most a line for each
