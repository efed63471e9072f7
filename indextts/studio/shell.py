"""What the studio sends around Gradio's page: its own scripts and style sheets, and the head of the HTML.

Gradio adds a page's own head only after it has started, too late to decide on a language or to avoid a flash of
the wrong theme. So the page is completed on its way out, by :class:`CompletePage`.

All scripts are one file, ``page/HASH/lib/studio.js``, and all style sheets another one. The address bears the hash of
both, so a browser keeps what it has once fetched for good, and a new version has new addresses.
"""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from indextts.model.i18n.messages import Language, caller_language
from indextts.model.settings import RANGES, SETTINGS
from indextts.reading.emotion.names import EMOTIONS
from indextts.studio import bundle
from indextts.studio.form import FIELDS
from indextts.studio.layout import TABS
from indextts.studio.strings import LOCALES, table

_TYPES: Final = {
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".webmanifest": "application/manifest+json",
}
_FOLDERS: Final = ("lib", "tabs")
_FAST: Final = 4
"""Of gzip's levels, for what is packed at each request."""
_FOREVER: Final = "public, max-age=31536000, immutable"
PREFIX: Final = "/page/"
ENTRY: Final = "lib/page.js"
"""The module that imports all others."""
SCRIPT: Final = "lib/studio.js"
LATE: Final = {
    **{f"lib/{tab}.js": f"tabs/{tab}/tab.js" for tab in TABS if tab != "speak"},
    "lib/study.js": "lib/study.js",
}
"""What a page fetches when it is first needed (``lib/late.js``): the tabs that a first visit does not open."""
STYLES: Final = "lib/studio.css"
GRADIOS_STYLES: Final = "lib/gradio.css"
ICON: Final = "lib/icon.svg"

_HTML_TAG: Final = re.compile(rb"<html\b([^>]*?)\slang=(?:\"[^\"]*\"|'[^']*')", re.IGNORECASE)
_HEAD_TAG: Final = re.compile(rb"<head[^>]*>(?:\s*<meta charset=[^>]*>)?", re.IGNORECASE)
_SCRIPT_TAG: Final = re.compile(rb"<script(?=[\s>])")
_GRADIOS_OWN: Final = re.compile(
    rb"""<link rel="manifest"[^>]*>|<script>(?:(?!</script>).)*?iframeResizer(?:(?!</script>).)*</script>""", re.DOTALL
)
"""A manifest that names Gradio, and a script for pages that frame this one; of other origins none may."""


@dataclass(frozen=True)
class _File:
    media_type: str
    plain: bytes
    packed: bytes
    """With gzip."""
    tag: str


class PageFiles:
    """All scripts and style sheets, read and packed once."""

    def __init__(self, root: Path | None = None, *, gradios: Mapping[str, str] | None = None) -> None:
        """``gradios`` are style sheets of Gradio's components: see :func:`indextts.studio.gradio_styles.sheets`."""
        self.gradios: Final = [*(gradios or ())]
        root = root or Path(__file__).parent
        found = sorted(path for folder in _FOLDERS for path in (root / folder).rglob("*") if path.suffix in _TYPES)
        read = {path.relative_to(root).as_posix(): path.read_bytes() for path in found}

        def texts(ending: str) -> dict[str, str]:
            return {name: text.decode() for name, text in read.items() if name.endswith(ending)}

        modules = texts(".js")
        late = {address: path for address, path in LATE.items() if path in modules}
        script, more = bundle.scripts(modules, ENTRY, late, f"./{Path(SCRIPT).name}")
        joined = {STYLES: bundle.styles(texts(".css")), SCRIPT: script, **more}
        joined[GRADIOS_STYLES] = bundle.styles(gradios or {})
        sent = {name: text.encode() for name, text in joined.items()}
        sent |= {name: content for name, content in read.items() if not name.endswith((".css", ".js"))}
        self._files = {name: _packed(name, content) for name, content in sent.items()}
        whole = hashlib.sha256()
        for name, file in self._files.items():
            whole.update(f"{name} {file.tag}\n".encode())
        self.icon: Final = base64.b64encode(sent.get(ICON, b"")).decode()
        """In the head itself: a browser asks for it with every page."""
        self.prefix: Final = f"{PREFIX}{whole.hexdigest()[:16]}/"
        """Where the files lie, below the page's own address."""

    def address(self, name: str) -> str:
        """The relative address of the file of that name."""
        return f".{self.prefix}{name}"

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


def _packed(name: str, plain: bytes) -> _File:
    tag = hashlib.sha256(plain).hexdigest()[:16]
    return _File(_TYPES[Path(name).suffix], plain, gzip.compress(plain, mtime=0), tag)


def _takes_gzip(accepted: str) -> bool:
    parts = [part.replace(" ", "").lower().split(";") for part in accepted.split(",")]
    return any(part[0] in ("gzip", "*") and "q=0" not in part[1:] for part in parts)


class CompletePage:
    """ASGI middleware: puts language, styles and scripts into every HTML page that passes."""

    def __init__(self, app: ASGIApp, *, files: PageFiles) -> None:
        self._app = app
        self._heads: dict[Language, bytes] = {language: head_html(language, files).encode() for language in LOCALES}
        self._tail = tail_html(files).encode()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass everything through, HTML pages completed."""
        if scope["type"] != "http" or scope["method"] not in ("GET", "HEAD"):
            await self._app(scope, receive, send)
            return
        asked = Headers(scope=scope)
        language, packs = caller_language(asked), _takes_gzip(asked.get("accept-encoding", ""))
        start: Message | None = None
        body = bytearray()

        async def complete(message: Message) -> None:
            nonlocal start
            if message["type"] == "http.response.start":
                kind = Headers(raw=message["headers"]).get("content-type", "")
                if kind.startswith("text/html"):
                    start = message
                    return
            if start is None or message["type"] != "http.response.body":
                await send(message)
                return
            body.extend(message.get("body", b""))
            if message.get("more_body", False):
                return
            page = self.completed(bytes(body), language, scope.get("state", {}).get("nonce", ""))
            headers = MutableHeaders(raw=list(start["headers"]))
            if packs:
                page = gzip.compress(page, _FAST)
                headers["content-encoding"] = "gzip"
            headers.add_vary_header("Accept-Encoding")
            if scope["method"] == "GET":
                headers["content-length"] = str(len(page))
            else:
                del headers["content-length"]
            headers["content-language"] = LOCALES[language]
            headers["cache-control"] = "no-store"
            headers.add_vary_header("Cookie")
            headers.add_vary_header("Accept-Language")
            await send({**start, "headers": headers.raw})
            await send({"type": "http.response.body", "body": page})

        await self._app(scope, receive, complete)

    def completed(self, page: bytes, language: Language, nonce: str = "") -> bytes:
        """``page`` with its language set and the studio's head in it, all its scripts marked with ``nonce``."""
        page = _GRADIOS_OWN.sub(b"", page)
        locale = LOCALES[language].encode()
        page = _HTML_TAG.sub(lambda found: b"<html" + found[1] + b' lang="' + locale + b'"', page, count=1)
        head = self._heads[language]
        page = _HEAD_TAG.sub(lambda found: found[0] + head, page, count=1)
        page = page.replace(b"</head>", self._tail + b"</head>", 1)
        return _SCRIPT_TAG.sub(b'<script nonce="' + nonce.encode() + b'"', page) if nonce else page


def tail_html(files: PageFiles) -> str:
    """What ends the ``<head>``: Gradio's sheets in one, and for each a link that fetches nothing, but is there."""
    if not files.gradios:
        return ""
    named = "".join(f'<link rel="stylesheet" href="./assets/{name}" disabled>' for name in files.gradios)
    return f'<link rel="stylesheet" href="{files.address(GRADIOS_STYLES)}">{named}'


def head_html(language: Language, files: PageFiles) -> str:
    """The studio's own part of ``<head>``: icon, style sheets, facts for the scripts, scripts. It names no other host.

    The entry stands before Gradio's script, and modules run in the order in which they stand: what Gradio's events call
    is there when Gradio begins.
    """
    facts = {
        "language": language,
        "locale": LOCALES[language],
        "strings": table(language),
        "tabs": [*TABS],
        "settings": FIELDS,
        "bounds": {name: (*bounds, SETTINGS[name].step) for name, bounds in RANGES.items()},
        "emotions": EMOTIONS,
    }
    # "<" cannot end the script early when it is written as an escape.
    blob = json.dumps(facts, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")
    return (
        '<meta name="color-scheme" content="light dark">'
        '<meta name="theme-color" content="#3B6EF6">'
        f'<link rel="icon" type="image/svg+xml" href="data:image/svg+xml;base64,{files.icon}">'
        f'<link rel="apple-touch-icon" href="{files.address("lib/icon-192.png")}">'
        f'<link rel="manifest" href="{files.address(f"lib/{language}.webmanifest")}">'
        f'<link rel="stylesheet" href="{files.address(STYLES)}">'
        f'<script type="application/json" id="studio-facts">{blob}</script>'
        f'<script type="module" blocking="render" src="{files.address(SCRIPT)}"></script>'
    )
