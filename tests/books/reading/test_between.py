"""What stands between lines or pages and is no text: notices in broken lines, curtains, imprints, title pages."""

from __future__ import annotations

import re

import pytest

from benchmarks.book_files import Printed, epub_of, pdf_printed
from indextts.books.model import Manuscript
from indextts.books.reading import read_manuscript

ROW = "雨下了一整夜，巷口的灯也亮了一整夜，他站在门口看着远处的船慢慢靠了岸，"
LAST = "没有人说话。"
LINE = "The harbour lamp had burned all night, and nobody could say who carried the oil"


def spoken(book: Manuscript) -> list[str]:
    return [line for chapter in book.chapters if chapter.on for line in chapter.text.split("\n") if line]


@pytest.mark.parametrize(
    "notice",
    [
        "更多好看小说请到 www.moyun.net 下载",
        "（墨云文学网 www.moyun.org 更新最快，无弹窗全文字阅读）",
        "手机用户请浏览 m.moyun.cc 阅读，掌上阅读更方便",
        "本书由墨云书屋整理制作，请于下载后24小时内删除",
        "（温馨提示：为防止章节内容显示不全，请不要使用转码模式阅读。）",
    ],
)
@pytest.mark.parametrize("at", [1, 2])
def test_a_notice_between_broken_lines_parts_no_sentence(notice: str, at: int) -> None:
    rows = [ROW, ROW, LAST]
    paragraph = "".join(rows)
    broken = "\n".join([*rows[:at], notice, *rows[at:]])
    plain = "\n".join(rows)
    said = spoken(read_manuscript("a.txt", f"第一章 灯\n{plain}\n{plain}\n{broken}\n{plain}\n".encode()))
    assert said == [paragraph] * 4


@pytest.mark.parametrize("curtain", ["CURTAIN", "(The curtain falls.)", "Blackout.", "Exeunt omnes.", "END OF ACT ONE"])
def test_the_end_of_an_act_is_nobodys_line(curtain: str) -> None:
    turns = "\n\n".join(f"{name}. {said}" for name, said in zip(("MAUD", "FELIX") * 3, "abcdef", strict=True))
    last = "MAUD. [Rising.] Nobody could say who had carried\nthe oil."
    text = f"THE LAMP\nA Play\n\nACT I\n\n{turns.upper()}\n\n{last}\n\n{curtain}\n"
    for chapter in read_manuscript("a.txt", text.encode()).chapters:
        for quote in chapter.quotations:
            assert curtain.strip("(). ") not in chapter.text[quote.start : quote.end]


@pytest.mark.parametrize(
    "imprint", ["First Kindle edition: March 2019", "2nd revised edition, 2021", "Third printing 1987"]
)
@pytest.mark.parametrize("rights", ["Copyright © 2019 Ada Marsh\nAll rights reserved\n", ""])
def test_which_edition_it_is_is_not_spoken(imprint: str, rights: str) -> None:
    text = f"THE LAMP\n\nby Ada Marsh\n\n{rights}\n{imprint}\n\n" + "".join(
        f"Chapter {number}\n\n{LINE} up.\n\n" for number in ("One", "Two")
    )
    assert spoken(read_manuscript("a.txt", text.encode())) == [f"{LINE} up."] * 2


def test_rights_over_broken_lines_are_not_spoken() -> None:
    rights = "All rights reserved. No part of this book may be copied in any form\nwithout the written consent of the"
    rights += " author, but for short quotations\nin book reviews."
    text = f"THE LAMP\n\nby Ada Marsh\n\nCopyright © 2021 Ada Marsh\n{rights}\n\n\nChapter One\n\n{LINE} up.\n\n"
    assert spoken(read_manuscript("a.txt", f"{text}Chapter Two\n\n{LINE} up.\n".encode())) == [f"{LINE} up."] * 2


@pytest.mark.parametrize(("left", "right"), [("12  THE LAMP", "THE LAMP  13"), ("12 The Lamp", "13 The Lamp")])
def test_heads_beside_the_numbers_of_two_pages_are_not_spoken(left: str, right: str) -> None:
    text = [[Printed(f"{LINE} {row},", 60, 700 - 14 * row, 11) for row in range(at, at + 8)] for at in (0, 8, 16, 24)]
    heads: tuple[list[Printed], ...] = ([], [Printed(left, 60, 800, 11)], [Printed(right, 60, 800, 11)], [])
    said = " ".join(spoken(read_manuscript("a.pdf", pdf_printed([[*a, *b] for a, b in zip(heads, text, strict=True)]))))
    assert said.casefold().count("the lamp") == 0


def test_the_number_of_the_only_page_and_writers_side_by_side_are_not_spoken() -> None:
    head = [Printed("Town Clocks", 150, 800, 18), Printed("Greta Moser  Paul Marsh", 140, 775, 12)]
    head.append(Printed("June 2015", 180, 755, 12))
    text = [Printed(f"{LINE} {row},", 60, 700 - 14 * row, 11) for row in range(14)]
    book = read_manuscript("a.pdf", pdf_printed([[*head, *text, Printed("1", 200, 30, 11)]]))
    said = " ".join(spoken(book))
    assert "Moser" not in said and "2015" not in said and not said.endswith(" 1") and "Moser" in book.author


@pytest.mark.parametrize(
    ("number", "name", "wanted"),
    [("4", "CHAPTER 2. THE WINDER", False), ("4 ", "The Winder", False), ("4 ", "A Winder Came", True)],
)
def test_one_head_of_a_chapter_that_has_its_heading_is_not_spoken(number: str, name: str, wanted: bool) -> None:
    pages: list[list[Printed]] = []
    for at, title in enumerate(("Brass Apples", "The Winder", "A Green Leaf")):
        heads = [Printed(f"Chapter {at + 1}", 60, 780, 18), Printed(title, 60, 750, 18)]
        text = [Printed(f"{LINE} {row},", 60, 700 - 14 * row, 11) for row in range(4)]
        pages.append([*heads, *text, Printed(str(len(pages) + 1), 200, 30, 11)])
        if at == 1:
            more = [Printed(f"{LINE} again {row},", 60, 760 - 14 * row, 11) for row in range(4)]
            pages.append([Printed(f"{int(number) - 1}{number[1:]}{name}", 60, 810, 11), *more])
    said = " ".join(spoken(read_manuscript("a.pdf", pdf_printed(pages))))
    assert (name in said.replace("3 ", "")) is wanted


def test_a_title_that_is_no_text_is_none() -> None:
    data = pdf_printed([[Printed(f"{LINE}.", 60, 780, 11)]], title="Lamp", author="Ada Marsh")
    empty = re.sub(rb"/Title<\w+>", lambda match: b"/Title null".ljust(len(match[0])), data)
    assert read_manuscript("a.pdf", data).title == "Lamp"
    assert read_manuscript("the lamp.pdf", empty).title == "the lamp"


@pytest.mark.parametrize("maker", ["长江书社", "江城出版社"])
def test_a_title_page_below_a_picture_of_the_cover_is_not_spoken(maker: str) -> None:
    bodies = [
        '<body><div><img src="cover.png" alt="封面"/></div></body>',
        f"<body><h1>雪夜</h1><p>林小满　著</p><p>{maker}</p></body>",
        *(f"<body><h2>第{number}章 灯</h2><p>{ROW}{LAST}</p></body>" for number in "一二"),
    ]
    assert spoken(read_manuscript("a.epub", epub_of(bodies))) == [f"{ROW}{LAST}"] * 2
