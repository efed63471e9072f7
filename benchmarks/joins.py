"""Where the languages meet in mixed sentences: jumps of pitch and level from word to word, and what they look like.

    python -m benchmarks.joins                                   40 sentences of ``tests/data/mixed_sentences.txt``
    python -m benchmarks.joins --spectrograms docs/plots --label now
    python -m benchmarks.joins --spectrograms docs/plots --label natural --voice zf_xiaoxiao
    PYTHONPATH=OTHER python benchmarks/joins.py                  the same of another tree

A join is a Chinese word beside an English one with no pause between; inside Chinese both are Chinese. What jumps is the
median pitch of the one word to that of the other (eight semitones), and the level of the one to the other (6 dB).
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from indextts.engines.embedded import engine as embedded
from indextts.engines.kokoro import engine as kokoro
from indextts.model.utterance import Settings, Token
from indextts.pipeline.pipeline import Pipeline
from indextts.plan.request import SpeechRequest
from indextts.platform.config import load_config
from indextts.platform.run import Speech
from indextts.sound.mel import log_mel
from indextts.sound.pitch import track

MIXED: Final = Path(__file__).parent.parent / "tests" / "data" / "mixed_sentences.txt"
JUMP_SEMITONES: Final = 8.0
JUMP_DB: Final = 6.0
DRAWN: Final = 4
"""Sentences, the first ones, of which there are pictures."""
_TOUCHING_S: Final = 0.05
_HOP: Final = 240
_RANGE: Final = 3.0
"""log₁₀ magnitudes from black to white."""


def jumps(speech: Speech) -> dict[str, list[tuple[float, float]]]:
    """``joins`` and ``chinese``: semitones and decibels between words that touch."""
    rate = speech.sample_rate
    spoken = [
        token
        for segment in speech.utterance.segments
        for token in segment.tokens
        if token.phones and token.start_s is not None and token.end_s is not None
    ]
    found: dict[str, list[tuple[float, float]]] = {"joins": [], "chinese": []}
    for before, after in pairwise(spoken):
        languages = {before.lang, after.lang}
        if languages == {"en"} or (after.start_s or 0.0) - (before.end_s or 0.0) > _TOUCHING_S:
            continue
        first, second = _heard(speech, before, rate), _heard(speech, after, rate)
        jump = abs(second[0] - first[0]), abs(second[1] - first[1])
        found["joins" if "en" in languages else "chinese"].append(jump)
    return found


def _heard(speech: Speech, token: Token, rate: int) -> tuple[float, float]:
    """Median semitones, not-a-number without a voice, and decibels."""
    samples = speech.samples[int((token.start_s or 0.0) * rate) : int((token.end_s or 0.0) * rate)]
    _, hertz = track(samples, rate)
    voiced = hertz[np.isfinite(hertz)]
    semitones = float(12.0 * np.log2(np.median(voiced))) if voiced.size else float("nan")
    return semitones, float(10.0 * np.log10(np.mean(np.square(samples, dtype=np.float64)) + 1e-12))


def share(pairs: Sequence[tuple[float, float]]) -> dict[str, float]:
    """How many, and percent that jump."""
    values = np.array(pairs)
    pitch = values[np.isfinite(values[:, 0]), 0]
    return {
        "count": len(pairs),
        "pitch_percent": round(100.0 * float(np.mean(pitch > JUMP_SEMITONES)), 1),
        "level_percent": round(100.0 * float(np.mean(values[:, 1] > JUMP_DB)), 1),
        "median_semitones": round(float(np.median(pitch)), 2),
        "median_db": round(float(np.median(values[:, 1])), 2),
    }


def draw(samples: npt.NDArray[np.float32], sample_rate: int, file: Path) -> None:
    """The mel spectrogram, two pixels a frame and three a band, dark where it is loud."""
    from PIL import Image

    mel = log_mel(samples, sample_rate, _HOP)
    level = np.clip((mel - mel.max() + _RANGE) / _RANGE, 0.0, 1.0)
    shades = np.round(255.0 * (1.0 - level.T[::-1])).astype(np.uint8)
    picture = Image.fromarray(np.repeat(np.repeat(shades, 3, axis=0), 2, axis=1))
    picture.quantize(32).save(file, optimize=True)


def main(arguments: list[str] | None = None) -> int:
    """Measure and print JSON; 1 if the languages meet worse than Chinese words do."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.joins", description=__doc__.splitlines()[0])
    parser.add_argument("--spectrograms", type=Path, help="a folder for pictures of the first four sentences")
    parser.add_argument("--label", default="now", help="what their names end with")
    parser.add_argument("--voice", default="", help="a natural voice or mixture in place of the fast voice")
    options = parser.parse_args(arguments)
    config = load_config()
    pipeline = Pipeline(config, kokoro.load(config) if options.voice else embedded.load(config))
    settings = Settings(voice=options.voice or Settings().voice)
    lines = [line for line in MIXED.read_text(encoding="utf-8").splitlines() if line and not line.startswith("#")]
    found: dict[str, list[tuple[float, float]]] = {"joins": [], "chinese": []}
    for number, line in enumerate(lines):
        speech = pipeline.speak(SpeechRequest(line, settings))
        for name, pairs in jumps(speech).items():
            found[name] += pairs
        if options.spectrograms and number < DRAWN:
            name = f"mixed_{number + 1}_{options.label}.png"
            draw(speech.samples, speech.sample_rate, options.spectrograms / name)
    result: dict[str, Any] = {name: share(pairs) for name, pairs in found.items()}
    print(json.dumps(result, indent=2))
    joins, chinese = result["joins"], result["chinese"]
    return int(any(joins[name] > chinese[name] for name in ("pitch_percent", "level_percent")))


if __name__ == "__main__":
    sys.exit(main())
