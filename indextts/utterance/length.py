"""How long speech will last, before it is made."""

from __future__ import annotations

from typing import Final

from indextts.utterance.model import Segment, Settings, Token

_FRAME_S: Final = 0.0125
_USUAL_S: Final = 0.07
"""A symbol's length, approximately, where nothing has been predicted yet."""


def about_s(segment: Segment, settings: Settings) -> float:
    """Seconds that a segment's speech will last, approximately, from its phones."""

    def usual(token: Token) -> float:
        return sum(_USUAL_S if phone.frames is None else phone.frames * _FRAME_S for phone in token.phones)

    return sum(token.duration_scale * usual(token) for token in segment.tokens) / settings.speed
