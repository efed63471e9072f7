"""Text to the model's tokens: Chinese characters one by one, the rest in capitals, then SentencePiece."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from indextts.engines.indextts2.frontend.normaliser import Normaliser
from indextts.errors import StudioError

# Hangul, CJK and Yi, compatibility forms, full-width punctuation, the supplementary planes.
_WIDE: Final = re.compile(
    "([\u1100-\u11ff\u2e80-\ua4cf\ua840-\ud7af\uf900-\ufaff\ufe30-\ufe4f\uff65-\uffdc\U00020000-\U0002ffff])"
)
_INSTALL: Final = "./start_app.sh --with indextts2"


def spaced(text: str) -> str:
    """``text`` in capitals with a space around every Chinese, Japanese or Korean character."""
    return " ".join(part.strip().upper() for part in _WIDE.split(text) if part.strip())


class Tokeniser:
    """A SentencePiece model with the normaliser in front of it."""

    def __init__(self, pieces: Any, normaliser: Normaliser) -> None:
        """``pieces`` is a ``sentencepiece.SentencePieceProcessor``."""
        self._pieces = pieces
        self._normaliser = normaliser

    @classmethod
    def open(cls, path: Path, normaliser: Normaliser) -> Tokeniser:
        """With the model in the file ``path``. Raises :class:`StudioError` ``dependency_missing`` or ``bad_file``."""
        try:
            from sentencepiece import SentencePieceProcessor
        except ModuleNotFoundError as error:
            raise StudioError("dependency_missing", package="sentencepiece", command=_INSTALL) from error
        pieces = SentencePieceProcessor()
        try:
            pieces.LoadFromSerializedProto(path.read_bytes())
        except (OSError, RuntimeError) as error:
            raise StudioError("bad_file", path=path, reason=str(error)) from error
        return cls(pieces, normaliser)

    def __len__(self) -> int:
        return int(self._pieces.GetPieceSize())

    def tokens(self, text: str) -> list[str]:
        """The pieces of ``text``; none for an empty one. A single character is not normalised."""
        written = text.strip() if len(text.strip()) == 1 else self._normaliser(text)
        return [str(piece) for piece in self._pieces.EncodeAsPieces(spaced(written))]

    def ids(self, tokens: Sequence[str]) -> list[int]:
        """The numbers of pieces; that of the unknown piece for those that the model does not have."""
        return [int(self._pieces.PieceToId(token)) for token in tokens]
