"""A service that can be killed at any moment: a process of its own, quick to start, with an engine that is plain noise.

Used through ``multiprocessing``'s fork server, which has imported all of it once.
"""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from indextts.engines.base import Samples, Voice
from indextts.model.utterance import Segment, Settings
from indextts.pipeline.pipeline import Pipeline as Pipeline
from indextts.plan.request import SpeechRequest
from indextts.platform.config import Config, EnginesConfig
from indextts.platform.run import Run
from indextts.platform.serving_config import WorksConfig
from indextts.reading.phonemes.en import pronunciation
from indextts.reading.phonemes.zh import mandarin
from indextts.reading.prosody import rules as rules
from indextts.reading.text import frontend
from indextts.service.preload import Preloader
from indextts.sound import encode as encode  # these are imported here, so that no child has to
from indextts.sound.export import subtitles as subtitles
from indextts.works.db import backends as backends
from indextts.works.db import database as database
from indextts.works.sounds import sounds as sounds
from tests.support import postgres as postgres
from tests.support.faulty_engines import VOICES
from tests.support.whole import WholeService

RATE = 24_000
SHORT = WorksConfig(lease_s=2.0)
"""What a killed process had is free soon, also where only its time tells."""
OWNER = "local"

for load in (frontend.warm, pronunciation.load, mandarin.load):
    load()


class Noise:
    """Says every text as the same noise each time, and writes down what it was asked for."""

    name = "embedded"
    sample_rate = RATE
    level_lufs = -20.0

    def __init__(self, log: Path, segment_s: float) -> None:
        self._log = log
        self._segment_s = segment_s

    def voices(self) -> list[Voice]:
        return list(VOICES[self.name])

    def loudness_shift(self, settings: Settings) -> float:
        return 0.0

    def fingerprints(self, voice: str) -> Mapping[str, str]:
        return {"noise": "1"}

    def pause_factor(self, settings: Settings) -> float:
        return 1.0

    def speak(self, segment: Segment, settings: Settings, run: Run) -> Samples:
        run.beat()
        with self._log.open("a", encoding="utf-8") as file:
            file.write(segment.text + "\n")
        time.sleep(self._segment_s)
        seed = int.from_bytes(hashlib.sha256(segment.text.encode()).digest()[:4], "big")
        length_s = segment.about_s(settings)
        samples = np.random.default_rng(seed).normal(0, 0.1, round(RATE * length_s)).astype(np.float32)
        heard = [token for token in segment.tokens if token.phones]
        for place, token in enumerate(heard):
            token.start_s, token.end_s = (length_s * at / len(heard) for at in (place, place + 1))
        return samples


def text_of(number: int) -> str:
    """The text of a job: six sentences that no other job has."""
    words = "春夏秋冬东南西北山水花鸟风雨雷电"
    mark = words[number % 16] + words[(number // 16 + 5) % 16]
    return "".join(f"{mark}{place}号的故事。" for place in "一二三四五六")


def make(folder: Path, segment_s: float = 0.0, works: WorksConfig = SHORT) -> WholeService:
    """A service over ``folder`` whose engine is noise."""
    folder.mkdir(exist_ok=True)
    engines = EnginesConfig(order=("embedded",))
    config = Config(cache_dir=folder, prosody="rules", engines=engines, works=works)
    noise = Noise(folder / "spoken.txt", segment_s)
    service = WholeService(config, preloader=Preloader(config, load_engine=lambda _: noise))
    service.preloader.wait(60)
    return service


def live(folder: Path, number: int, segment_s: float) -> None:
    """Serve until somebody kills this process: go on with what is there, and begin one more job."""
    service = make(folder, segment_s)
    service.works.start()
    (folder / f"ready-{number}").touch()
    job = service.works.jobs.start(OWNER, SpeechRequest(text_of(number)))
    with (folder / "begun.txt").open("a", encoding="utf-8") as file:
        file.write(f"{number} {job.id}\n")
        file.flush()
        os.fsync(file.fileno())
    time.sleep(600)
