"""WebSockets among the connections that are counted; what they may cost is looked after by what answers them."""

from __future__ import annotations

import asyncio
import time
from typing import Any

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

from indextts.model.errors import StudioError
from indextts.server.connections import Connections


class BoundedSocket(WebSocketsSansIOProtocol):
    """Uvicorn's own, counted."""

    expendable = False

    def __init__(self, connections: Connections, **options: Any) -> None:
        """``connections`` are those of its server, ``options`` Uvicorn's."""
        super().__init__(**options)
        self.connections_here = connections
        self.since = time.monotonic()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        self.connections_here.add(self)

    def connection_lost(self, exc: Exception | None) -> None:
        self.connections_here.open.discard(self)
        super().connection_lost(exc)

    def look(self) -> None:
        """Nothing: its own call has limits of time."""

    def drop(self) -> None:
        self.transport.abort()

    def refuse(self, error: StudioError) -> None:
        """End it. There was room for it as the connection that it has been before."""
        self.drop()
