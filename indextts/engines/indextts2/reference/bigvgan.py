"""Mel to sound: BigVGAN v2 (Lee et al. 2023), whose periodic activations work at twice the rate to keep aliases out."""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, cast

import torch
from torch import Tensor, nn
from torch.nn import functional

from indextts.engines.indextts2.checkpoint.weights import State, build
from indextts.model.errors import StudioError
from indextts.model.i18n.messages import Bilingual
from indextts.platform.beats import Beat, no_beat

_TAPS: Final = 12
"""Of the low-pass filter that goes with each change of rate in an activation."""
_REACH: Final = 5
"""Samples that an activation sees on each side."""
_EPS: Final = 1e-9
_ENDS: Final = 7
"""Kernel of the first and the last convolution."""

CHUNK: Final = 256
"""Mel frames (3 s) that are spoken at a time."""


@dataclass(frozen=True)
class BigVGANConfig:
    """``config.json`` beside the vocoder; those of ``bigvgan_v2_22khz_80band_256x`` by default."""

    bands: int = 80
    channels: int = 1536
    rates: tuple[int, ...] = (4, 4, 2, 2, 2, 2)
    rate_kernels: tuple[int, ...] = (8, 8, 4, 4, 4, 4)
    kernels: tuple[int, ...] = (3, 7, 11)
    dilations: tuple[tuple[int, ...], ...] = ((1, 3, 5), (1, 3, 5), (1, 3, 5))
    tanh: bool = False
    final_bias: bool = False

    @classmethod
    def read(cls, said: Mapping[str, Any], *, source: str = "config.json") -> BigVGANConfig:
        """From the file's content. Raises :class:`StudioError` ``weights_mismatch`` for another kind of network."""
        kind = (str(said["resblock"]), said["activation"], said.get("snake_logscale", False))
        if kind != ("1", "snakebeta", True):
            problem = Bilingual(f"its type is {kind}", f"其类型为 {kind}")
            raise StudioError("weights_mismatch", source=source, problems=problem)
        return cls(
            int(said["num_mels"]),
            int(said["upsample_initial_channel"]),
            tuple(said["upsample_rates"]),
            tuple(said["upsample_kernel_sizes"]),
            tuple(said["resblock_kernel_sizes"]),
            tuple(tuple(dilations) for dilations in said["resblock_dilation_sizes"]),
            bool(said.get("use_tanh_at_final", True)),
            bool(said.get("use_bias_at_final", True)),
        )


class Vocoder(nn.Module, ABC):
    """Natural-log mels to samples within ±1, ``hop`` samples to a frame: whole, or in chunks."""

    def __init__(self, config: BigVGANConfig) -> None:
        super().__init__()
        self.config = config

    @property
    def hop(self) -> int:
        """Samples of one mel frame."""
        return math.prod(self.config.rates)

    @torch.inference_mode()
    def forward(self, mel: Tensor, check: Beat = no_beat) -> Tensor:
        """``[B, bands, T]`` to ``[B, 1, T · hop]``; ``check`` is called before each stage and raises to stop."""
        return self._samples(self.begin(mel, check), check)

    @torch.inference_mode()
    def chunks(self, mel: Tensor, frames: int = CHUNK, check: Beat = no_beat) -> Iterator[Tensor]:
        """The same samples, ``frames`` mel frames at a time: ``[B, 1, n · hop]`` with n ≤ ``frames``.

        Every chunk is computed from so much on both sides of it that its samples do not depend on where it was cut.
        Memory goes with ``frames``, not with T.
        """
        wide, narrow = self.margins
        rate, count = self.config.rates[0], mel.shape[2]
        for begin in range(0, count, frames):
            end = min(begin + frames, count)
            first = max(0, begin - wide)
            rows = self.begin(mel[:, :, first : end + wide], check)
            # The first stage reaches far, the others need only a part of what it saw.
            start = max(0, begin * rate - narrow)
            rows = rows[:, :, start - first * rate : end * rate + narrow - first * rate]
            samples = self._samples(rows, check)
            offset = (begin * rate - start) * self.hop // rate
            yield samples[:, :, offset : offset + (end - begin) * self.hop]

    @property
    def margins(self) -> tuple[int, int]:
        """What a sample depends on, on each side at most: mel frames, and rows after the first stage."""
        config = self.config
        # What a residual block reaches: for each dilation two convolutions and two activations.
        block = max(
            sum((dilation + 1) * (kernel - 1) // 2 + 2 * _REACH for dilation in dilations)
            for kernel, dilations in zip(config.kernels, config.dilations, strict=True)
        )
        before = narrow = _REACH + _ENDS // 2
        for rate, kernel in zip(config.rates[::-1], config.rate_kernels[::-1], strict=True):
            narrow = before
            before = (narrow + block + (kernel + rate) // 2 - 1) // rate
        return before + _ENDS // 2, narrow

    @abstractmethod
    def begin(self, mel: Tensor, check: Beat) -> Tensor:
        """Mels to the rows ``[B, channels, T · rate]`` that the first stage makes."""

    @abstractmethod
    def finish(self, rows: Tensor, check: Beat) -> Tensor:
        """Those rows to sound ``[B, 1, T · hop]`` that is not kept within full scale yet."""

    def _samples(self, rows: Tensor, check: Beat) -> Tensor:
        samples = self.finish(rows, check)
        return samples.tanh() if self.config.tanh else samples.clamp(-1.0, 1.0)


class BigVGAN(Vocoder):
    """As it is published, for any device."""

    def __init__(self, config: BigVGANConfig) -> None:
        super().__init__(config)
        channels = [config.channels >> stage for stage in range(len(config.rates) + 1)]
        self.conv_pre = nn.Conv1d(config.bands, channels[0], _ENDS, padding=_ENDS // 2)
        self.ups = nn.ModuleList(
            nn.ModuleList([nn.ConvTranspose1d(before, after, kernel, rate, padding=(kernel - rate) // 2)])
            for before, after, kernel, rate in zip(
                channels[:-1], channels[1:], config.rate_kernels, config.rates, strict=True
            )
        )
        self.resblocks = nn.ModuleList(
            Block(width, kernel, dilations)
            for width in channels[1:]
            for kernel, dilations in zip(config.kernels, config.dilations, strict=True)
        )
        self.activation_post = Activation(channels[-1])
        self.conv_post = nn.Conv1d(channels[-1], 1, _ENDS, padding=_ENDS // 2, bias=config.final_bias)

    def begin(self, mel: Tensor, check: Beat) -> Tensor:
        check()
        return self._stage(0, self.conv_pre(mel))

    def finish(self, rows: Tensor, check: Beat) -> Tensor:
        for stage in range(1, len(self.ups)):
            check()
            rows = self._stage(stage, rows)
        check()
        samples: Tensor = self.conv_post(self.activation_post(rows))
        return samples

    def _stage(self, stage: int, rows: Tensor) -> Tensor:
        (up,) = self.ups[stage].children()
        rows = up(rows)
        width = len(self.config.kernels)
        total = torch.zeros_like(rows)
        for block in list(self.resblocks)[stage * width : (stage + 1) * width]:
            total += block(rows)
        return total / width


def load_bigvgan(config: BigVGANConfig, state: State, *, source: str) -> BigVGAN:
    """The ``generator`` entry of ``bigvgan_generator.pt``. Raises :class:`StudioError` ``weights_mismatch``."""
    return build(lambda: BigVGAN(config), state, source=source)


class Block(nn.Module):
    """Pairs of convolutions, the first of each with its own dilation, each after an activation."""

    def __init__(self, channels: int, kernel: int, dilations: tuple[int, ...]) -> None:
        super().__init__()
        self.convs1 = nn.ModuleList(
            nn.Conv1d(channels, channels, kernel, dilation=dilation, padding=dilation * (kernel - 1) // 2)
            for dilation in dilations
        )
        self.convs2 = nn.ModuleList(nn.Conv1d(channels, channels, kernel, padding=(kernel - 1) // 2) for _ in dilations)
        # Those at even places come before the first convolution of a pair, those at odd ones before the second.
        self.activations = nn.ModuleList(Activation(channels) for _ in range(2 * len(dilations)))

    def forward(self, rows: Tensor) -> Tensor:
        before, between = list(self.activations)[::2], list(self.activations)[1::2]
        for first, dilated, second, plain in zip(before, self.convs1, between, self.convs2, strict=True):
            rows = rows + plain(second(dilated(first(rows))))
        return rows


class Activation(nn.Module):
    """x + sin²(e^α · x) / e^β for each channel, between doubling the rate and halving it again."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.act = nn.ParameterDict({"alpha": torch.zeros(channels), "beta": torch.zeros(channels)})
        self.upsample = _Filter()
        self.downsample = nn.ModuleDict({"lowpass": _Filter()})

    @property
    def speed(self) -> Tensor:
        """What each channel is multiplied by in the sine, ``[channels]``."""
        return cast(Tensor, self.act["alpha"].exp())

    @property
    def height(self) -> Tensor:
        """Of each channel's wave, ``[channels]``."""
        return cast(Tensor, 1.0 / (self.act["beta"].exp() + _EPS))

    def forward(self, rows: Tensor) -> Tensor:
        """``[B, channels, T]`` to the same; the signal goes on beyond its ends as it stands there."""
        channels = rows.shape[1]
        up = self.upsample.filter.expand(channels, -1, -1)
        down = self.downsample.get_submodule("lowpass").get_buffer("filter").expand(channels, -1, -1)
        side = _TAPS // 2 - 1
        padded = functional.pad(rows, (side, side), mode="replicate")
        # The margins' own samples (two for each that was added), and the filter's run-in and run-out, are cut off.
        cut = 2 * side + (_TAPS - 2) // 2
        doubled = functional.conv_transpose1d(padded, up, stride=2, groups=channels)[:, :, cut:-cut] * 2.0
        wave = torch.sin(doubled * self.speed[:, None]).square_()
        doubled = doubled + wave * self.height[:, None]
        padded = functional.pad(doubled, (side, side + 1), mode="replicate")
        return functional.conv1d(padded, down, stride=2, groups=channels)


class _Filter(nn.Module):
    """A low-pass filter ``[1, 1, 12]``, as the file has it."""

    filter: Tensor

    def __init__(self) -> None:
        super().__init__()
        self.register_buffer("filter", torch.zeros(1, 1, _TAPS))
