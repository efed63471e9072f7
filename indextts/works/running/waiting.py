"""What passes by itself, and the one place that waits for it: no job fails or stays paused because of it.

try:
    …                                   # a step of a job
except StudioError as error:
    if not passes(error): raise
    waiting.until_back(error, stopped)  # with growing pauses, for as long as it takes
    …                                   # the same step again
"""

from __future__ import annotations

import errno
import random
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from indextts.model.errors import StudioError
from indextts.model.i18n.messages import Bilingual
from indextts.platform.storage.files import DISK_ERRORS

if TYPE_CHECKING:
    from indextts.works.db.presence import Presence
    from indextts.works.db.records import Records
    from indextts.works.sounds.sounds import SoundStore

_DATABASE: Final = frozenset({"database_away", "library_busy"})
_STORE: Final = frozenset({"store_away"})
_DISK: Final = frozenset({"disk_full", "not_writable", "book_room"})
_VOICE: Final = frozenset({"loading"})

FIRST_S: Final = 0.25
"""The first pause; each one is twice as long as the one before …"""
MOST_S: Final = 15.0
"""… up to this one …"""
_CHANCE: Final = 0.25
"""… and longer or shorter by up to this share, so that many do not come back at the same moment."""
_LOOK_S: Final = 0.2


def passes(error: StudioError) -> bool:
    """Whether ``error`` says that something is away which comes back without a change of the job."""
    return error.code in _DATABASE | _STORE | _DISK | _VOICE


def from_disk(error: OSError, path: object) -> StudioError | None:
    """The refusal of a disk as an error that :func:`passes`; ``None`` for a fault of another kind."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return StudioError("disk_full", path=error.filename or path)
    if error.errno in DISK_ERRORS:
        return StudioError("not_writable", path=error.filename or path, reason=error.strerror or str(error))
    return None


def waits_for(error: StudioError) -> StudioError:
    """The reason that is shown of a job that waits until ``error`` has passed."""
    if error.code in _VOICE:
        return StudioError("waits_voice")
    code = "waits_database" if error.code in _DATABASE else "waits_store" if error.code in _STORE else "waits_disk"
    return StudioError(code, reason=Bilingual(error.localise("en")[0], error.localise("zh")[0]))


class Waiting:
    """Waits for the database, the store of sounds, and the disk. Thread-safe."""

    def __init__(
        self,
        records: Records,
        sounds: SoundStore,
        *,
        pause: Callable[[float, StudioError], None] | None = None,
        chance: Callable[[], float] = random.random,
    ) -> None:
        """``pause`` waits for so many seconds, or less where what is away has come back."""
        self._records = records
        self._sounds = sounds
        self._pause = pause or self._turned
        self._chance = chance

    def until_back(self, error: StudioError, stopped: Callable[[], bool], *, tries: int = 0) -> None:
        """Return once what ``error`` tells of can be used again, or the job is ``stopped``.

        ``tries`` is how often the same step has failed before: then the first pause is longer.
        """
        while not stopped():
            left_s = min(MOST_S, FIRST_S * 2.0 ** min(tries, 16)) * (1.0 + _CHANCE * (2.0 * self._chance() - 1.0))
            presence = self._presence(error)
            away = presence is not None and presence.error is not None
            while left_s > 0.0 and not stopped():
                self._pause(min(_LOOK_S, left_s), error)
                left_s -= _LOOK_S
                if away and presence is not None and presence.error is None:
                    break
            if stopped():
                return
            try:
                self._look(error)
            except StudioError as again:
                if not passes(again):
                    return  # the step itself tells it
                error, tries = again, tries + 1
            else:
                return

    def _presence(self, error: StudioError) -> Presence | None:
        if error.code in _DATABASE:
            return self._records.presence
        return self._sounds.presence if error.code in _STORE else None

    def _turned(self, seconds: float, error: StudioError) -> None:
        (self._presence(error) or self._records.presence).turned(seconds)

    def _look(self, error: StudioError) -> None:
        """Use what was away. Raises :class:`StudioError` while that cannot be done."""
        if error.code in _DATABASE:
            self._records.database.probe()
        elif error.code in _STORE:
            self._sounds.probe()
        elif error.code not in _VOICE:  # whether the voice is there, the step itself tells
            self._sounds.probe()
            self._records.probe_disk()
