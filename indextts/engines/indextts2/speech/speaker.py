"""What recordings say about their speakers: heard once for each recording, then kept by its content.

A kept result belongs to a recording and to the model that heard it, by their hashes; where a file lies or what it is
called means nothing. Several recordings of one voice are heard one by one and combined.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt
import soundfile
import torch
from torch import Tensor

from indextts.engines.indextts2.checkpoint.weights import Mapped, State, write
from indextts.engines.indextts2.opened.model_cache import Modules
from indextts.engines.indextts2.reference.acoustics import AcousticPrompt, Acoustics
from indextts.engines.indextts2.reference.campplus import Campplus
from indextts.engines.indextts2.reference.conditioning import Conditioning, merge
from indextts.engines.indextts2.reference.sound import (
    LONGEST_S,
    MEL,
    MelConfig,
    ReferenceAudio,
    log_mel,
    recording,
    speaker_features,
)
from indextts.engines.indextts2.speech.prompts import shortened
from indextts.model.errors import StudioError
from indextts.model.i18n.messages import Bilingual
from indextts.platform.lru import Lru

SHORTEST_S: Final = 0.5
"""Of a recording that can be heard."""
FILES: Final = 500
"""Results that are kept on the disk; of more, those unused for longest go."""

_FORMAT: Final = "1"
_IN_MEMORY: Final = 16
_LOG: Final = logging.getLogger(__name__)


@dataclass(frozen=True)
class EncodedSpeaker:
    """A voice, ready to speak."""

    prompt: AcousticPrompt
    """For the flow: mel, condition and style."""
    vectors: Tensor
    """For the language model, ``[1, n, width]``."""
    emotion: Tensor
    """The emotion in which the recording is spoken, ``[1, width]``, heard through the speaker's resampler."""
    mood: Tensor
    """The same, heard through the emotion's resampler: what is spoken with where nothing else is asked for."""

    def state(self) -> dict[str, Tensor]:
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
        mel, condition, style = (
            part.to(device) for part in (self.prompt.mel, self.prompt.condition, self.prompt.style)
        )
        return replace(self, prompt=AcousticPrompt(mel, condition, style))

    def within(self, seconds: float) -> EncodedSpeaker:
        """The same with a prompt of at most that length; the language model has heard the whole recording."""
        if seconds >= LONGEST_S:
            return self
        return replace(self, prompt=shortened(self.prompt, seconds))

    @property
    def own_emotion(self) -> Tensor:
        """The emotion vector ``[1, width]`` where none is borrowed; what weights of emotions are mixed with."""
        return merge(self.emotion, self.mood, 1.0)

    def with_emotion_of(self, vector: Tensor, strength: float) -> Tensor:
        """The emotion vector ``[1, width]`` on the way from this recording's to a borrowed one: all of it at 1."""
        return merge(self.emotion, vector, strength)


@torch.inference_mode()
def listen(
    recording: ReferenceAudio,
    features: Tensor,
    mood: Tensor,
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


@dataclass(frozen=True)
class ReferenceSource:
    """A recording: where it is, the hash of its content, and its share where there are several."""

    path: Path
    sha256: str
    weight: float = 1.0


class Listener:
    """Hears recordings with a model's encoders, or remembers. Not thread-safe: its owner takes turns."""

    def __init__(self, modules: Modules, folder: Path) -> None:
        """``folder`` is where results are kept."""
        self._modules = modules
        self._folder = folder
        self._recent: Lru[str, dict[str, Tensor]] = Lru(_IN_MEMORY)

    def speaker(self, sources: Sequence[ReferenceSource]) -> EncodedSpeaker:
        """The speaker of one or several recordings; what is not known yet is listened to.

        Raises :class:`StudioError` ``bad_recording`` for what cannot be heard.
        """
        return combined([EncodedSpeaker.of_state(self._state(source)) for source in sources], weights(sources))

    def mood(self, source: ReferenceSource) -> Tensor:
        """The emotion ``[1, width]`` in which a recording is spoken. Raises as :meth:`speaker`."""
        if (known := self._known(self._key(source, "speaker"))) is not None:
            return known["mood"]
        key = self._key(source, "mood")
        if (known := self._known(key)) is not None:
            return known["mood"]
        heard = read(source.path)
        (mood,) = self._modules.hear([heard.emotion])
        vector = self._modules.encode(lambda encoders, _: encoders.emotion(mood))
        return self._keep(key, {"mood": vector})["mood"]

    def knows(self, source: ReferenceSource) -> bool:
        key = self._key(source, "speaker")
        return key in self._recent or self._path(key).is_file()

    def _state(self, source: ReferenceSource) -> State:
        key = self._key(source, "speaker")
        known = self._known(key)
        return known if known is not None else self._keep(key, self._heard(source).state())

    def _heard(self, source: ReferenceSource) -> EncodedSpeaker:
        heard = read(source.path)
        features, mood = self._modules.hear([heard.speaker, heard.emotion])
        acoustics, mel = self._modules.acoustics(), self._modules.mel()
        return self._modules.encode(
            lambda encoders, style: listen(
                heard, features, mood, encoders=encoders, style=style, acoustics=acoustics, mel=mel
            )
        )

    def _key(self, source: ReferenceSource, what: str) -> str:
        whole: tuple[str, ...] = (_FORMAT, what, source.sha256, self._modules.published.listening_identity)
        if (numbers := self._modules.precision.hearing) != "float32":
            whole = (*whole, numbers)
        return hashlib.sha256(repr(whole).encode()).hexdigest()

    def _path(self, key: str) -> Path:
        return self._folder / f"{key}.safetensors"

    def _known(self, key: str) -> dict[str, Tensor] | None:
        if (recent := self._recent.get(key)) is not None:
            return recent
        path = self._path(key)
        if not path.is_file():
            return None
        try:
            found = Mapped(path)
            path.touch()
            return self._remember(key, {name: tensor.clone() for name, tensor in found.items()})
        except (StudioError, OSError) as error:
            _LOG.warning("%s; the recording is listened to again", error)
            return None

    def _keep(self, key: str, state: State) -> dict[str, Tensor]:
        own = {name: tensor.detach().cpu().contiguous() for name, tensor in state.items()}
        write(self._path(key), own)
        files = sorted(self._folder.glob("*.safetensors"), key=lambda path: path.stat().st_mtime)
        for path in files[:-FILES]:
            path.unlink(missing_ok=True)
        return self._remember(key, own)

    def _remember(self, key: str, state: dict[str, Tensor]) -> dict[str, Tensor]:
        self._recent.put(key, state)
        return state


def weights(sources: Sequence[ReferenceSource]) -> list[float]:
    """The shares of recordings, adding up to 1; equal ones where none has any."""
    total = sum(max(0.0, source.weight) for source in sources)
    if total <= 0:
        return [1.0 / len(sources)] * len(sources)
    return [max(0.0, source.weight) / total for source in sources]


def combined(speakers: Sequence[EncodedSpeaker], shares: Sequence[float]) -> EncodedSpeaker:
    """One speaker out of what several recordings said.

    Its vectors, its style and its emotion are the weighted means of theirs. A mel cannot be averaged: the flow goes on
    from the one with the largest share (the first of several).
    """
    if len(speakers) == 1:
        return speakers[0]
    main = speakers[max(range(len(shares)), key=lambda place: shares[place])]

    def mean(rows: Sequence[Tensor]) -> Tensor:
        return torch.stack([row * share for row, share in zip(rows, shares, strict=True)]).sum(0)

    return EncodedSpeaker(
        AcousticPrompt(main.prompt.mel, main.prompt.condition, mean([speaker.prompt.style for speaker in speakers])),
        mean([speaker.vectors for speaker in speakers]),
        mean([speaker.emotion for speaker in speakers]),
        mean([speaker.mood for speaker in speakers]),
    )


def read(path: Path) -> ReferenceAudio:
    """A recording at the rates that the encoders need. Raises :class:`StudioError` ``bad_recording``."""
    try:
        frames = int((LONGEST_S + 2) * soundfile.info(path).samplerate)
        samples, sample_rate = soundfile.read(path, dtype="float32", always_2d=True, frames=frames)
    except (OSError, soundfile.LibsndfileError) as error:
        raise _unheard(path, Bilingual("it is not a readable recording", "不是可读取的录音")) from error
    mono: npt.NDArray[np.float32] = np.ascontiguousarray(samples.mean(axis=1), np.float32)
    if not np.isfinite(mono).all():
        raise _unheard(path, Bilingual("it contains invalid sample values", "其中有无效的采样值"))
    if mono.size < SHORTEST_S * sample_rate:
        raise _unheard(path, Bilingual(f"it is shorter than {SHORTEST_S:g} s", f"不足 {SHORTEST_S:g} 秒"))
    if not mono.any():
        raise _unheard(path, Bilingual("it is silent", "没有声音"))
    return recording(mono, int(sample_rate))


def _unheard(path: Path, reason: Bilingual) -> StudioError:
    return StudioError("bad_recording", recording=path.name, reason=reason)
