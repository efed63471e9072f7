"""``/v1/editor``: the editor of the page over HTTP. Plans stay open here, and an answer tells what a change changed.

Without the page there is no editor: then all of it is ``not_found``. Others edit plans as files
(:mod:`indextts.server.routes.plan`).
"""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel, ConfigDict
from starlette.background import BackgroundTask
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from indextts.model.errors import StudioError
from indextts.model.fields import Schema
from indextts.model.i18n.messages import Language, caller_language
from indextts.server import field_schemas as shapes
from indextts.server.calls import attachment, in_thread, limit_light_rate, stoppable
from indextts.server.errors import NOT_FOUND, ErrorBody, refusals
from indextts.server.field_schemas import or_null, with_note
from indextts.server.parsing import NOT_TEXT, check_fields, invalid, read_json
from indextts.server.schemas import AUDIO_TYPES, BINARY, body_of
from indextts.service.owner import owner_of

if TYPE_CHECKING:
    from indextts.plan.editing import EditorDesk

_FORMATS: Final = ("wav", "flac", "mp3", "opus")
_PAGE: Final = "Name of the open page that shows the plan from now on: it is kept as long as that is open."
_PROJECT: Final = "Id of the project in which the plan is kept from now on; what is kept there already is opened."
_TEXT: Final[Schema] = {"type": "string"}
_TEXT_OR_NONE: Final[Schema] = or_null(_TEXT)
_COUNT: Final[Schema] = {"type": "integer", "minimum": 0}

_OPEN: Final[Schema] = shapes.fields(
    {},
    {
        "plan": with_note(_TEXT_OR_NONE, "Id of the plan that was being edited."),
        "take": with_note(
            _TEXT_OR_NONE, "Id of the take that is shown; it is opened where that plan is gone or unchanged."
        ),
        "anew": with_note(
            or_null({"type": "boolean"}), "Go on with the take; sentences that it shares keep their edits."
        ),
        "page": with_note(_TEXT_OR_NONE, _PAGE),
        "project": with_note(_TEXT_OR_NONE, _PROJECT),
    },
)
_EDIT: Final[Schema] = {
    "type": "object",
    "properties": {
        "revision": with_note(_COUNT, "The plan's, as the page knows it: another one is refused, 409."),
        "action": with_note(
            _TEXT,
            "`undo`, `redo`, `again`, `all_again`, `keep`, `choose`, `drop`, `lock`, `settings`; of the text: `text` "
            "(`text`: a line, or the lines that it becomes), `add`, `remove`, `move_line` (`to`), `merge`, `replace` "
            "(`find`, `replace`, `segment` and `nth` for one of them); or an edit: `fix`, `break`, `emphasis`, "
            "`ending`, `pitch`, `length`, `volume`, `level`, `pause`, `emotion`, `voice` …",
        ),
        "project": with_note(_TEXT, "Id of the project in which the plan is kept, if it is in none yet."),
        "segment": with_note(_COUNT, "Which sentence, where the action is about one; `token` and the rest likewise."),
    },
    "required": ["revision", "action"],
}
_SOUND: Final[Schema] = shapes.fields(
    {"segment": _COUNT},
    {
        "version": {"type": "integer", "description": "Which of its takes; the chosen one if absent or −1."},
        "beside": {"type": "boolean", "description": "Of what the plan is compared with."},
    },
)
_BESIDE: Final[Schema] = shapes.fields({}, {"take": with_note(_TEXT, "A take; absent: the plan before it was edited.")})


class EditorAnswer(BaseModel):
    """A plan, all of it or what was changed."""

    model_config = ConfigDict(extra="forbid")

    id: str
    """It cannot be guessed, and is of use to nobody but the plan's owner."""
    revision: int
    take: str
    """The take that it was opened from, or last put together as."""
    undo: bool
    redo: bool
    assembled: bool
    """Whether that take sounds like it."""
    settings: dict[str, str | float]
    all: list[dict[str, Any]] | None = None
    """The sentences, as the page draws them …"""
    changed: dict[str, dict[str, Any]] | None = None
    """… or those that were changed, by their places …"""
    order: list[int] | None = None
    """… and, where some have come, gone or moved, the place that each one had before; −1 for new ones."""
    kept: int | None = None
    """Of a take that was taken over: sentences that have kept what was made of them."""
    voices: list[tuple[str, str]] | None = None
    """Ids and names that can be chosen."""
    gone: dict[str, str] | None = None
    """Ids and names of voices that sentences have and that were removed."""
    emotions: list[tuple[str, str]] | None = None
    other: str | None = None
    """A take that waits, because this plan was changed."""
    audio: str | None = None
    """Of a sound: its name below ``/audio/`` …"""
    segment: int | None = None
    """… its sentence …"""
    told: str | None = None
    """… and that another engine has spoken, and why."""


class Comparison(BaseModel):
    """What a plan is heard beside."""

    sentences: list[dict[str, Any]]
    """Their texts, and the seconds of silence after each."""
    pairs: list[tuple[int, int, bool]]
    """Places that say the same, in what it is heard beside and in the plan, and whether they sound the same too."""


class MarkedText(BaseModel):
    """A plan's text."""

    text: str


class NothingOpen(BaseModel):
    """Neither the plan nor the take is kept."""

    empty: bool


_ERRORS: Final[dict[int | str, dict[str, Any]]] = {
    **refusals(
        400, 413, 415, 499, 504, missing=NOT_FOUND["description"], conflict="Changed in another window, or locked"
    ),
    410: {"model": ErrorBody, "description": "The plan is no longer kept"},
}
_FILE: Final[dict[str, Any]] = {
    "description": "The plan",
    "content": {"application/json": {"schema": {"type": "object"}}},
}

_ARCHIVE: Final[dict[str, Any]] = {
    "description": "The sounds",
    "content": {"application/zip": BINARY},
}
_AUDIO: Final[dict[str, Any]] = {
    "description": "The sound",
    "content": {AUDIO_TYPES[name]: BINARY for name in _FORMATS},
}
_CHUNK: Final = 2**18

Revision = Annotated[int, Query(description="Another one is refused, 409.")]
AudioFormat = Literal["wav", "flac", "mp3", "opus"]

router = APIRouter(
    prefix="/v1/editor",
    tags=["editor"],
    dependencies=[Depends(limit_light_rate)],
    responses=_ERRORS,
    default_response_class=Response,
)


@router.post("", openapi_extra=body_of(_OPEN), responses={200: {"model": EditorAnswer | NothingOpen}})
async def load(request: Request) -> Response:
    """Go on with a plan, or open a take as one."""
    sent = await read_json(request)
    check_fields(sent, _OPEN["properties"])
    for name in ("plan", "take", "page", "project"):
        if not isinstance(sent.get(name), str | None):
            raise invalid(name, *NOT_TEXT)
    if not isinstance(sent.get("anew"), bool | None):
        raise invalid("anew", "it should be true or false.", "应是 true 或 false。")
    return await _answered(request, lambda desk, language: desk.load(sent, language, owner_of(request)))


@router.get("/{plan}", responses={200: {"model": EditorAnswer}})
async def look(
    request: Request,
    plan: str,
    page: Annotated[str, Query(description=_PAGE)] = "",
    places: Annotated[str, Query(description="Of these sentences alone, in full: `3,4,5`.", max_length=1000)] = "",
) -> Response:
    """All of a plan as it is now. Of a long one, sentences that are far down come without their tokens."""
    return await _answered(request, lambda desk, language: desk.look(plan, page, language, places, owner_of(request)))


@router.get("/{plan}/text", responses={200: {"model": MarkedText}})
async def text(request: Request, plan: str) -> Response:
    """The plan's text, with marks for readings, pauses and emotions that were chosen."""
    return await _answered(request, lambda desk, _: {"text": desk.text(plan, owner_of(request))})


@router.post("/{plan}/compare", openapi_extra=body_of(_BESIDE), responses={200: {"model": Comparison}})
async def compare(request: Request, plan: str) -> Response:
    """Put another state beside the plan, to hear them by turns."""
    sent = await read_json(request)
    check_fields(sent, _BESIDE["properties"])
    return await _answered(request, lambda desk, _: desk.compare(plan, sent, owner_of(request)))


@router.post("/{plan}/edits", openapi_extra=body_of(_EDIT), responses={200: {"model": EditorAnswer}})
async def edit(request: Request, plan: str) -> Response:
    """Change it: one step, that `undo` takes back."""
    sent = await read_json(request)
    return await _answered(request, lambda desk, language: desk.change(plan, sent, language, owner_of(request)))


@router.post("/{plan}/sounds", openapi_extra=body_of(_SOUND), responses={200: {"model": EditorAnswer}})
async def sound(request: Request, plan: str) -> Response:
    """Speak one sentence, unless that is done already; the next such call for the plan ends this one."""
    sent, desk, language = await read_json(request), _desk(request), caller_language(request.headers)
    check_fields(sent, _SOUND["properties"])
    owner = owner_of(request)
    written = await stoppable(request, lambda cancel: _written(desk.speak(plan, sent, language, cancel, owner)))
    return Response(written, media_type="application/json")


@router.get("/{plan}/file", responses={200: _FILE})
async def file(request: Request, plan: str, revision: Revision) -> Response:
    """The plan as a file, as `/v1/render` takes it."""
    text, name = await in_thread(request, partial(_desk(request).file, plan, revision, owner_of(request)))
    return attachment(text, "application/json", "plan.json", name)


@router.get("/{plan}/lines", responses={200: _ARCHIVE})
async def lines(request: Request, plan: str, revision: Revision, format: AudioFormat = "wav") -> Response:
    """The sounds of all sentences, numbered, in one archive; those that are not spoken yet are spoken for it."""
    desk, owner = _desk(request), owner_of(request)
    file, name = await stoppable(request, lambda cancel: desk.lines(plan, revision, format, cancel, owner))
    headers = attachment("", "application/zip", "lines.zip", name).headers
    sent = {"Content-Disposition": headers["Content-Disposition"]}
    parts = iter(partial(file.read, _CHUNK), b"")
    return StreamingResponse(parts, media_type="application/zip", headers=sent, background=BackgroundTask(file.close))


@router.get("/{plan}/lines/{place}", responses={200: _AUDIO})
async def line(request: Request, plan: str, place: int, revision: Revision, format: AudioFormat = "wav") -> Response:
    """The sound of one sentence as a file."""
    desk, owner = _desk(request), owner_of(request)
    data, name = await stoppable(request, lambda cancel: desk.line(plan, revision, place, format, cancel, owner))
    return attachment(data, AUDIO_TYPES[format], f"line.{format}", name)


async def _answered(request: Request, ask: Callable[[EditorDesk, Language], dict[str, Any]]) -> Response:
    """What the desk answers, asked and written in a thread: that of a long text has megabytes."""
    desk, language = _desk(request), caller_language(request.headers)
    written = await in_thread(request, lambda: _written(ask(desk, language)))
    return Response(written, media_type="application/json")


def _written(answer: dict[str, Any]) -> bytes:
    return json.dumps(answer, ensure_ascii=False, separators=(",", ":")).encode()


def _desk(request: Request) -> EditorDesk:
    """Raises :class:`StudioError` ``not_found`` where there is no page."""
    desk: EditorDesk | None = request.app.state.service.editor
    if desk is None:
        raise StudioError("not_found")
    return desk
