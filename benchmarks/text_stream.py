"""The first sound of a text that is still being written, beside that of its first clause sent alone.

    python -m benchmarks.text_stream [--rounds 5] [--voice default]

A server speaks each text twice in each round, in turn: its first clause by ``POST /v1/audio/speech``, and the
text character by character over the WebSocket ``/v1/audio/stream``, whose clock begins when the character is sent that
makes the clause sure. The server keeps no sound. Exits with 1 above :data:`MOST`.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import tempfile
import time
import urllib.request
from pathlib import Path
from typing import Any, Final

from websockets.sync.client import ClientConnection, connect

from benchmarks.soaks.served import served
from indextts.platform.config import load_config
from indextts.server.doors.sentence_feed import SentenceFeed

MOST: Final = 1.3
"""Times the first sound of the finished clause."""
TEXTS: Final = (
    "今天下午我们要去城外的公园，然后一起吃饭，再看一场电影。你来吗？",
    "现在是北京时间晚上八点三十五分。外面下着小雨，出门请带伞。",
    "好的，我已经把客厅的灯打开了。还需要我做什么吗？",
    "**结论：**这个方案可行，预计需要3.5天。下面是具体步骤。",
    "The light in the kitchen is on now. Shall I turn it off at ten?",
    "Your parcel left the depot at 5 p.m. today. It should arrive tomorrow.",
)
_OPENER: Final = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def first_clause(text: str) -> tuple[str, int]:
    """The first clause, and how many characters of ``text`` make it sure."""
    feed = SentenceFeed()
    for count, char in enumerate(text, start=1):
        if found := feed.add(char):
            return found[0], count
    return text, len(text)


def measure(rounds: int, voice: str) -> dict[str, Any]:
    """Median seconds of both, and the median of their ratios, text by text in each round."""
    with (
        tempfile.TemporaryDirectory() as folder,
        served(
            Path(folder), load_config().models_path, {"rate_limit": "10000/minute"}, cache={"segments_mb": 0}
        ) as one,
    ):
        alone: list[float] = []
        written: list[float] = []
        for number in range(rounds + 1):  # the first one warms up
            for text in TEXTS:
                clause, count = first_clause(text)
                pair = _finished(one.url, clause, voice), _written(one.url, text, count, voice)
                if number:
                    alone.append(pair[0])
                    written.append(pair[1])
    ratios = [streamed / plain for streamed, plain in zip(written, alone, strict=True)]
    return {
        "finished_s": statistics.median(alone),
        "written_s": statistics.median(written),
        "ratio": statistics.median(ratios),
        "worst_text": max(statistics.median(ratios[at :: len(TEXTS)]) for at in range(len(TEXTS))),
    }


def _finished(base: str, text: str, voice: str) -> float:
    """Seconds to the first sound of a finished clause."""
    body = json.dumps({"input": text, "voice": voice, "response_format": "pcm"}).encode()
    request = urllib.request.Request(f"{base}/v1/audio/speech", body, {"Content-Type": "application/json"})
    begin = time.perf_counter()
    with _OPENER.open(request, timeout=120) as answer:
        answer.read(1)
        seconds = time.perf_counter() - begin
        answer.read()
    return seconds


def _written(base: str, text: str, count: int, voice: str) -> float:
    """Seconds from the character that makes the first clause sure to its first sound."""
    with connect(f"ws{base.removeprefix('http')}/v1/audio/stream", proxy=None, max_size=2**24) as client:
        _send(client, type="start", voice=voice)
        client.recv(120)
        for char in text[: count - 1]:
            _send(client, type="text", text=char)
        _send(client, type="start")  # answered once all before it was taken, as that of a slow writer is
        while json.loads(client.recv(120))["type"] != "ready":
            pass
        begin = time.perf_counter()
        _send(client, type="text", text=text[count - 1])
        seconds = None
        while True:
            kind = json.loads(client.recv(120))["type"]
            if kind == "audio" and seconds is None:
                seconds = time.perf_counter() - begin
                _send(client, type="text", text=text[count:])
                _send(client, type="end")
            elif kind == "error":
                raise RuntimeError("the server refused the text")
            elif kind == "done" and seconds is not None:
                return seconds


def _send(client: ClientConnection, **message: Any) -> None:
    client.send(json.dumps(message))


def main() -> int:
    """Measure and print; 1 if the first sound comes too late."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.text_stream", description=__doc__.partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--voice", default="default")
    options = parser.parse_args()
    result = measure(options.rounds, options.voice)
    print(json.dumps(result, indent=2))
    return int(result["ratio"] > MOST)


if __name__ == "__main__":
    sys.exit(main())
