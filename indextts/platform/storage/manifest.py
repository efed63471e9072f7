"""A model's folder: its files, a manifest that knows each one's hash, and which of them have been read to their end.

A file whose size, times and place on the disk are still what they were when it was read is not read again; anything
else is a reason to do so. That memory alone proves nothing: its hashes are compared with those of the manifest.
"""

from __future__ import annotations

import hashlib
import json
import logging
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from os import stat_result
from pathlib import Path, PurePosixPath
from typing import Any, Final

from indextts.model.errors import StudioError
from indextts.model.i18n.messages import Bilingual
from indextts.platform.beats import Beat, no_beat
from indextts.platform.storage.files import sha256_file, write_file

MANIFEST: Final = "manifest.json"
SOURCES: Final = "sources"
"""Of a manifest: the hashes of what was fetched to make the files, where that is not kept."""
VERIFIED: Final = ".verified.json"
"""The memory's name, in the folder whose files it knows."""

_LARGE: Final = 64 * 1024**2
"""Bytes from which on reading a file is worth a line in the log."""

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class FileState:
    """One file of a model, compared with the manifest."""

    name: str
    bytes: int
    state: str
    """``ok``, ``missing`` or ``damaged``."""


class ModelFolder:
    """A model's folder ``path`` with ``manifest.json``: names, sizes and hashes of its files."""

    def __init__(self, name: str, path: Path) -> None:
        self.name = name
        self.path = path
        self.contents = Verified(path)

    def write_manifest(self, folder: Path, identity: str) -> None:
        """Record every file of ``folder`` (the folder being built), and what they were built from."""
        own = (MANIFEST, VERIFIED)
        digests = {file.name: sha256_file(file) for file in folder.iterdir() if file.name not in own}
        data = manifest_of(self.name, folder, digests, identity)
        (folder / MANIFEST).write_text(json.dumps(data, indent=2) + "\n", encoding="utf-8")

    def identity(self) -> str | None:
        """The hash of what the files were built from; ``None`` when there is no usable manifest."""
        manifest = self._read()
        return None if manifest is None else str(manifest["identity"])

    def digests(self) -> dict[str, str]:
        """Each file's hash as the manifest knows it; empty when there is no usable manifest."""
        return {name: str(entry["sha256"]) for name, entry in self._files().items()}

    def sources(self) -> dict[str, str]:
        """The hashes of what the files were made of, where the manifest knows them."""
        held = (self._read() or {}).get(SOURCES)
        return {str(name): str(digest) for name, digest in held.items()} if isinstance(held, dict) else {}

    def verified(self, beat: Beat = no_beat) -> dict[str, str]:
        """Each file's hash, once every content is known to have it; what was read before is not read again.

        ``beat`` is called now and then, and raises to stop. Raises :class:`StudioError` ``model_missing`` or
        ``model_corrupt``.
        """
        return {name: self._verified(name, digest, beat) for name, digest in self.digests().items()}

    def states(self, *, hashes: bool = True) -> list[FileState]:
        """Compare every file with the manifest, without ``hashes`` by its size alone (gigabytes take minutes to read).

        Hashes are always those of the whole content, read anew. Empty when there is no usable manifest.
        """
        return [self._state(name, entry, hashes, no_beat) for name, entry in self._files().items()]

    def state(self, name: str, beat: Beat = no_beat) -> FileState:
        """Compare one file of the manifest with its hash, all of it read anew.

        ``beat`` is called now and then, and raises to stop. Raises :class:`StudioError` ``model_missing``.
        """
        return self._state(name, self._entry(name), True, beat)

    def whole(self) -> bool:
        """Whether there is a manifest and every file agrees with it."""
        states = self.states()
        return bool(states) and all(state.state == "ok" for state in states)

    def read(self, name: str) -> bytes:
        """A small file's content, checked against its hash.

        Raises :class:`StudioError` ``model_missing`` or ``model_corrupt``.
        """
        digest = self._entry(name)["sha256"]
        try:
            data = (self.path / name).read_bytes()
        except FileNotFoundError as error:
            raise StudioError("model_missing", model=self.name) from error
        if hashlib.sha256(data).hexdigest() != digest:
            raise corrupt(self.name, name)
        return data

    def checked_path(self, name: str, beat: Beat = no_beat) -> Path:
        """Where a file lies, once its content is known to agree with its hash; for readers that open it themselves.

        Raises as :meth:`verified` does.
        """
        self._verified(name, self._entry(name)["sha256"], beat)
        return self.path / name

    def _verified(self, name: str, digest: str, beat: Beat) -> str:
        try:
            found = self.contents.digest(name, beat, expected=digest)
        except (FileNotFoundError, NotADirectoryError, IsADirectoryError) as error:
            raise StudioError("model_missing", model=self.name) from error
        if found != digest:
            raise corrupt(self.name, name)
        return found

    def _files(self) -> dict[str, Any]:
        """The manifest's entries by name; none when there is no usable manifest."""
        manifest = self._read()
        return {} if manifest is None else dict(manifest["files"])

    def _entry(self, name: str) -> dict[str, Any]:
        entry: dict[str, Any] | None = self._files().get(name)
        if entry is None:
            raise StudioError("model_missing", model=self.name)
        return entry

    def _state(self, name: str, entry: dict[str, Any], hashes: bool, beat: Beat) -> FileState:
        file = self.path / name
        if not file.is_file():
            return FileState(name, 0, "missing")
        size = file.stat().st_size
        whole = size == entry["bytes"] and (
            not hashes or self.contents.digest(name, beat, fresh=True) == entry["sha256"]
        )
        return FileState(name, size, "ok" if whole else "damaged")

    def _read(self) -> Mapping[str, Any] | None:
        path = self.path / MANIFEST
        try:
            return _usable(path, stamp_of(path.stat()))
        except (OSError, ValueError):
            return None


@lru_cache(maxsize=64)
def _usable(path: Path, _: str) -> Mapping[str, Any] | None:
    """What a manifest says, for its readers alone to look at; ``None`` where it is none.

    Each request asks for it several times, so that it is read again only where its stamp is another.
    """
    try:
        data: Any = json.loads(path.read_text(encoding="utf-8"))
        usable = isinstance(data["identity"], str) and all(
            not name.startswith("/")
            and "\\" not in name
            and parts
            and ".." not in parts  # it lies in the folder
            and isinstance(entry["sha256"], str)
            and isinstance(entry["bytes"], int)
            for name, entry in data["files"].items()
            for parts in [PurePosixPath(name).parts]
        )
    except (ValueError, KeyError, TypeError, AttributeError):
        return None
    return data if usable else None


def corrupt(model: str, file: str) -> StudioError:
    """The error of an installed model's file whose content is not what it should be."""
    order = f"python -m indextts models pull {model.partition('/')[0]}"
    mend = Bilingual(f"Run “{order}” to repair it.", f"请运行 “{order}” 修复。")
    return StudioError("model_corrupt", model=model, file=file, mend=mend)


def manifest_of(model: str, folder: Path, digests: Mapping[str, str], identity: str = "") -> dict[str, Any]:
    """What the manifest of ``folder`` says of files (``path → SHA-256``); no identity is that of all of them."""
    held = sorted(digests.items())
    files = {name: {"sha256": digest, "bytes": (folder / name).stat().st_size} for name, digest in held}
    lines = "".join(f"{name} {digest}\n" for name, digest in held)
    return {"model": model, "identity": identity or hashlib.sha256(lines.encode()).hexdigest(), "files": files}


class Verified:
    """The files of one folder. Thread-safe; several processes may share the memory."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._memory = folder / VERIFIED
        self._lock = threading.Lock()
        self._known: dict[str, tuple[str, str]] | None = None
        """``name → (stamp, digest)``"""

    def digest(self, name: str, beat: Beat = no_beat, *, expected: str = "", fresh: bool = False) -> str:
        """The SHA-256 of a file's content.

        A remembered hash that is not the ``expected`` one is not believed, and ``fresh`` believes none: the file is
        read. Raises ``OSError`` where it cannot be, and what ``beat`` raises.
        """
        path = self.folder / name
        stamp = stamp_of(path.stat())
        with self._lock:
            if self._known is None:
                self._known = _load(self._memory)
            known_stamp, known = self._known.get(name, ("", ""))
        if not fresh and known_stamp == stamp and expected in ("", known):
            return known
        found = _read(path, beat)
        if stamp_of(path.stat()) == stamp:  # else it is being written: the next opening reads it again
            self._remember(name, stamp, found)
        return found

    def _remember(self, name: str, stamp: str, found: str) -> None:
        with self._lock:
            if (self._known or {}).get(name) == (stamp, found):
                return
            # Another process may have read other files meanwhile.
            self._known = {**_load(self._memory), name: (stamp, found)}
            files = {name: list(entry) for name, entry in sorted(self._known.items())}
            data = json.dumps({"check": _check(files), "files": files}, indent=1) + "\n"
            try:
                write_file(self._memory, data.encode())
            except StudioError as error:
                log.warning("What was verified is not remembered, so it will be read again: %s", error)


def stamp_of(about: stat_result) -> str:
    """What changes when a file's content does. Unlike the time of writing, that of change cannot be set back."""
    return f"{about.st_size} {about.st_mtime_ns} {about.st_ctime_ns} {about.st_ino}"


def _read(path: Path, beat: Beat) -> str:
    size, began = path.stat().st_size, time.perf_counter()
    if size >= _LARGE:
        log.info("Verifying %s (%.0f MB); this is done once", path, size / 1e6)
    found = sha256_file(path, beat)
    if size >= _LARGE:
        log.info("Verified %s in %.1f s", path, time.perf_counter() - began)
    return found


def _load(memory: Path) -> dict[str, tuple[str, str]]:
    """What is remembered; nothing where the memory is not as it was written."""
    try:
        held: Any = json.loads(memory.read_text(encoding="utf-8"))
        files = held["files"]
        if held["check"] != _check(files):
            return {}
        return {str(name): (str(stamp), str(digest)) for name, (stamp, digest) in files.items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return {}


def _check(files: object) -> str:
    return hashlib.sha256(json.dumps(files, sort_keys=True).encode()).hexdigest()
