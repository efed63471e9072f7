"""Lines of a text file put together to paragraphs, whether each is a line, or lines were broken at a width."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Container, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from itertools import pairwise
from typing import Final

from indextts.books.reading.adverts import is_put_in
from indextts.books.reading.headings import heading, stands_alone
from indextts.books.reading.tidy import is_scene, is_wide, joined, whole_words
from indextts.platform.tables import pattern_of

ENDS: Final = frozenset("。！？…”’」』】）》.!?\"':;：；)]—*")
_WIDTHS: Final = range(18, 101)  # characters at which lines are broken, if they are,
_LEAST_EN: Final = 30  # and those that are half as wide hardly below
_HANGING: Final = 3  # characters by which a line of Chinese may be shorter, since no line begins with a comma
_NEAR: Final = 0.9  # of their width that lines have at least where they were broken
_VERSE: Final = 60
SPEAKER: Final = pattern_of(__file__, "paragraphs_speaker", "forms.yaml")
_TURN: Final = pattern_of(__file__, "paragraphs_turn", "forms.yaml")  # … of printed plays as well
_TURNS: Final = 4
_EDGE: Final = 2  # lines at the top and at the bottom of a page among which headers and footers are looked for
_OFTEN: Final = 3
_FEW: Final = 5
_GOES_ON: Final = frozenset('.,;:!?。，；：！？…”"’-')
_DIGITS: Final = re.compile(r"\d+")
_ENTRY: Final = re.compile(r"[\s.…·](\d{1,3})$")
_LAST_NUMBER: Final = re.compile(r"\s\d+$")
_HYPHENED: Final = re.compile(r"[^\W\d_]-$")
_SHORT_HEAD: Final = 40
_LEAST_PAGE: Final = 9  # lines of a page
_TITLED: Final = 80  # characters above the first heading that tell title and writer
_SAID: Final = tuple("。！？，")  # what no head ends with
_SPACED: Final = 20  # lines of which one is empty, or farther in, where that parts paragraphs
_HEAD: Final = pattern_of(__file__, "paragraphs_head", "forms.yaml")
POINT: Final = re.compile(r"[（(]?[\d一二三四五六七八九十]{1,3}(?:[)）、]|[.．](?!\d))|[-–—·•●■◆○□※*]")

_MARK: Final = re.compile(
    r"(?P<sign>[-–—◆○□*+·|｜])(?=[^\W_]|\s|-)|(?P<open>[（(]?)(?P<count>\d{1,3}|[a-z])(?P<close>[)）、]|[.．](?!\d))"
    r"|(?P<emblem>\d\ufe0f?\u20e3|[•●■▪▸►©①-⒇☀-➿⬀-⯿\U0001f300-\U0001faff])"
)
"""What points of a list and rows of a table begin with."""
_FIRST: Final = re.compile(r"[（(]?[1a](?![0-9])")


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph, and how far it stands from the one before it."""

    text: str
    blanks: int  # empty lines before it

    @property
    def is_sentence(self) -> bool:
        """Whether it ends as prose does."""
        return self.text[-1:] in ENDS


def paragraphs(lines: list[str], *, width: int | None = None) -> list[Paragraph]:
    """The paragraphs of the ``lines`` of a text that :func:`clean` has cleaned; the lines are used up.

    ``width``: at which its lines are broken, where that is known; 0 is nowhere.
    """
    width = broken_at(lines) if width is None else width
    if width and _is_doubled(lines):
        lines[:] = [line for at, line in enumerate(lines) if line.strip() or (at and not lines[at - 1].strip())]
    found: list[Paragraph] = []
    blanks, open_line, page = 0, False, 0
    indents = sum(line.startswith(" ") for line in lines) > len(lines) * 0.05
    is_talk, hangs, below = _is_talk(lines), _hangs(lines), False
    known, points = (whole_words(lines), _points(lines, width)) if width else ((), ())
    for at, line in enumerate(lines):
        lines[at] = ""
        stripped = line.strip()
        if not stripped:
            blanks, open_line = blanks + 1, False
            continue
        if width and is_put_in(stripped):
            found.insert(len(found) - open_line, Paragraph(stripped, blanks))  # what it interrupts goes on below it
            continue
        begins = (below and not line.startswith(" ")) if hangs else (indents and line.startswith(" "))
        goes_on = open_line and not begins and not stands_alone(stripped)
        goes_on = goes_on and at not in points and not is_scene(stripped) and not (is_talk and _TURN.match(stripped))
        below, above, number = line.startswith(" "), page, _ENTRY.search(stripped)
        page = int(number[1]) if number else 0
        goes_on = goes_on and not 0 < above <= page  # lines of a list of contents
        if goes_on:
            last = found[-1]
            found[-1] = Paragraph(joined(last.text, stripped, known), last.blanks)
        else:
            found.append(Paragraph(stripped, blanks))
        alone = width > 0 and not goes_on and (is_scene(stripped) or stands_alone(stripped))
        open_line = width > 0 and len(stripped) >= width * 0.6 and not alone
        blanks = 0
    return found


def _points(lines: Sequence[str], width: int) -> set[int]:
    """Which of the ``lines`` begin a point of a list or a row of a table: their neighbours do, or count on.

    Prose has such signs as well, but where its lines have no room for another word.
    """
    found: set[int] = set()
    places: dict[str, list[int]] = {}
    counts: dict[str, int] = {}
    for at, line in enumerate((*lines, "")):
        mark = _MARK.match(line.strip())
        if mark and mark["emblem"]:
            found.add(at)
        elif mark:
            kind, count = next(key for key, value in mark.groupdict().items() if value), mark["count"] or ""
            kind = mark[kind] if kind == "sign" else f"{mark['open']}{mark['close']}" if count else kind
            number = int(count) if count.isdecimal() else ord(count) if len(count) == 1 else 0
            if not number or counts.get(kind, number - 1) == number - 1:
                places.setdefault(kind, []).append(at)
                counts[kind] = number
        elif not line.strip():
            for own in places.values():
                free = [not at or not _is_full(lines[at - 1], lines[at], width) for at in own]
                is_list = sum(free) * 2 >= len(own) or (free[0] and _FIRST.match(lines[own[0]].strip()))
                found |= {*own} if len(own) > 1 and is_list else set()
            places, counts = {}, {}
    return found


def _is_full(line: str, below: str, width: int) -> bool:
    """Whether a ``line`` breaks off where there was no room for the next word."""
    line, below = line.strip(), below.strip()
    word = below[:1] if is_wide(below[:1] or "x") else f" {below.partition(' ')[0]}"
    return line[-1:] not in ENDS and len(line + word) + _HANGING > width * _NEAR


def _is_doubled(lines: Sequence[str]) -> bool:
    """Whether an empty line follows every line, though sentences go on below it."""
    written = [at for at, line in enumerate(lines) if line.strip()]
    pairs = [(lines[at].rstrip(), lines[below].strip()) for at, below in pairwise(written) if below == at + 2]
    close = sum(below == at + 1 for at, below in pairwise(written))
    goes_on = sum(below[0].islower() or (is_wide(one[-1]) and one[-1].isalnum()) for one, below in pairs)
    return close * 10 < len(written) and goes_on * 3 > len(pairs)


def _hangs(lines: Sequence[str]) -> bool:
    """Whether paragraphs begin at the margin and go on below it, farther in."""
    pairs = [(one, other[:1] == " ") for one, other in pairwise(lines[:4000]) if one.strip() and other.strip()]
    changes = [not inner for one, inner in pairs if inner != (one[:1] == " ") and one.rstrip()[-1] not in ENDS]
    return len(changes) > _TURNS and sum(changes) * 3 < len(changes)


def _is_talk(lines: Sequence[str]) -> bool:
    """Whether people whose names return speak in turn, each line with a name, though some go on below it."""
    names = Counter(match["name"] for line in lines[:4000] if (match := _TURN.match(line.strip())))
    turns = sum(count for count in names.values() if count > 1)
    return len(names) > 1 and turns >= _TURNS and turns * 4 >= sum(map(bool, map(str.strip, lines[:4000])))


def is_wrapped(lines: Sequence[str]) -> bool:
    """Whether the ``lines`` of a paragraph end where there was no more room, and not where the writer wants it.

    A line that is broken at a width has no room for the first word of the next one. Verses have, and lines that each
    name who speaks.
    """
    if len(lines) < 2:
        return True
    if any(SPEAKER.match(line) for line in lines[1:]):
        return False
    room = max(map(len, lines))
    for line, below in pairwise(lines):
        if is_wide(line[-1:] or "x") or is_wide(below[:1] or "x"):
            if room < _WIDTHS[0] or len(line) + _HANGING < room:
                return False
        elif len(line) + 1 + len(below.partition(" ")[0]) <= room and below[:1].isupper() and room <= _VERSE:
            return False
    return True


def usual_gap(found: Sequence[Paragraph]) -> int:
    """How many empty lines stand between most paragraphs."""
    apart = sum(one.blanks > 0 for one in found[1:])
    if apart * 2 <= len(found) - 1:
        return 0
    return 2 if sum(one.blanks > 1 for one in found[1:]) * 2 > len(found) - 1 else 1


def broken_at(lines: Sequence[str]) -> int:
    """The width at which lines were broken; 0 where each paragraph is one."""
    sample = [line.strip() for line in lines[:4000]]
    sample = [line for line in sample if line]
    if len(sample) < 4:
        return 0
    lengths = sorted(map(len, sample))
    width = lengths[int(len(lengths) * 0.9)]
    long = [line for line in sample if len(line) >= width * 0.75]
    cut = sum(line[-1] not in ENDS for line in long)
    # Where the next word had room, the writer broke the line.
    pairs = [(one.strip(), below.strip()) for one, below in pairwise(lines[:4000])]
    broken = [
        _is_full(*pair, width)
        for pair in pairs
        if all(pair) and len(pair[0]) >= width * 0.6 and pair[0][-1] not in ENDS
    ]
    if sum(broken) * 2 < len(broken):
        return 0
    if width < _LEAST_EN and sum(is_wide(line[-1]) for line in long) * 2 < len(long):
        return 0
    # A table or a poem has lines of all lengths; what is broken has most near the width.
    return width if width in _WIDTHS and cut >= len(long) * 0.4 and len(long) >= len(sample) * 0.3 else 0


def without_running_lines(pages: Sequence[list[str]]) -> list[list[str]]:
    """Pages without page numbers and what stands at the top or bottom of many of them."""
    return [page[within] for page, within in zip(pages, text_within(pages), strict=True)]


def text_within(pages: Sequence[Sequence[str]]) -> list[slice]:
    """Of each page which lines stand between what is at the top or bottom of many."""
    seen: Counter[str] = Counter()
    for page in pages:
        seen.update({_key(line) for line in (*page[:_EDGE], *page[-_EDGE:]) if line})
    often = {key for key, count in seen.items() if len(key) <= 80 and count >= _OFTEN}
    if len(pages) <= _FEW:  # a head may stand twice, on those of one side; what goes on with a sentence is none
        twice = (key for key, count in seen.items() if len(key) <= 80 and count == _OFTEN - 1)
        often |= {key for key in twice if key[:1] == key[:1].upper() and key[-1] not in _GOES_ON}
    return [_within(page, often, len(pages)) for page in pages]


def _within(page: Sequence[str], often: set[str], pages: int) -> slice:
    number, ends = pattern_of(__file__, "pdf_page_number", "forms.yaml"), [0, len(page)]
    for _ in range(_EDGE):
        for end, last in ((0, 0), (1, -1)):
            while ends[0] < ends[1] and not page[ends[end] + last]:
                ends[end] += 1 + 2 * last
            line = page[ends[end] + last] if ends[0] < ends[1] else "x"
            is_number = number.fullmatch(line) and (pages > 1 or (last and line == "1"))
            if ends[0] < ends[1] and (is_number or _key(line) in often):
                ends[end] += 1 + 2 * last
    return slice(*ends)


def _key(line: str) -> str:
    """What a header shares with those of other pages; the number of a chapter is its own."""
    head = heading(line)
    if head:
        return line if head.bare else _LAST_NUMBER.sub("#", line)
    return _DIGITS.sub("#", line)


def unpaged(pages: Sequence[list[str]]) -> list[str]:
    """The lines of a text that was printed on ``pages``, without heads and numbers, and what a page's end cut joined.

    Nothing where it does not run on from page to page: what is parted so are poems, chapters.
    """
    printed = without_running_lines(pages)
    numbered = sum(
        any(_DIGITS.search(line) for line in {*page} - {*kept}) for page, kept in zip(pages, printed, strict=True)
    )
    printed = [page for page in printed if page]
    run = [runs_on(above[-1], below[0]) for above, below in pairwise(printed)]
    if not any(run) or (numbered * 3 < len(pages) and not any(_HYPHENED.search(page[-1]) for page in printed)):
        return []
    width = broken_at([line for page in printed for line in page])
    lines = printed[0]
    for on, page in zip(run, printed[1:], strict=True):
        lines[-1:] = [*_over(lines[-1], page[0], width), *page[1:]] if on else [lines[-1], "", *page]
    return lines


def without_heads(lines: list[str]) -> list[str]:
    """``lines`` without the heads and feet of pages, which cut sentences and paragraphs: these are joined.

    Their numbers rise, or they recur without one. A head with a number cuts one sentence at least, and so do those at
    whose places no page is much longer than others; all others cut a third.
    """
    counts = Counter(line for line in map(str.strip, lines) if 0 < len(line) <= _SHORT_HEAD >> is_wide(line[-1]))
    heads: dict[str, dict[int, int]] = {}
    for at, said in enumerate(map(str.strip, lines)):
        is_likely = len(said) <= 120 and said[-1:] not in _SAID
        match = _HEAD.fullmatch(said) if is_likely and (counts[said] >= _OFTEN or _DIGITS.search(said)) else None
        if match and not (match["left"] and match["right"]):
            number = int(match["left"] or match["right"] or match["alone"] or 0)
            heads.setdefault(f"{number > 0}{''.join((match['head'] or '').split())}", {})[at] = number
    heads = {key: one for key, one in heads.items() if not any(stands_alone(lines[at].strip()) for at in one)}
    # Speakers, days and pictures are counted from one.
    rising = {
        key: one for key, one in heads.items() if len(one) > 1 and [0, *one.values()] == sorted({0, *one.values()})
    }
    often = [one for one in heads.values() if len(one) >= _OFTEN and not any(one.values())]
    around = {at for one in (*rising.values(), *often) for at in one}
    if not around:
        return lines
    width, top = broken_at(lines), next(at for at, line in enumerate(lines) if line.strip())
    gaps = _gaps(lines, around)
    beside = sum(not line.strip() for gap in {*gaps.values()} for line in lines[slice(*gap)])
    spaced = (sum(not line.strip() for line in lines) - beside) * _SPACED > len(lines)
    begins = spaced or sum(line.startswith(" ") for line in lines) * _SPACED > len(lines)
    gone, read = set[int](), list[str]()
    for key, one in (*rising.items(), *(("", one) for one in often if width)):
        places = {gaps[at] for at in one}
        cuts = sum(_cuts(lines, *place) for place in places)
        is_said = not any(one.values()) and lines[min(one)].strip()[-1] in ENDS
        within = cuts or (spaced and not is_said and any(all(lines[slice(*place)]) for place in places))
        is_headed = cuts and key not in ("", "True") and min(one.values()) > 1
        steps = sorted(below - at for at, below in pairwise(one))
        is_even = within and steps[len(steps) * 4 // 5] * 2 <= steps[len(steps) // 2] * 3
        is_paged = width and len(one) > 2 and steps[len(steps) // 2] > _LEAST_PAGE
        if is_headed or (is_paged and (is_even or cuts * 3 >= len(places))):
            gone.update(at for at in one if at > top)  # there stands the book's name
            read += [key] if is_headed else []
    misread = {
        at for key, one in heads.items() if key not in read and get_close_matches(key, read, 1, 0.8) for at in one
    }
    gaps = _gaps(lines, around | misread)
    gone.update(at for at in misread if _cuts(lines, *gaps[at]))
    near = {place for begin, end in {*_gaps(lines, gone).values()} for place in (begin - 1, end)}
    chapter, above, seen = "", "", set[str]()
    for at, line in enumerate(map(str.strip, lines) if gone else ()):
        if 0 < len(line) <= _SHORT_HEAD and line[-1] not in _SAID:
            is_head = stands_alone(line)
            is_again = line == chapter if is_head else line in seen or line in f"{chapter}\n{above}"
            if at in near and is_again and (is_head or _HEAD.fullmatch(line)):
                gone.add(at)
            chapter = line if is_head else chapter
            above = above if chapter or len(above) > _TITLED else f"{above}\n{line}"
            seen.add(line)
    for begin, end in sorted({*_gaps(lines, gone).values()}, reverse=True):
        is_cut = _cuts(lines, begin, end)
        kept = [""] if spaced * (not all(lines[begin:end])) or not begins else []
        kept = _over(lines[begin - 1].rstrip(), lines[end], width) if is_cut else kept
        lines[begin - is_cut : end + is_cut] = kept
    return lines


def _gaps(lines: Sequence[str], heads: Container[int]) -> dict[int, tuple[int, int]]:
    """Of each of the ``heads`` from where to where no other line stands around it, but for empty ones."""
    found: dict[int, tuple[int, int]] = {}
    begin = 0
    for end in range(len(lines) + 1):
        if end == len(lines) or (lines[end].strip() and end not in heads):
            found |= {at: (begin, end) for at in range(begin, end) if at in heads}
            begin = end + 1
    return found


def _cuts(lines: Sequence[str], begin: int, end: int) -> bool:
    """Whether the lines above ``begin`` and from ``end`` on are one sentence."""
    return begin > 0 and end < len(lines) and runs_on(lines[begin - 1].rstrip(), lines[end])


def _over(last: str, first: str, width: int) -> list[str]:
    """Two lines of a sentence between which a page ended, filled up anew where a word is cut."""
    whole = joined(last, first)
    at = whole.rfind(" ", 0, len(whole) // 2) if _HYPHENED.search(last) else len(last)
    return [whole[:at], whole[at:].strip()] if width and len(whole) > width * 1.4 and at > 0 else [whole]


def runs_on(last: str, first: str) -> bool:
    """Whether a paragraph goes on from the ``last`` line of a page to the ``first`` of the next."""
    long = is_wide(last[-1]) and len(last) >= _WIDTHS[0]
    return last[-1] not in ENDS and not stands_alone(first) and (first.strip()[:1].islower() or long)
