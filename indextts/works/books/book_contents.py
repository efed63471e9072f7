"""What a book may hold, as callers give it and as it is stored: options, settings, roles, chapters, notes.

    given = check(BookChange, {"title": "夜", "options": {"norm": "acx"}}, voices)
    given.given()                                   # {"title": "夜", "options": {"norm": "acx"}}
    BookOptions.stored(row.options).chapter_pause_s

Rules of settings and roles take the ids of the voices that there are as context.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from itertools import pairwise
from typing import Annotated, Any, Final, Literal, TypeVar

from pydantic import Field, WithJsonSchema, field_serializer

from indextts.books.binding.model import Binding, Each, Norm
from indextts.books.binding.model import Music as BoundMusic
from indextts.books.binding.page import Clips, Ruby
from indextts.books.marks import carried, placed
from indextts.books.model import (
    MAX_CHAPTERS,
    MAX_CHARACTERS,
    UNKNOWN,
    BookForm,
    Chapter,
    ChapterKind,
    Direction,
    Fix,
    Quotation,
    Role,
    SaidLanguage,
)
from indextts.books.shaping import added, decided, edited
from indextts.model.errors import StudioError, invalid, printable
from indextts.model.fields import LATER, FieldRule, Flag, Given, Name, Number, OneLine, Schema, Text, Whole, absent
from indextts.model.people import Gender
from indextts.model.settings import SETTINGS, Sampling, numbers_of, parse_sampling
from indextts.model.utterance import Settings
from indextts.plan.request import check_setting, check_settings
from indextts.reading.emotion.names import parse_emotion
from indextts.reading.phonemes.reading_input import read
from indextts.voices.mixture import check_voice
from indextts.works.projects.contents import Words

_Span = TypeVar("_Span", Quotation, Fix)

Voices = Callable[[], Sequence[str]]
"""The ids of all voices; asked only where a book names one."""

MAX_LINE: Final = 200
"""Of a title, and of an author."""
MAX_CAST: Final = 500
MAX_OTHERS: Final = 20
MAX_SPANS: Final = 50_000
_MAX_SPEAKER: Final = 64
_MAX_MARKS: Final = 5_000
_SECONDS: Final = Number(0.0, 10_000_000.0)
_A_CHAPTER: Final[Schema] = {"type": "integer", "minimum": 1, "maximum": MAX_CHAPTERS}

BookLine = Annotated[str, OneLine(MAX_LINE)]
Language = Literal["", "zh", "en"]
Speaker = Annotated[str, OneLine(_MAX_SPEAKER)]
"""Of a quotation: a character, the narrator, who is empty, or nobody known."""
Character = Annotated[str, OneLine(_MAX_SPEAKER, needed=True, barred=UNKNOWN)]
AnyChapter = Annotated[int, Whole(1), WithJsonSchema(_A_CHAPTER)]
"""Its number. One that is not there is not found, however large."""
Place = Annotated[int, Whole(0, MAX_CHARACTERS)]
Reading = Annotated[str, OneLine(200, needed=True)]
Revision = Annotated[
    int, Whole(1), Field(description="The one that the change is of: 409 where another window was faster.")
]


class MusicShape(Given):
    """How a person's own sound is heard in a book."""

    level_db: Annotated[float, Number(-30.0, 6.0)] = BoundMusic.level_db
    duck_db: Annotated[float, Number(-40.0, 0.0)] = BoundMusic.duck_db
    alone_s: Annotated[float, Number(0.0, 60.0)] = BoundMusic.alone_s
    under_s: Annotated[float, Number(0.0, 60.0)] = BoundMusic.under_s
    fade_in_s: Annotated[float, Number(0.0, 20.0)] = BoundMusic.fade_in_s
    fade_out_s: Annotated[float, Number(0.0, 20.0)] = BoundMusic.fade_out_s


class MusicShapes(Given):
    """The sounds of `/music`, each as it is heard where that differs from the usual: loudness beside the speech, how
    much lower while somebody speaks, how long alone and under the speech, fades.
    """

    intro: MusicShape = Field(default_factory=MusicShape)
    outro: MusicShape = Field(default_factory=MusicShape)
    chime: MusicShape = Field(default_factory=MusicShape)


class BookOptions(Given):
    """What a book is made into, and what is said and heard in it. Those that are given are changed."""

    format: Annotated[BookForm, Field(description="What the book is made into.")] = "m4b"
    zip_format: Annotated[Each, Field(description="Of a zip's files, and of an EPUB's (mp3, m4a).")] = Binding.each
    clips: Annotated[Clips, Field(description="What an EPUB marks while it is heard.")] = Binding.clips
    ruby: Annotated[Ruby, Field(description="Characters of an EPUB that have their pinyin above them.")] = Binding.ruby
    norm: Annotated[Norm, Field(description="How loud.")] = Binding.norm
    chapter_pause_s: Annotated[float, Number(0.0, 30.0)] = Binding.chapter_pause_s
    titles: Annotated[Flag, Field(description="Whether titles of chapters are said.")] = True
    notice: Annotated[
        Literal["off", "start", "end", "both"],
        Field(description="Where it is said that a machine speaks; not in a dub."),
    ] = "off"
    fit: Annotated[Flag, Field(description="Whether subtitles are heard at their times.")] = False
    length_s: Annotated[
        Annotated[float, Number(0.0, 86_400.0)] | None, Field(description="Of the video that the subtitles belong to.")
    ] = None
    music: MusicShapes = Field(default_factory=MusicShapes)

    @field_serializer("music")
    def _what_differs(self, music: MusicShapes) -> dict[str, Any]:
        return music.given()


class _BookSettings(FieldRule):
    """Settings as they are stored: those that are given, in their canonical spelling."""

    def check(self, value: Any, context: Any) -> dict[str, Any]:
        if not isinstance(value, Mapping):
            raise self.refuse("it should be a table of names and values.", "应是名称与值的表。")
        given = {name: one for name, one in value.items() if one is not None}
        for name in given:
            if name not in SETTINGS:
                names, said = ", ".join(SETTINGS), printable(name)
                raise self.refuse(
                    f"there is no setting “{said}”; available: {names}.", f"没有设置“{said}”，可用的有 {names}。"
                )
        if "sampling" in given:
            given["sampling"] = parse_sampling(given["sampling"], given.get("quality"))
        known = ("default", *context()) if given.get("voice", "default") != "default" else ()
        usable = check_settings(Settings(**numbers_of(SETTINGS, given)), voices=known)
        kept = {name: getattr(usable, name) for name in given}
        if isinstance(kept.get("sampling"), Sampling):
            kept["sampling"] = asdict(kept["sampling"])
        return {name: one for name, one in kept.items() if one is not None}

    def schema(self) -> Schema:
        return {LATER: "book_settings"}


class _VoiceOrNone(FieldRule):
    """A voice that there is, or none."""

    def check(self, value: Any, context: Any) -> str:
        return "" if value == "" else check_voice(value, ("default", *context()))

    def schema(self) -> Schema:
        return {"anyOf": [{LATER: "voice"}, {"enum": [""]}]}


class _EmotionOrNone(FieldRule):
    """An emotion in its canonical spelling, or none."""

    def check(self, value: Any, context: Any) -> str:
        return "" if value == "" else parse_emotion(value)

    def schema(self) -> Schema:
        return {"anyOf": [{LATER: "emotion"}, {"enum": [""]}]}


@dataclass(frozen=True)
class _NumberOfSetting(FieldRule):
    """A number within the bounds of the setting of that name."""

    name: str

    def check(self, value: Any, context: Any) -> float:
        return float(check_setting(self.name, value, voices=()))

    def schema(self) -> Schema:
        low, high = SETTINGS[self.name].bounds or (0.0, 0.0)
        return {"type": "number", "minimum": low, "maximum": high}


BookSettings = Annotated[dict[str, Any], _BookSettings()]


class BookRole(Given):
    """How a character is to sound: what is given is changed, and ``null`` takes it back."""

    voice: Annotated[str, _VoiceOrNone()] | None = absent
    emotion: Annotated[str, _EmotionOrNone()] | None = absent
    intensity: Annotated[float, _NumberOfSetting("intensity")] | None = absent
    speed: Annotated[Annotated[float, Number(0.5, 2.0)] | None, Field(description="Relative to the book's.")] = absent
    gender: Gender | None = absent
    others: Annotated[
        Annotated[list[Character], Field(max_length=MAX_OTHERS)] | None,
        Field(description="Other names of the same person."),
    ] = absent

    def change(self, old: Role) -> Role:
        """``old`` with what is given."""
        plain, given = Role(), self.given()
        new = {name: getattr(plain, name) if one is None else one for name, one in given.items()}
        if "others" in new:
            new["others"] = tuple(dict.fromkeys(new["others"]))
        return replace(old, **new, picked=old.picked and "voice" not in given)

    def asks_voice(self, old: Role | None) -> bool:
        """Whether one is to be found: for somebody new, or of another sex than before, where nobody has chosen it."""
        other = old is None or (old.picked and (self.given().get("gender") or old.gender) != old.gender)
        return other and "voice" not in self.given()


RoleName = Annotated[str, OneLine(_MAX_SPEAKER, barred=UNKNOWN)]
_BY_NAMES: Final = "By the characters' names; the empty one is the narrator. Of each what is given is changed."


class _Book(Given):
    title: BookLine = absent
    author: BookLine = absent
    language: Language = absent
    settings: BookSettings = absent
    options: BookOptions = absent


class SubtitleWish(Given):
    """What of subtitles is said."""

    sounds: Annotated[Flag, Field(description="Whether sounds in brackets and songs between notes are said.")] = False
    said: Annotated[
        SaidLanguage,
        Field(description="Of two languages the upper, the lower, or both; else that of the voice or of most lines."),
    ] = ""


class NewBook(_Book):
    """What is given with the text of a book."""

    subtitles: SubtitleWish = absent
    cast: Annotated[dict[RoleName, BookRole], Field(max_length=MAX_CAST, description=_BY_NAMES)] = absent


class BookFields(_Book):
    """What is stored of a book beside its chapters and its cast."""

    words: Words = absent
    favourite: Flag = absent


class BookChange(BookFields):
    """A change of a book."""

    on: Annotated[
        list[AnyChapter],
        Field(max_length=MAX_CHAPTERS, description="The numbers of the chapters that are spoken; the others are not."),
    ] = absent
    revision: Revision = absent


class QuotationGiven(Given):
    """``text[start:end]`` is said by somebody."""

    start: Place
    end: Place
    speaker: Speaker = UNKNOWN


class FixGiven(Given):
    """How ``text[start:end]`` is read."""

    start: Place
    end: Place
    reading: Reading


class ChapterChange(Given):
    """A change of a chapter. Places are those in the text that is given with them, else in the one that is there."""

    title: BookLine = absent
    kind: ChapterKind = absent
    on: Annotated[Flag, Field(description="Whether it is spoken.")] = absent
    text: Annotated[
        str, Text(MAX_CHARACTERS, plain=True), Field(description="Who says what goes along with its words.")
    ] = absent
    quotations: Annotated[list[QuotationGiven], Field(max_length=MAX_SPANS)] = absent
    fixes: Annotated[list[FixGiven], Field(max_length=MAX_SPANS)] = absent
    revision: Revision = absent


class PlaybackPlace(Given):
    """A place in what is heard of a book."""

    job: Annotated[str, Name("[A-Za-z0-9_-]{1,64}", "the id of a job", "任务的标识")] | None = None
    at_s: Annotated[float, _SECONDS] = 0.0
    chapter: Annotated[int, Whole(1, MAX_CHAPTERS)] = 1
    text: Annotated[str, Text(2_000, plain=True)] = ""
    """What is said there."""


class Bookmark(PlaybackPlace):
    """A place with what a person notes of it."""

    note: Annotated[str, Text(2_000, plain=True)] = ""


class Notes(Given):
    """Bookmarks and the playback position."""

    marks: Annotated[list[Bookmark], Field(max_length=_MAX_MARKS)] | None = None
    place: PlaybackPlace | None = None

    def kept(self) -> dict[str, Any]:
        """As they are stored and told."""
        return {"marks": [one.model_dump() for one in self.marks or ()], "place": self.model_dump()["place"]}


class Rename(Given):
    """Another name for a character."""

    old: Character = Field(alias="from")
    to: Character


class Join(Given):
    """Two characters that are one: the second says what the first one says."""

    old: Character = Field(alias="from")
    into: Character


class CastChange(Given):
    """A change of a book's cast."""

    roles: Annotated[dict[RoleName, BookRole | None], Field(max_length=MAX_CAST, description=_BY_NAMES)] = absent
    rename: Rename = absent
    join: Join = absent
    revision: Revision = absent


def settings_of(kept: Mapping[str, Any]) -> Settings:
    """Settings of a book as a request has them."""
    sampling = kept.get("sampling")
    return Settings(**{**kept, "sampling": None if sampling is None else Sampling(**sampling)})


def role_of(kept: Mapping[str, Any]) -> Role:
    """What stands in the database."""
    return Role(**{**kept, "others": tuple(kept.get("others", ()))})


def changed_chapter(chapter: Chapter, given: ChapterChange, most_chars: int, cast: Mapping[str, Role]) -> Chapter:
    """``chapter`` with what is given; ``cast`` is the book's. Raises ``text_too_long``, ``bad_reading``,
    ``invalid_value``.
    """
    plain = given.given()
    if "text" in plain:
        if len(given.text) > most_chars:
            raise StudioError("text_too_long", length=len(given.text), limit=most_chars)
        # Places that come along are those of this very text.
        people = {one: name for name, role in cast.items() for one in (*role.others, name) if one}
        exactly = not plain.keys().isdisjoint(("quotations", "fixes"))
        marks: list[Fix | Direction] = []
        lines = given.text.split("\n")
        if not exactly:
            carried(lines, marks)
        text = "\n".join(lines)
        before, chapter = chapter.text, placed(edited(chapter, text, exactly=exactly, people=people), marks)
        chapter = chapter if exactly else added(chapter, before, cast)
    chapter = replace(chapter, **{name: plain[name] for name in ("title", "kind", "on") if name in plain})
    if "quotations" in plain:
        chapter = replace(chapter, quotations=_quotations(given.quotations, chapter))
    if "fixes" in plain:
        chapter = replace(chapter, fixes=_fixes(given.fixes, chapter.text))
    return chapter


def _quotations(given: Sequence[QuotationGiven], chapter: Chapter) -> tuple[Quotation, ...]:
    known = {(one.start, one.end, one.speaker): one for one in chapter.quotations}
    made = []
    for one in given:
        _check_span("quotations", one, chapter.text)
        there = known.get((one.start, one.end, one.speaker))
        made.append(there or decided(Quotation(one.start, one.end, one.speaker), one.speaker))
    return _apart("quotations", made)


def _fixes(given: Sequence[FixGiven], text: str) -> tuple[Fix, ...]:
    made = []
    for one in given:
        _check_span("fixes", one, text)
        made.append(Fix(one.start, one.end, read(text[one.start : one.end], one.reading).text))
    return _apart("fixes", made)


def _check_span(field: str, span: QuotationGiven | FixGiven, text: str) -> None:
    if not 0 <= span.start < span.end <= len(text):
        raise invalid(field, "start and end should be places in the text.", "start 与 end 应是文字中的位置。")


def _apart(field: str, spans: Sequence[_Span]) -> tuple[_Span, ...]:
    made = tuple(sorted(spans, key=lambda one: one.start))
    if any(one.end > other.start for one, other in pairwise(made)):
        raise invalid(field, "they should not overlap.", "不能互相重叠。")
    return made
