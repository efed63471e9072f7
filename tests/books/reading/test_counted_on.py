"""Chapters whose headings change their form on the way: numbers alone, parts of a book that have no number."""

from __future__ import annotations

import pytest

from indextts.books.model import Manuscript
from indextts.books.reading import read_manuscript

ZH = "他把船系在柳树下，天黑了才往回走。那天夜里下了一场雨。"
EN = "She tied the boat to a willow and walked home after dark. That night it rained for hours."


def read(*parts: str, text: str) -> Manuscript:
    return read_manuscript("a.txt", "".join(f"{part}\n\n{text}\n\n\n" for part in parts).encode())


def titles(book: Manuscript) -> list[str]:
    return [one.title for one in book.chapters if one.on]


@pytest.mark.parametrize("form", ["{}、旧信", "{}. 旧信", "{}", "（{}）旧信", "{} 旧信", "No.{} 旧信"])
@pytest.mark.parametrize("size", [1, 2, 5])
def test_numbers_alone_close_a_gap_in_the_count_of_chapters(form: str, size: int) -> None:
    heads = ["第一章 渡口", "第二章 柳树", *(form.format(at + 3) for at in range(size)), f"第{size + 3}章 归人"]
    assert titles(read(*heads, text=ZH)) == heads


@pytest.mark.parametrize("numbers", [("III", "IV", "V"), ("3", "4"), ("Three", "Four"), ("3. Ice", "4. Thaw")])
@pytest.mark.parametrize("last", [(), ("EPILOGUE",)])
def test_numbers_alone_go_on_from_the_last_chapter(numbers: tuple[str, ...], last: tuple[str, ...]) -> None:
    heads = ["CHAPTER I. The Boat", "CHAPTER II. The Willow", *numbers, *last]
    assert titles(read(*heads, text=EN)) == heads


@pytest.mark.parametrize(
    "within",
    [
        "他说要办三件事：\n\n1、修船\n\n2、补网\n\n3、买米\n\n4、还债\n\n后来都办了。",  # a list from one on
        "3、修船\n\n4、补网\n\n后来都办了。",  # with nothing between its points
        f"3、修船\n\n{ZH}\n\n7、补网\n\n{ZH}",  # numbers that do not run
        f"2、修船\n\n{ZH}\n\n3、补网\n\n{ZH}",  # … or began before
    ],
)
@pytest.mark.parametrize("below", ["第五章 归人", ""])
def test_a_list_within_a_chapter_heads_nothing(within: str, below: str) -> None:
    heads = ["第一章 渡口", "第二章 柳树"]
    text = "".join(f"{head}\n\n{ZH}\n\n" for head in heads) + f"{within}\n\n" + (f"{below}\n\n{ZH}\n" if below else "")
    assert titles(read_manuscript("a.txt", text.encode())) == [*heads, *([below] if below else [])]


def test_a_list_that_every_chapter_has_in_turn_heads_nothing() -> None:
    points = [f"{at}、第{at}件事\n\n{ZH}\n\n{ZH}" for at in range(1, 5)]
    text = f"第一章 渡口\n\n{points[0]}\n\n第二章 柳树\n\n{points[1]}\n\n{points[2]}\n\n{points[3]}\n"
    assert titles(read_manuscript("a.txt", text.encode())) == ["第一章 渡口", "第二章 柳树"]


@pytest.mark.parametrize("name", ["卷首", "卷首语", "卷尾語", "篇首", "间幕", "間幕", "引章", "尾章", "终章", "序卷"])
@pytest.mark.parametrize("more", ["", "后篇", "附章", "前情提要", "前情回顧", "卷末"])
@pytest.mark.parametrize("behind", ["", " 旧信", "：旧信"])
def test_a_part_without_a_number_between_chapters_is_a_chapter(name: str, more: str, behind: str) -> None:
    heads = [f"{name}{behind}", "第一章 渡口", *filter(None, [more]), "第二章 柳树"]
    assert titles(read(*heads, text=ZH)) == heads


@pytest.mark.parametrize(
    "line", ["卷首。", "前章里说过这件事。", "卷尾那一页撕掉了", "前情提要：上回说到，他走了。", "终章的终"]
)
def test_a_line_of_prose_with_such_a_word_heads_nothing(line: str) -> None:
    text = f"第一章 渡口\n\n{ZH}\n\n{line}\n\n{ZH}\n\n第二章 柳树\n\n{ZH}\n"
    assert titles(read_manuscript("a.txt", text.encode())) == ["第一章 渡口", "第二章 柳树"]


def test_what_stands_above_the_first_chapter_is_not_taken_for_the_summary() -> None:
    book = read("《渡口》\n作者：沈一舟\n\n内容简介：\n他回来找一条船。\n\n卷首", "第一章 柳树", "第二章 归人", text=ZH)
    assert titles(book) == ["卷首", "第一章 柳树", "第二章 归人"]


@pytest.mark.parametrize("part", ["BOOK THE FIRST", "PART ONE", "BOOK I", "VOLUME I.", "PREFACE", "Part the First"])
@pytest.mark.parametrize("size", [3, 6])
@pytest.mark.parametrize(
    ("word", "form"),
    [("CONTENTS\n\n", "CHAPTER {}.\n\n{}."), ("CONTENTS\n\n", "CHAPTER {}. {}"), ("", "CHAPTER {}. {}")],
)
def test_the_heading_of_a_part_far_below_the_contents_is_none_of_them(
    part: str, size: int, word: str, form: str
) -> None:
    names = [("I", "Rain"), ("II", "Snow"), ("III", "A Letter"), ("IV", "Thaw"), ("V", "The Road"), ("VI", "Home")]
    listed = "".join(f"  {number}. {name}\n" for number, name in names[:size])
    chapters = "".join(f"{form.format(number, name.upper())}\n\n\n{EN}\n\n\n" for number, name in names[:size])
    text = f"THE CLOCK\n\nBy Anna Rowe\n\n\n{word}{listed}\n\n\n{part}\n\n\n{chapters}"
    book = read_manuscript("a.txt", text.encode())
    assert len(titles(book)) == size + 1 and titles(book)[0].casefold() == part.casefold()
    assert [one.text.count("\n") + 1 for one in book.chapters if one.kind == "front"] == [size]
