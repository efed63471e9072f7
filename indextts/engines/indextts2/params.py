"""What a request asks for, as the networks take it, and how it is told how far they are."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from indextts.engines.indextts2.calibration import Shares
from indextts.engines.indextts2.decoding import Search
from indextts.engines.indextts2.networks.acoustics import Flow
from indextts.engines.indextts2.synthesis import Callbacks
from indextts.errors import StudioError
from indextts.i18n.messages import Bilingual
from indextts.run import Run
from indextts.utterance.model import Sampling, Segment, Settings, Token

_LEAST_CODES, _CODES_PER_TOKEN = 150, 40
"""A line of so many tokens has so many codes at most; the voice has lost its way where there are more."""
_PHONE_S: Final = 0.07
_SHORTEST_S: Final = 0.5
_USUAL_CODES: Final = 100.0


def search(settings: Settings) -> Search:
    own = settings.sampling or Sampling()
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
    own = settings.sampling or Sampling()
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

    def __init__(self, run: Run, ahead: Shares | None, lines: int) -> None:
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
