"""The library of cloned voices: stored, combined, changed, removed, swept; by several threads and processes."""

from __future__ import annotations

import io
import os
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indextts.model.errors import StudioError
from indextts.platform.config import Config
from indextts.service.library_keeper import LibraryKeeper
from indextts.voices.catalogue import VoiceFamily
from indextts.voices.cloning.library import CloneLibrary
from indextts.voices.cloning.voice import Prepared
from indextts.voices.names import MAX_REFERENCES, checked_consent, checked_date, checked_tags, clone_name
from tests.support.recordings import prepared

LOW, MIDDLE, HIGH = (prepared(3.0, hertz, seed) for seed, hertz in enumerate((110.0, 210.0, 330.0)))


@pytest.fixture
def config(tmp_path: Path) -> Config:
    return Config(cache_dir=tmp_path)


@pytest.fixture
def library(config: Config) -> Iterator[CloneLibrary]:
    library = CloneLibrary(config)
    yield library
    library.close()


def forgetful(config: Config, kept_s: float) -> CloneLibrary:
    """A library that keeps recordings for one request so long, in seconds."""
    return CloneLibrary(config.model_copy(update={"outputs": config.outputs.model_copy(update={"max_age_s": kept_s})}))


def files(config: Config) -> set[str]:
    return {path.stem for path in (config.cache_path / "voices").glob("*.flac")}


def refused(code: str, work: Any, *values: Any, **named: Any) -> None:
    with pytest.raises(StudioError) as raised:
        work(*values, **named)
    assert raised.value.code == code


def add(library: CloneLibrary, name: str = "老王", *recordings: Prepared, **more: Any) -> Any:
    return library.add(name, recordings or [LOW], consent="本人的声音", **more)


def test_a_voice_is_stored_and_found(config: Config, library: CloneLibrary) -> None:
    voice = add(library, "  老  王 ", LOW, MIDDLE, tags=["讲师", "男", "讲师"], weights=[1, 3.5])
    assert (voice.id, voice.name, voice.tags) == ("clone-1", "老 王", ("讲师", "男"))
    assert [(one.sha256, one.weight) for one in voice.references] == [(LOW.sha256, 1.0), (MIDDLE.sha256, 3.5)]
    assert voice.consent == "本人的声音" and voice.consent_date == datetime.now(UTC).date().isoformat()
    assert datetime.fromisoformat(voice.created) <= datetime.now(UTC)
    assert 110 < voice.pitch_hz < 210 and voice.group == "women"
    assert library.voices() == [voice] and library.get("clone-1") == voice == library.find("老 王")
    assert library.path(LOW.sha256).read_bytes() == LOW.data
    assert files(config) == {LOW.sha256, MIDDLE.sha256}
    again = CloneLibrary(config)
    assert again.voices() == [voice]
    again.close()


def test_the_library_holds_five_hundred_voices_and_no_more(config: Config, library: CloneLibrary) -> None:
    add(library, "第一")
    with sqlite3.connect(config.cache_path / "library.sqlite3") as database:
        made = "INSERT INTO clones (key, name, consent, consent_date, tags, created) "
        database.executemany(
            f"{made}SELECT ?, ?, consent, consent_date, tags, created FROM clones WHERE id = 1",
            [(f"voice {number}", f"voice {number}") for number in range(498)],
        )
    database.close()
    library.change("clone-1", name="第一个")  # so that the list is read anew
    assert len(library.voices()) == 499
    assert add(library, "第五百").name == "第五百"
    with pytest.raises(StudioError) as raised:
        add(library, "多出来的")
    assert raised.value.code == "bad_clone" and "500" in raised.value.localise("en")[0]
    assert len(library.voices()) == 500
    exported = library.export("clone-1")
    refused("bad_clone", library.import_, io.BytesIO(exported), "搬来的")
    gone = library.remove("clone-1", kept_s=60.0)
    assert library.import_(io.BytesIO(exported), "搬来的").name == "搬来的"
    refused("bad_clone", library.restore, gone)
    assert len(library.voices()) == 500 and "clone-1" not in {voice.id for voice in library.voices()}


@pytest.mark.parametrize(("recording", "group"), [(LOW, "men"), (MIDDLE, "women"), (HIGH, "children")])
def test_the_group_follows_the_pitch(library: CloneLibrary, recording: Prepared, group: str) -> None:
    assert add(library, "x", recording).group == group


def test_consent_is_required_with_a_date(library: CloneLibrary) -> None:
    for statement in (None, "", "  ", "……"):
        refused("consent_missing", library.add, "x", [LOW], consent=statement)
    refused("bad_clone", library.add, "x", [LOW], consent="a" * 501)
    for day in ("gestern", "2026-13-01", (datetime.now(UTC) + timedelta(days=3)).date().isoformat(), "1850-01-01"):
        refused("bad_clone", library.add, "x", [LOW], consent="本人", consent_date=day)
    assert library.voices() == []
    assert add(library, consent_date="2024-02-29").consent_date == "2024-02-29"


def test_names_belong_to_one_voice(config: Config, library: CloneLibrary) -> None:
    add(library, "Anna")
    refused("voice_exists", add, library, "ANNA")
    refused("voice_exists", add, library, "低沉男声")
    for name in ("", "a" * 41, "a<b", "x\u202ey", 7):
        refused("bad_voice", add, library, name)
    for name in ("clone-3", "Ref-0a"):
        refused("bad_clone", add, library, name)
    own = VoiceFamily(config)
    own.add("老船长", {})
    refused("voice_exists", add, library, "老船长")
    with pytest.raises(StudioError, match="anna"):
        own.add("anna", {})
    own.close()


def test_recordings_and_weights(library: CloneLibrary) -> None:
    refused("recording_none", library.add, "x", [], consent="本人")
    many = [replace(LOW, sha256=f"{number:064x}") for number in range(MAX_REFERENCES + 1)]
    refused("recording_many", add, library, "x", *many)
    for weights in ([1], [1, 0], [1, -2], [1, float("nan")], [1, float("inf")], [1, "2"], [1, True], [1, 2, 3]):
        refused("bad_clone", add, library, "x", LOW, MIDDLE, weights=weights)
    voice = add(library, "x", LOW, MIDDLE, LOW, weights=[1, 2, 3])
    assert [(one.sha256, one.weight) for one in voice.references] == [(LOW.sha256, 1.0), (MIDDLE.sha256, 2.0)]


def test_references_come_and_go_with_their_files(config: Config, library: CloneLibrary) -> None:
    voice = add(library)
    voice = library.add_references(voice.id, [MIDDLE, HIGH], [2, 4])
    assert [one.weight for one in voice.references] == [1, 2, 4]
    voice = library.remove_reference(voice.id, MIDDLE.sha256)
    assert [one.sha256 for one in voice.references] == [LOW.sha256, HIGH.sha256]
    assert files(config) == {LOW.sha256, HIGH.sha256}
    refused("no_voice", library.remove_reference, voice.id, MIDDLE.sha256)
    library.remove_reference(voice.id, LOW.sha256)
    refused("bad_clone", library.remove_reference, voice.id, HIGH.sha256)
    assert files(config) == {HIGH.sha256}


def test_changes(library: CloneLibrary) -> None:
    voice = add(library, "老王", LOW, MIDDLE)
    other = add(library, "Anna")
    assert library.change(voice.id, name="王老师").name == "王老师"
    assert library.change(voice.id, name="王老师").name == "王老师"
    refused("voice_exists", library.change, other.id, name="王老师")
    changed = library.change(voice.id, tags=["a"], weights=[5, 1])
    assert (changed.name, changed.tags, changed.references[0].weight) == ("王老师", ("a",), 5)
    refused("bad_clone", library.change, voice.id, tags=["b"], weights=[1])
    assert library.get(voice.id) == changed
    for tags in ("a,b", ["a" * 25], ["a,b"], [1], [str(number) for number in range(13)]):
        refused("bad_clone", library.change, voice.id, tags=tags)
    refused("no_voice", library.change, "clone-9", name="x")


def test_a_removed_voice_takes_its_files_that_nobody_else_uses(config: Config, library: CloneLibrary) -> None:
    first, second = add(library, "一", LOW, MIDDLE), add(library, "二", MIDDLE)
    assert library.remove(first.id) == first
    assert files(config) == {MIDDLE.sha256}
    for work in (library.get, library.remove, library.export, library.find):
        refused("no_voice", work, first.id)
    refused("no_voice", library.path, LOW.sha256)
    assert library.path(MIDDLE.sha256).is_file()
    library.remove(second.id)
    assert files(config) == set()
    assert add(library, "三").id == "clone-3"


def test_a_removal_can_be_taken_back_for_a_while(config: Config, library: CloneLibrary) -> None:
    voice = add(library, "老王", LOW, tags=["a"])
    gone = library.remove(voice.id, kept_s=60.0)
    assert library.voices() == [] and files(config) == {LOW.sha256}
    library.restore(gone)
    assert library.voices() == [voice]
    gone = library.remove(voice.id, kept_s=0.01)
    time.sleep(0.02)
    library.sweep()
    assert files(config) == set()
    refused("undo_gone", library.restore, gone)
    assert library.voices() == []


def test_recordings_for_one_request_have_an_id_and_go_with_time(config: Config) -> None:
    library = forgetful(config, 0.3)
    voice = library.keep([LOW, HIGH])
    assert voice.id == f"ref-{LOW.sha256}+{HIGH.sha256}" and voice.consent == ""
    assert [one.seconds for one in voice.references] == [LOW.seconds, HIGH.seconds]
    assert library.get(voice.id) == voice and library.voices() == []
    assert library.get(f"ref-{HIGH.sha256}").group == "children"
    stored = library.add("x", [LOW], consent="本人")
    time.sleep(0.35)
    library.sweep()
    assert files(config) == {LOW.sha256}
    refused("no_voice", library.get, voice.id)
    library.remove(stored.id)
    assert files(config) == set()
    library.close()


def test_cleaning_goes_on_in_the_background(config: Config) -> None:
    library = forgetful(config, 0.01)
    library.keep([LOW])
    time.sleep(0.02)
    library.start()
    ends = time.monotonic() + 20
    while files(config):
        assert time.monotonic() < ends
        time.sleep(0.01)
    library.close()


def test_what_a_dead_process_left_goes_too(config: Config, library: CloneLibrary) -> None:
    add(library)
    folder = config.cache_path / "voices"
    old, fresh, strange = folder / f"{'a' * 64}.flac", folder / f"{'b' * 64}.flac", folder / "notes.txt"
    for path in (old, fresh, strange):
        path.write_bytes(b"x")
        os.utime(path, (0, 0) if path != fresh else None)
    library.sweep()
    assert not old.exists() and fresh.exists() and strange.exists() and LOW.sha256 in files(config)


def test_recordings_stay_while_a_damaged_library_may_name_them(config: Config, library: CloneLibrary) -> None:
    add(library)
    library.close()
    recording = config.cache_path / "voices" / f"{LOW.sha256}.flac"
    os.utime(recording, (0, 0))
    config.library_path.write_bytes(b"no database" * 1000)
    for ending in ("-wal", "-shm"):
        config.library_path.with_name(f"library.sqlite3{ending}").unlink(missing_ok=True)
    LibraryKeeper(config.library_path).look()
    add(library, "老李", MIDDLE)
    library.sweep()
    assert recording.exists()
    for aside in config.cache_path.glob("library.sqlite3.damaged-*"):
        aside.unlink()
    library.sweep()
    assert not recording.exists()


@pytest.mark.parametrize(
    "voice",
    ["", "clone-", "clone-0", "clone-01", "clone-9", "baker", "ref-", "ref-abc", "ref-" + "A" * 64, "ref-" + "a" * 64,
     "ref-../../etc/passwd", "clone-1; DROP TABLE clones"],
)  # fmt: skip
def test_ids_that_name_nothing(library: CloneLibrary, voice: str) -> None:
    add(library)
    refused("no_voice", library.get, voice)
    refused("no_voice", library.path, voice)
    refused("no_voice", library.path, "../library.sqlite3")


def test_nothing_is_made_by_asking(tmp_path: Path) -> None:
    library = CloneLibrary(Config(cache_dir=tmp_path / "none"))
    assert library.voices() == []
    refused("no_voice", library.get, "ref-" + "a" * 64)
    library.sweep()
    assert not (tmp_path / "none").exists()


@pytest.mark.night
def test_what_another_process_writes_is_seen(config: Config, library: CloneLibrary, tmp_path: Path) -> None:
    voice = add(library)
    packed = tmp_path / "x.voice"
    packed.write_bytes(library.export(voice.id))
    program = (
        "import sys; from pathlib import Path; from indextts.platform.config import Config;"
        "from indextts.voices.cloning.library import CloneLibrary;"
        "library = CloneLibrary(Config(cache_dir=Path(sys.argv[1])));"
        "library.import_(Path(sys.argv[2]).open('rb'), 'other'); library.remove('clone-1')"
    )
    subprocess.run([sys.executable, "-c", program, str(config.cache_path), str(packed)], check=True, timeout=60)
    assert [one.name for one in library.voices()] == ["other"]
    assert files(config) == {LOW.sha256}


def test_threads_do_not_lose_each_others_voices(config: Config, library: CloneLibrary) -> None:
    failures: list[BaseException] = []

    def work(number: int) -> None:
        try:
            for turn in range(4):
                voice = library.add(f"{number}.{turn}", [LOW, HIGH][: 1 + turn % 2], consent="本人")
                if turn % 2:
                    library.remove(voice.id)
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=work, args=[number]) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    left = {f"{number}.{turn}" for number in range(6) for turn in (0, 2)}
    assert {one.name for one in library.voices()} == left
    assert files(config) == {LOW.sha256}


def test_a_file_that_cannot_be_written_leaves_no_voice(config: Config, library: CloneLibrary) -> None:
    (config.cache_path / "voices").write_text("no folder")
    refused("not_writable", add, library)
    assert library.voices() == []


def test_a_library_of_before_gets_the_tables(config: Config) -> None:
    own = VoiceFamily(config)
    own.add("老船长", {})
    own.close()
    with sqlite3.connect(config.library_path) as connection:
        for table in ("clone_references", "clone_recordings", "clones"):
            connection.execute(f"DROP TABLE {table}")
        for column in ("mix", "removed"):
            connection.execute(f"ALTER TABLE voices DROP COLUMN {column}")
        connection.execute("PRAGMA user_version = 2")
    library = CloneLibrary(config)
    add(library)
    library.close()
    assert [one.name for one in own.own()] == ["老船长"]
    own.close()


@given(st.text(max_size=60))
def test_names_and_consents_are_kept_in_one_form_or_refused(text: str) -> None:
    for check in (clone_name, checked_consent):
        try:
            kept = check(text)
        except StudioError as error:
            assert error.code in ("bad_voice", "bad_clone", "consent_missing")
        else:
            assert check(kept) == kept and kept == kept.strip() and "\n" not in kept


@given(st.lists(st.text(max_size=30), max_size=14))
def test_tags_are_kept_in_one_form_or_refused(tags: list[str]) -> None:
    try:
        kept = checked_tags(tags)
    except StudioError as error:
        assert error.code == "bad_clone"
    else:
        assert checked_tags(kept) == kept and all(kept) and len(set(kept)) == len(kept)


@given(st.text(max_size=12) | st.dates().map(str))
def test_dates_are_dates_or_refused(text: str) -> None:
    try:
        assert checked_date(checked_date(text))
    except StudioError as error:
        assert error.code == "bad_clone"
