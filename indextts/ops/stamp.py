"""What a server runs from: its code, its settings, the packages it imports. A change of any of it changes the stamp.

Standard library only: ``start_app.sh`` asks before anything is installed.
"""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[2]


def stamp(config: Path, *, root: Path = ROOT) -> str:
    """Hexadecimal digest of the program in ``root`` as it lies there now, with the settings in ``config``."""
    digest = hashlib.sha256(str(config.resolve()).encode())
    for path in [*_program(root), config]:
        try:
            state = path.stat()
        except OSError:
            continue
        digest.update(f"{path} {state.st_size} {state.st_mtime_ns}\n".encode("utf-8", "surrogateescape"))
    digest.update("\n".join(_packages()).encode("utf-8", "surrogateescape"))
    return digest.hexdigest()


def _program(root: Path) -> Iterator[Path]:
    for folder in ("indextts", "configs"):
        for path in sorted((root / folder).rglob("*")):
            if path.is_file() and path.suffix != ".pyc":
                yield path


def _packages() -> list[str]:
    """Names and versions of what is installed beside this Python."""
    places = {Path(place) for place in sys.path if place.endswith("-packages")}
    return sorted(found.name for place in places for found in place.glob("*.dist-info"))
