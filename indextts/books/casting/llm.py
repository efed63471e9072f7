"""A language model chooses the speaker where the rules are in doubt: it picks a letter and writes no text.

    chooser = chooser_of(config, models)      # None where no language model is configured
    attribute(chapters, chooser=chooser)

The model is the one of ``prosody: {model: …}`` (:mod:`indextts.reading.prosody.llm`): whatever the book says, the
answer is one of the names that were asked about, with its probability among them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from indextts.platform.tables import tables_beside
from indextts.reading.prosody.llm import LlmProsody

if TYPE_CHECKING:
    from indextts.platform.config import Config
    from indextts.reading.prosody import ProsodyModels

LETTERS: Final = "ABCDEFGH"
LONGEST: Final = 300  # Characters of a quotation that are shown


class LlmChooser:
    """Chooses by a causal language model. Thread-safe as that is."""

    def __init__(self, model: LlmProsody) -> None:
        """``model`` is the one that marks prosody, too."""
        self._model = model

    def choose(self, context: str, quotation: str, names: Sequence[str]) -> tuple[str, float]:
        """See :class:`indextts.books.casting.Chooser`."""
        shown = list(names)[: len(LETTERS)]
        people = "\n".join(f"{letter}. {name}" for letter, name in zip(LETTERS, shown, strict=False))
        language = "zh" if any("\u4e00" <= char <= "\u9fff" for char in quotation) else "en"
        task: str = tables_beside(__file__, "prompts.yaml")[language]
        task = task.format(context=context, quotation=quotation[:LONGEST], people=people)
        place, probability = self._model.asked(task).choose(list(LETTERS[: len(shown)]))
        return shown[place], probability


def chooser_of(config: Config, models: ProsodyModels) -> LlmChooser | None:
    """The chooser of the configured language model, if there is one; ``models`` opens it once for all uses.

    Raises :class:`StudioError` as :func:`indextts.reading.prosody.load` where it cannot be opened.
    """
    if isinstance(config.prosody, str):
        return None

    model = models.get("llm")
    return LlmChooser(model) if isinstance(model, LlmProsody) else None
