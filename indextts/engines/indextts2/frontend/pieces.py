"""Version 2's text front end: Chinese characters one by one, the rest in capitals, then SentencePiece, then segments.

A segment is what the model can say in one go. Tokens are first cut at every mark that may end a segment: sentence ends,
commas, dashes. Then neighbours are joined again as long as they fit.
"""

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
SENTENCE_ENDS: Final = frozenset((".", "!", "?", "▁.", "▁?", "▁..."))
_COMMAS: Final = frozenset((",", "▁,"))
_DASHES: Final = frozenset(("-",))
_QUOTES: Final = ("'", "▁'")
_SHORTEST: Final = 2
"""A mark ends a segment only after more tokens than this, itself among them."""

Segments = list[list[str]]


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


def split(tokens: Sequence[str], longest: int, quick: int = 0) -> Segments:
    """Segments of at most ``longest`` tokens (a mark may still follow one that long).

    Among the first ``quick`` tokens segments are joined up to half that length only, for an early first sound.
    """
    return _split(tokens, SENTENCE_ENDS, longest, quick)


def _split(tokens: Sequence[str], marks: frozenset[str], longest: int, quick: int) -> Segments:
    segments: Segments = []
    current: list[str] = []
    for place, token in enumerate(tokens):
        current.append(token)
        if not marks & _COMMAS and not _COMMAS.isdisjoint(current):
            segments += _split(current, _COMMAS, longest, quick)
        elif not marks & _DASHES and not _DASHES.isdisjoint(current):
            segments += _split(current, _DASHES, longest, quick)
        elif len(current) > longest:
            segments += [current[at : at + longest] for at in range(0, len(current), longest)]
        elif token in marks and len(current) > _SHORTEST:
            # The published splitter takes a quote that follows along and yet begins the next segment with it.
            following = tokens[place + 1 : place + 2]
            segments.append([*current, *(quote for quote in following if quote in _QUOTES)])
        else:
            continue
        current = []
    if current:
        segments.append(current)
    return _joined(segments, longest, quick)


def _joined(segments: Segments, longest: int, quick: int) -> Segments:
    joined: Segments = []
    passed = 0
    for segment in segments:
        passed += len(segment)
        together = len(joined[-1]) + len(segment) if joined else longest + 1
        if (together <= longest and passed > quick) or together <= longest / 2:
            joined[-1] = joined[-1] + segment
        else:
            joined.append(segment)
    return joined
