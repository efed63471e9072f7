"""The music that a person gives a book: read as recordings are, and kept as what was read of it.

music = BookMusic(database)
music.keep(owner, book, "intro", "海.mp3", data)
music.sound(owner, book, "intro")       # FLAC
"""

from __future__ import annotations

import hashlib
import io
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import soundfile
from sqlalchemy import delete, select

from indextts.books.binding import Music
from indextts.books.binding.music import MOST_CHIME_S, MOST_S
from indextts.model.errors import StudioError
from indextts.sound.encode import to_int16
from indextts.voices.cloning.recordings import read_beginning
from indextts.works.books import book_rows
from indextts.works.books.book_rows import find_book
from indextts.works.db.database import MusicRow, WorksDatabase

if TYPE_CHECKING:
    from indextts.works.books.book_contents import MusicShapes

MAX_BYTES: Final = 32 * 2**20
"""Of a file that is given."""


@dataclass(frozen=True)
class KeptMusic:
    """What is heard at one place of a book."""

    place: str
    name: str
    duration_s: float
    content: str


class BookMusic:
    """Thread-safe. All methods raise :class:`StudioError` ``no_book``."""

    def __init__(self, database: WorksDatabase, *, clock: Callable[[], float] = time.time) -> None:
        self._database = database
        self._clock = clock

    def listed(self, owner: str, book: str) -> list[KeptMusic]:
        """What there is, by place."""
        with self._database.reading() as session:
            found = select(MusicRow).where(MusicRow.book_id == find_book(session, owner, book).id)
            return [_kept(row) for row in session.scalars(found.order_by(MusicRow.place))]

    def sound(self, owner: str, book: str, place: str) -> bytes:
        """FLAC. Raises ``not_found`` where there is none."""
        with self._database.reading() as session:
            row = session.get(MusicRow, (find_book(session, owner, book).id, place))
            if row is None:
                raise StudioError("not_found")
            return row.data

    def keep(self, owner: str, book: str, place: str, name: str, data: bytes) -> KeptMusic:
        """Take another sound for that place. Raises what is wrong with a recording, ``body_too_large``."""
        self.listed(owner, book)
        if len(data) > MAX_BYTES:
            raise StudioError("body_too_large", limit=MAX_BYTES)
        sound, seconds = _read(data, name, place)
        kept = KeptMusic(place, name, seconds, hashlib.sha256(sound).hexdigest())
        with self._database.writing() as session:
            row = find_book(session, owner, book)
            session.merge(MusicRow(book_id=row.id, data=sound, **vars(kept)))
            book_rows.touch(row, self._clock())
        return kept

    def remove(self, owner: str, book: str, place: str) -> None:
        """Nothing is heard there any more."""
        with self._database.writing() as session:
            row = find_book(session, owner, book)
            there = MusicRow.book_id == row.id, MusicRow.place == place
            if session.scalar(select(MusicRow.place).where(*there)) is not None:
                session.execute(delete(MusicRow).where(*there))
                book_rows.touch(row, self._clock())

    def bound(self, owner: str, book: str, shapes: MusicShapes) -> dict[str, Music]:
        """For a binding, by place."""
        return {
            one.place: Music(
                self.sound(owner, book, one.place), name=one.name, **getattr(shapes, one.place).model_dump()
            )
            for one in self.listed(owner, book)
        }


def _kept(row: MusicRow) -> KeptMusic:
    return KeptMusic(row.place, row.name, row.duration_s, row.content)


def _read(data: bytes, name: str, place: str) -> tuple[bytes, float]:
    samples, rate = read_beginning(io.BytesIO(data), name, MOST_CHIME_S if place == "chime" else MOST_S)
    file = io.BytesIO()
    soundfile.write(file, to_int16(samples), rate, format="FLAC", subtype="PCM_16")
    return file.getvalue(), samples.size / rate
