"""What the documents name is there: files, folders, and the targets of links."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Final

import pytest

ROOT: Final = Path(__file__).parent.parent
DOCUMENTS: Final = [
    *sorted(ROOT.glob("docs/*.md")),
    *sorted(ROOT.glob("README*.md")),
    *sorted(ROOT.glob("indextts/assets/*/MODEL_CARD.md")),
]
TOPS: Final = ("indextts", "training", "tests", "benchmarks", "configs", "deploy", "docs", "scripts")
_CODE: Final = re.compile(r"`([^`\n]+)`")
_LINK: Final = re.compile(r"\]\(([^)\s]+)\)")
_FILE: Final = re.compile(r"[\w./-]+\.(?:py|sh|js|css|yaml|tsv)")
_FOLDER: Final = re.compile(r"[\w-]+(?:/[\w-]+)*/")
_PLACEHOLDER: Final = re.compile(r"\b[A-Z]{2,}\b")
_WRITTEN: Final = re.compile(
    r"(cache_hub|downloads|outputs|gradio|numba|logs|run|converted)/.*"
    r"|glossary\.yaml|(zh|en)_\w+\.tsv"
)
"""What the program writes into its cache, a file of a model's folder, and data that a person brings along."""


@cache
def paths() -> frozenset[str]:
    """Every file and folder with each of its endings: ``a/b/c.py``, ``b/c.py``, ``c.py``; folders end in ``/``."""
    found = {path.name for path in ROOT.iterdir()}
    for top in TOPS:
        for path in [ROOT / top, *(ROOT / top).rglob("*")]:
            parts = path.relative_to(ROOT).parts
            ending = "/" if path.is_dir() else ""
            found.update("/".join(parts[at:]) + ending for at in range(len(parts)))
    return frozenset(found)


def named(text: str) -> list[str]:
    words = [word.strip(",;:") for code in _CODE.findall(text) for word in code.split()]
    whole = [word for word in words if _FILE.fullmatch(word) or _FOLDER.fullmatch(word)]
    return [word for word in whole if not _PLACEHOLDER.search(word) and not _WRITTEN.fullmatch(word)]


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_file_and_folder_that_a_document_names_is_there(document: Path) -> None:
    missing = [name for name in named(document.read_text(encoding="utf-8")) if name.removeprefix("./") not in paths()]
    assert missing == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_link_between_documents_leads_somewhere(document: Path) -> None:
    targets = [target.partition("#")[0] for target in _LINK.findall(document.read_text(encoding="utf-8"))]
    local = [target for target in targets if target and "://" not in target and not target.startswith("mailto:")]
    assert [target for target in local if not (document.parent / target).exists()] == []


def test_what_is_not_there_is_noticed() -> None:
    names = named("`text/gone.py`, `engines/NAME/info.py`, `no_folder/`, `./start_app.sh --port 1`, `cache_hub/x/`")
    assert [name for name in names if name.removeprefix("./") not in paths()] == ["text/gone.py", "no_folder/"]
    assert "./start_app.sh" in names
