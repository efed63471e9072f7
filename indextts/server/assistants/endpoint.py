"""``/mcp``: the Model Context Protocol over streamable HTTP, by its own SDK, within this server's limits.

Gradio has a server for this too. It calls the page through the machine's own address, where every caller is this
machine's person, and it answers sounds as addresses alone: so it stays closed.

Nothing is kept between requests, so that any process of several may answer the next one. The session's id that older
clients get is only the name under which they can stop their calls.
"""

from __future__ import annotations

import asyncio
import base64
import json
import logging
import secrets
from collections import OrderedDict
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.types import Message, Receive, Scope, Send

from indextts import __version__
from indextts.model.errors import StudioError, because, printable
from indextts.model.i18n.messages import caller_language
from indextts.platform import importing
from indextts.server.assistants.offers import INSTRUCTIONS, OFFERS
from indextts.server.assistants.tools import ToolAnswer, answered
from indextts.server.calls import in_thread, limit_light_rate
from indextts.server.errors import SHAPED, error_response
from indextts.server.parsing import content_type, parse_json

if TYPE_CHECKING:
    from mcp.server.streamable_http_manager import StreamableHTTPSessionManager

log = logging.getLogger(__name__)

PATH: Final = "/mcp"
_JSON: Final = "application/json"
_INVALID_REQUEST: Final = -32600
"""JSON-RPC's number for a message that is none."""
_SESSION: Final = "mcp-session-id"
_MOST_SESSION: Final = 128
_MOST_CALLS: Final = 1024


class Assistants:
    """An ASGI app. The SDK is imported on the first request."""

    def __init__(self) -> None:
        self._opening = asyncio.Lock()
        self._manager: StreamableHTTPSessionManager | None = None
        self._life: asyncio.Task[None] | None = None
        self._end = asyncio.Event()
        self._calls: OrderedDict[tuple[str, str], asyncio.Event] = OrderedDict()
        """Calls of older clients that can be stopped, by session and number."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one message, and stop what it asked for when its client goes."""
        request = Request(scope, receive)
        if request.method != "POST":
            refusal = error_response(scope, StudioError("method_not_allowed", method=request.method))
            refusal.headers["Allow"] = "POST"
            await refusal(scope, receive, send)
            return
        await limit_light_rate(request)
        body = await request.body()
        if content_type(request) != _JSON:
            raise StudioError("wrong_type", expected=_JSON, received=printable(content_type(request)) or "no type")
        manager = await self._ready(request)
        scope[SHAPED] = True  # JSON-RPC has a form of its own for what is wrong
        try:
            method, number = _what(body)
        except StudioError as error:
            told = {"code": _INVALID_REQUEST, "message": error.localise(caller_language(request.headers))[0]}
            answer = JSONResponse({"jsonrpc": "2.0", "id": None, "error": told}, 400)
            await answer(scope, receive, send)
            return
        session = request.headers.get(_SESSION, "")[:_MOST_SESSION]
        stop = asyncio.Event()
        if method == "notifications/cancelled" and session:
            self._stop(session, number)
        if method == "tools/call" and session:
            self._calls[session, number] = stop
            if len(self._calls) > _MOST_CALLS:
                self._calls.popitem(last=False)
        if method == "initialize":
            send = _with_session(send)
        try:
            await manager.handle_request(scope, _again(body, receive, stop), send)
        finally:
            if self._calls.get((session, number)) is stop:
                del self._calls[session, number]

    def _stop(self, session: str, number: str) -> None:
        if (call := self._calls.get((session, number))) is not None:
            call.set()

    async def close(self) -> None:
        """End what is under way."""
        self._end.set()
        if self._life is not None:
            await asyncio.gather(self._life, return_exceptions=True)

    async def _ready(self, request: Request) -> StreamableHTTPSessionManager:
        async with self._opening:
            if self._manager is None:
                manager, begun = await in_thread(request, _manager), asyncio.Event()
                self._life = asyncio.create_task(self._live(manager, begun))
                await begun.wait()
                self._manager = manager
        return self._manager

    async def _live(self, manager: StreamableHTTPSessionManager, begun: asyncio.Event) -> None:
        async with manager.run():
            begun.set()
            await self._end.wait()


def _manager() -> StreamableHTTPSessionManager:
    """The SDK's side of it. Raises :class:`StudioError` ``dependency_missing``."""
    try:
        with importing.alone():
            import mcp_types as types
            from mcp.server.context import ServerRequestContext
            from mcp.server.lowlevel.server import Server
            from mcp.server.streamable_http_manager import StreamableHTTPSessionManager
    except ModuleNotFoundError as error:
        raise StudioError("dependency_missing", package="mcp", command="./start_app.sh --with mcp") from error

    tools = [types.Tool.model_validate(offer) for offer in OFFERS]

    async def listed(
        context: ServerRequestContext[Any, Any], params: types.PaginatedRequestParams | None
    ) -> types.ListToolsResult:
        return types.ListToolsResult(tools=tools)

    async def called(
        context: ServerRequestContext[Any, Any], params: types.CallToolRequestParams
    ) -> types.CallToolResult:
        asked = context.request
        assert isinstance(asked, Request)
        found = await answered(asked, params.name, params.arguments or {})
        content = await in_thread(asked, partial(_content, found))
        return types.CallToolResult.model_validate(
            {"content": content, "structuredContent": found.facts, "isError": found.failed}
        )

    server: Server[Any] = Server(
        "indextts-studio",
        title="IndexTTS Studio",
        version=__version__,
        instructions=INSTRUCTIONS,
        on_list_tools=listed,
        on_call_tool=called,
    )
    return StreamableHTTPSessionManager(server, json_response=True, stateless=True)


def _content(found: ToolAnswer) -> list[dict[str, Any]]:
    """The sound where there is one, and the facts as text, for clients that show nothing else."""
    text = json.dumps(found.facts, ensure_ascii=False, separators=(",", ":"))
    if found.failed:
        text = f"{found.facts['error']['message']} {found.facts['error']['hint']}"
    blocks: list[dict[str, Any]] = [{"type": "text", "text": text}]
    if found.sound:
        data = base64.b64encode(found.sound).decode("ascii")
        blocks.insert(0, {"type": "audio", "data": data, "mimeType": found.sound_type})
    return blocks


def _what(body: bytes) -> tuple[str, str]:
    """The method of a message, and the number of the call that it is or is about.

    Raises :class:`StudioError` ``malformed`` for what is no message of JSON-RPC as the protocol has it: the SDK would
    tell it in words of its own, or take it for one that needs no answer.
    """
    if body.lstrip().startswith(b"["):
        raise because("malformed", "batches are not accepted: send one message.", "不接受批量消息，请每次发送一条。")
    message = parse_json(body)
    method, number, params = message.get("method"), message.get("id"), message.get("params")
    named = isinstance(number, (str, int)) and not isinstance(number, bool)
    asks = isinstance(method, str) and isinstance(params, dict | None) and (named or "id" not in message)
    answers = "method" not in message and named and isinstance(message.get("result"), dict)
    if message.get("jsonrpc") != "2.0" or not (asks or answers):
        english = (
            'a message has jsonrpc "2.0", a method, params as an object, and an id that is text or a whole number.'
        )
        chinese = '消息应有 jsonrpc "2.0"、method、对象形式的 params，id 为文字或整数。'
        raise because("malformed", english, chinese)
    about = (params or {}).get("requestId") if method == "notifications/cancelled" else number
    return str(method), json.dumps(about)


def _again(body: bytes, receive: Receive, stop: asyncio.Event) -> Receive:
    """``receive`` with ``body`` before it; a call that is stopped looks like one whose client has gone."""
    waiting: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def replay() -> Message:
        if waiting:
            return waiting.pop()
        gone, stopped = asyncio.ensure_future(receive()), asyncio.create_task(stop.wait())
        try:
            await asyncio.wait((gone, stopped), return_when=asyncio.FIRST_COMPLETED)
            return gone.result() if gone.done() else {"type": "http.disconnect"}
        finally:
            gone.cancel()
            stopped.cancel()

    return replay


def _with_session(send: Send) -> Send:
    async def named(message: Message) -> None:
        if message["type"] == "http.response.start" and message["status"] == 200:
            MutableHeaders(scope=message)[_SESSION] = secrets.token_urlsafe(24)
        await send(message)

    return named
