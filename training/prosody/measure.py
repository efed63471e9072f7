"""What a network predicts for a corpus, its scores, and the thresholds that suit it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import torch

from training.prosody.batches import evaluation_batches
from training.prosody.data import Corpus, Floats
from training.prosody.modeling import ProsodyModel

Bools = npt.NDArray[np.bool_]
LEVELS = 7
"""Breaks of at least 1, 2, 3; boundaries of at least 1, 2; prominence of at least 1, 2."""


def probabilities(model: ProsodyModel, corpus: Corpus, members: Sequence[int] | None = None) -> Floats:
    """Probability of each level after each unit, ``[N, 7]``; NaN for windows that are not among ``members``."""
    out = np.full((len(corpus.kinds), LEVELS), np.nan, np.float32)
    model.eval()
    with torch.inference_mode():
        for numbers, batch in evaluation_batches(corpus, members):
            scores = torch.sigmoid(model(batch.columns, batch.lengths)[:, :, :LEVELS]).numpy()
            for row, number in enumerate(numbers):
                window = corpus.window(int(number))
                begin = window.begin - window.first + (window.start >= 0)
                count = window.end - window.begin
                out[window.begin : window.end] = scores[row, begin : begin + count]
    return out


def f1(real: Bools, said: Bools) -> float:
    """F1 in percent."""
    both, wanted, given = int((real & said).sum()), int(real.sum()), int(said.sum())
    return 200.0 * both / max(1, wanted + given)


def best_threshold(real: Bools, scores: Floats, goal: str = "f1") -> float:
    """Where to cut ``scores`` for the best F1 (or accuracy); the middle of all thresholds that are nearly as good."""
    if not len(real):
        return 0.5
    grid = np.linspace(0.2, 0.8, 61)
    if goal == "f1":
        values = np.array([f1(real, scores >= cut) for cut in grid])
    else:
        values = np.array([100.0 * ((scores >= cut) == real).mean() for cut in grid])
    smooth = np.convolve(np.pad(values, 3, mode="edge"), np.ones(7) / 7, mode="valid")
    return float(grid[int(smooth.argmax())])


def thresholds(zh: Corpus, zh_scores: Floats, en: Corpus, en_scores: Floats) -> list[float]:
    """A threshold for each level: of F1 for breaks and boundaries, of accuracy for prominence."""
    found = []
    for level in range(3):
        asked = _asked(zh, 0, zh_scores)
        found.append(best_threshold(zh.labels[asked, 0] > level, zh_scores[asked, level]))
    for level in range(2):
        asked = _asked(en, 1, en_scores)
        found.append(best_threshold(en.labels[asked, 1] > level, en_scores[asked, 3 + level]))
    asked = _asked(en, 2, en_scores)
    for level in range(2):
        found.append(best_threshold(en.labels[asked, 2] > level, en_scores[asked, 5 + level], "accuracy"))
    return [round(value, 3) for value in found]


def score_zh(corpus: Corpus, scores: Floats, cuts: Sequence[float]) -> dict[str, float]:
    """F1 of PW, PPH and IPH, and their mean."""
    asked = _asked(corpus, 0, scores)
    result = {
        name: f1(corpus.labels[asked, 0] > level, scores[asked, level] >= cuts[level])
        for level, name in enumerate(("PW", "PPH", "IPH"))
    }
    return {**_rounded(result), "mean": round(sum(result.values()) / 3, 2)}


def score_en(corpus: Corpus, scores: Floats, cuts: Sequence[float]) -> dict[str, float]:
    """F1 of boundaries, accuracy of prominence."""
    asked = _asked(corpus, 1, scores)
    result = {
        f"boundary>={level + 1}": f1(corpus.labels[asked, 1] > level, scores[asked, 3 + level] >= cuts[3 + level])
        for level in range(2)
    }
    asked = _asked(corpus, 2, scores)
    real = corpus.labels[asked, 2]
    some = scores[asked, 5] >= cuts[5]
    said = some.astype(int) + (some & (scores[asked, 6] >= cuts[6]))
    words = max(1, len(real))
    result["2-way"] = 100.0 * int(((real > 0) == some).sum()) / words
    result["3-way"] = 100.0 * int((real == said).sum()) / words
    return _rounded(result)


def _rounded(result: dict[str, float]) -> dict[str, float]:
    return {name: round(value, 2) for name, value in result.items()}


def _asked(corpus: Corpus, column: int, scores: Floats) -> Bools:
    """Units that have a label (the end of a Chinese sentence is none) and a prediction."""
    known: Any = ~np.isnan(scores[:, 0])
    asked: Bools = (corpus.labels[:, column] >= 0) & (corpus.labels[:, column] < 4) & (corpus.kinds == 0) & known
    return asked
