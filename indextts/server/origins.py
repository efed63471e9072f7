"""Other websites, browser extensions and programs whose pages may have speech from here, each with a key.

    origins = SpeechOrigins(config)
    origins.allows("chrome-extension://abc")    # as configured, or as the operator allowed it on the page
    origins.refuse("https://chat.example")      # remembered, so that the operator can allow it
    origins.allow("https://chat.example")

What they may call is ``/v1/audio/…`` alone: see :mod:`indextts.server.guard`.
"""

from __future__ import annotations

import re
import threading
import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final, Literal

import yaml
from pydantic import BaseModel, ConfigDict, TypeAdapter

from indextts.model.errors import StudioError, printable
from indextts.platform.config import Config, load_kept
from indextts.platform.serving_config import ORIGIN, OriginName
from indextts.platform.storage.files import write_file
from indextts.platform.storage.shared_file import SharedFile, file_state
from indextts.server.hosts import parse_origin

FILE: Final = "origins.yaml"
"""In ``cache_dir``: those that were allowed on the page."""
MOST_ALLOWED: Final = 200
_MOST_REFUSED: Final = 20
LONGEST: Final = 300

State = Literal["configured", "allowed", "refused"]


@dataclass(frozen=True)
class SpeechOrigin:
    """One origin, for the operator."""

    origin: str
    state: State
    times: int = 0
    """Requests that were refused since the start or since it was forgotten; 0 for one that may speak."""
    at: float = 0.0
    """Time of the last of them, in seconds since 1970."""


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    origins: tuple[OriginName, ...] = ()


_FORM: Final = TypeAdapter(_Table)


class SpeechOrigins:
    """Those of one server. Thread-safe; processes with the same ``cache_dir`` share what was allowed."""

    def __init__(self, config: Config) -> None:
        named = (usual_origin(origin) for origin in (*config.server.origins, *config.openai.origins))
        self._configured: Final = frozenset(origin for origin in named if origin is not None)
        self._file = SharedFile[tuple[str, ...]](config.cache_path / FILE, _read, without=())
        self._lock = threading.Lock()
        self._refused: dict[str, SpeechOrigin] = {}

    @property
    def problem(self) -> StudioError | None:
        """Why none were allowed on the page, or not those of the file."""
        return self._file.problem

    def allows(self, origin: str) -> bool:
        """Whether pages of ``origin``, in its usual form, may ask for speech with a key."""
        return origin in self._configured or origin in self._file.value

    def refuse(self, origin: str) -> None:
        """Remember that it asked; of many, the last ones."""
        if len(origin) > LONGEST:
            return
        with self._lock:
            before = self._refused.pop(origin, SpeechOrigin(origin, "refused"))
            self._refused[origin] = replace(before, times=before.times + 1, at=time.time())
            while len(self._refused) > _MOST_REFUSED:
                self._refused.pop(next(iter(self._refused)))

    def listed(self) -> list[SpeechOrigin]:
        """All of them: refused ones first, the last one at the top."""
        allowed = self._file.value
        with self._lock:
            refused = [one for one in reversed(self._refused.values()) if not self.allows(one.origin)]
        kept = [SpeechOrigin(origin, "allowed") for origin in allowed if origin not in self._configured]
        return [*refused, *kept, *(SpeechOrigin(origin, "configured") for origin in sorted(self._configured))]

    def allow(self, origin: str) -> None:
        """From now on it may speak, also after a restart. Raises :class:`StudioError` ``bad_origin``."""
        name = usual_origin(origin)
        if name is None or len(name) > LONGEST:
            raise StudioError("bad_origin", origin=printable(origin, 80))
        with self._file.changing():
            kept = _read(self._file.path)
            if name not in kept and len(kept) >= MOST_ALLOWED:
                raise StudioError("origins_full", most=MOST_ALLOWED)
            self._write((*(one for one in kept if one != name), name))
        with self._lock:
            self._refused.pop(name, None)

    def forget(self, origin: str) -> None:
        """Remove it from those that were allowed and from those that were refused; one that is in neither stays."""
        name = usual_origin(origin) or origin
        with self._lock:
            self._refused.pop(name, None)
        if name in self._file.value:
            with self._file.changing():
                self._write(tuple(one for one in _read(self._file.path) if one != name))

    def _write(self, origins: tuple[str, ...]) -> None:
        text = yaml.safe_dump({"origins": list(origins)}, allow_unicode=True)
        write_file(self._file.path, text.encode(), mode=0o600)


def usual_origin(text: str) -> str | None:
    """An origin of any scheme as browsers write it; ``None`` for ``null``, which any page can be, and for other text.

    >>> usual_origin("HTTPS://Chat.Example:443")
    'https://chat.example'
    >>> usual_origin("app://obsidian.md")
    'app://obsidian.md'
    """
    text = text.strip().lower()
    if re.fullmatch(ORIGIN, text) is None:
        return None
    if text.startswith(("http:", "https:")):
        origin = parse_origin(text)
        return None if origin is None else str(origin)
    return text


def _read(path: Path) -> tuple[str, ...]:
    return () if file_state(path) is None else load_kept(path, _FORM).origins
