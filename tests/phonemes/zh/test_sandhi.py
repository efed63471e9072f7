"""Tones of 一 and of third tones in a row."""

from __future__ import annotations

import pytest

from tests.phonemes.zh.test_polyphones import read


@pytest.mark.parametrize(
    "text",
    [
        "二比*一逆转。", "一比*一战平。", "三比*一领先。", "负*一和二。", "负*一加二等于一。",
        "从Q*1到Q4都在涨。", "A*1和B2。", "万*一下雨呢？", "就怕万*一来了。", "图*一是地图。",
        "表*一列出了结果。", "选项*一和选项二。", "附件*一为名单。", "长三点七*一万公里。", "*一到五号。",
        "*一比零。", "V*一点五好。", "今年*一到十月。", "*一季度的收入。", "第*一名。", "深浅不*一的水坑。",
        "百分之*一。", "周*一到周五。", "*一和二都对。", "统*一思想。",
    ],
)  # fmt: skip
def test_one_keeps_its_tone_as_a_number(text: str) -> None:
    plain = text.replace("*", "")
    assert read(plain)[text.index("*")].reading == "yi1"


@pytest.mark.parametrize(
    ("text", "reading"),
    [
        ("他负*一定的责任。", "yi2"), ("*一到冬天就冷。", "yi2"), ("这件*一般。", "yi4"), ("不怕*一万。", "yi2"),
        ("来了*一个人。", "yi2"), ("说*一说。", "yi5"), ("看了*一眼。", "yi4"), ("*一和他说话就笑。", "yi4"),
        ("以一百二十三比*一百一十六获胜。", "yi4"), ("比例是一比*一百。", "yi4"), ("一比*一万。", "yi2"),
        ("Word*一下子打开了。", "yi2"), ("画图*一天。", "yi4"), ("比*一下大小。", "yi2"),
        ("尾巴一甩*一甩的。", "yi4"), ("一下*一下地响。", "yi2"), ("电量*一点一点少了。", "yi4"),
        ("电量一点*一点少了。", "yi4"),
    ],
)  # fmt: skip
def test_one_changes_before_what_is_counted(text: str, reading: str) -> None:
    plain = text.replace("*", "")
    assert read(plain)[text.index("*")].reading == reading


@pytest.mark.parametrize(
    "text",
    [
        "我*想买两把雨伞。", "我*想请你吃饭。", "我*也想走。", "我*想打伞。", "我*很理解你。", "*把小李找来。",
        "把*小李找来。", "*小李跑了。", "*请给我打电话。", "*给我两把。", "我也*可以。", "*可我想跑。", "他*也很想买。",
    ],
)  # fmt: skip
def test_a_light_word_rises_before_a_third_tone(text: str) -> None:
    plain = text.replace("*", "")
    assert read(plain)[text.index("*")].reading[-1] == "2"


@pytest.mark.parametrize(("text", "tone"), [("耳不聋眼*不花。", "4"), ("他站*不住了。", "5"), ("我听*不懂。", "5")])
def test_no_is_light_before_what_comes_of_a_deed_alone(text: str, tone: str) -> None:
    plain = text.replace("*", "")
    assert read(plain)[text.index("*")].reading == f"bu{tone}"


@pytest.mark.parametrize(
    "text",
    ["五把好雨伞。", "小李买了五把好雨伞。", "老李想买两把雨伞。", "我想请你写两首曲子。", "总理主管水产。"],
)  # fmt: skip
def test_no_three_third_tones_stand_in_a_row(text: str) -> None:
    tones = "".join(token.reading[-1] for _, token in sorted(read(text).items()))
    assert "333" not in tones
