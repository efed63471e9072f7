"""How long speech will last, before it is made."""

from __future__ import annotations

from typing import Final

from indextts.utterance.model import Segment, Settings, Token

USUAL_S: Final = 0.07
"""A symbol's length, approximately, where nothing has been predicted yet."""
_FRAME_S: Final = 0.0125


def about_s(segment: Segment, settings: Settings) -> float:
    """Seconds that a segment's speech will last, approximately: from its phones, or its letters while it has none."""
    read = any(token.phones for token in segment.tokens)

    def usual(token: Token) -> float:
        if not read:
            return USUAL_S * {"punctuation": 0, "hanzi": 3}.get(token.kind, 2) * len(token.text)
        return sum(USUAL_S if phone.frames is None else phone.frames * _FRAME_S for phone in token.phones)

    return sum(token.duration_scale * usual(token) for token in segment.tokens) / settings.speed
