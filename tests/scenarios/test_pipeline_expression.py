"""Emotions, readings and levels of single segments, through the whole pipeline."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
import pytest

from indextts.engines.delivery import load_emotions
from indextts.engines.embedded.engine import load
from indextts.model.errors import StudioError
from indextts.model.utterance import Settings, Utterance
from indextts.pipeline.pipeline import Pipeline
from indextts.plan.request import SpeechRequest
from indextts.platform.config import Config
from indextts.platform.run import Run
from indextts.sound.loudness import loudness
from tests.support.peaks import true_peak

TEXT = "今天天气很好。我们一起去公园吧！"


@pytest.fixture
def tiny(tiny_config: Config) -> Pipeline:
    return Pipeline(tiny_config, load(tiny_config))


def plan(pipeline: Pipeline, text: str = TEXT, **settings: object) -> Utterance:
    return pipeline.analyse(SpeechRequest(text, Settings(**settings)))  # type: ignore[arg-type]


def parts(pipeline: Pipeline, utterance: Utterance) -> list[np.ndarray]:
    """The sound of each segment without the silence around it."""
    speech = pipeline.collect(pipeline.accept(utterance), Run())
    rate = speech.sample_rate
    return [
        speech.samples[round((one.start_s or 0.0) * rate) : round((one.end_s or 0.0) * rate)]
        for one in speech.utterance.segments
    ]


def test_a_segments_own_emotion_holds_for_it_alone(tiny: Pipeline) -> None:
    sad, happy = (parts(tiny, plan(tiny, emotion=name)) for name in ("sad", "happy"))
    mixed = plan(tiny, emotion="sad")
    mixed.segments[1].emotion = "happy"
    heard = parts(tiny, mixed)
    assert np.array_equal(heard[0], sad[0]) and np.array_equal(heard[1], happy[1])
    assert heard[1].size != sad[1].size


def test_a_segments_own_intensity_and_seed_hold_for_it_alone(tiny: Pipeline) -> None:
    neutral, sad = parts(tiny, plan(tiny)), plan(tiny, emotion="sad")
    sad.segments[0].intensity = 0.0
    assert np.array_equal(parts(tiny, sad)[0], neutral[0])
    other = plan(tiny)
    other.segments[1].seed = 7
    heard = parts(tiny, other)
    assert np.array_equal(heard[0], neutral[0]) and not np.array_equal(heard[1], neutral[1])
    assert np.array_equal(parts(tiny, plan(tiny, seed=7))[1], heard[1])


def test_a_slower_voice_pauses_longer_between_segments(tiny: Pipeline, tiny_config: Config) -> None:
    for voice, rate in (("default", 1.0), ("design:rate=0.8", 0.8), ("design:rate=1.25", 1.25)):
        one, two = tiny.collect(plan(tiny, voice=voice), Run()).utterance.segments
        gap = (two.start_s or 0.0) - (one.end_s or 0.0)
        assert gap == pytest.approx(tiny_config.pauses.sentence / rate, abs=0.001), voice


def test_an_emotion_is_as_loud_and_pauses_as_long_as_its_row_says(tiny: Pipeline, tiny_config: Config) -> None:
    row = load_emotions(tiny_config.emotions_path)["sad"]
    speech = tiny.speak(SpeechRequest(TEXT, Settings(emotion="sad", intensity=1.0)))
    one, two = speech.utterance.segments
    pause = tiny_config.pauses.sentence * row.pause / row.rate
    assert (two.start_s or 0.0) - (one.end_s or 0.0) == pytest.approx(pause, abs=0.001)
    levels = [
        loudness(parts(tiny, plan(tiny, text="今天天气很好，我们一起去公园", emotion=name, intensity=1.0))[0], 24_000)
        for name in ("neutral", "sad")
    ]
    assert levels[1] - levels[0] == pytest.approx(row.energy, abs=0.3)


def test_a_mixture_goes_all_the_way_and_is_written_in_one_form(tiny: Pipeline) -> None:
    utterance = plan(tiny, emotion='{"surprised": 0.3, "happy": 0.6}')
    assert utterance.settings.emotion == "happy:0.6+surprised:0.3"
    mixed, happy = parts(tiny, utterance), parts(tiny, plan(tiny, emotion="happy"))
    assert not np.array_equal(mixed[0], happy[0])
    assert np.array_equal(parts(tiny, plan(tiny, emotion="happy:0.5", intensity=1.0))[0],
                          parts(tiny, plan(tiny, emotion="happy", intensity=0.5))[0])  # fmt: skip


@pytest.mark.parametrize("change", [{"emotion": "joy"}, {"emotion": "happy:7"}, {"intensity": 1.5}, {"seed": -1}])
def test_a_segment_that_cannot_be_is_refused_unspoken(tiny: Pipeline, change: dict[str, Any]) -> None:
    utterance = plan(tiny)
    utterance.segments[1] = dataclasses.replace(utterance.segments[1], **change)
    with pytest.raises(StudioError) as caught:
        tiny.accept(utterance)
    assert caught.value.code == "bad_plan" and f"segments[1].{next(iter(change))}" in str(caught.value)


@pytest.mark.parametrize(("target", "ceiling"), [(-23.0, -1.0), (-14.0, -3.0)])
def test_the_level_and_the_peak_can_be_chosen(tiny: Pipeline, target: float, ceiling: float) -> None:
    utterance = plan(tiny, "今天天气很好，我们一起去公园", loudness=target, peak=ceiling)
    sound = parts(tiny, utterance)[0]
    assert true_peak(sound, 24_000) <= 10 ** (ceiling / 20) * 1.001
    wanted = pytest.approx(target, abs=0.3) if target < -20 else pytest.approx(target, abs=4)
    assert loudness(sound, 24_000) == wanted


def test_a_plan_says_the_level_that_the_configuration_chose(tiny: Pipeline, tiny_config: Config) -> None:
    settings = plan(tiny).settings
    assert (settings.loudness, settings.peak) == (tiny_config.audio.loudness_lufs, tiny_config.audio.peak_dbtp)
    loud, soft = (parts(tiny, plan(tiny, loudness=level))[0] for level in (-16.0, -26.0))
    assert loudness(loud, 24_000) - loudness(soft, 24_000) == pytest.approx(10.0, abs=0.5)
