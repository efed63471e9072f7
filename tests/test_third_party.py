"""THIRD_PARTY.md is in step with what is installed, fetched and learned from."""

from __future__ import annotations

import runpy
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parent.parent
SCRIPT: dict[str, Any] = runpy.run_path(str(ROOT / "scripts" / "third_party.py"))
PAGE = (ROOT / "THIRD_PARTY.md").read_text(encoding="utf-8")
REQUIREMENTS = sorted(ROOT.glob("requirements*.txt"))


def test_every_file_of_requirements_has_a_table() -> None:
    assert all(f"(`{file.name}`)" in PAGE for file in REQUIREMENTS)


@pytest.mark.parametrize("file", REQUIREMENTS, ids=lambda file: file.stem)
def test_every_pinned_package_stands_there_with_its_version_and_a_licence(file: Path) -> None:
    table = PAGE.partition(f"(`{file.name}`)")[2].partition("\n## ")[0]
    rows = [[cell.strip() for cell in line.strip("|").split(" | ")] for line in table.splitlines()[3:] if line]
    assert {name: version for name, version, _ in rows} == SCRIPT["pins"](file)
    assert all(licence and "UNKNOWN" not in licence.upper() for _, _, licence in rows)


def test_the_page_is_what_the_command_writes_here() -> None:
    assert SCRIPT["written"]() == PAGE, "run python scripts/third_party.py"


def test_every_model_that_can_be_fetched_stands_there_with_its_licence() -> None:
    models = yaml.safe_load((ROOT / "configs/models.yaml").read_text(encoding="utf-8"))
    assert models and all(model["licence"] in PAGE for model in models.values())


def test_a_package_without_a_known_licence_is_an_error_that_names_it() -> None:
    with pytest.raises(SCRIPT["UnknownLicenceError"], match="no-such-package"):
        SCRIPT["package"]("no-such-package", "1", {})
