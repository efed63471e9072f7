"""What stands around the text of a page of the web, and within it: menus, counters, words on buttons, other pages.

    text, around = text_and_around(document.blocks)

It is known by what its elements are called, by lines that are links, counters and words on buttons alone, and by where
the sentences are. No name makes furniture where all that have it hold much of the sentences, and none of a heading;
of a paragraph, a point or what holds but headings only a class that is nothing else: ``share``, not ``share-title``.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache, partial
from itertools import groupby, pairwise, takewhile
from typing import Final

from indextts.books.reading.blocks import Block, Element
from indextts.books.reading.tidy import key_of
from indextts.platform.tables import members, pattern_of

_FILE: Final = "website.yaml"
_of: Final = partial(pattern_of, __file__, file=_FILE)
_SENTENCE: Final = re.compile(r"[.!?。！？…][”’\"'」』）)\]\s]*$")
_LONG: Final = 60  # bytes of a line that is prose without an end
_SAID: Final = 0.3  # share of all the text from which on it is told by its sentences
_LINKS: Final = 0.7  # share of a line, or of an element, that leads to other pages
_PART: Final = 0.4  # share of the sentences that an element beside the text may hold …
_ENOUGH: Final = 200  # … unless it holds readers' words, and so much stands elsewhere
_MAIN, _LEAST = 0.9, 0.1  # share of the sentences in the text's element, and of those below which it is not the text
_WORDS: Final = 3  # paragraphs in a row that are words on buttons
_LINES: Final = ("p", "li", "blockquote", "pre")
_WITH: Final = re.compile(
    r"(?<![a-z])(?:with(?:out)?|has|no(?!-print)|hides?|shows?)(?=[^a-z\s])\S*|(?:elementor|siteorigin)-widget"
)
_LINE, _NAME = 200, 30  # characters of a line of counters, and of who wrote something
_HOLDERS: Final = ("article", "body", "div", "form", "main", "section", "td")
_APART: Final = re.compile(r"[\s|/·•∙・>»›<«‹←→,，、:：()（）\[\]【】+#@~=*–—-]*")


def text_and_around(blocks: Sequence[Block], author: str = "") -> tuple[list[Block], list[Block]]:
    """The blocks of the text, and the others: also what names the ``author`` above its first sentence."""
    whole = _weigh(blocks)
    elements = _elements(blocks)
    counts = [
        (len(block.text), block.linked, block.links, block.prose, 0 if block.level else len(block.text))
        for block in blocks
    ]
    sums = [_sums(blocks, elements, values) for values in zip(*counts, strict=True)]
    beside: set[Element | None] = set()
    named = {one: _called(one, exactly=one.tag in _LINES or not sums[4][one]) for one in elements}
    within: dict[Element | None, frozenset[str]] = {None: frozenset()}
    called: dict[str, int] = defaultdict(int)  # how much all elements say that one word calls so
    for one in elements:
        within[one] = within[one.upper] | named[one]
        for word in named[one] - within[one.upper]:
            called[word] += sums[3][one]
    for one in elements:
        own = {word: called[word] for word in named[one]}
        if one.upper in beside or (
            one.upper and _is_beside(one, one.upper, [held[one] for held in sums[:4]], whole, own)
        ):
            beside.add(one)
    for block in blocks:
        block.out = block.holder in beside
    _leave_out_lines(blocks, author)
    _leave_out_around(blocks, elements)
    below, is_empty = 0, False
    for block in reversed(blocks):
        if is_empty and not block.out and block.level > 1 and below <= block.level:
            block.out = True  # a heading above nothing but that
        below, is_empty = (below, True) if block.out else (block.level or 9, False)
    kept = [block for block in blocks if not block.out]
    if not kept or sum(block.prose for block in kept) < _LEAST * whole:
        return list(blocks), []
    return kept, [block for block in blocks if block.out]


def _weigh(blocks: Sequence[Block]) -> int:
    """Find how much prose each block is, and all are; titles, and the names of those who wrote something, are some."""
    plain = [block for block in blocks if not block.level and 2 * block.linked <= len(block.text)]
    for block in blocks:
        block.prose = len(block.text.encode())  # a Chinese character says as much as three letters
    some = [block for block in plain if block.prose >= _LONG or _SENTENCE.search(block.text)]
    is_verse = sum(block.prose for block in some) < _SAID * sum(block.prose for block in plain)
    told = {id(block) for block in (plain if is_verse else some)}
    for block in blocks:
        names = f"{block.holder.names} {block.holder.place}" if block.holder and len(block.text) <= _NAME else ""
        if not (block.level == 1 or id(block) in told or _says(names, "authors")):
            block.prose = 0
    return sum(block.prose for block in blocks)


def _elements(blocks: Sequence[Block]) -> list[Element]:
    """The elements that hold the blocks, outer ones first."""
    found: dict[Element, None] = {}
    before = ""
    for block in blocks:
        own = block.holder
        while own and own not in found:
            found[own], own.first, own.before = None, " ".join(block.text[:_LINE].split()), before
            own = own.upper
        before = block.text[-1:]
    return sorted(found, key=lambda one: one.depth)


def _sums(blocks: Sequence[Block], elements: Sequence[Element], values: Iterable[int]) -> dict[Element | None, int]:
    """What is counted of the blocks in each element, and in all."""
    sums: dict[Element | None, int] = defaultdict(int)
    for block, value in zip(blocks, values, strict=True):
        sums[block.holder] += value
    for one in reversed(elements):
        sums[one.upper] += sums[one]
    return sums


def _called(one: Element, *, exactly: bool) -> frozenset[str]:
    """What the names of an element say that stands beside the text: any word of them, or only those that are all."""
    if one.tag == "body" or one.tag[1:].isdigit():
        return frozenset()
    # Programs name a section, or its heading, by what the heading says.
    is_named = "section" in (one.tag, *one.names.split()) and key_of(one.first) == key_of(one.place)
    words = _says(one.names if is_named else f"{one.names} {one.place}", "beside")
    names = one.names.lower().split()
    return words & {*names, *map("={}".format, names)} if exactly else words


def _is_beside(one: Element, upper: Element, held: Sequence[int], whole: int, called: Mapping[str, int]) -> bool:
    """Whether an element is no part of the text: by its names, its heading, or as it leads away from the page."""
    size, linked, links, prose = held
    outer = one.tag == "nav" or (one.tag in ("footer", "aside") and (links > 0 or upper.tag == "body"))
    told = _of("leads_away").fullmatch(one.first) or pattern_of(__file__, "of_archive").match(one.first)
    if one.tag != "body" and (outer or told or called):
        least = prose if outer or told else min(called.values())
        others = whole - min(
            (called[word] for word in called.keys() & members(__file__, "readers", _FILE)), default=whole
        )
        return least <= _PART * whole or others >= _ENOUGH
    is_announced = one.before in (":", "：")
    return links > 1 and linked >= _LINKS * size and not (prose or is_announced or one.tag == "body")


@lru_cache(2000)
def _says(names: str, table: str) -> frozenset[str]:
    """The words of the table, or two, that the class, the id or the role of an element has.

    What it is with or without says nothing of itself: ``anchorWithStickyNavbar``, ``no-sidebar``.
    """
    told = _WITH.sub("", re.sub(r"(?<=[a-z])(?=[A-Z])", "-", names).lower())
    parts = [one for one in re.split(r"[^a-z]+", told) if one]
    pairs = [sign.join(two) for two in pairwise(parts) for sign in ("-", "")]
    return members(__file__, table, _FILE) & {*parts, *pairs, *map("={}".format, names.split())}


def _leave_out_lines(blocks: Sequence[Block], author: str) -> None:
    """Lines of links, and of counters and words on buttons; a single such word only where it is no paragraph."""
    kinds = [0 if block.out else _furniture(block) for block in blocks]
    for block in takewhile(lambda one: one.out or one.level or not _SENTENCE.search(one.text), blocks):
        if author and (block.by or not block.level):
            rest = _of("by").sub(" ", block.text.replace(author, " 1 view ")) if author in block.text else block.text
            block.out = block.out or block.by or _furniture(Block(rest, holder=block.holder)) is not None
    for is_line, run in groupby(zip(blocks, kinds, strict=True), key=lambda one: one[1] is not None):
        line = list(run)
        said = [kind or 0 for _, kind in line]
        for block, _ in line if is_line and (max(said) > 1 or sum(said) >= _WORDS) else ():
            block.out = True


def _furniture(block: Block) -> int | None:
    """2 for a line that counts, or of several words on buttons, 1 for one such word, 0 for a date or a number alone."""
    said = " ".join(block.text.split())
    tag = block.holder.tag if block.holder else ""
    is_link = 2 * block.linked > len(said)
    if block.level or not 0 < len(said) <= _LINE or _SENTENCE.search(said) or (tag in ("td", "th") and not is_link):
        return None
    if block.links > 1 and block.linked >= _LINKS * len(said):
        return 2
    rest, counted = _of("furniture").subn(" ", said)
    rest, words = _of("buttons").subn(" ", rest)
    rest, dated = _of("neutral").subn(" ", rest)
    if not _APART.fullmatch(rest):  # a name, perhaps, beside counts, or a count and a date
        return 2 if counted and counted + dated > 1 and sum(map(str.isalnum, rest)) <= _NAME else None
    if counted or words > 1 or (words and (is_link or tag not in _LINES)):
        return 2
    return words if words or tag not in _LINES else None


def _leave_out_around(blocks: Sequence[Block], elements: Sequence[Element]) -> None:
    """What stands above and below the innermost element that holds nearly all the prose, behind other furniture."""
    kept = _sums(blocks, elements, (0 if block.out else block.prose for block in blocks))
    holders = (one for one in reversed(elements) if one.tag in _HOLDERS)
    main = next((one for one in holders if kept[one] >= _MAIN * kept[None]), None)
    inner = {main}
    for one in elements:
        if one.upper and one.upper in inner:
            inner.add(one)
    places = [at for at, block in enumerate(blocks) if block.holder in inner and not block.out]
    if not main or not places:
        return
    start, end = places[0], places[-1]
    is_site = any(block.out for block in blocks)
    titles = [at for at, block in enumerate(blocks) if block.level == 1 and not block.out]
    if is_site and len(titles) == 1 and titles[0] <= start:
        start = titles[0]
    while start and not blocks[start - 1].out and not (is_site and blocks[start].level == 1):
        start -= 1
    while end + 1 < len(blocks) and not blocks[end + 1].out and (blocks[end + 1].prose or not is_site):
        end += 1
    for block in (*blocks[:start], *blocks[end + 1 :]):
        block.out = True
