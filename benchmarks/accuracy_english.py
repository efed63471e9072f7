"""How English the default voice's English is: what an American recogniser hears, and how clean it sounds.

    python -m benchmarks.accuracy_english               words and sentences of ``tests/data/english_*.txt``
    python -m benchmarks.accuracy_english --words-only my_words.txt

* Words: each is spoken alone, brought to 16 kHz, and decoded by pocketsphinx with a closed grammar of exactly these
  words: chance is one in a hundred.
* Sentences: the same recogniser with its own language model of everyday American; words that are missed, wrong or too
  many, of all. A weak judge that hears a third of a good synthesiser's words wrong, and the same one for all.
* DNSMOS (ITU-T P.835 as estimated by Reddy et al. 2022), overall, of both, and of Chinese that is as
  short: what is short gets less. As with the recogniser there are 0.2 s of silence around: DNSMOS repeats a short sound
  until it lasts 9 s, and where one ends as the next begins it hears a splice.
* The real-time factor beside that of Chinese, in turns, by processor time.

No word was spoken alone in training, no sentence was trained with; as parts of other sentences the words were.
"""

from __future__ import annotations

import argparse
import json
import re
import statistics
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from benchmarks import sentences as chinese
from indextts.engines.embedded import engine as embedded
from indextts.model.utterance import Settings
from indextts.pipeline.pipeline import Pipeline
from indextts.plan.request import SpeechRequest
from indextts.platform.config import load_config
from indextts.sound.resample import resample
from training.hearing import RATE, SILENCE_S, hear, make_decoder, make_dictation, read_words, speak

DATA: Final = Path(__file__).parent.parent / "tests" / "data"
WORDS: Final = DATA / "english_words.txt"
SENTENCES: Final = DATA / "english_sentences.txt"
_LETTERS: Final = re.compile(r"[a-z']+")


def measure(words: Sequence[str] | None = None) -> dict[str, Any]:
    """``words``, ``heard`` (how many), ``percent``, and ``misheard`` (word → what was heard; empty for nothing)."""
    words = list(words) if words is not None else read_words(WORDS)
    pipeline = _pipeline()
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


def read_sentences(path: Path = SENTENCES) -> list[str]:
    """One a line; what begins with ``#`` is left out."""
    return [line for line in path.read_text(encoding="utf-8").splitlines() if line and not line.startswith("#")]


def measure_sentences(sentences: Sequence[str]) -> dict[str, Any]:
    """``percent_wrong`` of all words, and what was ``heard`` for each sentence that was not heard right."""
    pipeline, decoder = _pipeline(), make_dictation()
    wrong = total = 0
    heard = {}
    for sentence in sentences:
        wanted = _LETTERS.findall(sentence.lower())
        got = hear(decoder, speak(pipeline, sentence)).split()
        wrong += errors(wanted, got)
        total += len(wanted)
        if got != wanted:
            heard[sentence] = " ".join(got)
    return {"words": total, "percent_wrong": 100.0 * wrong / total, "heard": heard}


def errors(wanted: Sequence[str], got: Sequence[str]) -> int:
    """Words missed, wrong or too many: the fewest that explain what was heard."""
    row = list(range(len(got) + 1))
    for place, word in enumerate(wanted, 1):
        before, row[0] = row[0], place
        for other, said in enumerate(got, 1):
            before, row[other] = row[other], min(row[other] + 1, row[other - 1] + 1, before + (word != said))
    return row[-1]


def quality(texts: Sequence[str]) -> float:
    """Mean DNSMOS, overall."""
    from speechmos import dnsmos

    pipeline = _pipeline()
    scores = []
    for text in texts:
        audio = _at_16k(pipeline, text)
        audio = audio * (0.5 / max(float(np.abs(audio).max()), 1e-9))
        scores.append(float(dnsmos.run(audio, sr=RATE)["ovrl_mos"]))
    return statistics.mean(scores)


def real_time_factors(english: Sequence[str], rounds: int = 3) -> dict[str, float]:
    """Processor seconds for a second of sound: the best of several turns, English beside Chinese."""
    pipeline = _pipeline()
    best: dict[str, float] = {}
    for turn in range(rounds):
        wishes = Settings(seed=turn)  # what was spoken before would come out of the cache
        for name, texts in (("english", english), ("chinese", chinese.SENTENCES)):
            spent = sounded = 0.0
            for text in texts:
                begun = time.process_time()
                speech = pipeline.speak(SpeechRequest(text, wishes))
                spent += time.process_time() - begun
                sounded += speech.samples.size / speech.sample_rate
            best[name] = min(best.get(name, np.inf), spent / sounded)
    return {**best, "ratio": best["english"] / best["chinese"]}


def _pipeline() -> Pipeline:
    config = load_config()
    return Pipeline(config, embedded.load(config))


def _at_16k(pipeline: Pipeline, text: str) -> npt.NDArray[np.float32]:
    speech = pipeline.speak(SpeechRequest(text))
    return np.pad(resample(speech.samples, speech.sample_rate, RATE), int(SILENCE_S * RATE))


def main(arguments: list[str] | None = None) -> int:
    """Measure and print JSON; 1 if a figure is worse than it has to be."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.accuracy_english", description=__doc__.splitlines()[0])
    parser.add_argument("words", type=Path, nargs="?", default=WORDS, help="a list of words, one a line")
    parser.add_argument("--words-only", action="store_true", help="no sentences, no quality, no speed")
    options = parser.parse_args(arguments)
    words, sentences = read_words(options.words), read_sentences()
    result: dict[str, Any] = {"closed_list": measure(words)}
    right = result["closed_list"]["percent"] >= 98.0
    if not options.words_only:
        result["dictation"] = measure_sentences(sentences)
        result["dnsmos"] = {"sentences": quality(sentences), "words": quality(words)}
        result["dnsmos_of_chinese"] = {"sentences": quality(chinese.SHORT), "words": quality(chinese.WORDS)}
        result["real_time_factor"] = real_time_factors(sentences[:10])
        right = right and result["dictation"]["percent_wrong"] <= 40.0
        right = right and result["dnsmos"]["sentences"] >= 3.1 and result["dnsmos"]["words"] >= 2.9
    print(json.dumps(result, indent=2))
    return 0 if right else 1


if __name__ == "__main__":
    sys.exit(main())
