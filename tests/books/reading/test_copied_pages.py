"""Texts copied from printed pages: numbers and heads of pages are not read, and what they part is one paragraph."""

from __future__ import annotations

import random
import textwrap
from collections.abc import Callable

import pytest

from indextts.books import read_manuscript

SIGNS = "江边的灯亮了又灭他站在门口看着远处船慢慢靠岸没有人说话只有风从水面吹过来带着一点潮湿的味道"
WORDS = "lamp over door lit and nobody could say who had carried oil up those narrow stairs the river ferry"
TITLES = {
    True: ("第一章 归客", "第二章 旧账", "第三章 夜航"),
    False: ("Chapter 1: The Ferry", "Chapter 2: Old Accounts", "Chapter 3: Night Crossing"),
}
Book = list[tuple[str, list[str]]]
Foot = Callable[[int, str], list[str]]


def book_of(*, zh: bool, seed: int = 1) -> Book:
    """Chapters of paragraphs of one to five sentences."""
    chance = random.Random(seed)

    def sentence() -> str:
        if zh:
            pieces = ("".join(chance.choices(SIGNS, k=chance.randint(4, 16))) for _ in range(chance.randint(1, 3)))
            return f"{'，'.join(pieces)}。"
        return f"{' '.join(chance.choices(WORDS.split(), k=chance.randint(5, 18))).capitalize()}."

    def paragraph() -> str:
        return ("" if zh else " ").join(sentence() for _ in range(chance.randint(1, 5)))

    return [(title, [paragraph() for _ in range(12)]) for title in TITLES[zh]]


def printed(book: Book, foot: Foot, *, zh: bool, indent: bool, rows: int) -> str:
    """The text of the pages, broken at a width, with what stands at the foot of one and the head of the next."""
    lines: list[str] = ["灯火", "", "程不语 著", "", ""] if zh else ["THE LAMP", "", "By ANN OTHER", "", ""]
    row = page = 0
    for title, paragraphs in book:
        rows_of: list[str] = ["", title, ""]
        for one in paragraphs:
            first = ("　　" if zh else "    ") * indent
            whole = first + one
            broken = [whole[at : at + 34] for at in range(0, len(whole), 34)]
            rows_of += broken if zh else textwrap.wrap(one, 66, initial_indent=first)
            rows_of += [""] * (not indent)
        for line in rows_of:
            lines.append(line)
            row += 1
            if row % rows == 0:
                page += 1
                lines += foot(page, title) if line else ["", *foot(page, title), ""]
    return "\n".join(lines)


def read(text: str) -> Book:
    book = read_manuscript("a.txt", text.encode())
    return [(one.title, one.text.split("\n")) for one in book.chapters if one.on]


FEET: dict[str, tuple[Foot, Foot]] = {
    "dashes and the title": (lambda at, _: [f"- {at} -", "灯火"], lambda at, _: [f"- {at} -", "THE LAMP"]),
    "a word": (lambda at, _: [f"第{at}页"], lambda at, _: [f"Page {at}"]),
    "of how many": (lambda at, _: [f"{at}/120"], lambda at, _: [f"{at} / 120"]),
    "a word, of how many": (lambda at, _: [f"第 {at} 页 共 120 页"], lambda at, _: [f"Page {at} of 120"]),
    "a number": (lambda at, _: [f"{at}"], lambda at, _: [f"{at}"]),
    "title and writer in turn": (
        lambda at, _: [f"{at}", "灯火" if at % 2 else "程不语"],
        lambda at, _: [f"{at}", "THE LAMP" if at % 2 else "ANN OTHER"],
    ),
    "the title alone": (lambda *_: ["灯火"], lambda *_: ["THE LAMP"]),
    "title and number": (lambda at, _: [f"灯火 | {at}"], lambda at, _: [f"The Lamp | {at}"]),
    "the chapter": (lambda at, title: [f"{at}", title], lambda at, title: [f"{at}", title]),
    "its name": (lambda at, title: [f"{at}", title[4:]], lambda at, title: [f"{at}", title.partition(": ")[2]]),
    "brackets": (lambda at, _: [f"[{at}]"], lambda at, _: [f"[{at}]"]),
    "from the middle": (lambda at, _: [f"— {at + 36} —"], lambda at, _: [f"~ {at + 36} ~"]),
}


@pytest.mark.parametrize("indent", [False, True], ids=["gaps", "indents"])
@pytest.mark.parametrize("zh", [True, False], ids=["zh", "en"])
@pytest.mark.parametrize("foot", FEET)
def test_what_stands_on_each_page_is_not_read(foot: str, zh: bool, indent: bool) -> None:
    book = book_of(zh=zh)
    for rows in (23, 30):
        assert read(printed(book, FEET[foot][not zh], zh=zh, indent=indent, rows=rows)) == book


@pytest.mark.parametrize("zh", [True, False], ids=["zh", "en"])
@pytest.mark.parametrize("mark", ["{}", "- {} -", "— {} —"])
def test_numbers_that_head_chapters_of_one_length_are_no_pages(mark: str, zh: bool) -> None:
    parts = [part for at in range(4) for _, part in book_of(zh=zh, seed=at)[:1]]
    lines: list[str] = ["灯火" if zh else "The Lamp", "", ""]
    for at, part in enumerate(parts, 1):
        lines += ["", mark.format(at), ""]
        for one in part:
            broken = [one[begin : begin + 34] for begin in range(0, len(one), 34)]
            lines += [*(broken if zh else textwrap.wrap(one, 66)), ""]
    assert read("\n".join(lines)) == [(f"{at}", part) for at, part in enumerate(parts, 1)]


def test_a_table_of_numbers_in_a_text_with_gaps_is_read() -> None:
    (title, told), *_ = book_of(zh=False)
    wrapped = "\n\n".join("\n".join(textwrap.wrap(one, 66)) for one in told)
    table = "\n".join(f"{at}\n{word}" for at, word in enumerate(("flour", "rope", "lamp oil", "nails"), 1))
    text = "\n".join(line for _, lines in read(f"{title}\n\n{wrapped}\n\n{table}\n\n{wrapped}\n") for line in lines)
    assert "1 flour 2 rope 3 lamp oil 4 nails" in text.replace("\n", " ")
