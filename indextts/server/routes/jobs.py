"""``/v1/jobs``: what is spoken, or was, kept on the disk: begun, followed, stopped, gone on with."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated, Any, Final

from fastapi import APIRouter, Depends, Query
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from indextts.model.errors import StudioError
from indextts.model.i18n.messages import Language, caller_language
from indextts.model.utterance import Utterance
from indextts.plan.request import SpeechRequest
from indextts.platform.run import Cancel
from indextts.server import field_schemas as shapes
from indextts.server.book_fields import FORM_BODY
from indextts.server.book_forms import read_book_form
from indextts.server.calls import in_thread, limit_light_rate, limit_rate, service_of, stoppable, works_of
from indextts.server.errors import ERRORS, NOT_FOUND, Responses, refusals
from indextts.server.field_schemas import LATER, Schema, or_null, with_note
from indextts.server.job_answers import JobAnswer, JobsAnswer, JobState
from indextts.server.parsing import (
    FORM_TYPES,
    check_fields,
    content_type,
    invalid,
    parse_json,
    read_json,
    read_raw_json,
    speech_request,
)
from indextts.server.schemas import TTS_BODY, body_of
from indextts.service.owner import owner_of
from indextts.service.rate_limit import client_of
from indextts.works.db.model import ENDED, UNDER_WAY, Job, Stretch, Wanted

if TYPE_CHECKING:
    from indextts.works.jobs.jobs import Jobs

MAX_TITLE: Final = 200
_BREAKERS: Final = re.compile("[\\x00-\\x1f\\x7f-\\x9f\\u2028\\u2029]")
_YES_OR_NO: Final = ("it should be true or false.", "应是 true 或 false。")

_ID: Final[Schema] = {"type": "string", "pattern": "^[A-Za-z0-9_-]{22}$"}
_OTHERS: Final[Mapping[str, Schema]] = {
    "title": with_note(shapes.note(MAX_TITLE), "The beginning of the text unless given."),
    "project": with_note(or_null(_ID), "The project that it belongs to."),
    "live": {"type": "boolean", "description": "Somebody waits for it: it takes its turns like any request."},
    "before": with_note(or_null(_ID), "The job that this one is an edit of."),
}
_SPEECH: Final[Schema] = {**TTS_BODY, "properties": {**TTS_BODY["properties"], **_OTHERS}}
_PLAN: Final[Schema] = shapes.strict_fields(
    {"plan": with_note({LATER: "plan"}, "A plan of `/v1/plan`, edited or not.")},
    {**_OTHERS, "format": TTS_BODY["properties"]["format"]},
)
_NEW: Final[Schema] = {"anyOf": [_SPEECH, _PLAN], "example": {"text": "你好，世界。", "live": True}}
_NEW_BODY: Final = body_of(_NEW)
_NEW_BODY["requestBody"]["content"] |= FORM_BODY
_CHANGE: Final[Schema] = shapes.strict_fields(
    {},
    {
        "title": shapes.line(MAX_TITLE),
        "favourite": {"type": "boolean"},
        "kept": {"type": "boolean", "description": "Its sound stays on the disk however much there is."},
    },
)


_MISSING: Final = "No such job, or it is somebody else's"
_ERRORS: Final[Responses] = refusals(missing=_MISSING, conflict="Not in this state")
_CHANGE_ERRORS: Final[Responses] = {**_ERRORS, **{status: ERRORS[status] for status in (400, 413, 415)}}
_NEW_ERRORS: Final[Responses] = {**ERRORS, 404: {**NOT_FOUND, "description": "No such voice, project or job"}}

router = APIRouter(prefix="/v1/jobs", tags=["jobs"])
_LIGHT: Final[dict[str, Any]] = {"dependencies": [Depends(limit_light_rate)], "responses": _ERRORS}


@router.post(
    "",
    status_code=202,
    openapi_extra=_NEW_BODY,
    response_model=JobAnswer,
    responses=_NEW_ERRORS,
    dependencies=[Depends(limit_rate)],
)
async def start(request: Request) -> Response:
    """Begin to speak; the answer comes at once, the sound segment by segment under the job's address.

    A form with a file makes a book of it (`/v1/books`), and speaks that.
    """
    if content_type(request) == FORM_TYPES[0]:
        return await _start_book(request)
    raw = await read_raw_json(request)
    owner, language = owner_of(request), caller_language(request.headers)

    def work() -> Response:
        what, given = _with_words(request, owner, raw)
        job = jobs_of(request).start(owner, what, client=client_of(request), **given)
        headers = {"Location": f"{request.scope.get('root_path', '')}/v1/jobs/{job.id}"}
        return json_response(job.told(language), status=202, headers=headers)

    return await in_thread(request, work)


@router.post(
    "/ahead",
    status_code=204,
    response_class=Response,
    openapi_extra=body_of(_SPEECH),
    responses=_NEW_ERRORS,
    dependencies=[Depends(limit_light_rate)],
)
async def ahead(request: Request) -> Response:
    """Say what will probably be asked for next: an idle server speaks its first sentence, and has it then."""
    raw, owner = await read_raw_json(request), owner_of(request)

    def work(cancel: Cancel) -> Response:
        what, _ = _with_words(request, owner, raw)
        if not isinstance(what, SpeechRequest):
            raise invalid("plan", "send the text instead.", "请改为发送文字。")
        service_of(request).speak_ahead(what, cancel=cancel)
        return Response(status_code=204)

    return await stoppable(request, work)


def _with_words(request: Request, owner: str, raw: bytes) -> tuple[SpeechRequest | Utterance, dict[str, Any]]:
    """What is to be spoken, with the words of its project, and how the job is begun."""
    what, given = _wanted(parse_json(raw))
    if given["project"] is not None and isinstance(what, SpeechRequest):
        what = replace(what, words=works_of(request).projects.words(owner, given["project"]))
    return what, given


async def _start_book(request: Request) -> Response:
    name, data, given = await read_book_form(request)
    works, owner, language = works_of(request), owner_of(request), caller_language(request.headers)
    client = client_of(request)

    def work() -> Response:
        service_of(request).loaded()
        book = works.intake.file(owner, name, data, reader=language, **given)
        try:
            job = works.jobs.start_book(owner, book.id, client=client)
        except StudioError:
            works.delete_book(owner, book.id)  # nobody knows of it
            raise
        headers = {"Location": f"{request.scope.get('root_path', '')}/v1/jobs/{job.id}"}
        told = {**job.told(language), "book": _summary(request, owner, job.id)}
        return json_response(told, status=202, headers=headers)

    response: Response = await request.app.state.recordings.do(request, lambda _: work())
    return response


def check_title(title: object) -> None:
    """Raises :class:`StudioError` ``invalid_value`` for what cannot be a title."""
    if not isinstance(title, str) or len(title) > MAX_TITLE or _BREAKERS.search(title):
        chinese = f"应为不超过 {MAX_TITLE} 字的一行文字。"
        raise invalid("title", f"it should be a line of at most {MAX_TITLE} characters.", chinese)


def _wanted(body: dict[str, Any]) -> tuple[SpeechRequest | Utterance, dict[str, Any]]:
    """What is to be spoken, and how the job is begun."""
    given: dict[str, Any] = {}
    for name in ("title", "project", "before"):
        value = body.pop(name, None)
        if value is not None and not isinstance(value, str):
            raise invalid(name, "it should be a string.", "应是文字。")
        given[name] = value
    given["title"] = given["title"] or ""
    check_title(given["title"])
    given["live"] = body.pop("live", False)
    if not isinstance(given["live"], bool):
        raise invalid("live", *_YES_OR_NO)
    if "plan" not in body:
        wanted, given["audio_format"] = speech_request(body)
        return wanted, given
    plan = body.pop("plan")
    check_fields(body, ("plan", "format", *_OTHERS))  # its settings stand in the plan
    _, given["audio_format"] = speech_request(body)
    return Utterance.from_json(json.dumps(plan)), given


@router.get("", response_model=JobsAnswer, **_LIGHT)
async def listed(
    request: Request,
    project: Annotated[str, Query(max_length=64)] = "",
    search: Annotated[str, Query(max_length=100)] = "",
    status: Annotated[list[JobState] | None, Query()] = None,
    favourite: bool | None = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    before: Annotated[str, Query(max_length=64, description="A job: those made earlier.")] = "",
) -> Response:
    """Jobs, the newest first; ``search`` looks in title and text."""
    wanted = Wanted(project or None, search, tuple(status or ()), favourite, before or None, limit)
    owner, language = owner_of(request), caller_language(request.headers)

    def work() -> Response:
        found, total = jobs_of(request).listed(owner, wanted)
        return json_response({"jobs": [job.told(language) for job in found], "total": total})

    return await in_thread(request, work)


@router.get("/{job}", response_model=JobAnswer, **_LIGHT)
async def look(request: Request, job: str, segments: bool = False) -> Response:
    """The job now; with ``segments`` also what is told of each that is done."""
    owner, language = owner_of(request), caller_language(request.headers)

    def work() -> Response:
        jobs = jobs_of(request)
        found = jobs.get(owner, job)
        told = found.told(language)
        if found.kind == "book":
            told["book"] = _summary(request, owner, job)
        if segments:
            told["segments"] = [one.told(found.sample_rate) for one in jobs.stretches(owner, job)]
        return json_response(told)

    return await in_thread(request, work)


def _summary(request: Request, owner: str, name: str) -> dict[str, Any] | None:
    try:
        return works_of(request).books.get(owner, name).summary()
    except StudioError as error:
        if error.code != "no_book":
            raise
        return None


@router.patch(
    "/{job}", response_model=JobAnswer, openapi_extra=body_of(_CHANGE), **{**_LIGHT, "responses": _CHANGE_ERRORS}
)
async def change(request: Request, job: str) -> Response:
    """Change its title, or whether it is a favourite or kept."""
    fields = await read_json(request)
    check_fields(fields, _CHANGE["properties"])
    for name, value in fields.items():
        if name == "title":
            check_title(value)
            if not str(value).strip():
                raise invalid(name, "it should not be empty.", "不能为空。")
        elif not isinstance(value, bool):
            raise invalid(name, *_YES_OR_NO)
    return await _answered(request, lambda jobs, owner: jobs.change(owner, job, **fields))


@router.delete("/{job}", status_code=204, response_class=Response, **_LIGHT)
async def delete(request: Request, job: str) -> Response:
    """Put it away; for a day `restore` puts it back."""
    owner = owner_of(request)
    await in_thread(request, lambda: jobs_of(request).delete(owner, job))
    return Response(status_code=204)


@router.post("/{job}/restore", response_model=JobAnswer, **_LIGHT)
async def restore(request: Request, job: str) -> Response:
    """Put back what was deleted."""
    return await _answered(request, lambda jobs, owner: jobs.restore(owner, job))


@router.post("/{job}/pause", response_model=JobAnswer, **_LIGHT)
async def pause(request: Request, job: str) -> Response:
    """Stop it for now. Does nothing where it has ended."""
    return await _answered(request, lambda jobs, owner: jobs.pause(owner, job))


@router.post("/{job}/resume", response_model=JobAnswer, **_LIGHT)
async def resume(request: Request, job: str) -> Response:
    """Go on with what was paused, cancelled or failed; what is spoken is not spoken again."""
    client = client_of(request)
    return await _answered(request, lambda jobs, owner: jobs.resume(owner, job, client=client))


@router.post("/{job}/cancel", response_model=JobAnswer, **_LIGHT)
async def cancel(request: Request, job: str) -> Response:
    """Stop it for good; what is spoken stays. Does nothing where it has ended."""
    return await _answered(request, lambda jobs, owner: jobs.cancel(owner, job))


_EVENTS: Final[dict[str, Any]] = {
    "description": "`segment` for each that is done, `state` for each change, and every 2 s while it runs",
    "content": {"text/event-stream": {}},
}
_TICK_S: Final = 2.0
_IDLE_S: Final = 15.0


@router.get(
    "/{job}/events", response_class=Response, responses={200: _EVENTS, **_ERRORS}, dependencies=_LIGHT["dependencies"]
)
async def events(request: Request, job: str) -> Response:
    """What happens to it, as server-sent events; `Last-Event-ID`, the number of segments heard of, goes on there."""
    owner, language, jobs = owner_of(request), caller_language(request.headers), jobs_of(request)
    last = request.headers.get("last-event-id", "")
    heard = int(last) if last.isascii() and last.isdigit() and len(last) < 10 else 0
    await in_thread(request, lambda: jobs.get(owner, job))  # what is not there gets a status of its own
    lines = _lines(request, jobs, owner, job, language, heard)
    first = await anext(lines)
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    return StreamingResponse(_joined(first, lines), media_type="text/event-stream", headers=headers)


async def _joined(first: bytes, rest: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    yield first
    async for one in rest:
        yield one


async def _lines(
    request: Request, jobs: Jobs, owner: str, name: str, language: Language, heard: int
) -> AsyncIterator[bytes]:
    def look_up() -> tuple[Job, list[Stretch]]:
        # The state first: segments that come in between belong to a later one.
        job = jobs.get(owner, name)
        return job, list(jobs.stretches(owner, name, heard))

    async with changes(jobs, name) as changed:
        told: Job | None = None
        while True:
            changed.clear()
            try:
                job, stretches = await in_thread(request, look_up)
            except StudioError as error:
                if error.code == "not_found":
                    return  # deleted meanwhile
                # Where it is written cannot be read: it may go on there, and is told of again once it can be.
                yield b": still here\n\n"
                await _moment(changed, _TICK_S)
                continue
            for stretch in stretches:
                heard = stretch.index + 1
                yield _event("segment", heard, stretch.told(job.sample_rate))
            if told != job or job.state in UNDER_WAY:
                told = job
                yield _event("state", heard, job.told(language))
            else:
                yield b": still here\n\n"
            if job.state in ENDED:
                return
            await _moment(changed, _TICK_S if job.state in UNDER_WAY else _IDLE_S)


async def _moment(changed: asyncio.Event, most_s: float) -> None:
    """Wait until it has changed, for so long at most."""
    with suppress(TimeoutError):
        await asyncio.wait_for(changed.wait(), most_s)


def _event(kind: str, number: int, data: Mapping[str, Any]) -> bytes:
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    return f"event: {kind}\nid: {number}\ndata: {text}\n\n".encode()


@asynccontextmanager
async def changes(jobs: Jobs, name: str) -> AsyncIterator[asyncio.Event]:
    """An event that is set with every change of the job."""
    loop, changed = asyncio.get_running_loop(), asyncio.Event()

    def tell() -> None:
        if not loop.is_closed():
            loop.call_soon_threadsafe(changed.set)

    with jobs.listeners.listening(name, tell):
        yield changed


def jobs_of(request: Request) -> Jobs:
    return works_of(request).jobs


def json_response(data: object, *, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """Written in the calling thread: that of a long job has megabytes."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    return Response(text, status, headers=dict(headers or {}), media_type="application/json")


async def _answered(request: Request, ask: Callable[[Jobs, str], Job]) -> Response:
    owner, language = owner_of(request), caller_language(request.headers)
    return await in_thread(request, lambda: json_response(ask(jobs_of(request), owner).told(language)))
