"""The causal network's tokenizer for ``transformers``: written text to units, one number each."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import numpy as np
import torch
from torch import Tensor
from transformers import AutoTokenizer, PreTrainedTokenizer

from indextts.reading.prosody.causal import INPUTS
from indextts.reading.prosody.features import COLUMNS, RESERVED, Unit, Vocabulary, kinds_of, unit_key
from indextts.reading.prosody.windows import Flat, inputs, windows
from training.prosody.causal import CausalConfig
from training.prosody.data import units_of
from training.prosody.vocabulary import save

_SPECIAL: Final = ("<pad>", "<s>", "<mask>", "<hanzi>", "<word>", "<mark>")
"""Names of the reserved numbers, see :mod:`indextts.reading.prosody.features`."""


class ProsodyTokenizer(PreTrainedTokenizer):
    """Units of the text as the product's own text stage makes them; the column ``unit`` is the token's number."""

    vocab_files_names = {"vocabulary_file": "vocabulary.json"}  # noqa: RUF012
    model_input_names = ["input_ids", "attention_mask"]  # noqa: RUF012

    def __init__(self, vocabulary_file: str, **rest: Any) -> None:
        self.vocabulary = Vocabulary.load(Path(vocabulary_file))
        self._names = [*_SPECIAL, *self.vocabulary.units]
        self._numbers = {name: number for number, name in enumerate(self._names)}
        rest.setdefault("pad_token", _SPECIAL[0])
        rest.setdefault("bos_token", _SPECIAL[1])
        rest.setdefault("mask_token", _SPECIAL[2])
        rest.setdefault("unk_token", _SPECIAL[4])
        super().__init__(**rest)

    @property
    def vocab_size(self) -> int:
        """How many units have numbers, the reserved ones included."""
        return len(self._names)

    def get_vocab(self) -> dict[str, int]:
        """Number of each unit."""
        return dict(self._numbers)

    def _tokenize(self, text: str, **_: Any) -> list[str]:
        return [self._name(unit) for unit in units_of(text).units]

    def _name(self, unit: Unit) -> str:
        key = unit_key(unit)
        if key in self._numbers and self._numbers[key] >= RESERVED:
            return key
        return _SPECIAL[3 if unit.kind == "hanzi" else 5 if unit.kind == "punctuation" else 4]

    def _convert_token_to_id(self, token: str) -> int:
        return self._numbers.get(token, self._numbers[_SPECIAL[4]])

    def _convert_id_to_token(self, index: int) -> str:
        return self._names[index]

    def save_vocabulary(self, save_directory: str, filename_prefix: str | None = None) -> tuple[str]:
        """Write ``vocabulary.json``."""
        path = Path(save_directory) / f"{filename_prefix + '-' if filename_prefix else ''}vocabulary.json"
        save(self.vocabulary, path)
        return (str(path),)

    def read(self, flat: Flat) -> list[tuple[Tensor, Tensor, int]]:
        """What the causal network reads, window by window: inputs ``[1, T, INPUTS]``, positions ``[1, T]``, and where
        the first unit stands that it is to say.
        """
        fixed, kinds = self.vocabulary.fixed(flat.units), kinds_of(flat.units)
        found = []
        for window in windows(flat):
            columns, begin = inputs(fixed, kinds, window)
            whole = np.zeros((1, len(columns), INPUTS), np.int64)
            whole[0, :, : len(COLUMNS)] = columns
            found.append((torch.from_numpy(whole), torch.arange(len(columns))[None], begin))
        return found


def register() -> None:
    """Tell ``transformers`` which tokenizer belongs to the causal network."""
    AutoTokenizer.register(CausalConfig, slow_tokenizer_class=ProsodyTokenizer, exist_ok=True)
