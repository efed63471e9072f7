"""Train the network that pronounces unknown English words.

    python -m training.g2p                 train on the CMU dictionary, measure, write the weights
    python -m training.g2p --measure       measure the shipped weights on the words that were held out

Words are lined up with their phones by hard expectation-maximisation (each letter stands for up to three phones), then
a network with one wide and one narrow hidden layer learns each letter's label from the letters around it and the
labels before it, with Adam. One word in twenty is never trained on: a hash of its spelling chooses them. Everything
is seeded. It takes some minutes on one core.
"""

from __future__ import annotations

import argparse
import json
import logging
import math
import re
import time
import zlib
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt

from indextts.platform.storage import assets as shipped
from indextts.reading.phonemes.en import g2p, pronunciation
from indextts.reading.phonemes.en.g2p import HISTORY, MOST_VOWELS, STATES, Floats, Ints, Network

_log = logging.getLogger("training.g2p")

HELD_OUT: Final = 20
"""One word in so many is kept for measuring."""
_PLAIN: Final = re.compile(r"[a-z']{2,24}")
_LONGEST_LABEL: Final = 3
_FREQUENT: Final = 6
"""Labels that are seen less often are left out, with their words."""
_ROUNDS: Final = 5
_SAMPLE: Final = 30_000
_FLOOR: Final = -9.0
"""Log-probability of a label that a letter has not been seen with."""

Entry = tuple[str, tuple[str, ...]]
Aligned = tuple[str, tuple[str, ...]]
"""A word and one label for each of its letters."""


def entries() -> Iterator[Entry]:
    """Words of letters alone and their phones, from the CMU dictionary; a word may come more than once."""
    for word, phones in pronunciation.dictionary_entries():
        spelling = word.partition("(")[0]
        if _PLAIN.fullmatch(spelling):
            yield spelling, tuple(phones.split())


def is_held_out(word: str) -> bool:
    """Whether a word is for measuring only."""
    return zlib.crc32(word.encode()) % HELD_OUT == 0


class Aligner:
    """Which phones each letter of a word stands for."""

    def __init__(self) -> None:
        self._scores: dict[str, dict[str, float]] = {}

    def fit(self, sample: Sequence[Entry]) -> None:
        """Start from how often letters and phones meet, then line up and count again."""
        self._start(sample)
        for _ in range(_ROUNDS):
            counts: defaultdict[str, Counter[str]] = defaultdict(Counter)
            for word, phones in sample:
                for letter, label in zip(word, self.align(word, phones) or (), strict=False):
                    counts[letter][label] += 1
            self._scores = {
                letter: {label: math.log(number / seen.total()) for label, number in seen.items()}
                for letter, seen in counts.items()
            }

    def _start(self, sample: Sequence[Entry]) -> None:
        together: defaultdict[str, Counter[str]] = defaultdict(Counter)
        alone: Counter[str] = Counter()
        for word, phones in sample:
            for place, phone in enumerate(phones):
                # Only letters at about the same place of the word: those that can stand for it at all.
                middle = place * len(word) / len(phones)
                for letter in word[max(0, round(middle) - 1) : round(middle) + 2]:
                    together[letter][phone] += 1
                alone[phone] += 1
        total = alone.total()
        for letter, met in together.items():
            row = {
                phone: math.log(number / met.total()) - 0.5 * math.log(alone[phone] / total) - 2.0
                for phone, number in met.items()
            }
            row[""] = -3.5
            for first in met:
                for second in met:
                    row[f"{first} {second}"] = row[first] + row[second] - 3.0
            self._scores[letter] = row

    def align(self, word: str, phones: Sequence[str]) -> tuple[str, ...] | None:
        """The likeliest label of each letter; ``None`` if there are too few letters."""
        count = len(phones)
        best: dict[int, float] = {0: 0.0}
        steps: list[dict[int, tuple[int, str]]] = []
        joined = {
            (begin, end): " ".join(phones[begin:end])
            for begin in range(count + 1)
            for end in range(begin, min(count, begin + _LONGEST_LABEL) + 1)
        }
        for place, letter in enumerate(word):
            row = self._scores.get(letter, {})
            reached: dict[int, float] = {}
            back: dict[int, tuple[int, str]] = {}
            left = len(word) - place - 1
            for begin, score in best.items():
                for end in range(begin, min(count, begin + _LONGEST_LABEL) + 1):
                    if count - end > _LONGEST_LABEL * left:
                        continue
                    label = joined[begin, end]
                    new = score + row.get(label, _FLOOR - 2.0 * (end - begin))
                    if new > reached.get(end, -math.inf):
                        reached[end], back[end] = new, (begin, label)
            best = reached
            steps.append(back)
        if count not in best:
            return None
        labels: list[str] = []
        end = count
        for back in reversed(steps):
            end, label = back[end]
            labels.append(label)
        return tuple(reversed(labels))


@dataclass
class Examples:
    """N letters in their words."""

    columns: Ints
    """``[N, 2·REACH + 3]`` columns of the window table."""
    states: Ints
    """``[N]``."""
    history: Ints
    """``[N, HISTORY]`` labels before, the nearest first."""
    labels: Ints
    """``[N]`` what it stands for."""


def state_of(vowels: int, stressed: bool) -> int:
    return min(vowels, MOST_VOWELS) + (MOST_VOWELS + 1) * stressed


def examples(aligned: Sequence[Aligned], labels: Sequence[str]) -> Examples:
    """Every letter of every word as the network sees it."""
    number = {label: index for index, label in enumerate(labels)}
    vowels = [sum(phone[-1].isdigit() for phone in label.split()) for label in labels]
    stressed = ["1" in label for label in labels]
    columns, states, history, wanted = [], [], [], []
    for word, given in aligned:
        columns.append(g2p.window_columns(g2p.letters_of(word)))
        said = [len(labels)] * HISTORY
        seen, main = 0, False
        for label in given:
            index = number[label]
            states.append(state_of(seen, main))
            history.append(said)
            wanted.append(index)
            said = [index, *said[:-1]]
            seen, main = seen + vowels[index], main or stressed[index]
    return Examples(np.concatenate(columns), np.array(states), np.array(history), np.array(wanted))


class Trainer:
    """The network while it learns: remembered labels have E numbers each, which are unfolded at the end."""

    def __init__(self, labels: Sequence[str], *, hidden: int, narrow: int, memory: int, seed: int) -> None:
        self._labels = tuple(labels)
        self._rng = np.random.default_rng(seed)
        inputs = g2p.WINDOW + g2p.PLACES + STATES
        count = len(labels)
        shapes = {
            "input": ((inputs, hidden), 0.08), "embedding": ((count + 1, memory), 0.3),
            "memory": ((HISTORY * memory, hidden), 0.1), "middle": ((hidden, narrow), math.sqrt(2 / hidden)),
            "last": ((narrow, count), math.sqrt(1 / narrow)),
            "bias_0": ((hidden,), 0.0), "bias_1": ((narrow,), 0.0), "bias_2": ((count,), 0.0),
        }  # fmt: skip
        self._weights: dict[str, Floats] = {
            name: (self._rng.standard_normal(shape) * scale).astype(np.float32)
            for name, (shape, scale) in shapes.items()
        }
        self._first = {name: np.zeros_like(weight) for name, weight in self._weights.items()}
        self._second = {name: np.zeros_like(weight) for name, weight in self._weights.items()}
        self._step = 0

    def epoch(self, data: Examples, *, batch: int, rates: tuple[float, float], dropout: float) -> float:
        """One pass in random order, the learning rate falling evenly; the mean loss of a letter."""
        order = self._rng.permutation(data.labels.size)
        total = 0.0
        starts = range(0, order.size, batch)
        for start in starts:
            rate = rates[0] + (rates[1] - rates[0]) * start / order.size
            chosen = order[start : start + batch]
            loss, gradients = self._backward(data, chosen, dropout)
            total += loss * chosen.size
            self._update(gradients, rate)
        return total / order.size

    def _backward(self, data: Examples, chosen: Ints, dropout: float) -> tuple[float, dict[str, Floats]]:
        weights, size = self._weights, chosen.size
        rows = np.arange(size)
        inputs = np.zeros((size, weights["input"].shape[0]), np.float32)
        inputs[rows[:, None], data.columns[chosen]] = 1.0
        inputs[rows, g2p.WINDOW + g2p.PLACES + data.states[chosen]] = 1.0
        history = data.history[chosen]
        remembered = weights["embedding"][history].reshape(size, -1)
        first = inputs @ weights["input"] + remembered @ weights["memory"] + weights["bias_0"]
        kept = (self._rng.random(first.shape, np.float32) >= dropout).astype(np.float32) / (1.0 - dropout)
        first = np.maximum(first, 0.0) * kept
        second = np.maximum(first @ weights["middle"] + weights["bias_1"], 0.0)
        scores = second @ weights["last"] + weights["bias_2"]
        scores -= scores.max(axis=1, keepdims=True)
        chances = np.exp(scores)
        chances /= chances.sum(axis=1, keepdims=True)
        wanted = data.labels[chosen]
        loss = float(-np.log(chances[rows, wanted] + 1e-12).mean())
        chances[rows, wanted] -= 1.0
        chances /= size
        into_second = (chances @ weights["last"].T) * (second > 0)
        into_first = (into_second @ weights["middle"].T) * kept * (first > 0)
        into_memory = (into_first @ weights["memory"].T).reshape(-1, weights["embedding"].shape[1])
        embedding = np.zeros_like(weights["embedding"])
        np.add.at(embedding, history.ravel(), into_memory)
        return loss, {
            "last": second.T @ chances, "bias_2": chances.sum(axis=0), "middle": first.T @ into_second,
            "bias_1": into_second.sum(axis=0), "input": inputs.T @ into_first,
            "memory": remembered.T @ into_first, "bias_0": into_first.sum(axis=0), "embedding": embedding,
        }  # fmt: skip

    def _update(self, gradients: dict[str, Floats], rate: float) -> None:
        self._step += 1
        scale = rate * math.sqrt(1.0 - 0.999**self._step) / (1.0 - 0.9**self._step)
        for name, gradient in gradients.items():
            first, second = self._first[name], self._second[name]
            first += 0.1 * (gradient - first)
            second += 0.001 * (gradient * gradient - second)
            self._weights[name] -= scale * first / (np.sqrt(second) + 1e-8)

    def network(self) -> Network:
        """What has been learnt, in the form that speaks."""
        weights = self._weights
        width = weights["embedding"].shape[1]
        memory = np.stack(
            [weights["embedding"] @ weights["memory"][step * width : (step + 1) * width] for step in range(HISTORY)]
        )
        split = g2p.WINDOW + g2p.PLACES
        return Network(
            self._labels, weights["input"][:split], weights["input"][split:], memory, weights["middle"],
            weights["last"], (weights["bias_0"], weights["bias_1"], weights["bias_2"]),
        )  # fmt: skip


def measure(pronounce: g2p.G2P, words: Sequence[Entry]) -> dict[str, float]:
    """Word and phone error rates in percent, with and without stress; the nearest of a word's readings counts."""
    readings: defaultdict[str, list[tuple[str, ...]]] = defaultdict(list)
    for word, phones in words:
        readings[word].append(phones)
    wrong = plain_wrong = edits = phones_total = 0
    begin = time.perf_counter()
    said = {word: tuple(pronounce.pronounce(word).split()) for word in readings}
    seconds = time.perf_counter() - begin
    for word, given in readings.items():
        wrong += said[word] not in given
        bare = [tuple(phone.rstrip("012") for phone in phones) for phones in given]
        mine = tuple(phone.rstrip("012") for phone in said[word])
        plain_wrong += mine not in bare
        distance, length = min((_distance(mine, other), len(other)) for other in bare)
        edits += distance
        phones_total += length
    return {
        "words": len(readings),
        "word_errors": 100.0 * wrong / len(readings),
        "word_errors_without_stress": 100.0 * plain_wrong / len(readings),
        "phone_errors": 100.0 * edits / phones_total,
        "milliseconds_a_word": 1000.0 * seconds / len(readings),
    }


def _distance(first: Sequence[str], second: Sequence[str]) -> int:
    row = list(range(len(second) + 1))
    for index, one in enumerate(first, 1):
        last, row[0] = row[0], index
        for place, other in enumerate(second, 1):
            last, row[place] = row[place], min(row[place] + 1, row[place - 1] + 1, last + (one != other))
    return row[-1]


def train(*, seed: int = 0, epochs: int = 12, hidden: int = 512, narrow: int = 256, memory: int = 32) -> Network:
    """A network trained on all words but those held out."""
    known = [entry for entry in entries() if not is_held_out(entry[0])]
    rng = np.random.default_rng(seed)
    aligner = Aligner()
    aligner.fit([known[index] for index in rng.choice(len(known), min(_SAMPLE, len(known)), replace=False)])
    aligned = [(word, given) for word, phones in known if (given := aligner.align(word, phones)) is not None]
    counts = Counter(label for _, given in aligned for label in given)
    labels = ["", *sorted(label for label, number in counts.items() if label and number >= _FREQUENT)]
    there = set(labels)
    data = examples([(word, given) for word, given in aligned if there.issuperset(given)], labels)
    _log.info("%d letters of %d words, %d labels", data.labels.size, len(aligned), len(labels))
    trainer = Trainer(labels, hidden=hidden, narrow=narrow, memory=memory, seed=seed)
    for number in range(epochs):
        rates = tuple(0.0015 * (1.0 - (number + part) / epochs) + 0.00002 for part in (0, 1))
        loss = trainer.epoch(data, batch=512, rates=(rates[0], rates[1]), dropout=0.1)
        _log.info("epoch %d of %d: loss %.4f", number + 1, epochs, loss)
    return trainer.network()


def write(path: Path, network: Network) -> None:
    """Write a network in the form that :func:`indextts.reading.phonemes.en.g2p.read` takes, rounded to eight bits."""
    arrays: dict[str, npt.NDArray[np.generic]] = {
        "labels": np.frombuffer(json.dumps(network.labels).encode("ascii"), np.uint8)
    }
    for name in ("window", "states", "memory", "middle", "last"):
        table: Floats = getattr(network, name)
        scale = np.maximum(np.abs(table).max(axis=tuple(range(table.ndim - 1))), 1e-9) / 127.0
        arrays[name] = np.round(table / scale).astype(np.int8)
        arrays[f"{name}_scale"] = scale.astype(np.float32)
    for number, bias in enumerate(network.biases):
        arrays[f"bias_{number}"] = bias.astype(np.float32)
    path.parent.mkdir(parents=True, exist_ok=True)
    np.savez_compressed(path, **arrays)  # type: ignore[arg-type]


def main(arguments: list[str] | None = None) -> int:
    """Command line: train and write, or measure what is shipped."""
    parser = argparse.ArgumentParser(prog="python -m training.g2p", description=__doc__.splitlines()[0])
    parser.add_argument("--measure", action="store_true", help="measure the weights and train nothing")
    parser.add_argument("--output", type=Path, default=g2p.WEIGHTS, help="file of the weights")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--epochs", type=int, default=12)
    options = parser.parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    if not options.measure:
        write(options.output, train(seed=options.seed, epochs=options.epochs))
        shipped.renew(options.output)
    held_out = [entry for entry in entries() if is_held_out(entry[0])]
    for name, value in measure(g2p.G2P(g2p.read(options.output)), held_out).items():
        _log.info("%s: %.2f", name, value)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
