"""The embedded engine: phones → FastSpeech 2 → vocoder, with control of every symbol."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import numpy.typing as npt
import onnxruntime

from indextts.engines.base import Samples, Voice
from indextts.engines.delivery import (
    MOST_SEMITONES,
    PAUSES,
    ControlCurves,
    Delivery,
    EmotionShift,
    Melody,
    contour,
    control_curves,
    load_delivery,
    load_emotions,
    shift_of,
    syllables_to_come,
    widen,
)
from indextts.engines.embedded.acoustic import english_network
from indextts.engines.embedded.acoustic.controls import (
    Variation,
    effort_offset,
    plan_pitch,
    plan_tempo,
    set_apart,
    shape_f0,
    smooth_joins,
    squeeze,
    vary,
    whole_frames,
    within_reach,
)
from indextts.engines.embedded.acoustic.english_formants import Formants
from indextts.engines.embedded.acoustic.english_level import beside_mandarin
from indextts.engines.embedded.acoustic.english_network import EnglishNetwork
from indextts.engines.embedded.acoustic.english_stretches import (
    LEVEL_DB,
    SHORT_PAUSE,
    EnglishStretch,
    SpokenStretch,
    english_frames,
    stretches,
    words_of,
)
from indextts.engines.embedded.acoustic.fastspeech2 import Prediction
from indextts.engines.embedded.acoustic.tract import Tract, plan_speaker
from indextts.engines.embedded.info import LANGUAGES, LICENCE, NAME, folder
from indextts.engines.embedded.networks import Networks, load_voice_data, open_installed
from indextts.engines.embedded.vocoder import GriffinLim, Vocoder
from indextts.engines.embedded.voice import EmbeddedVoiceData
from indextts.model.errors import StudioError
from indextts.model.utterance import Phone, Segment, Settings, Token
from indextts.platform.config import Config
from indextts.platform.run import Run
from indextts.platform.storage.files import sha256_file
from indextts.reading.emotion.classifier import named_emotion
from indextts.reading.phonemes.symbols import BREAKS
from indextts.sound.edges import apply_gains, heard_until, speech_bounds
from indextts.sound.resample import resample
from indextts.voices.catalogue import VoiceFamily

_EDGE_FRAMES: Final = (6, 12, 2)
"""Most frames of the silence before, the silence after, and the end mark."""
_FADED_S: Final = 0.005
"""Of the end of a sentence, nothing is heard for so long."""
_NEVER_SPEECH: Final = frozenset({"sil", "eos", "pad", "#0", "#1", "#2", "#3"})


@dataclass(frozen=True)
class _Line:
    """A segment as the model sees it: T symbols, each with the token it belongs to (none at the edges)."""

    phones: list[Phone]
    tokens: list[Token | None]
    melody: Melody
    curves: ControlCurves
    variation: Variation | None
    """What another reading than the model's own changes."""
    stretches: list[EnglishStretch]
    """What the English network says."""

    @property
    def symbols(self) -> list[str]:
        return [phone.symbol for phone in self.phones]

    @property
    def shapes(self) -> list[str]:
        return [phone.shape for phone in self.phones]

    @property
    def has_mandarin(self) -> bool:
        """Whether a token is said by the Mandarin network, or there is none at all."""
        spoken = {id(token) for token in self.tokens if token is not None}
        english = {id(token) for token, phone in zip(self.tokens, self.phones, strict=True) if phone.shape}
        return not spoken or spoken > english

    def per_symbol(self, name: str, default: float) -> npt.NDArray[np.float64]:
        return np.array([default if token is None else getattr(token, name) for token in self.tokens])


class EmbeddedEngine:
    """One voice of the embedded kind, loaded. Thread-safe: it keeps no state between calls."""

    name: Final = NAME

    def __init__(
        self,
        networks: Networks,
        english: EnglishNetwork,
        data: EmbeddedVoiceData,
        emotions: Mapping[str, EmotionShift],
        vocoders: Mapping[str, Vocoder],
        delivery: Delivery,
        family: VoiceFamily,
        fingerprints: Mapping[str, str],
    ) -> None:
        """``fingerprints``: see :meth:`fingerprints`."""
        self._networks = networks
        self._data = data
        self._fingerprints = dict(fingerprints)
        self._ids = {symbol: index for index, symbol in enumerate(data.symbols)}
        self._emotions = emotions
        self._delivery = delivery
        self._vocoders: dict[str, Vocoder] = {"neural": networks.vocoder, **vocoders}
        self._english = english
        self._family = family
        self._tract = Tract(data.mean, data.scale)
        self._formants = Formants(data.mean, data.scale, data.sample_rate, data.hop)

    @property
    def sample_rate(self) -> int:
        """24 kHz for the published voice."""
        return self._data.sample_rate

    @property
    def level_lufs(self) -> float:
        """Measured when the voice was built."""
        return self._data.level_lufs

    def voices(self) -> list[Voice]:
        """The recorded voice, and all that are made of it."""
        return self._family.voices(NAME, LANGUAGES, LICENCE)

    def loudness_shift(self, settings: Settings) -> float:
        """The request's own decibels and its emotion's."""
        settings = named_emotion(settings, NAME)
        return settings.energy + shift_of(self._emotions, settings.emotion, settings.intensity).energy

    def pause_factor(self, settings: Settings) -> float:
        """As the emotion has it, and the voice's own rate."""
        settings = named_emotion(settings, NAME)
        shift = shift_of(self._emotions, settings.emotion, settings.intensity)
        return shift.pause / (shift.rate * self._family.design(settings.voice).rate)

    def fingerprints(self, voice: str) -> Mapping[str, str]:
        """Of its files, its tables and its runtime, and the voice's design."""
        return {**self._fingerprints, f"voice {voice}": self._family.design(voice).inline()}

    def speak(self, segment: Segment, settings: Settings, run: Run) -> Samples:
        with self._networks.vocoder.sentence():
            return self._spoken(segment, settings, run)

    def _spoken(self, segment: Segment, settings: Settings, run: Run) -> Samples:
        settings = named_emotion(segment.own(settings), NAME)
        shift = shift_of(self._emotions, settings.emotion, settings.intensity)
        model_pitch, rise = plan_pitch(settings.pitch + shift.pitch)
        design = self._family.design(segment.voice or settings.voice)
        change, growth = plan_speaker(design.tract, design.pitch, design.tilt)
        stretch = rise * growth
        settings = replace(settings, speed=settings.speed * design.rate)
        shift = replace(shift, pitch=model_pitch, range=shift.range * design.range)
        with run.stage("acoustic"):
            line = self._line(segment, settings.seed)
            model_tempo, pressed = plan_tempo(settings.speed * shift.rate / stretch)
            mel, frames = self._acoustic(line, settings, shift, model_tempo)
            whole = len(mel)
            mel = squeeze(self._tract(mel, change.further(shift.tilt, rise)), pressed)
        with run.stage("vocoder"):
            audio = self._vocoders[settings.vocoder](mel)
            if settings.vocoder == "neural" and line.stretches:
                audio = self._formants(audio, mel, english_frames(line.shapes, frames, len(mel)))
            if stretch != 1.0:
                audio = resample(audio, self.sample_rate, self.sample_rate / stretch)
            begin, end = speech_bounds(audio, self.sample_rate)
            seconds = np.cumsum([0, *frames]) * (self._data.hop / self.sample_rate / stretch * len(mel) / whole)
            decibels = line.per_symbol("energy_shift", 0.0) + line.curves.decibels
            if line.stretches:
                decibels += beside_mandarin(audio, seconds * self.sample_rate, words_of(line.phones, line.tokens))
            audio = apply_gains(audio, self.sample_rate, ringing(decibels), seconds)[begin:end]
            self._set_times(line, seconds - begin / self.sample_rate, audio)
        return audio

    def _line(self, segment: Segment, seed: int) -> _Line:
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
        symbols, shapes = [phone.symbol for phone in phones], [phone.shape for phone in phones]
        asked = control_curves(self._delivery, melody, symbols, tokens, shapes)
        english = stretches(phones, tokens, segment.tokens)
        return _Line(phones, tokens, melody, asked, vary(seed, segment.text, tokens, symbols), english)

    def _acoustic(
        self, line: _Line, settings: Settings, shift: EmotionShift, tempo: float
    ) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.int64]]:
        """``(mel [L, 80], frames [T])``; records on the phones what the models predicted."""
        symbols, shapes = line.symbols, line.shapes
        english = [one.said_by(self._english) for one in line.stretches]
        said = self._mandarin(line)
        durations, f0, energy = said.durations.copy(), said.f0.copy(), said.energy.copy()
        for one in english:
            predicted, pitch = one.prediction.frames, one.pitch()
            for number, place in one.inside:
                short = SHORT_PAUSE if symbols[place] == BREAKS[2] else 1.0
                durations[place], f0[place], energy[place] = predicted[number] * short, pitch[number], 0.0
            durations[one.stretch.mute] = 0.0
        plain = f0.copy()
        for number, phone in enumerate(line.phones):
            durations[number] = phone.frames = _kept(phone.frames, durations[number])
            f0[number] = phone.f0 = _kept(phone.f0, f0[number])
            energy[number] = phone.energy = _kept(phone.energy, energy[number])
        curves = line.curves
        durations = np.maximum(durations * curves.length, curves.least_s * self.sample_rate / self._data.hop)
        scale = line.per_symbol("duration_scale", 1.0) / tempo
        scale *= np.where([symbol in PAUSES for symbol in symbols], shift.pause, 1.0)
        semitones, spread = curves.semitones + contour(shift, syllables_to_come(symbols, shapes)), curves.spread
        energy = energy + np.float32(effort_offset(settings.energy + shift.energy))
        if line.variation is not None:
            scale *= line.variation.length
            semitones, spread = semitones + line.variation.semitones, spread * line.variation.spread
            energy = energy + line.variation.effort.astype(np.float32)
        frames = whole_frames(durations * scale)
        frames = np.maximum(frames, np.array([bool(shape) for shape in shapes], np.int64))
        # Silence at the edges is cut off later anyway: what the last syllable rings into is enough.
        frames[[0, -2, -1]] = np.minimum(frames[[0, -2, -1]], _EDGE_FRAMES)
        for one in english:
            frames[one.stretch.mute] = 0
        if not frames.sum():
            frames[-1] = 1
        speaking = np.array([symbol not in _NEVER_SPEECH for symbol in symbols])
        # Emotion and decisions stay where the model sounds best; what a person asks for comes on top.
        semitones = np.clip(shift.pitch + semitones, -MOST_SEMITONES, MOST_SEMITONES)
        semitones = ringing(semitones)
        own = ringing(set_apart(line.per_symbol("pitch_shift", 0.0)))
        f0 = shape_f0(
            widen(f0, line.tokens, spread),
            speaking,
            semitones=semitones + own,
            spread=shift.range * line.melody.range,
        )
        f0 = within_reach(f0, own)
        mel = self._drawn(said, line, frames, f0, energy)
        self._put_english(mel, english, frames, f0.astype(np.float64) - plain, energy)
        return mel, frames

    def _mandarin(self, line: _Line) -> Prediction:
        """What the Mandarin network would say; nothing where all is English."""
        if line.has_mandarin:
            ids = [self._ids[symbol] for symbol in line.symbols]
            return self._networks.acoustic.encode(np.array(ids, np.int64))
        nothing = np.zeros(len(line.phones), np.float32)
        return Prediction(np.zeros((0, 0), np.float32), nothing, nothing, nothing)

    def _drawn(
        self,
        said: Prediction,
        line: _Line,
        frames: npt.NDArray[np.int64],
        f0: npt.NDArray[np.float32],
        energy: npt.NDArray[np.float32],
    ) -> npt.NDArray[np.float32]:
        if line.has_mandarin:
            return self._networks.acoustic.decode(said.hidden, frames, f0, energy)
        return np.zeros((int(frames.sum()), self._data.mean.size), np.float32)

    def _put_english(
        self,
        mel: npt.NDArray[np.float32],
        english: Sequence[SpokenStretch],
        frames: npt.NDArray[np.int64],
        moved: npt.NDArray[np.float64],
        energy: npt.NDArray[np.float32],
    ) -> None:
        """Write each stretch over what the Mandarin network made of its symbols."""
        starts = np.cumsum([0, *frames])
        for one in english:
            places = [place for _, place in one.inside]
            begin, end = int(starts[places[0]]), int(starts[places[-1] + 1])
            louder = np.repeat(energy[places[0] : places[-1] + 1], frames[places[0] : places[-1] + 1])
            decibels = LEVEL_DB / 20.0 * louder[:, None] / self._data.scale
            mel[begin:end] = one.mel(self._english, frames, moved, self._data.mean, self._data.scale) + decibels
            smooth_joins(mel, [place for place in (begin, end) if 0 < place < len(mel)])

    def _set_times(self, line: _Line, seconds: npt.NDArray[np.float64], audio: Samples) -> None:
        """When each token is heard. A last syllable rings on in the silence after its symbols, for up to 0.15 s."""
        total, token = audio.size / self.sample_rate, None
        for token in {id(token): token for token in line.tokens if token is not None}.values():
            own = [number for number, owner in enumerate(line.tokens) if owner is token]
            token.start_s = float(np.clip(seconds[own[0]], 0.0, total))
            token.end_s = float(np.clip(seconds[own[-1] + 1], 0.0, total))
        if token is not None and token.end_s is not None:
            token.end_s = max(token.end_s, min(heard_until(audio, self.sample_rate), total - _FADED_S))


def ringing(values: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """``values`` ``[T]``, with the last sound's for the two silences behind it: that sound is still heard in them."""
    return np.append(values[:-2], np.full(2, values[-3]))


def _kept(value: float | None, predicted: float) -> float:
    return float(predicted) if value is None else value


def load(config: Config, english: EnglishNetwork | None = None) -> EmbeddedEngine:
    """The installed voice, ready to speak, with the shipped English or another.

    Raises as :func:`indextts.engines.embedded.networks.load_networks` does.
    """
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
    family = VoiceFamily(config)
    family.check()
    networks = open_installed(config, data)
    return EmbeddedEngine(
        networks,
        english or english_network.load(config.engines.embedded.threads),
        data,
        emotions,
        {"griffin_lim": griffin_lim},
        delivery,
        family,
        _fingerprints(config, networks),
    )


def _fingerprints(config: Config, networks: Networks) -> dict[str, str]:
    options = f"{config.vocoder.model_dump_json()} {config.engines.embedded.model_dump_json()}"
    return {
        **{f"{NAME}/{name}": value for name, value in folder(config).verified().items()},
        "emotions": sha256_file(config.emotions_path),
        "delivery": sha256_file(config.delivery_path),
        **{f"english/{path.name}": sha256_file(path) for path in (english_network.ENCODER, english_network.DECODER)},
        "engine settings": hashlib.sha256(options.encode()).hexdigest(),
        "numbers": "integers" if networks.integers else "floats",
        "onnxruntime": str(onnxruntime.__version__),
    }
