"""A token's own pitch, heard in the published voice: as far as it was asked for, and as far as the voice can go."""

from __future__ import annotations

import copy
import functools
from collections.abc import Callable

import numpy as np
import pytest

from indextts.engines.embedded.acoustic.controls import REACH, set_apart, within_reach
from indextts.engines.embedded.engine import load
from indextts.model.utterance import Settings, Utterance
from indextts.pipeline.pipeline import Pipeline
from indextts.plan.request import SpeechRequest
from indextts.platform.config import Config
from indextts.platform.run import Run
from indextts.sound.pitch import track
from tests.tiers import by_night

TEXTS = ("我们在重庆住了三天。", "昨天下午他买了一本新书。", "明年春天花会开得更好。")


@pytest.fixture(scope="module")
def heights(real_config: Config) -> Callable[[float], list[float]]:
    """Median pitch of every second token of some sentences, each raised alone by so many semitones."""
    pipeline = Pipeline(real_config, load(real_config))
    plans = [pipeline.analyse(SpeechRequest(text, Settings(prosody="rules"))) for text in TEXTS]
    places = [(plan, at) for plan in plans for at in range(0, len(plan.segments[0].tokens) - 1, 2)]

    def height(plan: Utterance, place: int, shift: float) -> float:
        utterance = copy.deepcopy(plan)
        utterance.segments[0].tokens[place].pitch_shift = shift
        speech = pipeline.collect(pipeline.accept(utterance), Run())
        token = speech.utterance.segments[0].tokens[place]
        times, hertz = track(speech.samples, speech.sample_rate)
        assert token.start_s is not None and token.end_s is not None
        own = hertz[(times >= token.start_s) & (times <= token.end_s)]
        return float(12 * np.log2(np.nanmedian(own)))

    return functools.cache(lambda shift: [height(*place, shift) for place in places])


@pytest.mark.parametrize("shift", by_night([-3.0, 3.0, -1.5, 1.5]))
def test_a_token_is_raised_and_lowered_by_what_was_asked(heights: Callable[[float], list[float]], shift: float) -> None:
    moved = np.array(heights(shift)) - heights(0.0)
    assert np.median(moved) == pytest.approx(shift, abs=0.5)
    assert np.mean(moved) == pytest.approx(shift, abs=0.5)


@pytest.mark.night
def test_more_than_the_voice_can_do_is_not_less(heights: Callable[[float], list[float]]) -> None:
    raised = np.array(heights(12.0)) - heights(0.0)
    assert np.median(raised) > 2.0 and np.mean(raised) > 2.5


def test_a_shift_of_many_symbols_is_what_it_is_and_a_lone_one_is_set_apart() -> None:
    assert set_apart(np.zeros(9)).tolist() == [0.0] * 9
    assert set_apart(np.full(9, 3.0)) == pytest.approx(np.full(9, 3.0))
    lone = set_apart([0.0] * 8 + [3.0] + [0.0] * 8)
    assert lone[8] == pytest.approx(3.0 * (1 + 0.3 * 6 / 7)) and not np.delete(lone, 8).any()


def test_only_what_a_person_asked_for_is_held() -> None:
    f0 = np.array([9.0, -9.0, 1.0, 8.0], np.float32)
    held = within_reach(f0, [0.0, 0.0, 0.0, 12.0])
    assert held.tolist() == [9.0, -9.0, 1.0, pytest.approx(REACH[1])]


@pytest.mark.parametrize(
    "text",
    [
        "他笑[pause 700ms]走开。",
        "我们等[停顿 900ms]车来。",
        "天亮了。",
        "太远了吗？",
        "打开 app 听听。",
        "Cats are slow.",
    ],
)
def test_a_last_word_ends_when_it_is_heard_no_longer(real_config: Config, text: str) -> None:
    """The voice rings on behind the symbols of a last word, by a tenth of a second."""
    pipeline = Pipeline(real_config, load(real_config))
    speech = pipeline.collect(pipeline.analyse(SpeechRequest(text, Settings(prosody="rules"))), Run())
    window = speech.sample_rate // 200
    power = np.square(speech.samples[: speech.samples.size // window * window], dtype=np.float64)
    levels = power.reshape(-1, window).mean(axis=1)
    for segment in speech.utterance.segments:
        last = [token for token in segment.tokens if token.phones][-1]
        assert last.start_s is not None and last.end_s is not None and segment.end_s is not None
        begin, end = round((segment.start_s or 0.0) * 200), round(segment.end_s * 200)
        sounding = np.flatnonzero(levels[begin:end] > levels[begin:end].max() * 10**-2.8)
        assert last.end_s == pytest.approx((begin + sounding[-1] + 1) / 200, abs=0.03)


@pytest.mark.parametrize("text", ["他今天开车。", "我们一起唱歌。", "桌上有新书。"])
def test_the_end_of_a_last_word_is_raised_with_it_and_as_loud(real_config: Config, text: str) -> None:
    """What rings on behind its symbols belongs to it."""
    pipeline = Pipeline(real_config, load(real_config))
    plan = pipeline.analyse(SpeechRequest(text, Settings(prosody="rules")))
    heard: list[tuple[float, float]] = []
    for field, value in (("pitch_shift", 0.0), ("pitch_shift", 2.5), ("energy_shift", -6.0)):
        utterance = copy.deepcopy(plan)
        last = [token for token in utterance.segments[0].tokens if token.phones][-1]
        setattr(last, field, value)
        speech = pipeline.collect(pipeline.accept(utterance), Run())
        (end,) = {token.end_s for token in speech.utterance.segments[0].tokens if token.start == last.start}
        assert end is not None
        times, hertz = track(speech.samples, speech.sample_rate)
        inside = (times > end - 0.1) & (times < end - 0.03)
        loudness = speech.samples[int((end - 0.1) * speech.sample_rate) : int(end * speech.sample_rate)]
        decibels = 10 * np.log10(np.mean(np.square(loudness, dtype=np.float64)))
        heard.append((float(12 * np.log2(np.nanmedian(hertz[inside]))), float(decibels)))
    assert heard[1][0] - heard[0][0] == pytest.approx(2.5, abs=1.0)
    assert heard[2][1] - heard[0][1] == pytest.approx(-6.0, abs=1.5)
