"""A seed gives another reading: the same one each time, small, smooth, and each token's own."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from indextts.engines.embedded.acoustic.controls import Variation, vary
from indextts.model.utterance import Token

TOKENS = [Token(char, "hanzi", "zh", place, place + 1) for place, char in enumerate("今天天气很好我们去公园")]
OWNERS: list[Token | None] = [None, *(token for token in TOKENS for _ in range(3)), None, None]
SYMBOLS = ["sil", *(["t", "ian1", "#0"] * (len(TOKENS) - 1)), "t", "ian1", "#3", "sil", "eos"]


def varied(seed: int, text: str = "今天") -> Variation:
    variation = vary(seed, text, OWNERS, SYMBOLS)
    assert variation is not None
    return variation


def parts(variation: Variation) -> np.ndarray:
    return np.stack([variation.semitones, variation.spread, variation.effort, variation.length])


def test_seed_0_is_the_voices_own_reading() -> None:
    assert vary(0, "今天", OWNERS, SYMBOLS) is None


@given(st.integers(1, 2**31 - 1))
def test_a_seed_gives_one_small_change(seed: int) -> None:
    variation = varied(seed)
    assert np.array_equal(parts(variation), parts(varied(seed)))
    assert np.abs(variation.semitones).max() <= 1.5 and np.abs(variation.effort).max() <= 0.5
    for factors in (variation.length, variation.spread):
        assert factors.min() > 0.7 and factors.max() < 1.4
    edges = parts(variation)[:, [0, -2, -1]]
    assert np.array_equal(edges, np.repeat([[0.0], [1.0], [0.0], [1.0]], 3, axis=1))


def test_other_seeds_and_other_texts_are_other_readings() -> None:
    readings = [varied(seed, text) for seed in range(1, 20) for text in ("今天", "明天")]
    assert len({parts(reading).tobytes() for reading in readings}) == len(readings)
    semitones = np.stack([reading.semitones[1:-2] for reading in readings])
    assert 0.4 < semitones.std() < 0.9 and abs(semitones.mean()) < 0.15


def test_a_token_moves_as_a_whole_and_with_its_neighbours() -> None:
    steps = []
    for seed in range(1, 40):
        semitones = varied(seed).semitones[1:-2].reshape(-1, 3)
        assert (semitones == semitones[:, :1]).all()
        steps.append(np.diff(semitones[:, 0]))
    assert np.concatenate(steps).std() < 0.8, "smoother than draws on their own, which would differ by 1"


def test_an_edit_of_one_token_leaves_the_draws_of_the_others() -> None:
    longer = [*SYMBOLS[:3], "#0", *SYMBOLS[3:]]
    owners = [*OWNERS[:3], OWNERS[1], *OWNERS[3:]]
    edited = vary(5, "今天", owners, longer)
    assert edited is not None
    assert np.array_equal(edited.semitones[5:], varied(5).semitones[4:])
