"""The shapes of bodies and answers, for ``/openapi.json`` and for checking what we answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from pydantic import BaseModel

from indextts.model.fields import LATER, Given, Schema
from indextts.model.settings import AUTO, EMOTIONS, SETTINGS
from indextts.model.utterance import Receipt
from indextts.plan.request import FORMATS
from indextts.server import field_schemas as shapes
from indextts.server.errors import ErrorDetail
from indextts.server.field_schemas import one_of, with_note
from indextts.server.parsing import FORM_TYPES
from indextts.server.uploads import FILES
from indextts.voices.names import MAX_REFERENCES

_TEXT = (
    "Chinese, English, or both. Marks in it: <行|xing2>, <minute|ˈmɪnət>, [pause 500ms], [happy]…[/happy], "
    "[happy 0.8]…[/happy], and of SSML speak, p, s, break, say-as, phoneme, sub, prosody, emphasis, lang, voice."
)
_SPEAKERS = (
    "The voices of the labels that lines begin with (`A: …`). Where at least two lines begin with a letter or a "
    "voice's name, or one with a label from here, it is a dialogue; voices that are not given are "
    "picked. Empty: no labels."
)

AUDIO_TYPES: Final[Mapping[str, str]] = {
    "wav": "audio/wav",
    "flac": "audio/flac",
    "mp3": "audio/mpeg",
    "opus": "audio/ogg",
    "pcm": "audio/pcm",
}
OPENAI_TYPES: Final[Mapping[str, str]] = {**AUDIO_TYPES, "aac": "audio/aac"}
"""Those of OpenAI's list."""
OPENAI_SPEEDS: Final = (0.25, 4.0)
"""The range that OpenAI gives; beyond our own it is brought to the nearest that sounds natural."""

SUBTITLE_TYPES: Final[Mapping[str, str]] = {
    "srt": "application/x-subrip",
    "vtt": "text/vtt",
    "lrc": "text/plain",
    "json": "application/json",
}

ANKI_TYPE: Final = "application/apkg"

BINARY: Final[Mapping[str, Schema]] = {"schema": {"type": "string", "format": "binary"}}
"""A body that is a file."""


def picture_type(data: bytes) -> str:
    """The media type of a book's cover: JPEG or PNG."""
    return "image/png" if data.startswith(b"\x89PNG") else "image/jpeg"


RECORDING_TYPES: Final = "audio/wav, audio/flac, audio/mpeg, audio/ogg, audio/mp4"


_SHAPES: Final[Mapping[str, Schema]] = {
    "voice": {LATER: "voice"},
    "emotion": {**shapes.EMOTION, "examples": [*EMOTIONS, AUTO, {"happy": 0.6, "surprised": 0.3}]},
    "prosody": {LATER: "prosody"},
    "emotion_reference": shapes.EMOTION_REFERENCE,
    "emotion_text": shapes.EMOTION_TEXT,
    "sampling": shapes.SAMPLING_VALUES,
}
"""The settings whose values are more than a number or a name."""


def _shape(name: str) -> Schema:
    row = SETTINGS[name]
    return with_note(_SHAPES.get(name) or shapes.of_setting(row), row.note)


_SETTINGS: Final[Mapping[str, Schema]] = {
    **{name: _shape(name) for name in SETTINGS},
    "speakers": with_note(shapes.speakers({LATER: "voice"}), _SPEAKERS),
}

_FORMAT: Final = one_of(*FORMATS)
_SAID: Final = with_note({LATER: "text"}, _TEXT)

SPEECH_BODY: Final[Schema] = {
    **shapes.fields({"text": _SAID}, _SETTINGS),
    "anyOf": shapes.EMOTION_WAYS,
    "example": {"text": "你好，世界。", "emotion": "happy", "intensity": 0.6, "speed": 1.0},
}
"""What ``POST /v1/plan`` takes: a text and how to say it; everything but the text may be left out."""

TTS_BODY: Final[Schema] = {
    **SPEECH_BODY,
    **shapes.fields({"text": _SAID}, {**_SETTINGS, "format": _FORMAT}),
    "example": {**SPEECH_BODY["example"], "format": "wav"},
}
"""What ``POST /tts`` takes."""

BOOK_SETTINGS: Final[Schema] = {
    **shapes.fields({}, {name: _shape(name) for name in SETTINGS}),
    "anyOf": shapes.EMOTION_WAYS,
    "description": "Of the whole book; what a character of the cast has comes before it.",
}
"""The same settings for all that is spoken of a book."""

_TEXT_IN_FORMS: Final[Mapping[str, Schema]] = {
    "emotion": with_note(shapes.EMOTION_NAME, SETTINGS["emotion"].note + " In a form the last two are JSON."),
    "sampling": with_note(shapes.SAMPLING_TEXT, SETTINGS["sampling"].note),
    "speakers": with_note({LATER: "speakers_text"}, _SPEAKERS + " In a form this is JSON."),
}

GENERATE_FORM: Final[Schema] = {
    **shapes.fields({"text": _SAID}, {**_SETTINGS, "format": _FORMAT, **_TEXT_IN_FORMS}, absent=""),
    "anyOf": shapes.EMOTION_WAYS,
}
"""What ``POST /tts/generate`` takes; with files also :data:`FILES`."""

OWN_SETTINGS: Final[tuple[str, ...]] = ("emotion", "intensity", "pitch", "energy", "seed", "quality")
"""Settings that OpenAI's call does not have."""

OPENAI_BODY: Final[Schema] = {
    **shapes.fields(
        {"input": {LATER: "text"}},
        {
            "model": with_note({"type": "string"}, "An engine; every other name is `auto`."),
            "voice": with_note({LATER: "openai_voice"}, "An id of /v1/audio/voices; an unknown one is `default`."),
            "response_format": {**one_of(*OPENAI_TYPES), "default": "mp3"},
            "speed": {"type": "number", "minimum": OPENAI_SPEEDS[0], "maximum": OPENAI_SPEEDS[1]},
            "instructions": with_note({"type": "string"}, "Emotion, speed and pitch are taken from it."),
            "stream_format": one_of("audio", "sse"),
            "return_timing": with_note({"type": "boolean"}, "The words' times as well: JSON, or in the events."),
            "speakers": with_note(shapes.speakers({LATER: "voice"}), "As in /tts; not OpenAI's."),
            "commercial": with_note(_shape("commercial"), f"{SETTINGS['commercial'].note} As in /tts; not OpenAI's."),
            **{name: with_note({}, f"{SETTINGS[name].note} As in /tts; else left out.") for name in OWN_SETTINGS},
        },
    ),
    "additionalProperties": True,
}
"""OpenAI's body of the same call; what else its clients send is left out, and told."""

OPENAI_FORM: Final[Schema] = {
    **shapes.fields(
        {"input": {LATER: "text"}},
        {
            **{name: OPENAI_BODY["properties"][name]["anyOf"][0] for name in ("model", "response_format", "speed")},
            **{name: OPENAI_BODY["properties"][name]["anyOf"][0] for name in ("instructions", "stream_format")},
            **{name: OPENAI_BODY["properties"][name]["anyOf"][0] for name in ("return_timing", "commercial")},
            "voice": {"type": "string"},
            "speakers": with_note({LATER: "speakers_text"}, _SPEAKERS + " In a form this is JSON."),
        },
        absent="",
    ),
    "additionalProperties": True,
}
"""The same in a form or a query."""


LIVE_QUERY: Final = [
    {"name": name, "in": "query", "schema": shape}
    for name, shape in {
        **{name: one for name, one in OPENAI_FORM["properties"].items() if name not in ("input", "return_timing")},
        **{name: _shape(name) for name in ("intensity", "pitch", "energy", "seed")},
        "emotion": _TEXT_IN_FORMS["emotion"],
        "language": with_note(
            one_of("zh", "en"), "By which the default voice is chosen; else the first sentence tells."
        ),
        "sample_rate": {"type": "integer", "enum": [8_000, 16_000, 22_050, 24_000, 32_000, 44_100, 48_000]},
        "words": with_note({"type": "boolean"}, "The words' times in the events, with their places in the text."),
        "flush_after_s": with_note(
            {"type": "number", "minimum": 0, "maximum": 60},
            "So long after the last piece of text what is there is spoken, as if a sentence ended with it; 0: never.",
        ),
    }.items()
]
"""What a call whose text is still being written may ask for, in its query."""


class StageSeconds(BaseModel):
    """Time of one stage."""

    name: str
    seconds: float


class TtsAnswer(BaseModel):
    """Where the audio is, and how it was made."""

    audio_url: str
    duration_s: float
    engine: str
    fallback: bool
    reason: str
    """Why another engine than the one asked for has spoken; empty where it is the same."""
    sample_rate: int
    format: str
    stages: list[StageSeconds]
    rtf: float
    cached: int
    """Sentences whose sound was kept from before."""
    subtitles: dict[str, str]
    """Addresses by format: ``srt``, ``vtt``, ``lrc``, ``json``, and ``apkg``, a deck for Anki; with
    ``?words=true`` vtt and lrc time each word."""
    receipt: Receipt | None
    """What this audio was made with."""
    reproducible: bool | None
    """Whether the plan, unedited, gives here the audio of the receipt that it came with, to the byte."""
    differs: list[str]
    """What is another here than where that receipt was written."""
    edited: bool | None
    """Whether something heard was changed in the plan since."""
    warnings: list[ErrorDetail] = []
    """What went wrong without keeping this from being spoken, such as a dictionary that cannot be read."""
    request_id: str


def later(model: type[Given]) -> Schema:
    """The schema of what is given as ``model``, which is not built before it is asked for."""
    return {LATER: f"{model.__module__}:{model.__name__}"}


def body_of(shape: Schema | type[Given], content_type: str = "application/json") -> dict[str, Any]:
    """The ``openapi_extra`` of a call that reads its body by itself."""
    schema = shape if isinstance(shape, dict) else later(shape)
    return {"requestBody": {"required": True, "content": {content_type: {"schema": schema}}}}


def form_of(schema: Schema, *, files: Schema | None = None, needed: Sequence[str] = ()) -> dict[str, Any]:
    """The ``openapi_extra`` of a form: with recordings, and without them also as browsers send short ones."""
    parts = {**schema, "properties": {**schema["properties"], **({FILES: files} if files else {})}}
    parts["required"] = [*schema.get("required", ()), *needed]
    content: dict[str, Any] = {FORM_TYPES[0]: {"schema": parts}}
    if files:
        content[FORM_TYPES[0]]["encoding"] = {FILES: {"contentType": RECORDING_TYPES}}
    if FILES not in needed:
        content[FORM_TYPES[1]] = {"schema": schema}
    return {"requestBody": {"required": True, "content": content}}


def file_of(types: Sequence[str]) -> dict[str, Any]:
    """The ``openapi_extra`` of a body that is one file, of the first of ``types``, or of a form that has it."""
    form = shapes.strict_fields({"file": {"type": "string", "format": "binary"}}, {})
    content = {
        **dict.fromkeys(types, BINARY),
        FORM_TYPES[0]: {"schema": form, "encoding": {"file": {"contentType": types[0]}}},
    }
    return {"requestBody": {"required": True, "content": content}}


def recordings_field(description: str) -> Schema:
    """The field of a form that holds sound files."""
    one = {"type": "string", "format": "binary"}
    return {"type": "array", "items": one, "minItems": 1, "maxItems": MAX_REFERENCES, "description": description}
