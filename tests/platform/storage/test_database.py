"""Files of SQLite that several open at once."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from indextts.model.errors import StudioError
from indextts.platform.storage.database import Database
from indextts.works.db.database import WorksDatabase

OPENS: dict[str, Callable[[Path, float], Database | WorksDatabase]] = {
    "the library": lambda path, busy_s: Database(path, busy_s=busy_s),
    "works": lambda path, busy_s: WorksDatabase(path, busy_s=busy_s),
}


def being_written(path: Path) -> sqlite3.Connection:
    """Another process that made the file and is in the middle of its first words."""
    other = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    other.execute("CREATE TABLE others (word TEXT)")
    other.execute("BEGIN IMMEDIATE")
    other.execute("INSERT INTO others VALUES ('重庆')")
    return other


@pytest.mark.parametrize("kind", OPENS)
def test_opening_waits_for_who_writes_the_new_file(kind: str, tmp_path: Path) -> None:
    other = being_written(tmp_path / "new.sqlite3")
    done = threading.Timer(0.3, lambda: other.execute("COMMIT"))
    done.start()
    database = OPENS[kind](tmp_path / "new.sqlite3", 30.0)
    with database.writing():
        assert not other.in_transaction
    database.close()
    done.join()
    assert other.execute("SELECT word FROM others").fetchall() == [("重庆",)]
    other.close()


@pytest.mark.parametrize("kind", OPENS)
def test_who_writes_without_end_is_not_waited_for_without_end(kind: str, tmp_path: Path) -> None:
    other = being_written(tmp_path / "new.sqlite3")
    database = OPENS[kind](tmp_path / "new.sqlite3", 0.2)
    with pytest.raises(StudioError) as refused, database.writing():
        pass
    assert refused.value.code == "library_busy"
    database.close()
    other.close()
