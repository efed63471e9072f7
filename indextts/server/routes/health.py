"""``GET /healthz`` and ``/readyz``: is it alive, and can it speak. ``GET /metrics``: what happened, for Prometheus."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from prometheus_client import CONTENT_TYPE_LATEST
from starlette.requests import Request
from starlette.responses import Response

from indextts.model.errors import StudioError
from indextts.model.i18n.messages import caller_language
from indextts.server.calls import server_warnings, service_of, with_service
from indextts.server.cluster.members import Members
from indextts.server.errors import NOT_YET, error_response, told
from indextts.server.page_gate import PageGate
from indextts.service.collected import written
from indextts.service.preload import ASK_AGAIN_S
from indextts.service.service import SpeechService

router = APIRouter(tags=["health"])


@router.get("/healthz")
@router.get("/health", include_in_schema=False)  # where other speech servers have it
async def healthz(request: Request) -> dict[str, Any]:
    """The state now, always 200: ``ok``, ``loading``, ``degraded`` (speaks, but not with every engine that is
    configured, or without the library as it should be, or the page or a part of the cluster is missing; see
    ``reasons`` and ``warnings``) or ``error``.
    """
    page: PageGate = request.app.state.page
    health, language = service_of(request).health(), caller_language(request.headers)
    warnings = [*health.warnings, *server_warnings(request)]
    degraded = health.status == "ok" and (page.state == "failed" or bool(warnings))
    body: dict[str, Any] = {
        "status": "degraded" if degraded else health.status,
        "model_loaded": health.model_loaded,
        "timestamp": health.timestamp,
        "engines": health.engines,
        "load_times": {**health.load_times, **page.load_times},
        "page": page.state,
    }
    if health.error is not None:
        body["error"] = told([health.error], language)[0]
    if warnings:
        body["warnings"] = told(warnings, language)
    if memory := service_of(request).router.pool.memory():
        body["engine_memory"] = memory
    if health.reasons:
        body["reasons"] = {name: why.of(language) for name, why in health.reasons.items()}
    return body


@router.get("/readyz", response_model=dict[str, str], responses=NOT_YET)
async def readyz(request: Request) -> Any:
    """200 once a warm-up sentence has been spoken and the page is there; until then, and while what is spoken
    cannot be written to the disk, 503 with Retry-After.
    """
    page: PageGate = request.app.state.page
    try:
        service_of(request).check_ready()
    except StudioError as error:
        return error_response(request.scope, error, status=503)
    if page.state == "loading":
        raise StudioError("loading", retry_after_s=ASK_AGAIN_S)
    return {"status": "ready"}


@router.get("/metrics", response_class=Response, responses={200: {"content": {"text/plain": {}}}})
async def metrics(request: Request) -> Response:
    """Requests, seconds, fallbacks by engine and reason, states, queues, caches, memory: for Prometheus. In a cluster
    those of all its processes, each with its name in the label `process`.
    """
    cluster: Members | None = request.app.state.cluster

    def work(service: SpeechService) -> bytes:
        own = written(service)
        return own if cluster is None else cluster.written(own.decode()).encode()

    text = await with_service(request, work)
    return Response(text, media_type=CONTENT_TYPE_LATEST, headers={"Cache-Control": "no-store"})
