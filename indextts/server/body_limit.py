"""The limit on the size of requests."""

from __future__ import annotations

from typing import Final

import anyio
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from indextts.config import ServerConfig
from indextts.errors import StudioError
from indextts.server.errors import error_response
from indextts.server.middleware import GRADIO_API
from indextts.utterance.errors import plan_too_large

_LARGE: Final = (GRADIO_API, "/v1/lexicon/import", "/v1/clones/import")
"""Calls that carry more than a text: the page's, and files."""
_PLAN: Final = "/v1/render"
"""The call that carries a plan, which is hundreds of bytes for each character."""

_DRAIN_BYTES: Final = 32 * 1024 * 1024
_DRAIN_S: Final = 1.0


class BodyLimit:
    """Refuses bodies that are too large, counting what really arrives: a client's Content-Length proves nothing."""

    def __init__(self, app: ASGIApp, *, limits: ServerConfig) -> None:
        self._app = app
        self._limits = limits

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Each request may have as many bytes as what it carries: files and the page's calls, plans, all else."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        limit, refusal = self._limit(scope["path"], headers)
        declared = headers.get("content-length", "")
        if declared.isascii() and declared.isdigit() and int(declared[:20]) > limit:
            if "expect" not in headers and int(declared[:20]) <= _DRAIN_BYTES:
                await _drain(receive)
            await _refuse(scope, receive, send, refusal)
            return
        taken = 0
        over = started = False

        async def counting_receive() -> Message:
            nonlocal taken, over
            message = await receive()
            if message["type"] == "http.request":
                taken += len(message.get("body", b""))
                if taken > limit:
                    over = True
                    raise refusal
            return message

        async def guarded_send(message: Message) -> None:
            nonlocal started
            # Whatever the application made of a body that ended early is not the answer.
            if over and not started:
                return
            started = True
            await send(message)

        try:
            await self._app(scope, counting_receive, guarded_send)
        except StudioError as error:
            if error is not refusal:
                raise
        if over and not started:
            await _drain(receive)
            await _refuse(scope, receive, send, refusal)

    def _limit(self, path: str, headers: Headers) -> tuple[int, StudioError]:
        """How many bytes the body may have, and what is said of more."""
        if path.endswith(_PLAN):
            limit = self._limits.max_plan_bytes
            return limit, plan_too_large(limit)
        is_upload = headers.get("content-type", "").lower().startswith("multipart/form-data")
        is_large = is_upload or any(part in path for part in _LARGE)
        limit = self._limits.max_upload_bytes if is_large else self._limits.max_body_bytes
        return limit, StudioError("body_too_large", limit=limit)


async def _refuse(scope: Scope, receive: Receive, send: Send, error: StudioError) -> None:
    response = error_response(scope, error)
    response.headers["Connection"] = "close"
    await response(scope, receive, send)


async def _drain(receive: Receive) -> None:
    """Read on for a moment without keeping anything: a client that is still sending would not see the answer."""
    taken = 0
    with anyio.move_on_after(_DRAIN_S):
        while taken <= _DRAIN_BYTES:
            message = await receive()
            taken += len(message.get("body", b""))
            if message["type"] != "http.request" or not message.get("more_body"):
                return
