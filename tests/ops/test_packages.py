"""What is installed, compared with the pins: on made-up environments."""

from __future__ import annotations

import ast
import importlib.metadata
import platform
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from indextts.ops import packages
from indextts.platform.config import PROJECT_ROOT


class Site:
    """A site-packages folder with packages as pip leaves them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.requirements = folder / "requirements.txt"

    def install(self, name: str, version: str, *, finished: bool = True, content: str = "x = 1\n") -> Path:
        info = self.folder / f"{name}-{version}.dist-info"
        info.mkdir()
        (self.folder / f"{name}.py").write_text(content, encoding="utf-8")
        record = f"{name}.py,sha256=abc,{len(content)}\n../../bin/{name},sha256=abc,17\n{info.name}/RECORD,,\n"
        (info / "RECORD").write_text(record, encoding="utf-8")
        if finished:
            (info / "INSTALLER").write_text("pip\n", encoding="utf-8")
        return info

    def pin(self, *lines: str) -> None:
        self.requirements.write_text("\n".join(lines) + "\n", encoding="utf-8")

    def differences(self) -> list[tuple[str, str]]:
        return [(item.name, item.found) for item in packages.differences(self.requirements, self.folder)]

    def current(self) -> bool:
        return packages.is_current(self.requirements, site=self.folder, prefix=self.folder)

    def mark(self) -> None:
        packages.mark_current(self.requirements, site=self.folder, prefix=self.folder)


@pytest.fixture
def site(tmp_path: Path) -> Site:
    return Site(tmp_path)


def test_names_are_compared_as_pip_does(site: Site) -> None:
    site.install("some_package", "1.0")
    site.pin("# a comment", "", "Some.Package==1.0  # why")
    assert site.differences() == []


def test_what_is_absent_other_or_half_installed_is_told(site: Site) -> None:
    site.install("other", "1.0")
    site.install("half", "1.0", finished=False)
    site.pin("absent==1.0", "other==2.0", "half==1.0")
    assert site.differences() == [("absent", ""), ("other", "1.0"), ("half", "")]


def test_markers_hold_for_this_python_or_not(site: Site) -> None:
    site.pin('older==1; python_version < "3.0"', 'newer==1; python_version >= "3.0"')
    assert site.differences() == [("newer", "")]
    site.pin(
        "full==1 ; python_full_version < '3.11'",
        "elsewhere==1 ; sys_platform == 'nowhere' and python_full_version >= '3.11'",
        "neither==1 ; platform_machine == 'none' or platform_machine == 'other'",
        f"either==1 ; platform_machine == 'none' or platform_machine == '{platform.machine()}' \\",
        "cpython==1 ; implementation_name != 'PyPy'",
        "added==1; extra == 'torch'",
    )
    assert site.differences() == [("either", ""), ("cpython", "")]


def test_a_build_of_the_pinned_version_is_that_version(site: Site) -> None:
    site.install("torch", "2.13.0+cpu")
    site.pin("torch==2.13.0")
    assert site.differences() == []
    site.mark()
    assert site.current()
    site.pin("torch==2.13.1")
    assert site.differences() == [("torch", "2.13.0+cpu")]


def test_damaged_packages_are_found_and_forgotten(site: Site) -> None:
    for name in ("whole", "short", "gone"):
        site.install(name, "1.0")
    half = site.install("half", "1.0", finished=False)
    (site.folder / "short.py").write_text("", encoding="utf-8")
    (site.folder / "gone.py").unlink()
    site.pin("whole==1.0", "short==1.0", "gone==1.0")
    assert site.differences() == [("short", "damaged"), ("gone", "damaged")]
    assert sorted(packages.mend(site.folder)) == ["gone-1.0", "half-1.0", "short-1.0"]
    assert not half.exists()
    assert site.differences() == [("short", ""), ("gone", "")]


def test_the_mark_follows_content(site: Site) -> None:
    info = site.install("one", "1.0")
    site.pin("one==1.0")
    assert not site.current()
    site.mark()
    assert site.current()

    site.pin("one==1.0", "# changed")
    assert not site.current()
    site.mark()
    assert site.current()

    (info / "RECORD").write_text("one.py,sha256=abd,6\n", encoding="utf-8")
    assert not site.current()
    site.mark()
    (site.folder / "one.py").unlink()
    assert not site.current()


def test_this_environment_is_as_pinned() -> None:
    assert packages.differences(PROJECT_ROOT / "requirements.txt") == []


def test_the_default_installation_has_no_torch() -> None:
    default = packages.read_pins(PROJECT_ROOT / "requirements.txt")
    assert default and not {"torch", "transformers", "tensorflow", "jieba"} & set(default)


def test_command_line(site: Site) -> None:
    site.pin("not-there-at-all==1.0")
    for command in ("check", "mark"):
        done = subprocess.run(
            [sys.executable, "-m", "indextts.ops.packages", command, str(site.requirements)],
            cwd=PROJECT_ROOT,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 1
    assert "not-there-at-all==1.0: not installed" in done.stderr


def test_what_the_product_imports_is_asked_for_by_name() -> None:
    """Not only because something else needs it today: then a renewed pin could drop it."""
    project = tomllib.loads((PROJECT_ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    named = [*project["dependencies"], *(one for extra in project["optional-dependencies"].values() for one in extra)]
    asked = {re.split(r"[=\[]", one)[0].lower().replace("_", "-") for one in named}
    owners = importlib.metadata.packages_distributions()
    imported: set[str] = set()
    for path in (PROJECT_ROOT / "indextts").rglob("*.py"):
        if "training" not in path.parts and "builder" not in path.parts:
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Import):
                    imported |= {alias.name.partition(".")[0] for alias in node.names}
                elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                    imported.add(node.module.partition(".")[0])
    foreign = imported - set(sys.stdlib_module_names) - {"indextts"}
    needed = {module: {owner.lower().replace("_", "-") for owner in owners.get(module, [])} for module in foreign}
    assert "anyascii" in foreign
    assert {module for module, names in needed.items() if names and not names & asked} == set()
