"""Grapheme to phoneme (G2P), for words that no dictionary has: a small network, letter by letter.

Each letter is given the sounds it stands for (none to three), looking at the letters around it and at what the
letters before it have become. ``python -m training.g2p`` makes the weights from the CMU dictionary.
"""

from __future__ import annotations

import functools
import json
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt

from indextts.platform.storage import assets as shipped

Floats = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int64]

WEIGHTS: Final = shipped.ASSETS / "g2p.npz"
ALPHABET: Final = "abcdefghijklmnopqrstuvwxyz'"
"""Letters that the network knows; place 0 of its tables stands for the space around the word."""
REACH: Final = 7
"""Letters that it looks at on either side."""
HISTORY: Final = 4
"""Letters whose sounds it remembers."""
MOST: Final = 15
"""Where the counts of letters before and after stop."""
MOST_VOWELS: Final = 5

LONGEST: Final = 40
"""Letters of a word that are looked at together; a longer one is read in pieces."""

WINDOW: Final = (2 * REACH + 1) * (len(ALPHABET) + 1)
PLACES: Final = 2 * (MOST + 1)
STATES: Final = 2 * (MOST_VOWELS + 1)
"""Vowels so far, and whether one of them bears the main stress."""


def letters_of(word: str) -> Ints:
    """Codes of the letters, from 1. Raises ``ValueError`` for what is no letter."""
    return np.array([ALPHABET.index(char) + 1 for char in word], np.int64)


def window_columns(codes: Ints) -> Ints:
    """For each of N letters the columns that are set: ``[N, 2·REACH + 3]``, letters around it and places."""
    count = codes.size
    padded = np.pad(codes, REACH)
    around = np.stack([padded[step : step + count] for step in range(2 * REACH + 1)], axis=1)
    around = around + np.arange(2 * REACH + 1) * (len(ALPHABET) + 1)
    place = np.arange(count)
    before = WINDOW + np.minimum(place, MOST)
    behind = WINDOW + MOST + 1 + np.minimum(count - 1 - place, MOST)
    return np.concatenate([around, before[:, None], behind[:, None]], axis=1)


@dataclass(frozen=True)
class Network:
    """Weights: H hidden units, K below them, L labels, E numbers for each remembered label."""

    labels: tuple[str, ...]
    """What a letter can stand for, phones parted by spaces; the first is nothing."""
    window: Floats
    """``[WINDOW + PLACES, H]``."""
    states: Floats
    """``[STATES, H]``."""
    memory: Floats
    """``[HISTORY, L + 1, H]``: label L stands before the word."""
    middle: Floats
    """``[H, K]``."""
    last: Floats
    """``[K, L]``."""
    biases: tuple[Floats, Floats, Floats]

    def scores(self, fixed: Floats, history: Ints, states: Ints) -> Floats:
        """Log-probabilities ``[B, L]`` for B beginnings; ``fixed`` ``[H]`` is the letter's own part."""
        first = fixed + self.states[states]
        for step in range(HISTORY):
            first = first + self.memory[step, history[:, step]]
        second = np.maximum(np.maximum(first, 0.0) @ self.middle + self.biases[1], 0.0)
        out = second @ self.last + self.biases[2]
        out -= out.max(axis=1, keepdims=True)
        result: Floats = out - np.log(np.exp(out).sum(axis=1, keepdims=True))
        return result


class G2P:
    """Letters to ARPAbet with a beam. Thread-safe."""

    def __init__(self, network: Network, *, beam: int = 4) -> None:
        self._network = network
        self._beam = beam
        phones = [label.split() for label in network.labels]
        self._vowels = np.array([sum(phone[-1].isdigit() for phone in label) for label in phones])
        self._stressed = np.array([any(phone.endswith("1") for phone in label) for label in phones])

    def pronounce(self, word: str) -> str:
        """ARPAbet of a word of small letters and apostrophes, with exactly one main stress if it has a vowel."""
        pieces = [word[at : at + LONGEST] for at in range(0, len(word), LONGEST)]
        return " ".join(part for part in (_one_stress(self._read(piece)) for piece in pieces) if part)

    def _read(self, word: str) -> list[str]:
        network = self._network
        fixed = network.window[window_columns(letters_of(word))].sum(axis=1) + network.biases[0]
        history = np.full((1, HISTORY), len(network.labels), np.int64)
        vowels, stressed = np.zeros(1, np.int64), np.zeros(1, bool)
        totals = np.zeros(1, np.float32)
        paths: list[tuple[int, ...]] = [()]
        for place in range(len(word)):
            states = np.minimum(vowels, MOST_VOWELS) + (MOST_VOWELS + 1) * stressed
            scores = totals[:, None] + network.scores(fixed[place], history, states)
            best = np.argsort(scores, axis=None)[: -self._beam - 1 : -1]
            rows, columns = np.divmod(best, len(network.labels))
            totals = scores[rows, columns]
            history = np.concatenate([columns[:, None], history[rows, :-1]], axis=1)
            vowels = vowels[rows] + self._vowels[columns]
            stressed = stressed[rows] | self._stressed[columns]
            paths = [(*paths[row], int(column)) for row, column in zip(rows, columns, strict=True)]
        return [phone for label in paths[0] for phone in network.labels[label].split()]


def _one_stress(phones: list[str]) -> str:
    """Keep the first main stress alone; give it to the first vowel where there is none."""
    places = [index for index, phone in enumerate(phones) if phone[-1].isdigit()]
    main = next((index for index in places if phones[index][-1] == "1"), places[0] if places else -1)
    for index in places:
        if index == main:
            phones[index] = phones[index][:-1] + "1"
        elif phones[index][-1] == "1":
            phones[index] = phones[index][:-1] + "2"
    return " ".join(phones)


@functools.cache
def load() -> G2P:
    """The shipped network (milliseconds)."""
    return G2P(read(WEIGHTS))


def read(path: Path) -> Network:
    """A network from its file: eight-bit integers with a scale for each column."""
    with np.load(BytesIO(shipped.read(path))) as stored:
        tables = {
            name: stored[name].astype(np.float32) * stored[f"{name}_scale"]
            for name in ("window", "states", "memory", "middle", "last")
        }
        biases = tuple(stored[f"bias_{number}"] for number in range(3))
        labels = tuple(json.loads(bytes(stored["labels"]).decode("ascii")))
    return Network(labels, biases=(biases[0], biases[1], biases[2]), **tables)
