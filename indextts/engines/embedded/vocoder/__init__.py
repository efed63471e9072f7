"""From mel spectrograms to waveforms."""

from __future__ import annotations

from typing import Protocol

import numpy as np
import numpy.typing as npt


class Vocoder(Protocol):
    """Turns a normalised mel ``[L, 80]`` into audio ``[L · hop]``."""

    def __call__(self, mel: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
        """Float32 samples at the voice's rate."""
        ...
