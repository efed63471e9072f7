"""Scores of the shipped networks through the product's own code, and predictions for any file."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from indextts.model.utterance import Lang
from indextts.platform.storage.files import write_file
from indextts.reading.emotion.classifier import EmotionClassifier
from training.emotion import data, measure


def table(folder: Path, reader: EmotionClassifier) -> str:
    """What :func:`score` says of ``zh_dev.tsv`` and ``en_dev.tsv``, as lines of text."""
    lines = []
    for lang in ("zh", "en"):
        result = score(data.read(folder / f"{lang}_dev.tsv", lang), reader)
        lines.append(f"{lang}  " + "  ".join(f"{name} {value:.4f}" for name, value in result.items()) + "\n")
    return "".join(lines)


def score(texts: data.Texts, reader: EmotionClassifier) -> dict[str, float]:
    """Accuracy, macro-F1, calibration error and F1 of each class, of the texts with one label.

    ``followed`` is the share of the texts to which `auto` gives an emotion, ``right`` how often that is theirs.
    """
    single = texts.part(texts.single)
    shares = np.array([reader.shares(text, texts.lang) for text in single.texts])
    said, wanted, classes = shares.argmax(axis=1), single.best, texts.classes
    neutral = classes.index("neutral")
    followed = (said != neutral) & (shares.max(axis=1) >= reader.threshold(texts.lang))
    result = {
        "texts": float(len(wanted)),
        "accuracy": float((said == wanted).mean()),
        "macro-F1": measure.macro_f1(wanted, said, len(classes)),
        "ECE": measure.ece(shares, wanted),
        "macro-F1 below the threshold neutral": measure.macro_f1(
            wanted, np.where(followed, said, neutral), len(classes)
        ),
        "followed": float(followed.mean()),
        "right": float((said[followed] == wanted[followed]).mean()) if followed.any() else 0.0,
    }
    result.update(zip(classes, (float(value) for value in measure.f1(wanted, said, len(classes))), strict=True))
    return result


def predict(source: Path, out: Path, reader: EmotionClassifier, lang: Lang | None = None) -> None:
    """Write ``text``, ``emotion``, ``confidence`` for each text of a file with a column ``text``."""
    header, *rows = source.read_text(encoding="utf-8").split("\n")
    column = header.split("\t").index("text")
    lines = ["text\temotion\tconfidence"]
    for row in rows:
        if row.strip():
            text = row.split("\t")[column]
            (guess,) = reader.read([text])
            lines.append(f"{text}\t{guess.name}\t{guess.probability:.4f}")
    write_file(out, ("\n".join(lines) + "\n").encode("utf-8"))
