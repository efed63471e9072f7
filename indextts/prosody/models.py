"""The prosody models of a process: each is opened when it is first asked for, once, and shared."""

from __future__ import annotations

import logging
import threading
import time
from collections import defaultdict
from typing import TYPE_CHECKING

from indextts import prosody
from indextts.prosody import ProsodyModel

if TYPE_CHECKING:
    from indextts.config import Config

log = logging.getLogger(__name__)


class ProsodyModels:
    """Models by name. Thread-safe; while one is being opened, the others stay usable."""

    def __init__(self, config: Config) -> None:
        self._config = config
        self._models: dict[str, ProsodyModel] = {}
        self._guard = threading.Lock()
        self._locks: defaultdict[str, threading.Lock] = defaultdict(threading.Lock)

    def get(self, name: str) -> ProsodyModel:
        """The model called ``name``. Raises as :func:`indextts.prosody.load`; the next call then tries again."""
        model = self._models.get(name)
        if model is not None:
            return model
        with self._guard:
            lock = self._locks[name]
        with lock:
            if name not in self._models:
                began = time.perf_counter()
                self._models[name] = prosody.load(name, self._config)
                log.info("Opened the prosody model %s in %.2f s", name, time.perf_counter() - began)
            return self._models[name]
