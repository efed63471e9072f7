"""From labelled texts to one language's networks: word vectors, both kinds of network, how they are put together."""

from __future__ import annotations

import logging
import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Final

import numpy as np
import torch

from indextts.model.utterance import Lang
from indextts.reading.emotion.features import Ints, Read, word_places
from indextts.reading.emotion.features import read as take_apart
from training.emotion import learning, linear, measure, vectors
from training.emotion.convolution import Convolution
from training.emotion.data import Array, Places, Texts, parts
from training.emotion.learning import Network, Plan
from training.emotion.linear import Linear
from training.emotion.recurrent import Recurrent
from training.emotion.vectors import Vectors

SEED: Final = 20
_SHARES: Final = (0.0, 0.2, 0.35, 0.5, 0.7, 1.0, 1.4)
_log = logging.getLogger("training")


@dataclass(frozen=True)
class Budget:
    """Sizes and weights of one language."""

    usual: float = 1.0
    """How much a text of the usual domain counts against one of another."""
    balance: float = 1.0
    """How much of their rarity the rare classes get back: 0 nothing, 1 all."""
    strength: float = 2.0
    """Of the regression."""
    least: int = 2
    pieces: int = 80_000
    dims: int = 112
    words: int = 6
    """How often a word must stand in all texts to get a vector."""
    network: type[Convolution] | type[Recurrent] = Convolution
    """The kind over word vectors."""
    networks: int = 3
    plan: Plan = field(default_factory=Plan)
    folds: int = 3
    tried: int = 3
    """Of how many of the folds the texts are held out, to find how to put the networks together."""
    precision: float = 0.7
    """How often an emotion that is not neutral should be right for `auto` to follow it."""


BUDGETS: Final[dict[Lang, Budget]] = {
    "zh": Budget(usual=4.0),
    "en": Budget(
        balance=0.4,
        strength=1.5,
        least=3,
        words=3,
        folds=8,
        tried=1,
        network=Recurrent,
        networks=1,
        plan=Plan(epochs=8, vectors_rate=0.5),
    ),
}


@dataclass(frozen=True)
class Together:
    """How answers of the two kinds become probabilities."""

    share: float
    """Factor of the networks' logits, beside the regression's."""
    offsets: Array
    """``[K]``: added to the logits."""
    temperature: float
    threshold: float

    def logits(self, broad: Array, deep: Array) -> Array:
        """``[N, K]`` of the logits of both kinds."""
        scores: Array = broad + self.share * deep + self.offsets
        return scores


@dataclass(frozen=True)
class Trained:
    """Everything that one language's network is made of."""

    lang: Lang
    linear: Linear
    vectors: Vectors
    networks: Sequence[Network]
    together: Together


class _Corpus:
    """Texts with what the networks see of them."""

    def __init__(self, texts: Texts, read: Sequence[Read], table: Vectors, budget: Budget) -> None:
        self.texts = texts
        self.pieces = [each.pieces for each in read]
        self.lines: list[Ints] = [word_places(each.words, table.keys, texts.lang) for each in read]
        self.counts = _counts(texts, budget)

    def fit_linear(self, places: Places, budget: Budget) -> Linear:
        return linear.fit(
            [self.pieces[at] for at in places], self.texts.labels[places], self.counts[places],
            strength=budget.strength, least=budget.least, most=budget.pieces,
        )  # fmt: skip

    def fit_network(self, places: Places, table: Vectors, budget: Budget, seed: int) -> Network:
        torch.manual_seed(seed)
        model = budget.network(table.table, len(self.texts.classes), budget.plan)
        lines = [self.lines[at] for at in places]
        learning.learn(model, lines, self.texts.labels[places], self.counts[places], seed)
        return model


def train(texts: Texts, unlabelled: Sequence[str], budget: Budget) -> Trained:
    """Learn from labelled texts; ``unlabelled`` ones are for the word vectors."""
    lang = texts.lang
    began = time.perf_counter()
    read = [take_apart(text, lang) for text in texts.texts]
    more = [take_apart(line, lang).words for line in unlabelled]
    table = vectors.build([*(each.words for each in read), *more], dims=budget.dims, least=budget.words, seed=SEED)
    _log.info("%s: %d texts, %d word vectors, %.0f s", lang, len(read), len(table.keys), time.perf_counter() - began)
    corpus = _Corpus(texts, read, table, budget)
    together = _put_together(corpus, table, budget)
    every = np.arange(len(texts.texts))
    broad = corpus.fit_linear(every, budget)
    _log.info("%s: regression on %d pieces, %.0f s", lang, len(broad.keys), time.perf_counter() - began)
    networks = []
    for number in range(budget.networks):
        networks.append(corpus.fit_network(every, table, budget, SEED + number))
        _log.info("%s: network %d, %.0f s", lang, number + 1, time.perf_counter() - began)
    return Trained(lang, broad, table, networks, together)


def answers(trained: Trained, texts: Sequence[str]) -> Array:
    """``[N, K]``: logits of ``texts``."""
    read = [take_apart(text, trained.lang) for text in texts]
    lines = [word_places(each.words, trained.vectors.keys, trained.lang) for each in read]
    broad = trained.linear.logits([each.pieces for each in read])
    return trained.together.logits(broad, learning.logits(trained.networks, lines))


def _counts(texts: Texts, budget: Budget) -> Array:
    """``[N]``: how much each text counts, by its domain and by how rare its labels are."""
    domain = np.where(texts.usual, budget.usual, 1.0)
    sums = np.maximum((texts.labels * domain[:, None]).sum(axis=0), 1e-9)
    rare = (sums.mean() / sums) ** budget.balance
    counts: Array = domain * (texts.labels @ rare)
    return counts


def _put_together(corpus: _Corpus, table: Vectors, budget: Budget) -> Together:
    """Fitted on texts of the usual domain that the networks have not learned from."""
    texts = corpus.texts
    fold = parts(len(texts.texts), budget.folds, SEED)
    kept, broad, deep = [], [], []
    for number in range(budget.tried):
        known = np.flatnonzero((fold != number) | ~texts.usual)
        asked = np.flatnonzero((fold == number) & texts.usual & texts.single)
        broad.append(corpus.fit_linear(known, budget).logits([corpus.pieces[at] for at in asked]))
        model = corpus.fit_network(known, table, budget, SEED)
        deep.append(learning.logits([model], [corpus.lines[at] for at in asked]))
        kept.append(asked)
    wanted = texts.best[np.concatenate(kept)]
    return fitted(np.concatenate(broad), np.concatenate(deep), wanted, texts, budget)


def fitted(broad: Array, deep: Array, wanted: Places, texts: Texts, budget: Budget) -> Together:
    """The best way to put logits of held-out texts together."""
    classes = len(texts.classes)
    best, found = -1.0, Together(0.0, np.zeros(classes), 1.0, 0.5)
    for share in _SHARES:
        scores = broad + share * deep
        plain = measure.macro_f1(wanted, scores.argmax(axis=1), classes)
        offsets = measure.offsets(scores, wanted)
        moved = measure.macro_f1(wanted, (scores + offsets).argmax(axis=1), classes)
        _log.info("%s: share %.2f, held out: macro-F1 %.4f, with offsets %.4f", texts.lang, share, plain, moved)
        if plain + moved > best:
            best, found = plain + moved, Together(share, offsets, 1.0, 0.5)
    scores = found.logits(broad, deep)
    temperature = measure.temperature(scores, np.eye(classes)[wanted])
    shares = measure.probabilities(scores, temperature)
    least = measure.threshold(shares, wanted, texts.classes.index("neutral"), budget.precision)
    return replace(found, temperature=temperature, threshold=least)
