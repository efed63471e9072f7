from __future__ import annotations

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support import tiny_networks


def features(frames: int, batch: int = 1) -> torch.Tensor:
    generator = torch.Generator().manual_seed(frames)
    return torch.randn(batch, frames, 80, dtype=torch.float64, generator=generator)


@pytest.mark.night
@settings(max_examples=6)
@given(st.integers(5, 320))
def test_any_length_has_one_vector_and_a_batch_is_each_of_its_own(frames: int) -> None:
    encoder, heard = tiny_networks.campplus(), features(frames, 2)
    both = encoder(heard)
    assert both.shape == (2, tiny_networks.STYLE)
    assert torch.isfinite(both).all()
    for index in range(2):
        assert torch.allclose(encoder(heard[index : index + 1])[0], both[index], atol=1e-8)


def test_a_segment_is_heard_in_the_mean_of_its_own_second() -> None:
    gate = tiny_networks.campplus().get_submodule("xvector.block1.tdnnd1.cam_layer")
    local = gate.get_submodule("linear_local")
    channels = gate.get_parameter("linear_local.weight").shape[1]
    rows = torch.randn(1, channels, 250, dtype=torch.float64)
    moved = rows.clone()
    # The same recording as a whole, but the last (short) segment is in another order: only its mean counts.
    moved[:, :, 200:] = rows[:, :, 200:].flip(2)
    before, after = gate(rows), gate(moved)
    assert torch.allclose(before[:, :, :198], after[:, :, :198], atol=1e-12)
    louder = rows.clone()
    louder[:, :, 200:] += 1.0
    louder[:, :, :50] -= 1.0
    # The whole's mean is as it was; the middle segment's own too.
    assert torch.allclose(gate(louder)[:, :, 102:198], before[:, :, 102:198], atol=1e-12)
    opened, was = (gate(heard) / local(heard) for heard in (louder, rows))
    assert not torch.allclose(opened[:, :, 202:248], was[:, :, 202:248])
