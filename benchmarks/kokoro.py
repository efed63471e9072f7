"""Measures the natural voices: edits, sound, words, tones, and where languages meet.

    python -m benchmarks.kokoro edits                     edits of single words and pauses against what was asked
    python -m benchmarks.kokoro english mandarin mixed    forty sentences each
    python -m benchmarks.kokoro english mixed --whisper OTHER/bin/python MODEL
    python -m benchmarks.kokoro cuts --published kokoro-v1.0.int8.onnx

* ``edits``: pitch, length, level and pauses of words in six sentences, measured on the finished sound; and the rest of
  the sentence, which is to stay.
* ``cuts``: the samples of the parts, chained, beside those of the whole graph that was published.
* ``english``, ``mandarin``, ``mixed``: DNSMOS (ITU-T P.835 as estimated by Reddy et al. 2022), overall, of each voice.
* Words: with ``--whisper`` a recogniser writes down what it hears (:mod:`benchmarks.whispered`); words that are missed,
  wrong or too many, of all. Of mixed sentences it hears the English alone, and the same words of an English sentence by
  the same voice, cut out alike.
* Tones, from the pitch of the sound: tone 1 is level and not low, tone 2 rises, tone 3 lies below the sentence's mean,
  tone 4 falls. Men's voices let every syllable fall at its end, so the mean level of each tone stands beside it.
* Joins: :mod:`benchmarks.joins`.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import soundfile

from benchmarks import joins, sentences
from benchmarks.accuracy_english import errors, read_sentences
from indextts.engines.kokoro.engine import load
from indextts.engines.kokoro.graph_files import MELODY_FILE, SOUND_FILE, TEXT_FILE
from indextts.engines.kokoro.info import NAME, folder
from indextts.engines.kokoro.line import write
from indextts.engines.kokoro.networks import open_networks
from indextts.engines.kokoro.voices import load_styles, parse, style_of
from indextts.model.utterance import Settings, Token, Utterance
from indextts.pipeline.pipeline import Pipeline
from indextts.plan.request import SpeechRequest
from indextts.platform.config import load_config
from indextts.platform.run import Run, Speech
from indextts.sound.pitch import track
from indextts.sound.resample import resample

RATE: Final = 16_000
SILENCE_S: Final = 0.2
FRAME_S: Final = 0.025
FILES: Final = (TEXT_FILE, MELODY_FILE, SOUND_FILE)
MARGIN_S: Final = 0.12
"""Heard around a stretch of English that is cut out."""
ENGLISH: Final = ("af_heart", "bf_emma", "am_michael")
MANDARIN: Final = ("zf_xiaoxiao", "zm_yunxi", "zf_xiaobei", "zf_xiaoyi", "zm_yunjian")
MIXED: Final = ("zf_xiaoxiao", "zm_yunxi", "af_heart")
EDITED: Final = {
    "zf_xiaoxiao": ("火车在半夜到达了北方的小镇。", "老师把学生的作业本都收走了。", "他说这本书是从图书馆借来的。"),
    "af_heart": tuple(read_sentences()[:3]),
}
PAUSED: Final = {
    "zf_xiaoxiao": "火车在半夜[pause 400ms]到达了小镇。",
    "af_heart": "The old barn door[pause 400ms] swung open.",
}
_NUMBERS: Final = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")

Samples = npt.NDArray[np.float32]
Whisper = Callable[[dict[str, Samples]], dict[str, str]]


class Voices:
    """The installed voices behind the whole pipeline."""

    def __init__(self) -> None:
        self.config = load_config()
        self.pipeline = Pipeline(self.config, load(self.config))

    def plan(self, text: str, voice: str) -> Utterance:
        return self.pipeline.analyse(SpeechRequest(text, settings=Settings(engine=NAME, voice=voice)))

    def say(self, plan: Utterance) -> Speech:
        return self.pipeline.collect(plan, Run())

    def spoken(self, text: str, voice: str) -> Speech:
        return self.say(self.plan(text, voice))


def words_of(speech: Speech) -> list[Token]:
    """The spoken tokens, with their times in the sound."""
    return [token for segment in speech.utterance.segments for token in segment.tokens if token.phones]


def piece(speech: Speech, token: Token, margin_s: float = 0.0) -> Samples:
    """The sound of a token."""
    begin, end = (token.start_s or 0.0) - margin_s, (token.end_s or 0.0) + margin_s
    return speech.samples[max(0, round(begin * speech.sample_rate)) : round(end * speech.sample_rate)]


def level(samples: Samples) -> float:
    return float(10.0 * np.log10(np.mean(np.square(samples, dtype=np.float64)) + 1e-12))


class Pitches:
    """The pitch of a whole sound, by the times of its tokens."""

    def __init__(self, speech: Speech) -> None:
        self.times, hertz = track(speech.samples, speech.sample_rate, 0.005)
        self.semitones = 12.0 * np.log2(hertz)

    def of(self, token: Token, margin_s: float = 0.0) -> npt.NDArray[np.float64]:
        """Semitones of its voiced part."""
        begin, end = (token.start_s or 0.0) + margin_s, (token.end_s or 0.0) - margin_s
        inside = self.semitones[(self.times >= begin) & (self.times < end)]
        return inside[np.isfinite(inside)]

    def along(self, token: Token, points: int = 25) -> npt.NDArray[np.float64]:
        """Semitones at so many places from a fifth to four fifths of it, not-a-number without a voice."""
        begin, end = token.start_s or 0.0, token.end_s or 0.0
        return np.interp(begin + (end - begin) * np.linspace(0.2, 0.8, points), self.times, self.semitones)


# ---------------------------------------------------------------------- edits


def edits(voices: Voices, most: int) -> dict[str, Any]:
    """For each edit the largest miss, and how far the rest moved; of ``most`` sentences of each voice."""
    found: dict[str, list[dict[str, float]]] = {}
    for voice, texts in EDITED.items():
        for text in texts[:most]:
            plain = voices.spoken(text, voice)
            heard = Pitches(plain)
            count = len(words_of(plain))
            for place in (count // 3, count // 2):
                for name, field, values in (
                    ("pitch", "pitch_shift", (-3.0, 3.0)),
                    ("length", "duration_scale", (0.5, 0.8, 1.5, 2.0)),
                    ("energy", "energy_shift", (-3.0, 3.0)),
                ):
                    for value in values:
                        plan = voices.plan(text, voice)
                        tokens = [token for token in plan.segments[0].tokens if token.phones]
                        setattr(tokens[place], field, value)
                        found.setdefault(name, []).append(_edited(plain, heard, voices.say(plan), place, name, value))
    result: dict[str, Any] = {
        name: {key: round(float(np.max([row[key] for row in rows])), 3) for key in rows[0]}
        | {f"median {key}": round(float(np.median([row[key] for row in rows])), 3) for key in rows[0]}
        for name, rows in found.items()
    }
    result["pause_ms"] = {voice: _longest_silence_ms(voices.spoken(text, voice)) for voice, text in PAUSED.items()}
    return result


def _edited(plain: Speech, heard: Pitches, edited: Speech, place: int, name: str, value: float) -> dict[str, float]:
    before, after, now = words_of(plain), words_of(edited), Pitches(edited)
    moved, louder = [], []
    for number, (old, new) in enumerate(zip(before, after, strict=True)):
        change = now.along(new) - heard.along(old)
        change = change[np.isfinite(change)]
        # A word that has a pitch in less than a third of its middle is creaky or whispered: there is none to move.
        moved.append(float(np.median(change)) if change.size >= 8 else np.nan)
        louder.append(level(piece(edited, new)) - level(piece(plain, old)))
        if number == place:
            lasted = [(token.end_s or 0.0) - (token.start_s or 0.0) for token in (old, new)]
    rest = [number for number in range(len(before)) if abs(number - place) > 1]
    missed = {
        "pitch": abs(moved[place] - value),
        "energy": abs(louder[place] - value),
        "length": abs(lasted[1] - lasted[0] * value) / FRAME_S,
    }[name]
    return {
        "missed": float(np.nan_to_num(missed)),
        "rest_semitones": float(np.nanmedian(np.abs([moved[number] for number in rest]))),
        "rest_db": float(np.median(np.abs([louder[number] for number in rest]))),
    }


def _longest_silence_ms(speech: Speech, below_db: float = -60.0) -> float:
    """The longest stretch inside the sound that is that much below its loudest 20 ms."""
    window = speech.sample_rate // 1000
    count = speech.samples.size // window
    power = np.square(speech.samples[: count * window].astype(np.float64)).reshape(count, window).mean(axis=1)
    loudest = float(np.convolve(power, np.full(20, 1 / 20), "same").max())
    quiet = power < loudest * 10.0 ** (below_db / 10.0)
    runs = [(key, len(list(group))) for key, group in groupby(quiet)]
    return float(max((length for key, length in runs[1:-1] if key), default=0))


def cuts(voices: Voices, published: Path) -> dict[str, Any]:
    """How far the samples of the chained parts are from those of the whole published graph, unedited."""
    from onnxruntime import InferenceSession

    whole = InferenceSession(published, providers=["CPUExecutionProvider"])
    place = folder(voices.config)
    parts = open_networks({file: place.checked_path(file) for file in FILES}, threads=os.cpu_count() or 1)
    apart, counts = [], []
    for voice, texts in EDITED.items():
        for text in texts:
            (line,) = write(voices.plan(text, voice).segments[0], british=parse(voice).british)
            style = style_of(parse(voice), load_styles(place), line.symbols)
            given = (np.array([line.ids], np.int64), style, np.ones(1, np.float32))
            (expected,) = whole.run(None, dict(zip((one.name for one in whole.get_inputs()), given, strict=True)))
            said = parts.text(line.ids, style)
            frames = np.maximum(np.round(said.durations), 1.0).astype(np.int64)
            samples = parts.sound(parts.melody(said, frames, style), style)
            counts.append(samples.size)
            apart.append(
                float(np.abs(samples - expected.reshape(-1)).max()) if samples.size == expected.size else np.inf
            )
    return {"sentences": len(apart), "samples": sum(counts), "largest_difference": max(apart)}


# ---------------------------------------------------------------------- quality


def mos(speech: Speech) -> float:
    """DNSMOS, overall."""
    from speechmos import dnsmos

    audio = np.pad(resample(speech.samples, speech.sample_rate, RATE), int(SILENCE_S * RATE))
    return float(dnsmos.run(audio * (0.5 / max(float(np.abs(audio).max()), 1e-9)), sr=RATE)["ovrl_mos"])


def mean_mos(said: Sequence[Speech]) -> dict[str, float]:
    scores = [mos(speech) for speech in said]
    return {"dnsmos": round(statistics.mean(scores), 3), "dnsmos_least": round(min(scores), 2)}


def letters(text: str) -> list[str]:
    """The words of a text, numbers as they are said."""
    spelt = re.sub(r"\d", lambda digit: f" {_NUMBERS[int(digit[0])]} ", text.lower().replace("’", "'"))
    return re.findall(r"[a-z']+", spelt)


def english(voices: Voices, count: int, whisper: Whisper | None, names: Sequence[str]) -> dict[str, Any]:
    """DNSMOS and word errors of each voice."""
    texts = read_sentences()[:count]
    result = {}
    for voice in names or ENGLISH:
        said = [voices.spoken(text, voice) for text in texts]
        result[voice] = mean_mos(said)
        if whisper is not None:
            heard = whisper({f"{place:02d}": at_16k(speech.samples, speech) for place, speech in enumerate(said)})
            wrong = [errors(letters(text), letters(heard[f"{place:02d}"])) for place, text in enumerate(texts)]
            result[voice] |= {"words_wrong_percent": round(100.0 * sum(wrong) / sum(len(letters(t)) for t in texts), 1)}
    return result


def mandarin(voices: Voices, count: int, names: Sequence[str]) -> dict[str, Any]:
    """DNSMOS and tones of each voice."""
    result = {}
    for voice in names or MANDARIN:
        said = [voices.spoken(text, voice) for text in sentences.SHORT[:count]]
        result[voice] = mean_mos(said) | tones(said)
    return result


def tones(said: Sequence[Speech]) -> dict[str, Any]:
    """Share of the syllables whose pitch moves as their tone asks, and each tone's mean level in semitones."""
    right: dict[str, list[bool]] = {}
    levels: dict[str, list[float]] = {}
    for speech in said:
        pitch = Pitches(speech)
        usual = float(np.nanmean(pitch.semitones))
        for token in words_of(speech):
            own = pitch.of(token) - usual
            tone = token.reading[-1:]
            if token.lang != "zh" or own.size < 8 or tone not in "1234":
                continue
            third = own.size // 3
            rise, mean = float(own[-third:].mean() - own[:third].mean()), float(own.mean())
            fits = {"1": abs(rise) < 2.5 and mean > -0.5, "2": rise > 0.5, "3": mean < 0.0, "4": rise < -0.5}
            right.setdefault(tone, []).append(fits[tone])
            levels.setdefault(tone, []).append(mean)
    return {
        "tones_right": round(float(np.mean([one for rows in right.values() for one in rows])), 3),
        "by_tone": {tone: round(float(np.mean(rows)), 2) for tone, rows in sorted(right.items())},
        "levels": {tone: round(float(np.mean(rows)), 1) for tone, rows in sorted(levels.items())},
    }


def mixed(voices: Voices, count: int, whisper: Whisper | None, names: Sequence[str]) -> dict[str, Any]:
    """DNSMOS, jumps at joins, and how many English words are heard, here and in an English sentence of the same voice.

    The recogniser is one of English: it hears the stretches of English cut out of both, with what stands next to them.
    """
    lines = [line for line in joins.MIXED.read_text("utf-8").splitlines() if line and not line.startswith("#")][:count]
    result: dict[str, Any] = {}
    for voice in names or MIXED:
        said = [voices.spoken(line, voice) for line in lines]
        found: dict[str, list[tuple[float, float]]] = {"joins": [], "chinese": []}
        for speech in said:
            for name, pairs in joins.jumps(speech).items():
                found[name] += pairs
        result[voice] = mean_mos(said) | {name: joins.share(pairs) for name, pairs in found.items()}
        if whisper is None:
            continue
        inside = [(stretch, speech) for speech in said for stretch in english_stretches(speech)]
        texts = [[token.text for token in stretch] for stretch, _ in inside]
        by_voice = heard_of(texts, [cut_out(*one) for one in inside], whisper)
        alone = []
        for words in texts:
            speech = voices.spoken(f"I say {' '.join(words)} again.", voice)
            alone.append(cut_out(words_of(speech)[2 : 2 + len(words)], speech))
        in_english = heard_of(texts, alone, whisper)
        result[voice] |= {
            "english_heard_percent": round(100.0 * by_voice, 1),
            "the_same_in_english_percent": round(100.0 * in_english, 1),
            "share_percent": round(100.0 * by_voice / max(in_english, 1e-9), 1),
        }
    return result


def english_stretches(speech: Speech) -> list[list[Token]]:
    """The runs of English words in what was spoken."""
    runs = groupby(words_of(speech), key=lambda token: token.lang == "en")
    return [[*run] for is_english, run in runs if is_english]


def cut_out(stretch: Sequence[Token], speech: Speech) -> Samples:
    """The sound of a stretch of words with a little of what stands around it, for the recogniser."""
    begin, end = (stretch[0].start_s or 0.0) - MARGIN_S, (stretch[-1].end_s or 0.0) + MARGIN_S
    rate = speech.sample_rate
    return at_16k(speech.samples[max(0, round(begin * rate)) : round(end * rate)], speech)


def heard_of(texts: Sequence[Sequence[str]], sounds: Sequence[Samples], whisper: Whisper) -> float:
    """The share of the words that are heard."""
    heard = whisper({f"{place:03d}": samples for place, samples in enumerate(sounds)})
    right = [
        "".join(letters(word)) in "".join(letters(heard[f"{place:03d}"]))
        for place, words in enumerate(texts)
        for word in words
    ]
    return float(np.mean(right))


def at_16k(samples: Samples, speech: Speech) -> Samples:
    return np.pad(resample(samples, speech.sample_rate, RATE), RATE // 2)


def listener(python: str, model: str) -> Whisper:
    """Has sounds written down by another interpreter."""

    def hear(sounds: dict[str, Samples]) -> dict[str, str]:
        with tempfile.TemporaryDirectory() as folder:
            for name, samples in sounds.items():
                soundfile.write(Path(folder) / f"{name}.wav", np.clip(samples, -1.0, 1.0), RATE)
            script = Path(__file__).with_name("whispered.py")
            done = subprocess.run([python, script, model, folder], check=True, capture_output=True, text=True)
        return {name.removesuffix(".wav"): text for name, text in json.loads(done.stdout).items()}

    return hear


def main(arguments: list[str] | None = None) -> int:
    """Measure and print JSON."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.kokoro", description=__doc__.splitlines()[0])
    parser.add_argument("parts", nargs="+", choices=["edits", "english", "mandarin", "mixed", "cuts"])
    parser.add_argument("--count", type=int, default=40, help="sentences (default 40)")
    parser.add_argument("--voices", nargs="+", default=[], help="voices, instead of the usual ones")
    parser.add_argument("--whisper", nargs=2, metavar=("PYTHON", "MODEL"), help="who writes down what is heard")
    parser.add_argument("--published", type=Path, help="the whole graph, for cuts")
    options = parser.parse_args(arguments)
    if "cuts" in options.parts and options.published is None:
        parser.error("cuts needs the whole graph: --published FILE")
    voices = Voices()
    whisper = listener(*options.whisper) if options.whisper else None
    result: dict[str, Any] = {}
    for part in options.parts:
        if part == "edits":
            result[part] = edits(voices, options.count)
        elif part == "cuts":
            result[part] = cuts(voices, options.published)
        elif part == "mandarin":
            result[part] = mandarin(voices, options.count, options.voices)
        else:
            measure = english if part == "english" else mixed
            result[part] = measure(voices, options.count, whisper, options.voices)
    print(json.dumps(result, indent=2, ensure_ascii=False))
    return 0


if __name__ == "__main__":
    sys.exit(main())
