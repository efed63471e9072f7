"""The input features of w2v-bert against recordings."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from indextts.config import Config
from indextts.engines.indextts2.frontend.kaldi_fbank import semantic_features
from indextts.parity.runner import Fixture, largest, unequal

_FEATURES: Final = re.compile(r"out\.features_([ab])_pad(\d+)")
_HOP: Final = 160


def compare(fixture: Fixture, _config: Config) -> Iterator[tuple[str, float, float]]:
    """Recording a is the whole wave, b the wave without its last hop; each with every padding value."""
    whole = fixture.arrays["in.wav16k"][0]
    for name, recorded in fixture.arrays.items():
        match = _FEATURES.fullmatch(name)
        if match:
            which, padding = match.groups()
            rows, mask = semantic_features(whole if which == "a" else whole[:-_HOP], float(padding))
            yield f"features_{which}_pad{padding}", largest(rows[None], recorded), 1e-3
            recorded_mask = fixture.arrays[f"out.attention_mask_{which}_pad{padding}"]
            yield f"attention_mask_{which}_pad{padding}", unequal(mask[None], recorded_mask), 0.0
