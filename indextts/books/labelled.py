"""Names that a person writes before the lines of a dub or a script, found as in files of subtitles."""

from __future__ import annotations

from collections.abc import Sequence

from indextts.books.model import Quotation
from indextts.books.reading.captions.cue import Cue, CueLine
from indextts.books.reading.captions.said import turns_of
from indextts.books.reading.captions.speakers import Labels
from indextts.books.reading.limits import Patience


def labelled_lines(texts: Sequence[str], known: set[str]) -> list[tuple[str, list[Quotation]] | None]:
    """For each of ``texts`` what is left of it without names, and who says what there; ``None`` where none is named.

    ``known`` are the names of the cast.
    """
    cues = [Cue(0, 0, [CueLine(line) for line in text.split("\n")]) for text in texts]
    labels = Labels(cues, Patience(""), known)
    return [turns_of(cue, labels) if any(who.strip("?") for who, _ in labels.turns(cue)) else None for cue in cues]
