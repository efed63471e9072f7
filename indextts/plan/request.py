"""What a caller asks for, checked once, the same for page, API and command line."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from indextts.model.errors import StudioError, printable
from indextts.model.i18n.messages import Bilingual
from indextts.model.settings import AUTO, EMOTIONS, NO_TEXT, SETTINGS, Strict, check_sampling, unknown_choice
from indextts.model.utterance import Lang, Settings
from indextts.plan.fixes import Fixes
from indextts.reading.emotion.names import parse_emotion
from indextts.reading.text.chars import RADICALS
from indextts.voices.mixture import check_voice

if TYPE_CHECKING:
    from indextts.reading.lexicon.entry import EntryDraft

FORMATS: Final = ("wav", "flac", "mp3", "opus", "pcm")

SPEAKABLE_SIGNS: Final = "%‰℃℉°&@"
"""Signs that are read by name."""

_SHA256: Final = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class RoleSpan(Strict):
    """``text[start:end]`` of a literal text is said by a character; what is empty is as the request has it."""

    start: int
    end: int
    voice: str = ""
    emotion: str = ""
    intensity: float | None = None
    speed: float = 1.0
    """Relative to the request's."""
    name: str = ""
    """The character at fault, for the error message."""


@dataclass(frozen=True)
class ReadingSpan(Strict):
    """How ``text[start:end]`` of a literal text is read: pinyin with tone numbers, or ARPAbet."""

    start: int
    end: int
    reading: str


@dataclass(frozen=True, slots=True)
class DirectionSpan(Strict):
    """How ``text[start:end]`` of a literal text is said, as its writer has marked it."""

    start: int
    end: int
    emotion: str = ""
    """Instead of the request's or a character's; empty leaves theirs."""
    intensity: float | None = None
    emphasis: bool = False
    before_s: float = 0.0
    """Seconds of silence before it …"""
    after_s: float = 0.0
    """… and after it."""


@dataclass(frozen=True)
class SpeechRequest:
    """A text and how to say it. Immutable, so that concurrent requests can share nothing by accident."""

    text: str
    settings: Settings = Settings()
    speakers: Mapping[str, str] | None = None
    """The voices of the labels at the beginnings of lines (:mod:`indextts.voices.dialogue`); ``None`` picks them."""
    words: tuple[EntryDraft, ...] = ()
    """Entries that hold for this text before those of the dictionary."""
    literal: bool = False
    """The text is spoken as it stands: nothing in it is a mark, or the label of a speaker."""
    roles: tuple[RoleSpan, ...] = ()
    """In order and apart, of a literal text alone …"""
    fixes: tuple[ReadingSpan, ...] = ()
    """… and so are these …"""
    directions: tuple[DirectionSpan, ...] = ()
    """… and these, which may lie in one another; no two of them have an emotion for the same words."""
    language: Lang | None = None
    """The language of the whole that the text is a part of, by which the default voice is chosen; ``None`` where the
    text itself tells."""
    said: int = 0
    """So many characters at the beginning were spoken before: what follows is read behind them, and spoken alone."""
    whole: str = ""
    """The text that this is a part of, as far as it is known: figures without words are read in its language."""
    fixed: Fixes | None = None
    """What a person has fixed in an earlier take, kept in equal sentences."""
    people: tuple[EntryDraft, ...] = ()
    """Names of people in the text with how they are read, where neither ``words`` nor the dictionary say it."""

    def checked(self, *, voices: Sequence[str], max_chars: int, emoji: bool = False) -> CheckedRequest:
        """This request with every value known to be usable, emotions and voices in their canonical spelling.

        ``voices`` are the ids that exist beside ``default``. Raises :class:`StudioError` with the first
        thing that is wrong.
        """
        from indextts.voices.dialogue import (
            check_speakers,  # reads the tables of the text: the command's help has no need
        )

        check_text(self.text, max_chars=max_chars, emoji=emoji)
        settings = check_settings(self.settings, voices=voices)
        speakers = check_speakers(self.speakers, ("default", *voices))
        for spans in (self.roles, self.fixes):
            _check_places(spans, self.text, literal=self.literal)
        for one in self.directions:
            _check_places([one], self.text, literal=self.literal)
        roles = tuple(_check_role(role, ("default", *voices)) for role in self.roles)
        fixes = tuple(_check_fix(fix, self.text) for fix in self.fixes)
        given = (
            self.words,
            self.literal,
            roles,
            fixes,
            self.directions,
            self.language,
            self.said,
            self.whole,
            self.fixed,
        )
        return CheckedRequest(self.text, settings, speakers, *given, self.people)


@dataclass(frozen=True)
class CheckedRequest(SpeechRequest):
    """One that has passed the gate (:meth:`SpeechRequest.checked`): the stages take every value as it is."""


def _check_places(spans: Sequence[RoleSpan | ReadingSpan | DirectionSpan], text: str, *, literal: bool) -> None:
    """Raises :class:`ValueError` for places outside the text."""
    ends = [0, *(span.end for span in spans)]
    apart = all(end <= span.start < span.end for end, span in zip(ends, spans, strict=False))
    if not apart or ends[-1] > len(text) or (spans and not literal):
        raise ValueError("roles and fixes are places of a literal text, in order and apart")


def _check_role(role: RoleSpan, voices: Sequence[str]) -> RoleSpan:
    """Raises :class:`StudioError` ``bad_role`` naming the character."""
    try:
        voice = check_voice(role.voice, voices) if role.voice else ""
        emotion = parse_emotion(role.emotion) if role.emotion else ""
        if emotion == AUTO:
            raise unknown_choice("emotion", emotion, EMOTIONS)
        for name, value in (("intensity", role.intensity), ("speed", role.speed)):
            if value is not None:
                SETTINGS[name].check(value)
    except StudioError as error:
        reason = Bilingual(*(" ".join(error.localise(language)) for language in ("en", "zh")))
        raise StudioError("bad_role", name=printable(role.name or "?"), reason=reason) from error
    return replace(role, voice=voice, emotion=emotion)


def _check_fix(fix: ReadingSpan, text: str) -> ReadingSpan:
    """Raises :class:`StudioError` ``bad_reading``."""
    from indextts.reading.phonemes.reading_input import read

    return replace(fix, reading=read(text[fix.start : fix.end], fix.reading).text)


def check_text(text: str, *, max_chars: int, emoji: bool = False) -> None:
    """Refuse text that is empty, too long, or holds something that is not text.

    Nothing but emoji is something to say only where these are read (``emoji``).
    """
    if not text.strip():
        raise StudioError("text_empty")
    if len(text) > max_chars:
        raise StudioError("text_too_long", length=len(text), limit=max_chars)
    for position, char in enumerate(text):
        if char == "\0":
            raise StudioError("text_invalid", what="NUL", position=position + 1)
        if "\ud800" <= char <= "\udfff":
            raise StudioError("text_invalid", what=f"U+{ord(char):04X}", position=position + 1)
    if not any(is_speakable(char) or (emoji and _is_sign(char)) for char in text):
        raise StudioError("text_unspeakable")


def _is_sign(char: str) -> bool:
    """Whether it may be an emoji; what stands for characters that could not be decoded is none."""
    return char != "\ufffd" and unicodedata.category(char) == "So"


def is_speakable(char: str) -> bool:
    """Whether a character, alone, gives a reader something to say: a letter, a digit, a currency or maths sign."""
    category = unicodedata.category(char)
    return category[0] in "LN" or category in ("Sc", "Sm") or char in SPEAKABLE_SIGNS or char in RADICALS


def check_settings(settings: Settings, *, voices: Sequence[str]) -> Settings:
    """``settings`` as the stages read them; refuses unknown names and numbers out of range."""
    settings = Settings(**{name: check_setting(name, getattr(settings, name), voices=voices) for name in SETTINGS})
    ways = ("emotion", "emotion_reference", "emotion_text")
    given = [name for name in ways if getattr(settings, name) not in ("", SETTINGS[name].default)]
    if len(given) > 1:
        raise StudioError("emotion_conflict", given=", ".join(given))
    return settings


def check_setting(name: str, value: Any, *, voices: Sequence[str]) -> Any:
    """``value`` of the setting ``name``, emotion and voice in their canonical spelling; refuses what cannot be used.

    ``voices`` are the ids that exist beside ``default``.
    """
    row = SETTINGS[name]
    match name:
        case "voice":
            return check_voice(value, ("default", *voices))
        case "emotion":
            return parse_emotion(value)
        case "emotion_reference":
            if not isinstance(value, str) or (value and not _SHA256.fullmatch(value)):
                raise _invalid(name, "it should be the SHA-256 of a recording.", "应为录音的 SHA-256 值。")
        case "emotion_text":
            if not isinstance(value, str) or len(value) > (row.longest or 0) or NO_TEXT.search(value):
                en = f"it should be a text of at most {row.longest} characters."
                raise _invalid(name, en, f"应为不超过 {row.longest} 个字符的文字。")
        case "sampling":
            if value is not None:
                check_sampling(value)
        case _:
            row.check(value)
    return value


def check_choice(name: str, value: object, choices: Sequence[str]) -> None:
    """Refuse ``value`` unless it is one of ``choices``, naming them."""
    if value not in choices:
        raise unknown_choice(name, value, choices)


def _invalid(name: str, en: str, zh: str) -> StudioError:
    return StudioError("invalid_value", field=Bilingual(name, SETTINGS[name].zh), reason=Bilingual(en, zh))
