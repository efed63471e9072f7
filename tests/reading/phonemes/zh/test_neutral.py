"""Syllables without a tone of their own."""

from __future__ import annotations

from pathlib import Path

import pytest

from indextts.reading.phonemes.zh.neutral import Weak, is_doubled_verb, weak_places
from indextts.reading.phonemes.zh.polyphones import SegmentedWord
from tests.reading.phonemes.zh.test_polyphones import read


def _tone(text: str) -> str:
    plain = text.replace("*", "")
    return read(plain)[text.index("*")].reading[-1]


@pytest.mark.parametrize(
    "text",
    [
        "你等*等我吧。", "进行*过翻修。", "从没更换*过零件。", "测试*过两轮。", "举办*过三届。", "部署*过两次。",
        "开展*过调查。", "安装*过旧版。", "排查*过隐患。", "扩建*过一次。", "粉刷*过墙面。",
        "谢*谢您。", "他说谢*谢。", "我给您问*问。", "去玩*玩吧。", "打算试*试。", "我们谈*谈。", "你看*看书。",
        "陪我聊*聊天。", "想*想办法。", "歇*歇再走。", "爷*爷奶奶来了。", "爷爷奶*奶来了。", "胳*膊肘疼。",
        "一杯葡*萄酒。", "玻*璃杯碎了。", "长长的队*伍。", "你再找*找。", "喝*喝茶。", "炒*炒菜。",
        "去散*散步。", "数*数钱。", "教*教我吧。",
        "他卖糌*粑。", "手感毛*糙。", "屁*股蛋子红红的。",
        "巷口一声吆*喝。", "他们吆*喝着卖鱼。", "孩子喜*欢下雪。", "船靠了码*头。", "请个木*匠来修。",
        "衣服打了补*丁。", "贴一张膏*药。", "生意越来越红*火。", "掏了掏口*袋。", "他办事利*落。",
        "别连*累大家。", "我打*算明年去。", "换个位*置坐。",
        "去休*息室等我。", "他是个老*实人。", "真是糊*涂虫。", "楼下开了家裁*缝店。", "合*同法改了。",
        "耽*误时间。", "麻*烦事一堆。", "这人真埋*汰。", "早饭吃煎*饼果子。", "拿斧*头劈柴。", "面很筋*道。",
        "房东换了新东*家。", "身*上出了汗。", "等*等您吧。",
    ],
)  # fmt: skip
def test_the_second_syllable_is_weak(text: str) -> None:
    assert _tone(text) == "5"


@pytest.mark.parametrize(
    "text",
    [
        "死*死掐住。", "足*足三天。", "傻*傻地站着。", "他怔*怔地看着。", "强*强联手。", "满*满的幸福。", "天*天来。",
        "我想问*问题。",
        "听见雪*儿的声音。",
    ],
)  # fmt: skip
def test_manners_and_names_keep_both_tones(text: str) -> None:
    assert _tone(text) != "5"


@pytest.mark.parametrize("text", ["*想想再说。", "*走走看。", "*洗洗手。", "*找找人。", "让我*想想。", "再*找找。"])
def test_a_verb_said_twice_rises_before_its_weak_third_tone(text: str) -> None:
    assert _tone(text) == "2"


@pytest.mark.parametrize("text", ["*姐姐来了。", "*奶奶在家。", "*宝宝睡了。"])
def test_what_people_are_called_does_not(text: str) -> None:
    assert _tone(text) == "3"


@pytest.mark.parametrize(
    ("text", "reading"),
    [
        ("陈*长海来了。", "chang2"), ("苍蝇*哄哄叫。", "hong1"), ("苍蝇哄*哄叫。", "hong1"), ("他还卖馒头*哩。", "li5"),
        ("回家*喽！", "lou5"), ("他说正是老*子，别怕。", "zi5"), ("老*子说道可道。", "zi3"),
        ("听到“*咯，咯咯”的声音。", "ge1"), ("走*咯。", "lo5"),
    ],
)  # fmt: skip
def test_words_around_decide(text: str, reading: str) -> None:
    assert read(text.replace("*", ""))[text.index("*")].reading == reading


@pytest.mark.parametrize(
    "text",
    [
        "苹果、梨、香蕉等*等都有。", "除了手机、平板等*等这些数码产品，还有家电。", "车上有水、饼干、药品等*等。",
        "他会木工、水电等*等活计。", "唱歌、舞蹈等*等都行。", "笔、墨、纸张等*等。", "油盐酱醋、调料等*等都在柜子里。",
        "房租、水电、物业等*等。", "桌子、椅子等*等都搬走了。", "猫、狗、兔子等*等。",
        "包括价格、质量、服务等*等。", "诸如此类等*等。", "漏水、开裂、发霉等*等现象。", "怎么选、怎么养等*等。",
    ],
)  # fmt: skip
def test_and_so_on_keeps_its_tone(text: str) -> None:
    assert _tone(text) == "3"


@pytest.mark.parametrize(
    "text",
    [
        "完善的体系*和成熟的团队。", "新品*和成套设备。", "项目*和成果都在这里。", "员工*和成绩单。", "价格*和成本。",
        "春天*和好天气一起来了。", "经验*和成功的方法。", "孩子*和成年人。", "口味*和好评。", "梦想*和成就。",
        "同学*和好友。",
    ],
)  # fmt: skip
def test_and_before_success_joins(text: str) -> None:
    assert read(text.replace("*", ""))[text.index("*")].reading == "he2"


def test_tones_of_everyday_sentences() -> None:
    wrong = []
    for line in (Path(__file__).parents[3] / "data" / "everyday_tones.tsv").read_text(encoding="utf-8").splitlines():
        sentence, labels = line.split("\t")
        said = read(sentence)
        for label in labels.split(" ; "):
            stretch, wanted = label.split("=")
            at = sentence.index(stretch)
            heard = " ".join(said[place].reading for place in range(at, at + len(stretch)))
            if heard != wanted:
                wrong.append(f"{sentence} {label} {heard}")
    assert wrong == []


@pytest.mark.parametrize("text", ["我猜*猜猜。", "大家一起猜*猜猜！"])
def test_a_verb_said_three_times_keeps_its_tones(text: str) -> None:
    assert _tone(text) == "1"


@pytest.mark.parametrize(
    ("word", "pos", "expected"),
    [
        ("东西", "n", {1: Weak.WORD}), ("好朋友", "n", {2: Weak.WORD}), ("人", "n", {}), ("山水", "n", {}),
        ("胳膊", "n", {1: Weak.WORD}), ("胳膊肘", "n", {1: Weak.WORD}), ("葡萄胳膊", "n", {1: Weak.WORD, 3: Weak.WORD}),
        ("朋友圈", "n", {1: Weak.WORD}), ("太阳能", "n", {}), ("东西方", "n", {}), ("长胳膊肘", "n", {}),
        ("太阳系", "n", {}), ("光溜溜", "z", {}), ("结实率", "n", {}),
        ("妈妈", "n", {1: Weak.LIKELY}), ("李爸爸", "nr", {2: Weak.LIKELY}), ("爸妈", "n", {}), ("娃娃脸", "n", {}),
        ("看看", "v", {1: Weak.VERB}), ("看看", "n", {1: Weak.VERB}), ("嘿嘿", "v", {1: Weak.LIKELY}),
        ("嘿嘿", "o", {}), ("天天", "v", {}), ("死死", "v", {}),
        ("看看书", "v", {1: Weak.VERB}), ("看看书", "i", {1: Weak.VERB}), ("看看书", "l", {1: Weak.VERB}),
        ("跑跑步", "n", {1: Weak.VERB}), ("跑跑步", "nz", {1: Weak.VERB}), ("跑跑步", "r", {}), ("跑跑步", "", {}),
        ("看看看", "v", {}), ("看看书本", "v", {}), ("嘿嘿书", "v", {}), ("看书", "v", {}),
    ],
)  # fmt: skip
def test_the_weak_places_of_a_word_and_why(word: str, pos: str, expected: dict[int, Weak]) -> None:
    assert weak_places(SegmentedWord(0, word, pos)) == expected
    assert weak_places(SegmentedWord(7, word, pos), SegmentedWord(0, "山", "n")) == expected


@pytest.mark.parametrize(
    ("word", "pos", "doubled"),
    [
        ("看", "v", False), ("看看", "v", True), ("妈妈", "v", False), ("看听", "v", False), ("天天", "v", False),
        ("嘿嘿", "v", True), ("嘿嘿", "n", False), ("看看书", "vn", True), ("看看书", "a", False),
        ("看看看", "v", False), ("嘿嘿书", "v", False), ("", "v", False),
    ],
)  # fmt: skip
def test_a_verb_said_twice_is_known_by_its_kind_and_length(word: str, pos: str, doubled: bool) -> None:
    assert is_doubled_verb(word, pos) is doubled


@pytest.mark.parametrize(
    ("previous", "start", "word", "pos", "parted"),
    [
        ("找", 0, "找", "n", True), ("喝", 0, "喝茶", "v", True), ("炒", 0, "炒菜", "n", True),
        ("问", 0, "问题", "n", False), ("找", 5, "找", "n", False), ("找", 0, "看", "v", False),
        ("山", 0, "山", "n", False), ("找找", 0, "找", "v", False),
    ],
)  # fmt: skip
def test_a_verb_that_the_segmenter_parts_is_said_twice_where_both_touch(
    previous: str, start: int, word: str, pos: str, parted: bool
) -> None:
    found = weak_places(SegmentedWord(1, word, pos), SegmentedWord(start, previous, "v"))
    assert found == ({0: Weak.VERB} if parted else {})
