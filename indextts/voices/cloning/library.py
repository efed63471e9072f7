"""The library of cloned voices: rows in the library's file, recordings beside it under the hash of their content.

    library = CloneLibrary(config)
    with open("me.m4a", "rb") as file:
        voice = library.add("我", [prepare(file, "me.m4a")], consent="本人的声音")
    library.path(voice.references[0].sha256)

A voice of several references is heard as the mean of what an engine makes of each of them, weighted. Where a recording
stops being used, its file goes.
"""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO, Final

from indextts.model.errors import StudioError
from indextts.platform.clock import believed
from indextts.platform.config import Config
from indextts.platform.periodic import Periodic
from indextts.platform.storage.copies import mended
from indextts.platform.storage.database import Database, Remembered
from indextts.voices import names
from indextts.voices.catalogue import load_voices
from indextts.voices.cloning.exchange import pack, unpack
from indextts.voices.cloning.rows import RecordingFiles, all_voices, pairs_of, pitch_of, prolong, refer
from indextts.voices.cloning.voice import (
    ID_PREFIX,
    REFERENCE_PREFIX,
    ClonedVoice,
    Prepared,
    Reference,
    group_of,
    is_hash,
)
from indextts.voices.names import check_free, key_of, no_voice, number_of

MAX_CLONES: Final = 500

_SWEEP_S: Final = 300.0


class CloneLibrary:
    """The cloned voices of one configuration. Thread-safe; what other processes write is seen at once.

    All methods raise :class:`StudioError` when the file cannot be used: ``not_writable``, ``disk_full``,
    ``library_busy``, ``library_unusable``.
    """

    def __init__(self, config: Config) -> None:
        self._database = Database(config.library_path)
        self._files = RecordingFiles(config.cache_path / "voices")
        self._kept_s = config.outputs.max_age_s
        self._presets = config.voices_path
        self._known = Remembered(self._database, all_voices)
        self._cleaner = Periodic("clones", self.sweep, _SWEEP_S)

    def start(self) -> None:
        """Clean now and then in the background, beginning with what an earlier run left behind."""
        self._cleaner.start()

    def close(self) -> None:
        """Stop cleaning and close the file; the next use opens it again."""
        self._cleaner.close()
        self._database.close()

    # ------------------------------------------------------------------ reading

    def voices(self) -> list[ClonedVoice]:
        """All stored voices, the oldest first. Read anew only after a change."""
        return self._known.rows()

    def get(self, voice: str) -> ClonedVoice:
        """A voice by its id, or by its recordings (``ref-…``). Raises :class:`StudioError` ``no_voice``."""
        if voice.startswith(REFERENCE_PREFIX):
            return self._of_recordings(voice)
        for one in self.voices():
            if one.id == voice:
                return one
        raise no_voice(voice)

    def find(self, wanted: str) -> ClonedVoice:
        """A stored voice by its id or its name. Raises :class:`StudioError` ``no_voice``."""
        for one in self.voices():
            if wanted == one.id or key_of(wanted) == key_of(one.name):
                return one
        raise no_voice(wanted)

    def path(self, sha256: str) -> Path:
        """Where a prepared recording lies: FLAC, mono. Raises :class:`StudioError` ``no_voice``."""
        path = self._files.path(sha256) if is_hash(sha256) else None
        if path is None or not path.is_file():
            raise no_voice(sha256)
        return path

    def _of_recordings(self, voice: str) -> ClonedVoice:
        hashes = voice.removeprefix(REFERENCE_PREFIX).split("+")
        if (
            not 0 < len(hashes) <= names.MAX_REFERENCES
            or not all(map(is_hash, hashes))
            or self._database.state() is None
        ):
            raise no_voice(voice)
        rows: list[tuple[Reference, float]] = []
        query = "SELECT seconds, sample_rate, pitch_hz FROM clone_recordings WHERE sha256 = ?"
        with self._database.reading() as connection:
            for sha in hashes:
                row = connection.execute(query, [sha]).fetchone()
                if row is None or not self._files.path(sha).is_file():
                    raise no_voice(voice)
                rows.append((Reference(sha, float(row[0]), int(row[1])), float(row[2])))
        pitch = pitch_of(rows)
        return ClonedVoice(voice, "", tuple(one for one, _ in rows), "", "", pitch_hz=pitch, group=group_of(pitch))

    # ------------------------------------------------------------------ making

    def add(
        self,
        name: object,
        recordings: Sequence[Prepared],
        *,
        consent: object,
        consent_date: object = None,
        tags: object = (),
        weights: Sequence[object] | None = None,
    ) -> ClonedVoice:
        """Store a voice made of prepared recordings, each given twice counted once.

        Raises :class:`StudioError` ``bad_voice``, ``bad_clone``, ``consent_missing``, ``voice_exists``,
        ``recording_none``, ``recording_many``.
        """
        kept = names.clone_name(name)
        told = [names.checked_consent(consent), names.checked_date(consent_date), _tags(tags)]
        pairs = _distinct(recordings, names.checked_weights(weights, len(recordings)))
        created = datetime.now(UTC).isoformat(timespec="seconds")
        with self._database.writing() as connection:
            self._check_free(connection, kept)
            number = _insert(connection, None, kept, *told, created)
            self._keep(connection, recordings)
            refer(connection, number, [(one.sha256, weight) for one, weight in pairs])
        return self.get(f"{ID_PREFIX}{number}")

    def keep(self, recordings: Sequence[Prepared]) -> ClonedVoice:
        """Keep recordings for a request or two: the voice that is made of them, under an id that names them.

        Raises :class:`StudioError` ``recording_none`` or ``recording_many``.
        """
        pairs = _distinct(recordings, [1.0] * len(recordings))
        self.sweep()
        with self._database.writing() as connection:
            self._keep(connection, recordings, until=time.time() + self._kept_s)
        return self.get(REFERENCE_PREFIX + "+".join(one.sha256 for one, _ in pairs))

    def import_(self, file: BinaryIO, name: object = None) -> ClonedVoice:
        """Store a voice from what :meth:`export` gave, under another ``name`` if one is given.

        Raises :class:`StudioError` ``bad_voice_file`` and what :meth:`add` raises.
        """
        packed = unpack(file)
        return self.add(
            packed.name if name is None else name, packed.recordings, consent=packed.consent,
            consent_date=packed.consent_date, tags=packed.tags, weights=packed.weights,
        )  # fmt: skip

    def export(self, voice: str) -> bytes:
        """A stored voice as one file. Raises :class:`StudioError` ``no_voice``."""
        stored = self._stored(voice)
        try:
            return pack(stored, {one.sha256: self.path(one.sha256).read_bytes() for one in stored.references})
        except FileNotFoundError as error:  # removed in this moment
            raise no_voice(voice) from error

    # ------------------------------------------------------------------ changing

    def change(
        self, voice: str, *, name: object = None, tags: object = None, weights: Sequence[object] | None = None
    ) -> ClonedVoice:
        """Another name, other tags, other weights; what is not given stays.

        Raises :class:`StudioError` ``no_voice``, ``bad_voice``, ``bad_clone``, ``voice_exists``.
        """
        number = number_of(voice, ID_PREFIX)
        with self._database.writing() as connection:
            hashes = [sha for sha, _ in pairs_of(connection, voice)]
            if name is not None:
                kept = names.clone_name(name)
                self._check_free(connection, kept, but=number)
                connection.execute("UPDATE clones SET key = ?, name = ? WHERE id = ?", [key_of(kept), kept, number])
            if tags is not None:
                connection.execute("UPDATE clones SET tags = ? WHERE id = ?", [_tags(tags), number])
            if weights is not None:
                pairs = zip(hashes, names.checked_weights(weights, len(hashes)), strict=True)
                refer(connection, number, list(pairs))
        return self.get(voice)

    def add_references(
        self, voice: str, recordings: Sequence[Prepared], weights: Sequence[object] | None = None
    ) -> ClonedVoice:
        """More recordings; one that is there already takes its new weight.

        Raises :class:`StudioError` ``no_voice``, ``recording_none``, ``recording_many``, ``bad_clone``.
        """
        fresh = _distinct(recordings, names.checked_weights(weights, len(recordings)))
        with self._database.writing() as connection:
            pairs = list(dict([*pairs_of(connection, voice), *((one.sha256, share) for one, share in fresh)]).items())
            if len(pairs) > names.MAX_REFERENCES:
                raise StudioError("recording_many", limit=names.MAX_REFERENCES)
            self._keep(connection, recordings)
            refer(connection, number_of(voice, ID_PREFIX), pairs)
        return self.get(voice)

    def remove_reference(self, voice: str, sha256: str) -> ClonedVoice:
        """One recording fewer; the last one stays.

        Raises :class:`StudioError` ``no_voice``, ``bad_clone``.
        """
        with self._database.writing() as connection:
            before = pairs_of(connection, voice)
            pairs = [pair for pair in before if pair[0] != sha256]
            if len(pairs) == len(before):
                raise no_voice(sha256)
            if not pairs:
                raise names.bad_clone("a voice needs at least one recording", "音色至少要有一个录音")
            refer(connection, number_of(voice, ID_PREFIX), pairs)
            self._drop_unused(connection)
        return self.get(voice)

    def remove(self, voice: str, *, kept_s: float = 0.0) -> ClonedVoice:
        """Delete a voice, and return it; unused files go, those for :meth:`restore` after ``kept_s`` seconds.

        Raises :class:`StudioError` ``no_voice``.
        """
        gone = self._stored(voice)
        with self._database.writing() as connection:
            hashes = [sha for sha, _ in pairs_of(connection, voice)]
            _delete(connection, number_of(voice, ID_PREFIX))
            if kept_s > 0:
                prolong(connection, hashes, time.time() + kept_s)
            self._drop_unused(connection)
        return gone

    def restore(self, voice: ClonedVoice) -> None:
        """Put back what :meth:`remove` has returned, under its own id.

        Raises :class:`StudioError` ``voice_exists``, ``bad_clone`` where there are too many by now, or ``undo_gone``
        where its recordings are gone.
        """
        number = number_of(voice.id, ID_PREFIX)
        with self._database.writing() as connection:
            self._check_free(connection, voice.name, but=number)
            _delete(connection, number)
            for one in voice.references:
                known = connection.execute("SELECT 1 FROM clone_recordings WHERE sha256 = ?", [one.sha256]).fetchone()
                if not known or not self._files.path(one.sha256).is_file():
                    raise StudioError("undo_gone")
            tags = _tags(voice.tags)
            _insert(connection, number, voice.name, voice.consent, voice.consent_date, tags, voice.created)
            refer(connection, number, [(one.sha256, one.weight) for one in voice.references])
            used = [[one.sha256] for one in voice.references]
            connection.executemany("UPDATE clone_recordings SET kept_until = 0 WHERE sha256 = ?", used)

    def sweep(self) -> None:
        """Remove recordings whose time is over and that no voice uses."""
        if self._database.state() is not None:
            with self._database.writing() as connection:
                self._drop_unused(connection)
                known = {str(row[0]) for row in connection.execute("SELECT sha256 FROM clone_recordings")}
                # A damaged library that lies aside may name recordings that the one in its place does not.
                self._files.drop_strangers(known, parts_only=bool(mended(self._database.path)))

    # ------------------------------------------------------------------ within

    def _stored(self, voice: str) -> ClonedVoice:
        number_of(voice, ID_PREFIX)  # not one of a request's recordings
        return self.get(voice)

    def _keep(self, connection: sqlite3.Connection, recordings: Sequence[Prepared], until: float = 0.0) -> None:
        """Write files and rows. Within a transaction: no other process may take a file for unused meanwhile."""
        for one in recordings:
            self._files.write(one.sha256, one.data)
            connection.execute(
                "INSERT OR IGNORE INTO clone_recordings (sha256, seconds, sample_rate, pitch_hz) VALUES (?, ?, ?, ?)",
                [one.sha256, one.seconds, one.sample_rate, one.pitch_hz],
            )
        prolong(connection, [one.sha256 for one in recordings], until)

    def _drop_unused(self, connection: sqlite3.Connection) -> None:
        unused = connection.execute(
            "SELECT sha256 FROM clone_recordings WHERE kept_until <= ?"
            " AND sha256 NOT IN (SELECT sha256 FROM clone_references)",
            [believed()],
        ).fetchall()
        for (sha,) in unused:
            connection.execute("DELETE FROM clone_recordings WHERE sha256 = ?", [sha])
            self._files.remove(str(sha))

    def _check_free(self, connection: sqlite3.Connection, name: str, *, but: int | None = None) -> None:
        """Raises :class:`StudioError` ``voice_exists`` where any voice has that name."""
        check_free(connection, name, "clones", but=but)
        if key_of(name) in load_voices(self._presets).names():
            raise StudioError("voice_exists", name=name)


def _insert(connection: sqlite3.Connection, number: int | None, name: str, *rest: str) -> int:
    """``rest`` are consent, its date, tags in JSON, time of creation. Raises ``bad_clone`` when there are too many."""
    if connection.execute("SELECT count(*) FROM clones").fetchone()[0] >= MAX_CLONES:
        raise names.bad_clone(f"there are {MAX_CLONES} already", f"克隆音色已满 {MAX_CLONES} 个")
    query = "INSERT INTO clones (id, key, name, consent, consent_date, tags, created) VALUES (?, ?, ?, ?, ?, ?, ?)"
    return int(connection.execute(query, [number, key_of(name), name, *rest]).lastrowid or 0)


def _delete(connection: sqlite3.Connection, number: int) -> None:
    connection.execute("DELETE FROM clone_references WHERE clone = ?", [number])
    connection.execute("DELETE FROM clones WHERE id = ?", [number])


def _distinct(recordings: Sequence[Prepared], weights: Sequence[float]) -> list[tuple[Prepared, float]]:
    """Each recording once, with its first weight."""
    if not recordings:
        raise StudioError("recording_none")
    pairs = {one.sha256: (one, weight) for one, weight in reversed(list(zip(recordings, weights, strict=True)))}
    if len(pairs) > names.MAX_REFERENCES:
        raise StudioError("recording_many", limit=names.MAX_REFERENCES)
    return [pairs[sha] for sha in dict.fromkeys(one.sha256 for one in recordings)]


def _tags(tags: object) -> str:
    return json.dumps(list(names.checked_tags(tags)), ensure_ascii=False)
