"""The velocity of the flow: a diffusion transformer (DiT) with skips, then a WaveNet.

It is asked at time t of the flow for the velocity of every frame, and sees the noisy mel, the prompt's mel, the
condition of every frame and the speaker's vector.

A :class:`FlowField` asks it for many times of one solve. All frames see each other, so they go through all blocks but
the last; there, and in the WaveNet, only those go on that are heard, with as many before them as the WaveNet reaches
back. What the times do to each layer, and what the noisy mel does not change, is computed once for all times.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, cast

import torch
from torch import Tensor, nn
from torch.nn import functional

from indextts.engines.indextts2.checkpoint.weights import State, build, part, unwrapped
from indextts.engines.indextts2.reference.attention import Attention, Frames, LowLinear
from indextts.engines.indextts2.reference.wavenet import WaveNet
from indextts.platform.beats import Beat, no_beat

_FREQUENCIES: Final = 128
_TIME_SCALE: Final = 1000.0
_LONGEST_PERIOD: Final = 10000.0
_RMS_EPS: Final = 1e-5
_NORM_EPS: Final = 1e-6
_FFN_STEP: Final = 256


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
        self.cond_x_merge_linear = _Merge(config.bands, config.bands + width + config.style_dim, width)
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
        check: Beat = no_beat,
    ) -> Tensor:
        """The velocity of all frames, ``[B, bands, T]``.

        ``mel`` and ``prompt`` are ``[B, bands, T]`` (``prompt`` zero after the prompt), ``lengths`` ``[B]`` in frames
        or None where all are T, ``time`` ``[B]``, ``style`` ``[B, style]``, ``condition`` ``[B, T, content]``.
        ``check`` is called before each layer.
        """
        return FlowField(self, time[None], prompt, style, condition, lengths=lengths)(0, mel, check)

    def constant(self, prompt: Tensor, style: Tensor, condition: Tensor) -> Tensor:
        """What goes into the blocks where the mel is zero, ``[B, T, width]``."""
        speaker = style[:, None, :].expand(-1, condition.shape[1], -1)
        return self.cond_x_merge_linear.rest(torch.cat([prompt.mT, self.cond_projection(condition), speaker], dim=2))

    def steering(self, times: Tensor) -> Steering:
        """For ``times [N, B]``."""
        when, then = (embed(times.flatten()) for embed in (self.t_embedder, self.t_embedder2))
        norms = (norm for norm in self.transformer.modules() if isinstance(norm, _AdaptiveNorm))
        return Steering(
            [norm.project_layer(when).view(*times.shape, 1, -1) for norm in norms],
            self.wavenet.steered(then).reshape(-1, *times.shape, 2 * self.wavenet.width),
            self.final_layer.adaLN_modulation(when).view(*times.shape, 1, -1),
        )

    def field(
        self,
        times: Tensor,
        prompt: Tensor,
        style: Tensor,
        condition: Tensor,
        *,
        lengths: Tensor | None = None,
        known: int = 0,
        guided: bool = False,
    ) -> FlowField:
        """The velocity at each of ``times [N]`` of the frames from ``known`` on."""
        return FlowField(self, times[:, None], prompt, style, condition, lengths=lengths, known=known, guided=guided)


@dataclass(frozen=True)
class Steering:
    """What times ``[N, B]`` do to each layer, the scale and the shift of a norm (or the other way round) in one."""

    blocks: list[Tensor]
    """Of each norm in the order in which they come, ``[N, B, 1, 2 width]``."""
    wavenet: Tensor
    """``[layers, N, B, 2 width]``"""
    final: Tensor
    """``[N, B, 1, 2 width]``"""

    def at(self, step: int | Tensor) -> Steering:
        """What time number ``step`` does, without its dimension; a tensor ``[1]`` keeps the number on its device."""
        if isinstance(step, int):
            return Steering([norm[step] for norm in self.blocks], self.wavenet[:, step], self.final[step])
        blocks = [norm.index_select(0, step)[0] for norm in self.blocks]
        return Steering(blocks, self.wavenet.index_select(1, step)[:, 0], self.final.index_select(0, step)[0])


class FlowField:
    """The velocities of one solve."""

    @torch.inference_mode()
    def __init__(
        self,
        network: DiT,
        times: Tensor,
        prompt: Tensor,
        style: Tensor,
        condition: Tensor,
        *,
        lengths: Tensor | None = None,
        known: int = 0,
        guided: bool = False,
    ) -> None:
        """As :meth:`DiT.forward`, with ``times [N, B or 1]``.

        The mel is zero in the first ``known`` frames, which are cut off. ``guided`` asks for the velocity without
        prompt, style and condition too, behind the others in the batch.
        """
        self._network, self._halves = network, 2 if guided else 1
        count = condition.shape[1]
        self._constant = network.constant(prompt, style, condition)
        if guided:
            nothing = (torch.zeros_like(given) for given in (prompt[:, :, :1], style, condition[:, :1]))
            self._constant = torch.cat((self._constant, network.constant(*nothing).expand(-1, count, -1)))
            lengths = None if lengths is None else lengths.repeat(2)
        self._known = known
        reach = network.wavenet.reach
        self._margin = reach if known >= reach else 0
        self._first = known - reach if known >= reach else 0
        self._frames = Frames.of(count, network.transformer.head_width, condition, lengths)
        self._steering = network.steering(times)

    @torch.inference_mode()
    def __call__(self, step: int | Tensor, mel: Tensor, check: Beat = no_beat) -> Tensor:
        """The velocity at time number ``step`` of ``mel [B, bands, T - known]``: ``[B or 2 B, bands, T - known]``."""
        network, steering = self._network, self._steering.at(step)
        noisy = mel.mT
        rows = self._constant.clone()
        rows.view(self._halves, -1, *rows.shape[1:])[:, :, self._known :] += network.cond_x_merge_linear.noisy(noisy)
        hidden = network.transformer(rows, steering.blocks, self._frames, self._first, check)
        noisy = functional.pad(noisy, (0, 0, self._known - self._first, 0)).repeat(self._halves, 1, 1)
        hidden = network.skip_linear(torch.cat([hidden, noisy], dim=2))
        inside = None if self._frames.inside is None else self._frames.inside[:, self._first :]
        waved = network.wavenet(network.conv1(hidden), steering.wavenet, inside, self._margin, check)
        # Where nothing is cut off at the beginning, what is known comes out too.
        heard = waved.shape[1] - mel.shape[2]
        waved, hidden = waved[:, heard:], hidden[:, hidden.shape[1] - mel.shape[2] :]
        final = network.final_layer(waved + network.res_projection(hidden), steering.final)
        return cast(Tensor, network.conv2(final.mT))


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


class _Merge(nn.Module):
    """A linear layer whose first inputs change at each step, and all others do not."""

    def __init__(self, changing: int, others: int, width: int) -> None:
        super().__init__()
        whole = nn.Linear(changing + others, width)
        self.weight, self.bias = whole.weight, whole.bias
        self._changing = changing

    def noisy(self, rows: Tensor) -> Tensor:
        return functional.linear(rows, self.weight[:, : self._changing])

    def rest(self, rows: Tensor) -> Tensor:
        return functional.linear(rows, self.weight[:, self._changing :], self.bias)


class _Transformer(nn.Module):
    """Blocks whose first half each hand their output to the block as far from the end (a U-shape)."""

    def __init__(self, config: DiTConfig) -> None:
        super().__init__()
        self.layers = nn.ModuleList(
            _Block(config.hidden_dim, config.heads, receives=index > config.depth // 2) for index in range(config.depth)
        )
        self.norm = _AdaptiveNorm(config.hidden_dim)
        self.head_width = config.hidden_dim // config.heads

    def forward(self, rows: Tensor, steer: list[Tensor], frames: Frames, first: int, check: Beat) -> Tensor:
        """``[B, T, width]`` to the frames from ``first`` on; ``steer`` has one for each norm."""
        skips: list[Tensor] = []
        last = len(self.layers) - 1
        for index, layer in enumerate(self.layers):
            check()
            skip = skips.pop() if index > len(self.layers) // 2 else None
            rows = layer(rows, steer[2 * index : 2 * index + 2], frames, first if index == last else 0, skip)
            if index < len(self.layers) // 2:
                skips.append(rows)
        return cast(Tensor, self.norm(rows, steer[-1]))


class _Block(nn.Module):
    def __init__(self, width: int, heads: int, *, receives: bool) -> None:
        super().__init__()
        self.attention = Attention(width, heads)
        self.feed_forward = FeedForward(width)
        self.attention_norm = _AdaptiveNorm(width)
        self.ffn_norm = _AdaptiveNorm(width)
        if receives:
            self.skip_in_linear = LowLinear(2 * width, width)

    def forward(self, rows: Tensor, steer: list[Tensor], frames: Frames, first: int, skip: Tensor | None) -> Tensor:
        if skip is not None:
            rows = self.skip_in_linear(torch.cat([rows, skip], dim=2)).to(rows.dtype)
        rows = rows[:, first:] + self.attention(self.attention_norm(rows, steer[0]), frames, first)
        return cast(Tensor, rows + self.feed_forward(self.ffn_norm(rows, steer[1])))


class FeedForward(nn.Module):
    """SwiGLU, its inside two thirds of four widths, rounded up to whole steps of 256."""

    def __init__(self, width: int) -> None:
        super().__init__()
        inner = -(-int(2 * 4 * width / 3) // _FFN_STEP) * _FFN_STEP
        self.w1 = LowLinear(width, inner, bias=False)
        self.w2 = LowLinear(inner, width, bias=False)
        self.w3 = LowLinear(width, inner, bias=False)

    def forward(self, rows: Tensor) -> Tensor:
        return cast(Tensor, self.w2(functional.silu(self.w1(rows)) * self.w3(rows)))


class _AdaptiveNorm(nn.Module):
    """Root-mean-square norm whose scale and shift come from the time; the scale is used as it is, not as 1 + scale."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.project_layer = nn.Linear(width, 2 * width)
        self.norm = nn.RMSNorm(width, eps=_RMS_EPS)

    def forward(self, rows: Tensor, steer: Tensor) -> Tensor:
        """``steer`` is what :attr:`project_layer` makes of the time."""
        scale, shift = steer.chunk(2, dim=-1)
        return torch.addcmul(shift, self.norm(rows), scale)


class _FinalLayer(nn.Module):
    """A norm moved by the time (here the scale *is* 1 + scale, and the shift comes first), then a linear layer."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.norm_final = nn.LayerNorm(width, elementwise_affine=False, eps=_NORM_EPS)
        self.adaLN_modulation = nn.Sequential(nn.SiLU(), nn.Linear(width, 2 * width))
        self.linear = nn.Linear(width, width)

    def forward(self, rows: Tensor, steer: Tensor) -> Tensor:
        """``steer`` is what :attr:`adaLN_modulation` makes of the time."""
        shift, scale = steer.chunk(2, dim=-1)
        return cast(Tensor, self.linear(self.norm_final(rows) * (1.0 + scale) + shift))
