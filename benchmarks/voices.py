"""The family of voices: pitch, timbre and quality of each over the same sentences.

    python -m benchmarks.voices                                             # all voices of configs/voices.yaml
    python -m benchmarks.voices design:tract=0.9,pitch=-3 deep_man          # some, or designs that are being tried
    python -m benchmarks.voices --around deep_man --sentences 8             # that one, each number moved

Quality is DNSMOS (ITU-T P.835 as estimated by Reddy et al. 2022; P.808 beside it); the centroid of the spectrum says
how bright a voice is, and so how short its vocal tract sounds. Needs ``requirements-bench.txt``.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import time
from collections.abc import Iterable, Sequence
from dataclasses import asdict, replace
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from benchmarks.prosody_speech import SENTENCES
from indextts.voices.design import BOUNDS, Design
from indextts.voices.family import VoiceFamily

Samples = npt.NDArray[np.float32]

STEPS: Final = {"tract": 0.04, "pitch": 0.5, "range": 0.1, "rate": 0.05, "tilt": 1.0}
"""How far ``--around`` moves each number."""


def median_f0(audio: Samples, rate: int) -> tuple[float, float]:
    """Median F0 in Hz, and the range from the 10th to the 90th percentile in semitones, of the loud frames."""
    import librosa

    f0 = librosa.yin(audio, fmin=65, fmax=620, sr=rate, frame_length=1536, hop_length=300)
    power = librosa.feature.rms(y=audio, frame_length=1536, hop_length=300)[0]
    count = min(f0.size, power.size)
    kept = f0[:count][power[:count] > 0.25 * np.percentile(power, 95)]
    low, high = np.percentile(12.0 * np.log2(kept), [10, 90])
    return float(np.median(kept)), float(high - low)


def centroid(audio: Samples, rate: int) -> float:
    """Mean spectral centroid of the loud frames, in Hz."""
    import librosa

    where = librosa.feature.spectral_centroid(y=audio, sr=rate, n_fft=1024, hop_length=300)[0]
    power = librosa.feature.rms(y=audio, frame_length=1024, hop_length=300)[0]
    return float(where[: power.size][power > 0.25 * np.percentile(power, 95)].mean())


def quality(audio: Samples, rate: int) -> tuple[float, float]:
    """DNSMOS overall and P.808."""
    import librosa
    from speechmos import dnsmos

    narrow = librosa.resample(audio, orig_sr=rate, target_sr=16000)
    scores = dnsmos.run(narrow * (0.5 / np.abs(narrow).max()), sr=16000)
    return float(scores["ovrl_mos"]), float(scores["p808_mos"])


def measure(voices: Sequence[str], sentences: Sequence[str]) -> list[dict[str, Any]]:
    """One row a voice, told on stderr as they come."""
    from indextts.config import load_config
    from indextts.preload import Preloader
    from indextts.request import SpeechRequest
    from indextts.utterance import Settings

    pipeline = Preloader(load_config()).wait()
    rows = []
    for voice in voices:
        spoken = [pipeline.speak(SpeechRequest(text, Settings(voice=voice))) for text in sentences]
        pitches = [median_f0(speech.samples, speech.sample_rate) for speech in spoken]
        scores = [quality(speech.samples, speech.sample_rate) for speech in spoken]
        row = {
            "voice": voice,
            "median_f0_hz": round(statistics.median(f0 for f0, _ in pitches), 1),
            "f0_range_st": round(statistics.mean(wide for _, wide in pitches), 1),
            "centroid_hz": round(statistics.mean(centroid(one.samples, one.sample_rate) for one in spoken)),
            "syllables_s": round(sum(map(_syllables, sentences)) / sum(one.duration_s for one in spoken), 2),
            "dnsmos": round(statistics.mean(overall for overall, _ in scores), 3),
            "dnsmos_zh": _mean(
                overall for (overall, _), text in zip(scores, sentences, strict=True) if _syllables(text)
            ),
            "p808": round(statistics.mean(p808 for _, p808 in scores), 3),
            "rtf": round(statistics.median(speech.rtf for speech in spoken), 4),
        }
        rows.append(row)
        print("  ".join(f"{name} {value}" for name, value in row.items()), file=sys.stderr, flush=True)
    return rows


def cost_ms(rounds: int = 200) -> float:
    """Milliseconds of changing the mel of a sentence of 4 s."""
    from indextts.acoustic.tract import Tract, TractChange
    from indextts.config import load_config
    from indextts.engines.embedded.engine import load_voice_data

    data = load_voice_data(load_config())
    tract, change = Tract(data.mean, data.scale), TractChange(0.9, 0.8, 1.0)
    mel = np.zeros((320, data.mean.size), np.float32)
    tract(mel, change)
    took = []
    for _ in range(rounds):
        began = time.perf_counter()
        tract(mel, change)
        took.append(time.perf_counter() - began)
    return 1000.0 * statistics.median(took)


def around(design: Design) -> list[str]:
    """Designs in which one number of ``design`` is a step lower or higher; the first is ``design`` itself."""
    tried = [design]
    for name, step in STEPS.items():
        low, high = BOUNDS[name]
        for value in (asdict(design)[name] - step, asdict(design)[name] + step):
            if low <= value <= high:
                tried.append(replace(design, **{name: round(value, 3)}))
    return [one.inline() for one in tried]


def _mean(values: Iterable[float]) -> float | None:
    kept = list(values)
    return round(statistics.mean(kept), 3) if kept else None


def _syllables(text: str) -> int:
    return sum("\u4e00" <= char <= "\u9fff" for char in text)


def main(arguments: list[str] | None = None) -> int:
    """Measure and print JSON."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.voices", description="The family of voices.")
    parser.add_argument("voices", nargs="*", metavar="VOICE", help="ids or designs (default: all that come along)")
    parser.add_argument("--around", metavar="VOICE", help="try this voice with each of its numbers moved a little")
    parser.add_argument("--sentences", type=int, default=len(SENTENCES), help=f"how many (default {len(SENTENCES)})")
    options = parser.parse_args(arguments)
    from indextts.config import load_config

    family = VoiceFamily.of(load_config())
    voices = options.voices or [voice.id for voice in family.named]
    if options.around:
        voices = around(family.design(options.around))
    rows = measure(voices, SENTENCES[: options.sentences])
    print(json.dumps({"voices": rows, "change_ms": round(cost_ms(), 3)}, indent=2))
    return 0


if __name__ == "__main__":
    sys.exit(main())
