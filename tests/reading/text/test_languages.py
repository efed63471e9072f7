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
