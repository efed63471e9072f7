"""Free instructions: what they say of emotion, speed and pitch is taken, the rest is named."""

from __future__ import annotations

import time

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


@pytest.mark.parametrize(
    ("text", "unused"),
    [
        ("Speak cheerfully with an Irish accent", ("with an Irish accent",)),
        ("Read it slowly like a pirate.", ("like a pirate",)),
        ("You're a scared detective who whispers", ("detective who whispers",)),
        ("a deep velvety voice", ("a deep velvety voice",)),
        ("Sound happy yet sad", ("yet sad",)),
        ("Talk fast with long pauses and be calm for children", ("with long pauses", "for children")),
        ("用四川话开心地说", ("用四川话",)),
        ("像新闻主播一样平静地念", ("像新闻主播一样",)),
        ("请用低沉的男声慢慢说", ("的男声",)),
        ("撒娇似的、高高兴兴地唱", ("撒娇似的", "地唱")),
        ("cheerful四川话", ("四川话",)),
    ],
)
def test_what_is_not_understood_beside_what_is_is_unused(text: str, unused: tuple[str, ...]) -> None:
    assert read_instructions(text).unused == unused


@pytest.mark.parametrize(
    "text",
    [
        "Please read this text aloud in a very happy voice.",
        "You should sound like you're really sad",
        "I'd like it to be a bit slower than usual",
        "It's a gentle voice with a high pitch",
        "Speak in a happy tone, please.",
        "Excitedly; more quickly!",
        "请用非常开心的语气读这段话。",
        "说话的语速要稍微快一些",
        "请你带着悲伤的感情，慢悠悠地念出来",
        "用一种平静而且低沉的声音朗读这篇文字",
        "高高兴兴地说",
    ],
)
def test_words_that_say_nothing_by_themselves_are_not_told(text: str) -> None:
    heard = read_instructions(text)
    assert heard.unused == () and (heard.emotion, heard.speed, heard.pitch) != ("", 1.0, 0.0)


def test_long_instructions_are_read_at_once() -> None:
    for text in ("happy" + "a" * 3_990, "开心" + "一点" * 1_990, "slow " * 790, "快" * 4_000):
        begun = time.process_time()
        read_instructions(text)
        assert time.process_time() - begun < 0.5


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
