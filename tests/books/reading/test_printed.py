"""PDF: paragraphs, headings and running lines as they stand on the pages."""

from __future__ import annotations

import random
from typing import Final, NamedTuple

import pytest

from benchmarks.book_files import Printed, pdf_printed
from indextts.books.model import Manuscript
from indextts.books.reading import read_manuscript

WORDS: Final = "lamp over door lit and nobody could say who had carried oil up those narrow stairs"
SIGNS: Final = "江边的灯亮了又灭他站在门口看着远处船慢慢靠岸没有人说话只有风从水面吹过来带着一点潮湿的味道"


class Look(NamedTuple):
    """How a book is printed."""

    zh: bool = False
    size: float = 11
    measure: float = 300
    indent: float = 16
    gap: float = 0
    margin: float = 60
    columns: int = 1


LOOKS: Final = {
    "novel": Look(),
    "narrow": Look(measure=150, indent=11),
    "small print with gaps": Look(size=8, indent=0, gap=7, measure=460),
    "broad with gaps": Look(indent=0, gap=9, measure=470),
    "a deep indent": Look(size=12, indent=36, measure=420),
    "two columns": Look(size=9, indent=9, measure=220, margin=50, columns=2),
    "zh": Look(zh=True, indent=22, measure=286),
    "zh with gaps": Look(zh=True, indent=0, gap=8, size=12, measure=444),
    "zh small": Look(zh=True, size=9, indent=18, measure=252),
    "zh two columns": Look(zh=True, size=9, indent=18, measure=216, margin=50, columns=2),
}


def wide(text: str) -> float:
    """How wide a text is in the font of these books, in times its size."""
    return sum(1.0 if char > "\u2fff" else 0.28 if char in "ijlft.,' " else 0.52 for char in text)


def told(look: Look, rows: int, seed: int) -> str:
    """A paragraph of so many ``rows`` whose last one has hardly any room left."""
    chance = random.Random(seed)
    room = rows * look.measure / look.size - look.indent / look.size
    text = ""
    if look.zh:
        while wide(text) < room - 2:
            text += chance.choice(SIGNS) if len(text) % 9 != 8 else "，"
        return f"{text.rstrip('，')}。"
    while wide(text) < room - 4 - rows:
        text += f"{chance.choice(WORDS.split())} "
    return f"{text.strip().capitalize()}."


def rows_of(text: str, look: Look, size: float, indent: float) -> list[str]:
    """A paragraph's lines, as broad as there is room."""
    units = list(text) if look.zh else text.split(" ")
    found = [units[0]]
    for unit in units[1:]:
        longer = f"{found[-1]}{'' if look.zh else ' '}{unit}"
        fits = wide(longer) * size + (indent if len(found) == 1 else 0) <= look.measure
        if fits or unit in "，。":
            found[-1] = longer
        else:
            found.append(unit)
    return found


def printed(parts: list[str], look: Look, *, heading: float = 1.4, bold: bool = False) -> list[list[Printed]]:
    """The pages of a book; a part that begins with # is a heading."""
    pages: list[list[Printed]] = []
    top, y, column = 780.0, -1.0, look.columns - 1
    for part in parts:
        is_head = part.startswith("#")
        size = look.size * heading if is_head else look.size
        lines = rows_of(part.lstrip("#"), look, size, 0 if is_head else look.indent)
        y -= (look.size if heading > 1 else 0) if is_head else look.gap
        for at, line in enumerate(lines):
            y -= size * 1.35
            # Whether a full last line of a page ends a paragraph, no gap tells.
            if y < (-9000 if look.gap and column >= 0 and pages else 60):
                column = (column + 1) % look.columns
                pages += [[]] if column == 0 else []
                y = top
            x = look.margin + column * (look.measure + 20) + (look.indent if at == 0 and not is_head else 0)
            pages[-1].append(Printed(line, x, y, size, bold and is_head))
        y -= look.size * 0.5 if is_head and heading > 1 else 0
    return pages


def read(pages: list[list[Printed]], *, zh: bool = False, title: str = "", author: str = "") -> Manuscript:
    return read_manuscript("a.pdf", pdf_printed(pages, title=title, author=author), language="zh" if zh else "en")


def lines(book: Manuscript) -> list[str]:
    return [line for chapter in book.chapters if chapter.on for line in chapter.text.split("\n") if line]


@pytest.mark.parametrize("look", LOOKS.values(), ids=LOOKS)
def test_a_paragraph_with_a_full_last_line_is_over_where_the_next_one_begins(look: Look) -> None:
    parts = [told(look, 2 + seed % 4, seed) for seed in range(24)]
    assert lines(read(printed(parts, look), zh=look.zh)) == parts


@pytest.mark.parametrize(
    "heads",
    [
        ("1 The Quay", "2 Snow", "3 A Key"),
        ("1. The Quay", "2. Snow", "3. A Key"),
        ("Chapter 1: The Quay", "Chapter 2: Snow", "Chapter 3: A Key"),
        ("一、雪夜", "二、渡口", "三、归人"),
        ("1 雪夜", "2 渡口", "3 归人"),
        ("第一章 雪夜", "第二章 渡口", "第三章 归人"),
        ("INTRODUCTION", "MATERIALS", "FINDINGS"),
        ("INTRODUCTION", "THE WORK OF A YEAR", "WHAT IS LEFT TO DO", "CONCLUSION"),
    ],
)
@pytest.mark.parametrize("bold", [False, True], ids=["large", "bold"])
def test_a_heading_is_part_of_no_paragraph(heads: tuple[str, ...], bold: bool) -> None:
    zh = not heads[0].isascii()
    look, parts = LOOKS["zh" if zh else "novel"], []
    for at, head in enumerate(heads):
        parts += [f"#{head}", *(told(look, 2 + seed % 3, 9 * at + seed) for seed in range(5))]
    book = read(printed(parts, look, heading=1.0 if bold else 1.4, bold=bold), zh=zh)
    assert tuple(one.title for one in book.chapters if one.on) == heads
    assert lines(book) == [part for part in parts if part[0] != "#"]


@pytest.mark.parametrize("first", [True, False], ids=["drawn first", "drawn last"])
@pytest.mark.parametrize("count", [1, 2, 3, 4, 5])
def test_no_running_line_is_read_however_many_a_page_has(count: int, first: bool) -> None:
    look = LOOKS["novel"]
    parts = [told(look, 3 + seed % 3, seed) for seed in range(60)]
    pages = printed(parts, look)
    running = (
        ("IN CONFIDENCE", 70, 820),
        ("Page {} of 9", 400, 30),
        ("Lighting Review", 60, 30),
        ("Draft {}", 60, 18),
        ("Harbour Board", 60, 808),
    )
    around = [[Printed(text.format(at), x, y, 8) for text, x, y in running[:count]] for at in range(1, len(pages) + 1)]
    both = [[*extra, *page] if first else [*page, *extra] for page, extra in zip(pages, around, strict=True)]
    assert len(pages) > 3 and lines(read(both)) == parts


@pytest.mark.parametrize(
    "points",
    [
        ("Marshes change slowly", "Memory is unreliable", "A number can be checked"),
        ("• Bring your boots", "• Leave dogs at home", "• Count zero as zero"),
        ("Two observers", "Never in rain", "Publish every spring", "Train six more"),
        ("- Costs", "- Time", "- People who can help"),
        ("先从家里人问起", "每次不超过一小时", "录音之前先征得同意"),
    ],
)
def test_points_of_slides_stay_apart_and_their_title_is_the_books(points: tuple[str, ...]) -> None:
    zh = points[0][-1] > "\u2fff"
    heads = ("为什么", "怎样", "下一步") if zh else ("Why We Count", "How We Count", "What We Found")
    slides = [[Printed(head, 60, 480, 30)] for head in heads]
    said = [f"{point} {more}" for more in ("again", "twice", "once") for point in points]
    said = [one.replace(" again", "啊").replace(" twice", "呢").replace(" once", "吧") for one in said] if zh else said
    for at, one in enumerate(said):
        slides[at // len(points)].append(Printed(one, 60, 420 - 34 * (at % len(points)), 20))
    cover = [Printed("Bird Counts of 2024", 60, 400, 40), Printed("Ann Other", 60, 340, 20)]
    book = read([cover, *slides], title="PowerPoint Presentation", author="user")
    assert (book.title, book.author) == ("Bird Counts of 2024", "Ann Other")
    found = [line for chapter in book.chapters for line in (chapter.title, *chapter.text.split("\n"))]
    assert all(found.count(one) == 1 for one in (*heads, *said))


@pytest.mark.parametrize(
    "nothing",
    [
        "(anonymous)",
        "unspecified",
        "文档1",
        "Document2",
        "Untitled-3",
        "Administrator",
        "微软用户",
        "报告终稿.docx",
        "about:blank",
        "演示文稿1",
        "New Microsoft Word Document",
    ],
)
def test_what_a_program_calls_every_file_is_neither_title_nor_author(nothing: str) -> None:
    look = LOOKS["novel"]
    pages = printed([told(look, 3, seed) for seed in range(4)], look)
    book = read(pages, title=nothing, author=nothing)
    assert (book.title, book.author) == ("a", "")
    named = read(pages, title="Snow at Easter", author="Usha Adminson")
    assert (named.title, named.author) == ("Snow at Easter", "Usha Adminson")


@pytest.mark.parametrize("heads", [("INTRODUCTION", "MATERIALS", "FINDINGS"), ("PREFACE", "THE LAMPS", "THE STREETS")])
@pytest.mark.parametrize("look", ["two columns", "novel", "narrow"])
def test_capitals_alone_make_headings_below_one_that_its_word_tells(heads: tuple[str, ...], look: str) -> None:
    parts: list[str] = []
    for at, head in enumerate(heads):
        parts += [f"#{head}", *(told(LOOKS[look], 2 + seed % 3, 9 * at + seed) for seed in range(5))]
    book = read(printed(parts, LOOKS[look], heading=1.0, bold=True))
    assert tuple(one.title for one in book.chapters if one.on) == heads


def test_a_line_in_capitals_below_a_heading_in_small_letters_is_none() -> None:
    told_ = "The lamp over the door was lit, and nobody could say who had carried the oil. " * 3
    text = f"Introduction\n\n{told_}\n\n\n\nCLOSED\n\n{told_}\n\n{told_}\n\n\n\nNO ENTRY\n\n{told_}\n"
    assert [one.title for one in read_manuscript("a.txt", text.encode()).chapters if one.on] == ["Introduction"]


@pytest.mark.parametrize("zh", [False, True])
@pytest.mark.parametrize("gap", [0, 9])
def test_sentences_that_come_again_on_each_page_are_read(zh: bool, gap: int) -> None:
    look = Look(zh=zh, size=12, measure=444, indent=0 if gap else 24, gap=gap)
    opening, closing = told(look, 2, 1), told(look, 1, 2)
    letters = [[opening, *(told(look, 2 + at % 3, 9 * at + row) for row in range(4)), closing] for at in range(5)]
    foot = [Printed("公司 通知" if zh else "The Harbour Board", 250, 30, 8)]
    pages = [[*page, *foot] for letter in letters for page in printed(letter, look)]
    read_so = "".join(lines(read(pages, zh=zh)))
    assert read_so.replace(" ", "") == "".join(part for letter in letters for part in letter).replace(" ", "")


@pytest.mark.parametrize("zh", [False, True])
def test_a_clause_that_comes_again_goes_on_over_the_end_of_a_page(zh: bool) -> None:
    look = Look(zh=zh, size=12, measure=444, indent=24)
    head = [Printed("合同 第三稿" if zh else "Contract, third draft", 200, 810, 9)]
    clause = f"{'第一款' if zh else 'Clause 1. '}{told(look, 4, 7)}"
    parts = [clause, *(told(look, 3, at) for at in range(9)), clause] * 8
    pages = [[*head, *one] for one in printed(parts, look)]
    assert len(pages) > 3 and "".join(lines(read(pages, zh=zh))) == "".join(parts)
