# ruff: noqa: E501
"""Heads and feet that nobody reads aloud: of letters, postings, articles, archives of stories, manuscripts, forums."""

from __future__ import annotations

import pytest

from indextts.books.model import Manuscript
from indextts.books.reading import read_manuscript
from indextts.books.reading.title_page import from_name

ZH = "她走了很远的路，天慢慢黑了下来，江边的灯一盏一盏亮了。"
EN = "The mule would not cross the ford, and so they waited on the near bank until the moon came up."


def read(text: str, name: str = "a.txt") -> Manuscript:
    return read_manuscript(name, text.encode(), language="zh" if ZH in text else "en")


def spoken(book: Manuscript) -> str:
    return "\n".join(one.text for one in book.chapters if one.on)


def titles(book: Manuscript) -> list[str]:
    return [one.title for one in book.chapters if one.on]


@pytest.mark.parametrize(
    ("head", "foot", "title", "author"),
    [
        (
            "From: Ann Other <ann@x.example>\nTo: Bo\nSubject: Re: The ford\n",
            "-- \nAnn Other\nTel. 1234",
            "The ford",
            "Ann Other",
        ),
        (
            "From: Ann Other\nSent: 3 May 2021\nTo: Bo\nSubject: The ford",
            "-----Original Message-----\nFrom: Bo\nWhere are you?",
            "The ford",
            "Ann Other",
        ),
        (
            "Date: Tue, 4 May 2021 10:00:00 +0100\nFrom: ann@x.example\nSubject: Fwd: Re: The ford\nMessage-ID: <1@x>",
            "On Mon, 3 May 2021, Bo wrote:\n> Where are you?\n> And the mule?",
            "The ford",
            "ann@x.example",
        ),
        ("", "On Mon, 3 May 2021, Bo wrote:\n> Where are you?", "a", ""),
        ('Subject: The ford\nFrom: "Ann Other" <ann@x.example>', "Sent from my telephone", "The ford", "Ann Other"),
    ],
)
def test_of_a_letter_the_text_alone_is_spoken(head: str, foot: str, title: str, author: str) -> None:
    book = read(f"{head}\n\nDear Bo,\n\n{EN}\n\nYours,\nAnn\n\n{foot}\n")
    assert (
        spoken(book).split("\n") == ["Dear Bo,", EN, "Yours,", "Ann"]
        or spoken(book).replace("\n", " ").split() == f"Dear Bo, {EN} Yours, Ann".split()
    )
    assert (book.title, book.author) == (title, author)


@pytest.mark.parametrize(
    "foot",
    [
        "--\n※ 来源:．河边 bbs.x.example．[FROM: 10.8.8.8]",
        "※ 修改:．rain 于 Mar 15 修改本文．[FROM: 10.8.*]",
        "[来源: bbs.x.example] [FROM: 10.1.1.1]",
        "--\n愿岁月静好\n※ 来源:·河边·[FROM: 10.1.1.2]",
        "※ 转载:．河边．[FROM: 10.8.8.9]",
    ],
)
def test_of_a_posting_neither_head_nor_signature_is_spoken(foot: str) -> None:
    head = "发信人: rainfall (听雨), 信区: Story\n标  题: 井下\n发信站: 河边 (Sun Mar 14 21:07:33 1999)\n\n"
    book = read(f"{head}第一章 井\n\n　　{ZH}\n\n第二章 灯\n\n　　{ZH}\n\n{foot}\n")
    assert (book.title, titles(book), spoken(book)) == ("井下", ["第一章 井", "第二章 灯"], f"{ZH}\n{ZH}")


def test_a_story_that_quotes_a_letter_keeps_it() -> None:
    text = f"{EN}\n\nFrom: the harbour master\n\n{EN}\n\nOn Monday the clerk wrote:\n\n{EN}\n"
    assert "harbour master" in spoken(read(text)) and spoken(read(text)).count(EN) == 3


@pytest.mark.parametrize(
    "head",
    [
        "Lamps\n\nPosted originally on the Archive of Our Own at http://archiveofourown.org/works/1.\n\nRating: General\nFandom: None\nAdditional Tags: Slow Burn\nStats: Published: 2019-02-11 Words: 9,120\n\nLamps\nby A. Nother\n\nSummary\n\nA lamp goes out.\n",
        "Lamps\n\nby A. Nother\n\nStatus: Complete\nWords: 9,120\nStory URL: https://x.example/s/1/\nSummary: A lamp goes out.\n",
        "Title: Lamps\nAuthor: A. Nother\nRating: K\nDisclaimer: I own none of this, and no money is made.\nPairing: none\nSummary: A lamp goes out.\n",
        "Lamps\nby A. Nother\n\nArchive Warning: No Archive Warnings Apply\nRelationship: Ann & Bo\nSeries: Part 1 of Lights\nWords: 9,120\n",
        "Lamps\nBy A. Nother\n\nCategory: Gen\nGenre: Adventure\nRated: T\nAuthor URL: https://x.example/u/1\nCollections: Slow Burn\n",
    ],
)
def test_what_archives_write_above_a_story_is_not_spoken(head: str) -> None:
    book = read(f"{head}\n\nChapter 1: Ford\n\n{EN}\n\nChapter 2: Moon\n\n{EN}\n")
    assert (book.title, book.author, spoken(book)) == ("Lamps", "A. Nother", f"{EN}\n{EN}")


@pytest.mark.parametrize(
    "line",
    [
        "责任编辑：王小萌", "（责任编辑：王小萌）", "[责编：王小萌]", "来源：江州晚报 责编：王小萌", "审核：李明　编辑：王小萌",
        "文章编号：1000-8888(2021)03-0041-06", "中图分类号：C912 文献标识码：A 文章编号：1000-8888(2021)03-0041-06", "收稿日期：2021-03-02",
        "PS：感谢书友“灯下客”的打赏，本周上推荐，求推荐票！", "感谢“灯下客”、“船夫”的打赏，求月票！",
        "（全文完）", "（完）", "全书完", "【剧终】", "（本书完）",
    ],
)  # fmt: skip
def test_what_others_write_below_a_text_is_not_spoken(line: str) -> None:
    assert spoken(read(f"第一章 井\n\n　　{ZH}\n\n第二章 灯\n\n　　{ZH}\n\n{line}\n")) == f"{ZH}\n{ZH}"


@pytest.mark.parametrize(
    "line",
    [
        "编辑：“稿子我看了。”",
        "他说：“完了。”",
        "感谢你的打赏，他说。",
        "她审核：王小萌的稿子还差一页没有写完。",
        "这件事总算完结了",
    ],
)
def test_what_is_told_of_editors_and_ends_is_spoken(line: str) -> None:
    assert line.split("：")[-1][-5:] in spoken(read(f"第一章 井\n\n　　{ZH}\n\n　　{line}\n\n第二章 灯\n\n　　{ZH}\n"))


@pytest.mark.parametrize(
    ("above", "title", "author"),
    [
        (
            "Ann Other    about 4,200 words\n14 Quarry Lane\nAshby, OH 44805\n\nThe Lodger\n\nby Ann Other",
            "The Lodger",
            "Ann Other",
        ),
        (
            "Ann Other\n14 Quarry Lane\nAshby\nApprox. 4,200 words\n\nTHE LODGER\nby Ann Other",
            "THE LODGER",
            "Ann Other",
        ),
        ("THE LODGER\n\nA novel by Ann Other", "THE LODGER", "Ann Other"),
        ("The Lodger\na short story by Ann Other", "The Lodger", "Ann Other"),
        ("THE LODGER\nPoems by Ann Other", "THE LODGER", "Ann Other"),
        ("THE LODGER\n\nCopyright © 2021 by Ann Other. All rights reserved.", "THE LODGER", "Ann Other"),
        ("THE LODGER\n\n© 2019, 2021 Ann Other", "THE LODGER", "Ann Other"),
        ("THE LODGER\n\nCopyright © 2021 by Harbour Press Ltd.", "THE LODGER", ""),
    ],
)
def test_a_title_page_names_its_writer_in_many_ways(above: str, title: str, author: str) -> None:
    book = read(f"{above}\n\nChapter 1: Ford\n\n{EN}\n\nChapter 2: Moon\n\n{EN}\n")
    assert (book.title, book.author, titles(book)) == (title, author, ["Chapter 1: Ford", "Chapter 2: Moon"])


@pytest.mark.parametrize(
    ("name", "title", "author"),
    [
        ("码头（双语）.txt", "码头（双语）", ""), ("The Pier (annotated).md", "The Pier (annotated)", ""),
        ("码头(完结).txt", "码头", ""), ("[完结]码头.txt", "码头", ""), ("The Pier (2).txt", "The Pier", ""),
        ("【码头】.txt", "码头", ""), ("Rain on Tin - Wade Hollis.txt", "Rain on Tin", "Wade Hollis"),
        ("Wade Hollis - Rain on Tin.epub", "Rain on Tin", "Wade Hollis"), ("雨声 - 许望川.txt", "雨声", "许望川"),
        ("雨声_许望川.txt", "雨声", "许望川"), ("雨声 作者：许望川.txt", "雨声", "许望川"),
        ("Winter - Notes.md", "Winter - Notes", ""), ("夜市_白天.txt", "夜市 白天", ""),
    ],
)  # fmt: skip
def test_the_name_of_a_file_tells_title_and_author(name: str, title: str, author: str) -> None:
    assert from_name(name) == (title, author)


@pytest.mark.parametrize(
    "text", ["# 灯\n\n{}", "灯\n===\n\n{}", "\n\n#  灯  \n\n{}\n\n{}", "<!-- x -->\n# 灯\n{}", "# 灯 #\n\n{}"]
)
def test_a_single_heading_of_markdown_is_the_books_title(text: str) -> None:
    assert read(text.format(ZH, ZH), "note 12.md").title == "灯"
    assert (
        read(text.format(ZH, ZH).replace("灯 ", "第一章 灯 ").replace("灯\n", "第一章 灯\n", 1), "note 12.md").title
        == "note 12"
    )


@pytest.mark.parametrize(
    ("parts", "numbers"),
    [
        (("PART ONE: SNOW", "PART TWO: THAW"), "1234"), (("PART ONE", "PART TWO"), "1234"),
        (("Part One", "Part Two"), ("I", "II", "III", "IV")), (("第一部 雪", "第二部 春"), "1234"),
        (("第一卷", "第二卷"), "一二三四"), (("BOOK I: SNOW", "BOOK II: THAW"), "1212"),
    ],
)  # fmt: skip
def test_bare_numbers_below_parts_are_chapters(parts: tuple[str, str], numbers: str) -> None:
    text = ZH if parts[0][0] == "第" else EN
    written = "".join(f"{at}\n\n{text}\n\n{text}\n\n\n" for at in numbers[:2])
    written = f"{parts[0]}\n\n{written}{parts[1]}\n\n" + "".join(
        f"{at}\n\n{text}\n\n{text}\n\n\n" for at in numbers[2:]
    )
    assert titles(read(written)) == [parts[0], *numbers[:2], parts[1], *numbers[2:]]


@pytest.mark.parametrize(
    "name",
    [
        "最终章 归人",
        "最后一章 归人",
        "末章",
        "完结章：归人",
        "最终话 归人",
        "终卷 归人",
        "后日谈",
        "特别篇 归人",
        "IF线 归人",
    ],
)
def test_a_last_chapter_has_many_names(name: str) -> None:
    assert titles(read(f"第一章 井\n\n{ZH}\n\n第二章 灯\n\n{ZH}\n\n{name}\n\n{ZH}\n"))[-1] == name


@pytest.mark.parametrize(
    "apart",
    [
        ("\n\n", "\n\n\n"),
        ("\n\n", "\n\n\n\n"),
        ("\n\n", "\n\n    "),
        ("\n \n", "\n \n\n"),
        ("\r\n\r\n", "\r\n\r\n\r\n"),
    ],
)
@pytest.mark.parametrize("zh", [False, True])
def test_lines_of_a_paragraph_with_an_empty_one_after_each_are_joined(apart: tuple[str, str], zh: bool) -> None:
    paragraphs = [ZH * 4, ZH * 3, ZH * 5] if zh else [f"{EN} {EN} {EN}", f"{EN} {EN}", f"{EN} {EN} {EN} {EN}"]
    size = 26 if zh else 64
    found = []
    for one in paragraphs:
        lines = [one[at : at + size] for at in range(0, len(one), size)] if zh else []
        for word in one.split(" ") if not zh else ():
            if lines and len(lines[-1]) + len(word) < size:
                lines[-1] += f" {word}"
            else:
                lines.append(word)
        found.append(apart[0].join(lines))
    indent = "    " if apart[1].endswith(" ") else ""
    assert spoken(read(indent + apart[1].join(found))).split("\n") == paragraphs


@pytest.mark.parametrize(("encoding", "bad"), [("gb18030", 2), ("gb18030", 9), ("utf-8", 3), ("utf-8", 9), ("big5", 3)])
def test_a_text_with_some_damaged_bytes_is_read_without_them(encoding: str, bad: int) -> None:
    text = "".join(f"第{number}章 井\n\n{ZH * 8}\n\n" for number in "一二三")
    text = text.replace("盏", "點").replace("亮", "亮") if encoding == "big5" else text
    if encoding == "big5":
        text = text.translate(str.maketrans("很远边灯慢", "很遠邊燈慢")).replace("来", "來").replace("边", "邊")
    data = bytearray(text.encode(encoding))
    for at in range(bad):
        data[300 + 60 * at] = 0xFF
    book = read_manuscript("a.txt", bytes(data), language="zh")
    assert len(titles(book)) == 3 and any("damaged" in english for english, _ in book.warnings)
    assert not any("damaged" in english for english, _ in read_manuscript("a.txt", text.encode(encoding)).warnings)


@pytest.mark.parametrize(
    "box",
    [
        "<b>muddyfeet</b><span>Posts: 214</span><span>Joined: Mar 2009</span>",
        "<b>muddyfeet</b><span>Joined: 3 May 2011</span><span>Posts: 3,214</span>",
        "<span>muddyfeet</span><em>Messages: 12</em><em>Joined: Jun 2020</em><em>Points: 8</em>",
        "<div>关注者</div><div>1,204</div><div>被浏览</div><div>883,911</div>",
        "<div>12</div><div>主题</div><div>310</div><div>帖子</div><div>2088</div><div>积分</div><div>高级会员</div>",
        "<table><tr><td class='pls'><p>12</p>主题<p>310</p>帖子<p>2088</p>积分</td></tr></table>",
        "<div>楼主</div><div>只看该作者</div><div>发消息</div><div>电梯直达</div>",
    ],
)
def test_boxes_of_members_and_counts_of_a_page_are_not_spoken(box: str) -> None:
    text = ZH if "主" in box or "关注" in box or "楼" in box else EN
    posts = "".join(
        f"<div class=post><div class=left>{box}</div><div class=body><p>{text}{at}.</p></div></div>" for at in "123"
    )
    page = f"<html><head><title>T</title></head><body><h1>Ford</h1>{posts}</body></html>"
    assert spoken(read(page, "f.html")).split("\n") == [f"{text}{at}." for at in "123"]


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        (r"The area \(A = \pi r^2\) is large.", r"The area $A = \pi r^2$ is large."),
        (r"Of \(r\) and \(x\) nothing is known.", "Of $r$ and $x$ nothing is known."),
        (r"We have \[ a = b + c \] here.", "We have $a = b + c$ here."),
        (r"He came \(see below\) at last.", "He came (see below) at last."),
        (r"Both \(x_1\) and \(y < 3\) hold.", "Both $x_1$ and $y < 3$ hold."),
        (r"A bracket \[sic\] stays.", "A bracket [sic] stays."),
    ],
)
def test_formulas_between_brackets_of_latex_are_formulas(written: str, kept: str) -> None:
    assert spoken(read(f"# Circles\n\n{written}\n\n{EN}\n", "a.md")).split("\n")[0] == kept


@pytest.mark.parametrize(
    "mark", ["[Verse {}]", "[Chorus]", "[Pre-Chorus {}]", "[副歌{}]", "[Bridge: Ann]", "[Outro x2]"]
)
def test_what_names_the_parts_of_a_song_is_not_spoken(mark: str) -> None:
    text = "".join(f"{mark.format(at)}\nThe lamp is lit {at}\nThe sea is wide {at}\n\n" for at in "123")
    said = spoken(read(f"Harbour Light\n\n{text}", "song.txt"))
    assert "[" not in said and all(f"The sea is wide {at}" in said for at in "123")


@pytest.mark.parametrize(
    "page",
    [
        "《地下书库》\n作者：马前卒",
        "地下书库\n作者：马前卒",
        "《地下书库》作者：马前卒",
        "==========\n《地下书库》",
        "书名：地下书库\n作者：马前卒",
    ],
)
def test_the_title_page_of_the_next_book_of_a_collection_is_its_heading(page: str) -> None:
    first, second = f"第一章 井\n\n{ZH}\n\n第二章 灯\n\n{ZH}\n\n", f"第一章 门\n\n{ZH}\n\n第二章 窗\n\n{ZH}\n"
    book = read(f"《盐路》\n作者：马前卒\n\n{first}{page}\n\n{second}")
    assert titles(book) == ["第一章 井", "第二章 灯", "地下书库", "第一章 门", "第二章 窗"]
    assert "马前卒" not in spoken(book) and "书库" not in spoken(book)
    assert spoken(read(f"{first.rstrip()}\n\n灯灭了\n\n{second}")).count("灯灭了") == 1
