"""The velocity of the flow: a diffusion transformer (DiT) with skips, then a WaveNet.

It is asked at time t of the flow for the velocity of every frame, and sees the noisy mel, the prompt's mel, the
condition of every frame and the speaker's vector.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, cast

import torch
from torch import Tensor, nn
from torch.nn import functional

from indextts.engines.indextts2.checkpoint.weights import State, build, part, unwrapped

_FREQUENCIES: Final = 128
_TIME_SCALE: Final = 1000.0
_LONGEST_PERIOD: Final = 10000.0
_RMS_EPS: Final = 1e-5
_NORM_EPS: Final = 1e-6
_FFN_STEP: Final = 256

Check = Callable[[], None]
"""Called between layers; raises to stop."""


def no_check() -> None:
    """A :data:`Check` that never stops."""


@dataclass(frozen=True)
class DiTConfig:
    """``s2mel`` of ``config.yaml``, as far as the flow network reads it."""

    style_dim: int = 192
    bands: int = 80
    content_dim: int = 512
    hidden_dim: int = 512
    heads: int = 8
    depth: int = 13
    wavenet_dim: int = 512
    wavenet_layers: int = 8
    wavenet_kernel: int = 5
    wavenet_dilation_rate: int = 1

    @classmethod
    def read(cls, s2mel: Mapping[str, Any]) -> DiTConfig:
        """From ``s2mel`` of ``config.yaml``."""
        transformer = ("in_channels", "content_dim", "hidden_dim", "num_heads", "depth")
        wavenet = ("hidden_dim", "num_layers", "kernel_size", "dilation_rate")
        return cls(
            int(s2mel["style_encoder"]["dim"]),
            *(int(s2mel["DiT"][name]) for name in transformer),
            *(int(s2mel["wavenet"][name]) for name in wavenet),
        )


class DiT(nn.Module):
    """The velocity v(x, t)."""

    def __init__(self, config: DiTConfig) -> None:
        super().__init__()
        width = config.hidden_dim
        self.t_embedder = _TimeEmbedding(width)
        self.t_embedder2 = _TimeEmbedding(config.wavenet_dim)
        self.cond_projection = nn.Linear(config.content_dim, width)
        self.cond_x_merge_linear = nn.Linear(2 * config.bands + width + config.style_dim, width)
        self.transformer = _Transformer(config)
        self.skip_linear = nn.Linear(width + config.bands, width)
        self.conv1 = nn.Linear(width, config.wavenet_dim)
        self.wavenet = WaveNet(
            config.wavenet_dim, config.wavenet_layers, config.wavenet_kernel, config.wavenet_dilation_rate
        )
        self.res_projection = nn.Linear(width, config.wavenet_dim)
        self.final_layer = _FinalLayer(config.wavenet_dim)
        self.conv2 = nn.Conv1d(config.wavenet_dim, config.bands, 1)

    @torch.inference_mode()
    def forward(
        self,
        mel: Tensor,
        prompt: Tensor,
        lengths: Tensor | None,
        time: Tensor,
        style: Tensor,
        condition: Tensor,
        check: Check = no_check,
    ) -> Tensor:
        """The velocity, ``[B, bands, T]``.

        ``mel`` and ``prompt`` are ``[B, bands, T]`` (``prompt`` zero after the prompt), ``lengths`` ``[B]`` in frames
        or None where all are T, ``time`` ``[B]``, ``style`` ``[B, style]``, ``condition`` ``[B, T, content]``.
        ``check`` is called before each layer.
        """
        count = mel.shape[2]
        rows = mel.mT
        inside = None
        if lengths is not None:
            inside = torch.arange(count, device=mel.device)[None, :] < lengths.to(mel.device)[:, None]
        speaker = style[:, None, :].expand(-1, count, -1)
        merged = torch.cat([rows, prompt.mT, self.cond_projection(condition), speaker], dim=2)
        when = self.t_embedder(time)
        hidden = self.transformer(self.cond_x_merge_linear(merged), when, inside, check)
        hidden = self.skip_linear(torch.cat([hidden, rows], dim=2))
        waved = self.wavenet(self.conv1(hidden).mT, self.t_embedder2(time), inside, check)
        final = self.final_layer(waved.mT + self.res_projection(hidden), when)
        return cast(Tensor, self.conv2(final.mT))


def load_dit(config: DiTConfig, state: State, *, source: str) -> DiT:
    """``net.cfm`` of ``s2mel.pth``. Raises :class:`StudioError` ``weights_mismatch``.

    The file has a skip layer for every block; those that nothing feeds are left out, as are other unused entries.
    """
    unread = (
        r"(x_embedder|cond_embedder|content_mask_embedder)\.",
        "input_pos$",
        r"t_embedder2?\.freqs$",
        r"transformer\.(freqs_cis|causal_mask)$",
        r"transformer\.layers\.\d+\.skip_in_linear\.",
    )
    return build(lambda: DiT(config), part(unwrapped(state), "estimator."), source=source, unused=unread, strict=False)


class _TimeEmbedding(nn.Module):
    def __init__(self, width: int) -> None:
        super().__init__()
        self.mlp = nn.Sequential(nn.Linear(2 * _FREQUENCIES, width), nn.SiLU(), nn.Linear(width, width))

    def forward(self, time: Tensor) -> Tensor:
        """``[B]`` to ``[B, width]``; cosines come before sines."""
        steps = torch.arange(_FREQUENCIES, dtype=torch.float32, device=time.device)
        frequencies = torch.exp(-math.log(_LONGEST_PERIOD) / _FREQUENCIES * steps)
        angles = _TIME_SCALE * time[:, None] * frequencies.to(time.dtype)
        return cast(Tensor, self.mlp(torch.cat([angles.cos(), angles.sin()], dim=1)))


class _Transformer(nn.Module):
    """Blocks whose first half each hand their output to the block as far from the end (a U-shape)."""

    def __init__(self, config: DiTConfig) -> None:
        super().__init__()
        self.layers = nn.ModuleList(
            _Block(config.hidden_dim, config.heads, receives=index > config.depth // 2) for index in range(config.depth)
        )
        self.norm = _AdaptiveNorm(config.hidden_dim)
        self.head_width = config.hidden_dim // config.heads

    def forward(self, rows: Tensor, when: Tensor, inside: Tensor | None, check: Check) -> Tensor:
        """``[B, T, width]`` to the same; ``when [B, width]``, ``inside [B, T]`` or None where all is inside."""
        turns = _turns(rows.shape[1], self.head_width, rows)
        seen = None if inside is None else inside[:, None, None, :]
        skips: list[Tensor] = []
        for index, layer in enumerate(self.layers):
            check()
            rows = layer(rows, when[:, None, :], turns, seen, skips.pop() if index > len(self.layers) // 2 else None)
            if index < len(self.layers) // 2:
                skips.append(rows)
        return cast(Tensor, self.norm(rows, when[:, None, :]))


class _Block(nn.Module):
    def __init__(self, width: int, heads: int, *, receives: bool) -> None:
        super().__init__()
        self.attention = _Attention(width, heads)
        self.feed_forward = _FeedForward(width)
        self.attention_norm = _AdaptiveNorm(width)
        self.ffn_norm = _AdaptiveNorm(width)
        if receives:
            self.skip_in_linear = nn.Linear(2 * width, width)

    def forward(self, rows: Tensor, when: Tensor, turns: Tensor, seen: Tensor | None, skip: Tensor | None) -> Tensor:
        if skip is not None:
            rows = self.skip_in_linear(torch.cat([rows, skip], dim=2))
        rows = rows + self.attention(self.attention_norm(rows, when), turns, seen)
        return cast(Tensor, rows + self.feed_forward(self.ffn_norm(rows, when)))


class _Attention(nn.Module):
    """Every frame sees every frame; positions turn pairs of neighbouring channels."""

    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.wqkv = nn.Linear(width, 3 * width, bias=False)
        self.wo = nn.Linear(width, width, bias=False)

    def forward(self, rows: Tensor, turns: Tensor, seen: Tensor | None) -> Tensor:
        batch, count, width = rows.shape
        fused = self.wqkv(rows).view(batch, count, 3, self.heads, -1)
        # Queries and keys turn together: each pair of channels (2i, 2i + 1) is one complex number.
        pairs = torch.view_as_complex(fused[:, :, :2].unflatten(-1, (-1, 2)))
        turned = torch.view_as_real(pairs * turns[:, None, None, :]).flatten(-2)
        query, key = turned.permute(2, 0, 3, 1, 4)
        value = fused[:, :, 2].transpose(1, 2)
        mixed = functional.scaled_dot_product_attention(query, key, value, attn_mask=seen)
        return cast(Tensor, self.wo(mixed.transpose(1, 2).reshape(batch, count, width)))


def _turns(count: int, width: int, like: Tensor) -> Tensor:
    """The rotary positions as complex numbers of length 1, ``[count, width / 2]``."""
    channels = torch.arange(0, width, 2, dtype=torch.float32, device=like.device)
    speeds = 1.0 / _LONGEST_PERIOD ** (channels / width)
    angles = torch.outer(torch.arange(count, dtype=torch.float32, device=like.device), speeds).to(like.dtype)
    return torch.polar(torch.ones_like(angles), angles)


class _FeedForward(nn.Module):
    """SwiGLU, its inside two thirds of four widths, rounded up to whole steps of 256."""

    def __init__(self, width: int) -> None:
        super().__init__()
        inner = -(-int(2 * 4 * width / 3) // _FFN_STEP) * _FFN_STEP
        self.w1 = nn.Linear(width, inner, bias=False)
        self.w2 = nn.Linear(inner, width, bias=False)
        self.w3 = nn.Linear(width, inner, bias=False)

    def forward(self, rows: Tensor) -> Tensor:
        return cast(Tensor, self.w2(functional.silu(self.w1(rows)) * self.w3(rows)))


class _AdaptiveNorm(nn.Module):
    """Root-mean-square norm whose scale and shift come from the time; the scale is used as it is, not as 1 + scale."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.project_layer = nn.Linear(width, 2 * width)
        self.norm = nn.RMSNorm(width, eps=_RMS_EPS)

    def forward(self, rows: Tensor, when: Tensor) -> Tensor:
        scale, shift = self.project_layer(when).chunk(2, dim=-1)
        return cast(Tensor, scale * self.norm(rows) + shift)


class _FinalLayer(nn.Module):
    """A norm moved by the time (here the scale *is* 1 + scale, and the shift comes first), then a linear layer."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.norm_final = nn.LayerNorm(width, elementwise_affine=False, eps=_NORM_EPS)
        self.adaLN_modulation = nn.Sequential(nn.SiLU(), nn.Linear(width, 2 * width))
        self.linear = nn.Linear(width, width)

    def forward(self, rows: Tensor, when: Tensor) -> Tensor:
        shift, scale = self.adaLN_modulation(when)[:, None, :].chunk(2, dim=-1)
        return cast(Tensor, self.linear(self.norm_final(rows) * (1.0 + scale) + shift))


class WaveNet(nn.Module):
    """``[B, width, T]`` to the sum of what every layer hands on, ``[B, width, T]``."""

    def __init__(self, width: int, layers: int, kernel: int, dilation_rate: int) -> None:
        super().__init__()
        self.width = width
        self.cond_layer = _Conv(width, 2 * width * layers, 1)
        self.in_layers = nn.ModuleList(_Conv(width, 2 * width, kernel, dilation_rate**index) for index in range(layers))
        # The last layer only hands on; the others also go on.
        self.res_skip_layers = nn.ModuleList(
            _Conv(width, 2 * width if index < layers - 1 else width, 1) for index in range(layers)
        )

    def forward(self, rows: Tensor, when: Tensor, inside: Tensor | None, check: Callable[[], None]) -> Tensor:
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

    def forward(self, rows: Tensor) -> Tensor:
        return cast(Tensor, self.conv["conv"](mirrored(rows, self.total - self.total // 2, self.total // 2)))


def mirrored(rows: Tensor, left: int, right: int) -> Tensor:
    """Reflected padding of the last axis; what is too short to be mirrored first gets zeros at its end."""
    if not left and not right:
        return rows
    missing = max(left, right) - rows.shape[-1] + 1
    if missing <= 0:
        return functional.pad(rows, (left, right), mode="reflect")
    padded = functional.pad(functional.pad(rows, (0, missing)), (left, right), mode="reflect")
    return padded[..., : padded.shape[-1] - missing]
