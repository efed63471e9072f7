"""The causal prosody model: reads a sentence, then says its units again one by one, each with its label.

The text is forced; only labels are chosen. Keys and values of what was read are kept, so that each step costs
little. ``causal.onnx`` serves for both: reading is a call with an empty cache, a step a call with one position.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np

from indextts.model.utterance import Utterance
from indextts.platform.beats import Beat, no_beat
from indextts.platform.onnx import open_session
from indextts.platform.storage import assets as shipped
from indextts.reading.prosody import decide
from indextts.reading.prosody.decide import BOUNDARY, INTONATION, PROMINENCE, Floats, Thresholds, is_chinese
from indextts.reading.prosody.features import COLUMNS, Ints, Unit, Vocabulary, kinds_of
from indextts.reading.prosody.lm import ASSETS
from indextts.reading.prosody.windows import Flat, flatten, inputs, windows

if TYPE_CHECKING:
    from onnxruntime import InferenceSession

BEGIN: Final = 0
"""Stands before the first label."""
BREAKS: Final = range(1, 5)
"""Break of 0, 1, 2, 3 after a unit that is phrased as Chinese."""
ACCENTS: Final = range(5, 14)
"""Boundary (three times) and prominence of an English word."""
MELODIES: Final = range(14, 18)
"""Intonation, at the end of a sentence."""
MARKS: Final = range(18, 26)
"""Kind of the mark that follows: only to learn from text without labels."""
COUNT: Final = 26
INPUTS: Final = len(COLUMNS) + 2
"""The columns of a unit, the label before it, and which part it stands in (0 text, 1 labels)."""


class CausalProsody:
    """Prosody label by label, with the whole sentence in view. Thread-safe."""

    name = "causal"

    def __init__(
        self, session: InferenceSession, vocabulary: Vocabulary, thresholds: Thresholds, empty: Floats
    ) -> None:  # fmt: skip
        """``empty`` is the cache before anything was read: ``[layers, 2, 1, heads, 0, D / heads]``."""
        self._session = session
        self._vocabulary = vocabulary
        self._thresholds = thresholds
        self._empty = empty

    @staticmethod
    def open(folder: Path = ASSETS) -> CausalProsody:
        """Load ``causal.onnx``, ``causal.json`` and ``vocabulary.json`` of ``folder``."""
        about = json.loads(shipped.read(folder / "causal.json"))
        config = about["config"]
        heads = config["num_attention_heads"]
        shape = (config["num_hidden_layers"], 2, 1, heads, 0, config["hidden_size"] // heads)
        return CausalProsody(
            open_session(shipped.read(folder / "causal.onnx")), Vocabulary.load(folder / "vocabulary.json"),
            tuple(about["thresholds"]), np.zeros(shape, np.float32),
        )  # fmt: skip

    def annotate(self, utterance: Utterance, beat: Beat = no_beat) -> None:
        flat = flatten(utterance)
        decide.decide(utterance, flat, self.answers(flat, beat), self._thresholds, self.name)

    def answers(self, flat: Flat, beat: Beat = no_beat) -> Floats:
        """What the network says of each unit, ``[N, OUTPUTS]``; see :mod:`indextts.reading.prosody.decide`."""
        fixed, kinds = self._vocabulary.fixed(flat.units), kinds_of(flat.units)
        chinese = is_chinese(flat.units)
        out = np.zeros((len(flat.units), decide.OUTPUTS), np.float32)
        for window in windows(flat):
            if window.begin:
                beat()
            columns, begin = inputs(fixed, kinds, window)
            core = slice(window.begin, window.end)
            out[core] = self._say(columns, begin, flat.units[core], chinese[core].tolist())
        return out

    def _say(self, columns: Ints, begin: int, units: Sequence[Unit], chinese: Sequence[bool]) -> Floats:
        """Read ``columns``, then say ``units``, the first of which stands at ``begin``."""
        out = np.zeros((len(units), decide.OUTPUTS), np.float32)
        spoken = [place for place, unit in enumerate(units) if unit.kind != "punctuation"]
        if not spoken:
            return out
        read = np.zeros((len(columns), INPUTS), np.int32)
        read[:, : len(COLUMNS)] = columns
        _, cache = self._run(read, np.arange(len(columns), dtype=np.int32), self._empty)
        step = np.zeros((1, INPUTS), np.int32)
        step[0, -1] = 1
        for place in spoken:
            step[0, : len(COLUMNS)] = columns[begin + place]
            scores, cache = self._run(step, np.array([begin + place], np.int32), cache)
            out[place, decide.BREAKS] = at_least(softmax(scores[list(BREAKS)]))
            pairs = softmax(scores[list(ACCENTS)]).reshape(3, 3)
            out[place, BOUNDARY] = at_least(pairs.sum(axis=1))
            out[place, PROMINENCE] = at_least(pairs.sum(axis=0))
            step[0, -2] = chosen(scores, chinese[place])
        step[0, : len(COLUMNS)] = 0
        scores, _ = self._run(step, np.array([len(columns)], np.int32), cache)
        out[spoken[-1], INTONATION] = softmax(scores[list(MELODIES)])
        return out

    def _run(self, columns: Ints, positions: Ints, cache: Floats) -> tuple[Floats, Floats]:
        """Logits of the last position and the cache with all of them."""
        given = {"inputs": columns[None], "positions": positions[None], "past": cache}
        scores, cache = self._session.run(None, given)
        return scores[0, -1], cache


def chosen(scores: Floats, chinese: bool) -> int:
    """The label that is fed back: the likeliest of those that the unit can have."""
    group = BREAKS if chinese else ACCENTS
    return group[int(scores[list(group)].argmax())]


def at_least(classes: Floats) -> Floats:
    """``[…, K - 1]`` probabilities of at least 1, 2, … from ``[…, K]`` of each."""
    out: Floats = np.cumsum(classes[..., :0:-1], axis=-1)[..., ::-1]
    return out


def softmax(scores: Floats) -> Floats:
    """Over the last axis."""
    powers = np.exp(scores - scores.max(axis=-1, keepdims=True))
    out: Floats = powers / powers.sum(axis=-1, keepdims=True)
    return out
