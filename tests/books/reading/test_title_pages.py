"""Who wrote a book: however the line says it, and in whatever kind of file it stands below the title."""

from __future__ import annotations

import io
from collections.abc import Callable

import pytest

from benchmarks.book_files import epub_of
from indextts.books.model import Manuscript
from indextts.books.reading import read_manuscript

TITLE = "白塔下的人"
PROSE = "塔下的河水涨了又退，他把小船翻过来，一块一块地补好。"
HEADS = ("春汛", "夏至", "秋声")


def docx(*paragraphs: tuple[str, str]) -> bytes:
    from docx import Document

    document = Document()
    for style, line in paragraphs:
        document.add_paragraph(line, style=style)
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def word(style: str, below: int) -> Callable[[list[str]], Manuscript]:
    def made(lines: list[str]) -> Manuscript:
        chapters = [one for head in HEADS for one in ((f"Heading {below}", head), ("Normal", PROSE), ("Normal", PROSE))]
        return read_manuscript("a.docx", docx((style, TITLE), *(("Normal", line) for line in lines), *chapters))

    return made


def page(below: int) -> Callable[[list[str]], Manuscript]:
    def made(lines: list[str]) -> Manuscript:
        chapters = "".join(f"<h{below}>{head}</h{below}><p>{PROSE}</p><p>{PROSE}</p>" for head in HEADS)
        above = f"<h1>{TITLE}</h1>" + "".join(f"<p>{line}</p>" for line in lines)
        return read_manuscript("a.html", f"<html><body>{above}{chapters}</body></html>".encode())

    return made


def marked(below: int) -> Callable[[list[str]], Manuscript]:
    def made(lines: list[str]) -> Manuscript:
        chapters = [one for head in HEADS for one in (f"{'#' * below} {head}", PROSE, PROSE)]
        return read_manuscript("a.md", "\n\n".join([f"# {TITLE}", *lines, *chapters]).encode())

    return made


def plain(lines: list[str]) -> Manuscript:
    chapters = [f"第{'一二三'[at]}章 {head}\n{PROSE}\n{PROSE}" for at, head in enumerate(HEADS)]
    return read_manuscript("a.txt", "\n".join([TITLE, *lines, "", *chapters]).encode())


KINDS = {
    "txt": plain,
    "docx, title above chapters": word("Heading 1", 2),
    "docx, title like chapters": word("Heading 1", 1),
    "docx, style of titles": word("Title", 1),
    "html, title above chapters": page(2),
    "html, title like chapters": page(1),
    "md, title above chapters": marked(2),
    "md, title like chapters": marked(1),
}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    "line",
    [
        "作者：沈一舟",
        "作者｜沈一舟",
        "作者 | 沈一舟",
        "作者/沈一舟",
        "作者 沈一舟",
        "作者·沈一舟",
        "原创：沈一舟",
        "撰文：沈一舟",
        "沈一舟 著",
        "沈一舟/著",
        "沈一舟·著",
        "沈一舟／编著",
        "by 沈一舟",
        "by：沈一舟",
        "by沈一舟",
        "[法]沈一舟 著　顾明 译",
        "（日）沈一舟 著/顾明、李平 译",
        "【美】沈一舟 著\n顾明 译",
        "沈一舟 著\n顾明 李平 译",
        "作者：沈一舟\n顾明译",
        "沈一舟 著\n顾明 编",
        "沈一舟",
        "（沈一舟 著）",
        "沈一舟作品",
    ],
)
def test_the_author_is_known_and_no_chapter(kind: str, line: str) -> None:
    book = KINDS[kind](line.split("\n"))
    titles = [one.title for one in book.chapters if one.on]
    assert (book.title, book.author) == (TITLE, "沈一舟")
    assert [title.rpartition(" ")[2] for title in titles] == list(HEADS)
    assert not any("沈" in one.text or "顾" in one.text for one in book.chapters if one.on)


@pytest.mark.parametrize(
    ("title", "name", "prose"),
    [
        ("白塔下的人", "沈一舟", PROSE),
        ("The Quiet Mill", "Ruth Abery", "She turned the key twice and listened at the door."),
    ],
)
@pytest.mark.parametrize("kind", ["txt", "docx", "docx, plain", "md", "html"])
def test_a_name_alone_below_the_title_of_a_story_is_who_wrote_it(kind: str, title: str, name: str, prose: str) -> None:
    rows = [title, name, prose, prose]
    if kind.startswith("docx"):
        styles = ["Normal" if "plain" in kind else "Title", *["Normal"] * 3]
        book = read_manuscript("a.docx", docx(*zip(styles, rows, strict=True)))
    elif kind == "html":
        html = f"<h1>{title}</h1>" + "".join(f"<p>{row}</p>" for row in rows[1:])
        book = read_manuscript("a.html", f"<html><body>{html}</body></html>".encode())
    else:
        head = "# " if kind == "md" else ""
        book = read_manuscript(f"a.{kind}", (head + "\n\n".join(rows)).encode())
    assert (book.title, book.author) == (title, name)
    assert [one.text for one in book.chapters if one.on] == [f"{prose}\n{prose}"]


@pytest.mark.parametrize("line", ["Winter Stories", "长篇小说", "渡口的灯"])
@pytest.mark.parametrize("kind", KINDS)
def test_another_line_below_the_title_is_no_name(kind: str, line: str) -> None:
    assert KINDS[kind]([line]).author == ""


@pytest.mark.parametrize(
    ("line", "author"), [("白塔 by 沈一舟", "沈一舟"), ("白塔 by 月下听松", "月下听松"), ("塔 BY: 沈一舟", "沈一舟")]
)
def test_a_title_and_who_wrote_it_may_share_a_line(line: str, author: str) -> None:
    for below in (f"\n{PROSE}\n{PROSE}\n", f"\n\n第一章 雾\n{PROSE}\n第二章 雨\n{PROSE}\n"):
        book = read_manuscript("a.txt", (line + below).encode())
        assert (book.title, book.author) == (line.split(" ")[0], author)
        assert not any(author in one.text for one in book.chapters if one.on)


def test_who_translated_it_is_kept() -> None:
    assert plain(["[法]沈一舟 著 顾明 译"]).metadata["translator"] == "顾明"
    assert plain(["沈一舟 著", "顾明译"]).metadata["translator"] == "顾明"


@pytest.mark.parametrize("line", ["故事新编", "论语今译", "作者简介", "作者 的话", "杂诗新选译"])
def test_a_title_is_no_translator(line: str) -> None:
    book = read_manuscript("a.txt", f"{line}\n\n第一章 雾\n{PROSE}\n第二章 雨\n{PROSE}\n".encode())
    assert book.author == "" and "translator" not in book.metadata


@pytest.mark.parametrize("kind", [kind for kind in KINDS if "like" in kind])
def test_a_first_chapter_with_a_text_is_no_title_page(kind: str) -> None:
    book = KINDS[kind]([PROSE, "他看了看天。"])
    assert [one.title for one in book.chapters if one.on] == [TITLE, *HEADS]


@pytest.mark.parametrize("head", ["第一章 白塔", "Chapter 1", "序"])
def test_a_first_heading_that_names_a_chapter_is_no_title(head: str) -> None:
    text = f"# {head}\n\n{PROSE}\n\n## 一\n\n{PROSE}\n\n## 二\n\n{PROSE}\n"
    assert read_manuscript("塔.md", text.encode()).title == "塔"


def test_a_title_of_a_page_above_one_heading_stays_the_chapter() -> None:
    text = f"<html><h1>{TITLE}</h1><p>by Ada Rowe</p><p>{PROSE}</p><h2>砖</h2><p>{PROSE}</p></html>"
    book = read_manuscript("a.html", text.encode())
    assert [one.title for one in book.chapters if one.on] == [TITLE]
    assert (book.title, book.author) == (TITLE, "Ada Rowe") and "Ada" not in book.chapters[0].text


@pytest.mark.parametrize(
    "above",
    [
        f'<h1 align="center">{TITLE}</h1>\n\n<p align="center">沈一舟 著</p>\n',
        f"<h1>\n  {TITLE}\n</h1>\n\n沈一舟 著\n",
        f'<div align="center">\n<h1>{TITLE}</h1>\n<p>作者：沈一舟</p>\n</div>\n',
        f"<H1 id='top'>{TITLE}</H1>\n\n作者：沈一舟\n",
        f"# {TITLE}\n\n作者：沈一舟\n",
    ],
)
@pytest.mark.parametrize("head", ["## {}", "<h2>{}</h2>", '<h2 id="a">{}</h2>\n<!-- a -->', "<h2>\n{}\n</h2>"])
def test_headings_of_html_are_headings_of_markdown(above: str, head: str) -> None:
    text = "\n".join([above, *(f"{head.format(one)}\n\n{PROSE}\n\n{PROSE}\n" for one in HEADS)])
    book = read_manuscript("a.md", text.encode())
    assert (book.title, book.author) == (TITLE, "沈一舟")
    assert [(one.title, one.text) for one in book.chapters if one.on] == [(one, f"{PROSE}\n{PROSE}") for one in HEADS]


@pytest.mark.parametrize("look", ["bold", "centred", "both"])
@pytest.mark.parametrize("below", [[], ["作者：沈一舟"], ["沈一舟 著"]])
@pytest.mark.parametrize("heads", ["style", "numbers", "none", "bold"])
def test_a_first_line_that_alone_stands_out_is_the_title_of_a_document(look: str, below: list[str], heads: str) -> None:
    if (look, heads) == ("bold", "bold"):
        return  # that line is as the others are
    from docx import Document
    from docx.enum.text import WD_ALIGN_PARAGRAPH

    document = Document()
    first = document.add_paragraph()
    first.add_run(TITLE).bold = look != "centred"
    if look != "bold":
        first.alignment = WD_ALIGN_PARAGRAPH.CENTER
    for line in below:
        document.add_paragraph(line)
    for at, head in enumerate(HEADS):
        named = f"第{'一二三'[at]}章 {head}" if heads == "numbers" else head
        if heads != "none":
            paragraph = document.add_paragraph(style="Heading 1" if heads == "style" else "Normal")
            paragraph.add_run(named).bold = heads == "bold"
        document.add_paragraph(PROSE)
        document.add_paragraph(PROSE)
    file = io.BytesIO()
    document.save(file)
    book = read_manuscript("稿子.docx", file.getvalue())
    assert (book.title, book.author) == (TITLE, "沈一舟" if below else "")
    on = [one for one in book.chapters if one.on]
    above = [TITLE] if heads in ("style", "bold") else []
    assert [one.title.rpartition(" ")[2] for one in on] == ([TITLE] if heads == "none" else [*above, *HEADS])
    assert {line for one in on for line in one.text.split("\n") if line} == {PROSE}


@pytest.mark.parametrize("first", ["第一章 雾", "他说：", "走吧。", "春汛，"])
def test_a_first_line_that_names_no_book_is_no_title(first: str) -> None:
    from docx import Document

    document = Document()
    document.add_paragraph().add_run(first).bold = True
    for _ in range(4):
        document.add_paragraph(PROSE)
    file = io.BytesIO()
    document.save(file)
    assert read_manuscript("稿子.docx", file.getvalue()).title == "稿子"


STYLED = [
    ([("Title", TITLE), ("Author", "沈一舟")], "沈一舟"),
    ([("Title", TITLE), ("副标题", "长篇小说"), ("作者", "沈一舟")], "沈一舟"),
    ([("Title", TITLE), ("Subtitle", "沈一舟 著")], "沈一舟"),
    ([("Title", TITLE), ("Subtitle", "M. J. Cobb")], "M. J. Cobb"),
    ([("Title", TITLE), ("Subtitle", "A novel in five floods"), ("Normal", "M. J. Cobb")], "M. J. Cobb"),
    ([("Title", TITLE), ("Normal", "林疏月"), ("Normal", "2019")], "林疏月"),
    ([("Title", TITLE), ("Author", "Wren Ashgrove"), ("Author", "Tom Gray"), ("Date", "May 1987")],
     "Wren Ashgrove, Tom Gray"),
    ([("Title", TITLE), ("Subtitle", "by Orla Finch"), ("Date", "May 1987")], "Orla Finch"),
]  # fmt: skip


@pytest.mark.parametrize(("above", "author"), STYLED)
def test_a_title_page_of_styles_is_no_chapter(above: list[tuple[str, str]], author: str) -> None:
    from docx import Document
    from docx.enum.style import WD_STYLE_TYPE

    document = Document()
    for style, line in above:
        if style not in (one.name for one in document.styles):
            document.styles.add_style(style, WD_STYLE_TYPE.PARAGRAPH)
        document.add_paragraph(line, style=style)
    for head in HEADS:
        document.add_heading(head, 1)
        document.add_paragraph("Subtitle of a chapter", style="Subtitle")
        document.add_paragraph(PROSE)
    file = io.BytesIO()
    document.save(file)
    book = read_manuscript("a.docx", file.getvalue())
    assert (book.title, book.author) == (TITLE, author)
    assert [one.title for one in book.chapters if one.on] == list(HEADS)
    assert all(one.text.startswith("Subtitle of a chapter") for one in book.chapters if one.on)


@pytest.mark.parametrize(
    ("lines", "author"),
    [(["长篇小说"], ""), (["A novel in five floods"], ""), (["长篇小说", "沈一舟 著", "2019年"], "沈一舟")],
)
@pytest.mark.parametrize("kind", [one for one in KINDS if "above" in one or "style" in one])
def test_a_line_below_the_title_is_not_the_title(kind: str, lines: list[str], author: str) -> None:
    book = KINDS[kind](lines)
    on = [one.title for one in book.chapters if one.on]
    assert (book.title, book.author, on[bool(not author) :]) == (TITLE, author, list(HEADS))


def test_a_dedication_is_not_the_title_of_a_book_whose_writer_is_not_named() -> None:
    bodies = ["<body><p>献给我的母亲</p></body>", *(f"<body><h2>{one}</h2><p>{PROSE}</p></body>" for one in HEADS)]
    assert read_manuscript("a.epub", epub_of(bodies, title=TITLE, author="")).title == TITLE


@pytest.mark.parametrize("kind", ["docx", "epub"])
@pytest.mark.parametrize("name", ["月下听松", "A Lady of Rank"])
def test_whom_the_file_names_may_stand_alone_on_the_title_page(kind: str, name: str) -> None:
    lines, heads = [TITLE, "长篇小说", name], [f"第{number}章" for number in "一二"]
    if kind == "epub":
        bodies = [f"<body>{''.join(f'<p>{one}</p>' for one in lines)}</body>"]
        bodies += [f"<body><h2>{head}</h2><p>{PROSE}</p></body>" for head in heads]
        book = read_manuscript("a.epub", epub_of(bodies, title=TITLE, author=name))
    else:
        from docx import Document

        document = Document()
        document.core_properties.author = name
        for style, line in zip(("Title", "Normal", "Normal"), lines, strict=True):
            document.add_paragraph(line, style=style)
        for head in heads:
            document.add_heading(head, 1)
            document.add_paragraph(PROSE)
        file = io.BytesIO()
        document.save(file)
        book = read_manuscript("a.docx", file.getvalue())
    assert (book.title, book.author, [one.title for one in book.chapters if one.on]) == (TITLE, name, heads)


def test_a_line_below_the_title_that_names_nobody_is_read() -> None:
    book = read_manuscript(
        "a.docx", docx(("Title", TITLE), ("Normal", PROSE), ("Heading 1", "春汛"), ("Normal", PROSE))
    )
    assert [one.text for one in book.chapters if one.on] == [PROSE, PROSE]
