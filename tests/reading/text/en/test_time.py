"""Until when a card is good, in English."""

from __future__ import annotations

import pytest

from indextts.reading.text.normalise import normalise_line


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("Card exp 04/29", "Card expires zero four twenty nine"),
        ("exp: 05/27", "expires zero five twenty seven"),
        ("Her visa is exp. 11/30.", "Her visa expires one one thirty."),
        ("It's exp. 07/26.", "It expires zero seven twenty six."),
        ("They’re exp. 07/26.", "They expire zero seven twenty six."),
        ("Both cards are exp 02/31.", "Both cards expire zero two thirty one."),
        ("Your pass was exp. 03/24.", "Your pass expired zero three twenty four."),
        ("The coupon will exp. 01/27.", "The coupon will expire zero one twenty seven."),
        ("It does not exp. 01/27.", "It does not expire zero one twenty seven."),
        ("Valid thru 12/29", "expires one two twenty nine"),
        ("The pass is valid thru 08/26.", "The pass is valid through zero eight twenty six."),
        ("The licence is not valid until 05/27.", "The licence is not valid until zero five twenty seven."),
    ],
)
def test_a_card_expires_once_whatever_verb_stands_before(written: str, said: str) -> None:
    assert normalise_line(written, "en") == said
