"""Train the polyphone model: ``python -m training.polyphones --data DIR --out FILE``.

``DIR`` holds ``zh_train.tsv``: columns ``id``, ``text``, ``breaks`` and ``pinyin`` (see ``docs/architecture.md``).
The sentences of ``polyphone_sentences.txt``, which are ours, are learned as well: polyphones in free use.
The result is the same for the same data, whatever the machine. ``--folds 5`` cross-validates first.
"""

from __future__ import annotations

import argparse
import base64
import json
import logging
import math
import operator
import random
import re
import zlib
from array import array
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from indextts.model.utterance import Segment, Token, Utterance
from indextts.platform.storage import assets as shipped
from indextts.reading import prosody
from indextts.reading.phonemes.annotate import hanzi_runs, stretches, words_of
from indextts.reading.phonemes.en.pronunciation import is_word
from indextts.reading.phonemes.zh import mandarin, polyphones, sandhi
from indextts.reading.phonemes.zh.particles import DEED, OTHER
from indextts.reading.text.frontend import build_segments

SEED: Final = 7
EPOCHS: Final = 6
AVERAGED: Final = 4
"""Epochs at the end whose weights are averaged: a single one depends on the order of the sentences."""
RATE: Final = 0.3
DECAY: Final = 1e-4
"""Pull of a weight towards zero at each step that meets it (with the step's rate)."""
EPS: Final = 0.1
"""What keeps the first steps of a weight small."""
THIRD_BITS: Final = 16
"""Size of the table that third tones have by themselves."""
OWN: Final = Path(__file__).parent / "polyphone_sentences.txt"
OWN_COUNTS: Final = 2
"""How often a marked character of ours is learned beside one of the data."""
_MARKED: Final = re.compile(r"\[([a-z]+[1-5])\]")
RARE: Final = 2
"""Readings that a character has less often than this in the data are not learned."""

_log = logging.getLogger("training")


@dataclass(frozen=True)
class Example:
    """One character of the data: its features, what the dictionary says and what the speaker said."""

    sentence: int
    char: str
    places: tuple[int, ...]
    base: str
    label: str


def examples(path: Path) -> Iterator[Example]:
    """Every Chinese character of a labelled file, sandhi undone; of 不 its neutral tone alone, and nothing of 一."""
    lines = path.read_text(encoding="utf-8").splitlines()[1:]
    for number, line in enumerate(lines):
        _, text, breaks, pinyin = line.split("\t")
        gold = _without_erhua(pinyin.split(" "))
        for segment in _segments(text):
            for run in filter(None, stretches(segment.tokens)):
                yield from _of_run(number, _said(gold, run), *words_of(run))
            # The rules' breaks are not those that a text has where a better model reads it: the speaker's are.
            for run in hanzi_runs(segment.tokens):
                for token in run:
                    token.break_after = int(breaks[token.start])
                yield from _third_tones(number, _said(gold, run), run)


def own_examples(path: Path = OWN) -> Iterator[Example]:
    """The marked characters of our own sentences."""
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        if line.startswith("#"):
            continue
        text = _MARKED.sub("", line)
        gold, removed = [""] * len(text), 0
        for mark in _MARKED.finditer(line):
            gold[mark.start() - removed - 1] = mark[1]
            removed += len(mark[0])
        for segment in _segments(text):
            for run in filter(None, stretches(segment.tokens)):
                for example in _of_run(-number, _said(gold, run), *words_of(run)):
                    yield from [example] * OWN_COUNTS


def _segments(text: str) -> list[Segment]:
    utterance = Utterance(text, segments=build_segments(text, is_word=is_word, max_syllables=10_000))
    prosody.load("rules").annotate(utterance)
    return utterance.segments


def _said(gold: Sequence[str], run: Sequence[Token]) -> list[str]:
    """What was said of each token of ``run``, nothing of a word that stands in for letters or a quotation."""
    return ["" if token.text in (OTHER, DEED) else gold[token.start] for token in run]


def _of_run(
    number: int, gold: Sequence[str], text: str, words: Sequence[polyphones.SegmentedWord]
) -> Iterator[Example]:
    # The model is asked only where no rule by context fits; those were written with these sentences in view.
    base = mandarin.by_rules(text, words, contexts=False)
    for index, word in enumerate(words):
        for at in range(word.start, word.start + len(word.text)):
            after = gold[at + 1] if at + 1 < len(gold) else ""
            label = _underlying(text[at], gold[at], base[at].pinyin, after)
            if label and text[at] == "不":
                label = "bu5" if label == "bu5" else "bu4"
            if label and text[at] != "一":
                places = polyphones.features(text, at, words, index, base[at].pinyin, base[at].source)
                yield Example(number, text[at], tuple(places), base[at].pinyin, label)


def _third_tones(number: int, gold: Sequence[str], run: Sequence[Token]) -> Iterator[Example]:
    """Each third tone before another one in the next word: whether the speaker let it rise."""
    read = mandarin.by_rules(*words_of(run))
    syllables = [
        sandhi.Syllable(token.text, reading.pinyin, token.word, token.pos, token.break_after)
        for token, reading in zip(run, read, strict=True)
    ]
    third = [syllable.tone == "3" for syllable in syllables]
    for index in reversed(range(len(syllables))):
        here, said = syllables[index], gold[index]
        if not third[index] or said[:-1] != here.reading[:-1] or said[-1] not in "23":
            continue  # Where the speaker read something else, it says nothing about the rule.
        after = syllables[index + 1] if third[index + 1 : index + 2] == [True] else here
        followed = gold[index + 1][-1:] if after is not here else ""
        if here.word != after.word and here.break_after < 3 and followed in ("2", "3"):
            yield Example(number, sandhi.THIRD, tuple(sandhi.pair_features(syllables, index)), "2", said[-1])
        here.set_tone(said[-1])  # What stands before it heeds the tone that was spoken.


def _without_erhua(pinyin: Sequence[str]) -> list[str]:
    """One syllable for each character: ``huar1 ~`` as ``hua1`` and nothing."""
    out = list(pinyin)
    for place, syllable in enumerate(pinyin[1:], start=1):
        if syllable == "~":
            out[place - 1] = pinyin[place - 1].replace("r", "") if pinyin[place - 1][-2] == "r" else pinyin[place - 1]
    return ["" if syllable in "~-" else syllable for syllable in out]


def _underlying(char: str, said: str, base: str, after: str) -> str:
    """The reading before sandhi: a second tone is a third one where that explains it."""
    if not said.endswith("2"):
        return said
    third = said[:-1] + "3"
    known = mandarin.alternatives(char)
    if third == base or (third in known and said not in known):
        return third if after[-1:] in ("2", "3") or said not in known else said
    return said


def train(
    data: Sequence[Example], *, epochs: int = EPOCHS, seed: int = SEED, bits: int = polyphones.TABLE_BITS
) -> polyphones.Model:
    """Logistic regression, one step for each example and epoch, with rates that fall for weights often met."""
    labels = _labels(data)
    todo: defaultdict[str, list[Example]] = defaultdict(list)
    for example in data:
        if example.label in labels.get(example.char, ()):
            todo[example.char].append(example)
    size = 1 << bits
    weights, squares = array("d", bytes(8 * size)), array("d", bytes(8 * size))
    total = array("d", bytes(8 * size))
    # Each character has an order of its own: new sentences for one change nothing of the others.
    orders = {char: random.Random(f"{seed} {char}") for char in todo}
    for epoch in range(epochs):
        for char, order in orders.items():
            order.shuffle(todo[char])
            for example in todo[char]:
                _step(weights, squares, example, labels[char])
        if epoch >= epochs - AVERAGED:
            total = array("d", map(operator.add, total, weights))
    zero, scale = polyphones.OFFSET, polyphones.SCALE / min(AVERAGED, epochs)
    return polyphones.Model(labels, bytes(min(255, max(1, round(w * scale) + zero)) for w in total))


def with_thirds(model: polyphones.Model, data: Sequence[Example]) -> polyphones.Model:
    """The model with third tones learned anew, in a table of their own: they change without any character."""
    thirds = train([example for example in data if example.char == sandhi.THIRD], bits=THIRD_BITS)
    return polyphones.Model({**model.labels, **thirds.labels}, model.table, {sandhi.THIRD: thirds.table})


def _labels(data: Sequence[Example]) -> dict[str, tuple[str, ...]]:
    counts: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for example in data:
        counts[example.char][example.label] += 1
    kept = {char: [said for said, times in sorted(seen.items()) if times >= RARE] for char, seen in counts.items()}
    wrong = {example.char for example in data if example.base != example.label}
    return {char: tuple(said) for char, said in kept.items() if len(said) > 1 and char in wrong}


def _step(weights: array[float], squares: array[float], example: Example, labels: Sequence[str]) -> None:
    mask = len(weights) - 1
    rows = [[(p + n * polyphones.LABEL_STEP) & mask for p in example.places] for n in range(len(labels))]
    scores = [sum([weights[place] for place in row]) for row in rows]
    top = max(scores)
    powers = [math.exp(score - top) for score in scores]
    total = sum(powers)
    for label, row, power in zip(labels, rows, powers, strict=True):
        slope = power / total - (label == example.label)
        if abs(slope) < 1e-3:
            continue
        for place in row:
            squares[place] += slope * slope
            weights[place] -= RATE * (slope + DECAY * weights[place]) / math.sqrt(EPS + squares[place])


def cross_validate(data: Sequence[Example], folds: int) -> dict[str, float]:
    """Share of characters read right before sandhi, in percent: by the dictionary, and with the model."""
    right: Counter[str] = Counter()
    for fold in range(folds):
        model = train([example for example in data if example.sentence % folds != fold])
        for example in data:
            if example.sentence % folds == fold:
                right["dictionary"] += example.base == example.label
                right["model"] += decide(model, example) == example.label
    return {name: round(100 * count / len(data), 3) for name, count in right.items()}


def decide(model: polyphones.Model, example: Example) -> str:
    """What would be said for an example: the model's reading where it is sure enough, else the dictionary's."""
    if example.char not in model.labels:
        return example.base
    return mandarin.choose(model.probabilities(example.char, example.places), example.base)


def to_json(model: polyphones.Model) -> str:
    """The file that :func:`indextts.reading.phonemes.zh.polyphones.load` reads."""
    labels = {char: " ".join(said) for char, said in sorted(model.labels.items())}
    own = {char: _packed(table) for char, table in model.own.items()}
    found = {"labels": labels, "table": _packed(model.table), "own": own}
    return json.dumps(found, ensure_ascii=False, separators=(",", ":")) + "\n"


def _packed(table: bytes) -> str:
    return base64.b85encode(zlib.compress(table, 9)).decode()


def main(arguments: Sequence[str] | None = None) -> None:
    """Train and write the model."""
    parser = argparse.ArgumentParser(prog="python -m training.polyphones", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder with zh_train.tsv")
    parser.add_argument("--out", type=Path, default=polyphones.ASSET, help="file to write")
    parser.add_argument("--only-thirds", action="store_true", help="learn third tones, keep what is known of the rest")
    parser.add_argument("--folds", type=int, default=0, help="cross-validate with so many parts first")
    options = parser.parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    data = [*examples(options.data / "zh_train.tsv"), *own_examples()]
    if options.folds > 1:
        _log.info("cross-validation: %s", cross_validate(data, options.folds))
    others = [example for example in data if example.char != sandhi.THIRD]
    model = with_thirds(polyphones.load() if options.only_thirds else train(others), data)
    options.out.parent.mkdir(parents=True, exist_ok=True)
    options.out.write_text(to_json(model), encoding="utf-8")
    shipped.renew(options.out)
    _log.info("%d characters, %d bytes: %s", len(model.labels), options.out.stat().st_size, options.out)


if __name__ == "__main__":
    main()
