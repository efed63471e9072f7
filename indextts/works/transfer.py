"""Projects between the database and their files (:mod:`indextts.works.exchange`): out, and in again under new ids.

    with open("春游.idts", "w+b") as file:
        transfer.export("local", project.id, file)
        copy = transfer.import_("local", file)

What comes in is checked field by field, plans as strictly as any plan from outside. A sound is stored under the hash of
its own bytes: under the name that its file gives it, it could pass for the sound of something else.
"""

from __future__ import annotations

import functools
import hashlib
import io
import json
import zlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Annotated, Any, BinaryIO, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError
from sqlalchemy import select
from sqlalchemy.orm import undefer

from indextts import __version__
from indextts.errors import StudioError, printable
from indextts.plan.check import MAX_SEGMENT_S, check_length, check_plan
from indextts.plan.segment_cache import SegmentSound
from indextts.request import FORMATS, check_text
from indextts.utterance.model import Settings, Utterance
from indextts.works.contents import checked
from indextts.works.database import JobRow, ProjectRow, new_id
from indextts.works.exchange import EDITOR, Reader, Writer, bad_file, job_part, opened, sound_part, to_json
from indextts.works.model import DAY_S, UNDER_WAY, Stretch, error_of, packed_stretches, stretches_of
from indextts.works.projects import Project, ProjectLibrary, renamed, whole_row
from indextts.works.records import Records
from indextts.works.sounds import SoundStore, unpack

_CONTENTS: Final = ("name", "text", "settings", "speakers", "dictionary")
_JOB: Final = (
    "id", "kind", "title", "request", "format", "before", "state", "segments_total", "segments_done", "duration_s",
    "engine", "reason", "stages", "cached", "warnings", "error", "keys", "favourite", "kept", "created", "started",
    "updated", "work_s",
)  # fmt: skip
"""The columns of a take that go out as they are."""

_MAX_TAKES: Final = 5_000

_Count = Annotated[int, Field(ge=0, le=100_000)]
_Seconds = Annotated[float, Field(ge=0, le=1e12)]
_Word = Annotated[str, Field(max_length=200)]
_Sentence = Annotated[str, Field(max_length=2_000)]
_Id = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,64}$")]
_Key = Annotated[str, Field(pattern=r"^([0-9a-f]{64})?$")]


class _Form(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, allow_inf_nan=False)


class _Request(_Form):
    text: str
    settings: dict[str, Any]
    speakers: Annotated[dict[_Word, _Word], Field(max_length=64)] | None = None
    words: Annotated[list[dict[str, Any]], Field(max_length=1_000)] = []


class _Error(_Form):
    code: _Word
    retry_after_s: int | None = None
    details: Annotated[dict[_Word, _Sentence | int | float | list[_Sentence]], Field(max_length=20)] = {}


class _Take(_Form):
    """A take as it stands in a file."""

    id: _Id
    kind: Literal["speech", "plan"]
    title: _Word
    request: _Request
    format: _Word
    before: _Id | None
    state: Literal["queued", "running", "paused", "done", "failed", "cancelled"]
    segments_total: _Count
    segments_done: _Count
    duration_s: _Seconds
    engine: _Word
    reason: Annotated[list[_Sentence], Field(min_length=2, max_length=2)] | None
    stages: Annotated[list[Any], Field(max_length=50)]
    cached: _Count
    warnings: Annotated[list[_Error], Field(max_length=50)]
    error: _Error | None
    keys: Annotated[list[_Key], Field(max_length=100_000)]
    favourite: bool
    kept: bool
    created: _Seconds
    started: _Seconds | None
    updated: _Seconds
    work_s: _Seconds
    plan: dict[str, Any] | None
    segments: list[Any]


@dataclass(frozen=True)
class _Read:
    """A take that was found whole; its plan packed again, so that many of them fit the memory."""

    take: _Take
    plan: bytes | None
    stretches: list[Stretch]


class Transfer:
    """Thread-safe; both ways block for as long as the disk needs."""

    def __init__(self, projects: ProjectLibrary, records: Records, sounds: SoundStore) -> None:
        self._projects = projects
        self._records = records
        self._sounds = sounds

    def export(self, owner: str, project: str, target: BinaryIO) -> str:
        """Write the file of a project into ``target``; what the project is called. A sound that is gone is left out.

        Raises :class:`StudioError` ``no_project`` or ``project_too_large``.
        """
        with self._records.database.reading() as session:
            row = whole_row(session, owner, project)
            title = self._projects.get(owner, project).title
            chosen = select(JobRow).where(JobRow.project_id == project, JobRow.deleted.is_(None))
            takes = session.scalars(chosen.options(undefer("*")).order_by(JobRow.created)).all()
            keys: dict[str, None] = {}
            with Writer(target, title) as writer:
                for take in takes:
                    writer.add(job_part(take.id), to_json(_written(take)))
                    keys.update(dict.fromkeys(key for key in take.keys if key))
                for key in keys:
                    if (data := self._sound(key)) is not None:
                        writer.add(sound_part(key), data)
                if row.editor is not None:
                    writer.add(EDITOR, row.editor)
                kept = {name: getattr(row, name) for name in _CONTENTS}
                kept |= {"created": row.created, "favourite": row.favourite}
                writer.finish({"program": __version__, "sample_rate": self._records.rate, "project": kept})
        return title

    def import_(self, owner: str, file: BinaryIO, *, max_chars: int = 10_000, name: str | None = None) -> Project:
        """A new project with what is in ``file``, all of it or nothing; ``name`` instead of its own.

        ``max_chars`` is what a text that is spoken may have. Raises :class:`StudioError` ``bad_project_file``, and
        what is wrong with the project's contents.
        """
        with opened(file) as packed:
            content, favourite = self._project_of(packed, name)
            if len(packed.jobs) > _MAX_TAKES:
                raise bad_file(f"it has more than {_MAX_TAKES} takes", f"结果超过 {_MAX_TAKES} 条")
            takes = [_read(packed, take, max_chars, self._records.rate) for take in packed.jobs]
            keys = self._keep_sounds(packed, takes)
            editor = packed.part(EDITOR) if packed.has(EDITOR) else None
        with self._records.database.writing() as session:
            row = self._projects.add(session, owner, content)
            ids = {one.take.id: new_id() for one in takes}
            row.editor, row.favourite = renamed(editor, ids), favourite
            session.add_all(_row(one, owner, row, ids, keys) for one in takes)
        return self._projects.get(owner, row.id)

    def _project_of(self, packed: Reader, name: str | None) -> tuple[dict[str, Any], bool]:
        kept, rate = packed.manifest.get("project"), packed.manifest.get("sample_rate")
        if not isinstance(kept, dict) or not isinstance(kept.get("text"), str):
            raise bad_file("its project is missing", "其中缺少项目内容")
        if rate != self._records.rate:
            raise bad_file(f"its sounds have {printable(rate)} Hz", f"其音频采样率为 {printable(rate)} Hz")
        content = checked({key: kept[key] for key in _CONTENTS if key in kept})
        if name is not None:
            content |= checked({"name": name})
        return content, kept.get("favourite") is True

    def _sound(self, key: str) -> bytes | None:
        """The file of a sound, if it is there and whole."""
        try:
            data = self._sounds.data(key)
            unpack(data)
        except Exception:  # whatever a decoder raises: it will be spoken again when it is asked for
            return None
        return data

    def _keep_sounds(self, packed: Reader, takes: list[_Read]) -> dict[str, str]:
        """Store all sounds; their names here by those in the file, which must be named by a take each."""
        sizes: dict[str, set[int]] = {}
        for one in takes:
            for stretch in one.stretches:
                sizes.setdefault(stretch.key, set()).add(stretch.sound)
        keys = {key: _own_name(key.encode()) for key in sizes if key}
        for key in packed.sounds:
            part = sound_part(key)
            if key not in sizes:
                raise bad_file(f"{part} in it belongs to no take", f"其中的 {part} 不属于任何结果")
            data = packed.part(part)
            sound = _sound_of(data, part, self._records.rate)
            if sizes[key] != {sound.pcm.size}:
                raise bad_file(f"{part} in it is not as long as its take says", f"其中的 {part} 与结果所写的长度不符")
            keys[key] = self._same(key, data) or _own_name(data)
            self._sounds.keep(sound, self._records.rate, keys[key])
        return keys

    def _same(self, key: str, data: bytes) -> str:
        """``key``, where that very sound is here under that very name already."""
        try:
            return key if self._sounds.data(key) == data else ""
        except OSError:
            return ""


def _written(take: JobRow) -> dict[str, Any]:
    plan = None if take.plan is None else json.loads(zlib.decompress(take.plan))
    stretches = [asdict(one) for one in stretches_of(take.segments)]
    return {**{name: getattr(take, name) for name in _JOB}, "plan": plan, "segments": stretches}


def _read(packed: Reader, name: str, max_chars: int, rate: int) -> _Read:
    part = job_part(name)
    data = packed.job(name)
    try:
        take = _Take.model_validate(data)
        stretches = _stretch_form().validate_python(take.segments)
        TypeAdapter(Settings).validate_python(take.request.settings)
        plan = None if take.plan is None else Utterance.from_json(json.dumps(take.plan))
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False, include_input=False)[0]
        where = printable(".".join(map(str, first["loc"])), 80)
        raise bad_file(f"{part} in it: {where}: {first['msg']}", f"其中的 {part}：{where} 不对") from error
    except (StudioError, TypeError, ValueError) as error:
        raise _wrong_plan(part) from error
    if take.id != name or take.format not in FORMATS or not all(map(_is_stage, take.stages)):
        raise bad_file(f"{part} in it does not fit its name", f"其中的 {part} 与名称不符")
    try:
        checked({"text": take.request.text, "dictionary": take.request.words})
        for one in (take.error, *take.warnings):
            error_of(None if one is None else one.model_dump())
        if plan is not None:
            _check_plan(plan, max_chars)
    except (StudioError, TypeError, ValueError, LookupError, AttributeError) as error:
        raise _wrong_plan(part) from error
    _check_stretches(part, take, stretches, plan, rate)
    small = take.model_copy(update={"plan": None, "segments": []})
    return _Read(small, None if plan is None else zlib.compress(plan.to_json().encode(), 1), stretches)


def _check_plan(plan: Utterance, max_chars: int) -> None:
    """As strictly as any plan from outside, but for its voices: they may be missing here."""
    check_text(plan.text, max_chars=max_chars, emoji=True)
    voices = {plan.settings.voice, *(one.voice for one in plan.segments if one.voice)}
    check_plan(plan, voices=sorted(voices), max_chars=max_chars)
    check_length(plan)


def _check_stretches(part: str, take: _Take, stretches: list[Stretch], plan: Utterance | None, rate: int) -> None:
    """The segments follow each other, and none is longer than one can be."""
    begin, most = 0, round(MAX_SEGMENT_S * rate)
    for number, one in enumerate(stretches):
        sizes = (one.lead, one.sound, one.tail)
        words = all(0 <= word.start <= word.end and word.token >= 0 < word.tokens for word in one.words)
        in_plan = plan is None or number < len(plan.segments)
        fits = one.index == number and one.begin == begin and all(0 <= size <= most for size in sizes)
        if not (fits and words and in_plan and all(0 <= peak <= 255 for peak in one.peaks)):
            raise bad_file(f"{part} in it: its segments do not fit together", f"其中的 {part}：各段对不上")
        begin += one.size
    known = [one.key for one in stretches]
    if take.keys != known[: len(take.keys)] or begin > DAY_S * rate:
        raise bad_file(f"{part} in it: its segments do not fit its sounds", f"其中的 {part}：各段与音频对不上")


def _is_stage(row: Any) -> bool:
    return isinstance(row, list) and len(row) == 2 and isinstance(row[0], str) and isinstance(row[1], (int, float))


def _sound_of(data: bytes, part: str, rate: int) -> SegmentSound:
    """The sound in a file, which is not unpacked before it is known to be short."""
    import soundfile

    try:
        about = soundfile.info(io.BytesIO(data))
        ours = (about.format, about.channels, about.samplerate) == ("FLAC", 1, rate)
        if ours and 0 <= about.frames <= MAX_SEGMENT_S * rate:
            return unpack(data)
    except Exception as error:  # whatever a decoder raises for bytes that it cannot read
        raise _no_sound(part) from error
    raise _no_sound(part)


def _row(one: _Read, owner: str, project: ProjectRow, ids: Mapping[str, str], keys: Mapping[str, str]) -> JobRow:
    take, stretches = one.take, [replace(each, key=keys.get(each.key, "")) for each in one.stretches]
    columns = take.model_dump(exclude={"plan", "segments"})
    columns |= {
        "id": ids[take.id],
        "owner": owner,
        "project_id": project.id,
        "before": ids.get(take.before or ""),
        "state": "paused" if take.state in UNDER_WAY else take.state,
        "keys": [keys.get(key, "") for key in take.keys],
        "plan": one.plan,
        "segments": packed_stretches(stretches),
        "created": min(take.created, project.created),
        "updated": min(take.updated, project.created),
        "live": False,
    }
    return JobRow(**columns)


def _own_name(data: bytes) -> str:
    """A name for what came from outside that no sound of this program's own has."""
    return hashlib.sha256(b"imported " + data).hexdigest()


@functools.cache
def _stretch_form() -> TypeAdapter[list[Stretch]]:
    return TypeAdapter(list[Stretch])


def _wrong_plan(part: str) -> StudioError:
    return bad_file(f"{part} in it holds what cannot be spoken", f"其中的 {part} 含有无法朗读的内容")


def _no_sound(part: str) -> StudioError:
    return bad_file(f"{part} in it is no sound of this program", f"其中的 {part} 不是本程序的音频")
