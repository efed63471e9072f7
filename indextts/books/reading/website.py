"""A document of HTML, or a saved page of the web: its text, cut at its headings, and what stands around it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from itertools import pairwise
from typing import Final

from indextts.books.model import Chapter
from indextts.books.reading.blocks import Block, Blocks
from indextts.books.reading.draft import Draft
from indextts.books.reading.epub import add_around, by_headings, without_licence
from indextts.books.reading.headings import heading
from indextts.books.reading.limits import Patience
from indextts.books.reading.package import Package
from indextts.books.reading.ruby import plain
from indextts.books.reading.running import SITE
from indextts.books.reading.surroundings import text_and_around
from indextts.books.reading.tidy import as_text, is_chinese, key_of
from indextts.books.reading.title_page import from_name, take_title
from indextts.books.reading.unheaded import told_by_lines, told_by_look
from indextts.books.reading.xml import walk
from indextts.platform.tables import members, pattern_of

_REFERENCES: Final = pattern_of(__file__, "references_head", "forms.yaml")


def read_html(name: str, data: bytes) -> Draft:
    """One HTML document: chapters at its headings."""
    patience = Patience(name)
    is_html = not data[:99].lstrip().startswith(b"<?xml")
    make = partial(Blocks, name, patience.earn, website=True, hidden={*members(__file__, "unread", "website.yaml")})
    document = walk(name, data, make, patience, html=is_html)
    document.close()
    found, around = text_and_around(document.blocks, document.author)
    listed = _references(found)
    sources = found[listed]
    del found[listed]
    tops = {key_of(block.text) for block in document.blocks if block.level}
    title, *behind = pattern_of(__file__, "epub_site_apart", "forms.yaml").split(document.title.strip())
    if heading(document.title) or (behind and heading(title)):
        title = next((one for one in behind if not SITE.search(one)), "")  # the book's name, and that of the site
    elif key_of(title) not in tops:
        title = from_name(title)[0] if behind and title.startswith("《") else document.title
    told = told_by_lines(name, found)
    if not told and not any(block.level for block in found):
        told_by_look(found)
    highest = [block.text for block in found if block.level == 1]
    page = take_title(found, least=2, is_signed=bool(document.author))
    draft = Draft(title, author="" if told else document.author or page.author)
    top = page.title or (highest[0] if len(highest) == 1 else "")
    if top and not (draft.title and heading(top)):
        draft.title = top
    if told:
        draft.take(told)
        draft.author = document.author or draft.author
    else:
        before, blocks, after = without_licence(found, draft)
        pieces = by_headings(blocks)
        draft.title = draft.title or (pieces[0].title if len(pieces) == 1 else document.title)
        add_around(draft, before, pieces, after, Package(draft.title))
    if sources:
        draft.add(Chapter(sources[0].text, plain(as_text(block.text for block in sources[1:])), "back", on=False))
    beside = plain(as_text(block.text for block in around))
    draft.add(Chapter("网页的其他文字" if is_chinese(beside) else "Around the text", beside, "back", on=False))
    return draft


def _references(blocks: Sequence[Block]) -> slice:
    """The list of what a page refers to, at its end or above a heading, with the line above it, heading or none."""
    size, so_far = sum(block.prose for block in blocks), 0
    for at, (block, below) in enumerate(pairwise(blocks)):
        so_far += block.prose
        listed = below.holder and below.holder.tag in ("li", "dd") and so_far * 2 > size
        if listed and _REFERENCES.fullmatch(block.text):
            return slice(at, next((end for end in range(at + 1, len(blocks)) if blocks[end].level), len(blocks)))
    return slice(0)
