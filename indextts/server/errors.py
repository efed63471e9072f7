"""Every failure as the contract's JSON: ``{"error": {"code", "message", "hint"}, "request_id"}``."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from fastapi.responses import JSONResponse
from pydantic import BaseModel
from starlette.datastructures import Headers
from starlette.types import Scope

from indextts.model.errors import StudioError, because
from indextts.model.i18n.messages import Language, caller_language
from indextts.service.rate_limit import NOT_COUNTED

SHAPED = "indextts.error"
"""Key in the ASGI scope: this response is an error in the contract's form already."""


TOLD: Final = "error"
"""Key in a request's state: the :class:`Told` that it was answered with."""

COUNTED: Final = "counted"
"""Key in a request's state: functions that take back what was counted of it towards its client's rates."""

_REFUSALS: Final = frozenset((401, 403, 408, 413, 429))


@dataclass(frozen=True)
class Told:
    """An error that was answered, for the metrics."""

    code: str
    refused: bool
    """Whether the request itself is valid and only its time, place, size or client is at fault."""
    status: int


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


Responses = dict[int | str, dict[str, Any]]
"""What FastAPI documents of a call's answers, by status."""


def _refusal(description: str) -> dict[str, Any]:
    return {"model": ErrorBody, "description": description}


ERRORS: Final[Responses] = {
    400: _refusal("Malformed request"),
    404: _refusal("No such voice"),
    413: _refusal("Too large"),
    415: _refusal("Wrong type of body"),
    422: _refusal("A value that cannot be used"),
    429: _refusal("Too many requests, or the queue is full; see Retry-After"),
    499: _refusal("The client went away"),
    503: _refusal("Loading, or no engine can speak; see Retry-After"),
    504: _refusal("Out of time"),
}
"""Documented on every call that makes speech."""

NOT_FOUND: Final = _refusal("There is nothing at this address")
STORED: Final[Responses] = {
    206: {"description": "The bytes of the ranges that were asked for"},
    304: {"description": "Unchanged: the client has it"},
    416: _refusal("The file ends before that range; see Content-Range"),
}
"""Documented on the calls that send a file."""
NOT_YET: Final[Responses] = {503: _refusal("Not yet; see Retry-After")}
GONE: Final[Responses] = {410: _refusal("It is too late to undo that")}


def refusals(*statuses: int, missing: str, conflict: str) -> Responses:
    """What the calls of a list refuse: as :data:`ERRORS` has it for ``statuses``, and in its own words 404 and 409."""
    common: Responses = {status: ERRORS[status] for status in (*statuses, 422, 429, 503)}
    return {**common, 404: _refusal(missing), 409: _refusal(conflict)}


def told(errors: Iterable[StudioError], language: Language) -> list[ErrorDetail]:
    """Errors as they stand in the body of an answer that is none."""
    sentences = ((error.code, *error.localise(language)) for error in errors)
    return [ErrorDetail(code=code, message=message, hint=hint) for code, message, hint in sentences]


def request_id(scope: Scope) -> str:
    return str(scope.get("state", {}).get("request_id", ""))


def give_back(scope: Scope, error: StudioError) -> None:
    """Let a request that ended with ``error`` cost nothing of its client's rate, where the server was away."""
    if error.code in NOT_COUNTED:
        for back in scope.setdefault("state", {}).pop(COUNTED, ()):
            back()


def error_response(scope: Scope, error: StudioError, *, status: int | None = None) -> JSONResponse:
    """``error`` in the caller's language."""
    scope[SHAPED] = True
    give_back(scope, error)
    code = status or error.status
    refused = code in _REFUSALS or (code == 503 and error.retry_after_s is not None)
    scope.setdefault("state", {})[TOLD] = Told(error.code, refused, code)
    headers = {} if error.retry_after_s is None else {"Retry-After": str(error.retry_after_s)}
    return JSONResponse(error_body(scope, error), status_code=code, headers=headers)


def is_mute(scope: Scope) -> bool:
    """Whether what is asked for is a WebSocket whose refusal cannot be told."""
    return scope["type"] == "websocket" and "websocket.http.response" not in scope.get("extensions", {})


def page_error_response(scope: Scope, error: StudioError) -> JSONResponse:
    """The same; for Gradio's page, which shows only what it knows, in its own form as well."""
    response = error_response(scope, error)
    if scope["path"].removeprefix(scope.get("root_path", "")).startswith("/gradio_api/"):
        body = error_body(scope, error)
        detail = f"{body['error']['message']} {body['error']['hint']}"
        response.body = response.render({**body, "detail": detail})
        response.headers["content-length"] = str(len(response.body))
    return response


def error_body(scope: Scope, error: StudioError) -> dict[str, Any]:
    """The contract's form, in the language of the request of ``scope``."""
    if (app := scope.get("app")) is not None and (service := getattr(app.state, "service", None)) is not None:
        error = service.family.named_in(error)
    detail = told([error], caller_language(Headers(scope=scope)))[0]
    return {"error": detail.model_dump(), "request_id": request_id(scope)}


def from_status(status: int, method: str, reason: str, *, request_id: str) -> StudioError:
    """The sentence for a bare HTTP status, as frameworks raise them."""
    if status == 404:
        return StudioError("not_found")
    if status == 405:
        return StudioError("method_not_allowed", method=method)
    if status >= 500:
        return StudioError("internal", request_id=request_id)
    if status == 416:
        return because("malformed", "the file ends before the requested range.", "请求的范围超出了文件末尾。")
    return StudioError("malformed", reason=reason)
