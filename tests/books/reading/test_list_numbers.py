"""Numbers of lists, which the text refers to, are said as in a document of Word."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from benchmarks.book_files import STORY, epub_of
from indextts.books.reading import read_manuscript

PROSE = STORY[0]


def web(body: str) -> list[str]:
    data = f"<html><body><h1>篇</h1>{body}<p>{PROSE}</p></body></html>".encode()
    return read_manuscript("a.html", data).chapters[0].text.split("\n")[:-1]


def book(body: str) -> list[str]:
    bodies = [f"<body><h1>第一章 雾</h1>{body}<p>{PROSE}</p></body>", f"<body><p>{PROSE}</p></body>"]
    return (
        read_manuscript("a.epub", epub_of(bodies, names=("第一章 雾", "第二章 船"))).chapters[0].text.split("\n")[:-1]
    )


@pytest.mark.parametrize("reader", [web, book])
@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("<ol><li>量米</li><li><p>加水</p><p>再等。</p></li><li>生火</li></ol>",
         ["1. 量米", "2. 加水", "再等。", "3. 生火"]),
        ("<ol start='7'><li>甲方</li><li value='12'>乙方</li><li>丙方</li></ol>", ["7. 甲方", "12. 乙方", "13. 丙方"]),
        ("<ol type='I'><li>甲方<ol type='a'><li>细则</li><li>附则</li></ol></li><li>乙方</li></ol>",
         ["I. 甲方", "a. 细则", "b. 附则", "II. 乙方"]),
        ("<ol style='list-style-type: cjk-ideographic'><li>甲方</li><li>乙方</li></ol>", ["一、甲方", "二、乙方"]),
        ("<ol start='3' reversed><li>铜</li><li>银</li></ol>", ["3. 铜", "2. 银"]),
        ("<ol style='list-style: none'><li>甲方</li></ol><ul><li>乙方</li></ul><ol reversed><li>丙方</li></ol>",
         ["甲方", "乙方", "丙方"]),
        ("<ol><li><a href='x.html'>下一页</a></li><li>见<a href='x.html'>这里</a>。</li></ol>",
         ["下一页", "2. 见这里。"]),
        ("<ol><li></li><li>乙方<ul><li>细则</li></ul></li></ol><p>后来。</p>", ["2. 乙方", "细则", "后来。"]),
    ],
)  # fmt: skip
def test_numbers_of_a_list_are_said(written: str, said: list[str], reader: Callable[[str], list[str]]) -> None:
    if reader is web and "下一页" in written:
        said = said[1:]  # leads away from the page
    assert reader(written) == said


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("4. 量米\n5. 加水\n\n   再等。\n\n然后。", ["4. 量米", "5. 加水", "再等。", "然后。"]),
        ("1. 量米\n1. 加水\n   - 热的\n   - 凉的\n1. 生火", ["1. 量米", "2. 加水", "热的", "凉的", "3. 生火"]),
        ("1) Wash\n2) Dry", ["1) Wash", "2) Dry"]),
    ],
)
def test_numbers_of_a_list_in_markdown_are_said(written: str, said: list[str]) -> None:
    text = f"# 篇\n\n{written}\n\n{PROSE}\n"
    assert read_manuscript("a.md", text.encode()).chapters[0].text.split("\n")[:-1] == said
