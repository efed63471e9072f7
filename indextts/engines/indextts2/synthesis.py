"""One segment from its tokens to its sound: codes, latents, condition, mel, samples."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

import torch
from torch import Tensor

from indextts.engines.indextts2.decoding import Search, draws, find_codes
from indextts.engines.indextts2.networks.acoustics import Acoustics, Flow, Step, no_step, noise_for
from indextts.engines.indextts2.networks.conditioning import Conditioning
from indextts.engines.indextts2.networks.dit import Check, no_check
from indextts.engines.indextts2.networks.gpt import UnifiedVoice, Writer
from indextts.engines.indextts2.speaker import EncodedSpeaker


@dataclass(frozen=True)
class SynthesisParams:
    """How a segment is spoken."""

    emotion: Tensor
    """``[1, width]``, see :class:`indextts.engines.indextts2.speaker.EncodedSpeaker`."""
    search: Search = field(default_factory=Search)
    flow: Flow = field(default_factory=Flow)
    language: int | None = None
    """Version 2.5's language number."""
    duration: float = 1.0
    """How long the speech lasts, 0.5 to 2 times its own length (published for version 2.5 alone)."""


@dataclass(frozen=True)
class Callbacks:
    """What is told on the way, and what may stop it: ``check`` is called for every code and within every step."""

    on_token: Callable[[int], None] | None = None
    on_step: Step = no_step
    on_chunk: Callable[[Tensor], None] | None = None
    check: Check = no_check

    def token(self, count: int) -> None:
        """``count`` codes are there."""
        self.check()
        if self.on_token is not None:
            self.on_token(count)


@dataclass(frozen=True)
class WrittenCodes:
    """What the language model made of a segment."""

    codes: list[int]
    """As it wrote them, with the stop token where it wrote one."""
    ended: bool
    """Whether it did; else the segment was cut off at the most codes that were allowed."""
    latent: Tensor | None
    """``[1, M, width]``, float32; version 2.5 has none."""

    @property
    def spoken(self) -> list[int]:
        """The codes without the stop token, ``[M]``."""
        return self.codes[:-1] if self.ended else self.codes


@dataclass(frozen=True)
class SpokenSegment(WrittenCodes):
    """A segment's sound and what led to it."""

    condition: Tensor
    """``[1, F, content]``"""
    mel: Tensor
    """``[1, bands, F]``"""
    samples: Tensor
    """``[F · hop]``, within ±1."""


@torch.inference_mode()
def write(
    text: Sequence[int],
    speaker: EncodedSpeaker,
    params: SynthesisParams,
    *,
    encoders: Conditioning,
    voice: UnifiedVoice,
    latents: bool,
    generator: torch.Generator,
    callbacks: Callbacks = Callbacks(),
) -> WrittenCodes:
    """The codes of a segment, given by its token ids, and with ``latents`` (version 2) what else the acoustics need.

    ``generator`` draws the codes. Raises as :func:`speak` does.
    """
    tokens = encoders.tokens(speaker.vectors, params.emotion)
    codes = find_codes(
        Writer(voice, voice.prompt(tokens, text, params.language)),
        params.search,
        stop=voice.config.stop_mel_token,
        seen=voice.always_seen,
        draw=draws(generator),
        on_token=callbacks.token,
    )
    ended = voice.config.stop_mel_token in codes
    if ended:
        codes = codes[: codes.index(voice.config.stop_mel_token) + 1]
    callbacks.check()
    written = WrittenCodes(codes, ended, None)
    if not latents or not written.spoken:
        return written
    latent = voice.latent(tokens, text, written.spoken)
    return replace(written, latent=latent.float() if latent.dtype.itemsize < 4 else latent)


@torch.inference_mode()
def compose(
    written: WrittenCodes,
    speaker: EncodedSpeaker,
    params: SynthesisParams,
    *,
    acoustics: Acoustics,
    generator: torch.Generator,
    noise: Tensor | None = None,
    callbacks: Callbacks = Callbacks(),
) -> tuple[Tensor, Tensor]:
    """The condition ``[1, F, content]`` and the mel ``[1, bands, F]`` of what was written.

    ``generator`` draws the flow's noise, unless ``noise`` (``[1, bands, P + F]``) is given. Raises as :func:`speak`.
    """
    condition = acoustics.condition(written.spoken, written.latent, params.duration)
    if noise is None:
        noise = noise_for(speaker.prompt, condition.shape[1], generator)
    mel = acoustics.mel(condition, speaker.prompt, noise, params.flow, on_step=callbacks.on_step, check=callbacks.check)
    return condition, mel


def speak(
    text: Sequence[int],
    speaker: EncodedSpeaker,
    params: SynthesisParams,
    *,
    encoders: Conditioning,
    voice: UnifiedVoice,
    acoustics: Acoustics,
    generator: torch.Generator,
    noise: Tensor | None = None,
    callbacks: Callbacks = Callbacks(),
) -> SpokenSegment:
    """Say a segment: :func:`write`, :func:`compose`, and the vocoder, one after the other.

    Raises :class:`StudioError`: ``segment_too_long``, ``voice_stumbled``, and whatever ``callbacks.check`` raises.
    """
    written = write(
        text,
        speaker,
        params,
        encoders=encoders,
        voice=voice,
        latents=acoustics.projection is not None,
        generator=generator,
        callbacks=callbacks,
    )
    condition, mel = compose(
        written, speaker, params, acoustics=acoustics, generator=generator, noise=noise, callbacks=callbacks
    )
    samples = acoustics.samples(mel, check=callbacks.check, on_chunk=callbacks.on_chunk)
    return SpokenSegment(written.codes, written.ended, written.latent, condition, mel, samples)
