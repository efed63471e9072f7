"""Opening the voice's networks, in floats or in integers."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from indextts.engines.embedded import voice as files
from indextts.engines.embedded.acoustic.fastspeech2 import FastSpeech2
from indextts.engines.embedded.info import folder
from indextts.engines.embedded.probe import in_integers
from indextts.engines.embedded.vocoder import NeuralVocoder
from indextts.engines.embedded.voice import EmbeddedVoiceData
from indextts.platform.config import Config
from indextts.platform.onnx import open_session

_MOST_PIECES: Final = 4
"""Beyond that a sentence is spoken no sooner: a piece is some thousandths of a second."""


@dataclass(frozen=True)
class Networks:
    """The networks, opened."""

    acoustic: FastSpeech2
    vocoder: NeuralVocoder
    integers: bool = False
    """Whether the acoustic model computes in integers."""


def open_networks(
    paths: Mapping[str, Path],
    *,
    hop: int,
    max_frames: int,
    threads: int = 1,
    at_once: int = 1,
    integers: bool = False,
) -> Networks:
    """Make sessions from the voice's ``.onnx`` files, with ``threads`` threads inside each.

    ``at_once`` pieces of a sentence go through the vocoder's last stage at the same time; with ``integers`` the
    acoustic model computes in them.
    """
    instead = files.IN_INTEGERS if integers else {}
    encoder, decoder, vocoder, waveform = (
        open_session(paths[instead.get(name, name)], threads=threads) for name in files.NETWORKS
    )
    acoustic = FastSpeech2(encoder, decoder, max_frames=max_frames)
    return Networks(acoustic, NeuralVocoder(vocoder, waveform, hop, at_once), integers)


def load_networks(config: Config) -> Networks:
    """Open the installed networks, every file checked by its hash.

    Raises :class:`StudioError` ``model_missing`` or ``model_corrupt``.
    """
    return open_installed(config, load_voice_data(config))


def open_installed(config: Config, data: EmbeddedVoiceData) -> Networks:
    """The installed networks as they are configured, where ``data`` is known. Raises as :func:`load_networks` does."""
    source = folder(config)
    integers = in_integers(source, config.engines.embedded.precision)
    used = (files.IN_INTEGERS.get(name, name) if integers else name for name in files.NETWORKS)
    return open_networks(
        {name: source.checked_path(name) for name in used},
        hop=data.hop,
        max_frames=data.max_frames,
        threads=config.engines.embedded.threads,
        at_once=config.engines.embedded.pieces or min(_MOST_PIECES, os.cpu_count() or 1),
        integers=integers,
    )


def load_voice_data(config: Config) -> EmbeddedVoiceData:
    """The facts around the installed networks. Raises as :func:`load_networks` does."""
    return EmbeddedVoiceData.from_json(folder(config).read(files.VOICE_FILE))
