"""All voices by id: presets, designs, the user's own."""

from __future__ import annotations

import logging
import threading
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from indextts.errors import StudioError
from indextts.voices.design import INLINE, Design, design, hertz_of, no_voice, read_inline
from indextts.voices.presets import NamedVoice, VoiceTable, load_voices
from indextts.voices.voice import Voice

if TYPE_CHECKING:
    from indextts.config import Config
    from indextts.voices.own import OwnVoice, OwnVoices

log = logging.getLogger(__name__)


class VoiceFamily:
    """All voices: presets and the user's own. Thread-safe; read at first use."""

    def __init__(self, path: Path, own: OwnVoices) -> None:
        """``path`` is the table's file."""
        self._path = path
        self._own = own
        self._table: VoiceTable | None = None
        self._lock = threading.Lock()

    @classmethod
    def of(cls, config: Config) -> VoiceFamily:
        from indextts.voices.own import OwnVoices

        return cls(config.voices_path, OwnVoices(config.library_path))

    def close(self) -> None:
        """Close the file of a person's own voices; the next use opens it again."""
        self._own.close()

    @property
    def table(self) -> VoiceTable:
        """What the file says. Raises :class:`StudioError` ``bad_config``."""
        with self._lock:
            if self._table is None:
                self._table = load_voices(self._path)
            return self._table

    def check(self) -> None:
        """Read the table now. Raises :class:`StudioError` ``bad_config``."""
        _ = self.table

    def voices(self, engine: str, languages: tuple[str, ...], licence: str) -> list[Voice]:
        """All voices as ``engine`` lists them: the table's in its order, then a person's own."""
        table = self.table
        cast = {voice: turn for turn, voice in enumerate(table.cast)}
        listed = [
            Voice(
                id=one.id,
                name_en=one.name_en,
                name_zh=one.name_zh,
                engine=engine,
                languages=languages,
                licence=licence,
                group=one.group,
                pitch=one.design.pitch,
                hz=hertz_of(one.design),
                cast=cast.get(one.id, -1),
            )
            for one in table.voices
        ]
        for mine in self._reachable():
            pitch = mine.design.pitch
            hz = hertz_of(mine.design)
            listed.append(Voice(mine.id, mine.name, mine.name, engine, languages, licence, "own", pitch, hz))
        return listed

    @property
    def named(self) -> Sequence[NamedVoice]:
        """The file's voices, the default one first."""
        return self.table.voices

    def own(self) -> list[OwnVoice]:
        """A person's own, the oldest first."""
        return self._own.voices()

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
            if mine.id == voice:
                return mine.design
        raise no_voice(voice, self.ids())

    def ids(self) -> list[str]:
        return [*(voice.id for voice in self.named), *(voice.id for voice in self._reachable())]

    def _reachable(self) -> list[OwnVoice]:
        """A person's own; none where their file cannot be read, which must not keep the others from speaking."""
        try:
            return self.own()
        except StudioError as error:
            log.warning("Without the voices of one's own: %s", error)
            return []

    # ------------------------------------------------------------------ a person's own

    def add(self, name: object, values: Mapping[str, Any]) -> OwnVoice:
        """Store a voice. Raises :class:`StudioError` ``bad_voice`` or ``voice_exists``."""
        return self._own.add(self._free(name), design(values))

    def change(self, voice: str, name: object | None, values: Mapping[str, Any]) -> OwnVoice:
        """Give a voice another name or other numbers; what is not given stays.

        Raises :class:`StudioError` ``no_voice``, ``voice_fixed`` (one of the file's), ``bad_voice``, ``voice_exists``.
        """
        old = self.get(voice)
        fresh = old.name if name is None else self._free(name)
        return self._own.change(voice, fresh, design({**asdict(old.design), **values}))

    def remove(self, voice: str) -> OwnVoice:
        """Delete a voice, and return it. Raises :class:`StudioError` ``no_voice`` or ``voice_fixed``."""
        old = self.get(voice)
        self._own.remove(voice)
        return old

    def restore(self, voice: OwnVoice) -> None:
        """Put back what was changed or removed, under its old id. Raises :class:`StudioError` ``voice_exists``."""
        self._own.restore(voice)

    def get(self, voice: str) -> OwnVoice:
        """One of a person's own. Raises :class:`StudioError` ``no_voice`` or ``voice_fixed``."""
        if any(one.id == voice for one in self.named):
            raise StudioError("voice_fixed", voice=voice)
        return self._own.get(voice)

    def _free(self, name: object) -> str:
        """A name that can be stored, and that none of the file's voices has."""
        from indextts.voices.own import checked_name, key_of

        wanted = checked_name(name)
        for one in self.named:
            if key_of(wanted) in {key_of(taken) for taken in (one.id, one.name_zh, one.name_en)}:
                raise StudioError("voice_exists", name=wanted)
        return wanted
