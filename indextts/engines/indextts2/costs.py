"""What speaking takes: its parts, and what a pass costs beside the speech in it, as far as no measurement is needed."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

from indextts.model.utterance import Sampling, Settings
from indextts.platform.config import Config

FRAMES_PER_S: Final = 22050 / 256
"""Of the mel."""

_CODES: Final = 4.5
"""Seconds of work for a second of speech: its codes, written by one beam …"""
_BEAM: Final = 0.1
"""… what each further beam adds …"""
_STEP: Final = 0.13
"""… a step of the flow, with guidance; for a second of the recording as well …"""
_SOUND: Final = 0.95
"""… and the vocoder. Version 2 in 32 bits (docs/measurements.md); only how they compare is of interest."""
_RECORDING_S: Final = 6.0
"""The usual length of a recording, as measured there."""


@dataclass(frozen=True)
class PartSeconds:
    """How long each part of a segment takes approximately, in seconds."""

    hearing: float
    codes: float
    flow: float
    sound: float

    @property
    def total(self) -> float:
        return self.hearing + self.codes + self.flow + self.sound


def pass_s(config: Config, settings: Settings) -> float:
    """What a further pass costs, in seconds of speech, as :class:`indextts.engines.info.EngineInfo` has it."""
    short = config.engines.indextts2.short_first
    if short == "auto":
        return reading_s(settings.drawn)
    return 0.0 if short else math.inf


def reading_s(sampling: Sampling) -> float:
    """How many seconds of speech take as long as reading the recording once."""
    flow = sampling.steps * (_STEP if sampling.guidance > 0 else _STEP / 2)
    speech = _CODES + (sampling.beams - 1) * _BEAM + flow + _SOUND
    return flow * min(_RECORDING_S, sampling.prompt_s) / speech
