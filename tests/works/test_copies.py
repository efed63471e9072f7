"""The database of works has copies: made once a day, put in its place when it is damaged, and a person is told."""

from __future__ import annotations

import json
import os
import sqlite3
import time
from pathlib import Path

import pytest

from indextts.model.errors import StudioError
from indextts.ops import doctor
from indextts.plan.request import SpeechRequest
from indextts.platform.config import Config
from indextts.platform.storage import copies
from indextts.works.db.database import ProjectRow
from indextts.works.db.records import Records
from indextts.works.works_keeper import WorksKeeper
from tests.support.restarted import OWNER, make, text_of
from tests.support.waiting import until

GARBAGE = b"no database at all" * 4000
DAY = 86_400.0


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "works" / "works.sqlite3"
    add(path, "first")
    return path


def add(path: Path, name: str) -> None:
    records = Records(path)
    with records.database.writing() as session:
        session.add(ProjectRow(id=name, owner=OWNER, name=name, created=1.0, updated=1.0))
    records.close()


def names(path: Path) -> list[str]:
    with sqlite3.connect(path) as connection:
        found = [str(row[0]) for row in connection.execute("SELECT name FROM project ORDER BY id")]
    connection.close()
    return found


def look(path: Path, most: int = 2) -> list[str]:
    """What a server that starts finds."""
    records = Records(path)
    keeper = WorksKeeper(lambda: records, most)
    keeper.look()
    return [notice.code for notice in keeper.notices]


def spoil(path: Path) -> None:
    for ending in ("-wal", "-shm"):
        path.with_name(path.name + ending).unlink(missing_ok=True)
    path.write_bytes(GARBAGE)


def older(path: Path, days: float) -> None:
    for one in path.parent.glob(f"{path.name}*"):
        about = one.stat()
        os.utime(one, (about.st_atime, about.st_mtime - days * DAY))


def test_every_day_has_a_copy_and_only_the_last_ones_stay(path: Path) -> None:
    for day in range(5):
        assert look(path, 3) == []
        older(path, 1.1)
        add(path, f"of day {day}")
    kept = [names(one) for one in copies.copies(path, 3)]
    assert [len(one) for one in kept] == [5, 4, 3]
    assert len(list(path.parent.glob("*.copy-*"))) == 3


def test_a_start_renews_the_copy_of_the_day_where_something_has_changed(path: Path) -> None:
    look(path)
    newest = copies.copies(path)[0]
    first = newest.stat().st_ino
    look(path)
    assert newest.stat().st_ino == first
    add(path, "second")
    look(path)
    assert names(newest) == ["first", "second"]
    assert names(copies.copies(path)[1]) == ["first"]
    add(path, "third")
    look(path)
    assert names(copies.copies(path)[1]) == ["first"], "a day apart"


def test_no_copies_are_made_where_none_are_wanted(path: Path) -> None:
    assert look(path, 0) == []
    assert list(path.parent.glob("*.copy-*")) == []


def test_a_damaged_file_makes_room_for_the_newest_sound_copy_and_is_kept(path: Path) -> None:
    look(path)
    newest, second = copies.copies(path)
    second.write_bytes(newest.read_bytes())
    newest.write_bytes(GARBAGE)
    spoil(path)
    assert look(path) == ["works_restored"]
    assert names(path) == ["first"]
    aside = [one for one in path.parent.glob("*.damaged-*") if one.suffix != ".json"]
    assert [one.read_bytes() for one in aside] == [GARBAGE]
    assert look(path) == ["works_restored"], "until the file is gone"
    aside[0].unlink()
    assert look(path) == []


def test_a_file_that_was_cut_to_nothing_is_not_begun_anew_by_who_comes_first(path: Path) -> None:
    look(path)
    path.write_bytes(b"")
    records = Records(path)
    with pytest.raises(StudioError, match="empty"), records.database.reading():
        pass
    assert look(path) == ["works_restored"]
    with records.database.reading() as session:
        assert session.get(ProjectRow, "first") is not None
    records.close()


def test_without_a_sound_copy_it_begins_anew_and_says_so(path: Path) -> None:
    spoil(path)
    assert look(path) == ["works_begun_anew"]
    add(path, "new")
    assert names(path) == ["new"]


def test_what_a_newer_version_has_written_is_neither_copied_nor_set_aside(path: Path) -> None:
    look(path)
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA user_version = 99")
    connection.close()
    assert look(path) == ["library_unusable"]
    assert copies.form(copies.copies(path)[0]) < 99 and not list(path.parent.glob("*.damaged-*"))


def test_doctor_says_what_was_done_and_what_is_damaged(tmp_path: Path) -> None:
    settings = tmp_path / "config.yaml"
    settings.write_text(json.dumps({"cache_dir": str(tmp_path)}))
    path = Config(cache_dir=tmp_path).works_path / "works.sqlite3"
    add(path, "first")
    look(path)

    def told() -> tuple[str, str]:
        (check,) = [one for one in doctor.examine(str(settings)) if one.name == "works"]
        return check.state, check.detail.en

    assert told()[0] == "ok"
    spoil(path)
    assert told()[0] == "missing"
    look(path)
    assert told()[0] == "note" and "was restored from" in told()[1]


def test_damage_while_it_runs_is_mended_told_in_answers_and_leaves_sounds_alone(tmp_path: Path) -> None:
    service = make(tmp_path)
    job = service.works.jobs.start(OWNER, SpeechRequest(text_of(1)))
    *_, ended = service.works.jobs.follow(OWNER, job.id)
    assert ended.state == "done"
    until(lambda: service.works.jobs.get(OWNER, job.id).state == "done")
    service.works.records.close()
    service.works.keeper.look()
    sounds = sorted((tmp_path / "works" / "sounds").rglob("*.flac"))
    spoil(service.works.records.path)
    with pytest.raises(StudioError):
        service.works.jobs.listed(OWNER)
    service.works.keeper.look()
    assert service.works.jobs.listed(OWNER)[1] == 1
    assert len(service.works.jobs.sound(OWNER, job.id))
    assert [one.code for one in service.health().warnings] == ["works_restored"]
    assert service.health().status == "degraded"
    assert "works_restored" in [one.code for one in service.speak(SpeechRequest("你好。")).warnings]
    service.works.sweep()
    assert sorted((tmp_path / "works" / "sounds").rglob("*.flac")) == sounds
    service.close()


def test_a_clock_that_leaps_forwards_takes_no_sound_and_nothing_that_was_deleted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    service = make(tmp_path)
    job = service.works.jobs.start(OWNER, SpeechRequest(text_of(2)))
    *_, ended = service.works.jobs.follow(OWNER, job.id)
    assert ended.state == "done"
    service.works.sweep()
    sounds = sorted((tmp_path / "works" / "sounds").rglob("*.flac"))
    service.works.jobs.delete(OWNER, job.id)
    wall = time.time
    for leap in (400 * DAY, -400 * DAY, 2 * DAY):
        monkeypatch.setattr(time, "time", lambda leap=leap: wall() + leap)
        service.works.sweep()
        assert sorted((tmp_path / "works" / "sounds").rglob("*.flac")) == sounds
    service.works.jobs.restore(OWNER, job.id)
    assert service.works.jobs.get(OWNER, job.id).state == "done"
    monkeypatch.undo()
    service.close()
