"""Writes beside every pin of requirements*.txt the SHA-256 of each file that it may be installed from.

Run it after a change of a pin, with uv on the PATH (a throwaway environment will do: pip install uv):

    python scripts/hashes.py

Comments, order and what stands in a line stay; a package that is installed apart (`# apart:`) has none. Nothing but
what the requirements name is asked for: what a package needs has a pin of its own.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parent.parent
_PIN: Final = re.compile(r"(?P<name>[A-Za-z0-9._-]+)==(?P<rest>[^\\#]+?)\s*\\?$")
_HASH: Final = re.compile(r"\s+(?P<hash>--hash=sha256:[0-9a-f]{64})\s*\\?$")
_ASK: Final = ("uv", "pip", "compile", "--no-deps", "--generate-hashes", "--no-annotate", "--no-header", "--quiet")


class NoHashesError(Exception):
    """A pin of which nothing is known, or a line that cannot be read."""


def bare(lines: Sequence[str]) -> list[str]:
    """The lines without what this program has written."""
    kept = [line for line in lines if not _HASH.match(line)]
    return [match[0].rstrip("\\").rstrip() if (match := _PIN.match(line)) else line for line in kept]


def hashes(lines: Sequence[str]) -> dict[str, list[str]]:
    """Each package's hashes, by its normalised name."""
    found: dict[str, list[str]] = {}
    name = ""
    for line in lines:
        if pin := _PIN.match(line):
            name = _normalised(pin["name"])
        elif (told := _HASH.match(line)) and name:
            found.setdefault(name, []).append(told["hash"])
    return found


def hashed(lines: Sequence[str], known: Mapping[str, Sequence[str]]) -> Iterator[str]:
    """The bare lines with these hashes. Raises :class:`NoHashesError`."""
    for line in bare(lines):
        pin = _PIN.match(line)
        if pin is None and line and not line.startswith("#"):
            raise NoHashesError(f"{line}: a pin stands alone in its line, a comment above it")
        if pin is None:
            yield line
            continue
        told = known.get(_normalised(pin["name"]))
        if not told:
            raise NoHashesError(f"{pin['name']}: the index has no such version")
        yield " \\\n    ".join((line, *sorted(told)))


def asked(file: Path) -> dict[str, list[str]]:
    """The hashes that the package index tells of the pins of a file, for all systems and Pythons from 3.11."""
    lines = bare(file.read_text(encoding="utf-8").splitlines())
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / file.name
        source.write_text("\n".join(lines) + "\n", encoding="utf-8")
        command = [*_ASK, "--universal", "--python-version", "3.11", str(source)]
        told = subprocess.run(command, capture_output=True, text=True, check=False)
    if told.returncode:
        raise NoHashesError(told.stderr.strip())
    return hashes(told.stdout.splitlines())


def renew(file: Path) -> None:
    """Write the hashes of a file anew. Raises :class:`NoHashesError`."""
    lines = file.read_text(encoding="utf-8").splitlines()
    file.write_text("\n".join(hashed(lines, asked(file))) + "\n", encoding="utf-8")


def _normalised(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


if __name__ == "__main__":
    try:
        for path in sorted(ROOT.glob("requirements*.txt")):
            renew(path)
    except (NoHashesError, FileNotFoundError) as error:
        sys.exit(str(error))
