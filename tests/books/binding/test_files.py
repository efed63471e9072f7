"""What is bound opens in any player: whole, in place, with its chapters, tags and cover, and the same every time."""

from __future__ import annotations

import io
import json
import wave
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import av
import mutagen
import numpy as np
import pytest
from mutagen.flac import Picture
from mutagen.id3 import ID3
from mutagen.mp4 import MP4

from indextts.books.binding import AHEAD_FORMS, FORMS, SOUND_FORMS, Binding, BoundAhead, BoundChapter, Norm, bind
from indextts.books.binding.places import safe_name
from indextts.model.errors import StudioError
from tests.support.bound import RATE, Pcm, chapter, chapters_of, decoded, spoken
from tests.tiers import by_night

PNG = b"\x89PNG\r\n\x1a\n" + bytes(200)
OPTIONS = Binding(
    title="阿Q正传",
    author="鲁迅",
    narrator="小明",
    date="1921",
    description="一个人的故事。",
    publisher="晨报",
    language="zh",
    cover=PNG,
    chapter_pause_s=0.5,
)
TITLES = ("第一章 序", "第二章 优胜记略", "Chapter 3: “the end”")


def sentences() -> list[tuple[float, float, str]]:
    return [(0.1, 0.9, "你好，世界。"), (1.0, 1.6, "再见！")]


@pytest.fixture(scope="module")
def book() -> list[BoundChapter]:
    return [chapter(spoken(2.0 + n, seed=n), title, sentences=sentences) for n, title in enumerate(TITLES)]


@pytest.fixture(scope="module")
def made(book: list[BoundChapter], tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("made")
    files = {form: folder / f"book.{form}" for form in FORMS}
    for form, path in files.items():
        report = bind(book, path, form, options=OPTIONS)
        assert report.bytes == path.stat().st_size > 0
    assert {path.name for path in folder.iterdir()} == {path.name for path in files.values()}
    return files


def begins(book: list[BoundChapter]) -> list[float]:
    """Where the chapters begin."""
    lengths = [one.samples / RATE + 0.5 for one in book]
    return [sum(lengths[:number]) for number in range(len(book))]


def whole(book: list[BoundChapter]) -> Pcm:
    pause = np.zeros(RATE // 2, np.int16)
    sounds = [np.concatenate(list(one.parts())) for one in book]
    return np.concatenate([sounds[0], pause, sounds[1], pause, sounds[2]])


@pytest.mark.parametrize("form", SOUND_FORMS)
def test_every_sample_is_where_it_was(form: str, book: list[BoundChapter], made: dict[str, Path]) -> None:
    heard, rate = decoded(made[form])
    wanted = whole(book).astype(np.float32) / 32768.0
    if form in ("flac", "wav"):
        assert np.array_equal(heard, wanted)
        return
    assert rate == (48_000 if form == "opus" else RATE)
    size = wanted.size * rate // RATE
    assert size <= heard.size <= size + (1024 if form in ("m4b", "m4a") else 0)  # AAC has whole frames
    heard = heard[: size : rate // RATE]
    # Nothing is early or late: shifted by a millisecond it would fit much worse.
    fits = [float(np.dot(heard[100 + by : 40_000 + by], wanted[100:40_000])) for by in (-24, -3, 0, 3, 24)]
    assert max(fits) == fits[2]
    assert np.corrcoef(heard, wanted)[0, 1] > 0.97


@pytest.mark.parametrize("form", ["mp3", "m4b", "opus"])
@pytest.mark.parametrize("bit_rate", [48, 160, 192, 224, 320])
def test_every_bit_rate_is_as_loud_as_the_samples(form: str, bit_rate: int, tmp_path: Path) -> None:
    path = tmp_path / f"book.{form}"
    sound = spoken(3.0, seed=7)
    bind([chapter(sound, "一")], path, form, options=Binding(bit_rate=bit_rate, sample_rate=44_100))
    heard, _ = decoded(path)
    wanted = sound.astype(np.float32) / 32768.0
    assert np.sqrt(np.mean(heard**2) / np.mean(wanted**2)) == pytest.approx(1.0, abs=0.012)


@pytest.mark.parametrize("form", ["m4b", "m4a", "mp3", "flac", "opus"])
def test_chapters_stand_at_their_places_under_their_titles(
    form: str, book: list[BoundChapter], made: dict[str, Path]
) -> None:
    found = chapters_of(made[form])
    assert [title for title, _, _ in found] == list(TITLES)
    assert [begin for _, begin, _ in found] == pytest.approx(begins(book), abs=0.002)
    assert found[-1][2] == pytest.approx(whole(book).size / RATE, abs=0.05)


@pytest.mark.parametrize("form", by_night(["m4b", "mp3"]))
def test_more_chapters_than_old_tables_hold_are_all_there(tmp_path: Path, form: str) -> None:
    pcm = spoken(0.2)
    many = [chapter(pcm, f"第{number}回") for number in range(1, 301)]
    bind(many, tmp_path / f"a.{form}", form, options=Binding(title="红楼梦", chapter_pause_s=0.05))
    found = chapters_of(tmp_path / f"a.{form}")
    assert [title for title, _, _ in found] == [one.title for one in many]
    each = pcm.size / RATE + 0.05
    assert found[299][1] == pytest.approx(299 * each, abs=0.05)


def test_an_m4b_has_both_kinds_of_chapters_and_can_be_played_while_it_comes(made: dict[str, Path]) -> None:
    data = made["m4b"].read_bytes()
    assert data[4:12] == b"ftypM4B "
    assert data.index(b"moov") < data.index(b"mdat")
    assert b"chpl" in data and b"tref" in data and b"chap" in data
    assert b"elst" in data  # the encoder's delay is told
    with av.open(str(made["m4b"])) as file:
        assert file.streams.audio[0].language == "zho"


def test_title_author_narrator_and_cover_are_read_back(made: dict[str, Path]) -> None:
    for name in ("m4b", "m4a"):
        tags = MP4(made[name])
        assert tags["\xa9nam"] == tags["\xa9alb"] == ["阿Q正传"]
        assert tags["\xa9ART"] == tags["aART"] == ["鲁迅"]
        assert tags["\xa9nrt"] == tags["\xa9wrt"] == ["小明"]
        assert tags["\xa9day"] == ["1921"]
        assert tags["desc"] == ["一个人的故事。"]
        assert bytes(tags["covr"][0]) == PNG
    assert MP4(made["m4b"])["stik"] == [2]
    mp3 = ID3(made["mp3"])
    assert (str(mp3["TIT2"]), str(mp3["TPE1"]), str(mp3["TCOM"])) == ("阿Q正传", "鲁迅", "小明")
    assert str(mp3["TDRC"]) == "1921"
    assert (str(mp3["TPE2"]), str(mp3["TALB"]), str(mp3["TPUB"])) == ("鲁迅", "阿Q正传", "晨报")
    assert mp3.getall("COMM")[0].text == ["一个人的故事。"]
    assert mp3.getall("APIC")[0].data == PNG
    assert str(mp3["TLAN"]) == "zho"
    for name in ("flac", "opus"):
        file = mutagen.File(made[name])
        assert file is not None
        assert file["albumartist"] == file["artist"]
        rows = (file["title"], file["artist"], file["narrator"], file["date"], file["language"])
        assert rows == (["阿Q正传"], ["鲁迅"], ["小明"], ["1921"], ["zho"])
    assert mutagen.File(made["flac"]).pictures[0].data == PNG
    import base64

    opus = mutagen.File(made["opus"])
    assert Picture(base64.b64decode(opus["metadata_block_picture"][0])).data == PNG
    with av.open(str(made["wav"])) as file:
        assert (file.metadata["title"], file.metadata["artist"]) == ("阿Q正传", "鲁迅; 小明")


def test_what_is_no_picture_is_no_cover(book: list[BoundChapter], tmp_path: Path) -> None:
    bind(book[:1], tmp_path / "a.m4b", "m4b", options=Binding(cover=b"<svg/>"))
    assert "covr" not in MP4(tmp_path / "a.m4b")


@pytest.mark.parametrize("form", FORMS)
def test_the_same_chapters_make_the_same_bytes(
    form: str, book: list[BoundChapter], made: dict[str, Path], tmp_path: Path
) -> None:
    again = [chapter(np.concatenate(list(one.parts())), one.title, 33_333, sentences=sentences) for one in book]
    bind(again, tmp_path / f"other.{form}", form, options=OPTIONS)
    assert (tmp_path / f"other.{form}").read_bytes() == made[form].read_bytes()


def test_subtitles_of_the_whole_book_go_with_its_sound(book: list[BoundChapter], made: dict[str, Path]) -> None:
    second = begins(book)[1]
    assert made["srt"].read_text(encoding="utf-8").startswith("1\n00:00:00,100 --> 00:00:00,900\n你好，世界。\n")
    assert made["srt"].read_text(encoding="utf-8").count("-->") == 6
    at = second + 0.1
    assert f"00:00:0{int(at)}.{round(1000 * at) % 1000:03d} -->" in made["vtt"].read_text(encoding="utf-8")
    assert made["lrc"].read_text(encoding="utf-8").startswith("[00:00.10]你好，世界。\n")


def test_an_archive_has_a_file_a_chapter_with_subtitles_and_the_report(
    book: list[BoundChapter], made: dict[str, Path], tmp_path: Path
) -> None:
    with zipfile.ZipFile(made["zip"]) as archive:
        assert archive.testzip() is None
        names = archive.namelist()
        assert names == [
            *(f"01 第一章 序.{end}" for end in ("mp3", "srt", "lrc")),
            *(f"02 第二章 优胜记略.{end}" for end in ("mp3", "srt", "lrc")),
            *(f"03 Chapter 3 “the end”.{end}" for end in ("mp3", "srt", "lrc")),
            "cover.png",
            "report.json",
        ]
        report = json.loads(archive.read("report.json"))
        assert [row["file"] for row in report["chapters"]] == [name for name in names if name.endswith(".mp3")]
        (tmp_path / "2.mp3").write_bytes(archive.read(names[3]))
        assert report["chapters"][1]["bytes"] == (tmp_path / "2.mp3").stat().st_size
    heard, rate = decoded(tmp_path / "2.mp3")
    assert heard.size / rate == pytest.approx(book[1].samples / RATE, abs=1e-4)
    tags = ID3(tmp_path / "2.mp3")
    assert (str(tags["TIT2"]), str(tags["TALB"]), str(tags["TRCK"])) == ("第二章 优胜记略", "阿Q正传", "2/3")


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("../../etc/passwd", "07 .. .. etc passwd"),
        ("CON", "07 CON"),
        ('a<b>:"c"|d?*', "07 a b c d"),
        ("end. . ", "07 end"),
        ("", "07"),
        ("a\u202egnp.exe\x00\n\t", "07 a gnp.exe"),
        ("漢" * 200, "07 " + "漢" * 53),
        ("\ud800", "07"),
    ],
)
def test_names_of_files_are_safe_everywhere(title: str, name: str) -> None:
    made = safe_name(7, 12, title)
    assert made.replace("..", "").split() == name.replace("..", "").split()
    assert not set(made) & set('<>:"/\\|?*') and not made.endswith((".", " "))
    assert len(f"{made}.flac".encode()) <= 255


def test_names_of_many_files_sort_by_their_numbers() -> None:
    names = [safe_name(number, 1000, "x") for number in (2, 10, 1000)]
    assert names == ["0002 x", "0010 x", "1000 x"]


def test_a_wav_has_room_for_the_header_of_one_beyond_four_gigabytes(made: dict[str, Path]) -> None:
    # From there on the muxer turns this chunk into the one that holds lengths of 64 bits, and RIFF into RF64.
    data = made["wav"].read_bytes()
    assert (data[:4], data[12:16], data[16:20]) == (b"RIFF", b"JUNK", (28).to_bytes(4, "little"))


def test_a_wav_is_one_that_anything_reads(book: list[BoundChapter], made: dict[str, Path]) -> None:
    with wave.open(str(made["wav"])) as file:
        assert (file.getnchannels(), file.getsampwidth(), file.getframerate()) == (1, 2, RATE)
        assert file.getnframes() == whole(book).size


@pytest.mark.parametrize("form", ["m4b", "zip", "srt"])
def test_a_cancelled_binding_leaves_nothing(form: str, book: list[BoundChapter], tmp_path: Path) -> None:
    asked = 0

    def cancel() -> bool:
        nonlocal asked
        asked += 1
        return asked > (4 if form != "srt" else 2)

    path = tmp_path / f"a.{form}"
    path.write_bytes(b"old")
    with pytest.raises(StudioError) as caught:
        bind(book, path, form, options=OPTIONS, cancel=cancel)
    assert caught.value.code == "cancelled"
    assert [(file.name, file.read_bytes()) for file in tmp_path.iterdir()] == [(f"a.{form}", b"old")]


def test_a_chapter_that_breaks_in_the_middle_leaves_nothing(tmp_path: Path) -> None:
    def parts() -> Iterator[Pcm]:
        yield spoken(2.0)
        raise RuntimeError("gone")

    for form in ("m4b", "mp3", "wav", "zip"):
        with pytest.raises(RuntimeError):
            bind([BoundChapter("a", 200_000, parts)], tmp_path / f"a.{form}", form, options=Binding())
    short = chapter(spoken(1.0))
    lying = BoundChapter(short.title, short.samples + 1, short.parts)
    with pytest.raises(ValueError, match="samples"):
        bind([lying], tmp_path / "a.flac", "flac", options=Binding())
    assert list(tmp_path.iterdir()) == []


def test_progress_goes_up_to_one(book: list[BoundChapter], tmp_path: Path) -> None:
    told: list[float] = []
    bind(book, tmp_path / "a.mp3", "mp3", options=Binding(norm="podcast"), progress=told.append)
    assert told == sorted(told) and told[0] < 0.1 and told[-1] == 1.0 and len(told) > 10


def test_every_finished_sound_is_labelled_before_it_can_be_seen(book: list[BoundChapter], tmp_path: Path) -> None:
    seen: list[str] = []

    def label(path: Path) -> None:
        assert [file for file in tmp_path.iterdir() if file.suffix in (".m4b", ".zip")] == []
        assert len(decoded(path)[0])
        seen.append(path.suffix)
        file = mutagen.File(path)
        file["AIGC" if path.suffix == ".flac" else "\xa9cmt"] = ["yes"]
        file.save()

    bind(book, tmp_path / "a.zip", "zip", options=Binding(each="flac"), label=label)
    with zipfile.ZipFile(tmp_path / "a.zip") as archive:
        first = archive.read("01 第一章 序.flac")
    assert mutagen.File(io.BytesIO(first))["AIGC"] == ["yes"]
    (tmp_path / "a.zip").unlink()
    bind(book, tmp_path / "a.m4b", "m4b", options=Binding(), label=label)
    assert MP4(tmp_path / "a.m4b")["\xa9cmt"] == ["yes"]
    assert len(chapters_of(tmp_path / "a.m4b")) == 3
    assert seen == [".flac"] * 3 + [".m4b"]


def test_a_full_disk_is_told_as_one(book: list[BoundChapter], tmp_path: Path) -> None:
    import resource
    import signal

    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    old = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, before[1]))
    try:
        for form in ("wav", "flac", "m4b", "mp3", "zip"):
            long = [chapter(np.tile(spoken(2.0), 30))]
            with pytest.raises(StudioError) as caught:
                bind(long, tmp_path / f"a.{form}", form, options=Binding())
            assert caught.value.code == "disk_full", form
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, old)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("form", AHEAD_FORMS)
@pytest.mark.parametrize("norm", ["none", "podcast"])
def test_what_is_coded_while_the_rest_is_spoken_becomes_the_same_file(form: str, norm: Norm, tmp_path: Path) -> None:
    chapters = [chapter(spoken(2.0 + n, seed=n), title, key=title) for n, title in enumerate(TITLES)]
    options = replace(OPTIONS, norm=norm)
    alone, path = tmp_path / f"alone.{form}", tmp_path / f"book.{form}"
    wanted = bind(chapters, alone, form, options=options)
    ahead = BoundAhead(tmp_path, form, replace(options, title="a title that was changed since"))
    for one in chapters[:-1]:
        ahead.add(one, lambda: False)
    found = bind([silent(one) for one in chapters[:-1]] + chapters[-1:], path, form, options=options, ahead=ahead)
    ahead.close()
    assert path.read_bytes() == alone.read_bytes() and found == wanted
    assert {one.name for one in tmp_path.iterdir()} == {alone.name, path.name}


@pytest.mark.parametrize("change", ["chapter", "options", "fewer", "no key"])
def test_what_was_coded_of_something_else_is_not_used(change: str, tmp_path: Path) -> None:
    chapters = [chapter(spoken(1.0 + n, seed=n), title, key=title) for n, title in enumerate(TITLES)]
    ahead = BoundAhead(tmp_path, "m4b", replace(OPTIONS, chapter_pause_s=2.0) if change == "options" else OPTIONS)
    keys = {"chapter": "another one", "no key": ""}
    ahead.add(replace(chapters[0], key=keys.get(change, chapters[0].key)), lambda: False)
    if change == "no key":
        chapters = [replace(one, key="") for one in chapters]
    wanted = chapters[:1] if change == "fewer" else chapters
    bind(wanted, tmp_path / "alone.m4b", "m4b", options=OPTIONS)
    bind(wanted, tmp_path / "book.m4b", "m4b", options=OPTIONS, ahead=ahead)
    ahead.close()
    assert (tmp_path / "book.m4b").read_bytes() == (tmp_path / "alone.m4b").read_bytes()


def silent(one: BoundChapter) -> BoundChapter:
    """One whose sound nobody may ask for again."""

    def parts() -> Iterator[Pcm]:
        raise AssertionError(one.title)

    return replace(one, parts=parts)
