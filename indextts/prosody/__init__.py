"""Where a speaker would pause: breaks behind tokens, by rules or by a model, behind one protocol."""

from __future__ import annotations

from typing import Protocol

from indextts.errors import StudioError
from indextts.utterance import Utterance

USER = "user"
"""``break_source`` of a break that a person has set: no model changes it."""


class ProsodyModel(Protocol):
    """Sets ``break_after``, ``break_source`` and ``break_probability`` of every token, whole text in view."""

    name: str

    def annotate(self, utterance: Utterance) -> None:
        """Fill in the breaks of all segments; those whose source is ``user`` stay as they are."""


def load(name: str) -> ProsodyModel:
    """The model called ``name``. Raises :class:`StudioError` ``unknown_choice`` for a name that does not exist."""
    if name == "rules":
        from indextts.prosody.rules import RuleProsody

        return RuleProsody()
    raise StudioError("unknown_choice", field="prosody", field_zh="韵律模型", value=name, choices="rules")
