"""Kaldi's filterbank and the windowed-sinc resampler against recordings."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from indextts.config import Config
from indextts.engines.indextts2.frontend.kaldi_fbank import Bank, fbank, kaldi_basis
from indextts.engines.indextts2.frontend.resampling import sinc_resample
from indextts.parity.runner import Fixture, largest

_RATES: Final = {"8": 8000, "11": 11025, "16": 16000, "22": 22050, "24": 24000, "32": 32000, "44": 44100, "48": 48000}
_RESAMPLED: Final = re.compile(r"out\.resampled_(\d+)k_to_(\d+)k")


def compare(fixture: Fixture, _config: Config) -> Iterator[tuple[str, float, float]]:
    """Every filterbank that is recorded, and every change of rate."""
    said, arrays = fixture.about["args"], fixture.arrays
    rate = said["sample_frequency"]
    high = said["high_freq"]
    bank = Bank(
        sample_rate=rate,
        frame=round(rate * said["frame_length_ms"] / 1000),
        hop=round(rate * said["frame_shift_ms"] / 1000),
        bands=said["num_mel_bins"],
        low_hz=float(said["low_freq"]),
        high_hz=rate / 2 if high == "nyquist" else float(high),
        preemphasis=said["preemphasis"],
    )
    # The recording leaves out the bin of half the rate, which no triangle reaches.
    yield "mel_basis", largest(kaldi_basis(bank)[:, :-1], arrays["out.mel_basis"]), 1e-4
    bands = fbank(arrays["in.wav16k"][0], bank)
    yield "fbank", largest(bands, arrays["out.fbank"]), 1e-3
    yield "fbank_cmn", largest(bands - bands.mean(axis=0), arrays["out.fbank_cmn"]), 1e-3
    for name in arrays:
        match = _RESAMPLED.fullmatch(name)
        if match:
            source, target = match.groups()
            audio = sinc_resample(arrays[f"in.wav{source}k"][0], _RATES[source], _RATES[target])
            yield name.removeprefix("out."), largest(audio[None], arrays[name]), 1e-4
            if target == "16" and source == "22" and "out.fbank_of_resampled" in arrays:
                yield "fbank_of_resampled", largest(fbank(audio, bank), arrays["out.fbank_of_resampled"]), 1e-3
