"""Speaks each token as a beep. The token's tone sets the pitch, the speed sets the length."""

from collections.abc import Mapping

import numpy as np

from indextts.engines.base import Samples
from indextts.model.errors import StudioError
from indextts.model.utterance import Segment, Settings, Token
from indextts.platform.config import Config
from indextts.platform.run import Run
from indextts.voices import Voice

from .info import NAME, voices

BEEP_S = 0.15
SEMITONES = {"1": 4.0, "2": 2.0, "3": -4.0, "4": -1.0}
"""Pitch in semitones by the digit at the end of a pinyin reading; other readings have 0."""


class BeepEngine:
    """Keeps nothing between calls, so that several threads can speak at once."""

    name = NAME
    sample_rate = 24_000
    level_lufs = -13.0

    def __init__(self, listed: list[Voice]) -> None:
        self._voices = {voice.id: voice for voice in listed}

    def voices(self) -> list[Voice]:
        return list(self._voices.values())

    def loudness_shift(self, settings: Settings) -> float:
        return settings.energy

    def pause_factor(self, settings: Settings) -> float:
        return 1.0 / settings.speed

    def fingerprints(self, voice: str) -> Mapping[str, str]:
        return {"beep": "1"}

    def speak(self, segment: Segment, settings: Settings, run: Run) -> Samples:
        own = segment.own(settings)
        if own.voice not in self._voices:
            raise StudioError("no_voice", voice=own.voice)
        beeps: list[Samples] = []
        end = 0
        with run.stage("acoustic"):
            for token in segment.tokens:
                if not token.phones:
                    continue
                run.beat()
                beeps.append(self._beep(token, own))
                token.start_s = end / self.sample_rate
                end += beeps[-1].size
                token.end_s = end / self.sample_rate
        return np.concatenate(beeps)

    def _beep(self, token: Token, own: Settings) -> Samples:
        semitones = SEMITONES.get(token.reading[-1:], 0.0) + own.pitch + token.pitch_shift
        hertz = self._voices[own.voice].hz * 2.0 ** (semitones / 12.0)
        samples = round(BEEP_S * token.duration_scale / own.speed * self.sample_rate)
        wave = np.sin(2.0 * np.pi * hertz * np.arange(samples) / self.sample_rate)
        louder: Samples = (0.3 * 10.0 ** (token.energy_shift / 20.0) * wave).astype(np.float32)
        return louder.clip(-1.0, 1.0)


def load(config: Config) -> BeepEngine:
    return BeepEngine(voices(config))
