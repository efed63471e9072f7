"""``GET /healthz`` and ``/readyz``: is it alive, and can it speak. ``GET /metrics``: what happened, for Prometheus."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from fastapi import APIRouter
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Metric, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from starlette.requests import Request
from starlette.responses import Response

from indextts.errors import StudioError
from indextts.i18n.messages import caller_language
from indextts.server.calls import service_of, with_service
from indextts.server.errors import NOT_YET, told
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
    page: PageGate = request.app.state.page
    health, language = service_of(request).health(), caller_language(request.headers)
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
        body["error"] = told([health.error], language)[0]
    if health.warnings:
        body["warnings"] = told(health.warnings, language)
    if memory := service_of(request).router.pool.memory():
        body["engine_memory"] = memory
    if health.reasons:
        body["reasons"] = {name: why.of(language) for name, why in health.reasons.items()}
    return body


@router.get("/readyz", responses=NOT_YET)
async def readyz(request: Request) -> dict[str, str]:
    """200 once a warm-up sentence has been spoken and the page is there; until then, and while what is spoken
    cannot be written to the disk, 503 with Retry-After.
    """
    page: PageGate = request.app.state.page
    service_of(request).check_ready()
    if page.state == "loading":
        raise StudioError("loading", retry_after_s=ASK_AGAIN_S)
    return {"status": "ready"}


BREAKERS: Final = {"closed": 0, "half-open": 1, "open": 2}
STATES: Final = ("absent", "idle", "loading", "ready", "error", "failing")


@router.get("/metrics", response_class=Response, responses={200: {"content": {"text/plain": {}}}})
async def metrics(request: Request) -> Response:
    """Requests, seconds, fallbacks by engine and reason, states, queues."""

    def written(service: SpeechService) -> bytes:
        registry = CollectorRegistry()
        registry.register(service.meter.registry)
        registry.register(_Collected(service))
        return generate_latest(registry)

    text = await with_service(request, written)
    return Response(text, media_type=CONTENT_TYPE_LATEST, headers={"Cache-Control": "no-store"})


class _Collected:
    """What engines and queues have counted, and the state they are in."""

    def __init__(self, service: SpeechService) -> None:
        self._service = service

    def collect(self) -> Iterable[Metric]:
        """All of it, as it is now."""
        service, engines = self._service, self._service.router
        for name, text, counts in (
            ("indextts_segments", "Segments spoken.", engines.tally.segments),
            ("indextts_work_seconds", "Seconds of work for them.", engines.tally.work_s),
            ("indextts_speech_seconds", "Seconds of speech in them.", engines.tally.speech_s),
        ):
            counter = CounterMetricFamily(name, text, labels=["engine"])
            for engine in engines.pool.registry:
                counter.add_metric([engine], counts[engine])
            yield counter
        fallbacks = CounterMetricFamily(
            "indextts_fallbacks", "Requests that another engine spoke.", labels=["asked", "engine", "reason"]
        )
        for labels, count in sorted(engines.tally.fallbacks.items()):
            fallbacks.add_metric(list(labels), count)
        yield fallbacks
        breakers = GaugeMetricFamily("indextts_breaker", "0 closed, 1 half-open, 2 open.", labels=["engine"])
        states = GaugeMetricFamily("indextts_engine_state", "1 for the state it is in.", labels=["engine", "state"])
        stuck = GaugeMetricFamily("indextts_stuck_threads", "Threads left behind in an engine.", labels=["engine"])
        for engine, state in engines.states().items():
            breakers.add_metric([engine], BREAKERS[engines.breakers[engine].state])
            stuck.add_metric([engine], engines.stuck[engine])
            for one in STATES:
                states.add_metric([engine, one], 1 if one == state else 0)
        yield from (breakers, states, stuck)
        busy = GaugeMetricFamily("indextts_busy", "Requests being spoken.", labels=["queue"])
        waiting = GaugeMetricFamily("indextts_waiting", "Requests that wait.", labels=["queue"])
        for name, queue in {"workers": service.admission, **service.own_turns}.items():
            busy.add_metric([name], queue.busy)
            waiting.add_metric([name], queue.waiting)
        yield from (busy, waiting)
        held = GaugeMetricFamily(
            "indextts_engine_process_bytes", "Memory of engines in processes of their own.", labels=["engine"]
        )
        for engine, size in engines.pool.memory().items():
            held.add_metric([engine], size)
        yield held
