"""How a text is phrased: breaks, prominence and intonation, by rules or by a language model, behind one protocol."""

from __future__ import annotations

import logging
import threading
import time
from collections import defaultdict
from typing import TYPE_CHECKING, Protocol

from indextts.model.errors import StudioError
from indextts.model.i18n.messages import Bilingual
from indextts.model.utterance import Utterance
from indextts.platform.beats import Beat, no_beat

if TYPE_CHECKING:
    from indextts.platform.config import Config

log = logging.getLogger(__name__)


class ProsodyModel(Protocol):
    """Decides breaks, prominence and intonation with the whole text in view. Thread-safe: no state between calls."""

    @property
    def name(self) -> str: ...

    def annotate(self, utterance: Utterance, beat: Beat = no_beat) -> None:
        """Set break and prominence of every token and the intonation of every segment, with source and probability.

        What a person has set (source :data:`~indextts.model.sources.USER`) stays as it is, and so does the text.
        ``beat`` is called between every few sentences; what it raises ends this, with the text half decided.
        """
        ...


def load(name: str, config: Config | None = None) -> ProsodyModel:
    """Open the model called ``name``; ``config`` says which language model ``llm`` is.

    Raises :class:`StudioError`: ``unknown_choice`` for a name that does not exist, ``prosody_not_set`` for ``llm``
    without a model in the configuration, else ``dependency_missing``, ``prosody_missing`` or ``prosody_unusable``.
    """
    try:
        match name:
            case "rules":
                from indextts.reading.prosody.rules import RuleProsody

                return RuleProsody()
            case "lm":
                from indextts.reading.prosody.lm import LmProsody

                return LmProsody.open()
            case "causal":
                from indextts.reading.prosody.causal import CausalProsody

                return CausalProsody.open()
            case "llm":
                from indextts.reading.prosody.llm import LlmProsody

                if config is None or isinstance(config.prosody, str):
                    raise StudioError("prosody_not_set")
                return LlmProsody.open(config.prosody.model, int8=config.prosody.int8)
    except FileNotFoundError as error:
        raise StudioError("prosody_missing", model=name, file=error.filename or str(error)) from error
    choices = "lm, causal, rules, llm"
    raise StudioError("unknown_choice", field=Bilingual("prosody", "韵律模型"), value=name, choices=choices)


class ProsodyModels:
    """The models of a process by name, each opened once, at first use, and shared.

    Thread-safe; while one is being opened, the others stay usable.
    """

    def __init__(self, config: Config) -> None:
        self._config = config
        self._models: dict[str, ProsodyModel] = {}
        self._guard = threading.Lock()
        self._locks: defaultdict[str, threading.Lock] = defaultdict(threading.Lock)

    def get(self, name: str) -> ProsodyModel:
        """The model called ``name``. Raises as :func:`load`; the next call then tries again."""
        model = self._models.get(name)
        if model is not None:
            return model
        with self._guard:
            lock = self._locks[name]
        with lock:
            if name not in self._models:
                began = time.perf_counter()
                self._models[name] = load(name, self._config)
                log.info("Opened the prosody model %s in %.2f s", name, time.perf_counter() - began)
            return self._models[name]
