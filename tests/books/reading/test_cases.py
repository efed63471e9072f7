"""Books as people have them: titles said twice, notes that are no links, poor contents, old archives, Word's ways."""

from __future__ import annotations

import io
import unicodedata
import zipfile
from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.book_files import STORY, Sample, archive, epub, epub_of
from indextts.books.model import Chapter, Manuscript
from indextts.books.reading import read_manuscript
from indextts.books.reading.docx_numbering import Numbering
from indextts.books.reading.notes import parted, superscript
from indextts.books.reading.xml import tree
from indextts.model.errors import StudioError

CASES = Path(__file__).parents[2] / "data/cases"
PROSE = STORY[0]


def case(name: str) -> Manuscript:
    return read_manuscript(name, (CASES / name).read_bytes())


def spoken(book: Manuscript) -> list[tuple[str, str]]:
    return [(one.title, one.text) for one in book.chapters if one.on]


def chapter_of(
    body: str, names: tuple[str, ...] = ("第一章 雾起", "第二章 船"), more: Mapping[str, bytes] | None = None
) -> Chapter:
    bodies = [f"<body>{body}</body>", f"<body><p>{PROSE}</p></body>"]
    book = read_manuscript("a.epub", epub_of(bodies, names=names, more=more))
    return next(one for one in book.chapters if one.kind == "body")


CUES = "1\n00:00:01,000 --> 00:00:02,500\n天气很好。\n\n2\n00:00:03,600 --> 00:00:04,900\n走吧。\n"


@pytest.mark.parametrize(
    "beside",
    [
        {},
        {"读我.txt": "来自某字幕组"},
        {"README.md": "By us", "film.nfo": "x", "__MACOSX/._film.srt": "x"},
    ],
)
def test_subtitles_in_a_zip_are_read_whatever_note_lies_beside_them(beside: dict[str, str]) -> None:
    packed = archive({"film/film.srt": CUES.encode(), **{name: text.encode() for name, text in beside.items()}})
    (chapter,) = read_manuscript("film.zip", packed).chapters
    assert (chapter.text, [cue.begin_s for cue in chapter.timed]) == ("天气很好。\n走吧。", [1.0, 3.6])


@pytest.mark.parametrize(
    "note", ["下载说明.txt", "更多小说请看.txt", "使用说明.txt", "read me.txt", "from the site.md", "a/声明.txt"]
)
@pytest.mark.parametrize("name", ["雪夜.epub", "b/novel.txt"])
def test_a_book_in_a_zip_is_read_whatever_note_lies_beside_it(name: str, note: str) -> None:
    data = epub(Sample()) if name.endswith("epub") else f"第一章 雾\n{PROSE * 40}\n第二章 风\n{PROSE * 40}".encode()
    book = read_manuscript("a.zip", archive({name: data, note: "本书来自网络。".encode()}))
    assert len(spoken(book)) == 2


@pytest.mark.parametrize("beside", [{"novel.txt": PROSE * 9}, {"en.srt": CUES}, {"book.epub": "x"}])
def test_of_a_zip_with_another_book_or_a_second_file_of_subtitles_nothing_is_guessed(beside: dict[str, str]) -> None:
    with pytest.raises(StudioError) as refused:
        read_manuscript("a.zip", archive({"film.srt": CUES.encode(), **{k: v.encode() for k, v in beside.items()}}))
    assert refused.value.code == "book_several"


# Titles


def test_a_title_in_two_lines_of_a_heading_is_said_once() -> None:
    assert [text.split()[0] for _, text in spoken(case("title_number_br.epub"))] == ["The", "Fog"]
    assert [title for title, _ in spoken(case("title_number_br.epub"))] == ["The Rope", "The Fog"]


@pytest.mark.parametrize(
    ("listed", "written"),
    [
        ("第一章 雾起", "<h2>第1章　雾起</h2>"),
        ("第一章 雾起", "<p>第一章</p><p>雾起</p>"),
        ("第一章 雾起", "<h2>第一章</h2><h3>雾起</h3>"),
        ("第一章 雾起", "<h2>雾起</h2>"),
        ("第一章 雾起", "<h2>第一章 霧起</h2>"),
        ("雾起", "<h2>第一章<br/>雾起</h2>"),
        ("1. 雾起", "<h1>第一章 雾起</h1>"),
        ("Chapter 1: The Fog", "<h1>I</h1><h2>THE FOG</h2>"),
        ("The Fog", "<p>1</p><p>The Fog</p>"),
        ("Chapter One", "<h1>CHAPTER 1</h1>"),
        ("3. The Long Way Home", "<h2>Chapter Three</h2><h2>The Long Way Home</h2>"),
        ("一", "<h2>第一章</h2>"),
    ],
)
def test_a_title_is_said_once_however_the_text_writes_it(listed: str, written: str) -> None:
    one = chapter_of(f"{written}<p>{PROSE}</p>", (listed, "第二章 x"))
    assert (one.title, one.text) == (listed, PROSE)


@pytest.mark.parametrize(
    ("listed", "written"),
    [
        ("第一章 雾起", "雾起的时候，船停了。"),
        ("The Fog", "1"),
        ("第一章 雾起", "第二章 说的是雾。"),
        ("Rope", "The Rope was long."),
    ],
)
def test_what_only_begins_like_the_title_is_read(listed: str, written: str) -> None:
    assert chapter_of(f"<p>{written}</p><p>{PROSE}</p>", (listed, "第二章 x")).text == f"{written}\n{PROSE}"


# Notes


def test_signs_of_notes_without_links_go_with_their_notes() -> None:
    book = case("notes_plain.epub")
    assert spoken(book)[0][1] == "这条渡船是祖父那一辈造的，船板用的是杉木，缆绳每年换一次。"
    assert [one.text.count("\n") for one in book.chapters if one.kind == "notes"] == [2]


def test_a_part_for_notes_is_notes_to_its_end() -> None:
    book = case("notes_div.epub")
    assert spoken(book)[0] == ("第一章 雾起", "船板用的是杉木，很轻。")
    assert [one.text for one in book.chapters if one.kind == "notes"] == ["当地多杉。\n杉木轻而耐水。"]


@pytest.mark.parametrize(
    ("signs", "notes"),
    [
        (("<sup>1</sup>", "<sup>2</sup>"), ("1. 约在九十年前。", "2. 当地多杉。")),
        (("〔1〕", "〔2〕"), ("〔1〕约在九十年前。", "〔2〕当地多杉。")),
        (("①", "②"), ("① 约在九十年前。", "② 当地多杉。")),
        (("[注1]", "[注2]"), ("[注1] 约在九十年前。", "[注2] 当地多杉。")),
        (("（注1）", "（注2）"), ("注1：约在九十年前。", "注2：当地多杉。")),
        (("<sup>[1]</sup>", "<sup>[2]</sup>"), ("[1]约在九十年前。", "[2]当地多杉。")),
        (("<sup>①</sup>", "<sup>②</sup>"), ("①约在九十年前。", "②当地多杉。")),
        (("【1】", "【2】"), ("【1】约在九十年前。", "【2】当地多杉。")),
    ],
)
def test_forms_of_notes(signs: tuple[str, str], notes: tuple[str, str]) -> None:
    body = f"<p>船是祖父造的{signs[0]}，用的是杉木{signs[1]}。</p><p>{PROSE}</p>" + "".join(
        f"<p>{note}</p>" for note in notes
    )
    assert chapter_of(body).text == f"船是祖父造的，用的是杉木。\n{PROSE}"


@pytest.mark.parametrize(
    "lines",
    [
        ["有两点：", "1. 船要早到。", "2. 绳要收好。"],
        ["分成①甲②乙两种。", "① 甲是船。", "那时雾大。", "② 乙是桥。", PROSE],
        ["见[1]。"],
        ["他排第1名。", "1 号船来了。"],
    ],
)
def test_points_of_a_list_are_no_notes(lines: list[str]) -> None:
    assert parted(lines) == (lines, [])


@pytest.mark.parametrize(
    ("before", "raised", "said"),
    [
        ("河宽20m", "2", "²"), ("共10", "3", "³"), ("x", "2", "²"), ("造的", "1", ""), ("见表1", "3", ""),
        ("Fig. 2", "4", ""), ("rope", "12", ""), ("，", "[2]", ""), ("the 1", "st", "st"), ("(a+b)", "2", "²"),
        ("5 km", "2", "²"), ("10", "-6", "⁻⁶"), ("商标", "®", "®"), ("好。", "注3", ""), ("第3", "1", ""),
    ],
)  # fmt: skip
def test_what_is_raised_is_a_power_or_a_note(before: str, raised: str, said: str) -> None:
    assert superscript(before, raised) == said


@settings(max_examples=100)
@given(st.lists(st.text(alphabet="船来[1]①②〔2〕注1. 。\n", max_size=20), max_size=8), st.sets(st.integers(0, 9)))
def test_parting_loses_no_line(lines: list[str], marks: set[int]) -> None:
    kept, notes = parted(lines, marks)
    assert len(kept) + len(notes) in (len(lines), len(lines) - 1)


# Numbers of pages and lines, what is hidden


@pytest.mark.parametrize(("name", "text"), [
    ("pagenum_class.epub", "船到岸时天已经黑透，只有茶棚还冒着热气。"),
    ("verse_numbers.epub", "The fog came down upon the ford\nAnd hid the lamps from sight."),
])  # fmt: skip
def test_numbers_of_pages_and_lines_are_not_read(name: str, text: str) -> None:
    assert spoken(case(name))[0][1] == text


@pytest.mark.parametrize(
    "hidden",
    [
        '<span class="pagenum">[Page xii]</span>',
        '<a class="page-number" id="x">〔〕</a>'.replace("〔〕", "(7)"),
        '<span class="lineno">25</span>',
        '<span class="pb pgnum">p. 3</span>',
        '<span style="display: none">水印</span>',
        '<span style="visibility:hidden">水印</span>',
        '<span class="wm">水印</span>',
        '<span class="wm big">水印</span>',
        "<b hidden>水印</b>",
        '<i style="font-size:0px">水印</i>',
    ],
)
def test_what_nobody_sees_or_reads_is_left_out(hidden: str) -> None:
    style = "<style>/* .kept{display:none} */ p{margin:0} .wm, div.x > .y{color:red;display:none}</style>"
    body = f"<html>{style}<body><h1>一</h1><p>船到岸{hidden}了。</p></body></html>"
    assert read_manuscript("a.html", body.encode()).chapters[0].text == "船到岸了。"


def test_a_style_sheet_of_the_book_hides_too() -> None:
    files = dict(_members(epub_of([f'<body><p>船到<b class="w1">盗版</b>岸。</p><p>{PROSE}</p></body>'])))
    files["OEBPS/content.opf"] = files["OEBPS/content.opf"].replace(
        b"<manifest>", b'<manifest><item id="s" href="s.css" media-type="text/css"/>'
    )
    files["OEBPS/s.css"] = b".w1{display:none} @media print{p{display:none} .w2{display:none}}"
    assert spoken(read_manuscript("a.epub", archive(files)))[0][1] == f"船到岸。\n{PROSE}"


def _members(data: bytes) -> list[tuple[str, bytes]]:
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        return [(name, packed.read(name)) for name in packed.namelist()]


def test_a_formula_says_its_alternative_text() -> None:
    body = f'<p>其中<math alttext="a加b"><mi>a</mi></math>最大。</p><p>{PROSE}</p>'
    assert chapter_of(body).text.split("\n")[0].replace(" ", "") == "其中a加b最大。"


@pytest.mark.parametrize("name", ["a.txt", "a.md", "a.html"])
@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("船到了岸。⁴ 他走了。", "船到了岸。 他走了。"),
        ("她说“好”，² 便走。", "她说“好”， 便走。"),
        ("It was cold;¹² ¹³ he left.⁵⁻⁷", "It was cold; he left."),
        ("水深 5 m²，x² 与 (a+b)² 及 ²³⁵U，¹⁴C 不动。", "水深 5 m²，x² 与 (a+b)² 及 ²³⁵U，¹⁴C 不动。"),
        ("各占，¹⁄₂ 杯。", "各占，¹⁄₂ 杯。"),
    ],
)
def test_raised_figures_behind_a_clause_are_marks_of_notes(name: str, written: str, kept: str) -> None:
    text = f"<p>{written}</p><p>{PROSE}</p>" if name == "a.html" else f"{written}\n\n{PROSE}"
    assert read_manuscript(name, text.encode()).chapters[0].text.split("\n")[0] == kept


# Contents and packages


def test_chapters_that_poor_contents_leave_out_are_found() -> None:
    book = case("toc_poor.epub")
    assert [title for title, _ in spoken(book)] == ["第一章 雾起", "第二章 灯火", "第三章 靠岸"]
    assert "第二章" not in spoken(book)[0][1]


def test_contents_that_name_the_chapters_stay_as_they_are() -> None:
    bodies = [f"<body><h1>第{n}章 雾</h1><p>{PROSE}</p><h2>第一节 船</h2><p>{PROSE}</p></body>" for n in "一二三"]
    book = read_manuscript("a.epub", epub_of(bodies, names=["第一章 雾", "第二章 雾", "第三章 雾"]))
    assert [title for title, _ in spoken(book)] == ["第一章 雾", "第二章 雾", "第三章 雾"]


def test_the_fuller_table_of_contents_is_read() -> None:
    bodies = [f"<body><p>{PROSE}</p></body>"] * 4
    lines = "".join(
        f'<navPoint><navLabel><text>第{n}回</text></navLabel><content src="c{at}.xhtml"/></navPoint>'
        for at, n in enumerate("一二三四")
    )
    book = read_manuscript(
        "a.epub", epub_of(bodies, names=["开始", "后面"], ncx=f"<ncx><navMap>{lines}</navMap></ncx>")
    )
    assert [title for title, _ in spoken(book)] == ["第一回", "第二回", "第三回", "第四回"]


def test_parts_without_names_are_told_apart() -> None:
    assert [title for title, _ in spoken(case("toc_none.epub"))] == ["1", "2", "3"]


def test_a_foreign_resource_in_the_spine_is_read_by_its_fallback() -> None:
    assert [title for title, _ in spoken(case("spine_fallback.epub"))] == ["雾起"]


def test_a_person_with_several_roles_is_the_author() -> None:
    assert case("author_roles.epub").author == "杜某"


# Archives


def test_names_of_old_archives_are_found() -> None:
    assert len(spoken(case("zip_gbk_names.epub"))) == 2


@pytest.mark.parametrize("encoding", ["gb18030", "utf-8", "big5", "shift_jis"])
def test_names_in_other_encodings_are_found(encoding: str) -> None:
    files = dict(_members(epub_of([f"<body><p>{PROSE}</p></body>"], names=["一"])))
    files["OEBPS/content.opf"] = files["OEBPS/content.opf"].replace(b"c0.xhtml", "山河.xhtml".encode())
    files["OEBPS/nav.xhtml"] = files["OEBPS/nav.xhtml"].replace(b"c0.xhtml", "山河.xhtml".encode())
    files["OEBPS/~~.xhtml"] = files.pop("OEBPS/c0.xhtml")
    name = "山河".encode(encoding)
    placeholder = b"~" * len(name)
    files["OEBPS/" + placeholder.decode() + ".xhtml"] = files.pop("OEBPS/~~.xhtml")
    data = archive(files).replace(placeholder, name)
    assert [text for _, text in spoken(read_manuscript("a.epub", data))] == [PROSE]


def test_a_book_that_was_packed_with_its_folder_is_read() -> None:
    data = archive({f"雪夜/{name}": content for name, content in _members(epub(Sample()))})
    assert spoken(read_manuscript("a.zip", data)) == spoken(read_manuscript("a.epub", epub(Sample())))


@pytest.mark.parametrize("inner", ["书/雪夜.epub", "雪夜.epub"])
def test_a_book_in_an_archive_is_read(inner: str) -> None:
    data = archive({inner: epub(Sample()), "__MACOSX/._雪夜.epub": b"x", "cover.jpg": b"x"})
    assert spoken(read_manuscript("a.zip", data)) == spoken(read_manuscript("a.epub", epub(Sample())))


def test_of_an_archive_with_several_books_one_is_to_be_chosen() -> None:
    with pytest.raises(StudioError) as error:
        read_manuscript("a.zip", archive({"a.txt": b"x", "b.txt": b"y"}))
    assert error.value.code == "book_several" and "2 books" in error.value.localise("en")[0]


def test_an_archive_in_an_archive_in_an_archive_is_not_opened() -> None:
    with pytest.raises(StudioError) as error:
        read_manuscript("a.zip", archive({"b.epub": archive({"c.epub": epub(Sample())})}))
    assert error.value.code == "book_kind"


# Pinyin above characters


def test_pinyin_above_characters_is_how_they_are_read() -> None:
    one = chapter_of(
        "<p>他<ruby>重<rt>chóng</rt>新<rt>xīn</rt></ruby>来过，<ruby>单<rp>(</rp><rt>shàn</rt><rp>)</rp></ruby>立行在"
        f"<ruby>银行<rt>yín háng</rt></ruby>。<ruby>東京<rt>とうきょう</rt></ruby>。</p><p>{PROSE}</p>"
    )
    assert one.text.startswith("他重新来过，单立行在银行。東京。")
    assert [(one.text[fix.start : fix.end], fix.reading) for fix in one.fixes] == [
        ("重", "chong2"), ("单", "shan4"), ("银行", "yin2 hang2"),
    ]  # fmt: skip


def test_marks_in_a_file_are_no_readings() -> None:
    one = chapter_of(f"<p>\ufdd0重\ufdd1chong2\ufdd2来。</p><p>{PROSE}</p>")
    assert "重chong2来" in one.text and one.fixes == ()


def test_a_title_has_its_characters_alone() -> None:
    one = chapter_of(f"<h1>第一章 <ruby>重<rt>chóng</rt></ruby>来</h1><p>{PROSE}</p>", ("第一章 重来", "x"))
    assert (one.title, one.text, one.fixes) == ("第一章 重来", PROSE, ())


# Project Gutenberg


def gutenberg_text(chapters: int = 3) -> str:
    prose = "The ferry ran only twice a day in _winter_, and the =old= man waited.[Pg 3] Fog lay on the river.\n\n"
    return (
        "The Project Gutenberg eBook of The Ferry Rope\n\nThis ebook is for the use of anyone anywhere.\n\n"
        "Title: The Ferry Rope\n\nAuthor: Ann Other\n\nRelease Date: May 1, 2020\n\nLanguage: English\n\n"
        "*** START OF THE PROJECT GUTENBERG EBOOK THE FERRY ROPE ***\n\n"
        "Produced by Some Volunteers and the Online Distributed Proofreading Team\n\n[Illustration: A rope]\n\n"
        "THE FERRY ROPE\n\nby Ann Other\n\n\n"
        + "".join(f"\n\nCHAPTER {n}.\n\n{prose * 4}" for n in ("I", "II", "III")[:chapters])
        + "\n\n*** END OF THE PROJECT GUTENBERG EBOOK THE FERRY ROPE ***\n\nUpdated editions will replace it.\n"
    )


def is_clean(book: Manuscript) -> bool:
    return not any(
        word in f"{title} {text}"
        for title, text in spoken(book)
        for word in ("START", "END OF", "[Pg", "Updated editions", "Produced by", "Illustration", "_", "=", "{")
    )


def test_a_page_of_project_gutenberg_is_a_book() -> None:
    book = case("pg.html")
    assert (book.title, book.author) == ("The Ferry Rope", "Ann Other")
    assert [title for title, _ in spoken(book)] == ["CHAPTER I.", "CHAPTER II.", "CHAPTER III."] and is_clean(book)


def test_a_text_of_project_gutenberg_is_a_book() -> None:
    book = read_manuscript("pg1.txt", gutenberg_text().encode())
    assert (book.title, book.author, book.metadata["date"]) == ("The Ferry Rope", "Ann Other", "May 1, 2020")
    assert [title for title, _ in spoken(book)] == ["CHAPTER I.", "CHAPTER II.", "CHAPTER III."] and is_clean(book)


def test_an_epub_of_project_gutenberg_is_a_book() -> None:
    paragraphs = [line for line in gutenberg_text().split("\n\n") if line.strip()]
    parts = [f"<h2>{line}</h2>" if line.strip().startswith("CHAPTER") else f"<p>{line}</p>" for line in paragraphs]
    book = read_manuscript("pg.epub", epub_of([f"<body>{''.join(parts)}</body>"], title="The Ferry Rope", author="A"))
    assert [title for title, _ in spoken(book)] == ["CHAPTER I.", "CHAPTER II.", "CHAPTER III."] and is_clean(book)


@pytest.mark.parametrize(
    "start",
    ["***START OF THE PROJECT GUTENBERG EBOOK X***", "*** START OF THIS PROJECT GUTENBERG EBOOK X ***",
     "*END*THE SMALL PRINT! FOR PUBLIC DOMAIN ETEXTS*Ver.04.29.93*END*"],
)  # fmt: skip
def test_forms_of_the_beginning(start: str) -> None:
    text = gutenberg_text().replace("*** START OF THE PROJECT GUTENBERG EBOOK THE FERRY ROPE ***", start)
    assert is_clean(read_manuscript("pg.txt", text.encode()))


def test_underscores_elsewhere_stay() -> None:
    book = read_manuscript("a.txt", f"第一章 雾\n变量 _name_ 与 =x=。\n{PROSE}\n第二章 船\n{PROSE}".encode())
    assert "_name_" in book.chapters[0].text


# Word


@pytest.mark.parametrize(
    ("name", "titles", "text"),
    [
        ("docx_numbered.docx", ["第一章 雾起", "第二章 灯火"], "入冬以后，渡口的船一天只开两趟。"),
        ("docx_super.docx", ["docx super"], "见表1，河宽20m²。"),
    ],
)
def test_words_own_numbers_and_raised_signs(name: str, titles: list[str], text: str) -> None:
    book = case(name)
    assert [title for title, _ in spoken(book)] == titles and spoken(book)[0][1] == text


def test_a_text_box_is_read_where_it_stands() -> None:
    assert spoken(case("docx_text_box.docx"))[0][1].split("\n")[1] == "告示：今日停渡。"


def word(body: str, numbering: str = "") -> str:
    """The text of a document with this body."""
    with zipfile.ZipFile(CASES / "docx_numbered.docx") as packed:
        files = {name: packed.read(name) for name in packed.namelist()}
    head = files["word/document.xml"].decode().partition("<w:body>")[0]
    head = head.replace("<w:document ", '<w:document xmlns:v="urn:schemas-microsoft-com:vml" ')
    files["word/document.xml"] = f"{head}<w:body>{body}</w:body></w:document>".encode()
    if numbering:
        files["word/numbering.xml"] = numbering.encode()
    return "\n".join(one.text for one in read_manuscript("a.docx", archive(files)).chapters if one.on)


def run(text: str, extra: str = "") -> str:
    return f"<w:r>{extra}<w:t>{text}</w:t></w:r>"


RAISED = '<w:rPr><w:vertAlign w:val="superscript"/></w:rPr>'
BOX = "<w:txbxContent><w:p><w:r><w:t>今日停渡。</w:t></w:r></w:p></w:txbxContent>"


@pytest.mark.parametrize(
    ("body", "text"),
    [
        (
            f"<w:p>{run('船来了。')}<w:r><w:pict><v:shape><v:textbox>{BOX}</v:textbox></v:shape></w:pict></w:r></w:p>",
            "今日停渡。\n船来了。",
        ),
        (
            f"<w:p>{run('船来了。')}<w:r><mc:AlternateContent><mc:Choice><w:drawing><wps:txbx>{BOX}</wps:txbx></w:drawing>"
            f"</mc:Choice><mc:Fallback><w:pict><v:textbox>{BOX}</v:textbox></w:pict></mc:Fallback></mc:AlternateContent>"
            "</w:r></w:p>",
            "今日停渡。\n船来了。",
        ),
        (
            '<w:p><w:pPr><w:framePr w:dropCap="drop" w:lines="3"/></w:pPr>'
            + run("T")
            + f"</w:p><w:p>{run('he fog lay.')}</w:p>",
            "The fog lay.",
        ),
        (f"<w:p>{run('well')}<w:r><w:noBreakHyphen/></w:r>{run('known')}</w:p>", "well-known"),
        (f"<w:p>{run('ferry')}<w:r><w:softHyphen/></w:r>{run('man')}</w:p>", "ferryman"),
        (f"<w:p>{run('杉木')}{run('2', RAISED)}{run('很轻。')}</w:p>", "杉木很轻。"),
    ],
)
def test_what_word_keeps_out_of_line(body: str, text: str) -> None:
    assert word(body) == text


NUMBERING = (
    '<w:numbering xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:abstractNum '
    'w:abstractNumId="0">{levels}</w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>'
    '<w:num w:numId="2"><w:abstractNumId w:val="0"/><w:lvlOverride w:ilvl="0"><w:startOverride w:val="5"/>'
    "</w:lvlOverride></w:num></w:numbering>"
)
LEVEL = '<w:lvl w:ilvl="{at}"><w:start w:val="{start}"/><w:numFmt w:val="{form}"/><w:lvlText w:val="{text}"/></w:lvl>'


def labels(levels: str, asked: list[tuple[str, int]]) -> list[str]:
    numbering = Numbering(tree("a.docx", NUMBERING.format(levels=levels).encode()))
    return [numbering.label(*one) for one in asked]


@pytest.mark.parametrize(
    ("form", "text", "said"),
    [
        ("decimal", "%1.", ["1.", "2.", "3."]), ("upperRoman", "%1", ["I", "II", "III"]),
        ("lowerLetter", "%1)", ["a)", "b)", "c)"]), ("chineseCounting", "第%1回", ["第一回", "第二回", "第三回"]),
        ("chineseLegalSimplified", "%1、", ["壹、", "贰、", "叁、"]), ("bullet", "●", ["", "", ""]),
        ("none", "", ["", "", ""]), ("decimalZero", "%1", ["1", "2", "3"]),
    ],
)  # fmt: skip
def test_a_list_counts_in_its_form(form: str, text: str, said: list[str]) -> None:
    assert labels(LEVEL.format(at=0, start=1, form=form, text=text), [("1", 0)] * 3) == said


def test_deeper_levels_begin_anew_and_lists_may_begin_elsewhere() -> None:
    levels = LEVEL.format(at=0, start=1, form="decimal", text="%1") + LEVEL.format(
        at=1, start=1, form="decimal", text="%1.%2"
    )
    asked = [("1", 0), ("1", 1), ("1", 1), ("1", 0), ("1", 1), ("2", 0), ("3", 0)]
    assert labels(levels, asked) == ["1", "1.1", "1.2", "2", "2.1", "5", ""]


# Archives of a text for each chapter


@pytest.mark.parametrize(
    "names",
    [["001 雾起.txt", "002 船来.txt", "010 靠岸.txt"], ["第一章 雾起.txt", "第二章 船来.txt", "第三章 靠岸.txt"]],
)
def test_texts_whose_names_count_are_the_chapters_of_one_book(names: list[str]) -> None:
    files = {f"雾港/{name}": f"{PROSE}{at}".encode() for at, name in enumerate(names)}
    book = read_manuscript("a.zip", archive(dict(reversed(files.items()))))
    assert book.title == "雾港"
    stems = [name.removeprefix("雾港/").removesuffix(".txt") for name in files]
    assert [(one.title, one.text) for one in book.chapters] == [(stem, f"{PROSE}{at}") for at, stem in enumerate(stems)]


def test_texts_of_several_books_are_not_put_together() -> None:
    with pytest.raises(StudioError) as refused:
        read_manuscript("a.zip", archive({"红.txt": PROSE.encode(), "白.txt": PROSE.encode()}))
    assert refused.value.code == "book_several"


GUTENBERG = """The Project Gutenberg EBook of Black Posts, by Clara Venn

*** START OF THIS PROJECT GUTENBERG EBOOK BLACK POSTS ***

CHAPTER I.

No chart had ever shown those posts{mark}. The gulls had settled on the roof.

{note}

CHAPTER II.

The quay was built of green stone. Nobody knew who had laid it.


{end}

*** END OF THIS PROJECT GUTENBERG EBOOK BLACK POSTS ***

Section 2.  Information about the Mission of Project Gutenberg-tm
"""


@pytest.mark.parametrize(
    ("mark", "note"),
    [
        ("[1]", "[Footnote 1: Drawn by Ames.]"),
        ("[A]", "[Footnote A: Drawn by Ames.]"),
        ("[3]", "[Footnote 3: Drawn by Ames.]"),
        ("¹", "¹ Drawn by Ames."),
        ("[*]", "[*] Drawn by Ames."),
        ("*", "* Drawn by Ames."),
        ("†", "† Drawn by Ames."),
    ],
)
def test_footnotes_of_plain_texts_are_not_read_and_their_marks_go(mark: str, note: str) -> None:
    text = GUTENBERG.format(
        mark=mark, note=note, end="End of the Project Gutenberg EBook of Black Posts, by Clara Venn"
    )
    read = spoken(read_manuscript("a.txt", text.encode()))
    assert [said.split("\n")[0] for _, said in read] == [
        "No chart had ever shown those posts. The gulls had settled on the roof.",
        "The quay was built of green stone. Nobody knew who had laid it.",
    ]
    assert "Ames" not in str(read)


@pytest.mark.parametrize(
    "what", ["Project Gutenberg's Posts", "the Project Gutenberg EBook of Posts", "this Project Gutenberg etext",
             "Project Gutenberg Etext of Posts", "Project Gutenberg’s Posts"],
)  # fmt: skip
def test_the_end_of_a_gutenberg_text_is_the_first_line_that_tells_it(what: str) -> None:
    read = spoken(read_manuscript("a.txt", GUTENBERG.format(mark="", note="", end=f"End of {what}, by Venn").encode()))
    assert len(read) == 2 and "Gutenberg" not in str(read)


@pytest.mark.parametrize("classes", ["lineno", "line-number", "line_num", "verse-line-num", "poemnum"])
@pytest.mark.parametrize("tag", ["td", "p", "div", "span"])
def test_numbers_of_lines_are_not_read_wherever_they_stand(classes: str, tag: str) -> None:
    line = "<tr><td>{}</td><td>{}</td></tr>" if tag == "td" else "<p>{} {}</p>" if tag == "span" else "<p>{}</p>{}"
    number = f"<{tag} class='{classes}'>{{}}</{tag}>"
    if tag == "td":
        line, number = f"<tr><td>{{}}</td>{number}</tr>", "{}"
    verses = "".join(line.format(f"雾里有船{sign}。", number.format(4 * at)) for at, sign in enumerate("甲乙丙", 1))
    body = f"<h1>第一章 雾起</h1>{'<table>' + verses + '</table>' if tag == 'td' else verses}"
    said = chapter_of(body).text
    assert "雾里有船丙。" in said and not any(number in said for number in ("4", "8", "12"))


@pytest.mark.parametrize("flagged", [True, False])
@pytest.mark.parametrize("name", ["Été.xhtml", "Séjour d’hiver.xhtml", "が行.xhtml", "Ångström.xhtml", "Việt.xhtml"])
def test_names_that_a_mac_has_written_are_found(name: str, flagged: bool) -> None:
    data = epub_of([f"<body><p>{PROSE}</p></body>"], names=("第一章",))
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as packed, zipfile.ZipFile(out, "w") as written:
        chapter = next(one for one in packed.namelist() if one.endswith("html") and "nav" not in one)
        for one in packed.namelist():
            text = packed.read(one).replace(chapter.rpartition("/")[2].encode(), name.encode())
            kept = f"{chapter.rpartition('/')[0]}/{name}".lstrip("/") if one == chapter else one
            written.writestr(unicodedata.normalize("NFD", kept), text)
    whole = bytearray(out.getvalue())
    if not flagged:  # nothing says that the names are in UTF-8
        for head, offset in ((b"PK\3\4", 7), (b"PK\1\2", 9)):
            at = whole.find(head)
            while at >= 0:
                whole[at + offset] &= 0xF7
                at = whole.find(head, at + 4)
    assert PROSE[:20] in str(spoken(read_manuscript("a.epub", bytes(whole))))


@pytest.mark.parametrize("rule", ["<hr/>", "", "<hr class='fn'/><p>注释</p>"])
@pytest.mark.parametrize(
    "note", ["<p><sup>{}</sup>{}</p>", "<p class='fnote'><sup>{}</sup> {}</p>", "<div><p><sup>{}</sup>{}</p></div>"]
)
def test_notes_whose_raised_numbers_touch_the_text_are_notes(note: str, rule: str) -> None:
    notes = note.format(1, "三问：一种打簧怀表。") + note.format(2, "当时以煤油作清洗剂。")
    text = f"<p>这种表叫三问<sup>1</sup>，要用煤油<sup>2</sup>洗过。</p><p>{PROSE}</p>"
    said = chapter_of(f"<h1>第一章 雾起</h1>{text}{rule}{notes}").text
    assert "三问，要用煤油洗过" in said and "打簧" not in said and "清洗剂" not in said
