"""Writes down what Whisper hears: a script for an interpreter of its own, which has ``faster-whisper``.

    OTHER/bin/python benchmarks/whispered.py MODEL FOLDER

``MODEL`` is a folder in CTranslate2's form, ``FOLDER`` has WAV files. Prints JSON: each file's name and text.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path


def main(model: str, folder: str) -> None:
    """Print what is heard in each file."""
    from faster_whisper import WhisperModel

    ear = WhisperModel(model, device="cpu", compute_type="int8", cpu_threads=2)
    heard = {}
    for file in sorted(Path(folder).glob("*.wav")):
        pieces, _ = ear.transcribe(str(file), language="en", beam_size=5, condition_on_previous_text=False)
        heard[file.name] = " ".join(piece.text.strip() for piece in pieces)
    print(json.dumps(heard))


if __name__ == "__main__":
    main(*sys.argv[1:])
