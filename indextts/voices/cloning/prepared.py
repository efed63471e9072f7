"""A recording as it is kept. Light: reading and writing it is :mod:`indextts.voices.cloning.prepare`'s."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from indextts.voices.cloning.checks import Finding

MAX_FLAC_BYTES: Final = 16 * 1024 * 1024
"""More than a minute at the highest rate takes."""
WOMEN_FROM_HZ: Final = 165.0
CHILDREN_FROM_HZ: Final = 290.0


@dataclass(frozen=True)
class Prepared:
    """A recording ready to be stored."""

    name: str
    """Of the file that it came from."""
    data: bytes
    """FLAC, mono, 16 bit."""
    sha256: str
    """Of ``data``."""
    seconds: float
    sample_rate: int
    pitch_hz: float
    """Median F0; 0 where no voice was found."""
    findings: tuple[Finding, ...] = ()
    """What it was taken with."""


def group_of(pitch_hz: float) -> str:
    """``men``, ``women`` or ``children``, as the median F0 suggests; empty for 0. It errs on deep and high voices."""
    if pitch_hz <= 0.0:
        return ""
    return "men" if pitch_hz < WOMEN_FROM_HZ else "women" if pitch_hz < CHILDREN_FROM_HZ else "children"
