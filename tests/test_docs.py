"""What the documents name is there: files, folders, and the targets of links."""

from __future__ import annotations

import re
import subprocess
from functools import cache
from pathlib import Path
from typing import Final

import pytest

ROOT: Final = Path(__file__).parent.parent
DOCUMENTS: Final = [
    *sorted(ROOT.glob("docs/*.md")),
    *sorted(ROOT.glob("*.md")),
    *sorted(ROOT.glob(".github/*.md")),
    *sorted(ROOT.glob("LICENSES/*.md")),
    *sorted(ROOT.glob("indextts/*/README.md")),
    *sorted(ROOT.glob("indextts/assets/**/MODEL_CARD.md")),
]
TOPS: Final = ("indextts", "training", "tests", "benchmarks", "configs", "deploy", "docs", "requirements", "scripts")
MOST_AT_THE_TOP: Final = 14
"""Files that a newcomer sees beside the folders."""
MOST_DOCUMENTS: Final = 12
MOST_BYTES: Final = 131_500
"""Of all documents together, the Chinese guide aside."""
_CODE: Final = re.compile(r"`([^`\n]+)`")
_LINK: Final = re.compile(r"\]\(([^)\s]+)\)")
_FILE: Final = re.compile(r"[\w./-]+\.(?:py|sh|js|css|yaml|tsv)")
_FOLDER: Final = re.compile(r"[\w-]+(?:/[\w-]+)*/")
_PLACEHOLDER: Final = re.compile(r"\b[A-Z]{2,}\b")
_WRITTEN: Final = re.compile(
    r"(cache_hub|downloads|outputs|gradio|numba|logs|run|converted)/.*"
    r"|(keys|feeds|phones|origins)\.yaml|glossary\.yaml|(zh|en)_\w+\.tsv"
)
"""What the program writes into its cache, a file of a model's folder, and data that a person brings along."""
_EACH: Final = frozenset(("engine.py", "info.py", "strings.yaml", "tab.css", "tab.js", "tables.yaml", "en/", "zh/"))
"""Names that a document gives to what each of several folders has."""


@cache
def paths() -> dict[str, frozenset[str]]:
    """Every file and folder by each of its endings: ``a/b/c.py``, ``b/c.py``, ``c.py``; folders end in ``/``."""
    found: dict[str, set[str]] = {path.name: {path.name} for path in ROOT.iterdir()}
    for top in TOPS:
        for path in [ROOT / top, *(ROOT / top).rglob("*")]:
            parts = path.relative_to(ROOT).parts
            ending = "/" if path.is_dir() else ""
            for at in range(len(parts)):
                found.setdefault("/".join(parts[at:]) + ending, set()).add("/".join(parts) + ending)
    return {name: frozenset(whole) for name, whole in found.items()}


def meant(name: str, folder: str = "docs") -> frozenset[str]:
    """Find what a name in a document of that folder may be: a path from there, from the top, from the package, any
    ending."""
    name = name.removeprefix("./")
    ending = paths().get(name, frozenset())
    for whole in (f"{folder}/{name}", name, f"indextts/{name}", f"tests/{name}"):
        if whole in ending:
            return frozenset({whole})
    return frozenset(one for one in ending if not one.startswith("tests/")) or ending


def anchors(document: Path) -> set[str]:
    """The headings of a document as a link names them."""
    text = re.sub(r"```.*?```", "", document.read_text(encoding="utf-8"), flags=re.DOTALL)
    heads = re.findall(r"^#+ +(.*?) *$", text, re.MULTILINE)
    plain = [re.sub(r"[`*]|\[|\]\([^)]*\)", "", head.lower()) for head in heads]
    return {re.sub(r"[^\w\- ]", "", head).replace(" ", "-") for head in plain}


def named(text: str) -> list[str]:
    words = [word.strip(",;:") for code in _CODE.findall(text) for word in code.split()]
    whole = [word for word in words if _FILE.fullmatch(word) or _FOLDER.fullmatch(word)]
    return [word for word in whole if not _PLACEHOLDER.search(word) and not _WRITTEN.fullmatch(word)]


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_file_and_folder_that_a_document_names_is_there(document: Path) -> None:
    found = {
        name: meant(name, document.parent.relative_to(ROOT).as_posix()) for name in named(document.read_text("utf-8"))
    }
    assert [name for name, paths in found.items() if not paths] == []
    several = {name: sorted(paths) for name, paths in found.items() if len(paths) > 1 and name not in _EACH}
    assert several == {}, "more than one is named so: write the path"


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_link_between_documents_leads_somewhere(document: Path) -> None:
    targets = _LINK.findall(document.read_text(encoding="utf-8"))
    local = [target.partition("#") for target in targets if "://" not in target and not target.startswith("mailto:")]
    assert [target for target, _, _ in local if not (document.parent / target).exists()] == []
    marked = [(document.parent / target if target else document, mark) for target, _, mark in local if mark]
    assert [(file.name, mark) for file, mark in marked if file.suffix == ".md" and mark not in anchors(file)] == []


def test_few_files_lie_beside_the_folders() -> None:
    tracked = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    there = [name for name in tracked.splitlines() if "/" not in name]
    assert {"app.py", "requirements.txt", "start_app.sh", "run_tests.sh", "README.md", "LICENSE"} <= {*there}
    assert len(there) <= MOST_AT_THE_TOP, there


def test_what_is_not_there_is_noticed() -> None:
    names = named("`text/gone.py`, `engines/NAME/info.py`, `no_folder/`, `./start_app.sh --port 1`, `cache_hub/x/`")
    assert [name for name in names if not meant(name)] == ["text/gone.py", "no_folder/"]
    assert meant("test_gate.py") == {"tests/server/access/test_gate.py"} and len(meant("jobs.py")) > 1
    assert meant("works/jobs/jobs.py") == {"indextts/works/jobs/jobs.py"} and not meant("engines/jobs.py")
    found = anchors(ROOT / "docs/security.md")
    assert {"access-control-and-security", "keys"} <= found and "key" not in found
    assert "./start_app.sh" in names


@pytest.mark.parametrize("guide", ["guide.md", "guide.zh.md"])
def test_each_guide_lists_all_documents(guide: str) -> None:
    targets = set(_LINK.findall((ROOT / "docs" / guide).read_text(encoding="utf-8")))
    assert {path.name for path in ROOT.glob("docs/*.md")} - {guide} <= targets


def test_the_documents_are_few_and_short() -> None:
    documents = [path for path in ROOT.glob("docs/*.md") if path.name != "guide.zh.md"]
    assert len(documents) <= MOST_DOCUMENTS and all(path.name == path.name.lower() for path in documents)
    assert sum(path.stat().st_size for path in documents) <= MOST_BYTES


def test_both_guides_have_the_same_parts_commands_and_tables() -> None:
    parts = []
    for name in ("guide.md", "guide.zh.md"):
        text = (ROOT / "docs" / name).read_text(encoding="utf-8")
        commands = [
            line.split(" #")[0].strip()
            for block in re.findall(r"```sh\n(.*?)```", text, re.S)
            for line in block.splitlines()
        ]
        rows = [line.count("|") for line in text.splitlines() if line.startswith("|")]
        parts.append((len(re.findall(r"^## ", text, re.M)), len(re.findall(r"^\d\. ", text, re.M)), commands, rows))
    assert parts[0] == parts[1]


def test_what_pages_may_not_ask_for_is_what_the_document_says() -> None:
    from indextts.server.middleware import _PERMISSIONS

    text = (ROOT / "docs/security.md").read_text(encoding="utf-8")
    (row,) = [line for line in text.splitlines() if line.startswith("| `Permissions-Policy`")]
    told = re.findall(r"[a-z]+", row.split("; no ")[1].split(" | ")[0].lower())
    sent = dict(part.split("=") for part in _PERMISSIONS.split(", "))
    assert sent.pop("microphone") == "(self)" and set(sent.values()) == {"()"}
    assert set(told) == set(sent)
