"""Batches of units: which lines, what is hidden from the network, and what it must say.

Every batch is drawn by its number and the seed alone, so that training that was stopped goes on as if it had not been.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from indextts.reading.prosody.features import (
    COLUMNS,
    ENGLISH_LENGTHS,
    MASK,
    OTHER_KIND,
    OTHER_MARK,
    START,
    Ints,
    complete,
)
from indextts.reading.prosody.windows import CONTEXT
from training.prosody.data import Corpus, Floats

UNITS_IN_BATCH: Final = 2048
_INTONATION_OF: Final = np.array((-1, 3, 3, 0, 1, 2, 3, -1, -1), np.int32)
"""Intonation (statement, question, exclamation, continuation) for each kind of mark that follows."""
_POOL: Final = 50
_FIRST_OF: Final = (7, 13, 19)
"""The column ``length`` of the first character of words of two, three and four."""
LENGTH: Final = COLUMNS.index("length")
_CONTENT_RANK: Final = 9
"""English words of this rank (a logarithm) and rarer are content words."""


@dataclass(frozen=True)
class Example:
    """T units as the network reads them, with what it must say of each; -1 and NaN where it is not asked."""

    columns: Ints
    """``[T, len(COLUMNS)]``"""
    labels: Ints
    """``[T, 3]``: break, boundary, prominence."""
    soft: Floats
    """``[T, 9]``: probabilities of the seven levels (of a teacher), measured boundary and prominence (log1p)."""
    hidden: Ints
    """``[T, 2]``: unit and tag that were masked."""
    following: Ints
    """``[T, 2]``: the kind of mark that follows and was deleted; the intonation."""


@dataclass(frozen=True)
class Batch:
    """Examples of about one length, padded: everything ``[B, T, …]``."""

    columns: Tensor
    lengths: Tensor
    labels: Tensor
    soft: Tensor
    hidden: Tensor
    following: Tensor


def collate(examples: Sequence[Example]) -> Batch:
    """Pad examples to the longest."""
    longest = max(len(example.columns) for example in examples)

    def padded(name: str, fill: float) -> Tensor:
        first = getattr(examples[0], name)
        out = np.full((len(examples), longest, first.shape[1]), fill, first.dtype)
        for row, example in enumerate(examples):
            out[row, : len(example.columns)] = getattr(example, name)
        return torch.from_numpy(out.astype(np.int64) if out.dtype == np.int32 else out)

    lengths = torch.tensor([len(example.columns) for example in examples])
    return Batch(padded("columns", 0), lengths, padded("labels", -1), padded("soft", np.nan),
                 padded("hidden", -1), padded("following", -1))  # fmt: skip


def plan(lengths: npt.NDArray[np.int64], seed: Sequence[int]) -> list[npt.NDArray[np.int64]]:
    """All numbers once, in batches of similar lengths with about :data:`UNITS_IN_BATCH` units, in random order."""
    random = np.random.default_rng(seed)
    order = random.permutation(len(lengths))
    batches: list[npt.NDArray[np.int64]] = []
    size = max(1, UNITS_IN_BATCH * _POOL // max(1, int(lengths.mean())))
    for start in range(0, len(order), size):
        pool = order[start : start + size]
        pool = pool[np.argsort(lengths[pool], kind="stable")]
        begin = 0
        for place in range(1, len(pool) + 1):
            if place == len(pool) or lengths[pool[place]] * (place + 1 - begin) > UNITS_IN_BATCH:
                batches.append(pool[begin:place])
                begin = place
    random.shuffle(batches)
    return batches


class Plans:
    """The batches of one source, epoch after epoch, by number."""

    def __init__(self, lengths: npt.NDArray[np.int64], seed: int, source: int) -> None:
        self._lengths = lengths
        self._seed = (seed, source)
        self._epoch = -1
        self._batches: list[npt.NDArray[np.int64]] = []
        self._size = len(plan(lengths, (*self._seed, 0)))

    def __len__(self) -> int:
        """Batches in the first epoch."""
        return self._size

    def get(self, number: int) -> npt.NDArray[np.int64]:
        """The members of a batch."""
        epoch, place = divmod(number, self._size)
        if epoch != self._epoch:
            self._epoch, self._batches = epoch, plan(self._lengths, (*self._seed, epoch))
        return self._batches[place % len(self._batches)]


def _words(columns: Ints) -> npt.NDArray[np.int64]:
    """Places where a word begins: of Chinese words by their tag, of others each unit."""
    tags = columns[:, COLUMNS.index("tag")]
    hanzi = columns[:, LENGTH] < ENGLISH_LENGTHS
    inside = hanzi & (columns[:, LENGTH] > 0) & np.isin((tags - 2) % 4, (1, 2))
    return np.flatnonzero(~inside)


def _kind_behind(kinds: Ints) -> Ints:
    """For each spoken unit the kind of the first mark after it, before the next spoken unit; -1 for marks."""
    out = np.zeros(len(kinds), np.int32)
    behind = 0
    for place in range(len(kinds) - 1, -1, -1):
        if kinds[place]:
            behind = int(kinds[place]) if kinds[place] < OTHER_KIND else behind
            out[place] = -1
        else:
            out[place], behind = behind, 0
    return out


def pretraining_example(corpus: Corpus, line: int, random: np.random.Generator) -> Example:
    """A line with some words and tags masked and, mostly, its punctuation deleted."""
    begin, end = int(corpus.offsets[line]), int(corpus.offsets[line + 1])
    end = min(end, begin + 96)
    fixed, kinds = corpus.fixed[begin:end].copy(), corpus.kinds[begin:end]
    following = np.stack([_kind_behind(kinds)] * 2, axis=1)
    following[:, 1] = _INTONATION_OF[following[:, 1]]
    following[kinds > 0] = -1
    hidden = np.full((len(fixed), 2), -1, np.int32)
    starts = _words(fixed)
    owner = np.searchsorted(starts, np.arange(len(fixed)), side="right") - 1
    drawn = random.random((2, len(starts)))
    masked = (drawn[0] < 0.15)[owner] & (kinds == 0)
    untagged = ((drawn[1] < 0.1)[owner] | (masked & (drawn[1] < 0.5)[owner])) & (kinds == 0)
    hidden[masked, 0] = fixed[masked, 0]
    hidden[untagged, 1] = fixed[untagged, 2]
    fixed[masked, 0] = MASK
    fixed[masked, 1] = 0
    fixed[masked, 3:5] = 0
    fixed[masked & (fixed[:, LENGTH] >= ENGLISH_LENGTHS), 5] = 0
    fixed[untagged, 2] = 0
    shown = np.ones(len(fixed), bool)
    if random.random() < 0.6:
        shown = (kinds == 0) | (random.random(len(fixed)) > 0.85)
    visible = np.append(shown & (kinds > 0), False)[1:] & (kinds == 0)
    following[visible, 0] = -1
    if not shown.any():
        shown[:] = True
    columns = np.insert(fixed[shown], 0, [START] + [0] * (fixed.shape[1] - 1), axis=0)
    size = len(columns)
    example = Example(
        complete(columns, np.insert(kinds[shown], 0, 0)), np.full((size, 3), -1, np.int32),
        np.full((size, 9), np.nan, np.float32), np.full((size, 2), -1, np.int32), np.full((size, 2), -1, np.int32),
    )  # fmt: skip
    example.hidden[1:], example.following[1:] = hidden[shown], following[shown]
    return example


@dataclass(frozen=True)
class Habits:
    """How labelled windows are varied: chances of each change."""

    context: float = 0.25
    """The end of some other window stands before, as the sentence before does in a text."""
    open_end: float = 0.1
    """The marks at the end are deleted."""
    unmarked: float = 0.0
    """All marks are deleted."""
    english: float = 0.0
    """One or two Chinese words become English ones."""


AS_IS: Final = Habits(0.0, 0.0, 0.0, 0.0)


@dataclass
class _Rows:
    """Units before their context-dependent columns are made."""

    fixed: Ints
    kinds: Ints
    labels: Ints
    soft: Floats
    intonation: Ints

    def take(self, places: npt.NDArray[np.int64]) -> _Rows:
        return _Rows(*(getattr(self, item)[places] for item in self.__dataclass_fields__))

    def __add__(self, other: _Rows) -> _Rows:
        parts = self.__dataclass_fields__
        return _Rows(*(np.concatenate([getattr(self, item), getattr(other, item)]) for item in parts))


def _rows(corpus: Corpus, begin: int, end: int, soft: Floats | None) -> _Rows:
    """Units of a corpus with everything that is known of them."""
    part = slice(begin, end)
    kinds, labels = corpus.kinds[part], corpus.labels[part].copy()
    labels[labels[:, 0] == 4, 0] = -1  # The end of the sentence is no decision.
    known = np.full((end - begin, 9), np.nan, np.float32)
    if soft is not None:
        known[:, :7] = soft[part]
        known[kinds > 0, :7] = np.nan
    known[:, 7:] = np.log1p(corpus.real[part])
    following = _INTONATION_OF[_kind_behind(kinds)]
    return _Rows(corpus.fixed[part], kinds, labels, known, np.where(kinds == 0, following, -1).astype(np.int32))


def _unasked(rows: _Rows) -> _Rows:
    """The same units as mere context."""
    size = len(rows.kinds)
    return _Rows(rows.fixed, rows.kinds, np.full((size, 3), -1, np.int32), np.full((size, 9), np.nan, np.float32),
                 np.full(size, -1, np.int32))  # fmt: skip


_START: Final = _Rows(
    np.array([[START, 0, 0, 0, 0, 0]], np.int32), np.zeros(1, np.int32), np.full((1, 3), -1, np.int32),
    np.full((1, 9), np.nan, np.float32), np.full(1, -1, np.int32),
)  # fmt: skip


def labelled_example(
    corpus: Corpus, number: int, random: np.random.Generator, habits: Habits = AS_IS, *,
    soft: Floats | None = None, english: Corpus | None = None,
) -> Example:  # fmt: skip
    """A window with its labels, varied by ``habits``; ``english`` is where foreign words are taken from."""
    window = corpus.window(number)
    before = _unasked(_rows(corpus, window.first, window.begin, None))
    core = _rows(corpus, window.begin, window.end, soft)
    after = _unasked(_rows(corpus, window.end, window.last, None))
    chance = random.random(4)
    if window.first == window.begin and chance[0] < habits.context:
        other = corpus.window(int(random.integers(len(corpus.windows))))
        size = int(random.integers(1, CONTEXT + 1))
        before = _unasked(_rows(corpus, max(other.begin, other.end - size), other.end, None))
    if chance[1] < habits.unmarked:
        core = core.take(np.flatnonzero(core.kinds == 0))
    elif chance[2] < habits.open_end and window.end == window.last:
        spoken = np.flatnonzero(core.kinds == 0)
        core = core.take(np.arange(spoken[-1] + 1 if len(spoken) else len(core.kinds)))
    if english is not None and chance[3] < habits.english:
        core = _with_english(core, english, random)
    return _example(before + _START + core + after if window.start >= 0 else before + core + after)


def mixed_example(zh: Corpus, zh_number: int, en: Corpus, en_number: int, random: np.random.Generator) -> Example:
    """A Chinese and an English window in one sentence, a comma between them, in either order."""
    parts = []
    for corpus, number in ((zh, zh_number), (en, en_number)):
        window = corpus.window(number)
        core = _rows(corpus, window.begin, window.end, None)
        spoken = np.flatnonzero(core.kinds == 0)
        parts.append((core, core.take(np.arange(spoken[-1] + 1 if len(spoken) else 0))))
    if random.random() < 0.5:
        parts.reverse()
    (_, first), (second, _) = parts
    first.intonation[-1:] = _INTONATION_OF[1]
    comma = _rows(zh, 0, 1, None)
    comma.fixed = np.array([[OTHER_MARK, 0, 1, 0, 0, 0]], np.int32)
    comma.kinds = np.ones(1, np.int32)
    return _example(_START + first + _unasked(comma) + second)


def _example(rows: _Rows) -> Example:
    size = len(rows.kinds)
    following = np.stack([np.full(size, -1, np.int32), rows.intonation], axis=1)
    hidden = np.full((size, 2), -1, np.int32)
    return Example(complete(rows.fixed, rows.kinds), rows.labels, rows.soft, hidden, following)


def _with_english(core: _Rows, english: Corpus, random: np.random.Generator) -> _Rows:
    """One or two words of two characters and more become one or two English words; the break after stays."""
    for _ in range(int(random.integers(1, 3))):
        firsts = np.flatnonzero(np.isin(core.fixed[:, LENGTH], _FIRST_OF))
        if not len(firsts):
            return core
        first = int(random.choice(firsts))
        behind = first + (int(core.fixed[first, LENGTH]) + 5) // 6
        if behind > len(core.kinds) or (core.kinds[first:behind] > 0).any():
            continue
        drawn = random.integers(len(english.kinds), size=40)
        drawn = drawn[english.fixed[drawn, LENGTH] >= ENGLISH_LENGTHS + _CONTENT_RANK]
        places = drawn[: int(random.integers(1, 3))].tolist()
        if not places:
            continue
        last = core.take(np.array([behind - 1]))
        word = core.take(np.arange(0))
        for index, place in enumerate(places):
            one = _Rows(english.fixed[place : place + 1], english.kinds[place : place + 1], last.labels.copy(),
                        last.soft.copy(), last.intonation.copy())  # fmt: skip
            if index < len(places) - 1:
                one.labels[:, 0] = np.minimum(one.labels[:, 0], 1)
                one.soft[:], one.intonation[:] = np.nan, -1
            word = word + one
        core = core.take(np.arange(first)) + word + core.take(np.arange(behind, len(core.kinds)))
    return core


def window_lengths(corpus: Corpus) -> npt.NDArray[np.int64]:
    """Units shown with each window."""
    return corpus.windows[:, 3] - corpus.windows[:, 0] + 1


def line_lengths(corpus: Corpus) -> npt.NDArray[np.int64]:
    """Units of each line, as far as it is read for pretraining."""
    return np.minimum(np.diff(corpus.offsets), 96) + 1


def evaluation_batches(
    corpus: Corpus, members: Sequence[int] | None = None
) -> Iterator[tuple[npt.NDArray[np.int64], Batch]]:
    """Windows of a corpus (all, or ``members``) as they are, similar lengths together."""
    chosen = np.arange(len(corpus.windows)) if members is None else np.array(members, np.int64)
    lengths = window_lengths(corpus)[chosen]
    order = chosen[np.argsort(lengths, kind="stable")]
    random = np.random.default_rng(0)
    for start in range(0, len(order), 64):
        numbers = order[start : start + 64]
        yield numbers, collate([labelled_example(corpus, int(number), random) for number in numbers])
