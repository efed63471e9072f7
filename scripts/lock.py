"""Pins what pyproject.toml names, and all that it needs, in requirements/lock.txt; writes requirements.txt from it.

Run it after a change of a dependency, with uv on the PATH (a throwaway environment will do: pip install uv):

    python scripts/lock.py            ask the package index, then write the lock and all files of requirements
    python scripts/lock.py --files    write the files of requirements from the lock as it is

The lock holds each package once, with the SHA-256 of each file that it may be installed from, and names the sets (the
default installation, each extra and each group of pyproject.toml) that install it. What the lock pins already stays:
remove a package's lines to have its newest version. PyTorch alone is not in it, because it is published as one build
for each kind of processor and card; what it needs is named in pyproject.toml.

A set's file is requirements/NAME.txt; the default installation's is requirements.txt. Each holds its hashes itself, so
that any pip can install from it.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

ROOT: Final = Path(__file__).resolve().parent.parent
DEFAULT: Final = "default"
"""The set that ``requirements.txt`` is."""
APART: Final = ("torch",)
"""Packages that are installed apart from the others, without a hash."""

_LOCK: Final = Path("requirements", "lock.txt")
_ASK: Final = ("uv", "pip", "compile", "--universal", "--python-version", "3.11", "--no-header", "--no-annotate")
_ELSEWHERE: Final = re.compile(r"sys_platform == '(?:win32|emscripten)'")
"""Systems on which the set-up scripts do not run."""
_DIGEST: Final = "# sha256 of the dependencies in pyproject.toml: "
_PIN: Final = re.compile(r"(?P<name>[A-Za-z0-9._-]+)==(?P<version>[^\s;\\]+)(?: ; (?P<marker>[^\\]+?))?(?: \\)?$")
_HASH: Final = re.compile(r"    --hash=(?P<hash>sha256:[0-9a-f]{64})(?: \\)?$")
_SETS: Final = "    # for "


class LockError(Exception):
    """Dependencies that cannot be resolved, or a lock that cannot be read."""


@dataclass(frozen=True)
class Pin:
    """A package of the lock."""

    name: str
    version: str
    marker: str = ""
    hashes: tuple[str, ...] = ()
    sets: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"{self.name}=={self.version}" + (f" ; {self.marker}" if self.marker else "")

    def lines(self) -> str:
        """The pin with its hashes."""
        return " \\\n    ".join((str(self), *(f"--hash={one}" for one in self.hashes)))


def sets_of(project: Mapping[str, Any]) -> dict[str, list[str]]:
    """What each set of a pyproject.toml asks for: the default installation, its extras and its groups."""
    about = project["project"]
    sets = {DEFAULT: about["dependencies"], **about.get("optional-dependencies", {})}
    return sets | project.get("dependency-groups", {})


def digest(sets: Mapping[str, Sequence[str]]) -> str:
    """What tells one state of the dependencies from another."""
    return hashlib.sha256(json.dumps(sets, sort_keys=True).encode()).hexdigest()


def read(text: str) -> list[Pin]:
    """The packages of a lock, or of what uv has answered. Raises :class:`LockError` where a line is neither."""
    pins: list[Pin] = []
    for line in text.splitlines():
        if pin := _PIN.match(line):
            pins.append(Pin(pin["name"], pin["version"], (pin["marker"] or "").strip()))
        elif pins and (found := _HASH.match(line)):
            pins[-1] = replace(pins[-1], hashes=(*pins[-1].hashes, found["hash"]))
        elif pins and line.startswith(_SETS):
            pins[-1] = replace(pins[-1], sets=tuple(line.removeprefix(_SETS).split(", ")))
        elif line and not line.startswith("#"):
            raise LockError(f"{line}: neither a pin nor one of its hashes")
    return pins


def locked(pins: Iterable[Pin], sets: Mapping[str, Sequence[str]]) -> str:
    """The text of the lock."""
    head = f"# Made by scripts/lock.py from pyproject.toml; change the dependencies there.\n{_DIGEST}{digest(sets)}\n"
    return head + "".join(f"{pin.lines()}\n{_SETS}{', '.join(pin.sets)}\n" for pin in pins)


def is_current(lock: str, sets: Mapping[str, Sequence[str]]) -> bool:
    """Whether a lock was made of these dependencies."""
    return f"{_DIGEST}{digest(sets)}\n" in lock


def files(project: Mapping[str, Any], pins: Sequence[Pin]) -> dict[Path, str]:
    """The text of each file of requirements by its path in the project's folder."""
    tool = project["tool"]["indextts"]
    made: dict[Path, str] = {}
    for name, asked in sets_of(project).items():
        lines = ["# Made by scripts/lock.py from pyproject.toml and requirements/lock.txt; change neither here."]
        if names := [one for one, extra in tool["with"].items() if extra == name]:
            lines += ["# What ./start_app.sh --with NAME installs for these names, and what it says to do next:"]
            lines += [
                f"# with: {' '.join(names)}",
                *(f"# then {one}: {tool['then'][one]}" for one in names if one in tool["then"]),
            ]
        apart = [one for one in asked if one.partition("==")[0] in APART]
        lines += [f"# apart: {one}" for one in apart]
        lines += [pin.lines() for pin in pins if name in pin.sets]
        path = Path("requirements.txt") if name == DEFAULT else _LOCK.with_name(f"{name}.txt")
        made[path] = "\n".join(lines) + "\n"
    return made


def resolved(sets: Mapping[str, Sequence[str]], known: Sequence[Pin]) -> list[Pin]:
    """What the package index tells of all sets together; what is ``known`` stays. Raises :class:`LockError`."""
    everything = [one for asked in sets.values() for one in asked]
    pins = asked_of_the_index(everything, known, "--generate-hashes")
    default = {pin.name for pin in asked_of_the_index(sets[DEFAULT], pins)}
    users = {DEFAULT: default}
    for name, asked in sets.items():
        if name != DEFAULT:
            users[name] = {pin.name for pin in asked_of_the_index([*sets[DEFAULT], *asked], pins)} - default
    told = [replace(pin, sets=tuple(name for name in sets if pin.name in users[name])) for pin in pins]
    return [pin for pin in told if pin.sets]


def asked_of_the_index(asked: Iterable[str], known: Iterable[Pin], *options: str) -> list[Pin]:
    """The packages that these requirements need, in the versions that are known where one is."""
    wanted = [one for one in asked if one.partition("==")[0] not in APART]
    with tempfile.TemporaryDirectory() as folder:
        source, out = Path(folder, "in.txt"), Path(folder, "out.txt")
        source.write_text("\n".join(wanted) + "\n", encoding="utf-8")
        # uv keeps to the versions that its last output had, where they still fit.
        out.write_text("".join(f"{pin}\n" for pin in known), encoding="utf-8")
        command = [*_ASK, "--quiet", *options, "--output-file", str(out), str(source)]
        told = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
        if told.returncode:
            raise LockError(told.stderr.strip())
        return [pin for pin in read(out.read_text(encoding="utf-8")) if not _ELSEWHERE.search(pin.marker)]


def main(arguments: Sequence[str] | None = None) -> None:
    """Write the lock and what is made from it. Raises :class:`LockError`."""
    parser = argparse.ArgumentParser(prog="python scripts/lock.py")
    parser.add_argument("--files", action="store_true", help="write the files of requirements from the lock as it is")
    options = parser.parse_args(arguments)
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    lock = ROOT / _LOCK
    pins = read(lock.read_text(encoding="utf-8")) if lock.exists() else []
    if not options.files:
        sets = sets_of(project)
        pins = resolved(sets, pins)
        lock.write_text(locked(pins, sets), encoding="utf-8")
    for path, text in files(project, pins).items():
        (ROOT / path).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    try:
        main()
    except (LockError, FileNotFoundError) as error:
        sys.exit(str(error))
