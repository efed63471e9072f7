"""``GET /healthz`` and ``GET /readyz``: is it alive, and can it speak."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from starlette.requests import Request

from indextts.errors import StudioError
from indextts.i18n.language import caller_language
from indextts.server.errors import ErrorBody, told
from indextts.server.page_gate import PageGate
from indextts.service.preload import ASK_AGAIN_S
from indextts.service.service import SpeechService

router = APIRouter(tags=["health"])


@router.get("/healthz")
async def healthz(request: Request) -> dict[str, Any]:
    """The state now, always 200: ``ok``, ``loading``, ``degraded`` (speaks, but not with every engine that
    is configured, or without the library as it should be, or the page is missing; see ``reasons`` and ``warnings``)
    or ``error``.
    """
    service: SpeechService = request.app.state.service
    page: PageGate = request.app.state.page
    health = service.health()
    degraded = health.status == "ok" and page.state == "failed"
    body: dict[str, Any] = {
        "status": "degraded" if degraded else health.status,
        "model_loaded": health.model_loaded,
        "timestamp": health.timestamp,
        "engines": health.engines,
        "load_times": {**health.load_times, **page.load_times},
        "page": page.state,
    }
    if health.error is not None:
        message, hint = health.error.localise(caller_language(request.headers))
        body["error"] = {"code": health.error.code, "message": message, "hint": hint}
    if health.warnings:
        body["warnings"] = told(health.warnings, caller_language(request.headers))
    if health.reasons:
        body["reasons"] = {name: why.of(caller_language(request.headers)) for name, why in health.reasons.items()}
    return body


@router.get("/readyz", responses={503: {"model": ErrorBody, "description": "Not yet; see Retry-After"}})
async def readyz(request: Request) -> dict[str, str]:
    """200 once a warm-up sentence has been spoken and the page is there; until then, and while what is spoken
    cannot be written to the disk, 503 with Retry-After.
    """
    service: SpeechService = request.app.state.service
    page: PageGate = request.app.state.page
    service.check_ready()
    if page.state == "loading":
        raise StudioError("loading", retry_after_s=ASK_AGAIN_S)
    return {"status": "ready"}
