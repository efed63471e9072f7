"""A file of the wrong kind is refused by its first bytes; what still comes is not waited for."""

from __future__ import annotations

import asyncio
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import anyio
import pytest
from starlette.requests import Request

from indextts.model.errors import StudioError
from indextts.platform.serving_config import ServerConfig
from indextts.platform.storage.bounded import ZIP
from indextts.server.uploads import sent_file

FORM = b'--X\r\nContent-Disposition: form-data; name="note"\r\n\r\nPK\r\n'
FORM += b'--X\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n'
BEFORE = {"application/zip": b"", "multipart/form-data; boundary=X": FORM}
MOST = 100
"""Messages of a megabyte: more than is read on for a client that does not look."""
REFUSAL = StudioError("malformed", reason="x")


def read(kind: str, begin: bytes, folder: Path) -> int:
    """How many messages were taken of a body that begins so and has no end."""
    taken = 0

    async def receive() -> dict[str, Any]:
        nonlocal taken
        taken += 1
        if taken > MOST:
            raise AssertionError("all of it is read")
        return {"type": "http.request", "body": begin if taken == 1 else bytes(2**20), "more_body": True}

    app = SimpleNamespace(
        state=SimpleNamespace(config=SimpleNamespace(server=ServerConfig()), threads=anyio.CapacityLimiter(1))
    )
    headers = [(b"content-type", kind.encode())]
    request = Request({"type": "http", "method": "POST", "path": "/", "headers": headers, "app": app}, receive)

    async def work() -> None:
        async with sent_file(request, ["application/zip"], folder, begins=(ZIP, REFUSAL)) as _:
            raise AssertionError("it has no end")

    with pytest.raises(StudioError) as raised:
        asyncio.run(work())
    assert raised.value is REFUSAL
    return taken


@pytest.mark.parametrize("kind", BEFORE)
@pytest.mark.parametrize("begin", [b"\0\0", b"P", b"fLaC", b"pk\3\4"])
def test_the_wrong_kind_is_refused_by_its_first_bytes(tmp_path: Path, kind: str, begin: bytes) -> None:
    taken = read(kind, BEFORE[kind] + begin + bytes(64), tmp_path)
    assert taken < MOST and not list(tmp_path.iterdir())
