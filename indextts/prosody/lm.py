"""The default prosody model: a small bidirectional language model that reads each sentence once.

Pretrained on text and tuned on labelled sentences by ``python -m indextts.training.prosody``; run by onnxruntime.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np

from indextts.networks import open_session
from indextts.prosody.decide import OUTPUTS, Floats, Thresholds, decide
from indextts.prosody.features import Ints, Vocabulary, kinds_of
from indextts.prosody.windows import Flat, Window, flatten, inputs, windows
from indextts.utterance import Utterance

if TYPE_CHECKING:
    from onnxruntime import InferenceSession

ASSETS: Final = Path(__file__).parent.parent / "assets" / "prosody"
_THREADS: Final = 2
"""Of the network: its two directions are read at the same time where a core is free."""
_BATCH: Final = 16
"""Sentences that are read together."""


class LmProsody:
    """One pass of the network over every sentence. Thread-safe."""

    name = "lm"

    def __init__(self, session: InferenceSession, vocabulary: Vocabulary, thresholds: Thresholds) -> None:
        self._session = session
        self._vocabulary = vocabulary
        self._thresholds = thresholds

    @staticmethod
    def open(folder: Path = ASSETS) -> LmProsody:
        """Load ``lm.onnx``, ``lm.json`` and ``vocabulary.json`` of ``folder``."""
        about = json.loads((folder / "lm.json").read_text(encoding="utf-8"))
        return LmProsody(
            open_session(folder / "lm.onnx", threads=_THREADS, spin=False), Vocabulary.load(folder / "vocabulary.json"),
            Thresholds(tuple(about["thresholds"])),
        )  # fmt: skip

    def annotate(self, utterance: Utterance) -> None:
        """See :class:`indextts.prosody.ProsodyModel`."""
        flat = flatten(utterance)
        decide(utterance, flat, self.answers(flat), self._thresholds, self.name)

    def answers(self, flat: Flat) -> Floats:
        """What the network says of each unit, ``[N, OUTPUTS]``; see :mod:`indextts.prosody.decide`."""
        fixed, kinds = self._vocabulary.fixed(flat.units), kinds_of(flat.units)
        out = np.zeros((len(flat.units), OUTPUTS), np.float32)
        for together in _batches(list(windows(flat))):
            shown = [inputs(fixed, kinds, window) for window in together]
            answers = self._run([columns for columns, _ in shown])
            for answer, (_, begin), window in zip(answers, shown, together, strict=True):
                out[window.begin : window.end] = answer[begin : begin + window.end - window.begin]
        return out

    def _run(self, rows: Sequence[Ints]) -> Floats:
        columns = np.zeros((len(rows), max(map(len, rows)), rows[0].shape[1]), np.int32)
        for place, row in enumerate(rows):
            columns[place, : len(row)] = row
        lengths = np.array([len(row) for row in rows], np.int32)
        answers: Floats = self._session.run(None, {"columns": columns, "lengths": lengths})[0]
        return answers


def _batches(every: list[Window]) -> Iterator[list[Window]]:
    """Windows of about the same length together, so that little is padded."""
    every.sort(key=lambda window: window.last - window.first)
    for start in range(0, len(every), _BATCH):
        yield every[start : start + _BATCH]
