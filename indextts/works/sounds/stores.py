"""Where the sounds of jobs are kept: a folder, one that machines share, or an S3-compatible store.

    sounds = sound_store(config)        # what ``works.sounds`` in the configuration names

In a store elsewhere a sound is one object, put there whole or not at all, under the name that it has in a folder; what
was heard lately lies on this disk as well, within a bound.
"""

from __future__ import annotations

import contextlib
import logging
import secrets
import threading
import time
from collections.abc import Callable, Collection
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from indextts.model.errors import StudioError
from indextts.platform import paths as places
from indextts.platform.config import Config, LabelConfig
from indextts.platform.storage.files import write_file
from indextts.sound.export.label import label_text
from indextts.works.db.presence import Presence
from indextts.works.sounds.sounds import SoundStore, pack, unpack

if TYPE_CHECKING:
    from indextts.plan.segment_cache import SegmentSound
    from indextts.works.sounds.s3 import S3Objects

log = logging.getLogger(__name__)

_KNOWN_S: Final = 300.0
"""So long a sound that was seen there is taken to be there still."""
_KNOWN: Final = 50_000
_YOUNG_S: Final = 600.0
"""As in a folder: the job of one that has just been made may not name it yet."""
_SHARES: Final = 16
"""The part of the room on this disk after which it is looked at again."""


def sound_store(config: Config, presence: Presence | None = None) -> SoundStore:
    """The store that the configuration names; ``presence`` hears whether it can be reached.

    Raises :class:`StudioError` ``store_address``, ``store_package``.
    """
    place, folder = config.works.sounds, config.works_path / "sounds"
    if not place:
        return SoundStore(folder, config.label, presence)
    if "://" not in place:
        return SoundStore(places.placed(Path(place)), config.label, presence)
    address = urlsplit(place)
    if address.scheme != "s3" or not address.netloc:
        raise StudioError("store_address")
    try:
        from indextts.works.sounds.s3 import S3Objects
    except ImportError as error:
        raise StudioError("store_package") from error
    objects = S3Objects(address.netloc, address.path.strip("/"), config.works.s3, presence)
    return RemoteSounds(folder, config.label, objects, max_bytes=config.works.sounds_cache_mb * 2**20)


class RemoteSounds(SoundStore):
    """Sounds in a store elsewhere; the folder has what was heard or made here lately. Thread-safe."""

    def __init__(self, folder: Path, label: LabelConfig, objects: S3Objects, *, max_bytes: int) -> None:
        super().__init__(folder, label, objects.presence)
        self._objects = objects
        self._max_bytes = max_bytes
        self._lock = threading.Lock()
        self._known: dict[str, float] = {}
        self._new_bytes = max_bytes  # the first one looks

    @property
    def place(self) -> str:
        return self._objects.place

    def probe(self) -> None:
        name = f"probe/{secrets.token_hex(8)}"
        self._objects.put(name, b"probe")
        self._objects.remove(name)

    def has(self, key: str) -> bool:
        name = self._name(key)
        with self._lock:
            if time.monotonic() - self._known.get(key, -_KNOWN_S) < _KNOWN_S:
                return True
        there = self._objects.has(name)
        if there:
            self._know(key)
        return there

    def data(self, key: str) -> bytes:
        with contextlib.suppress(OSError):
            return super().data(key)
        data = self._objects.get(self._name(key))
        if data is None:
            raise FileNotFoundError(key)
        return data

    def get(self, key: str) -> SegmentSound | None:
        if (near := super().get(key)) is not None:
            return near
        name = self._name(key)
        data = self._objects.get(name)
        if data is None:
            self._forget(key)
            return None
        try:
            sound = unpack(data)
        except Exception as error:  # whatever a decoder raises for bytes that it cannot read
            log.warning("The sound %s is damaged and will be spoken again: %s", key, error)
            self._forget(key)
            self._objects.remove(name)
            return None
        self._know(key)
        self._keep_near(key, data)
        return sound

    def keep(self, sound: SegmentSound, rate: int, *keys: str) -> None:
        """Put ``sound`` there under all ``keys``; when it returns, other machines find it."""
        missing = [key for key in keys if not self.has(key)]
        if not missing:
            return
        data = pack(sound, rate, label_text(self._label, sound.pcm.astype("<i2").tobytes()))
        for key in missing:
            self._objects.put(self._name(key), data)
            self._know(key)
            self._keep_near(key, data)

    def sweep(self, *, max_bytes: int, max_age_s: float, keep: Callable[[], Collection[str]]) -> int:
        now, total, removed = time.time(), 0, 0
        loose: list[tuple[float, int, str]] = []
        kept = frozenset(keep())
        for name, size, changed in self._objects.listed():
            key, age = name.rpartition("/")[2].removesuffix(".flac"), max(0.0, now - changed)
            if age < _YOUNG_S or key in kept:
                total += size
            else:
                loose.append((age, size, name))
        for age, size, name in sorted(loose):
            total += size
            if age > max_age_s or total > max_bytes:
                total -= size
                removed += 1
                self._objects.remove(name)
        return removed

    def _name(self, key: str) -> str:
        path = self.path(key)
        return f"{path.parent.name}/{path.name}"

    def _know(self, key: str) -> None:
        with self._lock:
            if len(self._known) >= _KNOWN:
                self._known.clear()
            self._known[key] = time.monotonic()

    def _forget(self, key: str) -> None:
        with self._lock:
            self._known.pop(key, None)

    def _keep_near(self, key: str, data: bytes) -> None:
        """On this disk as well, where that has room; what was unheard for longest goes."""
        with contextlib.suppress(StudioError, OSError):
            write_file(self.path(key), data)
        with self._lock:
            self._new_bytes += len(data)
            if self._new_bytes < self._max_bytes / _SHARES:
                return
            self._new_bytes = 0
        total = 0
        for _, size, paths in sorted(self._files(time.time()), key=lambda one: one[0]):
            total += size
            if total > self._max_bytes:
                for path in paths:
                    path.unlink(missing_ok=True)
