"""Plain texts: chapters, title pages, contents, broken lines."""

from __future__ import annotations

import textwrap

import pytest

from benchmarks.book_files import STORY, Sample
from benchmarks.book_files import text as text_of
from indextts.books.model import Manuscript
from indextts.books.reading import read_manuscript
from indextts.books.reading.headings import heading, kind_of

PROSE = STORY[0]
ENGLISH = "It was a dark night, and the wind blew over the hills as it always had. Nobody came."


def read(text: str, name: str = "书.txt") -> Manuscript:
    return read_manuscript(name, text.encode())


def titles(manuscript: Manuscript) -> list[str]:
    return [chapter.title for chapter in manuscript.chapters if chapter.kind == "body"]


@pytest.mark.parametrize(
    "line",
    [
        "第一章 风起", "第12回", "第一章风起云涌", "第一百二十回 大结局", "卷一", "卷一 起风", "上卷", "楔子",
        "序", "后记", "番外一 夏夜",
        "第一部分 开始", "第一章 谁？", "Chapter 1", "CHAPTER IV", "Chapter IV. The Storm",
        "Chapter One: A Beginning", "PROLOGUE",
        "Part Two", "BOOK THE FIRST", "Chapter 2 The Pool of Tears", "第一章 风起……12",
    ],
)  # fmt: skip
def test_a_heading_is_found(line: str) -> None:
    assert heading(line) is not None


@pytest.mark.parametrize("line", ["内容简介：", "简介:", "序章： ", "楔子：", "Epilogue:", "Prologue :"])
def test_the_colon_behind_a_heading_is_none_of_it(line: str) -> None:
    found = heading(line.strip())
    assert found is not None and found.title == line.rstrip(" :：")


@pytest.mark.parametrize(
    "line",
    [
        "第一章里他写道，那是冬天。", "第一回见面时，她笑了。", "第三节课", "第三集团军出动", "卷子发下来了",
        "序幕拉开了", "第十章 他说：“走。”",
        "Chapter 3 was the hardest to write.", "Part of me knew", "Book II of the series was good",
        "Introduction of new rules",
    ],
)  # fmt: skip
def test_prose_that_begins_like_a_heading_is_none(line: str) -> None:
    assert heading(line) is None


@pytest.mark.parametrize(
    ("title", "kind"),
    [
        ("版权信息", "front"),
        ("目 录", "front"),
        ("附录一 年表", "back"),
        ("注释", "notes"),
        ("About the Author", "back"),
        ("序言", None),
    ],
)
def test_the_name_of_a_part_tells_whether_it_is_read(title: str, kind: str | None) -> None:
    assert kind_of(title) == kind


@pytest.mark.parametrize("page", ["版权页", "Copyright", "出版信息"])
def test_a_page_of_the_front_that_stands_last_is_back_matter(page: str) -> None:
    chapters = read(f"第一章 风起\n{PROSE}\n第二章 归人\n{PROSE}\n{page}\n{PROSE}").chapters
    assert [(one.title, one.kind, one.on) for one in chapters[-2:]] == [
        ("第二章 归人", "body", True),
        (page, "back", False),
    ]
    assert read(f"{page}\n{PROSE}\n第一章 风起\n{PROSE}\n第二章 归人\n{PROSE}").chapters[0].kind == "front"


def test_title_author_contents_and_chapters_are_told_apart() -> None:
    text = (
        f"《雪夜》\n作者：林小满\n\n目录\n第一章 风起\n第二章 归人\n后记\n\n第一章 风起\n{PROSE}"
        f"\n第二章 归人\n{PROSE}\n后记\n{PROSE}\n"
    )
    book = read(text)
    assert (book.title, book.author, book.language) == ("雪夜", "林小满", "zh")
    assert [(chapter.title, chapter.kind, chapter.on) for chapter in book.chapters] == [
        ("雪夜", "title", False),
        ("目录", "front", False),
        ("第一章 风起", "body", True),
        ("第二章 归人", "body", True),
        ("后记", "body", True),
    ]
    assert book.chapters[2].text == PROSE


def test_a_name_below_a_bare_number_belongs_to_it_and_volumes_stand_above_chapters() -> None:
    book = read(f"第一卷 起\n第一章\n归人\n\n{PROSE}\n第二章 雪\n{PROSE}")
    assert [(chapter.title, chapter.level) for chapter in book.chapters] == [
        ("第一卷 起", 1),
        ("第一章 归人", 2),
        ("第二章 雪", 2),
    ]


def test_numbers_that_count_on_are_chapters_and_two_points_of_a_list_are_not() -> None:
    assert titles(read("1\n" + f"{PROSE}\n" * 4 + "2\n" + f"{PROSE}\n" * 4)) == ["1", "2"]
    assert titles(read(f"他说：\n1. 买米\n2. 买盐\n{PROSE}")) == ["书"]


def test_an_english_book_with_contents_and_back_matter() -> None:
    text = (
        "The Long Night\n\nby Ann Gray\n\n\nContents\n\nPrologue\nChapter 1\nChapter 2\nAcknowledgements\n\n\n"
        f"Prologue\n\n{ENGLISH}\n\nChapter 1\n\nThe Storm\n\n{ENGLISH}\n\n* * *\n\n{ENGLISH}\n\n"
        f"Chapter 2\n\n{ENGLISH}\n\n"
        "Acknowledgements\n\nThanks to all.\n"
    )
    book = read(text, "x.txt")
    assert (book.title, book.author, book.language) == ("The Long Night", "Ann Gray", "en")
    assert titles(book) == ["Prologue", "Chapter 1 The Storm", "Chapter 2"]
    assert [chapter.title for chapter in book.chapters if not chapter.on] == [
        "The Long Night",
        "Contents",
        "Acknowledgements",
    ]
    # Paragraphs are lines; stars are a change of scene.
    assert book.chapters[3].text == f"{ENGLISH}\n\n{ENGLISH}"


def test_lines_broken_at_a_width_become_paragraphs_again() -> None:
    english = (
        "CHAPTER I\n\nIt was a dark and stormy night and nobody in the whole of the village\nha"
        "d thought of going out, for the rain "
        "fell in sheets upon the roofs and\nthe wind blew.\n\nShe waited by the window until th"
        "e lamp was all but out, and then some-\n"
        "body knocked.\n\nCHAPTER II\n\nIt was late and she was tired and there was nothing at "
        "all that anyone\ncould do.\n"
    )
    first = read(english).chapters[0].text.split("\n")
    assert len(first) == 2 and first[1].endswith("and then somebody knocked.") and "village had" in first[0]
    chinese = (
        "　　那年冬天，下了很大的雪，她站在门口，看着远处的灯\n火，一句话也没有说，直到天快要亮"
        "的时候，才慢慢地走回\n屋里去。\n"
        "　　第二天早上，雪停了，村里的人都出来扫雪，孩子们在河\n边跑来跑去，笑声传得很远。\n"
    )
    lines = read(chinese * 2).chapters[0].text.split("\n")
    assert len(lines) == 4 and "远处的灯火，" in lines[0]


def test_the_name_of_a_file_tells_title_and_author() -> None:
    book = read(PROSE, "《雪夜》作者：林小满.txt")
    assert (book.title, book.author) == ("雪夜", "林小满")


def test_the_licence_around_a_gutenberg_text_is_not_read() -> None:
    text = (
        f"Some words\n*** START OF THE PROJECT GUTENBERG EBOOK X ***\n\n{ENGLISH}\n\n*** END OF "
        f"THE PROJECT GUTENBERG EBOOK X ***\nLaw.\n"
    )
    assert [(chapter.on, chapter.kind) for chapter in read(text).chapters] == [
        (False, "front"),
        (True, "body"),
        (False, "back"),
    ]


def test_what_cannot_be_seen_is_removed_and_spaces_are_tidied() -> None:
    assert (
        read("雪\u200b夜\x00里\u3000\u3000\xa0她\ufeff来了。\r\n走\tfor good.").chapters[0].text
        == "雪夜里 她来了。\n走 for good."
    )


def test_a_long_text_without_headings_is_left_whole() -> None:
    book = read(f"{PROSE}\n" * 3000)
    assert len(book.chapters) == 1 and len(book.chapters[0].text) > 100_000


def test_the_sample_book_comes_back_from_its_text() -> None:
    assert titles(read(text_of(Sample()))) == ["第一章 风起", "第二章 归人"]


@pytest.mark.parametrize("sign", ["☆、", "★、", "◆，"])
def test_names_of_chapters_that_nothing_but_a_sign_tells_begin_chapters(sign: str) -> None:
    names = ["雾起", "船来", "靠岸"]
    book = read("《雾港》作者：小满\n\n文案：\n船的故事。\n\n" + "\n".join(f"{sign}{name}\n{PROSE}" for name in names))
    assert titles(book) == names
    assert [(one.title, one.on) for one in book.chapters if one.kind == "front"] == [("文案", False)]
    assert titles(read(f"第一章 起\n{PROSE}\n{sign}雾起\n{PROSE}\n{sign}船来\n{PROSE}\n第二章 承\n{PROSE}")) == [
        "第一章 起",
        "第二章 承",
    ]


def test_chapters_of_numbers_stand_between_a_prologue_and_an_epilogue() -> None:
    long = f"{ENGLISH}\n" * 4
    parts = ["PROLOGUE", "1. The Fog", "2. The Rope", "3. The House", "EPILOGUE"]
    assert titles(read("\n\n".join(f"{part}\n\n{long}" for part in parts), "a.txt")) == parts


WRAPPED = textwrap.fill(
    "The keeper kept a list of what he owed, and to whom, and he read it aloud every Sunday to the empty chairs in the"
    " kitchen. Nobody had asked him to, and nobody would have thought the worse of him had he burnt it in the stove.",
    64,
)
POINTS = [
    [
        "- two pounds of butter for the harbour master and his wife", "- a rope of forty fathoms, not over a year old",
    ],
    [
        "1. Write to the harbour board about the broken bell buoy,",
        "2. Send the accounts of the spring to the office in town", "3. Wait",
    ],
    [
        "(a) the rope that was lent in spring and never came back;",
        "(b) the boat that went with it, with all her oars; and", "(c) the dog.",
    ],
    ["① 向港务局写信，说明浮标上的钟坏了，请求在入冬以前更换", "② 把春天的账目送到城里的办公室"],
    [
        "✅ The lamp has been cleaned and the oil has been carried up",
        "❌ The bell has not been mended, and nobody knows who could",
    ],
    [
        "| Month | What was owed to the harbour board for the lamp |", "|---|---|",
        "| May | three pounds and four shillings, not yet paid |",
    ],
]  # fmt: skip


@pytest.mark.parametrize("points", POINTS)
@pytest.mark.parametrize("gap", ["", "\n"])
def test_points_and_rows_begin_lines_of_their_own_in_a_text_of_broken_lines(points: list[str], gap: str) -> None:
    text = f"{WRAPPED}\n\n{WRAPPED}\n\nHe owed this:\n{gap}" + "\n".join(points) + f"\n\n{WRAPPED}\n"
    whole = " ".join(WRAPPED.split())
    (chapter,) = read(text).chapters
    assert [line for line in chapter.text.split("\n") if line] == [whole, whole, "He owed this:", *points, whole]


def test_signs_of_points_within_broken_sentences_part_none() -> None:
    text = "\n".join(
        [
            "The keeper had read all of it to the empty chairs, every Sunday",
            "- or so he said to those who came - from the first page to page",
            "12. Then he began anew, and nobody had heard him go beyond page",
            "13. The book was longer, and it was said that he feared the end",
            "- as all men do who live alone with a lamp and with an old dog.",
        ]
    )
    assert read(f"{text}\n\n{WRAPPED}\n").chapters[0].text.split("\n")[0] == " ".join(text.split())


def test_short_lines_that_had_room_for_more_stay_lines() -> None:
    rows = ["Name\tPort\tBoat", "Ann Lee\tHull\tGannet", "Bob Ray\tWick\tTern and tide", "Dora May\tDeal\tNo boat"]
    rows += ["Oil for the lamps", "Rope, twine", "A bell without a rope", "Tar for the boats", "One book"]
    text = "The stores\n\n2.1 What we keep\nWe keep what is below, and we count it every spring (see the book).\n\n"
    found = [line for one in read(text + "\n".join(rows) + "\n").chapters for line in one.text.split("\n")]
    assert [row.replace("\t", " ") for row in rows] == found[-len(rows) :] and "2.1 What we keep" in found


@pytest.mark.parametrize("head", ["Abstract", "ABSTRACT", "Executive Summary", "摘要", "摘　要"])
@pytest.mark.parametrize("above", ["", "On Lamps\n\n"])
def test_an_abstract_is_a_chapter_of_its_own(head: str, above: str) -> None:
    prose = PROSE if head[0] > "z" else ENGLISH
    one, two = ("第一章 灯", "第二章 船") if head[0] > "z" else ("1 The Lamp", "2 The Boat")
    book = read(f"{above}{head}\n\n{prose}\n\n{one}\n\n{prose * 3}\n\n{two}\n\n{prose * 3}\n")
    assert next((one.title.replace(" ", ""), one.text) for one in book.chapters if one.on) == (
        head.replace(" ", "").replace("\u3000", ""), prose,
    )  # fmt: skip
