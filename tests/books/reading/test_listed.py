"""Plain texts whose chapters only a list of contents tells, or numbers that are written as words."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest

from indextts.books.model import Manuscript
from indextts.books.reading import read_manuscript

ZH = ("　　渡口的灯亮了一夜，他把船划到对岸去，又划了回来。", "　　没有人看见他，也没有人问起那封信在什么地方。")
EN = (
    "The ferry went over and came back again all night, and nobody asked him why he did it.",
    "In the morning the lamp was still alight, though the oil in it had been low for days.",
)
PIECES = ("旧渡口", "磨刀人", "三月的雪", "母亲的账本")
NAMES = ("The Ferry", "Salt", "A House by the Weir", "What the Clerk Kept")
WORDS = ("ONE", "TWO", "THREE", "FOUR")


def read(text: str, name: str = "a.txt") -> Manuscript:
    return read_manuscript(name, text.encode())


def on(book: Manuscript) -> list[str]:
    return [one.title for one in book.chapters if one.on]


def told(heads: Sequence[str], prose: Sequence[str] = ZH, *, gap: str = "\n\n") -> str:
    return gap.join(line for head in heads for line in (head, *prose, *prose)) + "\n"


@pytest.mark.parametrize("word", ["目录", "目　录", "【目录】", "目次", "章节目录：", ""])
@pytest.mark.parametrize(
    "entry",
    [
        "{0}".format,
        "{0}……{1}7".format,
        "·　{0}　　{1}3".format,
        "{1}、{0}".format,
        "《{0}》".format,
        "{0}　　沈一舟".format,
    ],
)
def test_the_lines_of_a_contents_page_are_the_chapters(word: str, entry: Callable[[str, int], str]) -> None:
    listed = "\n".join(entry(name, at) for at, name in enumerate(PIECES, 1))
    book = read(f"灯下集\n\n{word}\n\n{listed}\n\n{told(PIECES)}")
    assert (book.title, on(book)) == ("灯下集", list(PIECES))
    assert not any("账本……" in one.text for one in book.chapters if one.on)


@pytest.mark.parametrize("word", ["Contents", "CONTENTS", "Table of Contents", "contents:"])
@pytest.mark.parametrize("look", [str, str.upper])
def test_so_they_are_in_english(word: str, look: Callable[[str], str]) -> None:
    listed = "\n".join(f"{name} .... {at}1" for at, name in enumerate(NAMES))
    book = read(f"Low Water\n\nby Ada Rowe\n\n{word}\n\n{listed}\n\n\n{told([look(name) for name in NAMES], EN)}")
    assert (book.title, book.author, on(book)) == ("Low Water", "Ada Rowe", [look(name) for name in NAMES])


@pytest.mark.parametrize(
    "heads",
    [
        ["序", *PIECES, "后记"],
        ["第一辑 水边", PIECES[0], PIECES[1], "第二辑 山里", PIECES[2], PIECES[3]],
        ["卷一 水边", PIECES[0], PIECES[1], "卷二 山里", PIECES[2], PIECES[3]],
    ],
)
def test_a_preface_and_volumes_stand_among_them(heads: list[str]) -> None:
    assert on(read("灯下集\n\n目录\n\n" + "\n".join(heads) + "\n\n" + told(heads))) == heads


@pytest.mark.parametrize("number", ["{}", "CHAPTER {}", "CHAPTER {}."])
def test_a_number_may_stand_above_the_title_that_is_listed(number: str) -> None:
    heads = [f"{number.format('I' * at)}\n\n{name.upper()}" for at, name in enumerate(NAMES[:3], 1)]
    listed = "\n".join(f"{number.format('I' * at)} {name}" for at, name in enumerate(NAMES[:3], 1))
    book = read(f"Low Water\n\nby Ada Rowe\n\nCONTENTS\n\n{listed}\n\n\n{told(heads, EN)}")
    assert on(book) == [head.replace("\n\n", " ") for head in heads]


def test_numbers_within_listed_chapters_head_nothing() -> None:
    inner = "".join(f"{name}\n\n{told(['一', '二', '三'])}\n" for name in PIECES)
    assert on(read("灯下集\n\n目录\n\n" + "\n".join(PIECES) + f"\n\n{inner}")) == list(PIECES)


@pytest.mark.parametrize(
    "song",
    [
        "风来了\n雨来了\n灯灭了\n人散了\n" * 2,
        "风来了\n雨来了\n灯灭了\n\n他说\n\n风来了\n\n她说\n\n灯灭了\n\n",
        "“走吧。”\n他站住了。\n“不走。”\n" + "“走吧。”\n\n他站住了。\n\n“不走。”\n\n",
    ],
)
def test_lines_that_come_again_are_no_list(song: str) -> None:
    book = read("旧歌\n\n" + song + "\n" + "\n\n".join(ZH * 3))
    assert (len(on(book)) == 1 and "灯灭了" in book.chapters[-1].text) or "不走" in book.chapters[-1].text


# Numbers in words


@pytest.mark.parametrize("above", ["", "The Weir\n\nby Ada Rowe\n\n"])
@pytest.mark.parametrize("blanks", ["", "\n"])
@pytest.mark.parametrize(
    "heads",
    [
        WORDS,
        tuple(word.title() for word in WORDS),
        tuple(f"{word}." for word in WORDS),
        ("ONE: Salt", "TWO: Rain", "THREE: Ash"),
        ("One — Salt", "Two — Rain", "Three — Ash"),
        ("PROLOGUE", "ONE", "TWO", "EPILOGUE"),
        ("No. 1", "No. 2", "No. 3"),
        ("壹", "贰", "叁"),
        ("壹 旧渡口", "贰 磨刀人", "叁 雪"),
    ],
)
def test_numbers_in_words_are_heads_however_far_apart(heads: tuple[str, ...], blanks: str, above: str) -> None:
    book = read(above + told([blanks + head for head in heads], EN), "The Weir.txt")
    assert (book.title, on(book)) == ("The Weir", list(heads))


def test_the_name_of_a_chapter_may_stand_below_its_number() -> None:
    book = read(told([f"{word}\n\n{name}" for word, name in zip(WORDS, NAMES, strict=True)], EN))
    assert on(book) == [f"{word} {name}" for word, name in zip(WORDS, NAMES, strict=True)]


@pytest.mark.parametrize("count", [("One.", "Two.", "Three."), ("One day", "Two of us", "Three"), ("One", "Three")])
def test_somebody_who_counts_begins_no_chapters(count: tuple[str, ...]) -> None:
    assert on(read(f"The Weir\n\nby Ada Rowe\n\nChapter 1\n\n{EN[0]}\n\n" + told(count, EN))) == ["Chapter 1"]
    assert len(on(read("The Weir\n\nby Ada Rowe\n\n" + told(count, EN), "The Weir.txt"))) == 1


def test_a_number_in_words_is_no_title() -> None:
    assert read("ONE\n\n" + "\n\n".join(EN) + "\n\nChapter 2\n\n" + "\n\n".join(EN), "The Weir.txt").title == "The Weir"
