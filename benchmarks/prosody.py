"""Speed of the prosody models: ``python -m benchmarks.prosody``.

Processor time of one thread, from the written sentence (segmentation included) to its marks, and what opening a model
costs. Each model is measured in a process of its own.
"""

from __future__ import annotations

import argparse
import json
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable

from indextts.model.utterance import Utterance
from indextts.reading import prosody
from indextts.reading.phonemes.en.pronunciation import is_word
from indextts.reading.text.frontend import build_segments

SENTENCES = (
    "昨天晚上我们在河边看见很多星星。",
    "这家小店的面条又便宜又好吃呢。",
    "请把桌子上的书放回原来的地方。",
    "他每天早上六点钟起床去跑步。",
    "因为下雨所以比赛改到下个星期。",
    "新来的同事会说三种外国语言。",
    "孩子们在院子里开心地做着游戏。",
    "我想知道这列火车几点钟到北京？",
)
"""About sixteen characters each, written for this."""
ROUNDS = 25


def measure(name: str) -> dict[str, float | str]:
    """Milliseconds for a sentence (median, 95th percentile), seconds and megabytes for opening the model."""
    build_segments(SENTENCES[0], is_word=is_word, max_syllables=36)
    before = _resident()
    began = time.perf_counter()
    model = prosody.load(name)
    opened = time.perf_counter() - began
    annotate = _annotator(model)
    for sentence in SENTENCES:
        annotate(sentence)
    taken = []
    for _ in range(ROUNDS):
        for sentence in SENTENCES:
            start = time.process_time()
            annotate(sentence)
            taken.append(1000 * (time.process_time() - start))
    taken.sort()
    return {
        "model": name,
        "median_ms": round(statistics.median(taken), 2),
        "p95_ms": round(taken[int(0.95 * len(taken))], 2),
        "open_s": round(opened, 3),
        "memory_mb": round(_resident() - before, 1),
    }


def _annotator(model: prosody.ProsodyModel) -> Callable[[str], None]:
    def annotate(text: str) -> None:
        model.annotate(Utterance(text=text, segments=build_segments(text, is_word=is_word, max_syllables=36)))

    return annotate


def _resident() -> float:
    """The most memory that this process has had, in megabytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> None:
    """Measure the models that are named, or all."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.prosody", description=__doc__)
    parser.add_argument("models", nargs="*", default=["lm", "causal", "rules"])
    parser.add_argument("--here", action="store_true", help="measure one model in this process")
    options = parser.parse_args()
    for name in options.models:
        if options.here:
            print(json.dumps(measure(name)))
        else:
            subprocess.run([sys.executable, "-m", "benchmarks.prosody", name, "--here"], check=True)


if __name__ == "__main__":
    main()
