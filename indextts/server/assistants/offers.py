"""What assistants are offered: each tool's name, its description, and the schema of its arguments.

They are read by models, hence short and in English.
"""

from __future__ import annotations

from typing import Any, Final

from indextts.model.settings import AUTO, EMOTIONS, SETTINGS

INSTRUCTIONS: Final = (
    "Speaks Chinese and English text as natural speech. Use `say` for a text of up to some 1,000 characters, `jobs` "
    "for longer ones, `plan` to see how a text would be read before it is spoken, `voices` for the ids of voices."
)

Schema = dict[str, Any]

FORMATS: Final = ("mp3", "wav", "flac", "opus")


def _number(name: str, description: str) -> Schema:
    row = SETTINGS[name]
    assert row.bounds is not None
    low, high = row.bounds
    return {"type": "number", "minimum": low, "maximum": high, "default": row.default, "description": description}


_TEXT: Final[Schema] = {
    "type": "string",
    "minLength": 1,
    "description": "What is to be said, in Chinese, English or both. <行|xing2> sets a reading, [pause 500ms] a pause.",
}
_SPEECH: Final[dict[str, Schema]] = {
    "voice": {"type": "string", "description": "The id of a voice, from the tool voices; the usual one without."},
    "emotion": {
        "type": "string",
        "enum": [*EMOTIONS, AUTO],
        "default": SETTINGS["emotion"].default,
        "description": "How it is said; `auto` takes it from the text, sentence by sentence.",
    },
    "intensity": _number("intensity", "How strong the emotion is."),
    "speed": _number("speed", "1 is the voice's own speed, 2 twice as fast."),
    "pitch": _number("pitch", "Semitones above the voice's own pitch."),
    "commercial": {
        "type": "boolean",
        "default": SETTINGS["commercial"].default,
        "description": "True where the sound is for commercial use: whatever does not allow that is refused.",
    },
}
_FORMAT: Final[Schema] = {"type": "string", "enum": list(FORMATS), "default": "mp3"}


def _object(properties: dict[str, Schema], *required: str) -> Schema:
    return {
        "type": "object",
        "properties": properties,
        "required": list(required),
        "additionalProperties": False,
    }


ACTIONS: Final = ("create", "state", "list", "cancel", "result")

_SAY: Final[Schema] = _object(
    {
        "text": _TEXT,
        **_SPEECH,
        "format": _FORMAT,
        "answer": {
            "type": "string",
            "enum": ["audio", "link"],
            "default": "audio",
            "description": "`audio`: the sound itself and its address. `link`: its address alone, for long sounds.",
        },
    },
    "text",
)
_PLAN: Final[Schema] = _object({"text": _TEXT, **_SPEECH}, "text")
_VOICES: Final[Schema] = _object(
    {
        "language": {"type": "string", "description": "Only voices that speak it: zh, en, ru …"},
        "engine": {"type": "string", "description": "Only voices of this engine."},
    }
)
_JOBS: Final[Schema] = _object(
    {
        "action": {
            "type": "string",
            "enum": list(ACTIONS),
            "description": "create: speak `text`. state, cancel, result: of the job `id`. list: the newest jobs.",
        },
        "id": {"type": "string", "description": "The job's id, as `create` has answered it."},
        "text": {**_TEXT, "description": f"For create. {_TEXT['description']}"},
        "title": {"type": "string", "maxLength": 200, "description": "For create: what it is called in lists."},
        **{name: {**one, "description": f"For create. {one['description']}"} for name, one in _SPEECH.items()},
        "format": {**_FORMAT, "description": "For result: what its address gives."},
    },
    "action",
)

OFFERS: Final[tuple[dict[str, Any], ...]] = (
    {
        "name": "say",
        "title": "Say a text",
        "description": (
            "Speak a text and get the sound, with its address, duration and engine. The address lives for a limited "
            "time. For more than some 1,000 characters use jobs."
        ),
        "inputSchema": _SAY,
        "annotations": {
            "readOnlyHint": False,
            "destructiveHint": False,
            "idempotentHint": True,
            "openWorldHint": False,
        },
    },
    {
        "name": "plan",
        "title": "See how a text would be read",
        "description": (
            "How a text would be read, without speaking it: for each sentence its spoken words, the reading of each "
            "character with breaks (#1 slight to #4 sentence), and what is doubtful, such as characters with several "
            "readings. To correct one, say the text with <字|zi4>."
        ),
        "inputSchema": _PLAN,
        "annotations": {"readOnlyHint": True, "openWorldHint": False},
    },
    {
        "name": "voices",
        "title": "List the voices",
        "description": "The voices that say and jobs can speak with: id, name, languages, engine, group, licence.",
        "inputSchema": _VOICES,
        "annotations": {"readOnlyHint": True, "openWorldHint": False},
    },
    {
        "name": "jobs",
        "title": "Speak a long text",
        "description": (
            "Long texts are spoken as jobs: create one, ask for its state until it is done, then for the address of "
            "its result. A job goes on without the assistant; cancel stops it."
        ),
        "inputSchema": _JOBS,
        "annotations": {"readOnlyHint": False, "destructiveHint": False, "openWorldHint": False},
    },
)
