"""The data that flows survives JSON, whatever is in it, and refuses what does not belong."""

from __future__ import annotations

import json
import tracemalloc

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indextts.model.errors import StudioError
from indextts.model.utterance import Change, Phone, Receipt, Segment, Settings, Token, Utterance

words = st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=6)
numbers = st.floats(allow_nan=False, allow_infinity=False)
maybe = st.none() | numbers
phones = st.builds(Phone, words, maybe, maybe, maybe)
tokens = st.builds(
    Token,
    text=words,
    kind=st.sampled_from(["hanzi", "word", "letter", "punctuation"]),
    lang=st.sampled_from(["zh", "en"]),
    start=st.integers(0, 99),
    end=st.integers(0, 99),
    changes=st.lists(st.builds(Change, words, words, words), max_size=2),
    break_probability=maybe,
    prominence=st.integers(0, 2),
    prominence_source=words,
    prominence_probability=maybe,
    alternatives=st.lists(words, max_size=2),
    phones=st.lists(phones, max_size=3),
    pitch_shift=numbers,
    start_s=maybe,
)
segments = st.builds(
    Segment, text=words, start=st.integers(0, 9), end=st.integers(0, 9), tokens=st.lists(tokens, max_size=3),
    pause_after_s=maybe, intonation=st.sampled_from(["", "statement", "question", "exclamation", "continuation"]),
    intonation_source=words, intonation_probability=maybe,
)  # fmt: skip
utterances = st.builds(
    Utterance,
    text=words,
    settings=st.builds(Settings, voice=words, speed=numbers, seed=st.integers(0, 2**31)),
    segments=st.lists(segments, max_size=3),
    stage=st.sampled_from(["text", "prosody", "phonemes", "acoustic", "audio"]),
    receipt=st.none()
    | st.builds(Receipt, words, words, words, st.just(Settings(seed=3)), st.dictionaries(words, words), words, words),
)


@given(utterances, st.none() | st.integers(0, 4))
@settings(deadline=None)
def test_json_and_back_is_lossless(utterance: Utterance, indent: int | None) -> None:
    assert Utterance.from_json(utterance.to_json(indent=indent)) == utterance


def test_a_plan_from_before_prominence_and_intonation_still_loads() -> None:
    segment = Segment("好", 0, 1, tokens=[Token("好", "hanzi", "zh", 0, 1)])
    plan = json.loads(Utterance("好", segments=[segment]).to_json())
    for name in ("intonation", "intonation_source", "intonation_probability"):
        del plan["segments"][0][name]
    for name in ("prominence", "prominence_source", "prominence_probability"):
        del plan["segments"][0]["tokens"][0][name]
    (loaded,) = Utterance.from_json(json.dumps(plan)).segments
    assert loaded == segment


def test_chinese_stays_readable() -> None:
    assert "重庆" in Utterance("重庆").to_json()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        "{",
        '{"text": 3}',
        '{"text": "x", "surprise": 1}',
        '{"text": "x", "format": 99}',
        '{"text": "x", "segments": [{"text": "x", "start": 0}]}',
        '{"text": "x", "settings": {"speed": NaN}}',
        '{"text": "x", "settings": {"speed": 1e999}}',
    ],
)
def test_what_is_no_plan_is_refused(text: str) -> None:
    with pytest.raises(StudioError) as caught:
        Utterance.from_json(text)
    assert caught.value.code == "bad_plan"


def test_a_plan_with_many_mistakes_costs_no_more_than_one_with_a_single_one() -> None:
    many = json.dumps({"text": "x", "segments": [{}] * 40_000})
    tracemalloc.start()
    with pytest.raises(StudioError) as caught:
        Utterance.from_json(many)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert caught.value.code == "bad_plan" and most < 8_000_000


@given(st.recursive(st.none() | st.booleans() | numbers | words, lambda x: st.lists(x) | st.dictionaries(words, x)))
@settings(deadline=None)
def test_any_json_is_read_or_refused(value: object) -> None:
    try:
        Utterance.from_json(json.dumps(value))
    except StudioError as error:
        assert error.code == "bad_plan"
