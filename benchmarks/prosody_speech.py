"""What the prosody models do to the sound: twenty sentences spoken with each, pauses measured, quality estimated.

    python -m benchmarks.prosody_speech                       # rules and lm
    python -m benchmarks.prosody_speech rules causal --wav DIR

A pause is the longest silence within 0.2 s of a gap: 35 dB below the sentence's loud parts. Needs
``requirements/bench.txt`` for DNSMOS.
"""

from __future__ import annotations

import argparse
import itertools
import json
import statistics
import sys
from collections import defaultdict
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from indextts.model.utterance import Utterance

SENTENCES: Final = (
    "清晨的阳光洒在安静的小镇上，老人推开木窗，看见门前的梧桐树又长出了新叶。",
    "从昨天晚上开始一直下个不停的大雨终于在今天中午停了下来。",
    "请大家把手机调成静音状态然后把随身携带的包放在座位下面。",
    "我们在重庆住了三天就坐火车去了成都。",
    "你真的打算一个人去那么远的地方吗？",
    "这家餐厅的红烧肉做得比我妈妈做的还要好吃！",
    "科学家们在海拔五千米的高原上发现了一种从来没有人见过的植物。",
    "虽然路上堵了很久，但是我们还是在演出开始之前赶到了剧场。",
    "老师把昨天考试的卷子发给大家以后开始讲解最后一道大题。",
    "如果明天早上不下雨的话我们就骑自行车到湖边去看日出。",
    "他小心翼翼地打开那个生了锈的铁盒子，里面是一叠发黄的旧照片。",
    "今年第三季度公司的销售额比去年同期增长了百分之二十三。",
    "孩子们唱着歌跳着舞把整个教室布置得像过节一样热闹。",
    "到底是谁把客厅里的那盆花搬到阳台上去的？",
    "想要学好一门外语最重要的是每天坚持听一点说一点写一点。",
    "我们新买的 MacBook 和 iPad 都要连到办公室的无线网上。",
    "The old fisherman walked slowly along the beach and looked for his lost boat.",
    "When the rain finally stopped, the children ran out into the garden to play.",
    "She asked the driver whether the last train to London had already left the station.",
    "Most of the people who came to the concert last night had never heard this music before.",
)
"""Written for this measurement: most have long stretches without a mark."""

REACH_S: Final = 0.2
HEARD_MS: Final = 100.0
"""A silence from which a break of #3 counts as heard, and below which any other gap should stay."""


def pause_ms(audio: npt.NDArray[np.float32], rate: int, at_s: float) -> float:
    """The longest silence around a moment."""
    hop = rate // 400
    power = 10 * np.log10(np.square(audio[: audio.size // hop * hop].reshape(-1, hop)).mean(axis=1) + 1e-12)
    near = (power < np.percentile(power, 95) - 35)[max(0, int((at_s - REACH_S) * 400)) : int((at_s + REACH_S) * 400)]
    return 2.5 * max((sum(1 for _ in run) for silent, run in itertools.groupby(near) if silent), default=0)


def gaps(utterance: Utterance, audio: npt.NDArray[np.float32], rate: int) -> dict[int, list[float]]:
    """The silences at the gaps inside segments, by the level of the break there."""
    found: dict[int, list[float]] = defaultdict(list)
    for segment in utterance.segments:
        said = [token for token in segment.tokens if token.end_s is not None and token.phones]
        for token in said[:-1]:
            found[token.break_after].append(pause_ms(audio, rate, token.end_s or 0.0))
    return found


def measure(names: list[str], wav: Path | None) -> dict[str, Any]:
    """Every model over the same sentences and the same voice."""
    import librosa
    import soundfile
    from speechmos import dnsmos

    from indextts.model.utterance import Settings
    from indextts.plan.request import SpeechRequest
    from indextts.platform.config import load_config
    from indextts.service.preload import Preloader

    pipeline = Preloader(load_config()).wait()
    results: dict[str, Any] = {}
    for name in names:
        pauses: dict[int, list[float]] = defaultdict(list)
        scores: list[float] = []
        seconds: list[float] = []
        for number, text in enumerate(SENTENCES):
            speech = pipeline.speak(SpeechRequest(text, Settings(prosody=name)))
            for level, found in gaps(speech.utterance, speech.samples, speech.sample_rate).items():
                pauses[level] += found
            seconds.append(next(stage.seconds for stage in speech.stages if stage.name == "prosody"))
            narrow = librosa.resample(speech.samples, orig_sr=speech.sample_rate, target_sr=16000)
            scores.append(float(dnsmos.run(narrow * (0.5 / np.abs(narrow).max()), sr=16000)["ovrl_mos"]))
            if wav is not None:
                wav.mkdir(parents=True, exist_ok=True)
                soundfile.write(wav / f"{number:02d}-{name}.wav", speech.samples, speech.sample_rate)
        others = [pause for level in (0, 1) for pause in pauses[level]]
        results[name] = {
            "gaps": {f"#{level}": len(found) for level, found in sorted(pauses.items())},
            "median_pause_ms": {f"#{level}": statistics.median(found) for level, found in sorted(pauses.items())},
            "breaks_heard": _share(pause >= HEARD_MS for pause in pauses[3] + pauses[4]),
            "no_pause_elsewhere": _share(pause < HEARD_MS for pause in others),
            "prosody_ms": 1000 * statistics.median(seconds),
            "dnsmos": statistics.mean(scores),
        }
    return results


def _share(verdicts: Any) -> float | None:
    kept = list(verdicts)
    return sum(kept) / len(kept) if kept else None


def main(arguments: list[str] | None = None) -> int:
    """Measure and print JSON."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.prosody_speech", description="Prosody, as it is heard.")
    parser.add_argument("models", nargs="*", default=["rules", "lm"], help="prosody models (default: rules lm)")
    parser.add_argument("--wav", type=Path, metavar="DIR", help="keep the sound there")
    options = parser.parse_args(arguments)
    print(json.dumps(measure(options.models, options.wav), indent=2))
    return 0


if __name__ == "__main__":
    sys.exit(main())
