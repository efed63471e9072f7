"""What was read, changed in one thing: its sentence is spoken anew, as a job that has all other sentences already.

The script follows the job; taking a fix back is showing the take before it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from indextts.model.i18n.messages import Language
from indextts.plan.edits import ReadingEdit, apply, edit_from
from indextts.reading.lexicon.entry import word_around
from indextts.reading.phonemes.printed import typed
from indextts.studio.tabs.speak.actions import Actions, explained, sentence


class TakeFixing:
    """Changes of single sentences, over the page's actions."""

    def __init__(self, actions: Actions) -> None:
        self._actions = actions

    def fix(self, event: Mapping[str, Any], owner: str, language: Language, client: str = "") -> dict[str, Any]:
        """Change one thing about a take, as ``event`` says; the answer names the ``job`` that speaks it. Blocks."""
        number = event.get("number")
        try:
            take = self._actions.store.asked(event.get("take"), owner)
            utterance = take.utterance
            edit = edit_from(event, utterance)
            with self._actions.service.rate.counted(client):
                changed = apply(utterance, [edit])
                job = self._actions.speak_plan(changed, owner, take)
            word = word_around(changed.segments[edit.segment], edit.token) if isinstance(edit, ReadingEdit) else None
            remember = None if word is None else {"word": word[0], "reading": typed(word[1])}
            return {"number": number, "job": job, "remember": remember}
        except Exception as error:
            return {"number": number, "error": sentence(explained(error, language), language)}
