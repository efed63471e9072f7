"""Speech that fits the times of subtitles, with the real voice."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest

from indextts.books.dubbing import FASTEST, GAP_S, Dubbed, dub, unfitting
from indextts.books.model import Timed
from indextts.config import Config
from indextts.engines.embedded.engine import load
from indextts.errors import StudioError
from indextts.pipeline import Pipeline
from indextts.request import SpeechRequest

Sound = npt.NDArray[np.float32]

LONG = "这一句话比它的字幕时间要长得多，因此无论如何也说不完，只好请作者把它改短一些。"
CUES = (
    ("你好，欢迎收看。", 1.0, 4.0),
    ("今天我们去看一看长城。", 4.0, 5.9),
    ("它很长。真的很长。", 9.5, 13.0),
    ("再见。", 60.25, 62.0),
)


@pytest.fixture(scope="module")
def pipeline(real_config: Config) -> Pipeline:
    return Pipeline(real_config, load(real_config))


def subtitles(*cues: tuple[str, float, float]) -> tuple[SpeechRequest, list[Timed]]:
    text, timed = "", []
    for line, begin_s, end_s in cues:
        timed.append(Timed(len(text), len(text) + len(line), begin_s, end_s))
        text += line + "\n"
    return SpeechRequest(text.rstrip("\n"), literal=True), timed


def track(pipeline: Pipeline, dubbed: Dubbed) -> Sound:
    return np.concatenate([part.samples for part in pipeline.render(dubbed.plan)])


@pytest.fixture(scope="module")
def easy(pipeline: Pipeline) -> tuple[Dubbed, Sound]:
    request, timed = subtitles(*CUES)
    dubbed = dub(pipeline, request, timed, end_s=65.0)
    return dubbed, track(pipeline, dubbed)


def test_every_cue_begins_at_its_time_to_the_sample(easy: tuple[Dubbed, Sound], pipeline: Pipeline) -> None:
    dubbed, sound = easy
    rate = pipeline.sample_rate
    for cue, (_, begin_s, _) in zip(dubbed.cues, CUES, strict=True):
        first = round(begin_s * rate)
        before, after = sound[first - rate // 20 : first], sound[first : first + rate // 5]
        assert np.abs(before).max() < 1e-3, cue
        assert np.abs(after).max() > 0.02, cue
        assert np.abs(after[: rate // 500]).max() > 1e-3, cue  # heard within 2 ms
        assert abs(cue.drift_s) < 1e-4


def test_the_track_is_as_long_as_the_video(easy: tuple[Dubbed, Sound], pipeline: Pipeline) -> None:
    dubbed, sound = easy
    assert sound.size == 65 * pipeline.sample_rate
    assert dubbed.ends_s == pytest.approx(65.0, abs=1e-4)


def test_what_has_room_is_spoken_as_ever_and_what_has_little_faster(
    easy: tuple[Dubbed, Sound], pipeline: Pipeline
) -> None:
    dubbed, _ = easy
    assert [cue.state for cue in dubbed.cues] == ["fits", "faster", "fits", "fits"]
    assert dubbed.cues[0].rate == 1.0
    hurried = dubbed.cues[1]
    assert pipeline.speak(SpeechRequest(CUES[1][0])).duration_s > 1.9  # else it would prove nothing
    assert 1.0 < hurried.rate <= FASTEST
    assert hurried.ends_s <= hurried.end_s + 0.02
    assert unfitting(dubbed.cues) == ()


def test_pauses_within_a_cue_give_way_before_it_runs_over(pipeline: Pipeline) -> None:
    line = "他来了。他看了。他赢了。"
    usual = pipeline.speak(SpeechRequest(line)).duration_s
    request, timed = subtitles((line, 0.0, usual / FASTEST - 0.15))
    cue = dub(pipeline, request, timed, end_s=10.0).cues[0]
    assert cue.state == "squeezed"
    assert cue.ends_s <= cue.end_s + 0.02


def test_what_cannot_fit_is_told_and_never_overlaps_the_next(pipeline: Pipeline) -> None:
    request, timed = subtitles((LONG, 0.5, 2.0), ("然后呢？", 2.0, 3.5), ("没有了。", 30.0, 32.0))
    dubbed = dub(pipeline, request, timed, end_s=33.0)
    first, second, third = dubbed.cues
    assert (first.state, second.state, third.state) == ("late", "late", "fits")
    assert first.rate == FASTEST
    assert second.starts_s >= first.ends_s
    assert third.drift_s == pytest.approx(0.0, abs=1e-4)  # it has caught up
    told = unfitting(dubbed.cues)
    assert "0:00:00.5" in told[0].en and "改短" in told[0].zh
    assert track(pipeline, dubbed).size == 33 * pipeline.sample_rate


def test_speech_may_go_on_in_the_silence_after_its_time(pipeline: Pipeline) -> None:
    request, timed = subtitles((LONG, 0.0, 2.0), ("好。", 20.0, 21.0))
    first, second = dub(pipeline, request, timed, end_s=22.0).cues
    assert first.state == "over"
    assert second.state == "fits"


def test_cues_that_touch_keep_a_breath_between_them(pipeline: Pipeline) -> None:
    line = "我们明天早上八点出发。"
    usual = pipeline.speak(SpeechRequest(line)).duration_s
    request, timed = subtitles((line, 0.0, usual), ("好的。", usual, usual + 2.0))
    first, second = dub(pipeline, request, timed).cues
    assert first.ends_s <= usual - GAP_S + 0.01
    assert second.drift_s < 0.001


def test_a_later_stretch_begins_where_the_one_before_has_ended(pipeline: Pipeline) -> None:
    request, timed = subtitles(("你好。", 100.5, 102.0), ("再见。", 103.0, 104.0))
    dubbed = dub(pipeline, request, timed, begin_s=99.0, end_s=104.0)
    assert 1.4 < dubbed.plan.pause_before_s <= 1.5  # what is heard begins at its time, its sound a little before
    assert track(pipeline, dubbed).size == 5 * pipeline.sample_rate


def test_its_plan_can_be_spoken_again_like_any_other(easy: tuple[Dubbed, Sound], pipeline: Pipeline) -> None:
    dubbed, sound = easy
    again = pipeline.accept(type(dubbed.plan).from_json(dubbed.plan.to_json()))
    assert np.array_equal(np.concatenate([part.samples for part in pipeline.render(again)]), sound)


@pytest.mark.parametrize(
    "cues",
    [
        (("一。", 2.0, 3.0), ("二。", 1.0, 1.5)),
        (("一。", 3.0, 2.0),),
        (("一。", 0.0, 1.0), ("二。", 2000.0, 2001.0)),
    ],
)
def test_times_that_go_backwards_or_leave_an_hour_silent_are_refused(
    pipeline: Pipeline, cues: tuple[tuple[str, float, float], ...]
) -> None:
    request, timed = subtitles(*cues)
    with pytest.raises(StudioError) as refused:
        dub(pipeline, request, timed)
    assert refused.value.code == "bad_cues"
