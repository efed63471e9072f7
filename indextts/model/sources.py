"""Who decided what stands in a plan: the values of its ``…_source`` fields that more than one stage reads."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal

Commercial = Literal["yes", "no", "unclear"]
"""Whether what something makes or decides may be used commercially."""

USER: Final = "user"
"""What a person has set in the plan: no model changes it."""
MARKUP: Final = "markup"
"""What a mark in the text says."""
LEXICON: Final = "lexicon"
"""What the user's dictionary says."""
DIALOGUE: Final = "dialogue"
"""The label of a speaker at the beginning of a line."""
AUTO: Final = "auto"
"""The emotion that the classifier reads in the text."""
RULES: Final = "rules"
"""What is decided without a model."""
MODEL: Final = "model"
"""What the model of polyphones and third tones decides."""
SANDHI: Final = "sandhi"
"""A tone that follows from its neighbours."""

CAST: Final = "cast"
"""The name of somebody in a book, whose family name is read otherwise than the same character elsewhere."""

KEPT_SOURCES: Final = frozenset({USER, LEXICON, MARKUP})
"""``reading_source`` of a reading that a person has chosen: it is kept as it is."""
TOLD_SOURCES: Final = KEPT_SOURCES | {CAST}
"""That of a reading which an engine that reads characters by itself is told."""

_RANK: Final[Mapping[Commercial, int]] = {"yes": 0, "unclear": 1, "no": 2}


def least(rights: Mapping[str, Commercial]) -> Commercial:
    """How far all of ``rights`` together go."""
    return max(rights.values(), key=_RANK.__getitem__, default="yes")


def not_free(rights: Mapping[str, Commercial]) -> list[str]:
    """The names of those that do not allow commercial use, or do not say so."""
    return [name for name, said in rights.items() if said != "yes"]
