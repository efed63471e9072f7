"""The written text as the rules see it: without HTML and Markdown, cleaned, with some stretches put in other words."""

from __future__ import annotations

import bisect
import functools
import html
import itertools
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from html.entities import html5
from typing import Final

from indextts.model.utterance import Change
from indextts.platform.tables import tables_beside
from indextts.reading.text import blocks, chars, formulas, schoolwork, tex
from indextts.reading.text.overrides import Override, PlacedOverride, in_order, parted, place
from indextts.reading.text.tables import compiled
from indextts.reading.text.zh import lists

_BLOCKS: Final = re.compile("br|p|div|li|tr|h[1-6]|hr|[uod]l|dt|dd|table|blockquote|pre|section|article|td|th|title")
"""Elements before and after which words are apart."""

_SUSPECT: Final = re.compile(
    r"[&<*_~`\[|｜$\\①-⑳^>▽∇∀≥≧≦╯╰□◕﹏⊙◡△╥•´ﾟωಥಠ︶∩ˇㄒ＾з눈]|[xX:：;；=]['’,]{0,2}-?[)）]?[DPpOoXxSsCc03]|D:|¯|͡|/[a-z]{1,3}[.!)]?\s*$|Q[AwW]Q|q[aw]q|[TOU][vwAO][TOU]|T\.T|==|:[a-z+-][a-z\d_]+:"
    r"|第[0（(]|[A-Za-z] 0\d|^[ \t]{0,24}(?:[#>+]|-[ \t])|^[ ]{0,3}[-=]{3}|^[^\n]{0,12}\d[:：]\d\d[^\n]{1,200}\n"
    r"|\d[Oo]|[Ll];[Dd]|[\u4e00-\u9fff]\.\d|//@|@@|￣|～[oO]|\w\u3000",
    re.MULTILINE,
)

_ELEMENT_SIGNS: Final = re.compile(r"</?(?=[A-Za-z][^<>\n]{0,200}>)|(?<=[\w\"'/])/?>")
"""What stands around the names of elements."""
_RAISED: Final = str.maketrans("0123456789O", "⁰¹²³⁴⁵⁶⁷⁸⁹0")

_Found = tuple[int, int, str]


def edits(text: str, code: blocks.Code = "say", *, emoji: bool = False) -> list[Replacement]:
    """The edits that make plain text of HTML entities, HTML tags, Markdown and faces, in order and apart.

    ``code`` says what becomes of fenced code, ``emoji`` whether these are read.
    """
    points = [Replacement(*point, "markdown") for point in lists.points(text)]
    points += [Replacement(*formula, "formula") for formula in formulas.edits(text)]
    points += [Replacement(*one, "abbreviation") for one in schoolwork.edits(text)]
    if not _SUSPECT.search(text):
        return sorted(points, key=lambda edit: edit.start)
    found = [
        Replacement(one.start, one.end, one.became, "markdown", one.firm)
        for one in blocks.edits(text, code, emoji=emoji)
    ]
    found += [Replacement(*formula, "formula") for formula in tex.edits(text)]
    found += [Replacement(*moment, "duration") for moment in lists.times(text)]
    found += points
    for name, pattern in _patterns():
        for a, b, became in itertools.chain.from_iterable(_read(name, match) for match in pattern.finditer(text)):
            rule = "html" if text[a : a + 1] in ("&", "<") else "emoji" if became == "，" else "markdown"
            found.append(Replacement(a, b, became, rule))
    taken = bytearray(len(text))
    made: list[Replacement] = []
    for edit in found:
        if edit.start < edit.end and not any(taken[edit.start : edit.end]):
            taken[edit.start : edit.end] = b"\1" * (edit.end - edit.start)
            made.append(edit)
    return sorted(made, key=lambda edit: edit.start)


def plain(text: str) -> str:
    """``text`` without HTML, Markdown and faces, cleaned."""
    return read(text, (), edits(text)).text


def _is_said(char: str) -> bool:
    return chars.is_hanzi(char) or char.isalnum() or char == "@"


@functools.cache
def _patterns() -> list[tuple[str, re.Pattern[str]]]:
    told = tables_beside(__file__, "plain.yaml")
    return [(name, compiled(pattern, told["pieces"], *flag)) for name, pattern, *flag in told["patterns"]]


def _read(name: str, found: re.Match[str]) -> list[_Found]:
    """What becomes of a match: places in the text, and what stands there afterwards."""
    whole = found.span()
    match name:
        case "comment" | "row":
            return [(*whole, " ")]
        case "emoticon" | "break":
            beside = found.string[whole[0] - 1 : whole[0]], found.string[whole[1] : whole[1] + 1]
            return [(*whole, "，" if all(map(_is_said, beside)) else " ")]
        case "feeling":  # 真好[心]谢谢
            sides = found.string[whole[0] - 1 : whole[0]], found.string[whole[1] : whole[1] + 1]
            first, last = ("，" * (_is_said(side) or side in ("[", "/")) for side in sides)
            return [(whole[0], whole[0] + 1, first), (whole[1] - 1, whole[1], last)] if first + last else []
        case "code":
            start, end = found.span("in")
            inside = [(*sign.span(), " ") for sign in _ELEMENT_SIGNS.finditer(found.string, start, end)]
            return [(whole[0], start, ""), *inside, (end, whole[1], "")]
        case "raised":
            return [(*whole, (found["n"] or "O").translate(_RAISED))]  # 5O块, 1OOG
        case "tag":
            return [(*whole, " " if _BLOCKS.fullmatch(found["tag"].lower()) else "")]
        case "entity":
            plain = html.unescape(f"&{found['e']};")
            known = found["e"][0] == "#" or f"{found['e']};" in html5
            return [(*whole, " " if plain in ("\xa0", "\xad") else plain)] if known else []
    inner = next((group for group in ("kept", "in") if group in found.re.groupindex), None)
    if inner is None:
        return [(*whole, "")]
    start, end = found.span(inner)
    return [(whole[0], start, ""), (end, whole[1], "")]


@dataclass(frozen=True)
class Replacement:
    """``text[start:end]`` of the written text is taken for ``became``."""

    start: int
    end: int
    became: str
    rule: str
    firm: bool = False
    """Whether it holds where a fixed stretch stands: that goes, with all that stands there."""


@dataclass(frozen=True)
class CleanedText:
    """A cleaned text; ``starts[i]``, ``ends[i]`` are the written offsets of its character ``i``.

    ``changes`` has what an edit did, for each of its characters.
    """

    written: str
    text: str
    starts: list[int]
    ends: list[int]
    placed: list[PlacedOverride] = field(default_factory=list)
    changes: dict[int, Change] = field(default_factory=dict)


def read(written: str, fixed: Sequence[Override], edits: Sequence[Replacement]) -> CleanedText:
    """Clean ``written``, put in the edits and the stretches that have a ``spoken`` form.

    ``edits`` are in order and apart; one that touches a fixed stretch is left out, or the stretch where it is firm.
    """
    kept = _without(in_order(fixed, len(written)), [edit for edit in edits if edit.firm])
    spoken = [Replacement(f.start, f.end, f.spoken, f.source) for f in kept if f.spoken and not f.reading]
    busy = [(f.start, f.end) for f in kept]
    all_edits = sorted([*spoken, *_apart(edits, busy)], key=lambda edit: edit.start)
    pieces: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    changes: dict[int, Change] = {}
    done = 0
    for edit in [*all_edits, None]:
        stop = edit.start if edit else len(written)
        if done < stop:
            plain = chars.clean(written[done:stop])
            pieces.append(plain.text)
            starts.extend(done + at for at in plain.starts)
            ends.extend(done + at for at in plain.ends)
        if edit:
            put = chars.clean(edit.became).text
            if edit.became.strip():
                change = Change(written[edit.start : edit.end], edit.became.strip(), edit.rule)
                changes.update(dict.fromkeys(range(len(starts), len(starts) + len(put)), change))
            pieces.append(put)
            starts.extend([edit.start] * len(put))
            ends.extend([edit.end] * len(put))
            done = edit.end
    placed = [part for one in place(kept, starts) for part in _parts(one)]
    return CleanedText(written, "".join(pieces), starts, ends, placed, changes)


def _parts(placed: PlacedOverride) -> Iterable[PlacedOverride]:
    """The stretch, or its parts where something is decided inside its spoken form."""
    if not placed.fixed.inside:
        return [placed]
    return parted(placed, chars.clean(placed.fixed.spoken).starts)


def _without(fixed: list[Override], firm: list[Replacement]) -> list[Override]:
    """The stretches that no firm edit touches; both are in order and apart."""
    starts, ends = [edit.start for edit in firm], [edit.end for edit in firm]
    return [one for one in fixed if bisect.bisect_left(starts, one.end) == bisect.bisect_right(ends, one.start)]


def _apart(edits: Sequence[Replacement], busy: list[tuple[int, int]]) -> list[Replacement]:
    """The edits that touch no busy stretch; both are in order."""
    kept: list[Replacement] = []
    at = 0
    for edit in edits:
        while at < len(busy) and busy[at][1] <= edit.start:
            at += 1
        if at == len(busy) or edit.end <= busy[at][0]:
            kept.append(edit)
    return kept
