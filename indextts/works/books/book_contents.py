"""What a book may hold, checked before it is stored: settings, cast, options, notes, and what its chapters have."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, replace
from itertools import pairwise
from typing import Any, Final, TypeVar

from indextts.books.model import NARRATOR, UNKNOWN, Chapter, Fix, Quotation, Role
from indextts.books.shaping import decided, edited
from indextts.model.errors import StudioError, printable
from indextts.model.settings import SETTINGS, Sampling, numbers_of, parse_sampling, whole
from indextts.model.utterance import Settings
from indextts.plan.request import check_setting, check_settings
from indextts.reading.emotion.names import parse_emotion
from indextts.reading.phonemes.reading_input import read
from indextts.voices.mixture import check_voice
from indextts.works.projects.contents import checked, table, wrong

_Span = TypeVar("_Span", Quotation, Fix)

Voices = Callable[[], Sequence[str]]
"""The ids of all voices; asked only where a book names one."""

MAX_LINE: Final = 200
"""Of a title, and of an author."""
MAX_CHAPTERS: Final = 5_000
MAX_CHARS: Final = 10_000_000
"""Of all chapters together."""
MAX_SPEAKER: Final = 64
MAX_CAST: Final = 500
MAX_OTHERS: Final = 20
MAX_SPANS: Final = 50_000
MAX_READING: Final = 200
MAX_MARKS: Final = 5_000
MAX_NOTE: Final = 2_000
LANGUAGES: Final = ("", "zh", "en")
KINDS: Final = ("title", "front", "body", "back", "notes")
GENDERS: Final = ("", "female", "male")
FORMATS: Final = ("m4b", "m4a", "mp3", "opus", "flac", "wav", "zip")
"""What a book can be made into."""
NORMS: Final = ("none", "acx", "podcast", "ebu")
"""How loud it is made; ``none`` leaves it as it is spoken."""
NOTICES: Final = ("off", "start", "end", "both")
"""Where it is said that a machine speaks."""
MAX_PAUSE_S: Final = 30.0
MAX_VIDEO_S: Final = 86_400.0
ROLE_SPEED: Final = (0.5, 2.0)
MAX_SECONDS: Final = 10_000_000.0

DEFAULTS: Final[Mapping[str, Any]] = {
    "format": "m4b",
    "zip_format": "mp3",
    "norm": "none",
    "chapter_pause_s": 2.0,
    "titles": True,
    "notice": "off",
    "fit": False,
    "length_s": None,
    "music": {},
}
"""The options: what a book is made into, and what of a ``zip``; its loudness; the silence between two chapters; whether
titles are said, and where that a machine speaks; whether subtitles are heard at their times, and the video's length;
how a person's own music is heard, by its places."""

MUSIC_PLACES: Final = ("intro", "outro", "chime")
MUSIC_BOUNDS: Final[Mapping[str, tuple[float, float]]] = {
    "level_db": (-30.0, 6.0),
    "duck_db": (-40.0, 0.0),
    "alone_s": (0.0, 60.0),
    "under_s": (0.0, 60.0),
    "fade_in_s": (0.0, 20.0),
    "fade_out_s": (0.0, 20.0),
}
"""What of :class:`indextts.books.binding.Music` is a person's to choose."""

_LINE: Final = re.compile(r"[^\u0000-\u001f\u007f-\u009f\u2028\u2029\ud800-\udfff]*")
_BAD: Final = re.compile("[\0\ud800-\udfff]")
_JOB: Final = re.compile("[A-Za-z0-9_-]{1,64}")


def checked_book(fields: Mapping[str, Any], voices: Voices) -> dict[str, Any]:
    """The fields of a book as they are stored. Raises :class:`StudioError` with the first thing that is wrong."""
    done: dict[str, Any] = {}
    for name, value in fields.items():
        match name:
            case "title" | "author":
                done[name] = line(name, value)
            case "language":
                done[name] = choice(name, value, LANGUAGES)
            case "settings":
                done[name] = checked_book_settings(value, voices)
            case "options":
                done[name] = options(value)
            case "words":
                # A book's own words are of the same make as a project's.
                done[name] = checked({"dictionary": value})["dictionary"]
            case "notes":
                done[name] = notes(value)
            case "favourite":
                done[name] = flag(name, value)
            case "on":
                done[name] = chapter_numbers(value)
            case _:
                raise wrong(name, "a book has no such part.", "书没有这一项。")
    return done


def checked_book_settings(value: object, voices: Voices) -> dict[str, Any]:
    """Settings as they are stored: those that are given, in their canonical spelling."""
    given = {name: one for name, one in table("settings", value).items() if one is not None}
    for name in given:
        if name not in SETTINGS:
            names = ", ".join(SETTINGS)
            english = f"there is no setting “{printable(name)}”, but {names}."
            raise wrong("settings", english, f"没有设置“{printable(name)}”，可用的有 {names}。")
    if "sampling" in given:
        given["sampling"] = parse_sampling(given["sampling"], given.get("quality"))
    known = ("default", *voices()) if given.get("voice", "default") != "default" else ()
    usable = check_settings(Settings(**numbers_of(SETTINGS, given)), voices=known)
    kept = {name: getattr(usable, name) for name in given}
    if isinstance(kept.get("sampling"), Sampling):
        kept["sampling"] = asdict(kept["sampling"])
    return {name: one for name, one in kept.items() if one is not None}


def settings_of(kept: Mapping[str, Any]) -> Settings:
    """What :func:`checked_book_settings` made."""
    sampling = kept.get("sampling")
    return Settings(**{**kept, "sampling": None if sampling is None else Sampling(**sampling)})


def options(value: object) -> dict[str, Any]:
    """Options as they are stored: those that are given."""
    given = table("options", value)
    done: dict[str, Any] = {}
    for name, one in given.items():
        match name:
            case "format":
                done[name] = choice(name, one, FORMATS)
            case "zip_format":
                done[name] = choice(name, one, tuple(form for form in FORMATS if form not in ("zip", "m4b")))
            case "norm":
                done[name] = choice(name, one, NORMS)
            case "chapter_pause_s":
                done[name] = number(name, one, 0.0, MAX_PAUSE_S)
            case "notice":
                done[name] = choice(name, one, NOTICES)
            case "titles" | "fit":
                done[name] = flag(name, one)
            case "music":
                done[name] = {
                    place: {key: number(key, size, *MUSIC_BOUNDS[key]) for key, size in _shape(shaped).items()}
                    for place, shaped in table(name, one, MUSIC_PLACES).items()
                }
            case "length_s":
                done[name] = None if one is None else number(name, one, 0.0, MAX_VIDEO_S)
            case _:
                names = ", ".join(DEFAULTS)
                raise wrong(
                    "options",
                    f"there is no option “{printable(name)}”, but {names}.",
                    f"没有选项“{printable(name)}”，可用的有 {names}。",
                )
    return done


def _shape(value: object) -> Mapping[str, Any]:
    return table("music", value, tuple(MUSIC_BOUNDS))


def speaker(value: object, *, anybody: bool = False) -> str:
    """The name of a character; where ``anybody``, also the narrator's, which is empty, and nobody's."""
    if isinstance(value, str) and len(value) <= MAX_SPEAKER and _LINE.fullmatch(value):
        name = " ".join(value.split())
        if anybody or name not in (NARRATOR, UNKNOWN):
            return name
    english = f"it should be a name of at most {MAX_SPEAKER} characters, and not “?”."
    raise wrong("speaker", english, f"应为不超过 {MAX_SPEAKER} 个字的名字，且不能是“?”。")


def role(old: Role, value: object, voices: Voices) -> Role:
    """``old`` with what is given of another one; ``null`` takes it back."""
    plain = Role()
    for name, one in table("roles", value).items():
        if one is None and hasattr(plain, name):
            old = replace(old, **{name: getattr(plain, name)})
            continue
        match name:
            case "voice":
                old = replace(old, voice=check_voice(one, ("default", *voices())) if one != "" else "")
            case "emotion":
                old = replace(old, emotion="" if one == "" else parse_emotion(one))
            case "intensity":
                old = replace(old, intensity=float(check_setting(name, one, voices=())))
            case "speed":
                old = replace(old, speed=number(name, one, *ROLE_SPEED))
            case "gender":
                old = replace(old, gender=choice(name, one, GENDERS))  # type: ignore[arg-type]  # one of these
            case "others":
                names = [speaker(other) for other in sequence(name, one, MAX_OTHERS)]
                old = replace(old, others=tuple(dict.fromkeys(names)))
            case _:
                raise wrong(printable(name), "a role has no such part.", "角色没有这一项。")
    return old


def role_of(kept: Mapping[str, Any]) -> Role:
    """What stands in the database."""
    return Role(**{**kept, "others": tuple(kept.get("others", ()))})


def changed_chapter(chapter: Chapter, fields: Mapping[str, Any], most_chars: int) -> Chapter:
    """``chapter`` with what is given: ``title``, ``kind``, ``on``, ``text``, ``quotations``, ``fixes``.

    Places are those in the text that is given with them, else in the one that is there.
    """
    for name, value in fields.items():
        match name:
            case "title":
                chapter = replace(chapter, title=line(name, value))
            case "kind":
                chapter = replace(chapter, kind=choice(name, value, KINDS))  # type: ignore[arg-type]  # one of these
            case "on":
                chapter = replace(chapter, on=flag(name, value))
            case "text":
                chapter = edited(chapter, plain_text(value, most_chars))
            case "quotations" | "fixes":
                pass  # below: the text comes first
            case _:
                raise wrong(printable(name), "a chapter has no such part.", "章节没有这一项。")
    if "quotations" in fields:
        chapter = replace(chapter, quotations=_quotations(fields["quotations"], chapter))
    if "fixes" in fields:
        chapter = replace(chapter, fixes=_fixes(fields["fixes"], chapter.text))
    return chapter


def plain_text(value: object, most_chars: int) -> str:
    """A text that may be a chapter's. Raises ``text_too_long``, ``text_invalid``."""
    if not isinstance(value, str):
        raise wrong("text", "it should be a string.", "应是文字。")
    text = value.replace("\r\n", "\n").replace("\r", "\n")
    if len(text) > most_chars:
        raise StudioError("text_too_long", length=len(text), limit=most_chars)
    if (bad := _BAD.search(text)) is not None:
        raise StudioError("text_invalid", what=f"U+{ord(bad[0]):04X}", position=bad.start() + 1)
    return text


def _quotations(value: object, chapter: Chapter) -> tuple[Quotation, ...]:
    known = {(one.start, one.end, one.speaker): one for one in chapter.quotations}
    made = []
    for one in sequence("quotations", value, MAX_SPANS):
        fields = table("quotations", one, ("start", "end", "speaker"))
        start, end = _span("quotations", fields, chapter.text)
        name = speaker(fields.get("speaker", UNKNOWN), anybody=True)
        made.append(known.get((start, end, name)) or decided(Quotation(start, end, name), name))
    return _apart("quotations", made)


def _fixes(value: object, text: str) -> tuple[Fix, ...]:
    made = []
    for one in sequence("fixes", value, MAX_SPANS):
        fields = table("fixes", one, ("start", "end", "reading"))
        start, end = _span("fixes", fields, text)
        reading = fields.get("reading")
        if not isinstance(reading, str) or not reading.strip() or len(reading) > MAX_READING:
            raise wrong("reading", "it should be pinyin or ARPAbet.", "应为拼音或 ARPAbet。")
        made.append(Fix(start, end, read(text[start:end], reading).text))
    return _apart("fixes", made)


def _span(field: str, fields: Mapping[str, Any], text: str) -> tuple[int, int]:
    start, end = whole(fields.get("start")), whole(fields.get("end"))
    if _is_whole(start) and _is_whole(end) and 0 <= start < end <= len(text):
        return int(start), int(end)
    raise wrong(field, "start and end should be places in the text.", "start 与 end 应是文字中的位置。")


def _apart(field: str, spans: Sequence[_Span]) -> tuple[_Span, ...]:
    made = tuple(sorted(spans, key=lambda one: one.start))
    if any(one.end > other.start for one, other in pairwise(made)):
        raise wrong(field, "they should not overlap.", "不能互相重叠。")
    return made


def notes(value: object) -> dict[str, Any]:
    """Bookmarks and the playback position."""
    given = table("notes", value, ("marks", "place"))
    marks, place = given.get("marks"), given.get("place")
    found = () if marks is None else sequence("marks", marks, MAX_MARKS)
    done: dict[str, Any] = {"marks": [_mark(one) for one in found]}
    done["place"] = None if place is None else _place(table("place", place, ("job", "at_s", "chapter")))
    return done


def _mark(value: object) -> dict[str, Any]:
    fields = table("marks", value, ("job", "at_s", "chapter", "text", "note"))
    said = {name: plain_text(fields.get(name, ""), MAX_NOTE) for name in ("text", "note")}
    return {**_place({key: one for key, one in fields.items() if key not in said}), **said}


def _place(fields: Mapping[str, Any]) -> dict[str, Any]:
    job, chapter = fields.get("job"), whole(fields.get("chapter", 1))
    if job is not None and not (isinstance(job, str) and _JOB.fullmatch(job)):
        raise wrong("job", "it should be the id of a job.", "应是任务的标识。")
    if not _is_whole(chapter) or not 1 <= chapter <= MAX_CHAPTERS:
        raise wrong("chapter", "it should be the number of a chapter.", "应是章节的序号。")
    return {"job": job, "at_s": number("at_s", fields.get("at_s", 0.0), 0.0, MAX_SECONDS), "chapter": chapter}


def line(name: str, value: object) -> str:
    if not isinstance(value, str) or len(value) > MAX_LINE or not _LINE.fullmatch(value):
        english = f"it should be a line of at most {MAX_LINE} characters."
        raise wrong(name, english, f"应为不超过 {MAX_LINE} 个字的一行文字。")
    return " ".join(value.split())


def choice(name: str, value: object, choices: Sequence[str]) -> str:
    if not isinstance(value, str) or value not in choices:
        known = ", ".join(choice for choice in choices if choice)
        raise wrong(name, f"it should be one of {known}.", f"可用的有 {known}。")
    return value


def chapter_numbers(value: object) -> frozenset[int]:
    numbers = [whole(one) for one in sequence("on", value, MAX_CHAPTERS)]
    if any(isinstance(one, bool) or not isinstance(one, int) for one in numbers):
        raise wrong("on", "it should be numbers of chapters.", "应是章节的序号。")
    return frozenset(numbers)


def flag(name: str, value: object) -> bool:
    if not isinstance(value, bool):
        raise wrong(name, "it should be true or false.", "应是 true 或 false。")
    return value


def number(name: str, value: object, low: float, high: float) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not low <= value <= high:
        raise wrong(name, f"it should be a number from {low:g} to {high:g}.", f"应为 {low:g} 到 {high:g} 之间的数。")
    return float(value)


def sequence(name: str, value: object, most: int) -> Sequence[Any]:
    if not isinstance(value, Sequence) or isinstance(value, str) or len(value) > most:
        raise wrong(name, f"it should be a list of at most {most}.", f"应是不超过 {most} 项的列表。")
    return value


def _is_whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)
