"""Tables in all formats: a row is a sentence, and a value is heard below its own head."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest

from benchmarks.book_files import STORY, archive, epub_of
from indextts.books.reading import read_manuscript
from indextts.reading.text import cleaned

PROSE = STORY[0]
W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
Rows = Sequence[Sequence[str]]


def _html(rows: Rows) -> str:
    inner = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in rows)
    return f"<table>{inner}</table><p>{PROSE}</p>"


def web(rows: Rows) -> list[str]:
    data = f"<html><body>{_html(rows)}</body></html>".encode()
    return read_manuscript("a.html", data).chapters[0].text.split("\n")[:-1]


def book(rows: Rows) -> list[str]:
    bodies = [f"<body>{_html(rows)}</body>", f"<body><p>{PROSE}</p></body>"]
    return (
        read_manuscript("a.epub", epub_of(bodies, names=("第一章 雾", "第二章 船"))).chapters[0].text.split("\n")[:-1]
    )


def document(inner: str) -> list[str]:
    whole = f'<w:document xmlns:w="{W}"><w:body>{inner}<w:p><w:r><w:t>{PROSE}</w:t></w:r></w:p></w:body></w:document>'
    files = {"word/document.xml": whole.encode(), "_rels/.rels": b"<r/>"}
    return read_manuscript("a.docx", archive(files)).chapters[0].text.split("\n")[:-1]


def cell(text: str, look: str = "") -> str:
    return f"<w:tc><w:tcPr>{look}</w:tcPr><w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:tc>"


def word(rows: Rows) -> list[str]:
    return document("<w:tbl>" + "".join(f"<w:tr>{''.join(map(cell, row))}</w:tr>" for row in rows) + "</w:tbl>")


def bars(rows: Rows) -> str:
    lines = ["| " + " | ".join(row) + " |" for row in rows]
    return "\n".join([lines[0], "|---" * len(rows[0]) + "|", *lines[1:]])


def markdown(rows: Rows) -> list[str]:
    data = f"# 篇\n\n{bars(rows)}\n\n{PROSE}\n".encode()
    return read_manuscript("a.md", data).chapters[0].text.split("\n")[:-1]


def pasted(rows: Rows) -> list[str]:
    return [line.replace("， ", "，").strip() for line in cleaned.plain(bars(rows)).split("\n") if line.strip()]


@pytest.mark.parametrize("reader", [web, book, word, markdown, pasted])
@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([["Town", "May", "June"], ["Hull", "", "21"], ["York", "19", ""], ["Bath", "—", "20"]],
         ["Town, May, June", "Hull, blank, 21", "York, 19", "Bath, blank, 20"]),
        ([["店", "春", "夏", "秋"], ["东店", "", "", "七"], ["西店", "三", "-", "九"]],
         ["店，春，夏，秋", "东店，空，空，七", "西店，三，空，九"]),
        ([["", "春", "夏"], ["", "三", "四"]], ["春，夏", "三，四"]),
        ([["Who", "What"], ["Ann", "She left."]], ["Who, What", "Ann, She left."]),
    ],
)  # fmt: skip
def test_a_row_is_a_sentence_in_which_an_empty_cell_is_said(
    rows: Rows, said: list[str], reader: Callable[[Rows], list[str]]
) -> None:
    assert reader(rows) == said


@pytest.mark.parametrize("reader", [web, word])
def test_a_column_that_only_parts_others_is_not_said(reader: Callable[[Rows], list[str]]) -> None:
    assert reader([["甲", "", "乙"], ["一", "", "二"]]) == ["甲，乙", "一，二"]


def test_what_a_table_only_arranges_stays_in_paragraphs() -> None:
    long = "船慢慢地靠了岸，人们都在等着。" * 10
    assert web([["左边", long]]) == ["左边", long]
    assert web([["<p>春天</p><p>夏天</p>", "秋天"]]) == ["春天", "夏天", "秋天"]
    assert web([["<h2>雾</h2>", "三"]])[-1] == "三"


def test_the_rest_of_a_cell_that_goes_on_downwards_is_not_empty() -> None:
    rows = [cell("东店") + cell("春", '<w:vMerge w:val="restart"/>') + cell("三"),
            cell("西店") + cell("", "<w:vMerge/>") + cell("四")]  # fmt: skip
    head = "".join(map(cell, ("店", "季", "数")))
    lines = document("<w:tbl>" + "".join(f"<w:tr>{row}</w:tr>" for row in (head, *rows)) + "</w:tbl>")
    assert lines == ["店，季，数", "东店，春，三", "西店，四"]


def _paragraph(text: str, ends: str = "") -> str:
    return f"<w:p><w:pPr><w:rPr>{ends}</w:rPr></w:pPr><w:r><w:t>{text}</w:t></w:r></w:p>"


@pytest.mark.parametrize("ends", ["<w:del/>", "<w:moveFrom/>"])
def test_a_paragraph_whose_end_is_deleted_goes_on_in_the_next(ends: str) -> None:
    parts = _paragraph("船慢慢", ends) + _paragraph("靠了", ends) + _paragraph("岸。")
    assert document(parts + _paragraph("完。")) == ["船慢慢靠了岸。", "完。"]
    assert document(_paragraph("船。", "<w:ins/>") + _paragraph("岸。")) == ["船。", "岸。"]


def test_it_does_not_go_on_in_a_table() -> None:
    table = f"<w:tbl><w:tr><w:tc>{_paragraph('甲方', '<w:del/>')}</w:tc>{cell('乙方')}</w:tr></w:tbl>"
    assert document(_paragraph("船。", "<w:del/>") + table) == ["船。", "甲方，乙方"]
