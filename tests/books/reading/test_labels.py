"""Labels at the heads of lines: those of scripts are people, those of quizzes, word lists and panels are none."""

from __future__ import annotations

import pytest

from indextts.books.casting import attribute
from indextts.books.reading import read_manuscript
from indextts.voices.turns import find_turns


def read(text: str) -> tuple[str, list[str]]:
    """The text of a book of ``text``, and who speaks in it, each once."""
    (chapter,) = read_manuscript("d.txt", text.encode()).chapters
    return chapter.text, sorted({one.speaker for one in chapter.quotations})


@pytest.mark.parametrize(
    "text",
    [
        "题目：谁来了？\n答案：老张。\n解析：船一天只开两趟。\n" * 3,
        "姓名：林风\n等级：12\n攻击力：30\n生命值：200\n姓名：白灼\n等级：15\n攻击力：31\n生命值：250",
        "Q: What is it?\nA: A bird.\nQ: Where?\nA: In the tree.\nQ: Why?\nA: It sings.",
        "问：几点？\n答：三点。\n问：在哪？\n答：在家。\n问：谁？\n答：我。",
        "单词：apple\n音标：略\n释义：苹果\n例句：I eat one.\n单词：pear\n音标：略\n释义：梨\n例句：A pear.",
        "Word: apple\nMeaning: a fruit\nExample: I eat it.\nWord: pear\nMeaning: another\nExample: Me too.",
        "问题：谁来？\n选项：甲和乙\n正确答案：乙\n难度系数：三\n问题：谁走？\n选项：甲和丙\n正确答案：丙\n难度系数：二",
        "负责人：张三\n联系人：李四\n地点：礼堂\n负责人：王五\n联系人：赵六\n地点：操场",
        "Name: Kael\nClass: Ranger\nLevel: 12\nName: Mira\nClass: Mage\nLevel: 9",
        "时间：下午三点\n地点：会议室\n电话：12345\n时间：下午四点\n地点：礼堂\n电话：12346",
    ],
)
def test_labels_of_quizzes_lists_and_panels_are_text(text: str) -> None:
    kept, people = read(text)
    assert kept.split() == text.split() and people == []


@pytest.mark.parametrize(
    ("text", "people"),
    [
        (
            "燕七：没酒也行。\n胖子：我不信。\n掌柜的：几位客官，打烊了。\n胖子：打什么烊！\n燕七：坐下。\n掌柜的：好。\n胖子：酒来！",
            ["掌柜的", "燕七", "胖子"],
        ),
        ("单立行：对不上。\n老陈：哪一行？\n单立行：第七行。\n麦穗：别急。\n老陈：哦。", ["单立行", "老陈", "麦穗"]),
        (
            "Kestrel: Define fire.\nSable: Hot.\nKestrel: How long?\nJuno: Nine.\nSable: Eight.",
            ["Juno", "Kestrel", "Sable"],
        ),
        (
            "童童：宝贝呢？\n果果：我奶奶。\n方老师：安静。\n童童：好。\n果果：好。\n方老师：下课。",
            ["方老师", "果果", "童童"],
        ),
        (
            "剑客：让开。\n书生：不让。\n剑客：别怪我。\n老妇人：住手！\n书生：您是？\n剑客：走！",
            ["书生", "剑客", "老妇人"],
        ),
        ("A：你吃了吗？\nB：吃了。\nA：吃的什么？\nB：面。", ["A", "B"]),
    ],
)
def test_labels_of_scripts_are_people(text: str, people: list[str]) -> None:
    rest, found = read(text)
    assert found == people and "：" not in rest and ": " not in rest


def test_the_fields_of_a_script_stay_text_and_its_people_speak() -> None:
    text, people = read("时间：夜\n地点：客栈\n燕七：坐。\n老陈：不坐。\n燕七：坐下。\n老陈：好。")
    assert people == ["燕七", "老陈"] and text == "时间：夜\n地点：客栈\n坐。\n不坐。\n坐下。\n好。"


TOLD = [
    ("阿九喊道", "“船漏了！”", "阿九"),
    ("周婶叹了口气", "“早说过。”", "周婶"),
    ("爷爷说", '"拿桶来。"', "爷爷"),
    ("阿九急忙问", "“哪一只？”", "阿九"),
    ("周婶笑着说", "「灶下那只。」", "周婶"),
    ("爷爷说", '"快些。"', "爷爷"),
]


@pytest.mark.parametrize("form", ["{}：{}\n", "{}：{}\n\n", "{}：\n{}\n"])
def test_who_tells_before_a_quotation_is_a_narrator_here_and_in_speech(form: str) -> None:
    text = "".join(form.format(tag, said) for tag, said, _ in TOLD) + "水一直漫到门槛。\n"
    book = read_manuscript("a.txt", text.encode())
    (chapter,) = book.chapters
    assert chapter.text.split() == text.split() and not chapter.quotations and not find_turns(text, ())
    (cast,) = attribute(book.chapters).chapters
    spoken = [(cast.text[one.start : one.end], one.speaker) for one in cast.quotations]
    assert spoken == [(said, speaker) for _, said, speaker in TOLD]


@pytest.mark.parametrize(
    "text",
    [
        "Said Maud: “Is it lit?”\nSaid Ted: “No.”\nSaid Maud: “Then light it.”\nSaid Ted: “With what?”\nIt was dark.",
        "Maud asked:\n“Is it lit?”\nOld Ted muttered:\n“No.”\nMaud asked:\n“Why not?”\nOld Ted muttered:\n“Wind.”\n",
        "Maud said: “Lit?”\n\nTed whispered: “No.”\n\nMaud said: “Why?”\n\nTed replied softly: “Wind.”\n\nIt was dark.",
    ],
)
def test_english_tags_before_quotations_are_read(text: str) -> None:
    kept, people = read(text)
    assert kept.split() == text.split() and people == []


def test_names_that_end_like_verbs_speak_in_quotation_marks_too() -> None:
    assert read("赵云：“走！”\n刘备：“好！”\n赵云：“快！”\n刘备：“来了！”")[1] == ["刘备", "赵云"]


@pytest.mark.parametrize("above", ["", "渡口\n\n"])
@pytest.mark.parametrize("gap", ["", "\n"])
@pytest.mark.parametrize(
    "turns",
    [
        [("阿珍", "船来了吗？"), ("老王", "没有。")],
        [("阿珍", "船来了吗？\n我等了一夜。"), ("老王", "没有。"), ("阿珍", "那就走路去。"), ("妈妈", "路上小心。")],
        [("Anna", "Is it lit?"), ("Peter", "Not yet.")],
        [("Host", "Welcome."), ("Guest", "Thank you for having me."), ("Host", "Let us begin.")],
        [("A", "吃了吗？"), ("B", "吃了。")],
    ],
)
def test_known_people_need_no_second_line_below_their_names(turns: list[tuple[str, str]], gap: str, above: str) -> None:
    text = above + "".join(f"{name}：\n{said}\n{gap}" for name, said in turns)
    chapter = next(one for one in read_manuscript("d.txt", text.encode()).chapters if one.on)
    spoken = [(one.speaker, chapter.text[one.start : one.end]) for one in chapter.quotations]
    assert spoken == [(name, line) for name, said in turns for line in said.split("\n")]


@pytest.mark.parametrize(
    "text",
    [
        "妈妈：\n信收到了，这里一切都好。\n阿珍\n\n爸爸：\n船修好了。\n阿珍\n",
        "Peter:\nthe oars, the lamp, and everything that was in the shed\n",
        "时间：\n周六上午九点\n\n地点：\n渡口\n",
    ],
)
def test_letters_and_fields_below_their_heads_stay_text(text: str) -> None:
    kept, people = read(text)
    assert kept.split() == text.split() and people == []
