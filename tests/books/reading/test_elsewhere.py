"""Books as other programs and websites leave them: parted, garbled, with what they write around each chapter."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.book_files import STORY, epub_of
from indextts.books.model import Manuscript
from indextts.books.reading import read_manuscript

PROSE = "\n".join(STORY * 4)
ENGLISH = (
    "The river froze early that year, and the boats were hauled up on the shore before anybody had thought of winter.",
    "Nobody slept. In the night the wind got up and rattled the shutters, and in the morning the road was gone.",
)


def spoken(book: Manuscript) -> list[tuple[str, str]]:
    return [(one.title, one.text) for one in book.chapters if one.on]


def titles(book: Manuscript) -> list[str]:
    return [title for title, _ in spoken(book)]


# Parts that hide the story


def gutenberg(front: str, heads: tuple[str, ...]) -> bytes:
    story = "\n\n".join(ENGLISH)
    chapters = "\n\n\n\n".join(f"{head}\n\n\n{story}" for head in heads)
    return (
        "The Project Gutenberg eBook of The Bridge\n\nTitle: The Bridge\n\nAuthor: Ann Other\n\n"
        f"*** START OF THE PROJECT GUTENBERG EBOOK THE BRIDGE ***\n\n\n{front}\n\n\n\n{chapters}\n\n"
        "*** END OF THE PROJECT GUTENBERG EBOOK THE BRIDGE ***\n"
    ).encode()


@pytest.mark.parametrize(
    ("listed", "heads"),
    [
        ("  I. SNOW    3\n\n II. ROADS   9", ("I\n\nSNOW", "II\n\nROADS")),
        ("1. Snow 3\n\n2. Roads 9\n\n3. Home 20", ("1. Snow", "2. Roads", "3. Home")),
        ("1 Snow\n\n2 Roads", ("I.\n\nSNOW", "II.\n\nROADS")),
    ],
)
def test_chapters_that_are_numbers_are_found_below_contents_and_a_list_of_pictures(
    listed: str, heads: tuple[str, ...]
) -> None:
    front = f"THE BRIDGE\n\nBY\n\nANN OTHER\n\n\nCONTENTS\n\n\n{listed}\n\n\nLIST OF ILLUSTRATIONS\n\n\nThe Bridge  7"
    book = read_manuscript("b.txt", gutenberg(front, heads))
    assert [text for _, text in spoken(book)] == ["\n".join(ENGLISH)] * len(heads)


def test_a_note_of_a_picture_over_several_paragraphs_is_not_read() -> None:
    front = "[Illustration: THE BRIDGE\n\n(_From a drawing by the author_)]"
    book = read_manuscript("b.txt", gutenberg(front, ("CHAPTER I", "CHAPTER II")))
    assert all("drawing" not in text and "Illustration" not in text for _, text in spoken(book))


def test_the_story_below_a_name_of_back_matter_is_read_and_told() -> None:
    story = "\n\n".join(STORY * 60)
    book = read_manuscript("b.txt", f"第一章 前言\n\n{STORY[0]}\n\n附录\n\n{story}".encode())
    assert titles(book) == ["第一章 前言", "附录"]
    assert "附录" in book.warnings[0][0] and "附录" in book.warnings[0][1]


def test_an_appendix_and_long_contents_stay_off() -> None:
    listed = "\n".join(f"第{number}节 雾起时的渡口与灯火" for number in range(1, 400))
    book = read_manuscript("b.md", f"# 目录\n\n{listed}\n\n# 雾\n\n{PROSE}\n\n# 附录\n\n{PROSE}".encode())
    assert titles(book) == ["雾"] and book.warnings == ()


# A chapter in several documents


@pytest.mark.parametrize("head", ["<p><b>第{}章 雾</b></p>", "<div>第{}回 雾</div>", "<p>Chapter {}</p>"])
def test_a_chapter_that_goes_on_in_the_next_document_is_one(head: str) -> None:
    bodies = [
        body
        for number in (1, 2)
        for body in (
            f"<body>{head.format(number)}<p>{STORY[0]}</p></body>",
            f"<body><p>{STORY[1]}</p></body>",
            f"<body><p>{STORY[2]}</p></body>",
        )
    ]
    book = read_manuscript("a.epub", epub_of(bodies, names=["Start"]))
    assert [text for _, text in spoken(book)] == ["\n".join(STORY)] * 2


def test_documents_of_a_book_without_headings_stay_parts() -> None:
    book = read_manuscript("a.epub", epub_of([f"<body><p>{line}</p></body>" for line in STORY], names=["Start"]))
    assert [text for _, text in spoken(book)] == list(STORY)


# Characters that a program took for others


def garbled(text: str, encoding: str, wrong: str) -> bytes:
    """As a program leaves it that took ``encoding`` for ``wrong``; bytes that this lacks become control characters."""
    shown = "".join(bytes([byte]).decode(wrong, "ignore") or chr(byte) for byte in text.encode(encoding))
    return shown.encode()


@pytest.mark.parametrize("wrong", ["latin-1", "cp1252"])
@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_garbled_chinese_is_restored_and_told(encoding: str, wrong: str) -> None:
    text = f"第一章 雾\n\n{PROSE}\n\n第二章 风\n\n{PROSE}\n"
    book = read_manuscript("a.txt", garbled(text, encoding, wrong))
    assert spoken(book) == [("第一章 雾", PROSE), ("第二章 风", PROSE)]
    assert "restored" in book.warnings[0][0] and "复原" in book.warnings[0][1]


@settings(deadline=None, max_examples=60)
@given(st.text(st.sampled_from("éèàçôüñß «»—’ab cd\n"), min_size=40, max_size=400))
def test_latin_letters_are_left_as_they_are(text: str) -> None:
    if any(char.isalpha() for char in text):
        book = read_manuscript("a.txt", text.encode())
        assert all("restored" not in english for english, _ in book.warnings)
