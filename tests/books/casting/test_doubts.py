"""What is no name, and where a guess is not certain: words that begin a sentence, things, who else is at hand."""

from __future__ import annotations

import pytest

from tests.books.casting.test_who_speaks import certain, speakers


@pytest.mark.parametrize(
    "told",
    [
        "Kneeling, he was as tall as she.",
        "Panting, Corbin came in.",
        "Barelegged, he crossed the yard.",
        "Rather stiffly Corbin put down the lamp.",
        "Almost gently Corbin shut the door.",
        "Soaked through, he took the chair.",
        "Ashamed, he looked at the wall.",
        "Reluctantly Corbin put down the lamp.",
        "Doors were banging all down the street.",
    ],
)
def test_a_word_that_begins_a_sentence_is_nobody(told: str) -> None:
    text = f"{told}\n“It is late,” he said. “Sit down.”\n“It is,” said Rosa."
    assert speakers(text)["It is late"] in ("?", "Corbin")


@pytest.mark.parametrize("name", ["Reilly", "Fleming", "Brown", "Rose", "Hollis", "Quill"])
def test_a_name_that_is_met_only_there_is_one(name: str) -> None:
    assert speakers(f"{name} shrugged.\n“It is late.”\n“It is,” said Anna.")["It is late"] == name


@pytest.mark.parametrize(
    "place", ["three weeks out of Homicide", "born in Tulsa", "a house near Ashby", "lost in Fraud", "back in Leeds"]
)
def test_where_somebody_is_or_was_says_nothing(place: str) -> None:
    name = place.split()[-1]
    text = f"Shaw stopped writing. She was new, {place}, and wrote everything down.\n“Who?”\n“Him.”\n“Why?”"
    assert name not in speakers(text).values()


@pytest.mark.parametrize(
    "told", ["须眉皆白。", "冷汗湿透了衣裳。", "毛巾掉在地上。", "石阶湿漉漉的。", "马鞭落在桌上。", "白布盖着笼子。"]
)
def test_a_thing_says_nothing_whatever_it_begins_with(told: str) -> None:
    text = f"{told}\n“你也看见了？”\n“看见了。”\n“看见什么？”"
    assert told[:2] not in speakers(text).values()


@pytest.mark.parametrize("room", ["厂长室", "校长室", "院长办公室", "经理室", "主任办公室"])
def test_a_room_is_not_who_works_there(room: str) -> None:
    text = f"马玉兰往楼上走。{room}的门虚掩着，里头烟雾腾腾。\n“我就问一句话。”\n“坐。”马玉兰听见有人说。"
    assert speakers(text)["我就问一句话"] == "马玉兰"


@pytest.mark.parametrize("role", ["房东", "管家", "女仆", "老师", "秘书"])
def test_what_somebody_is_before_the_name_is_no_one_else(role: str) -> None:
    text = (
        f"伊莎贝尔把信塞进了灰里。\n“小姐，有位先生找您。”{role}拉鲁斯太太气喘吁吁地说。\n“请他上来吧。”\n"
        "“要我留在这儿吗？”\n“不必了，谢谢您。”"
    )
    found = speakers(text)
    assert [found[said] for said in ("请他上来吧", "不必了，谢谢您")] == ["伊莎贝尔"] * 2


@pytest.mark.parametrize(
    "told",
    [
        "I was sitting on the wall with my book. I was eleven.",
        "I was shelling peas, and the door stood open.",
        "I had my back to the fire. I did not turn round.",
        "I kicked the dust off my shoes, one and then the other.",
        "I was in the hay, where it was warm.",
    ],
)
def test_the_narrator_who_is_told_of_need_not_speak(told: str) -> None:
    text = (
        "The priest came on the Friday, and my father would not put down the spade.\n“God bless the work,” said Father "
        f"Moran.\n“It has need of it,” my father said.\n{told}\n“And how is she?”\n“Grand, Father.”\n“Good.”\n"
        "I showed him the cover. He turned his hat around and began again. “Michael, I was talking to your sister.”"
    )
    assert "And how is she" not in certain(text)


@pytest.mark.parametrize(
    "told",
    [
        "玛格丽特坐得笔直。壁炉边，埃德温正拿火钳拨弄木柴。",
        "玛格丽特没有动。窗前，埃德温点着了烟斗。",
        "玛格丽特低着头。埃德温翻了一页报纸。",
        "玛格丽特咬着嘴唇。埃德温望着窗外。",
        "玛格丽特等着。埃德温站在门口搓手。",
    ],
)
def test_of_two_in_the_line_before_neither_is_certain(told: str) -> None:
    text = (
        f"“阿什顿小姐，”哈蒙德先生取下眼镜，“令尊的遗嘱在这里。”\n{told}\n“请您直说吧。”\n“宅子归您。”律师清了清嗓子。"
    )
    assert "请您直说吧" not in certain(text)


@pytest.mark.parametrize("name", ["叶晚", "凌霜", "霍岚", "尹月", "沐晴"])
def test_an_alternation_that_begins_with_a_stranger_is_not_certain(name: str) -> None:
    text = (
        "死者倒在书房，门从里面反锁，窗户也关得严严实实。\n"
        f"郑桥蹲在门口看了足有五分钟，一句话也没说。\n“想什么呢，郑队？”{name}摘下手套，从他身边跨过去。\n"
        "“想那杯水。”\n“水里没东西，我验过了。”\n“我知道没东西，”他站起来，膝盖咔地响了一声，“可一个人"
        "要自杀，为什么先倒杯水？”\n客厅里，陶静裹着毯子坐在沙发上。\n“这枚螺丝是新的，”郑桥说，“看见了？”"
    )
    assert speakers(text)["水里没东西，我验过了"] != "郑桥" or "水里没东西，我验过了" not in certain(text)
