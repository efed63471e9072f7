"""What it costs to bind a book: seconds of CPU for each hour of sound, in every format and by every norm.

    python -m benchmarks.binding
    python -m benchmarks.binding --seconds 600 --rounds 5

The sound is what the embedded voice says, repeated. Beside the times stands the share of real time: a book's job takes
that much longer than to speak it alone. Each figure is the lowest of its rounds.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from indextts.books.binding import BoundChapter, Norm
    from indextts.books.binding.model import Pcm

_TEXT: Final = "未庄的人们之于阿Q，只要他帮忙，只拿他玩笑，从来没有留心他的“行状”的。而阿Q自己也不说。"
_CASES: Final[tuple[tuple[str, Norm], ...]] = (
    ("m4b", "none"),
    ("m4b", "podcast"),
    ("mp3", "none"),
    ("mp3", "acx"),
    ("opus", "none"),
    ("opus", "ebu"),
    ("flac", "none"),
    ("wav", "none"),
    ("srt", "none"),
)


def measure(rounds: int, seconds: float = 300.0) -> dict[str, dict[str, float]]:
    """CPU seconds for an hour of sound, and their share of real time, by format and norm."""
    from indextts.books.binding import Binding, bind

    chapter = _chapter(seconds)
    length_s = chapter.samples / chapter.rate
    found: dict[str, dict[str, float]] = {}
    with tempfile.TemporaryDirectory() as folder:
        for form, norm in _CASES:
            times = []
            for _ in range(rounds):
                begin = time.process_time()
                bind([chapter], Path(folder, f"book.{form}"), form, options=Binding(title="书", norm=norm))
                times.append(time.process_time() - begin)
            rest = min(times) / length_s
            found[f"{form} {norm}"] = {"cpu_s_per_hour": round(3600 * rest, 1), "of_real_time": round(rest, 5)}
    return found


def _chapter(seconds: float) -> BoundChapter:
    from indextts.books.binding import BoundChapter
    from indextts.engines.embedded.engine import load
    from indextts.pipeline.pipeline import Pipeline
    from indextts.plan.request import SpeechRequest
    from indextts.platform.config import load_config
    from indextts.sound.encode import to_int16

    config = load_config()
    speech = Pipeline(config, load(config)).speak(SpeechRequest(_TEXT))
    pcm, times = to_int16(speech.samples), max(1, round(seconds / speech.duration_s))

    def parts() -> Iterator[Pcm]:
        for _ in range(times):
            yield pcm

    return BoundChapter("第一章", pcm.size * times, parts, lambda: [(0.0, 1.0, _TEXT)], speech.sample_rate)


def main() -> None:
    """Print JSON and a table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.binding", description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, default=300.0, help="length of the sound (default 300)")
    parser.add_argument("--rounds", type=int, default=3, help="repetitions (default 3)")
    options = parser.parse_args()
    found = measure(options.rounds, options.seconds)
    print(json.dumps(found, indent=2))
    print("\n| format, norm | CPU seconds for an hour | of real time |\n|---|---|---|")
    for name, row in found.items():
        print(f"| {name} | {row['cpu_s_per_hour']:.1f} | {100 * row['of_real_time']:.2f} % |")


if __name__ == "__main__":
    main()
