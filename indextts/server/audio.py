"""``GET /audio/…``: generated audio, until it is cleaned up."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import FileResponse

from indextts.errors import StudioError
from indextts.server.work import in_thread
from indextts.service import SpeechService

router = APIRouter(tags=["speech"])


@router.get("/audio/{name}", response_class=FileResponse)
async def audio(request: Request, name: str) -> FileResponse:
    """The audio of an answer's ``audio_url``; byte ranges work."""
    from indextts.audio.encode import CONTENT_TYPES

    service: SpeechService = request.app.state.service
    path = await in_thread(request, lambda: service.outputs.find(name))
    if path is None:
        raise StudioError("not_found")
    return FileResponse(
        path,
        media_type=CONTENT_TYPES.get(path.suffix[1:], "application/octet-stream"),
        headers={"Cache-Control": "private, max-age=3600"},
        filename=path.name,
        content_disposition_type="inline",
    )
