"""Recovers what the source package does not ship: the mel statistics, and how loud the voice is.

The vocoder's own output is analysed and, for each band, a line is fitted from the normalised mel to the measured
log₁₀ magnitude. Sentences for it are spoken by the voice itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

from indextts.audio.loudness import loudness
from indextts.audio.mel import log_mel
from indextts.engines.embedded.acoustic.controls import whole_frames
from indextts.engines.embedded.acoustic.fastspeech2 import FastSpeech2
from indextts.engines.embedded.vocoder.neural import NeuralVocoder
from indextts.phonemes.symbols import syllable_to_symbols

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
