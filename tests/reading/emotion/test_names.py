"""Names and mixtures of emotions have one canonical spelling, and everything else is told what to do."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indextts.model.errors import StudioError
from indextts.reading.emotion.names import AUTO, EMOTIONS, parse_emotion, weights

MIXTURE = "happy:0.6+surprised:0.3"


def refused(value: Any) -> StudioError:
    with pytest.raises(StudioError) as caught:
        parse_emotion(value)
    return caught.value


@pytest.mark.parametrize("name", [*EMOTIONS, AUTO])
def test_a_name_stands_for_itself(name: str) -> None:
    assert parse_emotion(name) == name == parse_emotion(f" {name} ")


@pytest.mark.parametrize(
    "value",
    [
        MIXTURE,
        " surprised : 0.3 + happy:0.60 ",
        "happy:0.6+surprised:0.3+sad:0",
        {"surprised": 0.3, "happy": 0.6},
        {"happy": 0.6, "surprised": 0.3, "neutral": 0.1},
        [0.6, 0, 0, 0, 0, 0, 0.3, 0],
        (0.6, 0, 0, 0, 0, 0, 0.3, 0.0),
        '{"happy": 0.6, "surprised": 0.3}',
        "[0.6, 0, 0, 0, 0, 0, 0.3, 0]",
    ],
)
def test_a_mixture_has_one_spelling(value: Any) -> None:
    assert parse_emotion(value) == MIXTURE
    assert weights(MIXTURE) == {"happy": 0.6, "surprised": 0.3}


def test_what_is_one_emotion_is_named_so() -> None:
    assert parse_emotion({"sad": 1.0}) == "sad" == parse_emotion([0, 0, 1, 0, 0, 0, 0, 0])
    assert parse_emotion("sad:0.5") == "sad:0.5"
    assert parse_emotion({"neutral": 0.4}) == "neutral"
    assert weights("sad") == {"sad": 1.0} and weights("neutral") == {"neutral": 1.0}


def test_shares_beyond_the_whole_are_scaled_down_and_those_below_are_not() -> None:
    assert parse_emotion({"happy": 1, "sad": 1}) == "happy:0.5+sad:0.5" == parse_emotion("happy+sad")
    assert parse_emotion({"happy": 1, "neutral": 1}) == "happy:0.5"
    assert parse_emotion({"happy": 0.2, "sad": 0.1}) == "happy:0.2+sad:0.1"


@given(st.lists(st.floats(0, 1), min_size=8, max_size=8).filter(lambda shares: sum(shares) > 0))
def test_the_canonical_spelling_is_stable_and_never_more_than_whole(shares: list[float]) -> None:
    canonical = parse_emotion(shares)
    assert parse_emotion(canonical) == canonical
    assert parse_emotion(json.dumps(shares)) == canonical
    given_shares, total = weights(canonical), max(1.0, sum(shares))
    assert sum(given_shares.values()) <= 1.0 + 1e-9
    for name, share in zip(EMOTIONS, shares, strict=False):
        assert given_shares.get(name, 0.0) == pytest.approx(share / total, abs=1.1e-4)


NAMELESS = ["joy", "", "happy:0.5+joy:0.2", "auto:0.5", {"joy": 1}, 3, None, True, b"happy", "x" * 999]


@pytest.mark.parametrize("value", NAMELESS)
def test_what_names_no_emotion_is_told_the_names(value: Any) -> None:
    error = refused(value)
    assert error.code == "unknown_choice" and "melancholic" in str(error)


@pytest.mark.parametrize(
    "value",
    [
        {"happy": 1.01}, {"happy": -0.1}, {"happy": float("nan")}, {"happy": float("inf")}, {"happy": "0.5"},
        {"happy": True}, {"happy": None}, {"happy": 0, "sad": 0.0}, {}, [], [0.5] * 7, [0.5] * 9, [0] * 8,
        [0, 0, 0, 0, 0, 0, 0, "1"], ["happy"], "happy:2", "happy:-1", "happy:nan", "happy:x", "happy:", "sad:0",
        "happy:0.5+happy:0.2", '{"happy": NaN}', '{"happy": 0.5, "happy": 0.2}', "{", "[1, 2", "[" * 300,
    ],
)  # fmt: skip
def test_shares_that_are_none_are_told_what_to_do(value: Any) -> None:
    error = refused(value)
    assert error.code == "bad_emotion" and error.status == 422
    for language in ("en", "zh"):
        message, hint = error.localise(language)
        assert message and "happy:0.6+surprised:0.3" in hint


NAMES = st.sampled_from(EMOTIONS)
ANY = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | NAMES,
    lambda inner: st.lists(inner, max_size=9) | st.dictionaries(NAMES | st.text(), inner, max_size=4),
    max_leaves=9,
)


@given(st.text(max_size=60) | ANY)
def test_anything_is_parsed_or_refused(value: Any) -> None:
    try:
        canonical = parse_emotion(value)
    except StudioError as error:
        assert error.code in ("unknown_choice", "bad_emotion")
    else:
        assert parse_emotion(canonical) == canonical


def test_auto_is_no_emotion_before_the_text_was_read() -> None:
    with pytest.raises(StudioError) as caught:
        weights(AUTO)
    assert caught.value.code == "unknown_choice"
