"""Kokoro's voices as lists show them, mixtures of them, and the sliders on top, on a tiny model."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from indextts.engines.kokoro.engine import KokoroEngine
from indextts.engines.kokoro.info import VOICES, described, voices
from indextts.engines.kokoro.voices import parse, reshaped, style_of
from indextts.engines.registry import REGISTRY
from indextts.model.errors import StudioError
from indextts.model.utterance import Settings
from indextts.pipeline.fallback.pool import Pool
from indextts.pipeline.fallback.router import EngineRouter
from indextts.pipeline.pipeline import Pipeline
from indextts.plan.request import SpeechRequest
from indextts.platform.config import Config
from indextts.sound.pitch import track
from indextts.voices.catalogue import OwnVoice, VoiceFamily
from indextts.voices.design import Design
from tests.support.tiny_voice import make_tiny_voice

MIX = "zf_xiaoxiao(2)+zm_yunxi(1)"
ONE = "zf_xiaoxiao(0.667)+zm_yunxi(0.333)"
TEXT = "今天天气真不错，我们去公园散步吧。"


@pytest.fixture
def own(config: Config) -> Iterator[OwnVoice]:
    family = VoiceFamily(config)
    made = family.add("混合", {"pitch": 4.0}, MIX)
    yield made
    family.remove(made.id)
    family.close()


def spoken(engine: KokoroEngine, config: Config, voice: str) -> np.ndarray:
    return Pipeline(config, engine).speak(SpeechRequest(TEXT, Settings(voice=voice, prosody="rules"))).samples


def semitones(audio: np.ndarray, other: np.ndarray) -> float:
    return float(12 * np.log2(np.nanmedian(track(audio, 24_000)[1]) / np.nanmedian(track(other, 24_000)[1])))


def test_every_voice_has_its_character_in_both_languages() -> None:
    for name in VOICES:
        voice = described(name)
        assert voice.group in ("women", "men", "children") and voice.hz > 60 and voice.grade
        assert f"{voice.hz:.0f} Hz" in voice.about_en and f"{voice.hz:.0f} Hz" in voice.about_zh
        assert not any("\u4e00" <= char <= "\u9fff" for char in voice.about_en)
        assert any("\u4e00" <= char <= "\u9fff" for char in voice.about_zh)
    assert described("bf_emma").about_en.startswith("British English · woman")
    assert described("zm_yunxia").group == "children"


def test_men_are_lower_than_women_and_a_boy_is_higher() -> None:
    heights = {group: [v.hz for v in map(described, VOICES) if v.group == group] for group in ("men", "women")}
    assert max(heights["men"]) < np.median(heights["women"]) and np.median(heights["men"]) < min(heights["women"])
    assert described("zm_yunxia").hz > np.median(heights["women"])


def test_an_accent_is_told_as_one_and_is_never_cast() -> None:
    accent = described("zf_xiaoni")
    assert "accent" in accent.name_en and "口音" in accent.name_zh
    assert "not standard Mandarin" in accent.about_en and "不是标准普通话" in accent.about_zh
    assert accent.cast < 0 and list(VOICES)[-1] == "zf_xiaoni"


def test_the_style_of_a_mixture_is_the_mean_of_its_voices_by_weight(engine: KokoroEngine) -> None:
    draw = np.random.default_rng(1)
    styles = {name: draw.standard_normal((510, 256)).astype(np.float32) for name in ("zf_xiaoxiao", "zm_yunxi")}
    made = style_of(parse("zf_xiaoxiao(3)+zm_yunxi"), styles, 40)[0]
    assert np.allclose(made, 0.75 * styles["zf_xiaoxiao"][39] + 0.25 * styles["zm_yunxi"][39], atol=1e-6)


def test_a_mixture_sounds_like_none_of_its_voices_and_is_one_however_it_is_spelled(
    engine: KokoroEngine, config: Config
) -> None:
    mixed = spoken(engine, config, MIX)
    assert np.array_equal(mixed, spoken(engine, config, "zm_yunxi+zf_xiaoxiao(2.0)"))
    assert not np.array_equal(mixed, spoken(engine, config, "zf_xiaoxiao"))
    assert not np.array_equal(mixed, spoken(engine, config, "zm_yunxi"))


def test_plan_receipt_and_key_bear_its_one_spelling(engine: KokoroEngine, config: Config) -> None:
    pipeline = Pipeline(config, engine)
    asked = [SpeechRequest(TEXT, Settings(voice=voice, prosody="rules")) for voice in (MIX, "zm_yunxi+zf_xiaoxiao(2)")]
    first, second = (pipeline.speak(request) for request in asked)
    receipts = [speech.utterance.receipt for speech in (first, second)]
    assert receipts[0] == receipts[1] and receipts[0] is not None
    assert receipts[0].settings.voice == ONE and receipts[0].made_with[f"voice {ONE}"] == ONE
    assert (first.cached, second.cached) == (0, len(second.utterance.segments))


@pytest.mark.parametrize("sliders", ["pitch=5", "pitch=-4,tract=0.9", "pitch=3,tract=1.15"])
def test_the_pitch_slider_moves_the_sound_by_that_much(engine: KokoroEngine, config: Config, sliders: str) -> None:
    wanted = float(sliders.partition("=")[2].partition(",")[0])
    moved = spoken(engine, config, f"zf_xiaoxiao:{sliders}")
    assert semitones(moved, spoken(engine, config, "zf_xiaoxiao")) == pytest.approx(wanted, abs=0.3)


def test_the_rate_slider_makes_it_shorter_and_the_tract_does_not(engine: KokoroEngine, config: Config) -> None:
    plain = spoken(engine, config, "zf_xiaoxiao").size
    assert spoken(engine, config, "zf_xiaoxiao:rate=1.25").size == pytest.approx(plain / 1.25, rel=0.06)
    for tract in (0.8, 1.2):
        assert spoken(engine, config, f"zf_xiaoxiao:tract={tract}").size == pytest.approx(plain, rel=0.05)


def test_resonances_move_by_the_tract_and_the_level_by_the_tilt() -> None:
    at = np.arange(24_000) / 24_000
    low, high = (np.sin(2 * np.pi * hertz * at).astype(np.float32) for hertz in (1000.0, 4000.0))
    moved = reshaped(low, 24_000, Design(tract=1.2))
    peak = np.argmax(np.abs(np.fft.rfft(moved * np.hanning(moved.size)))) * 24_000 / moved.size
    assert peak == pytest.approx(1200.0, rel=0.01) and moved.size == 20_000
    tilted = reshaped(low + high, 24_000, Design(tilt=3.0))
    levels = np.abs(np.fft.rfft(tilted))[[1000, 4000]] / 12_000
    assert 20 * np.log10(levels) == pytest.approx([0.0, 6.0], abs=0.2)


def test_a_kept_mixture_is_listed_and_spoken_with(engine: KokoroEngine, config: Config, own: OwnVoice) -> None:
    listed = voices(config)
    assert [voice.id for voice in listed] == [voice.id for voice in engine.voices()]
    assert listed[-1].id == own.id and listed[-1].group == "own"
    assert listed[-1].about_en == "Xiaoxiao 67 % + Yunxi 33 %" and listed[-1].about_zh == "晓晓 67 % + 云希 33 %"
    assert np.array_equal(spoken(engine, config, own.id), spoken(engine, config, f"{MIX}:pitch=4"))


def test_a_kept_mixture_of_a_voice_that_is_gone_is_not_listed(config: Config) -> None:
    family = VoiceFamily(config)
    gone = family.add("没有", {}, "am_puck+zf_xiaoxiao")
    assert gone.id not in [voice.id for voice in voices(config)]
    family.remove(gone.id)
    family.close()


def test_a_mixture_of_a_voice_that_is_not_installed_is_refused(engine: KokoroEngine, config: Config) -> None:
    with pytest.raises(StudioError, match="am_puck"):
        spoken(engine, config, "zf_xiaoxiao+am_puck")


@pytest.mark.parametrize(
    ("mixture", "group"), [("zm_yunxi(3)+zf_xiaoxiao", "men"), ("zf_xiaoxiao(3)+zm_yunxi:pitch=2", "women")]
)
def test_where_another_engine_stands_in_the_heaviest_voice_decides(
    tmp_path: Path, config: Config, mixture: str, group: str
) -> None:
    make_tiny_voice(config.models_path)
    router = EngineRouter(config, Pool(config, REGISTRY))
    assert router.owner(mixture) == "kokoro" and router.voice_of("kokoro", mixture) == mixture
    chosen = router.voice_of("embedded", mixture)
    assert next(voice.group for voice in router.pool.voices("embedded") if voice.id == chosen) == group
