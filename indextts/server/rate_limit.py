"""What the calls that cost something ask first."""

from __future__ import annotations

from starlette.requests import Request

from indextts.server.threads import client_of


async def limit_rate(request: Request) -> None:
    """Count this call for its client; raises :class:`indextts.errors.StudioError` ``rate_limited``."""
    request.app.state.service.check_rate(client_of(request))
