"""Timed text as XML: TTML, its older name DFXP, and the two forms of YouTube (``timedtext`` and ``transcript``)."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from functools import partial
from typing import Final

from indextts.books.reading.captions.cue import Cue, CueLine, Findings
from indextts.books.reading.draft import Draft
from indextts.books.reading.limits import MAX_CUES, Patience, too_large
from indextts.books.reading.tidy import clean
from indextts.books.reading.xml import Attributes, walk

_CLOCK: Final = re.compile(r"(\d{1,6}):(\d{1,2}):(\d{1,2})(?:[.,](\d{1,9})|[:;](\d{1,3})(?:\.\d{1,3})?)?")
_SHORT: Final = re.compile(r"(\d{1,6}):(\d{1,2}(?:\.\d{1,9})?)")
_OFFSET: Final = re.compile(r"(\d{1,12}(?:\.\d{1,9})?)\s?(h|ms|m|s|f|t)?")
_UNITS: Final = {"h": 3_600_000.0, "m": 60_000.0, "s": 1000.0, "ms": 1.0, "": 1000.0}
_SOUNDS: Final = frozenset(("sound", "music", "lyrics"))
_MOST_SPEAKER: Final = 40
_BREAK: Final = "\u2028"
_YOUTUBE: Final = ("timedtext", "transcript")


@dataclass
class _Open:
    """An element whose end has not come yet."""

    tag: str
    begin_ms: float
    end_ms: float | None  # when it is over, ``None`` as long as nothing says so
    seq: bool  # whether what is in it comes one after the other …
    next_ms: float  # … and when the next one does
    agent: str
    unread: bool
    sound: bool


class _Told:
    """Told of a document: its cues."""

    def __init__(self, name: str, draft: Draft, findings: Findings) -> None:
        self._name = name
        self._draft = draft
        self._findings = findings
        self.cues: list[Cue] = []
        self._stack: list[_Open] = []
        self._agents: dict[str, str] = {}
        self._agent = ""
        self._frame_rate, self._multiplier, self._tick_rate = 30.0, 1.0, 0.0
        self._pieces: list[str] | None = None
        self._inner: tuple[float | None, float | None] = (None, None)
        """From when until when the words of a line are said, where only they have times."""
        self._heard: list[str] | None = None
        self._number = 0
        self._youtube = False
        self._absolute = False
        """Whether times within others count from the beginning of all, and not of those."""

    def start(self, tag: str, attributes: Attributes) -> None:
        given = {key.rpartition("}")[2].rpartition(":")[2].casefold(): value for key, value in attributes.items()}
        upper = self._stack[-1] if self._stack else _Open("", 0.0, None, False, 0.0, "", False, False)
        if tag == "tt":
            self._rates(given)
        if not self._stack and tag in _YOUTUBE:
            self._youtube = True
        if self._youtube and tag in ("p", "text"):
            tag, given = "p", _as_ttml(tag, given)
        if tag == "agent":
            self._agent = given.get("id", "")
        if tag in ("title", "name", "desc"):
            self._heard = []
        own = self._opened(tag, given, upper)
        self._stack.append(own)
        if tag == "p":
            self._pieces, self._inner = [], (None, None)
        elif tag == "br":
            self._say(_BREAK)
        elif tag == "span" and self._pieces is not None and ("begin" in given or "end" in given):
            first, last = self._inner
            self._inner = (
                own.begin_ms if first is None else min(first, own.begin_ms),
                own.end_ms if last is None or own.end_ms is None else max(last, own.end_ms),
            )

    def _opened(self, tag: str, given: dict[str, str], upper: _Open) -> _Open:
        base = upper.next_ms if upper.seq else upper.begin_ms
        begin, end = self._time(given.get("begin")), self._time(given.get("end"))
        length = self._time(given.get("dur", given.get("duration")))
        if begin and base and upper.end_ms is not None and begin >= base and base + begin >= upper.end_ms:
            self._absolute = True  # against the rules, as some shops write it
        base = 0.0 if self._absolute and begin is not None else base
        begin_ms = base + (begin or 0.0)
        if tag in ("p", "span", "div", "body") and self._is_bad(given):
            begin_ms = float("nan")
        ends = [end + (0.0 if self._absolute else upper.begin_ms)] if end is not None else []
        ends += [begin_ms + length] if length is not None else []
        end_ms = min(ends) if ends else upper.end_ms
        role = given.get("role", "").casefold()
        return _Open(
            tag,
            begin_ms,
            end_ms,
            given.get("timecontainer") == "seq",
            begin_ms,
            given.get("agent", upper.agent),
            upper.unread or tag in ("metadata", "head") or given.get("ruby") in ("text", "textContainer", "delimiter"),
            upper.sound or bool(set(role.split()) & _SOUNDS),
        )

    def end(self, tag: str) -> None:
        if not self._stack:
            return
        own = self._stack.pop()
        tag = own.tag
        upper = self._stack[-1] if self._stack else None
        if upper is not None and upper.seq and own.tag in ("p", "div", "span") and own.end_ms is not None:
            upper.next_ms = own.end_ms
        if tag == "p" and self._pieces is not None:
            self._close(own)
            self._pieces = None
        if tag in ("title", "name", "desc") and self._heard is not None:
            said = " ".join("".join(self._heard).split())
            if tag == "title" and said and not self._draft.title:
                self._draft.title = said
            elif tag == "name" and said and self._agent:
                self._agents[self._agent] = said[:_MOST_SPEAKER]
            self._heard = None

    def _close(self, own: _Open) -> None:
        text = "".join(self._pieces or ())
        if self._youtube:
            text = html.unescape(text)  # it is escaped twice
        lines = [" ".join(clean(line).split()) for line in text.split(_BREAK)]
        speaker = self._agents.get(own.agent, "")
        kept = [CueLine(line, speaker) for line in lines if line]
        if not kept:
            return
        self._number += 1
        if own.sound:
            kept = [CueLine(f"[{line.text.strip('[]')}]", line.speaker) for line in kept]
        begin, end = own.begin_ms, own.end_ms
        first, last = self._inner
        if first is not None and (end is None or begin == 0.0):
            begin, end = max(first, begin), last if end is None else end
        if begin != begin or end is None:
            self._findings.add("damaged", text, str(self._number))
            return
        if self._youtube and self.cues and self.cues[-1].begin_ms < begin < self.cues[-1].end_ms:
            self.cues[-1].end_ms = round(begin)  # a line stays in sight while the next one is said
        self.cues.append(Cue(round(begin), round(end), kept, str(self._number)))
        if len(self.cues) > MAX_CUES:
            too_large(self._name, f"it has more than {MAX_CUES:,} cues", f"字幕超过 {MAX_CUES:,} 条")

    def data(self, text: str) -> None:
        if self._heard is not None:
            self._heard.append(text)
        elif not self._stack or not self._stack[-1].unread:
            self._say(text)

    def _say(self, text: str) -> None:
        if self._pieces is not None:
            self._pieces.append(text)

    def close(self) -> None:
        pass

    def _rates(self, given: dict[str, str]) -> None:
        self._frame_rate = _number(given.get("framerate", ""), 30.0)
        top, _, bottom = given.get("frameratemultiplier", "1 1").replace(":", " ").partition(" ")
        self._multiplier = _number(top, 1.0) / _number(bottom, 1.0)
        self._tick_rate = _number(given.get("tickrate", ""), 0.0)

    def _is_bad(self, given: dict[str, str]) -> bool:
        return any(name in given and self._time(given[name]) is None for name in ("begin", "end", "dur"))

    def _time(self, written: str | None) -> float | None:
        """Milliseconds."""
        written = (written or "").strip()
        frame_ms = 1000.0 / (self._frame_rate * self._multiplier)
        if match := _CLOCK.fullmatch(written):
            whole = (int(match[1]) * 60 + int(match[2])) * 60 + int(match[3])
            part = float(f"0.{match[4]}") * 1000 if match[4] else int(match[5]) * frame_ms if match[5] else 0.0
            return whole * 1000 + part
        if match := _SHORT.fullmatch(written):
            return int(match[1]) * 60_000 + float(match[2]) * 1000
        if match := _OFFSET.fullmatch(written):
            value, unit = float(match[1]), match[2] or ""
            if unit == "f":
                return value * frame_ms
            if unit == "t":
                return value * 1000 / (self._tick_rate or self._frame_rate * self._multiplier)
            return value * _UNITS[unit]
        return None


def _as_ttml(tag: str, given: dict[str, str]) -> dict[str, str]:
    """A line's times of YouTube, milliseconds of ``p`` and seconds of ``text``, under the names of TTML."""
    names, unit = (("t", "d"), "ms") if tag == "p" else (("start", "dur"), "s")
    return {to: f"{given[name]}{unit}" for name, to in zip(names, ("begin", "dur"), strict=True) if name in given}


def _number(written: str, otherwise: float) -> float:
    try:
        value = float(written)
    except ValueError:
        return otherwise
    return value if 0.001 <= value <= 1e9 else otherwise


def read_ttml(name: str, data: bytes, draft: Draft, findings: Findings) -> list[Cue]:
    """The cues in the order of the file."""
    return walk(name, data, partial(_Told, name, draft, findings), Patience(name)).cues
