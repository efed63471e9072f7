"""The order of the house: what stands higher imports what stands lower, never the reverse, and nothing in a circle."""

from __future__ import annotations

import ast
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path

ORDER = """
i18n
errors
audio
runtime
utterance serving_config
config storage
run text
phonemes emotion
prosody markup lexicon export
voices
request
plan
engines
speaking
models parity pipeline
books
works
service
ops studio
server
cli
__main__
"""
"""The folders and loose modules of the package from the ground up; those on one line do not know each other."""

PACKAGE = Path(__file__).parent.parent / "indextts"
MODULES = {
    ".".join(path.relative_to(PACKAGE.parent).with_suffix("").parts).removesuffix(".__init__"): path
    for path in PACKAGE.rglob("*.py")
}
FLOORS = {room: floor for floor, line in enumerate(ORDER.split("\n")) for room in line.split()}


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


def room(module: str) -> str:
    return module.split(".")[1]


def test_every_folder_and_loose_module_has_its_place_in_the_order() -> None:
    assert {room(module) for module in MODULES if module != "indextts"} == FLOORS.keys()


def test_nothing_imports_what_stands_beside_or_above_it() -> None:
    wrong = [
        f"{module} -> {other}"
        for module in MODULES
        for other in imported_by(module)
        if module != "indextts" and room(module) != room(other) and FLOORS[room(other)] >= FLOORS[room(module)]
    ]
    assert wrong == []


def test_no_modules_import_each_other_in_a_circle() -> None:
    # A circle raises CycleError, which names it.
    TopologicalSorter({module: imported_by(module) for module in MODULES}).prepare()


def test_an_engine_knows_no_other_engine() -> None:
    engines = sorted(path.parent.name for path in (PACKAGE / "engines").glob("*/info.py"))
    wrong = [
        f"{module} -> {other}"
        for module in MODULES
        for other in imported_by(module)
        for own in engines
        if module.startswith(f"indextts.engines.{own}.")
        for foreign in (*engines, "fallback", "registry")
        if foreign != own and other.startswith(f"indextts.engines.{foreign}")
    ]
    assert wrong == []


def test_an_info_does_not_import_its_engine() -> None:
    for path in (PACKAGE / "engines").glob("*/info.py"):
        package = f"indextts.engines.{path.parent.name}"
        assert f"{package}.engine" not in imported_by(f"{package}.info")
