"""What each emotion does to the voice: a table of sentence-wide shifts, scaled by intensity."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from indextts.errors import StudioError
from indextts.messages import Both
from indextts.request import EMOTIONS


@dataclass(frozen=True)
class Shift:
    """A change of a whole sentence against neutral."""

    rate: float = 1.0
    """Speaking rate, as a factor."""
    pitch: float = 0.0
    """Semitones added to the mean F0."""
    range: float = 1.0
    """Factor on the F0 range around the sentence's mean."""
    energy: float = 0.0
    """Decibels."""

    def scaled(self, intensity: float) -> Shift:
        """Nothing at intensity 0, the whole shift at 1, geometric for factors in between."""
        return Shift(
            self.rate**intensity, self.pitch * intensity, self.range**intensity, self.energy * intensity
        )


def load_emotions(path: Path) -> Mapping[str, Shift]:
    """Read the table; every emotion must be there. Raises :class:`StudioError` ``bad_config``."""
    try:
        data: Any = yaml.safe_load(path.read_text(encoding="utf-8"))
        table = {str(name): Shift(**{key: float(value) for key, value in row.items()}) for name, row in data.items()}
    except (OSError, UnicodeDecodeError, yaml.YAMLError, AttributeError, TypeError, ValueError) as error:
        raise StudioError("bad_config", path=path, reason=" ".join(str(error).split())) from error
    missing = [name for name in EMOTIONS if name not in table]
    if missing:
        raise StudioError("bad_config", path=path, reason=_no_row(missing))
    for name, shift in table.items():
        if not (0.25 <= shift.rate <= 4.0 and 0.0 < shift.range <= 4.0 and abs(shift.pitch) <= 12.0):
            reason = Both(f"{name}: a value is out of range.", f"{name} 有超出范围的值。")
            raise StudioError("bad_config", path=path, reason=reason)
    return table


def _no_row(missing: list[str]) -> Both:
    names = ", ".join(missing)
    return Both(f"there is no row for {names}.", f"缺少 {names}。")
