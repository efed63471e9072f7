"""What a browser shows in place of a key: a cookie that says whose it is and until when, signed.

The signature covers the key's hash as well, so a cookie is void once its key is removed or made anew. The secret that
signs lies in a file, so sessions survive a restart; several machines share one by the environment.
"""

from __future__ import annotations

import hashlib
import hmac
import logging
import os
import secrets
import time
from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from typing import Final
from urllib.parse import quote

from starlette.types import Scope

from indextts.model.errors import StudioError
from indextts.platform.storage.files import write_file
from indextts.service.access_keys import AccessKey, Keys

log = logging.getLogger(__name__)

ENVIRONMENT: Final = "INDEXTTS_SESSION_SECRET"
COOKIE: Final = "studio_session"
NAME_COOKIE: Final = "studio_name"
"""For the page's script, which draws “log out” where it is there: the key's name, and nothing that opens anything."""

_LEAST_SECRET: Final = 32
_DAY_S: Final = 24 * 3600


class Sessions:
    """Makes and reads the cookies of one server."""

    def __init__(self, keys: Keys, file: Path, days: float, *, clock: Callable[[], float] = time.time) -> None:
        self._keys = keys
        self._file = file
        self._lasts_s = int(days * _DAY_S)
        self._clock = clock

    def cookies(self, key: AccessKey, scope: Scope) -> tuple[str, str]:
        """The values of ``Set-Cookie`` that log the holder of ``key`` in."""
        ends = int(self._clock()) + self._lasts_s
        session = f"{ends}.{self._signature(key, ends)}.{key.name}"
        return (
            _cookie(COOKIE, session, self._lasts_s, scope, "; HttpOnly"),
            _cookie(NAME_COOKIE, quote(key.name), self._lasts_s, scope),
        )

    def key_of(self, scope: Scope) -> AccessKey | None:
        """The key that the cookie of a request stands for, if it is still good."""
        for given in cookies_in(scope, COOKIE):
            ends, _, rest = given.partition(".")
            signature, _, name = rest.partition(".")
            if not (ends.isascii() and ends.isdigit() and len(ends) < 16):
                continue
            key = self._keys.find(name)
            if key is None or int(ends) <= self._clock():
                continue
            if hmac.compare_digest(self._signature(key, int(ends)).encode(), signature.encode()):
                return key
        return None

    def _signature(self, key: AccessKey, ends: int) -> str:
        signed = f"{ends}\n{key.name}\n{key.hash}".encode()
        return hmac.new(self._secret, signed, hashlib.sha256).hexdigest()

    @cached_property
    def _secret(self) -> bytes:
        given = os.environ.get(ENVIRONMENT, "")
        if len(given) >= _LEAST_SECRET:
            return given.encode()
        if given:
            log.warning("%s is not used: it should have %d characters or more", ENVIRONMENT, _LEAST_SECRET)
        try:
            kept = self._file.read_bytes()
            if len(kept) >= _LEAST_SECRET:
                return kept
        except OSError:
            pass
        fresh = secrets.token_hex(32).encode()
        try:
            write_file(self._file, fresh, mode=0o600)
        except (StudioError, OSError) as error:
            log.warning("Browsers will have to log in again after a restart: %s", error)
        return fresh


def forgetting(scope: Scope) -> tuple[str, str]:
    """The values of ``Set-Cookie`` that log a browser out."""
    return _cookie(COOKIE, "", 0, scope, "; HttpOnly"), _cookie(NAME_COOKIE, "", 0, scope)


def cookies_in(scope: Scope, name: str) -> list[str]:
    """The values of that cookie; there are several where they were set for several paths."""
    pairs = [
        pair.strip().partition("=")
        for header, value in scope["headers"]
        if header == b"cookie"
        for pair in value.decode("latin-1").split(";")
    ]
    return [value for key, _, value in pairs if key == name]


def _cookie(name: str, value: str, lasts_s: int, scope: Scope, more: str = "") -> str:
    # A proxy that ends TLS may not be believed to say so; the browser itself is.
    origin = next((text for header, text in scope["headers"] if header == b"origin"), b"")
    secure = "; Secure" if scope["scheme"] == "https" or origin.startswith(b"https:") else ""
    path = scope.get("root_path") or "/"
    return f"{name}={value}; Path={path}; Max-Age={lasts_s}; SameSite=Lax{more}{secure}"
