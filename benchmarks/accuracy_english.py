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
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from indextts.audio.resample import resample
from indextts.config import load_config
from indextts.engines import embedded
from indextts.phonemes import english
from indextts.pipeline import Pipeline
from indextts.request import SpeechRequest

if TYPE_CHECKING:
    from pocketsphinx import Decoder

WORDS: Final = Path(__file__).parent.parent / "tests" / "data" / "english_words.txt"
RATE: Final = 16_000


def read_words(path: Path = WORDS) -> list[str]:
    """One word a line; empty lines and what follows ``#`` are left out."""
    lines = (line.partition("#")[0].strip().lower() for line in path.read_text(encoding="utf-8").splitlines())
    return list(dict.fromkeys(line for line in lines if line))


def measure(words: Sequence[str] | None = None) -> dict[str, Any]:
    """``words``, ``heard`` (how many), ``percent``, and ``misheard`` (word → what was heard; empty for nothing)."""
    words = list(words) if words is not None else read_words()
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


def speak(pipeline: Pipeline, word: str) -> bytes:
    """The word as 16-bit samples at 16 kHz."""
    speech = pipeline.speak(SpeechRequest(word))
    samples = resample(speech.samples, speech.sample_rate, RATE)
    return (np.clip(samples, -1.0, 1.0) * 32767.0).astype("<i2").tobytes()


def make_decoder(words: Sequence[str]) -> Decoder:
    """A recogniser that knows these words and no other."""
    from pocketsphinx import Decoder

    decoder = Decoder(lm=None, samprate=float(RATE), loglevel="FATAL")
    for word in words:
        if decoder.lookup_word(word) is None:
            phones = english.pronounce(word)[0]
            decoder.add_word(word, "".join(char for char in phones if char not in "012"), True)
    decoder.add_jsgf_string("words", f"#JSGF V1.0;\ngrammar words;\npublic <word> = {' | '.join(words)};\n")
    decoder.activate_search("words")
    return decoder


def hear(decoder: Decoder, samples: bytes) -> str:
    """The word that was heard, or nothing."""
    decoder.start_utt()
    decoder.process_raw(samples, full_utt=True)
    decoder.end_utt()
    heard = decoder.hyp()
    return str(heard.hypstr) if heard else ""


def main(arguments: list[str] | None = None) -> int:
    """Measure and print JSON; 1 if fewer than four of five are heard."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.accuracy_english", description=__doc__.splitlines()[0])
    parser.add_argument("words", type=Path, nargs="?", default=WORDS, help="a list of words, one a line")
    result = measure(read_words(parser.parse_args(arguments).words))
    print(json.dumps(result, indent=2))
    return 0 if result["percent"] >= 80.0 else 1


if __name__ == "__main__":
    sys.exit(main())
