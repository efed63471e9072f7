"""The recipe behind ``fronted.npz`` finds in sentences it has not seen what it was shown in others."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from indextts.reading.prosody import fronted
from tests.support.segments import build_segments
from training.prosody import fronted as training

_OPENERS = ("When", "If", "After", "Because", "Once", "Although")
_CLAUSES = ("the rain stopped", "they came home", "the bell had rung", "we were small", "he sat down", "it was dark")
_MAIN = ("the children went out.", "nobody said a word.", "my brother made tea.", "she told them a story.")


@pytest.fixture
def sentences(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    lines = [f"{opener} {clause}, {main}" for opener in _OPENERS for clause in _CLAUSES for main in _MAIN]
    shown = [*lines[::2], "When did they come home from the market?"]
    (tmp_path / "sentences_fronted.txt").write_text("\n".join(shown), "utf-8")
    (tmp_path / "sentences_en.txt").write_text("He came home.\nWhen they were old, they moved.", "utf-8")
    monkeypatch.setattr(training, "_HERE", tmp_path)
    return lines[1::2]


def test_what_is_learned_is_found_in_other_sentences(
    sentences: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = training.examples()
    assert [example.fresh for example in data].count(False) == 1, "one that begins so, of what was learned already"
    assert data[-2].right == len(data[-2].rows) - 1, "a question has no such place"
    assert training.cross_validate(data)["right"] > 90

    training.ship(tmp_path / "fronted.npz")
    with np.load(tmp_path / "fronted.npz") as file:
        table = file["weights"].astype(np.float32) / fronted.SCALE
    monkeypatch.setattr(fronted, "weights", lambda: table)
    right = 0
    for line in sentences:
        tokens = build_segments(line.replace(",", ""), max_syllables=60)[0].tokens
        found = fronted.find(tokens, [0.0] * len(tokens), set())
        right += found is not None and tokens[found.end].end == line.index(",")
    assert right > 0.9 * len(sentences)
