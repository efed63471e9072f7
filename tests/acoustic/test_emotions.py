"""The table of emotions is complete, ordered by intensity, and checked."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indextts.acoustic.emotions import Shift, load_emotions
from indextts.config import Config
from indextts.errors import StudioError
from indextts.request import EMOTIONS


def test_the_shipped_table_has_every_emotion() -> None:
    table = load_emotions(Config().emotions_path)
    assert set(EMOTIONS) <= set(table)
    assert table["neutral"] == Shift()


def test_no_two_emotions_are_alike() -> None:
    table = load_emotions(Config().emotions_path)
    assert len({table[name] for name in EMOTIONS}) == len(EMOTIONS)


@given(st.sampled_from(EMOTIONS), st.floats(0, 1), st.floats(0, 1))
def test_intensity_is_monotonic_and_zero_is_neutral(name: str, a: float, b: float) -> None:
    shift = load_emotions(Config().emotions_path)[name]
    assert shift.scaled(0.0) == Shift()
    assert shift.scaled(1.0) == shift
    low, high = shift.scaled(min(a, b)), shift.scaled(max(a, b))
    assert abs(low.pitch) <= abs(high.pitch) + 1e-12
    assert abs(low.energy) <= abs(high.energy) + 1e-12
    assert abs(low.rate - 1) <= abs(high.rate - 1) + 1e-12
    assert abs(low.range - 1) <= abs(high.range - 1) + 1e-12


@pytest.mark.parametrize(
    "text",
    ["", "[]", "neutral: {rate: fast}", "neutral: {speed: 1}", "neutral: {rate: 1}", "neutral: {rate: 99}\n", "\t- ["],
)
def test_a_bad_table_is_refused_plainly(tmp_path: Path, text: str) -> None:
    path = tmp_path / "emotions.yaml"
    path.write_text(text)
    with pytest.raises(StudioError) as caught:
        load_emotions(path)
    assert caught.value.code == "bad_config"


def test_values_out_of_range_are_refused(tmp_path: Path) -> None:
    source = Config().emotions_path.read_text(encoding="utf-8")
    path = tmp_path / "emotions.yaml"
    path.write_text(source.replace("rate: 1.08", "rate: 40"), encoding="utf-8")
    with pytest.raises(StudioError, match="happy"):
        load_emotions(path)
