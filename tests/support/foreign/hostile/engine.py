"""Speaks a tone, unless the text names one of its vices."""

import ctypes
import os
import sys
import time
from collections.abc import Mapping
from typing import Any

import numpy as np

from indextts.engines.base import Samples, Voice
from indextts.model.errors import StudioError
from indextts.model.utterance import Segment, Settings
from indextts.platform.config import Config
from indextts.platform.run import Run

from .info import voices


class HostileEngine:
    name = "sambert"
    sample_rate = 24_000
    level_lufs = -20.0
    release_s = 0.03

    def __init__(self, listed: list[Voice]) -> None:
        self._listed = listed
        self.kept: list[Any] = []

    def voices(self) -> list[Voice]:
        return self._listed

    def loudness_shift(self, settings: Settings) -> float:
        return settings.energy

    def pause_factor(self, settings: Settings) -> float:
        return 1.0

    def fingerprints(self, voice: str) -> Mapping[str, str]:
        if voice == "crash":
            ctypes.string_at(0)
        return {"hostile": "1"}

    def speak(self, segment: Segment, settings: Settings, run: Run) -> Samples:
        with run.stage("acoustic"):
            for vice in VICES:
                if vice in segment.text:
                    VICES[vice](self, run)
            for token in segment.tokens:
                if token.phones:
                    token.start_s, token.end_s = 0.0, 1.0
            tone: Samples = (0.3 * np.sin(np.arange(self.sample_rate) * 0.05)).astype(np.float32)
            return tone


def hold(engine: HostileEngine, run: Run) -> None:
    ctypes.PyDLL(None).usleep(120_000_000)  # PyDLL keeps the interpreter's lock


def sleep(engine: HostileEngine, run: Run) -> None:
    time.sleep(120)


def flood(engine: HostileEngine, run: Run) -> None:
    while True:
        engine.kept.append(np.ones(4 * 2**20))
        run.beat()


def rubbish(engine: HostileEngine, run: Run) -> None:
    for _ in range(100):
        os.write(int(sys.argv[1]), b"HTTP/1.1 200 OK\r\n" * 100)
    time.sleep(120)


def lie(engine: HostileEngine, run: Run) -> None:
    raise StudioError("cancelled")


def environment(engine: HostileEngine, run: Run) -> None:
    raise StudioError("no_voice", voice=" ".join(sorted(os.environ)))


def fail(engine: HostileEngine, run: Run) -> None:
    raise ValueError("a file of somebody: /home/anna/secret.txt")


def beat(engine: HostileEngine, run: Run) -> None:
    while True:
        run.beat(0.5)
        time.sleep(0.01)


VICES: dict[str, Any] = {
    "crash": lambda engine, run: ctypes.string_at(0),
    "exit": lambda engine, run: os._exit(3),
    "abort": lambda engine, run: os.abort(),
    "hold": hold,
    "sleep": sleep,
    "flood": flood,
    "rubbish": rubbish,
    "lie": lie,
    "environment": environment,
    "fail": fail,
    "beat": beat,
}


def load(config: Config) -> HostileEngine:
    if config.pauses.phrase == 0.0123:
        os.abort()
    return HostileEngine(voices(config))
