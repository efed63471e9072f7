"""The sex of a person by name, and the voices of a dialogue by it."""

from __future__ import annotations

import pytest

from indextts.books.casting import attribute
from indextts.books.reading.scripts import read_lines
from indextts.model.i18n.messages import Language
from indextts.studio.strings import STRINGS
from indextts.voices import Voice
from indextts.voices.dialogue import cast_of, find_turns
from indextts.voices.labels import sex_within
from indextts.voices.sexes import age_of, sex_of

VOICES = [
    Voice(name, name, name, "embedded", ("zh", "en"), "", group, pitch, cast=place)
    for place, (name, group, pitch) in enumerate(
        [("woman", "women", 0), ("man", "men", -8), ("girl", "women", 4), ("deep", "men", -12)]
    )
]
GROUP = {voice.id: voice.group for voice in VOICES}


@pytest.mark.parametrize(
    ("names", "sex"),
    [
        (
            "小红 秀英 李秀英 志玲 王太太 张奶奶 三婶 阿杏 玛莎 欧阳倩 女教师 Anna Emma Grandma ANNA Mara Keiko",
            "female",
        ),
        ("阿雯 晓琳 梓涵 雯雯", "female"),
        ("小明 立强 赵国栋 海生 李先生 老陈 二舅 阿廖沙 阿福 司马健 男教师 子轩 Tom Lucas TOM Dmitri Kofi", "male"),
        ("Marguerite Annika Lorraine Tamsin Katarzyna Silke Giuliana Maeve Solveig Zsuzsanna Penny Kathleen", "female"),
        ("Deshawn Jermaine Tyrone Dimitri Aurelio Wojciech Bjarne Lorcan Mehmet Laszlo Gilles Jeroen Maurice", "male"),
        ("翁寡妇 接生婆 孕妇 村妇 岳母 弟媳 婆子 姨母 王妃 舞女 小姑子 Old_Emma Anna_Scott", "female"),
        ("姨父 岳父 农夫 庄稼汉 侄子 掌柜 刘掌柜 老人 局长 李局长 王总 车夫 壮汉 Vance milkman Old_Tom", "male"),
        (
            "Ottoline_Grant Captain_Grant Detective_Scott human Thisbe_James_Scott 胖子 小李 童童 零 A 王 七号",
            "",
        ),
    ],
)
def test_the_sex_of_names(names: str, sex: str) -> None:
    known = [name.replace("_", " ") for name in names.split()]
    assert {name: sex_of(name) for name in known} == dict.fromkeys(known, sex)


def test_titles_go_before_given_names_and_spaces_do_no_harm() -> None:
    assert [sex_of(name) for name in ("Mrs. James", "Lord Anna", "the waiter", "Dr. Grace Lee", "", " ")] == [
        "female", "male", "male", "female", "", "",
    ]  # fmt: skip
    assert age_of(["", "老爷爷"]) == "old"


def cast(text: str, first: str = "woman", **options: object) -> dict[str, str]:
    return cast_of(find_turns(text, VOICES), VOICES, first=first, **options)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "groups"),
    [
        ("小明：走吧。\n小红：好。\n小明：嗯。", {"小明": "men", "小红": "women"}),
        ("Tom: Hi.\nAnna: Hi.\nTom: Bye.", {"Tom": "men", "Anna": "women"}),
        ("爸爸：吃饭。\n爷爷：来了。", {"爸爸": "men", "爷爷": "men"}),
        ("妈妈：吃饭。\n奶奶：来了。", {"妈妈": "women", "奶奶": "women"}),
        ("Mother: Eat.\nEmma: No.\nDaniel: Yes.", {"Mother": "women", "Emma": "women", "Daniel": "men"}),
    ],
)
@pytest.mark.parametrize("first", ["woman", "man"])
def test_a_dialogue_is_cast_by_the_sex_of_the_names(text: str, groups: dict[str, str], first: str) -> None:
    found = cast(text, first)
    assert {label: GROUP[voice] for label, voice in found.items()} == groups
    assert len(set(found.values())) == len(found)
    assert first in found.values() or GROUP[first] not in groups.values()


def test_names_that_tell_nothing_are_cast_as_they_come() -> None:
    assert cast("A: 一\nB: 二") == {"A": "woman", "B": "man"}
    assert cast("A: 一\nB: 二", "man")["A"] == "man"


@pytest.mark.parametrize("language", ("zh", "en"))
def test_the_examples_of_the_page_are_cast_right(language: Language) -> None:
    text = STRINGS["example_dialogue_text"].of(language)
    assert [GROUP[voice] for voice in cast(text).values()] == ["men", "women"]


def test_a_family_name_alone_tells_nothing() -> None:
    assert [sex_of(name) for name in ("尉迟", "欧阳", "欧阳娜", "尉迟刚")] == ["", "", "female", "male"]


@pytest.mark.parametrize("above", ["Our guest is {}, who studies moss.", "With me tonight: {}.", "We met {} in Oslo."])
@pytest.mark.parametrize(
    ("full", "label", "sex"),
    [
        ("Petra Novák", "Dr. Novák", "female"),
        ("Professor Maria Lindgren", "Prof. Lindgren", "female"),
        ("Inspector Annika Dahl", "Inspector Dahl", "female"),
        ("Captain Henrik Solberg", "Captain Solberg", "male"),
        ("Dr. Kathleen O'Hara", "O'Hara", "female"),
        ("Kestrel Bramwell", "Dr. Bramwell", ""),
        ("Anna Reyes and Tom Reyes", "Dr. Reyes", ""),
        ("Anna Reyes", "Zyanya Reyes", ""),
        ("Anna Reyes", "Mr. Reyes", "male"),
    ],
)
def test_a_title_and_a_family_name_are_the_one_who_is_introduced(above: str, full: str, label: str, sex: str) -> None:
    text = f"Host: {above.format(full)}\n{label}: Thank you.\nHost: What now?\n{label}: Nobody knows."
    assert sex_within([text])(label) == sex
    cast = cast_of(find_turns(text, VOICES), VOICES, first="woman", speakers={"Host": "man"}, text=text)
    assert not sex or GROUP[cast[label]] == {"female": "women", "male": "men"}[sex]
    people = attribute(read_lines("a.txt", text.split("\n")).chapters).characters
    assert next(one.gender for one in people if one.name == label) == sex


@pytest.mark.parametrize(
    ("said", "label", "sex"),
    [
        ("Our guest is Mrs. Ismarelda Crewe, who keeps a tea house.", "Ismarelda", "female"),
        ("Ms. Teng Yalan joins us.", "Yalan", "female"),
        ("Please welcome Mr. Kwelan Adebayo.", "Kwelan", "male"),
        ("This is my sister, Isaveth.", "Isaveth", "female"),
        ("I came with our younger brother Thorvin.", "Thorvin", "male"),
        ("With me is Professor Zhao Minhui. She studies rivers.", "Professor Zhao", "female"),
        ("With me is Brevik Halloran from Cork. He keeps bees.", "Halloran", "male"),
        ("Ms. Thisbe James is with us.", "James", "female"),
        ("Peter met Isaveth. He was late.", "Isaveth", ""),
        ("Isaveth met Peter. He was late.", "Isaveth", ""),
        ("Mr. Crewe and Mrs. Crewe are late.", "Crewe", ""),
    ],
)
def test_an_introduction_tells_the_sex_of_a_label(said: str, label: str, sex: str) -> None:
    text = f"Peter: {said}\n{label}: Thank you.\nPeter: How are you?\n{label}: Fine."
    assert sex_within([text])(label) == sex
    cast = cast_of(find_turns(text, VOICES), VOICES, first="woman", speakers={"Peter": "man"}, text=text)
    assert not sex or GROUP[cast[label]] == {"female": "women", "male": "men"}[sex]


def test_a_number_behind_a_role_hides_no_sex() -> None:
    assert [sex_within([])(label) for label in ("Waitress 1", "Waiter 2", "Speaker 3")] == ["female", "male", ""]
