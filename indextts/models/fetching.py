"""Models being fetched in the background, one thread for each: started, watched and stopped from the page."""

from __future__ import annotations

import logging
import threading
from dataclasses import dataclass, replace

from indextts.config import Config
from indextts.errors import StudioError
from indextts.models import store
from indextts.models.pull import Fetched
from indextts.run import Cancel

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Fetching:
    """How far a fetch is, or how it ended."""

    running: bool = True
    fetched: Fetched | None = None
    error: StudioError | None = None


class Fetches:
    """All fetches of the process. Thread-safe."""

    def __init__(self, config: Config) -> None:
        self._config = config
        self._lock = threading.Lock()
        self._known: dict[str, tuple[Fetching, Cancel]] = {}

    def start(self, name: str) -> None:
        """Begin to fetch a model; one that is being fetched goes on. Raises ``unknown_choice`` for another name."""
        store.folder(name, self._config)
        with self._lock:
            if name in self._known and self._known[name][0].running:
                return
            cancel = Cancel()
            self._known[name] = Fetching(), cancel
        threading.Thread(target=self._work, args=(name, cancel), name=f"fetch {name}", daemon=True).start()

    def stop(self, name: str) -> None:
        """Stop fetching; what has come is kept."""
        with self._lock:
            known = self._known.get(name)
        if known is not None:
            known[1].cancel()

    def close(self) -> None:
        """Stop all of them."""
        for name in list(self._known):
            self.stop(name)

    def state(self, name: str) -> Fetching | None:
        """How far it is; ``None`` where none was started."""
        with self._lock:
            known = self._known.get(name)
        return known[0] if known else None

    def _work(self, name: str, cancel: Cancel) -> None:
        def told(fetched: Fetched) -> None:
            self._set(name, fetched=fetched)

        try:
            store.ensure(name, self._config, cancel=cancel, fetched=told)
        except StudioError as error:
            log.warning("%s: %s", name, error)
            self._set(name, running=False, error=None if error.code == "cancelled" else error)
        except Exception:
            # The thread's outermost boundary: the page must hear that it ended, the log why.
            log.exception("fetching %s failed", name)
            self._set(name, running=False, error=StudioError("internal"))
        else:
            self._set(name, running=False, error=None)

    def _set(self, name: str, **values: object) -> None:
        with self._lock:
            state, cancel = self._known[name]
            self._known[name] = replace(state, **values), cancel  # type: ignore[arg-type]
