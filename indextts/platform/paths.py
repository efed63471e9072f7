"""Where the project's files are: in the folder that it was cloned to, or where a package was installed.

Standard library only, so that set-up can ask before anything is installed.
"""

from __future__ import annotations

import os
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[2]
"""The folder that holds the package, and in a clone everything else."""
DISTRIBUTION: Final = "indextts-studio"

_CONFIGS: Final = "configs"
_PACKAGED: Final = Path(__file__).resolve().parents[1] / "_configs"
"""The tables of an installed package, which the build copies there."""


def is_clone() -> bool:
    """Whether the program runs from the project's folder, and not as an installed package."""
    return _is_clone(ROOT)


@cache
def _is_clone(root: Path) -> bool:
    return (root / _CONFIGS).is_dir() and (root / "app.py").is_file()


def home() -> Path:
    """The folder to which relative paths of the configuration belong: the project's, or a person's data folder."""
    if is_clone():
        return ROOT
    usual = os.environ.get("LOCALAPPDATA", "~/AppData/Local") if os.name == "nt" else "~/.local/share"
    return Path(os.environ.get("XDG_DATA_HOME") or usual).expanduser() / DISTRIBUTION


def placed(path: Path) -> Path:
    """A path of the configuration as an absolute one, ``~`` a person's home; missing tables are the package's."""
    own = home() / path.expanduser()
    if path.parts[:1] == (_CONFIGS,) and not is_clone() and not own.exists():
        return _PACKAGED / path.relative_to(_CONFIGS)
    return own


def requirements() -> Path:
    """The file that pins what has to be installed. Raises ``importlib.metadata.PackageNotFoundError`` without one."""
    if is_clone():
        return ROOT / "requirements.txt"
    listed = metadata.distribution(DISTRIBUTION).files or []
    return Path(str(next(file.locate() for file in listed if file.name == "METADATA")))
