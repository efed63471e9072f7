"""How far the controls go before English words are lost, and how loud each is: the table of ``docs/measurements.md``.

    python -m benchmarks.controls

Every second word of ``tests/data/english_words.txt``, in the closed list of these; the level is that of three Chinese
sentences against the first row.
"""

from __future__ import annotations

import json
import statistics
from typing import Any, Final

import numpy as np

from benchmarks.accuracy_english import WORDS
from benchmarks.emotions import SENTENCES
from indextts.engines.embedded import engine as embedded
from indextts.model.utterance import Settings
from indextts.pipeline.pipeline import Pipeline
from indextts.plan.request import SpeechRequest
from indextts.platform.config import load_config
from indextts.sound.loudness import loudness
from indextts.sound.resample import resample
from training.hearing import RATE, hear, make_decoder, read_words

ROWS: Final[dict[str, dict[str, float]]] = {
    "none": {},
    **{f"pitch {value:+g}": {"pitch": value} for value in (-12.0, -6.0, 6.0, 12.0)},
    **{f"speed {value:g}": {"speed": value} for value in (0.5, 2.0)},
    **{f"energy {value:+g}": {"energy": value} for value in (-12.0, 12.0)},
}


def main() -> None:
    """Measure and print JSON."""
    config = load_config()
    pipeline = Pipeline(config, embedded.load(config))
    words = read_words(WORDS)[::2]
    decoder = make_decoder(words)
    result: dict[str, dict[str, Any]] = {}
    for name, wishes in ROWS.items():
        settings = Settings(**wishes)  # type: ignore[arg-type]

        def said(text: str, settings: Settings = settings) -> Any:
            return pipeline.speak(SpeechRequest(text, settings))

        heard = 0
        for word in words:
            speech = said(word)
            samples = resample(speech.samples, speech.sample_rate, RATE)
            heard += hear(decoder, (np.clip(samples, -1.0, 1.0) * 32767.0).astype("<i2").tobytes()) == word
        level = statistics.mean(loudness(one.samples, one.sample_rate) for one in map(said, SENTENCES[:3]))
        result[name] = {"words understood": heard, "level": level}
    first = result["none"]["level"]
    for row in result.values():
        row["level"] = round(row["level"] - first, 1)
    print(json.dumps(result, indent=2))


if __name__ == "__main__":
    main()
