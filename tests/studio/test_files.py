"""The page's scripts and style sheets: how they are served, and what they may look like."""

from __future__ import annotations

import os
import re
import shutil
from pathlib import Path
from urllib.parse import urljoin

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.testclient import TestClient

from indextts.studio import bundle
from indextts.studio import shell as module
from indextts.studio.shell import ENTRY, ICON, LATE, SCRIPT, STYLES, PageFiles, ServePageFiles

ROOT = Path(module.__file__).parent
SOURCES = sorted(path for path in ROOT.rglob("*") if path.suffix in (".js", ".css"))
IMPORT = re.compile(r"""^(?:import|export)\b[^;"]*?"(\.{1,2}/[^"]+)";""", re.MULTILINE)


@pytest.fixture(scope="module")
def files() -> PageFiles:
    return PageFiles()


@pytest.fixture(scope="module")
def client(files: PageFiles) -> TestClient:
    return TestClient(Starlette(middleware=[Middleware(ServePageFiles, files=files)]))


@pytest.mark.parametrize(
    ("name", "media_type"),
    [
        (SCRIPT, "text/javascript; charset=utf-8"),
        (STYLES, "text/css; charset=utf-8"),
        (ICON, "image/svg+xml"),
        ("lib/icon-512.png", "image/png"),
        ("lib/zh.webmanifest", "application/manifest+json"),
    ],
)
def test_every_file_is_served_packed_and_for_good(
    client: TestClient, files: PageFiles, name: str, media_type: str
) -> None:
    answer = client.get(files.address(name).removeprefix("."))
    assert answer.status_code == 200 and answer.headers["content-type"] == media_type
    assert answer.headers["content-encoding"] == "gzip" and answer.headers["vary"] == "Accept-Encoding"
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"


def test_one_script_and_one_style_sheet_hold_all_others(client: TestClient, files: PageFiles) -> None:
    """But for what few need: that comes when it is asked for, and is in no other file."""
    script, styles, *late = (client.get(files.address(name).removeprefix(".")).text for name in (SCRIPT, STYLES, *LATE))
    assert not [path for path in LATE.values() if f"// {path}\n" in script]
    script = "\n".join([script, *late])
    for path in SOURCES:
        name = path.relative_to(ROOT).as_posix()
        if path.suffix == ".css":
            assert bundle.styles({name: path.read_text(encoding="utf-8")}) in styles, name
        else:
            assert script.count(f"// {name}\n") == 1, name


def test_who_takes_no_gzip_gets_it_plain_and_who_has_it_gets_nothing(client: TestClient, files: PageFiles) -> None:
    address, whole = (
        files.address(SCRIPT).removeprefix("."),
        client.get(files.address(SCRIPT).removeprefix(".")).content,
    )
    for accepted in ("identity", "gzip;q=0", "br"):
        plain = client.get(address, headers={"Accept-Encoding": accepted})
        assert "content-encoding" not in plain.headers and plain.content == whole
    kept = client.get(address, headers={"If-None-Match": plain.headers["etag"]})
    assert kept.status_code == 304 and kept.content == b"" and kept.headers["etag"] == plain.headers["etag"]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_page_can_be_installed(client: TestClient, files: PageFiles, language: str) -> None:
    place = files.address(f"lib/{language}.webmanifest").removeprefix(".")
    manifest = client.get(place).json()
    assert manifest["display"] == "standalone" and manifest["name"] == "IndexTTS Studio"
    here = f"http://host/prefix{place}"
    assert {urljoin(here, manifest[name]) for name in ("id", "start_url", "scope")} == {"http://host/prefix/"}
    for icon in manifest["icons"]:
        assert client.get(urljoin(place, icon["src"])).headers["content-type"] == icon["type"]
    assert {"192x192", "512x512"} <= {icon["sizes"] for icon in manifest["icons"]}


@pytest.mark.parametrize(
    "path", ["/page/", "/page/0/lib/page.js", "{}nothing.js", "{}../files.py", "{}lib/studio.js/", "{}lib/page.js"]
)
def test_nothing_else_is_served(client: TestClient, files: PageFiles, path: str) -> None:
    assert client.get(path.format(files.prefix)).status_code == 404


def test_another_version_has_other_addresses(files: PageFiles, tmp_path: Path) -> None:
    for folder in ("lib", "tabs"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    assert PageFiles(tmp_path).prefix == files.prefix
    (tmp_path / ENTRY).write_text("// changed", encoding="utf-8")
    assert PageFiles(tmp_path).prefix != files.prefix


def test_lines_are_as_short_as_those_of_the_python() -> None:
    long = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in SOURCES
        for number, line in enumerate(path.read_text(encoding="utf-8").split("\n"), 1)
        if len(line) > 120
    ]
    assert long == [] and len(SOURCES) > 80


def imports_of(path: Path) -> set[Path]:
    text = path.read_text(encoding="utf-8")
    return {Path(os.path.normpath(path.parent / name)) for name in IMPORT.findall(text)}


def test_scripts_share_nothing_but_what_they_import_and_never_in_circles() -> None:
    graph = {path: imports_of(path) for path in SOURCES if path.suffix == ".js"}
    reached, waiting = set(), [ROOT / ENTRY, *(ROOT / path for path in LATE.values())]
    while waiting:
        path = waiting.pop()
        if path not in reached:
            reached.add(path)
            waiting += graph[path]
    assert reached == set(graph), "every script is imported by an entry or by what it imports"
    while leaves := [path for path, named in graph.items() if not named & set(graph)]:
        for path in leaves:
            del graph[path]
    assert list(graph) == [], "these import one another in a circle"
    hooks = {path.name for path in reached if "window.indexttsStudio" in path.read_text(encoding="utf-8")}
    assert hooks == {"page.js"}, "Gradio's events alone call by a global name"
