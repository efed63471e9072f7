"""The sounds of what was spoken, on the disk: the segment cache's second level, which outlives the process.

    sounds = SoundStore(config.works_path / "sounds")
    sounds.keep(sound, *keys)       # whole and on the disk itself, or an error
    sounds.get(key)                 # None: not there, or damaged; it is spoken again

A sound is one FLAC file, which any player opens. What speaking has written into the plan stands in a block of its own
inside of it, with a hash of both: so a file is whole or it counts for nothing.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import json
import logging
import os
import re
import secrets
from collections.abc import Callable, Collection, Iterator, Sequence
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt
import soundfile

from indextts.model.errors import StudioError
from indextts.plan.segment_cache import SegmentSound
from indextts.platform.clock import believed
from indextts.platform.config import LabelConfig
from indextts.platform.storage.files import PART, dropped, own_folder, probe, sync_folder, write_file, writing
from indextts.sound.export.label import label_text
from indextts.sound.tags import HEAD_BYTES, renamed
from indextts.works.db.presence import Presence
from indextts.works.sounds.pcm import Pcm

log = logging.getLogger(__name__)

_NAME: Final = re.compile(r"[0-9a-f]{64}")
_OURS: Final = b"iTTS"
"""Marks our block among those of a FLAC file."""
_APPLICATION: Final = 2
"""FLAC's number for a block of a program's own."""
_LAST: Final = 0x80
_MAX_TOLD_BYTES: Final = 2**20
"""Of that block: five numbers for each of 1,200 symbols are 120 KB."""
_INFO_BYTES: Final = 38
"""Of FLAC's first block with its head."""
_YOUNG_S: Final = 600.0
"""A sound that has just been made is not removed: its job may not name it yet."""


class SoundStore:
    """A folder of sounds by their names (:func:`indextts.plan.segment_cache.segment_key`). Thread-safe."""

    def __init__(
        self,
        folder: Path,
        label: LabelConfig = LabelConfig(),  # noqa: B008 - it is frozen
        presence: Presence | None = None,
    ) -> None:
        """``label``: what each file says about itself, since projects take the files out of the house.

        ``presence`` hears whether it can be reached.
        """
        self.folder = folder
        self.presence = presence or Presence("store of sounds")
        self._label = label

    @property
    def place(self) -> str:
        """Where it is, as a person is told it."""
        return str(self.folder)

    def probe(self) -> None:
        """Write something, and remove it again. Raises :class:`StudioError` while that cannot be done."""
        with self._telling():
            probe(self.folder)

    @contextlib.contextmanager
    def _telling(self) -> Iterator[None]:
        """Notes whether it can be written. Raises :class:`StudioError` for each refusal of the disk."""
        since = self.presence.misses
        try:
            with writing(self.folder):
                yield
        except OSError as error:
            told = StudioError("not_writable", path=self.folder, reason=error.strerror or str(error))
            self.presence.missed(told)
            raise told from error
        except StudioError as error:
            self.presence.missed(error)
            raise
        self.presence.reached(since)

    def path(self, key: str) -> Path:
        """Where the sound of that name is, if it is there. Raises :class:`ValueError` for what is no name."""
        if _NAME.fullmatch(key) is None:
            raise ValueError(f"not the name of a sound: {key!r}")
        return self.folder / key[:2] / f"{key}.flac"

    def has(self, key: str) -> bool:
        """Whether there is a file of that name, whole or not."""
        return self.path(key).is_file()

    def data(self, key: str) -> bytes:
        """The file of that name, whole or not. Raises :class:`OSError` where there is none."""
        return self.path(key).read_bytes()

    def get(self, key: str) -> SegmentSound | None:
        """The sound of that name; ``None`` where there is none, or a damaged one, which is removed."""
        path = self.path(key)
        try:
            data = path.read_bytes()
        except OSError:
            return None
        try:
            sound = unpack(data)
        except Exception as error:  # whatever a decoder raises for bytes that it cannot read
            log.warning("The sound %s is damaged and will be spoken again: %s", key, error)
            with contextlib.suppress(OSError):
                path.unlink()
            return None
        with contextlib.suppress(OSError):
            os.utime(path)  # it was needed now: others go before it
        return sound

    def keep(self, sound: SegmentSound, rate: int, *keys: str) -> None:
        """Put ``sound`` on the disk under all ``keys``; when it returns, no cut of the power takes it away.

        Raises :class:`StudioError` ``disk_full`` or ``not_writable``.
        """
        with self._telling():
            self._keep(sound, rate, *keys)

    def _keep(self, sound: SegmentSound, rate: int, *keys: str) -> None:
        missing = [key for key in keys if not self.has(key)]
        if not missing:
            return
        # Only a whole one gets another name; a damaged one is gone after this look.
        whole = [key for key in keys if key not in missing and self.get(key) is not None]
        if not whole:
            label = label_text(self._label, sound.pcm.astype("<i2").tobytes())
            write_file(self.path(keys[0]), pack(sound, rate, label))
            whole = [keys[0]]
        for key in keys:
            if not self.has(key):
                self._also(whole[0], key)

    def note(self, key: str, names: Sequence[str]) -> None:
        """From now on ``names`` stand for the sound ``key``, which is on this disk; they are no names of its own.

        Where that cannot be, a later version of the text speaks it again.
        """
        with contextlib.suppress(OSError):
            sound = self.path(key).stat()
            for name in names:
                with contextlib.suppress(FileNotFoundError):
                    if os.path.samestat(self.path(name).stat(), sound):
                        continue
                self._also(key, name)

    def _also(self, first: str, key: str) -> None:
        """Give the sound ``first`` another name: the same file where the disk can do that, else a copy."""
        path = self.path(key)
        aside = path.with_name(f".{path.name}.{secrets.token_hex(4)}{PART}")
        try:
            own_folder(path.parent)
            os.link(self.path(first), aside)
            aside.replace(path)
            sync_folder(path.parent)
        except OSError:
            with contextlib.suppress(OSError):
                aside.unlink(missing_ok=True)
            write_file(path, self.path(first).read_bytes())

    def sweep(self, *, max_bytes: int, max_age_s: float, keep: Callable[[], Collection[str]]) -> int:
        """Remove sounds that have expired, then the least recently played ones until the total fits.

        ``keep`` names the sounds that stay, whatever they take. How many files were removed.
        """
        now = believed()
        total, removed = 0, 0
        loose: list[tuple[float, int, list[Path]]] = []
        kept = frozenset(keep())
        for age, size, paths in self._files(now):
            if age < _YOUNG_S or any(path.stem in kept for path in paths):
                total += size
            else:
                loose.append((age, size, paths))
        for age, size, paths in sorted(loose, key=lambda one: one[0]):
            total += size
            if age > max_age_s or total > max_bytes:
                total -= size
                removed += len(paths)
                for path in paths:
                    path.unlink(missing_ok=True)
        return removed

    def _files(self, now: float) -> Iterator[tuple[float, int, list[Path]]]:
        """Age, size and names of every file, each once however many names it has."""
        found: dict[tuple[int, int], tuple[float, int, list[Path]]] = {}
        with contextlib.suppress(FileNotFoundError):
            for folder in sorted(self.folder.iterdir()):
                for path in folder.iterdir() if folder.is_dir() else ():
                    with contextlib.suppress(OSError):
                        about = path.lstat()
                        if path.name.endswith(PART):
                            dropped(path)
                        elif _NAME.fullmatch(path.stem):
                            age, none = max(0.0, now - about.st_mtime), list[Path]()
                            one = found.setdefault((about.st_dev, about.st_ino), (age, about.st_size, none))
                            one[2].append(path)
        yield from found.values()


def pack(sound: SegmentSound, rate: int, label: str = "") -> bytes:
    """``sound`` as a FLAC file that :func:`unpack` reads."""
    about: dict[str, object] = {
        "contents": sound.contents,
        "times": [[_plain(value) for value in row] for row in sound.times.tolist()],
        "predicted": [[_plain(value) for value in row] for row in sound.predicted.tolist()],
    }
    if sound.spoken_in:
        about["spoken_in"] = sound.spoken_in
    told = json.dumps(about, separators=(",", ":")).encode()
    file = io.BytesIO()
    with soundfile.SoundFile(file, "w", rate, 1, format="FLAC", subtype="PCM_16") as flac:
        if label:
            flac.comment = label
        flac.write(sound.pcm)
    plain = file.getvalue()
    if label:
        plain = b"".join((renamed(plain[:HEAD_BYTES], label), memoryview(plain)[HEAD_BYTES:]))
    block = _OURS + _digest(sound.pcm, told) + told
    info = bytearray(plain[4 : 4 + _INFO_BYTES])
    head = bytes(((info[0] & _LAST) | _APPLICATION,)) + len(block).to_bytes(3, "big")
    info[0] &= ~_LAST & 0xFF
    return b"".join((b"fLaC", info, head, block, memoryview(plain)[4 + _INFO_BYTES :]))


def unpack(data: bytes) -> SegmentSound:
    """The sound in a file of :func:`pack`. Raises whatever its damage leads to."""
    begin = 4 + _INFO_BYTES
    if data[:4] != b"fLaC" or data[begin] & ~_LAST != _APPLICATION or data[begin + 4 : begin + 8] != _OURS:
        raise ValueError("it is no sound of this program")
    block = data[begin + 8 : begin + 4 + int.from_bytes(data[begin + 1 : begin + 4], "big")]
    written, told = block[:32], block[32:]
    pcm: Pcm = soundfile.read(io.BytesIO(data), dtype="int16")[0]
    if _digest(pcm, told) != written:
        raise ValueError("its hash is another one")
    if len(told) > _MAX_TOLD_BYTES:
        raise ValueError("it tells more than a segment has")
    about = json.loads(told)
    times, predicted = _table(about["times"], 2), _table(about["predicted"], 3)
    return SegmentSound(pcm, times, predicted, str(about["contents"]), str(about.get("spoken_in", "")))


def _digest(pcm: Pcm, told: bytes) -> bytes:
    whole = hashlib.sha256(np.ascontiguousarray(pcm, "<i2").data)
    whole.update(told)
    return whole.digest()


def _plain(value: float) -> float | None:
    return None if value != value else value


def _table(rows: list[list[float | None]], width: int) -> npt.NDArray[np.float64]:
    values = [[np.nan if value is None else value for value in row] for row in rows]
    return np.array(values, np.float64).reshape(-1, width)
