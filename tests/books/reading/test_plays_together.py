"""Plays in which something is done between speeches, somebody comes on once, and several speak together."""

from __future__ import annotations

import pytest

from indextts.books.model import Manuscript
from indextts.books.reading import read_manuscript

ZH = [("赵船工", "潮水几点退？"), ("阿珍", "再过一个钟头。"), ("赵船工", "那就等吧。"), ("阿珍", "灯呢？")]
EN = [("MRS. PELL", "Is the tide out?"), ("TOBIAS", "Not yet."), ("MRS. PELL", "Then we wait."), ("TOBIAS", "We do.")]


def read(text: str) -> Manuscript:
    return read_manuscript("a.txt", text.encode())


def said(book: Manuscript) -> list[tuple[str, str]]:
    return [(q.speaker, one.text[q.start : q.end]) for one in book.chapters for q in one.quotations]


def told(book: Manuscript) -> str:
    return "\n".join(one.text for one in book.chapters if one.on)


@pytest.mark.parametrize("form", ["{}：{}", "{}　　{}", "{}（低声）：{}"])
@pytest.mark.parametrize(
    "done",
    ["〔船工下。", "〔远处有锣声，越来越近。阿珍站起来。", "［灯灭了。", "△门开了。", "▲ 门开了", "〔门开了。〕"],
)
def test_what_is_done_is_nobodys_though_no_bracket_closes(form: str, done: str) -> None:
    lines = [form.format(*one) for one in ZH]
    book = read("\n".join(["第一幕", "", *lines[:2], done, *lines[2:], done, *lines]))
    assert said(book) == ZH * 2
    assert told(book).count(done.strip("〔〕［△▲ ")) == 2


@pytest.mark.parametrize("entry", ["巡警", "巡警——四十岁", "巡警，夜里巡街", "巡警：夜里巡街", "更夫、巡警——街上的人"])
@pytest.mark.parametrize("once", ["开门。", "（拍门）开门。"])
@pytest.mark.parametrize("at", [1, 3, 4])
def test_who_is_listed_speaks_however_seldom(entry: str, once: str, at: int) -> None:
    behind = "：渔家女" if "：" in entry else "——渔家女"
    lines = ["：".join(one) for one in ZH]
    lines.insert(at, f"巡警：{once}")
    book = read("\n".join(["渡口", "", "人物：", f"阿珍{behind}", f"赵船工{behind}", entry, "", "第一幕", "", *lines]))
    assert said(book) == [*ZH[:at], ("巡警", "开门。"), *ZH[at:]]


@pytest.mark.parametrize("size", [2, 3, 4])
@pytest.mark.parametrize("gap", ["\n", "\n\n"])
def test_a_short_scene_with_a_list_of_its_people_is_a_play(size: int, gap: str) -> None:
    acts = ["〔夜。渡口。", *("：".join(one) for one in ZH[:size]), "〔众人笑。", "——幕落——"]
    head = "渡口\n（独幕话剧）\n\n人物：\n阿珍——渔家女\n赵船工——五十岁\n\n时间：冬夜。\n地点：渡口。\n\n第一幕\n\n"
    assert said(read(head + gap.join(acts))) == ZH[:size]


@pytest.mark.parametrize("form", ["{}：{}", "{}　　{}"])
@pytest.mark.parametrize("label", ["阿珍、赵船工", "阿珍和赵船工", "阿珍/赵船工", "阿珍与赵船工", "阿珍 & 赵船工"])
def test_what_several_say_is_the_firsts_in_chinese(form: str, label: str) -> None:
    label = label.replace(" ", "") if "{}：" not in form else label
    lines = [form.format(*one) for one in ZH]
    book = read("\n".join(["第一幕", "", *lines, form.format(label, "（同时）快看！"), *lines]))
    assert said(book) == [*ZH, ("阿珍", "快看！"), *ZH]


@pytest.mark.parametrize("form", ["{}. {}", "{}: {}"])
@pytest.mark.parametrize("word", ["and", "AND", "&"])
@pytest.mark.parametrize("names", [("MRS. PELL", "TOBIAS"), ("TOBIAS", "MRS. PELL")])
def test_what_several_say_is_the_firsts_in_english(form: str, word: str, names: tuple[str, str]) -> None:
    lines = [form.format(*one) for one in EN]
    together = form.format(f" {word} ".join(names), "Good night!")
    book = read("\n".join(["LOW WATER", "", "ACT I", "", *lines, together, *lines]))
    found = [(name.upper().replace("MRS ", "MRS. "), text) for name, text in said(book)]
    assert found == [*EN, (names[0], "Good night!"), *EN]


@pytest.mark.parametrize("label", ["阿珍和老板娘", "价格、规格", "李和平"])
def test_others_than_those_who_speak_are_not_taken_apart(label: str) -> None:
    lines = ["：".join(one) for one in ZH]
    people = {name for name, _ in said(read("\n".join([*lines, f"{label}：快看！", *lines])))}
    assert people <= {"阿珍", "赵船工", label}


@pytest.mark.parametrize(
    "text",
    [
        "人物：\n张衡——天文学家\n祖冲之——数学家\n\n张衡生于南阳。他造了地动仪。\n祖冲之算出了圆周率。",
        "产品：\n甲——大号\n乙——小号\n\n价格：十元。\n规格：大。\n价格：五元。\n规格：小。",
        "（笑）\n（鼓掌）\n时间：三点。\n地点：渡口。",
    ],
)
def test_lists_of_people_and_fields_are_no_plays(text: str) -> None:
    assert not said(read(text))
