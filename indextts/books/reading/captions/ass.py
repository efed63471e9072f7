"""ASS and SSA: what is said of their events, without effects, signs, karaoke and repeated layers."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from indextts.books.reading.captions.cue import Cue, CueLine, Findings, milliseconds
from indextts.books.reading.tidy import clean, is_speakable
from indextts.platform.tables import members, pattern_of

_FIELDS: Final = ("layer", "start", "end", "style", "name", "marginl", "marginr", "marginv", "effect", "text")
_OVERRIDE: Final = re.compile(r"\{([^{}]{0,2900})\}")
_DRAWING: Final = re.compile(r"\\p(\d)")
_BREAK: Final = re.compile(r"\\[Nn]|<br\s?/?>")
_KARAOKE: Final = re.compile(r"\\[kK][fo]?\d")
_PLACED: Final = re.compile(r"\\(?:pos|move|org|i?clip)\(")
_TURNED: Final = re.compile(r"\\(?:t\(|fr[xyz]?-?\d|fa[xy]|move\(|i?clip\()")
_EFFECT: Final = re.compile(r"fx|karaoke|kara|code|template|banner|scroll", re.IGNORECASE)
_TITLE: Final = re.compile(r"^Title[ \t]*:[ \t]*(.*)$", re.MULTILINE | re.IGNORECASE)
_MOST_SPEAKER: Final = 40
_TOUCH_MS: Final = 20


@dataclass
class _Event:
    """A line ``Dialogue:``."""

    cue: Cue
    style: str
    effect: str
    tags: str


def title_of(text: str) -> str:
    """What the file calls itself."""
    match = _TITLE.search(text[:20_000])
    title = match[1].strip() if match else ""
    return "" if title.casefold().startswith(("default", "untitled")) else title


def read_ass(lines: Iterable[str], findings: Findings) -> list[Cue]:
    """The cues that are said, in the order of the file."""
    events = _events(lines, findings)
    free = [event for event in events if not _PLACED.search(event.tags)]
    # Where most is placed by hand, that says nothing.
    usual = free if len(free) * 2 >= len(events) else events
    styles = Counter(event.style for event in usual)
    main = styles.most_common(1)[0][0] if styles else ""
    # A style in which most is written is no sign, whatever it is called.
    much = {style for style, count in styles.items() if count * 2 > len(events)}
    own = Findings()
    kept: list[Cue] = []
    for event in events:
        if _is_effect(event, main, much):
            own.add("effects", event.cue.text, event.cue.number)
        else:
            kept.append(event.cue)
    if not any(is_speakable(cue.text) for cue in kept):
        return [event.cue for event in events]
    findings.take(own)
    return _still(kept)


def _events(lines: Iterable[str], findings: Findings) -> list[_Event]:
    names: tuple[str, ...] = _FIELDS
    events: list[_Event] = []
    in_events = False
    number = 0
    for line in lines:
        line = line.strip()
        kind, _, rest = line.partition(":")
        if line.startswith("["):
            in_events = line.casefold().startswith("[events")
        elif kind == "Format" and in_events:
            given = tuple(one.strip().casefold() for one in rest.split(","))
            names = given if {"start", "end", "text"} <= set(given) else names
        elif kind == "Comment":
            number += 1
            values = rest.split(",", len(names) - 1)
            event = _event(dict(zip(names, values, strict=False)), "") if len(values) == len(names) else None
            if event is not None and event.cue.end_ms > event.cue.begin_ms and not _EFFECT.search(event.effect):
                findings.add("comments", event.cue.text)
        elif kind == "Dialogue":
            number += 1
            values = rest.split(",", len(names) - 1)
            event = _event(dict(zip(names, values, strict=False)), str(number)) if len(values) == len(names) else None
            if event is None:
                findings.add("damaged", _written(values[-1])[0], str(number))
            elif event.cue.lines:
                events.append(event)
    return events


def _event(fields: dict[str, str], number: str) -> _Event | None:
    begin, end = milliseconds(fields["start"]), milliseconds(fields["end"])
    if begin is None or end is None:
        return None
    plain, tags = _written(fields["text"])
    name = clean(fields.get("name", fields.get("actor", ""))).strip()
    speaker = "" if name.casefold() in members(__file__, "no_actors") else name[:_MOST_SPEAKER]
    lines = [CueLine(line, speaker) for one in plain.split("\n") if (line := clean(one).strip())]
    return _Event(Cue(begin, end, lines, number), fields.get("style", "").strip(), fields.get("effect", ""), tags)


def _written(text: str) -> tuple[str, str]:
    """What is shown of a text, and its tags; what is drawn is no text."""
    pieces: list[str] = []
    tags: list[str] = []
    drawing = False
    at = 0
    for match in _OVERRIDE.finditer(text):
        if not drawing:
            pieces.append(text[at : match.start()])
        at = match.end()
        for level in _DRAWING.findall(match[1]):
            drawing = level != "0"
        tags.append(match[1])
    if not drawing:
        pieces.append(text[at:])
    return _BREAK.sub("\n", "".join(pieces)).replace("\\h", " "), "".join(tags)


def _is_effect(event: _Event, main: str, much: set[str]) -> bool:
    if _EFFECT.search(event.effect) or _KARAOKE.search(event.tags):
        return True
    if pattern_of(__file__, "ass_sign").search(event.style) and event.style not in much:
        return True
    placed = _PLACED.search(event.tags) is not None
    return placed and (event.style != main or _TURNED.search(event.tags) is not None or len(event.cue.text) < 3)


def _still(cues: list[Cue]) -> list[Cue]:
    """What is shown picture by picture, each with the same words, is one cue."""
    kept: list[Cue] = []
    open_until: dict[str, Cue] = {}
    for cue in sorted(cues, key=lambda cue: (cue.begin_ms, cue.end_ms)):
        before = open_until.get(cue.text)
        if before is not None and abs(cue.begin_ms - before.end_ms) <= _TOUCH_MS and cue.end_ms > cue.begin_ms:
            before.end_ms = cue.end_ms
            continue
        kept.append(cue)
        open_until[cue.text] = cue
    return kept
