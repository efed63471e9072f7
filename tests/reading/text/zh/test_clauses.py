"""Where a Chinese sentence pauses though it has no mark."""

from __future__ import annotations

import pytest

from indextts.reading.text.zh import clauses
from tests.support.segments import build_segments


def parted(text: str) -> str:
    """``text`` with a stroke where a pause belongs."""
    tokens = build_segments(text, max_syllables=60)[0].tokens
    found = clauses.ends(tokens)
    return "".join(token.text + "|" * (place in found) for place, token in enumerate(tokens))


@pytest.mark.parametrize(
    "said",
    [
        "保存文件以后|程序会自动退出。",
        "雨停了之后|孩子们又跑了出去。",
        "我到家的时候|弟弟已经睡着了。",
        "随着城市的扩大|农田越来越少。",
        "随着气温的不断上升和冰川的加速融化|海平面正在升高。",
        "在邻居们的帮助下|他们很快修好了屋顶。",
        "按照学校的规定|学生不得带手机。",
        "由于天气原因|航班推迟到后天。",
        "受大雾影响|高速公路已经关闭。",
        "截至去年年底|公司共有三万名员工。",
        "乙方未按时交货的|应当支付违约金。",
        "被告犯盗窃罪|判处拘役三个月。",
        "山上有座塔|塔里住着一位老人。",
        "天哪|你怎么来了。",
        "尊敬的各位来宾|今天的晚会现在开始。",
    ],
)
def test_a_speaker_pauses_behind_what_stands_before_the_main_clause(said: str) -> None:
    assert parted(said.replace("|", "")) == said


@pytest.mark.parametrize(
    "said",
    [
        "以后我们常联系。",
        "这件不如以前买的厚。",
        "感觉以后会经常来。",
        "我们见面的时候就说好了。",
        "吃完以后的碗要洗。",
        "请各位保持安静。",
        "小时候的我很胖。",
        "他从小在奶奶家长大。",
        "我们的努力没有白费。",
        "好的东西总是很贵。",
    ],
)
def test_nothing_is_parted_that_belongs_together(said: str) -> None:
    assert parted(said) == said


@pytest.mark.parametrize(
    ("text", "at"),
    [("太阳落山了我们才往回走。", "了"), ("老师问他你怎么没写作业。", "他"), ("外面越来越黑路上已经没有人了。", "黑")],
)
def test_grammar_knows_where_a_second_clause_may_begin(text: str, at: str) -> None:
    tokens = build_segments(text, max_syllables=60)[0].tokens
    assert at in {tokens[place].text for place in clauses.likely(tokens)}


def test_an_object_begins_no_clause() -> None:
    tokens = build_segments("他昨天在车站附近的小店买了我最喜欢的书。", max_syllables=60)[0].tokens
    assert {tokens[place].text for place in clauses.likely(tokens)} <= {"了"}
    tokens = build_segments("我强烈推荐大家去看看。", max_syllables=60)[0].tokens
    assert clauses.likely(tokens) == {}
