"""What every request passes through: safe headers, an answer for the unforeseen, a limit of its size."""

from __future__ import annotations

import asyncio
import logging
import secrets
from typing import Final

import anyio
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from indextts.model.errors import StudioError
from indextts.model.plan_errors import plan_too_large
from indextts.platform.memory import is_short, shortage
from indextts.platform.serving_config import MAX_COVER_BYTES, ServerConfig
from indextts.server.errors import SHAPED, error_response, from_status, request_id
from indextts.service.caller import caller_in
from indextts.service.owner import FOREIGN, cookie_for

log = logging.getLogger(__name__)

GRADIO_API: Final = "/gradio_api/"
"""Gradio's own calls: its page understands only its own errors there."""

NONCE: Final = "nonce"
"""Key in the request's state: what marks the scripts of this answer's page as the server's own."""

_PAGE_POLICY: Final = "; ".join(
    (
        "default-src 'self'",
        # Gradio makes functions of the page's event handlers and of its HTML parts' scripts, in the browser and from
        # text: without 'unsafe-eval' no button does anything. Scripts in the page itself bear the nonce.
        "script-src 'self' 'nonce-{nonce}' 'unsafe-eval'",
        # Gradio and its components write styles into the page as they draw.
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data: blob:",
        "media-src 'self' data: blob:",
        "font-src 'self' data:",
        "connect-src 'self' data: blob:",
        "worker-src 'self' blob:",
        "object-src 'none'",
        "base-uri 'self'",
        "form-action 'self'",
        "frame-ancestors 'self'",
    )
)
"""For pages. Nothing from any other host: one that is used offline must not wait for it, nor tell it about its user."""

POLICY: Final = "policy"
"""Key in the request's state: the policy of a page that lives under a stricter one than the studio's."""

_EXPOSED: Final = "X-Engine, X-Fallback, X-Fallback-Reason, X-IndexTTS-Warning, X-Request-ID, X-Warnings, Retry-After"
"""Headers that the pages of other websites may read in answers to their calls."""

_PERMISSIONS: Final = ", ".join(
    ("microphone=(self)", "camera=()", "geolocation=()", "payment=()", "usb=()", "serial=()", "midi=()")
)
"""What pages may ask a browser's user for: the microphone, to clone a voice."""

_DATA_POLICY: Final = "; ".join(
    (
        "default-src 'none'",
        "media-src 'self'",  # a sound that is opened in a window of its own
        "style-src 'unsafe-inline'",  # the browser's own, around it
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
    )
)
"""For everything that is no page: it runs nothing and asks for nothing, whatever a browser takes it for."""


class BrokenStreamError(Exception):
    """An answer that had begun cannot be completed."""


class RequestContext:
    """Gives each response its headers, and turns what was not caught into a 500.

    ``root_path`` is the prefix under which a proxy publishes the app; whether it strips it makes no difference.
    """

    def __init__(self, app: ASGIApp, *, root_path: str = "") -> None:
        self._app = app
        self._root_path = root_path.rstrip("/")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pure ASGI, so that streams and disconnects pass through untouched."""
        if self._root_path and scope["type"] != "lifespan":
            scope["root_path"] = self._root_path
            if not f"{scope['path']}/".startswith(f"{self._root_path}/"):
                scope["path"] = self._root_path + scope["path"]
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        if scope["method"] == "HEAD" and GRADIO_API not in scope["path"]:
            # The server leaves out the body, by its own copy of the method.
            scope = {**scope, "method": "GET"}
        scope["state"][NONCE] = secrets.token_urlsafe(16)
        started = replaced = False

        async def dressed_send(message: Message) -> None:
            nonlocal started, replaced
            if replaced:
                return
            if message["type"] == "http.response.start":
                started = True
                # An error in another form than the contract's.
                if message["status"] >= 400 and not scope.get(SHAPED) and GRADIO_API not in scope["path"]:
                    replaced = True
                    await _send_instead(scope, receive, dress, message)
                    return
            await dress(message)

        async def dress(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers["X-Request-ID"] = request_id(scope)
                headers["X-Content-Type-Options"] = "nosniff"
                headers["Referrer-Policy"] = "same-origin"
                headers["Cross-Origin-Resource-Policy"] = "same-origin"
                if (origin := scope["state"].get(FOREIGN)) is not None:
                    headers["Cross-Origin-Resource-Policy"] = "cross-origin"
                    headers["Access-Control-Allow-Origin"] = origin
                    headers["Access-Control-Expose-Headers"] = _EXPOSED
                    headers.add_vary_header("Origin")
                is_page = headers.get("content-type", "").startswith("text/html")
                headers["X-Frame-Options"] = "SAMEORIGIN" if is_page and POLICY not in scope["state"] else "DENY"
                policy = _PAGE_POLICY.format(nonce=scope["state"][NONCE]) if is_page else _DATA_POLICY
                headers["Content-Security-Policy"] = scope["state"].get(POLICY, policy)
                headers["Cross-Origin-Opener-Policy"] = "same-origin"
                headers["Permissions-Policy"] = _PERMISSIONS
                if caller_in(scope).kind == "key":  # what one key is told is for no shared cache
                    headers.setdefault("Cache-Control", "private")
                if (cookie := cookie_for(scope, page=is_page)) is not None:
                    headers.append("Set-Cookie", cookie)
            await send(message)

        try:
            await self._app(scope, receive, dressed_send)
        except ClientDisconnect:
            log.info("Request %s ended: the client went away in the middle of its body", request_id(scope))
        except BrokenStreamError as error:
            # Ended without its end, the connection is closed: the client sees that the audio is not whole.
            log.warning("Request %s ended in the middle of its audio: %s", request_id(scope), error)
        except asyncio.CancelledError:
            # The server's own order, once its grace is over; only the server waits for this task.
            log.warning("Request %s %s ended by the stop", request_id(scope), scope["path"])
            if not started:
                await error_response(scope, StudioError("stopping", retry_after_s=5))(scope, receive, dress)
        except Exception as error:
            log.exception("Request %s %s %s failed", request_id(scope), scope["method"], scope["path"])
            if started:
                raise  # the server then breaks the connection, which is how a client learns of half an answer
            failure = shortage() if is_short(error) else StudioError("internal", request_id=request_id(scope))
            await error_response(scope, failure)(scope, receive, dress)


async def _send_instead(scope: Scope, receive: Receive, send: Send, message: Message) -> None:
    error = from_status(message["status"], scope["method"], f"HTTP {message['status']}", request_id=request_id(scope))
    response = error_response(scope, error, status=message["status"])
    given = Headers(scope=message)
    for name in ("allow", "content-range", "retry-after"):
        if name in given:
            response.headers[name] = given[name]
    await response(scope, receive, send)


_LARGE: Final = (GRADIO_API, "/v1/lexicon/import", "/v1/clones/import")
"""Calls that carry more than a text: the page's, and files."""
_PLANS: Final = ("/v1/render", "/v1/jobs")
"""The calls that carry a plan, which is hundreds of bytes for each character."""

_COVER: Final = "/cover"
_BOOKS: Final = "/v1/books"
_JOBS: Final = "/v1/jobs"
"""The calls that carry a book: as a file, or as text."""

_PROJECT: Final = "/v1/projects/import"
"""The call that carries a project with all its sounds."""
_PROJECTS: Final = "/v1/projects"
_PROJECTS_BYTES: Final = 8 * 1024 * 1024
"""The longest text that is worked on, every character escaped, and what belongs to it."""

_AT_ONCE: Final = 2
"""Bodies of the largest size that may be in memory at the same time, those of all requests together."""
_BUSY_S: Final = 5

_DRAIN_BYTES: Final = 64 * 1024 * 1024
_DRAIN_S: Final = 3.0


class BodyLimit:
    """Refuses bodies that are too large, counting what really arrives: a client's Content-Length proves nothing.

    The sum of all bodies in memory is bounded as well. Those of an ordinary size always come in, so that no upload
    keeps the others from asking; forms and projects do not count, because they go to the disk as they arrive.
    """

    def __init__(self, app: ASGIApp, *, limits: ServerConfig) -> None:
        self._app = app
        self._limits = limits
        self._held = 0
        self._most_held = _AT_ONCE * max(limits.max_book_bytes, limits.max_upload_bytes)

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
                await drain(receive)
            await _refuse(scope, receive, send, refusal)
            return
        to_disk = _is_form(headers) or scope["path"].endswith(_PROJECT)
        taken = held = 0
        over: StudioError | None = None
        started = False

        async def counting_receive() -> Message:
            nonlocal taken, held, over
            message = await receive()
            if message["type"] == "http.request":
                size = len(message.get("body", b""))
                taken += size
                if taken > limit:
                    over = refusal
                elif not to_disk:
                    held += size
                    self._held += size
                    if taken > self._limits.max_body_bytes and self._held > self._most_held:
                        over = StudioError("bodies_full", retry_after_s=_BUSY_S)
                if over is not None:
                    raise over
            return message

        async def guarded_send(message: Message) -> None:
            nonlocal started
            # Whatever the application made of a body that ended early is not the answer.
            if over is not None and not started:
                return
            started = True
            await send(message)

        try:
            await self._app(scope, counting_receive, guarded_send)
        except StudioError as error:
            if error is not over:
                raise
        finally:
            self._held -= held
        if over is not None and not started:
            await drain(receive)
            await _refuse(scope, receive, send, over)

    def _limit(self, path: str, headers: Headers) -> tuple[int, StudioError]:
        """How many bytes the body may have, and what is said of more."""
        is_upload = _is_form(headers)
        if path.endswith(_COVER):
            return MAX_COVER_BYTES, StudioError("body_too_large", limit=MAX_COVER_BYTES)
        if _BOOKS in path or (is_upload and path.endswith(_JOBS)):
            return self._limits.max_book_bytes, StudioError("body_too_large", limit=self._limits.max_book_bytes)
        if path.endswith(_PLANS):
            limit = self._limits.max_plan_bytes
            return limit, plan_too_large(limit)
        if path.endswith(_PROJECT):
            return self._limits.max_project_bytes, StudioError("body_too_large", limit=self._limits.max_project_bytes)
        if _PROJECTS in path:
            limit = min(self._limits.max_upload_bytes, _PROJECTS_BYTES)
            return limit, StudioError("body_too_large", limit=limit)
        is_large = is_upload or any(part in path for part in _LARGE)
        limit = self._limits.max_upload_bytes if is_large else self._limits.max_body_bytes
        return limit, StudioError("body_too_large", limit=limit)


def _is_form(headers: Headers) -> bool:
    return headers.get("content-type", "").lower().startswith("multipart/form-data")


async def _refuse(scope: Scope, receive: Receive, send: Send, error: StudioError) -> None:
    response = error_response(scope, error)
    response.headers["Connection"] = "close"
    await response(scope, receive, send)


async def drain(receive: Receive) -> None:
    """Read on for a moment without keeping anything: a client that is still sending would not see the answer."""
    taken = 0
    with anyio.move_on_after(_DRAIN_S):
        while taken <= _DRAIN_BYTES:
            message = await receive()
            taken += len(message.get("body", b""))
            if message["type"] != "http.request" or not message.get("more_body"):
                return
