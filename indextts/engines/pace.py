"""How fast an engine speaks on this machine: measured once, when its model is set up or first opened, and kept."""

from __future__ import annotations

import hashlib
import json
import logging
import math
import os
import platform
import time
from collections.abc import Callable, Mapping
from functools import cache, lru_cache
from pathlib import Path
from typing import Final

from indextts.model.errors import StudioError
from indextts.platform.config import Config
from indextts.platform.storage.files import own_folder, write_file, writing
from indextts.platform.storage.manifest import stamp_of

log = logging.getLogger(__name__)

FASTER: Final = 1.4
"""How many times faster than real time an engine has to speak to be the default one."""
_FILE: Final = "paces.json"
_MEASURED: Final = 2
"""Goes up when an engine becomes faster, so that what was measured before is measured again."""
_TRIES: Final = 4
_APART: Final = 1.25
"""Threads wait for each other for about a fifth of the time, while they use no processor."""
_LONGEST_S: Final = 8.0
"""Seconds after which no further attempt begins, because a listener waits."""


def known(config: Config, engine: str, model: str) -> float:
    """Seconds of work for each second of speech as they were measured here with ``model``; 0 where they were not."""
    held = _held(config).get(_key(engine, model))
    return float(held) if isinstance(held, int | float) and held > 0 else 0.0


def quick(pace: float) -> bool:
    """Whether an engine of that pace may be the default one; one that was not measured may."""
    return pace * FASTER <= 1.0


def times(pace: float) -> float:
    """How many times faster than real time that is, as it is told: rounded down, so that 1.39 is not called 1.4."""
    return math.floor(10 / pace + 1e-6) / 10


def measure(config: Config, engine: str, model: str, speak: Callable[[], float], *, threads: int = 1) -> float:
    """Let ``speak`` say something, keep its pace, the best of some tries, and return it.

    ``speak`` returns the seconds of speech that it has made with ``threads`` threads. Where the machine has other work
    at the moment, the processor's time tells the pace instead of the clock. Where it cannot be kept, that is logged,
    and it is measured again the next time.
    """
    began, best = time.monotonic(), math.inf
    for _ in range(_TRIES):
        best = min(best, _pace(speak, threads))
        if time.monotonic() - began > _LONGEST_S:
            break
    try:
        own_folder(config.cache_path)
        with writing(config.cache_path):
            told = json.dumps({**_held(config), _key(engine, model): best}, indent=1)
            write_file(config.cache_path / _FILE, told.encode())
    except StudioError as error:
        log.warning("The pace of %s is not kept: %s", engine, error)
    return best


def _pace(speak: Callable[[], float], threads: int) -> float:
    began, worked = time.perf_counter(), time.process_time()
    speech_s = speak()
    clock_s, processor_s = time.perf_counter() - began, time.process_time() - worked
    return min(clock_s, _APART * processor_s / threads if threads > 1 else processor_s) / max(speech_s, 0.1)


def _held(config: Config) -> Mapping[str, object]:
    path = config.cache_path / _FILE
    try:
        return _read(path, stamp_of(path.stat()))
    except (OSError, ValueError):
        return {}


@lru_cache(maxsize=4)
def _read(path: Path, _: str) -> Mapping[str, object]:
    """The paces in a file, read again only where its stamp is another: each request asks for them."""
    held = json.loads(path.read_text(encoding="utf-8"))
    return held if isinstance(held, dict) else {}


def _key(engine: str, model: str) -> str:
    told = f"{_MEASURED} {model} {_processor()} {os.cpu_count()}"
    return f"{engine} {hashlib.sha256(told.encode()).hexdigest()[:16]}"


@cache
def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return platform.processor()
    return next((line for line in lines if line.startswith("model name")), platform.machine())
