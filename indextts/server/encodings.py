"""The characters of addresses and forms: UTF-8, and GB18030 where the programs of a door write that.

Starlette puts U+FFFD in the place of bytes that are no UTF-8, and what is left would be spoken as if it were the text.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final
from urllib.parse import quote_plus, unquote_to_bytes

from starlette.types import ASGIApp, Receive, Scope, Send

from indextts.model.errors import StudioError
from indextts.model.i18n.messages import Bilingual
from indextts.server.errors import page_error_response

READ_AS: Final = "read_as"
"""Key in a request's state: what is told of an address that was read as something else than UTF-8."""
NOT_UTF8: Final = Bilingual("it is not UTF-8. Write it in that encoding.", "不是 UTF-8 编码。请改用 UTF-8。")
"""What to say of bytes that are no text."""


class Utf8Queries:
    """ASGI middleware: hands on queries in UTF-8 alone. At the addresses of ``gb18030`` that is made of GB18030."""

    def __init__(self, app: ASGIApp, *, gb18030: Sequence[str]) -> None:
        self._app = app
        self._gb18030 = gb18030

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuse what is neither."""
        if scope["type"] == "http" and not is_utf8(query := scope["query_string"]):
            path = f"{scope['path'].removeprefix(scope.get('root_path', '')).rstrip('/')}/"
            known = any(path.startswith(f"{one}/") for one in self._gb18030)
            if not known or (changed := _from_gb18030(query)) is None:
                refusal = page_error_response(scope, StudioError("malformed", reason=NOT_UTF8))
                await refusal(scope, receive, send)
                return
            scope["query_string"] = changed
            scope["state"][READ_AS] = "the address was not UTF-8: it was read as GB18030"
        await self._app(scope, receive, send)


def is_utf8(fields: bytes) -> bool:
    """Whether the fields of a query or of a form are UTF-8, once they are no longer escaped."""
    try:
        unquote_to_bytes(fields).decode()
    except UnicodeDecodeError:
        return False
    return True


def _from_gb18030(query: bytes) -> bytes | None:
    """``query`` in UTF-8; ``None`` where it is no GB18030, or UTF-8 that somebody has cut in the middle."""
    as_utf8 = unquote_to_bytes(query).decode("utf-8", "replace")
    broken = as_utf8.count("\ufffd")
    if sum(not char.isascii() for char in as_utf8) >= 2 * broken:
        return None
    try:
        pairs = [
            [unquote_to_bytes(half.replace(b"+", b" ")).decode("gb18030") for half in pair.split(b"=", 1)]
            for pair in query.split(b"&")
        ]
    except UnicodeDecodeError:
        return None
    return "&".join("=".join(map(quote_plus, pair)) for pair in pairs).encode()
