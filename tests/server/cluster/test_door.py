"""The door asks again where that is safe, and never sends a client the same bytes twice."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator, Callable
from pathlib import Path
from typing import Any

import pytest
from prometheus_client.parser import text_string_to_metric_families
from starlette.types import Message

from indextts.model.errors import StudioError
from indextts.platform.config import Config
from indextts.platform.serving_config import ClusterConfig, ServerConfig
from indextts.server.cluster.calls import Call, Group
from indextts.server.cluster.door import IN_HAND, Door, WorkerLostError, WorkersBusyError
from indextts.server.cluster.hosted import Hosted
from indextts.server.errors import error_response

Answering = Callable[[Call], AsyncGenerator[list[Message], None]]


class Scripted:
    """Processes that answer in turn as they were told."""

    def __init__(self, *turns: Answering) -> None:
        self.turns = list(turns)
        self.asked: list[tuple[Group, Call, str]] = []

    async def answer(self, group: Group, call: Call, key: str) -> AsyncGenerator[list[Message], None]:
        self.asked.append((group, call, key))
        async for messages in self.turns.pop(0)(call):
            yield messages


def start(status: int = 200) -> Message:
    return {"type": "http.response.start", "status": status, "headers": [(b"x-served-by", b"one")]}


def part(data: bytes, more: bool = True) -> Message:
    return {"type": "http.response.body", "body": data, "more_body": more}


def saying(*batches: list[Message], then: Exception | None = None) -> Answering:
    async def answer(_: Call) -> AsyncGenerator[list[Message], None]:
        for batch in batches:
            yield batch
        if then is not None:
            raise then

    return answer


LOST = WorkerLostError("killed")
WHOLE = saying([start(), part(b"sound, all of it", more=False)])


def ask(
    door: Door, method: str = "POST", path: str = "/tts", body: bytes = b'{"text": "hi"}', **scope: Any
) -> tuple[list[Message], bytes]:
    """What the client gets, and the body of it."""
    sent: list[Message] = []

    async def run() -> None:
        gone = asyncio.Event()
        coming: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

        async def receive() -> Message:
            if coming:
                return coming.pop()
            await gone.wait()
            return {"type": "http.disconnect"}

        async def send(message: Message) -> None:
            sent.append(message)

        headers = [(b"host", b"localhost"), (b"content-type", b"application/json")]
        given = {"type": "http", "method": method, "path": path, "headers": headers, "query_string": b"", **scope}
        await door(given, receive, send)

    asyncio.run(run())
    return sent, b"".join(one.get("body", b"") for one in sent)


@pytest.fixture
def config(tmp_path: Path) -> Config:
    return Config(cache_dir=tmp_path, cluster=ClusterConfig(retry_s=5))


def test_a_request_whose_process_died_is_answered_by_another(config: Config) -> None:
    workers = Scripted(saying(then=LOST), WHOLE)
    sent, body = ask(Door(config, workers))
    assert [sent[0]["status"], body] == [200, b"sound, all of it"]
    assert len(workers.asked) == 2


def test_speech_goes_on_behind_the_bytes_that_were_sent(config: Config) -> None:
    workers = Scripted(saying([start(), part(b"sound, ")], [part(b"al")], then=LOST), WHOLE)
    sent, body = ask(Door(config, workers), path="/v1/audio/speech")
    assert body == b"sound, all of it"
    assert [one["type"] for one in sent].count("http.response.start") == 1
    assert not sent[-1]["more_body"]


@pytest.mark.parametrize("second", [b"other words altogether", b"sou"])
def test_a_second_answer_that_is_another_one_breaks_the_first_off(config: Config, second: bytes) -> None:
    workers = Scripted(saying([start(), part(b"sound, ")], then=LOST), saying([start(), part(second, more=False)]))
    sent, body = ask(Door(config, workers), path="/v1/audio/speech")
    assert body == b"sound, "
    assert sent[-1]["more_body"], "the client must see that it is not whole"


def test_an_answer_that_differs_each_time_is_broken_off_and_not_gone_on_with(config: Config) -> None:
    workers = Scripted(saying([start(), part(b"event")], then=LOST), WHOLE)
    sent, _ = ask(Door(config, workers), "GET", "/v1/jobs/x/events")
    assert sent[-1]["more_body"]
    assert len(workers.asked) == 1


def test_what_changes_something_is_not_asked_twice(config: Config) -> None:
    workers = Scripted(saying(then=LOST), WHOLE)
    sent, body = ask(Door(config, workers), path="/v1/jobs")
    assert sent[0]["status"] == 503
    assert json.loads(body)["error"]["code"] == "worker_lost"
    assert (b"retry-after", b"2") in sent[0]["headers"]
    assert len(workers.asked) == 1


def test_a_full_queue_is_the_contracts_429(config: Config) -> None:
    sent, body = ask(Door(config, Scripted(saying(then=WorkersBusyError(64)))))
    told = json.loads(body)
    assert [sent[0]["status"], told["error"]["code"]] == [429, "queue_full"]
    assert "64" in told["error"]["message"]
    assert dict(sent[0]["headers"])[b"x-request-id"].decode() == told["request_id"]
    assert b"retry-after" in dict(sent[0]["headers"])


def test_an_accepted_request_is_not_refused_because_its_process_died(config: Config) -> None:
    workers = Scripted(saying(then=LOST), saying(then=WorkersBusyError(64)), WHOLE)
    assert ask(Door(config, workers))[1] == b"sound, all of it"


def test_one_client_takes_half_of_the_places(config: Config) -> None:
    config = config.model_copy(update={"cluster": ClusterConfig(waiting=4)})
    done = asyncio.Event()

    async def held(_: Call) -> AsyncGenerator[list[Message], None]:
        await done.wait()
        yield [start(), part(b"", more=False)]

    door = Door(config, Scripted(*[held] * 4))
    statuses: list[int] = []

    async def one(host: str) -> None:
        async def receive() -> Message:
            if body:
                return body.pop()
            await asyncio.Event().wait()
            raise AssertionError

        async def send(message: Message) -> None:
            if message["type"] == "http.response.start":
                statuses.append(message["status"])

        body: list[Message] = [{"type": "http.request", "body": b"{}", "more_body": False}]
        scope = {"type": "http", "method": "POST", "path": "/tts", "headers": [], "client": (host, 1)}
        await door(scope, receive, send)

    async def run() -> None:
        async with asyncio.TaskGroup() as group:
            for host in ("192.0.2.1", "192.0.2.1", "192.0.2.1", "192.0.2.2"):
                group.create_task(one(host))
            while not statuses:
                await asyncio.sleep(0)
            assert statuses == [429]
            done.set()

    asyncio.run(run())
    assert sorted(statuses) == [200, 200, 200, 429]


def test_each_client_has_one_rate_for_all_processes(config: Config) -> None:
    config = config.model_copy(update={"server": ServerConfig(rate_limit="1/minute")})
    door = Door(config, Scripted(WHOLE, WHOLE))
    statuses = [ask(door, client=("192.0.2.1", 1))[0][0]["status"] for _ in range(2)]
    assert statuses == [200, 429]


@pytest.mark.night
def test_a_body_that_is_too_large_is_refused_at_the_door(config: Config) -> None:
    sent, body = ask(Door(config, Scripted()), body=b"x" * (config.server.max_body_bytes + 1))
    assert [sent[0]["status"], json.loads(body)["error"]["code"]] == [413, "body_too_large"]


def test_a_long_body_goes_as_a_file_that_is_gone_afterwards(config: Config) -> None:
    read: list[bytes] = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        more = True
        while more:
            message = await receive()
            read.append(message["body"])
            more = message["more_body"]
        await send(start())
        await send(part(b"", more=False))

    def hosting(call: Call) -> AsyncGenerator[list[Message], None]:
        return Hosted(app, "one").answer(call)

    workers = Scripted(saying(then=LOST), hosting)
    data = bytes(range(256)) * (IN_HAND // 256 + 1)
    assert ask(Door(config, workers), path="/v1/projects/import", body=data)[0][0]["status"] == 503
    sent, _ = ask(Door(config, workers), path="/v1/projects/import", body=data)
    assert sent[0]["status"] == 200
    assert b"".join(read) == data
    assert list((config.cache_path / "run" / "bodies").iterdir()) == []


def test_health_is_answered_while_no_process_is_there(config: Config, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("indextts.server.cluster.door._PROBE_S", 0.01)

    async def never(_: Call) -> AsyncGenerator[list[Message], None]:
        await asyncio.Event().wait()
        yield []

    assert ask(Door(config, Scripted(never)), "GET", "/health", b"")[0][0]["status"] == 200
    sent, body = ask(Door(config, Scripted(never)), "GET", "/healthz", b"")
    assert [sent[0]["status"], json.loads(body)["status"]] == [200, "loading"]
    sent, body = ask(Door(config, Scripted(never)), "GET", "/readyz", b"")
    assert [sent[0]["status"], json.loads(body)["error"]["code"]] == [503, "loading"]


def test_the_answer_to_a_head_has_no_body(config: Config) -> None:
    assert ask(Door(config, Scripted(WHOLE)), "HEAD", "/audio/x.wav", b"")[1] == b""


def test_a_client_that_goes_ends_the_work(config: Config) -> None:
    ended = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        await receive()
        await send(start())
        ended.append((await receive())["type"])

    def hosting(call: Call) -> AsyncGenerator[list[Message], None]:
        return Hosted(app, "one").answer(call)

    async def run() -> None:
        began = asyncio.Event()
        coming: list[Message] = [{"type": "http.request", "body": b"", "more_body": False}]

        async def receive() -> Message:
            if coming:
                return coming.pop()
            await began.wait()
            return {"type": "http.disconnect"}

        async def send(_: Message) -> None:
            began.set()

        scope = {"type": "http", "method": "POST", "path": "/v1/audio/speech", "headers": []}
        await Door(config, Scripted(hosting))(scope, receive, send)

    asyncio.run(run())
    assert ended == ["http.disconnect"]


def counted(door: Door) -> dict[tuple[str, ...], float]:
    families = text_string_to_metric_families(door.meter.written())
    return {(one.name, *one.labels.values()): one.value for family in families for one in family.samples}


def test_the_door_counts_what_no_process_can_know(config: Config) -> None:
    door = Door(config, Scripted(saying([start()], then=LOST), WHOLE, saying(then=LOST)))
    assert ask(door, path="/v1/audio/speech")[1] == b"sound, all of it"
    ask(door, path="/v1/jobs")
    told = counted(door)
    assert told["indextts_door_tries_total", "speech"] == 2 and told["indextts_door_tries_total", "studio"] == 1
    assert told["indextts_door_tries_lost_total", "speech"] == told["indextts_door_tries_lost_total", "studio"] == 1
    assert ("indextts_door_broken_total", "speech") not in told
    assert told["indextts_door_broken_total", "studio"] == told["indextts_errors_total", "worker_lost"] == 1
    assert told["indextts_door_seconds_count", "speech", "2xx"] == 1
    assert told["indextts_queue_wait_seconds_count", "door"] == 1
    assert told["indextts_waiting", "door"] == 0
    assert told["indextts_http_seconds_count", "POST", "door", "5xx"] == 1


def test_what_the_door_refuses_is_counted_by_its_code(config: Config) -> None:
    config = config.model_copy(update={"server": ServerConfig(rate_limit="1/minute")})
    door = Door(config, Scripted(WHOLE, saying(then=WorkersBusyError(64))))
    ask(door, client=("192.0.2.1", 1))
    ask(door, client=("192.0.2.1", 1))
    ask(door, client=("192.0.2.2", 1))
    told = counted(door)
    for code in ("rate_limited", "queue_full"):
        assert told["indextts_errors_total", code] == told["indextts_refusals_total", code] == 1


def test_a_probe_that_no_process_answers_is_no_error(config: Config) -> None:
    door = Door(config, Scripted(saying(then=StudioError("loading", retry_after_s=2))))
    assert ask(door, "GET", "/readyz", b"")[0][0]["status"] == 503
    assert not [name for name in counted(door) if name[0] in ("indextts_errors_total", "indextts_http_seconds_count")]


def test_who_waits_at_the_door_is_seen(config: Config) -> None:
    seen: list[float] = []

    async def looks(_: Call) -> AsyncGenerator[list[Message], None]:
        seen.append(counted(door)["indextts_waiting", "door"])
        yield [start()]
        seen.append(counted(door)["indextts_waiting", "door"])
        yield [part(b"", more=False)]

    door = Door(config, Scripted(looks))
    ask(door)
    assert seen == [1, 0]


def test_an_answer_loading_costs_nothing_of_the_rate(config: Config) -> None:
    config = config.model_copy(update={"server": ServerConfig(rate_limit="1/minute")})

    async def loads(scope: Any, receive: Any, send: Any) -> None:
        await error_response(scope, StudioError("loading", retry_after_s=2))(scope, receive, send)

    def hosting(call: Call) -> AsyncGenerator[list[Message], None]:
        return Hosted(loads, "one").answer(call)

    nobody = saying(then=StudioError("loading", retry_after_s=5))  # as where Serve has no process yet
    door = Door(config, Scripted(hosting, nobody, hosting, WHOLE))
    sent = [ask(door, client=("192.0.2.1", 1))[0] for _ in range(5)]
    assert [one[0]["status"] for one in sent] == [503, 503, 503, 200, 429]
    assert all(set(one[0]) == {"type", "status", "headers"} for one in sent), "what is for the door alone stays there"
