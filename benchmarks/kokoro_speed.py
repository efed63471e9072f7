"""Measures the work of the natural voices over HTTP beside kokoro-onnx, which runs the same graph and voice.

    python -m benchmarks.kokoro_speed PUBLISHED [--rounds N] [--minutes N]
    python -m benchmarks.kokoro_speed --memory MINUTES   # the server alone, a text of so many minutes

``PUBLISHED`` is a folder with the published graph and the voices' files. The peer is called in its own process. Both
take turns, sentence by sentence, in English, which the peer reads by itself; the server keeps no sound. Then a text of
so many minutes as one request each, when its first sound comes, and the memory of the whole server after fifty requests
and after the long text.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import tempfile
import time
import urllib.request
from concurrent.futures import ThreadPoolExecutor, wait
from pathlib import Path
from typing import Any, Final

from benchmarks import processes
from benchmarks.accuracy_english import read_sentences
from benchmarks.soaks.served import Served, served
from indextts.platform.config import load_config

VOICE: Final = "af_heart"
REQUESTS: Final = 50
SENTENCES: Final = 8
FIRSTS: Final = (
    "When the rain had stopped, the children ran out to the old bridge and counted the boats below.",
    "After a long and quiet winter, the shop on the corner opened its doors again this morning.",
    "If you look closely at the map, you will find a narrow path that leads around the lake.",
)
"""Sentences of five seconds or so, with a clause at the beginning."""
_SENTENCE_S: Final = 3.0
_LOOK_S: Final = 180.0
_ENGINES: Final[dict[str, Any]] = {"engines": {"order": ["kokoro"]}, "cache": {"segments_mb": 0}}
_LIMITS: Final = {"max_text_chars": 200_000, "deadline_s": 7200}
_OPENER: Final = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def peer(published: Path) -> processes.Worker:
    """The package kokoro-onnx in an environment of its own."""
    os.environ["KOKORO_PUBLISHED"] = str(published.resolve())
    program = processes.ROOT / "benchmarks" / "workers" / "kokoro_onnx_worker.py"
    return processes.Worker(processes.peer_python("kokoro-onnx"), program)


def measure(published: Path, rounds: int, minutes: float) -> dict[str, Any]:
    """Ratios of clock, processor and first sound to the peer's, and the server's memory."""
    sentences = read_sentences()[:SENTENCES]
    long = _text_of(minutes)
    with (
        tempfile.TemporaryDirectory() as folder,
        served(Path(folder), load_config().models_path, _LIMITS, **_ENGINES) as server,
        peer(published) as theirs,
    ):
        found: dict[str, Any] = {"sentences": _beside(server, theirs, sentences, rounds)}
        whole_s = statistics.median(float(_asked(theirs, text)["seconds"]) for text in FIRSTS)
        firsts = [_streamed(server, text)[0] for text in FIRSTS for _ in range(rounds)]
        found |= {"first_sound_s": statistics.median(firsts), "peers_sentence_s": whole_s}
        found["first_sound_to_peers_sentence"] = statistics.median(firsts) / whole_s
        for text in (sentences * REQUESTS)[:REQUESTS]:
            _streamed(server, text)
        found["memory_after_requests_mb"] = round(server.rss_mb())
        found |= {"long": _beside(server, theirs, [long], 1), "memory_after_long_mb": round(server.rss_mb())}
        found["first_sound_of_long_to_peers_sentence"] = _streamed(server, long)[0] / whole_s
    return found


def memory(minutes: float) -> dict[str, Any]:
    """The server's memory while it speaks one text of so many minutes, every three minutes and at the end."""
    with (
        tempfile.TemporaryDirectory() as folder,
        served(Path(folder), load_config().models_path, _LIMITS, **_ENGINES) as server,
        ThreadPoolExecutor(1) as pool,
    ):
        looks, speech = [round(server.rss_mb())], pool.submit(_streamed, server, _text_of(minutes))
        while not wait([speech], timeout=_LOOK_S).done:
            looks.append(round(server.rss_mb()))
        spoken_s = speech.result()[1]
        return {"spoken_minutes": spoken_s / 60, "memory_mb": [*looks, round(server.rss_mb())]}


def _text_of(minutes: float) -> str:
    """Sentences that take about so many minutes to say."""
    return " ".join([*FIRSTS, *(read_sentences() * 100)[: round(minutes * 60 / _SENTENCE_S)]])


def _beside(server: Served, theirs: processes.Worker, texts: list[str], rounds: int) -> dict[str, float]:
    """Real-time factors of both by the clock and by the processor, and their ratios."""
    clock, worked, spoken = [0.0, 0.0], [0.0, 0.0], [0.0, 0.0]
    for text in texts if len(texts) > 1 else ():
        _streamed(server, text)
        _asked(theirs, text)
    for text in texts * rounds:
        for number, process in enumerate((server.process.pid, theirs.pid)):
            used, begin = processes.processor_s(process), time.perf_counter()
            heard = _streamed(server, text)[1] if number == 0 else float(_asked(theirs, text)["duration_s"])
            clock[number] += time.perf_counter() - begin
            worked[number] += processes.processor_s(process) - used
            spoken[number] += heard
    ours, others = ([values[number] / spoken[number] for values in (clock, worked)] for number in (0, 1))
    return {
        "clock": ours[0],
        "peer_clock": others[0],
        "processor_s": worked[0] / len(texts) / rounds,
        "peer_processor_s": worked[1] / len(texts) / rounds,
        "clock_ratio": ours[0] / others[0],
        "processor_ratio": ours[1] / others[1],
        "work_for_the_text_ratio": worked[0] / worked[1],
        "clock_for_the_text_ratio": clock[0] / clock[1],
        "length_ratio": spoken[0] / spoken[1],
    }


def _asked(theirs: processes.Worker, text: str) -> dict[str, Any]:
    return theirs.ask(say=text, voice=VOICE)


def _streamed(server: Served, text: str) -> tuple[float, float]:
    """Seconds until more comes than a header, and seconds of speech."""
    body = json.dumps({"input": text, "voice": VOICE, "response_format": "pcm"}).encode()
    request = urllib.request.Request(f"{server.url}/v1/audio/speech", body, {"Content-Type": "application/json"})
    begin = time.perf_counter()
    with _OPENER.open(request, timeout=7200) as answer:
        size = len(answer.read(4096))
        first = time.perf_counter() - begin
        while piece := answer.read(65_536):
            size += len(piece)
    return first, size / 48_000


def main() -> None:
    """Measure and print the figures as JSON."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.kokoro_speed")
    parser.add_argument("published", type=Path, nargs="?")
    parser.add_argument("--memory", type=float, metavar="MINUTES")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--minutes", type=float, default=10.0)
    options = parser.parse_args()
    if options.memory:
        print(json.dumps(memory(options.memory), indent=1))
    elif options.published is None:
        parser.error("name the folder with the published graph and voices, or ask for --memory MINUTES")
    else:
        print(json.dumps(measure(options.published, options.rounds, options.minutes), indent=1))


if __name__ == "__main__":
    main()
