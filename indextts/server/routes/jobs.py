"""``/v1/jobs``: what is spoken, or was, kept on the disk: begun, followed, stopped, gone on with."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated, Any, Final

from fastapi import APIRouter, Depends, Query
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from indextts.model.errors import StudioError
from indextts.model.fields import check
from indextts.model.i18n.messages import Language, caller_language
from indextts.model.utterance import Utterance
from indextts.plan.fixes import fixes_of
from indextts.plan.request import SpeechRequest
from indextts.platform.run import Cancel
from indextts.server.calls import Deleted, in_thread, limit_light_rate, limit_rate, service_of, stoppable, works_of
from indextts.server.errors import ERRORS, NOT_FOUND, Responses, refusals
from indextts.server.parsing import (
    FORM_TYPES,
    SPEECH_FIELDS,
    check_fields,
    content_type,
    invalid,
    parse_json,
    read_model,
    read_raw_json,
    restricted,
    speech_request,
)
from indextts.server.routes.book_forms import FORM_BODY, read_book_form
from indextts.server.routes.job_answers import JobAnswer, JobsAnswer, JobState
from indextts.server.routes.job_bodies import JobChange, JobFields, JobOfEdit, JobOfPlan, JobOfText
from indextts.server.schemas import body_of, later
from indextts.server.streamed import joined
from indextts.server.uploads import LONG_BYTES, RecordingTurns
from indextts.service.owner import owner_of
from indextts.service.rate_limit import client_of
from indextts.service.shown import shown
from indextts.works.db.model import ENDED, UNDER_WAY, Job, Stretch, Wanted

if TYPE_CHECKING:
    from indextts.works.jobs.jobs import Jobs

_BEGINNING: Final = 400
"""Characters of a text that a list tells."""


_NEW_BODY: Final = body_of(
    {"anyOf": [later(JobOfText), later(JobOfPlan), later(JobOfEdit)], "example": {"text": "你好，世界。", "live": True}}
)
_NEW_BODY["requestBody"]["content"] |= FORM_BODY
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
        body, more = parse_json(raw), dict[str, Any]()
        what: SpeechRequest | Utterance
        if "edit" in body:
            what, given, more["remember"] = _edited(jobs_of(request), owner, body)
        else:
            what, given = _with_words(request, owner, body)
        job = jobs_of(request).start(owner, what, client=client_of(request), **given)
        headers = {"Location": f"{request.scope.get('root_path', '')}/v1/jobs/{job.id}"}
        return json_response(job.told(language) | more, status=202, headers=headers)

    return await in_thread(request, work)


@router.post(
    "/ahead",
    status_code=204,
    response_class=Response,
    openapi_extra=body_of(JobOfText),
    responses=_NEW_ERRORS,
    dependencies=[Depends(limit_light_rate)],
)
async def ahead(request: Request) -> Response:
    """Say what will probably be asked for next: an idle server speaks its first sentence, and has it then."""
    raw, owner = await read_raw_json(request), owner_of(request)

    def work(cancel: Cancel) -> Response:
        what, given = _with_words(request, owner, parse_json(raw))
        if not isinstance(what, SpeechRequest):
            raise invalid("plan", "send the text instead.", "请改为发送文字。")
        what = replace(what, settings=jobs_of(request).bound(owner, what.settings, given["project"]))
        for _ in service_of(request).speak_ahead(what, cancel=cancel):
            pass
        return Response(status_code=204)

    return await stoppable(request, work)


def _edited(jobs: Jobs, owner: str, body: dict[str, Any]) -> tuple[Utterance, dict[str, Any], Any]:
    """A job's plan with one change, as far as it was spoken, how its job is begun, and what can be remembered of it."""
    from indextts.plan.fixing import changed  # reads the tables of sounds: the port answers before

    given = check(JobOfEdit, body).model_dump()
    plan, word = changed(_heard(jobs, _earlier(jobs, owner, given, "before")), given.pop("edit"))
    return plan, given, None if word is None else {"word": word[0], "reading": word[1]}


def _earlier(jobs: Jobs, owner: str, given: Mapping[str, Any], field: str) -> Job:
    """The job that a field names. Raises :class:`StudioError` ``no_job``."""
    try:
        return jobs.get(owner, given[field])
    except StudioError as error:
        raise StudioError("no_job", field=field) if error.code == "not_found" else error from error


def _heard(jobs: Jobs, job: Job) -> Utterance:
    """The plan of a job, as far as it can be heard."""
    plan = jobs.plan(job.owner, job.id)
    if job.state != "done":
        del plan.segments[job.segments_done :]
    return plan


def _with_words(request: Request, owner: str, body: dict[str, Any]) -> tuple[SpeechRequest | Utterance, dict[str, Any]]:
    """What is to be spoken, with the words of its project, and how the job is begun."""
    what, given = _wanted(body)
    jobs, words = jobs_of(request), what.words if isinstance(what, SpeechRequest) else ()
    if given["before"] is not None:
        _earlier(jobs, owner, given, "before")
    if given["project"] is not None:
        words = works_of(request).projects.words(owner, given["project"])
    if isinstance(what, Utterance):
        return what, given
    what = replace(restricted(request, what), words=words)
    if given["keep_fixes"] is not None:
        what = replace(what, fixed=fixes_of(jobs.plan(owner, _earlier(jobs, owner, given, "keep_fixes").id)))
    return what, {name: value for name, value in given.items() if name != "keep_fixes"}


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

    turns: RecordingTurns = request.app.state.recordings
    return await turns.do(request, lambda _: work(), is_long=len(data) > LONG_BYTES)


def _wanted(body: dict[str, Any]) -> tuple[SpeechRequest | Utterance, dict[str, Any]]:
    """What is to be spoken, and how the job is begun."""
    kind = JobFields if "plan" in body else JobOfText
    # The settings of a plan stand in it.
    check_fields(body, (*(("plan", "format") if "plan" in body else SPEECH_FIELDS), *kind.model_fields))
    common = {name: body.pop(name) for name in kind.model_fields if name in body}
    given = check(kind, common).model_dump()
    if "plan" not in body:
        wanted, given["audio_format"] = speech_request(body)
        return wanted, given
    plan = body.pop("plan")
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
    deleted: Deleted = False,
    asked: bool = False,
) -> Response:
    """Jobs, the newest first; ``search`` looks in title and text. With ``asked``, what was asked for: of the text the
    beginning.
    """
    wanted = Wanted(project or None, search, tuple(status or ()), favourite, before or None, limit, deleted)
    tells = asked and not deleted
    owner, language = owner_of(request), caller_language(request.headers)

    def work() -> Response:
        found, total = jobs_of(request).listed(owner, wanted)
        told = [
            job.told(language) | (_asked(request, job, _BEGINNING) if tells and job.state not in UNDER_WAY else {})
            for job in found
        ]
        return json_response({"jobs": told, "total": total})

    return await in_thread(request, work)


_Until = Annotated[float | None, Query(ge=0, description="Of a long text what is heard before this second, at least.")]


@router.get("/{job}", response_model=JobAnswer, **_LIGHT)
async def look(
    request: Request, job: str, segments: bool = False, asked: bool = False, reading: _Until = None
) -> Response:
    """The job now, and of it each segment that is done, what was ``asked`` for, or how a text was read."""
    owner, language = owner_of(request), caller_language(request.headers)

    def work() -> Response:
        jobs = jobs_of(request)
        found = jobs.get(owner, job)
        told = found.told(language)
        if found.kind == "book":
            told["book"] = _summary(request, owner, job)
        if segments:
            told["segments"] = [one.told(found.sample_rate) for one in jobs.stretches(owner, job)]
        if reading is not None:
            fixed = jobs.request(owner, job).fixed if found.state == "done" else None
            told["reading"] = shown(_heard(jobs, found), reading, fixed)
        return json_response(told | (_asked(request, found) if asked else {}))

    return await in_thread(request, work)


def _asked(request: Request, job: Job, most: int | None = None) -> dict[str, Any]:
    """The text that a job was asked to speak, up to so many characters, and the emotion."""
    wanted = jobs_of(request).request(job.owner, job.id)
    given = wanted.settings
    emotion = {name: getattr(given, name) for name in ("emotion", "emotion_text", "emotion_reference")}
    return {"asked": {"text": wanted.text[:most], **emotion}}


def _summary(request: Request, owner: str, name: str) -> dict[str, Any] | None:
    try:
        return works_of(request).books.get(owner, name).summary()
    except StudioError as error:
        if error.code != "no_book":
            raise
        return None


@router.patch(
    "/{job}", response_model=JobAnswer, openapi_extra=body_of(JobChange), **{**_LIGHT, "responses": _CHANGE_ERRORS}
)
async def change(request: Request, job: str) -> Response:
    """Change its title, or whether it is a favourite or kept."""
    fields = (await read_model(request, JobChange)).given()
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
    return StreamingResponse(joined(first, lines), media_type="text/event-stream", headers=headers)


async def _lines(
    request: Request, jobs: Jobs, owner: str, name: str, language: Language, heard: int
) -> AsyncIterator[bytes]:
    def look_up() -> tuple[Job, list[Stretch]]:
        # The state first: segments that come in between belong to a later one. What is deleted meanwhile tells that.
        job = jobs.get(owner, name, deleted=True)
        return job, list(jobs.stretches(owner, name, heard, deleted=True))

    async with changes(jobs, name) as changed:
        told: Job | None = None
        while True:
            changed.clear()
            try:
                job, stretches = await in_thread(request, look_up)
            except StudioError as error:
                if error.code == "not_found":
                    return  # for good
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
            if job.state in ENDED or job.deleted is not None:
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
