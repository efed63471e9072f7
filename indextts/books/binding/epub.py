"""A book that is read along: EPUB 3 with a page, a sound file and clips (media overlays) for each chapter.

    with path.open("wb") as stream:
        book = EpubFile(stream, options, "mp3", mark)
        book.add(page, "第一章", "body", sound, length_s=61.5)
        book.add(other, "目录", "front")            # without sound
        book.close()

Clips follow each other without a gap, so that pauses are heard: one begins where captions begin it, and ends with the
next one; the first begins with the sound itself. A chapter at a time is in memory.
"""

from __future__ import annotations

import re
import uuid
import zipfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Final

from indextts.books.binding import xhtml
from indextts.books.binding.model import Binding
from indextts.books.binding.page import ChapterPage, MarkedPiece, units_of
from indextts.books.binding.places import copied, zip_member
from indextts.books.binding.tags import cover_type
from indextts.books.model import ChapterKind
from indextts.platform.tables import tables_beside
from indextts.sound.tags import NAME

TYPE: Final = "application/epub+zip"
_CONTAINER: Final = (
    '<?xml version="1.0" encoding="utf-8"?>\n'
    '<container version="1.0" xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>'
    '<rootfile full-path="EPUB/package.opf" media-type="application/oebps-package+xml"/></rootfiles></container>\n'
)
_SOUND_TYPES: Final = {"mp3": "audio/mpeg", "m4a": "audio/mp4"}
_DATE: Final = re.compile(r"[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?")
_UNDATED: Final = "1980-01-01T00:00:00Z"
_LARGE: Final = 1 << 31


@dataclass(frozen=True)
class _Chapter:
    """What the package says of a chapter."""

    name: str
    title: str
    milliseconds: int
    """Of its clips; 0 where nothing of it is heard."""
    sound: str


class EpubFile:
    """An archive that grows chapter by chapter. The same chapters and options make the same bytes."""

    def __init__(self, stream: IO[bytes], options: Binding, sound: str, mark: str, step: Callable[[int], None]) -> None:
        """``sound`` is the format of the sound files, ``mark`` the label of what is generated, empty for none;
        ``step`` is called between pieces of work, and raises where no more is wanted.
        """
        self._options, self._sound, self._mark, self._step = options, sound, mark, step
        self._language = options.language or xhtml.language_of(options.title, "en")
        self._archive = zipfile.ZipFile(stream, "w")
        self._chapters: list[_Chapter] = []
        # Its first bytes are how programs know the format.
        self._archive.writestr(zip_member("mimetype"), TYPE)
        self._write("META-INF/container.xml", _CONTAINER)

    def add(
        self,
        page: ChapterPage,
        title: str,
        kind: ChapterKind,
        sound: Path | None = None,
        *,
        time: Callable[[float], float] = float,
        length_s: float = 0.0,
    ) -> None:
        """The next chapter; ``time`` turns its own seconds into those of the file ``sound``, which has ``length_s``."""
        self._step(0)
        options, name = self._options, f"{len(self._chapters) + 1:04d}"
        units = units_of(page, options.clips) if sound is not None else []
        begins, end = _clips(units, time, length_s)
        units = units[: len(begins)]
        said = title.strip() or _first_line(page.text) or name
        glosses = [one for one in page.glosses if options.ruby == "all" or (options.ruby == "rare" and one.rare)]
        text = xhtml.page_document(page, units, glosses, kind=kind, title=said, language=self._language)
        self._write(f"EPUB/text/{name}.xhtml", text)
        file = ""
        if sound is not None and units:
            file = f"{name}.{self._sound}"
            self._write(
                f"EPUB/smil/{name}.smil",
                xhtml.overlay_document(f"../text/{name}.xhtml", f"../audio/{file}", begins, end),
            )
            self._store(f"EPUB/audio/{file}", copied(sound), sound.stat().st_size)
        self._chapters.append(_Chapter(name, said, end if file else 0, file))

    def close(self) -> None:
        """Write what is known only now: contents and package."""
        contents = ((f"text/{one.name}.xhtml", one.title) for one in self._chapters)
        title = self._options.title or self._chapters[0].title
        self._write("EPUB/nav.xhtml", xhtml.contents_document(title, contents, language=self._language))
        self._write("EPUB/style.css", xhtml.STYLE)
        cover = cover_type(self._options.cover)
        if cover:
            data = self._options.cover or b""
            self._store(f"EPUB/{_cover_name(cover)}", iter([data]), len(data))
        self._write("EPUB/package.opf", "".join(self._package(title, cover)))
        self._archive.close()

    def abandon(self) -> None:
        """Whatever becomes of the file."""
        with suppress(OSError, ValueError):
            self._archive.close()

    def _package(self, title: str, cover: str) -> Iterator[str]:
        yield (
            '<?xml version="1.0" encoding="utf-8"?>\n<package xmlns="http://www.idpf.org/2007/opf" version="3.0"'
            f' unique-identifier="id" xml:lang="{self._language}"'
            ' prefix="schema: http://schema.org/">\n<metadata xmlns:dc="http://purl.org/dc/elements/1.1/">\n'
        )
        yield from self._metadata(title, cover)
        yield (
            "</metadata>\n<manifest>\n"
            '<item id="nav" href="nav.xhtml" media-type="application/xhtml+xml" properties="nav"/>\n'
            '<item id="style" href="style.css" media-type="text/css"/>\n'
        )
        if cover:
            yield f'<item id="cover" href="{_cover_name(cover)}" media-type="{cover}" properties="cover-image"/>\n'
        for one in self._chapters:
            heard = f' media-overlay="m{one.name}"' if one.sound else ""
            yield f'<item id="t{one.name}" href="text/{one.name}.xhtml" media-type="application/xhtml+xml"{heard}/>\n'
            if one.sound:
                yield f'<item id="m{one.name}" href="smil/{one.name}.smil" media-type="application/smil+xml"/>\n'
                kind = _SOUND_TYPES[self._sound]
                yield f'<item id="a{one.name}" href="audio/{one.sound}" media-type="{kind}"/>\n'
        yield "</manifest>\n<spine>\n"
        for one in self._chapters:
            yield f'<itemref idref="t{one.name}"/>\n'
        yield "</spine>\n</package>\n"

    def _metadata(self, title: str, cover: str) -> Iterator[str]:
        options = self._options
        name = options.identifier or "\0".join((title, options.author, *(one.title for one in self._chapters)))
        number = uuid.uuid5(uuid.NAMESPACE_OID, name.encode("utf-8", "replace").decode())
        yield f'<dc:identifier id="id">urn:uuid:{number}</dc:identifier>\n'
        yield f"<dc:title>{xhtml.plain(title)}</dc:title>\n<dc:language>{self._language}</dc:language>\n"
        for element, text in (
            ("creator", options.author),
            ("publisher", options.publisher),
            ("description", options.description),
            ("date", options.date if _DATE.fullmatch(options.date) else ""),
        ):
            if text.strip():
                yield f"<dc:{element}>{xhtml.plain(text)}</dc:{element}>\n"
        yield f'<meta property="dcterms:modified">{options.modified or _UNDATED}</meta>\n'
        yield f'<meta property="media:active-class">{xhtml.ACTIVE}</meta>\n'
        total = sum(one.milliseconds for one in self._chapters)
        yield f'<meta property="media:duration">{xhtml.clock(total)}</meta>\n'
        for one in self._chapters:
            if one.sound:
                length = xhtml.clock(one.milliseconds)
                yield f'<meta property="media:duration" refines="#m{one.name}">{length}</meta>\n'
        if options.narrator:
            yield f'<meta property="media:narrator">{xhtml.plain(options.narrator)}</meta>\n'
        for property_, value in tables_beside(__file__, "tables.yaml")["access"]:
            yield f'<meta property="{property_}">{value}</meta>\n'
        if cover:
            yield '<meta name="cover" content="cover"/>\n'
        if self._mark:
            yield f'<meta name="{NAME}" content="{xhtml.plain(self._mark)}"/>\n'

    def _write(self, name: str, text: str) -> None:
        about = zip_member(name)
        about.compress_type = zipfile.ZIP_DEFLATED
        self._archive.writestr(about, text.encode("utf-8"))

    def _store(self, name: str, pieces: Iterator[bytes], size: int) -> None:
        with self._archive.open(zip_member(name), "w", force_zip64=size >= _LARGE) as member:
            for piece in pieces:
                self._step(0)
                member.write(piece)


def _clips(units: Sequence[MarkedPiece], time: Callable[[float], float], length_s: float) -> tuple[list[int], int]:
    """Milliseconds at which each unit's clip begins, each later than the one before, and the end of the last one.

    Units for which there is no millisecond left have no clip.
    """
    end = int(1000 * length_s)
    begins: list[int] = []
    for unit in units[: max(0, end)]:
        begins.append(max(begins[-1] + 1, round(1000 * time(unit.begin_s))) if begins else 0)
    latest = end
    for place in range(len(begins) - 1, -1, -1):
        latest = begins[place] = min(begins[place], latest - 1)
    return begins, end


def _cover_name(kind: str) -> str:
    return "cover.png" if kind == "image/png" else "cover.jpg"


def _first_line(text: str) -> str:
    line = next((line.strip() for line in text.split("\n") if line.strip()), "")
    return line[:40]
