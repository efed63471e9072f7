"""Characters of several readings, by dictionary, rule and model."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indextts import phonemes, prosody
from indextts.phonemes import phrases, polyphones
from indextts.phonemes.symbols import is_syllable
from indextts.text.frontend import build_segments
from indextts.utterance import Token, Utterance

CASES = Path(__file__).parent.parent / "data" / "polyphones.tsv"


def read(text: str) -> dict[int, Token]:
    """The Chinese characters of ``text`` with their readings, by their place."""
    utterance = Utterance(text, segments=build_segments(text, max_syllables=60))
    prosody.load("rules").annotate(utterance)
    phonemes.annotate(utterance)
    return {token.start: token for segment in utterance.segments for token in segment.tokens if token.kind == "hanzi"}


def agrees(reading: str, wanted: str) -> bool:
    """Whether a surface reading is the wanted one, third-tone sandhi aside."""
    return any(reading == said or (said[-1] == "3" and reading == said[:-1] + "2") for said in wanted.split("|"))


def test_the_set_is_read_right() -> None:
    rows = [line.split("\t")[:3] for line in CASES.read_text(encoding="utf-8").splitlines() if line.strip()]
    assert len(rows) >= 400
    wrong = []
    for text, place, wanted in rows:
        reading = read(text)[int(place)].reading
        if not agrees(reading, wanted):
            wrong.append(f"{text} {text[int(place)]}: {reading}, not {wanted}")
    assert len(wrong) <= 0.03 * len(rows), "\n".join(wrong)


def test_our_phrases_can_be_said() -> None:
    for phrase, syllables in phrases.load().items():
        assert len(phrase) == len(syllables), phrase
        assert all(is_syllable(syllable) for syllable in syllables), phrase
    assert all(is_syllable(said) for said in phrases.SURNAMES.values())


@pytest.mark.parametrize(
    ("text", "place", "reading", "source"),
    [
        ("曾先生来了。", 0, "zeng1", "rule"),
        ("我曾经来过。", 1, "ceng2", "phrase"),
        ("他姓朴。", 2, "piao2", "rule"),
        ("朴素的衣服。", 0, "pu3", "phrase"),
        ("重庆很大。", 0, "chong2", "phrase"),
    ],
)
def test_every_reading_says_where_it_comes_from(text: str, place: int, reading: str, source: str) -> None:
    token = read(text)[place]
    assert (token.reading, token.reading_source) == (reading, source)


def test_alternatives_are_offered() -> None:
    assert "zhong4" in read("重庆很大。")[0].alternatives


def test_what_the_model_decides_is_marked() -> None:
    sources = {token.reading_source for text in (line.split("\t")[0] for line in CASES.open(encoding="utf-8"))
               for token in read(text).values()}  # fmt: skip
    assert {"dictionary", "phrase", "rule", "model", "sandhi"} <= sources


def test_the_model_survives_its_own_file() -> None:
    model = polyphones.load()
    again = polyphones.Model.from_json(model.to_json())
    assert (again.labels, again.table) == (model.labels, model.table)
    assert all(is_syllable(said) for labels in model.labels.values() for said in labels)


@given(st.lists(st.integers(0, (1 << polyphones.TABLE_BITS) - 1), min_size=1, max_size=30))
def test_probabilities_are_such(places: list[int]) -> None:
    model = polyphones.load()
    for char in list(model.labels)[:5]:
        chances = model.probabilities(char, places)
        assert set(chances) == set(model.labels[char])
        assert sum(chances.values()) == pytest.approx(1.0)


@pytest.mark.parametrize("source", ["user", "lexicon", "markup"])
def test_a_reading_that_was_given_is_kept(source: str) -> None:
    utterance = Utterance("重庆", segments=build_segments("重庆", max_syllables=60))
    token = utterance.segments[0].tokens[0]
    token.reading, token.reading_source = "zhong4", source
    phonemes.annotate(utterance)
    assert (token.reading, token.reading_source, token.phones[0].symbol) == ("zhong4", source, "zh")
