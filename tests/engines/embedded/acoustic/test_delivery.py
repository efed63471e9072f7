"""What breaks, prominence and intonation ask of each symbol."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from indextts.engines.delivery import (
    Accent,
    BreakLength,
    Delivery,
    Melody,
    control_curves,
    load_delivery,
    syllables_to_come,
    widen,
)
from indextts.model.errors import StudioError
from indextts.model.utterance import Segment, Token
from indextts.platform.config import Config

TABLE = Delivery(
    breaks={3: BreakLength(length=2.0, least=0.25)},
    accents={"zh": {2: Accent(2.0, 1.5, 3.0, 1.2)}, "en": {0: Accent(-1.0, 1.0, -1.0, 0.9)}},
    melodies={"question": Melody(pitch=0.5, end=3.0, span=3)},
)
SYMBOLS = ["sil", "h", "ao3", "#3", "l", "ai2", "#0", "l", "e5", "sil", "eos"]


def said(**first: object) -> tuple[Segment, list[Token | None]]:
    one, two, three = (
        Token(text, "hanzi", "zh", place, place + 1, **(first if not place else {}))  # type: ignore[arg-type]
        for place, text in enumerate("好来了")
    )
    return Segment("好来了", 0, 3, tokens=[one, two, three]), [
        None, one, one, one, two, two, two, three, three, None, None
    ]  # fmt: skip


def test_nothing_decided_asks_for_nothing() -> None:
    segment, tokens = said(break_after=1)
    asked = control_curves(TABLE, TABLE.melody(segment), SYMBOLS, tokens)
    assert not asked.semitones.any() and not asked.decibels.any() and not asked.least_s.any()
    assert (asked.length == 1).all() and (asked.spread == 1).all()


def test_a_break_lengthens_its_own_token_alone() -> None:
    segment, tokens = said(break_after=3)
    asked = control_curves(TABLE, TABLE.melody(segment), SYMBOLS, tokens)
    assert asked.length.tolist() == [1, 1, 1, 2, 1, 1, 1, 1, 1, 1, 1]
    assert asked.least_s.tolist() == [0, 0, 0, 0.25, 0, 0, 0, 0, 0, 0, 0]


def test_an_accent_moves_its_word_and_leaves_the_pause_alone() -> None:
    segment, tokens = said(prominence=2, prominence_source="user", break_after=3)
    asked = control_curves(TABLE, TABLE.melody(segment), SYMBOLS, tokens)
    assert asked.semitones.tolist() == [0, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0], "a third tone takes half"
    assert asked.spread[1:4].tolist() == [1.5] * 3 and asked.decibels[1:4].tolist() == [3.0] * 3
    assert asked.length[:5].tolist() == [1, 1.2, 1.2, 2.0, 1]


def test_prominence_counts_where_somebody_has_decided() -> None:
    token = Token("the", "word", "en", 0, 3)
    assert TABLE.accent(token) == Accent()
    token.prominence_source = "lm"
    assert TABLE.accent(token).length == 0.9
    assert TABLE.accent(Token("好", "hanzi", "zh", 0, 1, prominence_source="lm")) == Accent()


def test_a_question_rises_towards_its_end() -> None:
    segment, tokens = said()
    segment.intonation = "question"
    asked = control_curves(TABLE, TABLE.melody(segment), SYMBOLS, tokens)
    assert asked.semitones.tolist() == [0, 1.5, 1.5, 1.5, 2.5, 2.5, 2.5, 3.5, 3.5, 0, 0]


def test_a_words_last_consonants_take_no_share_of_a_rise() -> None:
    symbols = ["sil", "h", "ao3", "#1", "f", "er4", "s", "t", "sil", "eos"]
    shapes = ["", "", "", "", "F", "ER1", "S", "T", "", ""]
    before, word = Token("好", "hanzi", "zh", 0, 1), Token("first", "word", "en", 1, 6)
    tokens = [None, before, before, before, *[word] * 4, None, None]
    segment = Segment("好first", 0, 6, tokens=[before, word], intonation="question")
    asked = control_curves(TABLE, TABLE.melody(segment), symbols, tokens, shapes)
    assert asked.semitones[4:8].tolist() == [3.5] * 4, "the only vowel of the last word has the whole end"
    assert asked.semitones[1:4].tolist() == [2.5] * 3


def test_an_english_consonant_belongs_to_its_vowel() -> None:
    symbols = ["r", "ao4", "r", "#0", "^", "ou1", "f", "er5", "#1", "m", "a5"]
    shapes = ["Y", "AO1", "R", "", "", "OW1", "V", "ER0", "", "", ""]
    assert syllables_to_come(symbols, shapes) == [3] * 4 + [2] * 2 + [1] * 3 + [0] * 2


def test_widening_keeps_each_tokens_mean() -> None:
    _, tokens = said()
    f0 = np.array([0, -1, -2, -3, 0, 1, 2, 3, 5, 0, 0], np.float32)
    spread = np.where([token is tokens[1] for token in tokens], 2.0, 1.0)
    assert widen(f0, tokens, spread).tolist() == [0, 0, -2, -4, 0, 1, 2, 3, 5, 0, 0]
    assert widen(f0, tokens, np.ones(11)) is f0


def test_the_shipped_table_is_complete_and_in_order() -> None:
    table = load_delivery(Config().delivery_path)
    assert set(table.breaks) == {1, 2, 3, 4} and set(table.accents) == {"zh", "en"}
    assert set(table.melodies) == {"statement", "question", "exclamation", "continuation"}
    least = [table.breaks[level].least for level in (1, 2, 3, 4)]
    assert least == sorted(least)
    for accents in table.accents.values():
        levels = [accents[level] for level in sorted(accents)]
        assert [each.pitch for each in levels] == sorted(each.pitch for each in levels)
        assert [each.length for each in levels] == sorted(each.length for each in levels)


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("breaks: {3: {least: -1}}", "breaks.3.least"),
        ("accents: {zh: {1: {pitch: high}}}", "accents.zh.1.pitch"),
        ("accents: {fr: {}}", "accents.fr"),
        ("melodies: {question: {rise: 2}}", "melodies.question.rise"),
        ("[", "while parsing"),
    ],
)
def test_a_wrong_table_is_refused_by_place(tmp_path: Path, text: str, named: str) -> None:
    file = tmp_path / "delivery.yaml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(StudioError) as caught:
        load_delivery(file)
    assert caught.value.code == "bad_config" and named in str(caught.value)
