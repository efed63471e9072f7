"""What the fields of requests may hold, as JSON schemas: what they allow is accepted, what they bar is refused.

What hangs on the configuration or on the voices that there are is filled in when the description is asked for
(:mod:`indextts.server.routes.docs`); :data:`LATER` marks those places.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Final

from indextts.model.fields import SPACES, Schema, holding, without, words
from indextts.model.settings import AUTO, EMOTIONS, NEUTRAL, SAMPLING, SETTINGS, Sampling, Setting
from indextts.plan.request import SPEAKABLE_SIGNS
from indextts.voices.design import BOUNDS, INLINE
from indextts.voices.mixture import MOST_MIXED, is_ready
from indextts.voices.names import (
    MAX_CONSENT,
    MAX_LABEL,
    MAX_NAME,
    MAX_REFERENCES,
    MAX_SPEAKERS,
    MAX_TAG,
    MAX_TAGS,
    MAX_WEIGHT,
)

_CONTROLS: Final = "\\u0000-\\u0008\\u000e-\\u001b\\u007f-\\u0084\\u0086-\\u009f"
"""Control characters that are no white space."""

_INVISIBLE: Final = (
    "\\u00ad\\u0600-\\u0605\\u061c\\u06dd\\u070f\\u0890\\u0891\\u08e2\\u180e\\u200b-\\u200f\\u202a-\\u202e"
    "\\u2060-\\u2064\\u2066-\\u206f\\ufeff\\ufff9-\\ufffb\U000110bd\U000110cd\U00013430-\U0001343f"
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0001\U000e0020-\U000e007f"
)
"""Characters that format others: they would make names that look alike."""

_PRIVATE: Final = "\\ue000-\\uf8ff\U000f0000-\U000ffffd\U00100000-\U0010fffd"
"""Characters without a meaning of their own."""

NO_TEXT: Final = _CONTROLS + _INVISIBLE + _PRIVATE
"""Inside of a pattern's brackets: what no name, label, tag or statement may hold."""

_MATHS: Final = (
    "+<->|~¬±×÷϶؆-؈⁄⁒⁺-⁼₊-₌℘⅀-⅄⅋←-↔↚↛↠↣↦↮⇎⇏⇒⇔⇴-⋿⌠⌡⍼⎛-⎳⏜-⏡▷◁◸-◿♯⟀-⟄⟇-⟥⟰-⟿⤀-⦂⦙-⧗⧜-⧻⧾-⫿⬰-⭄⭇-⭌﬩﹢﹤-﹦＋＜-＞｜～￢￩-￬"
    "\U0001d6c1\U0001d6db\U0001d6fb\U0001d715\U0001d735\U0001d74f\U0001d76f\U0001d789\U0001d7a9\U0001d7c3\U0001eef0\U0001eef1"
)
_MONEY: Final = "$¢-¥֏؋߾߿৲৳৻૱௹฿៛₠-⃀꠸﷼﹩＄￠￡￥￦\U00011fdd-\U00011fe0\U0001e2ff\U0001ecb0"

_SHARE: Final = r"(0(\.[0-9]+)?|1(\.0+)?)"

WRITTEN: Final[Mapping[str, str]] = {
    "tract": r"0\.[89][0-9]*|1(\.[01][0-9]*)?|1\.20*",
    "pitch": r"-?([0-9]|1[01])(\.[0-9]+)?|-?12(\.0+)?",
    "range": r"0\.[5-9][0-9]*|1(\.[0-5][0-9]*)?|1\.60*",
    "rate": r"0\.7[5-9][0-9]*|0\.[89][0-9]*|1(\.[0-2][0-9]*)?|1\.30*",
    "tilt": r"-?[0-3](\.[0-9]+)?|-?4(\.0+)?",
}
"""How numbers within the bounds of a design are written, where they stand in a text."""

_RECORDINGS: Final = r"^ref-[0-9a-f]{64}(\+[0-9a-f]{64})*$"


def fields(needed: Mapping[str, Schema], others: Mapping[str, Schema], *, absent: str | None = None) -> Schema:
    """An object with these fields and no more; ``absent`` is as good as leaving one of ``others`` out."""
    return strict_fields(needed, {one: _or(absent, shape) for one, shape in others.items()})


def strict_fields(needed: Mapping[str, Schema], others: Mapping[str, Schema]) -> Schema:
    """The same, where ``others`` must hold a value if they are there."""
    return {
        "type": "object",
        "properties": {**needed, **others},
        "required": list(needed),
        "additionalProperties": False,
    }


def of_setting(row: Setting) -> Schema:
    """A number within the bounds of ``row``, one of its names, or true and false."""
    if row.kind is bool:
        return {"type": "boolean"}
    if row.bounds is None:
        return one_of(*row.allowed)
    low, high = row.bounds
    return {"type": "integer" if row.kind is int else "number", "minimum": low, "maximum": high}


def one_of(*names: str) -> Schema:
    """One of these names."""
    return {"type": "string", "enum": list(names)}


def or_null(shape: Schema) -> Schema:
    """The same, or nothing."""
    return _or(None, shape)


def with_note(shape: Schema, description: str) -> Schema:
    """The same, with what a reader should know of it."""
    return {**shape, "description": description} if description else shape


def _or(absent: str | None, shape: Schema) -> Schema:
    about: Schema = {key: shape[key] for key in ("description", "default", "examples") if key in shape}
    inner = {key: value for key, value in shape.items() if key not in about}
    return {"anyOf": [inner, {"enum": [absent]}], **about}


def text(*, emoji: bool) -> Schema:
    """A text with something to say in it, as :func:`indextts.plan.request.check_text` has it."""
    signs = r"\p{S}" if emoji else _MONEY + _MATHS
    said = rf"\p{{L}}\p{{N}}⺀-⻳⼀-⿕{SPEAKABLE_SIGNS}{signs}"
    return {"type": "string", "minLength": 1, "pattern": holding(said, r"[\u0000]")}


def mixture(ids: Sequence[str], *, designed: bool = True) -> Schema:
    """A mixture of those of ``ids`` that can be mixed; ``designed`` allows sliders on top. Nothing where none can."""
    if not any(map(is_ready, ids)):
        return {"type": "string", "maxLength": 0, "minLength": 1}
    part = rf"({'|'.join(filter(is_ready, ids))})(\((0\.[0-9]*[1-9]|[1-9][0-9]?(\.[0-9]+)?|100)\))?"
    parts = "|".join(f"{name}=({WRITTEN[name]})" for name in BOUNDS)
    sliders = rf"(:({parts})(,({parts}))*)?" if designed else ""
    once = rf"(?!.*({'|'.join(BOUNDS)})=.*\1=)"
    return {"type": "string", "pattern": rf"^{once}{part}(\+{part}){{0,{MOST_MIXED - 1}}}{sliders}$"}


def voice(ids: Sequence[str], *others: Schema) -> Schema:
    """One of ``ids``, a mixture of them, a design, or recordings by their hashes."""
    parts = "|".join(f"{name}=({WRITTEN[name]})" for name in BOUNDS)
    designs = {"type": "string", "pattern": rf"^{INLINE}(?!.*({'|'.join(BOUNDS)})=.*\1=)(({parts})(,({parts}))*)?$"}
    mixtures = [mixture(ids)] if any(map(is_ready, ids)) else []
    return {"anyOf": [{"enum": list(ids)}, *mixtures, designs, {"type": "string", "pattern": _RECORDINGS}, *others]}


def speakers(one: Schema) -> Schema:
    """A table of labels and voices, each of the shape ``one``."""
    return {
        "type": "object",
        "maxProperties": MAX_SPEAKERS,
        "propertyNames": words(MAX_LABEL, f"[{NO_TEXT}:：*]"),
        "additionalProperties": one,
    }


def speakers_text(ids: Sequence[str]) -> Schema:
    """Such a table as JSON text, or nothing."""
    label = rf"[^{NO_TEXT}{SPACES}:：*\"\\]{{1,{MAX_LABEL}}}"
    pair = rf"\"{label}\": ?\"({'|'.join(ids)})\""
    return {"type": "string", "pattern": rf"^(\{{({pair}(, ?{pair})*)?\}})?$"}


_TAKEN: Final = "[Dd][Ee][Ff][Aa][Uu][Ll][Tt]|([Oo][Ww][Nn]|[Cc][Ll][Oo][Nn][Ee])-[0-9]+|[Rr][Ee][Ff]-[0-9a-fA-F+]+"
NAME: Final = words(MAX_NAME, rf"[{NO_TEXT}:：<>=,]", rf"(?![{SPACES}]*({_TAKEN})[{SPACES}]*$)")
"""What a voice can be called."""

_AGREED: Final = holding(r"\p{L}\p{N}", f"[{NO_TEXT}]")
CONSENT: Final[Schema] = {"type": "string", "minLength": 1, "maxLength": MAX_CONSENT, "pattern": _AGREED}
"""A statement of consent: a letter or a digit at least."""

TAG: Final[Schema] = {"type": "string", "maxLength": MAX_TAG, "pattern": without(f"[{NO_TEXT},，]")}
"""A word that a cloned voice is found by."""

_ONE_TAG: Final = f"[^,，]{{0,{MAX_TAG}}}"
_TAGS: Final = f"{without(f'[{NO_TEXT}]')}{_ONE_TAG}([,，]{_ONE_TAG}){{0,{MAX_TAGS - 1}}}$"
TAGS_TEXT: Final[Schema] = {"type": "string", "pattern": _TAGS}
"""Such words in a form, with commas between them."""

_WEIGHT: Final[Schema] = {"type": "number", "exclusiveMinimum": 0, "maximum": MAX_WEIGHT}
WEIGHTS: Final[Schema] = {"type": "array", "items": _WEIGHT, "minItems": 1, "maxItems": MAX_REFERENCES}
"""The shares of a voice's recordings."""

_SHARE_OF_VOICE: Final = r"(0\.[0-9]*[1-9]|[1-9][0-9]{0,2}(\.[0-9]+)?|1000)"
_SHARES_OF_VOICE: Final = f"^({_SHARE_OF_VOICE}(,{_SHARE_OF_VOICE}){{0,{MAX_REFERENCES - 1}}})?$"
WEIGHTS_TEXT: Final[Schema] = {"type": "string", "pattern": _SHARES_OF_VOICE}
"""The same in a form, with commas between them, or nothing."""

_NAMES: Final = "|".join(EMOTIONS)
_MIXTURE: Final = rf"^(?!.*({_NAMES}).*\1)(?=.*([1-9]|[a-z](\+|$)))({_NAMES})(:{_SHARE})?(\+({_NAMES})(:{_SHARE})?)*$"
EMOTION_NAME: Final[Schema] = {
    "anyOf": [one_of(*EMOTIONS, AUTO), {"type": "string", "maxLength": 200, "pattern": _MIXTURE}]
}
"""A name, or shares written in one line."""

_EMOTION_SHARE: Final[Schema] = {"type": "number", "minimum": 0, "maximum": 1}
_SOME: Final[Schema] = {"type": "number", "exclusiveMinimum": 0}
EMOTION: Final[Schema] = {
    "anyOf": [
        *EMOTION_NAME["anyOf"],
        {
            "type": "object",
            "properties": dict.fromkeys(EMOTIONS, _EMOTION_SHARE),
            "additionalProperties": False,
            "anyOf": [{"required": [one], "properties": {one: _SOME}} for one in EMOTIONS],
        },
        {
            "type": "array",
            "items": _EMOTION_SHARE,
            "minItems": len(EMOTIONS) - 1,
            "maxItems": len(EMOTIONS) - 1,
            "contains": _SOME,
        },
    ]
}
"""The same, or the shares as an object or as a list."""

_NOTHING: Final[Schema] = {"enum": ["", None]}
_UNNAMED: Final[Schema] = {"enum": [NEUTRAL, None]}
_CLONED: Final[Schema] = {"type": "string", "pattern": "^(clone|ref)-"}
EMOTION_WAYS: Final[Sequence[Schema]] = [
    {"properties": {"emotion_text": _NOTHING, "emotion_reference": _NOTHING}},
    {"properties": {"emotion": _UNNAMED, "emotion_reference": _NOTHING}},
    {"required": ["voice"], "properties": {"emotion": _UNNAMED, "emotion_text": _NOTHING, "voice": _CLONED}},
]
"""An emotion by its name, by words or by a recording, which only cloned voices can borrow: one of them."""

EMOTION_REFERENCE: Final[Schema] = {"type": "string", "pattern": "^([0-9a-f]{64})?$"}
"""The SHA-256 of a recording."""

_LONGEST: Final = SETTINGS["emotion_text"].longest
EMOTION_TEXT: Final[Schema] = {"type": "string", "maxLength": _LONGEST, "pattern": without(r"\u0000")}
"""An emotion in words."""

_PARTS: Final = "|".join(
    f"{row.name}=({row.written})" for row in sorted(SAMPLING.values(), key=lambda row: row.kind is bool)
)
SAMPLING_TEXT: Final[Schema] = {"type": "string", "pattern": rf"^(({_PARTS})(,({_PARTS}))*)?$"}
"""The settings of sampling as text: ``beams=1,steps=10``, or nothing."""

_VALUES: Final[Mapping[str, Schema]] = {
    name: {"type": ["boolean", "null"]} if row.kind is bool else or_null(of_setting(row))
    for name, row in SAMPLING.items()
}
_WHOLE: Final[Schema] = {"type": "object", "properties": _VALUES, "additionalProperties": False}
SAMPLING_VALUES: Final[Schema] = {"anyOf": [{**_WHOLE, "examples": [asdict(Sampling())]}, SAMPLING_TEXT]}
"""Their names and values, or the same as text."""
