"""The Fourier transform of real sound, in 32 bits."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt


def spectrum_of(samples: npt.NDArray[np.float32], size: int | None = None) -> npt.NDArray[np.complex64]:
    """``[…, N] → […, size // 2 + 1]``, of the samples with zeros behind them up to ``size``.

    numpy transforms in 64 bits, in three times the time, where it need not scale the result.
    """
    whole = samples.shape[-1] if size is None else size
    scaled: npt.NDArray[Any] = np.fft.rfft(samples.astype(np.float32, copy=False), whole, norm="forward")
    scaled *= np.float32(whole)
    return scaled.astype(np.complex64, copy=False)
