"""How a text is phrased: breaks, prominence and intonation, by rules or by a language model, behind one protocol."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from indextts.errors import StudioError
from indextts.i18n.messages import Bilingual
from indextts.utterance.model import Utterance

if TYPE_CHECKING:
    from indextts.config import Config


class ProsodyModel(Protocol):
    """Decides breaks, prominence and intonation with the whole text in view. Thread-safe: no state between calls."""

    @property
    def name(self) -> str:
        ...

    def annotate(self, utterance: Utterance) -> None:
        """Set break and prominence of every token and the intonation of every segment, with source and probability.

        What a person has set (source :data:`~indextts.utterance.sources.USER`) stays as it is, and so does the text.
        """
        ...


def load(name: str, config: Config | None = None) -> ProsodyModel:
    """Open the model called ``name``; ``config`` says which language model ``llm`` is.

    Raises :class:`StudioError`: ``unknown_choice`` for a name that does not exist, ``prosody_not_set`` for ``llm``
    without a model in the configuration, ``dependency_missing``, ``prosody_missing`` or ``prosody_unusable`` if it
    cannot be opened.
    """
    try:
        return _open(name, config)
    except FileNotFoundError as error:
        raise StudioError("prosody_missing", model=name, file=error.filename or str(error)) from error


def _open(name: str, config: Config | None) -> ProsodyModel:
    if name == "rules":
        from indextts.prosody.rules import RuleProsody

        return RuleProsody()
    if name == "lm":
        from indextts.prosody.lm import LmProsody

        return LmProsody.open()
    if name == "causal":
        from indextts.prosody.causal import CausalProsody

        return CausalProsody.open()
    if name == "llm":
        from indextts.prosody.llm import LlmProsody

        if config is None or isinstance(config.prosody, str):
            raise StudioError("prosody_not_set")
        return LlmProsody.open(config.prosody.model)
    choices = "lm, causal, rules, llm"
    raise StudioError("unknown_choice", field=Bilingual("prosody", "韵律模型"), value=name, choices=choices)
