"""The dictionary on the disk: entries, files, other processes, and a disk that refuses."""

from __future__ import annotations

import json
import sqlite3
import threading
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from indextts.model.errors import StudioError
from indextts.platform.storage.database import Database, migrations
from indextts.reading.lexicon import Imported, Lexicon
from indextts.reading.lexicon.entry import COLUMNS, draft
from indextts.reading.lexicon.lexicon import FileFormat


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "deep" / "library.sqlite3"


@pytest.fixture
def lexicon(path: Path) -> Lexicon:
    return Lexicon(path)


def _code(work: object, *arguments: object, **named: object) -> str:
    with pytest.raises(StudioError) as caught:
        work(*arguments, **named)  # type: ignore[operator]
    assert all(caught.value.localise("zh")) and all(caught.value.localise("en"))
    return caught.value.code


def test_looking_makes_no_file(lexicon: Lexicon, path: Path) -> None:
    assert lexicon.match("重庆") == [] and lexicon.entries() == [] and lexicon.find("重庆") is None
    assert _code(lexicon.get, 1) == "no_entry"
    assert not path.exists()


def test_add_change_remove(lexicon: Lexicon, path: Path) -> None:
    entry = lexicon.add(draft("重庆", "chong2 qing4", note="地名"))
    assert lexicon.get(entry.id) == entry == lexicon.find("重庆")
    assert lexicon.match("重庆")[0].reading == "chong2 qing4"
    changed = lexicon.update(entry.id, draft("重庆", "zhong4 qing4"))
    assert changed.id == entry.id and lexicon.match("重庆")[0].reading == "zhong4 qing4"
    lexicon.update(entry.id, draft("重庆", "zhong4 qing4", enabled=False))
    assert lexicon.match("重庆") == []
    lexicon.remove(entry.id)
    assert lexicon.entries() == []
    assert _code(lexicon.remove, entry.id) == _code(lexicon.update, entry.id, changed) == "no_entry"
    assert _code(lexicon.get, 10**30) == "no_entry"


def test_a_word_stands_once_whatever_its_case(lexicon: Lexicon) -> None:
    first = lexicon.add(draft("Live", "L AY1 V"))
    other = lexicon.add(draft("Polish", "P OW1 L IH0 SH"))
    assert _code(lexicon.add, draft("live", "L IH1 V")) == "entry_exists"
    assert _code(lexicon.update, other.id, draft("LIVE", "L IH1 V")) == "entry_exists"
    replaced = lexicon.add(draft("live", "L IH1 V"), replace=True)
    assert (replaced.id, replaced.word, len(lexicon.entries())) == (first.id, "Live", 2)
    assert replaced.reading == "L IH1 V" == lexicon.match("live")[0].reading
    assert lexicon.update(first.id, draft("live", "L IH1 V")).word == "live"


def test_search_and_pages(lexicon: Lexicon) -> None:
    for word, reading, note in (("重庆", "chong2 qing4", "City"), ("SQL", "sequel", ""), ("100%", "all", "a_b")):
        lexicon.add(draft(word, reading, note=note))
    assert [entry.word for entry in lexicon.entries()] == ["100%", "SQL", "重庆"]
    for search, word in (("庆", "重庆"), ("CITY", "重庆"), ("Sequel", "SQL"), ("%", "100%"), ("_", "100%")):
        assert [entry.word for entry in lexicon.page(search=search).entries] == [word]
    page = lexicon.page(offset=1, limit=1)
    assert (page.entries[0].word, page.total) == ("SQL", 3)


def test_what_another_process_writes_is_seen(path: Path) -> None:
    here, there = Lexicon(path), Lexicon(path)
    assert here.match("重庆") == []
    entry = there.add(draft("重庆", "chong2 qing4"))
    assert len(here.match("重庆")) == 1
    here.update(entry.id, draft("重庆", "zhong4 qing4"))
    assert there.match("重庆")[0].reading == "zhong4 qing4"
    there.remove(entry.id)
    assert here.match("重庆") == []


def test_a_file_that_was_moved_away_is_not_written_to(lexicon: Lexicon, path: Path) -> None:
    lexicon.add(draft("重庆", "chong2 qing4"))
    path.rename(path.with_name("old"))
    assert lexicon.match("重庆") == []
    lexicon.add(draft("长安", "chang2 an1"))
    assert [entry.word for entry in lexicon.entries()] == ["长安"]


def test_many_threads(lexicon: Lexicon) -> None:
    errors: list[BaseException] = []

    def work(number: int) -> None:
        try:
            for turn in range(10):
                lexicon.add(draft(f"词{number}甲{turn}", "text"))
                assert lexicon.match(f"词{number}甲{turn}")
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not errors and len(lexicon.entries()) == 80


@pytest.mark.parametrize("file_format", ["csv", "json"])
def test_export_comes_back(lexicon: Lexicon, tmp_path: Path, file_format: FileFormat) -> None:
    lexicon.add(draft("重庆", "chong2 qing4", note='带"引号"，和逗号'))
    lexicon.add(draft("=SUM(A1)", "a, b", "text", False))
    data = lexicon.export_file(file_format)
    other = Lexicon(tmp_path / "other.sqlite3")
    assert other.import_file(data, file_format) == Imported(2, 0, 0)
    assert [entry.as_json() for entry in other.entries()] == [entry.as_json() for entry in lexicon.entries()]
    assert other.import_file(data, file_format) == Imported(0, 0, 0)


def test_import_changes_and_replaces(lexicon: Lexicon) -> None:
    lexicon.add(draft("长安", "chang2 an1"))
    lexicon.add(draft("sql", "sequel"))
    data = "word,reading\n重庆,chong2 qing4\nSQL,S Q L\n\n".encode()
    assert lexicon.import_file(data, "csv") == Imported(1, 1, 0)
    assert lexicon.import_file(data, "csv", replace=True) == Imported(0, 0, 1)
    assert sorted(entry.word for entry in lexicon.entries()) == ["SQL", "重庆"]


@pytest.mark.parametrize(
    ("data", "file_format", "says"),
    [
        (b"", "csv", "no column word"),
        (b"word\nx\n", "csv", "no column reading"),
        (b"word,reading,colour\n", "csv", "colour"),
        ("词,备注\nx,y\n".encode(), "csv", "no column reading"),
        ("x,a\n重,zhong9\n".encode(), "csv", "row 2"),
        ("重,zhong9\nx,a,b,c\n".encode(), "csv", "row 2.*cells"),
        (b"word,reading,word\n", "csv", "word"),
        ("word,reading\n重庆,chong2 qing4\n重,zhong9\n".encode(), "csv", "row 3"),
        ("word,reading\n重,zhong9\n长,\n".encode(), "csv", "row 2.*row 3"),
        (b"word,reading\nx,a\nX,b\n", "csv", "row 3.*row 2"),
        (b"word,reading\nx,a,b\n", "csv", "row 2.*cells"),
        (b"word,reading,enabled\nx,a,maybe\n", "csv", "row 2.*enabled"),
        (b"word,reading,lang\nx,a,zh\n", "csv", "row 2.*lang"),
        (b'word,reading\n"x,a\n', "csv", "line"),
        (b"word,reading\n\xff,a\n", "csv", "line 2.*UTF-8"),
        (b"word,reading\nx," + b"y" * 200_000, "csv", "row 2"),
        (b"{", "json", "JSON"),
        (b"[" * 100_000, "json", "more than 10000 entries, or more in them"),
        (b'{"words": []}', "json", "entries"),
        (b'[{"word": "x", "reading": "a"}, 5]', "json", "row 2.*object"),
        (b'[{"word": "x", "reading": "a", "color": 1}]', "json", "row 1.*color"),
        (b'[{"word": "x", "reading": null}]', "json", "row 1.*reading"),
        (b'[{"word": "x"}]', "json", "row 1.*reading is empty"),
        (b'{"entries": ' + b"9" * 10_000 + b"}", "json", "JSON"),
    ],
)
def test_a_bad_file_changes_nothing(lexicon: Lexicon, data: bytes, file_format: FileFormat, says: str) -> None:
    lexicon.add(draft("长安", "chang2 an1"))
    with pytest.raises(StudioError, match=f"(?s){says}") as caught:
        lexicon.import_file(data, file_format, replace=True)
    assert caught.value.code == "bad_import"
    assert [entry.word for entry in lexicon.entries()] == ["长安"]


def test_only_so_many_rows_are_named(lexicon: Lexicon) -> None:
    data = ("word,reading\n" + "重,zhong9\n" * 500).encode()
    with pytest.raises(StudioError, match=r"row 6: .*; and more") as caught:
        lexicon.import_file(data, "csv")
    assert len(str(caught.value)) < 1000


@pytest.mark.night
def test_it_holds_ten_thousand_entries(lexicon: Lexicon) -> None:
    rows = [{"word": f"w{number}", "reading": "x y"} for number in range(10_000)]
    assert lexicon.import_file(json.dumps(rows).encode(), "json").added == 10_000
    assert [match.start for match in lexicon.match("w7 w9999 w10000")] == [0, 3]
    assert _code(lexicon.add, draft("one more", "x")) == "bad_entry"
    assert _code(lexicon.import_file, b"word,reading\none more,x\n", "csv") == "bad_entry"
    assert lexicon.find("one more") is None
    rows.append({"word": "one more", "reading": "x"})
    assert _code(lexicon.import_file, json.dumps(rows).encode(), "json", replace=True) == "bad_import"


_CELL = st.text(max_size=6) | st.sampled_from(
    ["重庆", "chong2 qing4", "x", "true", '"', ",", "\n", "\r", "\0", "pinyin"]
)


@given(st.one_of(
    st.binary(max_size=200),
    st.lists(st.lists(_CELL, max_size=4).map(",".join), max_size=6).map(
        lambda lines: ("word,reading,kind\n" + "\n".join(lines)).encode("utf-8", "surrogatepass")
    ),
    st.lists(
        st.dictionaries(st.sampled_from(COLUMNS) | st.text(max_size=3), _CELL | st.booleans() | st.none(), max_size=5)
    ).map(lambda rows: json.dumps({"entries": rows}).encode()),
), st.sampled_from(["csv", "json"]))  # fmt: skip
@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_file_is_imported_or_refused(lexicon: Lexicon, data: bytes, file_format: FileFormat) -> None:
    before = lexicon.entries()
    try:
        lexicon.import_file(data, file_format)
    except StudioError as error:
        assert error.code == "bad_import"
        assert lexicon.entries() == before
    else:
        for entry in lexicon.entries():
            assert draft(entry.word, entry.reading, entry.kind, entry.enabled, entry.note).as_json() == entry.as_json()


def test_a_file_that_is_no_library(lexicon: Lexicon, path: Path) -> None:
    path.parent.mkdir()
    path.write_bytes(b"no database" * 1000)
    assert _code(lexicon.entries) == _code(lexicon.match, "x") == "library_unusable"
    assert path.read_bytes() == b"no database" * 1000


def test_a_folder_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    assert _code(Lexicon(tmp_path / "file" / "library.sqlite3").add, draft("x", "y")) == "not_writable"
    (tmp_path / "folder").mkdir()
    assert _code(Lexicon(tmp_path / "folder").add, draft("x", "y")) == "not_writable"


def test_a_library_that_cannot_be_written_can_still_be_read(lexicon: Lexicon, path: Path) -> None:
    lexicon.add(draft("重庆", "chong2 qing4"))
    lexicon.close()
    in_the_way = path.with_name(f"{path.name}-wal")
    in_the_way.mkdir()
    assert [entry.word for entry in lexicon.entries()] == ["重庆"] and lexicon.match("重庆")
    assert _code(lexicon.add, draft("x", "y")) == "not_writable"
    assert lexicon.match("重庆")
    in_the_way.rmdir()
    lexicon.add(draft("x", "y"))
    assert len(lexicon.entries()) == 2


def test_another_process_that_writes_for_long(path: Path) -> None:
    lexicon = Lexicon(path, busy_s=0.05)
    lexicon.add(draft("重庆", "chong2 qing4"))
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StudioError) as caught:
        lexicon.add(draft("x", "y"))
    assert caught.value.code == "library_busy" and caught.value.retry_after_s
    assert len(lexicon.match("重庆")) == 1, "reading goes on meanwhile"
    other.execute("ROLLBACK")
    other.close()
    lexicon.add(draft("x", "y"))


def test_a_full_disk_keeps_what_was_there(path: Path) -> None:
    database = Database(path)
    with database.writing() as connection:
        connection.execute("CREATE TABLE big (data BLOB)")
    with pytest.raises(StudioError) as caught, database.writing() as connection:
        connection.execute("PRAGMA max_page_count = 10")
        connection.execute("INSERT INTO big VALUES (zeroblob(1000000))")
    assert caught.value.code == "disk_full"
    with database.reading() as connection:
        assert connection.execute("SELECT count(*) FROM big").fetchone() == (0,)


def test_old_files_are_brought_forward_and_newer_ones_left_alone(path: Path) -> None:
    Lexicon(path).add(draft("重庆", "chong2 qing4"))
    newer = (*migrations(), "ALTER TABLE lexicon ADD COLUMN colour TEXT")
    with Database(path, parts=newer).reading() as connection:
        assert connection.execute("SELECT word, colour FROM lexicon").fetchall() == [("重庆", None)]
    assert _code(Lexicon(path).entries) == "library_unusable"


def test_a_migration_that_fails_leaves_the_file_as_it_was(path: Path) -> None:
    Lexicon(path).add(draft("重庆", "chong2 qing4"))
    half = "DELETE FROM lexicon; SELECT * FROM nothing"
    with pytest.raises(StudioError), Database(path, parts=(*migrations(), half)).reading():
        pass
    assert [entry.word for entry in Lexicon(path).entries()] == ["重庆"]
