"""``/v1/system``: the state of the server, now and for the last hour, for its operator."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Annotated, Any, Final, Literal

from fastapi import APIRouter, Depends
from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import Response

from indextts import __version__
from indextts.model.errors import StudioError, printable
from indextts.model.fields import FieldRule, Given, Schema
from indextts.model.i18n.messages import caller_language
from indextts.platform.serving_config import ORIGIN
from indextts.server.calls import (
    attachment,
    in_thread,
    limit_light_rate,
    limit_rate,
    server_warnings,
    service_of,
    works_of,
)
from indextts.server.cluster.members import ClusterNow
from indextts.server.errors import ERRORS, ErrorDetail, Responses, told
from indextts.server.origins import LONGEST, SpeechOrigin, SpeechOrigins, usual_origin
from indextts.server.parsing import read_model
from indextts.server.schemas import body_of
from indextts.service.caller import CALLER, caller_in
from indextts.service.observing import STEP_S, Sample
from indextts.service.owner import is_local, owner_of

_ZIP: Final[Responses] = {
    200: {
        "description": "The bundle",
        "content": {"application/zip": {"schema": {"type": "string", "format": "binary"}}},
    }
}

router = APIRouter(prefix="/v1/system", tags=["health"], responses={429: ERRORS[429]})


class SystemAnswer(BaseModel):
    """How the server does."""

    version: str
    status: Literal["ok", "loading", "degraded", "error"]
    findings: list[ErrorDetail]
    """Problems that need action, the worst first; empty where all is well."""
    uptime_s: float
    cores: int
    workers: int
    cluster: ClusterNow | None = None
    """Its processes and machines, where there are several."""
    jobs: dict[str, int]
    """By state."""
    engines: dict[str, str]
    now: Sample
    step_s: float
    hour: list[Sample]
    """The oldest first."""


def only_who_looks_after_it(request: Request) -> None:
    """Admit only clients on this machine and keys that may manage.

    Raises :class:`StudioError` ``system_forbidden``.
    """
    scope = request.scope
    allowed = caller_in(scope).may_manage if CALLER in scope.get("state", {}) else is_local(scope)
    if not allowed:
        raise StudioError("system_forbidden")


MANAGED: Final[list[Any]] = [Depends(only_who_looks_after_it)]
"""Calls of the person who looks after the server."""
_ORIGINS: Final[Responses] = {status: ERRORS[status] for status in (400, 415, 422)}


@dataclass(frozen=True)
class _AnOrigin(FieldRule):
    def check(self, value: Any, context: Any) -> str:
        if not isinstance(value, str) or len(value) > LONGEST or usual_origin(value) is None:
            raise StudioError("bad_origin", origin=printable(value, 80))
        return value

    def schema(self) -> Schema:
        return {"type": "string", "pattern": ORIGIN, "maxLength": LONGEST}


class OriginWish(Given):
    """What is to be allowed."""

    origin: Annotated[str, _AnOrigin()]


class OriginsAnswer(BaseModel):
    """Other websites, extensions and programs, by the origin of their pages."""

    origins: list[SpeechOrigin]
    """Refused ones first, the last one at the top."""


@router.get("", dependencies=[*MANAGED, Depends(limit_light_rate)])
async def system(request: Request) -> SystemAnswer:
    """The state now, what is wrong, and the last hour in steps of half a minute."""
    service, language = service_of(request), caller_language(request.headers)

    def work() -> SystemAnswer:
        observer, cluster, jobs = service.observer, request.app.state.cluster, dict[str, int]()
        missing, crowded = server_warnings(request), None
        with suppress(StudioError):  # a database that is away is among the findings
            jobs = works_of(request).jobs.counts()
            crowded = works_of(request).projects.crowded(owner_of(request))
        health = service.health()
        return SystemAnswer(
            version=__version__,
            status="degraded" if missing and health.status == "ok" else health.status,
            findings=told([*missing, *observer.findings(health), *([crowded] if crowded else [])], language),
            uptime_s=round(time.time() - observer.began, 1),
            cores=os.cpu_count() or 1,
            workers=service.admission.workers,
            cluster=None if cluster is None else cluster.now(),
            jobs=jobs,
            engines=health.engines,
            now=observer.now(),
            step_s=STEP_S,
            hour=list(observer.hour()),
        )

    return await in_thread(request, work)


@router.get("/bundle", response_class=Response, responses=_ZIP, dependencies=[*MANAGED, Depends(limit_rate)])
async def diagnosis(request: Request) -> Response:
    """A zip for finding faults: versions, the doctor's report, settings without secrets, what was
    measured, the last lines of the log; no texts, no names, no keys.
    """
    from indextts.server import diagnosis as made

    service, language = service_of(request), caller_language(request.headers)
    content = await in_thread(request, lambda: made.bundle(service, request.app.state.log_ring, language))
    name = f"{made.NAME}-{time.strftime('%Y%m%d-%H%M%S')}.zip"
    return attachment(content, "application/zip", name, name)


@router.get("/origins", dependencies=[*MANAGED, Depends(limit_light_rate)])
async def origins(request: Request) -> OriginsAnswer:
    """Whose pages may call `/v1/audio/…` with a key, and whose were refused since the start."""
    return await _origins(request, lambda _: None)


@router.post(
    "/origins",
    dependencies=[*MANAGED, Depends(limit_light_rate)],
    openapi_extra=body_of(OriginWish),
    responses=_ORIGINS,
)
async def allow_origin(request: Request) -> OriginsAnswer:
    """Let the pages of one origin call `/v1/audio/…` with a key."""
    origin = (await read_model(request, OriginWish)).origin
    return await _origins(request, lambda all_of_them: all_of_them.allow(origin))


@router.delete("/origins", dependencies=[*MANAGED, Depends(limit_light_rate)], responses={422: ERRORS[422]})
async def forget_origin(request: Request, origin: str) -> OriginsAnswer:
    """Take that back; those of the configuration stay."""
    return await _origins(request, lambda all_of_them: all_of_them.forget(origin))


async def _origins(request: Request, change: Callable[[SpeechOrigins], None]) -> OriginsAnswer:
    def work() -> OriginsAnswer:
        change(request.app.state.origins)
        return OriginsAnswer(origins=request.app.state.origins.listed())

    return await in_thread(request, work)
