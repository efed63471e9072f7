"""The settings of a request, one annotated row each.

Checks, the schemas of the API, options of the command line and the page's fields are made from these rows: to add a
setting, write its row and give it a place in :mod:`indextts.studio.layout`.

    SETTINGS["speed"].bounds          # (0.5, 2.0)
    SETTINGS["speed"].check(3)        # raises StudioError out_of_range
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, fields, replace
from types import UnionType
from typing import Annotated, Any, ClassVar, Final, Literal, get_args, get_type_hints

from indextts.model.errors import StudioError, printable
from indextts.model.i18n.messages import Bilingual

AUTO_ENGINE: Final = "auto"
"""Leaves the engine to the voice, else to the configuration."""
EngineName = Literal["kokoro", "embedded", "sambert", "indextts2", "espeak"]
"""The engines; each is a folder of :mod:`indextts.engines`."""
ENGINES: Final = get_args(EngineName)

EMOTIONS: Final = ("happy", "angry", "sad", "afraid", "disgusted", "melancholic", "surprised", "calm", "neutral")
"""The emotions in their fixed order, then neutral."""
NEUTRAL: Final = "neutral"
AUTO: Final = "auto"
"""Leaves the emotion to the text, sentence by sentence."""

MAX_SEED: Final = 2**31 - 1
NO_TEXT: Final = re.compile("[\0\ud800-\udfff]")
"""What no text may hold."""


class Strict:
    """How pydantic reads a plan's parts."""

    __slots__ = ()
    __pydantic_config__: ClassVar[dict[str, Any]] = {"extra": "forbid", "allow_inf_nan": False}


_EMOTION: Final = (
    "A name, `auto`, or a mixture: `happy:0.6+surprised:0.3`, an object of names and shares from 0 to 1, or eight "
    "shares in the order of the names. Shares of more than 1 in all are scaled down."
)


_TO_15: Final = r"[1-9](\.[0-9]+)?|1[0-4](\.[0-9]+)?|15(\.0+)?"


@dataclass(frozen=True)
class Setting:
    """What is known of one setting. ``name``, ``kind`` and ``default`` are those of the annotated field."""

    en: str
    """Its name on the page, as is ``zh``."""
    zh: str
    """Errors in Chinese call it so too."""
    unit: tuple[str, str] | None = None
    """English and Chinese; stands after the name, in brackets."""
    bounds: tuple[float, float] | None = None
    """The lowest and the highest value of a number."""
    step: float = 1
    """Between two values of the page's field."""
    choices: tuple[str, ...] = ()
    """The names that it can have beside the default."""
    longest: int | None = None
    """Characters of a text."""
    written: str = ""
    """Numbers within the bounds as a regular expression, for a number that stands in a text."""
    note: str = ""
    """Its description in the schema."""
    help: str = ""
    """What the command line says in place of bounds, choices and default."""
    name: str = ""
    kind: type = str
    default: Any = None
    """``None`` leaves the value to the configuration or to the engine."""

    @property
    def range(self) -> str:
        """The values that it can have, as the command line prints them; empty where other things decide."""
        if self.bounds is None:
            return ", ".join(self.choices)
        return f"from {_printed(self.bounds[0])} to {_printed(self.bounds[1])}"

    @property
    def is_number(self) -> bool:
        """Whether its values are whole numbers or fractions."""
        return self.kind in (int, float)

    @property
    def allowed(self) -> tuple[str, ...]:
        """Every name that it can have, or nothing where other things decide."""
        return tuple(dict.fromkeys((str(self.default), *self.choices))) if self.choices else ()

    @property
    def title(self) -> Bilingual:
        """The name with the unit."""
        en, zh = self.unit or ("", "")
        return Bilingual(f"{self.en} ({en})", f"{self.zh}（{zh}）") if self.unit else Bilingual(self.en, self.zh)

    def check(self, value: object) -> None:
        """Refuse a number that is none or out of bounds, and a name that is not among the choices.

        Raises :class:`StudioError` ``out_of_range``, ``unknown_choice`` or ``invalid_value``.
        """
        if self.kind is bool and not isinstance(value, bool):
            reason = Bilingual(f"{self.name} is true or false.", f"{self.name} 应为 true 或 false。")
            field = _FIELDS["sampling" if self.name in SAMPLING else self.name]
            raise StudioError("invalid_value", field=field, reason=reason)
        if self.bounds is not None and not (value is None and self.default is None):
            low, high = self.bounds
            numbers = int if self.kind is int else (int, float)
            # Not-a-number is in no range; math.isfinite would stumble over integers of hundreds of digits.
            if isinstance(value, bool) or not isinstance(value, numbers) or not low <= value <= high:
                raise out_of_range(self.name, value, low, high)
        if self.choices and value not in self.allowed:
            raise unknown_choice(self.name, value, self.allowed)


@dataclass(frozen=True)
class Sampling(Strict):
    """How IndexTTS-2 draws its codes and makes its mel; the published settings unless given, bounds as published."""

    temperature: Annotated[
        float,
        Setting("Temperature", "温度", bounds=(0.1, 2.0), step=0.05, written=r"0\.[1-9][0-9]*|1(\.[0-9]+)?|2(\.0+)?"),
    ] = 0.8
    top_p: Annotated[
        float,
        Setting(
            "Top-p", "Top-p 概率", bounds=(0.01, 1.0), step=0.05, written=r"0\.0[1-9][0-9]*|0\.[1-9][0-9]*|1(\.0+)?"
        ),
    ] = 0.8
    top_k: Annotated[int, Setting("Top-k", "Top-k 个数", bounds=(0, 100), written="[1-9]?[0-9]|100")] = 30
    beams: Annotated[int, Setting("Beams", "束数", bounds=(1, 10), written="[1-9]|10")] = 3
    """Ways that are followed at the same time; 1 takes less than half the time of 3."""
    repetition_penalty: Annotated[
        float,
        Setting(
            "Repetition penalty",
            "重复惩罚",
            bounds=(0.1, 20.0),
            written=r"0\.[1-9][0-9]*|([1-9]|1[0-9])(\.[0-9]+)?|20(\.0+)?",
        ),
    ] = 10.0
    length_penalty: Annotated[
        float,
        Setting("Length penalty", "长度惩罚", bounds=(-2.0, 2.0), step=0.05, written=r"-?[01](\.[0-9]+)?|-?2(\.0+)?"),
    ] = 0.0
    do_sample: Annotated[
        bool, Setting("Draw at random (else the likeliest)", "随机抽取（不选则取最可能的）", written="true|false")
    ] = True
    """False takes the likeliest instead of drawing."""
    max_codes: Annotated[
        int,
        Setting(
            "Codes a sentence",
            "每句最多码数",
            bounds=(50, 1815),
            written="[5-9][0-9]|[1-9][0-9]{2}|1[0-7][0-9]{2}|180[0-9]|181[0-5]",
        ),
    ] = 1500
    """Codes that a sentence has at most, 50 for a second."""
    steps: Annotated[int, Setting("Flow steps", "声学步数", bounds=(1, 100), written="[1-9][0-9]?|100")] = 25
    """Of the flow that makes the mel."""
    guidance: Annotated[
        float, Setting("Guidance", "引导强度", bounds=(0.0, 3.0), step=0.05, written=r"[0-2](\.[0-9]+)?|3(\.0+)?")
    ] = 0.7
    """How much more the mel follows voice and text than the flow would by itself."""
    prompt_s: Annotated[
        float, Setting("Prompt", "参考时长", unit=("s", "秒"), bounds=(1.0, 15.0), step=0.5, written=_TO_15)
    ] = 15.0
    """The end of the recording that the flow goes on from, cut at a quiet place; 15 is all that is heard of it."""


QUALITIES: Final[Mapping[str, Sampling]] = {
    "best": Sampling(),
    "balanced": Sampling(beams=2, steps=16, prompt_s=6.0),
    "fast": Sampling(beams=1, steps=12, prompt_s=3.0),
}
"""What a quality means for cloned voices, the published one first."""


@dataclass(frozen=True)
class Settings(Strict):
    """How to say it: the same for all segments of one utterance."""

    engine: Annotated[str, Setting("Engine", "引擎", choices=(AUTO_ENGINE, *ENGINES))] = AUTO_ENGINE
    """A name, or ``auto``: the engine of the voice, else the first that the configuration names."""
    voice: Annotated[
        str,
        Setting(
            "Voice",
            "音色",
            note="An id of /v1/audio/voices, `default`, or a design such as `design:tract=0.9,pitch=-3`.",
        ),
    ] = "default"
    emotion: Annotated[
        str,
        Setting(
            "Emotion",
            "情感",
            note=_EMOTION,
            help=f"{', '.join((*EMOTIONS, AUTO))}, or shares such as happy:0.6+surprised:0.3; {NEUTRAL} unless given",
        ),
    ] = NEUTRAL
    """A name, ``auto``, or a mixture such as ``happy:0.6+surprised:0.3`` (:mod:`indextts.reading.emotion.names`)."""
    intensity: Annotated[float, Setting("Strength", "强度", bounds=(0.0, 1.0), step=0.05)] = 0.6
    """0 sounds neutral, 1 is as far as the emotion goes."""
    speed: Annotated[float, Setting("Speed", "语速", unit=("×", "倍"), bounds=(0.5, 2.0), step=0.05)] = 1.0
    pitch: Annotated[
        float, Setting("Pitch", "音高", unit=("semitones", "半音"), bounds=(-12.0, 12.0), step=0.5, note="Semitones.")
    ] = 0.0
    energy: Annotated[
        float, Setting("Volume", "音量", unit=("dB", "dB"), bounds=(-12.0, 12.0), step=0.5, note="Decibels.")
    ] = 0.0
    vocoder: Annotated[str, Setting("Vocoder", "声码器", choices=("neural", "griffin_lim"))] = "default"
    """``default`` leaves it to the configuration, here and below."""
    prosody: Annotated[str, Setting("Prosody", "韵律", choices=("lm", "causal", "rules", "llm"))] = "default"
    register: Annotated[
        str, Setting("Register", "文体", choices=("modern", "classical"), note="Of Chinese; `auto`: as the text is.")
    ] = "auto"
    commercial: Annotated[
        bool,
        Setting(
            "Commercial use",
            "商用",
            note="Uses only voices and models licensed for commercial use; all others are refused.",
            help="only what may be used commercially speaks and decides; the rest is refused",
        ),
    ] = False
    """Whether nothing may speak or decide whose licence does not allow commercial use."""
    quality: Annotated[
        str, Setting("Quality", "质量", choices=tuple(QUALITIES), note="Of cloned voices; `best` is as published.")
    ] = "default"
    """For cloned voices; what ``sampling`` says wins over it."""
    seed: Annotated[
        int, Setting("Seed", "随机种子", bounds=(0, MAX_SEED), note="0, or another reading of the same text.")
    ] = 0
    """0 is the voice's own reading, every other number another one."""
    loudness: Annotated[
        float | None,
        Setting(
            "Loudness",
            "响度",
            unit=("LUFS", "LUFS"),
            bounds=(-40.0, -6.0),
            step=0.5,
            note="LUFS; as configured if absent.",
        ),
    ] = None
    """LUFS of every segment at energy 0; ``None`` leaves it to the configuration, here and below."""
    peak: Annotated[
        float | None,
        Setting(
            "True peak",
            "峰值上限",
            unit=("dBTP", "dBTP"),
            bounds=(-20.0, 0.0),
            step=0.5,
            note="dBTP; as configured if absent.",
        ),
    ] = None
    """dBTP that nothing exceeds."""
    emotion_reference: Annotated[
        str,
        Setting(
            "A recording of the emotion",
            "情感参考录音",
            note="SHA-256 of a recording whose emotion a cloned voice borrows; in place of `emotion`.",
            help="a recording whose emotion a cloned voice borrows: a file, or its content hash",
        ),
    ] = ""
    """Content hash (SHA-256) of a prepared recording whose emotion is borrowed; cloned voices only."""
    emotion_text: Annotated[
        str,
        Setting(
            "The emotion in words",
            "描述情感",
            longest=200,
            note="The emotion described in words, in place of `emotion`.",
            help="the emotion described in words, in place of --emotion",
        ),
    ] = ""
    """The emotion described in words, instead of ``emotion``."""
    sampling: Annotated[
        Sampling | None,
        Setting(
            "Sampling (empty: as the quality says)",
            "采样（留空则由质量决定）",
            note="For cloned voices; what is left out is as `quality` says. Also as text: `beams=1,steps=10`.",
            help="for cloned voices, such as beams=1,steps=10; what is left out is as --quality says",
        ),
    ] = None
    """For cloned voices, whole: it wins over ``quality``; ``None`` leaves everything to that."""

    @property
    def drawn(self) -> Sampling:
        """How a cloned voice draws and makes its sound; the default quality is the published one."""
        return self.sampling or QUALITIES.get(self.quality, QUALITIES["best"])


def _rows_of(owner: type) -> Mapping[str, Setting]:
    """The rows of a dataclass by name, in its order."""
    hints, rows = get_type_hints(owner, include_extras=True), {}
    for field in fields(owner):
        kind, row = get_args(hints[field.name])
        if isinstance(kind, UnionType):
            kind = next(one for one in get_args(kind) if one is not type(None))
        rows[field.name] = replace(row, name=field.name, kind=kind, default=field.default)
    return rows


SETTINGS: Final = _rows_of(Settings)
"""All settings, as the API, the command line and the page spell them."""
SAMPLING: Final = _rows_of(Sampling)
"""The fields of ``sampling``."""
SAMPLED: Final = {f"sampling_{name}": row for name, row in SAMPLING.items()}
"""The same as the page has them: each a setting by itself."""
RANGES: Final = {name: row.bounds for name, row in SETTINGS.items() if row.bounds is not None}
"""Bounds of the numbers among the settings."""

_FIELDS: Final = {
    **{row.name: Bilingual(row.name, row.zh) for row in (*SETTINGS.values(), *SAMPLING.values())},
    "sampling": Bilingual("sampling", "采样设置"),
    "format": Bilingual("format", "格式"),
    "duration": Bilingual("duration", "时长"),
    "pause": Bilingual("pause", "停顿"),
}
"""What errors call a setting, or what is chosen beside them."""


def unknown_choice(name: str, value: object, choices: Sequence[str]) -> StudioError:
    """The error for a name that is not among ``choices``."""
    known = ", ".join(choices)
    return StudioError("unknown_choice", field=_FIELDS[name], value=printable(value), choices=known)


def out_of_range(name: str, value: object, low: float, high: float) -> StudioError:
    """The error for a number outside its bounds, or for no number at all."""
    given = f"“{printable(value)}”" if isinstance(value, str) else printable(value)  # a number in quotes is text
    field = _FIELDS[name]
    return StudioError("out_of_range", field=field, value=given, low=_printed(low), high=_printed(high))


def _printed(number: float) -> str:
    return f"{number:g}" if number < 1e6 else str(int(number))


def whole(value: Any) -> Any:
    """``value``, as an ``int`` where it is a whole number that was written with a point, as JSON and browsers do."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


def numbers_of(rows: Mapping[str, Setting], values: Mapping[str, Any]) -> dict[str, Any]:
    """``values`` with those of whole numbers as such."""
    return {name: whole(value) if rows[name].kind is int else value for name, value in values.items()}


def parse_sampling(value: object, quality: object = "best") -> Sampling | None:
    """``value`` as settings: an object of names and values, such a one as JSON, or ``beams=1,steps=10``; the rest is
    as ``quality`` says, as published where that is none. ``None`` and nothing stay ``None``.

    Raises :class:`StudioError` ``invalid_value`` for what cannot be read; see :func:`check_sampling` for the values.
    """
    if isinstance(value, str):
        value = _from_text(value) if value.strip() else None
    if value is None or isinstance(value, Sampling):
        return value
    if not isinstance(value, Mapping):
        raise _no_sampling(Bilingual("it should be an object of names and values.", "应为名称和数值的对象。"))
    unknown = next((name for name in value if name not in SAMPLING), None)
    if unknown is not None:
        names, given = ", ".join(SAMPLING), printable(unknown)
        raise _no_sampling(
            Bilingual(f"there is no “{given}”; available: {names}.", f"没有“{given}”，可用的有 {names}。")
        )
    rest = asdict(QUALITIES.get(str(quality), QUALITIES["best"]))
    return Sampling(**rest | numbers_of(SAMPLING, {name: one for name, one in value.items() if one is not None}))


def check_sampling(sampling: object) -> None:
    """Refuse values out of their bounds. Raises :class:`StudioError` ``invalid_value`` or ``out_of_range``."""
    if not isinstance(sampling, Sampling):
        raise _no_sampling(Bilingual("it should be an object of names and values.", "应为名称和数值的对象。"))
    for name, row in SAMPLING.items():
        row.check(getattr(sampling, name))


def _from_text(text: str) -> object:
    if text.lstrip().startswith("{"):
        try:
            read: object = json.loads(text)
        except (ValueError, RecursionError) as error:
            raise _no_sampling(Bilingual("it is not valid JSON.", "不是有效的 JSON。")) from error
        return read
    values: dict[str, Any] = {}
    for part in text.split(","):
        name, equals, value = (piece.strip() for piece in part.partition("="))
        if not equals:
            raise _no_sampling(Bilingual("use the form beams=1,steps=10.", "请写成 beams=1,steps=10。"))
        values[name] = value
        if value.lower() in ("true", "false"):
            values[name] = value.lower() == "true"
        else:
            with suppress(ValueError):
                values[name] = int(value) if name in SAMPLING and SAMPLING[name].kind is int else float(value)
    return values


def _no_sampling(reason: Bilingual) -> StudioError:
    return StudioError("invalid_value", field=_FIELDS["sampling"], reason=reason)


def settings_of(values: Mapping[str, Any]) -> Settings:
    """The page's values as settings. Nothing is corrected here: what is wrong is refused, here or by the service."""
    given = {name: value for name, value in values.items() if value is not None}
    drawn = {row.name: given.pop(name) for name, row in SAMPLED.items() if name in given}
    unknown = set(given) - set(SETTINGS)
    if unknown:
        raise TypeError(f"not settings: {sorted(unknown)}")
    if drawn:
        quality = str(given.get("quality"))
        sampling = parse_sampling(drawn, quality)
        given["sampling"] = None if sampling == QUALITIES.get(quality, Sampling()) else sampling
    return Settings(**numbers_of(SETTINGS, given))
