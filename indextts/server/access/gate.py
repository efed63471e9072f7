"""The gate that every request passes: it identifies the client and rejects those that need a key and have none.

It stands before all routes, Gradio's and those of the page's files among them, and what it does not know is closed. A
key comes as ``Authorization: Bearer KEY``, as ``X-API-Key: KEY``, or as the cookie of a login.
"""

from __future__ import annotations

import logging
import threading
from typing import Final
from urllib.parse import quote

from starlette.datastructures import Headers
from starlette.requests import HTTPConnection
from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from indextts.model.errors import StudioError
from indextts.platform.config import Config
from indextts.server.access.sessions import Sessions
from indextts.server.errors import is_mute, page_error_response
from indextts.server.hosts import Hosts, parse_place
from indextts.server.shown_key import is_feed, shown_key
from indextts.service.access_keys import AccessKey, Keys
from indextts.service.caller import CALLER, NOBODY, VISITOR, Caller
from indextts.service.owner import FOREIGN, LOCAL, is_local, is_loopback
from indextts.service.rate_limit import RateLimit, client_of

log = logging.getLogger(__name__)

OPEN: Final = ("/healthz", "/health", "/readyz", "/login", "/logout")
"""Addresses that need no key."""
LOGIN: Final = "/login"
SESSION_FILE: Final = "session.secret"
CHALLENGE: Final = 'Bearer realm="IndexTTS Studio"'

_LOCAL: Final = Caller("local", "local", LOCAL)
_MOST_KNOWN: Final = 1_000


class Access:
    """Access control of one server. Thread-safe."""

    def __init__(self, config: Config, keys: Keys, hosts: Hosts) -> None:
        self.keys = keys
        self.sessions = Sessions(keys, config.cache_path / SESSION_FILE, config.access.session_days)
        self._settings = config.access
        self._hosts = hosts
        self._needed = config.access.keys == "always" or not is_loopback(config.server.host)
        self._tries = RateLimit(config.access.tries)
        self._known: dict[tuple[str, str], None] = {}
        self._lock = threading.Lock()

    @property
    def needed(self) -> bool:
        """Whether strangers need a key here. Once they do, they do until the end: also when the last key is gone."""
        if not self._needed:
            self._needed = bool(self.keys.all())
        return self._needed and self._settings.keys != "never"

    def caller(self, scope: Scope, path: str) -> Caller:
        """The client that asks for ``path``.

        Raises :class:`StudioError` ``key_needed``, ``key_wrong`` or ``key_tries``.
        """
        foreign = FOREIGN in scope.get("state", {})
        needs = foreign or self._needs_key(scope, path)
        given = shown_key(scope, path)
        if given:
            if needs:
                return self.right_key(given, scope).caller()
            if (found := self.keys.match(given)) is not None:
                return found.caller()
        if not foreign and (found := self.sessions.key_of(scope)) is not None:
            return found.caller(by_login=True)
        if needs:
            raise StudioError("key_needed")
        return _LOCAL if is_local(scope) else VISITOR

    def right_key(self, secret: str, scope: Scope) -> AccessKey:
        """The key of that secret; wrong ones are counted. Raises :class:`StudioError` as :meth:`caller`.

        Where there were too many of them, a right one passes only from where it came before: others on that address
        go on, and an attacker does not learn whether one was right.
        """
        client = client_of(HTTPConnection(scope))
        key = self.keys.match(secret)
        with self._lock:
            if key is not None and (client, key.hash) in self._known:
                return key
            try:
                self._tries.check_room(client)
                if key is None:
                    self._tries.check(client)
            except StudioError as error:
                raise StudioError("key_tries", retry_after_s=error.retry_after_s) from error
            if key is None:
                raise StudioError("key_wrong")
            self._known[client, key.hash] = None
            while len(self._known) > _MOST_KNOWN:
                self._known.pop(next(iter(self._known)))
        return key

    def _needs_key(self, scope: Scope, path: str) -> bool:
        if (
            path in OPEN
            or is_feed(scope, path)
            or not self.needed
            or (path == "/metrics" and self._settings.open_metrics)
        ):
            return False
        if is_local(scope):
            return self._settings.local_needs_key
        return self._settings.share_needs_key or not self._is_shared(scope)

    def _is_shared(self, scope: Scope) -> bool:
        """Whether it came through the public link: its helper runs here, and its name is in ``Host``."""
        place = parse_place(Headers(scope=scope).get("host", ""))
        peer = (scope.get("client") or ("",))[0]
        return place is not None and self._hosts.is_shared(place.host) and is_loopback(peer)


class KeyGate:
    """ASGI middleware: puts the caller into the request's state, or refuses."""

    def __init__(self, app: ASGIApp, *, access: Access) -> None:
        self._app = app
        self._access = access

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Nothing is read of what is refused."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        state = scope.setdefault("state", {})
        path = scope["path"].removeprefix(scope.get("root_path", ""))
        try:
            state[CALLER] = self._access.caller(scope, path)
        except StudioError as error:
            state[CALLER] = NOBODY
            if is_mute(scope):
                await send({"type": "websocket.close", "code": 1008})
                return
            if error.code != "key_needed":
                log.info("Refused %s %s: %s", scope.get("method", "WebSocket"), scope["path"], error)
            await _refusal(scope, path, error)(scope, receive, send)
            return
        await self._app(scope, receive, send)


def _refusal(scope: Scope, path: str, error: StudioError) -> Response:
    headers = Headers(scope=scope)
    is_page = "text/html" in headers.get("accept", "") and headers.get("sec-fetch-mode", "navigate") == "navigate"
    if error.code == "key_needed" and scope.get("method") == "GET" and is_page:
        query = scope["query_string"].decode("latin-1")
        wanted = quote(quote(path or "/") + (f"?{query}" if query else ""), safe="/")
        return RedirectResponse(
            f"{scope.get('root_path', '')}{LOGIN}?next={wanted}", status_code=303, headers={"Cache-Control": "no-store"}
        )
    response = page_error_response(scope, error)
    if error.status == 401:
        response.headers["WWW-Authenticate"] = CHALLENGE
    response.headers["Cache-Control"] = "no-store"
    if scope.get("method", "GET") != "GET":
        response.headers["Connection"] = "close"  # its body stays unread
    return response
