"""``python -m indextts book``: a book becomes a file, in one go or in several."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
import soundfile

from indextts.books.model import Chapter, Manuscript, Timed
from indextts.platform.config import PROJECT_ROOT, load_config
from indextts.works.books.intake import content_of
from indextts.works.books.library import BookLibrary
from indextts.works.db.database import WorksDatabase
from tests.support.commands import commands, tiny_settings
from tests.support.decks import opened

TEXT = "第一章 夜\n\n天黑了。\n“你好，”老人说。\n\n第二章 昼\n\n天亮了，大家都走了。\n"

Told = tuple[int, dict[str, Any], str]
Cli = Callable[..., Told]


@pytest.fixture(scope="module")
def settings_file(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    with tiny_settings(tmp_path_factory.mktemp("book_cli")) as path:
        yield path


@pytest.fixture
def cli(settings_file: Path, monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]) -> Cli:
    run = commands(settings_file, monkeypatch, capfdbinary)

    def book(*arguments: str, stdin: bytes = b"") -> Told:
        answer = run("book", *arguments, stdin=stdin)
        return answer.status, json.loads(answer.raw) if answer.raw.startswith(b"{") else {"out": answer.raw}, answer.err

    return book


def written(folder: Path, text: str = TEXT, name: str = "昼夜.txt") -> str:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return str(path)


def test_a_file_becomes_an_audiobook_with_chapters_and_again_costs_nothing(cli: Cli, tmp_path: Path) -> None:
    source, target = written(tmp_path), tmp_path / "out.m4b"
    cast = tmp_path / "cast.json"
    cast.write_text(json.dumps({"老人": {"speed": 0.9}}), encoding="utf-8")
    status, told, err = cli(source, "-o", str(target), "--cast", str(cast), "--title", "昼与夜", "--json")
    assert status == 0, err
    assert (told["title"], told["format"], told["status"], told["cached"]) == ("昼与夜", "m4b", "done", 0)
    assert told["book"]["chapters"] == 2 and told["segments_done"] == told["segments_total"] > 0
    with av.open(str(target)) as opened:
        assert opened.metadata["title"] == "昼与夜"
        assert [one["metadata"]["title"] for one in opened.chapters()] == ["第一章 夜", "第二章 昼"]
    status, again, err = cli(source, "-o", str(tmp_path / "b.flac"), "--json")
    assert status == 0, err
    assert (again["id"], again["format"], again["title"]) == (told["id"], "flac", "昼与夜")
    assert again["cached"] == again["segments_total"] == told["segments_total"]
    assert sorted(os.listdir(tmp_path)) == sorted(["b.flac", "cast.json", "out.m4b", "昼夜.txt"])


@pytest.mark.night
def test_only_the_character_whose_role_was_changed_is_spoken_again(cli: Cli, tmp_path: Path) -> None:
    source = written(tmp_path, TEXT.replace("天黑", "天色暗"))
    _, first, _ = cli(source, "-o", str(tmp_path / "a.wav"), "--json")
    cast = tmp_path / "cast.json"
    cast.write_text(json.dumps({"老人": {"speed": 1.3}}), encoding="utf-8")
    _, second, _ = cli(source, "-o", str(tmp_path / "a.wav"), "--json", "--cast", str(cast))
    assert second["duration_s"] < first["duration_s"]
    assert 0 < second["cached"] < second["segments_total"] == first["segments_total"]


@pytest.mark.parametrize("given", ["middle=x.wav", "intro", "chime", "", str(PROJECT_ROOT)])
def test_music_is_removed_only_where_that_is_said(cli: Cli, tmp_path: Path, given: str) -> None:
    status, _, err = cli(written(tmp_path), "-o", str(tmp_path / "a.wav"), "--music", given)
    assert status == 1 and "intro=FILE" in err and "intro=," in err and "/docs" not in err


@pytest.mark.night
def test_music_of_ones_own_is_given_and_taken_away(cli: Cli, tmp_path: Path) -> None:
    source, target, music = written(tmp_path, TEXT.replace("天黑", "夜深")), tmp_path / "a.wav", tmp_path / "海.wav"
    soundfile.write(music, np.full(3 * 24_000, 0.1), 24_000)
    lengths = []
    for given in ([], ["--music", f"intro={music}"], ["--music", "intro="]):
        status, _, err = cli(source, "-o", str(target), *given)
        assert status == 0, err
        lengths.append(soundfile.info(target).duration)
    assert lengths[1] - lengths[0] == pytest.approx(4.0, abs=0.01) and lengths[2] == lengths[0]


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (["-o", "x.exe"], "m4b"),
        (["-o", "nowhere/x.m4b"], "nowhere"),
        (["-o", "x.m4b", "--cast", "nothing.json"], "nothing.json"),
        (["-o", "x.m4b", "--speed", "9"], "9"),
        (["-o", "x.m4b", "--voice", "nobody"], "nobody"),
    ],
)
def test_what_cannot_be_is_told_before_anything_is_spoken(
    cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], word: str
) -> None:
    monkeypatch.chdir(tmp_path)
    status, _, err = cli(written(tmp_path, f"{TEXT}{word}"), *arguments)
    assert status == 1 and word in err and len(err.splitlines()) == 2


def test_a_file_that_is_read_is_never_replaced(cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    source, music, cast = Path(written(tmp_path, name="a.epub")), tmp_path / "海.wav", tmp_path / "cast"
    music.write_bytes(b"RIFF")
    cast.write_text("{}", encoding="utf-8")
    (tmp_path / "way").symlink_to(tmp_path)
    (tmp_path / "link.epub").symlink_to(source)
    (tmp_path / "hard.epub").hardlink_to(source)
    for name in ("a.epub", "./a.epub", str(source), "link.epub", "way/a.epub", "hard.epub"):
        for file in ("a.epub", "link.epub"):
            status, _, err = cli(file, "-o", name)
            assert status == 1 and name in err and "output name" in err
    assert cli("a.epub", "-o", "海.wav", "--music", "intro=海.wav")[0] == 1
    assert cli("a.epub", "-o", "cast", "--format", "m4b", "--cast", "way/cast")[0] == 1
    assert source.read_text(encoding="utf-8") == TEXT and music.read_bytes() == b"RIFF" and cast.read_text() == "{}"
    # … also where the extension is added at the end.
    plain = Path(written(tmp_path, name="book.wav"))
    status, _, err = cli("book.wav", "-o", "book", "--format", "wav")
    assert status == 1 and "book.wav" in err and plain.read_text(encoding="utf-8") == TEXT


def test_what_an_earlier_run_was_given_does_not_stay(cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    source = written(tmp_path, TEXT.replace("天黑", "夜凉"), "凉.txt")
    assert cli(source, "-o", "x.wav", "--commercial")[0] == 1

    def lasts(*given: str) -> float:
        status, told, err = cli(source, "-o", "x.wav", *given, "--json")
        assert status == 0, err
        return float(told["duration_s"])

    plain, fast = lasts(), lasts("--speed", "1.5")
    assert fast < 0.9 * plain
    assert lasts() == plain
    assert lasts("--speed", "1.5") == fast and lasts("--speed", "1.0") == plain
    _, other, _ = cli(source, "-o", "y.flac", "--clips", "word", "--length", "99", "--json")
    status, told, err = cli(source, "--json")
    assert (status, told["format"], told["id"]) == (0, "m4b", other["id"]), err


def test_a_role_of_nobody_in_the_book_is_told(cli: Cli, tmp_path: Path) -> None:
    cast, source = tmp_path / "cast.json", written(tmp_path, TEXT.replace("天黑", "风起"), "风.txt")
    cast.write_text(json.dumps({"老人": {"speed": 0.9}, "": {"speed": 1.1}, "老朽": {"speed": 0.8}}), encoding="utf-8")
    for _ in range(2):
        status, _, err = cli(source, "-o", str(tmp_path / "x.wav"), "--cast", str(cast))
        (line,) = [one for one in err.splitlines() if "cast.json" in one]
        assert status == 0 and "“老朽”" in line and "speaks: 老人." in line


def test_an_empty_file_and_a_wrong_cast_are_told(cli: Cli, tmp_path: Path) -> None:
    status, _, err = cli(written(tmp_path, " ", "leer.txt"), "-o", str(tmp_path / "x.m4b"))
    assert status == 1 and "leer.txt" in err
    cast = tmp_path / "cast.json"
    for text, word in (
        ("{", "JSON"),
        ("[]", "table"),
        ('{"老人": {"hat": 1}}', "hat"),
        ('{"老人": {"voice": "nobody"}}', "nobody"),
        ('{"": "baker"}', '{"voice": '),
        ('{"老人": null}', '"老人"'),
    ):
        cast.write_text(text, encoding="utf-8")
        status, _, err = cli(written(tmp_path, f"{TEXT}别的"), "-o", str(tmp_path / "x.m4b"), "--cast", str(cast))
        assert status == 1 and len(err.splitlines()) == 2 and "cast.json" in err and word in err


def test_subtitles_become_a_track_as_long_as_the_film_and_what_does_not_fit_is_told(cli: Cli, tmp_path: Path) -> None:
    cues = "1\n00:00:01,000 --> 00:00:03,000\n你好。\n\n2\n00:00:04,000 --> 00:00:04,100\n我们明天早上八点出发。\n"
    film, out = written(tmp_path, cues, "片.srt"), tmp_path / "片.wav"
    status, told, said = cli(film, "-o", str(out), "--length", "12.5", "--json")
    assert status == 0, said
    assert told["cues"] == 2 and len(told["too_long"]) == 1 and said.count("0:04.0") == 1
    with av.open(str(out)) as sound:
        stream = sound.streams.audio[0]
        assert sum(frame.samples for frame in sound.decode(stream)) == 12.5 * stream.rate


def test_the_book_that_the_page_has_of_a_file_is_left_alone(cli: Cli, settings_file: Path, tmp_path: Path) -> None:
    film = Path(written(tmp_path, "1\n00:00:01,000 --> 00:00:03,000\n早啊。\n", "早.srt"))
    database = WorksDatabase(load_config(settings_file).works_path / "works.sqlite3")
    books = BookLibrary(database, lambda: ())
    made = Manuscript("早", (Chapter("", "改过的。", timed=(Timed(0, 4, 1.0, 3.0),)),))
    mine = books.create("local", made, content=content_of(film.read_bytes(), {"sounds": False, "said": ""}))
    status, told, err = cli(str(film), "-o", str(tmp_path / "早.wav"), "--length", "4", "--json")
    assert status == 0 and told["id"] != mine.id, err
    assert books.get("local", mine.id) == mine and books.chapter("local", told["id"], 1).text == "早啊。"
    status, again, err = cli(str(film), "-o", str(tmp_path / "早.wav"), "--length", "5", "--json")
    assert (status, again["id"]) == (0, told["id"]), err
    database.close()


@pytest.mark.parametrize(
    ("name", "text", "output", "made"),
    [
        ("片.srt", "1\n00:00:01,000 --> 00:00:03,000\n你好，片。\n", [], "片.wav"),
        ("film.txt", "WEBVTT\n\n00:01.000 --> 00:03.000\nHello.\n", ["-o", "dub"], "dub.wav"),
        ("夜书.txt", TEXT + "夜。\n", [], "夜书.m4b"),
        ("夜书二.txt", TEXT + "夜又来了。\n", ["-o", "out.d/夜"], "out.d/夜.m4b"),
    ],
)
def test_a_file_without_a_form_is_the_one_that_its_kind_wants(
    cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, text: str, output: list[str], made: str
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "out.d").mkdir()
    status, told, said = cli(written(tmp_path, text, name), *output, "--json")
    assert status == 0, said
    assert told["output"] == made and (tmp_path / made).stat().st_size == told["bytes"] > 1000


def test_a_name_and_a_form_that_are_not_given_follow_from_the_file_and_nothing_is_overwritten(
    cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    cues = "1\n00:00:01,000 --> 00:00:03,000\n[music] 出发。\n"
    status, told, said = cli(written(tmp_path, cues, "旅途.srt"), "--json")
    assert status == 0, said
    assert (told["output"], told["format"]) == ("旅途.wav", "wav") and said.count("music") == 1
    assert soundfile.info(tmp_path / "旅途.wav").format == "WAV"
    status, _, said = cli(str(tmp_path / "旅途.srt"))
    assert status == 1 and "旅途.wav" in said and "-o" in said
    status, told, said = cli(written(tmp_path, f"{TEXT}再见。", "再见.txt"), "--json")
    assert status == 0, said
    assert told["output"] == "再见.m4b"
    assert cli("-", stdin=TEXT.encode())[0] == 1


@pytest.mark.night
def test_of_subtitles_it_is_told_what_is_not_said_and_a_choice_makes_another_book(cli: Cli, tmp_path: Path) -> None:
    cues = "1\n00:00:01,000 --> 00:00:03,000\n[music] 你好。\nHello there.\n"
    film, out = written(tmp_path, cues, "双语.srt"), tmp_path / "双语.wav"
    status, told, said = cli(film, "-o", str(out), "--json")
    assert status == 0 and "[music]" in said and "Hello there." in said and told["book"]["characters"] == 3
    status, other, said = cli(film, "-o", str(out), "--said", "both", "--sounds", "--json")
    assert status == 0 and "[music]" not in said and other["book"]["id"] != told["book"]["id"]
    assert other["book"]["characters"] == len("[music] 你好。Hello there.")


@pytest.mark.night
@pytest.mark.parametrize(("order", "status"), [(signal.SIGINT, 130), (signal.SIGKILL, -9)])
def test_what_was_stopped_goes_on_where_it_was(
    cli: Cli, settings_file: Path, tmp_path: Path, order: signal.Signals, status: int
) -> None:
    lines = "".join(f"这是{order.name}之后第{number}个句子，它说的是第{number}件事情。\n" for number in range(150))
    source, target = written(tmp_path, lines), tmp_path / "long.opus"
    command = [sys.executable, "-m", "indextts", "book", source, "-o", str(target)]
    environment = {**os.environ, "INDEXTTS_CONFIG": str(settings_file), "LANG": "C.UTF-8"}
    child = subprocess.Popen(
        command,
        stderr=subprocess.PIPE,
        cwd=PROJECT_ROOT,
        env=environment,
        text=True,
        encoding="utf-8",
        # A shell that runs the tests in the background has SIGINT ignored, and children inherit that.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    assert child.stderr is not None
    sounds = settings_file.parent / "works" / "sounds"
    before = len(list(sounds.rglob("*.flac")))
    assert "%" in child.stderr.readline()
    while len(list(sounds.rglob("*.flac"))) < before + 6:
        assert child.poll() is None, child.stderr.read()
    child.send_signal(order)
    left = child.stderr.read()
    assert child.wait(60) == status, left
    assert not target.exists() and ("Paused" in left) == (order == signal.SIGINT)
    done, told, err = cli(source, "-o", str(target), "--json")
    assert done == 0, err
    assert told["cached"] >= 2 and target.stat().st_size == told["bytes"]


def test_a_book_becomes_a_deck_for_anki(cli: Cli, tmp_path: Path) -> None:
    target = tmp_path / "book.apkg"
    status, told, err = cli(written(tmp_path), "-o", str(target), "--title", "昼夜", "--json")
    assert (status, told["format"]) == (0, "apkg"), err
    assert {note.deck for note in opened(target.read_bytes()).notes} == {"昼夜::01 第一章 夜", "昼夜::02 第二章 昼"}


def test_a_book_that_another_engine_has_read_says_which_and_why(cli: Cli, tmp_path: Path) -> None:
    source = written(tmp_path, "天晚了。", "晚.txt")
    status, told, err = cli(source, "-o", str(tmp_path / "a.wav"), "--engine", "sambert", "--json")
    assert status == 0, err
    assert (told["engine"], told["fallback"]) == ("embedded", True) and told["reason"] in err
    assert "embedded" in err.splitlines()[-1]
    _, again, err = cli(source, "-o", str(tmp_path / "b.wav"), "--engine", "embedded", "--json")
    assert not again["fallback"] and "embedded" not in err
