"""Which lines are headings because their numbers run on, and which are none because theirs do not."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from indextts.books.reading.headings import Heading

_APART: Final = re.compile(r"(?<=\S)(?:\s?[_|｜]\s?|\s?[-–—]\s?)(?=\S)")
"""What sites put between the name of a chapter, its book's, and their own."""
SITE: Final = re.compile("(?:小说|文学|中文|阅读|书)(?:网|城|阁|屋|院|吧|馆)|笔趣阁|最新章节|免费阅读|全文阅读|无弹窗")
_GAP: Final = 3  # A number may come this much after the one before it: chapters are lost, or locked


def running_on(heads: Mapping[int, Heading]) -> dict[int, Heading]:
    """Of the ``heads`` found by their lines, those that the numbers around them confirm or do not contradict.

    A line that is a heading only perhaps needs a neighbour from which its number runs on. One that looks like a
    heading is none where it interrupts a count (第4节 in the middle of 第1章 and 第2章, or 第四十章 between 三 and 四).
    """
    befores = Counter(head.before for head in heads.values() if head.before)
    units: dict[str, list[int]] = {}
    for at, head in heads.items():
        if head.number and head.unit and (not head.before or befores[head.before] > 1 or _is_volume(head.before)):
            units.setdefault(head.unit, []).append(at)
    found = {at for at, head in heads.items() if head.sure and not (head.number and head.unit)}
    counted = {unit: kept for unit, places in units.items() if (kept := _counted(places, heads))}
    certain = {
        unit for unit, places in counted.items() if sum(heads[at].sure and heads[at].level > 1 for at in places) > 1
    }
    if certain:
        # Days and letters within chapters are no chapters.
        counted = {unit: places for unit, places in counted.items() if any(heads[at].sure for at in places)}
    most = max(map(len, counted.values()), default=0)
    for places in counted.values():
        # A count of one beside a count that runs on is a word of the text, unless it is a volume.
        if len(places) > 1 or most < 2 or heads[places[0]].level == 1 or heads[places[0]].number == 1:
            found.update(places)
    return _with_volumes({at: head for at, head in heads.items() if at in found})


def name_before(heads: Mapping[int, Heading]) -> str:
    """The book's name, where all headings of chapters begin with it."""
    names = {head.before for head in heads.values() if head.unit}
    name = names.pop() if len(names) == 1 else ""
    return "" if not name or _is_volume(name) else name


def without_tail(heads: Mapping[int, Heading]) -> tuple[dict[int, Heading], str]:
    """The headings without the book's and the site's name, with which most of them end, and the book's name."""
    titles = [head.title for head in heads.values() if head.unit]
    tails = Counter(title[one.start() :] for title in titles for one in _APART.finditer(title))
    common = [tail for tail, count in tails.items() if count * 2 >= len(titles) and (count > 1 or SITE.search(tail))]
    # One dash alone stands in many names.
    sure = (one for one in common if len(_APART.findall(f"x{one}")) > 1 or re.search("[_|｜]", one))
    tail = max(sure, key=len, default="")
    cut = {at: replace(head, title=head.title.removesuffix(tail)) for at, head in heads.items()}
    return cut, _APART.split(f"x{tail}")[1] if tail else ""


def _counted(places: list[int], heads: Mapping[int, Heading]) -> list[int]:
    """The headings of one unit that belong to its count."""
    kept: list[int] = []
    for index, at in enumerate(places):
        number = heads[at].number
        last = heads[kept[-1]].number if kept else None
        next_ = heads[places[index + 1]].number if index + 1 < len(places) else None
        follows = last is not None and 0 <= number - last <= _GAP
        leads = next_ is not None and 0 <= next_ - number <= _GAP
        interrupts = last is not None and next_ is not None and next_ - last == 1 and not follows
        if (heads[at].sure and not interrupts) or (not heads[at].sure and (follows or leads)):
            kept.append(at)
    return kept


def _is_volume(before: str) -> bool:
    return before[0] in "第卷" or before[-1] in "卷部篇集册"


def _with_volumes(heads: dict[int, Heading]) -> dict[int, Heading]:
    """The headings, each volume's name above the first of its chapters; the book's own name above none."""
    names = {head.before for head in heads.values() if head.before}
    last = ""
    for at, head in heads.items():
        if len(names) > 1 and head.before and head.before != last:
            heads[at] = replace(head, title=f"{head.before} {head.title}")
        last = head.before or last
    return heads
