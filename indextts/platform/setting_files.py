"""Files of settings: YAML that is read strictly, and what is wrong with one in plain sentences.

A name that stands twice is refused, where YAML would silently take the last; an empty setting has its default.
"""

from __future__ import annotations

import difflib
from collections.abc import Hashable, Mapping
from pathlib import Path
from typing import Any, Final, get_args

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError, model_validator
from pydantic_core import PydanticCustomError

from indextts.model import fields
from indextts.model.errors import StudioError, printable, reason_of
from indextts.model.i18n.messages import Bilingual

RATE: Final = r"^([1-9]\d*) ?(?:/|per) ?([1-9]\d* ?)?(second|minute|hour|day)s?$"
"""A rate in words: ``120/minute``, ``5 per 10 seconds``."""

_ADDRESS: Final = "https?://"
_LISTS: Final = ("list_type", "tuple_type")
_KINDS: Final = ("bool", "constrained-str", "str")
"""What pydantic adds to a place where one of several kinds may stand, beside names in brackets."""


class Section(BaseModel):
    """What all sections share: what is not known is refused, nothing changes, and what is empty has its default."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)

    @model_validator(mode="before")
    @classmethod
    def _known_alone(cls, given: Any) -> Any:
        if not isinstance(given, Mapping):
            return given
        for name in given:
            if name not in cls.model_fields:
                raise _unknown(str(name), list(cls.model_fields))
        kinds = {name: field.annotation for name, field in cls.model_fields.items()}
        if held := next((str(name) for name, value in given.items() if "\0" in str(value)), None):
            about = {"english": "it holds a NUL character; remove it.", "chinese": "含有 NUL 字符，请删除。"}
            raise PydanticCustomError("said", "{english}", {**about, "name": held})
        return {name: _as_given(value, kinds[name]) for name, value in given.items() if value is not None}


def _as_given(value: Any, kind: Any) -> Any:
    """``value``, a yes or no as a word where a number belongs: as one, ``true`` would count as 1."""
    kinds = {kind, *get_args(kind)}
    return str(value).lower() if isinstance(value, bool) and kinds & {int, float} and bool not in kinds else value


def _unknown(name: str, known: list[str]) -> PydanticCustomError:
    near, all_of_them = difflib.get_close_matches(name, known, n=1), ", ".join(known)
    english = f"did you mean {near[0]}?" if near else f"available: {all_of_them}."
    chinese = f"是否应为 {near[0]}？" if near else f"可用的有 {all_of_them}。"
    about = {"english": f"there is no such setting; {english}", "chinese": f"没有这个设置，{chinese}"}
    return PydanticCustomError("said", "{english}", {**about, "name": printable(name)})


def read_mapping(path: Path) -> dict[Any, Any]:
    """The mapping that a YAML file holds; an empty file is an empty one.

    Raises :class:`StudioError` ``bad_config`` with the line that is wrong.
    """
    try:
        data: object = yaml.load(path.read_text(encoding="utf-8"), Loader=_Loader)
    except (OSError, UnicodeDecodeError, yaml.YAMLError, _DoubledError) as error:
        raise StudioError("bad_config", path=path, reason=_unreadable(path, error)) from error
    if data is not None and not isinstance(data, dict):
        reason = Bilingual("it should be a table of settings.", "内容应是一张设置表。")
        raise StudioError("bad_config", path=path, reason=reason)
    return data or {}


def _unreadable(path: Path, error: Exception) -> Bilingual:
    if isinstance(error, _DoubledError):
        return Bilingual(*error.args)
    if isinstance(error, UnicodeDecodeError):
        return Bilingual("it is not UTF-8 text; save the file as UTF-8.", "文件不是 UTF-8 文本，请另存为 UTF-8。")
    if isinstance(error, yaml.MarkedYAMLError) and (mark := error.problem_mark or error.context_mark):
        what, line = " ".join(filter(None, (error.context, error.problem))), mark.line + 1
        return Bilingual(f"line {line} cannot be read: {what}.", f"第 {line} 行无法读取：{what}。")
    if isinstance(error, OSError):
        return unread(path, error)
    return Bilingual(*[" ".join(str(error).split())] * 2)


def unread(path: Path, error: OSError | None = None) -> Bilingual:
    """Why there is nothing to read at ``path``."""
    if path.is_dir():
        return Bilingual(f"{path} is a folder; name a file.", f"{path} 是目录，请指定文件。")
    if error is None or isinstance(error, FileNotFoundError):
        return Bilingual(f"there is no file {path}.", f"没有文件 {path}。")
    return reason_of(error)


def what_is_wrong(error: ValidationError) -> Bilingual:
    """The first thing that is wrong, by its place; where one of several kinds may stand, all that it could be."""
    found = error.errors(include_url=False)
    place = _place(found[0])
    said = [_sentence(one) for one in found if _place(one) == place]
    english = ", or ".join(dict.fromkeys(one.en.rstrip(".") for one in said))
    chinese = "，或者".join(dict.fromkeys(one.zh.rstrip("。") for one in said))
    if not english.endswith("?"):
        english, chinese = f"{english}.", f"{chinese}。"
    return Bilingual(f"{place}: {english}" if place else english, f"{place}：{chinese}" if place else chinese)


def _place(found: Any) -> str:
    named = found.get("ctx", {}).get("name")
    parts = [str(part) for part in (*found["loc"], *([named] if named else []))]
    return ".".join(part for part in parts if part not in _KINDS and "[" not in part)


def _sentence(found: Any) -> Bilingual:
    kind, given = found["type"], found["input"]
    if kind in _LISTS and isinstance(given, str | int | float):
        shown = printable(given, 60)
        return Bilingual(f"it should be a list: write [{shown}].", f"应是列表，请写成 [{shown}]。")
    if kind == "string_pattern_mismatch":
        pattern = found["ctx"]["pattern"]
        if pattern == RATE:
            return Bilingual("it should be a rate such as 120/minute.", "应是 120/minute 这样的频率。")
        if _ADDRESS in pattern:
            return Bilingual(
                "it should be an address such as https://example.com.", "应是 https://example.com 这样的地址。"
            )
    return Bilingual(*fields.sentence(kind, found.get("ctx", {})))


class _DoubledError(Exception):
    """A name stands twice: in both languages."""


class _Loader(yaml.CSafeLoader):
    """Refuses a name that stands twice in one table."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        seen: dict[str, yaml.Mark] = {}
        for key, _ in node.value:
            place = key.start_mark
            if not isinstance(key, yaml.ScalarNode) or key.value == "<<":
                continue
            if seen.setdefault(key.value, place).index != place.index:
                name, first, line = printable(key.value), seen[key.value].line + 1, place.line + 1
                english = f"“{name}” stands in line {first} and again in line {line}; keep one of them."
                raise _DoubledError(english, f"“{name}”在第 {first} 行和第 {line} 行重复，请只保留一处。")
        return super().construct_mapping(node, deep)
