"""Books as other programs and websites leave them: parted, garbled, with what they write around each chapter."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.book_files import STORY, archive, epub_of
from indextts.books.model import Manuscript
from indextts.books.reading import read_manuscript
from indextts.model.errors import StudioError

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
    assert ["Be gentle." in one.text for one in book.chapters if not one.on] == [True, False]
    assert "Mature" in book.chapters[-1].text


@pytest.mark.parametrize(
    "body",
    [
        "<h1>雾</h1><div class='rich_media_meta_list'>原创 江边</div><div id='js_content'>%s</div><p>继续滑动</p>",
        "<h1>雾</h1><div id='js_content' style='visibility: hidden; opacity: 0;'>%s</div><p>微信扫一扫</p>",
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


# Talks with times


def said(book: Manuscript) -> list[tuple[str, str]]:
    return [(one.speaker, chapter.text[one.start : one.end]) for chapter in book.chapters for one in chapter.quotations]


TURNS = [("沈墨", "那年下雪早吗？"), ("李禾", "早。十月就封了江。"), ("沈墨", "您怎么过江？"), ("李禾", "走冰。")]


@pytest.mark.parametrize(
    "form",
    [
        "{name}  00:0{at}\n{text}\n\n",
        "{name} (0{at}:12):\n{text}\n",
        "[00:00:0{at}] {name}：{text}\n",
        "00:0{at} {name}: {text}\n\n",
        "{name} [0:0{at}]\n{text}\n\n",
        "{name} 2024-03-06 12:0{at}:30\n{text}\n\n",
    ],
)
def test_a_talk_with_times_is_said_by_its_people(form: str) -> None:
    body = "".join(form.format(name=name, at=at, text=text) for at, (name, text) in enumerate(TURNS))
    book = read_manuscript("a.txt", f"江边访谈\n2024年3月6日 14:15|32分钟\n关键词：江、船\n\n{body}".encode())
    assert said(book) == TURNS
    assert [text for _, text in spoken(book)] == ["\n".join(text for _, text in TURNS)]
    assert "江边访谈" not in spoken(book)[0][1]


@pytest.mark.parametrize("form", ["0:0{at}\n{text}\n", "[00:0{at}] {text}\n", "(0:0{at})\n{text}\n\n"])
def test_a_talk_that_names_nobody_is_read_without_its_times(form: str) -> None:
    words = ["so that winter the river", "froze early.", "[Music]", "Nobody had seen", "that before."]
    body = "".join(form.format(at=at, text=text) for at, text in enumerate(words))
    book = read_manuscript("a.txt", body.encode())
    assert spoken(book)[0][1] == "so that winter the river froze early.\nNobody had seen that before."
    assert "[Music]" in book.warnings[0][0]


@pytest.mark.parametrize(
    "text",
    [
        "08:30\n他起床，烧水。\n12:10\n船来了。\n18:45\n船走了。\n",
        "John 3:16\nFor so it was.\nJohn 3:17\nAnd so it went on.\nMark 1:02\nThey came to the river.\n",
        "比分 2:10\n他们输了。\n比分 3:11\n又输了。\n",
    ],
)
def test_clocks_verses_and_scores_are_no_times_of_a_talk(text: str) -> None:
    read = " ".join(line for _, line in spoken(read_manuscript("a.txt", (text + PROSE).encode())))
    assert all(line in read for line in text.split("\n") if ":" in line)


def test_a_talk_between_tags_of_its_people() -> None:
    text = "<Host>Welcome. <emphasis>Nobody</emphasis> slept.</Host>\n<Guest-2>Nobody\ndid.</Guest-2>\n"
    assert said(read_manuscript("a.txt", text.encode())) == [
        ("Host", "Welcome. Nobody slept."),
        ("Guest-2", "Nobody did."),
    ]
    plain = "<b>Welcome.</b>\n<i>Nobody slept.</i>\n"
    assert said(read_manuscript("a.txt", plain.encode())) == []


def test_sounds_of_a_script_are_not_said_and_told() -> None:
    cues = ["[Intro music fades]", "（掌声）", "*[SFX: rain]*", "【片头音乐】"]
    lines = [f"{name}：{text}" for name, text in TURNS]
    text = "\n".join(line for pair in zip(cues, lines, strict=True) for line in pair)
    book = read_manuscript("a.txt", text.encode())
    assert said(book) == TURNS and spoken(book)[0][1] == "\n".join(text for _, text in TURNS)
    assert cues[0] in book.warnings[0][0] and "（4 处）" in book.warnings[0][1]


@settings(deadline=None, max_examples=60)
@given(
    st.lists(st.sampled_from(["0:01", "[00:02] 江", "甲 0:03", "甲：好。", "", "江", "<A>x</A>", "△雪", "日 内 江"]))
)
def test_no_line_makes_reading_fail(lines: list[str]) -> None:
    try:
        read_manuscript("a.txt", "\n".join(lines).encode())
    except StudioError as error:
        assert error.code == "book_empty"


# Chinese screenplays


@pytest.mark.parametrize(
    "heads",
    [
        ("1-1 日 外 江边", "1-2 夜 内 老屋"),
        ("第1场 江边 日/外", "第2场 老屋 夜/内"),
        ("场景一：内景 茶馆 白天", "场景二：外景 江边 傍晚"),
        ("1、江边，日外", "2、老屋，夜内"),
    ],
)
def test_a_chinese_screenplay_is_read_scene_by_scene(heads: tuple[str, str]) -> None:
    text = (
        f"《封江》\n第一集\n\n{heads[0]}\n人物：沈墨、李禾\n△大雪。沈墨推门进来。\n沈墨（OS）：没有船了。\n"
        f"李禾：（不抬头）走冰。\n\n{heads[1]}\n▲风响。\n沈墨：谁？\n李禾（画外音）：我。\n"
    )
    book = read_manuscript("a.txt", text.encode())
    assert book.title == "封江"
    assert spoken(book) == [
        ("第一集", ""), (heads[0], "大雪。沈墨推门进来。\n没有船了。\n走冰。"), (heads[1], "风响。\n谁？\n我。"),
    ]  # fmt: skip
    assert said(book) == [("沈墨", "没有船了。"), ("李禾", "走冰。"), ("沈墨", "谁？"), ("李禾", "我。")]


# Parts that other words count


@pytest.mark.parametrize("unit", ["封", "封信", "讲", "课", "夜", "天", "期", "站"])
def test_letters_lectures_and_days_that_count_on_are_chapters(unit: str) -> None:
    heads = [f"第{number}{unit}" for number in "一二三"]
    text = "\n\n".join(f"{head}\n\n{PROSE}" for head in heads)
    assert titles(read_manuscript("a.txt", text.encode())) == heads


def test_days_within_chapters_and_a_day_alone_are_text() -> None:
    text = f"第一章 雾\n\n{PROSE}\n\n第一天\n\n{PROSE}\n\n第二天\n\n{PROSE}\n\n第二章 风\n\n{PROSE}"
    assert titles(read_manuscript("a.txt", text.encode())) == ["第一章 雾", "第二章 风"]
    alone = read_manuscript("a.txt", f"{PROSE}\n\n第二天\n\n{PROSE}".encode())
    assert len(alone.chapters) == 1 and "第二天" in alone.chapters[0].text


# Archives with a folder for each volume


def test_folders_are_volumes_and_notes_of_who_packed_them_are_left_out() -> None:
    names = [
        "封江/卷2 归/1 冰.txt",
        "封江/卷2 归/2 桥.txt",
        "封江/卷1 雾/01.txt",
        "封江/卷1 雾/02 船.txt",
        "封江/使用说明.txt",
    ]
    book = read_manuscript("a.zip", archive({name: f"{name}{PROSE}".encode() for name in names}))
    assert book.title == "封江"
    assert titles(book) == ["卷1 雾", "01", "02 船", "卷2 归", "1 冰", "2 桥"]
    assert [one.level for one in book.chapters] == [1, 2, 2, 1, 2, 2]


def test_folders_without_numbers_are_several_books() -> None:
    with pytest.raises(StudioError):
        read_manuscript(
            "a.zip", archive({f"{book}/{at}.txt": PROSE.encode() for book in ("雾", "风") for at in (1, 2)})
        )


# A manuscript with its name and its contents in front


@pytest.mark.parametrize("above", [("封江", "目　录"), ("封江",), ("目录",)])
def test_the_name_and_the_word_for_contents_of_a_word_document_are_no_chapter(above: tuple[str, ...]) -> None:
    kinds = [(line, "") for line in above] + [("第一章 雾 1", "TOC1"), ("第一章 雾", "H1"), (STORY[0], "")]
    body = "".join(
        f'<w:p><w:pPr><w:pStyle w:val="{style}"/></w:pPr><w:r><w:t>{line}</w:t></w:r></w:p>' for line, style in kinds
    )
    names = {"TOC1": "toc 1", "H1": "heading 1"}
    styles = "".join(f'<w:style w:styleId="{key}"><w:name w:val="{name}"/></w:style>' for key, name in names.items())
    space = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    files = {
        "[Content_Types].xml": b"<Types/>",
        "_rels/.rels": b"<Relationships/>",
        "word/document.xml": f"<w:document {space}><w:body>{body}</w:body></w:document>".encode(),
        "word/styles.xml": f"<w:styles {space}>{styles}</w:styles>".encode(),
    }
    book = read_manuscript("手稿.docx", archive(files))
    assert spoken(book) == [("第一章 雾", STORY[0])]
    assert book.title == ("封江" if "封江" in above else "手稿")


# What programs that save web novels write in front


@pytest.mark.parametrize(
    "head",
    [
        "书名：桥\n作者：沈墨\n状态：已完结\n总字数：30.1万\n分类：乡土\n最新章节：第90章 归\n简介：\n三代人。\n",
        "桥\n作者：沈墨\n来源：江边书库\n\n小说简介：三代人。\n",
    ],
)
def test_what_is_known_of_a_web_novel_is_not_spoken(head: str) -> None:
    book = read_manuscript("a.txt", f"{head}\n第一章 雾\n\n{PROSE}\n\n第二章 风\n\n{PROSE}".encode())
    assert (book.title, book.author, titles(book)) == ("桥", "沈墨", ["第一章 雾", "第二章 风"])


def test_a_saved_fan_fiction_has_its_chapters() -> None:
    chapters = "\n\n".join(f"*Chapter {n}*: Snow\n\n{ENGLISH[0]}\n\n{ENGLISH[1]}" for n in (1, 2))
    head = "The Bridge by moss\n\nCategory: Books\nRating: T\nWords: 3,120\nSource: example.org\n\nSummary: Two people."
    book = read_manuscript("a.txt", f"{head}\n\n{chapters}".encode())
    assert (book.title, book.author, titles(book)) == ("The Bridge", "moss", ["Chapter 1: Snow", "Chapter 2: Snow"])


@pytest.mark.parametrize("name", ["◎桥", "★桥★", "《桥》", "==桥=="])
def test_a_books_name_loses_its_dress(name: str) -> None:
    text = f"{name}\n　　　沈墨　著\n\n第一回　雾\n\n{PROSE}\n\n第二回　风\n\n{PROSE}\n"
    assert read_manuscript("a.txt", text.encode("gb18030")).title == "桥"


# Plays and talks in other forms


@pytest.mark.parametrize(
    "form",
    [
        "{}:\n{}\n\n", "**{}：**\n{}\n", "{}说：\n\n{}\n\n", "{}　{}\n", "[{}] 14:02:1{at}\n{}\n\n",
    ],
)  # fmt: skip
def test_people_are_known_by_their_names_alone(form: str) -> None:
    text = "".join(form.format(name, line, at=at) for at, (name, line) in enumerate(TURNS))
    book = read_manuscript("a.txt", text.encode())
    assert said(book) == TURNS and spoken(book)[0][1].split("\n") == [line for _, line in TURNS]


def test_a_printed_play_is_said_by_its_people_and_told_by_the_narrator() -> None:
    english = "SCENE 1\n\nA house. Snow.\n\n" + "\n\n".join(
        f"{name}. (rising) {line}"
        for name, line in [("ANN", "Listen."), ("OLD TOM", "The wind."), ("ANN", "No."), ("OLD TOM", "Yes.")]
    )
    assert said(read_manuscript("a.txt", english.encode()))[:2] == [("Ann", "Listen."), ("Old Tom", "The wind.")]
    chinese = "第一幕\n\n〔江边。雪。〕\n沈墨　（起身）听。\n李禾　是风。\n〔敲门声。〕\n沈墨　不是。\n李禾　是。\n"
    book = read_manuscript("a.txt", chinese.encode())
    assert said(book) == [("沈墨", "听。"), ("李禾", "是风。"), ("沈墨", "不是。"), ("李禾", "是。")]
    assert "敲门声。" in book.chapters[0].text


@pytest.mark.parametrize(
    "text",
    [
        "亲爱的母亲：\n信收到了。\n此致\n沈墨\n\n母亲：\n天冷了。\n沈墨\n",
        "材料：\n面粉\n做法：\n和面。\n材料：\n糖\n做法：\n熬糖。\n",
        "江上 无船\n风里 无人\n雪里 无灯\n夜里 无声\n江上 有雪\n",
        "MR. SMITH came in.\nNobody spoke.\nMR. SMITH sat down.\nMRS. SMITH rose.\nNobody spoke.\nThe end.\n",
    ],
)
def test_letters_recipes_and_verses_are_no_plays(text: str) -> None:
    book = read_manuscript("a.txt", text.encode())
    assert said(book) == []


@pytest.mark.parametrize(
    "days",
    [
        ("2023年1月1日 星期日 晴", "2023年1月2日 星期一 雪", "2023年1月9日"),
        ("1月1日（周日）", "1月2日（周一）", "2月1日（周三）"),
        ("January 1, 1921", "January 2, 1921", "March 4th, 1921"),
    ],
)
def test_the_days_of_a_diary_are_its_chapters_and_dates_below_letters_are_not(days: tuple[str, ...]) -> None:
    diary = "\n\n".join(f"{day}\n\n{PROSE}" for day in days)
    assert titles(read_manuscript("a.txt", f"日记\n\n{diary}".encode())) == list(days)
    letters = "\n\n".join(f"{PROSE}\n\n{day}" for day in days)
    assert len([one for one in read_manuscript("a.txt", letters.encode()).chapters if one.on]) == 1


# What stands above the first chapter, and around an article


@pytest.mark.parametrize(
    ("above", "title", "author"),
    [
        ("《风陵渡》 江上客 著", "风陵渡", "江上客"),
        ("《夜航》 周 默 编著", "夜航", "周 默"),
        ("《白露》　沈青禾　著", "白露", "沈青禾"),
        ("《麦田》作者：李一苇", "麦田", "李一苇"),
        ("《海的名字》\n林中路 著", "海的名字", "林中路"),
    ],
)
def test_a_line_with_the_title_and_who_wrote_it(above: str, title: str, author: str) -> None:
    book = read_manuscript("b.txt", f"{above}\n\n第一章 雪\n\n{PROSE}\n\n第二章 雨\n\n{PROSE}".encode())
    assert (book.title, book.author, titles(book)) == (title, author, ["第一章 雪", "第二章 雨"])


@pytest.mark.parametrize(
    "line",
    [
        "下载自：百川书城 www.baichuan.example",
        "下载于 晚晴书屋",
        "下載自：晚晴書屋",
        "转自某某论坛",
        "下载地址：http://books.example/1",
    ],
)
def test_where_a_file_comes_from_is_not_read_below_its_title(line: str) -> None:
    book = read_manuscript(
        "b.txt", f"☆风陵渡☆\n作者：江上客\n{line}\n\n第一章 雪\n{PROSE}\n\n第二章 雨\n{PROSE}".encode()
    )
    assert titles(book) == ["第一章 雪", "第二章 雨"]


@pytest.mark.parametrize("word", ["Chapter {} ", "CHAPTER {} ", "Chapter {}　", "Chapter {}. ", "Chapter {}: "])
def test_an_english_number_above_a_chinese_name(word: str) -> None:
    heads = [word.format(number) + name for number, name in enumerate(("雪夜", "雨声", "归人"), 1)]
    book = read_manuscript("b.txt", "\n\n".join(f"{head}\n\n{PROSE}" for head in heads).encode())
    assert [one.replace("　", " ") for one in titles(book)] == [head.replace("　", " ") for head in heads]


@pytest.mark.parametrize("holder", ["article", "main"])
@pytest.mark.parametrize("beside", ["header", "aside", "footer", "div", "section"])
def test_what_stands_around_the_article_of_a_page_is_not_read(holder: str, beside: str) -> None:
    text = "".join(f"<p>{line}</p>" for line in ENGLISH)
    around = f"<{beside}><a href='#'>Log in</a> <a href='#'>More stories: nine kettles</a></{beside}>"
    page = (
        f"<html><head><title>Frost</title></head><body>{around}<{holder}><h1>Frost</h1>{text}</{holder}>{around}</body>"
    )
    book = read_manuscript("b.html", f"{page}</html>".encode())
    assert spoken(book) == [("Frost", "\n".join(ENGLISH))]


@pytest.mark.parametrize("name", ["风陵渡", "夜航", "The Bridge"])
def test_the_title_of_a_page_is_no_part_of_its_first_chapter(name: str) -> None:
    text = "".join(f"<p>{line}</p>" for line in STORY)
    heads = ("Chapter 1", "Chapter 2") if name.isascii() else ("第一章 雪", "第二章 雨")
    body = "".join(f"<h2>{head}</h2>{text}" for head in heads)
    page = f"<html><head><title>{name}</title></head><body><main><h1>{name}</h1>{body}</main></body></html>"
    book = read_manuscript("b.html", page.encode())
    assert (book.title, titles(book)) == (name, [*heads])
