"""What the doctor finds, in both languages: a check with its state, its detail and what to do."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from indextts.model.i18n.messages import Bilingual, Language
from indextts.ops import packages
from indextts.platform import paths as places

State = Literal["ok", "missing", "note"]
"""Fine; needed and not there; worth knowing."""
NOTHING: Final = Bilingual("", "")
LANGUAGES: Final[tuple[Language, Language]] = ("en", "zh")
"""In the order of :class:`Bilingual`."""
# JSON, which Python reads by itself: what is missing may be the packages.
WORDS: Final[dict[str, dict[Language, str]]] = json.loads(Path(__file__).with_name("doctor.json").read_bytes())


def say(key: str, /, **details: object) -> Bilingual:
    """The sentence ``key`` with its braces filled."""
    return Bilingual(*(WORDS[key][language].format(**details) for language in LANGUAGES))


@dataclass(frozen=True)
class Check:
    """One thing that was looked at."""

    name: str
    state: State
    detail: Bilingual
    fix: Bilingual = NOTHING
    """What to do; empty when there is nothing to do."""


def torch_versions() -> list[str]:
    """The installed versions of PyTorch: one or none."""
    return [name.partition("==")[2] for name in packages.installed() if name.startswith("torch==")]


def set_up() -> Bilingual:
    """How what is missing is installed: only a clone has a script for it."""
    return say("set_up" if places.is_clone() else "set_up_package")
