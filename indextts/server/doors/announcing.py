"""Tells the local network where the port for Home Assistant is, by multicast DNS (the package zeroconf)."""

from __future__ import annotations

import asyncio
import ipaddress
import re
import socket
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

import psutil

from indextts.model.errors import StudioError, because
from indextts.platform import importing

if TYPE_CHECKING:
    from types import ModuleType

    from zeroconf.asyncio import AsyncZeroconf

KIND: Final = "_wyoming._tcp.local."
_MOST_NAME: Final = 63
"""Bytes of one part of a name in the DNS."""


class Announcement:
    """One port, announced until the end. For its event loop alone."""

    def __init__(self) -> None:
        self._told: AsyncZeroconf | None = None

    async def begin(self, hosts: Sequence[str], port: int) -> None:
        """Announce ``port`` of the addresses that were listened at.

        Raises :class:`StudioError` ``dependency_missing`` and ``wyoming_silent``.
        """
        addresses = reachable(hosts)
        if not addresses:
            named = ", ".join(hosts)
            english, chinese = f"{named} cannot be reached from another machine.", f"其他机器无法访问 {named}。"
            raise because("wyoming_silent", english, chinese)
        zeroconf = await asyncio.to_thread(_package)
        machine = re.sub(r"[^A-Za-z0-9-]+", "-", socket.gethostname().partition(".")[0]) or "studio"
        name = f"IndexTTS Studio {machine}"[:_MOST_NAME]
        service = zeroconf.asyncio.AsyncServiceInfo(
            KIND, f"{name}.{KIND}", port=port, parsed_addresses=addresses, server=f"{machine[:_MOST_NAME]}.local."
        )
        try:
            self._told = zeroconf.asyncio.AsyncZeroconf()
            await self._told.async_register_service(service, allow_name_change=True)
        except (OSError, zeroconf.Error) as error:
            await self.end()
            raise StudioError("wyoming_silent", reason=f"{str(error) or type(error).__name__}.") from error

    async def end(self) -> None:
        """Take it back."""
        told, self._told = self._told, None
        if told is not None:
            await told.async_unregister_all_services()
            await told.async_close()


def reachable(hosts: Sequence[str]) -> list[str]:
    """The addresses by which other machines reach a server that listens at ``hosts``: of all, this machine's."""
    found: dict[str, None] = {}
    for host in map(ipaddress.ip_address, hosts):
        own = [str(host)]
        if host.is_unspecified:
            family = socket.AF_INET if host.version == 4 else socket.AF_INET6
            own = [
                one.address for all_of_it in psutil.net_if_addrs().values() for one in all_of_it if one.family == family
            ]
        for address in (ipaddress.ip_address(one.partition("%")[0]) for one in own):
            if not (address.is_loopback or address.is_link_local):
                found[str(address)] = None
    return list(found)


def _package() -> ModuleType:
    try:
        with importing.alone():
            import zeroconf.asyncio
    except ModuleNotFoundError as error:
        raise StudioError("dependency_missing", package="zeroconf", command="./start_app.sh --with wyoming") from error
    return zeroconf
