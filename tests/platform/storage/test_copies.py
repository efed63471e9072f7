"""Copies of the library: made while it changes, put in its place when it is damaged; nothing is ever thrown away."""

from __future__ import annotations

import errno
import os
import sqlite3
import time
from pathlib import Path

import pytest

from indextts.platform.storage import copies
from indextts.reading.lexicon import Lexicon
from indextts.reading.lexicon.entry import draft
from indextts.service.library_keeper import LibraryKeeper, look_once
from indextts.works.db.records import Records
from indextts.works.works_keeper import WorksKeeper

DAMAGE = b"no database at all" * 500


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "library.sqlite3"
    store(path, "重庆", "chong2 qing4")
    return path


def store(path: Path, word: str, reading: str = "something else") -> None:
    lexicon = Lexicon(path)
    lexicon.add(draft(word, reading))
    lexicon.close()


def words(path: Path) -> list[str]:
    lexicon = Lexicon(path)
    try:
        return [entry.word for entry in lexicon.entries()]
    finally:
        lexicon.close()


def kept(path: Path) -> LibraryKeeper:
    keeper = LibraryKeeper(path, copy_s=0.0)
    keeper.look()
    return keeper


def damaged(path: Path) -> list[Path]:
    beside = ("-wal", "-shm", ".json")
    return [one for one in path.parent.glob("library.sqlite3.damaged-*") if not one.name.endswith(beside)]


def test_a_damaged_library_is_replaced_by_its_copy_and_kept(path: Path) -> None:
    keeper = kept(path)
    open_one = Lexicon(path)
    assert open_one.match("重庆")
    path.write_bytes(DAMAGE)
    keeper.look()
    assert words(path) == ["重庆"]
    assert open_one.match("重庆"), "who has the old file open sees the new one"
    open_one.add(draft("SQL", "sequel"))
    assert words(path) == ["SQL", "重庆"]
    (aside,) = damaged(path)
    assert aside.read_bytes() == DAMAGE
    assert [notice.code for notice in keeper.notices] == ["library_restored"]
    assert aside.name in str(keeper.notices[0])


def test_without_a_sound_copy_it_begins_anew_and_says_so(path: Path) -> None:
    path.write_bytes(DAMAGE)
    for copy in copies.copies(path):
        copy.write_bytes(b"damaged too" * 100)
    keeper = kept(path)
    assert words(path) == []
    assert [one.read_bytes() for one in damaged(path)] == [DAMAGE]
    assert [notice.code for notice in keeper.notices] == ["library_begun_anew"]


def test_the_older_copy_serves_where_the_newer_is_damaged(path: Path) -> None:
    kept(path)
    newest, older = copies.copies(path)
    newest.rename(older)
    newest.write_bytes(b"damaged too" * 100)
    path.write_bytes(DAMAGE)
    kept(path)
    assert words(path) == ["重庆"]


def test_the_notice_outlives_the_process_and_goes_with_the_damaged_file(path: Path) -> None:
    kept(path)
    path.write_bytes(DAMAGE)
    kept(path)
    again = kept(path)
    assert [notice.code for notice in again.notices] == ["library_restored"]
    (aside,) = damaged(path)
    aside.unlink()
    again.look()
    assert again.notices == ()


def test_a_page_in_the_middle_that_was_overwritten_is_noticed(path: Path) -> None:
    lexicon = Lexicon(path)
    for number in range(2000):
        lexicon.add(draft(f"word{number}", "something else"))
    lexicon.close()
    keeper = kept(path)
    data = bytearray(path.read_bytes())
    middle = len(data) // 2 // 4096 * 4096
    data[middle : middle + 4096] = os.urandom(4096)
    path.write_bytes(data)
    keeper.look()
    assert len(words(path)) == 2001
    assert [notice.code for notice in keeper.notices] == ["library_restored"]


def test_a_library_that_was_cut_to_nothing_is_restored(path: Path) -> None:
    keeper = kept(path)
    path.write_bytes(b"")
    keeper.look()
    assert words(path) == ["重庆"]


def test_copies_are_few_whole_and_renewed_only_after_a_change(path: Path) -> None:
    keeper = kept(path)
    newest, older = copies.copies(path)
    first = newest.stat()
    keeper.look()
    assert newest.stat().st_ino == first.st_ino
    store(path, "SQL")
    keeper.look()
    assert words(newest) == ["SQL", "重庆"]
    assert words(older) == ["重庆"]
    for number in range(5):
        store(path, f"word{number}")
        keeper.look()
    assert words(older) == ["重庆"], "the older one stays for a day"
    long_ago = time.time() - 100_000
    os.utime(older, (long_ago, long_ago))
    store(path, "last")
    keeper.look()
    assert len(words(older)) == 7 and len(words(newest)) == 8
    assert {one.name for one in path.parent.glob(".*")} == set()
    keeper.close()


def test_a_library_of_a_newer_version_is_left_alone(path: Path) -> None:
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA user_version = 99")
    connection.close()
    keeper = kept(path)
    assert damaged(path) == []
    assert [notice.code for notice in keeper.notices] == ["library_unusable"]


def full() -> sqlite3.Error:
    """What SQLite says where the disk is full."""
    connection = sqlite3.connect(":memory:")
    connection.execute("PRAGMA max_page_count = 2")
    connection.execute("CREATE TABLE some (x)")
    with pytest.raises(sqlite3.Error) as caught:
        connection.execute("INSERT INTO some VALUES (zeroblob(100000))")
    return caught.value


@pytest.mark.parametrize(
    ("refused", "code"),
    [
        (full(), "disk_full"),
        (OSError(errno.ENOSPC, "No space left on device"), "disk_full"),
        (OSError(errno.EDQUOT, "Disk quota exceeded"), "disk_full"),
        (OSError(errno.EROFS, "Read-only file system"), "not_writable"),
    ],
)
def test_a_disk_without_room_is_no_damaged_library(
    path: Path, monkeypatch: pytest.MonkeyPatch, refused: Exception, code: str
) -> None:
    def copy(*_: object) -> None:
        raise refused

    monkeypatch.setattr(copies, "copy", copy)
    keeper = kept(path)
    works = WorksKeeper(lambda: Records(path), 1)
    works.look()
    for told in (keeper.notices, works.notices):
        assert [notice.code for notice in told] == [code]
        assert "move the file away" not in str(told[0])
    keeper.close()


def test_a_look_that_only_asks_changes_nothing(path: Path) -> None:
    assert look_once(path) == [] and look_once(path.with_name("none.sqlite3")) == []
    path.write_bytes(DAMAGE)
    before = {one.name: one.read_bytes() for one in path.parent.iterdir()}
    assert [notice.code for notice in look_once(path)] == ["library_unusable"]
    assert {one.name: one.read_bytes() for one in path.parent.iterdir()} == before
