"""``GET /audio/…``: generated audio and its subtitles, until they are cleaned up."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import FileResponse, Response

from indextts.errors import StudioError
from indextts.server.errors import ERRORS, NOT_FOUND
from indextts.server.media_types import AUDIO_TYPES, SUBTITLE_TYPES
from indextts.server.schemas import BINARY
from indextts.server.threads import in_thread
from indextts.service.service import SpeechService

router = APIRouter(tags=["speech"])


_ANSWERS: Final[dict[int | str, dict[str, Any]]] = {
    200: {
        "description": "The file",
        "content": {
            **dict.fromkeys(AUDIO_TYPES.values(), BINARY),
            **{kind: {} for kind in SUBTITLE_TYPES.values()},
        },
    },
    404: NOT_FOUND,
    422: ERRORS[422],
}
_KEPT: Final = {"Cache-Control": "private, max-age=3600"}


@router.get("/audio/{name}", response_class=FileResponse, responses=_ANSWERS)
async def audio(request: Request, name: str, words: bool = False) -> Response:
    """The audio of an answer's ``audio_url``; byte ranges work. Beside it lie its subtitles, under their own endings.

    ``words`` asks for each word's time in ``.vtt`` and ``.lrc``.
    """
    service: SpeechService = request.app.state.service
    stem, _, form = name.partition(".")
    made = form in SUBTITLE_TYPES and form != "json"
    path = await in_thread(request, lambda: service.outputs.find(f"{stem}.json" if made else name))
    if path is None:
        raise StudioError("not_found")
    if made:
        text = await in_thread(request, lambda: _render(path, form, words))
        return Response(text, media_type=SUBTITLE_TYPES[form], headers=_KEPT)
    return FileResponse(
        path,
        media_type={**SUBTITLE_TYPES, **AUDIO_TYPES}.get(path.suffix[1:], "application/octet-stream"),
        headers=_KEPT,
        filename=path.name,
        content_disposition_type="inline",
    )


def _render(path: Path, form: str, words: bool) -> str:
    from indextts.export.subtitles import Subtitles

    try:
        return Subtitles.from_json(path.read_bytes()).render(form, words=words)
    except FileNotFoundError as error:  # cleaned up in this moment
        raise StudioError("not_found") from error
