"""A document of HTML, or a saved page of the web: its text, cut at its headings, and what stands around it."""

from __future__ import annotations

from functools import partial
from typing import Final

from indextts.books.model import Chapter
from indextts.books.reading.blocks import ASIDE, BESIDE, CONTENT, CONTENT_PERHAPS, Block, Blocks
from indextts.books.reading.draft import Draft
from indextts.books.reading.epub import add_around, by_headings, key_of, without_licence
from indextts.books.reading.headings import heading
from indextts.books.reading.limits import Patience
from indextts.books.reading.package import Package
from indextts.books.reading.ruby import plain
from indextts.books.reading.running import SITE
from indextts.books.reading.tidy import as_text, is_chinese
from indextts.books.reading.title_page import from_name
from indextts.books.reading.xml import walk
from indextts.platform.tables import pattern_of

_LEAST_CONTENT: Final = 100
"""Characters of the element that holds the text of a page of the web, if it is not most of the page."""


def read_html(name: str, data: bytes) -> Draft:
    """One HTML document: chapters at its headings."""
    patience = Patience(name)
    is_html = not data[:99].lstrip().startswith(b"<?xml")
    document = walk(name, data, partial(Blocks, name, patience.earn, website=True), patience, html=is_html)
    document.close()
    tops = {key_of(block.text) for block in document.blocks if block.level == 1}
    title, *behind = pattern_of(__file__, "epub_site_apart", "forms.yaml").split(document.title.strip())
    if heading(document.title) or (behind and heading(title)):
        title = next((one for one in behind if not SITE.search(one)), "")  # the book's name, and that of the site
    elif key_of(title) not in tops:
        title = from_name(title)[0] if behind and title.startswith("《") else document.title
    draft = Draft(title, author=document.author)
    found, around = _content(document.blocks, draft)
    before, blocks, after = without_licence(found, draft)
    pieces = by_headings(blocks)
    draft.title = draft.title or (pieces[0].title if len(pieces) == 1 else document.title)
    add_around(draft, before, pieces, after, Package(draft.title))
    beside = plain(as_text(block.text for block in around))
    draft.add(Chapter("网页的其他文字" if is_chinese(beside) else "Around the text", beside, "back", on=False))
    return draft


def _content(blocks: list[Block], draft: Draft) -> tuple[list[Block], list[Block]]:
    """The text of a page of the web and what stands around it, where an element of a known name holds the text.

    The headings above it stay; of several chapters the first of them is the book's title.
    """
    everything = blocks
    blocks = [block for block in blocks if BESIDE not in block.types]
    if sum(len(block.text) for block in blocks) * 2 < sum(len(block.text) for block in everything):
        blocks = everything
    beside = [block for block in everything if BESIDE in block.types] if blocks is not everything else []
    kind = CONTENT if any(CONTENT in block.types for block in blocks) else CONTENT_PERHAPS
    inner = [block for block in blocks if kind in block.types and (block.level or ASIDE not in block.types)]
    first = next((at for at, block in enumerate(blocks) if kind in block.types), 0)
    held, whole = (sum(len(block.text) for block in some if not block.level) for some in (inner, blocks))
    if ((held < _LEAST_CONTENT or kind is CONTENT_PERHAPS) and held * 2 < whole) or not held:
        return blocks, beside
    above = [block for block in blocks[:first] if block.level == 1]
    if above and not (draft.title and heading(above[0].text)):
        draft.title = above[0].text
    kept = {id(block) for block in (*inner, *([] if any(block.level for block in inner) else above))}
    return [block for block in blocks if id(block) in kept], [block for block in everything if id(block) not in kept]
