"""Talks, scripts, poems and threads: who speaks, and what stands beside it that nobody says."""

from __future__ import annotations

import pytest

from benchmarks.book_files import STORY, archive, epub_of
from indextts.books.model import Manuscript
from indextts.books.reading import read_manuscript
from indextts.model.errors import StudioError

PROSE = "\n".join(STORY)


def read(text: str, name: str = "a.txt") -> Manuscript:
    return read_manuscript(name, text.encode())


def said(book: Manuscript) -> list[tuple[str, str]]:
    return [(one.speaker, chapter.text[one.start : one.end]) for chapter in book.chapters for one in chapter.quotations]


def spoken(book: Manuscript) -> list[tuple[str, str]]:
    return [(one.title, one.text) for one in book.chapters if one.on]


# Names of those who are called by what they do


@pytest.mark.parametrize(
    ("labels", "names"),
    [
        (("HOST (Nia)", "GUEST (Ravi)"), ("Nia", "Ravi")),
        (("Interviewer (Ysolde)", "Expert (Bram)"), ("Ysolde", "Bram")),
        (("主持人（林小满）", "嘉宾（周老师）"), ("林小满", "周老师")),
        (("记者（沈墨）", "受访者（李禾）"), ("沈墨", "李禾")),
        (("嘉宾A（王强）", "嘉宾B（陈静）"), ("王强", "陈静")),
        (("Nia (Host)", "Ravi (laughing)"), ("Nia", "Ravi")),
        (("主持人（笑）", "嘉宾（沉默片刻）"), ("主持人", "嘉宾")),
    ],
)
@pytest.mark.parametrize("name", ["a.txt", "a.md"])
def test_a_name_behind_a_role_is_who_speaks(labels: tuple[str, str], names: tuple[str, str], name: str) -> None:
    first, second = labels
    short = first.partition("（")[0].partition(" (")[0]
    text = f"{first}: 下雪早吗？\n\n{second}: 早。\n\n{short}: 怎么过江？\n\n{second}: 走冰。\n"
    turns = list(zip((*names, *names), ("下雪早吗？", "早。", "怎么过江？", "走冰。"), strict=True))
    assert said(read(text, name)) == turns


# Pauses, sounds, directions


@pytest.mark.parametrize(
    "pause",
    [
        "（停顿两秒）",
        "（停顿）",
        "（稍作停顿）",
        "（沉默片刻）",
        "(pause)",
        "(a beat)",
        "[long pause]",
        "*（停顿）*",
    ],
)
def test_a_pause_on_a_line_of_its_own_is_a_gap_and_not_said(pause: str) -> None:
    assert spoken(read(f"{STORY[0]}\n{pause}\n{STORY[2]}"))[0][1] == f"{STORY[0]}\n\n{STORY[2]}"
    talk = read(f"沈墨：早吗？\n{pause}\n李禾：早。\n沈墨：冷吗？\n李禾：冷。\n")
    assert [text for _, text in said(talk)] == ["早吗？", "早。", "冷吗？", "冷。"]
    assert spoken(talk)[0][1] == "早吗？\n\n早。\n冷吗？\n冷。"


@pytest.mark.parametrize(
    "line",
    [
        "（他停顿了一下，又说下去。）",
        "【获得音乐天赋】",
        "（停车场在桥那边）",
        "[Silence of the river is a book.]",
        "（沉默的羔羊）",
    ],
)
def test_other_lines_in_brackets_are_read(line: str) -> None:
    assert line in spoken(read(f"{STORY[0]}\n{line}\n{STORY[2]}"))[0][1]


@pytest.mark.parametrize(
    ("written", "heard"),
    [
        ("我也不知道（笑）。", "我也不知道。"),
        ("（叹气）都走了。", "都走了。"),
        ("[laughs] Nobody did.", "Nobody did."),
        ("（想了想）没有，没有。", "没有，没有。"),
        ("It was [inaudible] cold.", "It was cold."),
        ("第（3）条，三百（元）。", "第（3）条，三百（元）。"),
    ],
)
def test_how_something_is_said_is_not_said(written: str, heard: str) -> None:
    talk = read(f"沈墨：早吗？\n李禾：{written}\n沈墨：冷吗？\n李禾：冷。\n")
    assert said(talk)[1] == ("李禾", heard)
    timed = read(f"沈墨 00:01\n早吗？\n\n李禾 00:03\n{written}\n\n沈墨 00:08\n冷吗？\n\n李禾 00:09\n冷。\n")
    assert said(timed)[3] == ("李禾", "冷。") and "笑" not in said(timed)[1][1]


@pytest.mark.parametrize(
    "below",
    [
        "江城日报记者 沈墨 编辑 李禾",
        "采写：沈墨 摄影：李禾",
        "文｜沈墨 编辑｜李禾",
        "Interview by Ann Other",
        "This interview has been edited for length.",
        "（二人下）",
        "（鞠躬，灯暗）",
    ],
)
@pytest.mark.parametrize("gap", ["\n", "\n\n"])
def test_what_stands_below_a_talk_is_nobodys_line(below: str, gap: str) -> None:
    talk = read(f"沈墨：早吗？\n李禾：早。\n沈墨：冷吗？\n李禾：冷。\n很冷。{gap}{below}\n", "a.md")
    assert said(talk)[-1] == ("李禾", "冷。\n很冷。") or said(talk)[-1] == ("李禾", "冷。很冷。")


def test_a_talk_is_one_in_a_word_document_and_on_a_page_as_well() -> None:
    lines = ["沈墨：早吗？", "李禾：早。", "沈墨：冷吗？", "李禾：冷。"]
    turns = [("沈墨", "早吗？"), ("李禾", "早。"), ("沈墨", "冷吗？"), ("李禾", "冷。")]
    page = "".join(f"<p><b>{line[:3]}</b>{line[3:]}</p>" for line in lines)
    assert said(read(f"<html><body><h1>江边</h1>{page}</body></html>", "a.html")) == turns
    assert said(word("".join(f"<w:p><w:r><w:t>{line}</w:t></w:r></w:p>" for line in lines))) == turns
    timed = ["沈墨 00:01", "早吗？", "李禾 00:03", "早。", "沈墨 00:04", "冷吗？", "李禾 00:05", "冷。"]
    assert said(word("".join(f"<w:p><w:r><w:t>{line}</w:t></w:r></w:p>" for line in timed))) == turns


def word(body: str, styles: str = "") -> Manuscript:
    space = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    files = {
        "[Content_Types].xml": b"<Types/>",
        "_rels/.rels": b"<Relationships/>",
        "word/document.xml": f"<w:document {space}><w:body>{body}</w:body></w:document>".encode(),
        "word/styles.xml": f"<w:styles {space}>{styles}</w:styles>".encode(),
    }
    return read_manuscript("a.docx", archive(files))


# Lines that a writer breaks


@pytest.mark.parametrize(
    "lines",
    [
        ("窗纸响了一夜", "谁也没有睡着", "灯灭了"),
        ("沈墨：早吗？", "李禾：早。十月就封了江。", "沈墨：冷吗？", "李禾：冷。"),
        ("Whose ice this is", "Nobody knows,", "But all have walked on it."),
        ("那年冬天雪下得早，渡口的船都上了岸。", "走吧。", "她说。"),
    ],
)
def test_lines_of_verses_and_talks_in_markdown_stay_lines(lines: tuple[str, ...]) -> None:
    text = spoken(read("# 江\n\n" + "\n".join(lines), "a.md"))[0][1]
    assert text.split("\n") == [line.rpartition("：")[2] for line in lines]


@pytest.mark.parametrize(
    "lines",
    [
        (
            "The river froze early that year, and the boats were hauled ",
            "up on the shore before anybody had thought of ",
            "winter.",
        ),
        (
            "那年冬天雪下得早，渡口的船都上了岸，老杜把缆绳",
            "收进屋里，生起火来，阿青坐在门槛上看着江面，半",
            "天没有说话。",
        ),
    ],
)
def test_lines_that_are_broken_at_a_width_are_one(lines: tuple[str, ...]) -> None:
    source = "\n".join(line.strip() for line in lines)
    assert spoken(read(f"# 江\n\n{source}", "a.md"))[0][1] == "".join(lines)


# Tables of scripts

HEADS = [
    (("镜号", "景别", "旁白"), ("1", "全景", "{}")),
    (("Shot", "Visual", "Voiceover"), ("2", "The river", "{}")),
    (("序号", "画面内容", "口播文案", "时长"), ("3", "江", "{}", "4s")),
    (("Scene", "VO", "SFX"), ("4", "{}", "wind")),
    (("时间", "台词", "画面"), ("00:03", "{}", "雪")),
]


@pytest.mark.parametrize(("head", "row"), HEADS)
@pytest.mark.parametrize("form", ["md", "html", "docx"])
def test_of_a_shooting_table_only_what_is_said_is_heard(head: tuple[str, ...], row: tuple[str, ...], form: str) -> None:
    rows = [head] + [tuple(cell.format(line) for cell in row) for line in (STORY[0], STORY[2])]
    if form == "md":
        rows.insert(1, tuple("---" for _ in head))
        book = read("# 短片\n\n" + "\n".join(f"| {' | '.join(cells)} |" for cells in rows), "a.md")
    elif form == "html":
        inner = "".join("<tr>" + "".join(f"<td><p>{cell}</p></td>" for cell in cells) + "</tr>" for cells in rows)
        book = read(f"<html><body><h1>短片</h1><table>{inner}</table></body></html>", "a.html")
    else:
        inner = "".join(
            "<w:tr>" + "".join(f"<w:tc><w:p><w:r><w:t>{cell}</w:t></w:r></w:p></w:tc>" for cell in cells) + "</w:tr>"
            for cells in rows
        )
        book = word(f"<w:tbl>{inner}</w:tbl>")
    assert spoken(book)[0][1] == f"{STORY[0]}\n{STORY[2]}"


def test_a_table_of_a_script_tells_who_speaks() -> None:
    rows = ("1|老杜|走吧。|", "2|阿青|去哪儿？|水声", "3|||风", "4|老杜|过江。|无", "5|阿青|好。|")
    table = "\n".join(f"| {row} |" for row in ("镜号|角色|台词|音效", "--|--|--|--", *rows))
    book = read(table, "a.md")
    assert said(book) == [("老杜", "走吧。"), ("阿青", "去哪儿？"), ("老杜", "过江。"), ("阿青", "好。")]


# Parts of contents that lead nowhere, or where their first chapter does

TEXT = "".join(f"<p>{line}</p>" for line in STORY)
PARTS = f"<body><h1>上卷</h1><h2 id='a'>雾起</h2>{TEXT}<h1>下卷</h1><h2 id='b'>归人</h2>{TEXT}</body>"
WANTED = [("上卷", ""), ("雾起", PROSE), ("下卷", ""), ("归人", PROSE)]


def nav(*lines: str) -> str:
    inner = "".join(
        f"<li>{part}<ol><li><a href='{place}'>{name}</a></li></ol></li>"
        for part, place, name in (line.split("|") for line in lines)
    )
    return f'<nav epub:type="toc"><ol>{inner}</ol></nav>'


@pytest.mark.parametrize(
    ("bodies", "lines"),
    [
        ([PARTS], ("<span>上卷</span>|c0.xhtml#a|雾起", "<span>下卷</span>|c0.xhtml#b|归人")),
        (
            [f"<body><h2>雾起</h2>{TEXT}</body>", f"<body><h2>归人</h2>{TEXT}</body>"],
            ("<span>上卷</span>|c0.xhtml|雾起", "<span>下卷</span>|c1.xhtml|归人"),
        ),
        (
            [f"<body><h1>上卷</h1><h2>雾起</h2>{TEXT}</body>", f"<body><h1>下卷</h1><h2>归人</h2>{TEXT}</body>"],
            ("<a href='c0.xhtml'>上卷</a>|c0.xhtml|雾起", "<a href='c1.xhtml'>下卷</a>|c1.xhtml|归人"),
        ),
        (
            ["<body><p>上卷</p></body>", f"<body><h2>雾起</h2>{TEXT}</body>", "<body><p>下卷</p></body>",
             f"<body><h2>归人</h2>{TEXT}</body>"],
            ("<span>上卷</span>|c1.xhtml|雾起", "<span>下卷</span>|c3.xhtml|归人"),
        ),
        (
            [PARTS],
            ("<span><b>上卷</b></span>|c0.xhtml#a|雾起", "<span>下卷</span>|c0.xhtml#b|归人"),
        ),
    ],
)  # fmt: skip
def test_a_part_that_its_chapters_stand_below_is_said_once(bodies: list[str], lines: tuple[str, ...]) -> None:
    book = read_manuscript("a.epub", epub_of(bodies, navigation=nav(*lines)))
    assert spoken(book) == WANTED
    assert [one.level for one in book.chapters if one.on] == [1, 2, 1, 2]


def test_the_books_own_name_above_all_chapters_is_no_part() -> None:
    bodies = [f"<body><h2>雾起</h2>{TEXT}</body>", f"<body><h2>归人</h2>{TEXT}</body>"]
    lines = ("<span>雪夜</span>|c0.xhtml|雾起", "<span>雪夜</span>|c1.xhtml|归人")
    assert [title for title, _ in spoken(read_manuscript("a.epub", epub_of(bodies, navigation=nav(*lines))))] == [
        "雾起", "归人",
    ]  # fmt: skip


# Contents of WPS


@pytest.mark.parametrize(
    ("style", "line"),
    [
        ("WPSOffice手动目录 1", "<w:r><w:t>第一章 雾 1</w:t></w:r>"),
        ("目录 1", "<w:r><w:t>第一章 雾 1</w:t></w:r>"),
        ("目录标题", "<w:r><w:t>目 录</w:t></w:r>"),
        ("TOC 标题", "<w:r><w:t>目录</w:t></w:r>"),
        ("Normal", '<w:hyperlink w:anchor="_Toc1"><w:r><w:t>第一章 雾 1</w:t></w:r></w:hyperlink>'),
    ],
)
def test_lines_of_contents_are_none_of_the_text(style: str, line: str) -> None:
    styles = "".join(
        f'<w:style w:styleId="{key}"><w:name w:val="{name}"/></w:style>'
        for key, name in (("T", style), ("H", "heading 1"))
    )
    head = '<w:p><w:pPr><w:pStyle w:val="H"/></w:pPr><w:r><w:t>第一章 雾</w:t></w:r></w:p>'
    text = f"<w:p><w:r><w:t>{STORY[0]}</w:t></w:r></w:p>"
    book = word(f'<w:p><w:pPr><w:pStyle w:val="T"/></w:pPr>{line}</w:p>{head}{text}', styles)
    assert spoken(book) == [("第一章 雾", STORY[0])]


# Poems


@pytest.mark.parametrize(
    "heads",
    [
        ("归人\n（唐）刘长卿\n", "夜雪\n〔唐〕白居易\n"),
        ("归人\n唐·刘长卿\n", "夜雪\n唐·白居易\n"),
        ("归人\n[宋代] 陆游\n\n", "夜雪\n[宋代] 苏轼\n\n"),
        ("归人 【唐】刘长卿\n", "夜雪 【唐】白居易\n"),
        ("归人\n沈墨\n\n", "夜雪\n沈墨\n\n"),
    ],
)
def test_each_poem_of_a_collection_is_a_chapter(heads: tuple[str, str]) -> None:
    verses = "日暮苍山远，天寒白屋贫。\n柴门闻犬吠，风雪夜归人。"
    book = read("\n\n".join(head + verses for head in heads))
    assert [title.partition(" ")[0] for title, _ in spoken(book)] == ["归人", "夜雪"]
    assert all(text.endswith(verses) for _, text in spoken(book))


# Threads of forums


@pytest.mark.parametrize(
    "stamp",
    [
        "作者：{} 提交日期：2008-4-{} 12:03:11",
        "作者：{} 回复日期：2009-10-{} 9:01:00",
        "楼主：{} 时间：2012-03-{} 21:40:06",
        "发帖人：{} 发表于 2011-5-{} 08:00",
        "Posted by: {} on 2010-06-{}",
    ],
)
def test_what_readers_write_below_a_story_of_a_forum_is_not_spoken(stamp: str) -> None:
    posts = [
        ("江上客", PROSE),
        ("路人甲", "顶！楼主继续！"),
        ("江上客", PROSE),
        ("路人乙", "好看。\n等更新。"),
        ("江上客", PROSE),
    ]
    text = "\n".join(f"{stamp.format(who, at)}\n{text}" for at, (who, text) in enumerate(posts, 1))
    book = read(f"渡口往事 更新时间：2008-4-1\n{text}\n")
    heard = "\n".join(text for _, text in spoken(book))
    assert heard.count(STORY[0]) == 3 and "顶！" not in heard and "等更新" not in heard


def test_stories_of_several_writers_are_all_read() -> None:
    text = "\n".join(f"作者：{who} 提交日期：2008-4-1 12:03:11\n{PROSE}" for who in ("沈墨", "李禾", "周行"))
    assert "\n".join(text for _, text in spoken(read(text))).count(STORY[0]) == 3


# Notes below the text


@pytest.mark.parametrize(
    "signs",
    [("①", "②"), ("[1]", "[2]"), ("〔1〕", "〔2〕"), ("注1", "注2"), ("【1】", "【2】")],
)
@pytest.mark.parametrize("rule", ["", "——————\n", "注释：\n", "Notes\n"])
def test_notes_below_a_chapter_of_plain_text_are_not_spoken(signs: tuple[str, str], rule: str) -> None:
    one, other = signs
    text = f"他读过私塾{one}，用毛边纸{other}写信。\n{PROSE}\n{rule}{one} 旧时的学堂。\n{other} 一种竹纸。\n"
    book = read(f"第一章 雾\n{text}\n第二章 风\n{text}")
    assert spoken(book) == [(title, f"他读过私塾，用毛边纸写信。\n{PROSE}") for title in ("第一章 雾", "第二章 风")]
    assert book.chapters[-1].text == "\n".join([f"{signs[0]} 旧时的学堂。", f"{signs[1]} 一种竹纸。"] * 2)


@pytest.mark.parametrize(
    ("written", "sign", "said"),
    [
        ("tax roll of 1786", "1", "tax roll of 1786 ended."),
        ("Table 4", "1", "Table 4 ended."),
        ("the kiln", "1", "the kiln ended."),
        ("20 m", "2", "20 m² ended."),
        ("围屋", "①", "围屋 ended."),
    ],
)
def test_a_raised_sign_is_a_note_where_a_note_has_it(written: str, sign: str, said: str) -> None:
    raised = '<w:r><w:rPr><w:vertAlign w:val="superscript"/></w:rPr><w:t>{}</w:t></w:r>'
    runs = (
        f"<w:r><w:t>The {written}</w:t></w:r>",
        raised.format(sign),
        "<w:r><w:t xml:space='preserve'> ended.</w:t></w:r>",
    )
    notes = "".join(
        f"<w:p>{raised.format(one)}<w:r><w:t> Hallam.</w:t></w:r></w:p>" for one in ("1", "①") if one == sign
    )
    page = f"<p>The {written}<sup>{sign}</sup> ended.</p>" + (f"<hr/><p><sup>{sign}</sup> Hallam.</p>" if notes else "")
    for book in (
        word(
            f'<w:p><w:pPr><w:pStyle w:val="H"/></w:pPr><w:r><w:t>I</w:t></w:r></w:p><w:p>{"".join(runs)}</w:p>{notes}',
            HEAD,
        ),
        read_manuscript("a.epub", epub_of([f"<body><h1>I</h1>{page}</body>"], names=["I"])),
    ):
        assert spoken(book)[0][1] == f"The {said}"


HEAD = '<w:style w:styleId="H"><w:name w:val="heading 1"/></w:style>'


# Heads of older Gutenberg files, and books of pictures


@pytest.mark.parametrize(
    "first",
    [
        "The Project Gutenberg Etext of The Bridge, by Ann Other",
        "Project Gutenberg's The Bridge, by Ann Other",
        "The Project Gutenberg EBook of The Bridge, by Ann Other",
        "**The Project Gutenberg Etext of The Bridge by Ann Other**",
        "Project Gutenberg Etext: The Bridge, by Ann Other  #1",
    ],
)
def test_title_and_author_of_an_old_gutenberg_file_come_from_its_first_line(first: str) -> None:
    story = "\n\n".join(f"{head}\n\n{'The river froze early that year. ' * 9}" for head in ("CHAPTER I", "CHAPTER II"))
    text = f"{first}\n\nCopyright laws change.\n\n*END*THE SMALL PRINT! FOR PUBLIC DOMAIN ETEXTS*END*\n\nTHE BRIDGE"
    book = read(f"{text}\n\n{story}\n\nEnd of the Project Gutenberg Etext of The Bridge\n")
    assert (book.title, book.author) == ("The Bridge", "Ann Other")
    assert [title for title, _ in spoken(book)] == ["CHAPTER I", "CHAPTER II"]


@pytest.mark.parametrize(
    ("text", "notes", "said"),
    [
        ("他说〔一〕，走〔二〕。", "<p>〔一〕甲的话。</p><p>〔二〕乙的话。</p>", "他说，走。"),
        ("他说†，走‡。", "<p>† 甲的话。</p><p>‡ 乙的话。</p>", "他说，走。"),
        ("他说（注），走。", "<p>注：甲的话。</p>", "他说，走。"),
        ("He said¹ so².", "<p>¹ The first.</p><p>² The second.</p>", "He said so."),
        ("他说【注释1】，走。", "<p>【注释1】甲的话。</p>", "他说，走。"),
        ("他说⑴，走⑵。", "<p>⑴甲的话。</p><p>⑵乙的话。</p>", "他说，走。"),
        ("他说<sup>*</sup>，走<sup>**</sup>。", "<p>*甲的话。</p><p>**乙的话。</p>", "他说，走。"),
        ("他说<sup>[1]</sup>，走。", "<p><sup>[1]</sup>甲的话。</p>", "他说，走。"),
        ("他说①，走②。", "<p>————</p><p>①甲的话。②乙的话。</p>", "他说，走。"),
        ("他说[1]，走[2]。", "<p>【注】</p><p>[1]甲的话。</p><p>又一段。</p><p>[2]乙的话。</p>", "他说，走。"),
        ("E=mc<sup>2</sup>，表1<sup>3</sup>。", "<p>3 甲的话。</p>", "E=mc²，表1。"),
        ("分为(1)雾和(2)风。", "<p>(1) 雾从江上来。</p><p>(2) 风从山里来。</p>", "分为(1)雾和(2)风。"),
    ],
)
def test_notes_of_any_sign_are_told_from_lists_and_powers(text: str, notes: str, said: str) -> None:
    body = f"<body><h2>雾</h2><p>{text}</p>{TEXT}{notes}</body>"
    (chapter, *_) = read_manuscript("a.epub", epub_of([body], names=["雾"])).chapters
    lists = notes.startswith("<p>(")
    assert chapter.text == f"{said}\n{PROSE}" + ("\n(1) 雾从江上来。\n(2) 风从山里来。" if lists else "")


@pytest.mark.parametrize(
    ("listed", "head"),
    [
        ("CHAPTER ONE The Kiln", "<h2>One</h2><h2>The Kiln</h2>"),
        ("卷一 归来", "<h1>卷之一</h1><h1>归来</h1>"),
        ("Twelve", "<h2>12</h2>"),
        ("21 The Kiln", "<h2>Twenty-One</h2><h3>The Kiln</h3>"),
        ("Chapter Three", "<p>3</p>"),
    ],
)
def test_a_title_whose_number_is_written_otherwise_is_said_once(listed: str, head: str) -> None:
    bodies = [f"<body>{head}{TEXT}</body>", f"<body><h2>尾声</h2>{TEXT}</body>"]
    book = read_manuscript("a.epub", epub_of(bodies, names=[listed, "尾声"]))
    assert spoken(book) == [(listed, PROSE), ("尾声", PROSE)]


# Contents that tell little


def test_a_list_of_the_chapters_above_them_is_not_spoken() -> None:
    heads = ("CHAPTER I.", "CHAPTER II.", "CHAPTER III.")
    names = ("THE LANE", "THE KEY", "THE FIRE")
    listed = "".join(f"<tr><td>{head}</td><td>{name}</td></tr>" for head, name in zip(heads, names, strict=True))
    parts = "".join(f"<h2>{head}<br/>{name}</h2>{TEXT}" for head, name in zip(heads, names, strict=True))
    for above in ("<h1>THE BRIDGE</h1><h2>BY ANN</h2><h3>CONTENTS</h3>", "<h2>The Bridge</h2>", "<h2>List</h2>"):
        book = read(f"<html><body>{above}<table>{listed}</table>{parts}</body></html>", "a.html")
        titles = [title.replace("\n", " ") for title, text in spoken(book) if text]
        assert titles == [f"{head} {name}" for head, name in zip(heads, names, strict=True)]


@pytest.mark.parametrize("name", ["Chapter", "Untitled", "正文"])
def test_contents_that_call_every_chapter_the_same_are_not_used(name: str) -> None:
    bodies = [f"<body><h2>{title}</h2>{TEXT}</body>" for title in ("归来", "封窑", "点火")]
    book = read_manuscript("a.epub", epub_of(bodies, names=[name] * 3))
    assert spoken(book) == [("归来", PROSE), ("封窑", PROSE), ("点火", PROSE)]


def test_a_number_above_a_document_is_its_title_and_not_said_twice() -> None:
    bodies = [f"<body><p>{number}</p>{TEXT}</body>" for number in (1, 2, 3)]
    assert spoken(read_manuscript("a.epub", epub_of(bodies))) == [("1", PROSE), ("2", PROSE), ("3", PROSE)]


@pytest.mark.parametrize(
    "quiz",
    [
        "第1题：水在几度结冰？\nA：0度\nB：10度\n答案：A\n第2题：什么是露？\nA：水汽\nB：雨\n答案：A\n",
        "题目：水在几度结冰？\nA：0度\nB：10度\n正确答案：A\n解析：常压下。\n题目：露是？\nA：水汽\nB：雨\n正确答案：A\n解析：凝结。\n",
        "Question: When does it freeze?\nA: 0\nB: 10\nAnswer: A\nQuestion: And dew?\nA: Mist\nB: Rain\nAnswer: A\n",
    ],
)
def test_what_may_be_chosen_in_a_quiz_is_nobody(quiz: str) -> None:
    assert said(read(quiz)) == []


def test_the_writer_below_the_name_of_a_word_document_is_its_author() -> None:
    styles = "".join(
        f'<w:style w:styleId="{key}"><w:name w:val="{name}"/></w:style>'
        for key, name in (("T", "Title"), ("S", "Subtitle"), ("H", "heading 1"))
    )
    lines = (("T", "渡口"), ("S", "沈墨 著"), ("H", "归来"), ("", STORY[0]))
    book = word(
        "".join(
            f'<w:p><w:pPr><w:pStyle w:val="{key}"/></w:pPr><w:r><w:t>{line}</w:t></w:r></w:p>' for key, line in lines
        ),
        styles,
    )
    assert (book.title, book.author, spoken(book)) == ("渡口", "沈墨", [("归来", STORY[0])])


@pytest.mark.parametrize("note", ["Transcriber’s Note: obvious errors were corrected.", "TRANSCRIBER'S NOTES"])
def test_what_a_transcriber_says_below_a_book_is_not_read(note: str) -> None:
    story = "\n\n".join("The river froze early that year." for _ in range(40))
    text = f"CHAPTER I\n\n{story}\n\nCHAPTER II\n\n{story}\n\n{note}\n\nIn it.\n"
    book = read(
        f"*** START OF THE PROJECT GUTENBERG EBOOK X ***\n\n{text}\n*** END OF THE PROJECT GUTENBERG EBOOK X ***\n"
    )
    assert [title for title, _ in spoken(book)] == ["CHAPTER I", "CHAPTER II"]
    assert all("In it." not in text for _, text in spoken(book))


@pytest.mark.parametrize("name", ["Mia (Host)", "李娜(主持人)", "Karin Holm (External)", "王 小明", "Dana [Guest]"])
def test_a_name_in_a_meeting_loses_what_is_added(name: str) -> None:
    cue = f"<v {name}>Good morning.</v>" if " " not in name or "(" in name or "[" in name else f"{name}: 早。"
    text = f"WEBVTT\n\n00:01.000 --> 00:02.000\n{cue}\n\n00:03.000 --> 00:04.000\nTom: Yes.\n"
    speakers = [one.speaker for one in read(text, "a.vtt").chapters[0].quotations]
    assert speakers[0] == name.partition("(")[0].partition("[")[0].strip().replace("王 ", "王")


@pytest.mark.parametrize(
    "form",
    ["{}「{}」", "{}『{}』", "{}（小声）「{}」", "{} 「{}」", "{} — {}", "{}——{}", "{} – {}", "{}（笑）——{}"],
)
@pytest.mark.parametrize(("one", "other"), [("海丝特", "林恩"), ("掌柜", "客人"), ("Host", "Gast")])
def test_a_name_before_corner_brackets_or_a_dash_speaks(form: str, one: str, other: str) -> None:
    turns = [(one, "灯亮了吗？"), (other, "还没有。"), (one, "那烟是什么？"), (other, "是棚子！")]
    text = "".join(f"{form.format(*turn)}\n" for turn in turns)
    assert [(who, words.strip("「」『』")) for who, words in said(read(text))] == turns


def test_what_stands_between_names_and_corner_brackets_is_the_narrators() -> None:
    book = read("海丝特「灯亮了吗？」\n林恩「没有。」\n雨下了一夜。\n海丝特「那烟呢？」\n林恩「是棚子！」\n")
    assert [words for _, words in said(book)] == ["「灯亮了吗？」", "「没有。」", "「那烟呢？」", "「是棚子！」"]
    assert "雨下了一夜。" in book.chapters[0].text


@pytest.mark.parametrize(
    "text",
    [
        "Maud — the baker’s wife.\nTed — a postman.\nNia — his child.\nRavi — her friend.\n",
        "Monday — fish.\nTuesday — soup.\nMonday — fish.\nTuesday — bread.\n",
        "她说「灯亮了吗？」\n他说「还没有。」\n她说「那烟呢？」\n他说「是棚子！」\n",
    ],
)
def test_lists_with_dashes_and_tags_before_brackets_are_no_dialogue(text: str) -> None:
    assert said(read(text)) == []


@pytest.mark.parametrize(
    "name",
    ["dc.creator", "DC.Creator", "dcterms.creator", "og:novel:author", "creator", "og:book:author", "citation_author"],
)
@pytest.mark.parametrize("kind", ["name", "property"])
def test_whom_the_head_of_a_page_calls_its_creator_is_the_author(kind: str, name: str) -> None:
    page = (
        '<html><head><title>Weir</title><meta {}="{}" content="Edmund Tarle"></head><body><h1>Weir</h1><p>{}</p></html>'
    )
    assert read(page.format(kind, name, STORY[0]), "a.html").author == "Edmund Tarle"
    assert read(page.format(kind, "og:site_name", STORY[0]), "a.html").author == ""


@pytest.mark.parametrize(
    "head",
    [
        '<p align="center"><font size="5"><b>{}</b></font></p>',
        "<p><b>{}</b></p>",
        "<p>{}</p>",
        '<div class="calibre3"><span class="bold">{}</span></div>',
        "<center><big>{}</big></center>",
        "<p><strong><u>{}</u></strong></p>",
    ],
)
@pytest.mark.parametrize(
    "titles", [("第一章　笋", "第二章　篾", "第三章　火"), ("Chapter 1", "Chapter 2", "Chapter 3")]
)
def test_lines_that_count_chapters_are_their_heads_where_contents_name_one_page(
    head: str, titles: tuple[str, ...]
) -> None:
    told = "".join(f"{head.format(one)}<p>{STORY[0]}</p><p>{STORY[1]}</p>" for one in titles)
    listed = "".join(f"<p><a href='c1.xhtml'>{one}</a></p>" for one in titles)
    for page in ("<p><b>竹林书</b></p>", f"<p>目录</p>{listed}"):
        book = read_manuscript("a.epub", epub_of([page, told], title="竹林书", names=("竹林书", "正文")))
        assert [title.split() for title, _ in spoken(book) if title][-3:] == [one.split() for one in titles]
        assert all(STORY[1] in text for _, text in spoken(book)[-3:])


def test_contents_that_name_all_parts_stay_where_lines_count_something_else() -> None:
    pages = [f"<p>{STORY[0]}</p><p>第{one}节</p><p>{STORY[1]}</p>" for one in "一二"]
    book = read_manuscript("a.epub", epub_of(pages, names=("雪", "风")))
    assert [title for title, _ in spoken(book)][-2:] == ["雪", "风"]


@pytest.mark.parametrize("counts", [(1, 2, 10), (1, 5, 9, 20), (1, 30), (0, 1, 12), (1, 99)])
@pytest.mark.parametrize(
    "form", ["book/{:02} The Gate.txt", "{:02}.txt", "第{}章.txt", "Chapter {}.md", "a/{:03}_渡口.txt"]
)
def test_texts_in_a_zip_that_count_from_one_are_chapters_though_some_are_lost(
    form: str, counts: tuple[int, ...]
) -> None:
    files = {form.format(count): f"{count}{STORY[0]}\n".encode() for count in counts}
    book = read_manuscript("a.zip", archive(files | {"__MACOSX/._a.txt": b"x"}))
    assert [text.partition(STORY[0])[0] for _, text in spoken(book)] == [str(count) for count in counts]


@pytest.mark.parametrize(
    "names",
    [("1984.txt", "2001.txt"), ("Emma.txt", "Persuasion.txt"), ("11.txt", "300.txt"), ("1.txt", "1984.txt")],
)
def test_of_a_zip_of_books_one_is_told_to_be_taken_out(names: tuple[str, ...]) -> None:
    with pytest.raises(StudioError) as refused:
        read_manuscript("a.zip", archive({name: f"{STORY[0]}\n".encode() * 9 for name in names}))
    assert refused.value.code == "book_several" and "2" in refused.value.localise("en")[0]
    assert "format" not in " ".join(refused.value.localise("en"))


@pytest.mark.parametrize("contents", ["", "CONTENTS\n\nI\nII\nIII\n\n", "CONTENTS\n\nTHE BOAT\nTHE ROCK\nTHE GULL\n\n"])
@pytest.mark.parametrize("numbers", [("I", "II", "III"), ("1", "2", "3"), ("I.", "II.", "III.")])
@pytest.mark.parametrize("name", ["", "THE {}"])
def test_short_chapters_below_bare_numbers_are_chapters(contents: str, numbers: tuple[str, ...], name: str) -> None:
    names = [name.format(one) for one in ("BOAT", "ROCK", "GULL")]
    told = ["The boat did not return.", "It was white with salt.", "It saw the oars."]
    parts = zip(numbers, names, told, strict=True)
    book = read(contents + "".join("".join(f"{line}\n\n" for line in part if line) for part in parts))
    heads = [f"{number} {own}".strip() for number, own in zip(numbers, names, strict=True)]
    assert spoken(book) == list(zip(heads, told, strict=True))


@pytest.mark.parametrize(
    "behind",
    [
        "沈墨_【原创小说|言情】_晋江文学城",
        "沈墨 | 起点中文网",
        "最新章节 - 笔趣阁",
        "全文阅读_番茄小说",
        "在线阅读 — 七猫",
    ],
)
@pytest.mark.parametrize("title", ["灯塔", "雪夜：渡口"])
def test_of_the_title_of_a_page_that_names_a_book_the_site_is_left_out(title: str, behind: str) -> None:
    page = f"<html><head><title>《{title}》{behind}</title></head><body><h2>第一章 雪</h2><p>{STORY[0]}</p>"
    assert read(f"{page}<h2>第二章 风</h2><p>{STORY[1]}</p></body></html>", "a.html").title == title
