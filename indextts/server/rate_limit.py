"""What the calls ask first: speech and recordings the configured rate, light calls several times as much."""

from __future__ import annotations

from typing import Final

from starlette.requests import Request

from indextts.service.rate_limit import client_of

LIGHT_CALLS: Final = 5
"""A client may make so many light calls for each that ``server.rate_limit`` allows: one click is several of them."""


async def limit_rate(request: Request) -> None:
    """Count this call for its client; raises :class:`indextts.errors.StudioError` ``rate_limited``."""
    request.app.state.service.check_rate(client_of(request))


async def limit_light_rate(request: Request) -> None:
    """Count a call that costs little, such as one entry of a list; raises as :func:`limit_rate`."""
    request.app.state.light_rate.check(client_of(request))
