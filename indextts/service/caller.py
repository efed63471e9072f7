"""The client of a request: this machine's person, the holder of a key, or a visitor.

The server puts a :class:`Caller` into ``scope["state"]["caller"]`` of every request before anything reads it. Rates,
queues, works, measurements and logs know a caller by what stands there.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

CALLER: Final = "caller"
"""Key in the request's state."""

CallerKind = Literal["local", "key", "visitor", "nobody"]
"""A person at this machine; a key's holder, by header or by login; a client that needs none; one without a key."""


@dataclass(frozen=True)
class CallerLimit:
    """What one key may take; where nothing is said, what the configuration says of everybody."""

    rate: str = ""
    """Requests in a time, such as ``60/minute``; empty for ``server.rate_limit``."""
    at_once: int = 0
    """Texts of this key that are spoken or wait to be at the same time; 0 for what the queue gives one client."""


UNLIMITED: Final = CallerLimit()
"""No limit of its own."""


@dataclass(frozen=True)
class Caller:
    """The client that sends a request."""

    kind: CallerKind
    name: str
    """Of the key; for all others their kind. Fit for logs and labels: it says nothing about a person's text."""
    owner: str = ""
    """Whose the works are; empty for visitors, whom a cookie tells apart: ask ``works.owner.owner_of``."""
    limit: CallerLimit = UNLIMITED
    admin: bool = False
    """Whether this key may manage what all share: fetch and remove models, read the server's state."""
    by_login: bool = False
    """Whether the key was given on the login page, and a cookie stands for it."""

    @property
    def may_manage(self) -> bool:
        """Whether this client may manage the server."""
        return self.admin or self.kind == "local"

    @property
    def client(self) -> str:
        """The name that rates and queues count by; empty where the address counts."""
        return f"key:{self.name}" if self.kind == "key" else ""


VISITOR: Final = Caller("visitor", "visitor")
NOBODY: Final = Caller("nobody", "nobody")


def caller_in(scope: Mapping[str, Any]) -> Caller:
    """The caller of an ASGI scope; a visitor where no server has looked."""
    found = scope.get("state", {}).get(CALLER)
    return found if isinstance(found, Caller) else VISITOR
