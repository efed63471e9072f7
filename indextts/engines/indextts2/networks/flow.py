"""From noise to a mel: Euler steps along the velocities of the flow network, with classifier-free guidance.

Guidance asks the network twice at each step, with the conditions and without any; both go through it as one batch.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import torch

from indextts.engines.indextts2.networks.dit import Check, no_check

STEPS: Final = 25
GUIDANCE: Final = 0.7

Step = Callable[[int, int], None]
"""Told after each step how many are done, and of how many."""


Velocity = Callable[
    [torch.Tensor, torch.Tensor, torch.Tensor | None, torch.Tensor, torch.Tensor, torch.Tensor, Check], torch.Tensor
]
"""What :class:`indextts.engines.indextts2.networks.dit.DiT` is called as."""


def no_step(_done: int, _total: int) -> None: ...


@torch.inference_mode()
def solve(
    velocity: Velocity,
    noise: torch.Tensor,
    prompt: torch.Tensor,
    style: torch.Tensor,
    condition: torch.Tensor,
    *,
    lengths: torch.Tensor | None = None,
    steps: int = STEPS,
    guidance: float = GUIDANCE,
    on_step: Step = no_step,
    check: Check = no_check,
) -> torch.Tensor:
    """The mel ``[B, bands, T]``, zero where the prompt is.

    ``noise [B, bands, T]``, ``prompt [B, bands, P]`` with P ≤ T, ``style [B, style]``, ``condition [B, T, content]``
    (the prompt's and after it the target's), ``lengths [B]`` in frames or None where all are T. Each step costs one
    pass of 2 B (B with ``guidance`` 0). ``check`` is called within the steps and raises to stop.
    """
    batch, known = len(noise), prompt.shape[2]
    mel = noise.clone()
    mel[:, :, :known] = 0.0
    shown = torch.zeros_like(mel)
    shown[:, :, :known] = prompt
    if guidance > 0:
        shown, style, condition = (torch.cat([given, torch.zeros_like(given)]) for given in (shown, style, condition))
        lengths = None if lengths is None else lengths.repeat(2)
    # The grid and the time itself are kept in single precision, where their rounding is part of the reference.
    grid = torch.linspace(0, 1, steps + 1, dtype=mel.dtype, device=mel.device)
    time, width = grid[0], grid[1] - grid[0]
    for step in range(1, steps + 1):
        check()
        if guidance > 0:
            both = velocity(mel.repeat(2, 1, 1), shown, lengths, time.expand(2 * batch), style, condition, check)
            given, free = both.chunk(2)
            moved = (1.0 + guidance) * given - guidance * free
        else:
            moved = velocity(mel, shown, lengths, time.expand(batch), style, condition, check)
        mel = mel + width * moved
        time = time + width
        if step < steps:
            width = grid[step + 1] - time
        mel[:, :, :known] = 0.0
        on_step(step, steps)
    return mel
