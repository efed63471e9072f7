"""Whose somebody is: the vicar's wife, 周婶家的孙子豆豆; relatives on the phone, and names that men and women bear."""

from __future__ import annotations

import pytest

from indextts.books.casting import Casting, attribute
from indextts.books.model import UNKNOWN, Chapter, Role
from indextts.books.shaping import is_unsure


def cast(text: str) -> Casting:
    return attribute([Chapter("", text)])


def said(text: str) -> list[str]:
    """Who says each quotation, in order."""
    return [one.speaker for one in cast(text).chapters[0].quotations]


@pytest.mark.parametrize(
    ("who", "sex"),
    [
        ("the grocer's niece", "female"),
        ("the widow’s eldest son", "male"),
        ("Harriet's stepfather", "male"),
        ("Mr. Crane's housekeeper", "female"),
        ("Captain Voss's lawyer", ""),
        ("the old squire's daughter-in-law", "female"),
        ("Silas' grandson", "male"),
        ("his mother's friend", ""),
    ],
)
@pytest.mark.parametrize("tag", ["said {}.", "{} said. ", "{} nodded."])
def test_whom_somebody_has_is_a_person_and_not_the_one_who_has(who: str, sex: str, tag: str) -> None:
    line = tag.format(who if tag[0] == "s" else who[0].upper() + who[1:])
    found = cast(f"It was late.\n\n“Come in{',' if 'said' in tag else '.'}” {line}")
    assert [(one.name, one.gender) for one in found.characters] == [(who, sex)]
    assert not is_unsure(found.chapters[0].quotations[0])


def test_who_has_and_whom_he_has_talk_with_each_other() -> None:
    text = "“Two?” asked the baker.\n\n“Three,” said the baker's wife.\n\n“Fine,” said the baker. “Three.”"
    assert said(text) == ["the baker", "the baker's wife", "the baker", "the baker"]


@pytest.mark.parametrize("thing", ["voice was hoarse", "eyes were wet", "hand shook"])
def test_what_is_of_somebody_is_he(thing: str) -> None:
    assert said(f"“Who is there?” asked Mary.\n\nTom's {thing}. “Only me.”")[1] == "Tom"


def test_somebodys_dog_says_nothing_but_in_a_tale_where_it_does() -> None:
    assert said("Tom came in. “Down,” said Tom. Mary's dog sat. “Good,” said Tom.") == ["Tom", "Tom"]
    assert said("“Down?” said Mary's dog.\n\n“Yes,” said Tom.") == ["Mary's dog", "Tom"]


@pytest.mark.parametrize(
    "who", ["my sister Ruth", "her daughter Ruth", "Tom's cousin Ruth", "little Ruth", "dear old Ruth"]
)
def test_behind_what_somebody_is_stands_the_name(who: str) -> None:
    assert said(f"The bell rang.\n\n“It is open,” said {who}.\n\n“Thank you,” said Tom.") == ["Ruth", "Tom"]


def test_who_was_called_by_whose_he_is_is_the_same_without_that() -> None:
    text = "“Aye,” said the ship's captain.\n\n“Why?” asked Wren.\n\n“Wind,” said the captain."
    assert said(text) == ["the ship's captain", "Wren", "the ship's captain"]
    two = "“Aye,” said Tom's cook.\n\n“Why?” asked Ann's cook.\n\n“Wind,” said the cook."
    assert len({*said(two)}) == 3


def test_kin_tells_the_sex_of_a_name_that_nobody_knows() -> None:
    text = "“No,” said my brother Ysolt.\n\n“Yes,” said Tom's aunt Quill."
    assert {one.name: one.gender for one in cast(text).characters} == {"Ysolt": "male", "Quill": "female"}


@pytest.mark.parametrize(
    ("whose", "name"),
    [
        ("李婶家的小孙子", "乐乐"),
        ("张教授门下的弟子", "许知远"),
        ("孙老板店里的伙计", "阿旺"),
        ("陈主任手下的干事", "小何"),
        ("赵大爷的外孙女", "妞妞"),
        ("林医生的助理", "周敏"),
    ],
)
def test_a_relative_with_a_name_says_it(whose: str, name: str) -> None:
    owner = whose[:2] if whose[1] == "婶" else whose[:3]
    text = f"{owner}推开门。\n“谁在那儿？”{owner}问。\n“是我。”{whose}{name}站在窗边。\n“进来。”{owner}说。"
    assert said(text) == [owner, name, owner]


def test_a_relative_without_a_name_says_it_and_the_sex_is_told() -> None:
    text = "王老师走进来。\n“交了吗？”王老师问。\n“没有。”王老师班上的学生低着头。\n“我交了。”周婶家的孙女小满说。"
    found = cast(text)
    assert [one.speaker for one in found.chapters[0].quotations] == ["王老师", "学生", "小满"]
    assert {one.name: one.gender for one in found.characters}["小满"] == "female"


@pytest.mark.parametrize(
    ("kin", "call", "who", "place"),
    [("爸爸", "爸", "沈建国", "电话那头"), ("妈妈", "妈", "刘芳", "屏幕里"), ("爸爸", "爹", "周志强", "电话里")],
)
def test_who_answers_a_call_is_not_the_parent_of_another(kin: str, call: str, who: str, place: str) -> None:
    text = f"小满的{kin}打来了电话。\n“{call}，您吃药了吗？”{place}，{who}问。\n“吃了吃了。”"
    first, answer = cast(text).chapters[0].quotations
    assert first.speaker == who and answer.speaker not in (kin, who) and is_unsure(answer)


def test_who_was_called_answers() -> None:
    text = (
        "沈大爷正在浇花，小满的爸爸打来了电话。\n“爸，您又没吃药吧？”沈建国的声音有些着急。\n“吃了吃了。”\n“那就好。”"
    )
    assert said(text) == ["沈建国", "沈大爷", "沈建国"]


def test_a_parent_of_the_one_who_calls_answers() -> None:
    assert said("刘芳的爸爸坐在门口。\n“爸，吃饭了。”刘芳喊道。\n“来了。”") == ["刘芳", "爸爸"]
    assert said("My mother rang. “Mum, have you eaten?” I asked.\n\n“Not yet.”") == ["I", "my mother"]


def test_a_narrators_mother_calls_nobody_mum_for_certain() -> None:
    quotations = cast("My mother rang.\n\n“Mum, have you eaten?”\n\n“Not yet.”").chapters[0].quotations
    assert all(is_unsure(one) for one in quotations) and quotations[0].speaker == UNKNOWN


@pytest.mark.parametrize("name", ["Charlie", "Alex", "Robin", "Jordan Price"])
@pytest.mark.parametrize(("he", "sex"), [("She", "female"), ("He", "male")])
@pytest.mark.parametrize("told", ["“No,” said {0}. {1} got up.", "{0} came in.\n\n{1} got up.\n\n“No,” said {0}."])
def test_a_name_of_men_and_women_follows_the_pronoun_beside_it(name: str, he: str, sex: str, told: str) -> None:
    (one,) = cast(told.format(name, he)).characters
    assert one.gender == sex


def test_a_name_of_men_and_women_follows_what_is_done_with_the_own_body() -> None:
    genders = {
        one.name: one.gender for one in cast("“No,” said Alex, folding her arms.\n\n“Yes,” said Bill.").characters
    }
    assert genders == {"Alex": "female", "Bill": "male"}


def test_she_may_be_somebody_with_such_a_name_and_no_other_sex_is_told() -> None:
    text = "Alex and Bill sat down.\n\n“I am tired,” she said.\n\n“Me too,” said Bill."
    assert said(text) == ["Alex", "Bill"]
    assert [one.gender for one in cast("“Go,” said Charlie.").characters] == ["male"]
    assert [one.gender for one in cast("“Go,” said Thomas. She laughed.").characters] == ["male"]


def test_who_is_joined_by_a_person_is_one() -> None:
    text = "“Who is there?” asked the old man.\n\n“Wren,” said Wren.\n\n“Sit,” said Silas."
    known = {"Silas": Role(others=("the old man",)), "Wren": Role()}
    (chapter,) = attribute([Chapter("", text)], cast=known).chapters
    assert [one.speaker for one in chapter.quotations] == ["Silas", "Wren", "Silas"]
