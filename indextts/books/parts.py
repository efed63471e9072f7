"""A chapter in parts that are spoken one by one, each as a request of its own.

    for request in requests_of(chapter, Voicing(settings, cast)):
        pipeline.stream(request, run=run)

Where a part begins is decided by the words there: so an edit moves the bounds around it, and soon none any more.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from indextts.books.model import NARRATOR, UNKNOWN, Chapter, Quotation, Role
from indextts.request import ReadingSpan, RoleSpan, SpeechRequest, is_speakable
from indextts.utterance.settings import AUTO, RANGES, Settings

if TYPE_CHECKING:
    from indextts.lexicon.entry import Draft

MOST: Final = 6_000
"""Characters of a part."""
_LEAST: Final = 3
"""A part is at least a third as long, where another one follows."""
_LOOK: Final = 64
"""Characters that decide whether a part begins with them."""


@dataclass(frozen=True)
class Voicing:
    """How a book is spoken, whatever its chapters say."""

    settings: Settings = field(default_factory=Settings)
    cast: Mapping[str, Role] = field(default_factory=dict)
    words: tuple[Draft, ...] = ()
    titles: bool = True
    """Whether the title of a chapter is read before it."""
    most: int = MOST
    notice: str = ""
    """What is said before everything else."""


def requests_of(chapter: Chapter, voicing: Voicing) -> Iterator[SpeechRequest]:
    """What is spoken of a chapter, part by part; nothing where there is nothing to say."""
    narrator = voicing.cast.get(NARRATOR, Role())
    settings = _narrated(voicing.settings, narrator)
    spoken = [span for one in chapter.quotations if (span := _role(one, voicing, settings, narrator)) is not None]
    title = f"{chapter.title.strip()}\n" if voicing.titles and _is_announced(chapter) else ""
    if voicing.notice:
        title = f"{voicing.notice}\n{title}"
    for start, end in bounds(chapter.text, voicing.most) or [(0, 0)]:
        body = chapter.text[start:end]
        if any(map(is_speakable, title + body)):
            by = len(title) - start
            yield SpeechRequest(
                (title + body).rstrip("\n"),
                settings,
                words=voicing.words,
                literal=True,
                roles=tuple(
                    replace(span, start=max(start, span.start) + by, end=min(end, span.end) + by)
                    for span in spoken
                    if span.start < end and start < span.end
                ),
                fixes=tuple(
                    ReadingSpan(fix.start + by, fix.end + by, fix.reading)
                    for fix in chapter.fixes
                    if start <= fix.start and fix.end <= end
                ),
            )
            title = ""


def bounds(text: str, most: int = MOST) -> list[tuple[int, int]]:
    """Where the parts of ``text`` begin and end, without the white space between them."""
    starts = list(_starts(text, most)) if len(text) > most else []
    parts, begin = [], 0
    while len(text) - begin > most:
        room = [one for one in starts if begin + most // _LEAST <= one[2] <= begin + most]
        cut = min(room)[2] if room else begin + most
        parts.append((begin, cut))
        begin = cut
    parts.append((begin, len(text)))
    return [stripped for one in parts if (stripped := _stripped(text, *one)) is not None]


def characters(chapter: Chapter, *, titles: bool) -> int:
    """How many there are to be spoken, about."""
    return len(chapter.text) + (len(chapter.title) if titles else 0)


def _starts(text: str, most: int) -> Iterator[tuple[bool, int, int]]:
    """Places where a part may begin, the best being the smallest: paragraphs, and sentences of endless ones."""
    from indextts.text.sentences import split

    at = 0
    for line in text.split("\n"):
        if line.strip():
            yield False, _weight(line), at
            if len(line) > most // _LEAST:
                for sentence in split(line):
                    yield True, _weight(sentence.text), at + sentence.start
        at += len(line) + 1


def _weight(text: str) -> int:
    return zlib.crc32(text.strip()[:_LOOK].encode("utf-8", "surrogatepass"))


def _stripped(text: str, start: int, end: int) -> tuple[int, int] | None:
    part = text[start:end]
    kept = part.strip()
    start += len(part) - len(part.lstrip())
    return (start, start + len(kept)) if kept else None


def _is_announced(chapter: Chapter) -> bool:
    """Whether the title has something to say that the text does not begin with."""
    title = chapter.title.strip()
    return any(map(is_speakable, title)) and chapter.text.lstrip().partition("\n")[0].strip() != title


def _narrated(settings: Settings, narrator: Role) -> Settings:
    """The settings of a part: what no character says is the narrator's."""
    if narrator.voice:
        settings = replace(settings, voice=narrator.voice)
    if narrator.emotion:
        settings = replace(settings, emotion=narrator.emotion, emotion_reference="", emotion_text="")
    if narrator.intensity is not None:
        settings = replace(settings, intensity=narrator.intensity)
    return replace(settings, speed=_within_speed(settings.speed * narrator.speed))


def _role(quotation: Quotation, voicing: Voicing, settings: Settings, narrator: Role) -> RoleSpan | None:
    """How a quotation differs from what is around it, if it does; that of nobody knows whom is the narrator's."""
    role = None if quotation.speaker in (NARRATOR, UNKNOWN) else voicing.cast.get(quotation.speaker)
    if role is None:
        return None
    own = voicing.settings
    voice, emotion = role.voice or own.voice, role.emotion or own.emotion
    intensity = own.intensity if role.intensity is None else role.intensity
    span = RoleSpan(
        quotation.start,
        quotation.end,
        voice="" if voice == settings.voice else voice,
        emotion=emotion if emotion != AUTO and (role.emotion or narrator.emotion) else "",
        intensity=None if intensity == settings.intensity else intensity,
        speed=_within_speed(role.speed / narrator.speed),
        name=quotation.speaker,
    )
    plain = not span.voice and not span.emotion and span.intensity is None and span.speed == 1.0
    return None if plain else span


def _within_speed(speed: float) -> float:
    low, high = RANGES["speed"]
    return min(max(round(speed, 4), low), high)
