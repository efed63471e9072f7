"""Title, author, narrator, cover and chapters, where each format keeps them."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from mutagen.flac import FLAC, Picture
from mutagen.id3 import APIC, CHAP, COMM, CTOC, ID3, TIT2, TXXX, CTOCFlags, Frames
from mutagen.mp4 import MP4, MP4Cover
from mutagen.oggopus import OggOpus

from indextts.books.binding.sound_file import ChapterMark
from indextts.platform.serving_config import MAX_COVER_BYTES
from indextts.platform.tables import tables_beside

GENRE: Final = "Audiobook"
_FRONT: Final = 3
_AUDIOBOOK: Final = 2
_LETTERS: Final = {"zh": "zho", "en": "eng"}
_OLD_LETTERS: Final = {"zh": "chi", "en": "eng"}


@dataclass(frozen=True)
class BookTags:
    """What a file says about itself; what is empty is left out."""

    title: str
    """Of the file: the book's, or a chapter's in a file of its own."""
    book: str
    author: str = ""
    narrator: str = ""
    date: str = ""
    description: str = ""
    publisher: str = ""
    language: str = ""
    cover: bytes | None = None
    number: int = 0
    """Of a chapter in a file of its own."""
    count: int = 0

    @property
    def letters(self) -> str:
        """The language in the three letters of ISO 639-2."""
        return _LETTERS.get(self.language, "")

    def rows(self, form: str) -> dict[str, str]:
        """What stands under each name that a ``form`` of tags has, where there is anything."""
        own = {
            "by": "; ".join(name for name in (self.author, self.narrator) if name), "genre": GENRE,
            "short": self.description[:255], "track": f"{self.number}/{self.count}" if self.number else "",
        }  # fmt: skip
        names: dict[str, str] = tables_beside(__file__, "tables.yaml")["tags"][form]
        found = {name: own[key] if key in own else str(getattr(self, key) or "") for name, key in names.items()}
        return {name: text for name, text in found.items() if text}


def cover_type(cover: bytes | None) -> str:
    """``image/jpeg`` or ``image/png`` by its first bytes; empty for what is neither, or too large."""
    if not cover or len(cover) > MAX_COVER_BYTES:
        return ""
    if cover.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    return "image/png" if cover.startswith(b"\x89PNG\r\n\x1a\n") else ""


def write_tags(path: Path, form: str, tags: BookTags, marks: Sequence[ChapterMark], rate: int) -> None:
    """Put ``tags`` into a whole file, and ``marks`` where the format has chapters among its tags."""
    if form in ("m4b", "m4a"):
        _mp4(path, tags, form)
    elif form == "mp3":
        _id3(path, tags, marks, rate)
    elif form in ("flac", "opus"):
        _comments(path, form, tags, marks, rate)


def _mp4(path: Path, tags: BookTags, form: str) -> None:
    file = MP4(path)
    if file.tags is None:
        file.add_tags()
    for name, text in tags.rows("mp4").items():
        file[name] = [text]
    if form == "m4b":
        file["stik"] = [_AUDIOBOOK]
        file["pgap"] = True
    if tags.number:
        file["trkn"] = [(tags.number, tags.count)]
    if kind := cover_type(tags.cover):
        image = MP4Cover.FORMAT_PNG if kind == "image/png" else MP4Cover.FORMAT_JPEG
        file["covr"] = [MP4Cover(tags.cover, image)]
    file.save()


def _id3(path: Path, tags: BookTags, marks: Sequence[ChapterMark], rate: int) -> None:
    file = ID3()
    for name, text in tags.rows("id3").items():
        file.add(Frames[name](encoding=1, text=[text]))
    if tags.narrator:
        file.add(TXXX(encoding=1, desc="NARRATOR", text=[tags.narrator]))
    if tags.description:
        file.add(COMM(encoding=1, lang=_OLD_LETTERS.get(tags.language, "und"), desc="", text=[tags.description]))
    if kind := cover_type(tags.cover):
        file.add(APIC(encoding=0, mime=kind, type=_FRONT, desc="", data=tags.cover))
    _id3_chapters(file, marks, rate)
    file.save(path, v2_version=3)


def _id3_chapters(file: ID3, marks: Sequence[ChapterMark], rate: int) -> None:
    if not marks:
        return
    names = [f"chp{number}" for number in range(len(marks))]
    most = 255  # a table of contents counts its entries in one byte
    tables = [names[at : at + most] for at in range(0, len(names), most)]
    top = names if len(tables) == 1 else [f"toc{number}" for number in range(1, len(tables) + 1)]
    flags = CTOCFlags.TOP_LEVEL | CTOCFlags.ORDERED
    file.add(CTOC(element_id="toc", flags=flags, child_element_ids=top, sub_frames=[]))
    if len(tables) > 1:
        for name, children in zip(top, tables, strict=True):
            file.add(CTOC(element_id=name, flags=CTOCFlags.ORDERED, child_element_ids=children, sub_frames=[]))
    for name, mark in zip(names, marks, strict=True):
        begin, end = (round(1000 * at / rate) for at in (mark.begin, mark.end))
        title = [TIT2(encoding=1, text=[mark.title])]
        nowhere = 0xFFFFFFFF
        frame = CHAP(
            element_id=name, start_time=begin, end_time=end, start_offset=nowhere, end_offset=nowhere, sub_frames=title
        )
        file.add(frame)


def _comments(path: Path, form: str, tags: BookTags, marks: Sequence[ChapterMark], rate: int) -> None:
    file = FLAC(path) if form == "flac" else OggOpus(path)
    if file.tags is None:
        file.add_tags()
    for name, text in tags.rows("comments").items():
        file[name] = [text]
    for number, mark in enumerate(marks):
        seconds, thousandths = divmod(round(1000 * mark.begin / rate), 1000)
        clock = f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}.{thousandths:03d}"
        file[f"CHAPTER{number:03d}"] = [clock]
        file[f"CHAPTER{number:03d}NAME"] = [mark.title]
    if kind := cover_type(tags.cover):
        picture = _picture(tags.cover or b"", kind)
        if isinstance(file, FLAC):
            file.add_picture(picture)
        else:
            file["METADATA_BLOCK_PICTURE"] = [base64.b64encode(picture.write()).decode("ascii")]
    file.save()


def _picture(cover: bytes, kind: str) -> Picture:
    picture = Picture()
    picture.type, picture.mime, picture.data = _FRONT, kind, cover
    return picture
