"""The HTML around Gradio's page: the reader's language, style sheets and scripts, there before anything is drawn.

Gradio adds a page's own head only after it has started, too late to decide on a language or to avoid a flash of
the wrong theme. So the page is completed on its way out, by :class:`CompletePage`.
"""

from __future__ import annotations

import json
import re
from typing import Final

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from indextts.emotion.names import EMOTIONS
from indextts.i18n.language import caller_language
from indextts.i18n.messages import Language
from indextts.studio.files import ENTRY, PageFiles
from indextts.studio.form import FIELDS
from indextts.studio.layout import TABS
from indextts.studio.strings import LOCALES, table
from indextts.utterance.settings import RANGES, SETTINGS

_HTML_TAG: Final = re.compile(rb"<html\b([^>]*?)\slang=(?:\"[^\"]*\"|'[^']*')", re.IGNORECASE)
_HEAD_TAG: Final = re.compile(rb"<head[^>]*>(?:\s*<meta charset=[^>]*>)?", re.IGNORECASE)
_SCRIPT_TAG: Final = re.compile(rb"<script(?=[\s>])")
_MANIFEST: Final = b'href="/manifest.json"'

_ICON: Final = (
    "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 32 32'%3E%3Crect width='32' height='32'"
    " rx='8' fill='%233B6EF6'/%3E%3Cpath d='M8 13v6M13 9v14M18 12v8M23 14v4' stroke='%23fff' stroke-width='2.6'"
    " stroke-linecap='round'/%3E%3C/svg%3E"
)


class CompletePage:
    """ASGI middleware: puts language, styles and scripts into every HTML page that passes."""

    def __init__(self, app: ASGIApp, *, files: PageFiles) -> None:
        self._app = app
        self._heads: dict[Language, bytes] = {language: head_html(language, files).encode() for language in LOCALES}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass everything through, HTML pages completed."""
        if scope["type"] != "http" or scope["method"] not in ("GET", "HEAD"):
            await self._app(scope, receive, send)
            return
        language = caller_language(Headers(scope=scope))
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
        locale = LOCALES[language].encode()
        page = _HTML_TAG.sub(lambda found: b"<html" + found[1] + b' lang="' + locale + b'"', page, count=1)
        head = self._heads[language]
        page = _HEAD_TAG.sub(lambda found: found[0] + head, page, count=1)
        page = page.replace(_MANIFEST, _MANIFEST.replace(b"/", b"./"))  # below a proxy's prefix too
        return _SCRIPT_TAG.sub(b'<script nonce="' + nonce.encode() + b'"', page) if nonce else page


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
    styles = "".join(f'<link rel="stylesheet" href="{address}">' for address in files.addresses(".css"))
    ahead = "".join(f'<link rel="modulepreload" href="{address}">' for address in files.addresses(".js"))
    return (
        '<meta name="color-scheme" content="light dark">'
        f'<link rel="icon" type="image/svg+xml" href="{_ICON}">{styles}{ahead}'
        f'<script type="application/json" id="studio-facts">{blob}</script>'
        f'<script type="module" blocking="render" src=".{files.prefix}{ENTRY}"></script>'
    )
