"""Reads ``assets/``, the data that travels with the program, after checking each file's hash.

``assets/manifest.json`` knows every file's hash. After changing a file, write it anew::

    python -m indextts.platform.storage.assets
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
from pathlib import Path
from typing import Final

from indextts.model.errors import StudioError
from indextts.model.i18n.messages import Bilingual
from indextts.platform.storage.files import sha256_file, write_file
from indextts.platform.storage.manifest import MANIFEST, ModelFolder, manifest_of

ASSETS: Final = Path(__file__).parents[2] / "assets"

_NAME: Final = "assets"


def read(path: Path) -> bytes:
    """The content of a file, which has its hash if it lies in ``assets/``; others are a person's own.

    Raises :class:`StudioError` ``model_corrupt``, and ``OSError`` where it cannot be read.
    """
    data = path.read_bytes()
    name = _name(path)
    if name is not None and hashlib.sha256(data).hexdigest() != ModelFolder(_NAME, ASSETS).digests().get(name):
        mend = Bilingual("Download the project's files again.", "请重新获取项目文件。")
        raise StudioError("model_corrupt", model=_NAME, file=name, mend=mend)
    return data


def read_text(path: Path) -> str:
    """As :func:`read`, of a text in UTF-8."""
    return read(path).decode("utf-8")


def manifest(folder: Path = ASSETS) -> bytes:
    """What the manifest should hold for the files as they are; what is written for people is left out."""
    digests = {
        path.relative_to(folder).as_posix(): sha256_file(path)
        for path in folder.rglob("*")
        if path.is_file() and path.suffix != ".md" and path.name != MANIFEST and not path.name.startswith(".")
    }
    return (json.dumps(manifest_of(_NAME, folder, digests), indent=1) + "\n").encode()


def renew(changed: Path = ASSETS) -> None:
    """Write the manifest for the files as they are, unless what was ``changed`` lies elsewhere than in ``assets/``."""
    if _name(changed) is not None:
        write_file(ASSETS / MANIFEST, manifest(ASSETS))


def _name(path: Path) -> str | None:
    """What a file is called in ``assets/``; links are not followed, so that none leads past the hashes."""
    place = Path(os.path.abspath(path))
    return place.relative_to(ASSETS).as_posix() if place.is_relative_to(ASSETS) else None


if __name__ == "__main__":
    renew()
    sys.exit()
