"""Memory of a long book: is what a service takes after 30,000 segments what it took after 3,000?

    python -m benchmarks.book_memory [--segments 30000] [--json OUT] [--trace]

An engine that costs nothing says a tone for every segment; all else is as it serves. Resident memory is looked at
every 50 segments from the 3,000th on, while the book is spoken. Printed as JSON:

- ``slope_mb``: growth for 10,000 segments, the median of the slopes between points far apart;
- ``tenths_mb``: the median of the last tenth of these points, less that of the second one;
- ``warm_mb``, ``end_mb``, ``most_mb``: after the warm-up, at the end, and in between.

``--trace`` also prints where Python's own objects have grown.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import statistics
import sys
import tempfile
import tracemalloc
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import numpy as np

from benchmarks import processes
from benchmarks.book import OWNER, book_of, config_in, prose, slope_of
from indextts.engines.base import Samples, Voice
from indextts.engines.registry import REGISTRY
from indextts.model.utterance import Segment, Settings
from indextts.platform.config import Config
from indextts.platform.memory import share_heaps
from indextts.platform.run import Run
from indextts.service.preload import Preloader
from indextts.service.service import SpeechService
from indextts.works.works import Works

NAME: Final = "embedded"
WARM: Final = 3_000
"""Segments after which the large caches are full; those of words fill until 6,000 or so."""
EVERY: Final = 50
_CHARACTERS: Final = 31
"""Of a segment, about."""
_HERTZ: Final = 220.0


class ToneEngine:
    """Says every segment as a tone as long as the embedded voice would take for it, about."""

    name = NAME
    sample_rate = 24_000
    level_lufs = -20.0

    def __init__(self) -> None:
        times = np.arange(60 * self.sample_rate) / self.sample_rate
        self._tone = (0.2 * np.sin(2 * np.pi * _HERTZ * times)).astype(np.float32)

    def voices(self) -> list[Voice]:
        return [Voice("baker", "Baker", "标贝", NAME, ("zh", "en"), "", "women", 0.0, 241.0)]

    def loudness_shift(self, settings: Settings) -> float:
        return 0.0

    def fingerprints(self, voice: str) -> Mapping[str, str]:
        return {f"{NAME}/{voice}": "tone"}

    def pause_factor(self, settings: Settings) -> float:
        return 1.0

    def speak(self, segment: Segment, settings: Settings, run: Run) -> Samples:
        seconds = segment.about_s(settings)
        count = max(1, len(segment.tokens))
        with run.stage("acoustic"):
            for number, token in enumerate(segment.tokens):
                token.start_s, token.end_s = number * seconds / count, (number + 1) * seconds / count
                for phone in token.phones:
                    phone.frames, phone.f0, phone.energy = phone.frames or 8.0, phone.f0 or 200.0, phone.energy or 1.0
            return self._tone[: round(seconds * self.sample_rate)].copy()


def service_in(folder: Path) -> tuple[SpeechService, Works]:
    """With the tone in place of every engine, ready; and its works."""
    config = config_in(folder)
    config = config.model_copy(update={"engines": config.engines.model_copy(update={"order": (NAME,)})})
    tone = ToneEngine()

    def loaded(_: Config) -> ToneEngine:
        return tone

    info = replace(REGISTRY[NAME], installed=lambda _: True, voices=lambda _: tone.voices(), load=loaded, rtf=0.01)
    service = SpeechService(config, preloader=Preloader(config, registry={NAME: info}))
    works = Works(config, service)
    service.preloader.start()
    service.preloader.wait(120)
    return service, works


def points_of(works: Works, segments: int, *, trace: bool = False) -> list[tuple[int, float]]:
    """Segments and resident megabytes while a book of at least so many segments is spoken."""
    jobs, source = works.jobs, random.Random(14)
    book = works.books.create(OWNER, book_of(prose(segments * _CHARACTERS, source)))
    jobs.start_book(OWNER, book.id)
    points: list[tuple[int, float]] = []
    before: tracemalloc.Snapshot | None = None
    for job in jobs.follow(OWNER, book.id, every_s=1.0):
        at = job.segments_done
        if at >= WARM and (not points or at >= points[-1][0] + EVERY):
            points.append((at, processes.rss_bytes(os.getpid()) / 1e6))
            print(f"\r{at} {points[-1][1]:.1f} MB {job.progress:.1%}", end="", file=sys.stderr, flush=True)
            if trace and before is None:
                tracemalloc.start(12)
                before = tracemalloc.take_snapshot()
            if at >= segments:
                break
    print(file=sys.stderr)
    if before is not None:
        for one in tracemalloc.take_snapshot().compare_to(before, "traceback")[:12]:
            print(one.size_diff, one.count_diff, *one.traceback.format()[-8:], sep="\n", file=sys.stderr)
    if job.state not in ("running", "done"):
        raise RuntimeError(f"the book ended {job.state}: {job.error}")
    return points


def figures(points: Sequence[tuple[int, float]]) -> dict[str, float]:
    """What the module's words say."""
    sizes = [size for _, size in points]
    tenth = max(1, len(sizes) // 10)
    return {
        "segments": points[-1][0],
        "slope_mb": slope_of(list(points)),
        "tenths_mb": statistics.median(sizes[-tenth:]) - statistics.median(sizes[tenth : 2 * tenth] or sizes[:1]),
        "warm_mb": sizes[0],
        "end_mb": sizes[-1],
        "most_mb": max(sizes),
    }


def measure(segments: int, *, trace: bool = False) -> dict[str, Any]:
    """All of it, in a folder of works of its own."""
    share_heaps()
    with tempfile.TemporaryDirectory() as folder:
        service, works = service_in(Path(folder))
        try:
            return figures(points_of(works, segments, trace=trace))
        finally:
            service.close()


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.book_memory", description="What a long book takes.")
    parser.add_argument("--segments", type=int, default=30_000, help="to be spoken (default 30000)")
    parser.add_argument("--json", type=Path, help="also write the results to this file")
    parser.add_argument("--trace", action="store_true", help="print where Python's objects have grown")
    options = parser.parse_args()
    told = json.dumps(measure(options.segments, trace=options.trace), indent=2)
    print(told)
    if options.json is not None:
        options.json.write_text(told + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
