"""Emotions and readings, heard in the published voice: measured in the sound, not in the table."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from benchmarks.emotions import JUST_NOTICEABLE, SENTENCES, Heard, against, alike, measure, measure_sound, pitch_track
from indextts.engines.embedded.engine import EmbeddedEngine, load
from indextts.model.utterance import Phone, Segment, Settings, Token
from indextts.pipeline.pipeline import Pipeline
from indextts.platform.config import Config
from indextts.platform.run import Run
from indextts.reading.emotion.names import EMOTIONS, NEUTRAL
from indextts.reading.phonemes.symbols import syllable_to_symbols

RATE = 24_000
PLAIN = Settings(voice="baker", vocoder="neural", prosody="rules")
TEXTS = SENTENCES[:4]
INTENSITIES = (0.6, 1.0)

WANTED = {
    "happy": {"f0_st": 1, "range_st": 1},
    "angry": {"level_db": 1, "rate": 1},
    "sad": {"f0_st": -1, "rate": -1, "level_db": -1},
    "afraid": {"f0_st": 1, "rate": 1},
    "disgusted": {"f0_st": -1, "rate": -1},
    "melancholic": {"f0_st": -1, "rate": -1},
    "surprised": {"f0_st": 1, "range_st": 1, "end_st": 1},
    "calm": {"rate": -1, "range_st": -1},
}
"""Which way each emotion goes from neutral."""


@pytest.fixture(scope="module")
def engine(real_config: Config) -> EmbeddedEngine:
    return load(real_config)


@pytest.fixture(scope="module")
def heard(real_config: Config, engine: EmbeddedEngine) -> dict[float, dict[str, Heard]]:
    """Every emotion at both intensities, each the mean over the sentences."""
    pipeline = Pipeline(real_config, engine)
    neutral = measure(pipeline, NEUTRAL, 1.0, texts=TEXTS)
    return {
        intensity: {NEUTRAL: neutral}
        | {name: measure(pipeline, name, intensity, texts=TEXTS) for name in EMOTIONS[:-1]}
        for intensity in INTENSITIES
    }


@pytest.mark.parametrize("intensity", INTENSITIES)
@pytest.mark.parametrize("name", WANTED)
def test_an_emotion_goes_where_it_should(heard: dict[float, dict[str, Heard]], name: str, intensity: float) -> None:
    change = against(heard[intensity][name], heard[intensity][NEUTRAL])
    for key, sign in WANTED[name].items():
        least = 0.3 if key == "end_st" else JUST_NOTICEABLE[key]
        assert sign * change[key] >= least, (key, change)


@pytest.mark.parametrize("intensity", INTENSITIES)
def test_every_two_of_the_nine_are_told_apart(heard: dict[float, dict[str, Heard]], intensity: float) -> None:
    assert alike(heard[intensity]) == []


@pytest.mark.parametrize("name", WANTED)
def test_more_intensity_is_more_of_it(heard: dict[float, dict[str, Heard]], name: str) -> None:
    some, full = (against(heard[intensity][name], heard[intensity][NEUTRAL]) for intensity in INTENSITIES)
    for key, sign in WANTED[name].items():
        assert sign * full[key] > sign * some[key], key


def test_melancholy_keeps_more_of_the_range_than_sadness(heard: dict[float, dict[str, Heard]]) -> None:
    for row in heard.values():
        assert row["sad"].range_st + 0.2 < row["melancholic"].range_st < row[NEUTRAL].range_st


def said(text: str) -> Segment:
    tokens = []
    for number, syllable in enumerate(text.split()):
        phones = [Phone(symbol) for symbol in (*syllable_to_symbols(syllable), "#1" if number % 2 else "#0")]
        tokens.append(Token(syllable, "hanzi", "zh", number, number + 1, reading=syllable, phones=phones))
    tokens[-1].phones.pop()
    return Segment(text, 0, len(text), tokens=tokens)


def contour(audio: np.ndarray, token: Token) -> np.ndarray:
    """F0 over a token, in semitones."""
    assert token.start_s is not None and token.end_s is not None
    return pitch_track(audio[int(token.start_s * RATE) : int(token.end_s * RATE)])


@pytest.mark.parametrize("name", EMOTIONS)
def test_every_tone_stays_itself(engine: EmbeddedEngine, name: str) -> None:
    segment = said("wo3 shuo1 de5 shi4 ma1 hai2 shi4 ma2 ne5 shi4 ma3 hai2 shi4 ma4 ne5")
    settings = replace(PLAIN, emotion=name, intensity=1.0)
    audio = engine.speak(segment, settings, Run())
    tones = {token.text: contour(audio, token) for token in segment.tokens if token.text.startswith("ma")}
    assert all(track.size > 1 for track in tones.values())
    middle = [float(np.median(tones[tone])) for tone in ("ma1", "ma4", "ma2", "ma3")]
    assert middle == sorted(middle, reverse=True) and middle[0] > middle[-1] + 2.5, "from the first tone to the third"
    move = {tone: track[-3:].mean() - track[:3].mean() for tone, track in tones.items()}
    assert move["ma4"] < -1.0, "a fourth tone falls"
    assert move["ma2"] > 0.5, "a second rises"


def test_no_intensity_is_neutral_to_the_byte(engine: EmbeddedEngine) -> None:
    text = "jin1 tian1 tian1 qi4 hen2 hao3"
    neutral = engine.speak(said(text), PLAIN, Run())
    for name in (*EMOTIONS[:-1], "happy:0.6+sad:0.4"):
        settings = replace(PLAIN, emotion=name, intensity=0.0)
        assert engine.speak(said(text), settings, Run()).tobytes() == neutral.tobytes()


def test_a_mixture_is_heard_between_its_emotions(heard: dict[float, dict[str, Heard]], real_config: Config) -> None:
    pipeline = Pipeline(real_config, load(real_config))
    both = measure(pipeline, "angry:0.5+sad:0.5", 1.0, texts=TEXTS[:2])
    ends = [measure(pipeline, name, 1.0, texts=TEXTS[:2]) for name in ("angry", "sad")]
    for key in ("f0_st", "level_db", "rate"):
        low, high = sorted(getattr(end, key) for end in ends)
        assert low < getattr(both, key) < high


def test_seeds_are_other_natural_readings(engine: EmbeddedEngine) -> None:
    text = "jin1 tian1 xia4 wu3 wo3 men5 zai4 tu2 shu1 guan3 men2 kou3 jian4 mian4"
    own = said(text)
    audio = engine.speak(own, PLAIN, Run())
    base, medians = measure_sound(audio, RATE), [np.median(contour(audio, token)) for token in own.tokens]
    lengths = [token.end_s - token.start_s for token in own.tokens]  # type: ignore[operator]
    readings = []
    for seed in (1, 2, 3):
        segment = said(text)
        segment.seed = seed
        other = engine.speak(segment, PLAIN, Run())
        assert np.array_equal(other, engine.speak(said(text), replace(PLAIN, seed=seed), Run()))
        change = against(measure_sound(other, RATE), base)
        assert abs(change["f0_st"]) < 1.0 and abs(change["rate"]) < 0.08 and abs(change["range_st"]) < 2.0
        moved = np.array([np.median(contour(other, token)) for token in segment.tokens]) - medians
        times = [token.end_s - token.start_s for token in segment.tokens]  # type: ignore[operator]
        assert np.std(moved) > 0.3, "heard in the melody"
        assert np.std(np.log(np.array(times) / lengths)) > 0.03, "and in the rhythm"
        readings.append(other.tobytes())
    assert len({audio.tobytes(), *readings}) == 4
    again = said(text)
    again.seed = 0
    assert np.array_equal(engine.speak(again, replace(PLAIN, seed=9), Run()), audio)
