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


# What websites write around each chapter

AROUND = """
更新时间：2016-07-09 18:05:33 字数：2841
本章字数：3306 更新时间：2021-11-2 08:00
作者：沈墨 发布时间：2019年3月4日 点击：1,204
楼主：江上客 时间：2009-10-11 21:40:06 点击：88213 回复：1930
作者：江上客 回复日期：2009-10-12 9:01:00
【更新时间：2020/5/6 字数：4千】
点击蓝字，关注我们
长按识别二维码，关注“江边”
点“在看”，给江边的你
图片来源 | 摄图网
文/沈墨 编辑/李禾 排版/小鱼
- END -
微信扫一扫
阅读原文
Words: 3,120 | Updated: Jan 5, 2020 | Reviews: 12
Rated: T - Words: 4,512 - Reviews: 12 - Favs: 30 - Published: Dec 1
Vote | Comment | Share
Continue to the next part
""".strip().split("\n")
STORIES = """
作者：沈墨
时间：2009年10月11日
他在信的末尾写上日期：2009年10月11日。
更新时间到了，他却没有写完。
字数不够，老师让他重写。
她关注我们已经很久了。
他扫了一眼二维码，没有说话。
点赞的人比看书的人还多。
编辑/作家，这两个身份他都喜欢。
The End
In the end he went home.
Vote for the man who shares your bread.
They counted 300, then 200, then 100.
Words: they were all he had.
Continue, said the voice; the next part is yours.
""".strip().split("\n")


@pytest.mark.parametrize("line", AROUND)
def test_what_a_website_writes_around_a_chapter_is_not_spoken(line: str) -> None:
    text = f"第一章 雾\n{line}\n{PROSE}\n{line}\n第二章 风\n{PROSE}\n"
    book = read_manuscript("a.txt", text.encode())
    assert spoken(book) == [("第一章 雾", PROSE), ("第二章 风", PROSE)]
    assert book.chapters[-1].text == line


@pytest.mark.parametrize("line", STORIES)
def test_a_storys_own_dates_counts_and_ends_are_spoken(line: str) -> None:
    text = f"第一章 雾\n{PROSE}\n{line}\n{PROSE}\n第二章 风\n{PROSE}\n{line}\n"
    book = read_manuscript("a.txt", text.encode())
    assert [text.count(line) for _, text in spoken(book)] == [1, 1] and book.warnings == ()


@pytest.mark.parametrize("counts", ["1.2K 87 34", "👁 12.4K ⭐ 310 💬 45", "980 65 12"])
@pytest.mark.parametrize(
    "note", ["A/N: Sorry for the late update!", "Author's Note\n\nThank you all.\n\nSee you soon."]
)
def test_counts_of_readers_and_a_writers_note_are_not_spoken(counts: str, note: str) -> None:
    story = "\n\n".join(ENGLISH * 3)
    text = f"Chapter 1 - Ice\n{counts}\n\n{story}\n\n{note}\n\nChapter 2 - Thaw\n{counts}\n\n{story}\n"
    assert [text for _, text in spoken(read_manuscript("a.txt", text.encode()))] == ["\n".join(ENGLISH * 3)] * 2


def test_the_words_of_a_bookshop_above_the_first_chapter_are_not_spoken() -> None:
    for head in ("作品简介：一座桥和三代人。", "文案：他等了十年。"):
        text = f"《桥》\n作者：沈墨\n\n{head}\n\n第一章 雾\n\n{PROSE}\n\n第二章 风\n\n{PROSE}\n"
        assert titles(read_manuscript("a.txt", text.encode())) == ["第一章 雾", "第二章 风"]


# Pages of the web


def page(body: str, head: str = "") -> Manuscript:
    return read_manuscript("a.html", f"<html><head>{head}</head><body>{body}</body></html>".encode())


PARAGRAPHS = "".join(f"<p>{line}</p>" for line in STORY)


def test_a_work_of_an_archive_has_its_chapters_and_its_author() -> None:
    book = page(
        "<div id='preface'><p class='message'>Posted originally on the Archive</p><div class='meta'><dl class='tags'>"
        "<dt>Rating:</dt><dd>Mature</dd></dl><h1>The Bridge</h1><div class='byline'>by <a rel='author'>moss</a></div>"
        "<p>Summary</p><blockquote class='userstuff'><p>Two people.</p></blockquote></div></div><div id='chapters'>"
        + "".join(
            f"<div class='meta group'><h2 class='heading'>Chapter {n}: Snow</h2><p>Chapter Notes</p>"
            f"<blockquote class='userstuff'><p>Be gentle.</p></blockquote></div>"
            f"<div class='userstuff'>{PARAGRAPHS}</div>"
            for n in (1, 2)
        )
        + "</div><div id='afterword'><p>Please drop by the Archive and comment</p></div>",
        "<title>The Bridge - moss - Original Work</title>",
    )
    assert (book.title, book.author) == ("The Bridge", "moss")
    assert spoken(book) == [(f"Chapter {n}: Snow", "\n".join(STORY)) for n in (1, 2)]
    assert "Be gentle." in book.chapters[-1].text and "Mature" in book.chapters[-1].text


@pytest.mark.parametrize(
    "body",
    [
        "<h1>雾</h1><div class='rich_media_meta_list'>原创 江边</div><div id='js_content'>%s</div><p>继续滑动</p>",
        "<div class='menu'>首页</div><h1>雾</h1><div class='entry-content'>%s</div><p>相关文章</p><p>版权所有</p>",
        "<h1>雾</h1><div id='mw-content-text'><div class='navbox'>江河</div>%s</div><p>本页面最后修订于今天</p>",
    ],
)
def test_of_a_page_its_text_is_read_under_its_name(body: str) -> None:
    book = page(body % PARAGRAPHS, "<meta name='author' content='沈墨'>")
    assert (book.title, book.author) == ("雾", "沈墨")
    assert spoken(book) == [("雾", "\n".join(STORY))]


def test_a_page_whose_named_element_holds_hardly_anything_is_read_as_a_whole() -> None:
    assert STORY[0] in spoken(page(f"<div class='entry-content'><p>雾</p></div>{PARAGRAPHS}"))[0][1]
