"""SRT, WebVTT and their relatives (SubViewer, SBV): cues in blocks, each below the line with its times.

What is damaged does not end the reading: a cue whose times cannot be read is left out and named, one whose number
or empty line is missing is found by its times.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator
from typing import Final

from indextts.books.reading.captions.cue import Cue, CueLine, Findings, Timing, timing_of
from indextts.books.reading.tidy import clean, is_speakable
from indextts.platform.tables import pattern_of

_DIGITS: Final = re.compile(r"[#(]?\d{1,9}[).:]?")
_NAME: Final = re.compile(r"[0-9A-Za-z_./{}-]*\d[0-9A-Za-z_./{}-]*")
_ASIDE: Final = re.compile(r"(?:NOTE|STYLE|REGION)(?:[ \t:].*)?")
_ABOUT: Final = pattern_of(__file__, "blocks_about")
_BREAK: Final = re.compile(r"<br\s?/?>|\[br\]|\|", re.IGNORECASE)
_ENTITY: Final = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]{1,15});?")
_DASHES: Final = re.compile("[-–—‐]{1,2}")
_LANGUAGE: Final = re.compile(r"Language\s*:\s*(zh|en)\b", re.IGNORECASE)
_SOFT: Final = " "  # A line of WebVTT that has something in it, though nothing that is seen: its block goes on
_MANNER: Final = re.compile(r"(?<=.)\s?[（(\[][^（()）\[\]]{1,30}[)）\]]$")
"""What a meeting adds to a name: ``Ann (External)``."""
_MOST_SPEAKER: Final = 40


def header_language(text: str) -> str:
    """What the head of a WebVTT file says, ``zh`` or ``en``, or nothing."""
    head = text.lstrip("\ufeff")[:2000].partition("\n\n")[0].partition("-->")[0]
    match = _LANGUAGE.search(head)
    return match[1].casefold() if match else ""


def read_blocks(lines: Iterable[str], findings: Findings, *, vtt: bool) -> Iterator[Cue]:
    """The cues in the order of the file, as far as their times can be read."""
    timing: Timing | None = None
    number = ""
    count = 0
    held: list[str] = []
    for line in lines:
        plain = clean(line)
        found = timing_of(plain)
        if found is None:
            held.append(plain.strip() or (_SOFT if plain and vtt else ""))
            continue
        text, after = _parted(held, number, vtt=vtt, first=timing is None)
        if timing is not None:
            yield from _cue(timing, number or str(count), text, findings, vtt=vtt)
        elif not vtt:
            _stray(text, findings)
        count += 1
        timing, number = found, found.number or after
        held = [found.rest] if found.rest else []
    if timing is not None:
        yield from _cue(timing, number or str(count), held, findings, vtt=vtt)


def _parted(held: list[str], number: str, *, vtt: bool, first: bool) -> tuple[list[str], str]:
    """What stands between two lines of times: the text of the first one's cue, and the name of the second one's."""
    if not held or held[-1] in ("", _SOFT):
        return held, ""
    last = held[-1]
    alone = len(held) > 1 and held[-2] in ("", _SOFT)
    if alone and (vtt or _DIGITS.fullmatch(last) or _NAME.fullmatch(last)):
        return held[:-1], last if _NAME.fullmatch(last) else ""
    if first or (alone and not vtt):
        return (held[:-1], last) if _DIGITS.fullmatch(last) else (held, "")
    if _DIGITS.fullmatch(last):
        # Its empty line is missing; a lone number that does not go on with the others is what is said.
        follows = number.isdecimal() and last.isdecimal() and int(last) == int(number) + 1
        if follows or any(line.strip() for line in held[:-1]):
            return held[:-1], last
    if vtt and not first and _NAME.fullmatch(last) and len(last) >= 8 and len(held) > 1:
        return held[:-1], last
    return held, ""


def _cue(timing: Timing, number: str, held: list[str], findings: Findings, *, vtt: bool) -> Iterator[Cue]:
    lines: list[CueLine] = []
    block: list[str] = []
    for line in [*held, ""]:
        if line not in ("", _SOFT):
            block.append(line)
            continue
        if line == _SOFT and vtt:
            continue
        if block:
            _take(block, lines, findings, vtt=vtt)
            block = []
    if timing.begin_ms is None or timing.end_ms is None:
        findings.add("damaged", " ".join(line.text for line in lines), number)
        return
    if lines and timing.odd:
        findings.add("odd", lines[0].text, number)
    if lines:
        yield Cue(timing.begin_ms, timing.end_ms, lines, number)


def _take(block: list[str], lines: list[CueLine], findings: Findings, *, vtt: bool) -> None:
    """One block of what stands below a line of times."""
    if vtt and _ASIDE.fullmatch(block[0]):
        return
    if lines and (vtt or all(_DIGITS.fullmatch(line) for line in block)):
        _stray(block, findings)
        return
    lines += voiced("\n".join(line for line in block if not _ABOUT.fullmatch(line)))


def _stray(held: Iterable[str], findings: Findings) -> None:
    text = " ".join(line for line in held if line.strip() and not _ABOUT.fullmatch(line))
    if is_speakable(text):
        findings.add("stray", text)


def voiced(text: str) -> list[CueLine]:
    """The lines of a cue without what marks them up, each with the speaker whom a mark names."""
    text = pattern_of(__file__, "blocks_ruby").sub("", text) if "<r" in text or "<R" in text else text
    lines: list[CueLine] = []
    speaker = ""
    at = 0
    for match in pattern_of(__file__, "blocks_voice").finditer(text):
        _put(lines, text[at : match.start()], speaker)
        speaker = _MANNER.sub("", " ".join(html.unescape(match[1] or "").split()))[:_MOST_SPEAKER]
        at = match.end()
    _put(lines, text[at:], speaker)
    return lines


def _put(lines: list[CueLine], text: str, speaker: str) -> None:
    for line in _BREAK.sub("\n", text).split("\n"):
        plain = clean(_ENTITY.sub(_character, pattern_of(__file__, "blocks_tag").sub("", line))).strip()
        if plain and not _DASHES.fullmatch(plain):  # a dash may stand before the mark of a voice
            lines.append(CueLine(plain, speaker))


def _character(match: re.Match[str]) -> str:
    found = html.unescape(match[0])
    return found if found != match[0] or match[0].endswith(";") else match[0]
