"""SRT, ASS and WebVTT: every cue is a line with its times."""

from __future__ import annotations

import re
from typing import Final

import pysubs2

from indextts.books.model import Chapter, Quotation, Timed
from indextts.books.reading.draft import Draft
from indextts.books.reading.limits import MAX_CUES, too_large, unreadable
from indextts.books.reading.tidy import clean, is_speakable, joined, lines_of

_SRT: Final = re.compile(r"\s*(?:\d+[ \t]*\n)?[ \t]*\d{1,3}:\d{2}:\d{2}[,.]\d{1,3}[ \t]*-->")
_TAG: Final = re.compile(r"</?[a-zA-Z][^<>]{0,200}>|\{\\[^{}]{0,400}\}|[♪♫♬]")
_VOICE: Final = re.compile(r"<v(?:\.[^\s<>]{0,40})? ([^<>]{1,60})>")
_EVENTS: Final = ("Dialogue:", "Comment:", "Style:")
"""What a line of ASS that becomes an object begins with."""
_MOST: Final = 6 << 20
_LONGEST: Final = 3000
"""Characters of a line."""
_ZERO_LENGTH: Final = ("A cue that ends before it begins was left out.", "有字幕的结束时间早于开始时间，已略去。")


def form_of(text: str) -> str:
    """``srt``, ``ass`` or ``vtt``, where a text looks like one."""
    head = text[:4000].lstrip("\ufeff \r\n\t").replace("\r\n", "\n").replace("\r", "\n")
    if head.startswith("[Script Info]") or head.startswith("[V4"):
        return "ass"
    if head.startswith("WEBVTT"):
        return "vtt"
    return "srt" if _SRT.match(head) else ""


def read_subtitles(name: str, text: str, form: str) -> Draft:
    """One chapter with ``timed`` for each cue; names of speakers, where the file has them, as its quotations."""
    marks = text.count("-->") if form != "ass" else sum(text.count(mark) for mark in _EVENTS)
    if marks > MAX_CUES or len(text) > _MOST:
        too_large(
            name, f"it has {marks:,} cues, and {MAX_CUES:,} is the most", f"共 {marks:,} 条字幕，最多 {MAX_CUES:,} 条"
        )
    if any(len(line) > _LONGEST for line in lines_of(text)):
        unreadable(name, "one of its lines is no line of subtitles", "其中有一行不是字幕")
    if form == "vtt":
        text = _VOICE.sub(r"{\\v \1}", text)
    try:
        found = pysubs2.SSAFile.from_string(text, format_=form)
    except Exception:  # What its readers raise is not named anywhere.
        unreadable(name, "its subtitles are damaged", "字幕内容已损坏")
    draft = Draft()
    lines: list[str] = []
    timed: list[Timed] = []
    quotations: list[Quotation] = []
    at = 0
    for event in sorted(found.events, key=lambda event: (event.start, event.end)):
        if event.is_comment or event.is_drawing:
            continue
        said = _VOICE_MARK.search(event.text)
        speaker = (event.name or (said[1] if said else "")).strip()
        line = ""
        for part in _TAG.sub("", event.plaintext).split("\n"):
            line = joined(line, clean(part).strip())
        if not is_speakable(line):
            continue
        if event.end <= event.start or event.start < 0:
            if _ZERO_LENGTH not in draft.warnings:
                draft.warnings.append(_ZERO_LENGTH)
            continue
        timed.append(Timed(at, at + len(line), event.start / 1000, event.end / 1000))
        if speaker:
            quotations.append(Quotation(at, at + len(line), clean(speaker)[:40], source="file"))
        lines.append(line)
        at += len(line) + 1
    title = found.info.get("Title", "") if form == "ass" else ""
    draft.title = "" if title.casefold().startswith(("default", "untitled")) else title
    draft.add(Chapter("", "\n".join(lines), timed=tuple(timed), quotations=tuple(quotations)))
    return draft


_VOICE_MARK: Final = re.compile(r"\{\\v ([^{}]{1,60})\}")
