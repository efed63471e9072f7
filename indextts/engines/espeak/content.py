"""Whether espeak-ng's library and data are what was installed: its package's own list has their hashes.

They are a few megabytes, so that they are read at every opening.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable
from importlib import metadata
from pathlib import Path
from typing import Final

from indextts.errors import StudioError
from indextts.i18n.messages import Bilingual

PACKAGE: Final = "espeakng-loader"

_MEND: Final = f"python -m pip install --force-reinstall --no-deps {PACKAGE}"


def content_hash(files: Iterable[Path]) -> str:
    """One SHA-256 over the files' contents, each of which is what the package's list says.

    Raises :class:`StudioError` ``model_corrupt`` with the first that is not, or that the list does not have.
    """
    known = _recorded()
    whole = hashlib.sha256()
    for file in files:
        digest = hashlib.sha256(file.read_bytes()).digest()
        if known.get(file.resolve()) != digest:
            mend = Bilingual(f"Run “{_MEND}”.", f"请运行 “{_MEND}”。")
            raise StudioError("model_corrupt", model=PACKAGE, file=file.name, mend=mend)
        whole.update(digest)
    return whole.hexdigest()


def _recorded() -> dict[Path, bytes]:
    """The hashes that pip has verified and written down."""
    try:
        listed = metadata.files(PACKAGE) or []
    except metadata.PackageNotFoundError:
        listed = []
    return {
        Path(str(file.locate())).resolve(): base64.urlsafe_b64decode(file.hash.value + "=")
        for file in listed
        if file.hash is not None and file.hash.mode == "sha256"
    }
