"""Measure the natural voices for ``assets/natural_voices.npz``, by which the nearest to a recording are found.

    python -m training.natural_voices

Every installed voice says four sentences in its own language. Printed is how often a sentence that was left out finds
its own voice first. Afterwards write the assets' manifest anew: ``python -m indextts.platform.storage.assets``.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import Final

import numpy as np

from indextts.engines.kokoro.engine import load
from indextts.engines.kokoro.info import voices
from indextts.model.utterance import Settings
from indextts.pipeline.pipeline import Pipeline
from indextts.plan.request import SpeechRequest
from indextts.platform.config import Config, load_config
from indextts.platform.storage.files import write_file
from indextts.voices.likeness import TABLE, Floats, features, packed
from indextts.voices.mixture import is_ready

SENTENCES: Final = {
    "zh": (
        "今天天气真不错，我们一起去公园散步吧。",
        "老师把昨天的作业发给了每一位同学，请大家认真改正。",
        "清晨的小路上有一位老人，他一边走一边哼着歌。",
        "这本书讲的是一个普通家庭在城市里生活的故事。",
    ),
    "en": (
        "The birch canoe slid on the smooth planks, and the old man smiled.",
        "Rice is often served in round bowls with a little green tea.",
        "She opened the window to let some cool morning air into the room.",
        "A quick answer is not always the best answer to a hard question.",
    ),
}


def measure(config: Config) -> dict[str, list[Floats]]:
    """Return the features of each sentence of each installed voice."""
    pipeline = Pipeline(config, load(config))
    found: dict[str, list[Floats]] = {}
    for voice in filter(lambda one: is_ready(one.id), voices(config)):
        found[voice.id] = []
        for text in SENTENCES[voice.languages[0]]:
            speech = pipeline.speak(SpeechRequest(text, Settings(engine="kokoro", voice=voice.id, prosody="rules")))
            found[voice.id].append(features(speech.samples, speech.sample_rate))
    return found


def own_first(measured: Mapping[str, list[Floats]]) -> float:
    """Return the share of sentences whose own voice is the nearest to them when they are left out."""
    sentences = np.stack([np.stack(rows) for rows in measured.values()])
    hits = []
    for place in range(sentences.shape[1]):
        known = np.delete(sentences, place, axis=1)
        spread = np.sqrt(known.var(axis=1, ddof=1).mean(axis=0))
        apart = (sentences[:, place, None] - known.mean(axis=1)[None]) / spread
        hits.append(np.square(apart).mean(axis=2).argmin(axis=1) == np.arange(len(sentences)))
    return float(np.mean(hits))


def main() -> None:
    measured = measure(load_config(None))
    sys.stdout.write(f"{len(measured)} voices; own voice first: {own_first(measured):.3f}\n")
    write_file(TABLE, packed(measured))


if __name__ == "__main__":
    main()
