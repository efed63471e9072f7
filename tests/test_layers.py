"""The order of the wings: a wing imports only from lower floors, nothing in a circle, and each stays within its
budget."""

from __future__ import annotations

import ast
import importlib
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from graphlib import TopologicalSorter
from itertools import accumulate
from pathlib import Path
from typing import Final, NamedTuple

import pytest

WINGS: Final = """
 1 model      1515
 2 platform   3820
 3 reading   19_690
 4 sound      2680
 5 voices     3710
 6 plan       3965
 7 engines  20_000
 8 pipeline   2400
 8 models     1900
 9 books     18_870
 9 service    2840
10 works     11_850
11 ops        2870
11 studio     2490
12 server    15_290
13 cli        2580
"""
"""Floor, name and most lines of Python of each wing; wings on one floor do not know each other. A budget is raised only
together with the feature that needs it, and lowered when code goes."""
INSIDE_WORKS: Final = ("db", "sounds", "projects", "running", "books", "jobs")
"""Folders of ``works`` from the ground up."""
INSIDE_INDEXTTS2: Final = ("costs", "checkpoint", "frontend", "reference", "fast", "opened", "speech")
"""Rooms of ``engines.indextts2`` from the ground up: the plain networks do not know the fast ones."""
MOST_NAMES: Final = 15
"""Names in the face of a wing."""
SPEECH: Final = "indextts.server.routes.speech"
SPEECH_FILES: Final = 238
SPEECH_LINES: Final = 39_820
"""What ``POST /tts`` stands on, at most: files of the package that are reached by imports, and their lines …"""
IMPORTS_WHEN_CALLED: Final = 120
"""Imports inside functions, of what is heavy or optional: a new one takes the place of another."""
SPEAK: Final = "indextts.studio.tabs.speak."
SPEAK_FILES: Final = 2
"""Modules of the tab that speaks: Gradio has the text, the settings, the audio and the plots, scripts draw the rest."""
PARTS_OF_NETWORKS: Final = {"Attention", "Block", "FeedForward"}
"""Names of classes that several networks have, as their papers do."""
NO_SPEECH: Final = {"models", "books", "works", "ops", "studio", "cli"}
"""… none of which lies in these wings."""


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


class Facts(NamedTuple):
    """What a module's source says."""

    imported: set[str]
    """Modules of the package, also those that are imported within functions."""
    late: int
    """Imports within functions."""
    classes: list[str]
    """Its own, at the top."""


@cache
def facts_of(module: str) -> Facts:
    tree = ast.parse(MODULES[module].read_text(encoding="utf-8"))
    found: set[str] = set()
    late: set[int] = set()
    waiting: list[tuple[ast.AST, bool]] = [(tree, False)]
    while waiting:
        node, inside = waiting.pop()
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            inner = {f"{node.module}.{alias.name}" for alias in node.names}
            found |= {name if name in MODULES else node.module for name in inner}
        if inside and isinstance(node, ast.Import | ast.ImportFrom):
            late.add(node.lineno)
        inside = inside or isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        waiting += [(child, inside) for child in ast.iter_child_nodes(node) if not isinstance(child, ast.expr)]
    classes = [node.name for node in tree.body if isinstance(node, ast.ClassDef)]
    return Facts((found & MODULES.keys()) - {module, "indextts"}, len(late), classes)


def imported_by(module: str) -> set[str]:
    """The package's modules that ``module`` imports, also within functions."""
    return facts_of(module).imported


def run_in(node: ast.AST) -> Iterator[ast.AST]:
    """What is below ``node`` but for what type checkers alone read."""
    for child in ast.iter_child_nodes(node):
        if not (isinstance(child, ast.If) and ast.unparse(child.test) == "TYPE_CHECKING"):
            yield child
            yield from run_in(child)


@cache
def shown_by(module: str) -> dict[str, str]:
    """Homes of the names that ``module`` shows as the face of its wing; empty where it is none."""
    if "indextts.model.lazy" not in imported_by(module):
        return {}
    tree = ast.parse(MODULES[module].read_text(encoding="utf-8"))
    found = [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.module]
    return {alias.name: str(node.module) for node in found for alias in node.names}


@cache
def needed_by(module: str) -> set[str]:
    """The package's modules that ``module`` imports when it runs, also within functions, through faces too, and the
    packages that they lie in.
    """
    found: set[str] = set()
    for node in run_in(ast.parse(MODULES[module].read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
            for alias in node.names:
                found.add(f"{node.module}.{alias.name}")
                if node.module in MODULES:
                    found.add(shown_by(node.module).get(alias.name, node.module))
    return {package for name in found & MODULES.keys() for package in accumulate(name.split("."), "{}.{}".format)}


def wing_of(module: str) -> str:
    return module.split(".")[1]


def test_every_folder_and_loose_module_has_its_place_in_the_order() -> None:
    assert {wing_of(module) for module in MODULES if module != "indextts"} == FLOORS.keys()


def test_nothing_imports_what_stands_beside_or_above_it() -> None:
    wrong = [
        f"{module} -> {other}"
        for module in MODULES
        for other in imported_by(module)
        if module != "indextts"
        and wing_of(module) != wing_of(other)
        and FLOORS[wing_of(other)] >= FLOORS[wing_of(module)]
    ]
    assert wrong == []


def test_speech_stands_on_neither_works_nor_books_and_on_few_lines() -> None:
    reached, waiting = {SPEECH}, [SPEECH]
    while waiting:
        new = needed_by(waiting.pop()) - reached
        reached |= new
        waiting += new
    assert {wing_of(module) for module in reached - {"indextts"}}.isdisjoint(NO_SPEECH)
    lines = sum(len(MODULES[module].read_text(encoding="utf-8").splitlines()) for module in reached)
    assert len(reached) <= SPEECH_FILES and lines <= SPEECH_LINES


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


def test_the_tab_that_speaks_is_drawn_by_its_scripts() -> None:
    assert len([module for module in MODULES if module.startswith(SPEAK)]) <= SPEAK_FILES


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


def test_few_imports_wait_for_a_call() -> None:
    assert sum(facts_of(module).late for module in MODULES) <= IMPORTS_WHEN_CALLED


def test_a_public_class_name_has_one_meaning() -> None:
    homes: dict[str, list[str]] = {}
    for module in MODULES:
        for name in facts_of(module).classes:
            if not name.startswith("_") and name not in PARTS_OF_NETWORKS:
                homes.setdefault(name, []).append(module)
    assert {name: modules for name, modules in homes.items() if len(modules) > 1} == {}


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
