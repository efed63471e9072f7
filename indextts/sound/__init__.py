"""Audio as arrays: resampling, loudness, pitch, encoding, and the files that accompany speech."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from indextts.model.lazy import face

if TYPE_CHECKING:
    from indextts.sound.edges import fade as fade
    from indextts.sound.edges import silence as silence
    from indextts.sound.edges import speech_bounds as speech_bounds
    from indextts.sound.encode import StreamEncoder as StreamEncoder
    from indextts.sound.export.label import label_text as label_text
    from indextts.sound.export.label import labelled as labelled
    from indextts.sound.export.label import read_label as read_label
    from indextts.sound.export.label import write_label as write_label
    from indextts.sound.export.subtitles import Subtitles as Subtitles
    from indextts.sound.loudness import Limiter as Limiter
    from indextts.sound.loudness import LoudnessMeter as LoudnessMeter

_HOMES: Final = {
    "Limiter": "loudness",
    "LoudnessMeter": "loudness",
    "StreamEncoder": "encode",
    "Subtitles": "export.subtitles",
    "fade": "edges",
    "label_text": "export.label",
    "labelled": "export.label",
    "read_label": "export.label",
    "silence": "edges",
    "speech_bounds": "edges",
    "write_label": "export.label",
}

__all__ = [*_HOMES]
__getattr__ = face(__name__, _HOMES)
