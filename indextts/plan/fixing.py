"""One edit of a plan, as the popover of the reading and ``/v1/jobs`` take it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from indextts.model.utterance import Utterance
from indextts.plan.edits import ReadingEdit, apply, edit_from
from indextts.reading.lexicon.entry import word_around
from indextts.reading.phonemes.printed import typed


def changed(utterance: Utterance, event: Mapping[str, Any]) -> tuple[Utterance, tuple[str, str] | None]:
    """``utterance`` after the edit that :func:`indextts.plan.edits.edit_from` finds in ``event``; of a changed reading
    also the word that it stands in, and how that is said, as a person would type both into the lexicon.
    """
    edit = edit_from(event, utterance)
    after = apply(utterance, [edit])
    word = word_around(after.segments[edit.segment], edit.token) if isinstance(edit, ReadingEdit) else None
    return after, None if word is None else (word[0], typed(word[1]))
