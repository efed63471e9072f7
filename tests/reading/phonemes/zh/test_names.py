"""Family names with readings of their own, beside the same characters in common words."""

from __future__ import annotations

import pytest

from tests.reading.phonemes.zh.test_polyphones import read


@pytest.mark.parametrize(
    ("text", "place", "reading"),
    [
        ("查先生来了。", 0, "zha1"), ("请查先生的账。", 1, "cha2|zha1"), ("单老师请假了。", 0, "shan4"),
        ("仇大爷在下棋。", 0, "qiu2"), ("仇和是县里的干部。", 0, "qiu2"), ("仇人是谁？", 0, "chou2"),
        ("解振华表示支持。", 0, "xie4"), ("解放军战士来了。", 0, "jie3"), ("解药是这个。", 0, "jie3"),
        ("任正非指出了问题。", 0, "ren2"), ("任务完成了。", 0, "ren4"), ("区小明担任队长。", 0, "ou1"),
        ("区里表示会处理。", 0, "qu1"), ("区长宣布开会。", 0, "qu1"), ("朴正熙出生于韩国。", 0, "piao2"),
        ("朴素的衣服。", 0, "pu3"), ("单位表示会处理。", 0, "dan1"), ("他姓盖，我姓肖。", 2, "ge3"),
        ("他姓盖，我姓肖。", 6, "xiao1"), ("肖像画得好。", 0, "xiao4"), ("尉迟恭是唐朝人。", 0, "yu4"),
        ("万俟卨害死了岳飞。", 0, "mo4"), ("万俟卨害死了岳飞。", 1, "qi2"), ("令狐冲会使剑。", 0, "ling2"),
        ("曾国藩认为不妥。", 0, "zeng1"), ("他不曾认为不妥。", 2, "ceng2"), ("和解振华认为的不同。", 1, "xie4"),
        ("华罗庚指出这点。", 0, "hua4"), ("华人认为这很好。", 0, "hua2"), ("翟志刚出席了会议。", 0, "zhai2"),
    ],
)  # fmt: skip
def test_a_name_is_read_as_one_and_a_word_is_not(text: str, place: int, reading: str) -> None:
    assert read(text)[place].reading in reading.split("|")


@pytest.mark.parametrize("text", ["王子涵来了。", "章子怡演得好。", "川岛芳子是谁？", "之子于归。", "美智子笑了。"])
def test_zi_in_a_name_has_its_full_tone(text: str) -> None:
    assert read(text)[text.index("子")].reading in ("zi3", "zi2")


@pytest.mark.parametrize("text", ["房子很大。", "桌子上有书。", "孩子睡了。"])
def test_zi_behind_a_word_is_neutral(text: str) -> None:
    assert read(text)[text.index("子")].reading == "zi5"
