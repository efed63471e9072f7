"""The shapes of bodies and answers, for ``/openapi.json`` and for checking what we answer."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from indextts.request import (
    AUTO,
    AUTO_ENGINE,
    EMOTIONS,
    ENGINES,
    FORMATS,
    MAX_EMOTION_TEXT,
    MAX_SEED,
    PROSODIES,
    RANGES,
    VOCODERS,
)
from indextts.server.errors import ErrorDetail
from indextts.utterance import Receipt, Sampling

_EXAMPLE: Any = {"text": "你好，世界。", "emotion": "happy", "intensity": 0.6, "speed": 1.0, "format": "wav"}


_TEXT = (
    "Chinese, English, or both. Marks in it: <行|xing2>, <minute|M IH1 N AH0 T>, [pause 500ms], [happy]…[/happy], "
    "[happy 0.8]…[/happy], and of SSML speak, p, s, break, say-as, phoneme, sub, prosody, emphasis, lang, voice."
)

_EMOTION = (
    "A name, `auto`, or a mixture: `happy:0.6+surprised:0.3`, an object of names and shares from 0 to 1, or eight "
    "shares in the order of the names. Shares of more than 1 in all are scaled down."
)
_EMOTIONS: Any = {"examples": [*EMOTIONS, AUTO, {"happy": 0.6, "surprised": 0.3}]}


_VOICE = "An id of /v1/audio/voices, `default`, or a design such as `design:tract=0.9,pitch=-3`."


_REFERENCE = "SHA-256 of a recording whose emotion a cloned voice borrows; in place of `emotion`."
_WORDS = "The emotion described in words, in place of `emotion`."
_SAMPLING = "For cloned voices; what is left out is as published. In forms also `beams=1,steps=10`."


def _between(name: str) -> Any:
    low, high = RANGES[name]
    return Field(ge=low, le=high)


class SpeechBody(BaseModel):
    """A text and how to say it; everything but the text may be left out."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": _EXAMPLE})

    text: Annotated[str, Field(min_length=1, description=_TEXT)]
    engine: Annotated[str | None, Field(json_schema_extra={"enum": [AUTO_ENGINE, *ENGINES, None]})] = None
    voice: Annotated[str | None, Field(description=_VOICE)] = None
    emotion: Annotated[
        str | dict[str, float] | list[float] | None, Field(description=_EMOTION, json_schema_extra=_EMOTIONS)
    ] = None
    intensity: Annotated[float | None, _between("intensity")] = None
    speed: Annotated[float | None, _between("speed")] = None
    pitch: Annotated[float | None, _between("pitch"), Field(description="Semitones.")] = None
    energy: Annotated[float | None, _between("energy"), Field(description="Decibels.")] = None
    vocoder: Annotated[str | None, Field(json_schema_extra={"enum": [*VOCODERS, None]})] = None
    prosody: Annotated[str | None, Field(json_schema_extra={"enum": [*PROSODIES, None]})] = None
    seed: Annotated[int | None, Field(ge=0, le=MAX_SEED, description="0, or another reading of the same text.")] = None
    loudness: Annotated[float | None, _between("loudness"), Field(description="LUFS; as configured if absent.")] = None
    peak: Annotated[float | None, _between("peak"), Field(description="dBTP; as configured if absent.")] = None
    emotion_reference: Annotated[str | None, Field(description=_REFERENCE)] = None
    emotion_text: Annotated[str | None, Field(max_length=MAX_EMOTION_TEXT, description=_WORDS)] = None
    sampling: Annotated[
        dict[str, bool | int | float | None] | str | None,
        Field(description=_SAMPLING, json_schema_extra={"examples": [asdict(Sampling())]}),
    ] = None
    speakers: Annotated[
        dict[str, str] | None,
        Field(
            description="The voices of the labels that lines begin with (`A: …`). Where at least two lines begin with "
            "a letter or a voice's name, or one with a label from here, it is a dialogue; voices that are not given "
            "are picked. Empty: no labels."
        ),
    ] = None


class TtsBody(SpeechBody):
    """What ``POST /tts`` takes."""

    format: Annotated[str | None, Field(json_schema_extra={"enum": [*FORMATS, None]})] = None


class GenerateForm(TtsBody):
    """What ``POST /tts/generate`` takes."""

    reference: Annotated[
        list[Annotated[str, Field(json_schema_extra={"format": "binary"})]] | None,
        Field(description="Recordings of the voice to imitate, for engines that can."),
    ] = None


class OpenAiSpeechBody(BaseModel):
    """OpenAI's body of the same call."""

    input: Annotated[str, Field(min_length=1)]
    model: str | None = None
    voice: Annotated[str | None, Field(description="An id of /v1/audio/voices, `default`, or one of OpenAI's.")] = None
    response_format: Annotated[str | None, Field(json_schema_extra={"enum": [*FORMATS, None]})] = "mp3"
    speed: Annotated[float | None, _between("speed")] = None
    instructions: Annotated[str | None, Field(description="Accepted, not followed by the built-in engine.")] = None
    stream_format: Annotated[Literal["audio", "sse"] | None, Field()] = None
    speakers: Annotated[dict[str, str] | None, Field(description="As in /tts; not OpenAI's.")] = None


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
    """Addresses by format: ``srt``, ``vtt``, ``lrc``, ``json``; with ``?words=true`` vtt and lrc time each word."""
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


def body_of(model: type[BaseModel], *content_types: str) -> dict[str, Any]:
    """The ``openapi_extra`` of a call that reads its body by itself."""
    schema = model.model_json_schema()
    return {
        "requestBody": {
            "required": True,
            "content": {kind: {"schema": schema} for kind in content_types or ("application/json",)},
        }
    }
