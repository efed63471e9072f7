"""Sambert's voices in the store: fetched or given as ModelScope's packages, converted once, kept without these."""

from __future__ import annotations

import hashlib
import importlib.util
import json
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from indextts.config import Config
from indextts.engines.info import Fetch
from indextts.engines.sambert.info import NAME, model_folder, voice_names
from indextts.errors import StudioError
from indextts.storage.files import write_file
from indextts.storage.manifest import MANIFEST, SOURCES, ModelFolder

PACKAGE: Final = "sambert-package"
"""Where a fetched package lies until its voices are converted."""


def ensure(config: Config, *, local: Path | None, fetch: Fetch, say: Callable[[str], None]) -> bool:
    """Install the published voices unless they are here and whole, or those of ``local`` beside them.

    See :class:`indextts.engines.info.Installer`. Raises :class:`StudioError` ``dependency_missing`` without PyTorch,
    which reads the checkpoints, ``voice_unusable``, ``bad_file``, and what fetching raises.
    """
    home = ModelFolder(NAME, config.models_path / NAME)
    if local is None and home.whole():
        return False
    if importlib.util.find_spec("torch") is None:
        # Said before a gigabyte is fetched, not after.
        raise StudioError("dependency_missing", package="torch", command="./start_app.sh --with sambert")
    from indextts.engines.sambert import convert

    package = local or config.models_path / PACKAGE
    first = home.sources()
    if local is None and not ModelFolder(PACKAGE, package).whole():
        fetch(PACKAGE, known=first)
    for name in convert.install(package, config, say=say):
        say(f"{name} can speak")
    _list_voices(config, first if local else ModelFolder(PACKAGE, package).digests())
    if local is None:
        shutil.rmtree(package, ignore_errors=True)
    return True


def _list_voices(config: Config, sources: Mapping[str, str]) -> None:
    """Write the manifest of all voices together, by which they are listed and verified.

    ``sources`` are the hashes of the package that was fetched for them: what comes for a repair must be the same.
    """
    files: dict[str, dict[str, object]] = {}
    for name in voice_names(config):
        folder = model_folder(config, name)
        for file, digest in folder.digests().items():
            files[f"{name}/{file}"] = {"sha256": digest, "bytes": (folder.path / file).stat().st_size}
    lines = "".join(f"{path} {entry['sha256']}\n" for path, entry in sorted(files.items()))
    data = {"model": NAME, "identity": hashlib.sha256(lines.encode()).hexdigest(), "files": files}
    data |= {SOURCES: dict(sources)}
    write_file(config.models_path / NAME / MANIFEST, (json.dumps(data, indent=2) + "\n").encode())
