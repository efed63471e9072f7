"""Emotions of single sentences on their way through the pipeline: marked, read from the text, edited, spoken."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from indextts.engines.embedded.engine import load
from indextts.model.utterance import Settings, Utterance
from indextts.pipeline.pipeline import Pipeline
from indextts.plan.request import SpeechRequest
from indextts.platform.config import Config
from indextts.platform.run import Run

AUTO = Settings(emotion="auto", intensity=0.8)
GLAD, PLAIN = "终于拿到奖了，太开心了，哈哈哈！", "图书馆位于城市的东部。"


@pytest.fixture
def tiny(tiny_config: Config) -> Pipeline:
    return Pipeline(tiny_config, load(tiny_config))


def _felt(plan: Utterance) -> list[tuple[str, str, str]]:
    return [(segment.text, segment.emotion, segment.emotion_source) for segment in plan.segments]


def test_auto_reads_each_sentence(tiny: Pipeline) -> None:
    plan = tiny.analyse(SpeechRequest(GLAD + PLAIN + "I love it, thank you so much!", AUTO))
    assert plan.settings.emotion == "auto"
    assert _felt(plan) == [
        (GLAD, "happy", "auto"), (PLAIN, "neutral", "auto"), ("I love it, thank you so much!", "happy", "auto"),
    ]  # fmt: skip
    glad, plain, _ = plan.segments
    assert glad.emotion_probability is not None and glad.intensity is not None
    assert 0.5 < glad.emotion_probability <= 1.0
    assert glad.intensity == pytest.approx(0.8 * glad.emotion_probability, abs=1e-3)
    assert plain.intensity is None
    assert Utterance.from_json(plan.to_json()) == plan


def test_other_emotions_leave_the_sentences_alone(tiny: Pipeline) -> None:
    run = Run()
    plan = tiny.analyse(SpeechRequest(GLAD, Settings(emotion="sad")), run=run)
    assert _felt(plan) == [(GLAD, "", "")]
    assert "emotion" not in [stage.name for stage in run.stages]


def test_a_mark_goes_before_auto_and_ends_a_segment(tiny: Pipeline) -> None:
    plan = tiny.analyse(SpeechRequest(f"我[sad 0.3]真开心[/sad]，你呢？{GLAD}", AUTO))
    first, second, third, last = plan.segments
    assert [segment.text for segment in plan.segments] == ["我", "真开心，", "你呢？", GLAD]
    assert (second.emotion, second.emotion_source, second.intensity) == ("sad", "markup", 0.3)
    assert second.emotion_probability is None
    assert first.emotion == third.emotion and first.emotion_source == third.emotion_source == "auto"
    assert (last.emotion, last.emotion_source) == ("happy", "auto")
    assert plan.text == f"我真开心，你呢？{GLAD}"
    assert all(segment.pause_after_s is None for segment in plan.segments), "the table of pauses holds"


def test_marks_hold_with_any_emotion_of_the_request(tiny: Pipeline) -> None:
    plan = tiny.analyse(SpeechRequest("[高兴]你好。我来了。[/高兴]再见！[pause 1s]好", Settings(emotion="calm")))
    assert _felt(plan) == [
        ("你好。", "happy", "markup"), ("我来了。", "happy", "markup"), ("再见！", "", ""), ("好", "", ""),
    ]  # fmt: skip
    assert [segment.pause_after_s for segment in plan.segments] == [None, None, 1.0, None]
    assert [segment.intensity for segment in plan.segments] == [None] * 4


def test_marks_inside_the_dictionarys_words_and_numbers_are_kept(tiny: Pipeline) -> None:
    plan = tiny.analyse(SpeechRequest("今天20[sad]26年[/sad]"))
    assert [(segment.text, segment.emotion) for segment in plan.segments] == [("今天20", ""), ("26年", "sad")]


def test_an_edited_plan_keeps_what_is_in_it(tiny: Pipeline) -> None:
    plan = tiny.analyse(SpeechRequest(GLAD + PLAIN, AUTO))
    plan.segments[0].emotion, plan.segments[0].emotion_source = "angry", "user"
    plan.segments[1].emotion = plan.segments[1].emotion_source = ""
    spoken = tiny.collect(tiny.accept(plan), Run()).utterance
    assert _felt(spoken) == [(GLAD, "angry", "user"), (PLAIN, "neutral", "auto")], "only what is empty is read"


def test_a_sentence_sounds_as_its_own_emotion_says(tiny: Pipeline) -> None:
    def samples(plan: Utterance) -> np.ndarray:
        return np.concatenate([part.samples for part in tiny.render(plan)])

    plain = tiny.analyse(SpeechRequest(PLAIN))
    marked = tiny.analyse(SpeechRequest(f"[sad 0.9]{PLAIN}[/sad]"))
    whole = tiny.analyse(SpeechRequest(PLAIN, Settings(emotion="sad", intensity=0.9)))
    assert samples(marked).size > samples(plain).size, "sad is slower"
    assert np.array_equal(samples(marked), samples(whole))


def test_auto_is_neutral_where_the_text_says_nothing(tiny: Pipeline) -> None:
    neutral = tiny.analyse(SpeechRequest(PLAIN))
    auto = tiny.analyse(SpeechRequest(PLAIN, replace(AUTO, intensity=1.0)))
    one, other = (np.concatenate([part.samples for part in tiny.render(plan)]) for plan in (neutral, auto))
    assert np.array_equal(one, other)
