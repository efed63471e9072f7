"""How often the checks of recordings are right: several speakers, and noise, on mixtures of the embedded voices.

    python -m benchmarks.clones

One speaker: 2, 4 or 6 sentences of one voice, half of them with an emotion. Two speakers: sentences of two voices in
any order. A recording counts as found where ``recording_speakers`` is among its findings. Noise is white, at a known
distance below the speech. Synthetic voices of one speaker: real people differ more in timbre and vary more in height.
"""

from __future__ import annotations

import itertools
import json
import logging
import random
import sys
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from benchmarks.prosody_speech import SENTENCES
from indextts.voices.cloning.prepare import SPEAKERS_SEMITONES, check
from indextts.voices.cloning.recordings import Recording

Samples = npt.NDArray[np.float32]

EMOTIONS: Final = ("happy", "sad", "angry")
PAUSE_S: Final = 0.3
TRIES: Final = 6
DISTANCES: Final = (30.0, 20.0, 10.0, 5.0)


def spoken(count: int) -> tuple[dict[str, list[Samples]], int]:
    """Sentences by voice, each second one with an emotion, and their rate."""
    from indextts.engines.embedded.engine import load
    from indextts.model.utterance import Settings
    from indextts.pipeline.pipeline import Pipeline
    from indextts.plan.request import SpeechRequest
    from indextts.platform.config import load_config

    config = load_config()
    pipeline = Pipeline(config, load(config))
    table: dict[str, list[Samples]] = {}
    rate = 0
    for voice in (one.id for one in pipeline.voices() if one.group != "own"):
        table[voice] = []
        for number, text in enumerate(SENTENCES[:count]):
            emotion = EMOTIONS[number // 2 % len(EMOTIONS)] if number % 2 else "neutral"
            speech = pipeline.speak(SpeechRequest(text, Settings(voice=voice, emotion=emotion, intensity=0.7)))
            table[voice].append(speech.samples)
            rate = speech.sample_rate
    return table, rate


def joined(parts: list[Samples], rate: int) -> Recording:
    """One recording of several sentences."""
    pause = np.zeros(round(PAUSE_S * rate), np.float32)
    samples = np.concatenate([piece for part in parts for piece in (part, pause)])
    return Recording("", samples, rate, 1, rate, samples.size / rate, True)


def several(recording: Recording) -> bool:
    """Whether several speakers are found in it."""
    return any(finding.code == "recording_speakers" for finding in check(recording).findings)


def measure() -> dict[str, Any]:
    """Shares and counts."""
    table, rate = spoken(12)
    rng = random.Random(7)
    alone = [
        several(joined(rng.sample(sentences, count), rate))
        for sentences in table.values()
        for count in (2, 4, 6)
        for _ in range(TRIES)
    ]
    heights = {voice: check(joined(sentences[::2], rate)).measures.pitch_hz for voice, sentences in table.items()}
    near: list[bool] = []
    middle: list[bool] = []
    far: list[bool] = []
    for one, other in itertools.combinations(table, 2):
        apart = abs(12.0 * np.log2(heights[one] / heights[other]))
        group = far if apart >= 6.0 else middle if apart >= SPEAKERS_SEMITONES else near
        for count in (1, 2, 3):
            for _ in range(TRIES // 2):
                parts = rng.sample(table[one], count) + rng.sample(table[other], rng.randint(1, count))
                rng.shuffle(parts)
                group.append(several(joined(parts, rate)))
    errors = []
    noises = np.random.default_rng(7)
    for sentences in table.values():
        for distance in DISTANCES:
            samples = joined(sentences[:2], rate).samples
            level = np.sqrt(np.mean(np.square(np.concatenate(sentences[:2])))) * 10.0 ** (-distance / 20.0)
            noisy = (samples + noises.standard_normal(samples.size) * level).astype(np.float32)
            found = check(Recording("", noisy, rate, 1, rate, noisy.size / rate, True)).measures.snr_db
            errors.append(found - distance)

    def share(found: list[bool]) -> dict[str, float]:
        return {"share": round(sum(found) / max(1, len(found)), 3), "of": len(found)}

    return {
        "heights_hz": {voice: round(height) for voice, height in heights.items()},
        "one_speaker_taken_for_several": share(alone),
        "two_speakers_found": {
            "6 semitones apart and more": share(far),
            f"{SPEAKERS_SEMITONES:g} to 6": share(middle),
            "less": share(near),
        },
        "snr_error_db": {"mean": round(float(np.mean(errors)), 1), "most": round(float(np.abs(errors).max()), 1)},
    }


def main() -> int:
    """Print the measurement as JSON."""
    logging.getLogger("indextts").addHandler(logging.NullHandler())
    sys.stdout.write(json.dumps(measure(), indent=1) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
