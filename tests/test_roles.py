"""A literal text whose places are said by characters: what `SpeechRequest` takes beside marks in the text."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from indextts.engines.embedded.engine import load
from indextts.model.errors import StudioError
from indextts.model.utterance import Settings
from indextts.pipeline.pipeline import Pipeline
from indextts.plan.request import ReadingSpan, RoleSpan, SpeechRequest
from indextts.platform.config import Config
from indextts.platform.run import Run
from indextts.works.db.requests import kept_request, request_of

TEXT = "他说：“走吧，银行见。”\n她笑了。"
SAID = RoleSpan(3, 12, voice="gentle", emotion="happy", intensity=0.5, speed=1.25, name="老王")


@pytest.fixture(scope="module")
def pipeline(real_config: Config) -> Pipeline:
    return Pipeline(real_config, load(real_config))


def test_a_role_has_a_voice_an_emotion_and_a_rate_and_ends_with_its_quotation(pipeline: Pipeline) -> None:
    voice = pipeline.voices()[1].id
    role = replace(SAID, voice=voice)
    assert TEXT[role.start : role.end] == "“走吧，银行见。”"
    plan = pipeline.analyse(SpeechRequest(TEXT, literal=True, roles=(role,)))
    told = [(one.voice, one.emotion, one.intensity) for one in plan.segments]
    assert told == [("", "", None), (voice, "happy", 0.5), ("", "", None)]
    assert {token.duration_scale for token in plan.segments[1].tokens if token.kind == "hanzi"} == {0.8}
    assert {token.duration_scale for token in plan.segments[2].tokens} == {1.0}


def test_the_same_said_by_marks_sounds_the_same(pipeline: Pipeline) -> None:
    voice = pipeline.voices()[1].id
    marked = f'他说：<voice name="{voice}">[happy 0.5]“走吧。”[/happy]</voice>她笑了。'
    literal = SpeechRequest("他说：“走吧。”她笑了。", literal=True, roles=(RoleSpan(3, 8, voice, "happy", 0.5),))
    one, other = pipeline.speak(SpeechRequest(marked)), pipeline.speak(literal)
    assert np.array_equal(one.samples, other.samples)
    streamed = np.concatenate([part.samples for part in pipeline.stream(literal, run=Run())])
    assert np.array_equal(streamed, other.samples)


def test_a_fix_decides_a_reading_and_no_mark_is_read_in_literal_text(pipeline: Pipeline) -> None:
    text = "A：银行[pause 3]<行|xing2>。\nB：好。"
    plan = pipeline.analyse(SpeechRequest(text, literal=True, fixes=(ReadingSpan(3, 4, "xing2"),)))
    assert plan.text == text and {one.voice for one in plan.segments} == {""}
    tokens = [token for one in plan.segments for token in one.tokens if token.kind == "hanzi"]
    assert [(token.text, token.reading) for token in tokens[:2]] == [("银", "yin2"), ("行", "xing2")]
    assert plan.segments[0].text.startswith("A")


def test_a_request_without_roles_is_kept_as_before_and_one_with_them_comes_back() -> None:
    assert set(kept_request(SpeechRequest("你好。"))) == {"text", "settings", "speakers", "words"}
    request = SpeechRequest(TEXT, Settings(speed=1.1), literal=True, roles=(SAID,), fixes=(ReadingSpan(7, 8, "hang2"),))
    assert request_of(kept_request(request)) == request


def test_a_voice_that_is_gone_is_told_with_the_name_of_the_character(pipeline: Pipeline) -> None:
    with pytest.raises(StudioError) as gone:
        pipeline.check(SpeechRequest(TEXT, literal=True, roles=(replace(SAID, voice="nobody"),)))
    assert gone.value.code == "bad_role"
    for language in ("zh", "en"):
        told = gone.value.localise(language)[0]
        assert "老王" in told and "nobody" in told


@pytest.mark.parametrize("wrong", [{"emotion": "auto"}, {"emotion": "hungry"}, {"intensity": 1.5}, {"speed": 4.0}])
def test_what_a_role_cannot_have_is_refused(pipeline: Pipeline, wrong: dict[str, object]) -> None:
    with pytest.raises(StudioError) as refused:
        pipeline.check(SpeechRequest(TEXT, literal=True, roles=(RoleSpan(0, 2, name="甲", **wrong),)))  # type: ignore[arg-type]
    assert refused.value.code == "bad_role" and "甲" in str(refused.value)


def test_a_fix_that_cannot_be_said_is_refused(pipeline: Pipeline) -> None:
    with pytest.raises(StudioError) as refused:
        pipeline.check(SpeechRequest(TEXT, literal=True, fixes=(ReadingSpan(3, 4, "xyz9"),)))
    assert refused.value.code == "bad_reading"
    with pytest.raises(ValueError, match="literal"):
        pipeline.check(SpeechRequest(TEXT, roles=(SAID,)))
