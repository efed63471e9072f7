"""A speaker in five numbers, and how its name is read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import partial
from typing import Any, Final

from indextts.model.errors import because, printable

BOUNDS: Final[dict[str, tuple[float, float]]] = {
    "tract": (0.8, 1.2),
    "pitch": (-12.0, 12.0),
    "range": (0.5, 1.6),
    "rate": (0.75, 1.3),
    "tilt": (-4.0, 4.0),
}
"""What a design may ask for."""

OWN_PREFIX: Final = "own-"
"""What the id of a person's own voice begins with; a number that is never given again follows."""
INLINE: Final = "design:"  # How the name of a voice begins that is its own design

bad_voice = partial(because, "bad_voice")
"""The error for a voice that cannot be made."""

_DECIMALS: Final = 3


@dataclass(frozen=True)
class Design:
    """A speaker, relative to the recorded one."""

    tract: float = 1.0
    """Factor on the resonances: 0.8 is a long vocal tract (deep, dark), 1.2 a short one (bright, small)."""
    pitch: float = 0.0  # Semitones of the median F0
    range: float = 1.0  # Factor on the F0 range: how lively
    rate: float = 1.0  # Factor on the speaking rate
    tilt: float = 0.0  # Decibels an octave: above 0 brighter, below 0 softer

    def inline(self) -> str:
        """This design as the name of a voice: what is as the voice itself has it is left out."""
        return INLINE + self.written()

    def written(self) -> str:
        """The numbers that differ from the voice's own, ``pitch=-3,rate=1.1``; empty where none does."""
        parts = [f"{name}={value:g}" for name, value in asdict(self).items() if value != getattr(PLAIN, name)]
        return ",".join(parts)


PLAIN: Final = Design()  # The voice as it is

SPEAKER_HZ: Final = 241.0  # Median F0 of the recorded speaker in Hz, by ``python -m benchmarks.voices``


def hertz_of(design: Design) -> float:
    """Approximate median F0 of a design, in Hz."""
    return SPEAKER_HZ * float(2.0 ** (design.pitch / 12.0))


def design(values: Mapping[str, Any]) -> Design:
    """A design from its numbers; those that are not given are the voice's own.

    Raises :class:`StudioError` ``bad_voice`` naming the first thing that is wrong.
    """
    made: dict[str, float] = {}
    for name, value in values.items():
        if name not in BOUNDS:
            known = ", ".join(BOUNDS)
            raise bad_voice(
                f"{printable(name)} is none of its numbers ({known})", f"{printable(name)} 不是可用的参数（{known}）"
            )
        low, high = BOUNDS[name]
        # Not-a-number is in no range.
        if isinstance(value, bool) or not isinstance(value, (int, float)) or not low <= value <= high:
            raise bad_voice(f"{name} must be from {low:g} to {high:g}", f"{name} 应在 {low:g} 到 {high:g} 之间")
        made[name] = round(float(value), _DECIMALS)
    return Design(**made)


def read_inline(name: str) -> Design:
    """What :meth:`Design.inline` wrote. Raises :class:`StudioError` ``bad_voice``."""
    return read_numbers(name.removeprefix(INLINE))


def read_numbers(written: str) -> Design:
    """A design from numbers with commas between them. Raises :class:`StudioError` ``bad_voice``."""
    values: dict[str, Any] = {}
    for part in written.split(","):
        key, equals, number = part.partition("=")
        key = key.strip()
        if not part.strip():
            continue
        try:
            if not equals:
                raise ValueError(part)
            value = float(number)
        except ValueError as error:
            reason = f"“{printable(part)}” should look like tract=0.9"
            raise bad_voice(reason, f"“{printable(part)}”应写成 tract=0.9 的样子") from error
        if key in values:
            raise bad_voice(f"{printable(key)} is given twice", f"{printable(key)} 写了两次")
        values[key] = value
    return design(values)
