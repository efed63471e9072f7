"""Sambert voices as an engine: segments → linguistic units → mel → samples, in onnxruntime."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np
import numpy.typing as npt
import onnxruntime

from indextts.engines.base import Samples, Voice
from indextts.engines.sambert import frontend
from indextts.engines.sambert.frontend import SymbolSentence
from indextts.engines.sambert.info import NAME, VOICE_FILE, described, model_folder, voice_names
from indextts.engines.sambert.runtime import (
    ACOUSTIC_FILE,
    TABLES_FILE,
    VOCODER_FILE,
    Runtime,
    SambertVoiceData,
    SymbolControls,
)
from indextts.engines.sambert.shapes import unusable
from indextts.model.errors import StudioError
from indextts.model.settings import unknown_choice
from indextts.model.utterance import Segment, Settings
from indextts.platform.config import Config
from indextts.platform.run import Run
from indextts.platform.storage.manifest import corrupt
from indextts.reading.emotion.classifier import named_emotion
from indextts.reading.emotion.names import weights
from indextts.sound.edges import apply_gains, speech_bounds
from indextts.sound.resample import resample

EMOTIONS: Final[Mapping[str, str]] = {
    "happy": "emotion_happy",
    "angry": "emotion_angry",
    "sad": "emotion_sad",
    "afraid": "emotion_fear",
    "disgusted": "emotion_hate",
    "melancholic": "emotion_sad",
    "surprised": "emotion_surprise",
    "calm": "emotion_neutral",
    "neutral": "emotion_neutral",
}
"""The nearest among those that the published voices are said to be trained on."""

SEMITONES: Final = 4.0
"""What one unit of the model's normalised pitch is taken for: a speaker's usual deviation."""

_PITCH_LIMIT: Final = 2.0
"""How far a token's own shift may move the model, in its units."""


class SambertEngine:
    """All installed voices of one sample rate. Thread-safe: it keeps no state between calls."""

    name: Final = NAME

    def __init__(self, voices: Mapping[str, Runtime]) -> None:
        """``voices`` by their ids, the default one first. Raises :class:`StudioError` ``voice_unusable``."""
        self._voices = dict(voices)
        self._default = next(iter(self._voices))
        for name, runtime in self._voices.items():
            if runtime.data.sample_rate != self.sample_rate:
                raise unusable(name, "its sample rate is not that of the other voices.", "它的采样率与其他音色不同。")

    @property
    def sample_rate(self) -> int:
        """16 kHz for the emotional voices."""
        return self._voices[self._default].data.sample_rate

    @property
    def level_lufs(self) -> float:
        """The default voice's, measured when it was converted."""
        return self._voices[self._default].data.level_lufs

    def voices(self) -> list[Voice]:
        return [described(name, runtime.data.pitch_hz) for name, runtime in self._voices.items()]

    def loudness_shift(self, settings: Settings) -> float:
        return settings.energy

    def pause_factor(self, settings: Settings) -> float:
        """As usual: the voices know emotions by name, not by how long they pause."""
        return 1.0

    def fingerprints(self, voice: str) -> Mapping[str, str]:
        """The hashes of the voice's files, and the version that runs them."""
        files = {f"{NAME}/{voice}/{name}": value for name, value in self._voice(voice).digests.items()}
        return {**files, "onnxruntime": str(onnxruntime.__version__)}

    def speak(self, segment: Segment, settings: Settings, run: Run) -> Samples:
        settings = named_emotion(segment.own(settings), NAME)
        runtime = self._voice(settings.voice)
        stretch = 2.0 ** (settings.pitch / 12.0)
        with run.stage("acoustic"):
            sentence = frontend.sentence(segment, runtime.vocabulary, _emotion(settings.emotion), runtime.data.speaker)
            own = [segment.tokens[number] for number in sentence.tokens]
            lengths = np.array([token.duration_scale for token in own]) * (stretch / settings.speed)
            shifts = np.where(sentence.breaks, 0.0, [token.pitch_shift for token in own]) / SEMITONES
            controls = SymbolControls(lengths, np.clip(shifts, -_PITCH_LIMIT, _PITCH_LIMIT), np.zeros(len(own)))
            mel, frames = runtime.acoustic(runtime.vocabulary.units(sentence.items), controls, settings.intensity)
        with run.stage("vocoder"):
            audio = runtime.vocode(mel, settings.seed)
            if stretch != 1.0:
                audio = resample(audio, self.sample_rate, self.sample_rate / stretch)
            begin, end = speech_bounds(audio, self.sample_rate)
            seconds = np.cumsum([0, *frames]) * runtime.data.hop / self.sample_rate / stretch
            decibels = np.array([token.energy_shift for token in own])
            audio = apply_gains(audio, self.sample_rate, decibels, seconds)[begin:end]
            _set_times(segment, sentence, seconds - begin / self.sample_rate, audio.size / self.sample_rate)
        return audio

    def _voice(self, name: str) -> Runtime:
        if name == "default":
            return self._voices[self._default]
        if name not in self._voices:
            raise unknown_choice("voice", name, [*self._voices])
        return self._voices[name]


def _emotion(emotion: str) -> str:
    """The voices' tag for an emotion; of a mixture, for the strongest."""
    shares = weights(emotion)
    return EMOTIONS[max(shares, key=lambda name: shares[name])]


def _set_times(segment: Segment, sentence: SymbolSentence, seconds: npt.NDArray[np.float64], total: float) -> None:
    """A token lasts from its first phone to its last; one that is said with the token before it ends with that."""
    places: dict[int, list[int]] = {}
    for place, (number, is_break) in enumerate(zip(sentence.tokens, sentence.breaks, strict=True)):
        if not is_break:
            places.setdefault(number, []).append(place)
    end = 0.0
    for number, token in enumerate(segment.tokens):
        own = places.get(number)
        if own is not None:
            token.start_s = float(np.clip(seconds[own[0]], 0.0, total))
            token.end_s = end = float(np.clip(seconds[own[-1] + 1], 0.0, total))
        elif token.reading and token.kind != "punctuation":
            token.start_s = token.end_s = end


def open_voice(config: Config, name: str) -> Runtime:
    """An installed voice, every file checked by its hash.

    Raises :class:`StudioError` ``model_missing`` or ``model_corrupt``.
    """
    folder = model_folder(config, name)
    try:
        data = SambertVoiceData.from_json(folder.read(VOICE_FILE))
        with np.load(folder.checked_path(TABLES_FILE), allow_pickle=False) as held:
            tables = {key: np.asarray(held[key], np.float32) for key in ("emotion", "speaker")}
    except (ValueError, KeyError, TypeError) as error:
        raise corrupt(folder.name, VOICE_FILE) from error
    paths = {file: folder.checked_path(file) for file in (ACOUSTIC_FILE, VOCODER_FILE)}
    return Runtime(paths, tables, data, digests=folder.verified())


def load(config: Config) -> SambertEngine:
    """All installed voices. Raises as :func:`open_voice` does."""
    names = voice_names(config)
    if not names:
        raise StudioError("model_missing", model=NAME)
    return SambertEngine({name: open_voice(config, name) for name in names})
