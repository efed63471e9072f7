"""What an American recogniser hears of the voice: one word of a list, or whatever was said."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np

from indextts.pipeline.pipeline import Pipeline
from indextts.plan.request import SpeechRequest
from indextts.reading.phonemes.en import pronunciation
from indextts.sound.resample import resample

if TYPE_CHECKING:
    from pocketsphinx import Decoder

RATE: Final = 16_000
"""Samples a second that the recogniser takes."""
SILENCE_S: Final = 0.2
"""Around what it hears, as in its recordings: where sound begins at once, it hears nothing of some words."""


def read_words(path: Path) -> list[str]:
    """Words parted by spaces or lines; what follows ``#`` in a line is left out."""
    lines = (line.partition("#")[0].lower() for line in path.read_text(encoding="utf-8").splitlines())
    return list(dict.fromkeys(word for line in lines for word in line.split()))


def speak(pipeline: Pipeline, word: str) -> bytes:
    """The word as 16-bit samples at 16 kHz, with :data:`SILENCE_S` on either side."""
    speech = pipeline.speak(SpeechRequest(word))
    samples = np.pad(resample(speech.samples, speech.sample_rate, RATE), int(SILENCE_S * RATE))
    return (np.clip(samples, -1.0, 1.0) * 32767.0).astype("<i2").tobytes()


def make_decoder(words: Sequence[str]) -> Decoder:
    """A recogniser that knows these words and no other."""
    from pocketsphinx import Decoder

    decoder = Decoder(lm=None, samprate=float(RATE), loglevel="FATAL")
    for word in words:
        if decoder.lookup_word(word) is None:
            decoder.add_word(word, re.sub("[012]", "", pronunciation.pronounce(word)[0]), True)
    decoder.add_jsgf_string("words", f"#JSGF V1.0;\ngrammar words;\npublic <word> = {' | '.join(words)};\n")
    decoder.activate_search("words")
    return decoder


def make_dictation() -> Decoder:
    """A recogniser with its own language model, for anything."""
    from pocketsphinx import Decoder

    return Decoder(samprate=float(RATE), loglevel="FATAL")


def hear(decoder: Decoder, samples: bytes) -> str:
    """What was heard, or nothing."""
    decoder.start_utt()
    decoder.process_raw(samples, full_utt=True)
    decoder.end_utt()
    heard = decoder.hyp()
    return str(heard.hypstr) if heard else ""
