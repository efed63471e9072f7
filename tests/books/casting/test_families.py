"""A title with a surname, beside a full name with that surname: one person, two of a family, or in doubt."""

from __future__ import annotations

import pytest

from indextts.books.casting import attribute
from indextts.books.model import Chapter
from indextts.books.shaping import is_unsure


def spoken(*chapters: str) -> list[tuple[str, bool]]:
    """Who says each line, by the first name in use, and whether that is certain."""
    casting = attribute([Chapter("", text) for text in chapters])
    names = {name: one.name for one in casting.characters for name in (one.name, *one.others)}
    return [
        (names[quote.speaker], not is_unsure(quote)) for chapter in casting.chapters for quote in chapter.quotations
    ]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        pytest.param(
            'Emily Carter came running. "Give it to me!" said Emily. "Say please," said Mrs. Carter. '
            '"Please!" said Emily.',
            ["Emily", "Mrs. Carter", "Emily"],
            id="one paragraph",
        ),
        pytest.param(
            'Ben Harris kicked the ball over the fence.\n"Sorry," said Ben.\n"You will be," said Mr. Harris.\n'
            '"It was an accident," said Ben.',
            ["Ben", "Mr. Harris", "Ben"],
            id="they answer each other",
        ),
        pytest.param(
            "Rosa Hume hid behind the coats. The hall was dark.\nMrs. Hume held Rosa by the sleeve.\n"
            '"Come out," said Mrs. Hume.\nNobody moved for a while. It rained.\n"No," said Rosa.',
            ["Mrs. Hume", "Rosa"],
            id="one sentence tells of both",
        ),
        pytest.param(
            'Peter Grant saluted badly.\n"Sit down, Peter," said Colonel Grant.\nThe clock struck.\n'
            '"I would rather stand," said Peter Grant.',
            ["Colonel Grant", "Peter Grant"],
            id="one calls the other",
        ),
        pytest.param(
            'Anna Keller waited at the stop. Anna\'s mother was late as ever.\n"There you are," said Mrs. Keller.\n'
            'The bus had gone.\n"Here I am," said Anna Keller.',
            ["Mrs. Keller", "Anna Keller"],
            id="one has a mother",
        ),
        pytest.param(
            "Robin Marsh climbed the wall. He had torn his coat.\nThe door opened at last.\n"
            '"You have grown," said Mrs. Marsh.\nA dog barked.\n"I have not," said Robin Marsh.',
            ["Mrs. Marsh", "Robin Marsh"],
            id="of another sex",
        ),
    ],
)
def test_two_of_a_family_are_two_for_certain(text: str, names: list[str]) -> None:
    assert spoken(text) == [(name, True) for name in names]


@pytest.mark.parametrize(
    "text",
    [
        'Harold Pine came in and shut the door.\n"Cold out," said Mr. Pine.\n"It is," said the porter.',
        'Miss Clara Bell took off her hat. Clara was tired.\n"Well," said Miss Bell.\n"Well?" asked the porter.',
        'Helen Voss opened the file. Helen frowned.\n"Morning, Dr. Voss," said the porter.\n"Morning," said Helen.',
    ],
)
def test_one_person_with_a_title_is_one(text: str) -> None:
    found = spoken(text)
    assert len({name for name, _ in found}) == 2 and all(sure for _, sure in found)


@pytest.mark.parametrize(
    ("text", "titled"),
    [
        (
            'Lucy Brand packed her bag. Lucy was ready.\n"All set," said Lucy.\nThe street was empty.\n\nLater it '
            'snowed. The lamps went on.\n"Who left the gate open?" asked Mrs. Brand.',
            1,
        ),
        ('Tomasin Ashe put the bag down.\nThe kettle was cold.\n"At last," said Mrs. Ashe.', 0),
        (
            'Jane Holt and Mary Holt were at school. It was noon.\nThe bell rang.\n"Time," said Miss Holt.',
            0,
        ),
    ],
)
def test_what_stays_open_is_a_doubt(text: str, titled: int) -> None:
    assert not spoken(text)[titled][1]


def test_a_chinese_father_who_is_told_of_beside_his_child_is_another() -> None:
    text = "陈晓东放下书包，看见陈先生坐在桌边。\n“我回来了。”陈晓东说。\n屋里很静。\n“吃饭吧。”陈先生说。"
    assert spoken(text) == [("陈晓东", True), ("陈先生", True)]
