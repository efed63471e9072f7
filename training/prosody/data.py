"""The texts and labels that the prosody models learn from, as arrays."""

from __future__ import annotations

import csv
import itertools
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt

from indextts.model.utterance import Utterance
from indextts.reading.phonemes.en.pronunciation import is_word
from indextts.reading.prosody.features import Ints, Vocabulary, kinds_of
from indextts.reading.prosody.windows import Flat, Window, flatten, windows
from indextts.reading.text.frontend import build_segments

Floats = npt.NDArray[np.float32]

WHOLE: Final = 10_000
"""Syllables of a segment that no sentence has: sentences are not cut when they are read for training or scoring."""
BREAK, BOUNDARY, PROMINENCE = range(3)
"""Columns of the labels: Chinese breaks, English boundaries and prominence."""
_NAME: Final = re.compile(r"\[(?:NAME|RELIGION)\]")


@dataclass(frozen=True)
class Corpus:
    """S lines of N units in one row."""

    fixed: Ints
    """``[N, FIXED]``, see :mod:`indextts.reading.prosody.features`."""
    kinds: Ints
    """``[N]``: kinds of marks."""
    offsets: npt.NDArray[np.int64]
    """``[S + 1]``: where the lines begin."""
    windows: npt.NDArray[np.int64]
    """``[W, 5]``: the fields of :class:`Window`, places in the whole row."""
    labels: Ints
    """``[N, 3]``, -1 where there is none."""
    real: Floats
    """``[N, 2]``: English boundary and prominence as measured, NaN where there is none."""

    def __len__(self) -> int:
        return len(self.offsets) - 1

    def window(self, number: int) -> Window:
        """One of the windows."""
        return Window(*(int(place) for place in self.windows[number]))

    def save(self, path: Path) -> None:
        """Write everything to one ``.npz``."""
        np.savez(path, **{item.name: getattr(self, item.name) for item in fields(self)})

    @staticmethod
    def load(path: Path) -> Corpus:
        """Read what :meth:`save` wrote."""
        with np.load(path) as data:
            return Corpus(**{item.name: data[item.name] for item in fields(Corpus)})


@dataclass(frozen=True)
class Line:
    """A line of text with the labels of its characters."""

    text: str
    labels: Sequence[Sequence[int]] = ()
    """For each character of ``text`` the three labels of what ends (break, boundary) or stands there (prominence)."""
    real: Sequence[Sequence[float]] = ()
    group: str = ""
    """Speaker, for parting the data."""


@dataclass(frozen=True)
class Read:
    """A line as units, with the labels of each."""

    flat: Flat
    labels: Ints
    real: Floats


def units_of(text: str) -> Flat:
    """The units of a text, exactly as the product sees them."""
    return flatten(Utterance(text=text, segments=build_segments(text, is_word=is_word, max_syllables=WHOLE)))


def read_line(line: Line) -> Read:
    """Units of a line; a label goes to the last unit that came from the written characters that bear it."""
    flat = units_of(line.text)
    labels = np.full((len(flat.units), 3), -1, np.int32)
    real = np.full((len(flat.units), 2), np.nan, np.float32)
    if line.labels:
        for place, token in enumerate(flat.tokens):
            if token.kind == "punctuation":
                continue
            following = flat.tokens[place + 1] if place + 1 < len(flat.tokens) else None
            labels[place] = line.labels[max(token.end - 1, 0)]
            if line.real:
                real[place] = line.real[max(token.end - 1, 0)]
            inside = following is not None and following.start < token.end and following.kind != "punctuation"
            if inside or (labels[place, BREAK] < 0 <= labels[place, BOUNDARY] and _goes_on(line, flat, place)):
                # Several units from one labelled word: what ends it stands after the last of them.
                labels[place, BOUNDARY] = min(labels[place, BOUNDARY], 0)
                labels[place, BREAK] = min(labels[place, BREAK], 0)
                real[place, 0] = min(real[place, 0], 0.0)
    # Tokens are large, and there are millions of units.
    return Read(replace(flat, tokens=()), labels, real)


def _goes_on(line: Line, flat: Flat, place: int) -> bool:
    """Whether the written word that a unit belongs to (up to the next space) has another spoken unit."""
    end = flat.tokens[place].end
    stop = next((at for at in range(end, len(line.text)) if line.text[at] == " "), len(line.text))
    following = flat.tokens[place + 1 : place + 8]
    return any(token.kind != "punctuation" and end <= token.start < stop for token in following)


def corpus(lines: Iterable[Read], vocabulary: Vocabulary) -> Corpus:
    """Put lines into one row."""
    kept = [line for line in lines if line.flat.units]
    offsets = np.cumsum([0, *(len(line.flat.units) for line in kept)])
    found = [
        [window.first + offset, window.begin + offset, window.end + offset, window.last + offset,
         window.start + offset if window.start >= 0 else -1]
        for line, offset in zip(kept, offsets.tolist(), strict=False)
        for window in windows(line.flat)
    ]  # fmt: skip
    return Corpus(
        np.concatenate([vocabulary.fixed(line.flat.units) for line in kept]),
        np.concatenate([kinds_of(line.flat.units) for line in kept]),
        offsets,
        np.array(found, np.int64),
        np.concatenate([line.labels for line in kept]),
        np.concatenate([line.real for line in kept]),
    )


def zh_lines(path: Path) -> Iterator[Line]:
    """Labelled Chinese sentences: ``id``, ``text``, ``breaks``."""
    for row in _rows(path):
        yield Line(row["text"], [(int(level), -1, -1) for level in row["breaks"]])


def en_lines(path: Path) -> Iterator[Line]:
    """Labelled English utterances: ``id``, ``tokens``, ``prominence``, ``boundary`` and, if there, the measured values.

    The last word's boundary is left out: it ends the utterance.
    """
    for row in _rows(path):
        text, spans = joined(row["tokens"].split(" "))
        labels = [[-1, -1, -1] for _ in text]
        real = [[float("nan")] * 2 for _ in text]
        measured = [(row.get(f"{name}_real") or "").split(" ") for name in ("boundary", "prominence")]
        last = max((place for place, mark in enumerate(row["boundary"]) if mark != "-"), default=-1)
        for place, (start, end) in enumerate(spans):
            boundary, prominence = _number(row["boundary"][place]), _number(row["prominence"][place])
            values = [float(column[place]) if _is_number(column, place) else float("nan") for column in measured]
            if place == last:
                boundary, values[0] = -1, float("nan")
            for at in range(start, end):
                labels[at] = [-1, boundary, prominence]
                real[at] = values
        yield Line(text, labels, real, row["id"].split("_")[0])


def joined(tokens: Sequence[str]) -> tuple[str, list[tuple[int, int]]]:
    """Tokens as a written sentence, without spaces before marks, and where each of them stands in it."""
    text = ""
    spans: list[tuple[int, int]] = []
    for token in tokens:
        if text and token != "n't" and not all(char in ",.;:!?" for char in token):
            text += " "
        spans.append((len(text), len(text) + len(token)))
        text += token
    return text, spans


def unlabelled_zh(text: Path, emotion: Path) -> Iterator[Line]:
    """Chinese lines without labels, each once."""
    lines = itertools.chain(
        *(path.read_text(encoding="utf-8").splitlines() for path in sorted(text.glob("zh*.txt"))),
        *([row["text"] for row in _rows(path)] for path in sorted(emotion.glob("zh_*.tsv"))),
    )
    yield from (Line(line) for line in dict.fromkeys(lines) if line)


def unlabelled_en(prosody: Path, emotion: Path) -> Iterator[Line]:
    """English lines without labels, each once."""
    for path in sorted(emotion.glob("en_*.tsv")):
        yield from (Line(_NAME.sub("John", text)) for text in dict.fromkeys(row["text"] for row in _rows(path)) if text)
    for path in sorted(prosody.glob("en_train.tsv")):
        yield from (Line(joined(row["tokens"].split(" "))[0]) for row in _rows(path))


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))


def _number(mark: str) -> int:
    return int(mark) if mark.isdigit() else -1


def _is_number(column: Sequence[str], place: int) -> bool:
    return place < len(column) and column[place] not in ("", "-")
