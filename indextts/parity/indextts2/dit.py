"""The flow network against recordings."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack

import torch
from torch import nn

from indextts.config import Config
from indextts.engines.indextts2.checkpoint.weights import tensors
from indextts.engines.indextts2.networks.dit import DiTConfig, load_dit
from indextts.parity.indextts2.packed import Prepare, Row, both
from indextts.parity.runner import Fixture, largest


def compare(fixture: Fixture, _config: Config) -> Iterator[Row]:
    """The velocity for every set of lengths in ``x_lens``; within the first, what the parts hand on."""
    yield from both(lambda prepare: _rows(fixture, prepare))


def _rows(fixture: Fixture, prepare: Prepare) -> Iterator[Row]:
    arrays = fixture.arrays
    network = load_dit(DiTConfig.read(fixture.about["config"]), tensors(fixture.state()), source=fixture.path.name)
    prepare(network)
    mel, prompt, time, style, condition = (
        torch.tensor(arrays[f"in.{name}"]) for name in ("x", "prompt_x", "t", "style", "cond")
    )
    parts: dict[str, nn.Module] = {
        "transformer": network.transformer,
        "wavenet": network.wavenet,
        "t_embed": network.t_embedder,
        "t_embed2": network.t_embedder2,
    }
    for case, lengths in fixture.about["x_lens"].items():
        handed_on: dict[str, torch.Tensor] = {}
        # A single length is that of every one in the batch.
        own = torch.tensor(lengths).expand(len(mel))
        with ExitStack() as stack:
            for name, part in parts.items():
                stack.enter_context(_kept(part, name, handed_on))
            velocity = network(mel, prompt, own, time, style, condition)
        yield case, largest(velocity, arrays[f"out.{case}"]), 1e-4
        for name, value in handed_on.items():
            recorded = arrays.get(f"out.{name}" if name.startswith("t_") else f"out.{case}_{name}")
            if recorded is not None:
                yield f"{case}: {name}", largest(value, recorded), 1e-4


def _kept(part: nn.Module, name: str, kept: dict[str, torch.Tensor]) -> torch.utils.hooks.RemovableHandle:
    def keep(_part: nn.Module, _given: object, out: torch.Tensor) -> None:
        kept[name] = out

    return part.register_forward_hook(keep)
