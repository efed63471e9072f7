"""The shipped networks: right on sentences written for this test, and an answer to any text."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from indextts.model.errors import StudioError
from indextts.model.settings import EMOTIONS
from indextts.reading.emotion.classifier import ASSETS, AutoEmotion, EmotionClassifier, EmotionGuess
from tests.support.known_mistakes import only_known

SENTENCES = Path(__file__).parents[2] / "data" / "emotion.tsv"


@pytest.fixture(scope="module")
def reader() -> EmotionClassifier:
    return EmotionClassifier.open()


def _rows(lang: str) -> list[dict[str, str]]:
    with SENTENCES.open(encoding="utf-8", newline="") as file:
        return [row for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE) if row["lang"] == lang]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_plain_feelings_are_recognised(reader: EmotionClassifier, lang: str) -> None:
    rows = _rows(lang)
    assert len(rows) == 40
    said = reader.read([row["text"] for row in rows])
    wanted = {row["text"]: row["emotion"] for row in rows}
    found = {row["text"]: guess.name for row, guess in zip(rows, said, strict=True)}
    only_known(f"emotion_{lang}", {text: name for text, name in found.items() if name != wanted[text]}, wanted)
    assert {guess.lang for guess in said} == {lang}


def test_the_surer_the_more_often_right(reader: EmotionClassifier) -> None:
    rows = [*_rows("zh"), *_rows("en")]
    said = reader.read([row["text"] for row in rows])
    right = np.array([guess.name == row["emotion"] for guess, row in zip(said, rows, strict=True)])
    sure = np.array([guess.probability for guess in said])
    order = np.argsort(sure)
    assert right[order[40:]].mean() >= right[order[:40]].mean()
    assert abs(sure.mean() - right.mean()) < 0.3


@given(st.lists(st.text(st.characters(), max_size=80), max_size=4))
def test_every_text_has_an_answer(texts: list[str]) -> None:
    for guess in OPENED.read(texts):
        assert guess.name in EMOTIONS
        assert 0.0 <= guess.neutral <= guess.probability <= 1.0
        safe = OPENED.safe(guess)
        assert safe.name in (guess.name, "neutral") and 0.0 <= safe.probability <= 1.0


OPENED = EmotionClassifier.open()


ODD = ("", "  \n", "😭😭😭", "Привет, мир", "すごい", "\ud800", "。", "好" * 10_000, "a " * 9_000)


@pytest.mark.parametrize("text", ODD)
def test_odd_texts_have_an_answer(reader: EmotionClassifier, text: str) -> None:
    (guess,) = reader.read([text])
    assert guess.name in EMOTIONS and 0.0 <= guess.probability <= 1.0


def test_nothing_is_neutral(reader: EmotionClassifier) -> None:
    assert reader.read(["", " \t"]) == [EmotionGuess("neutral", 1.0, 1.0, "zh")] * 2


def test_what_is_unlikely_is_neutral(reader: EmotionClassifier) -> None:
    low = reader.threshold("zh")
    assert reader.safe(EmotionGuess("sad", low - 0.01, 0.2, "zh")) == EmotionGuess("neutral", 0.2, 0.2, "zh")
    sure = EmotionGuess("sad", low + 0.01, 0.2, "zh")
    assert reader.safe(sure) is sure
    quiet = EmotionGuess("neutral", 0.26, 0.26, "zh")
    assert reader.safe(quiet) is quiet


def test_a_missing_network_is_told(tmp_path: Path) -> None:
    with pytest.raises(StudioError) as caught:
        EmotionClassifier.open(tmp_path)
    assert caught.value.code == "emotion_missing"
    (tmp_path / "zh.json").write_bytes((ASSETS / "zh.json").read_bytes())
    (tmp_path / "zh.npz").write_bytes((ASSETS / "zh.npz").read_bytes())
    with pytest.raises(StudioError) as caught:
        EmotionClassifier.open(tmp_path)
    assert "zh.onnx" in caught.value.localise("en")[0]


def test_a_line_is_a_name_a_tab_and_a_confidence() -> None:
    emotion = AutoEmotion()
    name, sure = emotion.line("今天真开心！").split("\t")
    assert name == "happy" and 0.3 < float(sure) <= 1.0
    assert emotion.line("") == "neutral\t1.000"


def test_the_files_are_small() -> None:
    assert sum(file.stat().st_size for file in ASSETS.iterdir()) <= 6e6
