"""``/v1/jobs/{id}/…``: the sound of a job: one stretch, all of it as it grows, or the whole as a file."""

from __future__ import annotations

import asyncio
import time
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Query
from starlette.requests import Request
from starlette.responses import Response

from indextts.errors import StudioError
from indextts.request import check_choice
from indextts.server import schemas
from indextts.server.calls import in_thread, limit_light_rate, service_of
from indextts.server.errors import Responses, refusals
from indextts.server.routes.jobs import changes, jobs_of
from indextts.works.media import FRAGMENT_TYPE, encoded
from indextts.works.model import ENDED, UNDER_WAY
from indextts.works.owner import owner_of

_ERRORS: Final[Responses] = refusals(missing="No such job or segment", conflict="Not in this state")
_WAIT_S: Final = 20.0
_PIECES: Final = ("fmp4", "wav", "flac", "mp3", "opus")
_PIECE: Final[Responses] = {
    200: {
        "description": "The sound",
        "content": {**dict.fromkeys(schemas.AUDIO_TYPES.values(), schemas.BINARY), "audio/mp4": schemas.BINARY},
    },
    204: {"description": "Not yet"},
    **_ERRORS,
}

router = APIRouter(prefix="/v1/jobs", tags=["jobs"], dependencies=[Depends(limit_light_rate)])


@router.get("/{job}/segments/{number}", response_class=Response, responses=_PIECE)
async def segment(
    request: Request,
    job: str,
    number: int,
    format: Annotated[str, Query(json_schema_extra={"enum": list(_PIECES)})] = "fmp4",
) -> Response:
    """One stretch: FLAC in fragmented MP4, its times from 0, or a file; waits for one that is being made."""
    check_choice("format", format, _PIECES)
    jobs, owner = jobs_of(request), owner_of(request)
    resampler = service_of(request).config.audio.resampler

    def read() -> bytes | str:
        """The sound, or the state of a job that does not have it."""
        found = jobs.get(owner, job)
        pcm = jobs.pcm(owner, job, number) if number >= 0 else None
        return found.state if pcm is None else encoded(pcm, found.sample_rate, format, resampler)

    until = time.monotonic() + _WAIT_S
    async with changes(jobs, job) as changed:
        while True:
            changed.clear()
            read_now = await in_thread(request, read)
            if isinstance(read_now, bytes):
                kind = FRAGMENT_TYPE if format == "fmp4" else schemas.AUDIO_TYPES[format]
                return Response(read_now, media_type=kind, headers={"Cache-Control": "private, max-age=3600"})
            if read_now in ENDED or number < 0:
                raise StudioError("not_found")
            left_s = until - time.monotonic()
            if read_now not in UNDER_WAY or left_s <= 0:
                return Response(status_code=204, headers={"Cache-Control": "no-store"})
            try:
                await asyncio.wait_for(changed.wait(), left_s)
            except TimeoutError:
                continue
