"""What the dictionary can remember of a plan that a person has corrected."""

from __future__ import annotations

from typing import Any

from indextts.model.utterance import Change, Segment, Token
from indextts.reading.lexicon.entry import word_around


def hanzi(text: str, reading: str, word: int = 0, **more: Any) -> Token:
    return Token(text, "hanzi", "zh", 0, 1, word=word, reading=reading, **more)


def test_the_word_to_remember_is_the_whole_word_without_the_sandhi_of_its_end() -> None:
    tokens = [
        hanzi("重", "chong2", 0), hanzi("庆", "qing4", 0), hanzi("很", "hen2", 1, reading_source="sandhi",
        alternatives=["hen3"]), hanzi("好", "hao3", 2), Token("App", "word", "en", 0, 3, word=3, reading="AE1 P"),
        hanzi("二", "er4", 4, changes=[Change("2", "二", "number")]),
    ]  # fmt: skip
    segment = Segment("x", 0, 1, tokens=tokens)
    assert word_around(segment, 0) == word_around(segment, 1) == ("重庆", "chong2 qing4")
    assert word_around(segment, 2) == ("很", "hen3")
    assert word_around(segment, 4) == ("App", "AE1 P")
    assert word_around(segment, 5) is None
