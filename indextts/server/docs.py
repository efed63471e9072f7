"""``GET /docs``: the API described on one page that needs no other host."""

from __future__ import annotations

from importlib import resources

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import HTMLResponse

router = APIRouter()


def read_page(name: str) -> str:
    """One of the HTML pages in ``server/pages``."""
    return resources.files("indextts.server").joinpath("pages", name).read_text(encoding="utf-8")


@router.get("/docs", include_in_schema=False)
def docs(request: Request) -> HTMLResponse:
    """The page; it reads ``/openapi.json`` and lists each call with its fields and an example."""
    return HTMLResponse(read_page("docs.html").replace("{root_path}", request.scope.get("root_path", "")))
