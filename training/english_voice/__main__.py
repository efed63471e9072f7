"""Make the English network again: have the teacher speak, learn, write ``assets/english``.

    python -m training.english_voice --text sentences.txt --text en_train.tsv --work DIR

``apt-get install flite`` brings the teacher. Texts have a sentence a line, or in the second column of a table. ``DIR``
keeps what was said and the checkpoints: what was begun there goes on. One core; the minutes are its processor time,
with half-precision instructions (AVX512-BF16); without them it takes twice as many.
"""

from __future__ import annotations

import argparse
import logging
import sys
from pathlib import Path
from typing import Final

from indextts.engines.embedded.acoustic.english_network import ENCODER
from indextts.engines.embedded.networks import load_voice_data
from indextts.platform.config import load_config
from training.hearing import read_words

_MEASURED: Final = Path("tests/data/english_words.txt")
"""Words that are never said alone."""


def main(arguments: list[str] | None = None) -> int:
    """Do what is not done yet."""
    parser = argparse.ArgumentParser(prog="python -m training.english_voice", description=__doc__)
    parser.add_argument("--text", type=Path, action="append", required=True, help="a file of sentences; repeatable")
    parser.add_argument("--work", type=Path, required=True, help="where lessons and checkpoints are kept")
    parser.add_argument("--most", type=int, default=13000, help="texts that the teacher says")
    parser.add_argument("--words", type=int, default=4000, help="of texts of one to four words, among the rest")
    parser.add_argument("--minutes", type=float, default=40.0, help="of training")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("-o", "--output", type=Path, default=ENCODER.parent)
    options = parser.parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s", stream=sys.stderr)
    from training.english_voice import corpus, export, learning

    config = load_config()
    said, learned = options.work / "corpus", options.work / "network"
    if not said.exists():
        lines = corpus.texts(options.text, options.words, read_words(_MEASURED), options.seed)
        aside = options.work / "corpus.part"
        corpus.prepare(lines[: options.most], aside, load_voice_data(config))
        aside.rename(said)
    learning.train(said, learned, minutes=options.minutes, seed=options.seed)
    export.export(config, learned / "checkpoint.pt", said, options.output)
    return 0


if __name__ == "__main__":
    sys.exit(main())
