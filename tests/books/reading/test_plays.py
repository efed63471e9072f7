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


FEW = [
    ("NELL", "Who left the gate open?"),
    ("TOBIAS", "The wind, I should think."),
    ("NELL", "The wind has never learned to lift a latch."),
    (
        "TOBIAS",
        "Then it was the captain. He goes out every night and comes back with mud on his boots, and no one asks.",
    ),
    ("MRS. PELL", "We were speaking of latches."),
    ("NELL", "So we were."),
    (
        "TOBIAS",
        "He is gone. The ledger is gone. Nobody in this house has baked since Tuesday, and there is bread.",
    ),
    ("MRS. PELL", "Look under it."),
    ("NELL", "I did."),
]
FEW_ZH = [
    ("阿青", "谁把门打开了？"),
    ("老杜", "是风吧。"),
    ("阿青", "风可学不会抬门闩，你我都知道。"),
    ("老杜", "那就是船长了。他每天夜里十点出去，回来的时候靴子上全是泥，从来没有人问过他一句话，也没有人敢问。"),
    ("阿青", "是啊。"),
    ("老杜", "他走了，账本也不见了。从星期二起这屋里就没有人生过火，可是桌上还有一个热馒头，旁边放着一把刀。"),
    ("阿青", "看过了。"),
]


@pytest.mark.parametrize("form", ["{0}. ", "{1}: ", "{0}: ", "{0}. (Rising.) ", "{0} (rising). ", "{0}\n", "[{0}] "])
@pytest.mark.parametrize("indent", ["", "    "], ids=["flush", "hanging"])
@pytest.mark.parametrize("width", [60, 72])
def test_a_speech_is_whole_where_few_are_longer_than_a_line(form: str, indent: str, width: int) -> None:
    def broken(name: str, text: str) -> str:
        label = form.format(name, name.title())
        above, _, before = label.rpartition("\n")
        return f"{above}\n" * bool(above) + textwrap.fill(before + text, width, subsequent_indent=indent)

    for gap in ("\n\n", "\n")[: 1 + ("\n" not in form)]:
        speeches = gap.join(broken(*one) for one in FEW)
        book = read(f"THE LATCH\n\nby Honor Blythe\n\nACT I\n\n[A kitchen at night.]\n\n{speeches}\n\n[Exeunt.]\n")
        assert [(name.upper().replace("MRS ", "MRS. "), text) for name, text in said(book)] == FEW


@pytest.mark.parametrize("form", ["{}：", "{}　", "【{}】", "{}：（起身）"])
@pytest.mark.parametrize("gap", ["\n\n", "\n"])
def test_so_it_is_in_chinese_where_few_are_longer(form: str, gap: str) -> None:
    whole = [f"{form.format(name)}{text}" for name, text in FEW_ZH]
    speeches = gap.join("\n".join(one[at : at + 32] for at in range(0, len(one), 32)) for one in whole)
    assert said(read(f"渡口\n\n沈一舟 著\n\n第一幕\n\n〔傍晚，渡口。〕\n\n{speeches}\n\n〔幕落〕\n")) == FEW_ZH


def test_verse_and_what_is_done_below_a_speech_stay_lines_of_their_own() -> None:
    verse = "If lamps be fuel for the dark, burn on;\nGive me too much of it, that, being filled,\nThe dark may sicken."
    speeches = f"NELL. {verse}\n\nTOBIAS. Enough.\n[He turns the lamp down.]\n\nNELL. No more.\n\nTOBIAS. Good night."
    book = read(f"THE LATCH\n\nby Honor Blythe\n\nACT I\n\n{speeches}\n")
    assert [text for _, text in said(book)] == [verse, "Enough.", "No more.", "Good night."]
    assert "He turns the lamp down." in spoken(book)
