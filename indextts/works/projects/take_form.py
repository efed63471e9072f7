"""A take as it stands in a project's file: every field with a type, a length and a count, checked before it is kept.

    read = read_take(packed, name, max_chars=10_000, rate=24_000)
    read.columns, read.plan, read.segments

The plan and the segments are bounded by what a plan from outside may be; all else of a take together by
:data:`MAX_REST_BYTES`, and what lists of takes show of it by :data:`MAX_TOLD_BYTES`.
"""

from __future__ import annotations

import functools
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from indextts.model.errors import StudioError, printable
from indextts.model.fields import check
from indextts.model.utterance import Settings, Utterance
from indextts.plan.check import MAX_SEGMENT_S, check_length, check_plan
from indextts.plan.request import FORMATS, check_text
from indextts.works.db.model import DAY_S, ID, PEAKS_EACH_S, Stretch, Word, error_of, packed_stretches
from indextts.works.db.requests import request_of
from indextts.works.projects.contents import MAX_LABEL, MAX_TEXT, MAX_VALUES, MAX_WORDS, ProjectContents
from indextts.works.projects.exchange import Reader, bad_file, job_part, parsed, to_json

MAX_REST_BYTES: Final = 1024 * 1024
"""Of a take without its plan, its segments and the names of their sounds: a text of 200,000 characters."""
MAX_TOLD_BYTES: Final = 16 * 1024
"""Of what a list of takes shows of one."""
MAX_SEGMENTS: Final = 50_000

_VALUES_EACH, _TABLES_EACH = 55, 10
"""Of a spoken plan and its segments, for each character: a third more than there are."""
_VALUES_BESIDE, _TABLES_BESIDE = 100_000, 20_000
_FIXED_EACH: Final = 500
"""Bytes of what was fixed before, for each character that a text may have."""
_TOLD: Final = ("title", "engine", "reason", "stages", "warnings", "error")
_MANY: Final = 10**10
"""Samples, and places in a text: above all that can be."""

_Count = Annotated[int, Field(ge=0, le=100_000)]
_Seconds = Annotated[float, Field(ge=0, le=1e12)]
_Name = Annotated[str, Field(max_length=200)]
_Sentence = Annotated[str, Field(max_length=2_000)]
_Text = Annotated[str, Field(max_length=MAX_TEXT)]
_Id = Annotated[str, Field(pattern=f"^{ID}$")]
_Key = Annotated[str, Field(pattern="^([0-9a-f]{64})?$")]
_Whole = Annotated[int, Field(ge=0, le=_MANY)]
_Single = Annotated[str, Field(max_length=1_000)] | Annotated[float, Field(ge=-(2**53), le=2**53)] | bool | None
_Table = Annotated[dict[_Name, _Single], Field(max_length=MAX_VALUES)]
_Label = Annotated[str, Field(max_length=MAX_LABEL)]


class _Form(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, allow_inf_nan=False)


class Said(_Form):
    """The request of a take."""

    text: _Text
    settings: Annotated[dict[_Name, _Single | _Table], Field(max_length=MAX_VALUES)]
    speakers: Annotated[dict[_Label, _Name], Field(max_length=MAX_VALUES)] | None = None
    words: Annotated[list[_Table], Field(max_length=MAX_WORDS, fail_fast=True)] = []
    literal: bool = False
    roles: Annotated[list[_Table], Field(max_length=MAX_WORDS, fail_fast=True)] = []
    fixes: Annotated[list[_Table], Field(max_length=MAX_WORDS, fail_fast=True)] = []
    directions: Annotated[list[_Table], Field(max_length=MAX_WORDS, fail_fast=True)] = []
    language: Literal["zh", "en"] | None = None
    people: Annotated[list[_Table], Field(max_length=MAX_WORDS, fail_fast=True)] = []
    fixed: Annotated[str, Field(max_length=_FIXED_EACH * MAX_TEXT)] | None = None
    """The plan of what was fixed before, as JSON; counted by itself."""


class Fault(_Form):
    """An error or a warning of a take."""

    code: _Name
    retry_after_s: Annotated[int, Field(ge=0, le=10**9)] | None = None
    details: Annotated[
        dict[
            _Name,
            _Sentence
            | Annotated[int, Field(ge=-(2**53), le=2**53)]
            | Annotated[float, Field(ge=-(2**53), le=2**53)]
            | Annotated[list[_Sentence], Field(max_length=2)],
        ],
        Field(max_length=20),
    ] = {}


class Take(_Form):
    """The rest of a take: all but ``plan``, ``segments`` and ``keys``."""

    id: _Id
    kind: Literal["speech", "plan"]
    title: _Name
    request: Said
    format: _Name
    before: _Id | None
    state: Literal["queued", "running", "paused", "done", "failed", "cancelled"]
    segments_total: _Count
    segments_done: _Count
    duration_s: _Seconds
    engine: _Name
    reason: Annotated[list[_Sentence], Field(min_length=2, max_length=2)] | None
    stages: Annotated[list[tuple[_Name, _Seconds]], Field(max_length=50, fail_fast=True)]
    cached: _Count
    warnings: Annotated[list[Fault], Field(max_length=50, fail_fast=True)]
    error: Fault | None
    favourite: bool
    kept: bool
    created: _Seconds
    started: _Seconds | None
    updated: _Seconds
    work_s: _Seconds


class SpokenWord(_Form):
    """A word of a segment, as :class:`indextts.works.db.model.Word`."""

    text: _Text
    start: _Whole
    end: _Whole
    start_s: _Seconds
    end_s: _Seconds
    token: _Whole
    tokens: Annotated[int, Field(ge=1, le=_MANY)]


_PEAKS: Final = round((MAX_SEGMENT_S + 1) * PEAKS_EACH_S)


class SpokenSegment(_Form):
    """A segment, as :class:`indextts.works.db.model.Stretch`."""

    index: _Count
    begin: _Whole
    lead: _Whole
    sound: _Whole
    tail: _Whole
    key: _Key
    text: _Text
    start: _Whole
    end: _Whole
    words: Annotated[list[SpokenWord], Field(max_length=100_000, fail_fast=True)]
    peaks: Annotated[list[Annotated[int, Field(ge=0, le=255)]], Field(max_length=_PEAKS, fail_fast=True)]
    voice: _Sentence
    engine: _Name

    def stretch(self) -> Stretch:
        """The segment as the rest of the program has it."""
        words = tuple(Word(**word.__dict__) for word in self.words)
        return Stretch(**{**self.__dict__, "words": words, "peaks": tuple(self.peaks)})


Segments = Annotated[list[SpokenSegment], Field(max_length=MAX_SEGMENTS, fail_fast=True)]
Keys = Annotated[list[_Key], Field(max_length=MAX_SEGMENTS, fail_fast=True)]


@dataclass(frozen=True)
class ReadTake:
    """A take that was found whole, in as few bytes as it can be."""

    columns: dict[str, Any]
    """Its row, under the id and the names of sounds of the file, without ``plan`` and ``segments``."""
    plan: bytes | None
    segments: bytes
    """Both as they stand in the database."""
    sounds: dict[str, int]
    """The samples of each sound, by its name in the file; -1 where two segments say two lengths."""


def read_take(packed: Reader, name: str, *, max_chars: int, rate: int) -> ReadTake:
    """The take of that name. Raises :class:`StudioError` ``bad_project_file``."""
    part = job_part(name)
    content = parsed(
        packed.part(part),
        part,
        values=_VALUES_EACH * max_chars + _VALUES_BESIDE,
        tables=_TABLES_EACH * max_chars + _TABLES_BESIDE,
    )
    if not isinstance(content, dict) or not {"plan", "segments", "keys"} <= content.keys():
        raise bad_file(f"{part} in it is not whole: plan, segments or keys", f"其中的 {part} 缺少内容")
    written, segments, keys = content.pop("plan"), content.pop("segments"), content.pop("keys")
    take = _rest(part, name, content, _FIXED_EACH * max_chars)
    stretches = [one.stretch() for one in _fits(part, "segments", _segments().validate_python, segments)]
    del content, segments
    keys = _fits(part, "keys", _keys().validate_python, keys)
    told = None if written is None else to_json(written)
    del written
    plan = _plan(part, told, max_chars)
    _check_stretches(part, keys, stretches, plan, rate)
    sounds: dict[str, int] = {}
    for one in stretches:
        if sounds.setdefault(one.key, one.sound) != one.sound:
            sounds[one.key] = -1
    sounds.pop("", None)
    kept = None if plan is None else zlib.compress(plan.to_json().encode(), 1)
    return ReadTake({**take.model_dump(mode="json"), "keys": keys}, kept, packed_stretches(stretches), sounds)


def _rest(part: str, name: str, content: dict[str, Any], most_fixed: int) -> Take:
    rest, said = to_json(content), content.get("request")
    fixed = said.get("fixed") if isinstance(said, dict) else None
    beside, told = len(to_json(fixed)), len(to_json([content.get(one) for one in _TOLD]))
    if beside > most_fixed or len(rest) - beside > MAX_REST_BYTES or told > MAX_TOLD_BYTES:
        raise bad_file(
            f"{part} in it has too much text besides its plan for a take", f"其中的 {part} 除朗读方案外的文字过多"
        )
    take: Take = _fits(part, "", Take.model_validate_json, rest)
    if take.id != name or take.format not in FORMATS:
        raise bad_file(f"{part} in it does not fit its name", f"其中的 {part} 与名称不符")
    try:
        TypeAdapter(Settings).validate_python(take.request.settings)
        request = take.request
        request_of(request.model_dump())
        check(ProjectContents, {"text": request.text, "settings": request.settings, "dictionary": request.words})
        for one in (take.error, *take.warnings):
            error_of(None if one is None else one.model_dump())
    except ValidationError as error:
        raise _misfit(part, "request.settings", error) from error
    except (StudioError, TypeError, ValueError, LookupError, AttributeError) as error:
        raise _unspeakable(part) from error
    return take


def _plan(part: str, told: bytes | None, max_chars: int) -> Utterance | None:
    """As strict as with any plan from outside, but for its voices: they may be missing here."""
    if told is None:
        return None
    try:
        plan = Utterance.from_json(told)
        check_text(plan.text, max_chars=max_chars, emoji=True)
        voices = {plan.settings.voice, *(one.voice for one in plan.segments if one.voice)}
        check_plan(plan, voices=sorted(voices), max_chars=max_chars)
        check_length(plan)
    except (StudioError, TypeError, ValueError, LookupError, AttributeError) as error:
        raise _unspeakable(part) from error
    return plan


def _check_stretches(
    part: str, keys: Sequence[str], stretches: Sequence[Stretch], plan: Utterance | None, rate: int
) -> None:
    """The segments follow each other, and none is longer than one can be."""
    begin, most = 0, round(MAX_SEGMENT_S * rate)
    for number, one in enumerate(stretches):
        fits = one.index == number and one.begin == begin and max(one.lead, one.sound, one.tail) <= most
        words = all(word.start <= word.end for word in one.words)
        in_plan = plan is None or number < len(plan.segments)
        if not (fits and words and in_plan):
            raise bad_file(f"{part} in it: its segments do not fit together", f"其中的 {part}：各段对不上")
        begin += one.size
    known = [one.key for one in stretches]
    if keys != known[: len(keys)] or begin > DAY_S * rate:
        raise bad_file(f"{part} in it: its segments do not fit its sounds", f"其中的 {part}：各段与音频对不上")


def _fits(part: str, where: str, validate: Callable[[Any], Any], content: Any) -> Any:
    """``content`` in its form. Raises :class:`StudioError` with the first thing that is wrong."""
    try:
        return validate(content)
    except ValidationError as error:
        raise _misfit(part, where, error) from error


def _misfit(part: str, where: str, error: ValidationError) -> StudioError:
    first = error.errors(include_url=False, include_context=False, include_input=False)[0]
    place = printable(".".join(map(str, ([where] if where else []) + [*first["loc"]])), 80)
    return bad_file(f"{part} in it: {place}: {first['msg']}", f"其中的 {part}：{place} 不对")


def _unspeakable(part: str) -> StudioError:
    return bad_file(f"{part} in it holds what cannot be spoken", f"其中的 {part} 含有无法朗读的内容")


@functools.cache
def _segments() -> TypeAdapter[list[SpokenSegment]]:
    return TypeAdapter(Segments)


@functools.cache
def _keys() -> TypeAdapter[list[str]]:
    return TypeAdapter(Keys)
