"""Markdown: headings begin chapters, marks go, code and what is struck out are not read.

Beside CommonMark it knows what GitHub, Pandoc and note programs write: tasks, tables, notes, ``==marks==``, attributes,
short names of emoji, and HTML around text.
"""

from __future__ import annotations

import html
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, Final

from markdown_it import MarkdownIt
from markdown_it.common.utils import normalizeReference

from indextts.books.model import MAX_CHAPTERS, MAX_CHARACTERS
from indextts.books.reading.blocks import Block
from indextts.books.reading.columns import ScriptTable, rows_said
from indextts.books.reading.draft import Draft
from indextts.books.reading.epub import add_pieces, by_headings
from indextts.books.reading.limits import MAX_LINE, MAX_PARAGRAPHS, Patience, notice, too_large
from indextts.books.reading.notes import superscript
from indextts.books.reading.package import Package
from indextts.books.reading.paragraphs import is_wrapped
from indextts.books.reading.plain import read_plain
from indextts.books.reading.tidy import clean, is_speakable, joined, lines_of, without
from indextts.books.reading.title_page import take_title
from indextts.platform.tables import pattern_of, tables_beside

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

_STRETCH: Final = 1 << 12  # characters that are parsed at once; memory stays flat so
_LONGEST: Final = 3000  # characters of a paragraph above which only its plain marks are taken away
_SPECIAL: Final = pattern_of(__file__, "markdown_special", "forms.yaml")
"""What may be a mark; a text without any is only paragraphs."""
_INLINE: Final = re.compile(r"[\\`*_\[\]<>&~]|  $", re.MULTILINE)
_FENCE: Final = re.compile(r" {0,3}(`{3,}|~{3,})")
_NOTE: Final = re.compile(r"\\?\[\^[^\]\s]{1,40}\]:\s*")
_NOTE_LINE: Final = re.compile(r"^( {0,3}\[\^[^\]\s]{1,40}\]:)", re.MULTILINE)
_NOTE_MARK: Final = re.compile(r"\[\^[^\]\s]{1,40}\]")
_NOTE_INLINE: Final = re.compile(r"\^\[([^\[\]\n]{1,500})\]")
_DEFINED: Final = re.compile(r"^ {0,3}\[([^\[\]^\n]{1,200})\]:[ \t]*\S", re.MULTILINE)
_UNSEEN: Final = pattern_of(__file__, "markdown_unseen", "forms.yaml")
"""Lines that arrange pages, and what note programs hide."""
_RAISED: Final = re.compile(r"(?<=[\w)])\^([+\-−]?[\dn]{1,4})\^")
_SUP: Final = re.compile(
    r"<sup>(?P<said>[^<>\[\]\n]{1,20})</sup>(?:(?:[/∕]<sub>|(?:⁄|&frasl;)(?:<sub>)?)(?P<below>\d{1,3})(?:</sub>)?)?"
)
_PICTURE: Final = re.compile(r"(?<!\[)!\[[^\w\[\]\n]{0,40}\w[^\[\]\n]{0,300}\][(\[]")
"""A picture that is described; one in a link shows what the link is."""
_SMALL: Final = str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ", "abcdefghijklmnopqrstuvwxyz")
_STRUCK: Final = re.compile(r"<(/?)(?:del|s|strike)\b", re.IGNORECASE)
_EDGE: Final = pattern_of(__file__, "markdown_edge", "forms.yaml")
_HEAD: Final = re.compile(r"<h([1-6])(?:\s[^<>]{0,500})?>", re.IGNORECASE)
_TAG: Final = re.compile(r"</?[A-Za-z][^<>]{0,500}>")
_MARKS: Final = re.compile(r"[*_`~]{1,3}|!?\[|\]\([^)\s]{0,500}\)|\]")


def read_markdown(name: str, text: str) -> Draft:
    """The chapters of a Markdown text."""
    parser = MarkdownIt("commonmark").enable("table").enable("strikethrough").disable("inline")
    inner = MarkdownIt("commonmark").enable("strikethrough")
    patience = Patience(name, per_second=150_000)
    text = text.lstrip("\ufeff")
    properties, text = _properties(text)
    text = _UNSEEN.sub(r"\g<kept>", without(text, "<!--", "-->"))
    links = {"references": {normalizeReference(one[1]): {"href": "", "title": ""} for one in _DEFINED.finditer(text)}}
    blocks: list[Block] = []
    left: Counter[str] = Counter()
    heads = size = 0
    for stretch in _stretches(text):
        if len(stretch) > MAX_LINE:
            too_large(name, "one of its paragraphs is longer than a book", "其中一段比整本书还长")
        before = len(blocks)
        blocks.extend(_blocks(parser, inner, stretch, patience, links, left))
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
        while blocks and not blocks[0].text:
            del blocks[0]
        page = take_title(blocks)  # below it: *by Orla Finch*, 作者：林小满
        draft.title, draft.author, draft.metadata = page.title, page.author, page.metadata
        add_pieces(draft, by_headings(blocks), Package(draft.title))
    draft.warnings += [notice(what, count) for what, count in left.items() if count]
    draft.title = properties.pop("title", "") or draft.title
    draft.author = properties.pop("author", "") or draft.author
    draft.language = {"zh": "zh", "en": "en"}.get(properties.pop("language", "")[:2].casefold(), "")
    draft.metadata |= properties
    return draft


def _properties(text: str) -> tuple[dict[str, str], str]:
    """What stands between ``---`` at the beginning, and the rest."""
    if match := re.match(r"%[ \t]*(?P<title>[^\n]+)\n(?:%[ \t]*(?P<author>[^\n]*)\n)?(?:%[^\n]*\n)?", text):
        return {key: value.strip() for key, value in match.groupdict("").items()}, text[match.end() :]
    match = pattern_of(__file__, "markdown_front", "forms.yaml").match(text)
    if not match:
        return {}, text
    found = {}
    for line in (match[1] or match[2] or "").split("\n"):
        key, colon, value = line.partition("=" if match[2] else ":")
        key = key.strip().casefold()
        key = "language" if key in ("lang", "locale", "languagecode") else key
        if colon and key in ("title", "author", "date", "description", "publisher", "translator", "series", "language"):
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


def _blocks(
    parser: MarkdownIt, inner: MarkdownIt, text: str, patience: Patience, links: dict[str, Any], left: Counter[str]
) -> Iterator[Block]:
    """The paragraphs of ``text``; ``left`` counts what is left out of them."""
    if not _SPECIAL.search(text) or any(len(line) > 4 * _LONGEST for line in text.split("\n")):
        for part in re.split(r"\n[ \t]*\n", text):
            patience.check()
            whole = _unwrapped(_MARKS.sub("", part).split("\n"))
            patience.earn(len(whole))
            if whole:
                yield Block(whole)
        return
    level = 0
    row: list[str] | None = None
    rows: list[list[str]] = []
    counts: list[int | None] = []  # of the lists around a place: the next number, where they have one
    label = ""
    table = ScriptTable()
    # CommonMark would take a note for the definition of a link.
    for token in parser.parse(_NOTE_LINE.sub(r"\\\1", text), links):
        if token.type == "heading_open":
            level = int(token.tag[1])
        elif token.type == "heading_close":
            level = 0
        elif token.type == "hr":
            yield Block("")
        elif token.type in ("fence", "code_block"):
            left["code"] += is_speakable(token.content)
        elif token.type in ("ordered_list_open", "bullet_list_open"):
            counts.append(int(token.attrGet("start") or 1) if token.type[0] == "o" else None)
        elif token.type in ("ordered_list_close", "bullet_list_close"):
            counts.pop()
        elif token.type == "list_item_open":
            count = counts[-1]
            label = "" if count is None else f"{count}{token.markup} "
            counts[-1] = None if count is None else count + 1
        elif token.type == "table_open":
            table = ScriptTable()
        elif token.type == "tr_open":
            row = []
        elif token.type == "tr_close" and row is not None:
            said = table.said(row)
            rows += [row] if said is None else []
            yield from (Block(line) for line in said or () if line)
            row = None
        elif token.type == "table_close":
            yield from (Block(line) for line in rows_said(rows) if line)
            rows = []
        elif token.type == "html_block":
            patience.check()
            own = 0
            for line in _EDGE.sub("\n", _HEAD.sub("\n\0\\1", _SUP.sub(_above, _without_unread(token.content)))).split(
                "\n"
            ):
                own = int(line[1]) if line[:1] == "\0" else own
                plain = clean(html.unescape(_TAG.sub("", line.removeprefix(f"\0{own}")))).strip()
                patience.earn(len(plain))
                if plain:
                    yield Block(plain, own)
                    own = 0
        elif token.type == "inline":
            patience.check()
            note = _NOTE.match(token.content)
            content = token.content[note.end() :] if note else token.content
            left["pictures"] += len(_PICTURE.findall(content))
            plain = _plain(inner, _NOTE_INLINE.sub("", content), links)
            patience.earn(len(plain))
            if row is not None:
                row.append(plain.replace("\n", " "))
            elif plain:
                plain, label = f"{'' if level or note else label}{plain}", ""
                yield Block(plain.replace("\n", " ") if level else plain, level, note=note is not None)
            for one in _NOTE_INLINE.finditer(content):
                yield Block(_plain(inner, one[1], links), note=True)


def _without_unread(content: str) -> str:
    """HTML without the elements that nobody reads aloud; of a kind that is not closed once, none is looked for."""
    kept: list[str] = []
    small = content.translate(_SMALL)
    at, open_ones = 0, set()
    for match in pattern_of(__file__, "markdown_unread", "forms.yaml").finditer(content):
        tag = match[1].lower()
        if match.start() < at or tag in open_ones:
            continue
        end = small.find(f"</{tag}>", match.end())
        if end < 0:
            open_ones.add(tag)
            continue
        kept.append(content[at : match.start()])
        at = end + len(tag) + 3
    return "".join((*kept, content[at:]))


def _plain(inner: MarkdownIt, content: str, links: dict[str, Any]) -> str:
    content = _NOTE_MARK.sub("", content)
    for pattern, kept in tables_beside(__file__, "patterns.yaml")["extras"]:
        content = re.sub(pattern, kept, content)
    content = _RAISED.sub(lambda power: superscript("m", power[1]), content)
    content = _SUP.sub(_above, content)
    if len(content) > _LONGEST:
        lines = _MARKS.sub("", content).split("\n")
    elif not _INLINE.search(content):
        lines = content.split("\n")
    else:
        lines = _read(inner.parseInline(content, links)[0].children or ())
    return _unwrapped(lines)


def _above(match: re.Match[str]) -> str:
    """What is raised: a power, the sign of a note, the top of a fraction."""
    before = match.string[max(0, match.start() - 20) : match.start()]
    if match["below"] and match["said"].isdecimal():
        return f"{' ' * before[-1:].isdigit()}{match['said']}/{match['below']}"
    return superscript(before, match["said"]) + match[0].partition("</sup>")[2]


def _unwrapped(lines: Sequence[str]) -> str:
    """The lines of a paragraph that its writer wants, whose source may be broken at a width."""
    whole = [""]
    wrapped = is_wrapped([line.strip() for line in lines if line != "\n"])
    for line in lines:
        if line == "\n":
            whole.append("")
        elif line.startswith(": "):  # the definition of a term
            whole.append(clean(line[2:]).strip())
        elif wrapped:
            whole[-1] = joined(whole[-1], clean(line).strip())
        else:
            whole.append(clean(line).strip())
    return "\n".join(line for line in whole if line)


def _read(tokens: Sequence[Token]) -> list[str]:
    """The lines of a paragraph; a newline by itself is one that the writer wants."""
    lines = [""]
    struck = 0
    for token in tokens:
        struck += (token.type == "s_open") - (token.type == "s_close")
        if token.type == "html_inline" and (mark := _STRUCK.match(token.content)):
            struck = max(0, struck + (-1 if mark[1] else 1))
        if struck:
            continue
        if token.type in ("text", "code_inline"):
            lines[-1] += token.content
        elif token.type == "softbreak":
            lines.append("")
        elif token.type == "hardbreak":
            lines += ["\n", ""]
    return lines
