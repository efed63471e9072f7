"""How a plan's mistakes are told: the field's path, and in one sentence what is wrong with it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from indextts.model.errors import StudioError, printable
from indextts.model.i18n.messages import Bilingual

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

_KINDS: Final[Mapping[str, Bilingual]] = {
    "missing": Bilingual("is missing", "缺失"),
    "unexpected_keyword_argument": Bilingual("is not a field of a plan", "不是方案的字段"),
    "extra_forbidden": Bilingual("is not a field of a plan", "不是方案的字段"),
    "int_type": Bilingual("must be a whole number", "应是整数"),
    "int_from_float": Bilingual("must be a whole number", "应是整数"),
    "float_type": Bilingual("must be a number", "应是数字"),
    "finite_number": Bilingual("must be a finite number", "应是有限的数字"),
    "string_type": Bilingual("must be a string", "应是文字"),
    "string_unicode": Bilingual("must be valid text", "应是有效的文字"),
    "bool_type": Bilingual("must be true or false", "应是 true 或 false"),
    "list_type": Bilingual("must be a list", "应是列表"),
    "dict_type": Bilingual("must be an object", "应是对象"),
    "dataclass_type": Bilingual("must be an object", "应是对象"),
    "int_parsing_size": Bilingual("is too large a number", "数字过大"),
}

_ENTRIES: Final = Bilingual("entries", "项")


def bad_field(path: str, en: str, zh: str) -> StudioError:
    """The error for the field at ``path``; ``en`` and ``zh`` go on after its name, without a full stop."""
    return StudioError("bad_plan", reason=Bilingual(f"{path} {en}.", f"{path} {zh}。"))


def plan_too_large(limit: int) -> StudioError:
    """The error for a body that no plan of the longest text has."""
    told = Bilingual(f"is larger than {limit} bytes, more than any plan has", f"超过 {limit} 字节，方案不会这么大")
    return bad_field("body", told.en, told.zh)


def out_of(value: object, low: float, high: float) -> Bilingual:
    """What is wrong with a number outside its bounds."""
    given = printable(value, 80)
    return Bilingual(f"must be from {low:g} to {high:g}, not {given}", f"应在 {low:g} 到 {high:g} 之间，而不是 {given}")


def too_many(count: int, most: int, unit: Bilingual = _ENTRIES) -> Bilingual:
    """What is wrong with something too long."""
    return Bilingual(f"has {count} {unit.en}; at most {most}", f"有 {count} {unit.zh}，最多 {most} {unit.zh}")


def not_readable(error: ErrorDetails) -> StudioError:
    """The error for the first thing that pydantic finds wrong."""
    kind, context = error["type"], error.get("ctx", {})
    path = ""
    for part in error["loc"]:
        path += f"[{part}]" if isinstance(part, int) else f".{printable(part, 80)}"
    path = path.removeprefix(".")
    if kind == "json_invalid":
        problem = str(context.get("error", ""))
        deep = Bilingual("it is nested too deeply.", "嵌套太深。")
        other = Bilingual(f"it is not valid JSON ({problem}).", f"不是有效的 JSON（{problem}）。")
        return StudioError("bad_plan", reason=deep if "recursion" in problem else other)
    if not path:
        return StudioError("bad_plan", reason=Bilingual("it should be a JSON object.", "内容应是一个 JSON 对象。"))
    if kind == "literal_error":
        wanted = str(context.get("expected", ""))
        return bad_field(path, f"must be {wanted}", f"应是 {wanted.replace(' or ', ' 或 ').replace(', ', '、')}")
    return bad_field(
        path, *_KINDS.get(kind, Bilingual(f"cannot be read: {error['msg']}", f"无法读取（{error['msg']}）"))
    )
