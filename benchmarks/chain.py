"""The chain of engines: what its decision costs, and how soon the next engine is heard when one dies.

    python -m benchmarks.chain                 # needs the embedded voice

Two embedded engines stand one behind the other. The first one dies at the first segment, having done nothing; the first
sound of the second is compared with its own usual first sound, alone, in turn within one process. Exits with 1 where a
decision takes a millisecond or the first sound after a death more than 1.2 times the usual.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final

from benchmarks.targets import missed
from indextts.engines.base import Engine, Samples, Voice
from indextts.engines.embedded.engine import EmbeddedEngine, load
from indextts.engines.info import EngineInfo
from indextts.engines.registry import REGISTRY
from indextts.model.utterance import Segment, Settings
from indextts.pipeline.fallback.session import FallbackSession
from indextts.pipeline.pipeline import Pipeline
from indextts.plan.request import SpeechRequest
from indextts.platform.config import load_config
from indextts.platform.memory import share_heaps
from indextts.platform.run import Run
from indextts.platform.serving_config import CacheConfig
from indextts.service.preload import Preloader

TEXT: Final = "清晨的阳光照进小镇，老人推开窗。门前的梧桐树长出了新叶，孩子们在树下追着一只风筝跑。"


class _Mortal:
    """The embedded engine under any name, until it dies."""

    def __init__(self, engine: EmbeddedEngine, name: str) -> None:
        self._engine = engine
        self.name = name
        self.dead = False

    def __getattr__(self, name: str) -> Any:
        return getattr(self._engine, name)

    def voices(self) -> list[Voice]:
        return [replace(voice, engine=self.name) for voice in self._engine.voices()]

    def speak(self, segment: Segment, settings: Settings, run: Run) -> Samples:
        if self.dead:
            raise RuntimeError("dead")
        return self._engine.speak(segment, settings, run)


def measure(rounds: int) -> dict[str, Any]:
    """Seconds of a decision and of first sounds: usual, after a death, and beside an engine without any chain."""
    config = load_config().model_copy(update={"cache": CacheConfig(segments_mb=0)})
    # A breaker that opened would spare the death.
    config = config.model_copy(update={"engines": config.engines.model_copy(update={"failures": 100})})
    engine = load(config)
    first, second = _Mortal(engine, "embedded"), _Mortal(engine, "sambert")
    registry = {one.name: _info(one) for one in (first, second)}
    preloader = Preloader(config, registry=registry)
    chained = preloader.wait()
    while preloader.pool.ready("sambert") is None:
        time.sleep(0.01)
    usual, died, plain = [], [], []
    for _ in range(rounds):
        first.dead = True
        died.append(_first_sound(chained))
        first.dead = False
        usual.append(_first_sound(chained))
        plain.append(_timed(lambda: _speak_first(chained, engine)))
    plan = chained.analyse(SpeechRequest(TEXT))
    decisions = []
    for _ in range(200):
        run = Run()
        run.auto = True
        session = FallbackSession(preloader.router, plan, run)
        decisions.append(_timed(lambda: session.level_lufs))  # noqa: B023  (asks who will speak)
    return {
        "decision_s": statistics.median(decisions),
        "first_sound_s": statistics.median(usual),
        "first_sound_after_a_death_s": statistics.median(died),
        "first_sound_without_a_chain_s": statistics.median(plain),
        "death_to_usual": statistics.median(died) / statistics.median(usual),
        "chain_to_none": statistics.median(usual) / statistics.median(plain),
    }


def _info(engine: _Mortal) -> EngineInfo:
    known = REGISTRY[engine.name]
    return replace(known, installed=lambda _: True, voices=lambda _: engine.voices(), load=lambda _: engine)


def _first_sound(pipeline: Pipeline) -> float:
    def speak() -> None:
        run = Run()
        parts = pipeline.render(pipeline.analyse(SpeechRequest(TEXT), run=run), run=run)
        next(iter(parts))

    return _timed(speak)


def _speak_first(pipeline: Pipeline, engine: Engine) -> None:
    plan = pipeline.analyse(SpeechRequest(TEXT))
    engine.speak(plan.segments[0], plan.settings, Run())


def _timed(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def main(arguments: list[str] | None = None) -> int:
    """Measure and print JSON; 1 if a target is missed."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.chain", description="The chain of engines.")
    parser.add_argument("--rounds", type=int, default=15, help="repetitions (default 15)")
    share_heaps()  # as the server does
    results = {"chain": measure(parser.parse_args(arguments).rounds)}
    print(json.dumps(results, indent=2))
    return 1 if list(missed(results)) else 0


if __name__ == "__main__":
    sys.exit(main())
