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


@pytest.mark.parametrize(
    "text",
    [
        "我和大学室友曾可欣去爬山。", "老公曾志强开车送我们。", "表妹曾可欣今年上大学。", "我的朋友曾凡今天结婚。",
        "我同事曾建国请假了。", "房东曾桂花收房租。", "邻居曾凡在修车。", "舅舅曾海涛是医生。", "这是我女儿曾欣怡。",
        "邻居曾广财修好了灯。", "搭档曾凡也来了。", "儿媳曾桂花煮了面。", "班长曾凡说算了。", "婶婶曾海涛家有狗。",
    ],
)  # fmt: skip
def test_a_name_behind_what_people_are_to_others_begins_with_its_family(text: str) -> None:
    assert read(text)[text.index("曾")].reading == "zeng1"


@pytest.mark.parametrize(
    "text",
    [
        "我老师曾教过他。", "他的朋友曾去过北京。", "丈夫曾多次说过。", "我老婆曾在这里工作。", "室友曾和他吵架。",
        "弟弟曾想学画画。", "主任曾明确表示反对。", "老婆曾志愿支教两年。", "丈夫曾任教三年。",
        "同事曾建议他去看医生。", "爸爸曾海外工作五年。",
        "妻子曾凡事都问他。", "妹妹曾欣然答应。", "舅舅曾红极一时。", "儿子曾安静地等。",
        "前任曾真心爱过我。", "我爸曾海运货物。", "搭档曾毅然离开。", "妈妈曾宁可自己挨饿。",
        "笔者曾求教研究青年的人。",
    ],
)  # fmt: skip
def test_what_people_once_did_is_no_name(text: str) -> None:
    assert read(text)[text.index("曾")].reading == "ceng2"


@pytest.mark.parametrize(
    ("text", "char", "reading"),
    [
        ("老板姓单，大家都叫他老单。", "单", "shan4"),
        ("老单摇摇头。", "单", "shan4"),
        ("老单叫我别急。", "单", "shan4"),
        ("大家都叫他老解。", "解", "xie4"),
        ("老解问了一句。", "解", "xie4"),
        ("老解摇头走了。", "解", "xie4"),
        ("这简单的事，老师单独讲。", "单", "dan1"),
        ("他老解决不了这件事。", "解", "jie3"),
        ("他总老解释不清。", "解", "jie3"),
    ],
)
def test_a_surname_behind_lao_has_its_own_reading(text: str, char: str, reading: str) -> None:
    assert read(text)[text.rindex(char)].reading == reading


@pytest.mark.parametrize(
    ("text", "reading"),
    [
        ("林先生还活着。", "hai2"),
        ("赵医生还活着，只是老了。", "hai2"),
        ("陌生人走了，先生还好吗？", "hai2"),
        ("学生还挺高兴。", "hai2"),
        ("女生还不想走。", "hai2"),
        ("他还给过我一个风筝。", "hai2"),
        ("她还给过我们几颗糖。", "hai2"),
        ("奶奶还给过他好几本书。", "hai2"),
        ("三名矿工生还。", "huan2"),
        ("无一生还。", "huan2"),
        ("钱已经还给过他了。", "huan2"),
        ("他把钥匙还给过我两次。", "huan2"),
    ],
)
def test_still_behind_people_and_before_what_was_given_is_hai(text: str, reading: str) -> None:
    assert read(text)[text.index("还")].reading == reading
