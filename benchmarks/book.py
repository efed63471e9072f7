"""A whole book through the service: its real-time factor, its memory, and how long a person beside it waits.

    python -m benchmarks.book [--characters 300000] [--text FILE] [--json OUT]

The book is the file given, else a mixture of the sentences here, each with a number of its own. It is spoken by the
embedded voice in an empty folder of works. Printed as JSON:

- ``long_request_rtf``: one request as long as the server takes, seconds of work for each second of speech;
- ``speaking_rtf``, ``job_rtf``: the book's job until it is spoken, and with its M4B; ``…_to_long``: by the above;
- ``…_cpu``: the same in seconds of the processor, which do not depend on what else the machine does;
- ``rss_slope_mb``: growth for 10,000 segments, once a third of them is spoken and every cache is full (a book of so
  many segments and more: ``python -m benchmarks.book_memory``);
- ``alone_s``, ``beside_two_s``, ``beside_to_alone``: seconds until a new sentence is heard.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from benchmarks import processes
from benchmarks.prosody_speech import SENTENCES
from indextts.books.model import Chapter, Manuscript
from indextts.model.utterance import Settings
from indextts.plan.request import SpeechRequest
from indextts.platform.config import Config, load_config
from indextts.platform.memory import share_heaps
from indextts.service.service import SpeechService
from indextts.works.works import Works

OWNER: Final = "local"
CHAPTER: Final = 8_000
PARAGRAPH: Final = 200
"""Characters, about."""
SENTENCES_HEARD: Final = 20
_OWN: Final = ("works", "outputs")
"""Folders that a measurement has for itself."""


def prose(characters: int, source: random.Random) -> str:
    """At least so many characters in paragraphs, no sentence twice."""
    paragraphs: list[str] = []
    length = 0
    while length < characters:
        sentences: list[str] = []
        while sum(map(len, sentences)) < PARAGRAPH:
            sentences.append(f"第{source.randrange(10**6)}句，{source.choice(SENTENCES)}")
        paragraphs.append("".join(sentences))
        length += len(paragraphs[-1])
    return "\n".join(paragraphs)


def book_of(text: str, title: str = "书", characters: int = CHAPTER) -> Manuscript:
    """``text`` in chapters of about so many ``characters`` that end with a paragraph."""
    chapters: list[Chapter] = []
    lines: list[str] = []
    for line in text.splitlines():
        lines.append(line)
        if sum(map(len, lines)) >= characters:
            chapters.append(Chapter(f"第{len(chapters) + 1}章", "\n".join(lines)))
            lines = []
    if any(line.strip() for line in lines):
        chapters.append(Chapter(f"第{len(chapters) + 1}章", "\n".join(lines)))
    return Manuscript(title, tuple(chapters), language="zh")


def config_in(folder: Path) -> Config:
    """The configuration as it is, with works of its own below ``folder``."""
    config = load_config()
    folder.mkdir(parents=True, exist_ok=True)
    for path in config.cache_path.iterdir():
        if path.name not in _OWN and not path.name.startswith("library") and not (folder / path.name).exists():
            (folder / path.name).symlink_to(path.resolve())
    return config.model_copy(update={"cache_dir": folder})


@contextmanager
def serving(folder: Path) -> Iterator[tuple[SpeechService, Works]]:
    """A service that is ready, and its works."""
    config = config_in(folder)
    service = SpeechService(config)
    works = Works(config, service)
    service.preloader.start()
    service.preloader.wait(120)
    try:
        yield service, works
    finally:
        service.close()


def sentence_s(service: SpeechService, source: random.Random) -> float:
    """Seconds until a sentence that nobody has spoken before is heard."""
    began = time.perf_counter()
    service.speak(SpeechRequest(f"请听第{source.randrange(10**6)}号。"))
    return time.perf_counter() - began


def beside(service: SpeechService, works: Works, source: random.Random) -> dict[str, float]:
    """A person's sentences alone, and beside two books."""
    for _ in range(3):
        sentence_s(service, source)
    alone = statistics.median(sentence_s(service, source) for _ in range(SENTENCES_HEARD))
    jobs = works.jobs
    books = [works.books.create(OWNER, book_of(prose(20_000, source), title)).id for title in ("甲", "乙")]
    for name in books:
        jobs.start_book(OWNER, name)
    while not all(jobs.get(OWNER, name).segments_done for name in books):
        time.sleep(0.05)
    heard = statistics.median(sentence_s(service, source) for _ in range(SENTENCES_HEARD))
    for name in books:
        jobs.cancel(OWNER, name)
        works.delete_book(OWNER, name)
    return {"alone_s": alone, "beside_two_s": heard, "beside_to_alone": heard / alone}


def long_request(service: SpeechService, source: random.Random) -> dict[str, float]:
    """The real-time factor of one request that is as long as may be."""
    text = prose(service.config.server.max_text_chars - 500, source)
    began, cpu_s = time.perf_counter(), time.process_time()
    speech = service.speak(SpeechRequest(text[: service.config.server.max_text_chars], Settings()))
    return {
        "long_request_rtf": (time.perf_counter() - began) / speech.duration_s,
        "long_request_cpu": (time.process_time() - cpu_s) / speech.duration_s,
    }


def whole(works: Works, manuscript: Manuscript) -> dict[str, Any]:
    """The job of a book."""
    jobs = works.jobs
    book = works.books.create(OWNER, manuscript)
    points: list[tuple[int, float]] = []
    began, cpu_began = time.perf_counter(), time.process_time()
    spoken_s: float | None = None
    spoken_cpu_s = 0.0
    jobs.start_book(OWNER, book.id)
    for job in jobs.follow(OWNER, book.id, every_s=1.0):
        points.append((job.segments_done, processes.rss_bytes(os.getpid()) / 1e6))
        if job.stage == "binding" and spoken_s is None:
            spoken_s, spoken_cpu_s = time.perf_counter() - began, time.process_time() - cpu_began
        where = f"{job.progress:6.1%} {points[-1][1]:.0f} MB {job.eta_s or 0:.0f} s"
        print(f"\r{where}", end="", file=sys.stderr, flush=True)
    took_s, took_cpu_s = time.perf_counter() - began, time.process_time() - cpu_began
    print(file=sys.stderr)
    if job.state != "done":
        raise RuntimeError(f"the book ended {job.state}: {job.error}")
    return {
        "segments": job.segments_done,
        "duration_s": job.duration_s,
        "speaking_rtf": (spoken_s or took_s) / job.duration_s,
        "job_rtf": took_s / job.duration_s,
        "speaking_cpu": spoken_cpu_s / job.duration_s,
        "job_cpu": took_cpu_s / job.duration_s,
        "rss_slope_mb": slope_of([one for one in points if job.segments_done / 3 < one[0] < job.segments_done]),
        "rss_mb": max(size for _, size in points),
    }


def slope_of(points: list[tuple[int, float]]) -> float:
    """Growth for 10,000: the median of the slopes between points far apart, which the teeth of a saw do not move."""
    half = len(points) // 2
    pairs = ((one, other) for one in points[:half] for other in points[half:] if other[0] > one[0])
    slopes = [(other[1] - one[1]) / (other[0] - one[0]) for one, other in pairs]
    return 10_000 * statistics.median(slopes) if slopes else float("nan")


def measure(characters: int, text: str | None = None) -> dict[str, Any]:
    """All figures of books."""
    source = random.Random(time.time_ns())
    share_heaps()  # as the server does
    with tempfile.TemporaryDirectory() as folder, serving(Path(folder)) as (service, works):
        result: dict[str, Any] = beside(service, works, source)
        result |= long_request(service, source)
        result |= whole(works, book_of(text or prose(characters, source)))
    for name in ("speaking_rtf", "job_rtf", "speaking_cpu", "job_cpu"):
        result[f"{name}_to_long"] = result[name] / result[f"long_request_{name[-3:]}"]
    return result


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.book", description="Speak a whole book and weigh it.")
    parser.add_argument("--characters", type=int, default=300_000, help="of the book that is put together here")
    parser.add_argument("--text", type=Path, help="a text file to speak instead")
    parser.add_argument("--json", type=Path, help="also write the results to this file")
    options = parser.parse_args()
    text = None if options.text is None else options.text.read_text(encoding="utf-8")
    told = json.dumps(measure(options.characters, text), indent=2)
    print(told)
    if options.json is not None:
        options.json.write_text(told + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
