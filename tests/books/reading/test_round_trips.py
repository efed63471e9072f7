"""A book that is written to a file comes back with the same chapters."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from benchmarks.book_files import Sample, archive, docx, epub, fb2, markdown, text
from indextts.books.reading import read_manuscript

WORDS = ("风", "雪夜", "灯火", "归人", "江边", "桥上", "春天", "来信")
SENTENCES = (
    "她站在门口，看着远处的灯火。",
    "“你还记得吗？”他问。",
    "雪停的时候，天已经亮了！",
    "船一直没有来，风却越来越大了。",
    "“走吧。”",
)


@st.composite
def books(draw: st.DrawFn) -> Sample:
    count = draw(st.integers(2, 6))
    chapters = [
        (
            f"第{'一二三四五六'[number]}章 {draw(st.sampled_from(WORDS))}",
            draw(st.lists(st.sampled_from(SENTENCES), min_size=1, max_size=8)),
        )
        for number in range(count)
    ]
    return Sample(draw(st.sampled_from(WORDS)), chapters, "林小满")


WRITERS: dict[str, Callable[[Sample], bytes]] = {
    "a.txt": lambda book: text(book).encode("gb18030"),
    "b.txt": lambda book: text(book).encode("utf-16-le"),
    "a.md": lambda book: markdown(book).encode(),
    "a.epub": epub,
    "a.docx": docx,
    "a.fb2": fb2,
    "a.fb2.zip": lambda book: archive({"雪夜.fb2": fb2(book)}),
}


@pytest.mark.parametrize("name", WRITERS)
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True)
@given(book=books())
def test_a_book_comes_back_with_its_chapters(name: str, book: Sample) -> None:
    read = read_manuscript(name, WRITERS[name](book))
    assert (read.title, read.author) == (book.title, book.author)
    chapters = [(chapter.title, chapter.text.split("\n")) for chapter in read.chapters if chapter.kind == "body"]
    assert chapters == [(title, list(lines)) for title, lines in book.chapters]
