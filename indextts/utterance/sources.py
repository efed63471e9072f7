"""Who decided what stands in a plan: the values of its ``…_source`` fields that more than one stage reads."""

from __future__ import annotations

from typing import Final

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
SANDHI: Final = "sandhi"
"""A tone that follows from its neighbours."""

KEPT_SOURCES: Final = frozenset({USER, LEXICON, MARKUP})
"""``reading_source`` of a reading that a person has chosen: it is kept as it is."""
