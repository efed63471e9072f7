"""Heads of pages in a text that was scanned: the name of the book beside the page's number."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from indextts.books.reading import read_manuscript

SENTENCES = [
    f"河水第{at}次漫过石阶的时候，他把船翻过来，一块一块地补好，又在船底刷了三遍桐油，晒在塔下的空地上，谁来问都说是替别人收着的。"
    for at in "一二三四五六七八九十"
]


@pytest.mark.parametrize(
    "head",
    [
        lambda page: f"· {page} ·　　白塔记" if page % 2 else f"白塔记　　· {page} ·",
        lambda page: f"{page} · 白 塔 记" if page % 2 else f"白 塔 记 · {page}",
        lambda page: f"— {page} —　白塔记" if page % 2 else f"白塔记　— {page} —",
        lambda page: f"· {page} ·　　白　塔　记" if page % 2 else f"白塔记　　· {page} ·",
        lambda page: f"{page}　　白塔记" if page % 2 else f"白塔记　　{page}",
    ],
)
def test_the_head_of_a_page_is_not_said_whatever_stands_around_its_number(head: Callable[[int], str]) -> None:
    lines = [f"　　{one}"[at : at + 24] for one in SENTENCES * 3 for at in range(0, len(one) + 2, 24)]
    pages = ["\n".join(lines[at : at + 11]) for at in range(0, len(lines), 11)]
    text = "\n".join(f"{head(number)}\n{page}" for number, page in enumerate(pages, 4))
    (chapter,) = [one for one in read_manuscript("a.txt", f"第一章 雾\n\n{text}\n".encode()).chapters if one.on]
    assert [line for line in chapter.text.split("\n") if line] == SENTENCES * 3
