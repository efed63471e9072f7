"""The calls of Gradio's that the page and Gradio's clients need, and no others.

Gradio answers at dozens of addresses, and takes a file of this machine wherever a value looks like one. What nobody
here uses is closed, and a value can only name a file that was uploaded.
"""

from __future__ import annotations

import json
import os
import re
import stat
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

from starlette.requests import HTTPConnection, Request
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from indextts.errors import StudioError
from indextts.i18n.messages import Bilingual
from indextts.server.errors import error_body, error_response
from indextts.service.rate_limit import client_of

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
_FILE: Final = "/gradio_api/file="
_UPLOAD: Final = "/gradio_api/upload"
_VALUES: Final = re.compile(r"/gradio_api/(queue/join|run/[^/]+)")
"""Calls that carry values for the page's inputs."""

Count = Callable[[str], None]
"""Counts one request of a client; raises :class:`StudioError` ``rate_limited``."""


class PageCalls:
    """ASGI middleware before Gradio's application.

    ``uploads`` is the folder where Gradio keeps what was uploaded, ``served`` are the folders whose files it gives out.
    ``count`` counts the page's calls for each client, ``count_upload`` the files.
    """

    def __init__(
        self, app: ASGIApp, *, uploads: Path, served: tuple[Path, ...], count: Count, count_upload: Count
    ) -> None:
        self._app = app
        self._uploads = uploads
        self._served = served
        self._count = count
        self._count_upload = count_upload

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on what is open, counted and with its values looked at."""
        path = scope["path"].removeprefix(scope.get("root_path", ""))
        try:
            self._check(scope, path)
            if _VALUES.fullmatch(path):
                receive = _again(self._checked_body(await Request(scope, receive).body()), receive)
        except StudioError as error:
            await _refusal(scope, error)(scope, receive, send)
            return
        await self._app(scope, receive, send)

    def _check(self, scope: Scope, path: str) -> None:
        methods = [method for method, pattern in _PATTERNS.items() if pattern.fullmatch(path)]
        if not methods:
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
            raise StudioError("malformed", reason=Bilingual("no valid JSON.", "不是有效的 JSON。")) from error
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


def _refusal(scope: Scope, error: StudioError) -> JSONResponse:
    """``error`` in the contract's form; for Gradio's page, which shows only what it knows, in its own as well."""
    response = error_response(scope, error)
    if scope["path"].removeprefix(scope.get("root_path", "")).startswith("/gradio_api/"):
        body = error_body(scope, error)
        detail = f"{body['error']['message']} {body['error']['hint']}"
        response.body = response.render({**body, "detail": detail})
        response.headers["content-length"] = str(len(response.body))
    return response
