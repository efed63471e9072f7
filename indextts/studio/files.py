"""The page's scripts and style sheets over HTTP: ``page/HASH/lib/page.js`` and its like.

The address bears the hash of all of them, so a browser keeps what it has once fetched for good, and a new version has
new addresses. Scripts import one another by relative addresses, below the same hash.
"""

from __future__ import annotations

import gzip
import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

_TYPES: Final = {".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8"}
_FOLDERS: Final = ("lib", "tabs")
_FOREVER: Final = "public, max-age=31536000, immutable"
PREFIX: Final = "/page/"
ENTRY: Final = "lib/page.js"
"""The script that imports all others."""


@dataclass(frozen=True)
class _File:
    media_type: str
    plain: bytes
    packed: bytes
    """With gzip."""
    tag: str


class PageFiles:
    """All scripts and style sheets, read and packed once."""

    def __init__(self, root: Path | None = None) -> None:
        root = root or Path(__file__).parent
        found = sorted(path for folder in _FOLDERS for path in (root / folder).rglob("*") if path.suffix in _TYPES)
        self._files = {path.relative_to(root).as_posix(): _read(path) for path in found}
        whole = hashlib.sha256()
        for name, file in self._files.items():
            whole.update(f"{name} {file.tag}\n".encode())
        self.prefix: Final = f"{PREFIX}{whole.hexdigest()[:16]}/"
        """Where the files lie, below the page's own address."""

    def addresses(self, ending: str) -> list[str]:
        """Relative addresses of all files with that ending, those of ``lib`` first."""
        return [f".{self.prefix}{name}" for name in self._files if name.endswith(ending)]

    def answer(self, path: str, headers: Headers) -> Response:
        """The file at ``path`` (from :data:`PREFIX` on), packed where that is taken, 304 where it is known, or 404."""
        file = self._files.get(path.removeprefix(self.prefix)) if path.startswith(self.prefix) else None
        if file is None:
            return Response(status_code=404)
        kept = {"Cache-Control": _FOREVER, "ETag": f'"{file.tag}"', "Vary": "Accept-Encoding"}
        if file.tag in headers.get("if-none-match", ""):
            return Response(status_code=304, headers=kept)
        if _takes_gzip(headers.get("accept-encoding", "")):
            return Response(file.packed, media_type=file.media_type, headers={**kept, "Content-Encoding": "gzip"})
        return Response(file.plain, media_type=file.media_type, headers=kept)


class ServePageFiles:
    """ASGI middleware: answers what lies below :data:`PREFIX`, and passes on everything else."""

    def __init__(self, app: ASGIApp, *, files: PageFiles) -> None:
        self._app = app
        self._files = files

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer from memory."""
        path = scope["path"].removeprefix(scope.get("root_path", "")) if scope["type"] == "http" else ""
        if path.startswith(PREFIX):
            await self._files.answer(path, Headers(scope=scope))(scope, receive, send)
        else:
            await self._app(scope, receive, send)


def _read(path: Path) -> _File:
    plain = path.read_bytes()
    tag = hashlib.sha256(plain).hexdigest()[:16]
    return _File(_TYPES[path.suffix], plain, gzip.compress(plain, mtime=0), tag)


def _takes_gzip(accepted: str) -> bool:
    parts = [part.replace(" ", "").lower().split(";") for part in accepted.split(",")]
    return any(part[0] in ("gzip", "*") and "q=0" not in part[1:] for part in parts)
