"""A token's own pitch, heard in the published voice: as far as it was asked for, and as far as the voice can go."""

from __future__ import annotations

import copy

import numpy as np
import pytest

from indextts.audio.pitch import track
from indextts.config import Config
from indextts.engines.embedded.acoustic.controls import REACH, within_reach
from indextts.engines.embedded.engine import load
from indextts.pipeline import Pipeline
from indextts.request import SpeechRequest
from indextts.run import Run
from indextts.utterance.model import Settings

TOKENS = (1, 3, 4)


@pytest.fixture(scope="module")
def heights(real_config: Config) -> dict[float, list[float]]:
    """Median pitch of a few tokens, each raised alone by so many semitones."""
    pipeline = Pipeline(real_config, load(real_config))
    plan = pipeline.analyse(SpeechRequest("我们在重庆住了三天。", Settings(prosody="rules")))

    def height(place: int, shift: float) -> float:
        utterance = copy.deepcopy(plan)
        utterance.segments[0].tokens[place].pitch_shift = shift
        speech = pipeline.collect(pipeline.accept(utterance), Run())
        token = speech.utterance.segments[0].tokens[place]
        times, hertz = track(speech.samples, speech.sample_rate)
        assert token.start_s is not None and token.end_s is not None
        own = hertz[(times >= token.start_s) & (times <= token.end_s)]
        return float(12 * np.log2(np.nanmedian(own)))

    return {shift: [height(place, shift) for place in TOKENS] for shift in (-3.0, 0.0, 3.0, 12.0)}


def test_a_token_is_raised_and_lowered_by_what_was_asked(heights: dict[float, list[float]]) -> None:
    for shift in (-3.0, 3.0):
        moved = np.array(heights[shift]) - heights[0.0]
        assert np.mean(moved) == pytest.approx(shift, abs=1.5)


def test_more_than_the_voice_can_do_is_not_less(heights: dict[float, list[float]]) -> None:
    raised = np.array(heights[12.0]) - heights[0.0]
    assert np.all(raised > 1.5) and np.mean(raised) > 2.5


def test_only_what_a_person_asked_for_is_held() -> None:
    f0 = np.array([9.0, -9.0, 1.0, 8.0], np.float32)
    held = within_reach(f0, [0.0, 0.0, 0.0, 12.0])
    assert held.tolist() == [9.0, -9.0, 1.0, pytest.approx(REACH[1])]
