"""Where quotations are: pairs of marks within a paragraph, told from apostrophes, nested ones, and ones left open."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Final, NamedTuple

PAIRS: Final = {"“": "”", "「": "」", "『": "』", "‘": "’", "＂": "＂", '"': '"', "„": "“", "«": "»"}
_DOUBLE: Final = frozenset('“「『"＂«')
_BEGINS: Final = re.compile(f"[《”'‘{''.join(_DOUBLE)}]")
_SIGN: Final = re.compile('[“”「」『』"＂«»《》]')
_OPEN_SINGLE: Final = re.compile(
    r"(?:(?<=[\s(\[—–“\"-])|^)['‘](?=[^\W_]|…)(?!(?:tis|twas|em|cause|til|bout|round)\b|\d0s)", re.I
)
_CLOSE_SINGLE: Final = re.compile(r"(?<=\S)['’](?![^\W_])")
_SPEECH_ENDS: Final = re.compile(r"[.,!?…—–-]['’](?![^\W_])")
_STRONG: Final = ".,!?…—–-"
_ENDS: Final = "。！？…”.!?"
_DASH: Final = re.compile(r"\s*(?:[—–―]{1,2}|--)\s*(?=\S)")
MAX_SINGLE: Final = 100  # Single marks among which the closing one is looked for
MAX_OPEN: Final = 40  # Paragraphs that a quotation left open may go on for


class Quoted(NamedTuple):
    """``text[start:end]`` stands between quotation marks; those are inside, as far as they are there."""

    start: int
    end: int
    inner: tuple[int, int]
    opened: bool = True
    """Whether it begins with a mark; without one it is the rest of a quotation of the paragraph before."""
    closed: bool = True
    single: bool = False
    dash: bool = False  # Whether a dash at the beginning of its paragraph makes it one
    goes_on: bool = False  # Whether it continues the quotation that the paragraph before left open


def paragraphs(text: str) -> list[tuple[int, int]]:
    """Where the lines of ``text`` begin and end, without the white space around them; empty ones too."""
    found, at = [], 0
    for line in text.split("\n"):
        left = len(line) - len(line.lstrip())
        found.append((at + left, at + left + len(line.strip())))
        at += len(line) + 1
    return found


def find_quotes(text: str, lines: Sequence[tuple[int, int]], tags: re.Pattern[str] | None) -> list[list[Quoted]]:
    """The outermost quotations of each line, in order and apart.

    ``tags`` finds what a narrator puts into a line that a dash makes speech; without it no dash does.
    """
    if tags and sum(1 for start, end in lines if _DASH.match(text, start, end)) < 2:
        tags = None
    singles = _single_style(text)
    # From the end: whether the next sign of a line that has one closes a quotation that was left open before.
    closes = [False] * (len(lines) + 1)
    far = [0] * (len(lines) + 1)
    for place in range(len(lines) - 1, -1, -1):
        found_sign = _SIGN.search(text, *lines[place])
        closes[place] = found_sign.group() == "”" if found_sign else closes[place + 1]
        far[place] = 0 if found_sign else far[place + 1] + 1
    found: list[list[Quoted]] = []
    open_sign = ""
    for place, (start, end) in enumerate(lines):
        here = list(_line_quotes(text, start, end, open_sign, singles, tags))
        found.append(here)
        last = here[-1] if here else None
        if start == end:
            open_sign = ""
        elif last is not None and not last.closed and not last.dash:
            sign = text[last.start] if last.opened else open_sign
            goes_on = sign == "“" and closes[place + 1] and far[place + 1] < MAX_OPEN
            again = place + 1 < len(lines) and text.startswith(sign, lines[place + 1][0]) and bool(sign)
            open_sign = sign if goes_on or again else ""
        else:
            open_sign = ""
    return found


def _single_style(text: str) -> bool:
    """Whether what is said stands between single marks: British books."""
    doubles = sum(text.count(sign) for sign in '“"「『＂')
    return sum(1 for _ in _OPEN_SINGLE.finditer(text)) > doubles


def _is_single(text: str, start: int, end: int) -> bool:
    """Whether a line of a book with double marks is speech between single ones: it begins so, and has no others."""
    found = _OPEN_SINGLE.match(text, start, end)
    return (
        found is not None and not _SIGN.search(text, start, end) and _SPEECH_ENDS.search(text, start, end) is not None
    )


def _line_quotes(
    text: str, start: int, end: int, open_sign: str, singles: bool, tags: re.Pattern[str] | None
) -> Iterator[Quoted]:
    """The quotations of one line; ``open_sign`` began one that the line before left open."""
    if start == end:
        return
    at = start
    if open_sign and text[start] != open_sign:
        closing = text.find(PAIRS[open_sign], start, end)
        stop = closing + 1 if closing >= 0 else end
        yield Quoted(start, stop, (start, closing if closing >= 0 else end), False, closing >= 0, goes_on=True)
        at = stop
    elif tags and not open_sign and (dash := _DASH.match(text, start, end)) and not _SIGN.search(text, start, end):
        yield from _dashed(text, start, dash.end(), end, tags)
        return
    one_sign = _one_sign(text, start, end)
    alone = not singles and not open_sign and _is_single(text, start, end)
    singles = singles or alone
    closers = deque(match.start() for match in _CLOSE_SINGLE.finditer(text, start, end)) if singles else deque()
    while match := _BEGINS.search(text, at, end):
        at = match.start()
        char = text[at]
        if char == "《":
            title = text.find("》", at, min(end, at + 60))
            at = title + 1 if title >= 0 else at + 1
        elif char in _DOUBLE or (char == "”" and one_sign):
            close = _close(text, at, end, one_sign)
            inner = (at + 1, close if close >= 0 else end)
            stop = close + 1 if close >= 0 else end
            yield Quoted(at, stop, inner, closed=close >= 0, goes_on=bool(open_sign) and at == start)
            at = stop
        elif singles and char in "'‘" and (at == start or not text[at - 1].isalnum()) and _OPEN_SINGLE.match(text, at):
            close = _close_single(text, at, end, closers)
            if close < 0 and (alone or not (char == "‘" and at == start)):
                at += 1
                continue
            inner = (at + 1, close if close >= 0 else end)
            stop = close + 1 if close >= 0 else end
            yield Quoted(at, stop, inner, closed=close >= 0, single=True, goes_on=bool(open_sign) and at == start)
            at = stop
        else:
            at += 1


def _dashed(text: str, start: int, at: int, end: int, tags: re.Pattern[str]) -> Iterator[Quoted]:
    """What is said in a line that begins with a dash: all but what the narrator puts in."""
    begin = start
    for tag in [*tags.finditer(text, at, end), None]:
        stop = tag.start() if tag else end
        inner = max(begin, at)
        if stop > inner:
            yield Quoted(begin, stop, (inner, stop), dash=True)
        if tag:
            begin = tag.end()


def _one_sign(text: str, start: int, end: int) -> bool:
    """Whether ``“`` (or ``”``) stands for both marks, as some typists have it."""
    left, right = text.count("“", start, end), text.count("”", start, end)
    return (left >= 2 and right == 0 and left % 2 == 0) or (right >= 2 and left == 0 and right % 2 == 0)


def _close(text: str, at: int, end: int, one_sign: bool) -> int:
    """Where the mark is that closes the one at ``at``; below 0 if it is left open."""
    opener = text[at]
    closer = opener if one_sign and opener in "“”" else PAIRS[opener]
    if opener == closer:
        return text.find(closer, at + 1, end)
    depth = 1
    for place in range(at + 1, end):
        if text[place] == closer:
            depth -= 1
            if depth == 0:
                return place
        elif text[place] == opener:
            if place - 1 > at and text[place - 1] in _ENDS:
                return place - 1  # the first was left open: it ends where the next begins
            depth += 1
    # An inner one that was not closed: its mark was meant for both.
    return text.rfind(closer, at, end)


def _close_single(text: str, at: int, end: int, closers: deque[int]) -> int:
    """The closing single mark after ``at``: one after a mark of punctuation, else the last that is no possessive."""
    while closers and closers[0] <= at:
        closers.popleft()
    weak = -1
    for place in islice(closers, MAX_SINGLE):
        if text[place - 1] in _STRONG:
            return place
        if weak < 0 and not (text[place - 1] in "sS" and text[place + 1 : place + 2] == " "):
            weak = place
    return weak
