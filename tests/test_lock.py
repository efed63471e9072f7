"""The lock, and the files of requirements that are made from it and pyproject.toml."""

from __future__ import annotations

import os
import re
import runpy
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest

from indextts.ops import packages

ROOT = Path(__file__).resolve().parent.parent
SCRIPT: dict[str, Any] = runpy.run_path(str(ROOT / "scripts" / "lock.py"))
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
SETS: dict[str, list[str]] = SCRIPT["sets_of"](PROJECT)
LOCK = (ROOT / "requirements" / "lock.txt").read_text(encoding="utf-8")
PINS = SCRIPT["read"](LOCK)
FILES: dict[Path, str] = SCRIPT["files"](PROJECT, PINS)
ONE, TWO = (f"sha256:{letter * 64}" for letter in "ab")


def pin_of(requirement: str) -> tuple[str, str]:
    """The normalised name and the version of a direct dependency."""
    found = re.fullmatch(r"([A-Za-z0-9._-]+)(?:\[[a-z,]+\])?==([^\s;]+)(?:; .+)?", requirement)
    assert found, f"{requirement}: not pinned exactly"
    return re.sub(r"[-_.]+", "-", found[1]).lower(), found[2]


# ---------------------------------------------------------------------- what lies in the repository


def test_the_lock_was_made_of_the_dependencies_that_pyproject_names() -> None:
    assert SCRIPT["is_current"](LOCK, SETS), "run python scripts/lock.py"
    changed = SETS | {"default": [*SETS["default"], "more==1"]}
    assert not SCRIPT["is_current"](LOCK, changed)


@pytest.mark.parametrize("path", sorted(FILES), ids=str)
def test_a_file_of_requirements_is_what_the_script_makes_of_the_lock(path: Path) -> None:
    assert (ROOT / path).read_text(encoding="utf-8") == FILES[path], "run python scripts/lock.py --files"


def test_there_is_no_other_file_of_requirements() -> None:
    there = {path.relative_to(ROOT) for path in [*ROOT.glob("requirements*.txt"), *ROOT.glob("requirements/*")]}
    assert there == {*FILES, Path("requirements/lock.txt")}


@pytest.mark.parametrize("name", sorted(SETS))
def test_every_dependency_of_pyproject_is_pinned_in_the_files_that_install_it(name: str) -> None:
    path = Path("requirements.txt") if name == "default" else Path("requirements", f"{name}.txt")
    lines = [
        line.removeprefix("# apart: ") for file in (Path("requirements.txt"), path) for line in FILES[file].splitlines()
    ]
    there = {re.match(r"[A-Za-z0-9._-]+==[^\s;\\]+", line) for line in lines}
    pinned = {tuple(match[0].lower().split("==")) for match in there if match}
    assert {*map(pin_of, SETS[name])} <= pinned


def test_every_package_of_the_lock_has_hashes_and_a_set_that_installs_it() -> None:
    names = [pin.name for pin in PINS]
    assert len(names) > 200 and len(names) == len({*names}), "a package stands once"
    assert not [pin.name for pin in PINS if not pin.hashes or not pin.sets or not {*pin.sets} <= SETS.keys()]
    assert "torch" not in names
    assert packages.read_apart(ROOT / "requirements" / "torch.txt") == {"torch": "2.13.0"}


@pytest.mark.parametrize("path", sorted(FILES), ids=str)
def test_pip_asks_every_package_of_a_file_for_one_of_its_hashes(path: Path) -> None:
    blocks = [line for line in FILES[path].replace(" \\\n", " ").splitlines() if not line.startswith("#")]
    assert blocks and all(re.fullmatch(r"[^=]+==\S+( ; .+?)?( +--hash=sha256:[0-9a-f]{64})+", one) for one in blocks)
    assert len(packages.read_pins(ROOT / path)) <= len(blocks) + len(packages.read_apart(ROOT / path))


def test_no_file_names_a_place_that_packages_come_from() -> None:
    assert not re.search(
        r"://|^-i |index-url|find-links", LOCK + "".join(FILES.values()).replace("http://127.0.0.1", "")
    )


def test_every_name_of_with_is_an_extra_and_every_advice_belongs_to_one() -> None:
    tool = PROJECT["tool"]["indextts"]
    assert {*tool["with"].values()} <= PROJECT["project"]["optional-dependencies"].keys()
    assert tool["then"].keys() <= tool["with"].keys()


# ---------------------------------------------------------------------- the script


def test_a_lock_is_read_as_it_was_written() -> None:
    make = SCRIPT["Pin"]
    pins = [
        make("some-name", "1.0", "", (ONE, TWO), ("default",)),
        make("b", "2", "sys_platform == 'x'", (ONE,), ("a", "c")),
    ]
    text = SCRIPT["locked"](pins, {"default": ["some-name==1.0"]})
    assert SCRIPT["read"](text) == pins
    assert text.splitlines()[2:] == [
        "some-name==1.0 \\",
        f"    --hash={ONE} \\",
        f"    --hash={TWO}",
        "    # for default",
        "b==2 ; sys_platform == 'x' \\",
        f"    --hash={ONE}",
        "    # for a, c",
    ]


@pytest.mark.parametrize("line", ["name>=1", "name", "-e .", "    --hash=md5:1"])
def test_a_line_that_is_no_pin_and_no_hash_is_refused(line: str) -> None:
    with pytest.raises(SCRIPT["LockError"], match=re.escape(line)):
        SCRIPT["read"](f"first==1\n{line}\n")


def test_the_file_of_a_set_holds_its_pins_and_says_what_installs_it() -> None:
    project = {
        "project": {"dependencies": ["a==1"], "optional-dependencies": {"torch": ["torch==3", "b==2"]}},
        "tool": {"indextts": {"with": {"one": "torch", "two": "torch"}, "then": {"two": "Go on."}}},
    }
    make = SCRIPT["Pin"]
    made = SCRIPT["files"](project, [make("a", "1", "", (ONE,), ("default",)), make("b", "2", "", (TWO,), ("torch",))])
    default, extra = (made[Path(name)].splitlines() for name in ("requirements.txt", "requirements/torch.txt"))
    assert default[1:] == ["a==1 \\", f"    --hash={ONE}"]
    assert extra[2:] == ["# with: one two", "# then two: Go on.", "# apart: torch==3", "b==2 \\", f"    --hash={TWO}"]


def test_without_uv_the_command_says_what_is_missing(tmp_path: Path) -> None:
    command = [sys.executable, str(ROOT / "scripts" / "lock.py")]
    environment = {**os.environ, "PATH": str(tmp_path)}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 1 and "uv" in done.stderr and "Traceback" not in done.stderr
    assert (ROOT / "requirements" / "lock.txt").read_text(encoding="utf-8") == LOCK
