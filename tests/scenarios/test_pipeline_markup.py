"""Marks and the dictionary on their way through the pipeline into the sound."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from indextts.engines.embedded.engine import load
from indextts.model.errors import StudioError
from indextts.model.utterance import Token, Utterance
from indextts.pipeline.pipeline import Pipeline
from indextts.plan.request import SpeechRequest
from indextts.platform.config import Config
from indextts.platform.run import Speech
from indextts.reading.lexicon import Lexicon
from indextts.reading.lexicon.entry import draft
from indextts.sound.loudness import loudness


@pytest.fixture
def tiny(tiny_config: Config) -> Pipeline:
    return Pipeline(tiny_config, load(tiny_config))


@pytest.fixture
def lexicon(tiny_config: Config) -> Lexicon:
    """The pipeline's own, as another part of the program opens it."""
    return Lexicon(tiny_config.library_path)


def _tokens(pipeline: Pipeline, text: str) -> list[Token]:
    utterance = pipeline.analyse(SpeechRequest(text))
    assert Utterance.from_json(utterance.to_json()) == utterance
    return [token for segment in utterance.segments for token in segment.tokens if token.kind != "punctuation"]


def _readings(pipeline: Pipeline, text: str) -> list[tuple[str, str]]:
    return [(token.reading, token.reading_source) for token in _tokens(pipeline, text)]


def test_an_inline_reading_is_said(tiny: Pipeline) -> None:
    (token, *_) = _tokens(tiny, "<重|chong2>要")
    assert (token.text, token.reading, token.reading_source) == ("重", "chong2", "markup")
    assert [phone.symbol for phone in token.phones][:2] == ["ch", "ong2"]
    assert _readings(tiny, "a <minute|M AY0 N UW1 T>")[-1] == ("M AY0 N UW1 T", "markup")
    assert _readings(tiny, "<speak><phoneme alphabet='pinyin' ph='chong2'>重</phoneme></speak>") == [
        ("chong2", "markup")
    ]


@pytest.mark.parametrize("mark", ["[pause 0s]", "<break strength='none'/>", "<break time='0ms'/>"])
def test_no_pause_takes_that_of_a_sentences_end_and_none_where_there_is_none(tiny: Pipeline, mark: str) -> None:
    utterance = tiny.analyse(SpeechRequest(f"你好。{mark} 再见。走{mark}吧。"))
    assert [(one.text, one.pause_after_s) for one in utterance.segments] == [
        ("你好。", 0.0), ("再见。", None), ("走吧。", None)
    ]  # fmt: skip
    utterance = tiny.analyse(SpeechRequest(f"你好。{mark}[pause 0.3s]再见。"))
    assert utterance.segments[0].pause_after_s == 0.3


def test_the_text_of_the_plan_has_no_marks(tiny: Pipeline) -> None:
    utterance = tiny.analyse(SpeechRequest("银<行|hang2>[pause 1s]很<emphasis>大</emphasis>"))
    assert utterance.text == "银行很大"
    assert [segment.text for segment in utterance.segments] == ["银行", "很大"]
    for segment in utterance.segments:
        for token in segment.tokens:
            assert utterance.text[token.start : token.end] == token.text


def test_the_dictionary_is_used(tiny: Pipeline, lexicon: Lexicon) -> None:
    lexicon.add(draft("重庆", "zhong4 qing4"))
    lexicon.add(draft("SQL", "S IY1 K W AH0 L"))
    lexicon.add(draft("WHO", "世卫组织"))
    read = _readings(tiny, "重庆用sql")
    assert read[:2] == [("zhong4", "lexicon"), ("qing4", "lexicon")]
    assert read[-1] == ("S IY1 K W AH0 L", "lexicon")
    said = _tokens(tiny, "WHO说")
    assert "".join(token.text for token in said) == "世卫组织说"
    assert {(change.was, change.rule) for change in said[0].changes} == {("WHO", "lexicon")}


def test_the_dictionary_is_used_in_an_alias(tiny: Pipeline, lexicon: Lexicon) -> None:
    lexicon.add(draft("重庆", "zhong4 qing4"))
    lexicon.add(draft("SQL", "S IY1 K W AH0 L"))
    text = '<speak>在<sub alias="重庆 SQL，2 次">山城</sub>。</speak>'
    read = _readings(tiny, text)
    assert ("zhong4", "lexicon") in read and ("S IY1 K W AH0 L", "lexicon") in read
    assert {(token.start, token.end) for token in _tokens(tiny, text)[1:]} == {(1, 3)}
    assert [token.text for token in _tokens(tiny, text)] == ["在", "重", "庆", "SQL", "两", "次"]


def test_what_the_writer_marks_goes_before_the_dictionary(tiny: Pipeline, lexicon: Lexicon) -> None:
    lexicon.add(draft("重", "zhong4"))
    assert _readings(tiny, "重<重|chong2>") == [("zhong4", "lexicon"), ("chong2", "markup")]


def test_a_dictionary_that_cannot_be_opened_keeps_nothing_from_being_said(
    tiny: Pipeline, tiny_config: Config, caplog: pytest.LogCaptureFixture
) -> None:
    Path(tiny_config.library_path).write_bytes(b"no database" * 1000)
    assert tiny.speak(SpeechRequest("你好")).samples.size
    assert "library.sqlite3" in caplog.text


def test_pauses_before_between_and_behind(tiny: Pipeline) -> None:
    speech = tiny.speak(SpeechRequest("[pause 1s]你好[pause 700ms]，再见。[pause 2s]"))
    first, second = speech.utterance.segments
    assert first.start_s == pytest.approx(1.0, abs=0.001)
    assert second.start_s - first.end_s == pytest.approx(0.7, abs=0.001)  # type: ignore[operator]
    assert speech.duration_s - second.end_s == pytest.approx(2.0, abs=0.001)  # type: ignore[operator]
    assert not speech.samples[: speech.sample_rate].any()
    again = tiny.render(tiny.accept(Utterance.from_json(speech.utterance.to_json())))
    assert np.array_equal(np.concatenate([part.samples for part in again]), speech.samples)


def test_pauses_in_a_row_stay_within_what_a_plan_may_hold(tiny: Pipeline) -> None:
    utterance = tiny.analyse(SpeechRequest("你好[pause 60s]，[pause 60s]。[pause 60s]再见"))
    assert max(segment.pause_after_s or 0.0 for segment in utterance.segments) <= 60.0
    tiny.accept(utterance)


def of_words(speech: Speech) -> float:
    """The loudness of the words alone: this voice of random numbers is loud before and after them, too."""
    tokens = [token for token in speech.utterance.segments[0].tokens if token.phones]
    begin, end = tokens[0].start_s, tokens[-1].end_s
    assert begin is not None and end is not None
    inside = slice(int((begin + 0.05) * speech.sample_rate), int((end - 0.05) * speech.sample_rate))
    return loudness(speech.samples[inside], speech.sample_rate)


def test_prosody_changes_the_sound(tiny: Pipeline) -> None:
    def seconds(text: str) -> float:
        return tiny.speak(SpeechRequest(text)).duration_s

    assert seconds("<prosody rate='50%'>今天天气</prosody>") > 1.5 * seconds("今天天气")
    texts = "今天天气", "<prosody volume='-9dB'>今天天气</prosody>"
    plain, marked = (of_words(tiny.speak(SpeechRequest(text))) for text in texts)
    assert plain - marked == pytest.approx(9.0, abs=0.5)


def test_the_name_of_no_voice_is_told(tiny: Pipeline) -> None:
    assert _tokens(tiny, "<voice name='baker'>你好</voice>")
    with pytest.raises(StudioError, match="baker") as caught:
        tiny.analyse(SpeechRequest("你<voice name='nobody'>好</voice>"))
    assert caught.value.code == "bad_markup" and caught.value.details["position"] == 2


@pytest.mark.parametrize("text", ["[pause 1s]", "<speak> </speak>", "<speak/>", "<break time='1s'/>。"])
def test_marks_alone_are_nothing_to_say(tiny: Pipeline, text: str) -> None:
    with pytest.raises(StudioError) as caught:
        tiny.analyse(SpeechRequest(text))
    assert caught.value.code == "text_unspeakable"


@pytest.mark.parametrize("seconds", [-1.0, 1201.0])
def test_a_plan_with_an_impossible_pause_is_refused(tiny: Pipeline, seconds: float) -> None:
    utterance = tiny.analyse(SpeechRequest("你好"))
    utterance.pause_before_s = seconds
    with pytest.raises(StudioError, match="pause_before_s"):
        tiny.accept(utterance)


_MARKS = st.sampled_from([
    "<行|xing2>", "<minute|M IH1 N AH0 T>", "[pause 1ms]", "<break time='10ms'/>", "<emphasis>你</emphasis>", "2026",
    "，", "<sub alias='三 DNA'>X</sub>", "<lang xml:lang='en'>5 kg.</lang>", "<lang xml:lang='zh'>3 m</lang>", "重庆",
    "<p>好</p>", "<s>好</s>", "<prosody rate='fast'>GPT-4</prosody>", "<say-as interpret-as='characters'>A1</say-as>",
    "WHO", " ", "\n", "。", "<OK|ou1 kei1>", "<5|wu3>", "ab",
])  # fmt: skip


@given(st.lists(_MARKS, min_size=1, max_size=8).map("".join))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_marked_text_is_spoken_and_its_readings_are_kept(tiny: Pipeline, lexicon: Lexicon, text: str) -> None:
    if lexicon.find("WHO") is None:
        lexicon.add(draft("WHO", "世卫组织"))
        lexicon.add(draft("重庆", "chong2 qing4"))
    try:
        speech = tiny.speak(SpeechRequest(text))
    except StudioError as error:
        assert error.code in ("text_empty", "text_unspeakable")
        return
    tokens = [token for segment in speech.utterance.segments for token in segment.tokens]
    sources = [token.reading_source for token in tokens]
    assert sources.count("markup") == sum(text.count(mark) for mark in ("<行|", "<minute|", "<OK|", "<5|"))
    assert sources.count("lexicon") == 2 * text.count("重庆")
    assert all(token.phones for token in tokens if token.reading)
