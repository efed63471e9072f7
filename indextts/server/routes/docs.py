"""``GET /openapi.json`` and ``GET /docs``: the API described, for programs and on a page that needs no other host."""

from __future__ import annotations

from importlib import resources
from typing import Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse
from starlette.types import Scope

from indextts.server.description import description
from indextts.server.middleware import NONCE
from indextts.server.threads import in_thread

router = APIRouter()


def read_page(name: str, scope: Scope) -> str:
    """One of the HTML pages in ``server/pages``, as it answers the request behind ``scope``."""
    page = resources.files("indextts.server").joinpath("pages", name).read_text(encoding="utf-8")
    page = page.replace("<script>", f'<script nonce="{scope["state"][NONCE]}">')
    return page.replace("{root_path}", scope.get("root_path", ""))


@router.get("/openapi.json", include_in_schema=False)
async def openapi(request: Request) -> JSONResponse:
    """All calls with the values that they take, the voices that there are now among them."""
    described: dict[str, Any] = await in_thread(request, lambda: description(request.app))
    root_path = request.scope.get("root_path", "")
    return JSONResponse({**described, **({"servers": [{"url": root_path}]} if root_path else {})})


@router.get("/docs", include_in_schema=False)
def docs(request: Request) -> HTMLResponse:
    """The page; it reads ``/openapi.json`` and lists each call with its fields and an example."""
    return HTMLResponse(read_page("docs.html", request.scope))
