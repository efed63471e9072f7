"""A cue of subtitles, its times as people write them, and what a person should know of how a file was read."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from indextts.books.reading.tidy import one_line
from indextts.platform.tables import pattern_of, tables_beside

_POINTS: Final = re.compile(r"([-−]?\d+)\.(\d+)\.(\d+)(?=[.,:;]\d)")
_STAMP: Final = pattern_of(__file__, "cue_stamp")
_EXACT: Final = re.compile(r"\d[:.]\d{1,3}[:.]\d|[.,]\d")  # finer than the time of a day
_GAP: Final = re.compile(r"(?<=[\d:.,;])[ \t]+(?=[:.,;])|(?<=[:.,;])[ \t]+(?=\d)")
_TIMING: Final = pattern_of(__file__, "cue_timing")
_ARROW: Final = re.compile(r"[-–—=−]\s?>|→|⇒")
_ARROW_ONLY: Final = re.compile(r"--\s?>")  # no text has it
_DIGIT: Final = re.compile(r"\d")
_TIME_IN: Final = re.compile(r"\d\s?[:.]\s?\d")
_FRAMES: Final = 25  # in a second, where a file counts frames and does not say how many: 00:00:01:12
_SHOWN: Final = 4  # Examples in a warning …
_LONG: Final = 24  # … and characters of each


@dataclass(slots=True)
class CueLine:
    """A line of a cue."""

    text: str
    speaker: str = ""  # where the file's own grammar names one


@dataclass(slots=True)
class Cue:
    """What is shown from ``begin_ms`` to ``end_ms``."""

    begin_ms: int
    end_ms: int
    lines: list[CueLine]
    number: str = ""  # as the file has it

    @property
    def text(self) -> str:
        """All of its lines as one."""
        return " ".join(line.text for line in self.lines if line.text)


class Timing(NamedTuple):
    """A line of times."""

    begin_ms: int | None  # ``None``: it cannot be read
    end_ms: int | None
    odd: bool  # they are not as they should be, and were read all the same
    number: str
    rest: str  # what stands behind them and is no setting


def timing_of(line: str) -> Timing | None:
    """The times in a line of ``… --> …``, or what people write for it; ``None`` where it is no such line."""
    if not _DIGIT.search(line):
        return None
    plain = unicodedata.normalize("NFKC", line)
    if not _TIME_IN.search(plain):
        return None
    match = _TIMING.match(_GAP.sub("", plain).strip())
    # Without an arrow two times of a day may be what is said: 10:30-11:45.
    exact = match and _EXACT.search(match["begin"]) and _EXACT.search(match["end"])
    if match and (exact or _ARROW.search(match["arrow"]) or ">" in match["arrow"]):
        begin, odd = _milliseconds(match["begin"])
        end, odd_too = _milliseconds(match["end"])
        rest = _GAP.sub("", plain).strip()[match.end() :]
        while setting := pattern_of(__file__, "cue_setting").match(rest):
            rest = rest[setting.end() :]
        # Other signs in the place of the arrow are what people write, too.
        return Timing(begin, end, odd or odd_too, match["number"] or "", rest.strip())
    damaged = _ARROW_ONLY.search(plain) or (_ARROW.search(plain) and len(_EXACT.findall(plain)) > 1)
    return Timing(None, None, True, "", "") if damaged else None


def milliseconds(stamp: str) -> int | None:
    """A time as people write it; ``None`` where it cannot be read."""
    plain = _POINTS.sub(r"\1:\2:\3", _GAP.sub("", unicodedata.normalize("NFKC", stamp)).strip())
    return _milliseconds(plain)[0] if _STAMP.fullmatch(plain) else None


def _milliseconds(stamp: str) -> tuple[int, bool]:
    match = _STAMP.fullmatch(_POINTS.sub(r"\1:\2:\3", stamp))
    assert match is not None  # the pattern of a line's times is narrower
    hours, minutes, seconds = int(match["hours"] or 0), int(match["minutes"]), int(match["seconds"])
    part, odd = match["part"] or "", seconds > 59 or (match["hours"] is not None and minutes > 59)
    thousandths = round(int(part) * 1000 / 10 ** len(part)) if part else 0
    if match["mark"] in (":", ";") and len(part) == 2:
        odd = True
        if int(part) < _FRAMES:
            thousandths = int(part) * 1000 // _FRAMES
    whole = ((hours * 60 + minutes) * 60 + seconds) * 1000 + thousandths
    return (-whole if match["minus"] else whole), odd


@dataclass
class Findings:
    """What was found out of the ordinary in a file, by what it is: the places, and how many there are."""

    _examples: dict[str, list[tuple[str, str]]] = field(default_factory=dict)
    _counts: dict[str, int] = field(default_factory=dict)

    def add(self, kind: str, text: str, number: str = "") -> None:
        """``kind`` is one of the sentences; ``number`` is that of the cue."""
        self._counts[kind] = self._counts.get(kind, 0) + 1
        examples = self._examples.setdefault(kind, [])
        short = one_line(text, _LONG)
        if len(examples) < _SHOWN and (number, short) not in examples:
            examples.append((number, short))

    def take(self, other: Findings) -> None:
        """What another one has found of kinds that this one has not."""
        self._examples |= other._examples
        self._counts |= other._counts

    def warnings(self) -> list[tuple[str, str]]:
        """A sentence for each kind, in English and Chinese."""
        return [
            (english.format(_listed(examples, count, "en")), chinese.format(_listed(examples, count, "zh")))
            for kind, (english, chinese) in tables_beside(__file__, "tables.yaml")["told"].items()
            if (examples := self._examples.get(kind)) and (count := self._counts[kind])
        ]


def _listed(examples: list[tuple[str, str]], count: int, language: str) -> str:
    if language == "zh":
        named = "、".join(f"第 {number} 条“{text}”" if number else f"“{text}”" for number, text in examples)
        return f"{named}等 {count} 处" if count > len(examples) else named
    named = ", ".join(f"{number} “{text}”" if number else f"“{text}”" for number, text in examples)
    return f"{named} and others, {count} in all" if count > len(examples) else named
