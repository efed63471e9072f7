"""What putting the application together costs."""

from __future__ import annotations

from pathlib import Path

from fastapi.routing import APIRoute

from indextts.platform.config import Config
from tests.support.services import application, make_service
from tests.support.tiny_voice import make_tiny_voice


def test_no_request_waits_for_routes_to_be_made_again(tmp_path: Path) -> None:
    """An included router makes its own inside the first request: a quarter of a second before the page comes."""
    config = Config(cache_dir=tmp_path)
    make_tiny_voice(config.models_path)
    services = [make_service(config), make_service(config)]
    calls = [application(one, page=False).router.routes for one in services]
    made = [[route for route in routes if isinstance(route, APIRoute)] for routes in calls]
    assert len(made[0]) == len(calls[0]) - 2 > 100, "all but the assistants' address and the socket's"
    assert all(one is other for one, other in zip(*made, strict=True))
