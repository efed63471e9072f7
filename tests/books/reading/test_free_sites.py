"""What sites of free books and scanners put around a text, and title pages whose lines stand apart."""
# ruff: noqa: E501

from __future__ import annotations

import io
import zipfile

import pytest

from indextts.books import read_manuscript
from indextts.books.model import Manuscript

PROSE = ("The rain went on all night, and so did the lamp.", "He folded the umbrella and climbed the stairs.") * 4
LINES = ("雨下了一整夜，巷口的灯也亮了一整夜。", "他把伞收好，慢慢地走上楼去。", "没有人知道他后来去了哪里。") * 3
BODY = "\n\n".join(line for head in ("Chapter 1", "Chapter 2", "Chapter 3") for line in (head, *PROSE)) + "\n"
PAGE = "THE FERRY LAMP\n\nby\n\nANN OTHER\n\n\n"


def english(text: str, name: str = "x.txt") -> Manuscript:
    return read_manuscript(name, text.encode(), language="en")


def said(made: Manuscript) -> str:
    return "\n".join(f"{chapter.title}\n{chapter.text}" for chapter in made.chapters if chapter.on)


def titles(made: Manuscript) -> list[str]:
    return [chapter.title for chapter in made.chapters if chapter.on]


@pytest.mark.parametrize(
    ("head", "foot"),
    [
        (
            "Title: The Ferry Lamp\nAuthor: Ann Other\n* A Project Gutenberg of Australia eBook *\neBook No.: 1200031.txt\n"
            "Date first posted: May 2012\n\nThis eBook was produced by: Pat Hill\n\nCopyright laws are changing all over "
            "the world.\n\nTo contact Project Gutenberg of Australia go to http://gutenberg.net.au\n\n\n" + PAGE,
            "\n\nThis site is full of FREE ebooks - Project Gutenberg Australia\n",
        ),
        (
            "* A Distributed Proofreaders Canada eBook *\n\nThis eBook is made available at no cost and with very few "
            "restrictions.\n\nTitle: The Ferry Lamp\n\nDate of first publication: 1929\n\nAuthor: Other, Ann (1880-1951)\n\n"
            "Date first posted: June 2, 2016\n\nFaded Page eBook #20160602\n\nThis eBook was produced by: Pat Hill\n\n\n",
            "\n\n[The end of The Ferry Lamp, by Ann Other]\n",
        ),
        (
            "* A Project Gutenberg Canada Ebook *\n\nThis ebook is made available at no cost.\n\nTitle: The Ferry Lamp\n"
            "Author: Ann Other (1880-1951)\nDate first posted: 2 June 2009\nProject Gutenberg Canada ebook #912\n\n\n",
            "",
        ),
        (
            "Exported from Wikisource on May 3, 2021\n\n" + PAGE,
            "\n\nAbout this digital edition\n\nThis e-book comes from it.\n",
        ),
        (
            "Digitized by the Internet Archive\nin 2011 with funding from\nUniversity of Larkfield\n\n"
            "https://archive.org/details/ferrylamp00othe\n\n\n" + PAGE,
            "",
        ),
        (
            "This is a digital copy of a book that was preserved for generations on library shelves.\n\n"
            "Google's mission is to organize the world's information.\n\n\n" + PAGE,
            "",
        ),
        (
            "THE FERRY LAMP\nby Ann Other\nPublished: 1929\nCategorie(s): Fiction\nNote: This book is brought to you by "
            "Feedbooks\nhttp://www.feedbooks.com\nStrictly for personal use, do not use this file for commercial purposes.\n\n\n",
            "\n\nwww.feedbooks.com\nFood for the mind\n",
        ),
    ],
)
def test_a_site_of_free_books_is_not_spoken(head: str, foot: str) -> None:
    made = english(head + BODY + foot)
    assert titles(made) == ["Chapter 1", "Chapter 2", "Chapter 3"]
    assert (made.title.casefold(), made.author.casefold()) == ("the ferry lamp", "ann other")
    assert not any(
        word in said(made) for word in ("Gutenberg", "Pat Hill", "Faded", "archive", "Feedbooks", "e-book", "Food")
    )
    assert all(line in said(made) for line in PROSE)


def test_a_part_is_called_by_the_site_that_put_it_there() -> None:
    archive = english(f"Digitized by the Internet Archive\nin 2011 with funding from\nLarkfield\n\n\n{PAGE}{BODY}")
    assert [one.title for one in archive.chapters if not one.on and one.kind == "front"] == ["About this file"]


def test_a_text_that_tells_of_such_a_site_is_spoken() -> None:
    told = "We found the book at Project Gutenberg Canada, and it was digitized by the library."
    assert told in said(english(f"{told}\n\n" + "\n\n".join(PROSE)))


@pytest.mark.parametrize(
    "page",
    [
        "The Ferry Lamp\n\nby\n\nAnn Other",
        "The Ferry Lamp\nBy\nAnn Other",
        "The Ferry Lamp\n\nWritten by:\n\nAnn Other",
        "The Ferry Lamp\n\nA Novel\n\nby\n\nAnn Other",
        "The Ferry Lamp\n\nA Novel by\n\nAnn Other",
        "The Ferry Lamp\n\nBy Ann Other,\nAuthor of “The Weir,” “The Lock,” “The Long Towpath,” etc.",
    ],
)
def test_who_wrote_a_book_may_stand_on_a_line_of_its_own(page: str) -> None:
    made = english(f"{page}\n\n\n{BODY}")
    assert (made.title, made.author, titles(made)) == (
        "The Ferry Lamp",
        "Ann Other",
        ["Chapter 1", "Chapter 2", "Chapter 3"],
    )


@pytest.mark.parametrize(
    "page",
    ["雨巷\n\n作者：\n\n陈默", "雨巷 作者：陈默", "《雨巷》 陈默", "书名：雨巷\n作者名：陈默", "雨巷\n\n【作者】陈默"],
)
def test_who_wrote_a_chinese_book_is_found_beside_its_title(page: str) -> None:
    text = f"{page}\n\n\n" + "\n\n".join(line for head in ("第一章 春雨", "第二章 夏荷") for line in (head, *LINES))
    made = read_manuscript("x.txt", text.encode(), language="zh")
    assert (made.title, made.author, titles(made)) == ("雨巷", "陈默", ["第一章 春雨", "第二章 夏荷"])


@pytest.mark.parametrize(
    "line",
    [
        "听雨轩·扫描校对", "听雨轩 扫描校对", "听雨轩扫描，独行客校对", "OCR：老周 校对：阿南", "【听雨轩】扫描、校对", "扫校：老周", "OCR by 老周",
        "老周OCR，阿南校对",
    ],
)  # fmt: skip
def test_who_scanned_a_book_is_not_spoken(line: str) -> None:
    text = "雨巷\n\n作者：陈默\n\n" + "".join("\n\n".join((f"第{n}章 雨", *LINES, line)) + "\n\n" for n in "一二三")
    made = read_manuscript("x.txt", text.encode(), language="zh")
    assert line not in said(made)
    assert said(made).count(LINES[0]) == 9


@pytest.mark.parametrize("line", ["他负责扫描，我负责校对。", "“你来校对？”", "老周在录入", "扫描的是他"])
def test_a_story_of_scanning_is_spoken(line: str) -> None:
    text = "雨巷\n\n作者：陈默\n\n" + "".join("\n\n".join((f"第{n}章 雨", *LINES, line)) + "\n\n" for n in "一二三")
    assert line in said(read_manuscript("x.txt", text.encode(), language="zh"))


@pytest.mark.parametrize(
    ("form", "first"),
    [
        ("Book {v}, Chapter {n}", "Book One Chapter 1"),
        ("Part {v}, Chapter {n}: Rain", "Part One Chapter 1: Rain"),
    ],
)
def test_a_comma_may_stand_between_a_volume_and_its_chapter(form: str, first: str) -> None:
    heads = [form.format(v=("One", "Two")[n // 3], n=n + 1) for n in range(6)]
    told = "In that book, chapter 7 was missing."
    text = "The Ferry Lamp\n\nby Ann Other\n\n\n" + "\n\n".join(one for head in heads for one in (head, *PROSE, told))
    made = titles(english(text))
    assert (len(made), made[0]) == (6, first)


@pytest.mark.parametrize(
    "below",
    [
        "<p>LONDON<br/>HILL &amp; WEIR<br/>1904</p>",
        "<p>NEW YORK<br/>1911</p>",
        "<p>ILLUSTRATED BY PAT HILL</p>",
        "<p>Copyright, 1904</p>",
    ],
)
@pytest.mark.parametrize(
    "by", ["<h2>BY ANN OTHER</h2>", "<h2>by</h2><h2>Ann Other</h2>", "<h2>A Tale</h2><h3>By Ann Other</h3>"]
)
def test_a_page_of_who_wrote_a_document_is_no_chapter(by: str, below: str) -> None:
    heads = "".join(f"<h2>CHAPTER {n}</h2>" + "".join(f"<p>{one}</p>" for one in PROSE) for n in ("I", "II", "III"))
    head = "<title>The Ferry Lamp</title><meta name='author' content='Ann Other'>"
    start = "<pre>Title: The Ferry Lamp\n\nAuthor: Ann Other\n\n*** START OF THIS PROJECT GUTENBERG EBOOK X ***</pre>"
    page = f"<html><head>{head}</head><body>{start}<h1>THE FERRY LAMP</h1>{by}{below}{heads}</body></html>"
    made = english(page, "x.htm")
    assert (titles(made), made.author) == (["CHAPTER I", "CHAPTER II", "CHAPTER III"], "Ann Other")


def test_poems_below_their_poets_are_spoken() -> None:
    poems = "".join(
        f"<h2>Rain {n}</h2><h3>by {who}</h3><p>A lamp,<br/>a wet road</p>"
        for n, who in enumerate(("Ann Other", "Pat Hill", "Jo Weir"))
    )
    assert (
        said(english(f"<html><head><title>Rain</title></head><body><h1>Rain</h1>{poems}</body></html>", "x.htm")).count(
            "a wet road"
        )
        == 3
    )


def test_a_document_of_nothing_but_a_note_is_spoken() -> None:
    page = "<html><head><title>A Note</title></head><body><h1>A Note by Ann Other</h1><p>The lamp is lit.</p></body></html>"
    assert "The lamp is lit." in said(english(page, "x.htm"))


def test_the_name_of_a_volume_that_is_its_first_line_is_said_once() -> None:
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w") as made:
        for volume, at in (("卷一 春", 0), ("卷二 夏", 2), ("卷三 秋", 4)):
            heads = [f"第{'一二三四五六'[at + on]}章 雨" for on in range(2)]
            made.writestr(
                f"雨巷/{volume}.txt", f"{volume}\n\n" + "\n\n".join(x for head in heads for x in (head, *LINES))
            )
    found = titles(read_manuscript("雨巷.zip", whole.getvalue(), language="zh"))
    assert [title for title in found if title.startswith("卷")] == ["卷一 春", "卷二 夏", "卷三 秋"]
    assert len(found) == 9
