"""WebSockets among the connections that are counted; what they may cost is looked after by what answers them."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable
from typing import Any

from uvicorn._types import ASGISendEvent
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

from indextts.model.errors import StudioError

_quiet = logging.getLogger("uvicorn.error.sockets")
_quiet.setLevel(logging.WARNING)  # else the address of every socket would be told, with the key that may stand in it


class BoundedSocket(WebSocketsSansIOProtocol):
    """Uvicorn's own, counted."""

    expendable = False

    def __init__(self, begun: Callable[[Any], None], ended: Callable[[Any], None], **options: Any) -> None:
        """``begun`` and ``ended`` are told of it, ``options`` are Uvicorn's."""
        super().__init__(**options)
        self._begun, self._ended = begun, ended
        self.logger = _quiet
        self.since = time.monotonic()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        self._begun(self)

    def connection_lost(self, exc: Exception | None) -> None:
        self._ended(self)
        super().connection_lost(exc)

    async def send(self, message: ASGISendEvent) -> None:
        """Also a whole answer in the place of a socket: for Uvicorn it has then ended as it should."""
        await super().send(message)
        self.handshake_complete = self.handshake_complete or (self.initial_response is not None and self.close_sent)

    def look(self) -> None:
        """Nothing: its own call has limits of time."""

    def drop(self) -> None:
        self.transport.abort()

    def refuse(self, error: StudioError) -> None:
        """End it. There was room for it as the connection that it has been before."""
        self.drop()
