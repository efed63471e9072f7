"""A chapter in parts that are spoken one by one, each as a request of its own.

    for request in requests_of(chapter, Voicing(settings, cast)):
        pipeline.stream(request, run=run)
    for part in parts_of(chapter, voicing):      # the same with their places in the chapter

Where a part begins is decided by the words there: so an edit moves the bounds around it, and soon none any more. A part
is asked for with those of the book's own words that occur in it: another word changes no other part.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import TYPE_CHECKING, Final

from indextts.books.model import NARRATOR, UNKNOWN, Chapter, Quotation, Role, Timed
from indextts.books.names import spoken_names, titled_names
from indextts.model.settings import AUTO, RANGES, Settings
from indextts.model.utterance import Lang
from indextts.plan.request import DirectionSpan, ReadingSpan, RoleSpan, SpeechRequest, is_speakable
from indextts.reading.lexicon.entry import fold, key_of
from indextts.reading.lexicon.lexicon import Matcher
from indextts.reading.text.sentences import split

if TYPE_CHECKING:
    from indextts.reading.lexicon.entry import EntryDraft

MOST: Final = 6_000  # Characters of a part
_LEAST: Final = 3  # A part is at least a third as long, where another one follows
_LOOK: Final = 64  # characters that decide whether a part begins with them
_MOST_TIMED: Final = 2_000  # Characters of a part whose cues have times, which is spoken several times over …
_MOST_TIMED_S: Final = 1_000.0  # … and how long it may last
_LONGEST_END_S: Final = 200.0  # Silence at the end of such a part; what is more stands at the beginning of the next one


@dataclass(frozen=True)
class Voicing:
    """How a book is spoken, whatever its chapters say."""

    settings: Settings = field(default_factory=Settings)
    cast: Mapping[str, Role] = field(default_factory=dict)
    words: tuple[EntryDraft, ...] = ()
    titles: bool = True  # Whether the title of a chapter is read before it
    most: int = MOST
    fit: bool = False  # Whether cues that have times are heard at them
    length_s: float = 0.0  # Of the video that they belong to; 0 is until the last one's end
    language: Lang | None = None
    """The book's, by which the default voice is chosen; ``None`` where each part tells."""
    notice_first: str = ""  # Said before everything, by the narrator …
    notice_last: str = ""  # … and after it

    def notice(self, text: str, settings: Settings) -> SpeechRequest:
        """A notice as it is spoken by the narrator."""
        return SpeechRequest(text, settings, literal=True, language=self.language)


@dataclass(frozen=True)
class ChapterPart:
    """What is spoken at once, and where it stands: ``text[start:end]`` of its chapter."""

    request: SpeechRequest
    start: int
    end: int
    by: int
    """What a place of the chapter's text has more in that of the request; less than nothing but in the first part."""
    timed: tuple[Timed, ...] = ()
    """The cues that it is to fit, with places of the request's text."""
    end_s: float = 0.0  # When what has cues is to end
    people: tuple[str, ...] = ()
    """The cast of its book, by all of their names."""

    @property
    def title(self) -> int:
        """So many characters of the request's text are not the chapter's."""
        return self.start + self.by


def requests_of(chapter: Chapter, voicing: Voicing) -> Iterator[SpeechRequest]:
    """What is spoken of a chapter, part by part; nothing where there is nothing to say."""
    return (part.request for part in parts_of(chapter, voicing))


def parts_of(chapter: Chapter, voicing: Voicing, *, first: bool = False, last: bool = False) -> Iterator[ChapterPart]:
    """The same with their places; ``first`` and ``last`` say that no other chapter is spoken before it, or after."""
    narrator = voicing.cast.get(NARRATOR, Role())
    settings = _narrated(voicing.settings, narrator)
    if first and voicing.notice_first:
        yield ChapterPart(voicing.notice(voicing.notice_first, settings), 0, 0, len(voicing.notice_first))
    spoken = [span for one in chapter.quotations if (span := _role(one, voicing, settings, narrator)) is not None]
    people = people_of(voicing.cast)
    named = spoken_names((*people, *titled_names(chapter.text, people)), learned=not voicing.settings.commercial)
    fits = voicing.fit and bool(chapter.timed)
    title = f"{chapter.title.strip()}\n" if voicing.titles and not fits and _is_announced(chapter) else ""
    stretches = _timed_stretches(chapter, voicing.length_s if last else 0.0) if fits else None
    for start, end, timed, end_s in stretches or (
        (*one, (), 0.0) for one in bounds(chapter.text, voicing.most) or [(0, 0)]
    ):
        body = chapter.text[start:end]
        if any(map(is_speakable, title + body)):
            by = len(title) - start
            text = (title + body).rstrip("\n")
            request = SpeechRequest(
                text,
                settings,
                words=words_in(text, voicing.words),
                people=words_in(text, named),
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
                directions=tuple(
                    DirectionSpan(**asdict(one) | {"start": max(start, one.start) + by, "end": min(end, one.end) + by})
                    for one in chapter.directions
                    if one.start < end and start < one.end
                ),
                language=voicing.language,
            )
            cues = tuple(replace(cue, start=cue.start + by, end=cue.end + by) for cue in timed)
            yield ChapterPart(request, start, end, by, cues, end_s, people)
            title = ""
    if last and voicing.notice_last:
        size = len(chapter.text)
        by = len(voicing.notice_last) - size
        yield ChapterPart(voicing.notice(voicing.notice_last, settings), size, size, by)


def people_of(cast: Mapping[str, Role]) -> tuple[str, ...]:
    """Everybody in it by all names."""
    return tuple(dict.fromkeys(one for name, role in cast.items() for one in (name, *role.others) if one))


def words_in(text: str, words: Sequence[EntryDraft]) -> tuple[EntryDraft, ...]:
    """Those that stand in ``text`` and are in use."""
    if not words:
        return ()
    plain = fold(text)
    return tuple(one for one in words if one.enabled and key_of(one.word) in plain and Matcher((one,)).match(text))


def _timed_stretches(chapter: Chapter, length_s: float) -> list[tuple[int, int, tuple[Timed, ...], float]]:
    """The chapter's cues in groups: start, end, the cues, and when the group is to end."""
    groups: list[list[Timed]] = []
    size, since_s = 0, 0.0
    for cue in chapter.timed:
        length = cue.end - cue.start
        if not groups or size + length > _MOST_TIMED or cue.end_s - since_s > _MOST_TIMED_S:
            since_s = 0.0 if not groups else min(cue.begin_s, groups[-1][-1].end_s + _LONGEST_END_S)
            groups.append([])
            size = 0
        groups[-1].append(cue)
        size += length
    found = []
    for number, group in enumerate(groups):
        start, end, end_s = group[0].start if number else 0, len(chapter.text), max(length_s, group[-1].end_s)
        if number + 1 < len(groups):
            after = groups[number + 1][0]
            end, end_s = after.start, min(after.begin_s, group[-1].end_s + _LONGEST_END_S)
        end_s = max(end_s, group[-1].begin_s)
        if (stripped := _stripped(chapter.text, start, end)) is not None:
            found.append((*stripped, tuple(group), end_s))
    return found


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
    """How a quotation differs from its surroundings; ``None`` if it does not. The narrator reads unattributed ones."""
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
