"""Forms that have a cue on each line: LRC (lyrics), MicroDVD and MPL2; TMPlayer and JACOsub, which become these."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from typing import Final

from indextts.books.reading.captions.blocks import voiced
from indextts.books.reading.captions.cue import Cue, CueLine, Findings
from indextts.books.reading.captions.said import lasts_ms
from indextts.books.reading.draft import Draft
from indextts.books.reading.limits import notice, unreadable
from indextts.books.reading.tidy import clean, is_speakable
from indextts.platform.tables import pattern_of

_TIME: Final = r"\d{1,4}:\d{1,2}(?:[.:]\d{1,3})?"
_TIMES: Final = re.compile(rf"\s*((?:\[\s*-?{_TIME}\s*\]\s*){{1,60}})")
_TAG: Final = re.compile(r"\[\s*([a-zA-Z#_]{1,20})\s*:(.{0,400})\]\s*")
_FRAMES: Final = re.compile(r"\s*\{\s*(\d{1,9})\s*\}\s*\{\s*(\d{0,9})\s*\}(.*)")
_TENTHS: Final = re.compile(r"\s*\[\s*(\d{1,9})\s*\]\s*\[\s*(\d{0,9})\s*\](.*)")
_STYLE: Final = re.compile(r"\{[a-zA-Z]:[^{}]{0,60}\}")
_SLANTED: Final = re.compile(r"(^|\|)\s*/")
_TMPLAYER: Final = re.compile(r"\s*(\d{1,2}):([0-5]\d):([0-5]\d)(?:,\d)?[:=](?=\s*[^\s\d])(.*)")
_JACOSUB: Final = pattern_of(__file__, "lines_jacosub")
_CODES: Final = re.compile(r"\{[^{}]{0,200}\}|\\[biuNBIUD]|^#.*")
_USUAL_RATE: Final = 24_000 / 1001
_LONGEST_MS: Final = 10_000  # A line of a song is not said longer, whatever the music does after it


def is_lyrics(head: str) -> bool:
    """Whether a text looks like LRC, whatever its name: lines with hundredths, not a log with the time of day."""
    lines = [line for line in head.split("\n")[:60] if line.strip()]
    timed = [match[1] for line in lines if (match := _TIMES.match(line))]
    tags = sum(_TAG.fullmatch(line.strip()) is not None for line in lines)
    fine = sum("." in one or one.count(":") > one.count("[") for one in timed)
    return (fine > 1 or (fine == 1 and tags > 0)) and fine + tags > len(lines) // 2


def is_frames(head: str) -> bool:
    """Whether a text looks like MicroDVD or MPL2."""
    lines = [line for line in head.split("\n")[:20] if line.strip()]
    found = sum(bool(_FRAMES.fullmatch(line) or _TENTHS.fullmatch(line)) for line in lines)
    return found > 0 and found * 2 > len(lines)


def other_form(head: str) -> str:
    """``json3`` (YouTube's), ``tmplayer`` or ``jacosub``, where a text looks like one; else nothing."""
    if head.startswith("{"):
        return "json3" if re.search(r'"(?:wireMagic|events)".{0,3000}"tStartMs"', head, re.DOTALL) else ""
    lines = [line for line in head.split("\n")[:20] if line.strip() and not line.startswith("#")]
    forms = (("tmplayer", _TMPLAYER), ("jacosub", _JACOSUB))
    return next((form for form, one in forms if sum(map(bool, map(one.fullmatch, lines))) * 2 > max(2, len(lines))), "")


def respelled(name: str, form: str, text: str) -> tuple[str, str]:
    """A text of one of these forms as LRC or MPL2, and what it is now; any other as it is."""
    if form == "tmplayer":  # 00:01:02:text
        found = map(_TMPLAYER.fullmatch, text.split("\n"))
        spelled = (f"[{int(one[1]) * 60 + int(one[2])}:{one[3]}]{one[4].replace('|', ' ')}" for one in found if one)
        return "lrc", "\n".join(spelled)
    if form == "jacosub":
        return "frames", "\n".join(map(_as_tenths, text.split("\n")))
    if form != "json3":
        return form, text
    try:
        said = [
            (int(one["tStartMs"]), int(one.get("dDurationMs", 0)), words)
            for one in json.loads(text)["events"]
            if (words := " ".join("".join(part.get("utf8", "") for part in one.get("segs", ())).split()))
        ]
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        unreadable(name, "it is no JSON of subtitles", "它不是 JSON 字幕")
    # A caption that rolls stays below the next one; it is said until then.
    ends = [*(begin for begin, _, _ in said[1:]), 1 << 40]
    rows = zip(said, ends, strict=True)
    return "frames", "\n".join(
        f"[{begin // 100}][{max(begin, min(begin + lasts, end)) // 100}]{words}" for (begin, lasts, words), end in rows
    )


def _as_tenths(line: str) -> str:
    """A line of JACOsub, which counts thirtieths of a second and has codes in its text, as one of MPL2."""
    match = _JACOSUB.fullmatch(line)
    if not match:
        return _CODES.sub("", line)
    begin, end = (
        (int(match[at]) * 3600 + int(match[at + 1]) * 60 + int(match[at + 2])) * 10 + int(match[at + 3]) // 3
        for at in (1, 5)
    )
    return f"[{begin}][{end}]{_CODES.sub('', match[9]).replace(chr(92) + 'n', '|').replace('~', ' ')}"


def read_lyrics(lines: Iterable[str], draft: Draft, findings: Findings) -> list[Cue]:
    """The lines of a song in the order of their times; what the file says of itself goes into ``draft``."""
    found: list[tuple[int, str]] = []
    offset = 0
    for line in lines:
        line = clean(line)
        if match := _TIMES.match(line):
            text = pattern_of(__file__, "lines_word_time").sub("", line[match.end() :]).strip()
            found += [(_of_song(one), text) for one in pattern_of(__file__, "lines_one_time").finditer(match[1])]
        elif tag := _TAG.fullmatch(line.strip()):
            offset = _about(draft, tag[1].casefold(), tag[2].strip(), offset)
        elif is_speakable(line):
            findings.add("stray", line)
    found = sorted(((max(0, at - offset), text) for at, text in found), key=lambda one: one[0])
    cues: list[Cue] = []
    for number, (at, text) in enumerate(found):
        after = next((begin for begin, _ in found[number + 1 : number + 9] if begin > at), None)
        end = at + lasts_ms(text) if after is None else min(after, at + max(_LONGEST_MS, lasts_ms(text)))
        if text:
            cues.append(Cue(at, end, [CueLine(text)], ""))
    return cues


def _about(draft: Draft, name: str, value: str, offset: int) -> int:
    if name == "offset" and re.fullmatch(r"[+-]?\d{1,7}", value):
        return int(value)
    if value and name == "ti":
        draft.title = value
    elif value and name == "ar":
        draft.author = value
    elif value and name == "al":
        draft.metadata["series"] = value
    return offset


def _of_song(match: re.Match[str]) -> int:
    part = match[4] or ""
    at = (int(match[2]) * 60 + int(match[3])) * 1000 + (round(int(part) * 1000 / 10 ** len(part)) if part else 0)
    return -at if match[1] else at


def read_frames(lines: Iterable[str], draft: Draft, findings: Findings) -> list[Cue]:
    """The cues of MicroDVD, whose times are frames, or of MPL2, whose times are tenths of a second."""
    rate = 0.0
    cues: list[Cue] = []
    number = 0
    for line in lines:
        line = clean(line)
        match, tenths = _FRAMES.fullmatch(line), False
        if match is None:
            match, tenths = _TENTHS.fullmatch(line), True
        if match is None:
            if is_speakable(line) and not line.startswith("{DEFAULT}"):
                findings.add("stray", line)
            continue
        begin, end, text = int(match[1]), int(match[2] or -1), match[3]
        given = pattern_of(__file__, "lines_rate").fullmatch(text)
        if (
            not tenths
            and not cues
            and begin <= 1
            and end <= 1
            and given
            and 5 < float(given[1].replace(",", ".")) < 200
        ):
            rate = float(given[1].replace(",", "."))
            continue
        number += 1
        if not tenths and not rate:
            rate = _USUAL_RATE
            draft.warnings.append(notice("no_rate"))
        unit = 100.0 if tenths else 1000.0 / rate
        parts = voiced(_SLANTED.sub(r"\1", _STYLE.sub("", text)))
        if parts:
            at = round(begin * unit)
            open_end = at + lasts_ms(" ".join(one.text for one in parts))
            cues.append(Cue(at, open_end if end < 0 else round(end * unit), parts, str(number)))
    return cues
