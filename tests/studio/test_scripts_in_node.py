"""What the page's scripts compute, tested in plain JavaScript: the files in tests/js, run by Node without a browser."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
SCRIPTS = ROOT / "tests" / "js"
FILES = sorted(SCRIPTS.rglob("*.test.js"))
LEAST = 150
"""Tests in them; there are three times as many."""
NODE = shutil.which("node")
NEEDS_NODE = pytest.mark.skipif(NODE is None, reason="node is not installed")
OWN_PROCESS = re.compile(r"globalThis\.|support/server\.js")
IMPORTED = re.compile(r"""^(?:import|.* from) "([^"]+)";$""", re.MULTILINE)


def run(files: Sequence[Path], folder: Path) -> tuple[int, dict[str, int], str]:
    """The exit status of Node's tests in those files, its counts by their names, and all that it said.

    Files that put nothing in the place of what all scripts share are run by one process, from a file in ``folder``.
    """
    together = [file for file in files if not OWN_PROCESS.search(file.read_text(encoding="utf-8"))]
    entry = folder / "together.test.mjs"
    entry.write_text("".join(f'await import("{file.as_uri()}");\n' for file in together), encoding="utf-8")
    alone = [file for file in files if file not in together]
    command = [str(NODE), "--test", "--test-reporter=tap", str(entry), *map(str, alone)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    counts = {name: int(number) for name, number in re.findall(r"^# (\w+) (\d+)$", done.stdout, re.MULTILINE)}
    return done.returncode, counts, done.stdout + done.stderr


@NEEDS_NODE
def test_scripts_compute_what_they_should(tmp_path: Path) -> None:
    status, counts, said = run(FILES, tmp_path)
    assert status == 0 and counts["fail"] == 0, said
    assert counts["pass"] == counts["tests"] >= LEAST, said


@NEEDS_NODE
def test_a_test_that_fails_in_node_is_named_with_what_it_says(tmp_path: Path) -> None:
    file = tmp_path / "one.test.mjs"
    file.write_text('import { test } from "node:test";\ntest("it holds", () => { throw new Error("it does not"); });\n')
    status, counts, said = run([file], tmp_path)
    assert status != 0 and counts["fail"] == 1
    assert "it holds" in said and "it does not" in said


def test_they_need_nothing_but_node_and_the_page() -> None:
    """No packages of anybody, and no file that no run would find."""
    for path in SCRIPTS.rglob("*.js"):
        assert path in FILES or path.parent == SCRIPTS / "support", path
        for name in IMPORTED.findall(path.read_text(encoding="utf-8")):
            assert name.startswith(("node:", "./", "../")), f"{path}: {name}"


def test_their_lines_are_as_short_as_those_of_the_python() -> None:
    for path in SCRIPTS.rglob("*.js"):
        lines = path.read_text(encoding="utf-8").split("\n")
        assert [number for number, line in enumerate(lines, 1) if len(line) > 120] == [], path
