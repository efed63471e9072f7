"""What each emotion does to the sound: F0, range, level, rate and estimated quality, measured on sentences of our own.

    python -m benchmarks.emotions                       # all emotions at 0.3, 0.6 and 1: a table, and what is alike
    python -m benchmarks.emotions happy sad --intensity 0.6 --wav DIR --json OUT.json

Every number is the mean over the sentences, against the same sentences in neutral. Needs ``requirements/bench.txt`` for
DNSMOS (``--no-dnsmos`` leaves it out).
"""

from __future__ import annotations

import argparse
import itertools
import json
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt

from indextts.reading.emotion.names import EMOTIONS, NEUTRAL
from indextts.sound.loudness import loudness

if TYPE_CHECKING:
    from indextts.pipeline.pipeline import Pipeline

Samples = npt.NDArray[np.float32]
Floats = npt.NDArray[np.float64]

SENTENCES: Final = (
    "今天下午三点，我们在图书馆门口见面。",
    "他把那封信放在桌子上，就一个人走了。",
    "这件事情我已经告诉妈妈了。",
    "山上的雪还没有化，路很难走。",
    "你说的那家饭店，昨天晚上关门了。",
    "孩子们在院子里跑来跑去。",
    "明天早上八点的火车，我们坐到南京。",
    "她没想到，他们真的来了。",
)
"""Written for this measurement: plain in meaning, so that every emotion can carry them."""

INTENSITIES: Final = (0.3, 0.6, 1.0)
JUST_NOTICEABLE: Final = {"f0_st": 0.5, "range_st": 0.5, "level_db": 1.0, "rate": 0.03}
"""Semitones, semitones, decibels, share: two emotions are told apart by one of these at least."""

_WINDOW: Final = 1024
_HOP: Final = 240
_LOWEST_HZ, _HIGHEST_HZ = 65.0, 800.0


@dataclass(frozen=True)
class Heard:
    """What is measured on the sound of a sentence, or the mean over several."""

    f0_st: float
    """Median F0 in semitones above 100 Hz."""
    range_st: float
    """From the 10th to the 90th percentile of F0, in semitones."""
    level_db: float
    """LUFS."""
    rate: float
    """Sentences like this one a second: only its ratio to another reading of the same text means anything."""
    end_st: float
    """Median F0 of the last 0.25 s with a voice, against the whole, in semitones."""
    dnsmos: float = 0.0
    """Overall quality (ITU-T P.835 as estimated by DNSMOS), 0 where it was left out."""


def pitch_track(samples: Samples, sample_rate: int = 24_000) -> Floats:
    """F0 of the voiced frames in semitones above 100 Hz, ``[frames]``, a frame each 10 ms at 24 kHz.

    The peak of the normalised square difference (McLeod & Wyvill 2005, "A smarter way to find pitch"); a frame has a
    voice where that is above 0.8 and it is no more than 30 dB below the loud ones.
    """
    padded = np.pad(samples.astype(np.float64), _WINDOW // 2)
    frames = np.lib.stride_tricks.sliding_window_view(padded, _WINDOW)[::_HOP]
    power = np.square(frames).mean(axis=1)
    frames = frames[power > np.percentile(power, 95) * 1e-3]
    spectrum = np.abs(np.fft.rfft(frames, 2 * _WINDOW, axis=1)) ** 2
    longest = int(sample_rate / _LOWEST_HZ)
    alike = np.fft.irfft(spectrum, axis=1)[:, : longest + 2]
    squares = np.concatenate([np.zeros((len(frames), 1)), np.cumsum(np.square(frames), axis=1)], axis=1)
    lags = np.arange(longest + 2)
    both = squares[:, _WINDOW - lags] + squares[:, -1:] - squares[:, lags]
    curve = 2.0 * alike / np.maximum(both, 1e-12)
    shortest = int(sample_rate / _HIGHEST_HZ)
    inner = curve[:, shortest : longest + 1]
    peak = (inner >= curve[:, shortest - 1 : longest]) & (inner > curve[:, shortest + 1 : longest + 2])
    height = np.where(peak, inner, 0.0)
    best = height.max(axis=1)
    first = np.argmax(height > 0.9 * best[:, None], axis=1)
    lag = (first + shortest)[best > 0.8]
    rows = curve[best > 0.8]
    before, at, after = (rows[np.arange(lag.size), lag + step] for step in (-1, 0, 1))
    exact = lag + 0.5 * (before - after) / np.minimum(before - 2.0 * at + after, -1e-9)
    return np.asarray(12.0 * np.log2(sample_rate / exact / 100.0), np.float64)


def measure_sound(samples: Samples, sample_rate: int, *, quality: bool = False) -> Heard:
    """Measure one sentence without the silence around it."""
    track = pitch_track(samples, sample_rate)
    low, high = np.percentile(track, (10, 90))
    middle = float(np.median(track))
    return Heard(
        middle,
        float(high - low),
        loudness(samples, sample_rate),
        sample_rate / samples.size,
        float(np.median(track[-25:])) - middle,
        dnsmos(samples, sample_rate) if quality else 0.0,
    )


def dnsmos(samples: Samples, sample_rate: int) -> float:
    """Estimated overall quality, 1 to 5, at an even level."""
    from speechmos import dnsmos as model

    from indextts.sound.resample import resample

    narrow = resample(samples, sample_rate, 16_000)
    narrow = np.clip(narrow * (0.5 / np.abs(narrow).max()), -0.5, 0.5)
    return float(model.run(narrow, sr=16_000)["ovrl_mos"])


def mean(heard: Sequence[Heard]) -> Heard:
    """The mean over sentences; of rates the geometric one."""
    rows = np.array([list(asdict(each).values()) for each in heard])
    values = rows.mean(axis=0)
    values[3] = np.exp(np.log(rows[:, 3]).mean())
    return Heard(*(float(value) for value in values))


def against(heard: Heard, neutral: Heard) -> dict[str, float]:
    """How ``heard`` differs, in semitones, decibels and a logarithmic share for the rate."""
    return {
        "f0_st": heard.f0_st - neutral.f0_st,
        "range_st": heard.range_st - neutral.range_st,
        "level_db": heard.level_db - neutral.level_db,
        "rate": float(np.log(heard.rate / neutral.rate)),
        "end_st": heard.end_st - neutral.end_st,
        "dnsmos": heard.dnsmos - neutral.dnsmos,
    }


def alike(heard: dict[str, Heard]) -> list[tuple[str, str]]:
    """The pairs that no measure tells apart by one just-noticeable difference."""
    pairs = []
    for one, other in itertools.combinations(heard, 2):
        differences = against(heard[one], heard[other])
        if not any(abs(differences[name]) >= step for name, step in JUST_NOTICEABLE.items()):
            pairs.append((one, other))
    return pairs


def speak(pipeline: Pipeline, text: str, emotion: str, intensity: float, **settings: float) -> Samples:
    """One sentence without the silence around it."""
    from indextts.model.utterance import Settings
    from indextts.plan.request import SpeechRequest

    wish = Settings(emotion=emotion, intensity=intensity, prosody="rules", **settings)  # type: ignore[arg-type]
    return pipeline.speak(SpeechRequest(text, wish)).samples


def measure(
    pipeline: Pipeline, emotion: str, intensity: float, *, texts: Sequence[str] = SENTENCES, quality: bool = False
) -> Heard:
    """The mean over ``texts`` said with ``emotion``."""
    rate = pipeline.sample_rate
    return mean([measure_sound(speak(pipeline, text, emotion, intensity), rate, quality=quality) for text in texts])


def _row(name: str, intensity: float, heard: Heard, neutral: Heard) -> str:
    change = against(heard, neutral)
    return (
        f"| {name} | {intensity:g} | {heard.f0_st:.1f} ({change['f0_st']:+.1f}) | {heard.range_st:.1f} "
        f"({change['range_st']:+.1f}) | {change['end_st']:+.1f} | {heard.level_db:.1f} ({change['level_db']:+.1f}) | "
        f"{100.0 * np.expm1(change['rate']):+.0f} % | {heard.dnsmos:.2f} ({change['dnsmos']:+.2f}) |"
    )


def main(arguments: list[str] | None = None) -> int:
    """Measure and print the table; 1 if two emotions sound alike at 0.6 or 1, or one lost too much quality at 0.6."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.emotions", description="Emotions, as they are heard.")
    parser.add_argument("emotions", nargs="*", default=list(EMOTIONS[:-1]), help="names or mixtures (default: all)")
    parser.add_argument("--intensity", type=float, nargs="+", default=list(INTENSITIES))
    parser.add_argument("--no-dnsmos", action="store_true", help="leave the quality out")
    parser.add_argument("--json", type=Path, metavar="OUT", help="also write the results there")
    parser.add_argument("--wav", type=Path, metavar="DIR", help="keep the sound there")
    options = parser.parse_args(arguments)

    from indextts.platform.config import load_config
    from indextts.service.preload import Preloader

    pipeline = Preloader(load_config()).wait()
    neutral = measure(pipeline, NEUTRAL, 1.0, quality=not options.no_dnsmos)
    print("| emotion | intensity | median F0, st | range 10–90 %, st | end, st | level, LUFS | rate | DNSMOS |")
    print("|---|---|---|---|---|---|---|---|")
    print(_row(NEUTRAL, 0.0, neutral, neutral))
    results, failed = {NEUTRAL: {"0": asdict(neutral)}}, False
    for intensity in options.intensity:
        heard = {NEUTRAL: neutral}
        for name in options.emotions:
            heard[name] = measure(pipeline, name, intensity, quality=not options.no_dnsmos)
            results.setdefault(name, {})[f"{intensity:g}"] = asdict(heard[name])
            print(_row(name, intensity, heard[name], neutral), flush=True)
            if options.wav is not None:
                _keep(pipeline, options.wav, name, intensity)
        if intensity >= 0.6:
            for one, other in alike(heard):
                print(f"{one} and {other} sound alike at {intensity:g}", file=sys.stderr)
                failed = True
        if intensity == 0.6:
            failed = any(each.dnsmos < neutral.dnsmos - 0.25 for each in heard.values()) or failed
    if options.json is not None:
        options.json.write_text(json.dumps(results, indent=2) + "\n", encoding="utf-8")
    return 1 if failed else 0


def _keep(pipeline: Pipeline, folder: Path, name: str, intensity: float) -> None:
    import soundfile

    folder.mkdir(parents=True, exist_ok=True)
    for number, text in enumerate(SENTENCES):
        samples = speak(pipeline, text, name, intensity)
        soundfile.write(folder / f"{number}-{name}-{intensity:g}.wav", samples, pipeline.sample_rate)


if __name__ == "__main__":
    sys.exit(main())
