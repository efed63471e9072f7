"""The key that a request shows: ``Authorization: Bearer KEY``, ``X-API-Key: KEY``, or the address of a call for speech.

Clients of other services show it in the header that these have.
"""

from __future__ import annotations

import re
from base64 import b64decode
from contextlib import suppress
from typing import Final
from urllib.parse import parse_qs

from starlette.datastructures import Headers
from starlette.types import Scope

SPEECH: Final = "/v1/audio/"
"""OpenAI's calls for speech."""
FEEDS: Final = "/v1/feeds/"
"""Podcasts of books: each has a key of its own, which is none of these."""
_OF_FEED: Final = re.compile(rf"{FEEDS}[^/]+(/cover|/[0-9]+\.mp3)?")
_IN_ADDRESS: Final = (SPEECH, "/v1/legado", "/tts", "/gpt-sovits")
"""Calls whose address may carry the key (``?key=``): players and reading programs can fetch an address and no more."""
_IN_BASE: Final = ("/gpt-sovits", "/voicevox")
"""Calls of programs that know no keys: one is the password in their base address, ``http://x:KEY@host/voicevox``."""

_HEADERS: Final = ("x-api-key", "xi-api-key", "ocp-apim-subscription-key")
"""Our own, ElevenLabs' and Azure's."""


def is_feed(scope: Scope, path: str) -> bool:
    """Whether what is asked for is opened by a feed's own key alone."""
    return scope.get("method") == "GET" and _OF_FEED.fullmatch(path) is not None


def shown_key(scope: Scope, path: str) -> str:
    """The key; empty where none is shown. A header comes before the address; an empty one counts for nothing."""
    headers = Headers(scope=scope)
    scheme, _, secret = headers.get("authorization", "").strip().partition(" ")
    bearer = secret if scheme.lower() == "bearer" else ""
    shown = (one.strip() for one in (bearer, *(headers.get(name, "") for name in _HEADERS)))
    given = next(filter(None, shown), "")
    if not given and scheme.lower() == "basic" and path.startswith(_IN_BASE):
        with suppress(ValueError):
            given = b64decode(secret).decode().rpartition(":")[2].strip()
    if given or scope.get("method", "GET") != "GET":
        return given
    if not path.startswith(_IN_ADDRESS):
        return ""
    query: bytes = scope["query_string"]
    return parse_qs(query.decode("latin-1")).get("key", [""])[0].strip()
