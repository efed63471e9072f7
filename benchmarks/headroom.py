"""In how many files the limiter acts at the default level, and for how long: English, Chinese, and both mixed.

    python -m benchmarks.headroom
    python -m benchmarks.headroom --loudness -16
    PYTHONPATH=OTHER python benchmarks/headroom.py --loudness -16      the same of another tree

Each sentence is spoken so softly that no peak comes near the ceiling; what it would reach at its own level follows,
with other phases where it is too high, and less what a segment gives way by.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np

from indextts.engines.embedded import engine as embedded
from indextts.model.utterance import Settings
from indextts.pipeline.pipeline import Pipeline
from indextts.plan.request import SpeechRequest
from indextts.platform.config import load_config
from indextts.sound import loudness
from indextts.sound.loudness import limit
from indextts.sound.resample import resample

DATA: Final = Path(__file__).parent.parent / "tests" / "data"
TEXTS: Final = {
    "english sentences": ("english_sentences.txt", 0),
    "english words": ("english_words.txt", 0),
    "chinese": ("polyphones.tsv", 100),
    "mixed": ("mixed_sentences.txt", 0),
}
"""Files of the tests' data, and how many of their lines, 0 for all."""
_SOFT: Final = -34.0
_YIELDS_DB: Final = float(getattr(loudness, "YIELD_DB", 0.0))
"""Decibels that a segment gives way by before the limiter acts; trees before this one have none."""
_TURNED: Final = getattr(loudness, "_turned", None)
"""What turns phases where peaks are too high; trees before this one have none."""


def measure(pipeline: Pipeline, texts: Sequence[str], target: float, ceiling_db: float) -> dict[str, Any]:
    """Peaks beside the ceiling, and how many of the files are held back."""
    over, held_ms = [], []
    for text in texts:
        speech = pipeline.speak(SpeechRequest(text, Settings(loudness=_SOFT, peak=0.0)))
        rate = speech.sample_rate
        sound = speech.samples * np.float32(10.0 ** ((target - _SOFT) / 20.0))
        over.append(_over(sound, rate, ceiling_db))
        left = over[-1]
        if _TURNED and left > 0.0:
            sound, _ = _TURNED(sound, loudness._highest(sound, rate), rate, 10.0 ** (ceiling_db / 20.0))
            left = _over(sound, rate, ceiling_db)
        softer = 10.0 ** (-min(max(left + 0.001, 0.0), _YIELDS_DB) / 20.0)
        sound = (sound * softer).astype(np.float32)
        limited = limit(sound, rate, 10.0 ** (ceiling_db / 20.0))
        held_ms.append(1000.0 * float(np.count_nonzero(limited != sound)) / rate)
    return {
        "files": len(texts),
        "limiter acts": sum(each > 0.0 for each in held_ms),
        "held for 60 ms or more": sum(each >= 60.0 for each in held_ms),
        "over the ceiling, dB: median": round(float(np.median(over)), 2),
        "95 %": round(float(np.percentile(over, 95)), 2),
        "most": round(max(over), 2),
    }


def _over(sound: np.ndarray, rate: int, ceiling_db: float) -> float:
    """Decibels by which the highest peak passes the ceiling."""
    fine = resample(sound, rate, 4 * rate)
    return float(20.0 * np.log10(max(np.abs(fine).max(), np.abs(sound).max()) + 1e-9) - ceiling_db)


def main(arguments: list[str] | None = None) -> int:
    """Measure and print JSON; 1 if the limiter acts in more than one file of a hundred."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.headroom", description=__doc__.splitlines()[0])
    parser.add_argument("--loudness", type=float, help="LUFS; without it those of the configuration")
    options = parser.parse_args(arguments)
    config = load_config()
    target = config.audio.loudness_lufs if options.loudness is None else options.loudness
    pipeline = Pipeline(config, embedded.load(config))
    result = {}
    for name, (file, most) in TEXTS.items():
        lines = (DATA / file).read_text(encoding="utf-8").splitlines()
        texts = [line.split("\t")[0] for line in lines if line and not line.startswith("#")]
        result[name] = measure(pipeline, texts[: most or None], target, config.audio.peak_dbtp)
    print(json.dumps({"loudness": target, **result}, indent=2))
    return int(any(each["limiter acts"] > 0.01 * each["files"] for each in result.values()))


if __name__ == "__main__":
    sys.exit(main())
