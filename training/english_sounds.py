"""Search for the shapes that turn the Mandarin voice's sounds into English ones.

    python -m training.english_sounds                          one more pass over the shipped table
    python -m training.english_sounds --from-nothing --passes 4

Every English sound is taken from a Mandarin syllable near it (several are tried), of which a part is kept; a smooth
correction of its spectrum and its length are then searched for at random, step by step. A step is kept when the sound,
in common words spoken by the voice, fits its own phone better than any other in the acoustic model of an American
recogniser (:mod:`training.recogniser`): the margin in nats a frame, cut at 1.2, less a price for large
corrections, which sound rough. The words are those of ``training/data/english_training_words.txt``, none of which is
measured by ``benchmarks/accuracy_english.py``. Seeded; a pass takes some 15 minutes on one core.
"""

from __future__ import annotations

import argparse
import json
import logging
import sys
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt

from indextts.audio.loudness import loudness
from indextts.audio.resample import resample
from indextts.config import Config, load_config
from indextts.engines.embedded import engine
from indextts.engines.embedded.acoustic.english_shaper import PITCH_LIFT, Shaper, heard_frames
from indextts.phonemes.en import arpabet, pronunciation
from indextts.phonemes.en.arpabet import ASSET, SILENT, TERMS, Sound, english_sounds
from indextts.storage import assets as shipped
from training import recogniser

_log = logging.getLogger("training.english_sounds")

WORDS: Final = Path("training/data/english_training_words.txt")
ENOUGH: Final = 1.2
"""A margin beyond this, in nats a frame, is worth no more."""
MISSING: Final = -6.0
"""What a sound is worth that is too short to be scored."""
_PRICE: Final = 0.015
_LENGTH_PRICE: Final = 0.05
_FRAME_S: Final = 0.0125
_LUFS: Final = -16.0
_EDGES: Final = (8, 14, 2)
_STEPS: Final = np.array([0.6, 1.0, 1.0, 1.0, 1.0, 1.0, 0.8, 0.7, 0.6, 0.5])
"""How far each cosine term may move at once, relative to the others."""
_LEAST_WORDS: Final = 3

_VOWELS: Final[dict[str, tuple[str, float, float]]] = {
    "AA": ("ao", 0.0, 0.6), "AE": ("ia", 0.35, 0.8), "AH": ("e", 0.15, 1.0), "AO": ("ao", 0.0, 0.6),
    "AW": ("ao", 0.0, 1.0), "AX": ("e", 0.15, 1.0), "AY": ("ai", 0.0, 1.0), "EH": ("an", 0.1, 0.5),
    "ER": ("e", 0.1, 1.0), "EY": ("ei", 0.0, 1.0), "IH": ("ie", 0.5, 1.0), "IY": ("i", 0.0, 1.0),
    "OW": ("ou", 0.0, 1.0), "OY": ("uo", 0.0, 1.0), "UH": ("uo", 0.4, 1.0), "UW": ("iou", 0.3, 0.9),
}  # fmt: skip
"""Where each vowel is taken from at first: a final, and which part of it."""
_DIPHTHONGS: Final = frozenset(("AW", "AY", "EY", "OW", "OY"))
_CONSONANTS: Final[dict[str, tuple[str, int]]] = {
    "B": ("b u", 7), "CH": ("ch iii", 8), "D": ("d e", 6), "DH": ("d e", 4), "F": ("f u", 8), "G": ("g e", 6),
    "HH": ("h e", 6), "JH": ("zh iii", 7), "K": ("k e", 8), "M": ("m u", 6), "N": ("n e", 6), "P": ("p u", 8),
    "S": ("x i", 9), "SH": ("sh iii", 9), "T": ("t e", 8), "TH": ("f u", 8), "V": ("f u", 6), "Z": ("x i", 8),
    "ZH": ("r iii", 7), "L": ("l e", 6),
}  # fmt: skip
"""The same for consonants: a syllable of whose initial it is made, and its length in frames."""
_FROM_FINALS: Final[dict[str, tuple[str, int, float, float]]] = {
    "L": ("^ ou", 6, 0.3, 1.0), "R": ("^ er", 6, 0.2, 1.0), "NG": ("^ eng", 7, 0.6, 1.0), "W": ("^ u", 5, 0.2, 0.8),
    "Y": ("^ i", 5, 0.1, 0.8),
}  # fmt: skip
_UNASPIRATED: Final = {"K": "g", "P": "b", "T": "d"}
_NO_ONSET: Final = frozenset(("N", "R", "W", "Y", "NG"))
"""Made in a syllable of their own before a vowel too."""

SOURCES: Final[dict[str, Sequence[str]]] = {
    "onset V": ("f", "^", "m", "b", "r"), "onset DH": ("d", "l", "z", "n"), "onset D": ("d", "l", "n", "g"),
    "onset T": ("t", "d", "zh", "c", "k"), "onset Z": ("x", "z", "s", "r", "j"), "onset B": ("b", "m", "p"),
    "onset P": ("p", "b", "d"), "cluster R": ("^ er", "^ e", "^ u"), "cluster N": ("n e", "^ en", "l e"),
    "coda N": ("n e", "^ en", "^ an", "^ in"), "coda NG": ("^ eng", "^ ing", "^ ong"),
    "coda T": ("t e", "ch iii", "zh iii", "d e"), "coda D": ("d e", "n e", "d i"), "coda Z": ("x i", "r iii", "j i"),
    "coda V": ("f u", "m u", "b u"), "coda P": ("p u", "k e", "b u"), "coda M": ("m u", "m e", "^ en"),
    "coda TH": ("f u", "c ii", "s ii"), "coda B": ("b u", "b e"), "coda G": ("g e", "g u"),
    "cluster T": ("t e", "ch iii", "d e"), "cluster F": ("f u", "h e"), "cluster D": ("d e", "zh iii"),
    "light AX": ("e", "a", "an", "en"), "stressed AW": ("ao", "iao", "ang", "a"),
    "stressed ER": ("e", "uen", "en", "er"), "light ER": ("e", "uen", "en", "er"),
    "stressed AH": ("e", "a", "en", "ang"), "stressed EH": ("an", "e", "uan", "en"),
    "stressed IH": ("ie", "en", "ei", "i"),
}  # fmt: skip
"""Other symbols that are tried for a sound."""


def beginnings() -> dict[str, Sound]:
    """The table that the search starts from: sources chosen by ear and phonetics, no correction."""
    flat = (0.0,) * TERMS
    sounds: dict[str, Sound] = {}
    for vowel, (final, begin, end) in _VOWELS.items():
        long = 15 if vowel in _DIPHTHONGS else 12
        if vowel != "AX":
            sounds[f"stressed {vowel}"] = Sound((final,), 0, begin, end, long, flat, flat)
        sounds[f"light {vowel}"] = Sound((final,), 0, begin, end, 7, flat, flat)
    for consonant, (syllable, frames) in _CONSONANTS.items():
        symbols = tuple(syllable.split())
        sounds[f"onset {consonant}"] = Sound(symbols[:1], 0, 0.0, 1.0, frames, flat, flat)
        sounds[f"cluster {consonant}"] = Sound(symbols, 0, 0.0, 1.0, frames, flat, flat)
        sounds[f"coda {consonant}"] = Sound(symbols, 0, 0.0, 1.0, frames + 1, flat, flat)
    for consonant, (syllable, frames, begin, end) in _FROM_FINALS.items():
        for kind in ("cluster", "coda"):
            sounds[f"{kind} {consonant}"] = Sound(tuple(syllable.split()), 1, begin, end, frames, flat, flat)
    for consonant, initial in _UNASPIRATED.items():
        sounds[f"after-s {consonant}"] = Sound((initial,), 0, 0.0, 1.0, 5, flat, flat)
    return {name: sound for name, sound in sounds.items() if name[6:] not in _NO_ONSET or name[:5] != "onset"}


class Workbench:
    """Speaks words with any table of sounds and tells how well one of them is taken for itself."""

    def __init__(self, config: Config, words: Sequence[str], model: recogniser.AcousticModel) -> None:
        self._networks = engine.load_networks(config)
        self._data = engine.load_voice_data(config)
        self._ids = {symbol: index for index, symbol in enumerate(self._data.symbols)}
        self._model = model
        self._readings = {word: pronunciation.pronounce(word)[0] for word in words}
        self._decoded: dict[tuple[str, ...], tuple[npt.NDArray[np.float32], npt.NDArray[np.int64]]] = {}

    def words_with(self, sounds: Mapping[str, Sound]) -> dict[str, list[str]]:
        """The words in which each sound comes."""
        found: defaultdict[str, list[str]] = defaultdict(list)
        for word, reading in self._readings.items():
            for name in {shape for _, shape in arpabet.write(reading, sounds)} - {SILENT}:
                found[name].append(word)
        return dict(found)

    def value(self, name: str, words: Sequence[str], sounds: Mapping[str, Sound]) -> float:
        """The mean margin of a sound in these words."""
        phone = {"AX": "AH"}.get(name.split()[1], name.split()[1])
        margins = []
        for word in words:
            samples, spans = self.speak(word, sounds)
            streams = recogniser.features(samples)
            # The middle of the recogniser's frame lies half a window after its beginning.
            middles = np.arange(len(streams[0])) * recogniser.HOP_S + recogniser.WINDOW / 2 / recogniser.RATE
            for begin, end in spans.get(name, []):
                inside = (middles >= begin) & (middles < end)
                enough = inside.sum() >= 3
                fit = self._model.margin([stream[inside] for stream in streams], phone) if enough else MISSING
                margins.append(min(fit, ENOUGH))
        return float(np.mean(margins))

    def speak(
        self, word: str, sounds: Mapping[str, Sound]
    ) -> tuple[npt.NDArray[np.float32], dict[str, list[tuple[float, float]]]]:
        """16-bit samples at 16 kHz, and where each sound lies in them, in seconds."""
        written = arpabet.write(self._readings[word], sounds)
        symbols = ("sil", *(symbol for symbol, _ in written), "sil", "eos")
        shapes = ("", *(shape for _, shape in written), "", "")
        mel, decoded = self._decode(symbols)
        wanted = np.zeros(len(symbols), np.int64)
        for place, length in heard_frames(shapes, sounds, symbols).items():
            wanted[place] = round(length)
        mel, frames = Shaper(sounds, self._data.mean, self._data.scale)(mel, decoded, wanted, shapes, symbols)
        audio = self._networks.vocoder(mel)
        audio = audio * 10.0 ** ((_LUFS - loudness(audio, self._data.sample_rate)) / 20.0)
        samples = resample(audio, self._data.sample_rate, recogniser.RATE)
        times = np.concatenate([[0], np.cumsum(frames)]) * _FRAME_S
        spans: defaultdict[str, list[tuple[float, float]]] = defaultdict(list)
        for place, shape in enumerate(shapes):
            spans[shape].append((float(times[place]), float(times[place + 1])))
        return np.round(np.clip(samples, -1.0, 1.0) * 32767.0), spans

    def _decode(self, symbols: tuple[str, ...]) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.int64]]:
        if symbols not in self._decoded:
            said = self._networks.acoustic.encode(np.array([self._ids[symbol] for symbol in symbols], np.int64))
            frames = np.round(np.maximum(said.durations, 0.0)).astype(np.int64)
            frames[[0, -2, -1]] = np.minimum(frames[[0, -2, -1]], _EDGES)
            f0 = said.f0 + np.float32(PITCH_LIFT)
            self._decoded[symbols] = self._networks.acoustic.decode(said.hidden, frames, f0, said.energy), frames
        return self._decoded[symbols]


class Search:
    """Improves a table of sounds in place, one sound after the other."""

    def __init__(self, bench: Workbench, sounds: dict[str, Sound], rng: np.random.Generator, trials: int) -> None:
        self.sounds = sounds
        self._bench = bench
        self._rng = rng
        self._trials = trials
        self._usual = {name: sound.frames for name, sound in beginnings().items()}

    def run(self, *, other_sources: bool) -> None:
        """One pass over all sounds that enough words have, the commonest first."""
        found = self._bench.words_with(self.sounds)
        for name in sorted(found, key=lambda name: -len(found[name])):
            if len(found[name]) < _LEAST_WORDS:
                continue
            order = self._rng.permutation(len(found[name]))[:18]
            words = sorted((found[name][place] for place in order), key=len)[:9]
            before = self._worth(name, words)
            best, after = self._improve(name, words)
            for source in SOURCES.get(name, ()) if other_sources else ():
                best, after = self._try_source(name, words, source, best, after)
            self.sounds[name] = best
            _log.info("%-12s %3d words  %5.2f -> %5.2f  %s", name, len(found[name]), before, after, best.symbols)

    def _try_source(
        self, name: str, words: Sequence[str], source: str, best: Sound, worth: float
    ) -> tuple[Sound, float]:
        symbols = tuple(source.split())
        if symbols == best.symbols:
            return best, worth
        flat = (0.0,) * TERMS
        heard = 1 if symbols[0] == "^" and len(symbols) > 1 else 0
        self.sounds[name] = replace(
            best, symbols=symbols, heard=heard, begin=0.15 * heard, end=1.0, first=flat, last=flat
        )
        sound, reached = self._improve(name, words)
        return (sound, reached) if reached > worth else (best, worth)

    def _improve(self, name: str, words: Sequence[str]) -> tuple[Sound, float]:
        """Random steps from the sound that stands in the table; the best that was met."""
        best, worth, size = self.sounds[name], self._worth(name, words), 3.0
        for _ in range(self._trials):
            self.sounds[name] = self._step(best, size, moving=name.split()[1] in _DIPHTHONGS)
            reached = self._worth(name, words)
            if reached > worth:
                best, worth, size = self.sounds[name], reached, min(size * 1.3, 5.0)
            else:
                size = max(size * 0.93, 0.8)
        self.sounds[name] = best
        return best, worth

    def _step(self, sound: Sound, size: float, *, moving: bool) -> Sound:
        rng, choice = self._rng, self._rng.random()
        if choice < 0.72:
            first = np.array(sound.first) + self._turn(size)
            last = np.array(sound.last) + self._turn(size) if moving else first
            return replace(sound, first=tuple(first.tolist()), last=tuple(last.tolist()))
        if choice < 0.86:
            return replace(sound, frames=int(np.clip(sound.frames + rng.choice([-2, -1, 1, 2]), 3, 18)))
        begin = float(np.clip(sound.begin + 0.15 * rng.normal(), 0.0, 0.8))
        return replace(sound, begin=begin, end=float(np.clip(sound.end + 0.15 * rng.normal(), begin + 0.1, 1.0)))

    def _turn(self, size: float) -> npt.NDArray[np.float64]:
        turn: npt.NDArray[np.float64] = self._rng.normal(size=TERMS) * _STEPS * size * (self._rng.random(TERMS) < 0.5)
        return turn

    def _worth(self, name: str, words: Sequence[str]) -> float:
        sound = self.sounds[name]
        bent = np.mean(np.square([*sound.first[1:], *sound.last[1:]]))
        longer = abs(sound.frames - self._usual.get(name, sound.frames))
        return self._bench.value(name, words, self.sounds) - _PRICE * float(bent) - _LENGTH_PRICE * longer


def write_sounds(sounds: Mapping[str, Sound]) -> str:
    """The table as :func:`indextts.phonemes.en.arpabet.read_sounds` reads it."""
    lines = []
    for name in sorted(sounds):
        sound = sounds[name]
        row = {
            "symbols": " ".join(sound.symbols),
            "heard": sound.heard,
            "part": [round(sound.begin, 3), round(sound.end, 3)],
            "frames": sound.frames,
            "first": [round(value, 2) for value in sound.first],
        }
        if sound.last != sound.first:
            row["last"] = [round(value, 2) for value in sound.last]
        lines.append(f"{json.dumps(name)}: {json.dumps(row)}")
    return "{\n" + ",\n".join(lines) + "\n}\n"


def main(arguments: list[str] | None = None) -> int:
    """Search and write the table."""
    parser = argparse.ArgumentParser(prog="python -m training.english_sounds", description=__doc__)
    parser.add_argument("--from-nothing", action="store_true", help="forget the shipped table")
    parser.add_argument("--passes", type=int, default=1)
    parser.add_argument("--trials", type=int, default=40, help="steps for each sound and source")
    parser.add_argument("--sources", action="store_true", help="try other symbols too, in the first pass")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--words", type=Path, default=WORDS)
    parser.add_argument("-o", "--output", type=Path, default=ASSET)
    options = parser.parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s", stream=sys.stderr)
    from pocketsphinx import get_model_path

    model = recogniser.AcousticModel(Path(get_model_path("en-us/en-us")))
    bench = Workbench(load_config(), options.words.read_text(encoding="utf-8").split(), model)
    sounds = beginnings() if options.from_nothing else dict(english_sounds())
    search = Search(bench, sounds, np.random.default_rng(options.seed), options.trials)
    for number in range(options.passes):
        search.run(other_sources=options.sources and number == 0)
        options.output.write_text(write_sounds(search.sounds), encoding="utf-8")
        shipped.renew(options.output)
    return 0


if __name__ == "__main__":
    sys.exit(main())
