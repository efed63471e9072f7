"""English sounds made from Mandarin mels: by their frames and, with the real voice, by what is heard."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indextts.audio.mel import HIGH_HZ, LOW_HZ, hz_to_mel, mel_to_hz
from indextts.config import Config
from indextts.engines.embedded import engine as embedded
from indextts.engines.embedded.acoustic.english_shaper import FINAL_LENGTHENING, Shaper, heard_frames
from indextts.phonemes.en.sounds import FORMANT_SCALE, SILENT, TERMS, Sound, english_sounds
from indextts.pipeline import Pipeline
from indextts.request import SpeechRequest
from indextts.utterance.model import Settings, Token

FLAT = (0.0,) * TERMS
WORDS = (
    "strengths",
    "judge",
    "vision",
    "boy",
    "cow",
    "thing",
    "use",
    "azure",
    "them",
    "quick",
    "fly",
    "cute",
    "spy",
    "sky",
    "zoo",
    "hug",
    "chip",
    "remember",
)
PLAIN = Sound(("a",), 0, 0.0, 1.0, 10, FLAT, FLAT)
SOUNDS = {"stressed AA": PLAIN, "coda S": replace(PLAIN, symbols=("s", "ii"), frames=6)}
LOW, HIGH = hz_to_mel([LOW_HZ, HIGH_HZ])
BANDS = mel_to_hz(np.linspace(LOW, HIGH, 82)[1:-1])


def shaper(sounds: dict[str, Sound] | None = None) -> Shaper:
    return Shaper(sounds or SOUNDS, np.zeros(80, np.float32), np.ones(80, np.float32))


def mel_with_peak(hertz: float, frames: int) -> np.ndarray:
    peak = -np.abs(np.arange(80) - np.interp(hertz, BANDS, np.arange(80))) / 20.0
    return np.repeat(peak[None], frames, 0).astype(np.float32)


def test_frames_follow_the_table_and_grow_before_a_pause() -> None:
    shapes = ["", SILENT, "stressed AA", "", ""]
    assert heard_frames(shapes, SOUNDS, ["sil", "^", "a4", "#1", "h"]) == {1: 0.0, 2: 10.0}
    assert heard_frames(shapes, SOUNDS, ["sil", "^", "a4", "#3", "h"]) == {1: 0.0, 2: 10.0 * FINAL_LENGTHENING}
    assert heard_frames(["stressed AA", "coda S"], SOUNDS, ["a4", "s"]) == {0: 10.0, 1: 6.0}


def test_only_what_is_heard_has_frames_and_the_rest_stays() -> None:
    symbols = ["sil", "n", "i3", "#1", "^", "a4", "#0", "s", "ii5", "#1", "h", "ao3", "sil"]
    shapes = ["", "", "", "", SILENT, "stressed AA", SILENT, "coda S", SILENT, "", "", "", ""]
    decoded = np.array([3, 4, 5, 2, 3, 8, 7, 4, 5, 8, 4, 6, 5])
    wanted = np.array([0, 0, 0, 0, 0, 10, 0, 6, 0, 0, 0, 0, 0])
    mel = np.random.default_rng(0).normal(size=(int(decoded.sum()), 80)).astype(np.float32)
    shaped, frames = shaper()(mel, decoded, wanted, shapes, symbols)
    assert frames.tolist() == [3, 4, 5, 2, 0, 10, 0, 6, 0, 0, 4, 6, 5]
    assert len(shaped) == frames.sum()
    np.testing.assert_allclose(shaped[:13], mel[:13], atol=1e-5)
    np.testing.assert_allclose(shaped[-14:], mel[-14:], atol=1e-5)


def test_behind_a_word_there_is_silence_where_a_pause_is() -> None:
    mel = mel_with_peak(1000.0, 40)
    decoded, wanted = np.array([10, 20, 10]), np.array([10, 0, 0])
    shaped, frames = shaper()(mel, decoded, wanted, ["stressed AA", "", ""], ["a4", "#3", "h"])
    assert frames.tolist() == [10, 14, 10]
    assert 20.0 * shaped[16:23].max() < -80.0
    assert 20.0 * shaped[:9].max() > -5.0


@pytest.mark.parametrize("hertz", [700.0, 1500.0, 3000.0])
def test_formants_move_down_by_a_tenth(hertz: float) -> None:
    shaped, _ = shaper()(mel_with_peak(hertz, 12), np.array([12]), np.array([10]), ["stressed AA"], ["a4"])
    assert BANDS[shaped[5].argmax()] == pytest.approx(FORMANT_SCALE * hertz, rel=0.03)


def test_a_correction_is_a_sum_of_cosines_that_may_change_on_the_way() -> None:
    moving = replace(PLAIN, first=(0.0, 6.0, *FLAT[2:]), last=(0.0, -6.0, *FLAT[2:]))
    shaped, _ = shaper({"stressed AA": moving})(
        np.zeros((12, 80), np.float32), np.array([12]), np.array([11]), ["stressed AA"], ["a4"]
    )
    decibels = 20.0 * shaped
    wave = np.cos(np.pi * (np.arange(80) + 0.5) / 80.0)
    np.testing.assert_allclose(decibels[0], 6.0 * wave, atol=1e-3)
    np.testing.assert_allclose(decibels[5], 0.0, atol=1e-3)
    np.testing.assert_allclose(decibels[-1], -6.0 * wave, atol=1e-3)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["", SILENT, "stressed AA", "coda S"]), st.sampled_from(["a4", "#0", "#1", "#2", "s"]),
            st.integers(0, 9), st.integers(0, 12),
        ),
        min_size=1, max_size=12,
    ).filter(lambda rows: any(shape not in ("", SILENT) for shape, *_ in rows))
)  # fmt: skip
def test_any_order_of_symbols_has_frames_that_add_up(rows: list[tuple[str, str, int, int]]) -> None:
    shapes, symbols = [row[0] for row in rows], [row[1] for row in rows]
    decoded, wanted = np.array([row[2] for row in rows]), np.array([row[3] for row in rows])
    mel = np.zeros((max(1, int(decoded.sum())), 80), np.float32)
    shaped, frames = shaper()(mel, decoded, wanted, shapes, symbols)
    assert len(shaped) == frames.sum() and np.isfinite(shaped).all()
    assert all(frames[place] >= 1 for place, shape in enumerate(shapes) if shape not in ("", SILENT))
    assert all(frames[place] == 0 for place, shape in enumerate(shapes) if shape == SILENT)


@pytest.fixture(scope="module")
def pipeline(real_config: Config) -> Pipeline:
    return Pipeline(real_config, embedded.load(real_config))


def spoken(pipeline: Pipeline, text: str, **wishes: float) -> tuple[np.ndarray, list[Token]]:
    speech = pipeline.speak(SpeechRequest(text, Settings(**wishes)))  # type: ignore[arg-type]
    return speech.samples, [token for segment in speech.utterance.segments for token in segment.tokens]


def share_above(samples: np.ndarray, hertz: float) -> float:
    power = np.square(np.abs(np.fft.rfft(samples)))
    return float(power[int(hertz * len(samples) / 24000) :].sum() / power.sum())


def test_an_s_hisses_higher_than_a_sh(pipeline: Pipeline) -> None:
    """The Mandarin s of this voice has hardly anything left below 7.6 kHz: the English one must."""
    hiss = {word: spoken(pipeline, word)[0][:1800] for word in ("see", "she")}
    assert share_above(hiss["see"], 4000) > 0.5
    assert share_above(hiss["see"], 4500) > share_above(hiss["she"], 4500)


def test_words_last_as_long_as_their_sounds_and_obey_the_speed(pipeline: Pipeline) -> None:
    slow, _ = spoken(pipeline, "remember", speed=0.7)
    fast, _ = spoken(pipeline, "remember", speed=1.4)
    assert slow.size > 1.6 * fast.size


def test_a_word_amid_chinese_has_its_time_and_leaves_the_rest_in_place(pipeline: Pipeline) -> None:
    samples, tokens = spoken(pipeline, "我们用computer写字。")
    times = [(token.start_s, token.end_s) for token in tokens if token.kind != "punctuation"]
    assert all(start is not None and end is not None and end - start > 0.04 for start, end in times)
    assert all(before[1] <= after[0] + 1e-6 for before, after in pairwise(times))  # type: ignore[operator]
    word = next(token for token in tokens if token.text == "computer")
    assert 0.3 < (word.end_s or 0.0) - (word.start_s or 0.0) < 1.2
    assert times[-1][1] <= samples.size / 24000  # type: ignore[operator]


def test_every_sound_of_the_table_can_be_rendered(pipeline: Pipeline) -> None:
    heard = set()
    for word in WORDS:
        _, tokens = spoken(pipeline, word)
        heard |= {phone.shape for token in tokens for phone in token.phones}
    assert len(heard - {"", SILENT}) > 40 and heard - {"", SILENT} <= set(english_sounds())
