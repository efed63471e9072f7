"""Every failure as the contract's JSON: ``{"error": {"code", "message", "hint"}, "request_id"}``."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from typing import Any, Final

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Match
from starlette.types import Scope

from indextts.errors import StudioError
from indextts.i18n.language import caller_language
from indextts.i18n.messages import Language

log = logging.getLogger(__name__)

SHAPED = "indextts.error"
"""Key in the ASGI scope: this response is an error in the contract's form already."""


class ErrorDetail(BaseModel):
    """What happened and what to do next."""

    code: str
    """Stable name, for programs."""
    message: str
    """One sentence, in the caller's language."""
    hint: str


class ErrorBody(BaseModel):
    """The body of every response with a status of 400 or more."""

    error: ErrorDetail
    request_id: str


ERRORS: dict[int | str, dict[str, Any]] = {
    status: {"model": ErrorBody, "description": text}
    for status, text in {
        400: "Malformed request",
        404: "No such voice",
        413: "Too large",
        415: "Wrong type of body",
        422: "A value that cannot be used",
        429: "Too many requests, or the queue is full; see Retry-After",
        499: "The client went away",
        503: "Loading, or no engine can speak; see Retry-After",
        504: "Out of time",
    }.items()
}
"""Documented on every call that makes speech."""

NOT_FOUND: Final[dict[str, Any]] = {"model": ErrorBody, "description": "There is nothing at this address"}

GONE: Final[dict[int | str, dict[str, Any]]] = {410: {"model": ErrorBody, "description": "It is too late to undo that"}}

ALWAYS: Final[dict[int | str, dict[str, Any]]] = {
    403: {"model": ErrorBody, "description": "A Host that is not this server's, or a page of another website"},
    500: {"model": ErrorBody, "description": "A fault of this program; the request id is in its log"},
}
"""Documented on every call."""


def told(errors: Iterable[StudioError], language: Language) -> list[dict[str, str]]:
    """Errors as they stand in the body of an answer that is none."""
    rows = []
    for error in errors:
        message, hint = error.localise(language)
        rows.append({"code": error.code, "message": message, "hint": hint})
    return rows


def request_id(scope: Scope) -> str:
    return str(scope.get("state", {}).get("request_id", ""))


def error_response(scope: Scope, error: StudioError, *, status: int | None = None) -> JSONResponse:
    """``error`` in the caller's language."""
    scope[SHAPED] = True
    headers = {} if error.retry_after_s is None else {"Retry-After": str(error.retry_after_s)}
    return JSONResponse(error_body(scope, error), status_code=status or error.status, headers=headers)


def error_body(scope: Scope, error: StudioError) -> dict[str, Any]:
    """The contract's form, in the language of the request behind ``scope``."""
    message, hint = error.localise(caller_language(Headers(scope=scope)))
    return {"error": {"code": error.code, "message": message, "hint": hint}, "request_id": request_id(scope)}


def from_status(status: int, method: str, reason: str) -> StudioError:
    """The sentence for a bare HTTP status, as frameworks raise them."""
    if status == 404:
        return StudioError("not_found")
    if status == 405:
        return StudioError("method_not_allowed", method=method)
    if status >= 500:
        return StudioError("engine_failed", reason=reason)
    return StudioError("malformed", reason=reason)


def _allowed(request: Request, routes: Sequence[BaseRoute]) -> list[str]:
    """The methods that can be used at the address of ``request``; each is a route of its own."""
    path = next((_path_of(route) for route in routes if route.matches(request.scope)[0] is not Match.NONE), "")
    methods: set[str] = set()
    for route in routes:
        if _path_of(route) == path:
            methods |= set(getattr(route, "methods", None) or ())
    return sorted(methods | {"HEAD"} if "GET" in methods else methods)


def _path_of(route: BaseRoute) -> str:
    """The pattern of a route's addresses."""
    return str(getattr(route, "path", ""))


def add_handlers(app: FastAPI, routes: Sequence[BaseRoute]) -> None:
    """Answer StudioErrors, the framework's own errors and OPTIONS on every one of ``app``'s ``routes``."""

    async def studio_error(request: Request, error: Exception) -> Response:
        assert isinstance(error, StudioError)
        if error.status >= 500 and error.retry_after_s is None:  # else it is in the log since it was loaded
            log.warning("%s %s: %s", request_id(request.scope), request.url.path, error)
        return error_response(request.scope, error)

    async def http_error(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        headers = dict(error.headers or {})
        if error.status_code == 405:
            headers["Allow"] = ", ".join(_allowed(request, routes))
        if error.status_code == 405 and request.method == "OPTIONS":
            return Response(status_code=204, headers=headers)
        found = from_status(error.status_code, request.method, str(error.detail))
        response = error_response(request.scope, found, status=error.status_code)
        response.headers.update(headers)
        return response

    async def invalid(request: Request, error: Exception) -> Response:
        assert isinstance(error, RequestValidationError)
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        return error_response(request.scope, StudioError("invalid_value", field=place, reason=first["msg"]))

    app.add_exception_handler(StudioError, studio_error)
    app.add_exception_handler(HTTPException, http_error)
    app.add_exception_handler(RequestValidationError, invalid)
