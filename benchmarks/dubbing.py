"""A film's subtitles as a book: how far the beginnings of its cues drift, and whether the track is as long as the film.

    python -m benchmarks.dubbing [--cues 300] [--seed 1] [--json OUT]

The film is made here: sentences in Chinese and English at irregular times, a fifth of them with less time than they
usually take. It is spoken by the embedded voice in an empty folder of works, bound into a WAV and decoded; where a cue
begins is measured on the decoded samples. Printed as JSON: ``drift_ms`` of the cues that can be on time (the greatest
and the mean), how many came out in which state, and by how many samples the track differs from the film's length.
"""

from __future__ import annotations

import argparse
import json
import random
import statistics
import sys
import tempfile
import time
from collections import Counter
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

from benchmarks.book import OWNER, config_in
from benchmarks.prosody_speech import SENTENCES
from indextts.books.dubbing import LATE_S
from indextts.books.model import Chapter, Manuscript, Timed
from indextts.service.service import SpeechService
from indextts.works.books.proofing import BookCue
from indextts.works.works import Works

ENGLISH: Final = ("Good morning, everyone.", "I will be back before noon.", "Where did you put the keys?", "All right.")
_USUAL_S: Final = 0.22
"""A Chinese character takes so long, about …"""
_OTHER_S: Final = 0.075
"""… and any other."""
_LOUD: Final = 1e-3
_BEFORE_S: Final = 0.05


def film(cues: int, source: random.Random) -> Manuscript:
    """Sentences with times; no two alike."""
    lines: list[str] = []
    timed: list[Timed] = []
    at, clock = 0, 1.0
    for number in range(cues):
        line = source.choice((*SENTENCES, *ENGLISH)) if number % 3 else f"第{number}句，{source.choice(SENTENCES)}"
        usual_s = sum(_USUAL_S if char >= "\u2e80" else _OTHER_S for char in line)
        lasts_s = usual_s * (source.uniform(0.75, 0.95) if source.random() < 0.2 else source.uniform(1.1, 1.8))
        timed.append(Timed(at, at + len(line), round(clock, 3), round(clock + lasts_s, 3)))
        lines.append(line)
        at += len(line) + 1
        clock += lasts_s + source.choice((0.05, 0.3, 1.0, 4.0))
    return Manuscript("film", (Chapter("", "\n".join(lines), timed=tuple(timed)),), language="zh")


def measure(cues: int, seed: int) -> dict[str, Any]:
    """Speak a film and listen to it."""
    import numpy as np
    import soundfile

    whole = film(cues, random.Random(seed))
    length_s = round(whole.chapters[0].timed[-1].end_s + 2.345, 3)
    with tempfile.TemporaryDirectory() as folder:
        config = config_in(Path(folder) / "cache")
        service = SpeechService(config)
        works = Works(config, service)
        service.preloader.wait(120)
        try:
            options = {"format": "wav", "fit": True, "length_s": length_s}
            book = works.books.create(OWNER, whole, options=options)
            began = time.perf_counter()
            works.jobs.start_book(OWNER, book.id)
            *_, job = works.jobs.follow(OWNER, book.id)
            work_s = time.perf_counter() - began
            if job.state != "done":
                raise job.error or RuntimeError(job.state)
            found = works.doubts.cues(OWNER, book.id)
            sound, rate = soundfile.read(works.jobs.file(OWNER, book.id, "wav"), dtype="float32")
            parts = len(works.records.parts_of(book.id))
        finally:
            service.close()
    loud = np.abs(sound)
    silent_s = [0.0, *(one.cue.ends_s for one in found)]
    heard = [
        _heard_s(loud, rate, one, since_s) - one.cue.begin_s
        for one, since_s in zip(found, silent_s, strict=False)
        if _is_on_time(one)
    ]
    overlaps = sum(after.cue.starts_s < one.cue.ends_s - 1e-6 for one, after in pairwise(found))
    return {
        "cues": len(found),
        "parts": parts,
        "film_s": length_s,
        "work_s": round(work_s, 1),
        "states": dict(Counter(one.cue.state for one in found)),
        "rates": [round(rate, 3) for rate in (min(one.cue.rate for one in found), max(one.cue.rate for one in found))],
        "on_time": len(heard),
        "drift_ms": {
            "greatest": round(1000 * max(map(abs, heard)), 2),
            "mean": round(1000 * statistics.mean(map(abs, heard)), 2),
        },
        "planned_drift_ms": round(1000 * max(abs(one.cue.drift_s) for one in found if _is_on_time(one)), 3),
        "overlaps": overlaps,
        "length_off_samples": int(sound.size - round(length_s * rate)),
    }


def _is_on_time(one: BookCue) -> bool:
    """Whether nothing is said of its beginning: it may also be told as late for keeping the next one waiting."""
    return one.cue.state != "late" or one.cue.drift_s < LATE_S


def _heard_s(loud: Any, rate: int, one: BookCue, since_s: float) -> float:
    """When the first sound is heard after the silence before a cue, which begins at ``since_s`` at the earliest."""
    begin = round(max(since_s, one.cue.begin_s - _BEFORE_S) * rate)
    stretch = loud[begin : begin + rate] > _LOUD
    return float(begin + int(stretch.argmax())) / rate if stretch.any() else float("inf")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cues", type=int, default=300)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    told = json.dumps(measure(options.cues, options.seed), indent=1, ensure_ascii=False)
    sys.stdout.write(told + "\n")
    if options.json:
        options.json.write_text(told + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
