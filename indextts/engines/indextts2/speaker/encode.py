"""What a recording says about its speaker: everything that speaking in a voice needs, made once for a recording."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch

from indextts.engines.indextts2.checkpoint.weights import State
from indextts.engines.indextts2.frontend.kaldi_fbank import semantic_features, speaker_features
from indextts.engines.indextts2.frontend.mel import MEL, MelConfig, log_mel
from indextts.engines.indextts2.frontend.resampling import ReferenceAudio
from indextts.engines.indextts2.networks.acoustics import AcousticPrompt, Acoustics
from indextts.engines.indextts2.networks.campplus import Campplus
from indextts.engines.indextts2.networks.conditioning import Conditioning, merge
from indextts.engines.indextts2.networks.w2vbert import SemanticEncoder


@dataclass(frozen=True)
class EncodedSpeaker:
    """A voice, ready to speak."""

    prompt: AcousticPrompt
    """For the flow: mel, condition and style."""
    vectors: torch.Tensor
    """For the language model, ``[1, n, width]``."""
    emotion: torch.Tensor
    """The emotion in which the recording is spoken, ``[1, width]``, heard through the speaker's resampler."""
    mood: torch.Tensor
    """The same, heard through the emotion's resampler: what is spoken with where nothing else is asked for."""

    def state(self) -> dict[str, torch.Tensor]:
        """All of it by name, as safetensors takes it."""
        whole = {"mel": self.prompt.mel, "condition": self.prompt.condition, "style": self.prompt.style}
        whole |= {"vectors": self.vectors, "emotion": self.emotion, "mood": self.mood}
        return {name: tensor.contiguous() for name, tensor in whole.items()}

    @classmethod
    def of_state(cls, state: State) -> EncodedSpeaker:
        """The speaker whose :meth:`state` this is. Raises ``KeyError`` where something is missing."""
        prompt = AcousticPrompt(state["mel"], state["condition"], state["style"])
        return cls(prompt, state["vectors"], state["emotion"], state["mood"])

    def on(self, device: torch.device) -> EncodedSpeaker:
        """The same with what the flow needs on ``device``."""
        prompt = AcousticPrompt(
            *(part.to(device) for part in (self.prompt.mel, self.prompt.condition, self.prompt.style))
        )
        return EncodedSpeaker(prompt, self.vectors, self.emotion, self.mood)

    @property
    def own_emotion(self) -> torch.Tensor:
        """The emotion vector ``[1, width]`` where none is borrowed; what weights of emotions are mixed with."""
        return merge(self.emotion, self.mood, 1.0)

    def with_emotion_of(self, vector: torch.Tensor, strength: float) -> torch.Tensor:
        """The emotion vector ``[1, width]`` on the way from this recording's to a borrowed one: all of it at 1."""
        return merge(self.emotion, vector, strength)


def semantics(samples: npt.NDArray[np.float32], encoder: SemanticEncoder, padding_value: float) -> torch.Tensor:
    """Normalised features ``[1, T, hidden]`` of 16 kHz samples (``[N]``).

    ``padding_value`` is that of the published ``preprocessor_config.json``. The encoder sees which row is padding, but
    that row's features count like the others.
    """
    rows, mask = semantic_features(samples, padding_value)
    device = encoder.mean.device
    heard: torch.Tensor = encoder(torch.from_numpy(rows)[None].to(device), torch.from_numpy(mask)[None].to(device))
    return heard


@torch.inference_mode()
def listen(
    recording: ReferenceAudio,
    features: torch.Tensor,
    mood: torch.Tensor,
    *,
    encoders: Conditioning,
    style: Campplus,
    acoustics: Acoustics,
    mel: MelConfig = MEL,
) -> EncodedSpeaker:
    """A speaker out of a recording.

    ``features`` and ``mood`` are the :func:`semantics` of ``recording.speaker`` and ``recording.emotion``.
    """
    heard = torch.from_numpy(log_mel(recording.full, mel))[None].to(features)
    who = style(torch.from_numpy(speaker_features(recording.speaker))[None].to(features))
    # Version 2.5 hears who speaks from the style alone.
    vectors = encoders.speaker(features) if acoustics.projection is not None else encoders.speaker_of_style(who)
    return EncodedSpeaker(
        AcousticPrompt(heard, acoustics.prompt_condition(features, heard.shape[2]), who),
        vectors,
        encoders.emotion(features),
        encoders.emotion(mood),
    )
