"""Predictions of the product's own models for labelled files, and their scores."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from indextts.model.utterance import Utterance
from indextts.reading import prosody
from indextts.reading.phonemes.en.pronunciation import is_word
from indextts.reading.prosody import ProsodyModel
from indextts.reading.text.frontend import build_segments
from training.prosody.data import WHOLE, joined

Row = dict[str, str]
_BOUNDARY: Final = (0, 0, 1, 2, 2)
"""English boundary of each break: 2 and 3 are what the boundaries 1 and 2 become in the product."""


def read(path: Path) -> tuple[list[str], list[Row]]:
    """Columns and rows of a labelled file."""
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
        rows = list(reader)
        return list(reader.fieldnames or ()), rows


def predicted(model: ProsodyModel, rows: Sequence[Row]) -> Iterator[Row]:
    """The rows with the model's labels: ``breaks`` of Chinese ones, ``prominence`` and ``boundary`` of English ones."""
    for row in rows:
        yield _zh(model, row) if "text" in row else _en(model, row)


def _annotated(model: ProsodyModel, text: str) -> Utterance:
    utterance = Utterance(text=text, segments=build_segments(text, is_word=is_word, max_syllables=WHOLE))
    model.annotate(utterance)
    return utterance


def _zh(model: ProsodyModel, row: Row) -> Row:
    text = row["text"]
    breaks = [0] * len(text)
    for segment in _annotated(model, text).segments:
        for token in segment.tokens:
            if token.kind != "punctuation":
                breaks[token.end - 1] = max(breaks[token.end - 1], token.labelled_break)
    return {"id": row["id"], "text": text, "breaks": "".join(map(str, breaks))}


def _en(model: ProsodyModel, row: Row) -> Row:
    written = row["tokens"].split(" ")
    text, spans = joined(written)
    owner = {at: place for place, (start, end) in enumerate(spans) for at in range(start, end)}
    boundary, prominence = [0] * len(written), [0] * len(written)
    for segment in _annotated(model, text).segments:
        for token in segment.tokens:
            if token.kind == "punctuation":
                continue
            last = owner[token.end - 1]
            boundary[last] = _BOUNDARY[token.labelled_break]
            for place in {owner[at] for at in range(token.start, token.end) if at in owner}:
                prominence[place] = max(prominence[place], token.prominence)
    labels = {}
    for name, values in (("prominence", prominence), ("boundary", boundary)):
        marks = row.get(name, "")
        labels[name] = "".join(
            "-" if place < len(marks) and marks[place] == "-" else str(value) for place, value in enumerate(values)
        )
    return {"id": row["id"], "tokens": row["tokens"], **labels}


@dataclass
class Count:
    """Predicted against real marks."""

    both: int = 0
    said: int = 0
    real: int = 0

    def add(self, real: bool, said: bool) -> None:
        """Count one place."""
        self.both += real and said
        self.said += said
        self.real += real

    @property
    def f1(self) -> float:
        """In percent."""
        return 200.0 * self.both / max(1, self.said + self.real)


def score(real: Sequence[Row], said: Sequence[Row]) -> dict[str, float]:
    """Chinese: F1 of PW, PPH, IPH (a break of at least 1, 2, 3; sentence ends left out), their mean, the share of right
    places and of sentences without a fault. English: F1 of boundaries, accuracy of prominence. All in percent.
    """
    return _score_zh(real, said) if "text" in real[0] else _score_en(real, said)


def _score_zh(real: Sequence[Row], said: Sequence[Row]) -> dict[str, float]:
    counts = [Count() for _ in range(3)]
    places = right = whole = 0
    for row, guess in zip(real, said, strict=True):
        pairs = [
            (min(int(a), 3), min(int(b), 3))
            for char, a, b in zip(row["text"], row["breaks"], guess["breaks"], strict=True)
            if char.isalnum()
        ][:-1]
        for a, b in pairs:
            for level, count in enumerate(counts, start=1):
                count.add(a >= level, b >= level)
        places += len(pairs)
        right += sum(a == b for a, b in pairs)
        whole += all(a == b for a, b in pairs)
    result = {name: count.f1 for name, count in zip(("PW", "PPH", "IPH"), counts, strict=True)}
    result |= {"mean F1": sum(result.values()) / 3, "4-way": 100 * right / places, "sentences": 100 * whole / len(real)}
    return _rounded(result)


def _score_en(real: Sequence[Row], said: Sequence[Row]) -> dict[str, float]:
    ends, stressed = [Count(), Count()], [Count(), Count()]
    words = two = three = 0
    for row, guess in zip(real, said, strict=True):
        last = max((place for place, mark in enumerate(row["boundary"]) if mark != "-"), default=-1)
        for place, (mark, stress) in enumerate(zip(row["boundary"], row["prominence"], strict=True)):
            if mark != "-" and place != last:
                for level, count in enumerate(ends, start=1):
                    count.add(int(mark) >= level, _level(guess["boundary"][place]) >= level)
            if stress != "-":
                a, b = int(stress), _level(guess["prominence"][place])
                for level, count in enumerate(stressed, start=1):
                    count.add(a >= level, b >= level)
                words, two, three = words + 1, two + ((a > 0) == (b > 0)), three + (a == b)
    return _rounded({
        "boundary>=1": ends[0].f1, "boundary>=2": ends[1].f1, "prominence>=1": stressed[0].f1,
        "2-way": 100 * two / words, "3-way": 100 * three / words,
    })  # fmt: skip


def _level(mark: str) -> int:
    return int(mark) if mark.isdigit() else 0


def _rounded(result: dict[str, float]) -> dict[str, float]:
    return {name: round(value, 2) for name, value in result.items()}


_FINAL: Final = {"。": "statement", ".": "statement", "？": "question", "?": "question", "！": "exclamation",
                 "!": "exclamation"}  # fmt: skip


def melodies(model: ProsodyModel, rows: Sequence[Row]) -> dict[str, float]:
    """How well the intonation is told from the words alone: the last mark of each sentence is what it should be, and
    is not shown. Accuracy, and F1 of questions.
    """
    questions, right, asked = Count(), 0, 0
    for row in rows:
        text = row["text"] if "text" in row else joined(row["tokens"].split(" "))[0]
        real = _FINAL.get(text[-1:])
        if real is None:
            continue
        said = _annotated(model, text.rstrip("".join(_FINAL) + "…~～ ")).segments
        guess = said[-1].intonation if said else ""
        questions.add(real == "question", guess == "question")
        right, asked = right + (real == guess), asked + 1
    return _rounded({"melody": 100 * right / max(1, asked), "question F1": questions.f1})


def predict(reference: Path, out: Path, name: str) -> None:
    """Write a file with the labels of the model ``name`` (``lm``, ``causal``, ``rules``) for the texts of another."""
    _, rows = read(reference)
    said = list(predicted(prosody.load(name), rows))
    with out.open("w", encoding="utf-8", newline="\n") as file:
        file.write("\t".join(said[0] if said else ()) + "\n")
        file.writelines("\t".join(row.values()) + "\n" for row in said)


def table(folder: Path, model: ProsodyModel) -> dict[str, dict[str, float]]:
    """The scores of a model on every ``*_dev.tsv`` of a folder."""
    result = {}
    for path in sorted(folder.glob("*_dev.tsv")):
        _, rows = read(path)
        result[path.stem] = {**score(rows, list(predicted(model, rows))), **melodies(model, rows)}
    return result
