"""Documents in which no heading is marked: lines tell their chapters, as in a text file, or how lines look."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Final

from indextts.books.reading.blocks import BOLD, CENTRED, CLASSED, Block
from indextts.books.reading.draft import Draft
from indextts.books.reading.headings import heading, stands_alone
from indextts.books.reading.paragraphs import ENDS, broken_at
from indextts.books.reading.plain import read_plain
from indextts.books.reading.ruby import plain, unmarked
from indextts.books.reading.tidy import is_speakable, is_wide, joined, key_of

_ENDS: Final = frozenset('.,;:!?。，；：！？…”"')  # of lines that name nothing
_SHORT: Final = 40
_FEWEST: Final = 3
_FULL: Final = 0.6  # share of the width from which on a line may go on


def told_by_lines(name: str, blocks: Sequence[Block], listed: Iterable[str] = ()) -> Draft | None:
    """The book that is in ``blocks``, if lines tell its chapters, and all that its contents have ``listed``."""
    if any(block.level or block.marks for block in blocks):
        return None
    firsts = {block.file: block.text for block in reversed(blocks) if block.text}
    begin = sum((head := heading(first)) is not None and bool(head.unit) for first in firsts.values())
    lines = [line for block in blocks if not block.note for line in ("", *block.text.split("\n"))]
    draft = read_plain(name, lines)
    heads = "\n".join(key_of(one.title) for one in draft.chapters)
    said = sum(one.kind == "body" and bool(one.title) for one in draft.chapters)
    is_told = said > 1 and (said * 2 >= len(firsts) or begin > 1)
    if not is_told or not all(key_of(one) in heads for one in listed):
        return None
    draft.chapters = [unmarked(one.changed(title=plain(one.title))) for one in draft.chapters]
    draft.add_notes([block.text for block in blocks if block.note])
    return draft


def unwrapped(blocks: Sequence[Block]) -> list[Block]:
    """The ``blocks``, of which those that are lines of one paragraph are one, where a program made each line one."""
    told = [block.text for block in blocks if block.text and not block.level]
    width = broken_at(told)
    goes_on = sum(below[0].islower() or (is_wide(one[-1]) and one[-1].isalnum()) for one, below in pairwise(told))
    if not width or goes_on * 3 < len(told) or any("\n" in one for one in told):
        return list(blocks)
    found: list[Block] = []
    last = ""
    for block in blocks:
        is_full = bool(last) and (last[-1] not in ENDS or len(last) + 1 + len(block.text.split(" ")[0]) > width)
        may = bool(found) and (found[-1].file, found[-1].level, found[-1].note) == (block.file, 0, block.note)
        may = may and is_full and len(last) > width * _FULL and not (block.level or block.ids)
        if may and block.text and not stands_alone(block.text) and not stands_alone(last):
            found[-1].text = joined(found[-1].text, block.text)
        else:
            found.append(block)
        last = block.text
    return found


def told_by_look(blocks: Sequence[Block]) -> bool:
    """Whether short lines that are called so, bold or centred, with others between, are headings; they become that."""
    least = max(_FEWEST, len({block.file for block in blocks}) // 2)
    for look in (CLASSED, BOLD, CENTRED):
        heads = [
            block
            for block, below in pairwise(blocks)
            if look in block.types
            and look not in below.types
            and len(block.text) <= _SHORT
            and is_speakable(block.text)
        ]
        if len(heads) >= least and all(one.text[-1] not in _ENDS for one in heads):
            for block in heads:
                block.level = 1
            return True
    return False
