"""The shapes of bodies and answers, for ``/openapi.json`` and for checking what we answer."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from indextts.request import AUTO, EMOTIONS, ENGINES, FORMATS, MAX_SEED, PROSODIES, RANGES, VOCODERS

_EXAMPLE: Any = {"text": "你好，世界。", "emotion": "happy", "intensity": 0.6, "speed": 1.0, "format": "wav"}


_TEXT = (
    "Chinese, English, or both. Marks in it: <行|xing2>, <minute|M IH1 N AH0 T>, [pause 500ms], [happy]…[/happy], "
    "[happy 0.8]…[/happy], and of SSML speak, p, s, break, say-as, phoneme, sub, prosody, emphasis, lang, voice."
)


def _between(name: str) -> Any:
    low, high = RANGES[name]
    return Field(ge=low, le=high)


class SpeechBody(BaseModel):
    """A text and how to say it; everything but the text may be left out."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": _EXAMPLE})

    text: Annotated[str, Field(min_length=1, description=_TEXT)]
    engine: Annotated[str | None, Field(json_schema_extra={"enum": [*ENGINES, None]})] = None
    voice: Annotated[str | None, Field(description="An id of /v1/audio/voices, or `default`.")] = None
    emotion: Annotated[str | None, Field(json_schema_extra={"enum": [*EMOTIONS, AUTO, None]})] = None
    intensity: Annotated[float | None, _between("intensity")] = None
    speed: Annotated[float | None, _between("speed")] = None
    pitch: Annotated[float | None, _between("pitch"), Field(description="Semitones.")] = None
    energy: Annotated[float | None, _between("energy"), Field(description="Decibels.")] = None
    vocoder: Annotated[str | None, Field(json_schema_extra={"enum": [*VOCODERS, None]})] = None
    prosody: Annotated[str | None, Field(json_schema_extra={"enum": [*PROSODIES, None]})] = None
    seed: Annotated[int | None, Field(ge=0, le=MAX_SEED)] = None


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
