from __future__ import annotations

from typing import Any

import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch.nn import functional

from indextts.engines.indextts2.fast.packed_linear import pack
from indextts.engines.indextts2.reference.dit import load_dit
from indextts.engines.indextts2.reference.wavenet import mirrored
from tests.support import tiny_networks


def inputs(count: int, batch: int, seed: int = 0) -> dict[str, Any]:
    generator = torch.Generator().manual_seed(seed)

    def draw(*shape: int) -> torch.Tensor:
        return torch.randn(*shape, dtype=torch.float64, generator=generator)

    return {
        "mel": draw(batch, tiny_networks.BANDS, count),
        "prompt": draw(batch, tiny_networks.BANDS, count),
        "time": torch.rand(batch, dtype=torch.float64, generator=generator),
        "style": draw(batch, tiny_networks.STYLE),
        "condition": draw(batch, count, tiny_networks.CONTENT),
    }


@settings(max_examples=15)
@given(st.integers(1, 25), st.integers(1, 3))
def test_a_batch_is_each_of_its_own_at_its_own_time(count: int, batch: int) -> None:
    network, given_inputs = tiny_networks.dit(), inputs(count, batch, count)
    together = network(lengths=None, **given_inputs)
    assert together.shape == (batch, tiny_networks.BANDS, count)
    for index in range(batch):
        alone = network(lengths=None, **{name: value[index : index + 1] for name, value in given_inputs.items()})
        assert torch.allclose(alone[0], together[index], atol=1e-9)


def test_lengths_that_are_all_full_change_nothing() -> None:
    network, given_inputs = tiny_networks.dit(), inputs(14, 2)
    masked = network(lengths=torch.tensor([14, 14]), **given_inputs)
    assert torch.allclose(masked, network(lengths=None, **given_inputs), atol=1e-10)


def test_what_lies_behind_the_end_is_not_seen() -> None:
    network, given_inputs = tiny_networks.dit(), inputs(20, 1)
    other = {name: value.clone() for name, value in given_inputs.items()}
    for name in ("mel", "prompt"):
        other[name][:, :, 15:] = 9.0
    other["condition"][:, 15:] = -9.0
    parts = [network.transformer for _ in range(2)]
    seen: list[torch.Tensor] = []
    handle = parts[0].register_forward_hook(lambda _module, _given, out: seen.append(out))
    for each in (given_inputs, other):
        network(lengths=torch.tensor([15]), **each)
    handle.remove()
    assert torch.allclose(seen[0][:, :15], seen[1][:, :15], atol=1e-10)
    assert not torch.allclose(seen[0][:, 15:], seen[1][:, 15:])


def test_packed_for_the_cpu_it_says_the_same() -> None:
    network = tiny_networks.dit().float()
    given_inputs = {name: value.float() for name, value in inputs(30, 2).items()}
    before = network(lengths=None, **given_inputs)
    pack(network)
    assert torch.allclose(network(lengths=None, **given_inputs), before, atol=1e-4)


def test_every_layer_asks_whether_to_go_on() -> None:
    asked: list[int] = []
    tiny_networks.dit()(lengths=None, check=lambda: asked.append(1), **inputs(5, 1))
    assert len(asked) == tiny_networks.DIT.depth + tiny_networks.DIT.wavenet_layers


def test_only_blocks_behind_the_middle_hold_a_skip_layer() -> None:
    state = tiny_networks.dit().state_dict()
    held = {name.split(".")[2] for name in state if "skip_in_linear" in name}
    assert held == {"3", "4"}
    # A published file has one for every block, and entries that nothing reads.
    spare = {f"transformer.layers.0.skip_in_linear.{kind}": torch.zeros(1) for kind in ("weight", "bias")}
    published = {**state, **spare, "input_pos": torch.arange(4), "x_embedder.weight_g": torch.ones(1, 1)}
    load_dit(tiny_networks.DIT, {f"estimator.{name}": tensor for name, tensor in published.items()}, source="s2mel.pth")


@given(st.integers(1, 12), st.integers(0, 4), st.integers(0, 4))
def test_mirroring_works_for_any_length(count: int, left: int, right: int) -> None:
    rows = torch.arange(1.0, count + 1)[None, None]
    out = mirrored(rows, left, right)
    assert out.shape[-1] == count + left + right
    assert torch.equal(out[..., left : left + count], rows)
    if count > max(left, right):
        expected = functional.pad(rows, (left, right), mode="reflect") if left or right else rows
        assert torch.equal(out, expected)
    elif left:
        # Zeros lie behind a signal that is too short, and are what its far mirror image shows.
        assert out[0, 0, 0] == (rows[0, 0, left] if left < count else 0.0)
