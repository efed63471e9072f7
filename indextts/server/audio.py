"""``GET /audio/…``: generated audio and its subtitles, until they are cleaned up."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import FileResponse, Response

from indextts.errors import StudioError
from indextts.server.work import in_thread
from indextts.service import SpeechService

router = APIRouter(tags=["speech"])


_KEPT: Final = {"Cache-Control": "private, max-age=3600"}


@router.get("/audio/{name}", response_class=FileResponse)
async def audio(request: Request, name: str, words: bool = False) -> Response:
    """The audio of an answer's ``audio_url``; byte ranges work. Beside it lie its subtitles, under their own endings.

    ``words`` asks for each word's time in ``.vtt`` and ``.lrc``.
    """
    from indextts import subtitles
    from indextts.audio.encode import CONTENT_TYPES

    service: SpeechService = request.app.state.service
    stem, _, form = name.partition(".")
    made = form in subtitles.CONTENT_TYPES and form != "json"
    path = await in_thread(request, lambda: service.outputs.find(f"{stem}.json" if made else name))
    if path is None:
        raise StudioError("not_found")
    if made:
        text = await in_thread(request, lambda: _render(path, form, words))
        return Response(text, media_type=subtitles.CONTENT_TYPES[form], headers=_KEPT)
    return FileResponse(
        path,
        media_type={**subtitles.CONTENT_TYPES, **CONTENT_TYPES}.get(path.suffix[1:], "application/octet-stream"),
        headers=_KEPT,
        filename=path.name,
        content_disposition_type="inline",
    )


def _render(path: Path, form: str, words: bool) -> str:
    from indextts.subtitles import Subtitles

    try:
        return Subtitles.from_json(path.read_bytes()).render(form, words=words)
    except FileNotFoundError as error:  # cleaned up in this moment
        raise StudioError("not_found") from error
