"""Plays in plain text: speeches that hang from a name, and lists of who is in them."""

from __future__ import annotations

import textwrap

import pytest

from indextts.books.model import Manuscript
from indextts.books.reading import read_manuscript

SPEECHES = [
    ("NELL", "The ferry went over and came back again all night, and nobody asked him once why he was doing it."),
    ("TOBIAS", "Then ask him."),
    ("NELL", "I did, in the morning, when the lamp was still alight and the oil in it had been low for a week."),
    ("TOBIAS", "You said as much in March. Nobody came for the boat then, and nobody will come for it in the rain."),
] * 3
CAST = {
    "DRAMATIS PERSONAE": "NELL, who keeps the lamp\nTOBIAS, her brother\nA FERRYMAN",
    "Dramatis Personae:": "Nell, who keeps the lamp.\nTobias, her brother.\nA Ferryman.",
    "CHARACTERS": "NELL ........ who keeps the lamp\nTOBIAS ...... her brother",
    "Characters:": "NELL: who keeps the lamp\nTOBIAS: her brother",
    "Persons of the Play": "  Nell - who keeps the lamp\n  Tobias - her brother",
}
ZH = [("阿青", "走吧，天黑以前要到渡口。"), ("老杜", "再等一等，他答应过我的。")] * 4
CAST_ZH = [
    "阿青——渔家女\n老杜——渡工\n群众若干",
    "阿青，渔家女。\n老杜，渡工。",
    "阿青：渔家女\n老杜：渡工",
    "阿青　　渔家女\n老杜　　渡工",
]


def read(text: str) -> Manuscript:
    return read_manuscript("a.txt", text.encode())


def spoken(book: Manuscript) -> str:
    return "\n".join(f"{one.title}\n{one.text}" for one in book.chapters if one.on)


def said(book: Manuscript) -> list[tuple[str, str]]:
    return [(q.speaker, one.text[q.start : q.end]) for one in book.chapters for q in one.quotations]


def written(form: str, indent: str, gap: str) -> str:
    told = [f"{form.format(name, name.title())}{text}" for name, text in SPEECHES]
    return gap.join(textwrap.fill(speech, 60, subsequent_indent=indent) for speech in told)


@pytest.mark.parametrize("form", ["{0}. ", "{0}: ", "{1}: ", "{0}. [Rising.] "])
@pytest.mark.parametrize("indent", ["", "    ", "          "])
@pytest.mark.parametrize("gap", ["\n", "\n\n"])
@pytest.mark.parametrize("word", ["", *CAST])
def test_a_speech_is_whole_and_who_is_in_the_play_is_not_spoken(form: str, indent: str, gap: str, word: str) -> None:
    cast = f"{word}\n\n{CAST[word]}\n\n" if word else ""
    book = read(f"LOW WATER\n\nby Ada Rowe\n\n{cast}ACT I\n\nA kitchen at night.\n\n{written(form, indent, gap)}\n")
    assert said(book) == [(form[:3].format(name, name.title()), text) for name, text in SPEECHES] or said(book) == [
        (name.title(), text) for name, text in SPEECHES
    ]
    assert "A kitchen at night." in spoken(book) and "who keeps" not in spoken(book)
    assert not word or word not in spoken(book)


@pytest.mark.parametrize("word", ["人物表", "登场人物", "剧中人物：", "人物"])
@pytest.mark.parametrize("cast", CAST_ZH)
@pytest.mark.parametrize("form", ["{}：{}", "{}　{}"])
def test_so_it_is_in_chinese(word: str, cast: str, form: str) -> None:
    speeches = "\n".join(form.format(*one) for one in ZH)
    book = read(f"渡口\n\n沈一舟 著\n\n{word}\n{cast}\n\n第一幕\n\n〔傍晚，渡口。〕\n\n{speeches}\n")
    assert said(book) == ZH and "傍晚" in spoken(book)
    assert word not in spoken(book) and "渔家女" not in spoken(book)
    assert any("渔家女" in one.text for one in book.chapters if not one.on)


def test_paragraphs_that_begin_farther_in_stay_as_they_were() -> None:
    told = [text for _, text in SPEECHES]
    text = "\n".join(textwrap.fill(one, 60, initial_indent="    ") for one in told)
    assert read(f"Chapter 1\n\n{text}\n").chapters[0].text.split("\n") == told


def test_a_word_for_people_in_a_story_is_spoken() -> None:
    story = "他把旧笔记翻到第一页。\n人物\n他写下这两个字，又划掉了。\n灯亮了一夜。"
    assert "人物" in spoken(read(f"第一章 雾\n{story}\n第二章 雨\n{story}\n"))
