"""The one place where sample rates change."""

from __future__ import annotations

from typing import Literal

import numpy as np
import numpy.typing as npt

from indextts.model.errors import StudioError

Resampler = Literal["soxr", "resampy"]


def resample(
    samples: npt.NDArray[np.float32],
    source_rate: float,
    target_rate: float,
    *,
    resampler: Resampler = "soxr",
    quality: Literal["HQ", "VHQ"] = "VHQ",
) -> npt.NDArray[np.float32]:
    """``samples`` (``[N]``, at ``source_rate`` Hz) at ``target_rate`` Hz.

    The result has ``round(N · target_rate / source_rate)`` samples. Both libraries filter with linear phase, so
    times stay where they are. In very high quality, unless soxr is asked for ``HQ``: that is quicker, and enough where
    no person listens. ``resampy`` compiles on its first use in a machine's life; soxr never does.
    Raises ``ValueError`` for rates that are not positive, and :class:`StudioError` ``dependency_missing`` where resampy
    is asked for and not installed.
    """
    if source_rate <= 0 or target_rate <= 0:
        raise ValueError("sample rates must be positive")
    audio = np.ascontiguousarray(samples, np.float32)
    length = round(audio.size * target_rate / source_rate)
    if source_rate == target_rate or audio.size == 0:
        return audio.copy()
    if resampler == "soxr":
        import soxr

        out = soxr.resample(audio, source_rate, target_rate, quality=quality)
    else:
        try:
            import resampy
        except ModuleNotFoundError as error:
            raise StudioError(
                "dependency_missing", package=error.name or "resampy", command="./start_app.sh --with resampy"
            ) from error
        out = resampy.resample(audio, source_rate, target_rate, filter="kaiser_best")
    # Cut or pad by the sample or two on which libraries' roundings differ.
    fitted = np.asarray(out, np.float32)[:length]
    return np.pad(fitted, (0, length - fitted.size)) if fitted.size < length else fitted
