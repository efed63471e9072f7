"""Lines of a text file put together to paragraphs, whether each is a line, or lines were broken at a width."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from indextts.books.reading.headings import stands_alone
from indextts.books.reading.tidy import is_scene, is_wide, joined

_ENDS: Final = frozenset("。！？…”’」』】）》.!?\"':;：；)]—*")
_WIDTHS: Final = range(18, 101)  # characters at which lines are broken, if they are
_HANGING: Final = 3  # characters by which a line of Chinese may be shorter, since no line begins with a comma
_VERSE: Final = 60
_SPEAKER: Final = re.compile(r"(?P<name>[^\W\d_][^\s:：，。！？；,.!?;“”\"]{0,11}(?: [A-Z][\w.]{0,15})?)\s?[:：]\s?\S")
_TURNS: Final = 4


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph, and how far it stands from the one before it."""

    text: str
    blanks: int
    """Empty lines before it."""

    @property
    def is_sentence(self) -> bool:
        """Whether it ends as prose does."""
        return self.text[-1:] in _ENDS


def paragraphs(lines: list[str], *, printed: bool = False, width: int | None = None) -> list[Paragraph]:
    """The paragraphs of the ``lines`` of a text that :func:`clean` has cleaned; the lines are used up.

    ``printed``: as it stood on pages, where nothing but a line's length tells that a paragraph is over. ``width``: at
    which its lines are broken, where a larger text has told.
    """
    width = broken_at(lines) if width is None else width
    found: list[Paragraph] = []
    blanks, open_line = 0, False
    indents = sum(line.startswith(" ") for line in lines) > len(lines) * 0.05
    is_talk = _is_talk(lines)
    for at, line in enumerate(lines):
        lines[at] = ""
        stripped = line.strip()
        if not stripped:
            blanks, open_line = blanks + 1, False
            continue
        goes_on = open_line and not (indents and line.startswith(" ")) and not stands_alone(stripped)
        goes_on = goes_on and not (is_talk and _SPEAKER.match(stripped))
        if goes_on:
            last = found[-1]
            found[-1] = Paragraph(joined(last.text, stripped), last.blanks)
        else:
            found.append(Paragraph(stripped, blanks))
        alone = width > 0 and not goes_on and (is_scene(stripped) or stands_alone(stripped))
        is_over = printed and stripped[-1] in _ENDS and len(stripped) < width * 0.88
        open_line = width > 0 and len(stripped) >= width * 0.6 and not alone and not is_over
        blanks = 0
    return found


def _is_talk(lines: Sequence[str]) -> bool:
    """Whether people whose names return speak in turn, each line with a name, though some go on below it."""
    names = Counter(match["name"] for line in lines[:4000] if (match := _SPEAKER.match(line.strip())))
    turns = sum(count for count in names.values() if count > 1)
    return len(names) > 1 and turns >= _TURNS and turns * 4 >= sum(map(bool, map(str.strip, lines[:4000])))


def is_wrapped(lines: Sequence[str]) -> bool:
    """Whether the ``lines`` of a paragraph end where there was no more room, and not where the writer wants it.

    A line that is broken at a width has no room for the first word of the next one. Verses have, and lines that each
    name who speaks.
    """
    if len(lines) < 2:
        return True
    if any(_SPEAKER.match(line) for line in lines[1:]):
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
    cut = sum(line[-1] not in _ENDS for line in long)
    # A table or a poem has lines of all lengths; what is broken has most near the width.
    return width if width in _WIDTHS and cut >= len(long) * 0.4 and len(long) >= len(sample) * 0.3 else 0
