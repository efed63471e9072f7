"""EPUB 2 and 3: the documents of the spine, cut where the table of contents says that chapters begin."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import pairwise
from typing import Final

from indextts.books.model import Chapter, ChapterKind
from indextts.books.reading import gutenberg
from indextts.books.reading.archive import Archive
from indextts.books.reading.blocks import Block, Blocks
from indextts.books.reading.draft import Draft
from indextts.books.reading.headings import Heading, TitleParts, heading, kind_of, numbered, title_parts
from indextts.books.reading.limits import Patience, notice
from indextts.books.reading.notes import parted
from indextts.books.reading.package import ContentsEntry, Package, read_package
from indextts.books.reading.ruby import plain, unmarked
from indextts.books.reading.styles import hidden_classes
from indextts.books.reading.tidy import as_text, key_of
from indextts.books.reading.title_page import PROSE_END, TitlePage, read_title_page, take_line
from indextts.books.reading.unheaded import told_by_lines, told_by_look, unwrapped
from indextts.books.reading.xml import walk
from indextts.model.errors import StudioError, printable
from indextts.platform.tables import members, pattern_of

_NOTES: Final = frozenset(["footnotes", "endnotes", "rearnotes", "notes", "doc-endnotes"])
_LONG_TITLE: Final = 80
_NAME: Final = 30  # characters of a chapter's name that stands in a paragraph of its own
_CREDITS: Final = 12  # blocks of a book among which those who made the file may be named
_ALIKE: Final = 3  # entries of one and the same title that are no names of chapters
_LISTED: Final = 0.7
"""Share of the lines of a part that are the titles of others, from which on it is a list of contents."""
_MOST_STYLE: Final = 1 << 20
_TITLE_BLOCKS: Final = 4  # blocks at the beginning of a chapter that may say its title
_MARKS: Final = frozenset('“”"‘「」『』。.!！?？…')
"""What a sentence has and most titles have not."""
_SHOWN: Final = 3  # files that the archive lacks
_TITLE_PIECES: Final = 3  # headings of a document among which one may be who wrote it …
_TITLE_LINE: Final = 80  # … with the lines of its page below it


@dataclass
class Piece:
    """A chapter that is being put together."""

    title: str
    level: int
    blocks: list[Block] = field(default_factory=list)
    named: bool = True  # by the table of contents


def read_epub(name: str, archive: Archive) -> Draft:
    """The chapters, notes, metadata and cover."""
    patience = Patience(name)
    package = read_package(name, archive)
    blocks = unwrapped(_blocks(name, archive, package, patience))
    draft = Draft(package.title, [], package.author, package.language, package.metadata, package.cover)
    if gone := package.missing:
        shown = ", ".join(printable(one) for one in gone[:_SHOWN])
        draft.warnings.append(notice("missing", len(gone), shown))
    written = {block.file for block in blocks if block.text}
    listed = [one.title for one in package.entries if one.file in written and not _is_nameless(one.title, package)]
    if written.isdisjoint(package.types.keys() | package.aside) and (found := told_by_lines(name, blocks, listed)):
        draft.take(found)
        return draft
    before, blocks, after = without_licence(blocks, draft)
    cut = _by_contents(blocks, package) if _is_of_use(package) else []
    if not cut and not any(block.level for block in blocks):
        told_by_look(blocks)
    add_around(draft, before, cut or by_headings(blocks), after, package)
    return draft


def without_licence(blocks: list[Block], draft: Draft) -> tuple[list[Block], list[Block], list[Block]]:
    """What Project Gutenberg puts above the book, the book, and what stands below; ``draft`` gets the facts."""
    before, inner, after = gutenberg.without_licence(blocks)
    said = gutenberg.about(block.text for block in before)
    draft.title, draft.author = said.pop("title", "") or draft.title, said.pop("author", "") or draft.author
    draft.metadata |= said
    return before, inner, after


def add_around(
    draft: Draft, before: Sequence[Block], pieces: Iterable[Piece], after: Sequence[Block], package: Package
) -> None:
    """The chapters, between what no person wants to hear."""
    above, below = (plain(as_text(block.text for block in some)) for some in (before, after))
    draft.add(Chapter(gutenberg.named(above), above, "front", on=False))
    add_pieces(draft, pieces, package)
    draft.add(Chapter(gutenberg.named(below), below, "back", on=False))


def _blocks(name: str, archive: Archive, package: Package, patience: Patience) -> list[Block]:
    blocks: list[Block] = []
    references: set[tuple[str, str]] = set()
    wanted = frozenset(entry.fragment for entry in package.entries)
    hidden = {one for sheet in package.styles for one in hidden_classes(_sheet(archive, sheet))}
    for file in package.spine:
        if file == package.navigation:
            continue
        patience.check()
        make = partial(Blocks, name, patience.earn, file, references, wanted, set(hidden))
        document = walk(name, archive.read(file), make, patience)
        document.close()
        # A document without text still has its place, at which a chapter may begin.
        blocks += document.blocks or [Block("", file=file)]
    return blocks


def _sheet(archive: Archive, path: str) -> str:
    """A style sheet; a book without one is read all the same."""
    try:
        return archive.read(path, _MOST_STYLE).decode("utf-8", "replace")
    except StudioError as error:
        if error.code == "book_unsafe":
            raise
        return ""


def _is_nameless(title: str, package: Package) -> bool:
    """Whether a line of the contents names nothing but the beginning, or the book."""
    return title.casefold() in members(__file__, "spoken_types") or key_of(title) in ("", key_of(package.title))


def _is_of_use(package: Package) -> bool:
    """Whether the table of contents names parts of the book, and not only its beginning, or each by the same word."""
    titles = {entry.title for entry in package.entries if entry.file}
    return len(package.places(package.entries)) > 1 and (len(titles) > 1 or len(package.entries) < _ALIKE)


def _by_contents(blocks: Sequence[Block], package: Package) -> list[Piece]:
    first_of: dict[str, int] = {}
    places: dict[tuple[str, str], int] = {}
    for at, block in enumerate(blocks):
        first_of.setdefault(block.file, at)
        for one in block.ids:
            places.setdefault((block.file, one), at)
    begins: dict[int, list[ContentsEntry]] = {}
    upper: list[ContentsEntry] = []
    for entry in package.entries:
        at = places.get((entry.file, entry.fragment), first_of.get(entry.file, -1))
        if not entry.file:
            upper.append(entry)
        elif at >= 0 and entry.title and (at not in begins or begins[at][-1].level < entry.level):
            own = (key_of(package.title), key_of(entry.title))
            for part in (*begins.pop(at, []), *upper):
                if part.level < entry.level and key_of(part.title) not in own:
                    said = _said_above(blocks, at, part.title)
                    begins.setdefault(at if said < 0 else said, []).append(part)
                    at += said == at
            begins.setdefault(at, []).append(entry)
            upper = []
    more = _unlisted(blocks, begins)
    pieces: list[Piece] = []
    file = ""
    for at, block in enumerate(blocks):
        if at in more:
            pieces.append(Piece(" ".join(block.text.split()), more[at], named=False))
        elif at in begins:
            pieces += (Piece(one.title, one.level) for one in begins[at])
        elif block.file != file and (not pieces or _stands_alone(blocks, at, package)):
            pieces.append(Piece("", 1, named=False))
        file = block.file
        pieces[-1].blocks.append(block)
    return pieces


def _said_above(blocks: Sequence[Block], at: int, title: str) -> int:
    """Where the name of a part stands, right above its first chapter, which begins ``at``; else -1."""
    places = (one for one in range(at, max(-1, at - _TITLE_BLOCKS), -1) if key_of(blocks[one].text) == key_of(title))
    return next((one for one in places if one + 1 < len(blocks)), -1)


def _unlisted(blocks: Sequence[Block], begins: Mapping[int, Sequence[ContentsEntry]]) -> dict[int, int]:
    """The headings of chapters that the contents leave out, with their levels, where they leave out most of them.

    Below the names of parts these may be numbers that go on from part to part, or anything right below them.
    """
    heads = {at: one for at, block in enumerate(blocks) if (one := heading(block.text)) and one.unit}
    found = {at: one for at, one in heads.items() if blocks[at].level}
    if not found:  # converted: lines in bold, and those of a list of contents
        found = {at: one for at, one in heads.items() if at + 1 < len(blocks) and at + 1 not in heads}
    listed = [one for entries in begins.values() for one in entries]
    parts = sum((head := heading(one.title)) is not None and head.level == 1 for one in listed)
    below = [at for at, one in enumerate(blocks) if one.level and at > min(begins) and at not in {*begins, *found}]
    top = min((blocks[at].level for at in below if not kind_of(blocks[at].text)), default=0)
    names = {at: numbered(blocks[at].text) for at in below if blocks[at].level == top}
    counts = [name.number if name else 0 for name in names.values()]
    if not any(one.level > 1 for one in found.values()) and (
        parts * 2 > len(listed) or (len(counts) > len(listed) and counts == [*range(1, len(counts) + 1)])
    ):
        found = {at: Heading(blocks[at].text, 2) for at in names}
        missing, runs_on = set(found), True
    else:
        missing = {at for at in found if not _is_listed(blocks, begins, at)}
        runs_on = any(found[one].number + 1 == found[other].number for one, other in pairwise(sorted(found)))
    return {at: blocks[at].level or 1 for at in missing} if runs_on and 1 < len(missing) > len(found) / 2 else {}


def _is_listed(blocks: Sequence[Block], begins: Mapping[int, Sequence[ContentsEntry]], at: int) -> bool:
    """Whether an entry that begins here, or right above, names the chapter of this heading."""
    own = title_parts(blocks[at].text)
    for above in range(at, max(-1, at - _TITLE_BLOCKS), -1):
        if above in begins and begins[above][-1].title.casefold() in members(__file__, "spoken_types"):
            return False  # 正文 names no chapter
        if above in begins:
            said = title_parts(begins[above][-1].title)
            return (said.number or own.number) == own.number and (said.name in own.name or own.name in said.name)
        if above < at and blocks[above].text and not blocks[above].level:
            return False
    return False


def _stands_alone(blocks: Sequence[Block], at: int, package: Package) -> bool:
    """Whether a document that no entry names is a part of its own, and not the rest of the one before."""
    block = blocks[at]
    said = block.types | package.types.get(block.file, set())
    own = members(__file__, "front_types") | members(__file__, "back_types") | _NOTES
    return bool(block.level) or bool(said & own) or block.file in package.aside


def by_headings(blocks: Sequence[Block]) -> list[Piece]:
    """Chapters at the highest headings that come more than once; without any, one for each document."""
    heads = [(at, block.level) for at, block in enumerate(blocks) if block.level]
    # A heading right above another of its level is a line of the title page.
    levels = [level for at, level in heads if at + 1 == len(blocks) or blocks[at + 1].level != level]
    counts = {level: levels.count(level) for level in sorted(set(levels))}
    most = next((level for level, count in counts.items() if count > 1), min(counts, default=0))
    cut = {level for level in counts if level <= most}
    pieces: list[Piece] = []
    file = None
    for block in blocks:
        new = block.file != file and (not pieces or not cut)
        if block.level in cut or new or (block.text and not block.level and not most and heading(block.text)):
            if pieces and not new and _goes_on(pieces[-1], block):
                pieces[-1].title = f"{pieces[-1].title} {block.text}"
                pieces[-1].blocks.append(block)
                continue
            is_head = bool(block.level) or heading(block.text) is not None
            pieces.append(Piece(block.text if is_head else "", block.level or 1, named=False))
        file = block.file
        pieces[-1].blocks.append(block)
    return pieces


def _take_names(pieces: Iterable[Piece]) -> None:
    """The paragraph right below a bare number is the chapter's name, where most have one."""
    bare = [one for one in pieces if (head := heading(one.title) or numbered(one.title)) and head.bare and one.blocks]
    names: list[tuple[Piece, str]] = []
    for piece in bare:
        first, *below = [one for one in _below(piece.title, piece.blocks) if one.text][:2] or [Block("")]
        is_name = 0 < len(first.text) <= _NAME and not re.search("[，。！？；,!?;：:]|[.”]$", first.text)
        names += [(piece, first.text)] if is_name and below and not heading(first.text) else []
    for piece, name in names if len(names) * 2 > len(bare) else ():
        piece.title = f"{piece.title} {name}"


def _whole_title(piece: Piece) -> str:
    """The title as the heading below has it where the table of contents has its beginning alone: 第一章, The Long …"""
    head = next((block for block in piece.blocks if block.text), None)
    begun, begins = title_parts(piece.title), key_of(piece.title)
    is_part = bool(begins) and (not begun.name or piece.title.rstrip().endswith(("…", "...")))
    if not head or not head.level or not is_part or len(head.text) > _LONG_TITLE:
        return piece.title
    is_same = key_of(head.text).startswith(begins) and title_parts(head.text).number == begun.number
    return head.text if is_same else piece.title


def _goes_on(piece: Piece, block: Block) -> bool:
    """Whether two headings above one another name one chapter: 第一章, and below it its name."""
    last = piece.blocks[-1]
    only = all(one.level for one in piece.blocks)
    if only and block.level == last.level and block.file == last.file:
        above = heading(piece.title)
        return not heading(block.text) and (above is None or above.bare)
    fits = len(piece.title) < 12 and (not heading(block.text) or heading(piece.title))  # else it is the book's name
    return only and block.level > last.level and block.file == last.file and bool(fits)


def add_pieces(draft: Draft, pieces: Iterable[Piece], package: Package) -> None:
    """Pieces as chapters; notes of all of them are gathered at the end."""
    notes: list[str] = []
    pieces = list(pieces)
    titles = "\n".join(key_of(piece.title) for piece in pieces)
    by = [at for at, one in enumerate(pieces[: 2 * _TITLE_PIECES]) if _names_who(one, draft.author)]
    by = by if max(by, default=0) < _TITLE_PIECES else []
    for piece in pieces:
        piece.title = _whole_title(piece)
    _take_names(pieces)
    for number, piece in enumerate(pieces):
        blocks = piece.blocks
        title, body = _without_title(piece)
        kind = _kind(title, blocks, package, begins=not any(one.on for one in draft.chapters))
        said = [line for block in body for line in block.text.split("\n") if line]
        is_first = not number and (not title or _is_nameless(title, package)) and len(pieces) > 1
        is_by = [number] == by and number + 1 < len(pieces) and _is_brief(piece)
        lines = [line for one in blocks for line in one.text.split("\n") if line]
        known = [draft.title] if draft.title and not package.spine else []  # the text itself has told it
        is_read = is_first and kind in ("body", "title")
        page = read_title_page([*known, *said], alone=True) if is_read else TitlePage()
        is_brief = is_first and len(said) < _TITLE_BLOCKS and not any(map(PROSE_END.search, said))
        is_told = 0 < len(said) <= page.lines - len(known) and (bool(page.author) or (is_brief and not known))
        is_page = is_by or is_told or (is_brief and (bool(page.author) or draft.author in said))
        if is_page or (not said and [line for line in lines if take_line(page, line)]):
            author = page.author or (_names_who(piece, "") if is_by else "")
            draft.take(Draft(page.title if page.author and not known else "", author=author))
            kind, title, body = "title", "", list(blocks)  # “By” whom the book is
        spoken = [block for block in body if not block.note or kind == "notes"]
        lines = [block.text for block in spoken]
        if kind != "notes":
            notes += [block.text for block in body if block.note]
            lines, below = parted(lines, (mark for block in spoken for mark in block.marks))
            notes += below
        if kind == "body" and number + 1 < len(pieces) and _is_list_of(titles, lines):
            kind = "front"
        text = as_text("\n".join(lines).split("\n"))
        draft.add(unmarked(Chapter(plain(title), text, kind, kind == "body", piece.level)))
    draft.add_notes(notes)


def _names_who(piece: Piece, author: str) -> str:
    """Who wrote the book, or a piece of it, if the headings of the piece say so; the ``author`` if they end with it."""
    page, wrote = TitlePage(), key_of(author)
    if any(take_line(page, one.text) for one in piece.blocks if one.level) and page.author:
        return page.author
    return author if wrote and key_of(piece.title).endswith(wrote) else ""


def _is_brief(piece: Piece) -> bool:
    """Whether nothing but a few short lines stands below the headings of a piece."""
    lines = [line for block in piece.blocks if not block.level for line in block.text.split("\n")]
    return len(lines) < _TITLE_BLOCKS and all(len(line) <= _TITLE_LINE for line in lines)


def _is_list_of(titles: str, lines: Sequence[str]) -> bool:
    """Whether the ``lines`` of a part are nothing but the ``titles`` of others."""
    said = [key for text in lines for line in text.split("\n") if (key := key_of(line)) and kind_of(line) != "front"]
    if len(said) < _ALIKE or max(map(len, said)) > _LONG_TITLE:
        return False
    return sum(key.rstrip("0123456789") in titles for key in said) > _LISTED * len(said)


def _without_title(piece: Piece) -> tuple[str, list[Block]]:
    """The title, and the blocks without it."""
    body = list(piece.blocks)
    title = piece.title
    if not title:
        first = next((block for block in body if block.text), None)
        bare = numbered(first.text) if first else None
        if first and (first.level or heading(first.text) or (bare and bare.bare)) and len(first.text) <= _LONG_TITLE:
            title = first.text
    return " ".join(title.split()), _below(title, body)


def _below(title: str, body: list[Block]) -> list[Block]:
    """The blocks below the lines that say the ``title`` once more, however they part it and write its number."""
    wanted = title_parts(title)
    left, taken, counted = wanted.name, 0, False
    for at, block in enumerate(body[:_TITLE_BLOCKS]):
        if not block.text:
            continue
        if len(block.text) > 2 * _LONG_TITLE or not (wanted.name or wanted.number):
            break
        for line in block.text.split("\n"):
            own = title_parts(line)
            alone = key_of(line) == key_of(title)
            # A number alone, below the whole name or below itself, is a year or a part's.
            same_number = not own.number or own.number == wanted.number or not wanted.number
            same_number &= bool(own.name) or not own.number or (not counted and bool(wanted.number or left))
            if not block.level and own.name and not own.number and not _MARKS.isdisjoint(set(line) - set(title)):
                break
            if not alone and not (same_number and _names_same(own, left, wanted.name, is_heading=block.level > 0)):
                break
            left = "" if alone else left.removeprefix(own.name)
            counted = counted or own.number > 0
        else:
            taken = at + 1
            continue
        break
    # A number alone is the title's only where the title has it, or its name follows.
    bare = all(not title_parts(line).name for block in body[:taken] for line in block.text.split("\n") if line)
    if taken and bare and not wanted.number and wanted.name:
        taken = 0
    while taken < len(body) and taken and not body[taken].text:
        taken += 1
    return body[taken:]


def _names_same(own: TitleParts, left: str, name: str, *, is_heading: bool) -> bool:
    """Whether a line says the title's ``name``, what is ``left`` of it, or nothing but its number."""
    if not own.name:
        return own.number > 0
    return own.name in (left, name) or (is_heading and bool(left) and left.startswith(own.name))


def _kind(title: str, blocks: Sequence[Block], package: Package, *, begins: bool) -> ChapterKind:
    """By what the document says of itself, else what the package says of it, else its title.

    ``begins``: nothing that is spoken stands before it.
    """
    if not blocks:
        return "body"
    if all(block.note for block in blocks if block.text) and any(block.text for block in blocks):
        return "notes"
    first = next((block for block in blocks if block.text), blocks[0])
    file = first.file
    for said in (set(first.types), package.types.get(file, set())):
        if said & _NOTES:
            return "notes"
        if said & {"titlepage", "title-page"}:
            return "title"
        # "frontmatter" holds the preface as well, which is read.
        closer = said - {"frontmatter", "backmatter", "bodymatter", "text"}
        if closer & members(__file__, "spoken_types"):
            return "body"
        if closer & members(__file__, "front_types"):
            return "front"
        if closer & members(__file__, "back_types"):
            return "back"
    text = [block.text for block in blocks if block.text]
    named = kind_of(title) or _kind_of_archive(text)
    if named:
        return named
    if begins and key_of(title) in ("", key_of(package.title)) and _is_title_page([title, *text], package):
        return "title"
    return "back" if file in package.aside else "body"


def _kind_of_archive(text: Sequence[str]) -> ChapterKind | None:
    """What a part is that an archive of stories writes around one: its tags, a request."""
    found = [match.lastgroup for line in text[:_CREDITS] if (match := pattern_of(__file__, "of_archive").match(line))]
    known = [pattern_of(__file__, "field").fullmatch(row) is not None for line in text for row in line.split("\n")]
    if sum(known) > 1 and all(known[1:]):
        found = ["front"]
    return None if not found else "front" if "front" in found else "back"


def _is_title_page(text: Sequence[str], package: Package) -> bool:
    short = len(text) <= 12 and sum(map(len, text)) <= 200 and not any(map(PROSE_END.search, text))
    return short and bool(package.title) and any(key_of(package.title) in key_of(line) for line in text)
