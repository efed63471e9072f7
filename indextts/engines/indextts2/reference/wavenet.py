"""The WaveNet at the end of the flow: gated convolutions over neighbouring frames, on those alone that are heard.

Each convolution sees a few frames on both sides. What comes out for the target therefore depends on as many frames of
the prompt as all layers together reach back, :attr:`WaveNet.reach`, and on no others.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

import torch
from torch import Tensor, nn
from torch.nn import functional


class WaveNet(nn.Module):
    """The sum of what every layer hands on."""

    def __init__(self, width: int, layers: int, kernel: int, dilation_rate: int) -> None:
        super().__init__()
        self.width = width
        self.cond_layer = FrameConv(width, 2 * width * layers, 1)
        dilations = (dilation_rate**index for index in range(layers))
        self.in_layers = nn.ModuleList(FrameConv(width, 2 * width, kernel, dilation) for dilation in dilations)
        # The last layer only hands on; the others also go on.
        self.res_skip_layers = nn.ModuleList(
            FrameConv(width, 2 * width if index < layers - 1 else width, 1) for index in range(layers)
        )
        self.reach = sum(layer.left for layer in self.in_layers if isinstance(layer, FrameConv))
        """How many frames before its own a frame depends on."""

    def steered(self, when: Tensor) -> Tensor:
        """What the times ``[N, width]`` add to each layer's convolution, ``[layers, N, 2 width]``."""
        steer: Tensor = self.cond_layer(when[:, None])
        return steer.view(len(when), len(self.in_layers), -1).transpose(0, 1)

    def forward(
        self, rows: Tensor, steer: Tensor, inside: Tensor | None, margin: int, check: Callable[[], None]
    ) -> Tensor:
        """``[B, margin + T, width]`` to ``[B, T, width]``.

        ``margin`` is 0, and the signal is mirrored at its beginning, or :attr:`reach`. ``steer`` is
        ``[layers, B or 1, 2 width]``. Frames that are not ``inside [B, margin + T]`` stay zero. ``check`` is called
        before each layer.
        """
        begin = rows.shape[1] if inside is None else inside.shape[1]
        target = rows.shape[1] - margin
        handed_on = rows.new_zeros(len(rows), target, self.width)
        for index, (convolve, split) in enumerate(zip(self.in_layers, self.res_skip_layers, strict=True)):
            check()
            gated = convolve(rows, mirror=not margin)
            wave, gate = (gated + steer[index, :, None].to(gated.dtype)).chunk(2, dim=2)
            parts = split(torch.tanh(wave).mul_(torch.sigmoid(gate)))
            if index < len(self.in_layers) - 1:
                rows = rows[:, -parts.shape[1] :] + parts[..., : self.width]
                rows = rows if inside is None else rows * inside[:, begin - rows.shape[1] :, None]
                parts = parts[..., self.width :]
            handed_on += parts[:, -target:]
        return handed_on if inside is None else handed_on * inside[:, begin - target :, None]


class FrameConv(nn.Module):
    """A convolution over the frames of ``[B, T, channels]``: the signal is mirrored at its end, and at its beginning.

    Where it goes on before its beginning, it is not to be mirrored there, and as many frames fewer come out as the
    kernel reaches back. (The files nest its weights twice.)
    """

    def __init__(self, channels_in: int, channels_out: int, kernel: int, dilation: int = 1) -> None:
        super().__init__()
        self.conv = nn.ModuleDict({"conv": nn.Conv1d(channels_in, channels_out, kernel, dilation=dilation)})
        total = (kernel - 1) * dilation
        self.left, self.right = total - total // 2, total // 2

    @property
    def only(self) -> nn.Conv1d:
        return cast(nn.Conv1d, self.conv["conv"])

    def forward(self, rows: Tensor, *, mirror: bool = True) -> Tensor:
        signal = mirrored(rows.mT.to(self.only.weight.dtype), self.left if mirror else 0, self.right)
        return cast(Tensor, self.only(signal).mT)


def mirrored(rows: Tensor, left: int, right: int) -> Tensor:
    """Reflected padding of the last axis; what is too short to be mirrored first gets zeros at its end."""
    if not left and not right:
        return rows
    missing = max(left, right) - rows.shape[-1] + 1
    if missing <= 0:
        return functional.pad(rows, (left, right), mode="reflect")
    padded = functional.pad(functional.pad(rows, (0, missing)), (left, right), mode="reflect")
    return padded[..., : padded.shape[-1] - missing]
