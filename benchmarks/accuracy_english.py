"""How many English words an American recogniser hears right from the default voice, one at a time.

    python -m benchmarks.accuracy_english               the words of ``tests/data/english_words.txt``
    python -m benchmarks.accuracy_english my_words.txt

Each word is spoken alone by the real voice, brought to 16 kHz, and decoded by pocketsphinx with a closed grammar of
exactly these words: chance is one in a hundred. The words took no part in the search for the voice's tables.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from indextts.config import load_config
from indextts.engines.embedded import engine as embedded
from indextts.pipeline import Pipeline
from training.hearing import hear, make_decoder, read_words, speak

WORDS: Final = Path(__file__).parent.parent / "tests" / "data" / "english_words.txt"


def measure(words: Sequence[str] | None = None) -> dict[str, Any]:
    """``words``, ``heard`` (how many), ``percent``, and ``misheard`` (word → what was heard; empty for nothing)."""
    words = list(words) if words is not None else read_words(WORDS)
    config = load_config()
    pipeline = Pipeline(config, embedded.load(config))
    decoder = make_decoder(words)
    misheard = {}
    for word in words:
        heard = hear(decoder, speak(pipeline, word))
        if heard != word:
            misheard[word] = heard
    heard_count = len(words) - len(misheard)
    return {
        "words": len(words),
        "heard": heard_count,
        "percent": 100.0 * heard_count / max(1, len(words)),
        "misheard": misheard,
    }


def main(arguments: list[str] | None = None) -> int:
    """Measure and print JSON; 1 if fewer than three of four are heard: about 80 are, by the machine."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.accuracy_english", description=__doc__.splitlines()[0])
    parser.add_argument("words", type=Path, nargs="?", default=WORDS, help="a list of words, one a line")
    result = measure(read_words(parser.parse_args(arguments).words))
    print(json.dumps(result, indent=2))
    return 0 if result["percent"] >= 75.0 else 1


if __name__ == "__main__":
    sys.exit(main())
