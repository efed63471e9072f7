"""The table of emotions is complete, ordered by intensity, mixed by shares, and checked."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from indextts.engines.delivery import EmotionShift, contour, load_emotions, mixed, shift_of
from indextts.model.errors import StudioError
from indextts.platform.config import Config
from indextts.reading.emotion.names import EMOTIONS

TABLE = load_emotions(Config().emotions_path)
NAMES = [field.name for field in fields(EmotionShift)]
REST = EmotionShift()


def test_the_shipped_table_has_every_emotion() -> None:
    assert set(EMOTIONS) == set(TABLE)
    assert TABLE["neutral"] == EmotionShift()


def test_no_two_emotions_are_alike() -> None:
    assert len({TABLE[name] for name in EMOTIONS}) == len(EMOTIONS)


def test_directions_are_those_of_the_literature() -> None:
    signs = {
        "happy": {"pitch": 1, "range": 1, "final": 1}, "angry": {"energy": 1, "rate": 1, "final": -1, "tilt": 1},
        "sad": {"pitch": -1, "rate": -1, "energy": -1, "tilt": -1}, "afraid": {"pitch": 1, "rate": 1},
        "disgusted": {"pitch": -1, "rate": -1}, "melancholic": {"pitch": -1, "rate": -1},
        "surprised": {"pitch": 1, "range": 1, "final": 1}, "calm": {"rate": -1, "range": -1},
    }  # fmt: skip
    for name, wanted in signs.items():
        for key, sign in wanted.items():
            assert np.sign(getattr(TABLE[name], key) - getattr(REST, key)) == sign, (name, key)
    assert TABLE["sad"].range < TABLE["melancholic"].range < 1.0


@given(st.sampled_from(EMOTIONS), st.floats(0, 1), st.floats(0, 1))
def test_intensity_is_monotonic_and_zero_is_neutral(name: str, a: float, b: float) -> None:
    shift = TABLE[name]
    assert mixed([(shift, 0.0)]) == shift_of(TABLE, name, 0.0) == EmotionShift()
    assert mixed([(shift, 1.0)]) == shift_of(TABLE, name, 1.0) == shift
    low, high = mixed([(shift, min(a, b))]), mixed([(shift, max(a, b))])
    for key in NAMES:
        rest = getattr(REST, key)
        assert abs(getattr(low, key) - rest) <= abs(getattr(high, key) - rest) + 1e-12


@given(st.sampled_from(EMOTIONS[:-1]), st.sampled_from(EMOTIONS[:-1]), st.floats(0.01, 1), st.floats(0, 1))
def test_a_mixture_lies_between_its_emotions(one: str, other: str, share: float, intensity: float) -> None:
    shift = mixed([(TABLE[one], share * intensity), (TABLE[other], (1 - share) * intensity)])
    ends = mixed([(TABLE[one], intensity)]), mixed([(TABLE[other], intensity)])
    for key in NAMES:
        low, high = sorted(getattr(end, key) for end in ends)
        assert low - 1e-9 <= getattr(shift, key) <= high + 1e-9


def test_shares_and_intensity_mean_the_same() -> None:
    half, weak = shift_of(TABLE, "sad:0.5", 1.0), shift_of(TABLE, "sad", 0.5)
    assert half == weak
    shift = shift_of(TABLE, "happy:0.6+surprised:0.3", 0.5)
    assert shift.pitch == pytest.approx(0.3 * TABLE["happy"].pitch + 0.15 * TABLE["surprised"].pitch)
    assert shift.range == pytest.approx(TABLE["happy"].range ** 0.3 * TABLE["surprised"].range ** 0.15)


def test_a_contour_is_a_line_around_the_middle_and_a_movement_of_the_end() -> None:
    to_come = [4, 4, 3, 2, 1, 0, 0]
    line = contour(EmotionShift(declination=-2.0), to_come)
    assert line.tolist() == [1.0, 1.0, 0.5, 0.0, -0.5, -1.0, -1.0]
    assert contour(EmotionShift(final=2.0), to_come).tolist() == [0, 0, 0, 0, 1.0, 2.0, 2.0]
    assert contour(EmotionShift(declination=3.0, final=1.0), [0, 0]).tolist() == [1.0, 1.0], "one syllable has no slope"
    assert not contour(EmotionShift(), to_come).any()


SHIPPED = Config().emotions_path.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("was", "becomes", "named"),
    [
        ("happy:       {rate: 1.08", "happy:       {rate: 40", "happy.rate"),
        ("calm:        {rate: 0.92", "calm:        {rate: .nan", "calm.rate"),
        ("happy:       {rate", "happy:       {speed", "happy.speed"),
        ("calm:  ", "calmer:", "calmer"),
        ("neutral:     {}", "neutral:     {pitch: 0.1}", "neutral must change nothing"),
        ("neutral:     {}", "", "rows are missing: neutral"),
        ("neutral:     {}", "neutral:     {tilt: high}", "neutral.tilt"),
        ("neutral:     {}", "\\t- [", ""),
        (SHIPPED, "", ""),
        (SHIPPED, "[]", ""),
    ],
)
def test_a_wrong_table_is_refused_by_place(tmp_path: Path, was: str, becomes: str, named: str) -> None:
    assert was in SHIPPED
    file = tmp_path / "emotions.yaml"
    file.write_text(SHIPPED.replace(was, becomes), encoding="utf-8")
    with pytest.raises(StudioError) as caught:
        load_emotions(file)
    assert caught.value.code == "bad_config" and named in str(caught.value)
