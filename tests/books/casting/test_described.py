"""Who is described and later named is one person; who is spoken to, or met, is not the one who speaks."""

from __future__ import annotations

import pytest

from indextts.books.casting import Casting, attribute
from indextts.books.model import SURE, Chapter


def cast(*chapters: str) -> Casting:
    return attribute([Chapter(str(number), text) for number, text in enumerate(chapters)])


def speakers(casting: Casting) -> list[str]:
    return [quote.speaker for chapter in casting.chapters for quote in chapter.quotations]


@pytest.mark.parametrize(
    ("text", "name", "described"),
    [
        (
            "“我叫祝青禾，是来借书的。”姑娘笑了笑，“请问馆长在吗？”\n\n“在楼上。”门房说。\n\n祝青禾道了谢，说：“多谢。”",
            "祝青禾",
            "姑娘",
        ),
        (
            "老人摇摇头，“我是守塔的，我叫邬长水。”\n\n“您守了多久？”裴雁问。\n\n邬长水说：“三十年。”",
            "邬长水",
            "老人",
        ),
        (
            "庙里坐着一个老人。他叫芮守成，看了一辈子的山。\n\n“坐吧。”老人说。\n\n芮守成添了柴，说：“夜里冷。”",
            "芮守成",
            "老人",
        ),
        (
            "粮站的站长姓佘，名叫佘德全，人胖。\n\n“今天不收粮。”站长说。\n\n佘德全叹气道：“没有秤了。”",
            "佘德全",
            "站长",
        ),
        (
            "盐务局的局长满庭芳来了。\n\n“都到齐了吗？”局长问。\n\n“到齐了。”裴雁说。\n\n满庭芳说：“好。”",
            "满庭芳",
            "局长",
        ),
        (
            "一个叫阿榆的少年跑进来。\n\n“水来了！”少年喊道。\n\n“往高处走！”裴雁说。\n\n阿榆喘着气说：“桥断了。”",
            "阿榆",
            "少年",
        ),
    ],
)
def test_who_is_described_and_named_is_one(text: str, name: str, described: str) -> None:
    casting = cast(text)
    person = next(one for one in casting.characters if one.name == name)
    assert described in (name, *person.others) or described not in speakers(casting)


@pytest.mark.parametrize(
    ("text", "name", "described"),
    [
        ("The old woman in the corner lifted her head. Her name was Ondine, and nobody knew her age.\n\n"
         "“Is that the girl?” the old woman asked.\n\n“It is,” said Bram.\n\n“Then let her sit,” said Ondine.",
         "Ondine", "the old woman"),
        ("The stranger shut the door. His name was Corwin.\n\n“It snows,” the stranger said.\n\n"
         "“It does,” said Bram.\n\n“I shall stay,” said Corwin.", "Corwin", "the stranger"),
    ],
)  # fmt: skip
def test_in_english_too(text: str, name: str, described: str) -> None:
    person = next(one for one in cast(text).characters if one.name == name)
    assert described in person.others


def test_a_youth_of_many_chapters_is_not_the_one_who_once_said_his_name() -> None:
    first = "“我叫祝青禾。”姑娘笑道。\n\n“请坐。”裴雁说。"
    others = [f"祝青禾在灯下看第{n}封信。\n\n“买花吗？”姑娘问。\n\n“不买。”裴雁说。" for n in range(5)]
    plain = [f"祝青禾去看第{n}个人。\n\n“走吧。”裴雁说。" for n in range(9)]
    assert "姑娘" in speakers(cast(first, *others, *plain))


@pytest.mark.parametrize(
    ("line", "speaker"),
    [
        ("廖将军翻身下马，对门口的卫兵说：“开门。”", "廖将军"),
        ("裴雁走进院子，又对身后的副官道：“叫他们出来。”", "裴雁"),
        ("裴雁点上蜡烛，对在座的几位老乡绅说：“粮还能撑几天？”", "裴雁"),
        ("裴雁站在台上，又向那位老先生问：“您看呢？”", "裴雁"),
        ("裴雁迎出来，冲廊下的丫鬟喊：“快去烧水！”", "裴雁"),
        ("裴雁皱起眉头，便向柜台里的伙计问：“还有房吗？”", "裴雁"),
        ("裴雁抬头一看，来的是隔壁的石寡妇，忙笑道：“石大嫂，抓什么药？”", "裴雁"),
        ("裴雁披衣下楼，见是送水的阿垚，便骂道：“号什么？”", "裴雁"),
        ("裴雁听见脚步声，回头认出是卖炭的老姚，连忙说：“快进来。”", "裴雁"),
    ],
)
def test_who_is_spoken_to_or_met_does_not_speak(line: str, speaker: str) -> None:
    casting = cast(f"雨停了。\n\n裴雁看了看天。\n\n{line}\n\n裴雁不再说话。")
    assert speakers(casting) == [speaker]
    assert casting.chapters[0].quotations[0].probability >= SURE


@pytest.mark.parametrize(
    ("line", "speaker"),
    [
        ("朝她走来的姑娘问：“你是裴师傅吗？”", "姑娘"),
        ("在市场卖豆腐的阮建国说：“今天收摊早。”", "阮建国"),
    ],
)
def test_a_description_before_the_subject_is_no_address(line: str, speaker: str) -> None:
    assert speakers(cast(f"雨停了。\n\n{line}\n\n院子里静下来。")) == [speaker]


def test_a_number_of_people_is_nobodys_name() -> None:
    text = (
        "一个老太太抱着篮子，问司机：“到站了吗？”\n\n一个姓侯的工人把帽子往后一推，说：“大娘，到站我叫您。”\n\n"
        "一个年轻姑娘捂着嘴，小声说：“我也在那儿下。”\n\n司机说：“坐稳了。”"
    )
    said = speakers(cast(text))
    assert "一个" not in said and len({*said}) == 4


@pytest.mark.parametrize(
    ("text", "name", "gender"),
    [
        (
            "Ottoline Grant was forty. She lived alone.\n\n“Good morning,” said Ottoline. She untied the rope.\n\n"
            "“Are you coming?” asked Ottoline Grant.\n\n“I am,” said Otto.",
            "Ottoline",
            "female",
        ),
        (
            "Captain Vance shut the door. She was tired.\n\n“Sit,” said Vance. She pointed at the chair.\n\n"
            "“Thank you,” said Otto. He sat.\n\n“Now talk,” Vance said, and she took out her pen.",
            "Vance",
            "female",
        ),
        (
            "Quenby Marlow kept the light. Her brother wrote twice a year.\n\n“I have boots,” Quenby said.\n\n"
            "“Those?” asked the ferryman.\n\nShe laughed. “Then row me faster.”",
            "Quenby",
            "female",
        ),
        (
            "The judge, a woman of sixty, looked up.\n\n“Next,” said the judge.\n\n“That's me,” said Clara.",
            "judge",
            "female",
        ),
        (
            "The nurse, a tall man with a beard, came in.\n\n“Sit down,” said the nurse.\n\n“Thanks,” said Clara.",
            "nurse",
            "male",
        ),
        ("“More milk?” asked the milkman.\n\n“No,” said Clara.", "milkman", "male"),
    ],
)
def test_what_the_text_says_of_a_persons_sex(text: str, name: str, gender: str) -> None:
    (person,) = [one for one in cast(text).characters if name in one.name]
    assert person.gender == gender


@pytest.mark.parametrize(
    "told",
    [
        "撑船的是一个老人，名叫解长贵，是他的外公",
        "撑船的是一个老人，是他外公解长贵",
        "撑船的老人正是他的外公解长贵",
        "撑船的是一个叫解长贵的老人",
    ],
)
def test_an_old_man_whose_name_is_told_has_that_name(told: str) -> None:
    text = (
        f"区大海提着箱子上了渡船。{told}。\n\n“外公，您撑了多少年船了？”区大海问。\n\n老人想了想，说：“五十六年。”\n\n"
    )
    text += "“那您不累吗？”\n\n老人笑了笑：“累，可是不撑船，心里更累。”\n\n解长贵把船靠了岸。“慢点跑！”老人说。"
    assert {one.name for one in attribute([Chapter("", text)]).characters} == {"解长贵", "区大海"}


AGED = [
    ("“I did,” said Silas. “Silas is eighty-one,” she said.\n\n“Again,” said the old man.\n\n“Yes,” said Silas.",
     "Silas", "the old man"),
    ("“Can I come?” asked Toby. He was eight years old.\n\n“I know how,” the boy said.\n\n“No,” said Marianne Holt.",
     "Toby", "the boy"),
    ("韩德顺把船拴好。他今年七十三岁。\n“鬼不坐船。”老人说。\n“坐吧。”韩德顺说。", "韩德顺", "老人"),
    ("宋婆婆住在巷子里。\n“进来吧。”宋婆婆说。\n“坐。”老太太拉住他的手。", "宋婆婆", "老太太"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "name", "word"), AGED)
def test_a_word_for_an_age_means_the_only_one_who_has_it_and_stays_doubtful(text: str, name: str, word: str) -> None:
    casting = attribute([Chapter("", text)])
    person = next(one for one in casting.characters if one.name == name)
    assert word in person.others
    by_word = [one for one in casting.chapters[0].quotations if word in one.evidence]
    assert by_word and all(one.speaker == name and one.probability < SURE for one in by_word)


def test_of_two_old_men_none_is_meant() -> None:
    text = (
        "“I did,” said Silas. Silas was eighty-one.\n\n“So did I,” said Abel. Abel was seventy-nine.\n\n"
        "“Good,” said the old man."
    )
    assert all("the old man" not in one.others for one in attribute([Chapter("", text)]).characters)


def test_the_inspector_is_who_was_presented_though_one_chapter_has_no_name() -> None:
    parts = (
        "The inspector arrived on Thursday. His name was Gareth Vaughan, and he had a cold.\n“Fair,” said Vaughan.",
        "“Stand back,” said Vaughan.\n“Well?” asked the inspector.\n“Brandy?” said Toby.",
        "“I see,” said the inspector. “And then?”",
        "“The towels,” said Vaughan. The inspector smiled.",
    )
    casting = attribute([Chapter("", part) for part in parts])
    assert "the inspector" in next(one for one in casting.characters if one.name == "Vaughan").others


def test_whom_a_child_asks_for_is_not_the_child() -> None:
    text = (
        "陈砚打开门，门口站着一个扎羊角辫的小女孩。\n“你就是陈砚叔叔吧？”小女孩仰着脸问。\n"
        "“你是谁家的孩子？”陈砚问。\n“我叫小满，今年七岁。”\n“进来吧。”陈砚说，他让开了门。"
    )
    man = next(one for one in cast(text).characters if one.name == "陈砚")
    assert ("小女孩" in man.others, man.age, man.gender) == (False, "", "male")


@pytest.mark.parametrize("how", ["Poor", "Old", "Young", "Little", "Dear"])
@pytest.mark.parametrize("title", ["Mrs", "Mrs.", "Miss"])
def test_a_described_lady_is_not_the_man_of_her_family(how: str, title: str) -> None:
    text = (
        f"{how} {title} Dunn had lost her spectacles. Henry Dunn looked under the sofa.\n\n"
        f"“They were on my nose,” said {title} Dunn.\n\n“Then look in the mirror,” said Henry.\n\n"
        "“Sugar, Mr Dunn?” asked the maid.\n\n“Two lumps,” said Henry."
    )
    first, second, _, last = speakers(cast(text))
    assert "Dunn" in first and second == last == "Henry"
