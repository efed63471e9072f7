"""Kokoro's voices and mixtures as style vectors, and what the sliders of a mixture do to its sound."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Final

import numpy as np
import numpy.typing as npt

from indextts.engines.kokoro.info import ALL_VOICES, LICENCE
from indextts.model.errors import StudioError
from indextts.platform.storage.manifest import ModelFolder, corrupt
from indextts.sound.resample import resample
from indextts.voices.catalogue import VoiceFamily
from indextts.voices.design import OWN_PREFIX, Design
from indextts.voices.mixture import Mixture, checked_mixture, unknown_voice

Style = npt.NDArray[np.float32]

ROWS: Final = 510
"""One style vector for each length of line, in symbols."""
WIDTH: Final = 256
_TILT_HZ: Final = 1000.0
"""Where a tilt leaves the level as it is."""
_TILTED_HZ: Final = (100.0, 10_000.0)
"""A tilt goes on up to here; below and above the level stays as it is at these."""


def parse(voice: str, family: VoiceFamily | None = None, names: Collection[str] = ALL_VOICES) -> Mixture:
    """Read the id of a voice of ``names``, of a mixture, or of a person's own mixture in ``family``.

    Raises :class:`StudioError` ``bad_voice`` or ``unknown_choice``.
    """
    for mine in family.mixtures() if family is not None and voice.startswith(OWN_PREFIX) else ():
        if mine.id == voice:
            return mine.mixture
    return checked_mixture(voice, [*names])


def reshaped(audio: Style, sample_rate: int, design: Design) -> Style:
    """``audio`` with its resonances moved by ``design.tract`` and tilted by ``design.tilt``.

    It must have been made ``tract`` times as long and as much lower: playing it faster moves everything up.
    """
    if design.tilt:
        spectrum = np.fft.rfft(audio)
        hertz = np.fft.rfftfreq(audio.size, 1.0 / sample_rate)
        octaves = np.log2(np.clip(hertz, *_TILTED_HZ) / _TILT_HZ)
        audio = np.fft.irfft(spectrum * 10.0 ** (design.tilt * octaves / 20.0), audio.size).astype(np.float32)
    return resample(audio, sample_rate * design.tract, sample_rate) if design.tract != 1.0 else audio


def load_styles(folder: ModelFolder) -> Mapping[str, Style]:
    """The style vectors of every installed voice, ``[510, 256]`` each.

    Raises :class:`StudioError` ``model_missing`` or ``model_corrupt``.
    """
    styles = {}
    for name in ALL_VOICES:
        if f"{name}.bin" not in folder.digests():
            continue
        values = np.frombuffer(folder.read(f"{name}.bin"), np.float32)
        if values.size != ROWS * WIDTH:
            raise corrupt(folder.name, f"{name}.bin")
        styles[name] = values.reshape(ROWS, WIDTH)
    if not styles:
        raise StudioError("model_missing", model=folder.name)
    return styles


def style_of(mixture: Mixture, styles: Mapping[str, Style], symbols: int) -> Style:
    """The style vector of a mixture for a line of ``symbols`` symbols, ``[1, 256]``.

    Raises :class:`StudioError` for a voice whose file is not installed.
    """
    row = min(max(symbols, 1), ROWS) - 1
    whole = np.zeros(WIDTH, np.float32)
    for name, share in mixture.shares:
        if name not in styles:
            raise unknown_voice(name, [*styles])
        whole = whole + np.float32(share) * styles[name][row]
    return whole[None].astype(np.float32)


__all__ = ["LICENCE", "Mixture", "load_styles", "parse", "reshaped", "style_of"]
