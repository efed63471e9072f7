"""A message of Speech Dispatcher: its text for the studio, and its marks as they are reached in the sound."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from html import unescape
from typing import Any, Final
from xml.parsers import expat
from xml.sax.saxutils import escape

from indextts.model.errors import StudioError
from indextts.server.doors.azure_ssml import read_ssml

RATE: Final = 24_000
"""Of the sound, in Hz: 16 bit, mono."""


@dataclass
class SpokenMessage:
    """A message as it is spoken."""

    text: str
    """For the studio, in its SSML."""
    plain: str
    """What is to be heard."""
    marks: list[tuple[int, str]] = field(default_factory=list)
    """Places in ``plain``, and names."""


def read_message(message: str) -> SpokenMessage:
    """A message in SSML; what is no well-formed one is spoken without its tags."""
    pieces: list[str] = []
    found = SpokenMessage("", "")
    others = set[str]()

    def start(name: str, attributes: Mapping[str, str]) -> None:
        if name == "mark":
            found.marks.append((sum(map(len, pieces)), attributes.get("name", "")))
        elif name != "speak":
            others.add(name)

    parser = expat.ParserCreate()
    parser.StartElementHandler = start
    parser.CharacterDataHandler = pieces.append
    try:
        parser.Parse(message.encode("utf-8", "replace"), True)
        found.plain = "".join(pieces)
        found.text = read_ssml(message.encode("utf-8", "replace"), lambda _: "").text if others else ""
    except (expat.ExpatError, StudioError, ValueError):
        return SpokenMessage(document(plain := unescape(re.sub(r"<[^<>]*>", "", message))), plain)
    found.text = found.text or document(found.plain)
    return found


def document(plain: str) -> str:
    """``plain`` in SSML, where nothing in it is a mark."""
    return f"<speak>{escape(plain, {'[': '&#91;'})}</speak>"


def named(kind: str, message: str) -> str:
    """What is said for a character, a key or an icon."""
    message = message.strip("\n")
    if kind == "CHAR":
        return " " if message == "space" else message
    return message.replace("_", " ").replace("-", " ") if len(message) > 1 else message


class MarksLeft:
    """The marks of a message that were not reached yet."""

    def __init__(self, marked: SpokenMessage) -> None:
        self._plain = marked.plain
        self._left = deque(marked.marks)
        self._cursor = 0

    def reached(self, words: Sequence[Mapping[str, Any]]) -> Iterator[tuple[int, str]]:
        """Those before some of the following ``words``: the sample at which that word begins, and the name."""
        for word in words:
            place = self._plain.find(str(word["word"]), self._cursor)
            if place < 0:
                continue
            self._cursor = place + len(str(word["word"]))
            while self._left and self._left[0][0] <= place:
                yield round(float(word["start_time"]) * RATE), self._left.popleft()[1]

    def rest(self) -> Iterator[str]:
        """The others, after everything."""
        while self._left:
            yield self._left.popleft()[1]
