"""The voices that come with the program: ``configs/voices.yaml``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any, ClassVar, Final, Literal, get_args

from pydantic import Field

from indextts.errors import StudioError
from indextts.i18n.messages import Bilingual
from indextts.voices.design import PLAIN, Design, design

Group = Literal["women", "men", "children", "own"]
GROUPS: Final[tuple[Group, ...]] = get_args(Group)
"""In the order in which a list shows them."""

_STRICT: Final[dict[str, Any]] = {"extra": "forbid", "allow_inf_nan": False}
_Name = Annotated[str, Field(min_length=1, max_length=40)]


@dataclass(frozen=True)
class NamedVoice:
    """A voice of the table."""

    id: str
    name_zh: str
    name_en: str
    group: Group
    description_zh: str = ""
    description_en: str = ""
    design: Design = PLAIN


@dataclass(frozen=True)
class VoiceTable:
    """The whole file."""

    voices: tuple[NamedVoice, ...]
    """The first one is the default."""
    cast: tuple[str, ...] = ()
    """Ids of those who speak the parts of a dialogue that nobody was chosen for, the first choice first."""


@dataclass(frozen=True)
class _Row:
    """A voice as it is written."""

    __pydantic_config__: ClassVar[dict[str, Any]] = _STRICT

    id: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,31}$")]
    name_zh: _Name
    name_en: _Name
    group: Literal["women", "men", "children"]
    description_zh: Annotated[str, Field(max_length=200)] = ""
    description_en: Annotated[str, Field(max_length=200)] = ""
    design: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class _File:
    __pydantic_config__: ClassVar[dict[str, Any]] = _STRICT

    voices: Annotated[tuple[_Row, ...], Field(min_length=1, max_length=100)]
    cast: tuple[str, ...] = ()


def load_voices(path: Path) -> VoiceTable:
    """Read the table. Raises :class:`StudioError` ``bad_config`` naming the first thing that is wrong."""
    import yaml
    from pydantic import TypeAdapter, ValidationError

    try:
        file = TypeAdapter(_File).validate_python(yaml.safe_load(path.read_text(encoding="utf-8")))
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False)[0]
        place = ".".join(str(part) for part in first["loc"])
        raise StudioError("bad_config", path=path, reason=f"{place}: {first['msg']}") from error
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise StudioError("bad_config", path=path, reason=" ".join(str(error).split())) from error
    voices = tuple(_voice(row, path) for row in file.voices)
    names: list[str] = []
    for voice in voices:
        names += dict.fromkeys((voice.id, voice.name_en.lower(), voice.name_zh.lower()))
    for name in (*names, "default"):
        if names.count(name) > (name != "default"):
            raise _wrong(path, f"the name {name} is taken.", f"名称 {name} 已被占用。")
    for name in file.cast:
        if name not in {voice.id for voice in voices}:
            raise _wrong(path, f"cast: there is no voice {name}.", f"cast：没有声音 {name}。")
    return VoiceTable(voices, file.cast)


def _voice(row: _Row, path: Path) -> NamedVoice:
    try:
        numbers = design(row.design)
    except StudioError as error:
        reason = error.details["reason"]
        said = reason if isinstance(reason, Bilingual) else Bilingual(str(reason), str(reason))
        raise _wrong(path, f"{row.id}: {said.en}.", f"{row.id}：{said.zh}。") from error
    return NamedVoice(row.id, row.name_zh, row.name_en, row.group, row.description_zh, row.description_en, numbers)


def _wrong(path: Path, en: str, zh: str) -> StudioError:
    return StudioError("bad_config", path=path, reason=Bilingual(en, zh))
