"""The script that writes the hashes beside the pins."""

from __future__ import annotations

import runpy
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parent.parent
SCRIPT: dict[str, Any] = runpy.run_path(str(ROOT / "scripts" / "hashes.py"))
ONE, TWO = (f"--hash=sha256:{letter * 64}" for letter in "ab")


def test_hashes_stand_below_their_pin_and_everything_else_stays() -> None:
    lines = ["# with: a", "Some_Name==1.0", "", "# What it needs", 'other==2; python_version >= "3.13"']
    known = {"some-name": [TWO, ONE], "other": [ONE]}
    made = list("\n".join(SCRIPT["hashed"](lines, known)).splitlines())
    assert made == [
        "# with: a",
        "Some_Name==1.0 \\",
        f"    {ONE} \\",
        f"    {TWO}",
        "",
        "# What it needs",
        'other==2; python_version >= "3.13" \\',
        f"    {ONE}",
    ]
    assert SCRIPT["bare"](made) == lines, "a second time begins from the same lines"
    assert {name: sorted(told) for name, told in SCRIPT["hashes"](made).items()} == {
        "some-name": [ONE, TWO],
        "other": [ONE],
    }


@pytest.mark.parametrize("line", ["name>=1", "name", "name==1  # why"])
def test_a_line_that_is_no_pin_alone_is_refused(line: str) -> None:
    with pytest.raises(SCRIPT["NoHashesError"], match="name"):
        list(SCRIPT["hashed"]([line], {"name": [ONE]}))


def test_a_pin_that_the_index_does_not_know_is_refused() -> None:
    with pytest.raises(SCRIPT["NoHashesError"], match="name"):
        list(SCRIPT["hashed"](["name==1"], {}))


@pytest.mark.parametrize("file", sorted(ROOT.glob("requirements*.txt")), ids=lambda file: file.stem)
def test_the_files_are_as_the_script_writes_them(file: Path) -> None:
    lines = file.read_text(encoding="utf-8").splitlines()
    assert "\n".join(SCRIPT["hashed"](lines, SCRIPT["hashes"](lines))).splitlines() == lines
