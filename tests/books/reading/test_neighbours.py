"""Forms beside those that were met first: numbers of pages, notes, archives, tails of headings, saved pages."""

from __future__ import annotations

import json

import pytest

from benchmarks.book_files import STORY, archive, epub_of, pdf
from indextts.books.model import Manuscript
from indextts.books.reading import read_manuscript
from indextts.model.errors import StudioError

ZH = "她走了很远的路，天慢慢黑了下来。"
EN = "The mule would not cross the ford, and so they waited on the near bank until the moon came up."


def read(text: str, name: str = "a.txt") -> Manuscript:
    return read_manuscript(name, text.encode())


def spoken(book: Manuscript) -> str:
    return "\n".join(one.text for one in book.chapters if one.on)


def titles(book: Manuscript) -> list[str]:
    return [one.title for one in book.chapters if one.on]


def page(body: str) -> str:
    return spoken(read_manuscript("a.epub", epub_of([f"<body><h1>One</h1>{body}</body>"])))


# What a writer asks for behind a label


@pytest.mark.parametrize(
    "line",
    [
        "PS：今天更晚了，求推荐票！",
        "P.S. 我明天要出差，更新会晚，求月票",
        "【PS：昨天喝多了，欠一章，求收藏】",
        "ＰＳ：新书要呵护，求推荐票！",
        "PPS：谢谢大家的月票，我爱你们",
        "（Ps：孩子发烧，只写了这么多，求订阅。）",
        "作者的话：这章写得很难，求票",
        "求月票啊啊啊啊",
    ],
)
def test_what_a_writer_asks_for_behind_a_label_is_off_whatever_else_it_says(line: str) -> None:
    assert spoken(read(f"第一章 雾\n{ZH}\n{ZH}\n{line}\n第二章 雨\n{ZH}\n{ZH}\n")) == "\n".join([ZH] * 4)


@pytest.mark.parametrize(
    "line", ["PS：记得给我带一本书，我在桥边等你。", "PS：“求月票”，他在信末写道。", "PS：求你别走。"]
)
def test_the_postscript_of_a_letter_is_read(line: str) -> None:
    assert line in spoken(read(f"第一章 雾\n{ZH}\n{line}\n第二章 雨\n{ZH}\n"))


# Numbers of pages


@pytest.mark.parametrize(
    "mark",
    [
        '<a id="page_14" class="page">14</a>',
        '<a name="page14">14</a>',
        '<span class="page">14</span>',
        '<i id="Pg14">[14]</i>',
        '<span class="pagenum">[Pg 14]</span>',
        '<b class="page-no">14</b>',
        '<a class="pageno" id="p_xiv">xiv</a>',
        '<small class="pg">p. 14</small>',
        '<a id="pagexiv">xiv</a>',
        '<span class="folio">14</span>',
        '<span class="pb">14</span>',
    ],
)
def test_the_number_of_a_page_is_no_part_of_the_sentence(mark: str) -> None:
    assert page(f"<p>The mule {mark}would not cross.</p>") == "The mule would not cross."


@pytest.mark.parametrize(
    "body",
    [
        '<p id="p14">14</p>',
        '<p>Turn to <a id="here">14</a>.</p>',
        '<p>He had <b class="big">14</b>.</p>',
        '<p><a id="p15">14</a> mules.</p>',
        '<p><span class="page">Fourteen</span> mules.</p>',
    ],
)
def test_other_numbers_are_read(body: str) -> None:
    assert "14" in page(body) or "Fourteen" in page(body)


# Capitals that are pictures


@pytest.mark.parametrize(
    "body",
    [
        '<p><img src="r.png" alt="R"/>ain came in.</p>',
        '<p><span class="drop"><img src="r.png" alt="R"/></span>ain came in.</p>',
        '<div><img src="r.png" alt="R"/></div><p>ain came in.</p>',
        '<p><img src="r.png" alt="Illuminated letter R"/>ain came in.</p>',
        '<p><img src="r.png" alt="Drop cap R"/>ain came in.</p>',
    ],
)
def test_a_capital_that_is_a_picture_begins_its_word(body: str) -> None:
    assert page(body) == "Rain came in."


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ('<p><img src="a.png" alt="A"/> mule came.</p>', "A mule came."),
        ('<p><img src="i.png" alt="“I"/> was born.</p>', "“I was born."),
        ('<p><img src="x.png" alt="x"/> is a number.</p>', "is a number."),
        ('<p>Rain <img src="r.png" alt="R"/>came.</p>', "Rain came."),
        ('<p><img src="m.png" alt="A mule"/>Rain came.</p>', "Rain came."),
    ],
)
def test_other_pictures_say_nothing(body: str, said: str) -> None:
    assert page(body) == said


# Notes


@pytest.mark.parametrize(
    ("marks", "notes"),
    [
        (("[1]", "[2]"), ("FOOTNOTES:", "[1] In April.", "[2] In 1811.")),
        (("[1]", "[2]"), ("Notes", "1. In April.", "2. In 1811.")),
        (("[A]", "[B]"), ("FOOTNOTES:", "[A] In April.", "[B] In 1811.")),
        (("[注一]", "〔2〕"), ("注释", "[注一] 四月。", "〔2〕 一八一一年。")),
        (("①", "②"), ("注释", "① 四月。", "② 一八一一年。")),
        (("[a]", "[b]"), ("Footnotes", "[Footnote a: In April.]", "[b] In 1811.")),
    ],
)
def test_notes_at_the_end_of_the_book_take_their_marks_out_of_its_chapters(
    marks: tuple[str, str], notes: tuple[str, ...]
) -> None:
    first = ["Chapter 1", f"They sold the piano{marks[0]} in spring.", EN]
    second = ["Chapter 2", f"They sold the room{marks[1]} too.", EN]
    said = spoken(read("\n\n".join([*first, *second, *notes])))
    assert said == f"They sold the piano in spring.\n{EN}\nThey sold the room too.\n{EN}"


def test_notes_in_brackets_that_end_the_last_chapter_belong_to_all() -> None:
    rows = ["Chapter 1", "The piano[1] went.", EN, "Chapter 2", "The room[2] too.", EN]
    rows += ["[Footnote 1: A square one.]", "[Footnote 2: A small one.]"]
    assert spoken(read("\n\n".join(rows))) == f"The piano went.\n{EN}\nThe room too.\n{EN}"


@pytest.mark.parametrize(("first", "second"), [("3", "5"), ("12", "13"), ("a", "b"), ("7", "40")])
def test_the_numbers_of_notes_may_run_on_from_other_chapters(first: str, second: str) -> None:
    text = f"<p>They sold the piano<sup>{first}</sup> for 4200<sup>{second}</sup>.</p><p>{EN}</p><hr/>"
    if first == "a":
        text = text.replace("4200<sup>", "little<sup>")
    said = page(f"{text}<p><sup>{first}</sup> In April.</p><p><sup>{second}</sup> Or more.</p>")
    assert said.split("\n")[0] == f"They sold the piano for {'little' if first == 'a' else '4200'}."
    assert "April" not in said and "Or more" not in said


def test_points_of_a_list_are_no_marks_of_the_notes_at_the_end() -> None:
    rows = ["Chapter 1", "He had (1) a mule and (2) a kiln[1].", EN, "Chapter 2", EN, "NOTES", "[1] Cold.", "[2] None."]
    assert spoken(read("\n\n".join(rows))).startswith("He had (1) a mule and (2) a kiln.\n")


@pytest.mark.parametrize(
    ("html", "said"),
    [("M<sup>r</sup> Lal", "Mr Lal"), ("the 3<sup>d</sup> day", "the 3d day"), ("x<sup>2</sup>", "x²")],
)
def test_raised_letters_of_words_stay(html: str, said: str) -> None:
    assert page(f"<p>{html}</p>") == said


# Archives


def packed(*names: str) -> Manuscript:
    return read_manuscript("a.zip", archive({name: f"{ZH}{at}\n".encode() * 3 for at, name in enumerate(names)}))


@pytest.mark.parametrize(
    ("names", "order"),
    [
        (("后记.txt", "2.txt", "1.txt", "番外.txt", "楔子.txt"), ["楔子", "1", "2", "后记", "番外"]),
        (("5.txt", "6.txt", "8.txt"), ["5", "6", "8"]),
        (("卷一/01.txt", "卷一/02.txt", "卷二/03.txt"), ["卷一", "01", "02", "卷二", "03"]),
        (("下部/1.txt", "上部/1.txt", "上部/2.txt"), ["上部", "1", "2", "下部", "1"]),
        (("b/Volume Two/2.txt", "b/Volume One/1.txt"), ["Volume One", "1", "Volume Two", "2"]),
        (("b/尾声.txt", "b/序.txt", "b/第二卷/2.txt", "b/第一卷/1.txt"), ["序", "第一卷", "1", "第二卷", "2", "尾声"]),
        (
            ("Epilogue.txt", "Chapter Two.txt", "Prologue.txt", "Chapter One.txt"),
            ["Prologue", "Chapter One", "Chapter Two", "Epilogue"],
        ),
    ],
)
def test_an_archive_of_chapters_is_one_book_in_order(names: tuple[str, ...], order: list[str]) -> None:
    assert [one.title for one in packed(*names).chapters] == order


@pytest.mark.parametrize(
    "names", [("1984.txt", "2001.txt"), ("红.txt", "白.txt"), ("序.txt", "后记.txt"), ("1.txt", "白.txt")]
)
def test_other_texts_in_an_archive_are_several_books(names: tuple[str, ...]) -> None:
    with pytest.raises(StudioError):
        packed(*names)


# Names of books and sites behind those of chapters


@pytest.mark.parametrize(
    "tail",
    [
        "_长街雪_笔趣阁",
        "_长街雪",
        " - 长街雪 - 某某小说网",
        "-长街雪-杜若-笔趣阁",
        " | 长街雪 | Some Site",
        "｜长街雪｜书屋",
    ],
)
def test_what_all_headings_end_with_is_none_of_their_names(tail: str) -> None:
    book = read("".join(f"第{k}章 {name}{tail}\n{ZH}\n{ZH}\n" for k, name in ((1, "初见"), (2, "灯火"), (3, "船来"))))
    assert (titles(book), book.title) == (["第1章 初见", "第2章 灯火", "第3章 船来"], "长街雪")


@pytest.mark.parametrize(
    "heads", [("第一章_初见", "第二章_灯火"), ("第一章 初见_重逢", "第二章 灯_火"), ("第一章 南-北", "第二章 东-西")]
)
def test_signs_in_the_names_of_chapters_stay(heads: tuple[str, str]) -> None:
    book = read("".join(f"{head}\n{ZH}\n{ZH}\n" for head in heads))
    assert [title.replace(" ", "_") for title in titles(book)] == [head.replace(" ", "_") for head in heads]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("Erstes Kapitel", "Zweites Kapitel"),
        ("Erster Teil", "Zweiter Teil"),
        ("Kapitel 1", "Kapitel 2"),
        ("Book the First", "Book the Second"),
        ("The First Chapter: Rain", "The Second Chapter: Snow"),
        ("Première partie", "Deuxième partie"),
    ],
)
def test_ordinals_before_the_word_make_headings(first: str, second: str) -> None:
    assert titles(read(f"{first}\n\n{EN}\n\n{second}\n\n{EN}\n")) == [first, second]


def test_digits_of_full_width_are_digits_and_a_sentence_is_no_heading() -> None:
    assert titles(read(f"第００３章 雪\n{ZH}\n第００４章 灯\n{ZH}\n")) == ["第003章 雪", "第004章 灯"]
    assert len(titles(read(f"First part of the way they went on foot.\n\n{EN}\n\nKapitel 1 war lang.\n\n{EN}\n"))) == 1


# Heads of pages


def test_a_head_that_stands_twice_on_few_pages_is_not_read() -> None:
    lines = [
        EN,
        "They sold the piano in the spring, and in the autumn they sold the room, which nobody wanted",
        "to buy at all.",
    ]
    heads = ("ANN OTHER", "THE COLD KILN", "ANN OTHER", "THE COLD KILN")
    book = read_manuscript("a.pdf", pdf([[head, *lines, str(at)] for at, head in enumerate(heads, 12)]))
    assert "ANN" not in spoken(book) and "KILN" not in spoken(book)
    again = read_manuscript("a.pdf", pdf([["and so they went on, and", *lines], ["and so they went on, and", *lines]]))
    assert spoken(again).count("and so they went on") == 2


# Saved pages


def saved(body: str, title: str = "长街雪") -> Manuscript:
    return read(f"<html><head><title>{title}</title></head><body>{body}</body></html>", "a.html")


@pytest.mark.parametrize(
    "around",
    [
        "<p>首页 书架 排行榜</p>",
        "<p>首页 | 玄幻 | 都市 | 登录</p>",
        "<div class='footer'>京ICP备12345号</div>",
        "<p>Prev | Contents | Next</p>",
        "<p>本站所有小说为转载作品，版权归原作者所有。</p>",
        "<p>本站小说均由网友上传，版权归作者所有</p>",
        "<ul class='breadcrumb'><li>Home</li></ul>",
        "<aside class='read-next'><h3>Read next</h3><p>Ten goats</p></aside>",
        "<div class='related-posts'><h3>Related</h3><p>Ten goats</p></div>",
        "<section class='newsletter'><p>Subscribe to our letter</p></section>",
    ],
)
def test_what_stands_around_the_text_of_a_page_is_off(around: str) -> None:
    book = saved(f"<h1>旧信</h1><p>{ZH * 5}</p><p>{ZH}</p>{around}")
    assert spoken(book) == f"{ZH * 5}\n{ZH}"


def test_the_element_that_holds_the_text_tells_it_and_the_title_names_the_book() -> None:
    nav = "<div class='top'><a>首页</a> <a>书架</a></div>"
    book = saved(
        f"{nav}<h1>第三章 旧信</h1><div id='content'><p>{ZH * 9}</p></div><p>热门小说</p>",
        "第三章 旧信_长街雪_杜若_某某小说网",
    )
    assert (book.title, titles(book), spoken(book)) == ("长街雪", ["第三章 旧信"], ZH * 9)
    assert saved(f"<h1>Ford</h1><p>{EN}</p>", "Ford | The Review").title == "Ford"
    assert saved(f"<p>{EN}</p>", "Rain - and Snow").title == "Rain - and Snow"


@pytest.mark.parametrize(
    "body",
    [f"<aside class='related'><p>{EN * 4}</p></aside><p>{EN}</p>", f"<div class='sidebar'><p>{EN}</p></div><p>So.</p>"],
)
def test_a_page_that_is_nearly_all_beside_is_read(body: str) -> None:
    assert spoken(saved(body)).startswith(EN)


def test_the_words_of_sites_within_a_story_are_read() -> None:
    line = "他打开首页，看了看排行榜，没有他的名字，她说这幅画的版权归画家所有，谁也拿不走。"
    assert line in spoken(read(f"第一章 雪\n{line}\n{ZH}\n第二章 灯\n{ZH}\n"))


# Other books of a writer


@pytest.mark.parametrize(
    "head",
    [
        "Also by Ann Other",
        "ALSO BY ANN OTHER",
        "Books by Ann Other",
        "By the Same Author",
        "作者其他作品",
        "More from Ann Other",
    ],
)
@pytest.mark.parametrize("tag", ["h1", "p"])
def test_a_list_of_other_books_is_off(head: str, tag: str) -> None:
    bodies = [
        f"<body><{tag}>{head}</{tag}><p>The Salt Road</p><p>A Lamp</p></body>",
        f"<body><h1>The Kiln</h1><p>{EN}</p></body>",
    ]
    book = read_manuscript("a.epub", epub_of(bodies))
    assert titles(book) == ["The Kiln"] and book.chapters[0].kind == "front"


def test_a_story_that_is_called_like_such_a_list_is_read() -> None:
    bodies = [f"<body><h1>{head}</h1><p>{EN}</p></body>" for head in ("Also by Night", "Works by the Sea")]
    assert titles(read_manuscript("a.epub", epub_of(bodies))) == ["Also by Night", "Works by the Sea"]


# Titles of several kinds


@pytest.mark.parametrize(
    ("kinds", "title"),
    [
        ({"a": "subtitle", "b": "main"}, "B"),
        ({"a": "collection", "b": "main"}, "B"),
        ({"b": "main"}, "B"),
        ({"a": "subtitle"}, "B"),
        ({"a": "main", "b": "subtitle"}, "A"),
        ({}, "A"),
        ({"a": "2", "b": "1"}, "B"),
    ],
)
def test_the_main_title_is_the_books(kinds: dict[str, str], title: str) -> None:
    told = "".join(
        f'<meta refines="#{one}" property="{"display-seq" if kind.isdecimal() else "title-type"}">{kind}</meta>'
        for one, kind in kinds.items()
    )
    data = epub_of(
        [f"<body><p>{EN}</p></body>"],
        title="",
        metadata=f'{told}<dc:title id="a">A</dc:title><dc:title id="b">B</dc:title>',
    )
    assert read_manuscript("a.epub", data).title == title


# Bold lines of Word


def word(*rows: str) -> Manuscript:
    body = "".join(
        f"<w:p><w:r>{'<w:rPr><w:b/></w:rPr>' if row[0] == '*' else ''}<w:t>{row.strip('*')}</w:t></w:r></w:p>"
        for row in rows
    )
    head = '<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>'
    members = {"[Content_Types].xml": b"<Types/>", "_rels/.rels": b"<Relationships/>"}
    return read_manuscript(
        "a.docx", archive(members | {"word/document.xml": f"{head}{body}</w:body></w:document>".encode()})
    )


@pytest.mark.parametrize(
    "names",
    [
        ("The Kiln", "The Ford", "The Goat"),
        ("雪夜", "旧信", "归途"),
        ("1914", "1918", "1921"),
        ("Chapter One", "Chapter Two", "Chapter Three"),
    ],
)
def test_short_bold_lines_are_headings_where_word_has_none(names: tuple[str, ...]) -> None:
    assert titles(word(*(row for name in names for row in (f"*{name}", EN, EN)))) == list(names)


@pytest.mark.parametrize(
    "bold", [("Never!", "Nor I.", "Then go."), ("Who came?", "Why?", "When?"), ("The Kiln", "The Ford")]
)
def test_bold_words_of_the_text_are_no_headings(bold: tuple[str, ...]) -> None:
    assert len(titles(word(*(row for one in bold for row in (f"*{one}", EN))))) == 1


# Subtitles


def cues(name: str, text: str) -> list[tuple[str, float, float]]:
    chapter = read(text, name).chapters[0]
    return [(chapter.text[one.start : one.end], one.begin_s, one.end_s) for one in chapter.timed]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.txt", "00:00:01:Is it lit?\n00:00:04:Not yet,|no.\n"),
        ("a.sub", "0:00:01=Is it lit?\n0:00:04=Not yet,|no.\n"),
        ("a.txt", "00:00:01,1=Is it lit?\n00:00:04,1=Not yet, no.\n00:00:08,1=Go.\n"),
    ],
)
def test_tmplayer_is_read_with_its_times(name: str, text: str) -> None:
    assert [one[:2] for one in cues(name, text)][:2] == [("Is it lit?", 1.0), ("Not yet, no.", 4.0)]


def test_jacosub_is_read_without_its_codes() -> None:
    text = "#T 30\n0:00:01.15 0:00:03.00 D Is it lit?\n0:00:04.00 0:00:05.00 JC Not\\nyet {hm}\n"
    text += "0:00:06.00 0:00:08.00 \\IWhat~then?\n"
    assert cues("a.jss", text) == [("Is it lit?", 1.5, 3.0), ("Not yet", 4.0, 5.0), ("What then?", 6.0, 8.0)]


@pytest.mark.parametrize("name", ["a.json3", "a.json", "a"])
def test_the_json_of_youtube_is_read_and_rolls_no_longer(name: str) -> None:
    events: list[dict[str, object]] = [{"tStartMs": 0, "dDurationMs": 9000, "id": 1}]
    events.append(
        {"tStartMs": 100, "dDurationMs": 4000, "segs": [{"utf8": "is"}, {"utf8": " it lit", "tOffsetMs": 200}]}
    )
    events.append({"tStartMs": 2000, "dDurationMs": 100, "aAppend": 1, "segs": [{"utf8": "\n"}]})
    events.append({"tStartMs": 2000, "dDurationMs": 3000, "segs": [{"utf8": "not\nyet"}]})
    text = json.dumps({"wireMagic": "pb3", "events": events})
    assert cues(name, text) == [("is it lit", 0.1, 2.0), ("not yet", 2.0, 5.0)]


@pytest.mark.parametrize("events", ["[1]", '{"tStartMs": 1}', '[{"tStartMs": "x", "segs": [{"utf8": "a"}]}]'])
def test_damaged_json_of_subtitles_is_refused_in_words(events: str) -> None:
    with pytest.raises(StudioError):
        read(f'{{"wireMagic": "pb3", "tStartMs": 0, "events": {events}, "x": "tStartMs"}}', "a.json3")


def test_makers_of_subtitles_are_named_without_a_colon_too() -> None:
    rows = ["翻译 小明", "校对 阿雪", "翻译 他说不来。", "走吧"]
    text = "".join(f"{k}\n00:00:0{k},000 --> 00:00:0{k},900\n{row}\n\n" for k, row in enumerate(rows, 1))
    assert spoken(read(text, "a.srt")) == "翻译 他说不来。\n走吧"


# ---------------------------------------------------------------------- what pages and programs leave

FIRST, SECOND = "渡船每天只开两趟，早上送人去对岸赶集。", "盐田里的水晒了七天，边上结出薄薄的一层白。"


@pytest.mark.parametrize(
    "body",
    [
        "第1章 渡船（第1/2页）\n{0}\n第1章 渡船（第2/2页）\n{1}\n第2章 盐田\n{1}",
        "第1章 渡船(1/3页)\n{0}\n第1章 渡船(2/3页)\n{1}\n第2章 盐田（1/1页）\n{1}",
        "第1章 渡船\n&nbsp;&nbsp;{0}<br />\n<br />\n&nbsp;&nbsp;{1}<br>\n第2章 盐田\n&emsp;{1}<BR/>",
    ],
)
def test_pages_and_html_of_a_website_are_no_part_of_a_text(body: str) -> None:
    book = read(body.format(FIRST * 3, SECOND * 3))
    assert titles(book) == ["第1章 渡船", "第2章 盐田"]
    assert "页" not in spoken(book) and "br" not in spoken(book) and "&" not in spoken(book)
    assert FIRST in spoken(book) and SECOND in spoken(book)


@pytest.mark.parametrize("unseen", ["%%\n不要读\n两行\n%%", '{{< figure src="不要读.jpg" >}}', "{{% note 不要读 %}}"])
def test_comments_of_several_lines_and_shortcodes_are_not_read(unseen: str) -> None:
    book = read(f"# 渡船\n\n{FIRST}\n\n{unseen}\n\n{SECOND}\n", "a.md")
    assert "不要读" not in spoken(book) and FIRST in spoken(book) and SECOND in spoken(book)


@pytest.mark.parametrize(
    "style", ["opacity:0", "opacity: 0.0;", "position:absolute;left:-9999px", "color:transparent;font-size:1px"]
)
def test_what_a_style_puts_out_of_sight_is_not_read(style: str) -> None:
    body = f"<p>{FIRST}</p><p style='{style}'>不要读</p><p style='opacity:0.9'>{SECOND}</p>"
    assert "不要读" not in page(body) and FIRST in page(body) and SECOND in page(body)


@pytest.mark.parametrize("form", ["灯塔记（{}）.txt", "灯塔记{}部.txt", "灯塔记_{}.txt"])
def test_a_book_in_named_halves_is_one(form: str) -> None:
    texts = {half: f"第{number}章 {half}\n{FIRST}" for number, half in ((3, "下"), (1, "上"), (2, "中"))}
    book = read_manuscript("a.zip", archive({form.format(half): text.encode() for half, text in texts.items()}))
    assert [title[:3] for title in titles(book)] == ["第1章", "第2章", "第3章"]
    with pytest.raises(StudioError):
        read_manuscript("a.zip", archive({"灯塔记（上）.txt": FIRST.encode(), "渡船（下）.txt": FIRST.encode()}))


FULL = "因供水管网检修，本小区将于下周三上午九时起停水六小时，请各位业主提前储水并关好水龙"
PLAIN, DATED = FULL.replace("，", "的"), FULL.replace("六", "16")
HEAD = ("关于检修的通知", "各位业主：")


@pytest.mark.parametrize(
    ("lines", "paragraph"),
    [
        ([*HEAD, FULL, "头。", "物业中心"], f"{FULL}头。"),
        ([*HEAD, FULL, "头。", FULL[2:], "头，谢谢。", "物业中心"], f"{FULL[2:]}头，谢谢。"),
        ([*HEAD, "停水。", FULL, PLAIN, "头。", "物业中心", "三月五日"], f"{FULL}{PLAIN}头。"),
        ([*HEAD, DATED, "头。", "请互相转告。", "物业中心"], f"{DATED}头。"),
    ],
    ids=["once", "twice", "three lines", "digits"],
)
def test_full_lines_of_a_short_notice_go_on(lines: list[str], paragraph: str) -> None:
    assert paragraph in spoken(read_manuscript("a.pdf", pdf([lines]), language="zh")).split("\n")


@pytest.mark.parametrize(
    "lines",
    [
        ["关于二零二六年度春季小区供水管网检修的通知", "请互相转告。", "停水三天。", "物业中心"],
        ["雪", "我想起那年的冬天，你站在雪地里等我回来", "风吹过。", "你笑了，", "我走了。"],
        ["须知", "一、请各位业主提前储水，关闭各类阀门和电器", "二、请勿打开消防栓。", "三、请转告。", "谢谢"],
        ["告示", "因检修停水六小时，请到北门传达室领取饮用水", "电话：八八二三。", "三月五日", "物业"],
    ],
    ids=["title", "verse", "list", "label"],
)
def test_lines_that_are_whole_stay_apart(lines: list[str]) -> None:
    assert spoken(read_manuscript("a.pdf", pdf([lines]), language="zh")).split("\n")[-4:] == lines[-4:]


ABOVE = "In all his years the two columns had never dif-\nfered by so much as a hand-"
BELOW = "ful of flour. He was proud of this, and told it to\nall who came to the mill."
WHOLE = "They rose before the sun and went down to the mill.\nNobody spoke on the way."


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("12      THE MILLER'S LEDGER", "      THE MILLER'S LEDGER      13"),
        ("The Miller's Ledger 12", "The Miller's Ledger 14"),
        ("12 DUBLINERS", "DUBLINERS 13"),
    ],
)
def test_a_head_with_the_number_of_its_page_is_no_part_of_a_sentence(first: str, second: str) -> None:
    text = f"CHAPTER I.\n\n{ABOVE}\n\n{first}\n\n{BELOW}\n\n{second}\n\n{WHOLE}\n"
    said = spoken(read(text))
    assert "never differed by so much as a handful of flour. He" in " ".join(said.split())
    assert "12" not in said and "13" not in said and "edger" not in said.casefold() and "DUB" not in said


def test_a_head_of_a_chinese_book_is_no_part_of_a_sentence() -> None:
    above, below = "雪下了一夜，门前的路不见了，老人扫了一个上午，到晌午才看见井", "台，上面落着一只喜鹊，看着他。"
    said = spoken(read(f"第一章 雪\n\n{above}\n\n12 雾港灯塔\n\n{below}\n\n雾港灯塔 13\n\n天又亮了。\n"))
    assert above + below in said and "雾港" not in said


@pytest.mark.parametrize(
    ("first", "second"),
    [("Speaker One 1", "Speaker One 2"), ("Room Twelve 14", "Room Twelve 13"), ("on page 12", "on page 13")],
)
def test_other_lines_with_numbers_are_read(first: str, second: str) -> None:
    said = spoken(read(f"CHAPTER I.\n\n{ABOVE}\n\n{first}\n\n{BELOW}\n\n{second}\n\n{WHOLE}\n"))
    assert first in said and second in said
    said = spoken(read(f"CHAPTER I.\n\n{WHOLE}\n\n12 Oak Street\n\n{WHOLE}\n\n13 Oak Street\n\n{WHOLE}\n"))
    assert "12 Oak Street" in said and "13 Oak Street" in said


@pytest.mark.parametrize("notes", ["注释：", "【注释】", "注："])
@pytest.mark.parametrize("counts", [("一、", "二、", "三、"), ("（一）", "（二）", "（三）"), ("一 ", "二 ", "三 ")])
def test_notes_below_each_section_end_at_the_next_one(notes: str, counts: tuple[str, str, str]) -> None:
    sections = (
        ("渔翁", "渔翁不钓鱼①。", "① 逃官。"),
        ("樵夫", "樵夫下山①。", "① 柳木。"),
        ("牧童", "牧童①吹笛。", "① 孩子。"),
    )
    told = (f"{at}{one}\n\n{text}\n\n{notes}\n{note}" for at, (one, text, note) in zip(counts, sections, strict=True))
    said = spoken(read("古文今读\n\n" + "\n\n".join(told)))
    assert all(part in said for part in ("渔翁不钓鱼。", "樵夫下山。", "牧童吹笛。"))
    assert not any(part in said for part in ("逃官", "柳木", "孩子", "注"))


def test_points_of_a_short_list_make_no_chapters() -> None:
    assert (
        len(read("备忘\n\n一、买米\n\n二、修门\n\n三、给妈妈打电话，告诉她票买好了。\n\n注释：\n票在抽屉里。").chapters)
        < 4
    )


def titles_below(name: str, *lines: str) -> list[str]:
    """The chapters of a book whose first page is called ``name``."""
    prose = "".join(f"<p>{line}</p>" for line in STORY * 4)
    page = "".join(f"<p>{line}</p>" for line in lines)
    bodies = [f"<body>{one}</body>" for one in (page, prose, prose)]
    book = read_manuscript("a.epub", epub_of(bodies, names=[name, "第一章 雾", "第二章 风"]))
    return [one.title for one in book.chapters if one.on]


@pytest.mark.parametrize(
    ("name", "line"),
    [
        ("制作信息", "扫图：小桥"),
        ("录入人员", "阿雾、灯灯"),
        ("卷首彩页", ""),
        ("插图 2", "图一 渡口"),
        ("转载须知", "本书仅供交流。"),
        ("Color Inserts", "Page 1"),
        ("About This Ebook", "Made by Ink."),
    ],
)
def test_a_page_of_pictures_or_of_who_made_the_file_is_not_spoken(name: str, line: str) -> None:
    assert titles_below(name, line) == ["第一章 雾", "第二章 风"]


@pytest.mark.parametrize("name", ["制作信息", "插图", "彩页", "插画师", "扫图的人"])
def test_a_chapter_that_tells_something_is_spoken_whatever_it_is_called(name: str) -> None:
    assert titles_below(name, *STORY * 4) == [name, "第一章 雾", "第二章 风"]


@pytest.mark.parametrize(
    "imprint",
    [
        "EDINBURGH: HALE & SONS, LTD.",
        "NEW YORK\nTHE INKPOT PRESS\n1904",
        "Boston\nHale and Company, Publishers\nMDCCCXCIV",
        "London and New York: The Inkpot Press, 1911",
        "PHILADELPHIA\nJ. B. HARBOUR COMPANY LIMITED",
    ],
)
def test_a_publishers_imprint_below_the_author_is_not_spoken(imprint: str) -> None:
    told = "The snow fell on the old bridge, and nobody came to see it. " * 9
    chapters = f"CHAPTER I\n\n{told}\n\nCHAPTER II\n\n{told}\n"
    book = read_manuscript("a.txt", f"THE FOG\n\nBY EDMUND SARK\n\n{imprint}\n\n{chapters}".encode())
    assert (book.title, book.author) == ("THE FOG", "EDMUND SARK")
    assert [one.title for one in book.chapters if one.on] == ["CHAPTER I", "CHAPTER II"]
    for line in ("London was cold that year.", "Press on.", "The Hales and Sons had gone."):
        book = read_manuscript("a.txt", f"THE FOG\n\nBY EDMUND SARK\n\n{line}\n\n{chapters}".encode())
        assert line in next(one.text for one in book.chapters if one.on)


@pytest.mark.parametrize("line", ["著：阿雾", "　　著 ： 阿雾", "编著：阿雾", "执笔：阿雾", "撰：阿雾"])
def test_a_line_of_the_author_may_say_no_more_than_that_one_wrote(line: str) -> None:
    book = read_manuscript("a.txt", f"雾港\n{line}\n\n第一章 雪\n{STORY[0]}\n第二章 雾\n{STORY[0]}\n".encode())
    assert (book.title, book.author) == ("雾港", "阿雾")
    book = read_manuscript("名著：导读.txt", f"第一章 雪\n{STORY[0]}\n第二章 雾\n{STORY[0]}\n".encode())
    assert book.author == ""
