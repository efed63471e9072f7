"""Books that a program made of a plain text, and pages that mark no heading: lines, or how they look, tell chapters."""

from __future__ import annotations

import textwrap
from collections.abc import Callable

import pytest

from benchmarks.book_files import epub_of
from indextts.books.model import Manuscript
from indextts.books.reading import read_manuscript

PROSE = (
    "渡口的老槐树掉光了叶子，树下停着一条没有桨的船。",
    "“账本我已经烧了，”秦姑娘说，“你要找的东西，根本不在这里。”",
    "雨下了一整夜，瓦沟里的水响得像有人在数铜钱。",
)
STORY = (
    "Rain had come over the ridge in the night and filled every rut of the lane with brown water.",
    "“You said the boat would be here by six,” Marian whispered, “and it is nearly seven by the clock.”",
    "It was the third winter since the mill had closed, and the town had learned to be quiet, and to wait.",
)
VOLUMES = ["第一卷 江南", "第一章 雨夜", "第二章 渡口", "第二卷 塞北", "第一章 旧账", "第二章 断桥"]
HEADS = {
    "chapters": ["第一章 雨夜", "第二章 渡口", "第三章 旧账"],
    "volumes": VOLUMES,
    "points": ["1、雨夜", "2、渡口", "3、旧账"],
    "zeros": ["001 雨夜", "002 渡口", "003 旧账"],
    "around": ["楔子", "第一章 雨夜", "第二章 渡口", "尾声"],
    "english": ["Chapter 1: The Rain", "Chapter 2: A Wet Key", "Chapter 3: Low Water"],
    "roman": ["I. The Rain", "II. A Wet Key", "III. Low Water"],
    "bare": ["Chapter 1", "Chapter 2", "Chapter 3"],
}
FRONT = {"zh": ("夜航船客", "作者：苏半夏", "苏半夏"), "en": ("Low Water", "by Anna Pell", "Anna Pell")}


def spoken(book: Manuscript) -> list[tuple[str, list[str]]]:
    return [(one.title, one.text.split("\n")) for one in book.chapters if one.on]


def lines_of(heads: list[str]) -> tuple[list[str], list[tuple[str, list[str]]], str]:
    """The lines of a book, what of it is spoken, and its language."""
    language = "en" if heads[0].isascii() else "zh"
    prose = 3 * (STORY if language == "en" else PROSE)
    title, by, _ = FRONT[language]
    return [title, by, *(line for head in heads for line in (head, *prose))], [(h, [*prose]) for h in heads], language


def converted(lines: list[str], *, several: bool = False) -> Manuscript:
    """As Calibre does it: no heading, its own words in the contents, for the writer and for the language."""
    rows = [f"<p class='calibre1'>{line}</p>" for line in lines]
    parts = [rows[:9], rows[9:]] if several else [rows]
    bodies = [f"<body class='calibre'>{''.join(part)}</body>" for part in parts]
    return read_manuscript("b.epub", epub_of(bodies, title="b", author="Unknown", names=["Start"]))


def fiction(lines: list[str]) -> Manuscript:
    section = "".join(f"<p>{line}</p><p> </p>" for line in lines)
    about = (
        "<title-info><author><first-name></first-name><last-name>Unknown</last-name></author>"
        "<book-title>b</book-title><lang>en</lang></title-info>"
    )
    book = f"<FictionBook><description>{about}</description><body><section>{section}</section></body></FictionBook>"
    return read_manuscript("b.fb2", f"<?xml version='1.0' encoding='utf-8'?>{book}".encode())


def page(lines: list[str]) -> Manuscript:
    rows = "".join(f"<p class='x1'>{line}</p>" for line in lines)
    return read_manuscript("b.html", f"<html><head><title>b</title></head><body>{rows}</body></html>".encode())


@pytest.mark.parametrize("made", [converted, lambda lines: converted(lines, several=True), fiction, page])
@pytest.mark.parametrize("form", list(HEADS))
def test_the_lines_of_a_converted_text_tell_its_chapters(form: str, made: Callable[[list[str]], Manuscript]) -> None:
    lines, wanted, language = lines_of(HEADS[form])
    book = made(lines)
    title, _, author = FRONT[language]
    assert spoken(book) == wanted
    assert (book.title, book.author, book.language) == (title, author, language)


def test_volumes_stand_above_the_chapters_of_a_converted_text() -> None:
    book = converted(lines_of(VOLUMES)[0])
    assert [one.level for one in book.chapters if one.on] == [1, 2, 2, 1, 2, 2]


def test_what_the_file_names_beside_a_writer_is_kept() -> None:
    lines, wanted, _ = lines_of(HEADS["chapters"])
    rows = "".join(f"<p>{line}</p>" for line in lines)
    book = read_manuscript("b.epub", epub_of([f"<body>{rows}</body>"], title="夜航", author="苏半夏", names=["Start"]))
    assert (book.title, book.author, spoken(book)) == ("夜航", "苏半夏", wanted)


def test_contents_that_name_more_than_the_lines_do_are_followed() -> None:
    bodies = [f"<body><p>{head}</p><p>{PROSE[0]}</p></body>" for head in ("第一章 雨夜", "第二章 渡口", "河灯")]
    book = read_manuscript("b.epub", epub_of(bodies, names=["第一章 雨夜", "第二章 渡口", "河灯"]))
    assert [title for title, _ in spoken(book)] == ["第一章 雨夜", "第二章 渡口", "河灯"]


def test_lines_that_a_program_made_paragraphs_are_one_again() -> None:
    rows = "".join(
        f"<h2>Chapter {number}</h2>" + "".join(f"<p>{line}</p>" for one in STORY for line in textwrap.wrap(one * 3, 60))
        for number in (1, 2)
    )
    book = read_manuscript("b.epub", epub_of([f"<body>{rows}</body>"], names=["Start"]))
    assert spoken(book) == [(f"Chapter {number}", [one * 3 for one in STORY]) for number in (1, 2)]


def test_lines_of_verse_stay_lines() -> None:
    verse = [
        "The mill is shut, the water goes",
        "Over the stone and under the moon",
        "And nobody knows",
        "Where to",
    ] * 5
    rows = "".join(f"<h2>{name}</h2>" + "".join(f"<p>{line}</p>" for line in verse) for name in ("One", "Two"))
    book = read_manuscript("b.epub", epub_of([f"<body>{rows}</body>"], names=["Start"]))
    assert [lines for _, lines in spoken(book)] == [verse, verse]


def test_an_indent_within_a_paragraph_begins_another() -> None:
    joined = "　　".join(f"{one[:12]} {one[12:]} " for one in PROSE)
    rows = "".join(f"<p>{head}</p><p>{joined}</p>" for head in HEADS["chapters"])
    book = read_manuscript("b.epub", epub_of([f"<body>{rows}</body>"], names=["Start"]))
    assert [lines for _, lines in spoken(book)] == [[*PROSE]] * 3


# The title page of a book whose chapters have headings


@pytest.mark.parametrize(
    ("rows", "title", "author"),
    [
        ("<p>The Salt Road By Josef Marsh</p>", "The Salt Road", "Josef Marsh"),
        ("<p>The Salt Road by Ruth Marsh</p>", "The Salt Road", "Ruth Marsh"),
        ("<p>The Salt Road</p><p>Ruth Marsh</p>", "The Salt Road", "Ruth Marsh"),
        ("<p>盐路</p><p>顾南衣 著</p>", "盐路", "顾南衣"),
        ("<p>盐路 by 月下听松</p>", "盐路", "月下听松"),
    ],
)
def test_the_title_page_tells_what_the_file_does_not(rows: str, title: str, author: str) -> None:
    names = ["Chapter One", "Chapter Two"]
    bodies = [
        f"<body><h2>{name}</h2><p>The Rain</p>{''.join(f'<p>{one}</p>' for one in STORY)}</body>" for name in names
    ]
    book = read_manuscript("b.epub", epub_of([f"<body>{rows}</body>", *bodies], title="b", author="Unknown"))
    assert (book.title, book.author, book.chapters[0].kind) == (title, author, "title")
    assert spoken(book) == [(f"{name} The Rain", [*STORY]) for name in names]


def test_a_language_that_a_program_filled_in_is_not_believed() -> None:
    english = read_manuscript("b.epub", epub_of([f"<body><p>{one}</p></body>" for one in STORY]))
    assert english.language == "en"


# How lines look


@pytest.mark.parametrize(
    "row",
    [
        "<p><b>{}</b></p>",
        "<p><strong>{}</strong></p>",
        "<p align='center'>{}</p>",
        "<center>{}</center>",
        "<div class='chapter-title'>{}</div>",
        "<p class='bt'>{}</p>",
        "<p style='text-align: center;'><span style='font-weight: bold'>{}</span></p>",
    ],
)
@pytest.mark.parametrize("heads", [["雨夜", "渡口", "旧账"], ["The Rain", "A Wet Key", "Low Water"]])
@pytest.mark.parametrize("kind", ["html", "epub"])
def test_lines_that_look_alike_are_headings(row: str, heads: list[str], kind: str) -> None:
    prose = STORY if heads[0].isascii() else PROSE
    body = "".join(row.format(head) + "".join(f"<p>{line}</p>" for line in prose) for head in heads)
    data = f"<html><body>{body}</body></html>".encode() if kind == "html" else epub_of([f"<body>{body}</body>"])
    assert spoken(read_manuscript(f"b.{kind}", data)) == [(head, [*prose]) for head in heads]


def test_a_page_whose_lines_all_look_alike_has_no_headings() -> None:
    body = "".join(f"<p align='center'><b>{line}</b></p>" for line in ("Low Water", "The mill is shut", "Nobody knows"))
    book = read_manuscript("b.html", f"<html><body>{body}</body></html>".encode())
    assert len(spoken(book)) == 1
