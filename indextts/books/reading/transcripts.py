r"""Talks written down with times, as recorders, meetings and video sites give them, and talks between tags.

read_transcript("talk.txt", "Mark Lee  00:01\nHow early?\n\nAnn Other  00:09\nIn October.\n")
is_tagged("<Person1>Hello.</Person1>\n<Person2>Hi.</Person2>")

Times are not read; who speaks is, where the line of the time names somebody. What stands above the first time is off.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from indextts.books.model import Chapter, Quotation
from indextts.books.reading.draft import Draft
from indextts.books.reading.limits import notice
from indextts.books.reading.tidy import as_text, is_speakable, joined
from indextts.platform.tables import members, pattern_of
from indextts.voices.directions import BRACKETS, cue, quiet
from indextts.voices.labels import is_narrator

NAME: Final = r"[^\W\d_][^:：，。！？；,;!?\[\]()（）<>\n]{0,38}?"
"""A name of who speaks, of a person or as a program calls one."""
_STAMP: Final = pattern_of(__file__, "transcripts_stamp", "forms.yaml")
_SOUND: Final = re.compile(r"[\[(（【][^\[\]()（）【】]{1,24}[\])）】]")
_SPEAKER: Final = re.compile("speaker|host|说话人|发言人|讲话人|主讲|主持", re.IGNORECASE)
"""How a program calls the only one who speaks."""
_FEWEST: Final = 2
_FEWEST_ALONE: Final = 3  # times of a talk that names who speaks, and of one that does not
_ABOVE: Final = 40  # lines that may stand above the first time
_LATEST: Final = 300
_LATEST_ALONE: Final = 120  # seconds at which a talk begins at the latest; later times are those of clocks
_MOST_BACK: Final = 20  # of this many times one may go back: a recording was stopped
_PARAGRAPH: Final = 400  # characters after which a talk without signs begins a new paragraph
_TAGGED: Final = re.compile(r"<(?P<tag>[A-Za-z][\w-]{0,30})>(?P<said>.*?)</(?P=tag)>", re.DOTALL)
_TAG: Final = re.compile(r"</?[A-Za-z][^<>]{0,80}>")


def is_transcript(lines: Sequence[str]) -> bool:
    """Whether the ``lines`` are a talk: times that go on from the beginning, with words between them."""
    written = [line.strip() for line in lines if line.strip()]
    found = [(at, match) for at, line in enumerate(written) if (match := _stamp(line))]
    if len(found) < _FEWEST or found[0][0] > _ABOVE or len(found) * 8 < len(written):
        return False
    times = [_seconds(match) for _, match in found]
    names = Counter(name for _, match in found if (name := _named(match)))
    named = sum(names.values())
    if named * 2 >= len(found):
        is_late = times[0] > _LATEST and not found[0][1]["boxed"]
        if is_late or (len(names) < 2 and not _SPEAKER.match(next(iter(names)))) or max(names.values()) < _FEWEST:
            return False
    elif len(found) < _FEWEST_ALONE or times[0] > _LATEST_ALONE or len(found) * 4 < len(written):
        return False
    back = sum(one > other for one, other in pairwise(times))
    return back * _MOST_BACK <= len(times) and times[-1] > times[0]


def read_transcript(lines: Sequence[str]) -> Draft:
    """The talk of ``lines``, for which :func:`is_transcript` holds."""
    written = [line.strip() for line in lines]
    first = next(at for at, line in enumerate(written) if _stamp(line))
    above = [line for line in written[:first] if line]
    draft = Draft(above[0] if above and len(above[0]) <= 60 else "")
    draft.add(Chapter(draft.title, as_text(above), "front", on=False))
    said: list[tuple[str, str]] = []
    sounds: list[str] = []
    speaker, is_open = "", False
    for line in written[first:]:
        match = _stamp(line)
        if match:
            name = _named(match)
            speaker, is_open = name, is_open and not name and bool(said)
            line = (match["said"] or match["saying"] or match["text"] or "").strip()
        if not line or pattern_of(__file__, "made_by").fullmatch(line):
            continue
        if _SOUND.fullmatch(line):
            sounds.append(line)
            continue
        is_over = bool(said) and (said[-1][1][-1:] in "。！？.!?…" or len(said[-1][1]) > _PARAGRAPH)
        if is_open and not speaker and said and not said[-1][0] and not is_over:
            said[-1] = ("", joined(said[-1][1], line))
        else:
            said.append(("" if is_narrator(speaker) else speaker, line))
            is_open = True
    draft.add(talk(said))
    draft.warnings += told(sounds)
    return draft


def is_tagged(head: str) -> bool:
    """Whether a text that begins with ``head`` has what each person says between tags of their names."""
    found = list(_TAGGED.finditer(head))
    if len(found) < _FEWEST or any(_is_markup(match["tag"]) for match in found):
        return False
    return not re.search(r"\w", head[: found[0].start()]) and all(
        not re.search(r"\w", head[one.end() : other.start()]) for one, other in pairwise(found)
    )


def read_tagged(text: str) -> Draft:
    """The talk of a text for which :func:`is_tagged` holds; tags within what is said are left out."""
    draft = Draft()
    said = [(match["tag"], " ".join(_TAG.sub("", match["said"]).split())) for match in _TAGGED.finditer(text)]
    draft.add(talk(said))
    return draft


def without_sounds(text: str, *, is_script: bool = True) -> tuple[str, list[str]]:
    """A text without its lines of sounds and music (``[SFX: wind]``, ``（掌声）``), and these; pauses become gaps.

    What is no script has panels of games in the brackets ``【】``, which are read.
    """
    brackets = BRACKETS if is_script else BRACKETS[:-1]
    if not text.startswith(brackets) and not any(f"\n{sign}" in text for sign in brackets):
        return text, []
    kept: list[str] = []
    sounds: list[str] = []
    for line in text.split("\n"):
        kind = cue(line) if line.startswith(brackets) else ""
        if kind == "sound_cue":
            sounds.append(line)
        else:
            kept.append("" if kind == "pause" else line)
    return as_text(kept), sounds


def told(sounds: Sequence[str]) -> list[tuple[str, str]]:
    """What a person is told of ``sounds`` that are left out; nothing where there are none."""
    return [notice("sounds", len(sounds), sounds[0])] if sounds else []


def talk(said: Sequence[tuple[str, str]]) -> Chapter:
    """One chapter of what is said line by line, each with who says it; the name is empty for nobody."""
    quotations: list[Quotation] = []
    at = 0
    said = [(speaker, line) for speaker, written in said if (line := quiet(written).strip())]
    for speaker, line in said:
        if speaker and is_speakable(line):
            quotations.append(Quotation(at, at + len(line), speaker, source="file"))
        at += len(line) + 1
    return Chapter("", "\n".join(line for _, line in said), quotations=tuple(quotations))


def _stamp(line: str) -> re.Match[str] | None:
    return _STAMP.fullmatch(line) if len(line) <= 4000 else None


def _named(match: re.Match[str]) -> str:
    return " ".join((match["name"] or match["named"] or match["boxed"] or match["after"] or "").split())


def _seconds(match: re.Match[str]) -> int:
    for key in "abcde":
        if match[f"{key}m"]:
            return int(match[f"{key}h"] or 0) * 3600 + int(match[f"{key}m"]) * 60 + int(match[f"{key}s"])
    return 0


def _is_markup(tag: str) -> bool:
    known = (members(__file__, kind) for kind in ("blocks", "unread", "empty", "markup"))
    return any(tag.casefold() in one for one in known)
