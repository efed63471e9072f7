"""English words in a Chinese sentence are as loud as what stands around them."""

from __future__ import annotations

from typing import Any

import numpy as np

from indextts.engines.embedded.acoustic.english_level import MOST_DB, beside_mandarin

EDGES: Any = np.arange(6) * 1000.0


def steps(*decibels: float) -> Any:
    return np.concatenate([np.full(1000, 10.0 ** (each / 20.0)) for each in decibels]).astype(np.float32)


def test_an_english_word_comes_to_the_level_around_it() -> None:
    words = [(0, 1, False), (1, 2, False), (2, 3, True), (3, 5, False)]
    changes = beside_mandarin(steps(-20, -20, -15, -20, -20), EDGES, words)
    assert changes[2] == np.clip(changes[2], -5.0, -4.0)
    assert not changes[[0, 1, 3, 4]].any()


def test_a_soft_neighbour_counts_for_half_and_nothing_moves_far() -> None:
    words = [(0, 1, False), (1, 2, False), (2, 3, True), (3, 4, False), (4, 5, False)]
    soft = beside_mandarin(steps(-20, -24, -20, -24, -20), EDGES, words)
    assert -3.0 < soft[2] < -1.0
    assert beside_mandarin(steps(-20, -20, 0, -20, -20), EDGES, words)[2] == -MOST_DB


def test_english_alone_and_silence_stay_as_they_are() -> None:
    assert not beside_mandarin(steps(-20, -10, -30, -5, -9), EDGES, [(0, 2, True), (2, 5, True)]).any()
    assert not beside_mandarin(np.zeros(5000, np.float32), EDGES, [(0, 2, True), (2, 5, False)]).any()
