"""All voices by id: the presets of ``configs/voices.yaml``, designs, a person's own."""

from __future__ import annotations

import functools
import logging
import sqlite3
import time
from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, astuple, dataclass, field
from functools import cached_property
from itertools import count
from pathlib import Path
from typing import Annotated, Any, ClassVar, Final

from pydantic import Field, TypeAdapter

from indextts.model.errors import StudioError
from indextts.model.i18n.messages import Bilingual
from indextts.platform.config import Config, load_table
from indextts.platform.storage.database import Database, Remembered
from indextts.voices import Voice
from indextts.voices.design import INLINE, OWN_PREFIX, PLAIN, Design, bad_voice, design, hertz_of, read_inline
from indextts.voices.mixture import Mixture, read_mixture, unknown_voice, with_design
from indextts.voices.names import (
    LIKE_AN_ID,
    MAX_NAME,
    check_free,
    checked_name,
    key_of,
    no_voice,
    number_of,
)

MAX_VOICES: Final = 200  # That a person may store
MAX_REMOVED: Final = 100  # … and that can be put back
_SAY_S: Final = 60.0  # The least time between two lines in the log about a file that cannot be read

log = logging.getLogger(__name__)

_STRICT: Final[dict[str, Any]] = {"extra": "forbid", "allow_inf_nan": False}
_Name = Annotated[str, Field(min_length=1, max_length=40)]


@dataclass(frozen=True)
class NamedVoice:
    """A preset: a design with an id and names."""

    __pydantic_config__: ClassVar[dict[str, Any]] = _STRICT

    id: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,31}$")]
    name_zh: _Name
    name_en: _Name
    group: Annotated[str, Field(pattern="^(women|men|children)$")]
    description_zh: Annotated[str, Field(max_length=200)] = ""
    description_en: Annotated[str, Field(max_length=200)] = ""
    numbers: Annotated[Mapping[str, float], Field(alias="design")] = field(default_factory=dict)

    @cached_property
    def design(self) -> Design:
        """Raises :class:`StudioError` ``bad_voice``, but not after :func:`load_voices`."""
        return design(self.numbers)


@dataclass(frozen=True)
class VoiceTable:
    """The file ``configs/voices.yaml``."""

    __pydantic_config__: ClassVar[dict[str, Any]] = _STRICT

    voices: Annotated[tuple[NamedVoice, ...], Field(min_length=1, max_length=100)]  # The first one is the default
    cast: tuple[str, ...] = ()  # Voices for speakers of a dialogue without a chosen voice, in order of preference

    def names(self) -> set[str]:
        """What none but these voices may be called (:func:`key_of`)."""
        return {key_of(name) for one in self.voices for name in (one.id, one.name_zh, one.name_en)}


_form = functools.cache(lambda: TypeAdapter(VoiceTable))


def load_voices(path: Path) -> VoiceTable:
    """Read the table. Raises :class:`StudioError` ``bad_config`` naming the first thing that is wrong."""

    def wrong(en: str, zh: str) -> StudioError:
        return StudioError("bad_config", path=path, reason=Bilingual(en, zh))

    table = load_table(path, _form())
    names = ["default"]
    for voice in table.voices:
        try:
            _ = voice.design
        except StudioError as error:
            reason = error.details["reason"]
            said = reason if isinstance(reason, Bilingual) else Bilingual(str(reason), str(reason))
            raise wrong(f"{voice.id}: {said.en}.", f"{voice.id}：{said.zh}。") from error
        for name in dict.fromkeys((voice.id, voice.name_en.lower(), voice.name_zh.lower())):
            if name in names:
                raise wrong(f"the name {name} is taken.", f"名称 {name} 已被占用。")
            names.append(name)
    for name in table.cast:
        if name not in {voice.id for voice in table.voices}:
            raise wrong(f"cast: there is no voice {name}.", f"cast：没有音色 {name}。")
    return table


@dataclass(frozen=True)
class OwnVoice:
    """A design, or a mixture of ready voices with one on top, that a person has stored under a name."""

    id: str  # ``own-`` and a number that is never given again; stays when the name changes
    name: str
    design: Design
    mix: str = ""  # The voices of a mixture (:meth:`Mixture.voices`); empty where the embedded voice is designed
    removed: float = 0.0  # When it was, in seconds since 1970

    @property
    def mixture(self) -> Mixture:
        """The whole mixture. Raises :class:`StudioError` ``bad_voice`` where it is none."""
        return with_design(read_mixture(self.mix), self.design)


class VoiceFamily:
    """All voices: presets and a person's own. Thread-safe; what other processes write is seen at once.

    Reading and changing a person's own voices raise :class:`StudioError` when their file cannot be used:
    ``not_writable``, ``disk_full``, ``library_busy``, ``library_unusable``.
    """

    def __init__(self, config: Config) -> None:
        self._path = config.voices_path
        self._database = Database(config.library_path)
        self._known = Remembered(self._database, _all)
        self._said = -_SAY_S

    def close(self) -> None:
        """Close the file of a person's own voices; the next use opens it again."""
        self._database.close()

    @cached_property
    def table(self) -> VoiceTable:
        """The presets, read at first use. Raises :class:`StudioError` ``bad_config``."""
        return load_voices(self._path)

    def check(self) -> None:
        """Read the table now. Raises :class:`StudioError` ``bad_config``."""
        _ = self.table

    def voices(self, engine: str, languages: tuple[str, ...], licence: str) -> list[Voice]:
        """All voices that are designed, as ``engine`` lists them: the table's in its order, then a person's own."""
        cast = {voice: turn for turn, voice in enumerate(self.table.cast)}
        rows = [(one.id, one.name_en, one.name_zh, one.group, one.design) for one in self.named]
        rows += [(one.id, one.name, one.name, "own", one.design) for one in self._reachable() if not one.mix]
        return [
            Voice(
                id_,
                en,
                zh,
                engine,
                languages,
                licence,
                group,
                made.pitch,
                hertz_of(made),
                cast.get(id_, -1),
                age="child" if group == "children" else "",
            )
            for id_, en, zh, group, made in rows
        ]

    @property
    def named(self) -> Sequence[NamedVoice]:
        """The presets, the default one first."""
        return self.table.voices

    def own(self) -> list[OwnVoice]:
        """A person's own, the oldest first. Read anew only after a change."""
        return [one for one in self._known.rows() if not one.removed]

    def removed(self) -> list[OwnVoice]:
        """Those that :meth:`restore` puts back, the last removed first."""
        return sorted((one for one in self._known.rows() if one.removed), key=lambda one: -one.removed)

    def named_in(self, error: StudioError) -> StudioError:
        """``error``; with the name of the voice where it says that one is gone."""
        with suppress(StudioError):
            for one in self.removed() if error.code == "voice_gone" else ():
                if one.id == error.details["voice"]:
                    return StudioError("voice_gone", voice=one.name)
        return error

    def mixtures(self) -> list[OwnVoice]:
        """A person's own mixtures of ready voices; none where their file cannot be read."""
        return [one for one in self._reachable() if one.mix]

    def design(self, voice: str) -> Design:
        """The numbers of a voice, by its id; ``default`` is the first.

        Raises :class:`StudioError` ``unknown_choice`` or ``bad_voice``.
        """
        if voice == "default":
            return self.named[0].design
        if voice.startswith(INLINE):
            return read_inline(voice)
        for one in self.named:
            if one.id == voice:
                return one.design
        for mine in self.own():
            if mine.id == voice and not mine.mix:
                return mine.design
        raise unknown_voice(voice, [*(one.id for one in self.named), *(mine.id for mine in self._reachable())])

    def _reachable(self) -> list[OwnVoice]:
        """A person's own; none where their file cannot be read, which must not keep the others from speaking."""
        try:
            return self.own()
        except StudioError as error:
            now = time.monotonic()
            if now >= self._said + _SAY_S:
                self._said = now
                log.warning("Without the voices of one's own: %s", error)
            return []

    # ------------------------------------------------------------------ a person's own

    def get(self, voice: str) -> OwnVoice:
        """One of a person's own. Raises :class:`StudioError` ``no_voice`` or ``voice_fixed``."""
        if any(one.id == voice for one in self.named):
            raise StudioError("voice_fixed", voice=voice)
        for one in self.own():
            if one.id == voice:
                return one
        raise no_voice(voice)

    def add(self, name: object, values: Mapping[str, Any], mix: str = "") -> OwnVoice:
        """Store a voice; with ``mix`` it is made of ready voices, which are not checked to exist.

        Raises :class:`StudioError` ``bad_voice`` (when there are too many, too), ``voice_exists``.
        """
        kept, made = self._free(name), design(values)
        mix = _voices_of(mix) if mix else ""
        with self._database.writing() as connection:
            check_free(connection, kept, "voices")
            _check_room(connection)
            number = _put(connection, None, kept, made, mix)
        return OwnVoice(f"{OWN_PREFIX}{number}", kept, made, mix)

    def recipes(self, ids: Collection[str]) -> dict[str, dict[str, Any]]:
        """What :meth:`bring` takes for each of a person's own voices that is in ``ids``, a removed one too."""
        there = [one for one in (*self.own(), *self.removed()) if one.id in ids]
        return {one.id: {"name": one.name, "mix": one.mix, **asdict(one.design)} for one in there}

    def bring(self, name: object, mix: str = "", **values: Any) -> OwnVoice:
        """The voice that is made so, whatever it is called; else a new one, under ``name`` or that with a number.

        Raises :class:`StudioError` as :meth:`add`.
        """
        wanted, recipe = checked_name(name), (design(values), mix and _voices_of(mix))
        for one in sorted(self.own(), key=lambda one: one.name != wanted):
            if (one.design, one.mix) == recipe:
                return one
        for number in count(1):
            try:
                return self.add(wanted if number == 1 else f"{wanted[: MAX_NAME - 4]} {number}", values, mix)
            except StudioError as error:
                if error.code != "voice_exists":
                    raise
        raise AssertionError  # one of so many is free

    def change(self, voice: str, name: object | None, values: Mapping[str, Any], mix: str = "") -> OwnVoice:
        """Give a voice another name, other numbers or another mixture; what is not given stays.

        Raises :class:`StudioError` ``no_voice``, ``voice_fixed`` (a preset), ``bad_voice``, ``voice_exists``.
        """
        old = self.get(voice)
        kept, made = old.name if name is None else self._free(name), design({**asdict(old.design), **values})
        mix = _voices_of(mix) if mix else old.mix
        number = number_of(voice, OWN_PREFIX)
        with self._database.writing() as connection:
            check_free(connection, kept, "voices", but=number)
            _in_row(connection, "DELETE FROM voices", voice)
            _put(connection, number, kept, made, mix)
        return OwnVoice(voice, kept, made, mix)

    def remove(self, voice: str) -> OwnVoice:
        """Delete a voice, and return it. Raises :class:`StudioError` ``no_voice`` or ``voice_fixed``."""
        old = self.get(voice)
        with self._database.writing() as connection:
            # No name has its key: it holds a sign that names may not have.
            _in_row(connection, "UPDATE voices SET key = '<' || id, removed = ?", voice, time.time())
            gone = "SELECT id FROM voices WHERE removed > 0 ORDER BY removed DESC LIMIT -1 OFFSET ?"
            connection.execute(f"DELETE FROM voices WHERE id IN ({gone})", [MAX_REMOVED])
        return old

    def restore(self, voice: str) -> OwnVoice:
        """Put a removed voice back as it was, under its own id.

        Raises :class:`StudioError` ``voice_exists`` when another one has its name by now, ``bad_voice`` when there
        are too many, ``undo_gone`` where it cannot be put back.
        """
        old = next((one for one in self.removed() if one.id == voice), None)
        if old is None:
            raise StudioError("undo_gone")
        with self._database.writing() as connection:
            check_free(connection, old.name, "voices")
            _check_room(connection)
            sql = "UPDATE voices SET key = ?, removed = 0 WHERE id = ?"
            connection.execute(sql, [key_of(old.name), number_of(voice, OWN_PREFIX)])
        return self.get(voice)

    def _free(self, name: object) -> str:
        """A name that can be stored, and that no preset has."""
        wanted = checked_name(name)
        if LIKE_AN_ID.fullmatch(wanted):
            raise bad_voice("its name is the id of a voice", "这个名称是音色的编号")
        if key_of(wanted) in self.table.names():
            raise StudioError("voice_exists", name=wanted)
        return wanted


def _voices_of(mix: str) -> str:
    mixture = read_mixture(mix)
    if mixture.design != PLAIN:
        raise bad_voice("a mixture's sliders are fields of their own", "混合音色的滑块数值要写在各自的字段里")
    return mixture.voices()


def _all(connection: sqlite3.Connection) -> list[OwnVoice]:
    rows = connection.execute("SELECT id, name, mix, removed, tract, pitch, range, rate, tilt FROM voices ORDER BY id")
    return [
        OwnVoice(f"{OWN_PREFIX}{number}", str(name), Design(*map(float, rest)), str(mix), float(removed))
        for number, name, mix, removed, *rest in rows
    ]


def _put(connection: sqlite3.Connection, number: int | None, name: str, design: Design, mix: str) -> int:
    cursor = connection.execute(
        "INSERT INTO voices (id, key, name, mix, tract, pitch, range, rate, tilt) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [number, key_of(name), name, mix, *astuple(design)],
    )
    return int(cursor.lastrowid or 0)


def _in_row(connection: sqlite3.Connection, sql: str, voice: str, *values: float) -> None:
    """Raises :class:`StudioError` ``no_voice`` where another process has removed it in this moment."""
    where = [*values, number_of(voice, OWN_PREFIX)]
    if connection.execute(f"{sql} WHERE id = ? AND removed = 0", where).rowcount == 0:
        raise no_voice(voice)


def _check_room(connection: sqlite3.Connection) -> None:
    if connection.execute("SELECT count(*) FROM voices WHERE removed = 0").fetchone()[0] >= MAX_VOICES:
        raise bad_voice(f"there are {MAX_VOICES} already", f"自建音色已满 {MAX_VOICES} 个")
