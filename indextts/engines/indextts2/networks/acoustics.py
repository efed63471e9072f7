"""Codes to sound: the features of the codes, a condition for every mel frame, the flow, the vocoder.

Version 2 adds the language model's latents to the embeddings of the codes; version 2.5 decodes the codes alone.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch

from indextts.engines.indextts2.networks.bigvgan import BigVGAN
from indextts.engines.indextts2.networks.dit import Check, DiT, go_on
from indextts.engines.indextts2.networks.flow import GUIDANCE, STEPS, Step, no_step, solve
from indextts.engines.indextts2.networks.regulator import LatentProjection, LengthRegulator, frames_for
from indextts.engines.indextts2.networks.semantic_codec import EnhancedCodec, SemanticCodec
from indextts.errors import StudioError
from indextts.i18n.messages import Bilingual


@dataclass(frozen=True)
class Prompt:
    """A recording to go on from: ``mel [1, bands, P]``, ``condition [1, P, content]``, ``style [1, S]``."""

    mel: torch.Tensor
    condition: torch.Tensor
    style: torch.Tensor


@dataclass(frozen=True)
class Flow:
    """How the mel is made."""

    steps: int = STEPS
    guidance: float = GUIDANCE


@dataclass(frozen=True)
class Acoustics:
    """The networks behind the codes. ``projection`` is None with version 2.5's codec, and only then."""

    codec: SemanticCodec
    projection: LatentProjection | None
    regulator: LengthRegulator
    flow: DiT
    vocoder: BigVGAN

    @torch.inference_mode()
    def prompt_condition(self, features: torch.Tensor, frames: int) -> torch.Tensor:
        """The condition ``[1, frames, content]`` of a recording with the features ``[1, T, hidden]``.

        Version 2 has them go through the codebook first.
        """
        rows = features if isinstance(self.codec, EnhancedCodec) else self.codec.quantize(features)[1]
        condition: torch.Tensor = self.regulator(rows, torch.tensor([frames]))
        return condition

    @torch.inference_mode()
    def condition(
        self, codes: Sequence[int], latent: torch.Tensor | None = None, duration: float = 1.0
    ) -> torch.Tensor:
        """The condition ``[1, F, content]`` of what will be said, from its codes ``[M]`` without a stop token.

        ``latent`` (``[1, M, model]``) is what version 2 adds; ``duration`` stretches the speech.
        Raises :class:`StudioError` ``voice_stumbled`` for codes that have no sound.
        """
        size = self.codec.quantizer.only.codebook.num_embeddings
        if not codes:
            raise StudioError("voice_stumbled", reason=Bilingual("it wrote nothing", "没有写出任何语音编码"))
        if max(codes) >= size:
            raise StudioError(
                "voice_stumbled", reason=Bilingual("it wrote a code without a sound", "写出了没有声音的编码")
            )
        row = torch.tensor([list(codes)], device=self.codec.quantizer.only.codebook.weight.device)
        if isinstance(self.codec, EnhancedCodec):
            rows = self.codec.decode(row)
        elif latent is None or self.projection is None:
            raise ValueError("version 2 needs latents and their projection")
        else:
            rows = self.codec.embed(row) + self.projection(latent)
        frames = max(1, frames_for(rows.shape[1], duration))
        condition: torch.Tensor = self.regulator(rows, torch.tensor([frames]))
        return condition

    @torch.inference_mode()
    def mel(
        self,
        condition: torch.Tensor,
        prompt: Prompt,
        noise: torch.Tensor,
        flow: Flow = Flow(),
        *,
        on_step: Step = no_step,
        check: Check = go_on,
    ) -> torch.Tensor:
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
        self, mel: torch.Tensor, *, check: Check = go_on, on_chunk: Callable[[torch.Tensor], None] | None = None
    ) -> torch.Tensor:
        """The sound ``[N]`` of a mel ``[1, bands, F]``; ``on_chunk`` gets each part of it as soon as it is there."""
        parts: list[torch.Tensor] = []
        for chunk in self.vocoder.chunks(mel, check=check):
            parts.append(chunk[0, 0])
            if on_chunk is not None:
                on_chunk(parts[-1])
        return torch.cat(parts)


def noise_for(prompt: Prompt, frames: int, generator: torch.Generator) -> torch.Tensor:
    """Noise for ``frames`` behind the prompt, drawn on the generator's device so that a seed means the same on any."""
    _, bands, known = prompt.mel.shape
    noise = torch.randn((1, bands, known + frames), generator=generator, device=generator.device)
    return noise.to(prompt.mel)
