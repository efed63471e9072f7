"""``python -m training.emotion``: the whole recipe, scores of what is shipped, predictions."""

from __future__ import annotations

import argparse
import logging
import sys
from collections.abc import Sequence
from pathlib import Path

from indextts.reading.emotion.classifier import ASSETS, EmotionClassifier
from training.emotion import score


def main(arguments: Sequence[str] | None = None) -> None:
    """Run a command; see ``--help``."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    if given[:1] == ["score"]:
        _score(given[1:])
    elif given[:1] == ["predict"]:
        _predict(given[1:])
    else:
        train(given)


def _score(arguments: Sequence[str]) -> None:
    parser = argparse.ArgumentParser(prog="python -m training.emotion score")
    parser.add_argument("--data", type=Path, required=True, help="folder with zh_dev.tsv, en_dev.tsv")
    parser.add_argument("--assets", type=Path, default=ASSETS, help="folder of the networks (those that are shipped)")
    options = parser.parse_args(arguments)
    sys.stdout.write(score.table(options.data, EmotionClassifier.open(options.assets)))


def _predict(arguments: Sequence[str]) -> None:
    parser = argparse.ArgumentParser(prog="python -m training.emotion predict")
    parser.add_argument("texts", type=Path, help="file with a column text; other columns are not looked at")
    parser.add_argument("-o", "--out", type=Path, required=True, help="text, emotion, confidence")
    parser.add_argument("--assets", type=Path, default=ASSETS)
    options = parser.parse_args(arguments)
    score.predict(options.texts, options.out, EmotionClassifier.open(options.assets))


def train(arguments: Sequence[str]) -> None:
    """Train the networks of all languages and write what is shipped."""
    parser = argparse.ArgumentParser(
        prog="python -m training.emotion",
        description="Train the networks that read emotions from a text. Other commands: score, predict.",
    )
    parser.add_argument("--data", type=Path, required=True, help="folder with zh_train.tsv, en_train.tsv")
    parser.add_argument("--text", type=Path, action="append", default=[], help="folder with zh*.txt, en*.txt")
    parser.add_argument("--out", type=Path, required=True, help="folder for the files (in OUT/assets)")
    parser.add_argument("--assets", type=Path, help="another folder for the files that are shipped")
    parser.add_argument("--lang", choices=("zh", "en"), action="append", help="which (all)")
    parser.add_argument("--scale", type=float, default=1.0, help="of all sizes")
    options = parser.parse_args(arguments)
    from training.emotion import stages

    assets = options.assets or options.out / "assets"
    stages.run(options.data, options.text, assets, options.lang or ("zh", "en"), options.scale)


if __name__ == "__main__":
    main()
