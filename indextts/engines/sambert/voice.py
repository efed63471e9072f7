"""A converted voice on disk: its files' names, and the facts around its networks."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import Any, Final

from indextts.engines.sambert.info import VOICE_FILE as VOICE_FILE
from indextts.engines.sambert.shapes import SourceShape
from indextts.engines.sambert.source import PitchScale
from indextts.engines.sambert.symbols import SymbolVocabulary

TABLES_FILE: Final = "tables.npz"
"""The rows ``emotion [·, ·]`` and ``speaker [·, ·]`` (or ``[1, ·]``, the one speaker of a voice that has a vector)."""
ACOUSTIC_FILE: Final = "acoustic.onnx"
VOCODER_FILE: Final = "vocoder.onnx"
ACOUSTIC_WEIGHTS: Final = "acoustic.safetensors"
VOCODER_WEIGHTS: Final = "vocoder.safetensors"

FORMAT: Final = 1


@dataclass(frozen=True)
class SambertVoiceData:
    """What the engine needs to know of a voice."""

    name: str
    sample_rate: int
    hop: int
    """Samples of a frame."""
    bands: int
    """Sub-bands that the vocoder says at once."""
    mels: int
    """Of the vocoder's spectrum."""
    reach: tuple[int, int]
    """Frames before and after a stretch that its sound depends on."""
    speaker: str
    """The speaker that is used."""
    fields: dict[str, tuple[str, ...]]
    """The vocabulary."""
    source: SourceShape | None = None
    pitch: PitchScale | None = None
    """How the F0 channel is read, where there is a source module."""
    level_lufs: float = -20.0
    pitch_hz: float = 0.0
    """Median F0 of one sentence; 0 where none was found."""

    @property
    def vocabulary(self) -> SymbolVocabulary:
        return SymbolVocabulary(self.fields)

    def to_json(self) -> str:
        return json.dumps({"format": FORMAT, **asdict(self)}, ensure_ascii=False, indent=1) + "\n"

    @classmethod
    def from_json(cls, text: str | bytes) -> SambertVoiceData:
        """Read what :meth:`to_json` wrote. Raises ``ValueError``, ``KeyError`` or ``TypeError`` for anything else."""
        data: dict[str, Any] = json.loads(text)
        if data.pop("format") != FORMAT:
            raise ValueError("format")
        source, pitch = data.pop("source"), data.pop("pitch")
        return cls(
            fields={name: tuple(symbols) for name, symbols in data.pop("fields").items()},
            reach=(int(data["reach"][0]), int(data.pop("reach")[1])),
            source=None if source is None else SourceShape(**source),
            pitch=None if pitch is None else PitchScale(**pitch),
            **data,
        )
