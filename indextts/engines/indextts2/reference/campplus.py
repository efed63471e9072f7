"""The speaker encoder: CAM++ (Wang et al. 2023) turns filterbanks into one vector for a voice.

A small 2-D network over frequency, then a densely connected time-delay network whose layers are gated by what the whole
recording and their own second of it sound like.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, cast

import torch
from torch import Tensor, nn
from torch.nn import functional

from indextts.engines.indextts2.checkpoint.weights import State, build

_HEAD: Final = 32
"""Channels of the 2-D network, which divides the bands by eight."""
_BLOCKS: Final = ((12, 1), (24, 2), (16, 2))
"""Layers of each dense block, and how far apart their taps are."""
_SEGMENT: Final = 100
"""Rows (20 ms) whose mean is a layer's near context."""


@dataclass(frozen=True)
class CampplusConfig:
    """Sizes; those of the published ``campplus_cn_common.bin`` by default."""

    feat_dim: int = 80
    embedding_size: int = 192
    growth_rate: int = 32
    bn_size: int = 4
    init_channels: int = 128

    @classmethod
    def of_state(cls, state: State) -> CampplusConfig:
        """The sizes that weights have (no file says them); the published ones where these are no such weights."""
        first = "xvector.block1.tdnnd1"
        try:
            growth = state[f"{first}.cam_layer.linear_local.weight"].shape[0]
            return cls(
                embedding_size=state["xvector.dense.linear.weight"].shape[0],
                growth_rate=growth,
                bn_size=state[f"{first}.linear1.weight"].shape[0] // growth,
                init_channels=state["xvector.tdnn.linear.weight"].shape[0],
            )
        except KeyError:
            return cls()


class Campplus(nn.Module):
    """Filterbanks (:func:`indextts.engines.indextts2.reference.sound.speaker_features`) to a voice's vector."""

    def __init__(self, config: CampplusConfig) -> None:
        super().__init__()
        self.head = _Head()
        self.xvector = _XVector(config)

    @torch.inference_mode()
    def forward(self, features: Tensor) -> Tensor:
        """``[B, F, bands]`` to ``[B, embedding]``."""
        return cast(Tensor, self.xvector(self.head(features.mT)))


def load_campplus(config: CampplusConfig, state: State, *, source: str) -> Campplus:
    """The encoder with published weights. Raises :class:`StudioError` ``weights_mismatch``."""
    return build(lambda: Campplus(config), state, source=source)


class _Head(nn.Module):
    """``[B, bands, F]`` to ``[B, 32 · bands / 8, F]``: time keeps its steps, frequency is halved three times."""

    def __init__(self) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(1, _HEAD, 3, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(_HEAD)
        self.layer1 = nn.Sequential(_Residual(2), _Residual(1))
        self.layer2 = nn.Sequential(_Residual(2), _Residual(1))
        self.conv2 = nn.Conv2d(_HEAD, _HEAD, 3, stride=(2, 1), padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(_HEAD)

    def forward(self, bands: Tensor) -> Tensor:
        planes = functional.relu(self.bn1(self.conv1(bands[:, None])))
        planes = functional.relu(self.bn2(self.conv2(self.layer2(self.layer1(planes)))))
        return planes.flatten(1, 2)


class _Residual(nn.Module):
    def __init__(self, stride: int) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(_HEAD, _HEAD, 3, stride=(stride, 1), padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(_HEAD)
        self.conv2 = nn.Conv2d(_HEAD, _HEAD, 3, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(_HEAD)
        self.shortcut = nn.Sequential()
        if stride != 1:
            self.shortcut.extend([nn.Conv2d(_HEAD, _HEAD, 1, stride=(stride, 1), bias=False), nn.BatchNorm2d(_HEAD)])

    def forward(self, planes: Tensor) -> Tensor:
        inner = functional.relu(self.bn1(self.conv1(planes)))
        return functional.relu(self.bn2(self.conv2(inner)) + self.shortcut(planes))


class _Norm(nn.Module):
    """Batch norm under the name that the published files give it, with a ReLU after it where ``relu``."""

    def __init__(self, channels: int, *, affine: bool = True, relu: bool = True) -> None:
        super().__init__()
        self.batchnorm = nn.BatchNorm1d(channels, affine=affine)
        self.relu = relu

    def forward(self, rows: Tensor) -> Tensor:
        normed: Tensor = self.batchnorm(rows)
        return functional.relu(normed) if self.relu else normed


class _Gated(nn.Module):
    """A convolution whose channels open and close by context: the whole recording's mean and the segment's own."""

    def __init__(self, channels: int, growth: int, dilation: int) -> None:
        super().__init__()
        self.linear_local = nn.Conv1d(channels, growth, 3, padding=dilation, dilation=dilation, bias=False)
        self.linear1 = nn.Conv1d(channels, channels // 2, 1)
        self.linear2 = nn.Conv1d(channels // 2, growth, 1)

    def forward(self, rows: Tensor) -> Tensor:
        near = functional.avg_pool1d(rows, _SEGMENT, stride=_SEGMENT, ceil_mode=True)
        near = near.repeat_interleave(_SEGMENT, dim=2)[:, :, : rows.shape[2]]
        context = rows.mean(dim=2, keepdim=True) + near
        gate: Tensor = torch.sigmoid(self.linear2(functional.relu(self.linear1(context))))
        return cast(Tensor, self.linear_local(rows) * gate)


class _DenseLayer(nn.Module):
    """What one layer adds, ``growth`` channels."""

    def __init__(self, channels: int, config: CampplusConfig, dilation: int) -> None:
        super().__init__()
        inner = config.bn_size * config.growth_rate
        self.nonlinear1 = _Norm(channels)
        self.linear1 = nn.Conv1d(channels, inner, 1, bias=False)
        self.nonlinear2 = _Norm(inner)
        self.cam_layer = _Gated(inner, config.growth_rate, dilation)

    def forward(self, rows: Tensor) -> Tensor:
        return cast(Tensor, self.cam_layer(self.nonlinear2(self.linear1(self.nonlinear1(rows)))))


class _DenseBlock(nn.Module):
    """Every layer sees all that the layers before it added."""

    def __init__(self, channels: int, config: CampplusConfig, layers: int, dilation: int) -> None:
        super().__init__()
        for index in range(layers):
            self.add_module(f"tdnnd{index + 1}", _DenseLayer(channels + index * config.growth_rate, config, dilation))

    def forward(self, rows: Tensor) -> Tensor:
        for layer in self.children():
            rows = torch.cat([rows, layer(rows)], dim=1)
        return rows


class _Time(nn.Module):
    """A convolution over time before its norm, or after it with ``norm_first``."""

    def __init__(self, linear: nn.Conv1d, norm: _Norm, *, norm_first: bool) -> None:
        super().__init__()
        self.linear = linear
        self.nonlinear = norm
        self.norm_first = norm_first

    def forward(self, rows: Tensor) -> Tensor:
        return cast(Tensor, self.linear(self.nonlinear(rows)) if self.norm_first else self.nonlinear(self.linear(rows)))


class _XVector(nn.Module):
    """``[B, channels, F]`` to ``[B, embedding]``: halves the rate, three dense blocks, mean and deviation over time."""

    def __init__(self, config: CampplusConfig) -> None:
        super().__init__()
        channels = config.init_channels
        first = nn.Conv1d(_HEAD * (config.feat_dim // 8), channels, 5, stride=2, padding=2, bias=False)
        self.tdnn = _Time(first, _Norm(channels), norm_first=False)
        for index, (layers, dilation) in enumerate(_BLOCKS, 1):
            self.add_module(f"block{index}", _DenseBlock(channels, config, layers, dilation))
            channels += layers * config.growth_rate
            halved = nn.Conv1d(channels, channels // 2, 1, bias=False)
            self.add_module(f"transit{index}", _Time(halved, _Norm(channels), norm_first=True))
            channels //= 2
        self.out_nonlinear = _Norm(channels)
        last = nn.Conv1d(2 * channels, config.embedding_size, 1, bias=False)
        self.dense = _Time(last, _Norm(config.embedding_size, affine=False, relu=False), norm_first=False)

    def forward(self, rows: Tensor) -> Tensor:
        rows = self.tdnn(rows)
        for index in range(1, len(_BLOCKS) + 1):
            rows = self.get_submodule(f"transit{index}")(self.get_submodule(f"block{index}")(rows))
        rows = self.out_nonlinear(rows)
        statistics = torch.cat([rows.mean(dim=2), rows.std(dim=2, correction=1)], dim=1)
        return cast(Tensor, self.dense(statistics[:, :, None])[:, :, 0])
