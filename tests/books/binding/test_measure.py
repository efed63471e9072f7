"""The levels of a sound whose levels are known."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import numpy.typing as npt
import pytest

from indextts.books.binding.measure import FLOOR_DB, ChapterMeter, Measured, level

RATE = 44_100


def measured(samples: npt.NDArray[np.float64], piece: int = 10_007) -> Measured:
    meter = ChapterMeter(RATE)
    for at in range(0, samples.size, piece):
        meter.take(samples[at : at + piece].astype(np.float32))
    return meter.finish()


@pytest.mark.parametrize(("period", "phase"), [(4, np.pi / 4), (6, 0.0), (8, np.pi / 8)])
def test_the_true_peak_is_that_of_the_wave_and_not_of_its_samples(period: int, phase: float) -> None:
    at = np.arange(RATE)
    fade = np.minimum(1.0, np.minimum(at, RATE - at) / 2000)
    found = measured(0.5 * fade * np.sin(2 * np.pi * at / period + phase))
    assert level(found.true_peak) == pytest.approx(level(0.5), abs=0.15)
    assert level(found.peak) == pytest.approx(level(0.5 * np.sin(np.pi / 2 - np.pi / period)), abs=0.01)
    assert found.rms_db() == pytest.approx(level(0.5 / np.sqrt(2)), abs=0.3)


def test_a_tenth_of_a_second_of_quiet_is_the_noise_floor() -> None:
    at = np.arange(8 * RATE)
    sound = 0.3 * np.sin(2 * np.pi * 200 * at / RATE)
    sound[4 * RATE : 4 * RATE + RATE // 10] *= 0.001 / 0.3
    assert measured(sound).noise_floor_db(-80.0) == pytest.approx(level(0.001 / np.sqrt(2)), abs=0.5)
    assert measured(sound[: 4 * RATE + RATE // 2]).noise_floor_db(-80.0) is None  # too short to have a pause


def test_silence_and_nothing_have_a_level() -> None:
    assert level(0.0) == FLOOR_DB
    for found in (measured(np.zeros(0)), measured(np.zeros(RATE))):
        assert (found.rms_db(), found.true_peak) == (FLOOR_DB, 0.0)


def of_levels(*levels: float) -> Measured:
    found = measured(np.zeros(0))
    return replace(found, levels=np.array(levels, np.float32))


def test_the_first_and_the_last_window_louder_than_a_floor_are_found() -> None:
    assert of_levels(0.0, 1.0, 0.0, 1.0, 1.0, 0.0).sound(-3.0) == (1, 5)
    assert of_levels(0.5, 0.5).sound(-60.0) == (0, 2)
    assert of_levels(0.1, 0.01, 0.001).sound(-20.0) == (0, 1)  # 0.01 is no louder than that
    assert of_levels(0.0, 0.0, 0.0).sound(-60.0) == (3, 3)


@pytest.mark.parametrize(("windows", "told"), [(499, False), (500, True), (501, True)])
def test_five_seconds_have_a_noise_floor_and_less_have_none(windows: int, told: bool) -> None:
    inside = [1.0, *([0.01] * 12), *([1.0] * (windows - 13))]
    found = of_levels(0.0, *inside, 0.0, 0.0).noise_floor_db(-60.0)
    assert found == (pytest.approx(-20.0, abs=0.01) if told else None)
    short = of_levels(*([1.0] * 300), *([0.1] * 9), *([1.0] * 300)).noise_floor_db(-60.0)
    assert short == pytest.approx(10 * np.log10((9 * 0.1 + 1) / 10), abs=0.01)  # of a tenth of a second
    ending = of_levels(*([1.0] * 600), *([0.1] * 9), 0.1).noise_floor_db(-60.0)
    assert ending == pytest.approx(-10.0, abs=0.01)


@pytest.mark.parametrize("piece", [1, 440, 441, 442, 10_000])
def test_levels_are_those_of_hundredths_of_a_second_however_it_comes(piece: int) -> None:
    steps = np.repeat([0.1, 0.4, 0.2, 0.8], 441)
    found = measured(np.concatenate([steps, [0.5] * 100]), piece)
    assert (found.window, found.samples, found.rate) == (441, 4 * 441 + 100, RATE)
    assert found.levels == pytest.approx([0.01, 0.16, 0.04, 0.64], rel=1e-4)
    assert found.peak == pytest.approx(0.8)
    assert found.energy == pytest.approx(441 * 0.85 + 25, rel=1e-4)
    assert found.true_peak >= found.peak


def test_silence_around_a_sound_lowers_its_power_alone() -> None:
    found = measured(np.full(RATE, 0.5))
    assert found.rms_db() == pytest.approx(level(0.5), abs=0.01)
    assert found.rms_db(4 * RATE) == pytest.approx(level(0.25), abs=0.01)
    assert [level(1.0), level(0.1), level(1e-9)] == pytest.approx([0.0, -20.0, FLOOR_DB])
    assert found.lufs < 0.0
