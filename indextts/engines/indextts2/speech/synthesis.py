"""One segment from its tokens to its sound: codes, latents, condition, mel, samples.

And what a request asks for, as the networks take it, and how it is told how far they are.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

import torch
from torch import Tensor

from indextts.engines.indextts2.costs import PartSeconds
from indextts.engines.indextts2.reference.acoustics import Acoustics, Flow, Step, no_step, noise_for
from indextts.engines.indextts2.reference.conditioning import Conditioning
from indextts.engines.indextts2.reference.gpt import UnifiedVoice
from indextts.engines.indextts2.speech.decoding import Search
from indextts.engines.indextts2.speech.speaker import EncodedSpeaker
from indextts.engines.indextts2.speech.writing import LineToWrite, WrittenCodes, write_lines
from indextts.model.errors import StudioError
from indextts.model.i18n.messages import Bilingual
from indextts.model.utterance import Segment, Settings, Token
from indextts.platform.beats import Beat, no_beat
from indextts.platform.run import Run

_LEAST_CODES, _CODES_PER_TOKEN = 150, 40
"""A line of so many tokens has so many codes at most; the voice has lost its way where there are more."""
_PHONE_S: Final = 0.07
_SHORTEST_S: Final = 0.5
_USUAL_CODES: Final = 100.0


@dataclass(frozen=True)
class SynthesisParams:
    """How a segment is spoken."""

    emotion: Tensor
    """``[1, width]``, see :class:`indextts.engines.indextts2.speech.speaker.EncodedSpeaker`."""
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
    check: Beat = no_beat

    def token(self, count: int) -> None:
        """``count`` codes are there."""
        self.check()
        if self.on_token is not None:
            self.on_token(count)


@dataclass(frozen=True)
class SynthesisedSegment(WrittenCodes):
    """A segment's sound and what led to it."""

    condition: Tensor
    """``[1, F, content]``"""
    mel: Tensor
    """``[1, bands, F]``"""
    samples: Tensor
    """``[F · hop]``, within ±1."""


@torch.inference_mode()
def to_write(
    text: Sequence[int],
    speaker: EncodedSpeaker,
    params: SynthesisParams,
    *,
    encoders: Conditioning,
    generator: torch.Generator,
) -> LineToWrite:
    """What the codes of a line, given by its token ids, are made of; ``generator`` draws them."""
    vectors = encoders.tokens(speaker.vectors, params.emotion)
    return LineToWrite(text, vectors, params.language, params.search, generator)


def write(line: LineToWrite, *, voice: UnifiedVoice, latents: bool, callbacks: Callbacks = Callbacks()) -> WrittenCodes:
    """The codes of a line, and with ``latents`` (version 2) what else the acoustics need. Raises as :func:`speak`."""
    [written] = write_lines([line], voice, latents=latents, on_codes=callbacks.token, check=callbacks.check)
    if isinstance(written, StudioError):
        raise written
    return written


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
) -> SynthesisedSegment:
    """Say a segment: :func:`write`, :func:`compose`, and the vocoder, one after the other.

    Raises :class:`StudioError`: ``segment_too_long``, ``voice_stumbled``, and whatever ``callbacks.check`` raises.
    """
    line = to_write(text, speaker, params, encoders=encoders, generator=generator)
    written = write(line, voice=voice, latents=acoustics.projection is not None, callbacks=callbacks)
    condition, mel = compose(
        written, speaker, params, acoustics=acoustics, generator=generator, noise=noise, callbacks=callbacks
    )
    samples = acoustics.samples(mel, check=callbacks.check, on_chunk=callbacks.on_chunk)
    return SynthesisedSegment(written.codes, written.ended, written.latent, condition, mel, samples)


def search(settings: Settings) -> Search:
    own = settings.drawn
    return Search(
        own.do_sample,
        own.top_p,
        own.top_k,
        own.temperature,
        own.repetition_penalty,
        own.beams,
        own.length_penalty,
        own.max_codes,
    )


def bounded(how: Search, tokens: int) -> Search:
    """The same with no more codes than a line of ``tokens`` can need."""
    return replace(how, max_tokens=min(how.max_tokens, _LEAST_CODES + _CODES_PER_TOKEN * tokens))


def flow(settings: Settings) -> Flow:
    own = settings.drawn
    return Flow(own.steps, own.guidance)


def stretch(settings: Settings) -> float:
    """By how much resampling raises every frequency, and shortens the sound."""
    return float(2.0 ** (settings.pitch / 12.0))


def speech_s(segment: Segment, settings: Settings) -> float:
    """The approximate time that a segment will be spoken."""
    return max(_SHORTEST_S, sum(len(token.phones) for token in segment.tokens) * _PHONE_S / settings.speed)


def with_shared_changes(segment: Segment, settings: Settings) -> tuple[Settings, float]:
    """``settings`` with what all tokens of a segment change alike, and their decibels.

    Raises :class:`StudioError` ``whole_sentence_only`` where one token is changed and others are not.
    """
    spoken = [token for token in segment.tokens if token.phones and token.kind != "punctuation"]
    if not spoken:
        return settings, 0.0
    length = _shared(spoken, "duration_scale", 1.0, Bilingual("the length", "时长"))
    pitch = _shared(spoken, "pitch_shift", 0.0, Bilingual("the pitch", "音高"))
    decibels = _shared(spoken, "energy_shift", 0.0, Bilingual("the loudness", "音量"))
    return replace(settings, speed=settings.speed / length, pitch=settings.pitch + pitch), decibels


def _shared(tokens: Sequence[Token], field: str, usual: float, what: Bilingual) -> float:
    values = {float(getattr(token, field)) for token in tokens}
    if len(values) > 1:
        changed = next(token for token in tokens if getattr(token, field) != usual)
        raise StudioError("whole_sentence_only", what=what, text=changed.text)
    return values.pop()


class SegmentProgress:
    """Tells a run how far a segment is, by what each part of it takes, and asks it whether to stop."""

    def __init__(self, run: Run, ahead: PartSeconds | None, lines: int) -> None:
        self._run = run
        self._lines = lines
        before = ahead.codes + ahead.flow if ahead else 2.0
        self._codes = (ahead.codes if ahead else 1.0) / before if before else 0.5
        self._part = 0.0

    def beat(self) -> None:
        """It goes on where it was."""
        self._run.beat(self._part)

    def line(self, number: int) -> Callbacks:
        """For one line of the segment."""

        def at(part: float) -> None:
            self._part = (number + min(1.0, part)) / self._lines
            self._run.beat(self._part)

        def on_token(count: int) -> None:
            # How many there will be is not known: it comes near its share without reaching it.
            at(self._codes * (1.0 - math.exp(-count / _USUAL_CODES)))

        def on_step(done: int, total: int) -> None:
            at(self._codes + (1.0 - self._codes) * done / total)

        return Callbacks(on_token, on_step, check=self.beat)
