"""In a long text the next segments are synthesised along with the one that is asked for, and sound the same."""

from __future__ import annotations

import os
import threading
from copy import deepcopy
from typing import Any

import numpy as np
import pytest

from indextts.engines.kokoro.early import EarlySegments
from indextts.engines.kokoro.engine import KokoroEngine, load
from indextts.model.errors import StudioError
from indextts.model.utterance import Segment, Settings, Utterance
from indextts.pipeline.pipeline import Pipeline
from indextts.plan.request import SpeechRequest
from indextts.platform.config import Config
from indextts.platform.run import Cancel, Run

TEXT = "火车在半夜到达了小镇。老师把作业本都收走了。The old barn door swung open. 他说这本书是借来的。最后一句。"
SETTINGS = Settings(engine="kokoro", voice="zf_xiaoxiao", prosody="rules")
WAIT_S = 60.0


@pytest.fixture
def on_two_cores(config: Config, monkeypatch: pytest.MonkeyPatch) -> KokoroEngine:
    monkeypatch.setattr(os, "cpu_count", lambda: 2)
    return load(config)


@pytest.fixture
def plan(config: Config, on_two_cores: KokoroEngine) -> Utterance:
    return Pipeline(config, on_two_cores).analyse(SpeechRequest(TEXT, settings=SETTINGS))


def times(segments: list[Segment]) -> list[tuple[float | None, float | None]]:
    return [(token.start_s, token.end_s) for segment in segments for token in segment.tokens]


def spoken_in_turn(engine: KokoroEngine, segments: list[Segment]) -> list[bytes]:
    sounds = []
    for place, segment in enumerate(segments):
        [sound] = engine.speak_together([segment], SETTINGS, Run(), [segments[place + 1 : place + 2]])
        assert sound is not None
        sounds.append(sound.tobytes())
    return sounds


def test_samples_and_times_are_those_of_segments_said_one_by_one(on_two_cores: KokoroEngine, plan: Utterance) -> None:
    one_by_one, in_turn = deepcopy(plan.segments), deepcopy(plan.segments)
    expected = [on_two_cores.speak(segment, SETTINGS, Run()).tobytes() for segment in one_by_one]
    assert spoken_in_turn(on_two_cores, in_turn) == expected
    assert times(in_turn) == times(one_by_one) and len(expected) == 5


def test_a_long_text_keeps_two_cores_busy_with_a_segment_each(
    config: Config, on_two_cores: KokoroEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    networks, meet = on_two_cores._networks, threading.Barrier(2)
    sound: Any = networks.sound
    whole: list[bool] = []

    def together(*given: Any, **how: bool) -> Any:
        whole.append(how["whole"])
        if len(whole) > 1:  # the first segment is waited for, and has all cores
            meet.wait(WAIT_S)
        return sound(*given, **how)

    monkeypatch.setattr(networks, "sound", together)
    speech = Pipeline(config, on_two_cores).speak(SpeechRequest(TEXT, settings=SETTINGS))
    assert len(speech.utterance.segments) == 5
    assert whole == [True, False, False, False, False], "the first alone, then two at a time"


def test_a_third_segment_waits_for_a_free_lane() -> None:
    begun, go = [], threading.Event()

    def say(segment: Segment, _: Settings, __: Run) -> Any:
        begun.append(segment.text)
        assert go.wait(WAIT_S)
        return np.zeros(1, np.float32)

    early = EarlySegments(say, lanes=2)
    with early.turn("0"):
        for name in "123":
            early.begin(Segment(name, 0, 1), SETTINGS, name)
        assert early.crowded
    go.set()
    assert early.take(Segment("1", 0, 1), Run(), "1") is not None
    assert early.take(Segment("2", 0, 1), Run(), "2") is None and begun == ["1"]


def test_a_segment_that_failed_early_is_said_when_it_is_asked_for(
    on_two_cores: KokoroEngine, plan: Utterance, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = [on_two_cores.speak(segment, SETTINGS, Run()).tobytes() for segment in deepcopy(plan.segments)]
    sound: Any = on_two_cores._networks.sound

    def fails_beside_another(*given: Any, **how: bool) -> Any:
        if threading.current_thread().name == "speak early":
            raise RuntimeError("no memory")
        return sound(*given, **how)

    monkeypatch.setattr(on_two_cores._networks, "sound", fails_beside_another)
    assert spoken_in_turn(on_two_cores, plan.segments) == expected


def test_a_cancelled_request_does_not_wait_for_what_was_begun_for_it(plan: Utterance) -> None:
    go, stopped = threading.Event(), threading.Event()

    def say(_: Segment, __: Settings, run: Run) -> Any:
        assert go.wait(WAIT_S)
        try:
            run.beat()
        except StudioError:
            stopped.set()
            raise

    early = EarlySegments(say, lanes=2)
    early.begin(plan.segments[1], SETTINGS, "next")
    cancel = Cancel()
    cancel.cancel()
    with pytest.raises(StudioError) as caught:
        early.take(plan.segments[1], Run(cancel), "next")
    go.set()
    assert caught.value.code == "cancelled" and stopped.wait(WAIT_S)


def test_what_nobody_asks_for_is_forgotten(plan: Utterance) -> None:
    early = EarlySegments(lambda *_: np.zeros(1, np.float32), lanes=2)
    for number in range(9):
        before = threading.active_count()
        early.begin(plan.segments[0], SETTINGS, str(number))
        for thread in threading.enumerate():
            if thread.name == "speak early":
                thread.join(WAIT_S)
        assert threading.active_count() <= before
    kept = [early.take(plan.segments[0], Run(), str(number)) is not None for number in range(9)]
    assert kept == [False] * 5 + [True] * 4
