"""An engine that says several sentences in one pass, each a little differently in every other pass."""

from __future__ import annotations

import copy
import hashlib
from collections.abc import Callable, Sequence

import numpy as np

from indextts.engines.base import Engine, Passes, Samples
from indextts.model.utterance import Segment, Settings
from indextts.platform.run import Run
from tests.support.services import HeldEngine

ONE, TWO, THREE, FOUR, FIVE = TEXTS = ("你好。", "今天很好。", "我们走吧。", "明天见。", "再见。")
TEXT = "".join(TEXTS)


class PassingEngine(HeldEngine):
    """Up to :attr:`most` sentences at once; :attr:`passes` are those that it was asked for, by their texts."""

    def __init__(self, inner: Engine, most: int = 3) -> None:
        super().__init__(inner)
        self.most = most
        self.ahead = 0
        self.passes: list[tuple[str, ...]] = []
        self.told: list[list[tuple[str, ...]]] = []
        """For each that it is asked for, the passes that come next."""
        self.uncut: set[str] = set()
        """Sentences that it does not find in the sound of a pass."""
        self.fault: Exception | None = None
        """Raised by each pass of several."""

    def together(self, segments: Sequence[Segment], settings: Settings) -> int:
        return min(len(segments), self.most)

    def speak(self, segment: Segment, settings: Settings, run: Run) -> Samples:
        samples = self._said(segment, lambda own: super(PassingEngine, self).speak(own, settings, run))
        self.passes.append((segment.text.strip(),))
        return samples

    def speak_together(
        self, segments: Sequence[Segment], settings: Settings, run: Run, following: Passes = ()
    ) -> list[Samples | None]:
        texts = tuple(segment.text.strip() for segment in segments)
        self.told.append([tuple(segment.text.strip() for segment in one) for one in following])
        if len(texts) == 1:
            return [self.speak(segments[0], settings, run)]
        self.passes.append(texts)
        if self.fault is not None:
            raise self.fault
        sounds = [self._said(one, lambda own: self._inner.speak(own, settings, run)) for one in segments]
        return [
            None if text in self.uncut else _coloured(sound, f"{place} {texts}")
            for place, (text, sound) in enumerate(zip(texts, sounds, strict=True))
        ]

    @staticmethod
    def _said(segment: Segment, speak: Callable[[Segment], Samples]) -> Samples:
        """Without the predictions that the engine within writes down."""
        own = copy.deepcopy(segment)
        samples = speak(own)
        for token, said in zip(segment.tokens, own.tokens, strict=True):
            token.start_s, token.end_s = said.start_s, said.end_s
        return samples


def _coloured(samples: Samples, by: str) -> Samples:
    seed = int.from_bytes(hashlib.sha256(by.encode()).digest()[:4], "big")
    noise = np.random.default_rng(seed).normal(0.0, 0.003, samples.shape)
    return (samples + noise).astype(np.float32)
