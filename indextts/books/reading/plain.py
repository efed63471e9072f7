"""Plain text: its title page, its contents, its chapters."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Container, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from indextts.books.model import MAX_CHAPTERS, Chapter
from indextts.books.reading import gutenberg
from indextts.books.reading.adverts import is_advert
from indextts.books.reading.draft import Draft
from indextts.books.reading.headings import Heading, heading, is_title, perhaps, title_parts, without_leaders
from indextts.books.reading.limits import too_large
from indextts.books.reading.notes import parted, without_references
from indextts.books.reading.paragraphs import Paragraph, paragraphs, usual_gap
from indextts.books.reading.running import counting, going_on, name_before, running_on, without_tail
from indextts.books.reading.tidy import as_text, is_chinese, is_scene, is_speakable, joined, key_of
from indextts.books.reading.title_page import read_title_page
from indextts.platform.tables import members, pattern_of

_SHORT: Final = 60
_CREDITS: Final = 12  # paragraphs of a book among which those who made the file may be named
_SUBTITLE: Final = 40
_BANNER: Final = 12  # lines that a website may put above the title
_APART_PANELS: Final = 400  # characters between two names in brackets, which games have as well
_ABOVE_DIARY: Final = 3  # paragraphs that may stand above a diary's first day
_BLURB: Final = pattern_of(__file__, "plain_blurb", "forms.yaml")
"""How the words of a bookshop's page about a book begin."""
_NOTE: Final = re.compile(r"\n(?:[\[〔【［(（]?\s?(?:注|註)?\s?[1１①❶¹*†]|\[Footnote )")
"""How the first note of a chapter begins."""
_LONGEST_NAME: Final = 4
_ABOVE_LIST: Final = 30  # paragraphs at the beginning among which a list of contents begins
_MOST_LISTED: Final = 400
_WRITER: Final = re.compile(r"\s?(?:…|\.{2}|/|／|\||(?<=[\u4e00-\u9fff])\s(?=[\u4e00-\u9fff]))")
"""What stands in a list of contents between a title and who wrote that piece."""


@dataclass
class _Part:
    """A heading with the paragraphs below it."""

    heading: Heading
    lines: list[Paragraph] = field(default_factory=list)


def read_plain(name: str, source: list[str], *, width: int | None = None) -> Draft:
    """The chapters of a clean text, whose lines are broken at a ``width``; ``source`` is emptied."""
    found = paragraphs(source, width=width)
    before, found, after = gutenberg.without_licence(found)
    gap = usual_gap(found)
    heads = _headings(name, found)
    came, contents = _listed(found, heads)
    is_bare = not contents and (len(heads) < 2 or not any(one.number for one in heads.values()))
    heads = _with_separated(found, heads, gap) if is_bare else heads
    named = next((at for at, head in heads.items() if head.kind == "front" and _is_contents(head.title)), -1)
    contents = contents or (_lines_after(found, named, heads) if named >= 0 else contents)
    listed = [one.text for one in found[contents.start : contents.stop]]
    names = {key for entry in listed for key in _keys(entry)}
    if contents:
        del found[contents.start : contents.stop]
        heads = _told(found, _headings(name, found), {at - len(contents) for at in came})
        heads = _with_separated(found, heads, gap) if is_bare else heads
    first = min(heads, default=len(found))
    opening = found[:first]
    above = next((at for at, one in enumerate(opening[:_BANNER]) if not _is_banner(one.text)), 0)
    banner = [one for one in opening[:above] if is_speakable(one.text)]
    opening = opening[above:]
    page = read_title_page([one.text for one in opening], alone=bool(heads))
    said = gutenberg.about(one.text for one in before)
    page.title, page.author = said.pop("title", "") or page.title, said.pop("author", "") or page.author
    page.metadata = said | page.metadata
    heads, tail = without_tail(heads)
    draft = Draft(page.title or name_before(heads) or tail, author=page.author, metadata=page.metadata)
    draft.add(Chapter("", as_text(one.text for one in banner), "front", on=False))
    draft.add(Chapter(page.title, as_text(one.text for one in opening[: page.lines]), "title", on=False))
    if listed:
        title = listed.pop(0) if _is_contents(listed[0]) else "目录" if is_chinese(listed[0]) else "Contents"
        draft.add(Chapter(title, as_text(listed), "front", on=False))
    rest = opening[page.lines :]
    if _names_the_author(rest, page.author) or _is_imprint(rest):
        draft.add(Chapter(page.title, _text(rest, gap), "title", on=False))
    elif rest and _BLURB.match(rest[0].text):
        title = "内容简介" if is_chinese(rest[0].text) else "Summary"
        draft.add(Chapter(title, _text(rest, gap), "front", on=False))
    else:
        draft.add(Chapter("", _text(rest, gap)))
    for part in _parts(found, heads, names):
        kind = part.heading.kind
        draft.add(Chapter(part.heading.title, _text(part.lines, gap), kind, kind == "body", part.heading.level))
    _take_notes(draft)
    head, foot = _text(before, gap), _text(after, gap)
    draft.add(Chapter(gutenberg.named(head), head, "front", on=False), first=True)
    draft.add(Chapter(gutenberg.named(foot), foot, "back", on=False))
    return draft


def _is_banner(line: str) -> bool:
    """Whether a line above the title is a row of signs, or a website's."""
    return (
        not is_speakable(line) or is_advert(line, at_end=True) or pattern_of(__file__, "banner").match(line) is not None
    )


def _take_notes(draft: Draft) -> None:
    """Notes below the text of their chapter, with a heading or without, are gathered in a part that is not spoken."""
    notes: list[str] = []
    chapters: list[Chapter] = []
    for chapter in without_references(draft.chapters):
        lines = chapter.text.split("\n") if chapter.kind == "notes" or _NOTE.search(chapter.text) else []
        if chapter.kind == "notes" and chapters:
            kept, below = parted([*chapters[-1].text.split("\n"), *lines])
            if len(below) == len(lines):
                chapters[-1] = chapters[-1].changed(text=as_text(kept))
                notes += below
                continue
        elif chapter.kind == "body" and lines:
            kept, below = parted(lines)
            chapter = chapter.changed(text=as_text(kept)) if below else chapter
            notes += below
        chapters.append(chapter)
    draft.chapters = chapters
    draft.add_notes(notes)


def _names_the_author(lines: Sequence[Paragraph], author: str) -> bool:
    """Whether the ``lines`` above the first chapter are a title page that the file has beside what is known already."""
    texts = [one.text.casefold() for one in lines]
    named = bool(author) and any(text in (author.casefold(), f"by {author.casefold()}") for text in texts)
    return named and len(lines) <= _CREDITS and all(len(text) <= _SHORT for text in texts)


def _is_imprint(lines: Sequence[Paragraph]) -> bool:
    """Whether the ``lines`` above the first chapter are short and say whose the rights are."""
    known = sum(pattern_of(__file__, "imprint").match(one.text) is not None for one in lines)
    return (known > 1 or known == len(lines) > 0) and all(
        len(one.text) <= _SHORT or known * 3 > len(lines) for one in lines
    )


def _text(lines: Sequence[Paragraph], gap: int) -> str:
    """Paragraphs as lines; where they stand farther apart than usual, the scene changes."""
    written: list[str] = []
    for number, one in enumerate(lines):
        if number and one.blanks > gap:
            written.append("")
        written.append(one.text)
    return as_text(written)


def _headings(name: str, found: Sequence[Paragraph]) -> dict[int, Heading]:
    heads: dict[int, Heading] = {}
    for at, one in enumerate(found):
        if head := heading(one.text) or perhaps(one.text):
            heads[at] = head
        # Each may stand twice: in the contents, and above its chapter.
        if len(heads) > 2 * MAX_CHAPTERS:
            too_large(name, f"it has more than {len(heads):,} headings", f"标题超过 {len(heads):,} 个")
    heads = running_on(heads)
    heads = dict(sorted({**heads, **going_on(found, heads)}.items()))
    # A prologue and an epilogue may stand around chapters that have nothing but numbers, or a sign.
    if not any(head.kind == "body" and head.number for head in heads.values()):
        heads = {**(counting(found) or _dressed(found) or _dated(found) or _poems(found)), **heads}
    elif all(head.level == 1 for head in heads.values() if head.number):
        inner = {at: replace(head, level=2) for at, head in counting(found, {*heads}).items() if head.bare}
        heads = {**inner, **heads}
    return heads


def _dressed(found: Sequence[Paragraph]) -> dict[int, Heading]:
    """Names of chapters that nothing but one and the same dress tells: ``☆、雾起``, ``★雾起★``, rows around."""
    dresses: dict[str, dict[int, Heading]] = {}
    for at, one in enumerate(found[:-1]):
        if len(one.text) > _SUBTITLE or is_scene(one.text):
            continue
        match = pattern_of(__file__, "dressed").fullmatch(one.text)
        framed = at and is_scene(found[at - 1].text) and is_scene(found[at + 1].text) and not one.is_sentence
        if match or framed:
            dress = (match["left"] or f"{match['open'][0]}{match['close'][0]}") if match else "--"
            heads = dresses.setdefault(dress, {})
            if (at - 1) not in heads:
                heads[at] = Heading((match and (match["starred"] or match["name"])) or one.text, 2)
    text = sum(len(one.text) for one in found)
    # Where such lines stand close to each other, they are panels of a game.
    apart = {"【】": _APART_PANELS, "《》": _APART_PANELS}
    far = (heads for dress, heads in dresses.items() if text > len(heads) * apart.get(dress, 0))
    heads = max(far, key=len, default={})
    return heads if len(heads) > 1 else {}


def _dated(found: Sequence[Paragraph]) -> dict[int, Heading]:
    """The days of a diary, which begins with one; a date below a letter is none."""
    day = pattern_of(__file__, "day")
    heads = {at: Heading(one.text, 2) for at, one in enumerate(found[:-1]) if day.fullmatch(one.text)}
    is_diary = len(heads) > 2 and min(heads) <= _ABOVE_DIARY and all(at + 1 not in heads for at in heads)
    return heads if is_diary else {}


def _poems(found: Sequence[Paragraph]) -> dict[int, Heading]:
    """The titles of poems, each above the name of who wrote it, or with it."""
    apart = [at for at, one in enumerate(found[:-1]) if (one.blanks or not at) and len(one.text) <= _SUBTITLE]
    below = Counter(found[at + 1].text for at in apart if not found[at + 1].blanks)
    heads: dict[int, Heading] = {}
    poet = pattern_of(__file__, "poet")
    for at in apart:
        match, after = poet.fullmatch(found[at].text), found[at + 1].text
        same = below[after] > 1 and len(after) <= _LONGEST_NAME and not found[at + 1].blanks
        is_title = not match and not found[at].is_sentence and (same or poet.fullmatch(after))
        if is_title or (match and match["title"]):
            heads[at] = Heading(found[at].text, 2)
    return heads if len(heads) > 1 else {}


def _separated(found: Sequence[Paragraph], gap: int) -> dict[int, Heading]:
    """Short lines far from what stands before them and apart from what follows."""
    heads = {
        at: Heading(one.text, 2)
        for at, one in enumerate(found[:-1])
        if at
        and one.blanks > max(1, gap)
        and 0 < found[at + 1].blanks <= one.blanks
        and len(one.text) <= _SUBTITLE
        and not one.is_sentence
        and is_speakable(one.text)
        and (found[at + 1].is_sentence or len(found[at + 1].text) > _SHORT)
    }
    return heads if len(heads) > 1 else {}


def _with_separated(found: Sequence[Paragraph], heads: dict[int, Heading], gap: int) -> dict[int, Heading]:
    """Lines that stand apart, if there is no heading, or in capitals below others in capitals: INTRODUCTION."""
    apart = _separated(found, gap)
    if not heads:
        return apart
    first = min(heads)
    alike = {at: one for at, one in apart.items() if at > first and found[at].text.isupper()}
    below = found[first + 1 : first + 2]
    is_upper = all(found[at].text.isupper() for at in heads)
    return dict(sorted({**alike, **heads}.items())) if is_upper and below and below[0].blanks else heads


def _listed(found: Sequence[Paragraph], heads: Mapping[int, Heading]) -> tuple[list[int], range]:
    """Where the lines of a list of contents come again, if they alone tell the chapters; and the list.

    Without the word for it, a list is one of which each line comes once more.
    """
    named = next((at for at, head in heads.items() if head.kind == "front" and _is_contents(head.title)), -1)
    least, share = (2, 0.7) if named >= 0 else (3, 1)
    places: dict[str, list[int]] = {}
    for at, one in enumerate(found[:-1]):
        if len(one.text) <= _SHORT and (named >= 0 or one.text[-1] == "》" or not one.is_sentence):
            whole = joined(one.text, found[at + 1].text) if at in heads and heads[at].bare else one.text
            name = title_parts(one.text).name if at in heads else ""
            for key in {key_of(one.text), key_of(whole), name} - {""}:
                seen = places.setdefault(key, [])
                seen += [at] * (len(seen) < _MOST_LISTED)  # what comes again and again is no title
    for begin in range(named + 1, min(named + _ABOVE_LIST, len(found))):
        came = [begin]
        again = min((at for key in _keys(found[begin].text) for at in places.get(key, ()) if at > begin), default=0)
        entries = found[begin:again] if least <= again - begin <= _MOST_LISTED else ()
        last = begin
        for at, one in enumerate(entries, begin):
            ways = {at for key in _keys(one.text) for at in places.get(key, ()) if at >= max(again, came[-1] + 1)}
            if ways and (named >= 0 or len(ways) == 1):
                came.append(min(ways))
                last = at
        # A part's heading far below the list is the first of what follows.
        far = max((one.blanks for one in found[begin + 1 : last + 1]), default=0)
        apart = (at for at in range(last + 1, again) if at in heads and found[at].blanks > far)
        stop = min((again, *apart))
        # A number may stand above.
        came = [at - (at not in heads and at - 1 in heads and heads[at - 1].bare) for at in came[1:]]
        if len(came) < max(least, share * (stop - begin)) or sum(at + 1 in came for at in came) * 2 > len(came):
            continue
        contents = range(begin if named < 0 else named, min(stop, came[0]))
        says = any(heads[at].unit and heads[at].level > 1 for at in came if at in heads)  # chapters themselves
        return [] if says else came, contents
    return [], range(0)


def _told(found: Sequence[Paragraph], heads: dict[int, Heading], came: Collection[int]) -> dict[int, Heading]:
    """The headings with those that a list of contents tells; numbers within its chapters head nothing."""
    own = {at: one for at, one in heads.items() if not came or at in came or one.unit or not one.number}
    return dict(sorted({**{at: Heading(found[at].text, 2) for at in came}, **own}.items()))


def _keys(entry: str) -> set[str]:
    """How the title that an entry of a list of contents names may be written above its chapter."""
    plain = without_leaders(entry)
    ways = {key_of(plain), title_parts(plain).name, key_of(_WRITER.split(plain)[0])}
    return {*ways, *(way.rstrip("0123456789") for way in ways)} - {""}


def _lines_after(found: Sequence[Paragraph], named: int, heads: Mapping[int, Heading]) -> range:
    """What a line “contents” announces, where its lines do not come again as headings.

    A list of pictures, or the first chapter, ends it.
    """
    end = named + 1
    while end < len(found) and end < named + 400 and len(found[end].text) <= _SUBTITLE and not found[end].is_sentence:
        if end > named + 1 and found[end].blanks > found[end - 1].blanks + 1:
            break
        least = 0 if end in heads and heads[end].bare else _SHORT
        prose = any(one.is_sentence and len(one.text) > least for one in found[end + 1 : end + 3])
        if end in heads and (heads[end].kind != "body" or prose):
            break
        end += 1
    return range(named, end)


def _is_contents(title: str) -> bool:
    return "".join(title.split()).casefold().strip("《》[]【】:：") in members(__file__, "contents")


def _parts(found: Sequence[Paragraph], heads: dict[int, Heading], names: Container[str]) -> list[_Part]:
    parts: list[_Part] = []
    skip = -1
    for at, one in enumerate(found):
        if at == skip:
            continue
        head = heads.get(at)
        if head is None:
            if parts:
                parts[-1].lines.append(one)
            continue
        if parts and not parts[-1].lines and _is_again(parts[-1].heading, head):
            both = sorted((parts[-1].heading, head), key=lambda one: len(one.title))
            parts[-1].heading = both[0] if _plain(both[1]) == key_of(both[0].title) else both[1]
            continue
        below = found[at + 1] if at + 1 < len(found) else None
        if head.bare and below and _is_subtitle(found, at + 1, heads, names):
            head = replace(head, title=f"{head.title} {below.text}", bare=False)
            skip = at + 1
        if head.number == 1 and parts and (title := _book_above(parts[-1].lines)):
            parts.append(_Part(Heading(title, 1)))
        parts.append(_Part(head))
    return parts


def _book_above(lines: list[Paragraph]) -> str:
    """The next book of a collection, whose title page ends the ``lines`` of a chapter; it is taken from them."""
    for size in (2, 1):
        page = read_title_page([one.text for one in lines[-size:]], alone=False)
        if page.title and page.lines == size < len(lines):
            del lines[-size:]
            return page.title
    return ""


def _plain(head: Heading) -> str:
    """The letters of a heading without what its writer says to the readers in brackets behind it."""
    return key_of(pattern_of(__file__, "brackets", "adverts.yaml").sub("", head.title) or head.title)


def _is_again(above: Heading, head: Heading) -> bool:
    """Whether a heading repeats the one above it, with nothing between them."""
    if _plain(above) == key_of(head.title) or key_of(above.title) in (key_of(head.title), _plain(head)):
        return True
    one, other = title_parts(above.title), title_parts(head.title)
    same = one.name == other.name or not one.name or not other.name
    return bool(one.number and above.unit == head.unit) and one.number == other.number and same


def _is_subtitle(found: Sequence[Paragraph], at: int, heads: Mapping[int, Heading], names: Container[str]) -> bool:
    """Whether the line below a bare number is the chapter's name, as a list of ``names`` may tell."""
    one, stop = found[at], found[at - 1].text[-1]
    if at not in heads and key_of(one.text) in names:
        return True
    # A name in capitals may be longer, and have a full stop where the number has one.
    ends = one.is_sentence and not (is_title(one.text) and one.text[-1] in f"?!{stop}")
    is_long = len(one.text) > _SUBTITLE * (1 + one.text.isupper())
    if at in heads or is_long or ends or is_scene(one.text) or at + 1 >= len(found):
        return False
    if one.text[0] in "“\"「『‘'—-" or re.search("[，。；,;]", one.text):
        return False
    after = found[at + 1]
    return after.blanks > 0 or (one.blanks == 0 and (len(one.text) <= 20 or is_title(one.text)) and after.is_sentence)
