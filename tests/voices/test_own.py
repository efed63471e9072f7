"""A person's own voices, in the library's file."""

from __future__ import annotations

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from indextts.model.errors import StudioError
from indextts.platform.config import Config
from indextts.reading.lexicon import Lexicon
from indextts.reading.lexicon.entry import draft
from indextts.voices.catalogue import MAX_REMOVED, MAX_VOICES, VoiceFamily
from indextts.voices.design import Design
from indextts.voices.names import checked_name

LOW = {"tract": 0.86, "pitch": -9.0, "range": 1.1, "rate": 0.95, "tilt": -1.0}


@pytest.fixture
def config(tmp_path: Path) -> Config:
    return Config(cache_dir=tmp_path)


def code(work: object, *values: object) -> str:
    with pytest.raises(StudioError) as caught:
        work(*values)  # type: ignore[operator]
    assert caught.value.localise("zh") != caught.value.localise("en")
    return caught.value.code


def test_what_was_stored_is_there_after_a_restart(config: Config) -> None:
    voices = VoiceFamily(config)
    assert voices.own() == [] and not config.library_path.exists()
    made = voices.add("老船长", LOW)
    voices.close()
    again = VoiceFamily(config)
    assert again.own() == [made] and again.get(made.id).design == Design(**LOW)
    again.close()


def test_ids_stay_and_are_never_given_again(config: Config) -> None:
    voices = VoiceFamily(config)
    first, second = voices.add("一", LOW), voices.add("二", LOW)
    changed = voices.change(second.id, "三", {})
    assert changed.id == second.id
    voices.remove(second.id)
    assert voices.add("四", LOW).id not in (first.id, second.id)
    assert voices.restore(second.id) == changed
    assert [voice.name for voice in voices.own()] == ["一", "三", "四"]
    assert voices.get(second.id) == changed
    voices.close()


def test_a_name_is_there_once(config: Config) -> None:
    voices = VoiceFamily(config)
    made = voices.add("Captain", LOW)
    assert code(voices.add, "CAPTAIN", LOW) == "voice_exists"
    other = voices.add("Mate", LOW)
    assert code(voices.change, other.id, "captain", LOW) == "voice_exists"
    assert voices.change(made.id, "captain", LOW).name == "captain"
    voices.remove(made.id)
    voices.add("CAPTAIN", LOW)
    assert code(voices.restore, made.id) == "voice_exists"
    voices.close()


@pytest.mark.parametrize("voice", ["own-7", "own-0", "own-x", "", "nobody", "own-" + "9" * 30])
def test_what_is_not_there(config: Config, voice: str) -> None:
    voices = VoiceFamily(config)
    assert code(voices.get, voice) == code(voices.remove, voice) == code(voices.change, voice, "x", LOW) == "no_voice"
    voices.close()


def test_there_is_an_end_to_how_many(config: Config) -> None:
    voices = VoiceFamily(config)
    for number in range(MAX_VOICES):
        voices.add(f"声音{number}", LOW)
    assert code(voices.add, "一个太多", LOW) == "bad_voice"
    gone = voices.own()[3]
    voices.remove(gone.id)
    voices.restore(gone.id)
    assert code(voices.restore, gone.id) == "undo_gone"
    assert len(voices.own()) == MAX_VOICES
    voices.close()


@pytest.mark.parametrize(
    "name",
    [
        "",
        "  ",
        3,
        None,
        "x" * 41,
        "x" * 10_000,
        "a\0b",
        "a\u202eb",
        "\ud800",
        "甲：乙",
        "a:b",
        "own-3",
        "Default",
        "a<b",
        "a=b",
    ],
)
def test_names_that_cannot_be(name: object) -> None:
    assert code(checked_name, name) == "bad_voice"


@pytest.mark.parametrize("name", ["clone-3", "CLONE-3", "ref-0a1b"])
def test_a_voice_is_not_called_what_a_cloned_ones_id_may_be(config: Config, name: str) -> None:
    voices = VoiceFamily(config)
    assert code(voices.add, name, LOW) == "bad_voice"
    made = voices.add("老船长", LOW)
    assert code(lambda: voices.change(made.id, name, {})) == "bad_voice"
    assert voices.own() == [made]


def test_names_have_one_form() -> None:
    assert checked_name("  Old \t captain ") == "Old captain"
    assert checked_name("e\u0301") == "\u00e9"


def test_what_another_process_writes_is_seen_at_once(config: Config) -> None:
    ours, theirs = VoiceFamily(config), VoiceFamily(config)
    made = ours.add("一", LOW)
    assert theirs.own() == [made]
    theirs.remove(made.id)
    assert ours.own() == []
    ours.close()
    theirs.close()


def test_what_was_removed_is_put_back_on_another_day_and_another_may_have_its_name(config: Config) -> None:
    voices = VoiceFamily(config)
    made = [voices.add(f"声音{number}", LOW) for number in range(MAX_REMOVED + 2)]
    for one in made:
        assert voices.remove(one.id) == one
    voices.add("声音5", LOW)
    voices.close()
    again = VoiceFamily(config)
    assert [one.id for one in again.removed()] == [one.id for one in reversed(made[2:])], "the last removed first"
    assert code(again.remove, made[9].id) == code(again.change, made[9].id, "x", LOW) == "no_voice"
    assert code(again.restore, made[0].id) == "undo_gone"
    assert code(again.restore, made[5].id) == "voice_exists"
    assert again.restore(made[9].id) == made[9] == again.get(made[9].id)
    again.close()


def test_many_at_once_lose_nothing(config: Config) -> None:
    voices, others = VoiceFamily(config), VoiceFamily(config)
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda number: (voices if number % 2 else others).add(f"声音{number}", LOW), range(60)))
    assert len(voices.own()) == 60 and len({voice.id for voice in voices.own()}) == 60
    voices.close()
    others.close()


def test_a_library_of_before_gets_the_table_and_keeps_its_words(config: Config) -> None:
    lexicon = Lexicon(config.library_path)
    lexicon.add(draft("重庆", "chong2 qing4"))
    lexicon.close()
    with sqlite3.connect(config.library_path) as connection:
        for table in ("voices", "clones", "clone_recordings", "clone_references"):
            connection.execute(f"DROP TABLE {table}")
        connection.execute("PRAGMA user_version = 1")
    voices = VoiceFamily(config)
    voices.add("一", LOW)
    voices.close()
    lexicon = Lexicon(config.library_path)
    assert [entry.word for entry in lexicon.entries()] == ["重庆"]
    lexicon.close()


def test_a_file_that_cannot_be_read_is_one_line_in_the_log_and_not_one_for_each_request(
    config: Config, caplog: pytest.LogCaptureFixture
) -> None:
    config.library_path.parent.mkdir(parents=True, exist_ok=True)
    config.library_path.write_bytes(b"no database" * 1000)
    family = VoiceFamily(config)
    for _ in range(5):
        assert family.voices("embedded", ("zh",), "") and not family.mixtures()
    assert sum("Without the voices" in record.getMessage() for record in caplog.records) == 1
