"""An OpenAPI description as a list that a person can review: a line for each call, field, type and answer.

    POST /v1/jobs
      > application/json
        speed?: number(0.5..2) or null
      < 202 application/json: @Job

A field with ``?`` may be left out. ``@Name`` is a component. A shape of more than a line that stands in several places
stands once, under a name that is made from it, such as ``#3fa2c1``. Prose and examples are left out; nothing else is.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any, Final

PROSE: Final = frozenset({"description", "summary", "title", "example", "examples", "operationId", "tags", "version"})
WIDTH: Final = 110
METHODS: Final = ("get", "post", "put", "patch", "delete")
_BOUNDS: Final = (
    ("minimum", "maximum"),
    ("minLength", "maxLength"),
    ("minItems", "maxItems"),
    ("minProperties", "maxProperties"),
)

Schema = Mapping[str, Any]


def outline(described: Schema) -> str:
    """The whole list, with a newline at its end."""
    text = "\n".join(_Outline(described).lines()) + "\n"
    return "".join(
        char if char.isprintable() or char == "\n" else char.encode("unicode_escape").decode() for char in text
    )


class _Outline:
    def __init__(self, described: Schema) -> None:
        self._described = described
        found: Counter[str] = Counter()
        for _, operation in self._operations():
            found.update(_dumped(one) for one in _shapes(operation))
        for schema in described["components"]["schemas"].values():
            found.update(_dumped(one) for one in _shapes(schema))
        shared = sorted(text for text, count in found.items() if count > 1 and len(text) > WIDTH)
        self._shared = {text: f"#{hashlib.sha256(text.encode()).hexdigest()[:6]}" for text in shared}

    def lines(self) -> Iterator[str]:
        for name, operation in self._operations():
            yield name
            yield from self._operation(operation)
        for name, schema in sorted(self._described["components"]["schemas"].items()):
            yield from self._shape(f"@{name}", schema, "")
        for text, name in self._shared.items():
            yield from self._shape(name, json.loads(text), "", whole=True)
        rest = {key: value for key, value in self._described["components"].items() if key != "schemas"}
        yield f"components: {_dumped(rest)}"

    def _operations(self) -> Iterator[tuple[str, Schema]]:
        for path, methods in sorted(self._described["paths"].items()):
            for method in METHODS:
                if method in methods:
                    yield f"{method.upper()} {path}", methods[method]

    def _operation(self, operation: Schema) -> Iterator[str]:
        for one in operation.get("parameters", ()):
            name = f"  {one['in']} {one['name']}{'' if one.get('required') else '?'}"
            yield from self._shape(name, one.get("schema", {}), "  ")
        body = operation.get("requestBody", {})
        for media, content in sorted(body.get("content", {}).items()):
            name = f"  > {media}{'' if body.get('required') else '?'}"
            yield from self._shape(name, content.get("schema", {}), "  ")
            for part, coded in sorted(content.get("encoding", {}).items()):
                yield f"    {part} as {coded['contentType']}"
        answers: dict[str, list[str]] = {}
        for status, answer in sorted(operation.get("responses", {}).items()):
            headers = "".join(f" +{name}" for name in sorted(answer.get("headers", {})))
            for media, content in sorted(answer.get("content", {"": {}}).items()):
                told = "\n".join(self._shape(f"{media}{headers}".strip(), content.get("schema", {}), "  "))
                answers.setdefault(told, []).append(status)
        for told, statuses in answers.items():
            yield from f"  < {','.join(statuses)} {told}".splitlines()
        known = {"parameters", "requestBody", "responses", *PROSE}
        yield from (f"  {key}: {_dumped(value)}" for key, value in sorted(operation.items()) if key not in known)

    def _shape(self, name: str, schema: Schema, indent: str, *, whole: bool = False) -> Iterator[str]:
        """In one line where it fits; else a line for each of its fields or alternatives."""
        line = f"{name}: {self._short(schema, whole=whole)}"
        parts = list(self._parts(schema))
        if len(line) <= WIDTH or not parts or (not whole and _dumped(schema) in self._shared):
            yield line
            return
        inner = indent + "  "
        left = {key: value for key, value in schema.items() if key not in ("properties", "required", "anyOf", "items")}
        yield f"{name}: {self._short(left, whole=True)}"
        for part, one in parts:
            yield from self._shape(inner + part, one, inner)

    def _parts(self, schema: Schema) -> Iterator[tuple[str, Schema]]:
        required = schema.get("required", ())
        for name, one in sorted(schema.get("properties", {}).items()):
            yield name if name in required else f"{name}?", one
        yield from (("required", {"enum": [name]}) for name in required if name not in schema.get("properties", {}))
        yield from (("or", one) for one in schema.get("anyOf", ()))
        if "items" in schema:
            yield "each", schema["items"]

    def _short(self, schema: Any, *, whole: bool = False) -> str:
        if not isinstance(schema, Mapping):
            return _dumped(schema)
        if not whole and (shared := self._shared.get(_dumped(schema))):
            return shared
        left = {key: value for key, value in schema.items() if key not in PROSE}
        said = []
        if "$ref" in left:
            said.append("@" + left.pop("$ref").rpartition("/")[2])
        if "enum" in left:
            kind = left.pop("type", None)
            values = [one if isinstance(one, str) and one else _dumped(one) for one in left.pop("enum")]
            said.append("|".join(values) + (f" ({kind})" if kind not in (None, "string") else ""))
        if "type" in left:
            kind = left.pop("type")
            said.append(kind if isinstance(kind, str) else "|".join(kind))
        for least, most in _BOUNDS:
            if least in left or most in left:
                said.append(f"({left.pop(least, '')}..{left.pop(most, '')})")
        if "pattern" in left:
            said.append(f"/{left.pop('pattern')}/")
        if "properties" in left:
            required = left.pop("required", ())
            fields = (
                f"{name}{'' if name in required else '?'}: {self._short(one)}"
                for name, one in sorted(left.pop("properties").items())
            )
            more = [name for name in required if name not in schema["properties"]]
            said.append("{" + ", ".join([*fields, *(f"{name}: any" for name in more)]) + "}")
        if "items" in left:
            said.append("of " + self._short(left.pop("items")))
        if "anyOf" in left:
            said.append(" or ".join(self._short(one) for one in left.pop("anyOf")))
        if "additionalProperties" in left:
            more_of = left.pop("additionalProperties")
            said.append("closed" if more_of is False else f"others: {self._short(more_of)}")
        said.extend(f"{key}={_dumped(value)}" for key, value in sorted(left.items()))
        return " ".join(said) or "any"


def _shapes(node: Any) -> Iterator[Schema]:
    """Every schema below ``node`` that says more than a type."""
    if isinstance(node, Mapping):
        if node.keys() & {"properties", "anyOf", "enum", "pattern", "items"}:
            yield node
        for value in node.values():
            yield from _shapes(value)
    elif isinstance(node, list):
        for value in node:
            yield from _shapes(value)


def _dumped(value: Any) -> str:
    return json.dumps(_bare(value), ensure_ascii=False, sort_keys=True)


def _bare(node: Any, *, names: bool = False) -> Any:
    """The same without prose. Below ``properties`` stand names of fields, which may be called as prose is."""
    if isinstance(node, list):
        return [_bare(one) for one in node]
    if not isinstance(node, Mapping):
        return node
    return {key: _bare(value, names=key == "properties") for key, value in node.items() if names or key not in PROSE}
