"""FictionBook: title and authors, chapters of nested sections, notes apart, the cover, and nothing of its marks."""

from __future__ import annotations

import base64
from typing import Final

import pytest

from benchmarks.book_files import archive
from indextts.books.model import Manuscript
from indextts.books.reading import read_manuscript

JPEG: Final = b"\xff\xd8\xff\xe0" + bytes(range(256)) * 4
ABOUT: Final = (
    "<genre>prose</genre><author><first-name>三</first-name><last-name>张</last-name></author>"
    "<author><first-name>Ann</first-name><middle-name>B.</middle-name><last-name>Lee</last-name></author>"
    "<book-title>渡口</book-title><annotation><p>一条江。</p><p>两个人。</p></annotation><date>2001</date>"
    '<coverpage><image l:href="#cover.jpg"/></coverpage><lang>zh</lang>'
    "<translator><nickname>小雨</nickname></translator><sequence name='江' number='2'/>"
)


def fb2(bodies: str, about: str = ABOUT, more: str = "", encoding: str = "utf-8") -> bytes:
    return (
        f'<?xml version="1.0" encoding="{encoding}"?><FictionBook xmlns="http://www.gribuser.ru/xml/fictionbook/2.0"'
        f' xmlns:l="http://www.w3.org/1999/xlink"><description><title-info>{about}</title-info><document-info><author>'
        "<nickname>maker</nickname></author></document-info><publish-info><publisher>江社</publisher><year>2003</year>"
        f"<isbn>978-0</isbn></publish-info></description>{bodies}{more}</FictionBook>"
    ).encode(encoding)


def read(bodies: str, name: str = "a.fb2") -> Manuscript:
    return read_manuscript(name, fb2(bodies))


def section(title: str, *lines: str, inner: str = "") -> str:
    head = f"<title><p>{title}</p></title>" if title else ""
    return f"<section>{head}{''.join(f'<p>{line}</p>' for line in lines)}{inner}</section>"


def on(book: Manuscript) -> list[tuple[str, str, int]]:
    return [(one.title, one.text, one.level) for one in book.chapters if one.on]


def test_what_the_file_says_of_the_book_is_used() -> None:
    pictures = (
        '<binary id="x.png" content-type="image/png">AAAA</binary>'
        f'<binary content-type="image/jpeg" id="cover.jpg">\n{base64.b64encode(JPEG).decode()}\n</binary>'
    )
    data = fb2(f"<body>{section('一', '雾。')}</body>", more=pictures)
    book = read_manuscript("a.fb2", data)
    assert (book.title, book.author, book.language, book.cover) == ("渡口", "张三、Ann B. Lee", "zh", JPEG)
    assert book.metadata == {
        "translator": "小雨",
        "description": "一条江。 两个人。",
        "publisher": "江社",
        "date": "2003",
        "identifier": "978-0",
        "series": "江 2",
    }
    assert on(book) == [("一", "雾。", 1)]
    assert read_manuscript("a.fb2.zip", archive({"渡口.fb2": data})).cover == JPEG
    assert read_manuscript("no ending", data).title == "渡口"


def test_sections_in_sections_are_chapters_with_levels() -> None:
    inner = section("第一章", "甲。") + section("第二章", "乙。", inner=section("小节", "丙。"))
    book = read(f"<body><title><p>渡口</p></title>{section('卷一', inner=inner)}{section('卷二', '丁。')}</body>")
    assert on(book) == [
        ("卷一", "", 1),
        ("第一章", "甲。", 2),
        ("第二章", "乙。", 2),
        ("小节", "丙。", 3),
        ("卷二", "丁。", 1),
    ]


def test_notes_are_apart_and_their_marks_are_not_read() -> None:
    text = (
        '船板用的是杉木<a l:href="#n1" type="note">[1]</a>，很轻<a l:href="#n2">②</a>，见<a l:href="#c2">第二章</a>。'
    )
    notes = "".join(f'<section id="n{at}"><title><p>{at}</p></title><p>注{at}的话。</p></section>' for at in (1, 2))
    book = read(f'<body>{section("一", text)}</body><body name="notes"><title><p>注</p></title>{notes}</body>')
    assert on(book) == [("一", "船板用的是杉木，很轻，见第二章。", 1)]
    (kept,) = [one for one in book.chapters if one.kind == "notes"]
    assert not kept.on and kept.text == "1 注1的话。\n2 注2的话。"


def test_poems_epigraphs_pictures_and_changes_of_scene() -> None:
    inside = (
        "<epigraph><p>江上有雾。</p><text-author>某人</text-author></epigraph><p>甲。</p><empty-line/>"
        "<p>乙<emphasis>丙</emphasis>。</p>"
        '<image l:href="#a"/><subtitle>* * *</subtitle><poem><stanza><v>一行</v><v>二行</v></stanza></poem>'
        "<cite><p>信。</p></cite><table><tr><td>表</td></tr></table>"
    )
    book = read(f"<body><epigraph><p>题在卷首。</p></epigraph>{section('一', inner=inside)}</body>")
    assert on(book) == [("一", "江上有雾。\n某人\n\n甲。\n\n乙丙。\n\n一行\n二行\n\n信。\n\n表", 1)]
    assert [(one.kind, one.text) for one in book.chapters if not one.on] == [("front", "题在卷首。")]


@pytest.mark.parametrize(
    ("bodies", "expected"),
    [
        (section("", "甲。") + section("", "乙。"), [("1", "甲。"), ("2", "乙。")]),
        (section("", "甲。"), [("渡口", "甲。")]),
        (section("一", "甲。", inner=section("", "乙。") + section("", "丙。")), [("一", "甲。\n\n乙。\n\n丙。")]),
        (
            "<section><title><p>第一章</p><empty-line/><p>雾起</p></title><p>甲。</p></section>",
            [("第一章 雾起", "甲。")],
        ),
        (section("版权信息", "不读。") + section("一", "甲。"), [("一", "甲。")]),
    ],
)  # fmt: skip
def test_titles_as_they_come(bodies: str, expected: list[tuple[str, str]]) -> None:
    assert [(title, text) for title, text, _ in on(read(f"<body>{bodies}</body>"))] == expected


@pytest.mark.parametrize(
    ("encoding", "words"),
    [("utf-8", "船来了。"), ("utf-16", "船来了。"), ("gb2312", "船来了。"), ("windows-1251", "Туман над рекой.")],
)
def test_the_encoding_that_the_file_declares_is_used(encoding: str, words: str) -> None:
    data = (
        f'<?xml version="1.0" encoding="{encoding}"?><FictionBook><description/><body>{section("1", words)}</body>'
        "</FictionBook>"
    ).encode(encoding)
    assert on(read_manuscript("a.fb2", data)) == [("1", words, 1)]


def test_markup_that_is_broken_is_read_as_far_as_it_goes() -> None:
    book = read_manuscript("a.fb2", fb2(f"<body>{section('一', '甲 <b>乙 & 丙。')}{section('二', '丁。')}</body>"))
    assert "甲" in book.chapters[0].text and not any("<" in one.text for one in book.chapters)


@pytest.mark.parametrize("inner", ["poem", "stanza", "epigraph", "cite"])
def test_a_title_inside_of_a_section_stays_in_its_place(inner: str) -> None:
    verse = f"<{inner}><title><p>盐之歌</p></title><v>潮水退了。</v></{inner}>"
    book = read(f"<body>{section('第一章', '江上有雾。', inner=verse + '<p>船来了。</p>')}</body>")
    (chapter,) = (one for one in book.chapters if one.on)
    assert (chapter.title, chapter.text.split()) == ("第一章", ["江上有雾。", "盐之歌", "潮水退了。", "船来了。"])
