"""What the calls of ``/v1/jobs`` take."""

from __future__ import annotations

from typing import Annotated, Any, Final

from pydantic import ConfigDict, Field, WithJsonSchema

from indextts.model.fields import LATER, Flag, Given, OneLine, Schema, absent, check
from indextts.server.schemas import TTS_BODY

MAX_TITLE: Final = 200
_ID: Final[Schema] = {"type": "string", "pattern": "^[A-Za-z0-9_-]{22}$"}


class JobFields(Given):
    """How a job is begun."""

    title: Annotated[str, OneLine(MAX_TITLE), Field(description="The beginning of the text unless given.")] = ""
    project: Annotated[
        Annotated[str, WithJsonSchema(_ID)] | None, Field(description="The project that it belongs to.")
    ] = None
    live: Annotated[Flag, Field(description="Somebody waits for it: it takes its turns like any request.")] = False
    before: Annotated[
        Annotated[str, WithJsonSchema(_ID)] | None, Field(description="The job that this one is an edit of.")
    ] = None


def _with_speech(schema: Schema) -> None:
    schema["properties"] = {**TTS_BODY["properties"], **schema["properties"]}
    schema |= {name: TTS_BODY[name] for name in ("required", "anyOf", "example")}


class JobOfText(JobFields):
    """A text that is spoken as a job, with all that `/tts` takes."""

    model_config = ConfigDict(json_schema_extra=_with_speech)

    keep_fixes: Annotated[
        Annotated[str, WithJsonSchema(_ID)] | None,
        Field(description="The job whose corrected readings, breaks and emphasis stay in equal sentences."),
    ] = None


class JobOfPlan(JobFields):
    """A plan that is spoken as a job."""

    plan: Annotated[Any, WithJsonSchema({LATER: "plan"}), Field(description="One of `/v1/plan`, edited or not.")]
    format: Annotated[Any, WithJsonSchema(TTS_BODY["properties"]["format"])] = absent


class JobOfEdit(JobFields):
    """What another job spoke, with one change, as a job: all other sentences are spoken already."""

    before: Annotated[str, WithJsonSchema(_ID), Field(description="The job whose plan is changed.")]
    edit: Annotated[
        dict[str, Any],
        WithJsonSchema({"type": "object"}),
        Field(description="One of those of `/v1/editor/{plan}/edits`: `action`, `segment`, `token` and the rest."),
    ]


class JobChange(Given):
    """A change of a job."""

    title: Annotated[str, OneLine(MAX_TITLE, needed=True)] = absent
    favourite: Flag = absent
    kept: Annotated[Flag, Field(description="Its sound stays on the disk however much there is.")] = absent


def check_title(title: object) -> None:
    """Raises :class:`StudioError` ``invalid_value`` for what cannot be a title."""
    check(JobFields, {"title": title})
