"""Projects between the database and their files (:mod:`indextts.works.projects.exchange`): out, and in again under new
ids.

    with open("春游.idts", "w+b") as file:
        transfer.export("local", project.id, file)
        copy = transfer.import_("local", file)

What comes in is checked field by field, plans as strictly as any plan from outside. A sound is stored under the hash of
its own bytes: under the name that its file gives it, it could pass for the sound of something else.
"""

from __future__ import annotations

import hashlib
import io
import json
import struct
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any, BinaryIO, Final

import soundfile
from sqlalchemy import insert, select
from sqlalchemy.orm import undefer

from indextts import __version__
from indextts.model.errors import StudioError, printable
from indextts.model.fields import check
from indextts.plan.check import MAX_SEGMENT_S
from indextts.plan.editing_file import with_take, with_voices
from indextts.plan.segment_cache import SegmentSound
from indextts.platform.serving_config import CacheConfig
from indextts.platform.storage.files import temporary, writing
from indextts.voices.catalogue import VoiceFamily
from indextts.works.db.database import JobRow
from indextts.works.db.model import UNDER_WAY, new_id, packed_stretches, stretches_of
from indextts.works.db.quota import check_room
from indextts.works.db.records import Records
from indextts.works.projects.contents import ProjectContents
from indextts.works.projects.exchange import EDITOR, Reader, Writer, bad_file, job_part, opened, sound_part, to_json
from indextts.works.projects.projects import Project, ProjectLibrary, whole_row
from indextts.works.projects.take_form import read_take
from indextts.works.sounds.sounds import SoundStore, unpack

_JOB: Final = (
    "id", "kind", "title", "request", "format", "before", "state", "segments_total", "segments_done", "duration_s",
    "engine", "reason", "stages", "cached", "warnings", "error", "keys", "favourite", "kept", "created", "started",
    "updated", "work_s",
)  # fmt: skip
"""The columns of a take that go out as they are."""

_MAX_TAKES: Final = 5_000
_MAX_ROWS_BYTES: Final = 64 * 1024 * 1024
"""Of all takes together, without their plans and segments."""
_SIZES: Final = struct.Struct("<QqQ")
_Told = list[StudioError] | None
_Voices = Callable[[Callable[[VoiceFamily], dict[str, Any]]], dict[str, Any]]


class Transfer:
    """Thread-safe; both ways block for as long as the disk needs."""

    def __init__(
        self, projects: ProjectLibrary, records: Records, sounds: SoundStore, voices: _Voices,
        limits: CacheConfig | None = None,
    ) -> None:  # fmt: skip
        """``voices`` does something with a person's own; ``limits`` bound what all works take on the disk."""
        self._projects = projects
        self._records = records
        self._sounds = sounds
        self._voices = voices
        self._limits = limits or CacheConfig()

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
            named: dict[str, str] = {}
            with Writer(target, title) as writer:
                for take in takes:
                    writer.add(job_part(take.id), _voiced(_written(take), named))
                    keys.update(dict.fromkeys(key for key in take.keys if key))
                for key in keys:
                    if (data := self._sound(key)) is not None:
                        writer.add(sound_part(key), data)
                if row.editor is not None:
                    writer.add(EDITOR, row.editor)
                    with suppress(StudioError):  # of another form
                        with_take(row.editor, {}, voices=named)
                kept = {name: getattr(row, name) for name in ProjectContents.model_fields}
                kept |= {"created": row.created, "favourite": row.favourite}
                _voiced(kept, named)
                voices = self._voices(lambda family: family.recipes(named))
                about = {"program": __version__, "sample_rate": self._records.rate, "voices": voices}
                writer.finish({**about, "project": kept})
        return title

    def import_(
        self, owner: str, file: BinaryIO, *, max_chars: int = 10_000, name: str | None = None, warnings: _Told = None
    ) -> Project:
        """A new project with what is in ``file``, all of it or nothing; ``name`` instead of its own. To ``warnings``
        comes what a person should know of it.

        ``max_chars`` is what a text that is spoken may have. One take is in memory at a time, and the database is not
        held before all is checked. Raises :class:`StudioError` ``bad_project_file``, ``works_full``, and what is wrong
        with the project's contents.
        """
        folder = self._records.path.parent
        with opened(file) as packed, _Rows(folder) as read, _Rows(folder) as rows:
            content, favourite = self._project_of(packed, name)
            if len(packed.jobs) > _MAX_TAKES:
                raise bad_file(f"it has more than {_MAX_TAKES} takes", f"结果超过 {_MAX_TAKES} 条")
            ids = {take: new_id() for take in packed.jobs}
            editor = _editor_of(packed, ids, max_chars, {})
            sizes = self._read_takes(packed, read, max_chars)
            grows = read.bytes + len(editor or b"") + len(json.dumps(content))
            grows += sum(packed.size(sound_part(key)) for key in packed.sounds)
            check_room(self._records.database, self._limits, grows)
            keys = self._keep_sounds(packed, sizes)
            voices = self._voices(lambda family: _brought(family, packed, content, warnings))
            editor, content = _editor_of(packed, ids, max_chars, voices), json.loads(_voiced(content, voices))
            for columns, plan, segments in read:
                rows.add(*_here(columns, plan, segments, owner, ids, keys, voices))
            with self._records.database.writing() as session:
                row = self._projects.add(session, owner, content)
                row.editor, row.favourite = editor, favourite
                session.flush()
                for columns, plan, segments in rows:
                    moments = {name: min(columns[name], row.created) for name in ("created", "updated")}
                    of_it = {"project_id": row.id, "plan": plan, "segments": segments}
                    session.execute(insert(JobRow), [{**columns, **of_it, **moments}])
        return self._projects.get(owner, row.id)

    def _read_takes(self, packed: Reader, read: _Rows, max_chars: int) -> dict[str, int]:
        """Put all takes into ``read``; the samples of each sound that is in the file, by its name there."""
        sizes: dict[str, int] = {}
        there = frozenset(packed.sounds)
        for name in packed.jobs:
            take = read_take(packed, name, max_chars=max_chars, rate=self._records.rate)
            for key in take.sounds.keys() & there:
                if sizes.setdefault(key, take.sounds[key]) != take.sounds[key]:
                    sizes[key] = -1
            read.add(take.columns, take.plan, take.segments)
            if read.columns_bytes > _MAX_ROWS_BYTES:
                most = f"{_MAX_ROWS_BYTES // 1024**2} MB"
                raise bad_file(f"its takes have more than {most} beside their plans", f"结果中除朗读方案外超过 {most}")
        return sizes

    def _project_of(self, packed: Reader, name: str | None) -> tuple[dict[str, Any], bool]:
        kept, rate = packed.manifest.get("project"), packed.manifest.get("sample_rate")
        if not isinstance(kept, dict) or not isinstance(kept.get("text"), str):
            raise bad_file("its project is missing", "其中缺少项目内容")
        if rate != self._records.rate:
            raise bad_file(f"its sounds have {printable(rate)} Hz", f"其音频采样率为 {printable(rate)} Hz")
        content = check(
            ProjectContents, {key: kept[key] for key in ProjectContents.model_fields if key in kept}
        ).given()
        if name is not None:
            content |= check(ProjectContents, {"name": name}).given()
        return content, kept.get("favourite") is True

    def _sound(self, key: str) -> bytes | None:
        """The file of a sound, if it is there and whole."""
        try:
            data = self._sounds.data(key)
            unpack(data)
        except Exception:  # whatever a decoder raises: it will be spoken again when it is asked for
            return None
        return data

    def _keep_sounds(self, packed: Reader, sizes: Mapping[str, int]) -> dict[str, str]:
        """Store all sounds; their names here by those in the file, which must be named by a take each."""
        keys: dict[str, str] = {}
        for key in packed.sounds:
            part = sound_part(key)
            if key not in sizes:
                raise bad_file(f"{part} in it belongs to no take", f"其中的 {part} 不属于任何结果")
            data = packed.part(part)
            keys[key] = self._same(key, data) or _own_name(data)
            sound = _sound_of(data, part, self._records.rate)
            del data  # tens of megabytes, which are packed anew
            if sizes[key] != sound.pcm.size:
                raise bad_file(f"{part} in it is not as long as its take says", f"其中的 {part} 与结果所写的长度不符")
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


class _Rows:
    """Takes on the way from the file into the database, aside on the disk: many of them do not fit the memory."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._file = temporary(folder)
        self.bytes = 0
        self.columns_bytes = 0

    def __enter__(self) -> _Rows:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def add(self, columns: Mapping[str, Any], plan: bytes | None, segments: bytes) -> None:
        """Write one. Raises :class:`StudioError` ``disk_full``."""
        told = json.dumps(columns).encode()
        head = _SIZES.pack(len(told), -1 if plan is None else len(plan), len(segments))
        with writing(self._folder):
            self._file.write(b"".join((head, told, plan or b"", segments)))
        self.bytes += len(told) + len(plan or b"") + len(segments)
        self.columns_bytes += len(told)

    def __iter__(self) -> Iterator[tuple[dict[str, Any], bytes | None, bytes]]:
        self._file.seek(0)
        while head := self._file.read(_SIZES.size):
            told, plan, segments = _SIZES.unpack(head)
            columns = json.loads(self._file.read(told))
            yield columns, None if plan < 0 else self._file.read(plan), self._file.read(segments)


def _voiced(content: Any, voices: dict[str, str]) -> bytes:
    """``content`` as JSON, as :func:`with_voices` writes it."""
    return b"".join(with_voices([to_json(content)], voices))


def _brought(family: VoiceFamily, packed: Reader, content: Any, warnings: _Told) -> dict[str, str]:
    """The ids here of a person's own voices by those in the file, made where they are not here; others are told."""
    try:
        ids = {voice: family.bring(**made).id for voice, made in packed.manifest.get("voices", {}).items()}
    except (TypeError, AttributeError) as error:
        raise bad_file("its voices are damaged", "其中的音色已损坏") from error
    here, named = {one.id: one.name for one in family.own()}, dict(ids)
    _voiced(content, named)
    for voice in sorted(named.keys() - ids.keys()):
        told = StudioError("voice_by_number" if voice in here else "voice_gone", voice=here.get(voice, voice))
        (warnings if warnings is not None else []).append(family.named_in(told))
    return ids


def _editor_of(packed: Reader, ids: Mapping[str, str], max_chars: int, voices: dict[str, str]) -> bytes | None:
    if not packed.has(EDITOR):
        return None
    try:
        return with_take(packed.part(EDITOR), ids, max_chars=max_chars, voices=voices)
    except StudioError as error:
        if error.code != "bad_editor":
            raise
        english = f"{EDITOR} in it is not what the editor keeps"
        raise bad_file(english, f"其中的 {EDITOR} 不是编辑器保存的内容") from error


def _sound_of(data: bytes, part: str, rate: int) -> SegmentSound:
    """The sound in a file, which is not unpacked before it is known to be short."""
    try:
        about = soundfile.info(io.BytesIO(data))
        ours = (about.format, about.channels, about.samplerate) == ("FLAC", 1, rate)
        if ours and 0 <= about.frames <= MAX_SEGMENT_S * rate:
            return unpack(data)
    except Exception as error:  # whatever a decoder raises for bytes that it cannot read
        raise _no_sound(part) from error
    raise _no_sound(part)


def _here(
    columns: dict[str, Any],
    plan: bytes | None,
    segments: bytes,
    owner: str,
    ids: Mapping[str, str],
    keys: Mapping[str, str],
    voices: dict[str, str],
) -> tuple[dict[str, Any], bytes | None, bytes]:
    """A take under its ids and the names of sounds of this machine."""

    def key_of(key: str) -> str:
        return (keys.get(key) or _own_name(key.encode())) if key else ""

    columns |= {
        "id": ids[columns["id"]],
        "owner": owner,
        "before": ids.get(columns["before"] or ""),
        "state": "paused" if columns["state"] in UNDER_WAY else columns["state"],
        "keys": [key_of(key) for key in columns["keys"]],
        "request": json.loads(_voiced(columns["request"], voices)),
        "live": False,
    }
    plan = None if plan is None else zlib.compress(b"".join(with_voices([zlib.decompress(plan)], voices)), 1)
    stretches = stretches_of(segments)
    stretches = [replace(one, key=key_of(one.key), voice=voices.get(one.voice, one.voice)) for one in stretches]
    return columns, plan, packed_stretches(stretches)


def _own_name(data: bytes) -> str:
    """A name for what came from outside that no sound of this program's own has."""
    return hashlib.sha256(b"imported " + data).hexdigest()


def _no_sound(part: str) -> StudioError:
    return bad_file(f"{part} in it is no sound of this program", f"其中的 {part} 不是本程序的音频")
