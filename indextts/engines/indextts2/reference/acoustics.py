"""Codes to sound: the features of the codes, a condition for every mel frame, the flow, the vocoder.

Version 2 adds the language model's latents to the embeddings of the codes; version 2.5 decodes the codes alone. The
length regulator stretches codes at 50 Hz to the 86 mel frames of a second. The flow takes Euler steps along the
velocities of its network, with classifier-free guidance: each step asks the network with the conditions and without
any, both in one batch.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final, Protocol, cast

import torch
from torch import Tensor, nn
from torch.nn import functional

from indextts.engines.indextts2.checkpoint.weights import State, build, unwrapped
from indextts.engines.indextts2.reference.bigvgan import Vocoder
from indextts.engines.indextts2.reference.dit import DiT
from indextts.engines.indextts2.reference.semantic_codec import EnhancedCodec, SemanticCodec
from indextts.model.errors import StudioError
from indextts.model.i18n.messages import Bilingual
from indextts.platform.beats import Beat, no_beat

FRAMES_PER_ROW: Final = 1.72
STEPS: Final = 25
GUIDANCE: Final = 0.7

_PROJECTION: Final = (1280, 256, 128, 1024)
"""Published sizes of the latents' projection."""

Step = Callable[[int, int], None]
"""Told after each step how many are done, and of how many."""


Velocity = Callable[[int | Tensor, Tensor, Beat], Tensor]
"""At the time of step number N, of the mel behind the prompt: with guidance, without any conditions too behind it.

The number may be a tensor ``[1]``, which keeps it where the network is.
"""


class Velocities(Protocol):
    """What :func:`solve` asks, :class:`indextts.engines.indextts2.reference.dit.DiT` above all."""

    def field(
        self,
        times: Tensor,
        prompt: Tensor,
        style: Tensor,
        condition: Tensor,
        *,
        lengths: Tensor | None,
        known: int,
        guided: bool,
    ) -> Velocity:
        """The velocities at ``times [N]`` behind the ``known`` first frames."""
        ...


def no_step(_done: int, _total: int) -> None: ...


@dataclass(frozen=True)
class AcousticPrompt:
    """A recording to go on from: ``mel [1, bands, P]``, ``condition [1, P, content]``, ``style [1, S]``."""

    mel: Tensor
    condition: Tensor
    style: Tensor


@dataclass(frozen=True)
class Flow:
    """How the mel is made."""

    steps: int = STEPS
    guidance: float = GUIDANCE


@dataclass(frozen=True)
class Acoustics:
    """The networks after the codes. ``projection`` is None with version 2.5's codec, and only then."""

    codec: SemanticCodec
    projection: LatentProjection | None
    regulator: LengthRegulator
    flow: DiT
    vocoder: Vocoder

    @torch.inference_mode()
    def prompt_condition(self, features: Tensor, frames: int) -> Tensor:
        """The condition ``[1, frames, content]`` of a recording with the features ``[1, T, hidden]``.

        Version 2 has them go through the codebook first.
        """
        rows = features if isinstance(self.codec, EnhancedCodec) else self.codec.quantize(features)[1]
        return cast(Tensor, self.regulator(rows, torch.tensor([frames])))

    @torch.inference_mode()
    def condition(self, codes: Sequence[int], latent: Tensor | None = None, duration: float = 1.0) -> Tensor:
        """The condition ``[1, F, content]`` of what will be said, from its codes ``[M]`` without a stop token.

        ``latent`` (``[1, M, model]``) is what version 2 adds; ``duration`` stretches the speech.
        Raises :class:`StudioError` ``voice_stumbled`` for codes that have no sound.
        """
        size = self.codec.quantizer.only.codebook.num_embeddings
        if not codes:
            raise StudioError("voice_stumbled", reason=Bilingual("it generated no codes", "没有写出任何语音编码"))
        if max(codes) >= size:
            raise StudioError(
                "voice_stumbled", reason=Bilingual("it generated a code that has no sound", "写出了没有声音的编码")
            )
        row = torch.tensor([list(codes)], device=self.codec.quantizer.only.codebook.weight.device)
        if isinstance(self.codec, EnhancedCodec):
            rows = self.codec.decode(row)
        elif latent is None or self.projection is None:
            raise ValueError("version 2 needs latents and their projection")
        else:
            rows = self.codec.embed(row) + self.projection(latent)
        frames = max(1, frames_for(rows.shape[1], duration))
        return cast(Tensor, self.regulator(rows, torch.tensor([frames])))

    @torch.inference_mode()
    def mel(
        self,
        condition: Tensor,
        prompt: AcousticPrompt,
        noise: Tensor,
        flow: Flow = Flow(),
        *,
        on_step: Step = no_step,
        check: Beat = no_beat,
    ) -> Tensor:
        """The mel ``[1, bands, F]`` of the ``condition [1, F, content]``, in the prompt's voice.

        ``noise [1, bands, P + F]`` (:func:`noise_for`) is where the flow begins.
        """
        mel = solve(
            self.flow,
            noise,
            prompt.mel,
            prompt.style,
            torch.cat([prompt.condition, condition], dim=1),
            steps=flow.steps,
            guidance=flow.guidance,
            on_step=on_step,
            check=check,
        )
        return mel[:, :, prompt.mel.shape[2] :]

    @torch.inference_mode()
    def samples(
        self, mel: Tensor, *, check: Beat = no_beat, on_chunk: Callable[[Tensor], None] | None = None
    ) -> Tensor:
        """The sound ``[N]`` of a mel ``[1, bands, F]``; ``on_chunk`` gets each part of it as soon as it is there."""
        parts: list[Tensor] = []
        for chunk in self.vocoder.chunks(mel, check=check):
            parts.append(chunk[0, 0])
            if on_chunk is not None:
                on_chunk(parts[-1])
        return torch.cat(parts)


def noise_for(prompt: AcousticPrompt, frames: int, generator: torch.Generator) -> Tensor:
    """Noise for ``frames`` after the prompt, drawn on the generator's device so that a seed means the same on any."""
    _, bands, known = prompt.mel.shape
    noise = torch.randn((1, bands, known + frames), generator=generator, device=generator.device)
    return noise.to(prompt.mel)


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
    def forward(self, rows: Tensor, lengths: Tensor) -> Tensor:
        """``[B, M, in]`` to ``[B, max(lengths), channels]``, zero from each one's own length (``[B]``, frames) on."""
        longest = int(lengths.max())
        stretched = functional.interpolate(self.content_in_proj(rows).mT, size=longest, mode="nearest")
        inside = torch.arange(longest, device=rows.device)[None, :] < lengths.to(rows.device)[:, None]
        return cast(Tensor, self.model(stretched).mT * inside[:, :, None])


class LatentProjection(nn.Sequential):
    """The language model's latents ``[B, M, model]`` as features ``[B, M, hidden]``: three linear layers in a row.

    There is no activation between them. (Published as gpt_layer.)
    """

    def __init__(self, sizes: tuple[int, ...] = _PROJECTION) -> None:
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
    sizes = (weights[0].shape[1], *(weight.shape[0] for weight in weights)) if len(weights) == 3 else _PROJECTION
    return build(lambda: LatentProjection(sizes), state, source=source, strict=False)


@torch.inference_mode()
def solve(
    network: Velocities,
    noise: Tensor,
    prompt: Tensor,
    style: Tensor,
    condition: Tensor,
    *,
    lengths: Tensor | None = None,
    steps: int = STEPS,
    guidance: float = GUIDANCE,
    on_step: Step = no_step,
    check: Beat = no_beat,
) -> Tensor:
    """The mel ``[B, bands, T]``, zero where the prompt is.

    ``noise [B, bands, T]``, ``prompt [B, bands, P]`` with P ≤ T, ``style [B, style]``, ``condition [B, T, content]``
    (the prompt's and after it the target's), ``lengths [B]`` in frames or None where all are T. Each step costs one
    pass of 2 B (B with ``guidance`` 0). ``check`` is called within the steps and raises to stop.
    """
    known = prompt.shape[2]
    if known == noise.shape[2]:
        return torch.zeros_like(noise)
    grid = torch.linspace(0, 1, steps + 1, dtype=noise.dtype, device=noise.device)
    times, widths = _times(grid)
    shown = functional.pad(prompt, (0, noise.shape[2] - known))
    guided = guidance > 0
    velocity = network.field(times, shown, style, condition, lengths=lengths, known=known, guided=guided)
    heard = noise[:, :, known:].clone()
    for step in range(steps):
        check()
        moved = velocity(step, heard, check)
        if guided:
            given, free = moved.chunk(2)
            moved = (1.0 + guidance) * given - guidance * free
        heard = heard + widths[step] * moved
        on_step(step + 1, steps)
    return functional.pad(heard, (known, 0))


def _times(grid: Tensor) -> tuple[Tensor, Tensor]:
    """When each step is and how long; both add up, since their rounding is part of the reference."""
    times, widths = [grid[0]], [grid[1] - grid[0]]
    for later in grid[2:]:
        times.append(times[-1] + widths[-1])
        widths.append(later - times[-1])
    return torch.stack(times), torch.stack(widths)
