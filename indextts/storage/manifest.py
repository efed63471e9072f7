"""A model's folder: its files, and a manifest that knows each one's hash."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any, Final

from indextts.errors import StudioError
from indextts.storage.files import sha256_file

MANIFEST: Final = "manifest.json"


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

    def states(self, *, hashes: bool = True) -> list[FileState]:
        """Compare every file with the manifest, without ``hashes`` by its size alone (gigabytes take minutes to read).

        Empty when there is no usable manifest.
        """
        manifest = self._read()
        if manifest is None:
            return []
        return [self._state(name, entry, hashes) for name, entry in manifest["files"].items()]

    def state(self, name: str) -> FileState:
        """Compare one file of the manifest with its hash. Raises :class:`StudioError` ``model_missing``."""
        manifest = self._read()
        if manifest is None or name not in manifest["files"]:
            raise StudioError("model_missing", model=self.name)
        return self._state(name, manifest["files"][name], True)

    def whole(self) -> bool:
        """Whether there is a manifest and every file agrees with it."""
        states = self.states()
        return bool(states) and all(state.state == "ok" for state in states)

    def read(self, name: str) -> bytes:
        """A small file's content, checked against its hash.

        Raises :class:`StudioError` ``model_missing`` or ``model_corrupt``.
        """
        return self.checked_path(name).read_bytes()

    def checked_path(self, name: str) -> Path:
        """Where a file lies, once its content is known to agree with its hash; for readers that open it themselves.

        Raises as :meth:`read` does.
        """
        digest = self._digest(name)
        path = self.path / name
        if not path.is_file():
            raise StudioError("model_missing", model=self.name)
        if sha256_file(path) != digest:
            raise StudioError("model_corrupt", model=self.name, file=name)
        return path

    def _digest(self, name: str) -> str:
        manifest = self._read()
        if manifest is None or name not in manifest["files"]:
            raise StudioError("model_missing", model=self.name)
        return str(manifest["files"][name]["sha256"])

    def _state(self, name: str, entry: dict[str, Any], hashes: bool) -> FileState:
        file = self.path / name
        if not file.is_file():
            return FileState(name, 0, "missing")
        size = file.stat().st_size
        whole = size == entry["bytes"] and (not hashes or sha256_file(file) == entry["sha256"])
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


def _is_inside(name: str) -> bool:
    """Whether a file of that name lies in the folder or below it."""
    parts = PurePosixPath(name).parts
    return bool(parts) and not name.startswith("/") and ".." not in parts and "\\" not in name
