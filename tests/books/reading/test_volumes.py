"""An archive of the volumes of a book, whose files a number in their names puts in order."""

from __future__ import annotations

import pytest

from benchmarks.book_files import Sample, archive, docx, epub
from indextts.books.model import Manuscript
from indextts.books.reading import read_manuscript
from indextts.model.errors import StudioError

PROSE = "塔下的河水涨了又退，他把小船翻过来，一块一块地补好。"
COUNTS = [("1", "一", "上", "I", "One"), ("2", "二", "中", "II", "Two"), ("3", "三", "下", "III", "Three")]


def volume(at: int) -> bytes:
    chapters = "".join(f"第{number}章 {name}{at}\n{PROSE}\n{PROSE}\n" for number, name in (("一", "雾"), ("二", "雨")))
    return f"《白塔记》\n作者：沈一舟\n\n{chapters}".encode()


def titles(book: Manuscript) -> list[str]:
    return [one.title for one in book.chapters if one.on]


@pytest.mark.parametrize(
    "form",
    [
        "白塔记 第{0}卷",
        "白塔记 第{1}卷",
        "白塔记卷{1}",
        "白塔记 第{0}部",
        "白塔记_{0}",
        "白塔记({0})",
        "白塔记（{1}）",
        "白塔记-0{0}",
        "白塔记{1}册",
        "白塔记 vol{0}",
        "白塔记{0}",
        "白塔记（{2}）",
        "白塔记 {2}册",
        "vol{0}",
        "Vol. {0}",
        "第{1}卷",
        "The White Tower {3}",
        "The White Tower, Book {4}",
        "2049 The White Tower Part {0}",
    ],
)
def test_volumes_by_number_are_one_book_in_order_and_its_author_is_known(form: str) -> None:
    files = {f"{form.format(*count)}.txt": volume(at) for at, count in enumerate(COUNTS, 1)}
    book = read_manuscript("白塔记.zip", archive({"说明.txt": b"abc", **dict(reversed(files.items()))}))
    assert titles(book) == [f"第{chapter}{at}" for at in (1, 2, 3) for chapter in ("一章 雾", "二章 雨")]
    assert book.author == "沈一舟" and book.title in ("白塔记", "The White Tower", "2049 The White Tower")


@pytest.mark.parametrize("form", ["Book {} - {}", "白塔记 {}：{}", "白塔记 第{}部 {}", "Tower {:02} {}"])
def test_the_names_of_volumes_stand_above_their_chapters(form: str) -> None:
    names = ("Kiln", "Weir", "Lamp")
    stems = [form.format(at, name).replace("：", "·") for at, name in enumerate(names, 1)]
    samples = [Sample(stem, [(f"Chapter {at}", [PROSE]) for at in (1, 2)], "Ada Rowe") for stem in stems]
    for ending, make in (("epub", epub), ("docx", docx)):
        files = {f"{stem}.{ending}": make(sample) for stem, sample in zip(stems, samples, strict=True)}
        book = read_manuscript("a.zip", archive(dict(reversed(files.items()))))
        assert titles(book) == [title for stem in stems for title in (stem, "Chapter 1", "Chapter 2")]
        assert book.author == "Ada Rowe"


@pytest.mark.parametrize(("beside", "at"), [("序.txt", 0), ("楔子.txt", 0), ("后记.txt", -1), ("番外.txt", -1)])
def test_what_a_name_calls_a_prologue_or_an_epilogue_stands_around_volumes(beside: str, at: int) -> None:
    files = {f"白塔记 第{number}卷.txt": volume(number) for number in (2, 1)}
    last = f"{PROSE}{beside}\n{PROSE}".encode()
    book = read_manuscript("a.zip", archive({**files, beside: last}))
    assert titles(book)[at] == beside.removesuffix(".txt") and titles(book)[1 if at == 0 else 0] == "第一章 雾1"


@pytest.mark.parametrize(
    "names",
    [
        ("三体", "一九八四"),
        ("1984", "1Q84"),
        ("白塔记 第1卷", "青衣 第2卷"),
        ("红楼一梦", "红楼二尤"),
        ("日记1984", "日记2049"),
        ("One Day", "Two Towers"),
        ("白塔记 第1卷", "白塔记 第1卷 校对"),
    ],
)
def test_books_that_only_have_numbers_in_their_names_are_several(names: tuple[str, ...]) -> None:
    with pytest.raises(StudioError) as error:
        read_manuscript("a.zip", archive({f"{name}.txt": volume(at) for at, name in enumerate(names)}))
    assert error.value.code == "book_several"


def packed(encoding: str, names: list[str]) -> bytes:
    """An archive that does not tell in which ``encoding`` its names are."""
    written = [name.encode(encoding) for name in names]
    dummies = [f"{at}".rjust(len(name), "~") for at, name in enumerate(written)]
    data = archive({dummy: f"{PROSE}{name}".encode() for dummy, name in zip(dummies, names, strict=True)})
    for dummy, name in zip(dummies, written, strict=True):
        data = data.replace(dummy.encode(), name)
    return data


OLD = [
    ("gb18030", "突围", ["01.开端", "02.追踪", "03.围困", "04.突围", "05.尾声之前", "06.落幕"]),
    ("gb18030", "渡口无归人", ["第一章 开端", "第二章 追踪", "第三章 突围"]),
    ("gb18030", "囧", ["1.风", "2.雪", "3.夜"]),
    ("big5", "雨渡奇緣", ["01.開端", "02.追蹤", "03.圍困"]),
    ("big5", "殘局", ["第一章 開端", "第二章 尾聲", "第三章 後來"]),
    ("shift_jis", "雪の夜", ["01.はじまり", "02.山の道", "03.カラスの声"]),
    ("shift_jis", "雪国物語", ["第一章 出発", "第二章 峠道", "第三章 帰郷"]),
    ("utf-8", "突围", ["01.开端", "02.突围", "03.落幕"]),
    ("utf-8", "Été", ["01 Où était-il", "02 Où était-il", "03 Où était-il"]),
    ("utf-8", "Зима", ["01 Глава", "02 Глава", "03 Глава"]),
    ("cp437", "Märchen", ["01 für Söhne", "02 für Töchter", "03 für alle"]),
]


@pytest.mark.parametrize(("encoding", "title", "stems"), OLD)
@pytest.mark.parametrize("by", ["/", "\\"])
def test_all_names_of_an_old_archive_are_in_one_encoding(encoding: str, title: str, stems: list[str], by: str) -> None:
    names = [f"{title}{by}{stem}.txt" for stem in stems]
    book = read_manuscript("a.zip", packed(encoding, names[::-1]))
    assert (book.title, titles(book)) == (title, stems)
