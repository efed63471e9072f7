"""The key that a request shows: ``Authorization: Bearer KEY``, ``X-API-Key: KEY``, or the address of a call for speech.

Clients of other services show it in the header that these have.
"""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import parse_qs

from starlette.datastructures import Headers
from starlette.types import Scope

SPEECH: Final = "/v1/audio/"
"""OpenAI's calls for speech."""
FEEDS: Final = "/v1/feeds/"
"""Podcasts of books: each has a key of its own, which is none of these."""
_OF_FEED: Final = re.compile(rf"{FEEDS}[^/]+(/cover|/[0-9]+\.mp3)?")
_IN_ADDRESS: Final = (SPEECH, "/v1/legado")
"""Calls whose address may carry the key (``?key=``): players and reading programs can fetch an address and no more."""

_HEADERS: Final = ("x-api-key", "xi-api-key", "ocp-apim-subscription-key")
"""Our own, ElevenLabs' and Azure's."""


def is_feed(scope: Scope, path: str) -> bool:
    """Whether what is asked for is opened by a feed's own key alone."""
    return scope.get("method") == "GET" and _OF_FEED.fullmatch(path) is not None


def shown_key(scope: Scope, path: str) -> str:
    """The key; empty where none is shown. A header comes before the address."""
    headers = Headers(scope=scope)
    scheme, _, secret = headers.get("authorization", "").strip().partition(" ")
    if scheme.lower() == "bearer":
        return secret.strip()
    given = next((headers[name].strip() for name in _HEADERS if name in headers), "")
    if given or scope.get("method", "GET") != "GET":
        return given
    if not path.startswith(_IN_ADDRESS):
        return ""
    query: bytes = scope["query_string"]
    return parse_qs(query.decode("latin-1")).get("key", [""])[0].strip()
