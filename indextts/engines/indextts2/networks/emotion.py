"""Emotions by numbers: eight weights, ready-made vectors that come with the checkpoint, and how they are mixed.

Every checkpoint has a table of styles (CAMPPlus) with, row by row, a table of emotion vectors, in eight groups. For
each emotion the row is taken whose style is nearest to the speaker's.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import torch
from torch import Tensor
from torch.nn import functional

from indextts.errors import StudioError
from indextts.i18n.messages import Bilingual

EMOTIONS: Final = ("happy", "angry", "sad", "afraid", "disgusted", "melancholic", "surprised", "calm")
BIAS: Final = (0.9375, 0.875, 1.0, 1.0, 0.9375, 0.9375, 0.6875, 0.5625)
"""What each weight is multiplied by before use: some emotions are stronger than others at the same weight."""
MOST: Final = 0.8
"""What the weights may add up to."""


def checked(weights: Sequence[float]) -> tuple[float, ...]:
    """``weights`` if they are eight numbers of at least 0. Raises :class:`StudioError` ``invalid_value``."""
    if len(weights) != len(EMOTIONS):
        reason = Bilingual(
            f"there must be {len(EMOTIONS)} weights ({', '.join(EMOTIONS)}), not {len(weights)}.",
            f"应有 {len(EMOTIONS)} 个数值，收到 {len(weights)} 个。",
        )
    elif not all(math.isfinite(weight) and weight >= 0 for weight in weights):
        reason = Bilingual("every weight must be a number of at least 0.", "每个数值都应是不小于 0 的数。")
    else:
        return tuple(float(weight) for weight in weights)
    raise StudioError("invalid_value", field=Bilingual("Emotion", "情感"), reason=reason)


def normalised(weights: Sequence[float], *, bias: bool = True) -> list[float]:
    """Weights as a person sets them, made fit for use: times :data:`BIAS`, and adding up to :data:`MOST` at most."""
    fit = [weight * factor for weight, factor in zip(weights, BIAS, strict=True)] if bias else list(weights)
    total = sum(fit)
    return [weight * (MOST / total) for weight in fit] if total > MOST else fit


def scaled(weights: Sequence[float], strength: float) -> list[float]:
    """Weights times ``strength`` (held within 0 to 1), each cut off behind four decimals; untouched at 1."""
    strength = min(max(strength, 0.0), 1.0)
    if strength == 1.0:
        return list(weights)
    return [int(weight * strength * 10_000) / 10_000 for weight in weights]


@dataclass(frozen=True)
class Exemplars:
    """The checkpoint's tables: ``styles`` ``[N, 192]``, ``vectors`` ``[N, width]``; ``groups``, eight, add up to N."""

    styles: Tensor
    vectors: Tensor
    groups: tuple[int, ...]

    def __post_init__(self) -> None:
        count = sum(self.groups)
        if len(self.groups) != len(EMOTIONS) or len(self.styles) != count or len(self.vectors) != count:
            reason = Bilingual(
                f"its groups {self.groups} do not fit {len(self.styles)} styles and {len(self.vectors)} vectors.",
                f"其分组 {self.groups} 与 {len(self.styles)} 个风格、{len(self.vectors)} 个向量不符。",
            )
            raise StudioError("bad_file", path="feat1.pt, feat2.pt", reason=reason)

    def nearest(self, style: Tensor) -> list[int]:
        """For each emotion the place within its group of the row that is most like ``style`` ``[1, 192]``."""
        return [int(functional.cosine_similarity(style, group).argmax()) for group in self._grouped(self.styles)]

    def _grouped(self, table: Tensor) -> tuple[Tensor, ...]:
        return torch.split(table, list(self.groups))

    def drawn(self, generator: torch.Generator | None = None) -> list[int]:
        """For each emotion a place within its group, any with the same chance."""
        return [int(torch.randint(size, (1,), generator=generator)) for size in self.groups]

    def mix(self, base: Tensor, weights: Sequence[float], places: Sequence[int]) -> Tensor:
        """The emotion vector ``[1, width]``: the rows at ``places`` by ``weights``, ``base`` with what is left of 1.

        Weights that add up to more than 1 leave less than nothing: that is how the published system does it.
        """
        rows = torch.stack([group[at] for group, at in zip(self._grouped(self.vectors), places, strict=True)])
        factors = torch.tensor(list(weights), dtype=base.dtype, device=base.device)
        return (factors[:, None] * rows.to(base)).sum(0, keepdim=True) + (1 - factors.sum()) * base
