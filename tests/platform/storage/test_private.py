"""What a person wrote or spoke is for the account that serves it alone, whatever its umask."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from indextts.platform.storage import copies
from indextts.platform.storage.files import close_to_others, own_folder
from indextts.platform.storage.in_use import Occupied, alone
from indextts.reading.lexicon import Lexicon
from indextts.reading.lexicon.entry import draft
from indextts.works.db.claim import Claim
from indextts.works.db.database import WorksDatabase
from indextts.works.projects.projects import ProjectLibrary


@pytest.fixture(autouse=True, params=[0o000, 0o022])
def umask(request: pytest.FixtureRequest) -> Iterator[None]:
    before = os.umask(request.param)
    yield
    os.umask(before)


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def use(folder: Path) -> None:
    """Serve from a folder, and write into both databases."""
    held = Occupied(folder)
    lexicon, works = Lexicon(folder / "library.sqlite3"), WorksDatabase(folder / "works" / "works.sqlite3")
    claim = Claim(folder / "works")
    try:
        lexicon.add(draft(f"word {len(lexicon.entries())}", "说"))
        ProjectLibrary(works).create("local", text="x")
        assert claim.take()
        for path in (folder / "library.sqlite3", folder / "works" / "works.sqlite3"):
            copies.copy(path)
            copies.mend(path)
            assert path.with_name(f"{path.name}-wal").exists()
        assert {path.name: oct(mode(path)) for path in folder.rglob("*") if mode(path) & 0o077} == {}
    finally:
        claim.close()
        works.close()
        lexicon.close()
        held.close()


def test_what_is_made_is_for_its_own_account(tmp_path: Path) -> None:
    folder = tmp_path / "new" / "cache_hub"
    use(folder)
    assert mode(folder) == 0o700


def test_what_was_open_to_others_is_closed_at_the_next_start(tmp_path: Path) -> None:
    folder = tmp_path / "cache_hub"
    use(folder)
    for path in [folder, *folder.rglob("*")]:
        path.chmod(0o777 if path.is_dir() else 0o666)
    (folder / "works").chmod(0o700)
    held = Occupied(folder)
    lexicon, works = Lexicon(folder / "library.sqlite3"), WorksDatabase(folder / "works" / "works.sqlite3")
    assert len(lexicon.entries()) == 1 and ProjectLibrary(works).list("local")[1] == 1
    assert mode(folder) == 0o700
    databases = [path for path in folder.rglob("*") if ".sqlite3" in path.name]
    assert len(databases) >= 6
    assert {path.name: oct(mode(path)) for path in databases if mode(path) & 0o077} == {}
    works.close()
    lexicon.close()
    held.close()


def test_a_restored_database_is_replaced_by_a_copy_that_is_private(tmp_path: Path) -> None:
    path = tmp_path / "library.sqlite3"
    lexicon = Lexicon(path)
    lexicon.add(draft("重庆", "chong2 qing4"))
    lexicon.close()
    copies.copy(path)
    path.write_bytes(b"no database at all" * 500)
    assert copies.mend(path) is not None
    assert {one.name: oct(mode(one)) for one in tmp_path.iterdir() if mode(one) & 0o077} == {}


def test_folders_above_are_private_and_those_that_are_there_stay(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    own_folder(tmp_path / "a" / "b")
    assert [mode(one) for one in (tmp_path, tmp_path / "a", tmp_path / "a" / "b")] == [0o755, 0o700, 0o700]
    with alone(tmp_path / "a"):
        assert mode(tmp_path / "a" / ".in-use") == 0o600


def test_a_folder_that_is_everybodys_and_a_link_stay_as_they_are(tmp_path: Path) -> None:
    common = tmp_path / "common"
    common.mkdir()
    common.chmod(0o1777)
    (tmp_path / "link").symlink_to(common)
    close_to_others(common)
    close_to_others(tmp_path / "link")
    assert mode(common) == 0o1777
