from __future__ import annotations

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from indextts.engines.indextts2.reference.acoustics import (
    LatentProjection,
    RegulatorConfig,
    frames_for,
    load_projection,
    load_regulator,
)
from indextts.model.errors import StudioError
from tests.support import tiny_networks


def rows(count: int, batch: int = 1) -> torch.Tensor:
    generator = torch.Generator().manual_seed(count)
    return torch.randn(batch, count, tiny_networks.HIDDEN, dtype=torch.float64, generator=generator)


@settings(max_examples=20)
@given(st.integers(1, 30), st.lists(st.integers(1, 60), min_size=1, max_size=3))
def test_the_longest_sets_the_length_and_the_others_end_in_zeros(count: int, lengths: list[int]) -> None:
    out = tiny_networks.regulator()(rows(count, len(lengths)), torch.tensor(lengths))
    assert out.shape == (len(lengths), max(lengths), tiny_networks.CONTENT)
    for one, length in zip(out, lengths, strict=True):
        assert not one[length:].any()
        assert one[:length].any()


def test_stretching_repeats_the_nearest_row_before_anything_smooths_it() -> None:
    regulator, given_rows = tiny_networks.regulator(), rows(6)
    places = torch.tensor([frame * 6 // 11 for frame in range(11)])
    assert torch.allclose(
        regulator(given_rows, torch.tensor([11])), regulator(given_rows[:, places], torch.tensor([11])), atol=1e-12
    )


@pytest.mark.parametrize(("codes", "frames"), [(1, 1), (2, 3), (25, 43), (250, 430), (1499, 2578)])
def test_a_started_frame_does_not_count(codes: int, frames: int) -> None:
    assert frames_for(codes) == frames


def test_speech_can_be_stretched() -> None:
    assert [frames_for(100, factor) for factor in (0.5, 1.0, 2.0)] == [86, 172, 344]


def test_latents_go_through_three_linear_layers_without_an_activation() -> None:
    projection = tiny_networks.random(lambda: LatentProjection((4, 3, 2, 5)))
    a, b = torch.randn(2, 7, 4, dtype=torch.float64)
    middle = projection((a + b) / 2)
    assert torch.allclose(middle, (projection(a) + projection(b)) / 2, atol=1e-12)


def test_sizes_are_read_off_the_weights_and_a_missing_layer_is_named() -> None:
    state = LatentProjection((4, 3, 2, 5)).state_dict()
    assert load_projection(state, source="s2mel.pth")[2].out_features == 5
    del state["1.weight"]
    with pytest.raises(StudioError, match=r"1\.weight"):
        load_projection(state, source="s2mel.pth")


def test_what_the_regulator_never_reads_may_be_in_the_file_or_not() -> None:
    config = RegulatorConfig(tiny_networks.CONTENT, tiny_networks.HIDDEN, 2)
    state = tiny_networks.regulator().state_dict()
    plain = load_regulator(config, state, source="s2mel.pth").state_dict()
    more = load_regulator(config, {**state, "mask_token": torch.zeros(1, 8)}, source="s2mel.pth").state_dict()
    assert plain and plain.keys() == more.keys()
    assert all(torch.equal(plain[name], more[name]) for name in plain)


def test_names_may_begin_with_what_parallel_training_leaves_there() -> None:
    config = RegulatorConfig(tiny_networks.CONTENT, tiny_networks.HIDDEN, 2)
    wrapped = {f"module.{name}": tensor for name, tensor in tiny_networks.regulator().state_dict().items()}
    assert torch.equal(
        load_regulator(config, wrapped, source="s2mel.pth").content_in_proj.bias.double(),
        tiny_networks.regulator().content_in_proj.bias.float().double(),
    )
