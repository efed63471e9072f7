"""Analysis of a text: normalisation, segmentation, prosody, emotion, pronunciation, markup and the dictionary."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from indextts.model.lazy import face

if TYPE_CHECKING:
    from indextts.reading.emotion.classifier import EmotionClassifier as EmotionClassifier
    from indextts.reading.emotion.names import parse_emotion as parse_emotion
    from indextts.reading.lexicon.lexicon import Lexicon as Lexicon
    from indextts.reading.lexicon.lexicon import Matcher as Matcher
    from indextts.reading.markup.marked import Marked as Marked
    from indextts.reading.phonemes.annotate import annotate as annotate
    from indextts.reading.phonemes.annotate import revise as revise
    from indextts.reading.prosody import ProsodyModel as ProsodyModel
    from indextts.reading.prosody import ProsodyModels as ProsodyModels
    from indextts.reading.text.frontend import build_segments as build_segments
    from indextts.reading.text.overrides import Override as Override

_HOMES: Final = {
    "EmotionClassifier": "emotion.classifier",
    "Lexicon": "lexicon.lexicon",
    "Marked": "markup.marked",
    "Matcher": "lexicon.lexicon",
    "Override": "text.overrides",
    "ProsodyModel": "prosody",
    "ProsodyModels": "prosody",
    "annotate": "phonemes.annotate",
    "build_segments": "text.frontend",
    "parse_emotion": "emotion.names",
    "revise": "phonemes.annotate",
}

__all__ = [*_HOMES]
__getattr__ = face(__name__, _HOMES)
