from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from indextts.engines.indextts2.fast.accelerate import lay_out
from indextts.engines.indextts2.reference.acoustics import solve
from indextts.engines.indextts2.reference.dit import DiT
from indextts.model.errors import StudioError
from indextts.platform.run import Cancel
from tests.support import tiny_networks


def inputs(count: int, known: int, batch: int = 1, seed: int = 0) -> dict[str, Any]:
    generator = torch.Generator().manual_seed(seed)

    def draw(*shape: int) -> torch.Tensor:
        return torch.randn(*shape, dtype=torch.float64, generator=generator)

    return {
        "noise": draw(batch, tiny_networks.BANDS, count),
        "prompt": draw(batch, tiny_networks.BANDS, known),
        "style": draw(batch, tiny_networks.STYLE),
        "condition": draw(batch, count, tiny_networks.CONTENT),
    }


def in_two_passes(given_inputs: dict[str, Any], steps: int, guidance: float) -> torch.Tensor:
    """The definition: two networks' answers a step, each asked for by itself."""
    network = tiny_networks.dit()
    noise, prompt = given_inputs["noise"], given_inputs["prompt"]
    known = prompt.shape[2]
    mel: torch.Tensor = noise.clone()
    shown = torch.zeros_like(noise)
    mel[:, :, :known], shown[:, :, :known] = 0.0, prompt
    style, condition = given_inputs["style"], given_inputs["condition"]
    for step in range(steps):
        time = torch.full((len(mel),), step / steps, dtype=torch.float64)
        with_all = network(mel, shown, None, time, style, condition)
        without = network(mel, 0 * shown, None, time, 0 * style, 0 * condition)
        mel = mel + ((1 + guidance) * with_all - guidance * without) / steps
        mel[:, :, :known] = 0.0
    return mel


@pytest.mark.night
@settings(max_examples=12)
@given(st.integers(1, 24), st.data(), st.integers(1, 2), st.sampled_from([0.0, 0.3, 0.7]))
def test_guidance_in_one_batch_is_guidance_in_two_passes(
    count: int, data: st.DataObject, batch: int, guidance: float
) -> None:
    known = data.draw(st.integers(0, count))
    given_inputs = inputs(count, known, batch, count)
    mel = solve(tiny_networks.dit(), **given_inputs, steps=4, guidance=guidance)
    assert torch.allclose(mel, in_two_passes(given_inputs, 4, guidance), atol=1e-9)
    assert not mel[:, :, :known].any()


@pytest.mark.parametrize(("guidance", "passes"), [(0.7, 4), (0.0, 2)])
def test_without_guidance_a_step_costs_half(guidance: float, passes: int) -> None:
    rows: list[int] = []
    network = tiny_networks.dit()
    network.transformer.register_forward_hook(lambda _module, _given, out: rows.append(len(out)))
    solve(network, **inputs(6, 2, batch=2), steps=3, guidance=guidance)
    assert rows == [passes] * 3


@pytest.mark.night
@settings(max_examples=25)
@given(st.data(), st.integers(1, 2), st.booleans(), st.booleans(), st.booleans())
def test_what_is_left_out_because_nobody_hears_it_changes_nothing(
    data: st.DataObject, dilation: int, packed: bool, several: bool, cut: bool
) -> None:
    config = replace(tiny_networks.DIT, wavenet_dilation_rate=dilation)
    network = tiny_networks.random(lambda: DiT(config))
    target, known = data.draw(st.integers(1, 12)), data.draw(st.integers(0, network.wavenet.reach + 3))
    batch = 2 if several else 1
    given_inputs = inputs(known + target, known, batch, known)
    lengths = torch.tensor([known + target, known + data.draw(st.integers(1, target))][:batch]) if cut else None
    if packed:
        network = network.float()
        lay_out(network, "float32")
        given_inputs = {name: value.float() for name, value in given_inputs.items()}
    noise, shown = given_inputs["noise"], torch.zeros_like(given_inputs["noise"])
    noise[:, :, :known], shown[:, :, :known] = 0.0, given_inputs["prompt"]
    style, condition = given_inputs["style"], given_inputs["condition"]
    times = torch.tensor([0.0, 0.3], dtype=noise.dtype)
    field = network.field(times, shown, style, condition, lengths=lengths, known=known)
    for step, time in enumerate(times):
        whole = network(noise, shown, lengths, time.expand(batch), style, condition)[:, :, known:]
        heard = field(step, noise[:, :, known:])
        for row in range(batch):
            # What lies behind the end is nobody's.
            own = target if lengths is None else int(lengths[row]) - known
            assert torch.allclose(heard[row, :, :own], whole[row, :, :own], atol=1e-4 if packed else 1e-9)


def test_only_what_is_heard_and_what_it_depends_on_goes_through_the_end_of_the_network() -> None:
    network = tiny_networks.dit()
    reach, seen = network.wavenet.reach, set()
    for part in (network.conv1, network.get_submodule("transformer.layers.4.feed_forward")):
        part.register_forward_hook(lambda _module, given, _out: seen.add(given[0].shape[1]))
    network.final_layer.register_forward_hook(lambda _module, _given, out: seen.add((out.shape[1],)))
    solve(network, **inputs(40, 31), steps=2)
    assert reach == 6
    assert seen == {9 + reach, (9,)}


def test_what_the_times_do_is_computed_once_for_all_steps() -> None:
    network = tiny_networks.dit()
    asked: list[int] = []
    network.t_embedder.register_forward_hook(lambda _module, given, _out: asked.append(len(given[0])))
    network.cond_projection.register_forward_hook(lambda _module, given, _out: asked.append(given[0].shape[1]))
    solve(network, **inputs(10, 4), steps=7)
    # The conditions of ten frames, those of one frame without any, and the times of seven steps.
    assert sorted(asked) == [1, 7, 10]


def test_the_first_step_is_at_zero_and_the_last_one_before_one() -> None:
    times: list[float] = []
    network = tiny_networks.dit()
    network.t_embedder.register_forward_hook(lambda _module, given, _out: times.extend(given[0].tolist()))
    solve(network, **inputs(4, 1))
    assert times == pytest.approx([step / 25 for step in range(25)])


def test_each_step_is_told_and_the_given_noise_is_left_as_it_is() -> None:
    given_inputs = inputs(8, 3)
    before = given_inputs["noise"].clone()
    told: list[tuple[int, int]] = []
    solve(tiny_networks.dit(), **given_inputs, steps=5, on_step=lambda done, total: told.append((done, total)))
    assert told == [(1, 5), (2, 5), (3, 5), (4, 5), (5, 5)]
    assert torch.equal(before, given_inputs["noise"])


def test_a_run_that_is_cancelled_stops_within_its_step() -> None:
    cancel = Cancel()
    told: list[int] = []
    asked: list[int] = []

    def check() -> None:
        asked.append(1)
        if len(told) == 2 and len(asked) % 3 == 0:
            cancel.cancel()
        cancel.check()

    with pytest.raises(StudioError, match="Cancelled") as caught:
        solve(tiny_networks.dit(), **inputs(8, 3), steps=9, on_step=lambda done, _total: told.append(done), check=check)
    assert caught.value.code == "cancelled"
    assert told == [1, 2]
    per_step = 1 + tiny_networks.DIT.depth + tiny_networks.DIT.wavenet_layers
    assert 2 * per_step < len(asked) < 3 * per_step


def test_of_two_lengths_each_one_is_solved_as_far_as_it_goes() -> None:
    given_inputs = inputs(12, 4, batch=2)
    lengths = torch.tensor([12, 9])
    mel = solve(tiny_networks.dit(), **given_inputs, steps=3, lengths=lengths)
    alone = solve(tiny_networks.dit(), **{name: value[:1] for name, value in given_inputs.items()}, steps=3)
    assert torch.allclose(mel[0], alone[0], atol=1e-9)
