"""A book as it is to be spoken: its parts by their hashes, and the room that they take."""

from __future__ import annotations

from dataclasses import dataclass

from indextts.books.estimate import room


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
        return room(left_s, whole_s, self.form)
