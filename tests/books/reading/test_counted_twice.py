"""Sentences that begin as headings do, and headings that count two chapters."""

from __future__ import annotations

import pytest

from indextts.books import read_manuscript

NUMBERS = "一二三四五六七八"
LINES = ("雨下了一整夜，巷口的灯也亮了一整夜。", "他把伞收好，慢慢地走上楼去。", "没有人知道他后来去了哪里。") * 5
PROSE = ("The rain went on all night, and so did the lamp.", "He folded the umbrella and climbed the stairs.") * 4
NAMES = ("春雨", "夏荷", "秋月", "冬雪", "远山", "近水")


def spoken(text: str, language: str = "zh") -> list[str]:
    made = read_manuscript("书.txt", text.encode(), language="en" if language == "en" else "zh")
    return [chapter.title for chapter in made.chapters if chapter.on]


def book(heads: list[str], *said: str) -> str:
    parts = [[head, *LINES] for head in heads]
    for part, line in zip(parts[1:], said, strict=False):
        part.insert(4, line)
    return "雨巷\n\n作者：陈默\n\n" + "\n\n".join(line for part in parts for line in part) + "\n"


@pytest.mark.parametrize(
    "form", ["{n}、{name}", "{zh}、{name}", "00{n} {name}", "《雨巷》第{n}章 {name}", "第{v}卷 风起{v} 第{n}章 {name}"]
)
@pytest.mark.parametrize(
    "said",
    [
        ("第一部相机是借来的。", "第二部相机才是他自己的。"),
        ("第三集播完的时候，她已经睡着了。", "第四集只剩下一半。"),
        ("第六节车厢空无一人！", "第七节车厢锁着门。"),
        ("第二幕刚刚拉开……", "第三幕灯就灭了。"),
    ],
)
def test_a_sentence_that_counts_things_is_no_heading(form: str, said: tuple[str, str]) -> None:
    heads = [form.format(n=at + 1, zh=NUMBERS[at], v=NUMBERS[at // 3], name=name) for at, name in enumerate(NAMES)]
    plain = spoken(book(heads))
    assert len(plain) == len(NAMES)
    assert spoken(book(heads, *said)) == plain


def test_such_a_sentence_is_no_heading_among_sections_either() -> None:
    heads = [f"第{NUMBERS[at // 3]}卷 第{NUMBERS[at % 3]}节 {name}" for at, name in enumerate(NAMES)]
    assert len(spoken(book(heads, "", "第四节车厢坐满了学生。"))) == len(NAMES)


@pytest.mark.parametrize("title", ["第三章不要走！", "第三回谁在敲门？", "第三章 他终于回来了。"])
def test_a_chapter_may_have_a_sentence_for_its_name(title: str) -> None:
    assert title in spoken(
        book(["第一章 春雨", "第二章 夏荷", title, "第四章 冬雪"])
        if "章" in title
        else book(["第一回 春雨", "第二回 夏荷", title, "第四回 冬雪"])
    )


@pytest.mark.parametrize(
    "title",
    [
        "第三、四章 秋冬",
        "第三，四章 秋冬",
        "第三—四章 秋冬",
        "第三至四章 秋冬",
        "第三到第四章 秋冬",
        "第3、4章 秋冬",
        "第3-4章 秋冬",
        "第3～4章",
        "第3/4章：秋冬",
        "第3+4章 秋冬",
        "第三、第四章 秋冬",
        "第三第四章 秋冬",
        "第三章+第四章 秋冬",
        "第三章、第四章 秋冬",
    ],
)
def test_a_heading_may_count_two_chapters(title: str) -> None:
    zh = "3" not in title
    heads = (
        ["第一章 春雨", "第二章 夏荷", title, "第五章 远山"]
        if zh
        else ["第1章 春雨", "第2章 夏荷", title, "第5章 远山"]
    )
    assert spoken(book(heads)) == heads


def test_two_numbers_of_different_kinds_are_a_volume_and_its_chapter() -> None:
    heads = ["第一卷 第一、二章 春雨", "第三章 夏荷", "第二卷 第四章 秋月", "第五章 冬雪"]
    assert spoken(book(heads)) == heads
    assert len(spoken(book(["第一章 春雨", "第二章 夏荷", "第三章 秋月"], "第一、二章里都写过那口井。"))) == 3


@pytest.mark.parametrize(
    "title",
    ["Chapters 3 and 4", "Chapters Three & Four", "Chapters 3-4: Both", "Chapter 3 and 4", "CHAPTERS III AND IV"],
)
def test_an_english_heading_may_count_two_chapters(title: str) -> None:
    heads = ["Chapter 1", "Chapter 2", title, "Chapter 5"]
    text = "Lamplight\n\nby Ann Other\n\n\n" + "\n\n".join(line for head in heads for line in (head, *PROSE))
    assert spoken(text, "en") == heads


def test_an_english_sentence_of_two_chapters_is_no_heading() -> None:
    heads = ["Chapter 1", "Chapter 2", "Chapter 3"]
    told = ("Chapters 3 and 4 of the manual had been torn out.", "Part one and two were lost.")
    text = "Lamplight\n\nby Ann Other\n\n\n" + "\n\n".join(line for head in heads for line in (head, *PROSE, *told))
    assert spoken(text, "en") == heads
