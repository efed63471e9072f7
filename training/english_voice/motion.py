"""By how much each part of a mel's movement is too small in what the network draws, beside what its teacher says."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt

from indextts.engines.embedded.acoustic.english_motion import GAINS, blocks, spectra

Floats = npt.NDArray[np.float32]

LIMITS: Final = (0.5, 2.5)
"""What moves most quickly is noise in both, which no gain makes alike."""
_AT_THE_EDGES: Final = 3
"""Blocks of a mel that reach beyond it."""


def motion_gains(pairs: Iterable[tuple[Floats, Floats]]) -> Floats:
    """For mels ``[L, bands]`` of the teacher and of the network with the same phones, lengths and pitch."""
    powers = [np.mean([_power(mel) for mel in side], axis=0) for side in zip(*pairs, strict=True)]
    return np.asarray(np.clip(np.sqrt(powers[0] / powers[1]), *LIMITS), np.float32)


def _power(mel: Floats) -> npt.NDArray[np.float64]:
    """Mean over a mel's blocks, of those that lie wholly inside it where there are any."""
    parts = blocks(mel)
    inside = parts[1:-2] if len(parts) > _AT_THE_EDGES else parts
    return np.asarray((np.abs(spectra(inside)) ** 2).mean(0), np.float64)


def write(gains: Floats, folder: Path) -> None:
    """As the voice reads them."""
    np.savez(folder / GAINS.name, allow_pickle=False, gains=gains)
