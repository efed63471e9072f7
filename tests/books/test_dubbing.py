"""Speech that fits the times of subtitles, with the real voice."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from indextts.books.dubbing import FASTEST, GAP_S, LATE_S, SILENCE_S, Dubbed, DubbedCue, blamed, clock, dub, unfitting
from indextts.books.model import CueState, Timed
from indextts.books.reading.subtitles import read_subtitles
from indextts.engines.embedded.engine import load
from indextts.model.errors import StudioError
from indextts.model.utterance import Segment, Utterance
from indextts.pipeline.pipeline import Pipeline
from indextts.plan.request import SpeechRequest
from indextts.plan.segment_cache import SegmentAudio, SegmentSound
from indextts.platform.config import Config
from indextts.platform.run import Run
from indextts.sound.export.subtitles import Subtitles
from tests.support.segments import build_segments

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


@pytest.mark.night
def test_what_cannot_fit_is_told_and_never_overlaps_the_next(pipeline: Pipeline) -> None:
    request, timed = subtitles((LONG, 0.5, 2.0), ("然后呢？", 2.0, 3.5), ("没有了。", 30.0, 32.0))
    dubbed = dub(pipeline, request, timed, end_s=33.0)
    first, second, third = dubbed.cues
    assert (first.state, second.state, third.state) == ("over", "late", "fits")
    assert first.rate == FASTEST
    assert second.starts_s >= first.ends_s
    assert third.drift_s == pytest.approx(0.0, abs=1e-4)  # it has caught up
    told = unfitting(dubbed.cues)
    assert "so the next one begins late" in told[0].en and "改短" in told[0].zh
    assert "(0:00.5) is too long" in told[1].en and LONG[:20] in told[1].zh
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
    ],
)
def test_times_that_go_backwards_are_refused(pipeline: Pipeline, cues: tuple[tuple[str, float, float], ...]) -> None:
    request, timed = subtitles(*cues)
    with pytest.raises(StudioError) as refused:
        dub(pipeline, request, timed)
    assert refused.value.code == "bad_cues"


def test_pauses_within_a_cue_give_way_by_no_more_than_it_needs(pipeline: Pipeline) -> None:
    line = "他来了。他看了。他赢了。"
    fastest = dub(pipeline, *subtitles((line, 0.0, 0.5)), end_s=10.0)
    told = [one.pause_after_s or 0.0 for one in fastest.plan.segments[:-1]]
    assert told == pytest.approx([GAP_S] * 2, abs=1e-3)  # all that can go is gone
    shortest = fastest.cues[0].ends_s - fastest.cues[0].starts_s
    request, timed = subtitles((line, 0.0, shortest + 0.1))
    dubbed = dub(pipeline, request, timed, end_s=10.0)
    assert dubbed.cues[0].state == "squeezed"
    assert dubbed.cues[0].ends_s == pytest.approx(dubbed.cues[0].end_s, abs=0.02)
    assert all((one.pause_after_s or 0.0) > GAP_S + 0.02 for one in dubbed.plan.segments[:-1])


@pytest.mark.parametrize("over_s", [0.02, 0.03, 0.045])
def test_a_cue_that_is_too_long_by_a_few_hundredths_is_hurried(pipeline: Pipeline, over_s: float) -> None:
    line = "我们明天早上八点出发。"
    request, timed = subtitles((line, 1.0, 9.0))
    usual = dub(pipeline, request, timed, end_s=20.0).cues[0]
    request, timed = subtitles((line, 1.0, 1.0 + usual.ends_s - usual.starts_s - over_s))
    (cue,) = dub(pipeline, request, timed, end_s=20.0).cues
    assert cue.state == "faster" and cue.rate > 1.0
    assert cue.ends_s <= cue.end_s + 0.005


RATE = 1000


class Steady(Pipeline):
    """A voice that says every character in 0.2 s, times what the plan asks for, and sentences 0.4 s apart."""

    def __init__(self, lead: int = 0, level: int = 20_000) -> None:
        self.lead = lead
        """Samples of each sentence before something is heard, which are as loud as nothing is."""
        self.level = level
        self.rounds = 0

    @property
    def sample_rate(self) -> int:
        return RATE

    def analyse(
        self, request: SpeechRequest, *, run: Run | None = None, around: tuple[Utterance, Utterance] | None = None
    ) -> Utterance:
        return Utterance(request.text, segments=build_segments(request.text, max_syllables=60))

    def render(self, utterance: Utterance, *, run: Run | None = None) -> Iterator[SegmentAudio]:
        self.rounds += 1
        assert run is not None
        run.cached += 1
        at = utterance.pause_before_s
        for index, segment in enumerate(utterance.segments):
            said = [token for token in segment.tokens if token.kind == "hanzi"]
            length_s = sum(0.2 * token.duration_scale for token in said)
            segment.start_s, segment.end_s = at, at + length_s
            pcm = np.full(round(length_s * RATE), self.level, np.int16)
            pcm[: self.lead] = 32
            sound = SegmentSound(pcm, np.zeros((0, 2)), np.zeros((0, 3)), "") if said else None
            at += length_s + (0.4 if segment.pause_after_s is None else segment.pause_after_s)
            yield SegmentAudio(pcm.astype(np.float32), RATE, index, len(utterance.segments), sound=sound)


def steady(
    *cues: tuple[str, float, float],
    lead: int = 0,
    level: int = 20_000,
    begin_s: float = 0.0,
    end_s: float | None = None,
) -> Dubbed:
    request, timed = subtitles(*cues)
    return dub(Steady(lead, level), request, timed, begin_s=begin_s, end_s=end_s)


def of(cue: DubbedCue) -> tuple[CueState, float, float, float]:
    """What became of it, when it is heard, and how fast."""
    return cue.state, round(cue.starts_s, 3), round(cue.ends_s, 3), cue.rate


TEN = "一二三四五六七八九十。"
"""Two seconds of it."""


@pytest.mark.parametrize(
    ("time_s", "expected"),
    [
        (3.0, ("fits", 1.0, 3.0, 1.0)), (2.0, ("fits", 1.0, 3.0, 1.0)), (1.996, ("fits", 1.0, 3.0, 1.0)),
        (1.994, ("faster", 1.0, 2.994, 1.003)), (1.6, ("faster", 1.0, 2.6, 1.25)),
        (1.54, ("faster", 1.0, 2.54, 1.299)), (1.535, ("faster", 1.0, 2.538, 1.3)), (1.5, ("over", 1.0, 2.538, 1.3)),
        (0.0, ("over", 1.0, 2.538, 1.3)),
    ],
)  # fmt: skip
def test_a_cue_is_as_fast_as_its_time_needs_and_no_faster_than_is_natural(
    time_s: float, expected: tuple[CueState, float, float, float]
) -> None:
    dubbed = steady((TEN, 1.0, 1.0 + time_s), end_s=9.0)
    assert of(dubbed.cues[0]) == expected
    assert dubbed.ends_s == pytest.approx(9.0, abs=1e-3) and dubbed.plan.pause_before_s == 1.0
    assert dubbed.cues[0].text == TEN


def test_pauses_give_way_last_and_only_so_far_as_they_must() -> None:
    line = "一二三。四五六。七八九。"  # 1.8 s with two pauses of 0.4 s, at its fastest 1.385 s
    assert of(steady((line, 0.0, 2.6), end_s=9.0).cues[0]) == ("fits", 0.0, 2.6, 1.0)
    assert of(steady((line, 0.0, 2.2), end_s=9.0).cues[0])[0] == "faster"
    squeezed = steady((line, 0.0, 2.0), end_s=9.0)
    state, _, ends_s, rate = of(squeezed.cues[0])
    assert (state, rate) == ("squeezed", FASTEST) and ends_s == pytest.approx(2.0, abs=2e-3)
    assert [one.pause_after_s for one in squeezed.plan.segments[:-1]] == pytest.approx([0.308] * 2, abs=2e-3)
    over = steady((line, 0.0, 1.0), end_s=9.0)
    assert of(over.cues[0])[0] == "over"
    assert [one.pause_after_s for one in over.plan.segments[:-1]] == [GAP_S] * 2
    # A pause that is as short as that already has nothing to give.
    assert of(steady((TEN, 0.0, 1.5), end_s=9.0).cues[0])[0] == "over"


def test_pauses_that_the_plan_asks_for_are_kept_as_they_are() -> None:
    class Asking(Steady):
        def analyse(
            self, request: SpeechRequest, *, run: Run | None = None, around: tuple[Utterance, Utterance] | None = None
        ) -> Utterance:
            plan = super().analyse(request, run=run)
            plan.segments[0].pause_after_s = 1.25
            return plan

    request, timed = subtitles(("一二三。四五六。七八九。", 0.0, 5.0))
    dubbed = dub(Asking(), request, timed, end_s=9.0)
    assert [one.pause_after_s for one in dubbed.plan.segments[:-1]] == [1.25, 0.4]


def test_a_cue_leaves_a_gap_before_the_next_one_and_not_before_the_end() -> None:
    first, second = steady((TEN, 0.0, 2.0), (TEN, 2.0, 4.0)).cues
    assert of(first) == ("faster", 0.0, 1.92, 1.042)
    assert of(second) == ("faster", 2.0, 3.92, 1.042)
    # The last one's time ends so long before the stretch does, too.
    assert of(steady((TEN, 0.0, 2.0), end_s=2.08).cues[0])[0] == "fits"
    assert of(steady((TEN, 0.0, 2.0), end_s=2.06).cues[0])[0] == "faster"


def test_what_ends_too_late_holds_the_next_one_up_which_is_late_by_it() -> None:
    dubbed = steady((TEN, 0.0, 1.0), ("你好。", 1.0, 2.5), ("再见。", 5.0, 6.0), end_s=6.0)
    first, second, third = dubbed.cues
    assert (first.state, second.state, third.state) == ("over", "late", "fits")
    assert (first.delays, first.late_by) == (1, "") and first.over_s == pytest.approx(0.538, abs=2e-3)
    assert (second.late_by, second.late_by_s, second.over_s) == (TEN, 0.0, 0.0)
    assert second.starts_s == pytest.approx(first.ends_s, abs=1e-3)
    assert second.drift_s == pytest.approx(0.538, abs=2e-3) and abs(third.drift_s) < 1e-3
    assert dubbed.plan.segments[-1].pause_after_s == pytest.approx(0.6, abs=1e-3)


@pytest.mark.parametrize(("late_s", "state"), [(0.019, "fits"), (0.021, "late")])
def test_a_cue_is_late_from_two_hundredths_of_a_second_on(late_s: float, state: CueState) -> None:
    begin_s = 1.538 - late_s  # the first one's end, at its fastest
    first, second = steady((TEN, 0.0, begin_s), ("你好。", begin_s, 5.0), end_s=9.0).cues
    assert second.drift_s == pytest.approx(late_s, abs=1.1e-3) and LATE_S == 0.02
    assert (second.state, first.state, first.delays) == (state, "over", int(state == "late"))


@pytest.mark.parametrize(
    ("lead", "level", "begins"), [(50, 33, 0.95), (50, 32, 1.0), (240, 900, 0.76), (260, 900, 1.0)]
)
def test_what_is_not_heard_of_a_sound_stands_before_its_time(lead: int, level: int, begins: float) -> None:
    dubbed = steady((TEN, 1.0, 4.0), lead=lead, level=level, end_s=9.0)
    assert dubbed.plan.pause_before_s == pytest.approx(begins, abs=1e-6)
    assert dubbed.cues[0].starts_s == pytest.approx(1.0 if begins < 1 else begins, abs=1e-6)
    assert dubbed.cues[0].ends_s == pytest.approx(begins + 2.0, abs=1e-6)
    # Where there is no room before it, it is heard a little late, and nothing holds it up.
    at_once = steady((TEN, 0.0, 4.0), lead=lead, level=level, end_s=9.0)
    assert at_once.plan.pause_before_s == 0.0 and at_once.cues[0].state == "fits"
    assert at_once.cues[0].drift_s == pytest.approx(1.0 - begins, abs=1e-6)


def test_a_cue_that_says_nothing_takes_no_time_and_moves_no_other() -> None:
    dubbed = steady(("你好。", 1.0, 2.0), ("……", 3.0, 4.0), ("再见。", 5.0, 6.0), end_s=7.0)
    assert [of(cue)[:2] for cue in dubbed.cues] == [("fits", 1.0), ("fits", 3.0), ("fits", 5.0)]
    assert dubbed.ends_s == 7.0


def test_a_later_stretch_counts_from_its_own_beginning() -> None:
    dubbed = steady(("你好。", 100.5, 102.0), begin_s=99.0)
    assert (dubbed.plan.pause_before_s, dubbed.ends_s) == (1.5, 102.0)
    # What comes before has ended late.
    late = steady(("你好。", 100.5, 102.0), begin_s=101.0, end_s=110.0)
    assert late.plan.pause_before_s == 0.0 and of(late.cues[0])[:2] == ("late", 101.0)
    assert late.ends_s == 110.0


def test_what_is_in_memory_counts_once_and_each_sound_is_handed_out() -> None:
    run = Run()
    kept: list[tuple[int, float]] = []
    request, timed = subtitles((TEN, 0.0, 1.6), ("你好。", 2.0, 3.0))
    voice = Steady()
    dub(voice, request, timed, run=run, keep=lambda part, share: kept.append((part.index, round(share, 3))))
    assert voice.rounds == 2 and run.cached == 1
    assert kept == [(0, 0.35), (1, 0.7), (0, 0.805), (1, 0.91)]  # with how much of it is done
    easy = Steady()
    dub(easy, *subtitles((TEN, 0.0, 5.0)))
    assert easy.rounds == 1


@pytest.mark.parametrize(
    ("cues", "times", "number"),
    [
        (((1.0, 0.9),), {}, 1), (((1.0, 2.0), (0.9, 3.0)), {}, 2), (((5.0, 6.0),), {"end_s": 4.9}, 1),
    ],
)  # fmt: skip
def test_times_that_cannot_be_followed_are_refused_with_the_number_of_the_cue(
    cues: tuple[tuple[float, float], ...], times: dict[str, Any], number: int
) -> None:
    with pytest.raises(StudioError) as refused:
        steady(*(("好。", *one) for one in cues), **times)
    assert refused.value.code == "bad_cues"
    assert refused.value.details == {"number": number}


@pytest.mark.parametrize(
    ("cues", "times"),
    [
        (((1.0, 1.0),), {}), (((1.0, 2.0), (1.0, 3.0)), {}), (((5.0, 6.0),), {"end_s": 5.0}),
        (((100.0, 101.0),), {"begin_s": 101.5, "end_s": 120.0}), (((1299.0, 1301.0),), {"begin_s": 99.0}),
    ],
)  # fmt: skip
def test_times_that_touch_their_bounds_can_be_followed(
    cues: tuple[tuple[float, float], ...], times: dict[str, Any]
) -> None:
    assert len(steady(*(("好。", *one) for one in cues), **times).cues) == len(cues)


def test_a_silence_of_hours_is_made_of_short_ones_and_every_cue_is_in_time() -> None:
    cues = (("你好。", 7203.25, 7204.0), ("今天。", 7210.0, 7211.0), ("再见。", 9010.5, 9012.0))
    dubbed = steady(*cues, end_s=20_000.0)
    assert [of(cue)[:2] for cue in dubbed.cues] == [("fits", begin_s) for _, begin_s, _ in cues]
    parts = [dubbed.plan.pause_before_s, *(one.pause_after_s or 0.0 for one in dubbed.plan.segments)]
    assert max(parts) == SILENCE_S and min(parts) > 0.0
    heard, run = [], Run()
    at = dubbed.plan.pause_before_s
    for part, segment in zip(Steady().render(dubbed.plan, run=run), dubbed.plan.segments, strict=True):
        if part.sound is not None:
            heard.append((segment.text, round(at, 3)))
        at += part.samples.size / RATE + (segment.pause_after_s or 0.0)
    assert heard == [(line, begin_s) for line, begin_s, _ in cues] and at == pytest.approx(20_000.0, abs=1e-3)
    starts = [one.start for one in dubbed.plan.segments]
    assert starts == sorted(starts)
    assert len(steady(("你好。", SILENCE_S, 301.0), end_s=301.0 + SILENCE_S).plan.segments) == 2


def test_the_real_voice_is_silent_for_long_in_pieces_and_its_subtitles_are_in_step(pipeline: Pipeline) -> None:
    request, timed = subtitles(("你好。", 1900.0, 1902.0), ("再见。", 3300.0, 3302.0))
    dubbed = dub(pipeline, request, timed, end_s=3400.0)
    sizes, quiet = [], 0
    for part in pipeline.render(dubbed.plan):
        sizes.append(part.samples.size)
        quiet += part.sound is None or not part.sound.pcm.size
    rate = pipeline.sample_rate
    assert sum(sizes) == 3400 * rate and max(sizes) < (2 * SILENCE_S + 3) * rate and quiet == len(sizes) - 2
    told = Subtitles.of(dubbed.plan).sentences
    assert [one.text for one in told] == ["你好。", "再见。"]
    assert [one.start_s for one in told] == pytest.approx([1900.0, 3300.0], abs=0.1)


def test_nothing_to_say_is_refused() -> None:
    with pytest.raises(StudioError) as refused:
        dub(Steady(), SpeechRequest("好。"), [])
    assert refused.value.code == "text_empty"


def test_who_only_passes_on_how_late_it_is_is_not_to_blame() -> None:
    first, second, third, fourth = steady(
        (TEN, 0.0, 1.0), ("一二三四五。", 1.0, 2.1), ("你好。", 2.1, 4.0), ("再见。", 9.0, 10.0), end_s=10.0
    ).cues
    assert [one.state for one in (first, second, third, fourth)] == ["over", "late", "late", "fits"]
    assert (first.delays, second.delays, second.late_by, third.late_by, fourth.late_by) == (2, 0, TEN, TEN, "")
    assert [one.en for one in unfitting((first, second, third, fourth))] == [
        "0.5 s too long, so the next 2 begin late; shorten the text.",
        "Begins 0.5 s late because “一二三四五六七八九十。” (0:00.0) is too long; shorten that one.",
        "Begins 0.4 s late because “一二三四五六七八九十。” (0:00.0) is too long; shorten that one.",
    ]


def test_who_begins_late_and_is_too_long_by_itself_is_to_blame_for_the_next() -> None:
    first, second, third = steady((TEN, 0.0, 1.0), (TEN, 1.0, 2.0), ("你好。", 2.0, 4.0), end_s=9.0).cues
    assert [one.state for one in (first, second, third)] == ["over", "over", "late"]
    assert (second.late_by, third.late_by_s, second.delays) == (TEN, 1.0, 1)
    assert second.over_s == pytest.approx(0.538, abs=2e-3)  # of its own time, however late it began
    assert unfitting((second,))[0].en == (
        "Begins 0.5 s late because “一二三四五六七八九十。” (0:00.0) is too long, "
        "and is itself 0.5 s too long, so the next one begins late; shorten both."
    )
    alone = unfitting(steady((TEN, 0.0, 1.0), (TEN, 1.0, 2.0), end_s=9.0).cues)[1]
    assert alone.en.endswith("and is itself 0.5 s longer than its subtitle; shorten both.")
    assert "晚 0.5 秒才开始，自己也比字幕时间长 0.5 秒，请都改短。" in alone.zh


def test_cues_that_overlap_are_one_after_the_other_and_the_first_is_to_blame() -> None:
    first, second = steady((TEN, 0.0, 3.0), ("你好。", 1.0, 3.0), end_s=9.0).cues
    assert (first.state, first.delays, second.state, second.late_by) == ("over", 1, "late", TEN)
    assert first.over_s > 0.5 and unfitting((first,))[0].en.startswith("0.6 s too long")


def test_over_parts_it_is_known_who_made_the_first_one_late() -> None:
    before = steady((TEN, 0.0, 1.0), end_s=1.0).cues
    after = steady(("你好。", 1.2, 3.0), ("再见。", 5.0, 6.0), begin_s=before[-1].ends_s, end_s=9.0).cues
    assert (after[0].state, after[0].late_by) == ("late", "")
    assert "what comes before it" in unfitting(after)[0].en and "前面的内容" in unfitting(after)[0].zh
    over, late, fits = blamed((*before, *after))
    assert (over.delays, late.late_by, fits.late_by) == (1, TEN, "")
    assert blamed((over, late, fits)) == (over, late, fits)  # nothing is counted twice


def test_what_does_not_fit_is_told_by_how_much_and_never_by_nothing() -> None:
    def cue(state: CueState, begin_s: float, end_s: float, ends_s: float) -> DubbedCue:
        return DubbedCue("好。", begin_s, end_s, begin_s + 0.0236, ends_s, 1.3, state)

    told = unfitting(
        [
            cue("fits", 0.0, 1.0, 5.0), cue("over", 3725.5, 3727.0, 3728.24), cue("faster", 1.0, 2.0, 9.0),
            cue("late", -1.0, 61.0, 60.0), cue("squeezed", 1.0, 2.0, 9.0), cue("over", 59.9, 61.0, 61.006),
            cue("over", 59.9, 61.0, 61.09),
        ]
    )  # fmt: skip
    assert [one.en for one in told] == [
        "1.2 s longer than its subtitle; shorten the text.",
        "Begins 0.02 s late because what comes before it is too long; shorten that.",
        "0.09 s longer than its subtitle; shorten the text.",
    ]
    assert told[0].zh == "比字幕时间长 1.2 秒，请改短。"
    assert [clock(seconds) for seconds in (0.0, 59.96, 60.0, 3725.5)] == ["0:00.0", "0:59.9", "1:00.0", "1:02:05.5"]
    assert cue("over", 2.0, 3.0, 4.0).told()["drift_s"] == 0.0236 and cue("over", 2.0, 3.0, 4.0).told()["rate"] == 1.3


SPOKEN = st.lists(st.integers(1, 9), min_size=1, max_size=3).map(lambda all: "".join("好" * one + "。" for one in all))
CUE = st.tuples(SPOKEN, st.integers(0, 3000), st.integers(0, 4000))


@given(st.lists(CUE, min_size=1, max_size=5), st.integers(0, 3000), st.sampled_from([0, 40]))
def test_whatever_the_times_no_two_cues_are_heard_at_once_and_each_state_is_true(
    given_cues: list[tuple[str, int, int]], rest: int, lead: int
) -> None:
    cues, at = [], 0
    for text, gap, length in given_cues:
        at += gap
        cues.append((text, at / RATE, (at + length) / RATE))
        at += length // 2
    end_s = max(cues[-1][1], at / RATE) + rest / RATE
    dubbed = steady(*cues, lead=lead, end_s=end_s)
    lead_s = lead / RATE
    for one, after in pairwise(dubbed.cues):
        assert after.starts_s - lead_s >= one.ends_s - 2e-3
    for number, cue in enumerate(dubbed.cues):
        over_s = cue.ends_s - cue.end_s
        assert 1.0 <= cue.rate <= FASTEST
        if cue.state == "fits":
            assert cue.rate == 1.0 and over_s <= 0.006
        elif cue.state == "faster":
            assert cue.rate > 1.0 and over_s <= 0.006
        elif cue.state == "squeezed":
            assert cue.rate == FASTEST and over_s <= 0.006
        elif cue.state == "over":
            assert over_s > 0.004 or (cue.delays and cue.ends_s > cues[number + 1][1])
        else:
            assert cue.drift_s > LATE_S - 1e-3 and cue.late_by in [one.text for one in dubbed.cues[:number]]
        assert "0.0 s" not in "".join(one.en for one in unfitting((cue,)))
    assert sum(one.delays for one in dubbed.cues) == sum(bool(one.late_by) for one in dubbed.cues)
    sounds: list[Segment] = dubbed.plan.segments
    whole_s = dubbed.plan.pause_before_s + sum(
        (one.end_s or 0.0) - (one.start_s or 0.0) + (one.pause_after_s or 0.0) for one in sounds
    )
    assert whole_s == pytest.approx(dubbed.ends_s, abs=5e-3)
    assert dubbed.ends_s == pytest.approx(max(end_s, dubbed.cues[-1].ends_s), abs=2e-3)


def test_a_cue_that_says_nothing_is_not_late_beside_one_that_is() -> None:
    dubbed = steady((TEN, 0.0, 1.0), ("……", 1.0, 1.0), ("你好。", 1.0, 2.5), end_s=9.0)
    assert [cue.state for cue in dubbed.cues] == ["over", "fits", "late"]


TIGHT = (
    "经理问我愿不愿意去，至少两年。",
    "我说让我想一想再答复他。",
    "妈，你别哭，我过年就回来。",
    "那边冬天很冷，多带几件衣服。",
)


def tight_film(cues: int, character_s: float) -> tuple[SpeechRequest, list[Timed]]:
    """Subtitles that touch each other, each with so much time for every character."""

    def stamp(seconds: float) -> str:
        return f"00:{seconds // 60:02.0f}:{seconds % 60:06.3f}".replace(".", ",")

    file, at = [], 1.0
    for number, line in enumerate((TIGHT * cues)[:cues], 1):
        ends_s = at + character_s * len(line)
        file.append(f"{number}\n{stamp(at)} --> {stamp(ends_s)}\n{line}\n")
        at = ends_s
    (chapter,) = read_subtitles("film.srt", "\n".join(file), "srt").chapters
    return SpeechRequest(chapter.text, literal=True), list(chapter.timed)


def test_each_of_forty_cues_that_are_too_long_is_hurried_and_none_makes_the_next_one_late() -> None:
    voice = Steady()
    request, timed = tight_film(40, 0.15)
    cues = dub(voice, request, timed).cues
    assert len(cues) == 40 and {cue.state for cue in cues} == {"faster"}
    assert min(cue.rate for cue in cues) > 1.05 and max(abs(cue.drift_s) for cue in cues) < 1e-3
    assert voice.rounds <= 3  # all of them in the same rounds


def test_each_of_several_cues_is_hurried_to_its_time_with_the_real_voice(pipeline: Pipeline) -> None:
    request, timed = tight_film(6, 0.175)
    dubbed = dub(pipeline, request, timed)
    assert [cue.state for cue in dubbed.cues] == ["faster"] * 6
    assert dubbed.ends_s == pytest.approx(timed[-1].end_s, abs=0.01)
