"""How much of a recording the flow goes on from: its end, since that is what the target follows."""

from __future__ import annotations

from typing import Final

from torch import Tensor

from indextts.engines.indextts2.costs import FRAMES_PER_S
from indextts.engines.indextts2.reference.acoustics import AcousticPrompt

_QUIET_S: Final = 0.06
"""The stretch that is compared: shorter than any syllable, longer than a closure."""
_SOUGHT: Final = 0.3
"""Of what is asked for, the share that may be given up for a quiet place to begin at."""


def shortened(prompt: AcousticPrompt, seconds: float) -> AcousticPrompt:
    """The last ``seconds`` of a prompt or a little less, from the quietest place near there; all of a shorter one."""
    most = round(seconds * FRAMES_PER_S)
    there = prompt.mel.shape[2]
    if there <= most:
        return prompt
    begin = _quietest(prompt.mel, there - most, max(1, int(most * _SOUGHT)), max(1, round(_QUIET_S * FRAMES_PER_S)))
    return AcousticPrompt(prompt.mel[:, :, begin:].contiguous(), prompt.condition[:, begin:].contiguous(), prompt.style)


def _quietest(mel: Tensor, first: int, sought: int, width: int) -> int:
    """The middle of the ``width`` frames with the least in them, among the ``sought`` from ``first`` on."""
    loudness = mel[0].mean(0)[first : first + sought + width - 1]
    return first + int(loudness.unfold(0, width, 1).mean(1).argmin()) + width // 2
