"""``GET /docs``: the API described on one page that needs no other host."""

from __future__ import annotations

from importlib import resources

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import HTMLResponse
from starlette.types import Scope

from indextts.server.middleware import NONCE

router = APIRouter()


def read_page(name: str, scope: Scope) -> str:
    """One of the HTML pages in ``server/pages``, as it answers the request behind ``scope``."""
    page = resources.files("indextts.server").joinpath("pages", name).read_text(encoding="utf-8")
    page = page.replace("<script>", f'<script nonce="{scope["state"][NONCE]}">')
    return page.replace("{root_path}", scope.get("root_path", ""))


@router.get("/docs", include_in_schema=False)
def docs(request: Request) -> HTMLResponse:
    """The page; it reads ``/openapi.json`` and lists each call with its fields and an example."""
    return HTMLResponse(read_page("docs.html", request.scope))
