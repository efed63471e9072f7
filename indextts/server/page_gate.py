"""The studio's page behind a gate: the port answers at once, Gradio joins when it is imported.

Importing Gradio takes seconds. Until it is there, the gate shows a small page of its own; then it passes
everything through. If Gradio fails, the API goes on without it.

Gradio answers at dozens of addresses, and takes a file of this machine wherever a value looks like one. What is
not used here is closed, and a value can only name a file that was uploaded.
"""

from __future__ import annotations

import asyncio
import contextlib
import errno
import json
import logging
import os
import re
import stat
import threading
import time
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal, TypeVar

from fastapi import FastAPI
from starlette.datastructures import Headers
from starlette.requests import HTTPConnection, Request
from starlette.responses import HTMLResponse
from starlette.routing import Mount
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from indextts.model.errors import StudioError
from indextts.model.i18n.messages import Bilingual, caller_language
from indextts.platform import importing
from indextts.platform.config import Config
from indextts.platform.gradio_import import only_what_pages_use
from indextts.server.calls import LIGHT_CALLS
from indextts.server.errors import SHAPED, error_response, is_mute, page_error_response
from indextts.server.routes.docs import read_page
from indextts.service.rate_limit import RateLimit, client_of
from indextts.service.service import SpeechService
from indextts.works.sounds.media import expect_listeners

if TYPE_CHECKING:
    import gradio as gr

log = logging.getLogger(__name__)

PageState = Literal["loading", "ready", "failed", "off"]

Made = TypeVar("Made")

BuildPage = Callable[[SpeechService], tuple["gr.Blocks", dict[str, Any]]]
"""Makes the page, and its own keyword arguments for ``gr.mount_gradio_app``."""

RETRY_S: Final = 10.0
"""After so long a page that failed on the disk is built again."""

_API_PREFIXES: Final = ("/v1/", "/tts/", "/audio/")
"""Addresses that are never the page's."""


class PageGate:
    """An ASGI app that stands where the page will be."""

    def __init__(self, service: SpeechService, build: BuildPage | None, *, root_path: str = "") -> None:
        self._service = service
        self._build = build
        self._root_path = root_path.rstrip("/")
        self._app: ASGIApp | None = None
        self._stop = asyncio.Event()
        self._visited = False
        self.state: PageState = "off" if build is None else "loading"
        self.load_times: dict[str, float] = {}

    async def live(self) -> None:
        """Build the page in a thread, keep its own background work alive until :meth:`stop`."""
        while self._build is not None and await self._failed_on_the_disk():
            # A disk that is full or read-only may be so for a while only.
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._stop.wait(), RETRY_S)
                return

    async def _failed_on_the_disk(self) -> bool:
        """Build the page and keep it alive; whether that failed in a way that may pass."""
        began = time.perf_counter()
        try:
            inner, front = await _in_own_thread(self._mount)
            # Gradio's queue lives in the lifespan of the app that it is mounted on, which must run in this loop.
            async with inner.router.lifespan_context(inner):
                self._app, self.state = front, "ready"
                self.load_times = {"page": round(time.perf_counter() - began, 3)}
                log.info("Loaded page in %.2f s", self.load_times["page"])
                await self._stop.wait()
        except Exception as error:
            # The API must not fall with the page: say it loudly, once, and go on.
            told, self._app, self.state = self.state == "failed", None, "failed"
            if not told:
                log.exception("The page could not be built; the API works without it")
            return isinstance(error, OSError)
        return False

    def stop(self) -> None:
        """Let :meth:`live` end."""
        self._stop.set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on to the page, or answer in its place."""
        if scope["type"] == "websocket":
            if is_mute(scope):
                await send({"type": "websocket.close", "code": 1008})
            else:
                await error_response(scope, StudioError("not_found"))(scope, receive, send)
            return
        path = scope["path"].removeprefix(self._root_path)
        if path.startswith(_API_PREFIXES):
            await error_response(scope, StudioError("not_found"))(scope, receive, send)
        elif self._app is not None:
            if path in ("", "/") and not self._visited:
                self._visited = True
                expect_listeners()
            await self._app(scope, receive, send)
        else:
            await self._without_page(scope, path)(scope, receive, send)

    def _without_page(self, scope: Scope, path: str) -> ASGIApp:
        if path not in ("", "/") or scope["method"] not in ("GET", "HEAD"):
            absent = self.state in ("failed", "off")
            return error_response(scope, StudioError("not_found") if absent else StudioError("loading", 2))
        if self.state == "off":
            return error_response(scope, StudioError("not_found"))
        chinese = caller_language(Headers(scope=scope)) == "zh"
        page = read_page("loading.html" if self.state == "loading" else "failed.html", scope)
        html = page.replace("{lang}", "zh-CN" if chinese else "en")
        status = 200 if self.state == "loading" else 503
        scope[SHAPED] = True  # this one is for eyes
        return HTMLResponse(html, status_code=status, headers={"Cache-Control": "no-store"})

    def _mount(self) -> tuple[FastAPI, ASGIApp]:
        """Import Gradio and put the page on an app of its own; that app, and what stands before it."""
        assert self._build is not None
        inner = mounted(self._build, self._service)
        return inner, PageCalls(inner, self._service)


def uploads_folder(config: Config) -> Path:
    """Where Gradio keeps what the page's users upload."""
    return config.cache_path / "gradio"


def mounted(build: BuildPage, service: SpeechService) -> FastAPI:
    """Gradio with the page on an app of its own, all of its addresses open."""
    cache = service.config.cache_path
    os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
    os.environ["HF_HUB_DISABLE_TELEMETRY"] = "1"
    os.environ["GRADIO_TEMP_DIR"] = str(uploads_folder(service.config))
    os.environ.setdefault("HF_HOME", str(cache / "huggingface"))
    with importing.alone():
        with only_what_pages_use():
            import gradio as gr
        from gradio.route_utils import CustomCORSMiddleware

        from indextts.server.gradio_calls import attend

    blocks, options = build(service)
    inner = FastAPI(openapi_url=None, docs_url=None, redoc_url=None)
    gr.mount_gradio_app(
        inner,
        blocks,
        path="/",
        allowed_paths=[str(service.outputs.folder)],
        max_file_size=service.config.server.max_upload_bytes,
        show_error=True,
        ssr_mode=False,
        run_history=False,
        enable_monitoring=False,
        footer_links=[],
        **options,
    )
    # Gradio looks whether a file may be used only in a page that it has launched itself.
    blocks.has_launched = blocks.is_running = True
    # It would let the pages of any website in, wherever it does not know this machine's name.
    page = next(route.app for route in inner.routes if isinstance(route, Mount))
    assert isinstance(page, FastAPI)
    opener: object = CustomCORSMiddleware
    page.user_middleware = [part for part in page.user_middleware if part.cls is not opener]
    attend(inner, service)
    return inner


async def _in_own_thread(work: Callable[[], Made]) -> Made:
    """Run ``work`` in a daemon thread, so that an import under way does not hold up the end of the process."""
    done: Future[Made] = Future()
    done.set_running_or_notify_cancel()  # from now on nothing but its end settles it

    def run() -> None:
        try:
            done.set_result(work())
        except Exception as error:
            done.set_exception(error)

    threading.Thread(target=run, name="page", daemon=True).start()
    return await asyncio.wrap_future(done)


_OPEN: Final[Mapping[str, str]] = {
    "GET": r"""
        /? | /config | /theme\.css | /manifest\.json | /favicon\.ico
        | /(assets|static|page)/.+  # the last has the studio's own scripts
        | /gradio_api/(info | theme\.css | startup-events | app_id | heartbeat/[^/]+ | queue/data | upload_progress)
        | /gradio_api/file=.+
    """,
    "HEAD": r"/gradio_api/file=.+",
    "POST": r"/gradio_api/(queue/join | run/[^/]+ | cancel | reset | upload)",
}
"""By method, the addresses (below the prefix) of all that is answered."""

_PATTERNS: Final = {method: re.compile(paths, re.VERBOSE) for method, paths in _OPEN.items()}
_LONGEST: Final = 1_024
"""Characters of an address: no file of the page, nor one that was uploaded, has a longer one."""
_NO_SUCH_NAME: Final = (errno.ENOENT, errno.ENOTDIR, errno.EISDIR, errno.ENAMETOOLONG, errno.EINVAL, errno.ELOOP)
_FILE: Final = "/gradio_api/file="
_UPLOAD: Final = "/gradio_api/upload"
_VALUES: Final = re.compile(r"/gradio_api/(queue/join|run/[^/]+)")
"""Calls that carry values for the page's inputs."""


class PageCalls:
    """ASGI middleware before Gradio's application: counts the calls, and lets no file in or out but those meant."""

    def __init__(self, app: ASGIApp, service: SpeechService) -> None:
        self._app = app
        self._uploads = uploads_folder(service.config)
        self._served = (service.outputs.folder, self._uploads)
        self._count = RateLimit(service.config.server.rate_limit, times=LIGHT_CALLS, own=service.keys.rate_of).check
        self._count_upload = service.rate.check

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on what is open, counted and with its values looked at."""
        path = scope["path"].removeprefix(scope.get("root_path", ""))
        try:
            self._check(scope, path)
            if _VALUES.fullmatch(path):
                receive = _again(self._checked_body(await Request(scope, receive).body()), receive)
        except StudioError as error:
            await page_error_response(scope, error)(scope, receive, send)
            return
        if scope["method"] == "POST":
            await self._app(scope, receive, send)
        else:
            await self._read(scope, receive, send)

    async def _read(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on what reads: a file's name that the system or Python cannot take is one that is not there."""
        started, held = False, list[Message]()

        async def holding_send(message: Message) -> None:
            nonlocal started
            # Gradio's application answers 500 before it lets go of what was raised.
            if held or (message["type"] == "http.response.start" and message["status"] >= 500):
                held.append(message)
                return
            started = True
            await send(message)

        try:
            await self._app(scope, receive, holding_send)
        except (OSError, ValueError) as error:
            if started or (isinstance(error, OSError) and error.errno not in _NO_SUCH_NAME):
                raise
            await page_error_response(scope, StudioError("not_found"))(scope, receive, send)
            return
        for message in held:
            await send(message)

    def _check(self, scope: Scope, path: str) -> None:
        methods = [method for method, pattern in _PATTERNS.items() if pattern.fullmatch(path)]
        if not methods or len(path) > _LONGEST or not path.isprintable():
            raise StudioError("not_found")
        if scope["method"] not in methods:
            raise StudioError("method_not_allowed", method=scope["method"])
        if path.startswith(_FILE) and not any(_is_in(folder, path.removeprefix(_FILE)) for folder in self._served):
            raise StudioError("not_found")
        client = client_of(HTTPConnection(scope))
        if path == _UPLOAD:
            self._count_upload(client)
        elif scope["method"] == "POST":
            self._count(client)

    def _checked_body(self, body: bytes) -> bytes:
        """``body`` if it names no file but uploaded ones. Raises :class:`StudioError` ``file_not_uploaded``."""
        # The mark may be written in escapes, or in an encoding with zeros; what has none of these cannot hold it.
        if not any(sign in body for sign in (b"gradio.FileData", b"\\u", b"\0")):
            return body
        try:
            value = json.loads(body)
        except (ValueError, RecursionError) as error:
            raise StudioError("malformed", reason=Bilingual("not valid JSON.", "不是有效的 JSON。")) from error
        files = _files_in(value)
        for file in files:
            if not _is_in(self._uploads, file.get("path")):
                raise StudioError("file_not_uploaded")
            file.pop("url", None)  # the file lies here: nobody has to be asked for it
        return json.dumps(value).encode() if files else body


def _files_in(value: Any) -> list[dict[str, Any]]:
    """All that Gradio would take for a file."""
    found: list[dict[str, Any]] = []
    waiting = [value]
    while waiting:
        part = waiting.pop()
        if isinstance(part, list):
            waiting.extend(part)
        elif isinstance(part, dict):
            waiting.extend(part.values())
            meta = part.get("meta")
            if isinstance(meta, dict) and meta.get("_type") == "gradio.FileData":
                found.append(part)
    return found


def _is_in(folder: Path, path: object) -> bool:
    """Whether ``path`` is an ordinary file in ``folder``, by its absolute address and without a way round."""
    if not isinstance(path, str) or not os.path.isabs(path):
        return False
    try:
        real = Path(os.path.realpath(path))
        return real.is_relative_to(os.path.realpath(folder)) and stat.S_ISREG(real.lstat().st_mode)
    except (OSError, ValueError):
        return False


def _again(body: bytes, receive: Receive) -> Receive:
    """``receive`` with ``body`` before it."""
    waiting: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def replay() -> Message:
        return waiting.pop() if waiting else await receive()

    return replay
