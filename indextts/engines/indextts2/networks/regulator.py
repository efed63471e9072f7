"""Codes become frames: what the language model meant at 50 Hz, stretched to the 86 mel frames of a second."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final

import torch
from torch import nn
from torch.nn import functional

from indextts.engines.indextts2.checkpoint.weights import State, build, unwrapped

FRAMES_PER_ROW: Final = 1.72


@dataclass(frozen=True)
class RegulatorConfig:
    """``s2mel.length_regulator`` of ``config.yaml``; ``stages`` is the number of its ``sampling_ratios``."""

    channels: int = 512
    in_channels: int = 1024
    stages: int = 4

    @classmethod
    def read(cls, said: Mapping[str, Any]) -> RegulatorConfig:
        """From a mapping with at least these names."""
        return cls(int(said["channels"]), int(said["in_channels"]), len(said["sampling_ratios"]))


class LengthRegulator(nn.Module):
    """Rows at one rate to conditions at another: nearest neighbours, then convolutions that smooth them."""

    def __init__(self, config: RegulatorConfig) -> None:
        super().__init__()
        width = config.channels
        self.content_in_proj = nn.Linear(config.in_channels, width)
        layers: list[nn.Module] = []
        for _ in range(config.stages):
            layers += [nn.Conv1d(width, width, 3, padding=1), nn.GroupNorm(1, width), nn.Mish()]
        self.model = nn.Sequential(*layers, nn.Conv1d(width, width, 1))

    @torch.inference_mode()
    def forward(self, rows: torch.Tensor, lengths: torch.Tensor) -> torch.Tensor:
        """``[B, M, in]`` to ``[B, max(lengths), channels]``, zero from each one's own length (``[B]``, frames) on."""
        longest = int(lengths.max())
        stretched = functional.interpolate(self.content_in_proj(rows).mT, size=longest, mode="nearest")
        inside = torch.arange(longest, device=rows.device)[None, :] < lengths.to(rows.device)[:, None]
        smoothed: torch.Tensor = self.model(stretched).mT * inside[:, :, None]
        return smoothed


class LatentProjection(nn.Sequential):
    """The language model's latents ``[B, M, model]`` as features ``[B, M, hidden]``: three linear layers in a row.

    There is no activation between them. (Published as gpt_layer.)
    """

    def __init__(self, sizes: tuple[int, int, int, int] = (1280, 256, 128, 1024)) -> None:
        super().__init__(*(nn.Linear(before, after) for before, after in pairwise(sizes)))


def frames_for(rows: int, duration: float = 1.0) -> int:
    """How many mel frames ``rows`` at 50 Hz become, ``duration`` times as long; a started frame does not count."""
    return int(rows * FRAMES_PER_ROW * duration)


def load_regulator(config: RegulatorConfig, state: State, *, source: str) -> LengthRegulator:
    """``net.length_regulator`` of ``s2mel.pth``. Raises :class:`StudioError` ``weights_mismatch``."""
    unread = ("embedding", "mask_token")
    return build(lambda: LengthRegulator(config), unwrapped(state), source=source, unused=unread, strict=False)


def load_projection(state: State, *, source: str) -> LatentProjection:
    """``net.gpt_layer`` of ``s2mel.pth``, its sizes read off its tensors. Raises ``weights_mismatch``."""
    state = unwrapped(state)
    weights = [state[name] for name in ("0.weight", "1.weight", "2.weight") if name in state]
    if len(weights) == 3:
        sizes = (weights[0].shape[1], weights[0].shape[0], weights[1].shape[0], weights[2].shape[0])
        return build(lambda: LatentProjection(sizes), state, source=source, strict=False)
    return build(LatentProjection, state, source=source, strict=False)
