"""The generator: mel → samples. A HiFi-GAN with a second way up and a sine skip at every stage."""

from __future__ import annotations

import math
from collections.abc import Mapping

import torch
from torch import Tensor, nn
from torch.nn import functional

from indextts.engines.sambert.shapes import Array, VocoderShape
from indextts.engines.sambert.weights import folded_vocoder
from tests.support.sambert_networks.decoder import Note, silent

_LAST_SLOPE = 0.01
"""Of the leaky ReLU before the last convolution alone: PyTorch's default."""


class _Conv(nn.Module):
    """A convolution that keeps the length, or divides it by ``stride``: causal ones see the past only."""

    def __init__(self, width: int, out: int, kernel: int, *, causal: bool, dilation: int = 1, stride: int = 1) -> None:
        super().__init__()
        self.conv1d = nn.Conv1d(width, out, kernel, dilation=dilation, stride=stride)
        whole = (kernel - 1) * dilation
        half = whole // 2 if stride == 1 else stride // 2
        self._padding = (whole, 0) if causal else (half, half)

    def forward(self, x: Tensor) -> Tensor:
        return self.conv1d(functional.pad(x, self._padding))  # type: ignore[no-any-return]


class _Up(nn.Module):
    """The transposed way up, cut to ``stride`` samples for each."""

    def __init__(self, width: int, out: int, kernel: int, stride: int, *, causal: bool) -> None:
        super().__init__()
        padding = 0 if causal else (kernel - stride) // 2
        self.deconv = nn.ConvTranspose1d(width, out, kernel, stride=stride, padding=padding)
        self._stride = stride

    def forward(self, x: Tensor) -> Tensor:
        return self.deconv(x)[:, :, : x.shape[-1] * self._stride]  # type: ignore[no-any-return]


def _numbered(place: int, layer: nn.Module) -> nn.Sequential:
    """``layer`` under the number that it has in training, after an activation and, for repeating, an upsampling."""
    return nn.Sequential(*(nn.Identity() for _ in range(place)), layer)


class _Block(nn.Module):
    """Residual pairs of convolutions, the first of each dilated."""

    def __init__(self, width: int, kernel: int, dilations: tuple[int, ...], slope: float, *, causal: bool) -> None:
        super().__init__()
        self.convs1 = nn.ModuleList(_Conv(width, width, kernel, causal=causal, dilation=step) for step in dilations)
        self.convs2 = nn.ModuleList(_Conv(width, width, kernel, causal=causal) for _ in dilations)
        self._slope = slope

    def forward(self, x: Tensor) -> Tensor:
        for first, second in zip(self.convs1, self.convs2, strict=True):
            x = x + second(functional.leaky_relu(first(functional.leaky_relu(x, self._slope)), self._slope))
        return x


class Generator(nn.Module):
    """All stages."""

    def __init__(self, shape: VocoderShape) -> None:
        super().__init__()
        self.shape = shape
        causal, width = shape.causal, shape.channels
        self.conv_pre = _Conv(shape.mels, width, shape.kernel, causal=causal)
        self.repeat_upsamples = nn.ModuleList()
        self.transpose_upsamples = nn.ModuleList()
        self.source_downs = nn.ModuleList()
        self.conv_blocks = nn.ModuleList()
        for stage, (scale, kernel) in enumerate(zip(shape.scales, shape.kernels, strict=True)):
            half = shape.channels // 2 ** (stage + 1)
            self.repeat_upsamples.append(_numbered(2, _Conv(width, half, shape.kernel, causal=causal)))
            self.transpose_upsamples.append(_numbered(1, _Up(width, half, kernel, scale, causal=causal)))
            if shape.source:
                stride = shape.hop // math.prod(shape.scales[: stage + 1])
                wide = 2 * stride if stride > 1 else 1
                self.source_downs.append(_Conv(1, half, wide, causal=causal, stride=stride))
            for size, steps in zip(shape.block_kernels, shape.block_dilations, strict=True):
                self.conv_blocks.append(_Block(half, size, steps, shape.slope, causal=causal))
            width = half
        if shape.source:
            harmonics = nn.Conv1d(shape.source.harmonics + 1, 1, 1)
            self.source_module = nn.ModuleDict({"ffn": nn.Sequential(harmonics, nn.Tanh())})
        self.conv_post = _Conv(width, shape.bands, shape.kernel, causal=causal)

    @classmethod
    def from_state(cls, shape: VocoderShape, state: Mapping[str, Array]) -> Generator:
        """The generator with these weights, folded or not, in evaluation mode.

        Raises :class:`indextts.model.errors.StudioError` ``voice_unusable`` naming what is missing or left over.
        """
        network = cls(shape)
        folded = folded_vocoder(shape, state)
        network.load_state_dict({name: torch.tensor(value) for name, value in folded.items()})
        return network.eval()

    @torch.inference_mode()
    def forward(self, mel: Tensor, sines: Tensor | None = None, note: Note = silent) -> Tensor:
        """``mel [1, mels, N]`` → ``[1, bands, N · hop]``; ``sines [1, harmonics + 1, N · hop]`` for a source module."""
        shape = self.shape
        x = self.conv_pre(mel)
        note("conv_pre", x)
        excitation = None
        if sines is not None and shape.source:
            excitation = self.source_module["ffn"](sines)
            note("excitation", excitation)
        for stage, scale in enumerate(shape.scales):
            x = x + torch.sin(x)
            rising = functional.leaky_relu(x, shape.slope)
            repeated = self.repeat_upsamples[stage](rising.repeat_interleave(scale, dim=-1))
            note(f"stage{stage}.repeat_branch", repeated)
            total = repeated
            if shape.transposed:
                transposed = self.transpose_upsamples[stage](rising)
                note(f"stage{stage}.transpose_branch", transposed)
                total = total + transposed
            if excitation is not None:
                source = self.source_downs[stage](excitation)
                note(f"stage{stage}.source_down", source)
                total = total + source
            note(f"stage{stage}.resblocks_in", total)
            x = self._blocks(total, stage, note)
        samples: Tensor = torch.tanh(self.conv_post(functional.leaky_relu(x, _LAST_SLOPE)))
        return samples

    def _blocks(self, x: Tensor, stage: int, note: Note) -> Tensor:
        count = len(self.shape.block_kernels)
        out = torch.zeros_like(x)
        for place in range(count):
            block = self.conv_blocks[stage * count + place](x)
            note(f"stage{stage}.resblock{place}", block)
            out = out + block
        return out / count
