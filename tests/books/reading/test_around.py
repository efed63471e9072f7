"""What stands around a book: banners of websites, pages of archives, who it is by, parts that alone are listed."""

from __future__ import annotations

import pytest

from benchmarks.book_files import STORY, epub_of
from indextts.books.model import Manuscript
from indextts.books.reading import read_manuscript

PROSE = STORY[0]
BOOK = f"《灯塔记》\n作者：陆晚舟\n\n第1章 渡船\n　　{PROSE}\n第2章 钟楼\n　　{PROSE}\n"


def spoken(book: Manuscript) -> list[str]:
    return [one.title for one in book.chapters if one.on]


@pytest.mark.parametrize(
    "banner",
    [
        "==========\n更多精校小说尽在某某藏书下载：http://www.xxcs.example/\n==========\n",
        "☆★☆★☆★☆★\n本书由 某某书屋 整理发布\n更多好书请访问 www.xx.example\n☆★☆★☆★☆★\n\n",
        "--------------\n声明：本书仅供试读，请于下载后24小时内删除。\n--------------\n",
        "【更多电子书请关注微信公众号：某某读书】\n\n",
        "Downloaded from www.free.example\n=======\n\n",
        "臺版 轉自 某某論壇\n\n校对：小明\n",
    ],
)
def test_a_banner_above_the_title_is_neither_title_nor_chapter(banner: str) -> None:
    book = read_manuscript("t.txt", (banner + BOOK).encode())
    assert (book.title, book.author, spoken(book)) == ("灯塔记", "陆晚舟", ["第1章 渡船", "第2章 钟楼"])


@pytest.mark.parametrize(
    ("first", "second", "names", "wanted"),
    [
        (
            "<h1>第一部 潮生</h1>",
            "<h1>第二部 潮落</h1>",
            ["第一部 潮生", "第二部 潮落"],
            ["1 渡船", "2 钟楼", "4 台风", "5 船票"],
        ),
        (
            "<h1>Part One: Ebb</h1>",
            "<h1>Part Two</h1>",
            ["Part One: Ebb", "Part Two"],
            ["Ferry", "Bell", "Salt", "Wind"],
        ),
        ("<h1>卷一 潮生</h1>", "<h1>卷二 潮落</h1>", ["卷一 潮生", "卷二 潮落"], ["渡船", "钟楼", "盐田", "台风"]),
        ("<h1>潮生</h1>", "<h1>潮落</h1>", ["潮生", "潮落"], ["1. 渡船", "2. 钟楼", "3. 盐田", "4. 台风"]),
        ("<h1>Book I</h1>", "<h1>Book II</h1>", ["Book I", "Book II"], ["I", "II", "III", "IV"]),
    ],
)
def test_chapters_below_parts_that_alone_are_listed(
    first: str, second: str, names: list[str], wanted: list[str]
) -> None:
    one, two, three, four = (f"<h2>{name}</h2><p>{PROSE}</p>" for name in wanted)
    data = epub_of([f"<body>{first}{one}{two}</body>", f"<body>{second}{three}{four}</body>"], names=names)
    assert spoken(read_manuscript("a.epub", data)) == [names[0], *wanted[:2], names[1], *wanted[2:]]


def test_the_sections_of_listed_chapters_are_no_chapters() -> None:
    bodies = [
        f"<body><h1>{n} {name}</h1><h2>{n}.1 A</h2><p>{PROSE}</p><h2>{n}.2 B</h2><p>{PROSE}</p></body>"
        for n, name in ((1, "Salt"), (2, "Wind"))
    ]
    assert spoken(read_manuscript("a.epub", epub_of(bodies, names=["1 Salt", "2 Wind"]))) == ["1 Salt", "2 Wind"]


@pytest.mark.parametrize(
    ("page", "where"),
    [
        (
            "<div id='preface'><p><b>The Bell</b><br/>Posted originally on the Archive of Our Own at http:"
            "//a.example/1."
            "</p><dl><dt>Rating:</dt><dd>General Audiences</dd></dl><h1>The Bell</h1></div>",
            "front",
        ),
        (
            "<h3>The Bell by saltpan</h3><div>Status: Completed<br/>Words: 10<br/></div><p>Packaged: 2021-01-01</p>",
            "front",
        ),
        ("<h1>The Bell</h1><p>Words: 10,000</p><p>Exported with the assistance of FicHub</p>", "front"),
        (
            "<div><h2>Afterword</h2><p>Please <a href='x'>drop by the Archive and comment</a> to let the c"
            "reator know</p>"
            "</div>",
            "back",
        ),
        ("<div><h2>The end</h2><p>Please consider leaving a comment or kudos!</p></div>", "back"),
    ],
)
def test_the_pages_of_an_archive_are_not_spoken(page: str, where: str) -> None:
    chapters = [f"<body><h2>{name}</h2><p>{PROSE}</p></body>" for name in ("Chapter 1", "Chapter 2")]
    around = f"<body>{page}</body>"
    bodies, names = ([around, *chapters], ["Preface"]) if where == "front" else ([*chapters, around], [])
    names = [*names, "Chapter 1", "Chapter 2", *([] if names else ["Afterword"])]
    book = read_manuscript("a.epub", epub_of(bodies, names=names))
    assert spoken(book) == ["Chapter 1", "Chapter 2"]
    assert [one.kind for one in book.chapters if not one.on] == [where]


def test_a_writers_notes_around_the_chapters_of_an_archive_are_notes() -> None:
    above = "<div class='meta group'><h2>渡船</h2><p>Chapter Notes</p></div>"
    below = "<div id='endnotes'><p>感谢大家</p></div>"
    book = read_manuscript("a.epub", epub_of([f"<body>{above}<p>{PROSE}</p>{below}</body>"], names=["渡船"]))
    assert [(one.title, one.text) for one in book.chapters if one.on] == [("渡船", PROSE)]


@pytest.mark.parametrize(
    ("head", "author"),
    [
        ("<h1>盐账</h1><h2>By Hester Vane</h2>", "Hester Vane"),
        ("<h1>盐账</h1><h3>A Novel</h3><h2>by Hester Vane</h2>", "Hester Vane"),
        ("<h1>盐账</h1><h2>作者：单文远</h2>", "单文远"),
        ("<h1>盐账</h1><h2>单文远 著</h2>", "单文远"),
        ("<h1>盐账</h1><h2>Written by A. Person</h2>", "A. Person"),
    ],
)
def test_a_heading_of_who_wrote_it_is_no_chapter(head: str, author: str) -> None:
    chapters = "".join(f"<h2>Chapter {n}</h2><p>{PROSE}</p>" for n in (1, 2))
    page = f"<html><head><title>盐账</title></head><body>{head}{chapters}</body></html>"
    book = read_manuscript("a.html", page.encode())
    assert (spoken(book), book.author) == (["Chapter 1", "Chapter 2"], author)


@pytest.mark.parametrize(
    "dirt",
    [
        "--------章节内容开始-------",
        "[收藏本章] [推荐本书]",
        "最新网址：www.xx.example",
        "温馨提示：按 回车键 返回书目，按 ←键 返回上一页",
        "The source of this content is xx.example",
        "If you find any errors, please let us know so we can fix it as soon as possible.",
    ],
)
def test_what_websites_put_between_the_lines_is_not_spoken(dirt: str) -> None:
    book = read_manuscript("t.txt", f"第1章 渡船\n　　{PROSE}\n{dirt}\n　　{PROSE}\n第2章 钟楼\n　　{PROSE}".encode())
    assert all(dirt not in one.text for one in book.chapters if one.on) and book.warnings


@pytest.mark.parametrize(
    ("above", "title", "author"),
    [
        ("[盐田记 / 单文远 著 ]\n\n『状态:更新到:第三章』\n『内容简介:\n    一座灯塔。』\n\n", "盐田记", "单文远"),
        ("【盐田记/单文远】\n\n", "盐田记", "单文远"),
        (
            "THE LEDGER\n\nCopyright © 2020 Hester Vane\nAll rights reserved.\nISBN 978-0\n\n",
            "THE LEDGER",
            "Hester Vane",
        ),
        ("盐田记\n\n版权所有 侵权必究\n责任编辑：某某\n印　刷：某厂\n\n", "盐田记", ""),
        ("THE LEDGER\nby H. Vane\n\nPublished by A Press\nThis is a work of fiction.\n\n", "THE LEDGER", "H. Vane"),
    ],
)
def test_the_first_page_of_a_text_file_is_not_spoken(above: str, title: str, author: str) -> None:
    book = read_manuscript("t.txt", f"{above}第1章 渡船\n　　{PROSE}\n第2章 钟楼\n　　{PROSE}".encode())
    assert (book.title, book.author, spoken(book)) == (title, author, ["第1章 渡船", "第2章 钟楼"])


@pytest.mark.parametrize("days", ["二〇二四年五月{}日 晴", "五月{}日", "腊月初{}", "正月十{}", "民国三年三月{}日"])
def test_a_diary_dated_in_characters_has_a_chapter_a_day(days: str) -> None:
    text = "\n\n".join(f"{days.format(day)}\n\n　　{PROSE}" for day in "一二三")
    assert spoken(read_manuscript("t.txt", text.encode())) == [days.format(day) for day in "一二三"]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        (
            "a.md",
            "# 盐田记\n\nCreated: May 1, 2024\nTags: novel\nStatus: Draft\n\n## 1. 渡船\n\n{0}\n\n## 2. 钟楼\n\n{0}\n",
        ),
        ("a.md", "% 盐田记\n% 单文远\n% 2024\n\n# 1. 渡船\n\n{0}\n\n# 2. 钟楼\n\n{0}^block1\n"),
        ("a.html", "<p>盐田记</p><p>单文远 著</p><h1>1. 渡船</h1><p>{0}</p><h1>2. 钟楼</h1><p>{0}</p>"),
        ("a.html", "<p>盐田记<br>by Hester Vane</p><h1>1. 渡船</h1><p>{0}</p><h1>2. 钟楼</h1><p>{0}</p>"),
        ("a.html", "<div>首页</div><div class='noveltext'><h2>1. 渡船</h2><p>{0}</p><h2>2. 钟楼</h2><p>{0}</p></div>"),
    ],
)
def test_what_a_program_writes_above_the_chapters_is_not_spoken(name: str, text: str) -> None:
    book = read_manuscript(name, text.format(PROSE).encode())
    assert [(one.title, one.text) for one in book.chapters if one.on] == [("1. 渡船", PROSE), ("2. 钟楼", PROSE)]


def chapters(form: str, *parts: tuple[str, tuple[str, ...]]) -> list[tuple[str, str]]:
    """Title and text of the chapters of a book of ``form`` with these titles and paragraphs."""
    if form == "md":
        text = "\n\n".join("\n\n".join((f"# {title}", *below)) for title, below in parts).encode()
    else:
        written = [f"<h2>{title}</h2>" + "".join(f"<p>{one}</p>" for one in below) for title, below in parts]
        whole = "".join(written).join(("<html><body>", "</body></html>")).encode()
        bodies = [f"<body>{one}</body>" for one in written]
        text = epub_of(bodies, names=[title for title, _ in parts]) if form == "epub" else whole
    return [(one.title, one.text) for one in read_manuscript(f"a.{form}", text).chapters if one.on]


@pytest.mark.parametrize("form", ["epub", "html", "md"])
@pytest.mark.parametrize(
    ("title", "first"),
    [
        ("Silence", "Silence."), ("Run!", "“Run!”"), ("The Siege", "1944"), ("沉默", "沉默。"), ("谁", "“谁？”"),
        ("走吧", "走吧！"), ("第三章 围城", "3"), ("5. The Bell", "5"), ("Home", "Home…"), ("回家", "“回家”"),
        ("Winter", "2019"), ("Chapter 2: Yes", "“Yes.”"),
    ],
)  # fmt: skip
def test_a_paragraph_like_its_title_is_text(form: str, title: str, first: str) -> None:
    other = ("Other" if title.isascii() else "其他", (PROSE,))
    assert chapters(form, (title, (first, PROSE)), other)[0] == (title, f"{first}\n{PROSE}")


@pytest.mark.parametrize("number", ["一", "1", "I"])
def test_the_first_part_of_a_chapter_keeps_its_number(number: str) -> None:
    body = f"<body><h2>第一章 渡口</h2><h3>{number}</h3><p>{PROSE}</p><h3>二</h3><p>{PROSE}</p></body>"
    book = read_manuscript("a.epub", epub_of([body, f"<body><h2>第二章 钟</h2><p>{PROSE}</p></body>"]))
    assert book.chapters[0].text.split("\n")[0] == number


@pytest.mark.parametrize(
    ("listed", "whole"),
    [
        ("第一章", "第一章 雾起"), ("第一章", "第一章：雾起"), ("Chapter 1", "Chapter 1: The Fog"), ("1", "1. The Fog"),
        ("第一回", "第一回 甄士隐梦幻识通灵"), ("I", "I. The Fog"), ("The Long Road…", "The Long Road to the Sea"),
        ("第一章 雾从江上…", "第一章 雾从江上慢慢升起来"), ("Chapter 1: A very...", "Chapter 1: A very long name"),
        ("卷一", "卷一 潮生"),
    ],
)  # fmt: skip
def test_a_title_that_is_listed_in_short_is_read_whole_and_once(listed: str, whole: str) -> None:
    bodies = [f"<body><h2>{one}</h2><p>{PROSE}</p></body>" for one in (whole, "后记")]
    book = read_manuscript("a.epub", epub_of(bodies, names=[listed, "后记"]))
    assert (book.chapters[0].title, book.chapters[0].text) == (whole, PROSE)


@pytest.mark.parametrize(("listed", "head"), [("Chapter 1", "Chapter 10"), ("Part I", "Part II"), ("雾", "雾起")])
def test_a_title_that_is_another_is_left(listed: str, head: str) -> None:
    bodies = [f"<body><h2>{one}</h2><p>{PROSE}</p></body>" for one in (head, "后记")]
    assert read_manuscript("a.epub", epub_of(bodies, names=[listed, "后记"])).chapters[0].title == listed
