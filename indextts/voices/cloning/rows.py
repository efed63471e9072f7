"""The rows of the cloned voices, and the folder of their recordings."""

from __future__ import annotations

import contextlib
import json
import logging
import math
import sqlite3
from collections.abc import Container, Iterable, Sequence
from pathlib import Path
from typing import Final

from indextts.platform.clock import believed
from indextts.platform.storage.files import PART, write_file
from indextts.voices.cloning.voice import ID_PREFIX, ClonedVoice, Reference, group_of, is_hash
from indextts.voices.names import no_voice, number_of

log = logging.getLogger(__name__)

_STRANGER_S: Final = 3600.0  # An unreferenced file younger than this may still get its row
_VOICES: Final = "SELECT id, name, consent, consent_date, tags, created FROM clones ORDER BY id"
_REFERENCES: Final = (
    "SELECT clone, sha256, weight, seconds, sample_rate, pitch_hz FROM clone_references"
    " JOIN clone_recordings USING (sha256) ORDER BY clone, place"
)


def all_voices(connection: sqlite3.Connection) -> list[ClonedVoice]:
    references: dict[int, list[tuple[Reference, float]]] = {}
    for clone, sha, weight, seconds, rate, pitch in connection.execute(_REFERENCES):
        one = Reference(str(sha), float(seconds), int(rate), float(weight))
        references.setdefault(int(clone), []).append((one, float(pitch)))
    voices: list[ClonedVoice] = []
    for number, name, consent, consent_date, tags, created in connection.execute(_VOICES):
        rows = references.get(int(number), [])
        id_, pitch, kept = f"{ID_PREFIX}{number}", pitch_of(rows), tuple(json.loads(tags))
        ones = tuple(one for one, _ in rows)
        voices.append(ClonedVoice(id_, name, ones, consent, consent_date, kept, pitch, group_of(pitch), created))
    return voices


def pitch_of(rows: Iterable[tuple[Reference, float]]) -> float:
    """The recordings' median F0 together: their weighted geometric mean, in Hz; 0 where none has one."""
    found = [(one.weight, math.log(pitch)) for one, pitch in rows if pitch > 0]
    total = sum(weight for weight, _ in found)
    return round(math.exp(sum(weight * height for weight, height in found) / total), 1) if found else 0.0


def refer(connection: sqlite3.Connection, number: int, pairs: Sequence[tuple[str, float]]) -> None:
    """Make these hashes and weights the references of a voice, in this order."""
    connection.execute("DELETE FROM clone_references WHERE clone = ?", [number])
    rows = [[number, place, sha, weight] for place, (sha, weight) in enumerate(pairs)]
    connection.executemany("INSERT INTO clone_references (clone, place, sha256, weight) VALUES (?, ?, ?, ?)", rows)


def pairs_of(connection: sqlite3.Connection, voice: str) -> list[tuple[str, float]]:
    """The hashes and weights of a voice. Raises :class:`StudioError` ``no_voice``."""
    query = "SELECT sha256, weight FROM clone_references WHERE clone = ? ORDER BY place"
    rows = connection.execute(query, [number_of(voice, ID_PREFIX)]).fetchall()
    if not rows:
        raise no_voice(voice)
    return [(str(sha), float(weight)) for sha, weight in rows]


def prolong(connection: sqlite3.Connection, hashes: Sequence[str], until: float) -> None:
    """Let recordings stay until then, in seconds since 1970, though no voice uses them."""
    query = "UPDATE clone_recordings SET kept_until = max(kept_until, ?) WHERE sha256 = ?"
    connection.executemany(query, [[until, sha] for sha in hashes])


class RecordingFiles:
    """A folder of FLAC files. The library's transactions keep its processes from each other's files."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def path(self, sha256: str) -> Path:
        """Where the recording of that hash lies, or would lie."""
        return self.folder / f"{sha256}.flac"

    def write(self, sha256: str, data: bytes) -> None:
        """Put a recording there, unless it is. Raises :class:`StudioError` ``disk_full`` or ``not_writable``."""
        path = self.path(sha256)
        if not path.is_file() or path.stat().st_size != len(data):
            write_file(path, data)

    def remove(self, sha256: str) -> None:
        """Delete a recording; one that cannot be deleted is left to the next cleaning."""
        try:
            self.path(sha256).unlink(missing_ok=True)
        except OSError as error:
            log.warning("Cannot remove %s: %s", self.path(sha256), error)

    def drop_strangers(self, known: Container[str], *, parts_only: bool = False) -> None:
        """Delete what a process that died has left: old files that no row names; or those half written alone."""
        if not self.folder.is_dir():
            return
        for path in self.folder.iterdir():
            whole = path.suffix == ".flac" and is_hash(path.stem) and not parts_only
            ours = path.name.endswith(PART) or whole
            with contextlib.suppress(FileNotFoundError):  # another process cleans too
                if ours and path.stem not in known and believed() - path.lstat().st_mtime > _STRANGER_S:
                    path.unlink()
