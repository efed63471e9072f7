"""Where English pauses that no mark asks for: ``python -m benchmarks.phrases en_dev.tsv --prose FILE``.

``en_dev.tsv`` has the boundaries of recorded sentences: how many pauses without a mark stand where the reader paused.
The lines of ``--prose`` are cut to length: how many of the cuts without a mark stand behind a word that leans on the
next.
"""

from __future__ import annotations

import argparse
import json
import random
from pathlib import Path
from typing import Final

from indextts.reading import prosody
from indextts.reading.phonemes.en.pronunciation import is_word
from indextts.reading.text.frontend import build_segments
from training.prosody import score

LEANING: Final = (
    " a an the of to in on at by for from with and or but as is are was were be been my your his her its our their "
    "this that which who whom whose no not has have had will would could should can may must do does did than if into "
    "upon under over between against "
)
LINES: Final = 3000
MOST: Final = 36
"""Syllables of a piece, as in the product's settings."""


def pauses(path: Path, model: str) -> dict[str, int]:
    """Pauses of ``model`` inside sentences that have no mark behind them, and those of them that the reader made."""
    _, rows = score.read(path)
    made = right = 0
    for row, said in zip(rows, score.predicted(prosody.load(model), rows), strict=True):
        real = row["boundary"]
        last = max((place for place, mark in enumerate(real) if mark != "-"), default=-1)
        for place in range(last):
            if "-" not in real[place : place + 2] and said["boundary"][place] > "0":
                made += 1
                right += real[place] > "0"
    return {"pauses without a mark": made, "where the reader paused": right}


def cuts(path: Path) -> dict[str, int]:
    """Cuts to length without a mark, and those of them behind a word that leans on the next."""
    lines = [line for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    random.Random(11).shuffle(lines)
    made = wrong = 0
    for line in lines[:LINES]:
        for piece in build_segments(line, is_word=is_word, max_syllables=MOST)[:-1]:
            last = piece.tokens[-1]
            if last.kind != "punctuation":
                made += 1
                wrong += f" {last.text.lower()} " in LEANING
    return {"cuts without a mark": made, "behind a leaning word": wrong}


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.phrases", description="English pauses without a mark.")
    parser.add_argument("labelled", type=Path, help="a file with the columns tokens and boundary")
    parser.add_argument("--prose", type=Path, help="sentences, one a line")
    parser.add_argument("--model", default="lm", choices=["lm", "causal", "rules"])
    options = parser.parse_args()
    found = pauses(options.labelled, options.model)
    print(json.dumps(found | (cuts(options.prose) if options.prose else {})))


if __name__ == "__main__":
    main()
