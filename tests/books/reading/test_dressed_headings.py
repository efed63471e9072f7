"""Headings of plain texts that wear something: brackets, signs, the book's name, sentences as names."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.book_files import STORY
from indextts.books.model import Manuscript
from indextts.books.reading import read_manuscript
from indextts.books.reading.chapter_numbers import number_of
from indextts.reading.text.numbers import zh_cardinal

CASES = Path(__file__).parents[2] / "data/cases"
PROSE = (
    "　　入冬以后，渡口的船一天只开两趟，老杜把缆绳盘好，坐在石墩上等人。\n"
    "　　河面起了雾，对岸的灯一盏一盏亮起来，像是有人提着走。\n" * 3
)
ENGLISH = "It was a dark night, and the wind blew over the hills as it always had. Nobody came.\n\n" * 4


def read(text: str, name: str = "a.txt") -> Manuscript:
    return read_manuscript(name, text.encode())


def titles(book: Manuscript) -> list[str]:
    return [one.title for one in book.chapters if one.kind == "body"]


def written(*heads: str, prose: str = PROSE) -> str:
    return "".join(f"{head}\n{prose}" for head in heads)


@pytest.mark.parametrize(
    ("name", "count"),
    [("txt_brackets", 3), ("txt_marks", 3), ("txt_book_name", 3), ("txt_punct_titles", 4), ("txt_long_titles", 3)],
)
def test_a_file_with_dressed_headings_has_its_chapters(name: str, count: int) -> None:
    assert len(titles(read_manuscript(f"{name}.txt", (CASES / f"{name}.txt").read_bytes()))) == count


def test_a_number_that_interrupts_the_count_is_no_chapter() -> None:
    book = read_manuscript("txt_sport.txt", (CASES / "txt_sport.txt").read_bytes())
    assert titles(book) == ["第1章 开赛", "第2章 终场"]
    assert "第4节 还剩2分钟" in book.chapters[0].text


@pytest.mark.parametrize(
    ("form", "title"),
    [
        ("【第{}章】{}", "第{}章 {}"),
        ("[第{}章 {}]", "第{}章 {}"),
        ("《第{}回》　{}", "第{}回 {}"),
        ("（第{}章）{}", "第{}章 {}"),
        ("「第{}话 {}」", "第{}话 {}"),
        ("<第{}章> {}", "第{}章 {}"),
        ("〖第{}章〗{}", "第{}章 {}"),
        ("=====第{}章 {}=====", "第{}章 {}"),
        ("★☆ 第{}节 {} ☆★", "第{}节 {}"),
        ("---- 第{}章 {} ----", "第{}章 {}"),
        ("## 第{}章 {}", "第{}章 {}"),
        ("◆第{}章　{}", "第{}章 {}"),
        ("☆、第{}章 {}", "第{}章 {}"),
        ("☆、{}、{}", "{}、{}"),
        ("☆.第{}章：{} ☆", "第{}章：{}"),
        ("正文 第{}章 {}", "第{}章 {}"),
        ("正文卷：第{}章 {}", "第{}章 {}"),
        ("江边旧事·第{}章 {}", "第{}章 {}"),
        ("《江边旧事》第{}章 {}", "第{}章 {}"),
        ("江边旧事第{}章 {}", "第{}章 {}"),
        ("江边旧事 - 第{}章 - {}", "第{}章 - {}"),
        ("第{}章，{}", None),
    ],
)
def test_a_dress_is_taken_off(form: str, title: str | None) -> None:
    names = ["风起", "夜渡", "归人", "大雪封山"]
    book = read(written(*(form.format(number, name) for number, name in zip("一二三四", names, strict=True))))
    if title is None:
        assert len(titles(book)) == 1
    else:
        assert titles(book) == [title.format(number, name) for number, name in zip("一二三四", names, strict=True)]


@pytest.mark.parametrize(
    "names",
    [
        ["他走了。", "“是你吗？”", "雾，散了", "等，还是不等？等！"],
        ["船、桥、灯；以及其他", "我说：不行。", "没人知道……", "结束了。真的？"],
        [f"{'很长很长的名字' * 8}", "短", f"{'又是一个很长的名字' * 6}，还没完", "完"],
    ],
)
def test_a_name_may_be_a_sentence_where_the_numbers_run_on(names: list[str]) -> None:
    heads = [f"第{number}章 {name}" for number, name in zip("一二三四", names, strict=True)]
    assert titles(read(written(*heads))) == heads


def test_prose_that_names_another_chapter_stays_prose() -> None:
    text = written("第一章 风起", "第二章 夜渡", "第三章 归人")
    text = text.replace("第二章 夜渡\n", "第二章 夜渡\n第九章 他后来写道，那一夜没有风。\n见渔歌 第七章 水边\n")
    assert titles(read(text)) == ["第一章 风起", "第二章 夜渡", "第三章 归人"]


@pytest.mark.parametrize(
    "twice",
    [
        "第二章 夜渡\n第二章 夜渡",
        "第二章\n第二章 夜渡",
        "【第二章】夜渡\n第二章 夜渡",
        "第二章 夜渡\n\n第二章",
        "第2章 夜渡\n第二章 夜渡",
    ],
)
def test_a_heading_that_repeats_the_one_above_is_the_same(twice: str) -> None:
    found = titles(read(written("第一章 风起", twice, "第三章 归人")))
    assert len(found) == 3 and "夜渡" in found[1]


def test_the_names_of_volumes_stand_above_their_first_chapters() -> None:
    text = written(
        "第一卷 江边 第一章 风起", "第一卷 江边 第二章 夜渡", "第二卷 城里 第三章 归人", "第二卷 城里 第四章 雪"
    )
    assert titles(read(text)) == ["第一卷 江边 第一章 风起", "第二章 夜渡", "第二卷 城里 第三章 归人", "第四章 雪"]


def test_counts_begin_anew_in_each_volume() -> None:
    text = written("第一卷 江边", "第一章 风起", "第二章 夜渡", "第二卷 城里", "第一章 归人", "第二章 雪")
    assert titles(read(text))[-2:] == ["第一章 归人", "第二章 雪"] and len(titles(read(text))) == 6


def test_a_lost_chapter_ends_no_count() -> None:
    text = written("第一章 他来了。", "第二章 走吧，走。", "第四章 雾，散了。", "第五章 完")
    assert len(titles(read(text))) == 4


@pytest.mark.parametrize(
    "form",
    ["*** CHAPTER {} ***", "[Chapter {}]", "The Ferry Rope - Chapter {}: Fog, Rope and Lamp.", "= Chapter {} ="],
)
def test_english_headings_are_undressed(form: str) -> None:
    found = titles(read(written(*(form.format(number) for number in (1, 2, 3)), prose=ENGLISH)))
    assert len(found) == 3 and all(title.upper().startswith("CHAPTER") for title in found)


def test_the_name_above_all_chapters_is_the_books() -> None:
    assert read(written("渡口旧事 第一章 雾起", "渡口旧事 第二章 灯火")).title == "渡口旧事"


@settings(max_examples=200)
@given(st.integers(1, 9999))
def test_a_number_is_the_same_however_it_is_written(value: int) -> None:
    assert number_of(str(value)) == value
    assert number_of(zh_cardinal(str(value), liang=False)) == value
    assert number_of("".join(chr(ord(char) - ord("0") + ord("０")) for char in str(value))) == value


@pytest.mark.parametrize(
    ("text", "value"),
    [("廿三", 23), ("一零三", 103), ("一万零二", 10002), ("XIV", 14), ("xl", 40), ("twenty-one", 21), ("the third", 3),
     ("拾贰", 12), ("两百", 200), ("003", 3), ("下", 3), ("", 0), ("foo", 0)],
)  # fmt: skip
def test_numbers_of_all_kinds(text: str, value: int) -> None:
    assert number_of(text) == value


@settings(max_examples=60, deadline=None)
@given(st.lists(st.text(alphabet="第一二章节 【】[]《》#=-—。，：ABchapter 1\n", max_size=40), max_size=20))
def test_no_line_makes_reading_fail(lines: list[str]) -> None:
    read("第一章\n" + "\n".join(lines) + "\n正文。\n")


BODY = "林小满把船系好，抬头看了看天，雾还没有散，江上一个人也没有，只有水声。"


@pytest.mark.parametrize("gap", ["　　", "    ", "\t", " 　　", "　　　　"])
@pytest.mark.parametrize("form", ["第{}章 {}", "　　第{}回　{}", "☆、第{}章 {}", "【第{}章】{}", "第{}章　　{}"])
def test_a_text_behind_its_heading_is_no_part_of_it(form: str, gap: str) -> None:
    titles = [("一", "雾起"), ("二", "灯火如昼的夜"), ("三", "靠岸")]
    text = "".join(f"{form.format(*one)}{gap}{BODY}\n　　{BODY}\n\n" for one in titles)
    chapters = read_manuscript("a.txt", text.encode()).chapters
    assert [one.text for one in chapters] == [f"{BODY}\n{BODY}"] * 3
    assert all(title in one.title and len(one.title) < 14 for one, (_, title) in zip(chapters, titles, strict=True))


@pytest.mark.parametrize(
    "line", ["第一章　　雾起", "第一章    这是一个很长很长的名字，长得几乎写不下这一行却没有句号在后面", "第一章 雾起"]
)
def test_a_gap_within_a_heading_parts_nothing(line: str) -> None:
    chapters = read_manuscript("a.txt", f"{line}\n{BODY}\n第二章 灯\n{BODY}\n".encode()).chapters
    assert len(chapters) == 2 and chapters[0].text == BODY and chapters[0].title.endswith(line[-2:])


LONG = "\n".join(STORY * 6)


@pytest.mark.parametrize(
    "form",
    ["【{:03d}】{}", "{:03d}章 {}", "{:04d} {}", "（{}）{}", "§{} {}", "№{} {}", "{}-{}", "{:02d}|{}",
     "Chapter.{} {}", "CH{:02d} {}",
     "EP.{} {}", "Day {}：{}", "Lesson {} {}", "Vol.{} {}", "Log {:03d} {}"],
)  # fmt: skip
def test_numbers_in_any_writing_that_run_on_are_chapters(form: str) -> None:
    heads = [form.format(number, name) for number, name in enumerate(("归来", "封窑", "点火"), 1)]
    assert titles(read("\n\n".join(f"{head}\n\n{LONG}" for head in heads))) == heads


@pytest.mark.parametrize(
    "form", ["★{}★", "~{}~", "== {} ==", "—— {} ——", "【{}】", "〖{}〗", "* * *\n{}\n* * *", "════\n{}\n════"]
)
def test_names_in_one_dress_are_chapters(form: str) -> None:
    names = ["归来", "封窑", "点火"]
    assert titles(read("\n\n".join(f"{form.format(name)}\n\n{LONG}" for name in names))) == names


@pytest.mark.parametrize("form", ["◆第{}章◆ {}", "━━━━\n第{}章　{}\n━━━━", "▌第{}章 {}", "第{}章 | {}", "第{}章_{}"])
def test_signs_within_and_around_a_heading_are_dress(form: str) -> None:
    text = "\n\n".join(f"{form.format(number, name)}\n{LONG}" for number, name in (("一", "归来"), ("二", "封窑")))
    book = read_manuscript("a.txt", text.encode())
    assert [(one.title, one.text) for one in book.chapters if one.on] == [("第一章 归来", LONG), ("第二章 封窑", LONG)]


def test_panels_of_games_and_what_is_said_are_no_chapters() -> None:
    for lines in (
        ("【叮！】", "【获得技能】", "【升级】"),
        ("《红楼梦》", "《西游记》", "《水浒传》"),
        ("「走。」", "「好」", "「等」"),
    ):
        assert len(titles(read("\n".join(line for name in lines for line in (STORY[0], name, STORY[2]))))) == 1


@pytest.mark.parametrize(
    ("first", "again"),
    [
        ("第{}章 雾起（求追读，求收藏）", "第{}章 雾起"),
        ("第{}章 雾起【第三更】", "第{}章 雾起"),
        ("第{}章：雾起（完结，感谢一路陪伴！）", "第{}章：雾起"),
        ("第{}章 雾起", "第{}章 雾起 [补昨天的]"),
        ("第{}回 雾起〖加更〗", "第{}回　雾起"),
    ],
)
def test_a_heading_said_twice_is_one_where_a_writer_asks_behind_it(first: str, again: str) -> None:
    book = read("".join(f"{first.format(one)}\n　　{again.format(one)}\n{PROSE}" for one in "一二三"))
    assert [one.replace("：", " ") for one in titles(book)] == [f"第{one}{again[3]} 雾起" for one in "一二三"]


def test_two_parts_of_a_chapter_are_no_heading_said_twice() -> None:
    heads = [f"第{one}章 雾起（{part}）" for one in "一二三" for part in "上下"]
    assert titles(read(written(*heads))) == heads


@pytest.mark.parametrize(
    ("line", "title"),
    [
        ("番外（一）渡口的灯", "番外（一）渡口的灯"),
        ("番外2渡口的灯", "番外2渡口的灯"),
        ("【番外】渡口的灯", "番外 渡口的灯"),
        ("【番外三】渡口的灯", "番外三 渡口的灯"),
        ("[外传]渡口的灯", "外传 渡口的灯"),
        ("外传（二）渡口的灯", "外传（二）渡口的灯"),
        ("〔后记〕写在雪后", "后记 写在雪后"),
    ],
)
def test_an_extra_part_keeps_its_name_right_behind_its_number_or_bracket(line: str, title: str) -> None:
    assert titles(read(written("第一章 雪", "第二章 雾", line))) == ["第一章 雪", "第二章 雾", title]


@pytest.mark.parametrize("line", ["番外3里他走", "【番外】他写道，那年很冷。", "番外（一）他走了。", "番外2号选手上场"])
def test_a_sentence_that_begins_like_an_extra_part_is_none(line: str) -> None:
    assert titles(read(written("第一章 雪", "第二章 雾") + f"{line}\n{PROSE}")) == ["第一章 雪", "第二章 雾"]


@pytest.mark.parametrize(
    "sentence", ["第二部电梯停在一楼。", "第一部手机是他买的。", "第三篇文章写得不好。", "第二集电视剧开始了。"]
)
@pytest.mark.parametrize("dress", ["第一卷 入门 第{}章", "《山河》第{}章", "第一部 第{}章", "第二卷 第{}节"])
def test_a_sentence_that_begins_like_a_heading_loses_no_book(dress: str, sentence: str) -> None:
    heads = [
        f"{dress.format(number)} {name}" for number, name in zip("一二三四", ("雨", "风", "雷", "雪"), strict=True)
    ]
    text = "\n\n".join(f"{head}\n\n他走进门来，看了看天。\n\n{sentence}\n\n外面下着大雨。" for head in heads)
    book = read_manuscript("山河.txt", text.encode())
    assert len([chapter for chapter in book.chapters if chapter.on]) >= 4
