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
