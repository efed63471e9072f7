"""The sex of a person by name, and the voices of a dialogue by it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from indextts.books.casting import attribute
from indextts.books.reading.scripts import read_lines
from indextts.model.i18n.messages import Language
from indextts.studio.strings import STRINGS
from indextts.voices import Voice
from indextts.voices.dialogue import cast_of
from indextts.voices.labels import said_age, sex_within
from indextts.voices.sexes import age_of, sex_of
from indextts.voices.turns import find_turns

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


@pytest.mark.parametrize(
    ("said", "label", "sex"),
    [
        ("We have Tesmin Ware, a grandmother of five, in the studio.", "Tesmin Ware", "female"),
        ("We meet Elvane Marsh, widow of a miner.", "Elvane", "female"),
        ("This is the mother-of-two Tesmin Ware.", "Tesmin", "female"),
        ("Father of three Ondu Bailey rows alone.", "ONDU", "male"),
        ("Brixan is a single dad who bakes.", "Brixan", "male"),
        ("My guest tonight is Tolvar, whose wife paints boats.", "Tolvar", "male"),
        ("Yrsil's husband is a vet.", "Yrsil", "female"),
        ("We gave Ondu his prize in March.", "Ondu", "male"),
        ("Yrsil Thorne has just published her third novel.", "Thorne", "female"),
        ("Our reporter met Yrsil Thorne in Cork. His garden won a prize.", "Yrsil", "male"),
        ("With us is Yrsil Thorne. In 2010 her first play opened.", "Yrsil", "female"),
        ("Here is Yun Qing, Hull's first woman mayor.", "Yun Qing", "female"),
        ("I have known Lorcan's sister Quill for years. Everybody has.", "Quill", "female"),
        ("With us is Dr. Adaora Pell, and her talk is on bees.", "Dr. Pell", "female"),
        ("I saw Pell Orbin paint himself in the rain.", "Pell Orbin", "male"),
        ("欢迎顾言，三个孩子的妈妈。", "顾言", "female"),
        ("今天的嘉宾是顾言和她的狗。", "顾言", "female"),
        ("顾言的丈夫开了一家面包店。", "顾言", "female"),
        ("我们请到了顾言。她的新电影叫《雨》。", "顾言", "female"),
        ("郑淼是两个男孩的父亲。", "郑淼", "male"),
        ("郑淼和妻子住在苏州。", "郑淼", "male"),
        ("郑淼，一位单亲爸爸，今天也来了。", "郑淼", "male"),
        ("这是我妹妹郑淼。", "郑淼", "female"),
        ("我们的嘉宾郑淼带着他的儿子来了。", "郑淼", "male"),
        ("郑淼是我的朋友，她的店很小。", "郑淼", "female"),
    ],
)
def test_kin_a_spouse_and_what_is_ones_own_tell_the_sex(said: str, label: str, sex: str) -> None:
    other = "Host" if label.isascii() else "主持人"
    text = f"{other}: {said}\n{label}: Thank you.\n{other}: And now?\n{label}: Nobody knows."
    assert sex_within([text])(label) == sex
    found = cast_of(find_turns(text, VOICES), VOICES, first="woman", speakers={other: "deep"}, text=text)
    assert GROUP[found[label]] == {"female": "women", "male": "men"}[sex]
    people = attribute(read_lines("a.txt", text.split("\n")).chapters).characters
    assert next(one.gender for one in people if one.name == label) == sex


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("Thanks, Yrsil. She will be back tomorrow.", "Yrsil"),
        ("Yrsil, she left.", "Yrsil"),
        ("Yrsil, did you see her?", "Yrsil"),
        ("Isaveth met Yrsil and her dog.", "Yrsil"),
        ("Yrsil met Isaveth and her dog.", "Yrsil"),
        ("My mother met Yrsil and her dog.", "Yrsil"),
        ("Yrsil lives with my sister. Her dog barks.", "Yrsil"),
        ("Yrsil's mother and her dog came.", "Yrsil"),
        ("Yrsil is fond of my mother.", "Yrsil"),
        ("So what do you think, Yrsil? His book is out.", "Yrsil"),
        ("郑淼，她没来吗？", "郑淼"),
        ("郑淼，这是我妈妈。", "郑淼"),
        ("我妈和郑淼说她的狗丢了。", "郑淼"),
        ("郑淼认识张伟和他的狗。", "郑淼"),
        ("郑淼和其他人都走了。", "郑淼"),
    ],
)
def test_what_may_be_anothers_tells_nothing(said: str, name: str) -> None:
    assert sex_within([said])(name) == ""


def test_a_given_name_goes_before_a_spouse_or_a_pronoun_but_not_before_kin() -> None:
    assert sex_within(["Maeve, whose wife is a vet, paints."])("Maeve") == "female"
    assert sex_within(["This is my brother Robin. Robin is the father of two."])("Robin") == "male"


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("Milo came in. He was eleven, and quick.", "Milo"),
        ("Milo, aged ten, is here.", "Milo"),
        ("This is ten-year-old Milo.", "Milo"),
        ("My seven-year-old son Milo is here.", "Milo"),
        ("Milo is 7 years old.", "Milo"),
        ("Milo was a boy of eight.", "Milo"),
        ("Milo, a small boy, ran.", "Milo"),
        ("Wren Vance, who was six, waited.", "Wren"),
        ("Wren is an eight-year-old from Hull.", "Wren"),
        ("Then Wren Vance spoke. She was only nine.", "Wren"),
        ("小满今年八岁。", "小满"),
        ("九岁的小满跑了。", "小满"),
        ("小满，十一岁，上五年级。", "小满"),
        ("小满进来了，他今年十岁。", "小满"),
        ("小满是个小男孩。", "小满"),
        ("小满今年上三年级。", "小满"),
        ("上幼儿园的小满哭了。", "小满"),
    ],
)
def test_who_is_said_to_be_a_child_has_a_childs_voice_or_the_lightest(said: str, name: str) -> None:
    assert said_age([name], [said]) == "child"
    text = f"Anna: {said}\n{name}: 好。Yes, please.\nAnna: So?\n{name}: Good."
    voices = [replace(voice, cast=-voice.cast % 4) for voice in VOICES]  # the deepest man before the other
    found = cast_of(find_turns(text, voices, {"Anna": "", name: ""}), voices, first="woman", text=text)
    assert found[name] in ("man", "girl")


@pytest.mark.parametrize(
    ("name", "said", "age"),
    [
        ("女孩", "女孩背着书包跑过来。", "child"),
        ("女孩", "一个扎着羊角辫的女孩停下来。", "child"),
        ("女孩", "女孩背着吉他跑过来。", ""),
        ("林晓", "林晓背着书包跑过来。", ""),
        ("林晓", "林晓今年上高三年级。", ""),
        ("the schoolgirl", "“Here,” said the schoolgirl.", "child"),
    ],
)
def test_a_girl_is_a_child_where_something_tells_it(name: str, said: str, age: str) -> None:
    assert said_age([name], [said]) == age


def test_what_somebody_is_before_the_name_tells_the_sex_where_the_name_does_not() -> None:
    found = {name: sex_of(name) for name in ("护士小张", "司机小周", "保姆刘姐", "护士王建国", "老师小李", "店员小周")}
    assert list(found.values()) == ["female", "male", "female", "male", "", ""]


@pytest.mark.parametrize(
    "said",
    [
        "When Milo was ten, he moved.",
        "Milo was ten minutes late.",
        "Milo is ten years older.",
        "Milo came at ten.",
        "Milo turned forty.",
        "Milo, thirty-nine, waited.",
        "二十八岁的Milo跑了。",
    ],
)
def test_a_number_that_is_no_age_of_a_child(said: str) -> None:
    assert said_age(["Milo"], [said]) == ""


def test_a_number_behind_a_role_hides_no_sex() -> None:
    assert [sex_within([])(label) for label in ("Waitress 1", "Waiter 2", "Speaker 3")] == ["female", "male", ""]


@pytest.mark.parametrize(
    ("name", "sex"),
    [
        ("Old Mrs Sefton", "female"), ("Poor Miss Marsh", "female"), ("Young Mr. Dunn", "male"),
        ("Mrs. Young", "female"), ("Little Lord Grey", "male"),
        ("苏婉清", "female"), ("周大夫", ""), ("车夫", "male"), ("Old Tom", "male"),
    ],
)  # fmt: skip
def test_a_title_is_found_behind_what_somebody_is_like(name: str, sex: str) -> None:
    assert sex_of(name) == sex
