"""What is changed between Kokoro's graphs: lengths to the frame, pitch in semitones, and nothing beside."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from indextts.engines.kokoro.asked import Asked
from indextts.engines.kokoro.controls import (
    SILENT_ENERGY,
    Curves,
    add_silence,
    alone,
    audible,
    between,
    press,
    reading,
    shape_pitch,
    spliced,
    stretch,
    whole_frames,
)


def curves(frames: int) -> Curves:
    """Every frame has a column, a pitch and a level of its own."""
    at = np.arange(2 * frames, dtype=np.float32)
    aligned = np.repeat(np.arange(frames, dtype=np.float32)[None], 3, axis=0)
    return Curves(aligned, 100.0 + at, at / 10.0)


lengths = st.lists(st.integers(1, 12), min_size=4, max_size=20)


@given(lengths, st.floats(0.4, 2.5))
def test_all_frames_together_are_as_many_as_were_asked_for(own: list[int], factor: float) -> None:
    frames, pressed = whole_frames(np.array([16.0, *own, 9.0]), factor)
    assert frames[0] == 16 and frames[-1] == 9 and frames.min() >= 1
    inner = float(frames[1:-1].sum())
    asked = sum(own) * factor
    if pressed == 1.0:
        assert abs(inner - asked) <= 1.0 + 0.02 * (inner + 25)
    else:
        assert frames.sum() * pressed == pytest.approx(asked + 25, abs=1.0)


def test_at_its_own_rate_the_models_frames_stay() -> None:
    frames, pressed = whole_frames(np.array([16.4, 2.5, 0.2, 3.6, 9.0]), 1.0)
    assert frames.tolist() == [16, 2, 1, 4, 9] and pressed == 1.0


@given(lengths, st.data())
def test_a_token_is_stretched_to_the_frame_and_the_rest_stays_as_it_is(own: list[int], data: st.DataObject) -> None:
    edges = np.concatenate([[0], np.cumsum([5, *own, 5])])
    whole = curves(int(edges[-1]))
    bounds = sorted(data.draw(st.sets(st.integers(1, len(own) + 1), min_size=2, max_size=8)))
    spans = list(pairwise(bounds))
    factors = data.draw(st.lists(st.sampled_from([1.0, 0.5, 0.8, 1.3, 2.0]), min_size=len(spans), max_size=len(spans)))
    changed, moved = stretch(whole, edges, spans, factors)
    assert changed.frames == moved[-1] and changed.f0.size == changed.energy.size == 2 * changed.frames
    assert np.all(np.diff(moved) >= 0)
    inside = {place for span in spans for place in range(*span)}
    for place in range(edges.size - 1):
        if place not in inside:
            assert moved[place + 1] - moved[place] == edges[place + 1] - edges[place]
    for (first, last), factor in zip(spans, factors, strict=True):
        before, after = int(edges[last] - edges[first]), int(moved[last] - moved[first])
        assert after == max(1, round(before * factor))
        if factor == 1.0:
            old = whole.f0[2 * edges[first] : 2 * edges[last]]
            assert np.array_equal(changed.f0[2 * moved[first] : 2 * moved[last]], old)


@given(st.lists(st.tuples(st.integers(2, 9), st.integers(0, 3)), min_size=3, max_size=9), st.floats(0.55, 2.5))
def test_a_run_is_stretched_with_what_stands_between_its_tokens(words: list[tuple[int, int]], factor: float) -> None:
    edges = np.concatenate([[0], np.cumsum([5, *(size for word in words for size in word), 5])])
    spans = [(1 + 2 * at, 2 + 2 * at) for at in range(len(words))]
    changed, moved = stretch(curves(int(edges[-1])), edges, spans, [factor] * len(words), [factor] * len(words))
    assert changed.frames == moved[-1] and np.all(np.diff(moved) >= 0)
    own, now = edges[spans[-1][1]] - edges[1], moved[spans[-1][1]] - moved[1]
    assert abs(now - own * factor) <= 1.5, "rounding is carried on"
    assert moved[1] == 5 and moved[-1] - moved[-2] == 5, "what is around it stays"


def test_between_two_words_that_are_edited_the_gap_is_and_beside_one_it_is_not() -> None:
    edges, spans = np.array([0, 5, 15, 19, 29, 33, 43, 48]), [(1, 2), (3, 4), (5, 6)]
    _, moved = stretch(curves(48), edges, spans, [2.0, 2.0, 1.0], [2.0, 1.0, 1.0])
    assert np.diff(moved).tolist() == [5, 20, 8, 20, 4, 10, 5]


def test_nothing_asked_is_nothing_done() -> None:
    whole, edges = curves(20), np.array([0, 5, 9, 14, 20])
    same, moved = stretch(whole, edges, [(1, 2), (2, 3)], [1.0, 1.0])
    assert same is whole and moved is edges
    same, moved = press(whole, edges, 1.0)
    assert same is whole and moved is edges


def test_no_pitch_is_drawn_between_a_voice_and_none() -> None:
    whole = curves(20)
    whole.f0[20:] = 5.0
    longer, _ = stretch(whole, np.array([0, 5, 15, 20, 20]), [(1, 2)], [1.7])
    assert np.all((longer.f0 >= 100.0) | (longer.f0 == 5.0))
    assert set(longer.aligned[0].tolist()) <= set(whole.aligned[0].tolist())


def test_pressing_keeps_the_symbols_in_order() -> None:
    pressed, edges = press(curves(40), np.array([0, 10, 11, 30, 40]), 0.6)
    assert pressed.frames == 24 and edges.tolist() == [0, 6, 7, 18, 24]


@given(st.floats(-12.0, 12.0))
def test_pitch_moves_by_semitones_where_there_is_a_voice(shift: float) -> None:
    f0 = np.array([5.0, 200.0, 210.0, 220.0, 6.0], np.float32)
    raised = shape_pitch(f0, np.full(5, shift), 1.0)
    assert raised[[0, 4]].tolist() == [5.0, 6.0]
    assert np.allclose(12.0 * np.log2(raised[1:4] / f0[1:4]), shift, atol=1e-3)


def test_the_range_is_scaled_around_the_mean_and_an_accent_around_its_own() -> None:
    f0 = np.array([150.0, 200.0, 300.0, 250.0], np.float32)
    logs = np.log2(f0)
    wide = np.log2(shape_pitch(f0, np.zeros(4), 2.0))
    assert np.allclose(wide - logs.mean(), 2.0 * (logs - logs.mean()), atol=1e-5)
    accented = np.log2(shape_pitch(f0, np.zeros(4), 1.0, [(2, 4, 1.5)]))
    own = logs[2:].mean()
    assert np.allclose(accented[:2], logs[:2], atol=1e-5)
    assert np.allclose(accented[2:] - own, 1.5 * (logs[2:] - own), atol=1e-5)


def test_what_hardly_has_a_voice_stays_where_nothing_is_asked() -> None:
    f0 = np.array([12.0, 25.0, 200.0, 14.0], np.float32)
    raised = shape_pitch(f0, np.array([0.0, 0.0, 3.0, 0.0]), 1.0)
    assert np.allclose(np.delete(raised, 2), np.delete(f0, 2), rtol=1e-5)
    assert shape_pitch(np.array([40.0], np.float32), np.array([-12.0]), 1.0)[0] == 30.0


@given(lengths, st.data())
def test_runs_of_symbols_come_from_the_other_curves_at_the_pitch_that_they_had(
    own: list[int], data: st.DataObject
) -> None:
    lent = data.draw(st.lists(st.integers(1, 12), min_size=len(own), max_size=len(own)))
    edges, others = (np.concatenate([[0], np.cumsum([5, *each, 5])]) for each in (own, lent))
    whole, other = curves(int(edges[-1])), curves(int(others[-1]))
    other = Curves(-1.0 - other.aligned, 3.0 * other.f0, other.energy + 100.0)
    bounds = sorted(data.draw(st.sets(st.integers(1, len(own) + 1), min_size=2, max_size=6)))
    runs = list(zip(bounds[::2], bounds[1::2], strict=False))
    given = [((first, last), between(other, int(others[first]), int(others[last]))) for first, last in runs]
    joined, moved = spliced(whole, edges, [(run, one, np.diff(others[run[0] : run[1] + 1])) for run, one in given])
    assert joined.frames == moved[-1] and joined.f0.size == joined.energy.size == 2 * joined.frames
    inside = {place for run in runs for place in range(*run)}
    for place in range(edges.size - 1):
        from_other = place in inside
        source, at = (other, others) if from_other else (whole, edges)
        assert moved[place + 1] - moved[place] == at[place + 1] - at[place]
        assert np.array_equal(
            joined.aligned[:, moved[place] : moved[place + 1]], source.aligned[:, at[place] : at[place + 1]]
        )
        if not from_other:
            assert np.array_equal(
                joined.f0[2 * moved[place] : 2 * moved[place + 1]], whole.f0[2 * at[place] : 2 * at[place + 1]]
            )
    for first, last in runs:
        before = np.log2(whole.f0[2 * edges[first] : 2 * edges[last]]).mean()
        after = np.log2(joined.f0[2 * moved[first] : 2 * moved[last]]).mean()
        assert after == pytest.approx(before, abs=1e-3)


def asked(moved: list[float]) -> Asked:
    return Asked(1.0, 1.0, 0.0, 1.0, steps=[0.0] * len(moved), moved=moved, slopes=[(0.0,)] * len(moved))


@given(st.lists(st.floats(-6.0, 6.0), min_size=1, max_size=6))
def test_an_edit_of_pitch_moves_its_token_and_hardly_more(moved: list[float]) -> None:
    edges = np.arange(0, 4 * len(moved) + 9, 4)
    spans = [(place + 1, place + 2) for place in range(len(moved))]
    curve = asked(moved).curve(edges, spans, 2 * int(edges[-1]))
    for place, semitones in enumerate(moved):
        own = curve[8 * place + 8 : 8 * place + 16]
        assert np.allclose(own[1:-1], own[1]) and abs(own[1]) == pytest.approx(abs(semitones) / 0.96)
    assert not curve[:7].any() and not curve[8 * len(moved) + 9 :].any()
    assert np.abs(curve).max() <= max(map(abs, moved)) / 0.96 + 1e-9


def test_neighbours_that_are_moved_alike_have_no_seam() -> None:
    curve = asked([2.0, 2.0]).curve(np.array([0, 4, 8, 12, 16]), [(1, 2), (2, 3)], 32)
    assert np.allclose(curve[7:25], 2.0 / 0.96) and not curve[:7].any() and not curve[25:].any()


def test_silence_comes_to_the_quietest_place_and_lasts_as_asked() -> None:
    whole = curves(40)
    whole.energy[:] = 5.0
    whole.energy[44:46] = 1.0
    longer, put = add_silence(whole, [(20, 25, 0.4)])
    assert put == [(22, 16)]
    assert np.all(longer.energy[44:76] == np.float32(SILENT_ENERGY))
    assert longer.frames == 56


def test_what_is_silent_already_counts() -> None:
    whole = curves(40)
    whole.energy[:] = 5.0
    whole.energy[40:48] = -5.0
    longer, put = add_silence(whole, [(20, 25, 0.4)])
    assert longer.frames - whole.frames == 12 == put[0][1]


def test_only_what_can_be_heard_is_kept() -> None:
    energy = np.full(200, -9.0, np.float32)
    assert audible(energy) == (0, 100)
    energy[60:120] = 4.0
    assert audible(energy) == (22, 68)


def test_what_is_carried_comes_out_between_silences() -> None:
    whole = curves(60)
    whole.energy[:] = 5.0
    whole.energy[72:74] = 0.0
    own, first = alone(whole, 20, 35, 39)
    assert first == 12 and own.frames == 16 + 8 + 8
    assert np.array_equal(own.f0[16:-16], whole.f0[40:72])
    assert np.all(own.energy[:16] < -9.0) and np.all(own.energy[-16:] < -9.0)


def test_a_seed_draws_the_same_for_each_token_in_turn() -> None:
    pitch, length = reading(7, "text", 5)
    again, _ = reading(7, "text", 3)
    assert np.array_equal(pitch[:3], again) and np.all(length > 0)
    assert not np.array_equal(reading(8, "text", 5)[0], pitch)
    none, same = reading(0, "text", 5)
    assert not none.any() and np.all(same == 1.0)
