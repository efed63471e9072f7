"""Written text to segments: the front door of this stage."""

from __future__ import annotations

from indextts.phonemes import english
from indextts.text import fst, segment, tokens
from indextts.text.normalise import speak
from indextts.utterance import Segment


def build_segments(text: str, *, max_syllables: int) -> list[Segment]:
    """Normalise, tokenise and cut ``text``.

    Every segment is a sentence, or a piece of at most ``max_syllables`` of a longer one; together their written
    slices hold, in order, all that can be spoken; a single number or address that is longer than a piece stands
    in the slice of each piece that it is cut into. Text without anything to say gives an empty list.
    """
    segments: list[Segment] = []
    for spoken in speak(text):
        for piece in segment.cut(tokens.tokenise(spoken, english.is_word), max_syllables):
            built = segment.build(text, piece)
            if built:
                segments.append(built)
    return segments


def warm() -> None:
    """Load everything that the text, prosody and phoneme stages need, so that no request waits for it."""
    from indextts.phonemes import mandarin

    fst.load()
    tokens.load()
    english.load()
    mandarin.load()
