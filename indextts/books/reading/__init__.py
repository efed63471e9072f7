"""Files of books read into chapters: text, Markdown, EPUB, FB2, DOCX, PDF, subtitles, lyrics, scripts, HTML.

    manuscript = read_manuscript("红楼梦.epub", data)
    manuscript.chapters[3].text

What a file is, its content says before its name. Everything is read in memory behind the caps of
:mod:`indextts.books.reading.limits`; nothing is written, nothing fetched.
"""

from __future__ import annotations

import re
from typing import Final

from indextts.books.model import Chapter, Manuscript, SubtitleChoice
from indextts.books.reading.archive import Archive
from indextts.books.reading.chapter_numbers import number_of
from indextts.books.reading.draft import Draft
from indextts.books.reading.encodings import beginning, check, decode, decoded_lines, detect, mended, without_holes
from indextts.books.reading.fb2 import is_fb2, read_fb2
from indextts.books.reading.fountain import is_fountain, read_fountain
from indextts.books.reading.headings import heading, title_parts
from indextts.books.reading.json_scripts import read_script
from indextts.books.reading.letters import opened
from indextts.books.reading.limits import MAX_BYTES, MAX_LINES, MAX_PAGES, MAX_TEXT_BYTES, notice, too_large, unreadable
from indextts.books.reading.markdown import read_markdown
from indextts.books.reading.paragraphs import unpaged, without_heads
from indextts.books.reading.scripts import read_lines, with_speakers
from indextts.books.reading.subtitles import SUBTITLE_ENDINGS, form_of, read_subtitles
from indextts.books.reading.tidy import cleaned, parted, parted_page
from indextts.books.reading.transcripts import is_tagged, read_tagged
from indextts.model.errors import StudioError, printable
from indextts.model.i18n.messages import Bilingual, Language
from indextts.platform.tables import pattern_of, tables_beside

__all__ = ["ENDINGS", "MAX_BYTES", "read_manuscript"]
ENDINGS: Final = (
    ".txt", ".md", ".markdown", ".epub", ".fb2", ".docx", ".pdf", *SUBTITLE_ENDINGS, ".json", ".fountain", ".html",
    ".htm", ".xhtml",
)  # fmt: skip
"""What names of files end in that can be read."""
_COUNTED: Final = pattern_of(__file__, "file_counted", "forms.yaml")  # A file's name that begins with its number
_SPREAD: Final = 3  # numbers of files lie at most so many times their count apart
_MANY: Final = 100  # … unless they count from one to fewer than so many
_PACKED: Final = pattern_of(__file__, "file_packed", "forms.yaml")  # the name of a note by who packed an archive
_SLOTS: Final = 3  # numbers in the name of a file of which one may count volumes
_NOTE: Final = 50  # A text that has so small a part of the size of a book is a note beside it
_PAGED: Final = 4 << 20  # bytes of a text up to which form feeds are ends of pages
_BLANK: Final = b" \t\r\n\0"
_HTML: Final = pattern_of(__file__, "file_html", "forms.yaml")


def read_manuscript(
    name: str, data: bytes, *, language: Language = "en", subtitles: SubtitleChoice | None = None
) -> Manuscript:
    """What stands in the file ``name``, whose content is ``data``.

    ``language`` is that of the person who brings it; the book's own is found in it, and where nothing tells, it is
    this. Of subtitles that is read which ``subtitles`` choose. Raises :class:`StudioError` with one sentence for every
    file that cannot be read.
    """
    if len(data) > MAX_BYTES:
        too_large(
            name,
            f"it has {len(data) >> 20} MB, and {MAX_BYTES >> 20} is the most",
            f"有 {len(data) >> 20} MB，最多 {MAX_BYTES >> 20} MB",
        )
    if not data.strip(_BLANK):
        raise StudioError("book_empty", name=printable(name, 60))
    draft, encoding = _drafted(name, data, subtitles)
    return draft.finished(name, encoding, otherwise=language)


def _drafted(name: str, data: bytes, choice: SubtitleChoice | None, *, inner: bool = False) -> tuple[Draft, str]:
    """What was found, and the encoding of a text file."""
    ending = re.search(r"\.[A-Za-z0-9]{1,8}$", name)
    form = ending[0].casefold() if ending else ""
    if data.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _archived(name, data, choice, inner=inner)
    if b"%PDF-" in data[:1024]:
        from indextts.books.reading.pdf import read_pdf

        return read_pdf(name, data), ""
    for mark, at, english, chinese in tables_beside(__file__, "kinds.yaml")["bytes"]:
        if data.startswith(mark.encode("latin-1"), at):
            raise StudioError("book_kind", name=printable(name, 60), kind=Bilingual(english, chinese))
    if form in (".epub", ".docx", ".pdf"):
        unreadable(name, f"it is damaged, or no {form[1:].upper()} file", f"它已损坏，或不是 {form[1:].upper()} 文件")
    return _text(name, data, form, choice)


def _archived(name: str, data: bytes, choice: SubtitleChoice | None, *, inner: bool = False) -> tuple[Draft, str]:
    archive = Archive(name, data)
    if folder := _folder_of_book(archive):
        archive.enter(folder)
    if "META-INF/container.xml" in archive:
        from indextts.books.reading.epub import read_epub

        return read_epub(name, archive), ""
    if "word/document.xml" in archive or ("[Content_Types].xml" in archive and "_rels/.rels" in archive):
        if any(member.startswith(("xl/", "ppt/")) for member in archive.names()):
            kind = Bilingual("a table or a presentation", "表格或演示文稿")
            raise StudioError("book_kind", name=printable(name, 60), kind=kind)
        from indextts.books.reading.docx import read_docx

        return with_speakers(read_docx(name, archive)), ""
    if books := [] if inner else _books_in(archive):
        if len(books) == 1:
            name = _file(archive, books[0])
            return _drafted(name, archive.read(books[0], MAX_BYTES), choice, inner=True)
        volumes, title, are_named = _volumes_in(archive, books)
        if chapters := volumes or _chapters_in(archive, books):
            return _put_together(archive, chapters, title, are_named=are_named)
        raise StudioError("book_several", name=printable(name, 60), count=len(books))
    kind = Bilingual("an archive with other files", "装有其他文件的压缩包")
    if "mimetype" in archive and archive.read("mimetype").startswith(b"application/vnd.oasis.opendocument"):
        kind = Bilingual("an OpenDocument file (save it as .docx)", "OpenDocument 文档（请另存为 .docx）")
    raise StudioError("book_kind", name=printable(name, 60), kind=kind)


def _chapters_in(archive: Archive, books: list[str]) -> list[str]:
    """The texts of an archive in order, if their names count them: a file for each chapter of one book.

    Each folder is a volume, whose chapters go on with those before or begin anew; notes of who packed them are none.
    """
    volumes: dict[str, dict[int, str]] = {}
    named: dict[str, list[str]] = {}
    for member in books:
        folder, _, file = archive.spelled(member).rpartition("/")
        match = _COUNTED.match(file)
        head = None if match else heading(file.rpartition(".")[0].strip("0123456789 ._-"))
        number = number_of(match["zh"] or match["arabic"]) if match else head.number if head else 0
        if head and not number:
            named.setdefault(folder, []).append(member)
        elif not match and _PACKED.fullmatch(file):
            continue
        elif (not number and not match) or number in volumes.setdefault(folder, {}):
            return []
        else:
            volumes[folder][number] = member
    if not volumes:
        return []
    above = {folder.rpartition("/")[0] for folder in volumes}
    if len(volumes) > 1 and (len(above) > 1 or not all(map(_number_of_volume, volumes))):
        return []
    found: list[str] = []
    for folder in sorted(volumes, key=lambda folder: (_number_of_volume(folder), folder)):
        counts = sorted(volumes[folder])
        if not _lie_close(counts):
            return []
        own = [volumes[folder][number] for number in counts]
        found += _around(named.pop(folder, []), own)
    return _around([member for members in named.values() for member in members], found)


def _volumes_in(archive: Archive, books: list[str]) -> tuple[list[str], str, bool]:
    """The ``books`` of one folder in order, what all are called, and whether each has a name behind its number.

    Nothing but the number tells them apart: 灯塔记（上）.txt, Book 1 - The Kiln.epub.
    """
    stems = {one: _file(archive, one).rpartition(".")[0] for one in books if not _PACKED.fullmatch(_file(archive, one))}
    number = pattern_of(__file__, "file_numbered", "forms.yaml")
    for slot in range(_SLOTS if len({archive.spelled(one).rpartition("/")[0] for one in books}) == 1 else 0):
        slots = {one: found[slot] for one, stem in stems.items() if len(found := [*number.finditer(stem)]) > slot}
        named = [one for one in stems if one not in slots]
        begins = {stems[one][: match.start()].rstrip(" ,_-—.·:：《") for one, match in slots.items()}
        ends = {stems[one][match.end() :] for one, match in slots.items()}
        counts = {number_of(match["number"].casefold()): one for one, match in slots.items()}
        are_counted = 1 < len(counts) == len(slots) and 0 not in counts and _lie_close(sorted(counts))
        is_told = all(begins) or all(match["unit"] or match["after"] for match in slots.values())
        is_name = len(ends) == 1 or not any(end[:1].isalnum() for end in ends)
        if are_counted and is_told and is_name and len(begins) == 1 and all(heading(stems[one]) for one in named):
            return _around(named, [counts[count] for count in sorted(counts)]), begins.pop(), len(ends) > 1
    return [], "", False


def _lie_close(counts: list[int]) -> bool:
    """Whether numbers count a book's parts, of which some may be lost; those far apart are years, or names of books."""
    return counts[-1] - counts[0] < _SPREAD * len(counts) or (counts[0] < 2 and counts[-1] < _MANY)


def _around(named: list[str], chapters: list[str]) -> list[str]:
    """``chapters`` between what is called a prologue and what is called an epilogue, or anything else."""
    before = [one for one in named if pattern_of(__file__, "file_opens", "forms.yaml").search(one)]
    return [*before, *chapters, *(one for one in named if one not in before)]


def _number_of_volume(folder: str) -> int:
    match = pattern_of(__file__, "file_volume", "forms.yaml").search(folder.rpartition("/")[2])
    return number_of(next(one for one in match.groups() if one)) if match else 0


def _put_together(archive: Archive, members: list[str], title: str, *, are_named: bool) -> tuple[Draft, str]:
    """One book of a text for each chapter, which is called by its file where it has one heading or none."""
    folders = [archive.spelled(member).rpartition("/")[0] for member in members]
    is_parted = len(set(folders)) > 1
    above = max(folders, key=len).rpartition("/")[0] if is_parted else folders[0]
    whole = Draft(above.rpartition("/")[2] or title)
    encoding, volume = "", ""
    for member, folder in zip(members, folders, strict=True):
        is_parted = folder != above
        if is_parted and folder != volume:
            volume = folder
            whole.add(Chapter(folder.rpartition("/")[2], ""))
        file = _file(archive, member)
        draft, encoding = _drafted(file, archive.read(member, MAX_BYTES), None, inner=True)
        whole.author = whole.author or draft.author
        stem = re.sub(r"\.[a-z]{2,8}$", "", file, flags=re.IGNORECASE)
        if are_named and len(draft.chapters) > 1:
            is_parted = True
            whole.add(Chapter(stem, ""))
            draft.chapters = [one for one in draft.chapters if one.text or title_parts(one.title) != title_parts(stem)]
        for chapter in draft.chapters:
            title = chapter.title if chapter.title or len(draft.chapters) > 1 else stem
            whole.add(chapter.changed(title=title, level=chapter.level + is_parted))
    return whole, encoding


def _folder_of_book(archive: Archive) -> str:
    """The folder that an EPUB was packed with; empty where it has none, or there are several."""
    container = "META-INF/container.xml"
    found = [member.removesuffix(container) for member in archive.names() if member.endswith(f"/{container}")]
    return found[0] if len(found) == 1 and container not in archive else ""


def _books_in(archive: Archive) -> list[str]:
    """The members that can be read as books; what systems, and those who give subtitles away, put beside is none."""
    found = [
        member
        for member in archive.names()
        if member.casefold().endswith(ENDINGS)
        and not member.casefold().endswith((".json", ".html", ".htm", ".xhtml"))
        and not member.startswith("__MACOSX/")
        and not member.rpartition("/")[2].startswith(".")
    ]
    timed = [member for member in found if member.casefold().endswith(tuple(SUBTITLE_ENDINGS))]
    # A note beside subtitles, which says where they are from, is shorter than they are.
    if len(timed) == 1 and all(one in timed or _may_be_note(archive, one, archive.size(timed[0])) for one in found):
        return timed
    largest = max(found, key=archive.size, default="")
    notes = [one for one in found if one != largest and _may_be_note(archive, one, archive.size(largest) // _NOTE)]
    return [largest] if len(notes) + 1 == len(found) else found


def _may_be_note(archive: Archive, member: str, most: int) -> bool:
    """Whether a member may be a word of who packed the archive: by its name, or a text smaller than ``most``."""
    is_text = member.casefold().endswith((".txt", ".md"))
    return is_text and (archive.size(member) < most or _PACKED.fullmatch(_file(archive, member)) is not None)


def _file(archive: Archive, member: str) -> str:
    return archive.spelled(member).rpartition("/")[2]


def _text(name: str, data: bytes, form: str, choice: SubtitleChoice | None) -> tuple[Draft, str]:
    data, lost = without_holes(data)
    data, garbled = mended(data) if len(data) <= MAX_TEXT_BYTES else (data, "")
    encoding = garbled or detect(data[: MAX_TEXT_BYTES + 1])
    head = beginning(data, encoding)
    if is_fb2(head):  # its pictures are no text
        return read_fb2(name, data), ""
    if len(data) > MAX_TEXT_BYTES:
        too_large(name, f"a text of {len(data) >> 20} MB", f"文本有 {len(data) >> 20} MB")

    for ending, beginning_of, english, chinese in tables_beside(__file__, "kinds.yaml")["text"]:
        if form == ending or re.match(beginning_of, head):
            raise StudioError("book_kind", name=printable(name, 60), kind=Bilingual(english, chinese))
    subtitles = form_of(head) or SUBTITLE_ENDINGS.get(form, "")
    # The text gets no name here: its reader frees it, and the text and what is made of it would be too much together.
    if subtitles:
        draft = read_subtitles(name, decode(name, data, encoding), subtitles, choice)
    elif form == ".json" or (not form and head.lstrip()[:1] in ("{", "[") and data.rstrip(_BLANK)[-1:] in b"}]"):
        draft = read_script(name, decode(name, data, encoding, most_lines=8 * MAX_LINES))
    elif form in (".html", ".htm", ".xhtml") or (form != ".txt" and _HTML.match(head)):
        from indextts.books.reading.website import read_html

        check(name, data, encoding)
        draft = with_speakers(read_html(name, data))
    elif form in (".md", ".markdown"):
        lines = decode(name, data, encoding).split("\n")
        carried = Draft()
        carried.carry(lines)
        draft = carried.with_marks_in(with_speakers(read_markdown(name, "\n".join(lines))))
    elif form == ".fountain" or (form == ".txt" and is_fountain(head)):
        draft = read_fountain(name, decode(name, data, encoding))
    elif is_tagged(head):
        draft = read_tagged(decode(name, data, encoding, tidy=cleaned))
    elif markup := pattern_of(__file__, "file_markup", "forms.yaml").match(head):
        kind = Bilingual(f"an XML document (<{markup[1]}>)", f"XML 文档（<{markup[1]}>）")
        raise StudioError("book_kind", name=printable(name, 60), kind=kind)
    else:
        is_paged = len(data) <= _PAGED and 0 < data.count(b"\f") <= MAX_PAGES and not encoding.startswith("utf-16")
        pages = data.split(b"\f") if is_paged else []
        lines = unpaged([decoded_lines(name, page, encoding, tidy=parted_page) for page in pages])
        lines = lines or without_heads(decoded_lines(name, data, encoding, tidy=parted))
        around = opened(lines)
        draft = read_lines(name, lines)
        draft.title, draft.author = around.title or draft.title, around.author or draft.author
        draft.chapters += around.chapters
    if garbled:
        draft.warnings.append(notice("mended"))
    if lost:
        draft.warnings.append(notice("holes", lost))
    if bad := check(name, data, encoding):
        draft.warnings.append(notice("damaged", bad))
    return draft, {"utf-8-sig": "utf-8", "big5hkscs": "big5"}.get(encoding, encoding)
