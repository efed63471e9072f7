from __future__ import annotations

from typing import Any, cast

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from indextts.engines.indextts2.networks.acoustics import solve
from indextts.errors import StudioError
from indextts.run import Cancel
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

    def velocity(*given: Any) -> torch.Tensor:
        rows.append(len(given[0]))
        return cast(torch.Tensor, given[0])

    solve(velocity, **inputs(6, 2, batch=2), steps=3, guidance=guidance)
    assert rows == [passes] * 3


def test_the_first_step_is_at_zero_and_the_last_one_before_one() -> None:
    times: list[float] = []

    def velocity(*given: Any) -> torch.Tensor:
        mel, _, _, time, *_ = given
        times.append(float(time[0]))
        return cast(torch.Tensor, mel)

    solve(velocity, **inputs(4, 1))
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
