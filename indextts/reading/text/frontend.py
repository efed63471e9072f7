"""The text front end: written text → segments of tokens."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from indextts.model.utterance import Lang, Segment
from indextts.platform.beats import Beat, no_beat
from indextts.reading.text import normalise, rules, segment, tokens
from indextts.reading.text.blocks import Code
from indextts.reading.text.en.short_forms import IsWord
from indextts.reading.text.overrides import Override
from indextts.reading.text.zh import traditional


def build_segments(
    text: str,
    *,
    is_word: IsWord,
    max_syllables: int,
    fixed: Sequence[Override] = (),
    pauses: Mapping[int, float] | None = None,
    cuts: Collection[int] = (),
    emoji: bool = False,
    code: Code = "say",
    usual: Lang | None = None,
    beat: Beat = no_beat,
) -> list[Segment]:
    """Normalise, tokenise and cut ``text``.

    Every segment is a sentence, or a piece of at most ``max_syllables`` of a longer one; together their written
    slices hold, in order, all that can be spoken; a single number or address that is longer than a piece stands
    in the slice of each piece that it is cut into. Text without anything to say gives an empty list.

    ``is_word`` knows the English words. ``fixed`` are the stretches that the writer has decided
    about, ``pauses`` seconds of silence by offset in ``text``: a segment ends there, and at each of ``cuts``. ``emoji``
    has these read instead of dropped, ``code`` says what becomes of fenced code. Figures far from words are read in the
    ``usual`` language of the whole that the text is a part of. ``beat`` is called after every sentence.
    """
    pauses = pauses or {}
    segments: list[Segment] = []
    for spoken in normalise.speak(text, fixed=fixed, cuts={*pauses, *cuts}, emoji=emoji, code=code, usual=usual):
        for piece in segment.cut(tokens.tokenise(spoken, is_word), max_syllables):
            built = segment.build(text, piece, segments[-1].end if segments else 0)
            if built:
                segments.append(built)
        asked = [pauses[offset] for offset in spoken.cuts if offset in pauses]
        if asked and segments:
            segments[-1].pause_after_s = (segments[-1].pause_after_s or 0.0) + sum(asked)
        beat()
    return segments


def warm() -> None:
    """Load the tables of this stage, so that no request waits for them."""
    traditional.load()
    rules.load()
    tokens.load()
