"""Each field of a book stands where each format keeps it."""

from __future__ import annotations

import base64
import io
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import mutagen
import numpy as np
import pytest
from mutagen.flac import Picture
from mutagen.id3 import ID3
from mutagen.mp4 import MP4, MP4Cover

from indextts.books.binding.sound_file import ChapterMark
from indextts.books.binding.tags import BookTags, cover_type, write_tags
from indextts.sound.encode import encode

RATE = 24_000
SOUND = (0.3 * np.sin(np.arange(RATE) / 20)).astype(np.float32)
PNG = b"\x89PNG\r\n\x1a\n" + bytes(200)
JPEG = b"\xff\xd8\xff\xe0" + bytes(200)
FULL = BookTags("第一章", "书", "作者", "朗读", "1921", "说明" * 200, "出版社", "zh", cover=PNG, number=2, count=7)
MARKS = [ChapterMark("序", 0, 36_000), ChapterMark("完", RATE * 3725 + 24, RATE * 3726)]


def m4a() -> bytes:
    file = io.BytesIO()
    with av.open(file, "w", format="mp4") as container:
        stream: Any = container.add_stream("aac", RATE)
        stream.layout = "mono"
        frame = av.AudioFrame.from_ndarray(SOUND.reshape(1, -1), format="fltp", layout="mono")
        frame.sample_rate, frame.pts, frame.time_base = RATE, 0, Fraction(1, RATE)
        for packet in (*stream.encode(frame), *stream.encode(None)):
            container.mux(packet)
    return file.getvalue()


def tagged(folder: Path, form: str, tags: BookTags, marks: list[ChapterMark] | None = None) -> Any:
    path = folder / f"a.{form}"
    path.write_bytes(m4a() if form in ("m4b", "m4a") else encode(SOUND, RATE, form))
    write_tags(path, form, tags, marks or [], RATE)
    return MP4(path) if form in ("m4b", "m4a") else mutagen.File(path)


@pytest.mark.parametrize("form", ["m4b", "m4a"])
def test_an_mp4_has_every_field_under_its_name(form: str, tmp_path: Path) -> None:
    found = dict(tagged(tmp_path, form, FULL).tags)
    found.pop("\xa9too", None)
    assert found.pop("covr") == [MP4Cover(PNG, MP4Cover.FORMAT_PNG)]
    if form == "m4b":
        assert (found.pop("stik"), found.pop("pgap")) == ([2], True)
    assert found == {
        "\xa9nam": ["第一章"], "\xa9alb": ["书"], "\xa9ART": ["作者"], "aART": ["作者"], "\xa9wrt": ["朗读"],
        "\xa9nrt": ["朗读"], "\xa9day": ["1921"], "desc": [("说明" * 200)[:255]], "ldes": ["说明" * 200],
        "\xa9pub": ["出版社"], "\xa9gen": ["Audiobook"], "trkn": [(2, 7)],
    }  # fmt: skip


def test_an_mp3_has_every_field_under_its_name(tmp_path: Path) -> None:
    tagged(tmp_path, "mp3", FULL)
    file = ID3(tmp_path / "a.mp3", translate=False)
    assert file.version == (2, 3, 0)
    assert {key: str(file[key]) for key in file if not key.startswith("APIC")} == {
        "TIT2": "第一章", "TALB": "书", "TPE1": "作者", "TPE2": "作者", "TCOM": "朗读", "TDRC": "1921",
        "TPUB": "出版社", "TCON": "Audiobook", "TLAN": "zho", "TRCK": "2/7", "TXXX:NARRATOR": "朗读",
        "COMM::chi": "说明" * 200,
    }  # fmt: skip
    cover = file["APIC:"]
    assert (cover.type, cover.mime, cover.data) == (3, "image/png", PNG)


@pytest.mark.parametrize("form", ["flac", "opus"])
def test_comments_have_every_field_under_its_name(form: str, tmp_path: Path) -> None:
    file = tagged(tmp_path, form, FULL, MARKS)
    found = {key.upper(): value for key, value in file.tags.items()}
    if form == "flac":
        (picture,) = file.pictures
    else:
        picture = Picture(base64.b64decode(found.pop("METADATA_BLOCK_PICTURE")[0]))
    assert (picture.type, picture.mime, picture.data) == (3, "image/png", PNG)
    found.pop("ENCODER", None)
    assert found == {
        "TITLE": ["第一章"], "ALBUM": ["书"], "ARTIST": ["作者"], "ALBUMARTIST": ["作者"], "COMPOSER": ["朗读"],
        "NARRATOR": ["朗读"], "DATE": ["1921"], "DESCRIPTION": ["说明" * 200], "ORGANIZATION": ["出版社"],
        "LANGUAGE": ["zho"], "GENRE": ["Audiobook"], "TRACKNUMBER": ["2"], "TRACKTOTAL": ["7"],
        "CHAPTER000": ["00:00:00.000"], "CHAPTER000NAME": ["序"],
        "CHAPTER001": ["01:02:05.001"], "CHAPTER001NAME": ["完"],
    }  # fmt: skip


@pytest.mark.parametrize("form", ["m4b", "mp3", "flac", "opus"])
def test_what_is_empty_is_left_out(form: str, tmp_path: Path) -> None:
    file = tagged(tmp_path, form, BookTags("题", ""))
    names = {key.upper() for key in dict(file.tags)} - {"\xa9TOO", "ENCODER"}
    assert names == {
        "m4b": {"\xa9NAM", "\xa9GEN", "STIK", "PGAP"}, "mp3": {"TIT2", "TCON"}, "flac": {"TITLE", "GENRE"},
        "opus": {"TITLE", "GENRE"},
    }[form]  # fmt: skip


@pytest.mark.parametrize(("language", "old", "new"), [("zh", "chi", "zho"), ("en", "eng", "eng"), ("fr", "und", "")])
def test_languages_have_the_letters_of_their_standards(language: str, old: str, new: str, tmp_path: Path) -> None:
    tags = BookTags("题", "书", description="说明", language=language)
    file = tagged(tmp_path, "mp3", tags)
    assert f"COMM::{old}" in file.tags and tags.letters == new
    assert ("TLAN" in file.tags) == bool(new)


def test_a_wavs_list_has_every_field_and_none_that_is_empty() -> None:
    assert FULL.rows("info") == {
        "title": "第一章", "album": "书", "artist": "作者; 朗读", "date": "1921", "comment": "说明" * 200,
        "genre": "Audiobook", "copyright": "出版社", "language": "zho",
    }  # fmt: skip
    assert BookTags("题", "", narrator="朗读").rows("info") == {"title": "题", "artist": "朗读", "genre": "Audiobook"}


def test_a_cover_is_known_by_its_first_bytes_up_to_eight_megabytes(tmp_path: Path) -> None:
    most = 8 * 1024**2
    assert [cover_type(one) for one in (PNG, JPEG, b"GIF89a", b"", None)] == ["image/png", "image/jpeg", "", "", ""]
    assert cover_type(JPEG.ljust(most, b"\0")) == "image/jpeg" and cover_type(JPEG.ljust(most + 1, b"\0")) == ""
    file = tagged(tmp_path, "m4a", BookTags("题", "书", cover=JPEG))
    assert file["covr"][0].imageformat == MP4Cover.FORMAT_JPEG


@pytest.mark.parametrize("count", [0, 1, 255, 256, 511])
def test_tables_of_contents_have_at_most_255_entries_and_hold_all_chapters(count: int, tmp_path: Path) -> None:
    marks = [ChapterMark(f"第{n}回", 24 * n, 24 * n + 36) for n in range(count)]
    tagged(tmp_path, "mp3", BookTags("题", "书"), marks)
    file = ID3(tmp_path / "a.mp3", translate=False)
    chapters = {one.element_id: one for one in file.getall("CHAP")}
    tables = {one.element_id: one for one in file.getall("CTOC")}
    assert len(chapters) == count and all(len(one.child_element_ids) <= 255 for one in tables.values())
    if not count:
        assert tables == {}
        return
    assert tables["toc"].flags == 3 and {one.flags for name, one in tables.items() if name != "toc"} <= {1}
    first = tables["toc"].child_element_ids
    order = [c for name in first for c in (tables[name].child_element_ids if name in tables else [name])]
    found = [chapters[name] for name in order]
    assert [(one.start_time, one.end_time) for one in found] == [(n, round(n + 1.5)) for n in range(count)]
    assert [str(one.sub_frames["TIT2"]) for one in found] == [one.title for one in marks]
    assert {(one.start_offset, one.end_offset) for one in found} == {(0xFFFFFFFF,) * 2}
    assert len(tables) == (1 if count <= 255 else 1 + -(-count // 255))
