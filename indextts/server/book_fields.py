"""What the calls of ``/v1/books`` take."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from indextts.books.binding.model import FORMS
from indextts.model.settings import SETTINGS
from indextts.server import field_schemas as shapes
from indextts.server.field_schemas import LATER, Schema, one_of, or_null, with_note
from indextts.server.parsing import FORM_TYPES
from indextts.server.routes.lexicon import ENTRIES
from indextts.server.schemas import GENERATE_FORM, SPEECH_BODY
from indextts.works.books import book_contents as contents
from indextts.works.projects.contents import MAX_WORDS

_PLACE: Final[Schema] = {"type": "integer", "minimum": 0, "maximum": contents.MAX_CHARS}
_LINE: Final = shapes.note(contents.MAX_LINE)
_PLAIN: Final[Schema] = {"type": "string", "maxLength": contents.MAX_CHARS, "pattern": "^[^\\u0000]*$"}
REVISION: Final[Schema] = {
    "type": "integer",
    "minimum": 1,
    "description": "The one that the change is of: 409 where another window was faster.",
}
_WAYS: Final[dict[str, Any]] = {"anyOf": shapes.EMOTION_WAYS}
SETTINGS_OF_BOOK: Final[Schema] = {
    **shapes.fields({}, {name: SPEECH_BODY["properties"][name] for name in SETTINGS}),
    **_WAYS,
    "description": "Of the whole book; what a character of the cast has comes before it.",
}
_EMPTY: Final[Schema] = {"enum": ["", None]}
ROLE: Final[Schema] = shapes.strict_fields(
    {},
    {
        "voice": {"anyOf": [{LATER: "voice"}, _EMPTY]},
        "emotion": {"anyOf": [shapes.EMOTION, _EMPTY]},
        "intensity": or_null({"type": "number", "minimum": 0, "maximum": 1}),
        "speed": with_note(or_null({"type": "number", "minimum": 0.5, "maximum": 2}), "Relative to the book's."),
        "gender": {"enum": [*contents.GENDERS, None]},
        "others": or_null(
            {
                "type": "array",
                "maxItems": contents.MAX_OTHERS,
                "items": shapes.character(contents.MAX_SPEAKER),
                "description": "Other names of the same person.",
            }
        ),
    },
)

NAMED: Final[Mapping[str, Schema]] = {"BookSettings": SETTINGS_OF_BOOK, "BookRole": ROLE}
"""What several calls take: it stands once in the description."""
_SETTINGS, _ROLE = ({"$ref": f"#/components/schemas/{name}"} for name in NAMED)


def _roles(one: Schema) -> Schema:
    return {
        "type": "object",
        "maxProperties": contents.MAX_CAST,
        "propertyNames": shapes.character_or_narrator(contents.MAX_SPEAKER),
        "additionalProperties": one,
        "description": "By the characters' names; the empty one is the narrator. Of each what is given is changed.",
    }


_OPTIONS: Final[Schema] = {
    **shapes.strict_fields(
        {},
        {
            "format": with_note(one_of(*contents.FORMATS), "What the book is made into."),
            "zip_format": with_note(
                one_of(*(form for form in contents.FORMATS if form not in ("zip", "m4b"))), "Of a zip's files."
            ),
            "norm": with_note(one_of(*contents.NORMS), "How loud."),
            "chapter_pause_s": {"type": "number", "minimum": 0, "maximum": contents.MAX_PAUSE_S},
            "titles": {"type": "boolean", "description": "Whether titles of chapters are said."},
            "notice": with_note(one_of(*contents.NOTICES), "Where it is said that a machine speaks; not in a dub."),
            "fit": {"type": "boolean", "description": "Whether subtitles are heard at their times."},
            "music": {
                **shapes.strict_fields(
                    {},
                    dict.fromkeys(
                        contents.MUSIC_PLACES,
                        shapes.strict_fields(
                            {},
                            {
                                name: {"type": "number", "minimum": low, "maximum": high}
                                for name, (low, high) in contents.MUSIC_BOUNDS.items()
                            },
                        ),
                    ),
                ),
                "description": "How the sounds of `/music` are heard, all that differs from the usual: loudness beside"
                " the speech, how much lower while somebody speaks, how long alone and under the speech, fades.",
            },
            "length_s": with_note(
                or_null({"type": "number", "minimum": 0, "maximum": contents.MAX_VIDEO_S}),
                "Of the video that the subtitles belong to.",
            ),
        },
    ),
    "description": "Those that are given are changed.",
}
_COMMON: Final[Mapping[str, Schema]] = {
    "title": _LINE,
    "author": _LINE,
    "language": one_of(*contents.LANGUAGES),
    "settings": _SETTINGS,
    "options": _OPTIONS,
}
_NEW_FIELDS: Final[Mapping[str, Schema]] = {**_COMMON, "cast": _roles(_ROLE)}
WORDS: Final[Schema] = with_note({**ENTRIES, "maxItems": MAX_WORDS}, "Entries that come before the dictionary's.")

_ADDRESS: Final[Schema] = {"type": "string", "pattern": "^https?://", "description": "Of a page, where it is allowed."}
_OF_SOMETHING: Final = {
    **shapes.strict_fields({}, {"text": {LATER: "text"}, "address": _ADDRESS, **_NEW_FIELDS}),
    "oneOf": [{"required": ["text"]}, {"required": ["address"]}],
    "example": {"text": "第一章\n天黑了。", "title": "夜"},
}
_FILE: Final[Schema] = {
    "type": "string",
    "format": "binary",
    "description": "TXT, Markdown, EPUB, DOCX, PDF with text, SRT, ASS, JSON script.",
}
_IN_FORM: Final[Mapping[str, Schema]] = {
    "title": _LINE,
    "author": _LINE,
    "format": with_note(one_of(*contents.FORMATS, ""), "m4b unless given."),
    "cast": {"type": "string", "description": "JSON: roles by the characters' names, as in the JSON body."},
    **{name: GENERATE_FORM["properties"][name] for name in SETTINGS},
}
FORM: Final[Schema] = {**shapes.strict_fields({"file": _FILE}, _IN_FORM), **_WAYS}
"""A file with what is to be made of it; the usual settings as in ``/tts/generate``."""
FORM_BODY: Final[dict[str, Any]] = {FORM_TYPES[0]: {"schema": FORM}}
NEW: Final[dict[str, Any]] = {
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {"schema": _OF_SOMETHING},
            **FORM_BODY,
        },
    }
}
CHANGE: Final = shapes.strict_fields(
    {},
    {
        **_COMMON,
        "words": WORDS,
        "favourite": {"type": "boolean"},
        "on": {
            "type": "array",
            "maxItems": contents.MAX_CHAPTERS,
            "items": {"type": "integer", "minimum": 1, "maximum": contents.MAX_CHAPTERS},
            "description": "The numbers of the chapters that are spoken; the others are not.",
        },
        "revision": REVISION,
    },
)
CHAPTER: Final = shapes.strict_fields(
    {},
    {
        "title": _LINE,
        "kind": one_of(*contents.KINDS),
        "on": {"type": "boolean", "description": "Whether it is spoken."},
        "text": with_note(_PLAIN, "Who says what goes along with its words."),
        "quotations": {
            "type": "array",
            "maxItems": contents.MAX_SPANS,
            "items": shapes.strict_fields(
                {"start": _PLACE, "end": _PLACE}, {"speaker": shapes.note(contents.MAX_SPEAKER)}
            ),
        },
        "fixes": {
            "type": "array",
            "maxItems": contents.MAX_SPANS,
            "items": shapes.strict_fields(
                {"start": _PLACE, "end": _PLACE, "reading": shapes.line(contents.MAX_READING)}, {}
            ),
        },
        "revision": REVISION,
    },
)
SPLIT: Final = shapes.strict_fields({"at": {**_PLACE, "minimum": 1}}, {"title": _LINE, "revision": REVISION})
MERGE: Final = shapes.strict_fields({}, {"revision": REVISION})
SAID_BY: Final = shapes.strict_fields(
    {"speaker": with_note(shapes.note(contents.MAX_SPEAKER), "Empty: the narrator; `?`: nobody knows.")},
    {"all": {"type": "boolean", "description": "All that the same one says."}, "revision": REVISION},
)
_DOUBT: Final[Schema] = {"type": "string", "pattern": r"^[0-9a-f]{16}\.[0-9]{1,6}\.-?[0-9]{1,9}$"}
_SCOPE: Final[Schema] = with_note(one_of("here", "book"), "Here alone, or in the whole book.")
_WAYS_OF_FIXING: Final[Mapping[str, Schema]] = {
    "reading": with_note(shapes.line(contents.MAX_READING), "Pinyin or ARPAbet; of a number also its words."),
    "speaker": with_note(shapes.note(contents.MAX_SPEAKER), "Empty: the narrator; `?`: nobody knows."),
    "text": with_note(shapes.line(2_000), "What is said in its place."),
}
_RIGHT: Final[Schema] = {"type": "boolean", "description": "As it is; false takes that back, but of who speaks."}
FIX: Final[Schema] = {
    **shapes.strict_fields(
        {"doubt": _DOUBT}, {**_WAYS_OF_FIXING, "right": _RIGHT, "scope": _SCOPE, "revision": REVISION}
    ),
    "oneOf": [{"required": [way]} for way in ("reading", "right", "speaker", "text")],
}
_NAME: Final = shapes.character(contents.MAX_SPEAKER)
CAST: Final = shapes.strict_fields(
    {},
    {
        "roles": _roles(or_null(_ROLE)),
        "rename": shapes.strict_fields({"from": _NAME, "to": _NAME}, {}),
        "join": shapes.strict_fields({"from": _NAME, "into": _NAME}, {}),
        "revision": REVISION,
    },
)
_JOB: Final = or_null({"type": "string", "pattern": "^[A-Za-z0-9_-]{1,64}$"})
_AT: Final[Mapping[str, Schema]] = {
    "job": _JOB,
    "at_s": {"type": "number", "minimum": 0, "maximum": contents.MAX_SECONDS},
    "chapter": {"type": "integer", "minimum": 1, "maximum": contents.MAX_CHAPTERS},
}
_SAID: Final[Schema] = {"type": "string", "maxLength": contents.MAX_NOTE, "pattern": "^[^\\u0000]*$"}
NOTES: Final = shapes.strict_fields(
    {},
    {
        "marks": or_null(
            {
                "type": "array",
                "maxItems": contents.MAX_MARKS,
                "items": shapes.strict_fields({}, {**_AT, "text": _SAID, "note": _SAID}),
            }
        ),
        "place": or_null(shapes.strict_fields({}, _AT)),
    },
)
FILE: Final = shapes.strict_fields(
    {"format": one_of(*FORMS)},
    {"chapter": or_null({"type": "integer", "minimum": 1, "maximum": contents.MAX_CHAPTERS})},
)
