"""What is raised while a request is answered, turned into the answer that the contract has for it."""

from __future__ import annotations

import logging
from collections.abc import Sequence

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Match, Route

from indextts.model.errors import StudioError
from indextts.model.fields import refused
from indextts.models import store
from indextts.server.errors import error_response, from_status, request_id

log = logging.getLogger(__name__)


def _allowed(request: Request, routes: Sequence[BaseRoute]) -> list[str]:
    """The methods that can be used at the address of ``request``; each is a route of its own."""
    known = [route for route in routes if isinstance(route, Route)]
    path = next((route.path for route in known if route.matches(request.scope)[0] is not Match.NONE), "")
    methods = {method for route in known if route.path == path for method in route.methods or ()}
    return sorted(methods | {"HEAD"} if "GET" in methods else methods)


def add_handlers(app: FastAPI, routes: Sequence[BaseRoute]) -> None:
    """Answer StudioErrors, the framework's own errors and OPTIONS on every one of ``app``'s ``routes``."""

    @app.exception_handler(StudioError)
    async def studio_error(request: Request, error: StudioError) -> Response:
        if error.code in ("model_missing", "cloning_unavailable"):
            error = store.explained(error, request.app.state.service.config)
        if error.status >= 500 and error.retry_after_s is None:  # else it is in the log since it was loaded
            log.warning("%s %s: %s", request_id(request.scope), request.url.path, error)
        return error_response(request.scope, error)

    @app.exception_handler(HTTPException)
    async def http_error(request: Request, error: HTTPException) -> Response:
        headers = dict(error.headers or {})
        if error.status_code == 405:
            headers["Allow"] = ", ".join(_allowed(request, routes))
            if request.method == "OPTIONS":
                return Response(status_code=204, headers=headers)
        found = from_status(error.status_code, request.method, str(error.detail), request_id=request_id(request.scope))
        response = error_response(request.scope, found, status=error.status_code)
        response.headers.update(headers)
        return response

    @app.exception_handler(RequestValidationError)
    async def invalid(request: Request, error: RequestValidationError) -> Response:
        return error_response(request.scope, refused(error.errors()[0]))
