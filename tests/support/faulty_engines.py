"""Engines that go wrong in every way, and services with a router of them."""

from __future__ import annotations

import ctypes
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from indextts.engines.base import Engine, Samples, Voice
from indextts.engines.info import EngineInfo
from indextts.engines.registry import REGISTRY, Registry
from indextts.model.errors import StudioError
from indextts.model.utterance import Segment, Settings
from indextts.platform.config import Config
from indextts.platform.run import Run
from indextts.platform.serving_config import CacheConfig
from indextts.service.preload import Preloader
from tests.support.whole import WholeService

HERTZ = {"embedded": 300.0, "sambert": 500.0, "indextts2": 700.0}
"""By what each engine's sound is told from the others'."""

VOICES = {
    "embedded": (Voice("baker", "Baker", "内置", "embedded", ("zh", "en"), "", "women", 0.0, 241.0),
                 Voice("deep_man", "Deep", "低沉", "embedded", ("zh", "en"), "", "men", -11.0, 130.0)),
    "sambert": (Voice("zhitian_emo", "Zhitian", "知甜", "sambert", ("zh", "en"), "", "women", 0.0, 230.0),
                Voice("zhizhe_emo", "Zhizhe", "知哲", "sambert", ("zh", "en"), "", "men", 0.0, 120.0)),
    "indextts2": (Voice("clone-1", "Anna", "安娜", "indextts2", ("zh", "en"), "", "women", 0.0, 220.0),),
}  # fmt: skip


class Tone:
    """Says every segment as a tone of its own, at once, with its times; what goes wrong is added by subclasses."""

    def __init__(self, name: str = "embedded", sample_rate: int = 24000) -> None:
        self.name = name
        self.sample_rate = sample_rate
        self.level_lufs = -20.0
        self.heard: list[Settings] = []
        self.texts: list[str] = []
        self.good = 0
        """Segments to say well before going wrong."""
        self.sick = True
        self.let_go = threading.Event()
        """Ends hangs, when the test is over."""

    def voices(self) -> list[Voice]:
        return list(VOICES[self.name])

    def loudness_shift(self, settings: Settings) -> float:
        return 0.0

    def fingerprints(self, voice: str) -> Mapping[str, str]:
        return {f"{self.name}/{voice}": "1"}

    def pause_factor(self, settings: Settings) -> float:
        return 1.0

    def speak(self, segment: Segment, settings: Settings, run: Run) -> Samples:
        own = segment.own(settings)
        self.heard.append(own)
        self.texts.append(segment.text)
        with run.stage("acoustic"):
            if not self.sick:
                return self.tone(segment, settings)
            if self.good > 0:
                self.good -= 1
                return self.tone(segment, settings)
            return self.fall_ill(segment, settings, run)

    def fall_ill(self, segment: Segment, settings: Settings, run: Run) -> Samples:
        return self.tone(segment, settings)

    def tone(self, segment: Segment, settings: Settings) -> Samples:
        seconds = segment.about_s(settings)
        for token in segment.tokens:
            token.start_s, token.end_s = 0.0, seconds
        times = np.arange(round(seconds * self.sample_rate)) / self.sample_rate
        return (0.3 * np.sin(2 * np.pi * HERTZ[self.name] * times)).astype(np.float32)


class Raises(Tone):
    def __init__(self, error: Exception, name: str = "embedded") -> None:
        super().__init__(name)
        self.error = error

    def fall_ill(self, segment: Segment, settings: Settings, run: Run) -> Samples:
        raise self.error


class Returns(Tone):
    """What ``change`` makes of the tone."""

    def __init__(self, change: Callable[[Samples], Any], name: str = "embedded") -> None:
        super().__init__(name)
        self.change = change

    def fall_ill(self, segment: Segment, settings: Settings, run: Run) -> Samples:
        changed: Samples = self.change(self.tone(segment, settings))
        return changed


class Hangs(Tone):
    """Waits for ever without the interpreter's lock and without a beat."""

    def fall_ill(self, segment: Segment, settings: Settings, run: Run) -> Samples:
        self.let_go.wait(60)
        return self.tone(segment, settings)


class HangsInC(Tone):
    """The same in a library of the system's, for a few seconds."""

    def fall_ill(self, segment: Segment, settings: Settings, run: Run) -> Samples:
        ctypes.CDLL(None).usleep(3_000_000)
        return self.tone(segment, settings)


class Slow(Tone):
    """Beats, and takes its time."""

    def __init__(self, seconds: float, name: str = "embedded") -> None:
        super().__init__(name)
        self.seconds = seconds

    def fall_ill(self, segment: Segment, settings: Settings, run: Run) -> Samples:
        ends = time.monotonic() + self.seconds
        while time.monotonic() < ends and not self.let_go.is_set():
            run.beat(0.5)
            time.sleep(0.01)
        return self.tone(segment, settings)


class Hogs(Slow):
    """Takes memory while it goes on."""

    def fall_ill(self, segment: Segment, settings: Settings, run: Run) -> Samples:
        self.held = np.ones(80 * 2**20 // 8)
        return super().fall_ill(segment, settings, run)


class Given:
    """A source of one engine, made anew each time by ``load``."""

    def __init__(self, name: str, load: Callable[[], Engine], *, installed: bool = True) -> None:
        self.name = name
        self.make = load
        self.there = installed
        self.loads = 0

    def installed(self, config: Config) -> bool:
        return self.there

    def voices(self, config: Config) -> list[Voice]:
        return list(VOICES[self.name])

    def load(self, config: Config) -> Engine:
        self.loads += 1
        return self.make()


def registry_of(*engines: Tone | Given) -> Registry:
    """A registry of engines that are there, by their names."""

    def info(one: Tone | Given) -> EngineInfo:
        source = one if isinstance(one, Given) else Given(one.name, lambda: one)
        known = REGISTRY[source.name]
        return replace(known, installed=source.installed, voices=source.voices, load=source.load, rtf=0.01)

    return {found.name: found for found in map(info, engines)}


def chain_service(config: Config, *engines: Tone | Given, deadline_s: float = 30.0, **settings: Any) -> WholeService:
    """A service with ``engines`` in that order, ready; ``settings`` are those of the section ``engines``."""
    order = tuple(one.name for one in engines)
    changed = {"order": order, "stall_s": 0.5, **settings}
    config = config.model_copy(
        update={
            "engines": config.engines.model_copy(update=changed),
            "server": config.server.model_copy(update={"deadline_s": deadline_s, "rate_limit": "100000/minute"}),
            "cache": CacheConfig(segments_mb=8),
        }
    )
    for engine in engines:
        if isinstance(engine, Tone):
            engine.sick = False  # while the service warms up
    service = WholeService(config, preloader=Preloader(config, registry=registry_of(*engines)))
    service.preloader.wait(60)
    service.preloader.open_others()
    ends = time.monotonic() + 20
    while "loading" in service.router.states().values() and time.monotonic() < ends:
        time.sleep(0.005)
    for engine in engines:
        if isinstance(engine, Tone):
            engine.sick = True
            engine.heard.clear()
            engine.texts.clear()
    return service


def pitch_of(samples: Samples, sample_rate: int = 24000) -> str:
    """The engine whose tone is heard."""
    spectrum = np.abs(np.fft.rfft(samples))
    hertz = np.fft.rfftfreq(samples.size, 1 / sample_rate)[int(np.argmax(spectrum))]
    return min(HERTZ, key=lambda name: abs(HERTZ[name] - hertz))


def stumbling() -> StudioError:
    return StudioError("voice_stumbled", reason="it never stopped")
