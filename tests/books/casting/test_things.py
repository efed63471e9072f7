"""Things, sounds, hours and contractions are no people, whatever they look like to a segmenter."""

from __future__ import annotations

import pytest

from indextts.books.casting import attribute
from indextts.books.model import Chapter


def people(text: str) -> set[str]:
    return {one.name for one in attribute([Chapter("", text)]).characters}


@pytest.mark.parametrize(
    "told",
    [
        "那柄剑在匣中轻轻鸣了一声", "这封信压在枕下", "那块玉碎成两半", "那支箭射偏了", "三千灵石堆在桌上",
        "那把刀插在桌上",
        "太阳升起来了", "钟声响了", "雷声响了", "鼓声响起来", "枪声响了", "天亮了", "天亮时，雨停了",
        "花开了", "石门开了", "一柄剑掉出来",
    ],
)  # fmt: skip
def test_a_thing_does_not_speak(told: str) -> None:
    text = f"{told}。\n\n“谁的？”他问。\n\n“我的。”沈砚说。\n\n{told}。\n\n“走。”他说。\n"
    assert people(text) == {"沈砚"}


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("张飞", "那张飞大喝一声"), ("张三", "那张三不服气"), ("李东升", "李东升起身"), ("小升", "小升起床了"),
        ("王开", "王开起来了"),
        ("天亮", "天亮说：“早。”"), ("小明", "小明得了第一名"), ("王震声", "王震声说：“早。”"), ("红玉", "红玉起了床"),
        ("封尘", "封尘收起剑"), ("李响", "李响走了进来"), ("陈亮", "陈亮了解这里"),
    ],
)  # fmt: skip
def test_a_person_whose_name_looks_like_a_thing_speaks(name: str, told: str) -> None:
    text = f"{told}。\n\n“谁的？”{name}问。\n\n“我的。”沈砚说。\n\n{told}。\n\n“走。”{name}说。\n"
    assert people(text) == {"沈砚", name}


@pytest.mark.parametrize(
    "told", ["'Tis a cold night.", "'Twas late.", "'Twere better so.", "Rent fell due at Michaelmas."]
)
def test_a_contraction_and_a_feast_are_nobody(told: str) -> None:
    assert people(f'{told} "When will it end?" he asked. "Soon," said Anne. {told} "Good," he said.') == {"Anne"}
