"""A person's own voices: a name and a design each, in the library's file.

own = OwnVoices(config.library_path)
own.add("我的声音", Design(tract=0.9, pitch=-3.0))
"""

from __future__ import annotations

import re
import sqlite3
import unicodedata
from collections.abc import Sequence
from dataclasses import astuple, dataclass
from pathlib import Path
from typing import Final

from indextts.errors import StudioError, printable
from indextts.lexicon.entry import fold
from indextts.storage.database import Database, Remembered
from indextts.voices.design import Design, bad_voice

MAX_VOICES: Final = 200
MAX_NAME: Final = 40
"""Characters."""
NO_TEXT: Final = ("Cc", "Cf", "Cs", "Co", "Zl", "Zp")
"""Unicode's categories of what is no part of a name. What no category knows yet may be a new sign."""

_COLUMNS: Final = "id, name, tract, pitch, range, rate, tilt"
_ID: Final = re.compile(r"own-([1-9][0-9]{0,17})")


@dataclass(frozen=True)
class OwnVoice:
    """A stored design with its name."""

    id: str
    """``own-`` and a number that is never given again; stays when the name changes."""
    name: str
    design: Design


class OwnVoices:
    """The voices in one file. Thread-safe; what other processes write is seen at once.

    All methods raise :class:`StudioError` when the file cannot be used: ``not_writable``, ``disk_full``,
    ``library_busy``, ``library_unusable``.
    """

    def __init__(self, path: Path, *, busy_s: float = 5.0) -> None:
        self._database = Database(path, busy_s=busy_s)
        self._known = Remembered(self._database, _all)

    def close(self) -> None:
        self._database.close()

    def voices(self) -> list[OwnVoice]:
        """All of them, the oldest first. Read anew only after a change."""
        return self._known.rows()

    def get(self, voice: str) -> OwnVoice:
        """One voice by its id. Raises :class:`StudioError` ``no_voice``."""
        for one in self.voices():
            if one.id == voice:
                return one
        raise StudioError("no_voice", voice=printable(voice))

    def add(self, name: str, design: Design) -> OwnVoice:
        """Store a voice under a name of :func:`checked_name`.

        Raises :class:`StudioError` ``voice_exists``, or ``bad_voice`` when there are too many.
        """
        with self._database.writing() as connection:
            _check_free(connection, name)
            _check_room(connection)
            number = _insert(connection, None, name, design)
        return OwnVoice(f"own-{number}", name, design)

    def change(self, voice: str, name: str, design: Design) -> OwnVoice:
        """Another name, other numbers. Raises :class:`StudioError` ``no_voice`` or ``voice_exists``."""
        number = _number(voice)
        with self._database.writing() as connection:
            _check_free(connection, name, but=number)
            columns = "key = ?, name = ?, tract = ?, pitch = ?, range = ?, rate = ?, tilt = ?"
            values = [key_of(name), name, *astuple(design), number]
            if connection.execute(f"UPDATE voices SET {columns} WHERE id = ?", values).rowcount == 0:
                raise StudioError("no_voice", voice=printable(voice))
        return OwnVoice(voice, name, design)

    def remove(self, voice: str) -> None:
        """Delete a voice. Raises :class:`StudioError` ``no_voice``."""
        with self._database.writing() as connection:
            if connection.execute("DELETE FROM voices WHERE id = ?", [_number(voice)]).rowcount == 0:
                raise StudioError("no_voice", voice=printable(voice))

    def restore(self, voice: OwnVoice) -> None:
        """Put ``voice`` back as it was, under its own id, whether it was changed or removed.

        Raises :class:`StudioError` ``voice_exists`` when another one has its name by now.
        """
        number = _number(voice.id)
        with self._database.writing() as connection:
            _check_free(connection, voice.name, but=number)
            connection.execute("DELETE FROM voices WHERE id = ?", [number])
            _check_room(connection)
            _insert(connection, number, voice.name, voice.design)


def checked_name(name: object) -> str:
    """``name`` in its one form, if a voice can be called that. Raises :class:`StudioError` ``bad_voice``."""
    if not isinstance(name, str):
        raise bad_voice("its name must be text", "名称必须是文字")
    # Before anything else, so that the work stays in proportion.
    kept = unicodedata.normalize("NFC", " ".join(name[: 8 * MAX_NAME].split()))
    if not kept:
        raise bad_voice("it has no name", "没有名称")
    if len(kept) > MAX_NAME or len(name) > 8 * MAX_NAME:
        raise bad_voice(f"its name has more than {MAX_NAME} characters", f"名称超过 {MAX_NAME} 个字符")
    for char in kept:
        if unicodedata.category(char) in NO_TEXT:
            code = f"U+{ord(char):04X}"
            raise bad_voice(f"its name holds {code}, which is not text", f"名称中有无效字符 {code}")
        if char in ':："<>=,':
            raise bad_voice(f"its name holds “{char}”, which has a meaning of its own", f"名称中不能有“{char}”")
    if _ID.fullmatch(fold(kept)) or fold(kept) == "default":
        raise bad_voice("its name is that of another voice", "这个名称已作他用")
    return kept


def key_of(name: str) -> str:
    """What two spellings of one name share: case does not count."""
    return fold(" ".join(name.split()))


def _number(voice: str) -> int:
    match = _ID.fullmatch(voice)
    if not match:
        raise StudioError("no_voice", voice=printable(voice))
    return int(match[1])


def _all(connection: sqlite3.Connection) -> list[OwnVoice]:
    return [_voice(row) for row in connection.execute(f"SELECT {_COLUMNS} FROM voices ORDER BY id").fetchall()]


def _voice(row: Sequence[object]) -> OwnVoice:
    number, name, *numbers = row
    return OwnVoice(f"own-{number}", str(name), Design(*(float(str(number)) for number in numbers)))


def _insert(connection: sqlite3.Connection, number: int | None, name: str, design: Design) -> int:
    cursor = connection.execute(
        "INSERT INTO voices (id, key, name, tract, pitch, range, rate, tilt) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        [number, key_of(name), name, *astuple(design)],
    )
    return int(cursor.lastrowid or 0)


def _check_free(connection: sqlite3.Connection, name: str, *, but: int | None = None) -> None:
    other = connection.execute("SELECT id FROM voices WHERE key = ?", [key_of(name)]).fetchone()
    cloned = connection.execute("SELECT id FROM clones WHERE key = ?", [key_of(name)]).fetchone()
    if cloned or (other and other[0] != but):
        raise StudioError("voice_exists", name=name)


def _check_room(connection: sqlite3.Connection) -> None:
    if connection.execute("SELECT count(*) FROM voices").fetchone()[0] >= MAX_VOICES:
        raise bad_voice(f"there are {MAX_VOICES} already", f"自建声音已满 {MAX_VOICES} 个")
