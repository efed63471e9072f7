from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from indextts.errors import StudioError
from indextts.lexicon import Lexicon
from indextts.lexicon.entry import draft
from indextts.studio.answers import Answer
from indextts.studio.tabs.dictionary.tab import Dictionary, Undos


@pytest.fixture
def lexicon(tmp_path: Path) -> Iterator[Lexicon]:
    lexicon = Lexicon(tmp_path / "library.sqlite3")
    yield lexicon
    lexicon.close()


@pytest.fixture
def dictionary(lexicon: Lexicon) -> Dictionary:
    return Dictionary(lexicon)


def ask(dictionary: Dictionary, action: str, language: Any = "en", **sent: Any) -> Answer:
    return dictionary.answer({"action": action, "number": 7, **sent}, language)


def words(lexicon: Lexicon) -> dict[str, str]:
    return {entry.word: entry.reading for entry in lexicon.entries()}


def test_an_empty_dictionary_is_told_as_such(dictionary: Dictionary) -> None:
    assert ask(dictionary, "list") == {"number": 7, "rows": [], "found": 0, "known": 0}


def test_entries_are_added_changed_and_removed_and_each_can_be_undone(dictionary: Dictionary, lexicon: Lexicon) -> None:
    added = ask(dictionary, "add", word="重庆", reading="chóng qìng", kind="")
    assert "重庆" in added["said"] and words(lexicon) == {"重庆": "chong2 qing4"}
    row = added["rows"][0]
    assert (row["printed"], row["kind"], row["enabled"]) == ("chóng qìng", "pinyin", True)

    changed = ask(dictionary, "change", id=row["id"], word="重庆", reading="zhong4 qing4", note="x", kind="pinyin")
    assert words(lexicon) == {"重庆": "zhong4 qing4"} and changed["rows"][0]["note"] == "x"
    assert ask(dictionary, "undo", undo=changed["undo"])["said"] == "Undone."
    assert words(lexicon) == {"重庆": "chong2 qing4"}

    off = ask(dictionary, "change", id=row["id"], enabled=False)
    assert "not in use" in off["said"] and not off["rows"][0]["enabled"] and lexicon.match("重庆") == []
    ask(dictionary, "undo", undo=off["undo"])
    assert len(lexicon.match("重庆")) == 1

    removed = ask(dictionary, "remove", id=row["id"])
    assert removed["known"] == 0 and words(lexicon) == {}
    assert ask(dictionary, "undo", undo=removed["undo"])["known"] == 1
    assert words(lexicon) == {"重庆": "chong2 qing4"}

    again = ask(dictionary, "add", word="重庆", reading="zhong4 qing4")
    assert "changed" in again["said"] and again["known"] == 1
    ask(dictionary, "undo", undo=again["undo"])
    assert words(lexicon) == {"重庆": "chong2 qing4"}

    first = ask(dictionary, "add", word="GPU", reading="G P U")
    ask(dictionary, "undo", undo=first["undo"])
    assert list(words(lexicon)) == ["重庆"]


def test_another_reading_may_be_of_another_kind(dictionary: Dictionary, lexicon: Lexicon) -> None:
    row = ask(dictionary, "add", word="SQL", reading="sequel")["rows"][0]
    assert row["kind"] == "text"
    row = ask(dictionary, "change", id=row["id"], reading="EH1 S K Y UW2 EH1 L")["rows"][0]
    assert row["kind"] == "arpabet" and row["word"] == "SQL"


@pytest.mark.parametrize(("language", "said"), [("en", "cannot have the reading"), ("zh", "读音不能是")])
def test_wrong_entries_are_refused_and_nothing_changes(
    dictionary: Dictionary, lexicon: Lexicon, language: str, said: str
) -> None:
    answer = ask(dictionary, "add", language, word="重庆", reading="chong2")
    assert said in answer["error"] and answer["code"] == "bad_reading" and "rows" not in answer
    assert ask(dictionary, "add", word="", reading="x")["code"] == "bad_entry"
    assert ask(dictionary, "add", word=None, reading=3)["code"] == "bad_entry"
    assert ask(dictionary, "add", word="x", reading="y", kind="z")["code"] == "bad_entry"
    assert ask(dictionary, "change", id="1")["code"] == "no_entry"
    assert ask(dictionary, "remove", id=99)["code"] == "no_entry"
    assert ask(dictionary, "nothing")["code"] == "not_found"
    assert words(lexicon) == {}


def test_searching_and_more_rows(dictionary: Dictionary, lexicon: Lexicon) -> None:
    rows = [{"word": f"词{number:03}", "reading": f"替换{number}"} for number in range(150)]
    lexicon.import_file(json.dumps(rows).encode(), "json")
    assert len(ask(dictionary, "list")["rows"]) == 100 and len(ask(dictionary, "list", limit=400)["rows"]) == 150
    found = ask(dictionary, "list", search="词01")
    assert (found["found"], found["known"], len(found["rows"])) == (10, 150, 10)
    assert ask(dictionary, "list", search="nowhere")["found"] == 0
    assert len(ask(dictionary, "list", limit="x", search=None)["rows"]) == 100


@pytest.mark.parametrize("kind", ["csv", "json"])
def test_a_file_goes_out_and_comes_back(dictionary: Dictionary, lexicon: Lexicon, kind: str) -> None:
    lexicon.add(draft("重庆", "chong2 qing4"))
    lexicon.add(draft("a,\"b'", "one\u3001two", note="<b>"))
    before = words(lexicon)
    out = ask(dictionary, "export", format=kind)
    assert out["name"] == f"dictionary.{kind}"
    for entry in lexicon.entries():
        lexicon.remove(entry.id)
    done = ask(dictionary, "import", format=kind, data=out["file"])
    assert done["said"] == "Imported: 2 new, 0 changed." and words(lexicon) == before


def test_an_import_is_all_or_nothing_and_can_be_undone(dictionary: Dictionary, lexicon: Lexicon) -> None:
    lexicon.add(draft("重庆", "chong2 qing4"))
    bad = ask(dictionary, "import", format="csv", data="word,reading\n长江,chang2 jiang1\n单于,zzz9 yu2\n")
    assert bad["code"] == "bad_import" and "3" in bad["error"] and list(words(lexicon)) == ["重庆"]
    done = ask(dictionary, "import", format="csv", data="word,reading\n长江,chang2 jiang1\n重庆,zhong4 qing4\n")
    assert done["said"] == "Imported: 1 new, 1 changed." and len(words(lexicon)) == 2
    ask(dictionary, "undo", undo=done["undo"])
    assert words(lexicon) == {"重庆": "chong2 qing4"}


def test_a_change_is_undone_once_and_only_for_a_while(dictionary: Dictionary) -> None:
    added = ask(dictionary, "add", word="重庆", reading="chong2 qing4")
    ask(dictionary, "undo", undo=added["undo"])
    assert ask(dictionary, "undo", undo=added["undo"])["code"] == "undo_gone"
    assert ask(dictionary, "undo", undo=None)["code"] == "undo_gone"
    undos = Undos(kept_s=-1.0)
    with pytest.raises(StudioError):
        undos.take(undos.add(lambda: None))


def test_the_oldest_changes_are_forgotten() -> None:
    undos = Undos()
    names = [undos.add(lambda: None) for _ in range(40)]
    with pytest.raises(StudioError):
        undos.take(names[0])
    assert undos.take(names[-1])() is None
