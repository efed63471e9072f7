"""What the prosody networks are shown."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from indextts.model.utterance import Utterance
from indextts.reading.prosody.features import (
    COLUMNS,
    MASK,
    OTHER_HANZI,
    OTHER_WORD,
    Unit,
    Vocabulary,
    complete,
    kinds_of,
)
from indextts.reading.prosody.windows import CONTEXT, LONGEST, flatten, inputs, windows
from tests.support.segments import build_segments
from training.prosody.vocabulary import build, save

VOCABULARY = Vocabulary(["我", "们", "，", "river"], ["我们"], ["r", "n"])


def utterance(text: str, max_syllables: int = 36) -> Utterance:
    return Utterance(text=text, segments=build_segments(text, max_syllables=max_syllables))


def columns(text: str) -> tuple[list[str], np.ndarray]:
    units = flatten(utterance(text)).units
    return [unit.text for unit in units], complete(VOCABULARY.fixed(units), kinds_of(units))


def test_characters_of_one_word_share_it_and_know_their_place_in_it() -> None:
    texts, found = columns("我们看见小桥")
    assert texts[:2] == ["我", "们"]
    word, tag = COLUMNS.index("word"), COLUMNS.index("tag")
    assert found[0, word] == found[1, word] > 1
    assert found[0, tag] != found[1, tag]
    assert set(found[2:, word]) == {1}


def test_unknown_units_are_told_apart_by_kind() -> None:
    texts, found = columns("我 florvane 桥")
    units = dict(zip(texts, found[:, 0].tolist(), strict=True))
    assert (units["桥"], units["florvane"]) == (OTHER_HANZI, OTHER_WORD)
    assert units["我"] > OTHER_WORD


def test_english_words_are_looked_up_in_small_letters_and_their_capitals_are_seen() -> None:
    _, small = columns("the river runs")
    _, capital = columns("the River runs")
    changed = np.flatnonzero((small != capital).any(axis=0))
    assert [COLUMNS[place] for place in changed] == ["tag"]


def test_a_mark_is_seen_from_both_sides_and_only_as_far_as_the_next() -> None:
    texts, found = columns("我们走，他们来")
    before, behind = found[:, COLUMNS.index("before")], found[:, COLUMNS.index("behind")]
    mark = texts.index("，")
    assert behind[mark - 1] != behind[mark - 2]
    assert before[mark + 1] != before[mark + 2]
    _, plain = columns("我们走他们来")
    assert (behind[:mark] != plain[:mark, COLUMNS.index("behind")]).all()
    assert (before[:mark] == plain[:mark, COLUMNS.index("before")]).all()


def test_a_hidden_unit_is_not_betrayed_by_its_neighbours() -> None:
    units = flatten(utterance("我们看见小桥")).units
    fixed = VOCABULARY.fixed(units)
    fixed[2, 0] = MASK
    found = complete(fixed, kinds_of(units))
    assert found[1, COLUMNS.index("right")] == found[3, COLUMNS.index("left")] == 0
    assert found[0, COLUMNS.index("right")] == found[1, COLUMNS.index("left")] != 0


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=60))
def test_any_text_becomes_numbers_within_their_tables(text: str) -> None:
    units = flatten(utterance(text)).units
    found = complete(VOCABULARY.fixed(units), kinds_of(units))
    assert found.shape == (len(units), len(COLUMNS))
    assert (found >= 0).all() and (found < np.array(VOCABULARY.sizes)).all()


@settings(max_examples=40, deadline=None)
@given(st.text(alphabet="我们他。，！ab \n", max_size=400), st.integers(4, 60))
def test_every_unit_is_decided_once_and_shown_a_bounded_number_of_times(text: str, max_syllables: int) -> None:
    flat = flatten(utterance(text, max_syllables))
    every = list(windows(flat))
    decided = [place for window in every for place in range(window.begin, window.end)]
    assert decided == list(range(len(flat.units)))
    for window in every:
        assert window.end - window.begin <= LONGEST
        assert window.begin - window.first <= CONTEXT


def test_a_sentence_is_read_with_the_end_of_the_one_before() -> None:
    flat = flatten(utterance("今天下雨。我们回家。"))
    first, second = windows(flat)
    assert first.first == first.begin == 0
    assert second.first < second.begin == first.end
    columns, begin = inputs(VOCABULARY.fixed(flat.units), kinds_of(flat.units), second)
    assert begin == second.begin - second.first + 1
    assert len(columns) == second.last - second.first + 1


def test_a_vocabulary_survives_its_file(tmp_path) -> None:
    units = [Unit("我", "hanzi", "zh", 0, "r"), Unit("们", "hanzi", "zh", 0, "r"), Unit("Dog", "word", "en", 1, "eng")]
    built = build([units] * 25, 3, 4, 5)
    save(built, tmp_path / "v.json")
    again = Vocabulary.load(tmp_path / "v.json")
    assert (list(again.units), list(again.words), list(again.poses)) == (["dog", "们", "我"], ["我们"], ["r"])
    assert np.array_equal(again.fixed(units), built.fixed(units))
