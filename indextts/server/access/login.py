"""``/login``: a key is given once, and a cookie stands for it from then on. ``POST /logout`` ends that.

The page works without a script, and lives under a policy of its own that allows none.
"""

from __future__ import annotations

import re
from html import escape
from typing import Final
from urllib.parse import parse_qsl

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from indextts.model.errors import StudioError
from indextts.model.i18n.messages import caller_language
from indextts.server.access.gate import Access
from indextts.server.access.sessions import forgetting
from indextts.server.errors import SHAPED
from indextts.server.middleware import NONCE, POLICY
from indextts.server.routes.docs import read_page
from indextts.service.caller import caller_in

router = APIRouter()

_POLICY: Final = "; ".join(
    (
        "default-src 'none'",
        "style-src 'nonce-{nonce}'",
        "img-src data:",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)
_NEXT: Final = re.compile(r"/(?!/)[!-\[\]-~]*")
"""An address of this server, as it stands behind its prefix: no other host's, in whatever way that is written.

A backslash, which browsers take for a slash, stands nowhere in it."""


@router.get("/login", include_in_schema=False)
def login(request: Request, next: str = "/") -> Response:
    """The form; clients that are logged in already, or need not be, are redirected."""
    access: Access = request.app.state.access
    if caller_in(request.scope).by_login or not (access.needed or access.keys.all()):
        return _on(request, next)
    return _page(request, next)


@router.post("/login", include_in_schema=False)
async def log_in(request: Request) -> Response:
    """The cookie for a right key, and on to where the browser wanted to go; the form with what is wrong else."""
    access: Access = request.app.state.access
    fields = _fields(await request.body())
    try:
        key = access.right_key(fields.get("key", "").strip(), request.scope)
    except StudioError as error:
        return _page(request, fields.get("next", "/"), error)
    response = _on(request, fields.get("next", "/"))
    for cookie in access.sessions.cookies(key, request.scope):
        response.headers.append("Set-Cookie", cookie)
    return response


@router.post("/logout", include_in_schema=False)
def log_out(request: Request) -> Response:
    """Back to the form, without the cookie."""
    response = _on(request, "/login")
    for cookie in forgetting(request.scope):
        response.headers.append("Set-Cookie", cookie)
    return response


def _fields(body: bytes) -> dict[str, str]:
    try:
        return dict(parse_qsl(body.decode("utf-8", "replace"), max_num_fields=8))
    except ValueError:
        return {}


def _on(request: Request, to: str) -> Response:
    to = to if _NEXT.fullmatch(to) else "/"
    address = request.scope.get("root_path", "") + to
    return RedirectResponse(address, status_code=303, headers={"Cache-Control": "no-store"})


def _page(request: Request, to: str, error: StudioError | None = None) -> Response:
    scope = request.scope
    language = caller_language(request.headers)
    scope["state"][POLICY] = _POLICY.format(nonce=scope["state"][NONCE])
    scope[SHAPED] = True  # this one is for eyes
    told = "" if error is None else " ".join(error.localise(language))
    page = read_page("login.html", scope).replace("{lang}", "zh-CN" if language == "zh" else "en")
    page = page.replace("{nonce}", scope["state"][NONCE])
    page = page.replace("{told}", f'<p class="told" role="alert" id="told">{_plain(told)}</p>' if told else "")
    page = page.replace("{described}", "told where" if told else "where")
    page = page.replace("{next}", _plain(to if _NEXT.fullmatch(to) else "/"))
    headers = {"Cache-Control": "no-store"}
    if error is not None and error.retry_after_s is not None:
        headers["Retry-After"] = str(error.retry_after_s)
    return HTMLResponse(page, status_code=200 if error is None else error.status, headers=headers)


def _plain(text: str) -> str:
    return escape(text)
