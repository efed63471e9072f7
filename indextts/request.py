"""What a caller asks for, checked once, the same for page, API and command line."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Final, get_args

from indextts.config import EngineName
from indextts.emotion.names import AUTO as AUTO
from indextts.emotion.names import EMOTIONS as EMOTIONS
from indextts.emotion.names import INTENSITY, parse_emotion, unknown_emotion
from indextts.emotion.names import NEUTRAL as NEUTRAL
from indextts.errors import StudioError, printable
from indextts.i18n.messages import Bilingual
from indextts.utterance.model import Settings
from indextts.utterance.sampling import check_sampling
from indextts.voices.design import check_voice
from indextts.voices.speaker_labels import check_speakers

ENGINES: Final = get_args(EngineName)
AUTO_ENGINE: Final = "auto"
"""Leaves the engine to the voice, else to the configuration."""
VOCODERS: Final = ("neural", "griffin_lim")
PROSODIES: Final = ("lm", "causal", "rules", "llm")
FORMATS: Final = ("wav", "flac", "mp3", "opus", "pcm")

RANGES: Final[dict[str, tuple[float, float]]] = {
    "intensity": INTENSITY,
    "speed": (0.5, 2.0),
    "pitch": (-12.0, 12.0),
    "energy": (-12.0, 12.0),
    "loudness": (-40.0, -6.0),
    "peak": (-20.0, 0.0),
}
"""Bounds of the numeric settings: a share, a factor, semitones, decibels, LUFS, dBTP."""

CONFIGURED: Final = frozenset({"loudness", "peak"})
"""Those of them that the configuration has, and that a request may leave to it."""

MAX_SEED: Final = 2**31 - 1
MAX_EMOTION_TEXT: Final = 200
"""Characters that describe an emotion."""

SPEAKABLE_SIGNS: Final = "%‰℃℉°&@"
"""Signs that are read by name."""

_SHA256: Final = re.compile(r"[0-9a-f]{64}")

_FIELD_ZH: Final = {
    "emotion": "情感",
    "engine": "引擎",
    "voice": "声音",
    "vocoder": "声码器",
    "prosody": "韵律模型",
    "format": "格式",
    "intensity": "强度",
    "speed": "语速",
    "pitch": "音高",
    "energy": "音量",
    "loudness": "响度",
    "peak": "峰值",
    "seed": "种子",
    "duration": "时长",
    "pause": "停顿",
}


@dataclass(frozen=True)
class SpeechRequest:
    """A text and how to say it. Immutable, so that concurrent requests can share nothing by accident."""

    text: str
    settings: Settings = Settings()
    speakers: Mapping[str, str] | None = None
    """The voices of the labels at the beginnings of lines (:mod:`indextts.voices.dialogue`); ``None`` picks them."""

    def checked(self, *, voices: Sequence[str], max_chars: int, emoji: bool = False) -> SpeechRequest:
        """This request, with every value known to be usable.

        ``voices`` are the ids that exist beside ``default``. Raises :class:`StudioError` with the first
        thing that is wrong.
        """
        check_text(self.text, max_chars=max_chars, emoji=emoji)
        check_settings(self.settings, voices=voices)
        check_speakers(self.speakers, ("default", *voices))
        return self


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
    if not any(is_speakable(char) or (emoji and unicodedata.category(char) == "So") for char in text):
        raise StudioError("text_unspeakable")


def is_speakable(char: str) -> bool:
    """Whether a character, alone, gives a reader something to say: a letter, a digit, a currency or maths sign."""
    category = unicodedata.category(char)
    return category[0] in "LN" or category in ("Sc", "Sm") or char in SPEAKABLE_SIGNS


def check_settings(settings: Settings, *, voices: Sequence[str]) -> None:
    """Refuse unknown names and numbers out of range."""
    check_choice("engine", settings.engine, (AUTO_ENGINE, *ENGINES))
    check_voice(settings.voice, ("default", *voices))
    _check_emotion(settings.emotion)
    check_choice("vocoder", settings.vocoder, ("default", *VOCODERS))
    check_choice("prosody", settings.prosody, ("default", *PROSODIES))
    for name, (low, high) in RANGES.items():
        value = getattr(settings, name)
        if value is not None or name not in CONFIGURED:
            _check_number(name, value, low, high)
    if isinstance(settings.seed, bool) or not isinstance(settings.seed, int):
        raise out_of_range("seed", settings.seed, 0, MAX_SEED)
    _check_number("seed", settings.seed, 0, MAX_SEED)
    _check_borrowed_emotion(settings)
    if settings.sampling is not None:
        check_sampling(settings.sampling)


def _check_emotion(emotion: object) -> None:
    if not isinstance(emotion, str):
        raise unknown_emotion(emotion)
    parse_emotion(emotion)


def _check_borrowed_emotion(settings: Settings) -> None:
    """An emotion by its name, by a recording or by words: one of them."""
    reference, words = settings.emotion_reference, settings.emotion_text
    if not isinstance(reference, str) or (reference and not _SHA256.fullmatch(reference)):
        reason = Bilingual("it should be the SHA-256 of a recording.", "应为录音的 SHA-256 值。")
        raise StudioError("invalid_value", field=Bilingual("emotion_reference", "情感参考录音"), reason=reason)
    if not isinstance(words, str) or len(words) > MAX_EMOTION_TEXT or "\0" in words:
        reason = Bilingual(
            f"it should be a text of at most {MAX_EMOTION_TEXT} characters.",
            f"应为不超过 {MAX_EMOTION_TEXT} 个字符的文字。",
        )
        raise StudioError("invalid_value", field=Bilingual("emotion_text", "情感描述"), reason=reason)
    named = settings.emotion if settings.emotion != NEUTRAL else ""
    ways = {"emotion": named, "emotion_reference": reference, "emotion_text": words}
    given = [name for name, value in ways.items() if value]
    if len(given) > 1:
        raise StudioError("emotion_conflict", given=", ".join(given))


def check_choice(name: str, value: object, choices: Sequence[str]) -> None:
    """Refuse ``value`` unless it is one of ``choices``, naming them."""
    if value not in choices:
        raise StudioError(
            "unknown_choice",
            field=name,
            field_zh=_FIELD_ZH[name],
            value=printable(value),
            choices=", ".join(choices),
        )


def out_of_range(name: str, value: object, low: float, high: float) -> StudioError:
    """The error for a number outside its bounds (or no number at all)."""
    return StudioError(
        "out_of_range",
        field=name,
        field_zh=_FIELD_ZH[name],
        value=printable(value),
        low=f"{low:g}",
        high=f"{high:g}" if high < 1e6 else str(int(high)),
    )


def _check_number(name: str, value: object, low: float, high: float) -> None:
    # Not-a-number is in no range; math.isfinite would stumble over integers of hundreds of digits.
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not low <= value <= high:
        raise out_of_range(name, value, low, high)


SETTING_NAMES: Final = tuple(field.name for field in fields(Settings))
"""The names of all settings, as the API, the command line and the page spell them."""
