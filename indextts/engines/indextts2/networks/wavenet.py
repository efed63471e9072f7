"""The WaveNet after the transformer of the flow network: gated convolutions that the time steers."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import nn
from torch.nn import functional


class WaveNet(nn.Module):
    """``[B, width, T]`` to the sum of what every layer hands on, ``[B, width, T]``."""

    def __init__(self, width: int, layers: int, kernel: int, dilation_rate: int) -> None:
        super().__init__()
        self.width = width
        self.cond_layer = _Conv(width, 2 * width * layers, 1)
        self.in_layers = nn.ModuleList(
            _Conv(width, 2 * width, kernel, dilation_rate**index) for index in range(layers)
        )
        # The last layer only hands on; the others also go on.
        self.res_skip_layers = nn.ModuleList(
            _Conv(width, 2 * width if index < layers - 1 else width, 1) for index in range(layers)
        )

    def forward(
        self, rows: torch.Tensor, when: torch.Tensor, inside: torch.Tensor | None, check: Callable[[], None]
    ) -> torch.Tensor:
        """``when [B, width]`` is the time; frames that are not ``inside [B, T]`` stay zero; ``check`` goes by layer."""
        mask = None if inside is None else inside[:, None, :].to(rows.dtype)
        steer = self.cond_layer(when[:, :, None]).chunk(len(self.in_layers), dim=1)
        handed_on = torch.zeros_like(rows)
        for index, (convolve, split) in enumerate(zip(self.in_layers, self.res_skip_layers, strict=True)):
            check()
            wave, gate = (convolve(rows) + steer[index]).chunk(2, dim=1)
            parts = split(torch.tanh(wave) * torch.sigmoid(gate))
            if index < len(self.in_layers) - 1:
                rows = rows + parts[:, : self.width]
                rows = rows if mask is None else rows * mask
                parts = parts[:, self.width :]
            handed_on = handed_on + parts
        return handed_on if mask is None else handed_on * mask


class _Conv(nn.Module):
    """A convolution that keeps the length: the signal is mirrored at its ends. (The files nest its weights twice.)"""

    def __init__(self, channels_in: int, channels_out: int, kernel: int, dilation: int = 1) -> None:
        super().__init__()
        self.conv = nn.ModuleDict({"conv": nn.Conv1d(channels_in, channels_out, kernel, dilation=dilation)})
        self.total = (kernel - 1) * dilation

    def forward(self, rows: torch.Tensor) -> torch.Tensor:
        out: torch.Tensor = self.conv["conv"](mirrored(rows, self.total - self.total // 2, self.total // 2))
        return out


def mirrored(rows: torch.Tensor, left: int, right: int) -> torch.Tensor:
    """Reflected padding of the last axis; what is too short to be mirrored first gets zeros at its end."""
    if not left and not right:
        return rows
    missing = max(left, right) - rows.shape[-1] + 1
    if missing <= 0:
        return functional.pad(rows, (left, right), mode="reflect")
    padded = functional.pad(functional.pad(rows, (0, missing)), (left, right), mode="reflect")
    return padded[..., : padded.shape[-1] - missing]
