"""Examples put in a row for the network, some of them cut at words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from indextts.engines.embedded.acoustic.english_input import frame_pitch, places
from training.english_voice.corpus import Example
from training.english_voice.network import Sentences

GAP: Final = (8, 20)
"""Empty phones and frames between two sentences: as far as a convolution reaches in one layer, and more."""
_FIRST_OF_WORD: Final = 2
"""The mark of a word's first phone."""


def excerpt(one: Example, rng: np.random.Generator) -> Example:
    """Some words of a sentence, as if nothing stood around them, their marks as they were."""
    cuts = np.flatnonzero((one.marks[:, _FIRST_OF_WORD] > 0) | (one.phones == 0))
    if len(cuts) < 3:
        return one
    begin, end = np.sort(rng.choice(len(cuts), 2, replace=False))
    first, last = cuts[begin], cuts[end]
    if last - first < 3:
        return one
    frame = np.concatenate([[0], np.cumsum(one.frames)])
    own = slice(first, last)
    mel = one.mel[frame[first] : frame[last]]
    return Example(one.phones[own], one.marks[own], one.frames[own], one.pitch[own], one.voiced[own], mel)


class Batch:
    """Sentences, and what is to be learned of them."""

    def __init__(self, examples: Sequence[Example]) -> None:
        phone_gap, frame_gap = GAP

        def row(parts: Sequence[npt.NDArray[np.generic]], gap: int) -> Tensor:
            """All parts with ``gap`` empty ones after each."""
            empty = np.zeros((gap, *parts[0].shape[1:]), parts[0].dtype)
            return torch.from_numpy(np.concatenate([piece for part in parts for piece in (part, empty)]))

        lengths = [len(one.phones) + phone_gap for one in examples]
        offsets = np.cumsum([0, *lengths[:-1]])
        index = [
            np.repeat(np.arange(len(one.phones)) + offset, one.frames)
            for one, offset in zip(examples, offsets, strict=True)
        ]
        self.sentences = Sentences(
            row([one.phones for one in examples], phone_gap),
            row([one.marks for one in examples], phone_gap),
            row([np.ones(len(one.phones), np.float32) for one in examples], phone_gap),
            row(index, frame_gap),
            row([places(one.frames) for one in examples], frame_gap),
            row([frame_pitch(one.pitch, one.frames) for one in examples], frame_gap),
            row([np.ones(len(one.mel), np.float32) for one in examples], frame_gap),
        )
        self.log_frames = row([np.log(one.frames).astype(np.float32) for one in examples], phone_gap)
        self.pitch = row([one.pitch for one in examples], phone_gap)
        self.voiced = row([one.voiced for one in examples], phone_gap)
        self.mel = row([one.mel for one in examples], frame_gap)
