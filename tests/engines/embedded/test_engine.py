"""The embedded engine: one symbol at a time under control, and safe to share."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np
import pytest

from indextts.engines.base import Engine
from indextts.engines.embedded.engine import EmbeddedEngine, load
from indextts.model.errors import StudioError
from indextts.model.settings import EMOTIONS
from indextts.model.utterance import Phone, Segment, Settings, Token
from indextts.platform.config import Config
from indextts.platform.run import Run
from indextts.reading.phonemes.symbols import syllable_to_symbols
from indextts.sound.pitch import track

PLAIN = Settings(voice="baker", vocoder="neural", prosody="rules")


def sentence(text: str = "jin1 tian1 tian1 qi4 hen2 hao3 wo3 men5 qu4 gong1 yuan2") -> Segment:
    tokens = []
    for number, syllable in enumerate(text.split()):
        phones = [Phone(symbol) for symbol in (*syllable_to_symbols(syllable), "#1" if number % 2 else "#0")]
        tokens.append(Token(syllable, "hanzi", "zh", number, number + 1, reading=syllable, phones=phones))
    tokens[-1].phones.pop()
    return Segment(text, 0, len(text), tokens=tokens)


@pytest.fixture(scope="module")
def engine(real_config: Config) -> EmbeddedEngine:
    return load(real_config)


def speak(engine: Engine, segment: Segment | None = None, **settings: object) -> np.ndarray:
    return engine.speak(segment or sentence(), replace(PLAIN, **settings), Run())  # type: ignore[arg-type]


def median_f0(audio: np.ndarray) -> float:
    """Semitones above 100 Hz."""
    _, hertz = track(audio, 24000)
    return float(np.nanmedian(12 * np.log2(hertz / 100)))


def test_the_same_request_gives_the_same_sound(engine: EmbeddedEngine) -> None:
    assert np.array_equal(speak(engine), speak(engine))


def test_sound_begins_and_ends_with_speech(engine: EmbeddedEngine) -> None:
    audio = speak(engine)
    for edge in (audio[:1800], audio[-1800:]):  # 75 ms
        assert np.abs(edge).max() > 0.003


@pytest.mark.parametrize("speed", [0.5, 0.8, 1.25, 2.0])
def test_speed_scales_duration(engine: EmbeddedEngine, speed: float) -> None:
    assert speak(engine).size / speak(engine, speed=speed).size == pytest.approx(speed, rel=0.06)


@pytest.mark.parametrize("semitones", [-12.0, -6.0, -2.0, 2.0, 6.0, 12.0])
def test_pitch_moves_by_semitones_and_keeps_the_duration(engine: EmbeddedEngine, semitones: float) -> None:
    plain, shifted = speak(engine), speak(engine, pitch=semitones)
    assert median_f0(shifted) - median_f0(plain) == pytest.approx(semitones, abs=1.2)
    assert shifted.size / plain.size == pytest.approx(1.0, abs=0.06)


@pytest.mark.night
def test_every_emotion_sounds_unlike_neutral_and_none_at_intensity_0(engine: EmbeddedEngine) -> None:
    neutral = speak(engine)
    for emotion in EMOTIONS[:-1]:
        assert np.array_equal(speak(engine, emotion=emotion, intensity=0.0), neutral)
        full = speak(engine, emotion=emotion, intensity=1.0)
        assert full.size != neutral.size or np.abs(full - neutral).max() > 0.01


def test_one_tokens_shift_changes_that_token(engine: EmbeddedEngine) -> None:
    plain, edited = sentence(), sentence()
    base = speak(engine, plain)
    edited.tokens[4].duration_scale = 2.0
    speak(engine, edited)
    lengths = [
        [token.end_s - token.start_s for token in segment.tokens]  # type: ignore[operator]
        for segment in (plain, edited)
    ]
    assert lengths[1][4] == pytest.approx(2 * lengths[0][4], rel=0.15)
    assert lengths[1][:4] + lengths[1][5:-1] == pytest.approx(lengths[0][:4] + lengths[0][5:-1], abs=1e-6)

    quiet = sentence()
    quiet.tokens[2].energy_shift = -20.0
    softened = speak(engine, quiet)
    begin, end = (int(getattr(plain.tokens[2], name) * 24000) for name in ("start_s", "end_s"))
    ratio = np.square(softened[begin:end]).mean() / np.square(base[begin:end]).mean()
    assert 10 * np.log10(ratio) == pytest.approx(-20, abs=4)


def test_times_follow_one_another_within_the_sound(engine: EmbeddedEngine) -> None:
    segment = sentence()
    audio = speak(engine, segment)
    times = [value for token in segment.tokens for value in (token.start_s, token.end_s)]
    assert times == sorted(times)  # type: ignore[type-var]
    assert times[0] >= 0.0 and times[-1] <= audio.size / 24000  # type: ignore[operator]


def test_predictions_are_recorded_and_obeyed(engine: EmbeddedEngine) -> None:
    segment = sentence()
    first = speak(engine, segment)
    assert all(phone.frames is not None and phone.f0 is not None for token in segment.tokens for phone in token.phones)
    assert np.array_equal(speak(engine, segment), first)
    segment.tokens[3].phones[1].frames = 40.0
    assert speak(engine, segment).size > first.size + 20 * 300


@pytest.mark.night
def test_threads_do_not_disturb_one_another(engine: EmbeddedEngine) -> None:
    texts = ["ni3 hao3", "xie4 xie5 da4 jia1", "zai4 jian4 peng2 you5 men5", "jin1 tian1 hen3 re4"]
    alone = [speak(engine, sentence(text)) for text in texts]
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(lambda text: speak(engine, sentence(text)), texts * 3))
    assert all(np.array_equal(ours, alone[number % 4]) for number, ours in enumerate(together))


def test_griffin_lim_serves_one_request(engine: EmbeddedEngine) -> None:
    thin = speak(engine, vocoder="griffin_lim")
    assert thin.size == pytest.approx(speak(engine).size, rel=0.05)


def test_a_symbol_outside_the_inventory_is_named(engine: EmbeddedEngine) -> None:
    segment = sentence("ni3 hao3")
    segment.tokens[0].phones[0].symbol = "xx"
    with pytest.raises(StudioError) as caught:
        speak(engine, segment)
    assert caught.value.code == "unknown_symbol"


def test_damaged_and_missing_voices_are_refused(tiny_config: Config) -> None:
    folder = tiny_config.models_path / "embedded"
    (folder / "vocoder.onnx").write_bytes(b"damaged")
    with pytest.raises(StudioError) as caught:
        load(tiny_config)
    assert caught.value.code == "model_corrupt"
    (folder / "voice.json").unlink()
    with pytest.raises(StudioError) as caught:
        load(tiny_config)
    assert caught.value.code == "model_missing"
