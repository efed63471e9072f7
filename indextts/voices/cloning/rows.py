"""The rows of the cloned voices, and what is read from them."""

from __future__ import annotations

import json
import math
import re
import sqlite3
from collections.abc import Iterable, Sequence
from typing import Final

from indextts.errors import StudioError, printable
from indextts.voices.cloning.prepared import group_of
from indextts.voices.cloning.voice import ID_PREFIX, ClonedVoice, Reference

_ID: Final = re.compile(re.escape(ID_PREFIX) + r"([1-9][0-9]{0,17})")
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
        pitch = pitch_of(rows)
        voices.append(
            ClonedVoice(
                id=f"{ID_PREFIX}{number}",
                name=str(name),
                references=tuple(one for one, _ in rows),
                consent=str(consent),
                consent_date=str(consent_date),
                tags=tuple(json.loads(tags)),
                pitch_hz=pitch,
                group=group_of(pitch),
                created=str(created),
            )
        )
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


def pairs_of(connection: sqlite3.Connection, number: int, voice: str) -> list[tuple[str, float]]:
    """The hashes and weights of a voice. Raises :class:`StudioError` ``no_voice``."""
    query = "SELECT sha256, weight FROM clone_references WHERE clone = ? ORDER BY place"
    rows = connection.execute(query, [number]).fetchall()
    if not rows:
        raise no_voice(voice)
    return [(str(sha), float(weight)) for sha, weight in rows]


def hashes_of(connection: sqlite3.Connection, number: int, voice: str) -> list[str]:
    return [sha for sha, _ in pairs_of(connection, number, voice)]


def prolong(connection: sqlite3.Connection, hashes: Sequence[str], until: float) -> None:
    """Let recordings stay until then, in seconds since 1970, though no voice uses them."""
    query = "UPDATE clone_recordings SET kept_until = max(kept_until, ?) WHERE sha256 = ?"
    connection.executemany(query, [[until, sha] for sha in hashes])


def number_of(voice: str) -> int:
    """The number in an id. Raises :class:`StudioError` ``no_voice``."""
    match = _ID.fullmatch(voice)
    if not match:
        raise no_voice(voice)
    return int(match[1])


def no_voice(voice: str) -> StudioError:
    """The error for a voice or a recording that is not there."""
    return StudioError("no_voice", voice=printable(voice))
