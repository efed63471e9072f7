"""Which lines are headings because their numbers run on, and which are none because theirs do not."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Final

from indextts.books.reading.headings import Heading, numbered
from indextts.books.reading.paragraphs import Paragraph
from indextts.platform.tables import pattern_of

_APART: Final = re.compile(r"(?<=\S)(?:\s?[_|｜]\s?|\s?[-–—]\s?)(?=\S)")
"""What sites put between the name of a chapter, its book's, and their own."""
SITE: Final = re.compile("(?:小说|文学|中文|阅读|书)(?:网|城|阁|屋|院|吧|馆)|笔趣阁|最新章节|免费阅读|全文阅读|无弹窗")
_LEAST_BETWEEN: Final = 60  # characters between two headings that are nothing but numbers
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


def counting(found: Sequence[Paragraph], parts: Collection[int] = ()) -> dict[int, Heading]:
    """Headings that are numbers, which count on from one, with text between them; in each of the ``parts``, maybe anew.

    A contents page may count in another form (``I. ICE 1`` above ``I``), and in the same.
    """
    counts: dict[str, dict[int, Heading]] = {}
    rule = pattern_of(__file__, "notes_rule", "forms.yaml")  # between points of a list are no notes
    noted = [at for at, one in enumerate(found) if rule.fullmatch(one.text)]
    for at, one in enumerate(found[:-1]):
        head = numbered(one.text)
        if not head:
            continue
        form = _form(head, one.text)
        heads = counts.setdefault(form, {})
        begins = bool(heads) and any(max(heads) < part < at for part in parts)
        if head.number == 1 and len(heads) == 1 and not begins:
            heads.clear()
        told = _is_told(found[max(heads, default=at) : at], head)
        told = told or any(max(heads, default=at) < one < at for one in noted)
        follows = head.number == (heads[max(heads)].number if heads else 0) + 1
        if (follows or (begins and head.number == 1)) and (not heads or told):
            heads[at] = head
    heads = max(counts.values(), key=len, default={})
    # Two points of a list are no chapters.
    text = sum(len(one.text) for one in found)
    many = text > 150 * len(heads) or all(one.bare for one in heads.values())
    return heads if len(heads) > 1 and (many or any(min(heads) < one < max(heads) for one in noted)) else {}


def _form(head: Heading, line: str) -> str:
    """How a heading that is a number writes it: with which digits, and what is around them."""
    return head.unit or re.sub(r"[0-9一二三四五六七八九十百壹贰貳叁參肆伍陆陸柒捌玖拾IVXLC]+", "1", line[:8])[:2]


def _is_told(between: Sequence[Paragraph], head: Heading) -> bool:
    """Whether enough stands above a ``head`` that is a number for a chapter; poems and books for children have less."""
    enough = sum(len(one.text) for one in between) >= _LEAST_BETWEEN
    return enough or (head.bare and any(one.is_sentence for one in between))


def going_on(found: Sequence[Paragraph], heads: Mapping[int, Heading]) -> dict[int, Heading]:
    """Numbers alone that fill a gap in the count of the chapters, or go on from the last: 第三章, then ``4、旧信``.

    Each stands as far from the next as a chapter does, and no other number of their form is among them.
    """
    places = [at for at, head in sorted(heads.items()) if head.number and head.unit and head.level > 1]
    more: dict[int, Heading] = {}
    for at, below in pairwise([*places, 0] if len(places) > 1 else ()):
        since = heads[at].number
        missing = heads[below].number - since - 1 if below else 0
        if missing <= 0 and below:
            continue
        end = below or min((one for one in heads if one > at), default=len(found))
        forms: dict[str, dict[int, Heading]] = {}
        for place in range(at + 1, end):
            if (head := numbered(found[place].text)) and place not in heads:
                forms.setdefault(_form(head, found[place].text), {})[place] = head
        for form, own in forms.items():
            runs = [head.number for head in own.values()] == [*range(since + 1, since + 1 + (missing or len(own)))]
            texts = [(found[one + 1 : after], own.get(after)) for one, after in pairwise([at, *own, end])]
            # What closes a gap is hardly a list; the points of one that chapters have in turn begin above.
            if below:
                told = all(any(one.is_sentence for one in text) for text, _ in texts)
            else:
                told = len(own) > 1 and all(_is_told(text, head) for text, head in texts if head)
                told = told and not any(
                    (head := numbered(one.text)) and _form(head, one.text) == form for one in found[:at]
                )
            if runs and told:
                more |= {place: replace(head, level=heads[at].level) for place, head in own.items()}
    return more


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
