"""The length of a book takes no memory: what is kept of a chapter that is done are a few numbers."""

from __future__ import annotations

import gc
import tracemalloc
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from indextts.books.binding import Binding, BoundChapter, Norm, bind
from tests.support.bound import RATE, Pcm, spoken


@pytest.mark.night
@pytest.mark.parametrize(
    ("form", "norm"),
    [
        ("wav", "none"),
        pytest.param("mp3", "podcast", marks=pytest.mark.night),
        pytest.param("zip", "acx", marks=pytest.mark.night),
    ],
)
def test_a_book_four_times_as_long_takes_no_more_memory(form: str, norm: Norm, tmp_path: Path) -> None:
    piece = np.resize(spoken(9.0), 1 << 18)  # so that meters have as much left in the end, whatever the length

    def chapters(count: int, pieces: int) -> list[BoundChapter]:
        def parts() -> Iterator[Pcm]:
            for _ in range(pieces):
                yield piece.copy()

        return [BoundChapter(str(number), piece.size * pieces, parts) for number in range(count)]

    def most(count: int, pieces: int) -> int:
        gc.collect()
        tracemalloc.reset_peak()
        before = tracemalloc.get_traced_memory()[0]
        options = Binding(norm=norm, each="wav", sample_rate=RATE)
        bind(chapters(count, pieces), tmp_path / f"a.{form}", form, options=options)
        return tracemalloc.get_traced_memory()[1] - before

    most(1, 5)
    tracemalloc.start()
    try:
        short, long, many = most(1, 5), most(1, 13), most(3, 5)
    finally:
        tracemalloc.stop()
    assert short < 60e6
    # Kept as samples, what is more in the long one would take eight megabytes as numbers and four as they are.
    assert long - short < 500_000
    assert many - short < 500_000


@pytest.mark.night
def test_a_part_of_ten_minutes_is_not_turned_into_numbers_at_once(tmp_path: Path) -> None:
    part = np.zeros(600 * RATE, np.int16)
    tracemalloc.start()
    try:
        bind([BoundChapter("a", part.size, lambda: iter([part]))], tmp_path / "a.flac", "flac", options=Binding())
        assert tracemalloc.get_traced_memory()[1] < 40e6
    finally:
        tracemalloc.stop()
