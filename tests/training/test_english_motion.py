"""What a network blurs is told by a gain for each movement."""

from __future__ import annotations

import numpy as np

from indextts.engines.embedded.acoustic.english_motion import blocks, spectra
from training.english_voice.motion import LIMITS, motion_gains


def test_gains_tell_what_blurring_took_away() -> None:
    rng = np.random.default_rng(0)
    taught = [rng.normal(size=(200, 80)).astype(np.float32) for _ in range(8)]
    kernel = np.array([0.25, 0.5, 0.25])
    blurred = [
        np.apply_along_axis(lambda band: np.convolve(band, kernel, "same"), 0, mel).astype(np.float32) for mel in taught
    ]
    gains = motion_gains(zip(taught, blurred, strict=True))
    assert gains.shape == spectra(blocks(taught[0])).shape[1:]
    assert np.abs(gains[1] - 1.0).max() < 0.15
    # A blur by (1, 2, 1) / 4 leaves half of what moves at a quarter of the frames.
    assert np.abs(gains[8] - 2.0).max() < 0.35
    assert (gains[16] == LIMITS[1]).all()
