"""One thing changed about a finished take: its sentence alone is spoken again, the sound of the others stays.

What stays is taken from the take's own file, sample by sample, so that it cannot differ and takes up no memory.
"""

from __future__ import annotations

import copy
import io
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from indextts.plan.edits import Break, Edit, apply, token_of
from indextts.plan.pauses import last_spoken, pause_after
from indextts.studio.tabs.speak.takes import Take
from indextts.utterance.model import Segment, Token, Utterance

if TYPE_CHECKING:
    from indextts.config import PauseConfig
    from indextts.pipeline import Speech


@dataclass(frozen=True)
class Spoken:
    """A take's sound and plan after a fix."""

    wav: bytes
    utterance: Utterance
    duration_s: float
    part: Speech
    """What was spoken for it."""


def sentence_with(utterance: Utterance, edit: Edit) -> Utterance:
    """The one sentence, on its own, with what ``edit`` changes and what follows from that for its tones.

    Raises :class:`StudioError` ``unknown_symbol`` for a reading that the voice cannot say.
    """
    token_of(utterance, edit.segment, edit.token)
    sentence = apply(utterance, [edit]).segments[edit.segment]
    return Utterance(utterance.text, utterance.settings, [sentence], stage="phonemes")


def new_pause(utterance: Utterance, edit: Edit, table: PauseConfig) -> float | None:
    """Seconds of silence behind the sentence, if ``edit`` sets the break there and another sentence follows."""
    sentence = utterance.segments[edit.segment]
    if not isinstance(edit, Break) or sentence.tokens[edit.token] is not last_spoken(sentence):
        return None
    if edit.segment + 1 == len(utterance.segments):
        return None
    sentence = copy.deepcopy(sentence)
    sentence.pause_after_s = None
    edit.apply(sentence)
    return pause_after(sentence, utterance, table, utterance.segments[edit.segment + 1])


def spliced(take: Take, index: int, part: Speech, pause_s: float | None = None) -> Spoken:
    """The take with sentence ``index`` replaced by ``part``; every other sample is that of the take's file.

    So is the silence behind it, unless ``pause_s`` says how long that is.

    Raises :class:`FileNotFoundError` when the file was cleaned up.
    """
    import numpy as np
    import soundfile

    from indextts.audio.encode import to_int16

    with take.audio.open("rb") as file:
        pcm, rate = soundfile.read(file, dtype="int16")
    utterance = take.utterance
    old = utterance.segments[index]
    begin, end = round((old.start_s or 0.0) * rate), round((old.end_s or 0.0) * rate)
    new = part.utterance.segments[0]
    # Without the silence behind it: see below.
    fresh = to_int16(part.samples[round((new.start_s or 0.0) * rate) : round((new.end_s or 0.0) * rate)])
    if pause_s is not None:
        end = round((utterance.segments[index + 1].start_s or 0.0) * rate)
        fresh = np.concatenate([fresh, np.zeros(round(pause_s * rate), np.int16)])
    whole = np.concatenate([pcm[:begin], fresh, pcm[end:]])
    sink = io.BytesIO()
    soundfile.write(sink, whole, rate, format="WAV", subtype="PCM_16")
    by = (fresh.size - (end - begin)) / rate
    segments = [
        *utterance.segments[:index],
        moved(new, begin / rate - (new.start_s or 0.0)),
        *(moved(segment, by) for segment in utterance.segments[index + 1 :]),
    ]
    return Spoken(sink.getvalue(), replace(utterance, segments=segments), whole.size / rate, part)


def moved(segment: Segment, by: float) -> Segment:
    """A copy that begins so many seconds later. The take that it came from keeps its times: it can be asked back."""

    def later(seconds: float | None) -> float | None:
        return None if seconds is None else seconds + by

    tokens = [replace(token, start_s=later(token.start_s), end_s=later(token.end_s)) for token in segment.tokens]
    return replace(segment, tokens=tokens, start_s=later(segment.start_s), end_s=later(segment.end_s))


def word_around(segment: Segment, index: int) -> tuple[str, str] | None:
    """The word of a token and how it is read, fit for the lexicon; ``None`` where the text says something else.

    At the word's end the tone before any change of tone counts: what follows it will be another word each time.
    """
    tokens, chosen = segment.tokens, segment.tokens[index]
    first = last = index
    if chosen.kind in ("hanzi", "letter"):
        while first > 0 and _same_word(tokens[first - 1], chosen):
            first -= 1
        while last + 1 < len(tokens) and _same_word(tokens[last + 1], chosen):
            last += 1
    word = tokens[first : last + 1]
    if any(not token.reading or any(change.was != change.became for change in token.changes) for token in word):
        return None
    readings = [token.reading for token in word]
    if word[-1].reading_source == "sandhi" and word[-1].alternatives:
        readings[-1] = word[-1].alternatives[0]
    return "".join(token.text for token in word), " ".join(readings)


def _same_word(token: Token, other: Token) -> bool:
    return token.kind == other.kind and token.word == other.word
