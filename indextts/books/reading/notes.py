"""Marks of notes that are no links, and the notes below the text: told from powers, units and numbers of lines.

superscript("造的", "1")         # "": a note's number
superscript("河宽20m", "2")      # "²": a power
parted(["船轻[1]。", "[1] 杉木。"])   # (["船轻。"], ["[1] 杉木。"])
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from indextts.books.model import Chapter
from indextts.books.reading.chapter_numbers import number_of
from indextts.platform.tables import pattern_of

NOTE_MARK: Final = pattern_of(__file__, "notes_note_mark", "forms.yaml")
"""All of what a link to a note, or the raised sign of one, says."""
_POWERS: Final = str.maketrans("0123456789+-−n()", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻ⁿ⁽⁾")
_LOWERED: Final = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")
_UNIT: Final = 12  # characters before a raised sign that may be a unit
_POWER: Final = re.compile(r"[+\-−]?\d{1,3}|n")
_EXPONENT: Final = re.compile(
    r"(?=.*[i-zα-ω]|.*[+*/])(?=.*[a-zα-ω]|\d+/)[+\-−]?(?:\d{1,3}|[a-zα-ω])(?:[+\-−*/·×](?:\d{1,3}|[a-zα-ω])|(?<=\d)[a-zα-ω]"
    r"|(?<=[+\-−*/·×][a-zα-ω])[a-zα-ω]){1,7}|[+\-−][a-zα-ω]{1,2}|[ijkxyzα-ω]"
)
"""What is raised to be a power: n+1, 2x, −kt, 1/2; letters by themselves are those of an ordinal, of Mr, of a note."""
_BELOW: Final = re.compile(r"\s?([/⁄∕])\s?(?=\d)")
_STROKE: Final = re.compile(r"\s?[/⁄∕]?\s?")
_LABELLED: Final = re.compile(r"(?:表|图|圖|式|附录|第|table|fig(?:ure)?\.?|eq(?:uation)?\.?)\s?\d+$", re.IGNORECASE)
_BASE: Final = pattern_of(__file__, "notes_base", "forms.yaml")
INLINE: Final = pattern_of(__file__, "notes_inline", "forms.yaml")
LINE: Final = pattern_of(__file__, "notes_line", "forms.yaml")  # A note, with its sign
_LOOSE: Final = ("circled", "plain", "round", "sign", "raised", "bare")
"""Lines of these forms are points of a list as well: as notes they stand at the end."""
_SIGNS: Final = {"注": 900, "註": 900, "*": 901, "**": 902, "***": 903, "†": 904, "‡": 905, "§": 906}
"""Numbers of signs that count nothing."""
_LETTERS: Final = 1000  # numbers of letters begin above this
_RULE: Final = pattern_of(__file__, "notes_rule", "forms.yaml")
_NUMBERED: Final = pattern_of(__file__, "notes_numbered", "forms.yaml")
_CIRCLES: Final = {chr(start + at): first + at for start, first, count in (
    (0x2460, 1, 20), (0x2474, 1, 20), (0x3251, 21, 15), (0x2776, 1, 10)
) for at in range(count)}  # fmt: skip
_REFERENCES: Final = pattern_of(__file__, "references_head", "forms.yaml")
_REFERENCE: Final = pattern_of(__file__, "references_line", "forms.yaml")
_CITED: Final = pattern_of(__file__, "references_mark", "forms.yaml")
_WORD: Final = pattern_of(__file__, "references_word", "forms.yaml")
_BEHIND: Final = re.compile(
    r"(?<=[.,;:!?…。，；：！？、”’」』])[⁰¹²³⁴-⁹]{1,3}+(?:[ \u2009,，⁻–-]?[⁰¹²³⁴-⁹]{1,3}+){0,9}+"
    r"(?![A-Za-z\d⁰¹²³⁴-⁹₀-₉/⁄∕])"
)
"""Figures that are raised behind the end of a clause, where nothing is that they could be powers of."""
_LOOK: Final = 4000  # characters at the end of a book among which notes stand
_SCAN: Final = 400  # characters of a paragraph's beginning in which a power's base is looked for


def superscript(before: str, raised: str) -> str:
    """What stands for ``raised`` text after ``before``: nothing for a note's sign, raised digits for a power."""
    said = raised.strip()
    tail = before[-_SCAN:].rstrip()
    if _POWER.fullmatch(said) and _BASE.search(tail) and not _LABELLED.search(tail):
        return said.translate(_POWERS)
    if _EXPONENT.fullmatch(said) and _BASE.search(tail):
        if "/" in said and said.replace("/", "").isdigit() and tail[-1].isdigit():
            return f" {said}"  # one and a half
        told = said.replace("−", "-")
        return f"^{told}" if len(told) == 1 else f"^({told})"
    if re.fullmatch("[a-h]", said) and (not tail or re.search(r"[^\W\d_]{3}[.,;:!?”\"]?$", tail)):
        return "" if tail else f"[{said}] "  # of an ordinal, or of Mr, less stands before it
    if NOTE_MARK.fullmatch(said):
        return "" if tail else f"{said} "  # at the beginning: a note, or the number of a verse
    return raised


@dataclass
class Raised:
    """The figure of a paragraph that was raised last: above a stroke it is the top of a fraction."""

    at: int = -1  # the piece of the paragraph that it is
    said: str = ""
    kept: str = ""

    def is_divided(self, pieces: list[str], *, lowered: bool) -> bool:
        """Whether the last of the ``pieces``, perhaps ``lowered``, divides it; the fraction is among them then."""
        behind = "".join(pieces[self.at :])[len(self.kept) :] if self.at >= 0 else ""
        stroke = _BELOW.match(behind)
        if self.at < 0 or (stroke is None and _STROKE.fullmatch(behind)):
            return False
        at, self.at = self.at, -1
        before = "".join(pieces[max(0, at - 4) : at])
        is_power = self.kept[:1] in "⁰¹²³⁴⁵⁶⁷⁸⁹" and bool(self.kept) and not before[-1:].isspace()
        over = lowered or (stroke is not None and stroke[1] != "/")
        if stroke is None or (is_power and not (over and before[-1:].isdigit())):  # x²/2
            return False
        pieces[at:] = [f"{' ' * before[-1:].isdigit()}{self.said}/{behind[stroke.end() :]}"]
        return True


def is_number_of_page(classes: str, said: str, place: str = "") -> bool:
    """Whether an element with these ``classes`` that says ``said`` is the number of a page or of a line.

    The name of its ``place`` tells it too where it has the same number: ``page_14``.
    """
    if pattern_of(__file__, "notes_page", "forms.yaml").fullmatch(said) is None:
        return False
    named = pattern_of(__file__, "notes_place", "forms.yaml").fullmatch(place)
    return _NUMBERED.search(classes) is not None or bool(named and named[1] in re.split(r"\W+", said.casefold()))


def number_in(sign: str) -> int:
    """The number of a note's sign: 3 of ``[3]``, ``③``, ``注3``; far above them for a star; 0 for any other."""
    if sign.strip() in _SIGNS:
        return _SIGNS[sign.strip()]
    if re.fullmatch("[A-Za-z]", sign.strip()):
        return _LETTERS + ord(sign.strip().upper())
    match = re.search(r"\d{1,4}|[①-⒇㉑-㉟❶-❿]|[一二三四五六七八九十]{1,4}", sign)
    return _CIRCLES.get(match[0]) or number_of(match[0]) if match else 0


def parted(paragraphs: Sequence[str], marks: Iterable[int] = ()) -> tuple[list[str], list[str]]:
    """The paragraphs without the marks of notes, and the notes, where both are there.

    ``marks``: numbers of notes whose signs were taken out already. A line is a note where it begins with a number
    whose sign stands in the text above it, and the number runs on from the note above it or is the first.
    """
    if not any(map(LINE.match, paragraphs)):
        return list(paragraphs), []
    seen = set(marks)
    notes: dict[int, int] = {}
    loose: list[int] = []
    last = 0
    for at, text in enumerate(paragraphs):
        match = LINE.match(text)
        number = number_of_sign(match) if match else 0
        if match and number in seen and (number >= _SIGNS["注"] or not notes or _is_next(number, last, seen)):
            notes[at], last = number, number
            if any(match[form] for form in _LOOSE):
                loose.append(at)
            continue
        seen.update(number_of_sign(one) for one in INLINE.finditer(text))
    first = min(notes, default=0)
    ruled = bool(notes and first) and (
        not paragraphs[first - 1].strip() or bool(_RULE.fullmatch(paragraphs[first - 1].strip()))
    )
    # Points of a list begin alike; notes of this form stand at the end.
    end = len(paragraphs)
    while end - 1 in notes or (ruled and first < end - 1):
        end -= 1
    for at in loose:
        if at < end or (not ruled and LINE.match(paragraphs[at])["round"]):  # type: ignore[index]
            del notes[at]
    if not notes:
        return list(paragraphs), []
    # Below a rule a note may go on in another paragraph.
    inner = range(first, max(notes)) if ruled else ()
    known = {*notes.values(), *(number_of_sign(one) for at in notes for one in INLINE.finditer(paragraphs[at]))}
    heads = {at - 1 for at in notes if at - 1 not in notes and _RULE.fullmatch(paragraphs[at - 1].strip())}
    kept = [
        INLINE.sub(lambda match: "" if number_of_sign(match) in known else match[0], text)
        for at, text in enumerate(paragraphs)
        if at not in notes and at not in heads and at not in inner
    ]
    return kept, [paragraphs[at] for at in sorted({*notes, *inner})]


def _is_next(number: int, last: int, seen: Iterable[int]) -> bool:
    """Whether no mark between ``last`` and ``number`` was seen; notes may also begin anew."""
    return number == 1 or number == min((one for one in seen if one > last), default=0)


def gathered(chapters: Sequence[Chapter]) -> tuple[list[Chapter], list[str]]:
    """The ``chapters`` without the marks of notes that stand at a book's end, and those that stand in its last one.

    A list of points in a chapter has the numbers of notes as well: a mark has the form of its note.
    """
    found = list(chapters)
    bodies = [at for at, one in enumerate(found) if one.kind == "body" and not (one.quotations or one.fixes)]
    last = found[bodies[-1]].text if bodies else ""
    below: list[str] = []
    if any(pattern_of(__file__, "notes_foot_line", "forms.yaml").match(one) for one in last[-_LOOK:].split("\n")):
        kept, below = parted(
            last.split("\n"), {number_of_sign(one) for at in bodies for one in INLINE.finditer(found[at].text)}
        )
        found[bodies[-1]] = found[bodies[-1]].changed(text="\n".join(kept).strip("\n"))
    lists = [*below, *(line for one in found if one.kind == "notes" for line in one.text.split("\n"))]
    known = {(form_of(match), number_of_sign(match)) for line in lists if (match := LINE.match(line))}
    known = {one for one in known if one[0] not in ("round", "sign")}
    for at in bodies:
        text = found[at].text
        if known:
            text = INLINE.sub(lambda match: "" if (form_of(match), number_of_sign(match)) in known else match[0], text)
        found[at] = found[at].changed(text=_BEHIND.sub("", text))
    return found, below


def without_references(chapters: Sequence[Chapter]) -> list[Chapter]:
    """The ``chapters`` without the numbers of a list of references, which becomes a part that is not spoken."""
    found: list[Chapter] = []
    known: set[str] = set()
    for one in chapters:
        whole = f"{one.title}\n{one.text}"
        head = next(reversed([*_REFERENCES.finditer(whole)]), None) if one.kind in ("body", "back") else None
        below = whole[head.end() :].strip("\n").split("\n") if head else []
        numbers = {match["squared"] or match["plain"] for line in below if (match := _REFERENCE.match(line))}
        if not head or len(numbers) * 2 < len(below) or one.quotations or one.fixes:
            found.append(one)
            continue
        known |= numbers
        found += [one.changed(text=one.text[: head.start() - len(one.title) - 1].strip("\n"))] if head.start() else []
        found.append(Chapter(head[0], "\n".join(below), "back", on=False, level=one.level))
    if not known:
        return found
    return [
        one.changed(text=_CITED.sub(lambda match: _without_number(match, known), one.text))
        if one.kind == "body" and not (one.quotations or one.fixes)
        else one
        for one in found
    ]


def _without_number(match: re.Match[str], known: Container[str]) -> str:
    """Nothing for the number of a reference; what stands there where it is a word of the sentence, or none of these."""
    before = match.string[max(0, match.start() - _UNIT) : match.start() + len(match["gap"])]
    around = f"{before}\0{match.string[match.end() : match.end() + 2]}"
    is_known = all(number in known for number in re.findall(r"\d+", match[0]))
    return match[0] if not is_known or _WORD.search(around) or not before else ""


def form_of(match: re.Match[str]) -> str:
    """How a note is marked; numbers alone and in square brackets are one form."""
    form = next((key for key, value in match.groupdict().items() if value), "")
    return {"foot": "bracketed", "plain": "bracketed", "squared": "sign", "letter": "bracketed"}.get(form, form)


def number_of_sign(match: re.Match[str]) -> int:
    """The number of a note's sign; 0 of the power of a unit."""
    said = next((value for value in match.groupdict().values() if value), "")
    before = match.string[max(0, match.start() - _UNIT) : match.start()]
    if match.groupdict().get("raised") and not before[-1:].isdigit() and _BASE.search(before):
        return 0
    return number_in(said.translate(_LOWERED))
