"""OpenAI's body as our request: what is unknown here is replaced, unless ``openai.strict`` is set.

What is replaced or left out is told (:attr:`Wish.told`); what is no text, no number and no name is refused either way.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from indextts.model.errors import StudioError, printable
from indextts.model.settings import AUTO_ENGINE, ENGINES, SETTINGS, numbers_of, out_of_range
from indextts.model.utterance import Settings
from indextts.plan.request import SpeechRequest, check_setting
from indextts.reading.emotion.instructions import read_instructions
from indextts.server.parsing import NOT_TEXT, invalid
from indextts.server.schemas import AUDIO_TYPES, OPENAI_BODY, OPENAI_SPEEDS, OPENAI_TYPES, OWN_SETTINGS
from indextts.voices.design import INLINE
from indextts.voices.mixture import check_voice, is_mixture

if TYPE_CHECKING:
    from indextts.engines.base import Voice

OPENAI_MODELS: Final = ("tts-1", "tts-1-hd", "gpt-4o-mini-tts")
"""Spoken by the default engine."""
OPENAI_VOICES: Final = (
    "alloy", "ash", "ballad", "cedar", "coral", "echo", "fable", "marin", "nova", "onyx", "sage", "shimmer", "verse",
)  # fmt: skip
"""Spoken by the default voice."""
_KNOWN: Final = frozenset((*OPENAI_BODY["properties"], "stream", "key"))
_LONGEST: Final = 120
"""Characters of a value, and of instructions, in a header."""


@dataclass
class Wish:
    """What a client wants."""

    request: SpeechRequest
    audio_format: str
    as_events: bool
    timed: bool
    """Whether the words' times are wanted with the sound."""
    told: dict[str, str] = field(default_factory=dict)
    """What was replaced or left out, by the field, in English."""


def read_wish(body: dict[str, Any], voices: Sequence[Voice] | None, installed: Sequence[str], *, strict: bool) -> Wish:
    """Read ``body``; ``voices`` are ``None`` where nobody knows them yet: names stay as they are then.

    Fields that nobody knows are told.

    Raises :class:`StudioError` for what cannot be used.
    """
    told: dict[str, str] = {}
    text = _text(body, "input") or ""
    instructions = _text(body, "instructions") or ""
    if strict:
        _choice(body, "model", AUTO_ENGINE, (AUTO_ENGINE, *ENGINES, *OPENAI_MODELS))
    model = _text(body, "model") or AUTO_ENGINE
    audio_format = _choice(body, "response_format", "mp3", tuple(AUDIO_TYPES if strict else OPENAI_TYPES))
    as_events = _choice(body, "stream_format", "audio", ("audio", "sse")) == "sse"
    voice = _voice(body)
    given = {name: body[name] for name in ("speed", "commercial") if body.get(name) is not None}
    engine = model if model in ENGINES else AUTO_ENGINE
    known = _KNOWN.difference(OWN_SETTINGS if strict else ())
    left = [name for name, value in body.items() if value is not None and name not in known]
    if names := printable(", ".join(left), _LONGEST):
        told[names] = f"{names}: not known here, left out"
    if strict:
        if instructions:
            told["instructions"] = "instructions were not used: openai.strict is set"
        strictly = SpeechRequest(text, Settings(engine, voice, **given), body.get("speakers"))
        return Wish(strictly, audio_format, as_events, False, told)
    if voices is not None:
        voice = known_voice(voice, voices, told)
        engine = _known_engine(model, voice, voices, installed, told)
    if "speed" in given:
        given["speed"] = _natural(given["speed"], told)
    given |= _own(body, told)
    if instructions:
        given |= _directed(instructions, given, told)
    timed = body.get("return_timing")
    if timed not in (None, True, False):
        raise invalid("return_timing", "it should be true or false.", "应是 true 或 false。")
    request = SpeechRequest(text, Settings(engine, voice, **given), body.get("speakers"))
    return Wish(request, audio_format, as_events, bool(timed), told)


def _text(body: dict[str, Any], name: str) -> str | None:
    value = body.get(name)
    if value is not None and not isinstance(value, str):
        raise invalid(name, *NOT_TEXT)
    return value


def _choice(body: dict[str, Any], name: str, default: str, choices: tuple[str, ...]) -> str:
    value = body.get(name)
    if value is None:
        return default
    if value not in choices:
        known = ", ".join(choices)
        raise invalid(name, f"it should be one of {known}.", f"可选 {known}。")
    return str(value)


def _voice(body: dict[str, Any]) -> Any:
    """The voice, of whatever type, OpenAI's names as the default."""
    voice = body.get("voice")
    if isinstance(voice, dict):  # the API's newer form
        if voice.get("id") is None:
            raise invalid("voice", 'write it as {"id": "…"}.', '请写成 {"id": "…"}。')
        voice = voice["id"]
    return "default" if voice is None or (isinstance(voice, str) and voice in OPENAI_VOICES) else voice


def known_voice(voice: Any, voices: Sequence[Voice], told: dict[str, str]) -> Any:
    """The voice where there is such a one, else the default; what is no text is left to the check of the request."""
    if not isinstance(voice, str) or voice.startswith(INLINE):
        return voice
    if not voice:
        return "default"
    try:
        return check_voice(voice, ("default", *(one.id for one in voices)))
    except StudioError:
        told["voice"] = f'voice "{printable(voice, _LONGEST)}" is not here: spoken by the default voice'
        return "default"


def _known_engine(
    model: str, voice: Any, voices: Sequence[Voice], installed: Sequence[str], told: dict[str, str]
) -> str:
    """The engine that ``model`` names where it is installed and the voice is one of its own, else auto."""
    if model in (AUTO_ENGINE, "", *OPENAI_MODELS):
        return AUTO_ENGINE
    owner = "kokoro" if is_mixture(voice) else next((one.engine for one in voices if one.id == voice), model)
    if model in installed and owner == model:
        return model
    told["model"] = f'model "{printable(model, _LONGEST)}" does not speak here: auto was taken'
    return AUTO_ENGINE


def _natural(speed: Any, told: dict[str, str]) -> Any:
    low, high = SETTINGS["speed"].bounds or OPENAI_SPEEDS
    slowest, fastest = OPENAI_SPEEDS
    if isinstance(speed, bool) or not isinstance(speed, (int, float)) or not slowest <= speed <= fastest:
        raise out_of_range("speed", speed, slowest, fastest)
    natural = min(max(float(speed), low), high)
    if natural != speed:
        told["speed"] = f"speed {speed:g} would not sound natural: {natural:g} was taken"
    return natural


def _own(body: Mapping[str, Any], told: dict[str, str]) -> dict[str, Any]:
    """Our own settings in ``body`` that can be used."""
    given: dict[str, Any] = {}
    for name, value in numbers_of(SETTINGS, {name: body[name] for name in OWN_SETTINGS if name in body}).items():
        try:
            given |= {} if value in (None, "") else {name: check_setting(name, value, voices=())}
        except StudioError:
            told[name] = f'{name} "{printable(value, _LONGEST)}" cannot be used: left out'
    return given


def _directed(instructions: str, given: Mapping[str, Any], told: dict[str, str]) -> dict[str, Any]:
    """The settings that ``instructions`` ask for; what is ``given`` by itself comes before theirs."""
    heard = read_instructions(instructions)
    unused = list(heard.unused)
    wanted = {"emotion": heard.emotion, "pitch": heard.pitch, "speed": heard.speed if heard.speed != 1.0 else 0.0}
    own = {name for name, value in given.items() if (name, value) != ("speed", 1.0)}
    unused += [f"their {name}, as {name} is given" for name, value in wanted.items() if value and name in own]
    if unused:
        told["instructions"] = f"instructions not used: {printable(' | '.join(unused), _LONGEST)}"
    return {name: value for name, value in wanted.items() if value and name not in own}
