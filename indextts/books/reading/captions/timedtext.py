"""YouTube's own XML: ``<transcript>`` with a ``<text>`` for each cue, and ``<timedtext>`` with a ``<p>``."""

from __future__ import annotations

import html
import re
from functools import partial
from typing import Final

from indextts.books.reading.captions.cue import Cue, CueLine, Findings
from indextts.books.reading.limits import MAX_CUES, Patience, too_large
from indextts.books.reading.tidy import clean
from indextts.books.reading.xml import Attributes, walk

_NUMBER: Final = re.compile(r"\d{1,9}(?:\.\d{1,9})?")
_CUES: Final = {"text": (1000.0, "start", "dur"), "p": (1.0, "t", "d")}
"""Elements that are cues: the milliseconds of their unit, and where beginning and length stand."""


class _Told:
    """Told of a document: its cues. A length that is not given, or too much, ends where the next cue begins."""

    def __init__(self, name: str, findings: Findings) -> None:
        self._name = name
        self._findings = findings
        self.cues: list[Cue] = []
        self._times: tuple[int | None, int] = (None, 0)
        self._pieces: list[str] = []
        self._number = 0

    def start(self, tag: str, attributes: Attributes) -> None:
        if tag == "br":
            self._pieces.append("\n")
        if tag not in _CUES:
            return
        unit, *names = _CUES[tag]
        begin, length = (
            round(float(written) * unit) if _NUMBER.fullmatch(written := attributes.get(one, "")) else None
            for one in names
        )
        self._times, self._pieces = (begin, length or 0), []

    def end(self, tag: str) -> None:
        if tag not in _CUES:
            return
        text = html.unescape("".join(self._pieces))  # escaped twice
        lines = [CueLine(line) for one in text.split("\n") if (line := " ".join(clean(one).split()))]
        self._pieces = []
        if not lines:
            return
        self._number += 1
        begin, length = self._times
        if begin is None:
            self._findings.add("damaged", text, str(self._number))
            return
        if self.cues and self.cues[-1].begin_ms < begin < self.cues[-1].end_ms:
            self.cues[-1].end_ms = begin
        self.cues.append(Cue(begin, begin + length, lines, str(self._number)))
        if len(self.cues) > MAX_CUES:
            too_large(self._name, f"it has more than {MAX_CUES:,} cues", f"字幕超过 {MAX_CUES:,} 条")

    def data(self, text: str) -> None:
        self._pieces.append(text)

    def close(self) -> None:
        pass


def read_timedtext(name: str, data: bytes, findings: Findings) -> list[Cue]:
    """The cues in the order of the file."""
    return walk(name, data, partial(_Told, name, findings), Patience(name)).cues
