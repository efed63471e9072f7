"""Free instructions: what they say of emotion, speed and pitch is taken, the rest is named."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indextts.model.settings import EMOTIONS, SETTINGS
from indextts.reading.emotion.instructions import read_instructions


@pytest.mark.parametrize(
    ("text", "emotion", "speed", "pitch"),
    [
        ("Speak cheerfully.", "happy", 1.0, 0.0),
        ("You are furious; talk fast", "angry", 1.15, 0.0),
        ("Sad and slow", "sad", 0.85, 0.0),
        ("very slowly, in a deep voice", "", 0.7, -2.0),
        ("A gentle bedtime voice with a high pitch", "calm", 1.0, 2.0),
        ("Sound terrified!", "afraid", 1.0, 0.0),
        ("用开心的语气，语速快一点", "happy", 1.15, 0.0),
        ("悲伤地、慢慢地说", "sad", 0.85, 0.0),
        ("声音低沉，平静", "calm", 1.0, -2.0),
        ("惊讶；语速非常快", "surprised", 1.4, 0.0),
    ],
)
def test_what_is_named_is_taken(text: str, emotion: str, speed: float, pitch: float) -> None:
    heard = read_instructions(text)
    assert (heard.emotion, heard.speed, heard.pitch) == (emotion, speed, pitch)


@pytest.mark.parametrize(
    ("text", "unused"),
    [
        ("Irish accent.", ("Irish accent",)),
        ("Don't sound sad.", ("Don't sound sad",)),
        ("不要生气", ("不要生气",)),
        ("Cheerful, angry", ("angry",)),
        ("像一位老船长，开心", ("像一位老船长",)),
        ("", ()),
        (" ... ", ()),
    ],
)
def test_what_says_nothing_of_them_or_the_opposite_is_unused(text: str, unused: tuple[str, ...]) -> None:
    assert read_instructions(text).unused == unused


@given(st.text(max_size=300))
def test_whatever_is_written_gives_settings_that_a_request_may_have(text: str) -> None:
    heard = read_instructions(text)
    assert heard.emotion in ("", *EMOTIONS)
    for name, value in (("speed", heard.speed), ("pitch", heard.pitch)):
        low, high = SETTINGS[name].bounds or (0.0, 0.0)
        assert low <= value <= high


@pytest.mark.parametrize(
    "text",
    ["The crusade was at breakfast", "What happened to the gentleman", "Mind the danger", "Saddle up",
     "A fearless hero", "Enjoy the software"],
)  # fmt: skip
def test_words_inside_others_name_nothing(text: str) -> None:
    heard = read_instructions(text)
    assert (heard.emotion, heard.speed, heard.pitch) == ("", 1.0, 0.0)
