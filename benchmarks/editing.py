"""A person changes one token of a plan of ten sentences and listens again: what that costs beside the one sentence.

    python -m benchmarks.editing                # JSON; exit status 1 when a target is missed
    python -m benchmarks.editing --rounds 10

Each round edits another sentence in another way, renders the whole plan from its JSON, and then speaks the edited
sentence alone with nothing kept from before: both to a WAV, in turns, so that a busy machine slows both.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

from benchmarks.targets import missed
from indextts.model.utterance import Token, Utterance

if TYPE_CHECKING:
    from indextts.pipeline.pipeline import Pipeline

TEXT: Final = (
    "清晨的阳光洒在安静的小镇上，老人推开了木窗。门前的梧桐树又长出了新叶，鸟儿在枝头唱歌。他想起许多年前的一个春天。"
    "那时候重庆的街上还没有这么多汽车。孩子们放学以后总是跑到江边看船。妈妈站在门口等他们回家吃饭。"
    "后来他坐火车去了很远的地方，一去就是二十年。信一封一封地寄回来，说那边的冬天很冷。"
    "今年三月，他终于带着全家人回来了。小镇变了样，只有那棵树还在原来的地方。"
)
"""Ten sentences, written for this measurement."""

EDITS: Final[tuple[tuple[str, Callable[[Token, int], None]], ...]] = (
    ("duration", lambda token, number: setattr(token, "duration_scale", 1.2 + 0.01 * number)),
    ("pitch", lambda token, number: setattr(token, "pitch_shift", 1.0 + 0.01 * number)),
    ("energy", lambda token, number: setattr(token, "energy_shift", 2.0 + 0.01 * number)),
    ("break", lambda token, number: setattr(token, "break_after", 2 if token.break_after == 3 else 3)),
    ("reading", lambda token, number: setattr(token, "reading", f"ma{1 + number % 4}")),
)


def measure(rounds: int) -> dict[str, Any]:
    """``render``: the edited plan; ``plan_and_render``: the text planned again too. Both against the sentence alone."""
    from indextts.engines.embedded import engine as embedded
    from indextts.pipeline.pipeline import Pipeline
    from indextts.plan.request import SpeechRequest
    from indextts.platform.config import load_config
    from indextts.platform.serving_config import CacheConfig
    from indextts.reading.prosody import ProsodyModels

    config = load_config()
    engine, models = embedded.load(config), ProsodyModels(config)
    pipeline = Pipeline(config, engine, models=models)
    fresh = Pipeline(config.model_copy(update={"cache": CacheConfig(segments_mb=0)}), engine, models=models)
    plan = _heard(pipeline, pipeline.analyse(SpeechRequest(TEXT)).to_json()).to_json()
    times: dict[str, list[float]] = {"alone_s": [], "render_s": [], "plan_s": []}
    ratios: dict[str, list[float]] = {"render": [], "plan_and_render": []}
    for number in range(max(len(EDITS), len(EDITS) * rounds)):
        edited = Utterance.from_json(plan)
        segment = edited.segments[number % len(edited.segments)]
        EDITS[number % len(EDITS)][1](segment.tokens[2], number)
        whole, one = edited.to_json(), Utterance(TEXT, edited.settings, [segment], stage=edited.stage).to_json()
        plan_s = _seconds(lambda: fresh.analyse(SpeechRequest(TEXT)))
        render_s = _seconds(lambda sent=whole: _heard(pipeline, sent))  # type: ignore[misc]
        alone_s = _seconds(lambda sent=one: _heard(fresh, sent))  # type: ignore[misc]
        for name, value in (("alone_s", alone_s), ("render_s", render_s), ("plan_s", plan_s)):
            times[name].append(value)
        ratios["render"].append(render_s / alone_s)
        ratios["plan_and_render"].append((plan_s + render_s) / alone_s)
    return {
        **{name: statistics.median(values) for name, values in times.items()},
        **{f"{name}_to_alone": statistics.median(values) for name, values in ratios.items()},
    }


def _heard(pipeline: Pipeline, sent: str) -> Utterance:
    """What a client waits for, from a plan's JSON to a WAV; returns the spoken plan."""
    from indextts.platform.run import Run
    from indextts.sound.encode import encode

    speech = pipeline.collect(pipeline.accept(Utterance.from_json(sent)), Run())
    encode(speech.samples, speech.sample_rate, "wav")
    return speech.utterance


def _seconds(work: Callable[[], object]) -> float:
    begin = time.perf_counter()
    work()
    return time.perf_counter() - begin


def main(arguments: list[str] | None = None) -> int:
    """Measure and print JSON; 1 if the target is missed."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.editing", description="One token of ten sentences.")
    parser.add_argument("--rounds", type=int, default=5, help="times each kind of edit (default 5)")
    result = measure(parser.parse_args(arguments).rounds)
    print(json.dumps(result, indent=2))
    failures = list(missed({"editing": result}))
    for failure in failures:
        print(f"target missed: {failure}", file=sys.stderr)
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
