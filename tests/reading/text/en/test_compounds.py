"""English nouns of two words that are written down."""

from __future__ import annotations

import pytest

from indextts.platform.storage.assets import read_text
from indextts.reading.text.en.compounds import COMPOUNDS, is_compound
from indextts.reading.text.en.parts_of_speech import tags


@pytest.mark.parametrize(
    "pair",
    [
        ("guard", "dog"), ("guard", "dogs"), ("Pension", "fund's"), ("wind", "turbines’"), ("building", "society"),
        ("building", "societies"), ("press", "releases"), ("DRESS", "HIRE"),
    ],
)  # fmt: skip
def test_a_compound_is_known_in_every_form(pair: tuple[str, str]) -> None:
    assert is_compound(*pair)


@pytest.mark.parametrize("pair", [("the", "dog"), ("dog", "guard"), ("guard", "do"), ("guard", ""), ("", "dog")])
def test_other_words_are_none(pair: tuple[str, str]) -> None:
    assert not is_compound(*pair)


def test_every_entry_is_two_words_of_small_letters() -> None:
    count = 0
    for line in read_text(COMPOUNDS).splitlines():
        first, words = line.split(": ")[0], line.split(": ")[1].split()
        assert first.isalpha() and first.islower() and words == sorted(set(words)), first
        assert all(word.isalpha() and word.islower() for word in words), first
        count += len(words)
    assert count > 15_000


def test_the_second_word_of_one_is_a_noun() -> None:
    words = ["They", "sold", "an", "unnecessary", "holding", "company", "in", "the", "spring", "."]
    assert tags(words)[4:6] == ["n", "n"]
