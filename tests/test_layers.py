"""The order of the wings: a wing imports only from lower floors, nothing in a circle, and each stays within its
budget."""

from __future__ import annotations

import ast
import importlib
import subprocess
import sys
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path
from typing import Final, NamedTuple

import pytest

WINGS: Final = """
 1 model      1100
 2 platform   3400
 3 reading   15200
 4 sound      2400
 5 voices     3100
 6 plan       3500
 7 engines   21600
 8 pipeline   2400
 8 models     1900
 9 books      9300
10 service    2800
11 works     10100
12 ops        2800
12 studio     3600
13 server    11300
14 cli        1700
"""
"""Floor, name and most lines of Python of each wing; wings on one floor do not know each other. A budget is raised only
together with the feature that needs it, and lowered when code goes."""
UPWARDS: Final = {
    "indextts.service.collected -> indextts.works.db.model",
    "indextts.service.service -> indextts.works.works",
    "indextts.service.service -> indextts.works.works_keeper",
}
"""Imports that still lead upwards: the service makes the works, which stand on it. The list only gets shorter."""
INSIDE_WORKS: Final = ("db", "sounds", "projects", "running", "books", "jobs")
"""Folders of ``works`` from the ground up."""
INSIDE_INDEXTTS2: Final = ("costs", "checkpoint", "frontend", "reference", "fast", "opened", "speech")
"""Rooms of ``engines.indextts2`` from the ground up: the plain networks do not know the fast ones."""
MOST_NAMES: Final = 15
"""Names in the face of a wing."""


class Wing(NamedTuple):
    """A top folder of the package."""

    floor: int
    lines: int


PACKAGE = Path(__file__).parent.parent / "indextts"
MODULES = {
    ".".join(path.relative_to(PACKAGE.parent).with_suffix("").parts).removesuffix(".__init__"): path
    for path in PACKAGE.rglob("*.py")
}
ALL = {name: Wing(int(floor), int(lines)) for floor, name, lines in (row.split() for row in WINGS.strip().splitlines())}
FLOORS = {name: wing.floor for name, wing in ALL.items()} | {"__main__": max(wing.floor for wing in ALL.values()) + 1}


@cache
def imported_by(module: str) -> set[str]:
    """The package's modules that ``module`` imports, also within functions."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(MODULES[module].read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            inner = {f"{node.module}.{alias.name}" for alias in node.names}
            found |= {name if name in MODULES else node.module for name in inner}
    return (found & MODULES.keys()) - {module, "indextts"}


def wing_of(module: str) -> str:
    return module.split(".")[1]


def test_every_folder_and_loose_module_has_its_place_in_the_order() -> None:
    assert {wing_of(module) for module in MODULES if module != "indextts"} == FLOORS.keys()


def test_nothing_imports_what_stands_beside_or_above_it() -> None:
    wrong = {
        f"{module} -> {other}"
        for module in MODULES
        for other in imported_by(module)
        if module != "indextts"
        and wing_of(module) != wing_of(other)
        and FLOORS[wing_of(other)] >= FLOORS[wing_of(module)]
    }
    assert wrong == UPWARDS


@pytest.mark.parametrize(
    ("room", "folders"),
    [("works", INSIDE_WORKS), ("engines.indextts2", INSIDE_INDEXTTS2)],
    ids=["works", "indextts2"],
)
def test_the_folders_of_a_room_stand_on_each_other(room: str, folders: tuple[str, ...]) -> None:
    outer = f"indextts.{room}."
    place = {f"{outer}{name}": floor for floor, name in enumerate(folders)}
    floors = {
        module: place.get(outer + module.removeprefix(outer).split(".")[0])
        for module in MODULES
        if module.startswith(outer)
    }
    wrong = [
        f"{module} -> {other}"
        for module, floor in floors.items()
        for other in imported_by(module)
        if floor is not None and other.startswith(outer) and floors[other] not in range(floor + 1)
    ]
    assert wrong == []


@pytest.mark.parametrize("wing", ALL)
def test_a_wing_stays_within_its_budget(wing: str) -> None:
    lines = sum(len(path.read_text(encoding="utf-8").splitlines()) for path in (PACKAGE / wing).rglob("*.py"))
    assert lines <= ALL[wing].lines


@pytest.mark.parametrize("wing", ALL)
def test_a_wing_says_what_it_is_for(wing: str) -> None:
    text = (PACKAGE / wing / "README.md").read_text(encoding="utf-8")
    assert text.startswith(f"# {wing}: ") and "**It may know**" in text and "**Begin with**" in text
    assert len(text.splitlines()) <= 30


@pytest.mark.parametrize("wing", ALL)
def test_the_face_of_a_wing_shows_few_names_and_all_of_them_are_there(wing: str) -> None:
    face = importlib.import_module(f"indextts.{wing}")
    names = list(getattr(face, "__all__", ()))
    assert len(names) <= MOST_NAMES
    assert [name for name in names if getattr(face, name, None) is None] == []
    with pytest.raises(AttributeError):
        getattr(face, "no_such_name")  # noqa: B009  (a name that is not there, for mypy)
    shown = {
        alias.asname or alias.name
        for node in ast.walk(ast.parse(MODULES[f"indextts.{wing}"].read_text(encoding="utf-8")))
        if isinstance(node, ast.If)
        for statement in node.body
        if isinstance(statement, ast.ImportFrom)
        for alias in statement.names
    }
    assert not shown or shown == set(names), "what mypy sees is what there is"


def test_a_face_is_imported_without_the_modules_behind_it() -> None:
    faces = [wing for wing in ALL if "indextts.model.lazy" in imported_by(f"indextts.{wing}")]
    assert len(faces) >= 12
    program = f"import sys; {'; '.join(f'import indextts.{wing}' for wing in faces)}; print(' '.join(sys.modules))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    brought = {name for name in done.stdout.split() if name.startswith("indextts.")}
    assert brought == {"indextts.model.lazy", *(f"indextts.{wing}" for wing in faces)}


def test_no_modules_import_each_other_in_a_circle() -> None:
    # A circle raises CycleError, which names it. A face imports nothing of what it shows.
    faces = {f"indextts.{wing}" for wing in ALL}
    shown = {module for module in faces if "indextts.model.lazy" in imported_by(module)}
    TopologicalSorter({module: imported_by(module) for module in MODULES.keys() - shown}).prepare()


def test_an_engine_knows_no_other_engine() -> None:
    engines = sorted(path.parent.name for path in (PACKAGE / "engines").glob("*/info.py"))
    wrong = [
        f"{module} -> {other}"
        for module in MODULES
        for other in imported_by(module)
        for own in engines
        if module.startswith(f"indextts.engines.{own}.")
        for foreign in (*engines, "parity", "registry")
        if foreign != own and other.startswith(f"indextts.engines.{foreign}")
    ]
    assert wrong == []


def test_an_info_does_not_import_its_engine() -> None:
    for path in (PACKAGE / "engines").glob("*/info.py"):
        package = f"indextts.engines.{path.parent.name}"
        assert f"{package}.engine" not in imported_by(f"{package}.info")
