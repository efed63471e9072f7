from __future__ import annotations

import json
import math
from dataclasses import asdict
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indextts.model.errors import StudioError
from indextts.model.settings import SAMPLING, SETTINGS, check_sampling, parse_sampling
from indextts.model.utterance import Sampling, Segment, Settings, Utterance
from indextts.plan.request import check_settings

BOUNDS = {name: row.bounds for name, row in SAMPLING.items() if row.bounds is not None}

SHA = "0123456789abcdef" * 4


def changed(name: str, value: Any) -> Sampling:
    values = {**asdict(Sampling()), name: value}
    return Sampling(**values)


@pytest.mark.parametrize("value", [None, "", "  "])
def test_nothing_leaves_it_as_published(value: object) -> None:
    assert parse_sampling(value) is None


@pytest.mark.parametrize(
    "value",
    [
        {"beams": 1, "temperature": 0.5, "do_sample": False},
        '{"beams": 1, "temperature": 0.5, "do_sample": false}',
        "beams=1, temperature=0.5,do_sample=false",
        {"beams": 1, "temperature": 0.5, "do_sample": False, "steps": None},
    ],
)
def test_what_is_left_out_is_as_published(value: object) -> None:
    assert parse_sampling(value) == Sampling(beams=1, temperature=0.5, do_sample=False)


@pytest.mark.parametrize("value", ["beams", "{", [1, 2], 3, {"beam": 1}, "seed=4", {"": 1}])
def test_what_cannot_be_read_is_refused(value: object) -> None:
    with pytest.raises(StudioError) as caught:
        parse_sampling(value)
    assert caught.value.code == "invalid_value"


@pytest.mark.parametrize("name", BOUNDS)
@pytest.mark.parametrize("wrong", ["low", "high", math.nan, "1", True, None])
def test_values_out_of_bounds_are_named(name: str, wrong: object) -> None:
    low, high = BOUNDS[name]
    value = {"low": low - 1, "high": high + 1}.get(str(wrong), wrong)
    with pytest.raises(StudioError) as caught:
        check_sampling(changed(name, value))
    assert caught.value.code == "out_of_range" and name in str(caught.value)


@pytest.mark.parametrize("name", ["beams", "steps", "top_k", "max_codes"])
def test_counts_are_whole(name: str) -> None:
    with pytest.raises(StudioError):
        check_sampling(changed(name, 2.5))


def test_text_that_is_no_number_is_refused_with_its_name() -> None:
    wrong = parse_sampling("beams=many,steps=10")
    with pytest.raises(StudioError, match=r"beams.*many"):
        check_sampling(wrong)


def test_yes_or_no_is_a_yes_or_no_and_other_things_are_no_sampling() -> None:
    for wrong in (changed("do_sample", 1), {"beams": 1}, "beams=1"):
        with pytest.raises(StudioError):
            check_sampling(wrong)


@given(
    st.builds(
        Sampling,
        temperature=st.floats(0.1, 2.0),
        top_k=st.integers(0, 100),
        beams=st.integers(1, 10),
        do_sample=st.booleans(),
        steps=st.integers(1, 100),
    )
)
def test_it_goes_through_json_and_through_plans(sampling: Sampling) -> None:
    check_sampling(sampling)
    assert parse_sampling(json.dumps(asdict(sampling))) == sampling
    plan = Utterance("a", Settings(sampling=sampling, emotion_text="angry"))
    assert Utterance.from_json(plan.to_json()) == plan


@pytest.mark.parametrize("setting", [{"emotion_reference": SHA}, {"emotion_text": "很生气"}, {"emotion": "auto"}])
def test_an_emotion_in_one_way_is_taken(setting: dict[str, Any]) -> None:
    check_settings(Settings(**setting), voices=[])


@pytest.mark.parametrize(
    ("setting", "code"),
    [
        ({"emotion_reference": "voice.wav"}, "invalid_value"),
        ({"emotion_reference": SHA.upper()}, "invalid_value"),
        ({"emotion_reference": None}, "invalid_value"),
        ({"emotion_text": "x" * ((SETTINGS["emotion_text"].longest or 0) + 1)}, "invalid_value"),
        ({"emotion_text": "a\0"}, "invalid_value"),
        ({"emotion_text": 3}, "invalid_value"),
        ({"emotion_text": "sad", "emotion_reference": SHA}, "emotion_conflict"),
        ({"emotion_text": "sad", "emotion": "happy"}, "emotion_conflict"),
        ({"emotion_reference": SHA, "emotion": "auto"}, "emotion_conflict"),
        ({"sampling": Sampling(beams=0)}, "out_of_range"),
        ({"sampling": {"beams": 1}}, "invalid_value"),
    ],
)
def test_other_settings_are_refused(setting: dict[str, Any], code: str) -> None:
    with pytest.raises(StudioError) as caught:
        check_settings(Settings(**setting), voices=[])
    assert caught.value.code == code
    assert all(caught.value.localise("zh"))


def test_a_segments_own_emotion_takes_the_place_of_a_borrowed_one() -> None:
    settings = Settings(emotion_text="sad")
    assert Segment("a", 0, 1).own(settings) == settings
    assert Segment("a", 0, 1, emotion="happy").own(settings) == Settings(emotion="happy")
