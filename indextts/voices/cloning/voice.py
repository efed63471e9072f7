"""Cloned voices and their recordings as the library knows them; engines make their own conditioning of recordings."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from indextts.model.errors import StudioError
from indextts.model.i18n.messages import Bilingual, Language

ID_PREFIX: Final = "clone-"
"""What the id of a stored cloned voice begins with; a number that is never given again follows."""
REFERENCE_PREFIX: Final = "ref-"
"""What an id begins with that names recordings themselves (their content hashes, joined by ``+``): a voice for one
request that is not stored."""

MAX_FLAC_BYTES: Final = 16 * 1024 * 1024  # More than a minute at the highest rate takes
WOMEN_FROM_HZ: Final = 165.0
CHILDREN_FROM_HZ: Final = 290.0

_SHA256: Final = re.compile(r"[0-9a-f]{64}")
_REFERENCES: Final = re.compile(REFERENCE_PREFIX + r"[0-9a-f]{64}(\+[0-9a-f]{64})*")


def is_cloned(voice: object) -> bool:
    """Whether an id is that of a cloned voice, stored or not."""
    return isinstance(voice, str) and voice.startswith((ID_PREFIX, REFERENCE_PREFIX))


def is_reference(voice: object) -> bool:
    """Whether an id names recordings themselves."""
    return isinstance(voice, str) and _REFERENCES.fullmatch(voice) is not None


def is_hash(text: str) -> bool:
    """Whether ``text`` is a hash as it names a recording."""
    return _SHA256.fullmatch(text) is not None


def group_of(pitch_hz: float) -> str:
    """``men``, ``women`` or ``children``, as the median F0 suggests; empty for 0. It errs on deep and high voices."""
    if pitch_hz <= 0.0:
        return ""
    return "men" if pitch_hz < WOMEN_FROM_HZ else "women" if pitch_hz < CHILDREN_FROM_HZ else "children"


@dataclass(frozen=True)
class Finding:
    """One fault of a recording, with advice, a sentence each."""

    code: str
    details: Mapping[str, str | Bilingual] = field(default_factory=dict)
    refused: bool = False  # Whether the recording cannot be used at all

    def error(self) -> StudioError:
        return StudioError(self.code, None, **self.details)

    def localise(self, language: Language, *, named: bool = True) -> tuple[str, str]:
        """``(message, hint)``; without the file's name where it stands beside them already."""
        if named:
            return self.error().localise(language)
        details = {**self.details, "file": Bilingual("the recording", "这段录音")}
        message, hint = StudioError(self.code, None, **details).localise(language)
        return message[:1].upper() + message[1:], hint


@dataclass(frozen=True)
class Prepared:
    """A recording ready to be stored."""

    name: str  # Of the file that it came from
    data: bytes  # FLAC, mono, 16 bit
    sha256: str  # Of ``data``
    seconds: float
    sample_rate: int
    pitch_hz: float  # Median F0; 0 where no voice was found
    findings: tuple[Finding, ...] = ()  # What it was taken with


@dataclass(frozen=True)
class Reference:
    """A prepared recording: mono, trimmed, levelled."""

    sha256: str  # Of the prepared file; also its name
    seconds: float
    sample_rate: int
    weight: float = 1.0  # Its share among the references of a voice; only the ratio counts


@dataclass(frozen=True)
class ClonedVoice:
    """A voice made of one or several recordings."""

    id: str
    name: str
    references: tuple[Reference, ...]
    consent: str  # The statement under which the recordings may be used; empty only for a voice of one request
    consent_date: str  # ISO date on which it was given
    tags: tuple[str, ...] = ()
    pitch_hz: float = 0.0  # Median F0 of the recordings; 0 where none was found
    group: str = ""  # ``women``, ``men`` or ``children`` by that pitch; empty where none was found
    created: str = ""  # ISO date and time, UTC
