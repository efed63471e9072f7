"""How good answers are, and what to do to them so that they are best: macro-F1, calibration, thresholds."""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

from training.emotion.data import Array, Places

BINS: Final = 15
_TEMPERATURES: Final = np.exp(np.linspace(np.log(0.3), np.log(4.0), 120))
_STEPS: Final = np.linspace(-1.0, 1.0, 21)


def f1(wanted: Places, said: Places, classes: int) -> Array:
    """``[classes]``: F1 of each class; 0 for one that is neither wanted nor said."""
    table = np.zeros((classes, classes))
    np.add.at(table, (wanted, said), 1)
    hits = table.diagonal()
    found: Array = 2 * hits / np.maximum(table.sum(axis=0) + table.sum(axis=1), 1)
    return found


def macro_f1(wanted: Places, said: Places, classes: int) -> float:
    """The mean of :func:`f1`."""
    return float(f1(wanted, said, classes).mean())


def offsets(logits: Array, wanted: Places, *, shrink: float = 0.5) -> Array:
    """What to add to the logits of each class for the best macro-F1, found class by class.

    ``shrink`` takes back a share of it: what is best on these texts is not quite what is best on others.
    """
    classes = logits.shape[1]
    found = np.zeros(classes)
    best = macro_f1(wanted, logits.argmax(axis=1), classes)
    for _ in range(2):
        for place in range(classes):
            for step in _STEPS:
                tried = found.copy()
                tried[place] = step
                score = macro_f1(wanted, (logits + tried).argmax(axis=1), classes)
                if score > best + 1e-6:
                    best, found = score, tried
    moved: Array = (found - found.mean()) * (1.0 - shrink)
    return moved


def probabilities(logits: Array, temperature: float = 1.0) -> Array:
    """Softmax of ``logits`` divided by ``temperature``."""
    scaled = logits / temperature
    scaled = np.exp(scaled - scaled.max(axis=1, keepdims=True))
    shares: Array = scaled / scaled.sum(axis=1, keepdims=True)
    return shares


def temperature(logits: Array, labels: Array) -> float:
    """By what to divide the logits so that the labels are the least surprising; of the texts that are given."""
    losses = [
        float(-(labels * np.log(np.maximum(probabilities(logits, value), 1e-12))).sum(axis=1).mean())
        for value in _TEMPERATURES
    ]
    return float(_TEMPERATURES[int(np.argmin(losses))])


def ece(shares: Array, wanted: Places) -> float:
    """Expected calibration error: how far confidence and accuracy lie apart, in :data:`BINS` bins of confidence."""
    sure, right = shares.max(axis=1), shares.argmax(axis=1) == wanted
    bins = np.minimum((sure * BINS).astype(int), BINS - 1)
    total = 0.0
    for number in range(BINS):
        inside = bins == number
        if inside.any():
            total += float(inside.mean() * abs(sure[inside].mean() - right[inside].mean()))
    return total


def threshold(shares: Array, wanted: Places, neutral: int, precision: float) -> float:
    """The least confidence from which on emotions other than ``neutral`` are right in a share of ``precision``.

    Between 0.3 and 0.7, in steps of a hundredth: below it neutral is the safe answer.
    """
    said, sure = shares.argmax(axis=1), shares.max(axis=1)
    felt: npt.NDArray[np.bool_] = said != neutral
    for least in np.arange(0.30, 0.701, 0.01):
        kept = felt & (sure >= least)
        if kept.any() and float((said[kept] == wanted[kept]).mean()) >= precision:
            return round(float(least), 2)
    return 0.7
