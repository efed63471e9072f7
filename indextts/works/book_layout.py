"""A book as it is to be spoken: its parts by their hashes, and the room that they take."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

_BYTES_A_SECOND: Final = 20_000
"""Of speech on the disk, with all that is written down of it."""
_FILE_BYTES: Final = {"wav": 48_000, "flac": 28_000, "zip": 28_000}
"""The same of the finished file; that of the others is at most …"""
_FILE_BYTES_ELSE: Final = 16_000
_SPARE_BYTES: Final = 64 * 2**20


@dataclass(frozen=True)
class WantedPart:
    """A part of a book as it is to be."""

    chapter: int
    number: int
    size: int
    """Characters."""
    length_s: float
    """It will last so long, about."""
    hash: str


@dataclass(frozen=True)
class Layout:
    """A book as it is to be spoken, without its texts."""

    revision: int
    parts: tuple[WantedPart, ...]
    form: str
    """What it is made into in the end."""
    settled: frozenset[str]
    """The hashes of the parts that are spoken."""

    @property
    def size(self) -> int:
        return sum(part.size for part in self.parts)

    @property
    def bytes_needed(self) -> int:
        """On the disk, for what is not spoken yet and for the file."""
        whole_s = sum(part.length_s for part in self.parts)
        left_s = sum(part.length_s for part in self.parts if part.hash not in self.settled)
        return round(left_s * _BYTES_A_SECOND + whole_s * _FILE_BYTES.get(self.form, _FILE_BYTES_ELSE)) + _SPARE_BYTES
