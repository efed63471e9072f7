"""Subtitles and lyrics: SRT, WebVTT, ASS, SubViewer, SBV, MicroDVD, MPL2, LRC, TTML and YouTube's XML.

A cue is a line with its times.

What a person should know of how a file was read (cues left out, sounds that are not said …) stands in the warnings.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

from indextts.books.model import SubtitleChoice
from indextts.books.reading.captions.ass import read_ass, title_of
from indextts.books.reading.captions.blocks import header_language, read_blocks
from indextts.books.reading.captions.cue import Cue, Findings, timing_of
from indextts.books.reading.captions.lines import is_frames, is_lyrics, other_form, read_frames, read_lyrics, respelled
from indextts.books.reading.captions.said import spoken
from indextts.books.reading.captions.ttml import read_ttml
from indextts.books.reading.draft import Draft
from indextts.books.reading.limits import MAX_CUES, Patience, too_large, unreadable
from indextts.books.reading.tidy import is_speakable, lines_of

SUBTITLE_ENDINGS: Final = {
    ".srt": "srt", ".vtt": "vtt", ".ass": "ass", ".ssa": "ass", ".sbv": "srt", ".sub": "srt", ".lrc": "lrc",
    ".ttml": "ttml", ".dfxp": "ttml", ".json3": "json3", ".jss": "jacosub",
}  # fmt: skip
"""The form that the ending of a name tells, where the content does not."""
_LOOKED_AT: Final = 12  # lines at the beginning among which the first one with times stands
_EVENTS: Final = ("Dialogue:", "Comment:", "Style:")  # what a line of ASS that becomes an object begins with
_TTML: Final = re.compile(r"<(?:(?:[a-zA-Z0-9_-]{1,20}:)?tt|timedtext|transcript)[\s>]")
_MOST: Final = 6 << 20
_LONGEST: Final = 3000  # characters of a line
_MOST_LINES: Final = 200
_MOST_OF_A_CUE: Final = 6000  # characters of a cue
_WORD_TIMES: Final = re.compile(r"<(?:\d{1,3}:)?\d{2}:\d{2}\.\d{3}>")


def form_of(text: str) -> str:
    """``srt``, ``ass``, ``vtt``, ``ttml``, ``lrc`` or ``frames``, where a text looks like one."""
    head = text[:4000].lstrip("\ufeff \r\n\t").replace("\r\n", "\n").replace("\r", "\n")
    if head.startswith("[Script Info]") or head.startswith("[V4"):
        return "ass"
    if head.startswith("WEBVTT"):
        return "vtt"
    if head.startswith("<"):
        return "ttml" if _TTML.search(head) and "<html" not in head.casefold() else ""
    if other := other_form(head):
        return other
    if _begins_with_times(head):
        return "srt"
    if is_frames(head):
        return "frames"
    return "lrc" if is_lyrics(head) else ""


def _begins_with_times(head: str) -> bool:
    lines = [line.strip() for line in head.split("\n") if line.strip()][:_LOOKED_AT]
    for number, line in enumerate(lines):
        timing = timing_of(line)
        if timing is not None:
            return timing.begin_ms is not None or "-->" in line
        if number > 0 and not line.startswith("["):
            return False  # only its number, or a head, stands above the first time
        if number == 0 and not (line.isdecimal() or line.startswith("[")):
            return False
    return False


def read_subtitles(name: str, text: str, form: str, choice: SubtitleChoice | None = None) -> Draft:
    """One chapter with ``timed`` for each cue; names of speakers, where the file has them, as its quotations."""
    draft, findings, patience = Draft(), Findings(), Patience(name)
    form, text = respelled(name, form, text) if len(text) <= _MOST else (form, text)
    if form == "ttml":
        # With a mark before it, whatever encoding it declares: it is decoded already.
        cues = read_ttml(name, ("\ufeff" + text.lstrip("\ufeff")).encode("utf-8", "replace"), draft, findings)
    else:
        _check(name, text, form)
        cues = _cues(_watched(text, patience), text, form, draft, findings)
        if len(cues) > MAX_CUES:
            _too_many(name, len(cues))
    for cue in cues:
        size = len(cue.text)
        if len(cue.lines) > _MOST_LINES or size > _MOST_OF_A_CUE:
            unreadable(name, f"its cue {cue.number} is longer than a page", f"第 {cue.number} 条字幕比一页还长")
        for line in cue.lines:
            line.text = " ".join(line.text.split())
        patience.earn(size)
    chapter = spoken(
        cues, findings, choice or SubtitleChoice(), patience, rolls=form == "vtt" and bool(_WORD_TIMES.search(text))
    )
    draft.warnings += findings.warnings()
    if not is_speakable(chapter.text):
        unreadable(name, *_why(cues, findings))
    draft.add(chapter)
    return draft


def _watched(text: str, patience: Patience) -> Iterator[str]:
    """Its lines, as long as reading them takes no longer than it may."""
    for line in lines_of(text):
        patience.element()
        yield line


def _cues(lines: Iterable[str], text: str, form: str, draft: Draft, findings: Findings) -> list[Cue]:
    if form == "ass":
        draft.title = title_of(text)
        return read_ass(lines, findings)
    if form == "lrc":
        return read_lyrics(lines, draft, findings)
    if form == "frames":
        return read_frames(lines, draft, findings)
    if form == "vtt":
        draft.language = header_language(text)
    return list(read_blocks(lines, findings, vtt=form == "vtt"))


def _check(name: str, text: str, form: str) -> None:
    if form == "ass":
        marks = sum(text.count(mark) for mark in _EVENTS)
    elif form in ("lrc", "frames"):
        marks = text.count("\n") + text.count("][")
    else:
        marks = max(text.count("-->"), text.count("->"))
    if marks > MAX_CUES or len(text) > _MOST:
        _too_many(name, marks)
    if any(len(line) > _LONGEST for line in lines_of(text)):
        unreadable(name, "one of its lines is no line of subtitles", "其中有一行不是字幕")


def _too_many(name: str, count: int) -> None:
    too_large(
        name, f"it has {count:,} cues, and {MAX_CUES:,} is the most", f"共 {count:,} 条字幕，最多 {MAX_CUES:,} 条"
    )


def _why(cues: list[Cue], findings: Findings) -> tuple[str, str]:
    """Why nothing is left to say."""
    if cues:
        return "none of its subtitles has words to say", "其中没有一条字幕有可读的文字"
    if findings.warnings():
        return "none of its subtitles has times that can be read", "其中没有一条字幕的时间可以读取"
    return "it has no subtitles", "其中没有字幕"
