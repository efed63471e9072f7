"""Each name that a server puts into ``cache_hub`` stands in the document that says what may be deleted."""

from __future__ import annotations

import re
from fnmatch import fnmatch
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from indextts.ops.backup import backup, belongs
from indextts.platform.config import PROJECT_ROOT, Config
from indextts.platform.serving_config import AccessConfig
from indextts.server.access import first_key
from tests.support.services import application, make_service
from tests.support.tiny_voice import make_tiny_voice
from tests.support.waiting import until

SECTION = (
    (PROJECT_ROOT / "docs" / "operations.md")
    .read_text(encoding="utf-8")
    .partition("## Files and folders\n")[2]
    .partition("\n## ")[0]
)
_NAME = re.compile(r"`([\w.*/-]+)`")
_ROWS = [row.split("|")[1] for row in SECTION.splitlines() if row.startswith("| `")]
KEPT = [name.rstrip("/") for row in _ROWS for name in _NAME.findall(row)]
MADE_AGAIN = [
    name.rstrip("/") for name in _NAME.findall(SECTION.partition("**These are recreated")[2].partition("\n\n")[0])
]


@pytest.fixture(scope="module")
def used(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a server that listens to a network, was logged in to, and has made something of everything."""
    folder = tmp_path_factory.mktemp("used") / "cache_hub"
    config = Config(cache_dir=folder, access=AccessConfig(keys="always", local_needs_key=True))
    make_tiny_voice(config.models_path)
    file = first_key.prepare(config)
    assert file is not None
    key = file.read_text().strip()
    service = make_service(config, hosts=("testserver",))
    with TestClient(application(service), headers={"X-API-Key": key}) as client:
        until(lambda: client.get("/readyz").status_code == 200)
        assert client.post("/login", data={"key": key}, follow_redirects=False).status_code < 400
        assert client.post("/v1/lexicon", json={"word": "重庆", "reading": "chong2 qing4"}).status_code == 201
        assert client.post("/tts", json={"text": "好。"}).status_code == 200
        job = client.post("/v1/jobs", json={"text": "好。"}).json()["id"]
        until(lambda: client.get(f"/v1/jobs/{job}").json()["status"] == "done")
        service.keeper.look()
        service.works.keeper.look()
    backup(config, folder.parent / "studio.tar")
    return folder


def test_every_name_is_in_the_document_where_it_belongs(used: Path) -> None:
    there = {path.name for path in used.iterdir() if not path.name.startswith(".")}
    assert {"keys.yaml", "first-key.txt", "session.secret", "library.sqlite3", "works", "run", "outputs"} <= there
    beside = ("-wal", "-shm", ".lock")
    for name in there - {"models"}:
        plain = next((name.removesuffix(end) for end in beside if name.endswith(end)), name)
        kept = any(fnmatch(plain, known) for known in KEPT)
        assert kept or plain in MADE_AGAIN, f"{name} is not in docs/operations.md"
        assert not (kept and plain in MADE_AGAIN)
        files = [name] if (used / name).is_file() else [f"{name}/{one.name}" for one in (used / name).iterdir()]
        saved = any(belongs(file, sounds=True, models=False) for file in files)
        assert not saved or kept, f"a backup takes {name}, and the document lets it be deleted"


def test_what_a_backup_makes_nothing_of_is_what_comes_again() -> None:
    assert not any(belongs(f"{name}/x", sounds=True, models=False) for name in MADE_AGAIN)
    for name in ("keys.yaml", "first-key.txt", "session.secret", "calibration.json", "voices/x", "works/works.sqlite3"):
        assert belongs(name, sounds=True, models=False)
        assert any(fnmatch(name.partition("/")[0], known) for known in KEPT)


def test_the_document_says_which_of_them_are_keys() -> None:
    keys = [row for row in SECTION.splitlines() if "key**" in row or "keys**" in row]
    assert [_NAME.findall(row)[0] for row in keys] == ["keys.yaml", "first-key.txt", "session.secret"]
