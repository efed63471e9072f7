"""The sound of a pass is cut where its sentences end, and nowhere where that is not sure."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from indextts.engines.base import Samples
from indextts.engines.indextts2.cutting import cut

RATE = 8000
END_S, COMMA_S = 0.35, 0.12


def speech(seconds: float) -> Samples:
    """Syllables of noise, with a closed consonant each half second."""
    time = np.arange(round(seconds * RATE)) / RATE
    wave = np.random.default_rng(round(1000 * seconds)).normal(0.0, 0.1, time.size)
    wave *= 0.3 + 0.7 * np.abs(np.sin(np.pi * 4.5 * time))
    wave[(time % 0.5 > 0.4) & (time % 0.5 < 0.45)] *= 0.01
    return wave.astype(np.float32)


def said(sentences: list[list[float]], *, comma_s: float = COMMA_S, floor: float = 1e-4) -> Samples:
    """Clauses of so many seconds, with pauses after commas and sentences."""
    parts: list[Samples] = [np.zeros(round(0.1 * RATE), np.float32)]
    for clauses in sentences:
        for number, seconds in enumerate(clauses, 1):
            pause_s = END_S if number == len(clauses) else comma_s
            parts += [speech(seconds), np.zeros(round(pause_s * RATE), np.float32)]
    whole = np.concatenate(parts)
    return (whole + np.random.default_rng(0).normal(0.0, floor, whole.size)).astype(np.float32)


def lengths(pieces: list[Samples | None]) -> list[float | None]:
    return [None if piece is None else piece.size / RATE for piece in pieces]


SENTENCES = [[1.0], [0.7, 1.3], [2.1], [0.6], [1.2, 0.8, 1.1]]


def test_each_sentence_is_what_was_said_of_it() -> None:
    due = [sum(clauses) + COMMA_S * (len(clauses) - 1) for clauses in SENTENCES]
    assert lengths(cut(said(SENTENCES), RATE, SENTENCES)) == pytest.approx(due, abs=0.1)


def test_nothing_that_is_heard_is_lost_nor_heard_twice() -> None:
    whole = said(SENTENCES)
    pieces = [piece for piece in cut(whole, RATE, SENTENCES) if piece is not None]
    power = sum(float(np.square(piece, dtype=np.float64).sum()) for piece in pieces)
    assert power == pytest.approx(float(np.square(whole, dtype=np.float64).sum()), rel=1e-3)
    begins = [next(at for at in range(whole.size) if np.array_equal(whole[at : at + 40], one[:40])) for one in pieces]
    assert all(begin + one.size <= after for (begin, after), one in zip(pairwise(begins), pieces, strict=False))


def test_one_sentence_is_trimmed_and_no_more() -> None:
    [piece] = cut(said([[1.5]]), RATE, [[1.0]])
    assert piece is not None and piece.size / RATE == pytest.approx(1.5, abs=0.1)


def test_someone_who_speaks_slower_towards_the_end_is_cut_all_the_same() -> None:
    slower = [[one * (0.85 + 0.07 * number) for one in clauses] for number, clauses in enumerate(SENTENCES)]
    assert None not in lengths(cut(said(slower), RATE, SENTENCES))


def test_sentences_that_run_into_each_other_are_not_cut_and_the_others_are() -> None:
    parts = said([[1.0], [2.0, 1.5], [2.0]], comma_s=0.0)
    assert lengths(cut(parts, RATE, [[1.0], [2.0], [1.5], [2.0]])) == [
        pytest.approx(1.0, abs=0.1),
        None,
        None,
        pytest.approx(2.0, abs=0.1),
    ]


def test_a_pause_that_may_be_a_commas_or_a_sentences_is_none_of_them() -> None:
    # After 1.0 s or after 1.4 s: the text says that it should be in the middle.
    assert cut(said([[1.0, 0.4, 1.0]], comma_s=0.25), RATE, [[1.2], [1.2]]) == [None, None]


@pytest.mark.parametrize("floor", [0.03, 0.1])
def test_in_a_noise_without_a_pause_nothing_is_cut(floor: float) -> None:
    assert cut(said(SENTENCES, floor=floor), RATE, SENTENCES) == [None] * 5


def test_silence_and_next_to_nothing_are_not_cut() -> None:
    for size in (0, 10, RATE):
        assert cut(np.zeros(size, np.float32), RATE, [[1.0], [1.0]]) == [None, None]
