"""A segment as lines of Kokoro's symbols: where it is divided, what carries a short one, how long ones are cut."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indextts.engines.kokoro.line import Line, syllables, write
from indextts.engines.kokoro.symbols import IDS, MOST_SYMBOLS, english
from indextts.model.errors import StudioError
from indextts.model.utterance import Phone, Segment, Settings, Token
from indextts.pipeline.pipeline import Pipeline
from indextts.plan.request import SpeechRequest
from indextts.platform.config import Config
from tests.support.faulty_engines import Tone

CHARS = {number: char for char, number in IDS.items()}


@pytest.fixture(scope="module")
def pipeline() -> Pipeline:
    return Pipeline(Config(), Tone())


def lines(pipeline: Pipeline, text: str) -> list[Line]:
    plan = pipeline.analyse(SpeechRequest(text, settings=Settings(prosody="rules")))
    return [line for segment in plan.segments for line in write(segment)]


def written(line: Line) -> str:
    return "".join(CHARS[number] for number in line.ids[1:-1])


def token(reading: str, word: int, **changed: Any) -> Token:
    english = reading[:1].isupper()
    kind: Literal["word", "hanzi"] = "word" if english else "hanzi"
    more = {"word": word, "reading": reading, "phones": [Phone("x")], **changed}
    return Token("x", kind, "en" if english else "zh", word, word + 1, **more)


def segment(tokens: Sequence[Token]) -> Segment:
    return Segment("x" * len(tokens), 0, len(tokens), tokens=list(tokens), intonation="statement")


def mark(text: str) -> Token:
    return Token(text, "punctuation", "zh", 0, 1)


def sentence(count: int, level: int = 0, every: int = 0) -> list[Token]:
    breaks = [level if every and place % every == every - 1 else 0 for place in range(count)]
    return [token("zhuang1", place, break_after=after) for place, after in enumerate(breaks)]


def test_a_sentence_of_both_languages_is_one_line(pipeline: Pipeline) -> None:
    (line,) = lines(pipeline, "请打开window看看外面的天气。")
    assert written(line).startswith("ʨʰi↗ŋ ta↓kʰai→ ")
    assert english("W IH1 N D OW0") in written(line)
    assert written(line).endswith(".") and not line.carried
    for (first, last), spoken in zip(line.spans, line.tokens, strict=True):
        assert 0 < first < last < len(line.ids), spoken


def test_runs_are_the_words_of_one_language_that_stand_together(pipeline: Pipeline) -> None:
    (line,) = lines(pipeline, "请打开new window看看外面的weather。")
    assert len(line.runs("en")) == 2 and len(line.runs("zh")) == 2
    inside = {place for run in line.runs("en") for place in range(*run)}
    for (first, last), spoken in zip(line.spans, line.tokens, strict=True):
        assert (set(range(first, last)) <= inside) is (spoken.lang == "en")
    (plain,) = lines(pipeline, "外面的天气真好。")
    assert plain.runs("en") == [] and plain.runs("zh") == [(plain.spans[0][0], plain.spans[-1][1])]


def test_erhua_follows_its_syllable_without_a_space(pipeline: Pipeline) -> None:
    (line,) = lines(pipeline, "小孩儿在花园里玩儿。")
    assert "xai↗ɚ " in written(line) and "wa↗nɚ." in written(line)


@pytest.mark.parametrize("text", ["We went home (quietly) at once together.", "他们昨天（真的）回到了老家。"])
def test_brackets_divide_as_commas_do(pipeline: Pipeline, text: str) -> None:
    assert written(lines(pipeline, text)[0]).count(", ") == 2


@pytest.mark.parametrize("bracket", ["(", "）", "[", "】"])
def test_a_bracket_divides_where_the_plan_has_a_word_end_alone(bracket: str) -> None:
    tokens = [token("ma1", place, break_after=1) for place in range(6)]
    (line,) = write(segment([*tokens[:3], mark(bracket), *tokens[3:]]))
    assert [gap.level for gap in line.gaps if gap is not None] == [1, 1, 3, 1, 1]
    (line,) = write(segment([*tokens[:3], mark("”"), *tokens[3:]]))
    assert [gap.level for gap in line.gaps if gap is not None] == [1, 1, 1, 1, 1]


def test_an_abbreviation_that_ends_a_phrase_divides_and_a_title_does_not(pipeline: Pipeline) -> None:
    (line,) = lines(pipeline, "We bought apples, pears, etc. and went home to Dr. Smith.")
    at = next(place for place, one in enumerate(line.tokens) if one.text == "cetera")
    gap = line.gaps[at]
    assert gap is not None and gap.level == 3
    title = next(place for place, one in enumerate(line.tokens) if one.text == "doctor")
    after = line.gaps[title]
    assert after is not None and after.level < 3


@pytest.mark.parametrize("source", ["user", "markup"])
def test_a_break_that_was_chosen_is_kept_at_a_bracket(source: str) -> None:
    tokens = [token(f"ma{tone}", tone, break_after=1, break_source=source) for tone in range(1, 5)]
    spoken = [*tokens[:2], mark("（"), *tokens[2:], token("ma5", 6), token("ma1", 7)]
    (line,) = write(segment(spoken))
    gap = line.gaps[1]
    assert gap is not None and gap.level == 1 and gap.chosen


@pytest.mark.parametrize(
    ("readings", "begins", "ends"),
    [
        (["ma1"], "wo↓ ʂwo→", "pje↗tɤ."),
        (["ni2", "hao3"], "wo↓ ʂwo→", "pje↗tɤ."),
        (["OW1 K EY1", "ma5"], "wo↓ ʂwo→", "pje↗tɤ."),
    ],
)
def test_a_short_text_with_mandarin_stands_in_a_sentence(readings: list[str], begins: str, ends: str) -> None:
    (line,) = write(segment([token(reading, place) for place, reading in enumerate(readings)]))
    assert line.carried
    assert written(line).startswith(begins) and written(line).endswith(ends)
    assert len(line.spans) == len(readings)


def test_five_syllables_stand_alone() -> None:
    (line,) = write(segment([token("ma1", place) for place in range(5)]))
    assert not line.carried
    (line,) = write(segment([token("Y UW2 N AH0 V ER1 S AH0 T IY0", 0)]))
    assert not line.carried and syllables(line.tokens) == 5


@pytest.mark.parametrize("readings", [["W AA1 CH"], ["TH AE1 NG K", "Y UW1"]])
def test_short_english_stands_alone(readings: list[str]) -> None:
    (line,) = write(segment([token(reading, place) for place, reading in enumerate(readings)]))
    assert not line.carried and written(line).endswith(".")


@pytest.mark.parametrize(
    ("readings", "stressed"),
    [(["EY1"], "ˈA."), (["AE1 N D"], "ˈænd."), (["AH1 V", "DH AH0"], None), (["F ER0", "HH IH1 M"], "hˈɪm.")],
)
def test_what_nothing_stands_out_of_is_stressed_at_its_end(readings: list[str], stressed: str | None) -> None:
    """An unstressed word alone would be cut to half its length."""
    words = [token(one, place, prominence_source="lm") for place, one in enumerate(readings)]
    (line,) = write(segment(words))
    assert stressed is None or written(line).endswith(stressed)
    words[0].prominence = 2
    words.append(token("AE1 N D", 2, prominence_source="lm"))
    assert written(*write(segment(words))).endswith("ænd.")


def test_nothing_to_say_is_an_empty_line() -> None:
    (line,) = write(segment([]))
    assert line.ids == [0, 0] and not line.carried


def test_a_long_sentence_is_cut_at_its_clauses_near_the_middle() -> None:
    found = write(segment(sentence(60, level=3, every=10)))
    assert len(found) > 1
    assert [line.level for line in found] == [3] * (len(found) - 1) + [0]
    assert all(len(line.tokens) % 10 == 0 and line.symbols <= 200 for line in found)
    assert written(found[0]).endswith(",") and written(found[-1]).endswith(".")


def test_a_sentence_without_clauses_is_cut_only_where_it_must_be() -> None:
    assert len(write(segment(sentence(60)))) == 1
    found = write(segment(sentence(120)))
    assert len(found) == 2 and max(line.symbols for line in found) <= MOST_SYMBOLS
    assert abs(len(found[0].tokens) - 60) <= 1


def test_one_word_longer_than_a_line_is_cut_inside_and_one_reading_is_refused() -> None:
    long = [token("zhuang1", 0) for _ in range(150)]
    assert len(write(segment(long))) > 1
    with pytest.raises(StudioError) as caught:
        write(segment([token(" ".join(["zhuang1"] * 150), 0)]))
    assert caught.value.code == "segment_too_long"


@given(
    st.lists(
        st.tuples(st.sampled_from(["ma1", "zhuang4", "W AO1 T ER0"]), st.integers(0, 4), st.booleans()), max_size=150
    )
)
def test_any_text_keeps_its_tokens_in_lines_that_the_model_takes(parts: list[tuple[str, int, bool]]) -> None:
    tokens, word = [], 0
    for reading, level, starts in parts:
        word += starts
        tokens.append(token(reading, word, break_after=level))
    found = write(segment(tokens))
    assert [id(one) for line in found for one in line.tokens] == [id(one) for one in tokens]
    for line in found:
        assert line.symbols <= MOST_SYMBOLS and line.ids[0] == line.ids[-1] == 0
        flat = [place for span in line.spans for place in span]
        assert flat == sorted(flat)
        assert all(gap is None or gap.places for gap in line.gaps)
