"""The bodies of all requests together take a bounded part of the memory, and pictures are unpacked one by one."""

from __future__ import annotations

import io
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import anyio
import pytest
from PIL import Image
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.testclient import TestClient
from starlette.types import Message, Receive, Scope, Send

from indextts.platform.serving_config import ServerConfig
from indextts.server.middleware import BodyLimit
from tests.support.waiting import until

LIMITS = ServerConfig(max_body_bytes=2000, max_book_bytes=10_000, max_upload_bytes=5_000)


class Sent:
    """One request to a book's address: its body comes whole, and its answer is kept."""

    def __init__(self, size: int, kind: str = "image/png") -> None:
        self.scope: dict[str, Any] = {
            "type": "http", "method": "POST", "path": "/v1/books", "query_string": b"", "state": {},
            "headers": [(b"content-type", kind.encode())],
        }  # fmt: skip
        self.pieces = [size // 2, size - size // 2]
        self.status = 0
        self.headers: dict[bytes, bytes] = {}
        self.body = b""

    async def receive(self) -> Message:
        if not self.pieces:
            return {"type": "http.disconnect"}
        return {"type": "http.request", "body": bytes(self.pieces.pop(0)), "more_body": bool(self.pieces)}

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status, self.headers = message["status"], dict(message["headers"])
        self.body += message.get("body", b"")


def test_large_bodies_beyond_the_bound_are_refused_and_all_others_come_in() -> None:
    async def both() -> None:
        holding, free = 0, anyio.Event()

        async def keeps(scope: Scope, receive: Receive, send: Send) -> None:
            nonlocal holding
            await Request(scope, receive).body()
            holding += 1
            await free.wait()
            await PlainTextResponse("kept")(scope, receive, send)

        limit = BodyLimit(keeps, limits=LIMITS)
        large = [Sent(10_000) for _ in range(2)]
        small, form = Sent(2000), Sent(9000, "multipart/form-data; boundary=x")
        refused = Sent(2500)
        async with anyio.create_task_group() as tasks:
            for number, one in enumerate((*large, small, form)):
                tasks.start_soon(limit, one.scope, one.receive, one.send)
                while holding <= number:
                    await anyio.lowlevel.checkpoint()
            with anyio.move_on_after(30):  # one that is let in would wait for ever
                await limit(refused.scope, refused.receive, refused.send)
            assert refused.status == 503 and b"bodies_full" in refused.body and refused.headers[b"retry-after"] == b"5"
            free.set()
        assert [one.status for one in (*large, small, form)] == [200] * 4
        again = Sent(10_000)
        await limit(again.scope, again.receive, again.send)
        assert again.status == 200, "what is answered makes room"

    anyio.run(both)


def test_pictures_are_unpacked_one_after_the_other(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    book = client.post("/v1/books", json={"text": "天黑了。", "title": "夜"}).json()["id"]
    into = io.BytesIO()
    Image.new("RGB", (60, 80), "navy").save(into, "PNG")
    turns = client.app.state.recordings.admission  # type: ignore[attr-defined]
    go, opened, inside, most = threading.Event(), Image.open, 0, 0

    def held(*args: Any, **options: Any) -> Any:
        nonlocal inside, most
        inside += 1
        most = max(most, inside)
        go.wait()
        inside -= 1
        return opened(*args, **options)

    monkeypatch.setattr(Image, "open", held)
    with ThreadPoolExecutor(4) as threads:
        asked = [
            threads.submit(
                client.put, f"/v1/books/{book}/cover", content=into.getvalue(), headers={"Content-Type": "image/png"}
            )
            for _ in range(4)
        ]
        try:
            until(lambda: inside + turns.waiting == 4)
        finally:
            go.set()
        assert [one.result().status_code for one in asked] == [200] * 4
    assert most == 1


@pytest.mark.night
def test_a_picture_that_is_too_large_is_refused_while_it_comes(client: TestClient) -> None:
    for data in (b"x" * (8 * 2**20 + 1), iter([b"x" * 2**20] * 9)):
        answer = client.put("/v1/books/nothing/cover", content=data, headers={"Content-Type": "image/png"})
        assert (answer.status_code, answer.json()["error"]["code"]) == (413, "body_too_large")
