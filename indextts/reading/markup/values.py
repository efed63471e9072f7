"""Values of SSML attributes as factors, semitones and decibels."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from typing import Final, TypeVar

from indextts.model.errors import printable
from indextts.model.utterance import Lang
from indextts.reading.text.say_as import KINDS

MAX_PAUSE_S: Final = 60.0
_TIME: Final = re.compile(
    r"\+?(\d{1,7}(?:\.\d{1,6})?|\.\d{1,6})\s*(ms|s|secs?|seconds?|milliseconds?|秒[钟鐘]?|毫秒)", re.IGNORECASE
)
_NUMBER: Final = re.compile(r"([+-]?)(\d{1,4}(?:\.\d{1,4})?|\.\d{1,4})(%|st|dB|db|Hz|hz)?")

STRENGTHS: Final = {"none": 0.0, "x-weak": 0.1, "weak": 0.2, "medium": 0.4, "strong": 0.7, "x-strong": 1.2}
"""Seconds of a break that is named, not measured."""
RATES: Final = {"x-slow": 0.5, "slow": 0.75, "medium": 1.0, "default": 1.0, "fast": 1.3, "x-fast": 1.7}
PITCHES: Final = {"x-low": -6.0, "low": -3.0, "medium": 0.0, "default": 0.0, "high": 3.0, "x-high": 6.0}
VOLUMES: Final = {"x-soft": -12.0, "soft": -6.0, "medium": 0.0, "default": 0.0, "loud": 4.0, "x-loud": 8.0}
LEVELS: Final = {"strong": 2, "moderate": 1, "none": 0, "reduced": 0}
"""Emphasis as prominence."""
_REDUCED: Final = (0.9, -1.0, -3.0)  # What is less than not emphasised: a factor of the length, semitones, decibels.

_KIND_NAMES: Final = {
    "number": "cardinal", "cardinal-number": "cardinal", "integer": "cardinal", "ordinal-number": "ordinal",
    "spell": "spell-out", "verbatim": "spell-out", "digit": "digits", "phone": "telephone", "money": "currency",
    "units": "unit", "measure": "unit",
}  # fmt: skip

_DATE: Final = re.compile(r"\s{0,9}(\d{1,4})([-/. ])(\d{1,4})\2(\d{1,4})\s{0,9}")
DATE_FORMATS: Final = ("mdy", "dmy", "ymd")
_CENTURY: Final = 70  # Years of two digits below it are of this century.

_T = TypeVar("_T")


class BadValueError(ValueError):
    """A value that cannot be used; says in English and Chinese what can."""

    def __init__(self, en: str, zh: str) -> None:
        super().__init__(en)
        self.en = en
        self.zh = zh


def seconds(written: str) -> float:
    """``500ms`` or ``1.5s``; at most :data:`MAX_PAUSE_S`."""
    match = _TIME.fullmatch(written.strip())
    if not match:
        raise BadValueError(
            "give a duration such as 500ms or 1.5s", f"“{printable(written)}”不是时长，应写成 500ms 或 1.5s"
        )
    value = float(match[1]) / (1000.0 if match[2].lower().startswith(("m", "毫")) else 1.0)
    if value > MAX_PAUSE_S:
        raise BadValueError(f"a pause lasts at most {MAX_PAUSE_S:g} s", f"停顿最长 {MAX_PAUSE_S:g} 秒")
    return value


def rate(written: str) -> float:
    """Factor of the length, from a name, ``80%``, ``+20%`` or a factor."""
    if written.strip() in RATES:
        return 1.0 / RATES[written.strip()]
    sign, value, unit = _number("rate", written, RATES, "80%, +20%, 1.2", ("%", ""))
    factor = (1.0 if sign else 0.0) + (value / 100.0 if unit == "%" else value)
    if not 0.25 <= factor <= 4.0:
        raise BadValueError("the rate must be from 25% to 400%", "语速范围为 25% 到 400%")
    return 1.0 / factor


def pitch(written: str) -> float:
    """Semitones, from a name, ``+2st`` or ``+10%``."""
    if written.strip() in PITCHES:
        return PITCHES[written.strip()]
    sign, value, unit = _number("pitch", written, PITCHES, "+2st, -10%", ("st", "%"))
    if unit == "%" and not sign:
        raise BadValueError("a pitch percentage needs a sign, such as +10%", "音高百分比要带正负号，例如 +10%")
    shift = 12.0 * math.log2(max(1.0 + value / 100.0, 1e-3)) if unit == "%" else value
    if not -12.0 <= shift <= 12.0:
        raise BadValueError("the pitch must be from -12st to +12st", "音高范围为 -12st 到 +12st")
    return shift


def volume(written: str) -> float:
    """Decibels, from a name or ``+6dB``."""
    if written.strip() in VOLUMES:
        return VOLUMES[written.strip()]
    _, value, unit = _number("volume", written, VOLUMES, "+6dB, -3dB, +20%", ("dB", "%"))
    shift = 20.0 * math.log10(max(1.0 + value / 100.0, 1e-3)) if unit == "%" else value
    if not -24.0 <= shift <= 12.0:
        raise BadValueError("the volume must be from -24dB to +12dB", "音量范围为 -24dB 到 +12dB")
    return shift


def level(written: str) -> tuple[float, float, float, int]:
    """Emphasis: factor of the length, semitones, decibels, prominence."""
    shift = _REDUCED if written.strip() == "reduced" else (1.0, 0.0, 0.0)
    return (*shift, named("level", written, LEVELS))


def language(written: str) -> Lang:
    """Chinese or English, from a tag such as ``zh-CN``."""
    match re.split("[-_]", written.strip().lower())[0]:
        case "zh" | "cmn":
            return "zh"
        case "en":
            return "en"
    raise BadValueError(
        f"“{printable(written)}” is not supported; the languages are zh and en",
        f"不支持语言“{printable(written)}”，只有 zh 和 en",
    )


def say_as(written: str) -> str:
    """One of the kinds that the normaliser reads."""
    name = written.strip().lower()
    name = name if name in KINDS else _KIND_NAMES.get(name, name)
    if name not in KINDS:
        raise BadValueError(
            f"there is no interpret-as “{printable(written)}”; available: {', '.join(KINDS)}",
            f"没有 interpret-as“{printable(written)}”；可用的有：{'、'.join(KINDS)}",
        )
    return name


def date(text: str, form: str) -> str:
    """A date whose parts stand in the order ``form``, as year-month-day, which is read only one way."""
    order = form.strip().lower()
    if order not in DATE_FORMATS:
        raise BadValueError(
            f"there is no date format “{printable(form)}”; available: {', '.join(DATE_FORMATS)}",
            f"没有日期格式“{printable(form)}”；可用的有：{'、'.join(DATE_FORMATS)}",
        )
    match = _DATE.fullmatch(text)
    if not match:
        raise BadValueError(
            f"“{printable(text)}” is not a date in the order {order}", f"“{printable(text)}”不是 {order} 顺序的日期"
        )
    value = dict(zip(order, map(int, (match[1], match[3], match[4])), strict=True))
    if not (1 <= value["m"] <= 12 and 1 <= value["d"] <= 31):
        raise BadValueError(f"“{printable(text)}” has an invalid month or day", f"“{printable(text)}”中的月或日不存在")
    year = value["y"] + (0 if value["y"] >= 100 else 2000 if value["y"] < _CENTURY else 1900)
    return f"{year:04}-{value['m']:02}-{value['d']:02}"


def named(field: str, written: str, table: Mapping[str, _T]) -> _T:
    """What a name stands for in one of the tables above."""
    if written.strip() not in table:
        raise _unknown(field, written, ", ".join(table))
    return table[written.strip()]


def _number(
    field: str, written: str, names: Mapping[str, float], examples: str, units: tuple[str, ...]
) -> tuple[str, float, str]:
    """``(sign as written, value with its sign, unit)``."""
    match = _NUMBER.fullmatch(written.strip())
    unit = (match[3] or "").replace("db", "dB") if match else ""
    if not match or unit not in units:
        raise _unknown(field, written, f"{', '.join(names)}, {examples}")
    return match[1], float(match[1] + match[2]), unit


def _unknown(field: str, written: str, choices: str) -> BadValueError:
    return BadValueError(
        f"{field} cannot be “{printable(written)}”; it takes {choices}",
        f"{field} 不能是“{printable(written)}”；可用的有：{choices}",
    )
