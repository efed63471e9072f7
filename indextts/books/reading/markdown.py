"""Markdown: headings begin chapters, marks go, code is not read."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Final

from markdown_it import MarkdownIt

from indextts.books.model import MAX_CHAPTERS, MAX_CHARACTERS
from indextts.books.reading.blocks import Block
from indextts.books.reading.draft import Draft
from indextts.books.reading.epub import add_pieces, by_headings
from indextts.books.reading.limits import MAX_LINE, MAX_PARAGRAPHS, Patience, too_large
from indextts.books.reading.package import Package
from indextts.books.reading.plain import read_plain
from indextts.books.reading.tidy import clean, joined, lines_of

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

_STRETCH: Final = 1 << 12
"""Characters that are parsed at once; memory stays flat so."""
_LONGEST: Final = 3000
"""Characters of a paragraph above which only its plain marks are taken away."""
_SPECIAL: Final = re.compile(r"[\\`*_\[\]<>&#|~]|^ {0,3}(?:[-+=]|\d{1,9}[.)])|^(?: {4}|\t)|  $", re.MULTILINE)
"""What may be a mark; a text without any is only paragraphs."""
_INLINE: Final = re.compile(r"[\\`*_\[\]<>&~]|  $", re.MULTILINE)
_FENCE: Final = re.compile(r" {0,3}(`{3,}|~{3,})")
_FRONT: Final = re.compile(r"\A---[ \t]*\n(.{0,5000}?)\n(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL)
_NOTE: Final = re.compile(r"\\?\[\^[^\]\s]{1,40}\]:\s*")
_NOTE_LINE: Final = re.compile(r"^( {0,3}\[\^[^\]\s]{1,40}\]:)", re.MULTILINE)
_NOTE_MARK: Final = re.compile(r"\[\^[^\]\s]{1,40}\]")
_MARKS: Final = re.compile(r"[*_`~]{1,3}|!?\[|\]\([^)\s]{0,500}\)|\]")


def read_markdown(name: str, text: str) -> Draft:
    """The chapters of a Markdown text."""
    parser = MarkdownIt("commonmark").enable("table").enable("strikethrough").disable("inline")
    inner = MarkdownIt("commonmark").enable("strikethrough")
    patience = Patience(name, per_second=150_000)
    text = text.lstrip("\ufeff")
    properties, text = _properties(text)
    blocks: list[Block] = []
    heads = size = 0
    for stretch in _stretches(text):
        if len(stretch) > MAX_LINE:
            too_large(name, "one of its paragraphs is longer than a book", "其中一段比整本书还长")
        before = len(blocks)
        blocks.extend(_blocks(parser, inner, stretch, patience))
        heads += sum(block.level > 0 for block in blocks[before:])
        size += sum(len(block.text) for block in blocks[before:])
        if size > MAX_CHARACTERS:
            too_large(name, f"it has more than {MAX_CHARACTERS:,} characters", f"超过 {MAX_CHARACTERS:,} 个字符")
        if len(blocks) > MAX_PARAGRAPHS or heads > MAX_CHAPTERS:
            too_large(
                name, f"it has more than {len(blocks):,} paragraphs and headings", f"段落和标题超过 {len(blocks):,} 个"
            )
    if not any(block.level for block in blocks):
        draft = read_plain(name, "\n\n".join(block.text for block in blocks if not block.note).split("\n"))
    else:
        draft = Draft()
        tops = [block for block in blocks if block.level == 1]
        first = next((block for block in blocks if block.text), None)
        # A single heading above all others is the book's.
        if len(tops) == 1 and first is tops[0] and any(block.level > 1 for block in blocks):
            draft.title = tops[0].text
            blocks.remove(tops[0])
        add_pieces(draft, by_headings(blocks), Package(draft.title))
    draft.title = properties.pop("title", "") or draft.title
    draft.author = properties.pop("author", "") or draft.author
    draft.metadata |= properties
    return draft


def _properties(text: str) -> tuple[dict[str, str], str]:
    """What stands between ``---`` at the beginning, and the rest."""
    match = _FRONT.match(text)
    if not match:
        return {}, text
    found = {}
    for line in match[1].split("\n"):
        key, colon, value = line.partition(":")
        key = key.strip().casefold()
        if colon and key in ("title", "author", "date", "description", "publisher", "translator", "series"):
            found[key] = value.strip().strip("\"'")
    return found, text[match.end() :]


def _stretches(text: str) -> Iterator[str]:
    """``text`` cut at empty lines outside of code."""
    lines: list[str] = []
    size, fence = 0, ""
    for line in lines_of(text):
        match = _FENCE.match(line)
        if match and (not fence or match[1].startswith(fence)):
            fence = "" if fence else match[1]
        lines.append(line)
        size += len(line) + 1
        if (size > _STRETCH and not line.strip() and not fence) or size > 8 * _STRETCH:
            yield "\n".join(lines)
            lines, size = [], 0
    yield "\n".join(lines)


def _blocks(parser: MarkdownIt, inner: MarkdownIt, text: str, patience: Patience) -> Iterator[Block]:
    if not _SPECIAL.search(text) or any(len(line) > 4 * _LONGEST for line in text.split("\n")):
        for part in re.split(r"\n[ \t]*\n", text):
            patience.check()
            whole = ""
            for line in _MARKS.sub("", part).split("\n"):
                whole = joined(whole, clean(line).strip())
            patience.earn(len(whole))
            if whole:
                yield Block(whole)
        return
    level = 0
    # CommonMark would take a note for the definition of a link.
    for token in parser.parse(_NOTE_LINE.sub(r"\\\1", text)):
        if token.type == "heading_open":
            level = int(token.tag[1])
        elif token.type == "heading_close":
            level = 0
        elif token.type == "hr":
            yield Block("")
        elif token.type == "inline":
            patience.check()
            note = _NOTE.match(token.content)
            plain = _plain(inner, token.content[note.end() :] if note else token.content)
            patience.earn(len(plain))
            if plain:
                yield Block(plain.replace("\n", " ") if level else plain, level, note=note is not None)


def _plain(inner: MarkdownIt, content: str) -> str:
    content = _NOTE_MARK.sub("", content)
    if len(content) > _LONGEST:
        lines = _MARKS.sub("", content).split("\n")
    elif not _INLINE.search(content):
        lines = content.split("\n")
    else:
        lines = _read(inner.parseInline(content)[0].children or ())
    whole = [""]
    for line in lines:
        if line == "\n":
            whole.append("")
        else:
            whole[-1] = joined(whole[-1], clean(line).strip())
    return "\n".join(line for line in whole if line)


def _read(tokens: Sequence[Token]) -> list[str]:
    """The lines of a paragraph; a newline by itself is one that the writer wants."""
    lines = [""]
    for token in tokens:
        if token.type in ("text", "code_inline"):
            lines[-1] += token.content
        elif token.type == "softbreak":
            lines.append("")
        elif token.type == "hardbreak":
            lines += ["\n", ""]
    return lines
