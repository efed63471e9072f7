"""The default prosody model: a small bidirectional language model that reads each sentence once.

Pretrained on text and tuned on labelled sentences by ``python -m training.prosody``; run by onnxruntime.
"""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np

from indextts.model.utterance import Utterance
from indextts.platform.beats import Beat, no_beat
from indextts.platform.onnx import open_session
from indextts.platform.storage import assets as shipped
from indextts.reading.prosody.decide import OUTPUTS, Floats, Thresholds, decide
from indextts.reading.prosody.features import Ints, Vocabulary, kinds_of
from indextts.reading.prosody.windows import Flat, flatten, inputs, windows

if TYPE_CHECKING:
    from onnxruntime import InferenceSession

ASSETS: Final = shipped.ASSETS / "prosody"
_AT_ONCE: Final = 2  # Sentences that are read at the same time, where cores are free.
_BETWEEN_BEATS: Final = 16  # Sentences that are read between two checks for cancellation.


class LmProsody:
    """Prosody by one pass of the network over every sentence. Thread-safe."""

    name = "lm"

    def __init__(self, session: InferenceSession, vocabulary: Vocabulary, thresholds: Thresholds) -> None:
        self._session = session
        self._vocabulary = vocabulary
        self._thresholds = thresholds
        self._readers = ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="prosody")

    @staticmethod
    def open(folder: Path = ASSETS) -> LmProsody:
        """Load ``lm.onnx``, ``lm.json`` and ``vocabulary.json`` of ``folder``."""
        about = json.loads(shipped.read(folder / "lm.json"))
        vocabulary = Vocabulary.load(folder / "vocabulary.json")
        return LmProsody(open_session(shipped.read(folder / "lm.onnx")), vocabulary, tuple(about["thresholds"]))

    def annotate(self, utterance: Utterance, beat: Beat = no_beat) -> None:
        flat = flatten(utterance)
        decide(utterance, flat, self.answers(flat, beat), self._thresholds, self.name)

    def answers(self, flat: Flat, beat: Beat = no_beat) -> Floats:
        """What the network says of each unit, ``[N, OUTPUTS]``; see :mod:`indextts.reading.prosody.decide`."""
        fixed, kinds = self._vocabulary.fixed(flat.units), kinds_of(flat.units)
        out = np.zeros((len(flat.units), OUTPUTS), np.float32)
        every = list(windows(flat))
        for done in range(0, len(every), _BETWEEN_BEATS):
            if done:
                beat()
            some = every[done : done + _BETWEEN_BEATS]
            shown = [inputs(fixed, kinds, window) for window in some]
            # Each by itself: what else is in a text must not change what is said of a sentence.
            rows = [columns for columns, _ in shown]
            answers = self._readers.map(self._run, rows) if len(rows) > 1 else map(self._run, rows)
            for answer, (_, begin), window in zip(answers, shown, some, strict=True):
                out[window.begin : window.end] = answer[begin : begin + window.end - window.begin]
        return out

    def _run(self, columns: Ints) -> Floats:
        lengths = np.array([len(columns)], np.int32)
        # One that was not taught where marks are missing, or which pauses do no harm, finds none.
        said = self._session.run(None, {"columns": columns[None], "lengths": lengths})
        answers: Floats = np.concatenate([*said, np.zeros((1, len(columns), 3), np.float32)], axis=2)[0, :, :OUTPUTS]
        return answers
