"""Voices on their way through the pipeline: who speaks which segment, and that offsets stay those of the text."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from indextts.engines.embedded.engine import load
from indextts.model.errors import StudioError
from indextts.model.utterance import Settings, Utterance
from indextts.pipeline.pipeline import Pipeline
from indextts.plan.request import SpeechRequest
from indextts.platform.config import Config
from indextts.reading.lexicon import Lexicon
from indextts.reading.lexicon.entry import draft
from indextts.voices.turns import find_turns


@pytest.fixture
def tiny(tiny_config: Config) -> Pipeline:
    return Pipeline(tiny_config, load(tiny_config))


def planned(pipeline: Pipeline, text: str, **options: object) -> list[tuple[str, str]]:
    """Texts of the segments with their voices; every token stands where it was written."""
    request = SpeechRequest(text, Settings(prosody="rules"), **options)  # type: ignore[arg-type]
    utterance = pipeline.analyse(request)
    assert Utterance.from_json(utterance.to_json()) == utterance
    for segment in utterance.segments:
        assert utterance.text[segment.start : segment.end] == segment.text
        for token in segment.tokens:
            assert segment.start <= token.start < token.end <= segment.end
            assert token.changes or utterance.text[token.start : token.end] == token.text
    return [(segment.text, segment.voice) for segment in utterance.segments]


def test_labels_are_not_spoken_and_offsets_stay(tiny: Pipeline) -> None:
    text = "从前。\nA：你吃了吗？\nB: 还没有，\n你呢？\n\n他们笑了。"
    assert planned(tiny, text) == [
        ("从前。", ""),
        ("你吃了吗？", ""),
        ("还没有，", "young_man"),
        ("你呢？", "young_man"),
        ("他们笑了。", ""),
    ]
    assert tiny.analyse(SpeechRequest(text)).text == text


def test_a_segment_ends_where_the_voice_changes(tiny: Pipeline) -> None:
    text = (
        "他说<voice name='young_man'>我不去，</voice>然后<voice name='童声'>走<voice name='baker'>了</voice></voice>。"
    )
    assert planned(tiny, text) == [("他说", ""), ("我不去，", "young_man"), ("然后", ""), ("走", "child"), ("了。", "")]
    assert planned(tiny, "<speak><p>A: 你好</p><p>B: 再见</p></speak>") == [("你好", ""), ("再见", "young_man")]


def test_marks_in_lines_hold(tiny: Pipeline) -> None:
    utterance = tiny.analyse(SpeechRequest("A: [pause 1s]银<行|hang2>\n**B:** [pause 2s]再<emphasis>见</emphasis>"))
    assert [segment.text for segment in utterance.segments] == ["银行", "再见"]
    assert utterance.pause_before_s == 1.0 and utterance.segments[0].pause_after_s == 2.0
    assert utterance.segments[0].tokens[1].reading == "hang2"
    assert utterance.segments[1].tokens[1].prominence > 0
    assert planned(tiny, "<A|ei1>: 好\nB: 好\nC: 好")[0][0].startswith("A")


def test_the_dictionary_does_not_read_labels_nor_across_voices(tiny: Pipeline, tiny_config: Config) -> None:
    lexicon = Lexicon(tiny_config.library_path)
    lexicon.add(draft("A", "ei1"))
    lexicon.add(draft("重庆", "chong2 qing4"))
    assert planned(tiny, "A: 好\nB: A 好") == [("好", ""), ("A 好", "young_man")]
    utterance = tiny.analyse(SpeechRequest("重<voice name='child'>庆</voice>"))
    assert [segment.voice for segment in utterance.segments] == ["", "child"]
    assert all(token.reading_source != "lexicon" for segment in utterance.segments for token in segment.tokens)
    lexicon.close()


def test_labels_without_words_are_nothing_to_say(tiny: Pipeline) -> None:
    with pytest.raises(StudioError) as caught:
        tiny.analyse(SpeechRequest("A:\nB："))
    assert caught.value.code == "text_unspeakable"


def test_each_segment_is_spoken_by_its_own_voice(tiny: Pipeline) -> None:
    def heard(voice: str) -> list[np.ndarray]:
        utterance = tiny.analyse(SpeechRequest("A：你好。\nB：你好。", Settings(prosody="rules")))
        utterance.segments[1].voice = voice
        return [part.samples for part in tiny.render(tiny.accept(utterance))]

    one, other = heard("deep_man"), heard("child")
    np.testing.assert_array_equal(one[0], other[0])
    assert one[1].size != other[1].size or not np.allclose(one[1], other[1])
    np.testing.assert_array_equal(heard("deep_man")[1], one[1])


@pytest.mark.parametrize("voice", ["nobody", "design:pitch=99"])
def test_a_plan_with_a_voice_that_is_not_there_is_refused_before_the_first_sound(tiny: Pipeline, voice: str) -> None:
    utterance = tiny.analyse(SpeechRequest("你好。再见。"))
    utterance.segments[1].voice = voice
    with pytest.raises(StudioError) as caught:
        tiny.accept(utterance)
    assert caught.value.code == "bad_plan" and "segments[1].voice" in str(caught.value)


LINES = st.lists(
    st.tuples(
        st.sampled_from(["A：", "B: ", "  C :", "**A:** ", "童声：", "", "甲：", "> ", "- "]),
        st.sampled_from(["你好。", "hello there", "12:30 见", "", "走！[pause 1s]好", "<行|xing2>不行", "C:\\x"]),
    ),
    min_size=1,
    max_size=8,
)


@pytest.mark.night
@given(LINES)
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_token_is_part_of_a_label(tiny: Pipeline, lines: list[tuple[str, str]]) -> None:
    text = "\n".join(label + words for label, words in lines)
    try:
        utterance = tiny.analyse(SpeechRequest(text, Settings(prosody="rules")))
    except StudioError as error:
        assert error.code in ("text_empty", "text_unspeakable")
        return
    turns = find_turns(utterance.text, tiny.voices())
    for segment in utterance.segments:
        for token in segment.tokens:
            assert not any(turn.start <= token.start < turn.begin for turn in turns)
