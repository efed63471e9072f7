"""Whose work it is: everybody at this machine is one person, each key another, and everybody else has a cookie.

So the holders of keys, and the visitors of a public link, do not see each other's work. The visitors' cookie is no
password: what keeps strangers out are keys (``server/access/``).
"""

from __future__ import annotations

import hashlib
import ipaddress
import re
import secrets
from typing import TYPE_CHECKING, Any, Final

from indextts.service.caller import caller_in

if TYPE_CHECKING:
    from starlette.types import Scope

LOCAL: Final = "local"
"""The owner of what is made at this machine."""

COOKIE: Final = "studio_owner"
FORWARDED: Final = "forwarded"
"""Key in a request's state: it came through a proxy, trusted or not."""

FOREIGN: Final = "foreign"
"""Key in a request's state: the origin of the other website whose page sent it and may read the answer. It needs a key.
"""

_GIVEN: Final = "given_owner"
"""Key in a request's state: the name that its answer gives the visitor."""
_NAME: Final = re.compile(r"[A-Za-z0-9_-]{43}")
_YEARS_S: Final = 400 * 24 * 3600
"""Browsers keep no cookie for longer."""


def owner_of(request: Any) -> str:
    """The owner of what ``request``, Starlette's or Gradio's, makes: a key, :data:`LOCAL`, or a visitor's cookie.

    A visitor without a cookie gets one with the answer (:func:`cookie_for`).
    """
    request = getattr(request, "request", request)
    return owner_of_scope(request.scope)


def owner_of_scope(scope: Scope) -> str:
    """The same of an ASGI scope."""
    if (owner := caller_in(scope).owner) != "":
        return owner
    if is_local(scope):
        return LOCAL
    state = scope.setdefault("state", {})
    name = _known(scope) or state.get(_GIVEN)
    if name is None:
        name = state[_GIVEN] = secrets.token_urlsafe(32)
    return hashlib.sha256(name.encode()).hexdigest()[:32]


def owner_of_key(name: str) -> str:
    """Whose the works of a key are: its name's, so that a new key under an old name finds them again."""
    return hashlib.sha256(f"key:{name}".encode()).hexdigest()[:32]


def is_local(scope: Scope) -> bool:
    """Whether a person at this machine asks: not through a proxy or a tunnel, and under this machine's own name."""
    headers = scope["headers"]
    if scope.get("state", {}).get(FORWARDED):
        return False
    hosts = [value.decode("latin-1") for name, value in headers if name == b"host"]
    peer = (scope.get("client") or ("",))[0]
    return len(hosts) == 1 and is_loopback(peer) and is_loopback(_bare(hosts[0]))


def cookie_for(scope: Scope, *, page: bool) -> str | None:
    """The ``Set-Cookie`` of an answer, where its visitor needs one; ``page`` says that the answer is a page.

    A page that another website links to is asked for without the cookies that are there: it gives none, so that
    visitors keep what is theirs. The page's own calls come next.
    """
    if caller_in(scope).kind in ("key", "nobody"):
        return None
    name = scope.get("state", {}).get(_GIVEN)
    if name is None and page and _site(scope) in ("none", "same-origin") and not is_local(scope):
        name = None if _known(scope) else secrets.token_urlsafe(32)
    if name is None:
        return None
    secure = "; Secure" if scope.get("scheme") == "https" else ""
    path = scope.get("root_path") or "/"
    return f"{COOKIE}={name}; Path={path}; Max-Age={_YEARS_S}; HttpOnly; SameSite=Strict{secure}"


def _known(scope: Scope) -> str | None:
    for name, value in scope["headers"]:
        if name == b"cookie":
            for pair in value.decode("latin-1").split(";"):
                key, _, given = pair.strip().partition("=")
                if key == COOKIE and _NAME.fullmatch(given):
                    return str(given)
    return None


def _site(scope: Scope) -> str:
    return next((value.decode("latin-1") for name, value in scope["headers"] if name == b"sec-fetch-site"), "")


def _bare(host: str) -> str:
    """A name or an address without its port."""
    host = host.strip().lower()
    if host.startswith("["):
        return host[1:].partition("]")[0]
    return host.partition(":")[0] if host.count(":") < 2 else host


def is_loopback(host: str) -> bool:
    """Whether a name or an address, without a port, is this machine's own and no other's."""
    if host == "localhost":
        return True
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return False
    return bool((getattr(address, "ipv4_mapped", None) or address).is_loopback)
