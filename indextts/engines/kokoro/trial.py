"""A sentence that is spoken for its pace alone."""

from __future__ import annotations

import numpy as np

from indextts.engines.kokoro.controls import whole_frames
from indextts.engines.kokoro.networks import SAMPLE_RATE, KokoroNetworks
from indextts.engines.kokoro.spelling import Spelling
from indextts.engines.kokoro.voices import Style


def try_out(networks: KokoroNetworks, voice: Style, spelling: Spelling) -> float:
    """Speak a sentence with the style vectors ``voice``, one for each length of line; seconds of speech."""
    ids = [0, *spelling.numbers(spelling.trial), 0]
    style = voice[len(ids) - 1][None]
    said = networks.text(ids, style)
    frames, _ = whole_frames(said.durations.astype(np.float64), 1.0)
    return float(networks.sound(networks.melody(said, frames, style), style).size) / SAMPLE_RATE
