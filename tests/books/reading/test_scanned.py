"""Scanned texts without ends of pages: their heads and feet stand between lines that go on, and are not spoken."""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest

from indextts.books.model import Manuscript
from indextts.books.reading import read_manuscript

SIGNS = "江边的灯亮了又灭他站在门口看着远处船慢慢靠岸没有人说话只有风从水面吹过来带着一点潮湿的味道"


def lines_of(paragraphs: int, seed: int) -> list[str]:
    """Paragraphs of three lines and a half, as printed."""
    chance = random.Random(seed)
    found = []
    for _ in range(paragraphs):
        text = "　　" + "".join(chance.choice(SIGNS) for _ in range(90)) + "。"
        found += [text[at : at + 26] for at in range(0, len(text), 26)]
    return found


def book_of(text: str) -> Manuscript:
    return read_manuscript("a.txt", text.encode())


def said(text: str) -> str:
    """Titles and paragraphs; the end of a page between two of them may part them like a scene."""
    return "\n".join(f"{one.title}\n{one.text}" for one in book_of(text).chapters if one.on).replace("\n\n", "\n")


def scanned(head: Callable[[int], str], foot: Callable[[int], str], first: int) -> tuple[str, str]:
    """A book with its heads and feet, and without."""
    lines = ["第一章 渡口", "", *lines_of(22, 1), "", "第二章 旧屋", "", *lines_of(22, 2)]
    plain, whole, number = "灯火\n\n温如故 著\n\n", "灯火\n\n温如故 著\n\n", first
    for at in range(0, len(lines), 21):
        page = "\n".join(lines[at : at + 21])
        whole += "\n".join(one for one in (head(number), page, foot(number), "") if one) + "\n"
        plain += page + "\n"
        number += 1
    return whole, plain


def nothing(_: int) -> str:
    return ""


@pytest.mark.parametrize("first", [1, 5])
@pytest.mark.parametrize(
    ("head", "foot"),
    [
        (lambda at: f"灯 火　　· {at} ·" if at % 2 else f"· {at} ·　　灯　火", nothing),
        (lambda at: f"灯火 —{at}—" if at % 2 else f"—{at}— 灯火", nothing),
        (nothing, lambda at: f"　　　　　　　{at}"),
        (nothing, lambda at: f"· {at} ·"),
        (nothing, lambda at: f"第 {at} 页"),
        (lambda _: "灯　火", lambda at: f"- {at} -"),
        (lambda at: "灯火" if at % 2 else "温如故作品集", nothing),
        (lambda at: "温如故文存" if at % 2 else "", lambda at: f"{at}"),
    ],
)
def test_heads_and_feet_of_scanned_pages_are_not_spoken(
    head: Callable[[int], str], foot: Callable[[int], str], first: int
) -> None:
    whole, plain = scanned(head, foot, first)
    assert said(whole) == said(plain)
    assert book_of(whole).title == "灯火"


@pytest.mark.parametrize(
    "between",
    [
        "天亮了",  # a refrain below whole sentences
        "2026",
        "第三次",
    ],
)
def test_a_line_that_recurs_between_whole_sentences_is_read(between: str) -> None:
    text = "\n".join(line for at in range(6) for line in (*lines_of(3, at), between, ""))
    assert said(f"第一章 渡口\n\n{text}").count(between) == 6


def test_numbers_that_are_headings_stay() -> None:
    text = "\n".join(line for at in range(21, 27) for line in (str(at), "", *lines_of(4, at), ""))
    titles = [one.title for one in book_of(text).chapters] + said(text).split("\n")
    assert all(str(at) in titles for at in range(21, 27))


def test_a_line_that_recurs_in_a_text_whose_lines_are_paragraphs_is_read() -> None:
    lines = ["".join(random.Random(at).choices(SIGNS, k=30 + 37 * at % 90)) for at in range(12)]
    text = "\n".join(line for at, line in enumerate(lines) for line in ([line, "钟声"] if at % 3 == 0 else [line]))
    assert said(f"第一章 渡口\n\n{text}\n").split("\n").count("钟声") == 4


@pytest.mark.parametrize("misread", ["THE FERRY EOPE 9", "THE FEREY ROPE 9", "TIIE FERRY ROPE 9"])
def test_a_head_in_which_letters_were_misread_is_one_all_the_same(misread: str) -> None:
    words = ("He walked along the river for a long while and met nobody at all, " * 40).split()
    lines = [" ".join(words[at : at + 11]) for at in range(0, len(words), 11)]
    heads = {12: "THE FERRY ROPE 8", 24: misread, 36: "THE FERRY ROPE 10"}
    printed = [one for at, line in enumerate(lines) for one in ([heads[at], line] if at in heads else [line])]
    assert said("\n".join(["CHAPTER I", "", *printed])) == said("\n".join(["CHAPTER I", "", *lines]))
