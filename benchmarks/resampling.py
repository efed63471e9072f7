"""soxr against resampy: time of the first and of later calls in a process, and how true the result is."""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
from typing import Any, Final

from benchmarks import processes

_PROGRAM: Final = """
import json, sys, time
import numpy as np
from indextts.sound.resample import resample
name, seconds = sys.argv[1], 5.0
def tones(rate):
    t = np.arange(int(rate * seconds)) / rate
    return sum(0.1 * np.sin(2 * np.pi * hz * t) for hz in (110, 440, 1760, 5000, 9000)).astype(np.float32)
source, wanted = tones(24000), tones(48000)
times = []
for _ in range(6):
    begin = time.perf_counter()
    out = resample(source, 24000, 48000, resampler=name)
    times.append(time.perf_counter() - begin)
inner = slice(4800, -4800)
error = float(np.square(out[inner] - wanted[inner]).mean() / np.square(wanted[inner]).mean())
print(json.dumps({"first_s": times[0], "warm_s": sorted(times[1:])[2], "snr_db": -10 * np.log10(error)}))
"""


def measure(rounds: int) -> dict[str, Any]:
    """Fresh processes, taking turns; 5 s of tones from 24 to 48 kHz."""
    runs: dict[str, list[dict[str, float]]] = {"soxr": [], "resampy": []}
    for _ in range(max(2, rounds)):
        for name, kept in runs.items():
            command = [sys.executable, "-c", _PROGRAM, name]
            done = subprocess.run(command, cwd=processes.ROOT, check=True, capture_output=True, text=True)
            kept.append(json.loads(done.stdout))
    result: dict[str, Any] = {
        name: {key: statistics.median(run[key] for run in kept) for key in kept[0]} for name, kept in runs.items()
    }
    result["ratio_warm"] = result["soxr"]["warm_s"] / result["resampy"]["warm_s"]
    result["ratio_first"] = result["soxr"]["first_s"] / result["resampy"]["first_s"]
    return result
