"""PDF: notes at the foot of pages and their marks, contents, and the numbers of chapters above their titles."""

from __future__ import annotations

import random

import pytest

from benchmarks.book_files import Printed, pdf_printed
from indextts.books.model import Manuscript
from indextts.books.reading import read_manuscript
from indextts.books.reading.pdf_layout import PageLines

WORDS = [
    "lamp",
    "over",
    "door",
    "lit",
    "and",
    "nobody",
    "could",
    "say",
    "who",
    "had",
    "carried",
    "oil",
    "up",
    "those",
    "narrow",
    "stairs",
]
SIGNS = "江边的灯亮了又灭他站在门口看着远处船慢慢靠岸没有人说话只有风从水面吹过来带着一点潮湿的味道"


def wide(text: str) -> float:
    return sum(1.0 if char > "\u2fff" else 0.5 for char in text)


def page(number: int, *, zh: bool = False, y: float = 780) -> list[Printed]:
    """Three paragraphs of four lines, all lines as long as each other."""
    chance = random.Random(number)
    found = []
    for at in range(12):
        line = ""
        while wide(line) < (26 if zh else 24):
            line += chance.choice(SIGNS) if zh else f"{chance.choice(WORDS)} "
        line = line if zh else line.strip()
        line = line.capitalize() if at % 4 == 0 else line
        found.append(Printed(line + ("。" if zh else ".") * (at % 4 == 3), 60 + 22 * (at % 4 == 0), y - 15 * at, 11))
    return found


def marked(lines: list[Printed], at: int, sign: str, size: float, rise: float) -> list[Printed]:
    """A mark behind the line ``at``."""
    line = lines[at]
    return [*lines[: at + 1], Printed(sign, line.x + wide(line.text) * 11, line.y + rise, size), *lines[at + 1 :]]


def read(pages: list[list[Printed]], outline: tuple[tuple[str, int], ...] = ()) -> Manuscript:
    return read_manuscript("a.pdf", pdf_printed(pages, outline))


def spoken(book: Manuscript) -> list[str]:
    return [line for one in book.chapters if one.on for line in one.text.split("\n") if line]


NOTES = [
    ("1", "2", 6.5, 4.4, "{} Board book, f. 12."),
    ("1", "2", 6.5, 4.4, "{}. Lamp tolls, 1849, see p. 2."),
    ("*", "†", 7, 3, "{} A tale of his aunt’s."),
    ("①", "②", 7, 3, "{} 见《河志》第十二页。"),
    ("[1]", "[2]", 6, 4, "{} 据周家后人的信。"),
    ("1", "2", 11, 0, "{} Board book, f. 12."),
    ("[1]", "[2]", 11, 0, "{} 图藏县馆。"),
]


@pytest.mark.parametrize("form", NOTES, ids=range(len(NOTES)))
@pytest.mark.parametrize("rows", [1, 2])
def test_notes_at_the_foot_of_a_page_and_their_marks_are_not_spoken(
    form: tuple[str, str, float, float, str], rows: int
) -> None:
    first, second, size, rise, note = form
    zh = note[-1] == "。"
    plain = [page(number, zh=zh) for number in (1, 2, 3)]
    pages = [marked(plain[0], 3, first, size, rise), plain[1], marked(plain[2], 3, second, size, rise)]
    notes = []
    for number, sign in ((0, first), (2, second)):
        lines = [note.format(sign), *(["12 页以下亦同，不赘。" if zh else "12 more are lost since."] * (rows - 1))]
        pages[number] += [Printed(line, 70, 80 - 11 * at, 8.5) for at, line in enumerate(lines)]
        notes.append(("" if zh else " ").join(lines))
    book = read(pages)
    assert spoken(book) == spoken(read(plain))
    assert [one.text.split("\n") for one in book.chapters if one.kind == "notes"] == [notes]


def test_a_note_that_goes_on_at_the_foot_of_the_next_page_is_one() -> None:
    pages = [marked(page(1), 3, "1", 6.5, 4.4), page(2)]
    pages[0].append(Printed("1 The board of the lamps met in May and was of the", 70, 70, 8))
    pages[1].append(Printed("opinion that there were none.", 70, 70, 8))
    book = read(pages)
    said = "1 The board of the lamps met in May and was of the opinion that there were none."
    assert [one.text for one in book.chapters if one.kind == "notes"] == [said]
    assert spoken(book) == spoken(read([page(1), page(2)]))


def glued(sign: str, note: str, y: float, size: float) -> list[Printed]:
    """A note as TeX sets it, its sign small and raised before the first word."""
    return [Printed(sign, 70, y + 0.45 * size, size * 0.66), Printed(note, 70 + 0.4 * size, y, size)]


@pytest.mark.parametrize("signs", [("1", "2"), ("8", "9"), ("*", "†"), ("†", "‡"), ("\x84", "\x85")], ids=ascii)
@pytest.mark.parametrize("size", [8, 9.5])
def test_notes_whose_raised_sign_touches_their_first_word_are_not_spoken(signs: tuple[str, str], size: float) -> None:
    plain = [page(number) for number in (4, 5, 6)]
    pages = [marked(plain[0], 3, signs[0], 7, 4), plain[1], marked(plain[2], 3, signs[1], 7, 4)]
    pages[0] += glued(signs[0], "Tolls were paid in herring.", 80, size)
    pages[2] += glued(signs[1], "Kept by a cousin", 80, size)
    pages[2] += [Printed("of the verger.", 70, 70, size)]
    book = read_manuscript("a.pdf", pdf_printed(pages, tex=True))
    assert spoken(book) == spoken(read(plain))
    said = [sign.translate({0x84: "†", 0x85: "‡"}) for sign in signs]
    notes = [f"{said[0]} Tolls were paid in herring.", f"{said[1]} Kept by a cousin of the verger."]
    assert [one.text.split("\n") for one in book.chapters if one.kind == "notes"] == [notes]


@pytest.mark.parametrize(
    ("sign", "rise", "wanted"), [("12", 4, "12 Arc"), ("¶", 4, "¶Arc"), ("d’", 4, "d’Arc"), ("2", 0, "2Arc")]
)
def test_only_the_raised_sign_of_a_note_is_set_apart_from_the_word_behind_it(
    sign: str, rise: float, wanted: str
) -> None:
    lines = PageLines(0)
    lines.take(sign, (1, 0, 0, 1, 0, 0), (1, 0, 0, 1, 60, 80 + rise), None, 6)
    lines.take("Arc", (1, 0, 0, 1, 0, 0), (1, 0, 0, 1, 64, 80), None, 9)
    assert [line.text for line in lines.found] == [wanted]


HEADS = ["{page} CHAPTER {at}. {name}", "{at}.1. {name} {page}", "{page} | {name}", "{name} — § {at} {page}"]


@pytest.mark.parametrize("form", HEADS)
@pytest.mark.parametrize("y", [810, 40])
@pytest.mark.parametrize("outline", [True, False])
def test_the_head_of_a_chapter_of_two_pages_is_not_spoken(form: str, y: float, *, outline: bool) -> None:
    names = ["Herring", "Tallow", "A Dry Dock", "Pilots"]
    plain, pages = [], []
    for at, name in enumerate(names):
        plain += [[Printed(f"Chapter {at + 1}", 60, 780, 18), *page(2 * at, y=740)], page(2 * at + 1)]
        first, second = 2 * at + 5, 2 * at + 6
        head = form.format(page=second, at=at + 1, name=name.upper())
        pages += [[*plain[-2], Printed(str(first), 200, 30, 11)], [Printed(head, 60, y, 11), *plain[-1]]]
    marks = tuple((f"Chapter {at + 1}", 2 * at) for at in range(4)) if outline else ()
    assert spoken(read(pages, marks)) == spoken(read(plain, marks))


def test_a_line_that_begins_with_the_number_of_its_page_is_read_where_that_stands_besides() -> None:
    lines = [f"{number} {name}" for number, name in enumerate(("Barley", "Of Oats", "The Rye", "A Vetch"), 1)]
    pages = [
        [Printed(line, 60, 800, 11), *page(at), Printed(str(at + 1), 200, 30, 11)] for at, line in enumerate(lines)
    ]
    book = read(pages)
    said = " ".join([*spoken(book), *(one.title for one in book.chapters)])
    assert all(line.partition(" ")[2] in said for line in lines)


@pytest.mark.parametrize(
    ("bare", "tops", "size"),
    [
        ((1, 3, 4), {2: "2 Hares were seen on the quay"}, 11),  # one alone may be by chance
        ((1,), {2: "2 Hares were seen on the quay", 3: "3 Oxen came over"}, 11),  # no two others are numbered so
        ((1, 3, 5), {2: "2 Barley", 4: "4 The Rye"}, 16),  # larger than the text
    ],
)
def test_lines_that_begin_with_the_numbers_of_their_pages_for_another_reason_are_read(
    bare: tuple[int, ...], tops: dict[int, str], size: float
) -> None:
    pages = [
        [
            *([Printed(tops[at], 60, 810, size)] if at in tops else []),
            *page(at),
            *([Printed(str(at), 200, 30, 11)] if at in bare else []),
        ]
        for at in range(1, 6)
    ]
    book = read(pages)
    said = " ".join([*spoken(book), *(one.title for one in book.chapters)])
    assert all(line.partition(" ")[2] in said for line in tops.values())


def test_heads_with_roman_numbers_are_not_spoken() -> None:
    tops = ["i", "ii", "iii", "iv PREFACE", "v", "vi THANKS"]
    pages = [[Printed(top, 60, 810, 11), *page(at)] for at, top in enumerate(tops)]
    assert spoken(read(pages)) == spoken(read([page(at) for at in range(6)]))


@pytest.mark.parametrize(
    "lines",
    [("Chapter 7", "Hester Quill"), ("The Herring Tax", "Hester Quill", "May 1931", "June 1932", "July 1933")],
)
def test_a_name_below_the_number_of_a_chapter_or_among_other_lines_is_no_writer(lines: tuple[str, ...]) -> None:
    front = [Printed(line, 200, 600 - 40 * at, 12 if at else 17) for at, line in enumerate(lines)]
    marks = ((lines[0], 0), ("Chapter 8", 1))
    assert read([front, [Printed("Chapter 8", 60, 800, 22), *page(8, y=750)]], marks).author == ""


@pytest.mark.parametrize(
    ("lines", "title", "author"),
    [
        (("The Herring Tax", "Hester Quill", "May 1931"), "The Herring Tax", "Hester Quill"),
        (("The Herring Tax", "PETRA LINDGREN"), "The Herring Tax", "PETRA LINDGREN"),
        (("The Herring Tax", "J. R. Quill"), "The Herring Tax", "J. R. Quill"),
        (("The Herring Tax", "Hester Quill and Peter Brandt"), "The Herring Tax", "Hester Quill and Peter Brandt"),
        (("The Herring Tax", "Winter Stories"), "The Herring Tax", ""),
        (("The Herring Tax", "A Report", "Hester Quill"), "The Herring Tax", ""),
        (("The Herring Tax",), "The Herring Tax", ""),
        (("盐税", "陈望舒", "二〇一九年五月"), "盐税", "陈望舒"),
        (("盐税", "长篇小说"), "盐税", ""),
    ],
)
@pytest.mark.parametrize("outline", [True, False])
def test_a_page_of_title_name_and_date_tells_what_the_properties_do_not(
    lines: tuple[str, ...], title: str, author: str, *, outline: bool
) -> None:
    zh = title[0] > "\u2fff"
    front = [Printed(line, 200, 600 - 40 * at, 12 if at else 17) for at, line in enumerate(lines)]
    names = ["第一章", "第二章"] if zh else ["Chapter 1", "Chapter 2"]
    chapters = [[Printed(name, 60, 800, 22), *page(at, zh=zh, y=750)] for at, name in enumerate(names)]
    book = read([front, *chapters], tuple((name, at + 1) for at, name in enumerate(names)) if outline else ())
    assert (book.title, book.author) == (title, author)
    assert [one.title for one in book.chapters if one.on] == names


@pytest.mark.parametrize(
    "foot",
    [
        "1 A list in small print at the foot of a page",
        "Photograph: Board of Lamps",
        "3 5 7 9 10 8 6 4 2",
        "9 Broad Street",
        "* all weights in tons",
    ],
)
def test_small_print_at_the_foot_of_a_page_whose_sign_stands_nowhere_is_read(foot: str) -> None:
    said = spoken(read([page(1), [*page(2), Printed(foot, 60, 70, 8)], page(3)]))
    assert foot in said


@pytest.mark.parametrize(
    ("before", "raised", "wanted"),
    [
        ("a field of 20 m", "2", "a field of 20 m²"),
        ("about 10", "6", "about 10⁶"),
        ("said the keeper.", "3", "said the keeper."),
        ("said the keeper,”", "14", "said the keeper,”"),
        ("他没有答应。", "③", "他没有答应。"),
    ],
)
def test_a_small_raised_number_is_a_mark_or_a_power(before: str, raised: str, wanted: str) -> None:
    lines = [Printed(before, 60, 640, 11), Printed(raised, 60 + wide(before) * 11, 644.5, 6.5)]
    said = spoken(read([[*page(1), *lines], page(2)]))
    assert any(wanted in line and raised not in line.partition(wanted)[2][:3] for line in said)


def test_a_mark_that_ends_its_line_keeps_it_from_the_next_and_a_space_behind_one_stays() -> None:
    lines = PageLines(0)
    for text, y, size in (
        ("It rained", 700, 11),
        ("1\n", 704, 6.5),
        ("The boats", 686, 11),
        ("2 ", 690, 6.5),
        ("left", 686, 11),
    ):
        lines.take(text, (1, 0, 0, 1, 0, 0), (1, 0, 0, 1, 60, y), None, size)
    assert [(line.text.strip(), line.marks) for line in lines.found] == [
        ("It rained", ["1"]),
        ("The boats left", ["2"]),
    ]


CONTENTS = [
    ("Contents", "{} . . . . . . . . . . . . . . . {}"),
    ("Table of Contents", "{} ................. {}"),
    ("目录", "{}……………………{}"),
    ("目次", "{}·················{}"),
    ("CONTENTS", "{}...{}"),
    ("", "{} . . . . . . . . . {}"),
]


@pytest.mark.parametrize("outline", [True, False])
@pytest.mark.parametrize("form", CONTENTS, ids=range(len(CONTENTS)))
def test_contents_with_dots_are_not_spoken(form: tuple[str, str], *, outline: bool) -> None:
    head, entry = form
    zh = head[:1] == "目"
    titles = ["一、灯塔", "二、潮水", "三、归人"] if zh else ["1 The Lamp", "2 The Tide", "3 The Way Back"]
    rows = [entry.format(title, at + 2) for at, title in enumerate(titles)]
    rows.insert(1, "这一条很长，" if zh else "1.1 An entry that is longer than its line and goes")
    rows.insert(2, entry.format("一行放不下" if zh else "on below it", 2))
    lines = [Printed(row, 60, 700 - 16 * at, 11) for at, row in enumerate(rows)]
    pages = [[Printed(head, 60, 740, 16), *lines] if head else lines]
    for at, title in enumerate(titles):
        pages.append([Printed(title, 60, 790, 16), *page(at, zh=zh, y=750)])
    book = read(pages, tuple((title, at + 1) for at, title in enumerate(titles)) if outline else ())
    assert [one.title for one in book.chapters if one.on] == titles
    assert spoken(book) == spoken(read(pages[1:], tuple((title, at) for at, title in enumerate(titles))))
    assert any(rows[0] in one.text for one in book.chapters if one.kind == "front")


def test_lines_of_dots_that_are_no_contents_are_read() -> None:
    dotted = [Printed("He had seen her go down to the boats . . . and then", 60, 590, 11)]
    said = " ".join(spoken(read([[*page(1), *dotted], page(2)])))
    assert ". . . and then" in said or "... and then" in said or "… and then" in said


@pytest.mark.parametrize(
    "numbers",
    [("1", "2", "3"), ("I", "II", "III"), ("ONE", "TWO", "THREE"), ("Chapter 1", "Chapter 2", "Chapter 3"),
     ("CHAPTER ONE", "CHAPTER TWO", "CHAPTER THREE"), ("第一章", "第二章", "第三章"), ("一", "二", "三")],
)  # fmt: skip
def test_the_number_above_a_title_that_the_outline_has_alone_belongs_to_its_chapter(numbers: tuple[str, ...]) -> None:
    zh = numbers[0] > "\u2fff"
    titles = ("灯塔", "潮水", "归人") if zh else ("The Lamp", "The Tide", "The Way Back")
    pages = []
    for at, (number, title) in enumerate(zip(numbers, titles, strict=True)):
        pages.append([Printed(number, 200, 790, 15), Printed(title, 180, 765, 17), *page(at, zh=zh, y=720)])
    book = read(pages, tuple((title, at) for at, title in enumerate(titles)))
    assert [one.title for one in book.chapters] == [f"{one} {two}" for one, two in zip(numbers, titles, strict=True)]
    named = read(pages, tuple((f"{at + 1} {title}", at) for at, title in enumerate(titles)))
    assert [one.title for one in named.chapters] == [f"{at + 1} {title}" for at, title in enumerate(titles)]
    assert spoken(book) == spoken(named)
    assert spoken(book)[0].startswith(page(0, zh=zh)[0].text[:9])


@pytest.mark.parametrize("outline", [True, False])
@pytest.mark.parametrize(
    ("head", "size", "note"),
    [
        ("Notes", 16, "{} Board book: {}."),
        ("注释", 16, "{} 见《河志》{}。"),
        ("", 8, "{} Board book: {}."),
        ("", 8, "{}. Lamp tolls, see {}"),
        ("Endnotes", 12, "{}. Lamp tolls, see {}."),
    ],
)
def test_notes_at_the_end_of_their_chapter_and_their_marks_are_not_spoken(
    head: str, size: float, note: str, *, outline: bool
) -> None:
    zh = note[-1] == "。"
    plain, pages, notes = [], [], []
    for at in range(4):
        title = [Printed(f"第{at // 2 + 1}章" if zh else f"Chapter {at // 2 + 1}", 60, 800, 18)] * (at % 2 == 0)
        plain.append([*title, *page(at, zh=zh, y=760)])
        pages.append(marked(plain[-1], 3 + len(title), f"{at % 2 + 1}", 6.5, 4.4))
        if at % 2:
            lines = [note.format(number, page(7 * at + number)[1].text) for number in (1, 2)]
            pages[-1] += [Printed(head, 60, 540, size)] * bool(head)
            pages[-1] += [Printed(line, 60, 520 - 14 * row, min(size, 11)) for row, line in enumerate(lines)]
            notes += lines
    marks = tuple((title[0].text, at) for at, title in enumerate(plain) if at % 2 == 0) if outline else ()
    book = read(pages, marks)
    assert spoken(book) == spoken(read(plain, marks))
    assert "\n".join(one.text for one in book.chapters if one.kind == "notes").split("\n") == notes
