"""Batches for the causal network: text, then its units again with the labels so far."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from indextts.reading.prosody import causal as labels
from indextts.reading.prosody.features import COLUMNS, ENGLISH_LENGTHS, START, Ints
from training.prosody.batches import LENGTH, Example
from training.prosody.causal import INPUTS, CausalModel
from training.prosody.data import Floats

_TAG: Final = COLUMNS.index("tag")
_FORGOTTEN: Final = 0.15
"""Share of labels that are not shown to the network that goes on from them: its own may be wrong."""


@dataclass(frozen=True)
class CausalBatch:
    """B sequences of T positions."""

    inputs: Tensor
    """``[B, T, INPUTS]``"""
    positions: Tensor
    """``[B, T]``"""
    wanted: Tensor
    """``[B, T, labels.COUNT]``: probabilities of the label; all 0 where none is asked."""
    following: Tensor
    """``[B, T]``: the next unit of the text, -1 where it is not asked."""


def targets(example: Example) -> Floats:
    """The label of each unit ``[T, labels.COUNT]``, all 0 where none is known."""
    size = len(example.columns)
    out = np.zeros((size, labels.COUNT), np.float32)
    english = example.columns[:, LENGTH] >= ENGLISH_LENGTHS
    soft = ~np.isnan(example.soft[:, 0])
    out[soft & ~english, 1:5] = _of_breaks(example.soft[soft & ~english, :3])
    both = soft & english
    out[both, 5:14] = _of_accents(example.soft[both, 3:5], example.soft[both, 5:7])
    breaks = example.labels[:, 0] >= 0
    out[breaks] = 0
    out[np.flatnonzero(breaks), 1 + example.labels[breaks, 0]] = 1
    accents = (example.labels[:, 1] >= 0) & (example.labels[:, 2] >= 0)
    out[accents] = 0
    out[np.flatnonzero(accents), 5 + 3 * example.labels[accents, 1] + example.labels[accents, 2]] = 1
    marks = (example.following[:, 0] >= 0) & (out.sum(axis=1) == 0)
    out[np.flatnonzero(marks), labels.MARKS[0] + example.following[marks, 0]] = 1
    return out


def _of_breaks(levels: Floats) -> Floats:
    """``[…, 4]`` probabilities of each break from ``[…, 3]`` of at least 1, 2, 3."""
    return _each(levels)


def _of_accents(boundary: Floats, prominence: Floats) -> Floats:
    """``[…, 9]`` probabilities of each pair from ``[…, 2]`` of at least 1, 2 each, taken as independent."""
    pairs: Floats = (_each(boundary)[..., :, None] * _each(prominence)[..., None, :]).reshape(*boundary.shape[:-1], 9)
    return pairs


def _each(levels: Floats) -> Floats:
    falling = np.minimum.accumulate(levels, axis=-1)
    ones, zeros = np.ones_like(falling[..., :1]), np.zeros_like(falling[..., :1])
    out: Floats = np.concatenate([ones, falling], axis=-1) - np.concatenate([falling, zeros], axis=-1)
    return out


def sequence(example: Example, random: np.random.Generator) -> tuple[Ints, Ints, Floats, Ints]:
    """One example as the network reads it: inputs, positions, wanted labels, next units."""
    columns = example.columns
    wanted = targets(example)
    spoken = (columns[:, _TAG] != 1) & (columns[:, 0] != START)
    known = np.flatnonzero(wanted.sum(axis=1) > 0)
    places = np.flatnonzero(spoken)
    places = places[(places >= known[0]) & (places <= known[-1])] if len(known) else places[:0]
    size, count = len(columns), len(places)
    melody = example.following[places[-1] + 1 :, 1] if count else example.following[:0, 1]
    ends = np.concatenate([example.following[places[-1:], 1], melody[melody >= 0][:1]])
    last = int(ends[ends >= 0][0]) if (ends >= 0).any() else -1
    inputs = np.zeros((size + count + 1, INPUTS), np.int32)
    inputs[:size, : len(COLUMNS)] = columns
    inputs[size : size + count, : len(COLUMNS)] = columns[places]
    inputs[size:, -1] = 1
    said = wanted[places].argmax(axis=1) * (wanted[places].sum(axis=1) > 0)
    said[random.random(count) < _FORGOTTEN] = labels.BEGIN
    inputs[size + 1 :, -2] = said
    positions = np.concatenate([np.arange(size), places, [size]]).astype(np.int32)
    out = np.zeros((len(inputs), labels.COUNT), np.float32)
    out[size:-1] = wanted[places]
    if last >= 0:
        out[-1, labels.MELODIES[last]] = 1
    following = np.full(len(inputs), -1, np.int32)
    following[: size - 1] = columns[1:, 0]
    return inputs, positions, out, following


def collate(examples: Sequence[Example], random: np.random.Generator) -> CausalBatch:
    """Pad sequences to the longest; padding stands after everything, where nothing looks."""
    every = [sequence(example, random) for example in examples]
    longest = max(len(inputs) for inputs, *_ in every)
    batch = len(every)
    inputs = np.zeros((batch, longest, INPUTS), np.int64)
    positions = np.zeros((batch, longest), np.int64)
    wanted = np.zeros((batch, longest, labels.COUNT), np.float32)
    following = np.full((batch, longest), -1, np.int64)
    for row, (read, at, labelled, units) in enumerate(every):
        inputs[row, : len(read)], positions[row, : len(at)] = read, at
        wanted[row, : len(labelled)], following[row, : len(units)] = labelled, units
    return CausalBatch(*(torch.from_numpy(array) for array in (inputs, positions, wanted, following)))


GROUPS: Final = (labels.BREAKS, labels.ACCENTS, labels.MELODIES, labels.MARKS)
NEXT: Final = 0.1
"""Share of the text's positions at which the next unit is asked."""


def loss(model: CausalModel, batch: CausalBatch, weight: float) -> tuple[Tensor, dict[str, float]]:
    """Cross-entropy of the labels, each among those of its own kind; ``weight`` is that of the next unit."""
    states = model.states(batch.inputs, batch.positions, dropped=0.05)
    asked = batch.wanted.sum(dim=2) > 0
    scores, wanted = model.output(states[asked]).float(), batch.wanted[asked]
    parts: dict[str, Tensor] = {}
    for name, group in zip(("breaks", "accents", "intonation", "marks"), GROUPS, strict=True):
        part = wanted[:, group[0] : group[-1] + 1]
        own = part.sum(dim=1) > 0.5
        if own.any():
            parts[name] = functional.cross_entropy(scores[own][:, group[0] : group[-1] + 1], part[own])
    if weight:
        chosen = (batch.following >= 0) & (torch.rand(batch.following.shape) < NEXT)
        if chosen.any():
            units = functional.linear(model.next_unit(states[chosen]), model.unit_table())
            parts["next"] = functional.cross_entropy(units.float(), batch.following[chosen])
    weights = {"breaks": 1.0, "accents": 0.5, "intonation": 0.1, "marks": 1.0, "next": weight}
    total = sum((weights[name] * part for name, part in parts.items()), start=scores.sum() * 0.0)
    return total, {name: float(part.detach()) for name, part in parts.items()}
