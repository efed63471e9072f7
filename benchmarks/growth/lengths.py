"""One request of the default voice, from ten characters to forty thousand: two hours of speech, the most it may be."""

from __future__ import annotations

import http.client
import json
import random
import time
from pathlib import Path
from typing import Any, Final

from benchmarks import processes
from benchmarks.page import text_of
from benchmarks.soaks.served import Served, served

_RATE: Final = 24_000
_WARM: Final = 3


def measure(folder: Path, models: Path, lengths: list[int]) -> dict[str, Any]:
    """By length: seconds to the first byte and the last, of the processor, of sound; the highest memory."""
    source = random.Random(16)
    # A character takes at most six bytes of JSON.
    limits = {"max_text_chars": max(lengths) + 1000, "max_body_bytes": 6 * max(lengths) + 10_000}
    rows = []
    with served(folder, models, limits) as server:
        for _ in range(_WARM):
            _asked(server, text_of(100, source))
        for length in lengths:
            # Short ones several times: the median of what is over in a moment.
            found = [_asked(server, text_of(length, source)[:length]) for _ in range(5 if length <= 1000 else 1)]
            found.sort(key=lambda one: one["seconds"])
            rows.append({"characters": length, **found[len(found) // 2]})
    return {"rows": rows}


def _asked(server: Served, text: str) -> dict[str, float]:
    before, cpu = server.peak_before(), processes.processor_s(server.process.pid)
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=3600)
    body = json.dumps({"input": text, "response_format": "pcm"}).encode()
    began = time.perf_counter()
    connection.request("POST", "/v1/audio/speech", body, {"Content-Type": "application/json"})
    answer = connection.getresponse()
    if answer.status != 200:
        raise RuntimeError(f"{answer.status}: {answer.read()[:300]!r}")
    first, size = 0.0, 0
    for part in iter(lambda: answer.read1(1 << 16), b""):
        first = first or time.perf_counter() - began
        size += len(part)
    seconds = time.perf_counter() - began
    connection.close()
    return {
        "first_sound_s": first,
        "seconds": seconds,
        "cpu_s": processes.processor_s(server.process.pid) - cpu,
        "sound_s": size / 2 / _RATE,
        "rss_before_mb": before,
        "rss_most_mb": server.peak_mb(),
    }
