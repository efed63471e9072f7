"""The sampling settings of cloned voices, from whatever form they are given in, checked."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import fields
from typing import Any, Final

from indextts.errors import StudioError, shown
from indextts.i18n.messages import Bilingual
from indextts.utterance.model import Sampling

RANGES: Final[dict[str, tuple[float, float]]] = {
    "temperature": (0.1, 2.0),
    "top_p": (0.01, 1.0),
    "top_k": (0, 100),
    "beams": (1, 10),
    "repetition_penalty": (0.1, 20.0),
    "length_penalty": (-2.0, 2.0),
    "max_codes": (50, 1815),
    "steps": (1, 100),
    "guidance": (0.0, 3.0),
}
"""Bounds, as the published page has them."""

_FIELD: Final = Bilingual("sampling", "采样设置")
WHOLE: Final = ("top_k", "beams", "max_codes", "steps")
"""Those of them that are whole numbers."""
_NAMES: Final = tuple(field.name for field in fields(Sampling))


def parse_sampling(value: object) -> Sampling | None:
    """``value`` as settings: an object of names and values, such a one as JSON, or ``beams=1,steps=10``; the rest is
    as published. ``None`` and nothing stay ``None``.

    Raises :class:`StudioError` ``invalid_value`` for what cannot be read; see :func:`check_sampling` for the values.
    """
    if isinstance(value, str):
        value = _from_text(value) if value.strip() else None
    if value is None or isinstance(value, Sampling):
        return value
    if not isinstance(value, Mapping):
        raise _refused(Bilingual("it should be an object of names and values.", "应为名称和数值的对象。"))
    unknown = next((name for name in value if name not in _NAMES), None)
    if unknown is not None:
        names, given = ", ".join(_NAMES), shown(unknown)
        raise _refused(Bilingual(f"there is no “{given}”, but {names}.", f"没有“{given}”，可用的有 {names}。"))
    values = {str(name): whole(one) if name in WHOLE else one for name, one in value.items() if one is not None}
    return Sampling(**values)


def whole(value: Any) -> Any:
    """``value``, as an ``int`` where it is a whole number that was written with a point, as JSON allows."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


def check_sampling(sampling: object) -> None:
    """Refuse values out of their bounds. Raises :class:`StudioError` ``invalid_value`` or ``out_of_range``."""
    if not isinstance(sampling, Sampling):
        raise _refused(Bilingual("it should be an object of names and values.", "应为名称和数值的对象。"))
    if not isinstance(sampling.do_sample, bool):
        raise _refused(Bilingual("do_sample is true or false.", "do_sample 应为 true 或 false。"))
    for name, (low, high) in RANGES.items():
        value = getattr(sampling, name)
        fits = isinstance(value, int) or name not in WHOLE
        if isinstance(value, bool) or not isinstance(value, (int, float)) or not low <= value <= high or not fits:
            raise StudioError(
                "out_of_range", field=name, field_zh=name, value=shown(value), low=f"{low:g}", high=f"{high:g}"
            )


def _from_text(text: str) -> object:
    if text.lstrip().startswith("{"):
        try:
            read: object = json.loads(text)
        except (ValueError, RecursionError) as error:
            raise _refused(Bilingual("it is no valid JSON.", "不是有效的 JSON。")) from error
        return read
    values: dict[str, Any] = {}
    for part in text.split(","):
        name, equals, value = (piece.strip() for piece in part.partition("="))
        if not equals:
            raise _refused(Bilingual("write it as beams=1,steps=10.", "请写成 beams=1,steps=10。"))
        values[name] = _value(name, value)
    return values


def _value(name: str, text: str) -> object:
    if text.lower() in ("true", "false"):
        return text.lower() == "true"
    try:
        return int(text) if name in WHOLE else float(text)
    except ValueError:
        return text


def _refused(reason: Bilingual) -> StudioError:
    return StudioError("invalid_value", field=_FIELD, reason=reason)
