"""The Wyoming protocol, by which Home Assistant asks for speech: a port of its own, within the limits of HTTP's calls.

The protocol knows no key. So the port stays closed where a caller over HTTP would need one, unless the configuration
lists the clients that may use it.

A client may send a text whole (``synthesize``) or as it is written (``synthesize-start``, ``-chunk``, ``-stop``); then
each sentence is spoken as soon as it is complete. What was asked for on one connection is spoken one after the other.
"""

from __future__ import annotations

import asyncio
import ipaddress
import logging
from collections.abc import MutableSequence
from contextlib import suppress

from indextts.model.errors import StudioError, because
from indextts.server.connections import Seldom
from indextts.server.doors.announcing import Announcement
from indextts.server.doors.connection import Served as Served
from indextts.server.doors.connection import WyomingConnection, error_event
from indextts.server.doors.written import Places
from indextts.service.owner import is_loopback
from indextts.service.rate_limit import client_at

log = logging.getLogger(__name__)


class WyomingDoor:
    """The port. For its event loop alone."""

    def __init__(self, served: Served, warnings: MutableSequence[StudioError]) -> None:
        """``warnings`` will tell why the port is closed, or not announced."""
        self._served = served
        self._warnings = warnings
        config = served.config
        self._host = config.wyoming.host or config.server.host
        self._clients = [ipaddress.ip_network(one) for one in config.wyoming.clients]
        self._listener: asyncio.Server | None = None
        self._announcement = Announcement()
        self._open: set[asyncio.Task[None]] = set()
        self._places = Places()
        self._seldom = Seldom()

    async def open(self) -> None:
        """Listen, and announce the port where that is wanted; what is in the way goes to the log and the warnings.

        Cancelling it leaves nothing open that :meth:`close` does not close.
        """
        wanted = self._served.config.wyoming
        try:
            self._check_clients()
            await self._listen(wanted.port)
            log.info("Home Assistant (Wyoming) is answered at %s port %d", self._host, wanted.port)
            if wanted.announce:
                await self._announcement.begin(self._addresses(), wanted.port)
        except StudioError as error:
            log.error("%s", error)
            self._warnings.append(error)

    async def close(self) -> None:
        """End every connection and take the announcement back."""
        if self._listener is not None:
            self._listener.close()
        for task in self._open:
            task.cancel()
        await asyncio.gather(*self._open, return_exceptions=True)
        await self._announcement.end()

    def _check_clients(self) -> None:
        """Raise :class:`StudioError` ``wyoming_closed`` where the port would let in who needs a key elsewhere."""
        access = self._served.config.access
        keyed = access.keys != "never" and (access.local_needs_key or not is_loopback(self._host))
        if keyed and not self._clients:
            english = "the protocol has no keys, and wyoming.clients lists nobody who may use it without one."
            raise because(
                "wyoming_closed", english, "该协议没有密钥，而 wyoming.clients 没有列出可以免密钥使用的设备。"
            )

    async def _listen(self, port: int) -> None:
        limit = self._served.config.server.max_body_bytes
        try:
            self._listener = await asyncio.start_server(self._arrived, self._host, port, limit=limit)
        except OSError as error:
            reason = " ".join((error.strerror or str(error)).split())
            english, chinese = f"port {port} cannot be had ({reason}).", f"无法使用端口 {port}（{reason}）。"
            raise because("wyoming_closed", english, chinese) from error

    def _addresses(self) -> list[str]:
        sockets = () if self._listener is None else self._listener.sockets
        return [str(one.getsockname()[0]).partition("%")[0] for one in sockets]

    def _lets_in(self, peer: str) -> bool:
        """Whether this address may ask: listed, or this machine's own where that needs no key."""
        if not self._clients:
            return True
        address = ipaddress.ip_address(peer.partition("%")[0])
        plain = getattr(address, "ipv4_mapped", None) or address
        if plain.is_loopback and not self._served.config.access.local_needs_key:
            return True
        return any(plain in network for network in self._clients)

    async def _arrived(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        peer = writer.get_extra_info("peername")
        if peer is None or not self._lets_in(peer[0]):
            self._seldom.tell("Wyoming: refused connections of addresses that wyoming.clients does not list")
            writer.transport.abort()
            return
        client, task = client_at(peer[0]), asyncio.current_task()
        try:
            with self._places.one(client):
                await self._serve(task, WyomingConnection(self._served, reader, writer, client))
        except StudioError as error:
            self._seldom.tell("Wyoming: refused connections beyond those that may be open")
            writer.write(error_event(error))
            writer.close()

    async def _serve(self, task: asyncio.Task[None] | None, connection: WyomingConnection) -> None:
        if task is not None:
            self._open.add(task)
            task.add_done_callback(self._open.discard)
        with suppress(asyncio.CancelledError):  # by close(); asyncio would log it as a fault of this function
            await connection.run()
