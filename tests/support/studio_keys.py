"""A server that is open to a network, its keys, and clients on this machine and elsewhere."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import Any

from starlette.testclient import TestClient

from indextts.platform.serving_config import AccessConfig
from indextts.service.caller import CallerLimit
from tests.support.services import application
from tests.support.whole import WholeService

AWAY = ("192.0.2.7", 50_000)
HERE = ("127.0.0.1", 50_000)


class Studio:
    """A service with keys, and servers for it with any settings."""

    def __init__(self, service: WholeService) -> None:
        self.service = service
        self.keys = service.keys
        self.secrets: dict[str, str] = {}

    def key(self, name: str, rate: str = "", at_once: int = 0, *, admin: bool = False) -> str:
        """The secret of that key, made at the first call."""
        if name not in self.secrets:
            self.secrets[name] = self.keys.add(name, CallerLimit(rate, at_once), admin=admin)[1]
        return self.secrets[name]

    @cached_property
    def plain(self) -> Any:
        """One with the usual settings."""
        return self.app()

    def app(self, *, host: str = "0.0.0.0", root_path: str = "", **access: Any) -> Any:
        server = self.service.config.server.model_copy(update={"host": host, "root_path": root_path})
        settings = AccessConfig(keys_file=str(self.keys.path), **{"tries": "1000/minute", **access})
        config = self.service.config.model_copy(update={"server": server, "access": settings})
        return application(self.service, config, page=False)

    def client(self, app: Any = None, peer: tuple[str, int] = AWAY, **headers: str) -> TestClient:
        """Somebody at ``peer`` who calls the server “testserver”; a person at this machine by its own name."""
        base = "http://127.0.0.1:7860" if peer == HERE else "http://testserver"
        client = TestClient(app or self.plain, base, client=peer, follow_redirects=False, raise_server_exceptions=False)
        client.headers.update({"Accept-Language": "en", **headers})
        return client


def routes_of(routes: Any, prefix: str = "") -> Iterator[tuple[str, str]]:
    """Method and address of every route, those of included and of mounted parts among them."""
    for route in routes:
        if hasattr(route, "original_router"):
            yield from routes_of(route.original_router.routes, prefix)
        elif hasattr(route, "app") and hasattr(route.app, "routes"):
            yield from routes_of(route.app.routes, prefix + route.path)
        elif hasattr(route, "path"):
            for method in sorted(getattr(route, "methods", None) or {"GET"}):
                yield method, prefix + route.path
