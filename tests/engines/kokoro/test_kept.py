"""An edit moves what it names by what was asked, and leaves the rest as it was."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest

from indextts.engines.kokoro.asked import Asked
from indextts.engines.kokoro.engine import KokoroEngine
from indextts.engines.kokoro.kept import Sound, Sounds, Unedited, brought, measured
from indextts.engines.kokoro.line import Line
from indextts.engines.kokoro.networks import KokoroNetworks
from indextts.pipeline.pipeline import Pipeline
from indextts.platform.config import Config
from indextts.platform.run import Run
from tests.engines.kokoro.test_speaking import RATE, TEXT, Samples, plan_of, said, spoken

PLACE = 4
EDITS = [("duration_scale", 0.5), ("duration_scale", 2.5), ("pitch_shift", 4.0), ("pitch_shift", -4.0)]


def levels(samples: Samples, plan: object) -> npt.NDArray[np.float64]:
    """Decibels of each token, without its edges."""
    times = [(token.start_s, token.end_s) for token in spoken(plan)]  # type: ignore[arg-type]
    pieces = [samples[round(begin * RATE) + 120 : round(end * RATE) - 120] for begin, end in times]  # type: ignore[operator]
    return np.array([10.0 * np.log10(np.mean(np.square(piece, dtype=np.float64))) for piece in pieces])


@pytest.mark.parametrize(("field", "value"), EDITS)
def test_an_edit_of_length_or_pitch_leaves_the_levels_of_the_rest(
    engine: KokoroEngine, config: Config, field: str, value: float
) -> None:
    plain, edited = plan_of(engine, config, TEXT), plan_of(engine, config, TEXT)
    before = levels(said(engine, plain), plain)
    setattr(spoken(edited)[PLACE], field, value)
    moved = levels(said(engine, edited), edited) - before
    assert np.abs(np.delete(moved, PLACE)).max() < 0.15


@pytest.mark.parametrize(("field", "value"), EDITS)
def test_an_edit_sounds_the_same_whether_or_not_the_unedited_was_heard_before(
    engine: KokoroEngine, config: Config, field: str, value: float
) -> None:
    edited = plan_of(engine, config, TEXT)
    setattr(spoken(edited)[PLACE], field, value)
    fresh = said(engine, edited)
    for name in ("_sounds", "_measures"):
        getattr(engine._unedited, name).clear()
    said(engine, plan_of(engine, config, TEXT))
    np.testing.assert_array_equal(fresh, said(engine, edited))


def test_what_was_heard_before_is_not_synthesised_again_for_an_edit(
    engine: KokoroEngine, config: Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    said(engine, plan_of(engine, config, TEXT))
    edited = plan_of(engine, config, TEXT)
    spoken(edited)[PLACE].duration_scale = 1.5
    passes, sound = [], KokoroNetworks.sound

    def counted(*given: object, **named: object) -> object:
        passes.append(1)
        return sound(*given, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(KokoroNetworks, "sound", counted)
    said(engine, edited)
    assert len(passes) == 1


def test_only_the_last_sounds_are_kept() -> None:
    kept, silent = Unedited(RATE), np.zeros(10, np.float32)
    for number in range(40):
        kept.keep(str(number), [(silent, np.zeros(3))])
    line, asked = Line([0, 1, 0], [(1, 2)], []), []

    def again() -> Sounds:
        asked.append(1)
        return [(silent, np.array([0.0, 0.1, 0.2]))]

    kept.of("39", [line], again)
    assert not asked
    kept.of("0", [line], again)
    assert asked == [1]


def hummed(semitones: list[float]) -> Sound:
    """Three tokens of 0.3 s, at so many semitones above 150 Hz."""
    hertz = np.repeat(150.0 * np.exp2(np.array(semitones) / 12.0), round(0.3 * RATE))
    phase = 2.0 * np.pi * np.cumsum(hertz) / RATE
    samples = sum(np.sin(part * phase) / part for part in range(1, 9)).astype(np.float32)  # type: ignore[union-attr]
    return 0.1 * samples, np.array([0.0, 0.0, 0.3, 0.6, 0.9, 0.9])


@pytest.mark.parametrize("follows", [0.6, 0.8, 1.25])
@pytest.mark.parametrize("shift", [-3.0, 2.0])
def test_a_pitch_that_was_missed_is_drawn_again(follows: float, shift: float) -> None:
    line = Line([0, 1, 2, 3, 0], [(1, 2), (2, 3), (3, 4)], [])
    asked = Asked(1.0, 1.0, 0.0, 1.0, moved=[0.0, shift, 0.0])
    plain = measured(*hummed([0.0, 0.0, 0.0]), line.spans, RATE)

    def again() -> Sound:
        return hummed([follows * moved for moved in asked.moved])

    samples, seconds = brought(plain, line, asked, again(), RATE, again)
    change = np.nanmedian(measured(samples, seconds, line.spans, RATE).pitches - plain.pitches, axis=1)
    assert change == pytest.approx([0.0, shift, 0.0], abs=0.1)


def test_a_pitch_that_was_reached_is_not_drawn_again() -> None:
    line = Line([0, 1, 2, 3, 0], [(1, 2), (2, 3), (3, 4)], [])
    asked = Asked(1.0, 1.0, 0.0, 1.0, moved=[0.0, 2.0, 0.0])
    plain = measured(*hummed([0.0, 0.0, 0.0]), line.spans, RATE)
    brought(plain, line, asked, hummed([0.0, 2.1, 0.0]), RATE, lambda: pytest.fail("it was drawn again"))


def test_a_token_is_louder_by_what_was_asked_although_peaks_are_held(engine: KokoroEngine, config: Config) -> None:
    def finished(shift: float) -> npt.NDArray[np.float64]:
        plan = plan_of(engine, config, TEXT, loudness=-12.0)
        spoken(plan)[PLACE].energy_shift = shift
        speech = Pipeline(config, engine).collect(plan, Run())
        assert np.abs(speech.samples).max() <= 10.0 ** (config.audio.peak_dbtp / 20.0) * 1.01
        return levels(speech.samples, speech.utterance)

    moved = finished(3.0) - finished(0.0)
    assert moved[PLACE] >= 2.0
    assert np.abs(np.delete(moved, PLACE)).max() < 0.1
