"""The runtime beside recordings: a sentence, and a sound whole and in pieces."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import numpy as np

from indextts.engines.parity.runner import GRAPH, Array, Row, near
from indextts.engines.sambert.runtime import (
    ACOUSTIC_FILE,
    VOCODER_FILE,
    Floats,
    Runtime,
    SambertVoiceData,
    synthesise,
)
from indextts.engines.sambert.shapes import VocoderShape
from indextts.engines.sambert.symbols import SymbolVocabulary, Units

_PIECES: Final = 3


@contextmanager
def runtime(model: Any, tables: Mapping[str, Floats], shape: VocoderShape | None = None) -> Iterator[Runtime]:
    """What serves, over one exported graph: an acoustic model, or the vocoder of ``shape``."""
    sizes = shape or VocoderShape(1, 1, 1, 1, (1,), (1,), (), (), 0.1, True)
    data = SambertVoiceData(
        name="",
        sample_rate=0,
        hop=sizes.hop * sizes.bands,
        bands=sizes.bands,
        mels=sizes.mels,
        reach=sizes.reach if shape else (0, 0),
        speaker="",
        fields=SymbolVocabulary.mandarin(["F7"]).fields,
        source=sizes.source,
    )
    with TemporaryDirectory() as folder:
        file = Path(folder) / "graph.onnx"
        file.write_bytes(model.SerializeToString())
        # The half that is not compared is opened, and never asked.
        yield Runtime({ACOUSTIC_FILE: file, VOCODER_FILE: file}, tables, data)


def sentence(
    model: Any, weights: Mapping[str, Array], run: str, inputs: Mapping[str, Array], mel: Array
) -> Iterator[Row]:
    """A recorded sentence through the runtime."""
    units, tables = spoken(weights, inputs)
    with runtime(model, tables) as serving:
        yield near(f"{run}/runtime/mel", serving.acoustic(units)[0], mel, GRAPH)


def spoken(weights: Mapping[str, Array], inputs: Mapping[str, Array]) -> tuple[Units, dict[str, Array]]:
    """What a recorded sentence says, and the tables of emotions and speakers that it is read with."""
    speaker, table = inputs["inputs_speaker"][0], weights.get("spk_tokenizer.weight")
    if speaker.ndim == 2:
        table, speaker = np.unique(speaker, axis=0, return_inverse=True)
    assert table is not None
    units = Units(inputs["inputs_ling"][0], inputs["inputs_emotion"][0], speaker.reshape(-1))
    return units, {"emotion": weights["emo_tokenizer.weight"], "speaker": table}


def sound(model: Any, shape: VocoderShape, run: str, mel: Array, sines: Array | None, wave: Array) -> Iterator[Row]:
    """A recorded mel ``[N, ·]`` through the runtime, whole and in pieces."""
    expected = wave[0] if shape.bands == 1 else synthesise(wave[0])[None]
    with runtime(model, {}, shape) as serving:
        yield near(f"{run}/runtime/wav", serving.sound(mel, sines)[None], expected, GRAPH)
        pieces = serving.sound(mel, sines, frames=max(1, len(mel) // _PIECES))
        yield near(f"{run}/runtime/wav in pieces", pieces[None], expected, GRAPH)
