"""What stands around the text of a page of the web, and in the middle of it: menus, counters, words on buttons, ways to
other pages.

    text, around = text_and_around(document.blocks)

It is known by what its elements are called, by lines that are links, counters and words on buttons alone, and by where
the sentences are. No name makes furniture of an element that holds much of the sentences.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from functools import lru_cache, partial
from itertools import groupby, pairwise
from typing import Final

from indextts.books.reading.blocks import Block, Element
from indextts.platform.tables import members, pattern_of

_FILE: Final = "website.yaml"
_of: Final = partial(pattern_of, __file__, file=_FILE)
_SENTENCE: Final = re.compile(r"[.!?。！？…][”’\"'」』）)\]\s]*$")
_LONG: Final = 60  # characters of a line that is prose without an end
_SAID: Final = 0.3  # share of all the text from which on it is told by its sentences
_LINKS: Final = 0.7
_PART: Final = 0.4
"""Share of the sentences that an element beside the text may hold …"""
_ENOUGH: Final = 200  # … unless it holds readers' words, and so many characters stand elsewhere
_MAIN: Final = 0.9
_WORDS: Final = 3
_NAME: Final = 30
_LINE: Final = 200  # characters of the longest line of counters
_LEAST: Final = 0.1  # share of the sentences below which what is left cannot be the text
_WHOLE: Final = ("html", "body")
_PARAGRAPHS: Final = ("p", "li", "blockquote", "pre")
_SECTIONS: Final = ("article", "aside", "blockquote", "main", "section")
_APART: Final = re.compile(r"[\s|/·•∙・>»›<«‹←→,，、:：()（）\[\]【】+#@~=*–—-]*")


def text_and_around(blocks: Sequence[Block]) -> tuple[list[Block], list[Block]]:
    """The blocks of the text, and the others."""
    elements, sizes = _weighed(blocks)
    whole = sum(sizes)
    beside: set[Element] = set()
    for one in elements:
        if one.upper in beside or (one.tag not in _WHOLE and _is_beside(one, whole)):
            beside.add(one)
    out = [block.holder in beside for block in blocks]
    _leave_out_lines(blocks, out)
    _leave_out_around(blocks, elements, sizes, out)
    for at in reversed(range(len(blocks))):  # a heading above nothing but that
        below = next((one for one in range(at + 1, len(blocks)) if not out[one] or blocks[one].level), len(blocks))
        if (
            blocks[at].level > 1
            and below > at + 1
            and (below == len(blocks) or 0 < blocks[below].level <= blocks[at].level)
        ):
            out[at] = True
    kept = [block for block, is_out in zip(blocks, out, strict=True) if not is_out]
    if sum(size for size, is_out in zip(sizes, out, strict=True) if not is_out) < _LEAST * whole or not kept:
        return list(blocks), []
    return kept, [block for block, is_out in zip(blocks, out, strict=True) if is_out]


def _weighed(blocks: Sequence[Block]) -> tuple[list[Element], list[int]]:
    """The elements that hold the blocks, outer ones first, and how much prose each block is; a title is some."""
    lengths = [len(block.text.encode()) for block in blocks]  # a Chinese character says as much as three letters
    plain = [
        0 if block.level or 2 * block.linked > len(block.text) else size
        for block, size in zip(blocks, lengths, strict=True)
    ]
    ends = [
        size if size >= _LONG or _SENTENCE.search(block.text) else 0 for block, size in zip(blocks, plain, strict=True)
    ]
    sizes = ends if sum(ends) >= _SAID * sum(plain) else plain  # verse has no full stops
    titles = zip(blocks, lengths, sizes, strict=True)
    sizes = [length if block.level == 1 else size for block, length, size in titles]
    found: dict[Element, None] = {}
    for block, size in zip(blocks, sizes, strict=True):
        own = block.holder
        if own:
            own.add(len(block.text), block.linked, block.links, size)
        while own and own not in found:
            found[own], own.first = None, block
            own = own.upper
    elements = sorted(found, key=lambda one: one.number)
    for one in reversed(elements):
        if one.upper:
            one.upper.add(one.size, one.linked, one.links, one.prose)
    return elements, sizes


def _is_beside(one: Element, whole: int) -> bool:
    """Whether an element is no part of the text: by its names, its heading, or as it leads away from the page."""
    first = one.first
    said = _names(one.names)
    outer = one.tag == "nav" or (
        one.tag in ("footer", "aside") and (one.links > 0 or not any(up.tag in _SECTIONS for up in one.above()))
    )
    if outer or said or (first and _of("leads_away").fullmatch(" ".join(first.text.split()))):
        return one.prose <= _PART * whole or (said > 1 and whole - one.prose >= _ENOUGH)
    return one.links > 1 and one.linked >= _LINKS * one.size and not one.prose


@lru_cache(2000)
def _names(names: str) -> int:
    """1 where the names of an element say that it stands beside the text, 2 where it holds readers' words."""
    parts = [one for one in re.split(r"[^a-z]+", re.sub(r"(?<=[a-z])(?=[A-Z])", "-", names).lower()) if one]
    said = {*parts, *map("-".join, pairwise(parts)), *(f"={one}" for one in names.split())}
    beside, readers = (members(__file__, name, _FILE) for name in ("beside", "readers"))
    return 0 if said.isdisjoint(beside) else 1 if said.isdisjoint(readers) else 2


def _leave_out_lines(blocks: Sequence[Block], out: list[bool]) -> None:
    """Lines of links, and of counters and words on buttons; a single such word only where it is no paragraph."""
    for is_line, run in groupby(range(len(blocks)), key=lambda at: out[at] or _furniture(blocks[at]) is not None):
        places = list(run)
        kinds = [0 if out[at] else _furniture(blocks[at]) or 0 for at in places] if is_line else []
        if is_line and (max(kinds) > 1 or sum(kinds) >= _WORDS):
            for at in places:
                out[at] = True


def _furniture(block: Block) -> int | None:
    """2 for a line that counts, or of several words on buttons, 1 for one such word, 0 for a date or a number alone."""
    said = " ".join(block.text.split())
    tag = block.holder.tag if block.holder else ""
    is_link = 2 * block.linked > len(said)
    if block.level or not said or len(said) > _LINE or (tag in ("td", "th") and not is_link):
        return None
    if block.links > 1 and block.linked >= _LINKS * len(said) and not _SENTENCE.search(said):
        return 2
    rest, counted = _of("furniture").subn(" ", said)
    rest, words = _of("buttons").subn(" ", rest)
    rest, dated = _of("neutral").subn(" ", rest)
    if not _APART.fullmatch(rest):  # a name, perhaps, beside a date and a count
        return 2 if counted and dated and len(rest.strip()) <= _NAME and not _SENTENCE.search(said) else None
    return 2 if counted or words > 1 or (words and (is_link or tag not in _PARAGRAPHS)) else words


def _leave_out_around(
    blocks: Sequence[Block], elements: Sequence[Element], sizes: Sequence[int], out: list[bool]
) -> None:
    """What stands above and below the innermost element that holds nearly all the prose, behind other furniture."""
    kept: dict[Element | None, int] = defaultdict(int)
    for block, size, is_out in zip(blocks, sizes, out, strict=True):
        kept[block.holder] += 0 if is_out else size
    for one in reversed(elements):
        kept[one.upper] += kept[one]
    main = next((one for one in reversed(elements) if kept[one] >= _MAIN * kept[None]), None)
    inner = {main}
    for one in elements:
        if one.upper in inner and one.upper:
            inner.add(one)
    places = [at for at, block in enumerate(blocks) if block.holder in inner and not out[at]]
    if not main or not places:
        return
    start, end = places[0], places[-1]
    titles = [at for at, block in enumerate(blocks) if block.level == 1 and not out[at]]
    if len(titles) == 1 and titles[0] <= start and any(out):
        start = titles[0]
    while start and not out[start - 1] and (not any(out) or start not in titles):
        start -= 1
    while end + 1 < len(blocks) and not out[end + 1]:
        end += 1
    for at in (*range(start), *range(end + 1, len(blocks))):
        out[at] = True
