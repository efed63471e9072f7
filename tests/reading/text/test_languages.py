"""In which language figures without words are read: as what stands beside them."""

from __future__ import annotations

import pytest

from indextts.model.utterance import Lang
from indextts.reading.text import normalise, sentences


def said(text: str, usual: Lang | None = None) -> list[str]:
    return [sentence.text for sentence in normalise.speak(text, usual=usual)]


@pytest.mark.parametrize(
    ("text", "figures"),
    [
        (
            "What you need:\n\n1. Flour.\n2. Two eggs.\n\n7%\n\nWrite to Lin Ke (林可).",
            ["one.", "two.", "seven percent"],
        ),
        ("Mrs. Gu (顾) kept the bill.\n\n$12\n\nNobody asked her.", ["twelve dollars"]),
        ("The host laughed, 哈哈.\n“1984?”\nThe guest nodded.", ["“nineteen eighty four?”"]),
        ("Nobody knew the year.\n“1984?”\nThe guest nodded.", ["“nineteen eighty four?”"]),
        ("| Feet | Metres |\n|---|---|\n| 3 | 0.9 |\n\nMeasured by 高远.", ["three, zero point nine"]),
        ("The winners of today are here.\n1. 王伟\n2. 李娜\n3. Tom Hill\n", ["one.", "two.", "three."]),
        ("How many, 老王?\n8!\nYou are sure, 王芳?\n9:30!", ["eight!", "nine thirty!"]),
        ("- 9:30\n- 11:00 Lunch\n\nWith 王芳.", ["nine thirty"]),
        ("她算了算账。\n\n7%\n\nTom Hill 没说话。", ["百分之七"]),
        ("要买的东西：\n\n1. MacBook Air\n2. 雨伞\n\nTom Hill\n\n1984", ["一.", "二.", "一千九百八十四"]),
        ("第一题请看下面。\n1. 你叫什么名字？\n2. What is your name?\n", ["一.", "two."]),
        ("先说中文，数到三。\n3!\n\nNow we count in English, up to four.\n4!\n", ["三!", "four!"]),
    ],
)
def test_figures_have_the_language_of_the_sentences_beside_them(text: str, figures: list[str]) -> None:
    assert [one for one in said(text) if one in figures] == figures


def test_a_label_tells_no_language() -> None:
    text = "王：How many are there?\n李：1984!"
    place = text.index("李：")
    found = sentences.split(text, cuts=(2, place, place + 2), kept=((0, 2), (place, place + 2)))
    assert [one.lang for one in found if one.text == "1984!"] == ["en"]


@pytest.mark.parametrize(("usual", "spoken"), [("en", "fifteen!"), ("zh", "十五!")])
def test_figures_alone_have_the_language_of_the_whole(usual: Lang, spoken: str) -> None:
    assert said("15!", usual) == [spoken]


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Nobody minded the rain. Our teacher is Ms. Gu (顾).", "en"),
        ("He ordered 饺子 for all of us and paid.", "en"),
        ("Say 你好吗 to her.", "zh"),
        ("他用 Python 写程序。", "zh"),
        ("We met at noon.", "en"),
        ("100%。", "zh"),
        ("12", "zh"),
    ],
)
def test_the_language_of_a_text_is_that_of_most_of_it(text: str, language: str) -> None:
    assert sentences.main_language(text, "zh") == language


@pytest.mark.parametrize(
    ("text", "spoken"),
    [
        (
            "The new season has 8 episodes，我已经看了 5 集。",
            "The new season has eight episodes，我已经看了五集。",
        ),
        ("We walked 12 miles today, 腿酸了 2 天。", "We walked twelve miles today, 腿酸了两天。"),
        ("This bag is on sale for 3 days，我买了 2 个，朋友买了 1 只。",
         "This bag is on sale for three days，我买了两个，朋友买了一只。"),
        ("Nearly 300 daily orders，其中外卖占 40%。", "Nearly three hundred daily orders，其中外卖占百分之四十。"),
        ("Just 2 rooms left，赶紧订。", "Just two rooms left，赶紧订。"),
        ("4 cups a day，医生说太多。", "four cups a day，医生说太多。"),
        ("Buy 1 get 1 free，只限周末。", "Buy one get one free，只限周末。"),
        ("今天背完Unit 7的单词，明天做Lesson 12。", "今天背完Unit seven的单词，明天做Lesson twelve。"),
        ("Step 3：保存。Part 2个人分组。", "Step three：保存。Part 两个人分组。"),
        ("他住21st Street附近。", "他住twenty first Street附近。"),
        ("他有4 oranges。", "他有四 oranges。"),
        ("Surface Pro 9，7 千块。", "Surface Pro 九，七千块。"),
    ],
)  # fmt: skip
def test_figures_in_a_sentence_of_both_have_the_language_of_their_clause(text: str, spoken: str) -> None:
    assert normalise.normalise_line(text).replace(" ", "") == spoken.replace(" ", "")
