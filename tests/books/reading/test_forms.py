"""EPUB, DOCX, PDF, Markdown, HTML, subtitles, scripts: what stands in them comes out."""

from __future__ import annotations

import io
import json

import pytest

from benchmarks.book_files import PNG, STORY, Sample, archive, docx, epub, epub_of, markdown, pdf
from indextts.books.model import Manuscript, Timed
from indextts.books.reading import ENDINGS, read_manuscript
from indextts.model.errors import StudioError

PROSE = STORY[0]


def spoken(book: Manuscript) -> list[tuple[str, str]]:
    return [(chapter.title, chapter.text) for chapter in book.chapters if chapter.on]


def refused(name: str, data: bytes) -> str:
    with pytest.raises(StudioError) as error:
        read_manuscript(name, data)
    assert all(error.value.localise("zh")) and all(error.value.localise("en"))
    return error.value.code


def test_an_epub_gives_chapters_cover_and_metadata() -> None:
    data = epub_of(
        [f"<body><p>{PROSE}</p></body>"],
        names=["一"],
        metadata="<dc:publisher>雪社</dc:publisher><dc:date>2020</dc:date>",
    )
    book = read_manuscript("a.epub", data)
    assert (book.title, book.author, book.language, book.cover) == ("雪夜", "林小满", "zh", PNG)
    assert book.metadata == {"publisher": "雪社", "date": "2020"}
    assert [text for _, text in spoken(book)] == [PROSE]


def test_notes_and_their_numbers_are_taken_out_of_the_text() -> None:
    body = (
        f'<body><h1>第一章</h1><p>{PROSE}<sup><a href="#n1" id="r1">[1]</a></sup>后来&nbsp;雪停了。</p>'
        f'<p id="n1"><a href="#r1">[1]</a> 这是注。</p><p>雪<a epub:type="noteref" href="#n2">2<'
        f"/a>夜<ruby>里<rt>li</rt></ruby></p>"
        '<aside epub:type="footnote" id="n2"><p>又一个注。</p></aside></body>'
    )
    book = read_manuscript("a.epub", epub_of([body], names=["第一章"]))
    assert spoken(book) == [("第一章", f"{PROSE}后来 雪停了。\n雪夜里")]
    assert [(chapter.kind, chapter.on, chapter.text) for chapter in book.chapters[1:]] == [
        ("notes", False, "这是注。\n又一个注。")
    ]


def test_an_old_contents_table_cuts_within_documents_and_joins_those_it_does_not_name() -> None:
    ncx = "<ncx><navMap>{}</navMap></ncx>".format(
        "".join(
            f'<navPoint><navLabel><text>{title}</text></navLabel><content src="{place}"/></navPoint>'
            for title, place in (("第一章 风起", "c1.xhtml#a"), ("第二章 归人", "c1.xhtml#b"))
        )
    )
    bodies = [
        "<body><h1>雪夜</h1><p>林小满 著</p></body>",
        f'<body><h1 id="a">第一章<br/>风起</h1><p>{STORY[0]}</p><hr/><p>{STORY[1]}</p><h1 id="b"'
        f">第二章 归人</h1><p>{STORY[2]}</p></body>",
        f"<body><p>{STORY[0]}</p></body>",
    ]
    book = read_manuscript("a.epub", epub_of(bodies, ncx=ncx))
    assert spoken(book) == [("第一章 风起", f"{STORY[0]}\n\n{STORY[1]}"), ("第二章 归人", f"{STORY[2]}\n{STORY[0]}")]
    assert book.chapters[0].kind == "title"


def test_front_and_back_matter_are_there_and_off() -> None:
    bodies = [
        "<body><section epub:type='copyright-page'><p>版权所有。</p></section></body>",
        f"<body><section epub:type='preface'><h1>自序</h1><p>{PROSE}</p></section></body>",
        f"<body><h1>第一章</h1><p>{PROSE}</p></body>",
        "<body><h1>附录</h1><p>年表。</p></body>",
    ]
    book = read_manuscript("a.epub", epub_of(bodies, names=["版权", "自序", "第一章", "附录"]))
    assert [(chapter.kind, chapter.on) for chapter in book.chapters] == [
        ("front", False),
        ("body", True),
        ("body", True),
        ("back", False),
    ]


def test_a_book_that_its_shop_encrypted_says_so_and_mangled_fonts_do_not_matter() -> None:
    lock = '<encryption><EncryptedData><EncryptionMethod Algorithm="{}"/></EncryptedData></encryption>'
    drm = lock.format("http://www.w3.org/2001/04/xmlenc#aes128-cbc").encode()
    fonts = lock.format("http://www.idpf.org/2008/embedding").encode()
    body = [f"<body><p>{PROSE}</p></body>"]
    assert refused("a.epub", epub_of(body, more={"META-INF/encryption.xml": drm})) == "book_protected"
    assert spoken(read_manuscript("a.epub", epub_of(body, more={"META-INF/encryption.xml": fonts})))


def test_a_word_document_is_cut_at_its_headings() -> None:
    book = read_manuscript("a.docx", docx(Sample()))
    assert (book.title, book.author) == ("雪夜", "林小满")
    assert spoken(book) == [("第一章 风起", "\n".join(STORY)), ("第二章 归人", "\n".join(STORY))]


def test_a_word_document_without_styles_is_cut_at_its_lines() -> None:
    from docx import Document

    document = Document()
    for line in ("第一章 风起", PROSE, "第二章 归人", PROSE):
        document.add_paragraph(line)
    file = io.BytesIO()
    document.save(file)
    assert [title for title, _ in spoken(read_manuscript("a.docx", file.getvalue()))] == ["第一章 风起", "第二章 归人"]


PAGES = (
    ("雪夜", "第一章 风起", "那年冬天下了很大的雪，她站在门口，看着远处的灯火，一", "句话也没有说。", "“走吧。”", "1"),
    ("雪夜", "后来雪停了，天也亮了，村里的人陆续走出来，把门前的路", "扫开。", "2"),
    ("雪夜", "第二章 归人", "他在江边等了一个下午，船一直没有来，风却越来越大了，", "他只好回去。", "3"),
)


@pytest.mark.parametrize("outline", [(), (("第一章 风起", 0), ("第二章 归人", 2))])
def test_a_pdf_gives_its_chapters_without_headers_and_page_numbers(outline: tuple[tuple[str, int], ...]) -> None:
    book = read_manuscript("a.pdf", pdf(PAGES, outline, title="雪夜集"))
    assert book.title == "雪夜集"
    assert spoken(book) == [
        (
            "第一章 风起",
            "那年冬天下了很大的雪，她站在门口，看着远处的灯火，一句话也没有说。\n“走吧。”\n"
            "后来雪停了，天也亮了，村里的人陆续走出来，把门前的路扫开。",
        ),
        ("第二章 归人", "他在江边等了一个下午，船一直没有来，风却越来越大了，他只好回去。"),
    ]


@pytest.mark.parametrize("size", [1, 2])
def test_a_pdf_whose_text_runs_from_top_to_bottom_is_told(size: int) -> None:
    text = "那年冬天下了很大的雪，她站在门口，看着远处的灯火，一句话也没有说。后来雪停了，天也亮了。" * 2
    pages = [[text[at : at + size] for at in range(begin, begin + 40, size)] for begin in (0, 40)]
    assert ["top to bottom" in one for one, _ in read_manuscript("a.pdf", pdf(pages)).warnings] == [True]
    assert read_manuscript("a.pdf", pdf(PAGES)).warnings == ()


def test_a_pdf_of_pictures_says_that_it_has_no_text() -> None:
    assert refused("a.pdf", pdf([[], []])) == "book_without_text"


def test_markdown_loses_its_marks_and_its_code() -> None:
    text = (
        f"# 第一章 风起\n\n{PROSE}**粗**体[^1]和[链接](http://x)。\n第二行\n\n```\ncode\n```\n\n"
        f"***\n\n> 引文\n\n[^1]: 注\n\n# 第二章\n\n{PROSE}\n"
    )
    book = read_manuscript("a.md", text.encode())
    assert spoken(book) == [("第一章 风起", f"{PROSE}粗体和链接。第二行\n\n引文"), ("第二章", PROSE)]
    assert book.chapters[-1].text == "注" and not book.chapters[-1].on


def test_the_only_heading_above_all_others_is_the_title_of_a_markdown_book() -> None:
    book = read_manuscript("a.md", b"# The Book\n\n## One\n\nText here.\nmore\n\n## Two\n\nText.\n")
    assert book.title == "The Book" and spoken(book) == [("One", "Text here. more"), ("Two", "Text.")]
    assert read_manuscript("a.md", markdown(Sample()).encode()).author == "林小满"


def test_html_is_cut_at_its_headings() -> None:
    page = (
        "<html><head><title>Story</title><script>x()</script></head><body><h1>One</h1><p>Text<h"
        "1>Two</h1><p>More</body></html>"
    )
    book = read_manuscript("a.html", page.encode())
    assert book.title == "Story" and spoken(book) == [("One", "Text"), ("Two", "More")]


@pytest.mark.parametrize(
    "around",
    [
        "<nav><ul><li>首页</li><li>登录</li></ul></nav>%s",
        "<header><nav><a href='/'>Home</a></nav></header><main>%s</main><footer>Copyright 2026</footer>",
        "<div role='navigation'><a href='/'>目录</a></div>%s<div role='contentinfo'>备案号</div>",
        "<div role='search'>搜索本站</div><div>%s</div><footer><h2>联系我们</h2><p>电话</p></footer>",
        "%s<ul role='menu'><li>分享</li></ul>",
    ],
)
def test_what_stands_around_the_text_of_a_website_is_not_read(around: str) -> None:
    article = "<article><h1>雾</h1><p>今天有雾。</p><footer>林小满记</footer></article>"
    book = read_manuscript("a.html", f"<html><body>{around % article}</body></html>".encode())
    assert spoken(book) == [("雾", "今天有雾。\n林小满记")]


def test_every_cue_of_subtitles_keeps_its_times() -> None:
    srt = "1\n00:00:01,000 --> 00:00:02,500\n<i>你好，</i>\n世界。\n\n2\n00:00:03,000 --> 00:00:04,000\nHello there\n"
    chapter = read_manuscript("a.srt", srt.encode("gbk")).chapters[0]
    assert chapter.text == "你好，世界。\nHello there"
    assert chapter.timed == (Timed(0, 6, 1.0, 2.5), Timed(7, 18, 3.0, 4.0))


@pytest.mark.parametrize(
    ("name", "text"),
    [
        (
            "a.ass",
            "[Script Info]\nTitle: T\n\n[Events]\nFormat: Layer, Start, End, Style, Name, MarginL, "
            "MarginR, MarginV, Effect, Text\n"
            "Dialogue: 0,0:00:01.00,0:00:02.00,Default,小明,0,0,0,,{\\i1}你好{\\i0}\\N世界\n",
        ),
        ("a.vtt", "WEBVTT\n\n00:01.000 --> 00:02.000\n<v 小明>你好世界\n"),
    ],
)
def test_speakers_of_subtitles_are_quotations_of_the_file(name: str, text: str) -> None:
    chapter = read_manuscript(name, text.encode()).chapters[0]
    assert chapter.text == "你好世界" and chapter.timed == (Timed(0, 4, 1.0, 2.0),)
    assert [(one.start, one.end, one.speaker, one.source) for one in chapter.quotations] == [(0, 4, "小明", "file")]


def test_a_script_says_who_speaks() -> None:
    lines = [{"speaker": "甲", "text": "你好"}, {"speaker": "旁白", "text": "他说。"}, "然后"]
    book = read_manuscript(
        "a.json", json.dumps({"title": "戏", "chapters": [{"title": "一", "lines": lines}]}).encode()
    )
    assert (book.title, book.chapters[0].title, book.chapters[0].text) == ("戏", "一", "你好\n他说。\n然后")
    assert [(one.start, one.end, one.speaker) for one in book.chapters[0].quotations] == [(0, 2, "甲")]
    assert read_manuscript("a.json", json.dumps(lines).encode()).chapters[0].quotations == book.chapters[0].quotations


@pytest.mark.parametrize(
    "script",
    [
        '[{"speaker":"A"}]',
        '{"chapters":7}',
        "[1]",
        '[{"text":"\\ud800"}]',
        "{",
        '{"chapters":[{}]}',
        '{"title":7,"text":"x"}',
    ],
)
def test_a_script_that_is_none_says_where(script: str) -> None:
    assert refused("a.json", script.encode()) == "book_script"


def test_labels_of_a_dialogue_are_taken_out_and_kept_as_speakers() -> None:
    text = "老王（笑）：吃了吗？\n小李：还没呢。\n旁白：他们走了。\n老王：那走吧。\n小李：走。\n"
    chapter = read_manuscript("d.txt", text.encode()).chapters[0]
    assert chapter.text == "吃了吗？\n还没呢。\n他们走了。\n那走吧。\n走。"
    said = [(one.speaker, chapter.text[one.start : one.end]) for one in chapter.quotations]
    assert said == [("老王", "吃了吗？"), ("小李", "还没呢。"), ("老王", "那走吧。"), ("小李", "走。")]


def test_a_list_with_colons_is_no_dialogue() -> None:
    text = "材料：米两碗\n做法：洗净，加水。\n"
    assert read_manuscript("d.txt", text.encode()).chapters[0].text == text.strip()


@pytest.mark.parametrize(
    ("name", "data", "code"),
    [
        ("a.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"x" * 600, "book_kind"),
        ("a.png", PNG, "book_kind"),
        ("a.zip", archive({"a.jpg": b"x"}), "book_kind"),
        ("a.xlsx", archive({"[Content_Types].xml": b"<x/>", "_rels/.rels": b"<x/>", "xl/a.xml": b""}), "book_kind"),
        ("a.txt", b"", "book_empty"),
        ("a.txt", b" \n \n", "book_empty"),
        ("a.epub", b"hello", "book_unreadable"),
        ("a.epub", epub(Sample())[:300], "book_unreadable"),
        ("a.pdf", b"%PDF-1.4\n", "book_unreadable"),
    ],
)
def test_what_cannot_be_a_book_is_refused_by_its_content(name: str, data: bytes, code: str) -> None:
    assert refused(name, data) == code


def test_every_ending_that_is_offered_is_read_or_refused_in_words() -> None:
    for ending in ENDINGS:
        try:
            assert read_manuscript(f"a{ending}", PROSE.encode()).chapters[0].text == PROSE
        except StudioError as error:
            assert error.code.startswith("book_")
