"""A model's folder: its files, and a manifest that knows each one's hash."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any, Final

from indextts.errors import StudioError
from indextts.i18n.messages import Bilingual
from indextts.storage.files import sha256_file
from indextts.storage.verified import Beat, Verified, go_on

MANIFEST: Final = "manifest.json"
SOURCES: Final = "sources"
"""Of a manifest: the hashes of what was fetched to make the files, where that is not kept."""


@dataclass(frozen=True)
class FileState:
    """One file of a model, compared with the manifest."""

    name: str
    bytes: int
    state: str
    """``ok``, ``missing`` or ``damaged``."""


class ModelFolder:
    """``path`` holds a model's files; ``manifest.json`` beside them says what they should be."""

    def __init__(self, name: str, path: Path) -> None:
        self.name = name
        self.path = path
        self.contents = Verified(path)

    def write_manifest(self, folder: Path, identity: str) -> None:
        """Record every file of ``folder`` (the folder being built), and what they were built from."""
        files = {
            file.name: {"sha256": sha256_file(file), "bytes": file.stat().st_size}
            for file in sorted(folder.iterdir())
        }
        data = {"model": self.name, "identity": identity, "files": files}
        (folder / MANIFEST).write_text(json.dumps(data, indent=2) + "\n", encoding="utf-8")

    def identity(self) -> str | None:
        """The hash of what the files were built from; ``None`` when there is no usable manifest."""
        manifest = self._read()
        return None if manifest is None else str(manifest["identity"])

    def digests(self) -> dict[str, str]:
        """Each file's hash as the manifest knows it; empty when there is no usable manifest."""
        manifest = self._read()
        return {} if manifest is None else {name: str(entry["sha256"]) for name, entry in manifest["files"].items()}

    def sources(self) -> dict[str, str]:
        """The hashes of what the files were made of, where the manifest knows them."""
        held = (self._read() or {}).get(SOURCES)
        return {str(name): str(digest) for name, digest in held.items()} if isinstance(held, dict) else {}

    def verified(self, beat: Beat = go_on) -> dict[str, str]:
        """Each file's hash, once every content is known to have it; what was read before is not read again.

        ``beat`` is called now and then, and raises to stop. Raises :class:`StudioError` ``model_missing`` or
        ``model_corrupt``.
        """
        return {name: self._verified(name, digest, beat) for name, digest in self.digests().items()}

    def states(self, *, hashes: bool = True) -> list[FileState]:
        """Compare every file with the manifest, without ``hashes`` by its size alone (gigabytes take minutes to read).

        Hashes are always those of the whole content, read anew. Empty when there is no usable manifest.
        """
        manifest = self._read()
        if manifest is None:
            return []
        return [self._state(name, entry, hashes, go_on) for name, entry in manifest["files"].items()]

    def state(self, name: str, beat: Beat = go_on) -> FileState:
        """Compare one file of the manifest with its hash, all of it read anew.

        ``beat`` is called now and then, and raises to stop. Raises :class:`StudioError` ``model_missing``.
        """
        manifest = self._read()
        if manifest is None or name not in manifest["files"]:
            raise StudioError("model_missing", model=self.name)
        return self._state(name, manifest["files"][name], True, beat)

    def whole(self) -> bool:
        """Whether there is a manifest and every file agrees with it."""
        states = self.states()
        return bool(states) and all(state.state == "ok" for state in states)

    def read(self, name: str) -> bytes:
        """A small file's content, checked against its hash.

        Raises :class:`StudioError` ``model_missing`` or ``model_corrupt``.
        """
        digest = self._digest(name)
        try:
            data = (self.path / name).read_bytes()
        except FileNotFoundError as error:
            raise StudioError("model_missing", model=self.name) from error
        if hashlib.sha256(data).hexdigest() != digest:
            raise corrupt(self.name, name)
        return data

    def checked_path(self, name: str, beat: Beat = go_on) -> Path:
        """Where a file lies, once its content is known to agree with its hash; for readers that open it themselves.

        Raises as :meth:`verified` does.
        """
        self._verified(name, self._digest(name), beat)
        return self.path / name

    def _verified(self, name: str, digest: str, beat: Beat) -> str:
        try:
            found = self.contents.digest(name, beat, expected=digest)
        except (FileNotFoundError, NotADirectoryError, IsADirectoryError) as error:
            raise StudioError("model_missing", model=self.name) from error
        if found != digest:
            raise corrupt(self.name, name)
        return found

    def _digest(self, name: str) -> str:
        manifest = self._read()
        if manifest is None or name not in manifest["files"]:
            raise StudioError("model_missing", model=self.name)
        return str(manifest["files"][name]["sha256"])

    def _state(self, name: str, entry: dict[str, Any], hashes: bool, beat: Beat) -> FileState:
        file = self.path / name
        if not file.is_file():
            return FileState(name, 0, "missing")
        size = file.stat().st_size
        whole = size == entry["bytes"] and (
            not hashes or self.contents.digest(name, beat, fresh=True) == entry["sha256"]
        )
        return FileState(name, size, "ok" if whole else "damaged")

    def _read(self) -> dict[str, Any] | None:
        try:
            data: Any = json.loads((self.path / MANIFEST).read_text(encoding="utf-8"))
            usable = isinstance(data["identity"], str) and all(
                isinstance(name, str) and _is_inside(name) and isinstance(entry["sha256"], str)
                and isinstance(entry["bytes"], int)
                for name, entry in data["files"].items()
            )
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            return None
        return data if usable else None


def corrupt(model: str, file: str) -> StudioError:
    """The error of an installed model's file whose content is not what it should be."""
    order = f"python -m indextts models pull {model.partition('/')[0]}"
    mend = Bilingual(f"Run “{order}” to have it mended.", f"请运行 “{order}” 修复。")
    return StudioError("model_corrupt", model=model, file=file, mend=mend)


def _is_inside(name: str) -> bool:
    """Whether a file of that name lies in the folder or below it."""
    parts = PurePosixPath(name).parts
    return bool(parts) and not name.startswith("/") and ".." not in parts and "\\" not in name
