"""Models of what callers give and what is stored: check, JSON schema and defaults of a field come from its annotation.

    class Binding(Given):
        norm: Literal["none", "acx"] = "none"
        pause_s: Annotated[float, Number(0, 30)] = 2.0
        title: Annotated[str, OneLine(200)] = absent       # may be left out, and has no default

    check(Binding, {"norm": "acx"}).given()         # {"norm": "acx"}
    check(Binding, {"pause_s": 40})                 # StudioError: “pause_s: it should be a number from 0 to 30.”

A rule may raise :class:`StudioError` for what has a code of its own; it passes through pydantic as it is. Bodies of
requests are described by :func:`schemas_of`.
"""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Final, TypeVar

from pydantic import BaseModel, ConfigDict, Strict, ValidationError, model_validator
from pydantic.json_schema import GenerateJsonSchema
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from indextts.model.errors import StudioError, invalid, printable
from indextts.model.settings import NO_TEXT, whole

Schema = dict[str, Any]
M = TypeVar("M", bound="Given")

LATER: Final = "x-filled-in"
"""Key of a schema whose value is filled in when the API is described: the name of a part, or of a model as
``module:Name``.
"""
SPACES: Final = "\\u0009-\\u000d\\u001c-\\u0020\\u0085\\u00a0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000"
"""White space as Python has it, inside of a pattern's brackets."""
UNSEEN: Final = (
    "\\u00ad\\u034f\\u061c\\u115f\\u1160\\u17b4\\u17b5\\u180b-\\u180f\\u200b-\\u200f\\u202a-\\u202e\\u2060-\\u206f"
    "\\u2800\\u3164\\ufe00-\\ufe0f\\ufeff\\uffa0\U000e0000-\U000e0fff"
)
"""Characters without a shape of their own (Unicode's default ignorable ones, and the empty braille pattern)."""
LINE_BREAKERS: Final = "\\u0000-\\u001f\\u007f-\\u009f\\u2028\\u2029"
"""Control characters and what begins another line, inside of a pattern's brackets."""
TEXT: Final = "^[^\\u0000]*$"
"""The pattern of any text."""
absent: Final[Any] = None
"""Default of a field without a default: it may be left out, and is not in :meth:`Given.given` then."""

NO_LINE: Final = re.compile(f"[{LINE_BREAKERS}\ud800-\udfff]")
"""What no line of text may hold."""
_SEEN: Final = re.compile(f"[^{SPACES}{UNSEEN}]")
_CHOICES: Final = re.compile("'([^']*)'")


class Given(BaseModel):
    """Base of models. They are built when the first value is checked, and refuse unknown fields."""

    model_config = ConfigDict(
        extra="forbid", defer_build=True, frozen=True, json_schema_serialization_defaults_required=True
    )

    @model_validator(mode="before")
    @classmethod
    def _knows(cls, given: Any) -> Any:
        if isinstance(given, Mapping):
            known = [field.alias or name for name, field in cls.model_fields.items()]
            for name in given:
                if name not in known:
                    raise PydanticCustomError(
                        "unknown", "unknown", {"name": printable(name, 60), "known": ", ".join(known)}
                    )
        return given

    def given(self) -> dict[str, Any]:
        """The fields that were given, as plain values."""
        return self.model_dump(exclude_unset=True)

    @classmethod
    def stored(cls: type[M], kept: Mapping[str, Any]) -> M:
        """What was stored by this or another version: unknown fields are left out, missing ones take their default."""
        return cls.model_validate({name: one for name, one in kept.items() if name in cls.model_fields})


def check(model: type[M], given: object, context: object = None) -> M:
    """``given`` as ``model`` has it; the rules of its fields see ``context``.

    Raises :class:`StudioError` with the first thing that is wrong.
    """
    try:
        return model.model_validate(given, context=context)
    except ValidationError as error:
        raise refused(error.errors(include_url=False, include_input=False)[0]) from None


def refused(first: Mapping[str, Any]) -> StudioError:
    """What pydantic tells of the first thing that is wrong, as an error in both languages; the field is the innermost
    one that has a name.
    """
    kind, about = first["type"], first.get("ctx", {})
    names = [part for part in first["loc"] if isinstance(part, str) and part != "[key]"]
    field = about["name"] if kind == "unknown" else names[-1] if names else "body"
    return invalid(printable(field, 60), *sentence(kind, about))


def sentence(kind: str, about: Mapping[str, Any]) -> tuple[str, str]:
    """What is wrong, in English and Chinese, by pydantic's name for it and what pydantic tells of it."""
    match kind:
        case "said":
            return about["english"], about["chinese"]
        case "unknown":
            known = about["known"]
            return f"there is no such field; available: {known}.", f"没有这个字段，可用的有 {known}。"
        case "extra_forbidden" | "unexpected_keyword_argument":
            return "there is no such field.", "没有这个字段。"
        case "missing":
            return "it is needed.", "缺少这一项。"
        case "bool_type" | "bool_parsing":
            return "it should be true or false.", "应是 true 或 false。"
        case "literal_error":
            known = ", ".join(filter(None, _CHOICES.findall(about["expected"])))
            return f"it should be one of {known}.", f"可用的有 {known}。"
        case "list_type" | "tuple_type":
            return "it should be a list.", "应是列表。"
        case "too_long":
            most = about["max_length"]
            return f"it should have at most {most} entries.", f"最多 {most} 项。"
        case "dict_type" | "model_type" | "mapping_type" | "dataclass_type":
            return "it should be a table of names and values.", "应是名称与值的表。"
        case "string_type":
            return "it should be a string.", "应是文字。"
        case "int_parsing" | "int_type" | "int_from_float" | "int_parsing_size":
            return "it should be a whole number.", "应是整数。"
        case "float_parsing" | "float_type" | "finite_number":
            return "it should be a number.", "应是数。"
        case "greater_than":
            return f"it should be more than {about['gt']}.", f"应大于 {about['gt']}。"
        case "less_than":
            return f"it should be less than {about['lt']}.", f"应小于 {about['lt']}。"
        case "too_short" | "string_too_short":
            return "it should not be empty.", "不能为空。"
        case "path_type":
            return "it should be the name of a file or folder.", "应是文件名或目录名。"
        case "value_error":
            return f"{about['error']}.", f"{about['error']}。"
        case "greater_than_equal":
            return f"it should be at least {about['ge']}.", f"应不小于 {about['ge']}。"
        case "less_than_equal":
            return f"it should be at most {about['le']}.", f"应不大于 {about['le']}。"
        case "string_too_long":
            return f"it should have at most {about['max_length']} characters.", f"应不超过 {about['max_length']} 个字。"
        case _:
            return "it cannot be used as it is.", "这个值无法使用。"


def said(english: str, chinese: str) -> PydanticCustomError:
    """The refusal of a value, with what is wrong with it."""
    return PydanticCustomError("said", "{english}", {"english": english, "chinese": chinese})


Flag = Annotated[bool, Strict()]


class FieldRule(ABC):
    """An annotation that checks a value and describes itself as JSON schema."""

    @abstractmethod
    def check(self, value: Any, context: Any) -> Any:
        """The value as it is stored. Raises what :meth:`refuse` makes, or :class:`StudioError`."""

    @abstractmethod
    def schema(self) -> Schema:
        """The JSON schema of all values that pass, and of no others."""

    def refuse(self, english: str, chinese: str) -> PydanticCustomError:
        """The refusal of a value, with what is wrong with it; the model knows its field."""
        return said(english, chinese)

    def __get_pydantic_core_schema__(self, source: Any, handler: Any) -> CoreSchema:
        return core_schema.with_info_plain_validator_function(lambda value, info: self.check(value, info.context))

    def __get_pydantic_json_schema__(self, core: CoreSchema, handler: Any) -> Schema:
        return self.schema()


@dataclass(frozen=True)
class Number(FieldRule):
    """A number within bounds."""

    low: float
    high: float

    def check(self, value: Any, context: Any) -> float:
        low, high = self.low, self.high
        if isinstance(value, bool) or not isinstance(value, (int, float)) or not low <= value <= high:
            raise self.refuse(
                f"it should be a number from {low:g} to {high:g}.", f"应为 {low:g} 到 {high:g} 之间的数。"
            )
        return float(value)

    def schema(self) -> Schema:
        return {"type": "number", "minimum": self.low, "maximum": self.high}


@dataclass(frozen=True)
class Whole(FieldRule):
    """A whole number, also one written as 2.0."""

    low: int
    high: int | None = None

    def check(self, value: Any, context: Any) -> int:
        number, low, high = whole(value), self.low, self.high
        is_whole = isinstance(number, int) and not isinstance(number, bool)
        if is_whole and low <= number and (high is None or number <= high):
            return int(number)
        if high is None:
            raise self.refuse(f"it should be a whole number from {low} on.", f"应是从 {low} 起的整数。")
        raise self.refuse(f"it should be a whole number from {low} to {high}.", f"应为 {low} 到 {high} 之间的整数。")

    def schema(self) -> Schema:
        return {"type": "integer", "minimum": self.low, **({} if self.high is None else {"maximum": self.high})}


@dataclass(frozen=True)
class OneLine(FieldRule):
    """A line of text, without white space around it and with single spaces."""

    most: int
    """Characters, counted before."""
    needed: bool = False
    """Whether there has to be something in it."""
    barred: str = ""
    """A name that it may not be."""

    def check(self, value: Any, context: Any) -> str:
        if isinstance(value, str) and len(value) <= self.most and not NO_LINE.search(value):
            line = " ".join(value.split())
            if (is_seen(line) or not (line or self.needed)) and not (self.barred and line == self.barred):
                return line
        english, chinese = (
            f"it should be a line of at most {self.most} characters",
            f"应为不超过 {self.most} 个字的一行文字",
        )
        if isinstance(value, str) and value.strip() and not is_seen(value):
            english, chinese = f"{english} that can be seen", f"{chinese}，且须有可见字符"
        elif self.needed:
            english, chinese = f"{english}, and not empty", f"{chinese}，且不能为空"
        if self.barred:
            english, chinese = f"{english}, and not “{self.barred}”", f"{chinese}，且不能是“{self.barred}”"
        raise self.refuse(f"{english}.", f"{chinese}。")

    def schema(self) -> Schema:
        before = rf"(?![{SPACES}]*{re.escape(self.barred)}[{SPACES}]*$)" if self.barred else ""
        if self.needed:
            return words(self.most, f"[{LINE_BREAKERS}]", before)
        seen = rf"(?=[{SPACES}]*$|[\s\S]*[^{SPACES}{UNSEEN}])"
        return {"type": "string", "maxLength": self.most, "pattern": without(f"[{LINE_BREAKERS}]") + before + seen}


@dataclass(frozen=True)
class Text(FieldRule):
    """A text of any lines.

    Raises :class:`StudioError` ``text_too_long``, ``text_invalid``.
    """

    most: int
    plain: bool = False
    """Whether its lines are separated by line feeds alone afterwards."""

    def check(self, value: Any, context: Any) -> str:
        if not isinstance(value, str):
            raise self.refuse("it should be a string.", "应是文字。")
        text = value.replace("\r\n", "\n").replace("\r", "\n") if self.plain else value
        if len(text) > self.most:
            raise StudioError("text_too_long", length=len(text), limit=self.most)
        if (bad := NO_TEXT.search(text)) is not None:
            raise StudioError("text_invalid", what=f"U+{ord(bad[0]):04X}", position=bad.start() + 1)
        return text

    def schema(self) -> Schema:
        return {"type": "string", "maxLength": self.most, "pattern": TEXT}


@dataclass(frozen=True)
class Name(FieldRule):
    """A name that matches a regular expression, such as an id."""

    pattern: str
    """Without anchors."""
    english: str
    """What it should be, as is ``chinese``: ``the id of a job``."""
    chinese: str

    def check(self, value: Any, context: Any) -> str:
        if not isinstance(value, str) or not re.fullmatch(self.pattern, value):
            raise self.refuse(f"it should be {self.english}.", f"应是{self.chinese}。")
        return value

    def schema(self) -> Schema:
        return {"type": "string", "pattern": f"^{self.pattern}$"}


def without(barred: str) -> str:
    """The beginning of a pattern: nothing of ``barred`` anywhere."""
    return rf"^(?![\s\S]*{barred})"


def holding(wanted: str, barred: str, before: str = "") -> str:
    """The pattern of a text with a character of ``wanted`` in it and nothing of ``barred``."""
    return rf"{without(barred)}{before}[\s\S]*[{wanted}]"


def words(longest: int, barred: str, before: str = "") -> Schema:
    """Text with something to see in it, as :func:`is_seen` has it."""
    pattern = holding(f"^{SPACES}{UNSEEN}", barred, before)
    return {"type": "string", "minLength": 1, "maxLength": longest, "pattern": pattern}


def is_seen(text: str) -> bool:
    """Whether there is anything in ``text`` that a person can see."""
    return _SEEN.search(text) is not None


def schemas_of(model: type[Given], prefix: str) -> dict[str, Schema]:
    """The JSON schemas of what is given as ``model`` and as the models in it, by their names; they refer to each other
    by ``prefix`` and the name. Defaults are left out: where something is stored already, what is left out stays.
    """
    whole = model.model_json_schema(ref_template=f"{prefix}{{model}}", schema_generator=_Given)
    return {**whole.pop("$defs", {}), model.__name__: whole}


class _Given(GenerateJsonSchema):
    """Without defaults, and without titles that only repeat a name."""

    def default_schema(self, schema: core_schema.WithDefaultSchema) -> Schema:
        return self.generate_inner(schema["schema"])

    def field_title_should_be_set(self, schema: Any) -> bool:
        return False

    def dict_schema(self, schema: core_schema.DictSchema) -> Schema:
        size = {"maxProperties": schema["max_length"]} if "max_length" in schema else {}
        names, values = (self.generate_inner(schema[one]) for one in ("keys_schema", "values_schema"))
        return {"type": "object", "propertyNames": names, "additionalProperties": values, **size}

    def model_schema(self, schema: core_schema.ModelSchema) -> Schema:
        made = super().model_schema(schema)
        made.pop("title", None)
        return made
