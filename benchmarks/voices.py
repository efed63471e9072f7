"""The family of voices: pitch, timbre and quality of each over the same sentences.

    python -m benchmarks.voices                                             # all voices of configs/voices.yaml
    python -m benchmarks.voices design:tract=0.9,pitch=-3 deep_man          # some, or designs that are being tried
    python -m benchmarks.voices --around deep_man --sentences 8             # that one, each number moved

Quality is DNSMOS (ITU-T P.835 as estimated by Reddy et al. 2022; P.808 beside it); the centroid of the spectrum says
how bright a voice is, and so how short its vocal tract sounds. Needs ``requirements/bench.txt``.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict, replace
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from indextts.model.utterance import Settings
from indextts.pipeline.pipeline import Pipeline, Speech
from indextts.plan.request import SpeechRequest
from indextts.voices.catalogue import VoiceFamily
from indextts.voices.design import BOUNDS, Design

Samples = npt.NDArray[np.float32]

STEPS: Final = {"tract": 0.04, "pitch": 0.5, "range": 0.1, "rate": 0.05, "tilt": 1.0}
"""How far ``--around`` moves each number."""

MANDARIN: Final = (
    "清晨的阳光洒在安静的小镇上，老人推开木窗，看见门前的梧桐树又长出了新叶。",
    "他小心翼翼地打开那个生了锈的铁盒子，里面是一叠发黄的旧照片。",
    "雨停了以后，山谷里升起一层薄薄的雾，远处传来几声鸟叫。",
    "奶奶坐在院子里剥豆子，小猫趴在她的脚边打瞌睡。",
    "船慢慢地离开码头，岸上的灯光越来越小，最后只剩下一片漆黑的海。",
    "虽然路上堵了很久，但是我们还是在演出开始之前赶到了剧场。",
    "你真的打算一个人去那么远的地方吗？",
    "这家餐厅的红烧肉做得比我妈妈做的还要好吃！",
    "别着急，先坐下来喝口水，把事情的经过慢慢告诉我。",
    "原来是你啊，我还以为今天不会有人来了呢。",
    "好的，那我们下午三点在地铁站门口见。",
    "到底是谁把客厅里的那盆花搬到阳台上去的？",
    "受冷空气影响，本市今天夜间到明天白天有小雨，气温明显下降。",
    "新建成的跨江大桥昨天上午正式通车，两岸居民出行更加方便。",
    "科学家们在海拔五千米的高原上发现了一种从来没有人见过的植物。",
    "专家提醒，夏季游泳要选择正规场所，儿童必须有家长陪同。",
    "今年第三季度公司的销售额比去年同期增长了23.5%。",
    "列车将于18:40从3号站台发车，全程需要2小时15分钟。",
    "这本书一共有368页，原价59元，现在打8折。",
    "2024年10月1日，这座图书馆接待了12800名读者。",
)
"""Written for this measurement: narration, dialogue, news, numbers."""
MIXED: Final = (
    "我们新买的 MacBook 和 iPad 都要连到办公室的无线网上。",
    "请把 PPT 发到我的邮箱，下午的 meeting 改到四点。",
    "这个 App 更新以后，登录按钮移到了右上角的 menu 里。",
    "他在 YouTube 上看了一个关于 machine learning 的视频。",
    "周末一起去 KTV 唱歌吧，我请你喝 coffee。",
    "The old fisherman walked slowly along the beach and looked for his lost boat.",
    "When the rain finally stopped, the children ran out into the garden to play.",
    "She asked the driver whether the last train to London had already left the station.",
)
"""Chinese with English in it, and English, in which the speaker has an accent: measured apart."""


def median_f0(audio: Samples, rate: int) -> tuple[float, float]:
    """Median F0 in Hz, and the range from the 10th to the 90th percentile in semitones, of the loud frames."""
    import librosa

    f0 = librosa.yin(audio, fmin=65, fmax=620, sr=rate, frame_length=1536, hop_length=300)
    power = librosa.feature.rms(y=audio, frame_length=1536, hop_length=300)[0]
    count = min(f0.size, power.size)
    kept = f0[:count][power[:count] > 0.25 * np.percentile(power, 95)]
    low, high = np.percentile(12.0 * np.log2(kept), [10, 90])
    return float(np.median(kept)), float(high - low)


def centroid(audio: Samples, rate: int) -> float:
    """Mean spectral centroid of the loud frames, in Hz."""
    import librosa

    where = librosa.feature.spectral_centroid(y=audio, sr=rate, n_fft=1024, hop_length=300)[0]
    power = librosa.feature.rms(y=audio, frame_length=1024, hop_length=300)[0]
    return float(where[: power.size][power > 0.25 * np.percentile(power, 95)].mean())


def quality(audio: Samples, rate: int) -> tuple[float, float]:
    """DNSMOS overall and P.808."""
    import librosa
    from speechmos import dnsmos

    narrow = librosa.resample(audio, orig_sr=rate, target_sr=16000)
    scores = dnsmos.run(narrow * (0.5 / np.abs(narrow).max()), sr=16000)
    return float(scores["ovrl_mos"]), float(scores["p808_mos"])


def measure(voices: Sequence[str], sentences: Sequence[str], mixed: Sequence[str]) -> list[dict[str, Any]]:
    """One row a voice, told on stderr as they come; of ``mixed`` sentences the quality alone."""
    from indextts.platform.config import load_config
    from indextts.service.preload import Preloader

    pipeline = Preloader(load_config()).wait()
    rows = []
    for voice in voices:
        spoken = [pipeline.speak(SpeechRequest(text, Settings(voice=voice))) for text in sentences]
        pitches = [median_f0(speech.samples, speech.sample_rate) for speech in spoken]
        scores = [quality(speech.samples, speech.sample_rate) for speech in spoken]
        row = {
            "voice": voice,
            "median_f0_hz": round(statistics.median(f0 for f0, _ in pitches), 1),
            "f0_range_st": round(statistics.mean(wide for _, wide in pitches), 1),
            "centroid_hz": round(statistics.mean(centroid(one.samples, one.sample_rate) for one in spoken)),
            "syllables_s": round(sum(map(_syllables, spoken)) / sum(one.duration_s for one in spoken), 2),
            "dnsmos": round(statistics.mean(overall for overall, _ in scores), 3),
            "p808": round(statistics.mean(p808 for _, p808 in scores), 3),
            "dnsmos_mixed": _overall(pipeline, voice, mixed),
            "rtf": round(statistics.median(speech.rtf for speech in spoken), 4),
        }
        rows.append(row)
        print("  ".join(f"{name} {value}" for name, value in row.items()), file=sys.stderr, flush=True)
    return rows


def cost_ms(rounds: int = 200) -> float:
    """Milliseconds of changing the mel of a sentence of 4 s."""
    from indextts.engines.embedded.acoustic.tract import Tract, TractChange
    from indextts.engines.embedded.networks import load_voice_data
    from indextts.platform.config import load_config

    data = load_voice_data(load_config())
    tract, change = Tract(data.mean, data.scale), TractChange(0.9, 0.8, 1.0)
    mel = np.zeros((320, data.mean.size), np.float32)
    tract(mel, change)
    took = []
    for _ in range(rounds):
        began = time.perf_counter()
        tract(mel, change)
        took.append(time.perf_counter() - began)
    return 1000.0 * statistics.median(took)


def around(design: Design) -> list[str]:
    """Designs in which one number of ``design`` is a step lower or higher; the first is ``design`` itself."""
    tried = [design]
    for name, step in STEPS.items():
        low, high = BOUNDS[name]
        for value in (asdict(design)[name] - step, asdict(design)[name] + step):
            if low <= value <= high:
                tried.append(replace(design, **{name: round(value, 3)}))
    return [one.inline() for one in tried]


def _overall(pipeline: Pipeline, voice: str, sentences: Sequence[str]) -> float | None:
    spoken = [pipeline.speak(SpeechRequest(text, Settings(voice=voice))) for text in sentences]
    found = [quality(speech.samples, speech.sample_rate)[0] for speech in spoken]
    return round(statistics.mean(found), 3) if found else None


def _syllables(speech: Speech) -> int:
    return sum(len(token.reading.split()) for segment in speech.utterance.segments for token in segment.tokens)


def main(arguments: list[str] | None = None) -> int:
    """Measure and print JSON."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.voices", description="The family of voices.")
    parser.add_argument("voices", nargs="*", metavar="VOICE", help="ids or designs (default: all that come along)")
    parser.add_argument("--around", metavar="VOICE", help="try this voice with each of its numbers moved a little")
    parser.add_argument("--sentences", type=int, default=len(MANDARIN), help=f"how many (default {len(MANDARIN)})")
    parser.add_argument("--no-mixed", action="store_true", help="leave out those with English in them")
    options = parser.parse_args(arguments)
    from indextts.platform.config import load_config

    family = VoiceFamily(load_config())
    voices = options.voices or [voice.id for voice in family.named]
    if options.around:
        voices = around(family.design(options.around))
    rows = measure(voices, MANDARIN[: options.sentences], () if options.no_mixed else MIXED)
    print(json.dumps({"voices": rows, "change_ms": round(cost_ms(), 3)}, indent=2))
    return 0


if __name__ == "__main__":
    sys.exit(main())
