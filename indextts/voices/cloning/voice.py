"""A cloned voice as the library knows it; engines make their own conditioning out of its recordings."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

ID_PREFIX: Final = "clone-"
"""What the id of a stored cloned voice begins with; a number that is never given again follows."""
REFERENCE_PREFIX: Final = "ref-"
"""What an id begins with that names recordings themselves (their content hashes, joined by ``+``): a voice for one
request that is not stored."""

_REFERENCES: Final = re.compile(REFERENCE_PREFIX + r"[0-9a-f]{64}(\+[0-9a-f]{64})*")


def is_cloned(voice: object) -> bool:
    """Whether an id is that of a cloned voice, stored or not."""
    return isinstance(voice, str) and voice.startswith((ID_PREFIX, REFERENCE_PREFIX))


def is_reference(voice: object) -> bool:
    """Whether an id names recordings themselves."""
    return isinstance(voice, str) and _REFERENCES.fullmatch(voice) is not None


@dataclass(frozen=True)
class Reference:
    """A prepared recording: mono, trimmed, levelled."""

    sha256: str
    """Of the prepared file; also its name."""
    seconds: float
    sample_rate: int
    weight: float = 1.0
    """Its share among the references of a voice; only the ratio counts."""


@dataclass(frozen=True)
class ClonedVoice:
    """A voice made of one or several recordings."""

    id: str
    name: str
    references: tuple[Reference, ...]
    consent: str
    """The statement under which the recordings may be used; empty only for a voice of one request."""
    consent_date: str
    """ISO date on which it was given."""
    tags: tuple[str, ...] = ()
    pitch_hz: float = 0.0
    """Median F0 of the recordings; 0 where none was found."""
    group: str = ""
    """``women``, ``men`` or ``children`` by that pitch; empty where none was found."""
    created: str = ""
    """ISO date and time, UTC."""
