"""What is installed in this environment, compared with the pinned requirements, by content.

Standard library only, so that set-up can ask before anything is installed.

    python -m indextts.ops.packages check requirements.txt     exit 0: everything is there and whole
    python -m indextts.ops.packages mark requirements.txt      remember that pip finished, by content
    python -m indextts.ops.packages mend                       drop what was left half-installed, so that pip repeats it

The mark is a hash over the requirements, the Python version and every installed package's own list of files:
editing a pin, upgrading a package by hand or exchanging Python changes it, and set-up runs pip again.
"""

from __future__ import annotations

import argparse
import contextlib
import csv
import hashlib
import os
import platform
import re
import shutil
import sys
import sysconfig
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

_PIN: Final = re.compile(r"(?P<name>[A-Za-z0-9._-]+)==(?P<version>[^\s;#]+)(?:\s*;\s*(?P<marker>[^#]+))?")
_CONDITION: Final = re.compile(r"(?P<name>\w+)\s*(?P<sign>==|!=|>=|<)\s*[\"'](?P<value>[^\"']*)[\"']")
_APART: Final = "# apart: "


@dataclass(frozen=True)
class Difference:
    """A pinned package that is not installed as pinned."""

    name: str
    wanted: str
    found: str
    """The installed version; empty when absent, ``damaged`` when files of it are missing or cut short."""


def read_pins(path: Path) -> dict[str, str]:
    """The pins of a requirements file, or of a package's METADATA, for this Python: normalised name → version."""
    pins: dict[str, str] = {}
    text = path.read_text(encoding="utf-8")
    if path.name == "METADATA":
        text = text.partition("\n\n")[0]  # the project's description stands after the fields
    for line in text.splitlines():
        match = _PIN.match(line.strip().removeprefix("Requires-Dist: ").removeprefix(_APART))
        if match and _applies(match["marker"]):
            pins[_normalised(match["name"])] = match["version"]
    return pins


def read_apart(path: Path) -> dict[str, str]:
    """Those of a requirements file's pins that are installed apart from the others: name → version."""
    lines = path.read_text(encoding="utf-8").splitlines()
    found = (_PIN.match(line.removeprefix(_APART)) for line in lines if line.startswith(_APART))
    return {match["name"]: match["version"] for match in found if match}


def installed(site: Path | None = None) -> dict[str, Path]:
    """The packages that pip finished installing: ``name==version`` → its ``.dist-info`` folder.

    pip writes ``INSTALLER`` last, so a folder without it belongs to an installation that was interrupted.
    """
    found: dict[str, Path] = {}
    for folder in _dist_infos(site or site_packages()):
        if (folder / "INSTALLER").is_file():
            name, _, version = folder.name.removesuffix(".dist-info").rpartition("-")
            found[f"{_normalised(name)}=={version}"] = folder
    return found


def differences(requirements: Path, site: Path | None = None) -> list[Difference]:
    """What is missing, of another version, or damaged, in the order of the requirements file."""
    there = installed(site)
    versions = dict(key.split("==", 1) for key in there)
    wrong: list[Difference] = []
    for name, version in read_pins(requirements).items():
        folder = _pinned(there, name, version)
        if folder is None:
            wrong.append(Difference(name, version, versions.get(name, "")))
        elif not _is_whole(folder):
            wrong.append(Difference(name, version, "damaged"))
    return wrong


def fingerprint(requirements: Path, site: Path | None = None) -> str:
    """The hash that says what was asked for and what is installed for it."""
    there = installed(site)
    digest = hashlib.sha256(f"{sys.version_info[:2]}".encode())
    digest.update(requirements.read_bytes())
    for name, version in read_pins(requirements).items():
        folder = _pinned(there, name, version)
        if folder is not None:
            digest.update((folder / "RECORD").read_bytes())
    return digest.hexdigest()


def is_current(requirements: Path, *, site: Path | None = None, prefix: Path | None = None) -> bool:
    """Whether the environment holds exactly what was marked, and every file of it is still there."""
    try:
        mark = _mark_path(requirements, prefix).read_text(encoding="ascii").strip()
        return mark == fingerprint(requirements, site) and not differences(requirements, site)
    except (OSError, UnicodeDecodeError):
        return False


def mark_current(requirements: Path, *, site: Path | None = None, prefix: Path | None = None) -> None:
    """Remember the present state as complete. Written aside and renamed: it is there whole or not at all."""
    target = _mark_path(requirements, prefix)
    aside = target.with_name(f"{target.name}.{os.getpid()}")
    aside.write_text(fingerprint(requirements, site) + "\n", encoding="ascii")
    aside.replace(target)


def mend(site: Path | None = None) -> list[str]:
    """Forget packages that are half-installed or damaged, so that pip installs them again; returns their names."""
    dropped: list[str] = []
    for folder in _dist_infos(site or site_packages()):
        if not (folder / "INSTALLER").is_file() or not _is_whole(folder):
            shutil.rmtree(folder)
            dropped.append(folder.name.removesuffix(".dist-info"))
    return dropped


def site_packages() -> Path:
    """The folder that this interpreter's packages are in."""
    return Path(sysconfig.get_path("purelib"))


def main(arguments: Sequence[str] | None = None) -> int:
    """The commands that the set-up scripts call; the exit status is 1 for "no"."""
    parser = argparse.ArgumentParser(prog="python -m indextts.ops.packages")
    parser.add_argument("command", choices=("check", "mark", "mend"))
    parser.add_argument("requirements", nargs="*", type=Path)
    options = parser.parse_args(arguments)
    if options.command == "check":
        return 0 if all(is_current(path) for path in options.requirements) else 1
    if options.command == "mend":
        mend()
        return 0
    wrong = [difference for path in options.requirements for difference in differences(path)]
    for difference in wrong:
        sys.stderr.write(f"{difference.name}=={difference.wanted}: {difference.found or 'not installed'}\n")
    if wrong:
        return 1
    for path in options.requirements:
        mark_current(path)
    return 0


def _pinned(there: Mapping[str, Path], name: str, version: str) -> Path | None:
    """The folder of what a pin asks for; as for pip, ``2.13.0+cpu`` is a build of ``2.13.0``."""
    exact = there.get(f"{name}=={version}")
    builds = (folder for key, folder in there.items() if key.partition("+")[0] == f"{name}=={version}")
    return exact or next(builds, None)


def _normalised(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _applies(marker: str | None) -> bool:
    """Whether a marker of conditions that are joined by “and” and “or” holds here; what is an extra's is no default."""
    either = (marker or "").split(" or ")
    return any(all(_holds(condition) for condition in each.split(" and ")) for each in either)


def _holds(condition: str) -> bool:
    match = _CONDITION.search(condition)
    if match is None:
        return True
    name, sign, value = match["name"], match["sign"], match["value"]
    if name in ("python_version", "python_full_version"):
        newer = sys.version_info[:2] >= tuple(int(part) for part in value.split(".")[:2])
        return newer == (sign == ">=")
    here = {
        "sys_platform": sys.platform,
        "platform_machine": platform.machine(),
        "platform_python_implementation": platform.python_implementation(),
        "implementation_name": sys.implementation.name,
        "extra": "",
    }
    return (here[name] == value) == (sign == "==") if name in here else True


def _dist_infos(site: Path) -> list[Path]:
    return sorted(site.glob("*.dist-info"))


def _is_whole(folder: Path) -> bool:
    """Whether every file that the package's ``RECORD`` lists is there in its full size."""
    site = f"{folder.parent}/"
    with contextlib.suppress(OSError, ValueError), (folder / "RECORD").open(encoding="utf-8", newline="") as record:
        for name, _, size in csv.reader(record):
            # Byte code and scripts are made on the spot; only what came in the package has a size to compare.
            if size and not name.startswith(("/", "..")) and os.stat(site + name).st_size != int(size):
                return False
        return True
    return False


def _mark_path(requirements: Path, prefix: Path | None) -> Path:
    return (prefix or Path(sys.prefix)) / f"{requirements.stem}.sha256"


if __name__ == "__main__":
    sys.exit(main())
