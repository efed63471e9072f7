"""What the networks see of a text: the same for the same words, whatever stands in it."""

from __future__ import annotations

import zlib
from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from indextts.model.utterance import Lang
from indextts.reading.emotion.features import LONGEST, known, read, word_key, word_places

LANGS = st.sampled_from(("zh", "en"))


@given(st.text(st.characters(), max_size=200), LANGS)
def test_any_text_is_read(text: str, lang: Lang) -> None:
    first, again = read(text, lang), read(text, lang)
    assert first == again
    assert all(0 <= piece < 2**32 and count > 0 for piece, count in first.pieces.items())
    assert not any(word.isspace() for word in first.words)


@given(st.text(st.characters(), max_size=60))
def test_a_text_of_any_length_is_read_from_both_ends(text: str) -> None:
    long = text + "好" * 3 * LONGEST + "，悲伤极了"
    assert sum(read(long, "zh").pieces.values()) < 8 * LONGEST
    assert "悲伤" in "".join(read(long, "zh").words)


@pytest.mark.parametrize(
    ("one", "other", "lang"),
    [
        ("看看 http://t.cn/abc123", "看看 https://example.org/x?y=1", "zh"),
        ("@小明 你好", "@另一个人 你好", "zh"),
        ("I have 12 cats", "i have 345 cats", "en"),
        ("[NAME] is here", "@ is here", "en"),
        ("don’t go", "don't go", "en"),
    ],
)
def test_addresses_names_and_numbers_are_all_the_same(one: str, other: str, lang: Lang) -> None:
    assert read(one, lang) == read(other, lang)


def test_a_negation_reaches_to_the_end_of_its_clause() -> None:
    def denied(text: str, word: str) -> bool:
        return zlib.crc32(f"n{word}".encode()) in read(text, "en").pieces

    assert denied("I do not really like it", "like") and denied("never again", "again")
    assert not denied("I like it, not him", "like") and not denied("not now. I like it", "like")
    assert not denied("not a b c like", "like")


def test_known_pieces_have_their_places_and_counts() -> None:
    keys = np.array([3, 7, 9, 4_000_000_000], np.uint32)
    places, counts = known(Counter({9: 2, 5: 1, 4_000_000_000: 1, 3: 4}), keys)
    assert places.tolist() == [0, 2, 3]
    assert counts.tolist() == [4.0, 2.0, 1.0]
    none, _ = known(Counter({1: 1}), keys)
    assert none.size == 0
    assert known(Counter({1: 1}), np.zeros(0, np.uint32))[0].size == 0


def test_words_have_places_from_one_and_unknown_chinese_ones_are_read_by_their_characters() -> None:
    words = ["好", "开心", "难"]
    keys = np.array(sorted(map(word_key, words)), np.uint32)
    place = {word: int(np.flatnonzero(keys == word_key(word))[0]) + 1 for word in words}
    assert word_places(["开心", "难好", "谁"], keys, "zh").tolist() == [place["开心"], place["难"], place["好"]]
    assert word_places(["难好"], keys, "en").tolist() == [0], "nothing, but never empty"
    assert word_places([], keys, "zh").tolist() == [0]
