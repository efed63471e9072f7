"""What the tools do: the same as the calls of the API, by the same functions, for the caller of the same request."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from starlette.requests import Request

from indextts.model.errors import StudioError, printable
from indextts.model.i18n.messages import caller_language
from indextts.model.utterance import Segment, Utterance
from indextts.plan.request import SpeechRequest, check_choice
from indextts.server.assistants.offers import ACTIONS, FORMATS, OFFERS
from indextts.server.calls import in_thread, limit_light_rate, limit_rate, service_of, stoppable, works_of
from indextts.server.errors import give_back, request_id, told
from indextts.server.parsing import NOT_TEXT, check_fields, invalid, speech_request
from indextts.server.routes.job_bodies import check_title
from indextts.server.routes.speech import answer
from indextts.server.schemas import AUDIO_TYPES
from indextts.service.owner import owner_of
from indextts.service.rate_limit import client_of
from indextts.works.db.model import ENDED, Job, Wanted

log = logging.getLogger(__name__)

_MOST_SOUND: Final = 3 * 2**20
"""Bytes of a sound that is sent itself; of a longer one there is the address alone."""
_MOST_SENTENCES: Final = 200
_LISTED: Final = 20

Arguments = Mapping[str, Any]


@dataclass(frozen=True)
class ToolAnswer:
    """What a tool has to say: facts, and perhaps a sound."""

    facts: dict[str, Any]
    sound: bytes = field(default=b"", repr=False)
    sound_type: str = ""
    failed: bool = False


async def answered(request: Request, name: str, given: Arguments) -> ToolAnswer:
    """The answer of the tool ``name``; what goes wrong is an answer too, in the contract's words."""
    try:
        tool = _TOOLS.get(name)
        if tool is None:
            known, unknown = ", ".join(_TOOLS), printable(name)
            raise invalid(
                "name", f"there is no tool “{unknown}”; available: {known}.", f"没有这个工具，可用的有 {known}。"
            )
        check_fields(given, _FIELDS[name])
        return await tool(request, {key: value for key, value in given.items() if value is not None})
    except StudioError as error:
        return _refusal(request, error)
    except Exception:
        # The outermost boundary: the request's id is all that a caller learns of it.
        log.exception("Request %s, tool %s failed", request_id(request.scope), name)
        return _refusal(request, StudioError("internal", request_id=request_id(request.scope)))


def _refusal(request: Request, error: StudioError) -> ToolAnswer:
    give_back(request.scope, error)
    detail = told([error], caller_language(request.headers))[0].model_dump()
    if error.retry_after_s is not None:
        detail["retry_after_s"] = error.retry_after_s
    return ToolAnswer({"error": detail, "request_id": request_id(request.scope)}, failed=True)


async def _say(request: Request, given: dict[str, Any]) -> ToolAnswer:
    await limit_rate(request)
    how = _one_of("answer", given.pop("answer", "audio"), ("audio", "link"))
    check_choice("format", given.get("format", "mp3"), FORMATS)
    wanted, audio_format = speech_request(given, default_format="mp3")
    service = service_of(request)
    said = await answer(request, audio_format, lambda cancel: service.speak(wanted, cancel=cancel))
    facts: dict[str, Any] = {
        "url": _address(request, said.audio_url),
        "url_lives_s": service.config.outputs.max_age_s,
        "duration_s": said.duration_s,
        "engine": said.engine,
        "format": audio_format,
    }
    if said.receipt is not None:
        facts["commercial"] = said.receipt.commercial
    if said.fallback:
        facts["fallback"] = said.reason
    if said.warnings:
        facts["warnings"] = [one.message for one in said.warnings]
    if how == "link":
        return ToolAnswer(facts)
    name = said.audio_url.rpartition("/")[2]

    def read() -> bytes:
        path = service.outputs.find(name)
        small = path is not None and path.stat().st_size <= _MOST_SOUND
        return path.read_bytes() if path is not None and small else b""

    sound = await in_thread(request, read)
    if not sound:
        facts["note"] = "The sound is too large to be sent itself: take it from its address."
    return ToolAnswer(facts, sound, AUDIO_TYPES[audio_format])


def _address(request: Request, path: str) -> str:
    """``path`` of this server as the caller reaches it; the guard has looked at the name."""
    return f"{request.url.scheme}://{request.url.netloc}{path}"


async def _plan(request: Request, given: dict[str, Any]) -> ToolAnswer:
    await limit_rate(request)
    wanted, _ = speech_request(given)
    plan = await stoppable(request, lambda cancel: service_of(request).analyse(wanted, cancel=cancel))
    return ToolAnswer(await in_thread(request, lambda: _read(plan)))


def _read(plan: Utterance) -> dict[str, Any]:
    from indextts.books.proof import doubts_of

    shown = plan.segments[:_MOST_SENTENCES]
    doubtful: dict[int, list[dict[str, Any]]] = {}
    for doubt in doubts_of(plan):
        place: dict[str, Any] = {"kind": doubt.kind, "text": doubt.text, "word": doubt.word, "reading": doubt.reading,
                 "alternatives": list(doubt.alternatives)}  # fmt: skip
        place["sure"] = None if doubt.probability is None else round(doubt.probability, 2)
        known = {name: value for name, value in place.items() if value not in ("", [], None)}
        doubtful.setdefault(doubt.segment, []).append(known)
    sentences = [
        {"text": one.text, "spoken": one.spoken, "reading": _reading(one), "emotion": one.emotion,
         "doubtful": doubtful.get(number, [])}
        for number, one in enumerate(shown)
    ]  # fmt: skip
    facts: dict[str, Any] = {
        "engine": plan.settings.engine,
        "voice": plan.settings.voice,
        "about_s": round(sum(one.about_s(plan.settings) for one in plan.segments), 1),
        "sentences": [{name: value for name, value in one.items() if value or name == "doubtful"} for one in sentences],
    }
    if left := len(plan.segments) - len(shown):
        facts["sentences_left_out"] = left
    return facts


def _reading(segment: Segment) -> str:
    """Readings in a line, each break after its token."""
    parts: list[str] = []
    for token in segment.tokens:
        if token.kind != "punctuation":
            parts.append(token.reading if token.kind == "hanzi" and token.reading else token.text)
        if token.break_after:
            parts.append(f"#{token.break_after}")
    return " ".join(parts)


async def _voices(request: Request, given: dict[str, Any]) -> ToolAnswer:
    await limit_light_rate(request)
    language, engine = (_text(given, name) for name in ("language", "engine"))
    listed = await in_thread(request, service_of(request).voices)
    in_chinese = caller_language(request.headers) == "zh"
    found = [
        {
            "id": voice.id,
            "name": voice.name_zh if in_chinese else voice.name_en,
            "languages": list(voice.languages),
            "engine": voice.engine,
            "group": voice.group,
            "about": voice.about_zh if in_chinese else voice.about_en,
            "licence": voice.licence,
        }
        for voice in listed
        if (not language or language in voice.languages) and (not engine or engine == voice.engine)
    ]
    return ToolAnswer({"voices": found})


async def _jobs(request: Request, given: dict[str, Any]) -> ToolAnswer:
    action = _one_of("action", given.pop("action", None), ACTIONS)
    jobs, owner = works_of(request).jobs, owner_of(request)
    if action == "create":
        return await _create(request, owner, given)
    await limit_light_rate(request)
    if action == "list":
        found, total = await in_thread(request, lambda: jobs.listed(owner, Wanted(None, "", (), None, None, _LISTED)))
        return ToolAnswer({"jobs": [_job(request, one) for one in found], "total": total})
    name = _text(given, "id")
    if not name:
        raise invalid("id", "it should be the id of a job.", "应是任务的 id。")
    try:
        job = await in_thread(request, lambda: (jobs.cancel if action == "cancel" else jobs.get)(owner, name))
    except StudioError as error:
        raise StudioError("no_job", field="id") if error.code == "not_found" else error from error
    facts = _job(request, job)
    if action == "result":
        form = given.get("format", "mp3")
        check_choice("format", form, FORMATS)
        if job.state not in ENDED:
            raise StudioError("job_unfinished", retry_after_s=max(1, round(job.eta_s or 5)))
        if not job.segments_done:
            raise StudioError("job_empty")
        root = request.scope.get("root_path", "")
        facts["url"] = _address(request, f"{root}/v1/jobs/{job.id}/result?format={form}")
    return ToolAnswer(facts)


async def _create(request: Request, owner: str, given: dict[str, Any]) -> ToolAnswer:
    await limit_rate(request)
    title = given.pop("title", "")
    check_title(title)
    given.pop("id", None)
    wanted, audio_format = speech_request(given, default_format="mp3")
    check_choice("format", audio_format, FORMATS)
    client = client_of(request)

    def start(wanted: SpeechRequest = wanted) -> Job:
        jobs = works_of(request).jobs
        return jobs.start(owner, wanted, title=title, audio_format=audio_format, client=client)

    return ToolAnswer(_job(request, await in_thread(request, start)))


_TOLD: Final = ("id", "title", "status", "progress", "segments_done", "segments_total", "eta_s", "duration_s", "engine",
                "commercial", "error")  # fmt: skip


def _job(request: Request, job: Job) -> dict[str, Any]:
    everything = job.told(caller_language(request.headers))
    return {name: everything[name] for name in _TOLD}


def _one_of(name: str, value: object, choices: Sequence[str]) -> str:
    if value not in choices:
        known = ", ".join(choices)
        raise invalid(name, f"it should be one of {known}.", f"可选 {known}。")
    return str(value)


def _text(given: Arguments, name: str) -> str:
    value = given.get(name, "")
    if not isinstance(value, str):
        raise invalid(name, *NOT_TEXT)
    return value


_FIELDS: Final = {offer["name"]: tuple(offer["inputSchema"]["properties"]) for offer in OFFERS}
_TOOLS: Final[Mapping[str, Callable[[Request, dict[str, Any]], Awaitable[ToolAnswer]]]] = {
    "say": _say,
    "plan": _plan,
    "voices": _voices,
    "jobs": _jobs,
}
