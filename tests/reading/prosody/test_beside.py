"""What is said in one breath with a word in letters among Chinese words."""

from __future__ import annotations

import itertools

import pytest

from indextts.reading.prosody import ProsodyModel, beside, load
from tests.support.segments import build_segments, tokens_of


@pytest.fixture(scope="module")
def lm() -> ProsodyModel:
    return load("lm")


@pytest.mark.parametrize(
    "marked",
    [
        "昨天夜里老板突然 cue_ 我讲一下下半年的计划。",
        "半夜三点平台 call_ 我起来处理线上的故障。",
        "有什么进展随时 ping_ 我就行，我一直在线。",
        "他昨天在群里 diss_ 我做的方案太保守，我一句都没回。",
        "上周面试官 push_我当场手写一遍快速排序。",
        "客服主动 call_你确认地址之前先不要付款。",
        "手滑 push 了_密钥怎么补救？先把密钥作废。",
        "同事帮我 review 了_代码里最难懂的那一段。",
        "新款 V12_ 增压_发动机的声浪完全不一样。",
        "洗碗机报 E4 多半_是进水阀门没有打开。",
        "全是靠我们在 V2EX_ 上一个一个回帖攒下来的口碑。",
    ],
)
def test_a_verb_in_letters_has_its_object_and_a_name_its_noun(lm: ProsodyModel, marked: str) -> None:
    assert not parted(lm, marked)


@pytest.mark.parametrize(
    "marked",
    [
        "请家长登录“班小二”_APP 查看孩子的成绩单。",
        "老板让我给“春季上新”_banner 换一个配色。",
        "新车搭载了天衡_-_Z 空气悬架和后轮转向。",
        "歼-20 的总师也参与了鲲鹏_-_B 方案的论证。",
        "核磁提示 C5_/6 椎间盘轻度膨出，建议保守治疗。",
        "腰椎片示 L5_/S1 间隙变窄，骨质增生。",
        "核磁示 T11_/12 椎体压缩性骨折，脊髓未见受压。",
        "体检发现 25_(OH)_D 偏低，医生让我多晒太阳。",
        "向溶液里加入 Mg_(OH)_2 粉末并不断搅拌。",
    ],
)
def test_no_pause_stands_at_a_sign_inside_a_name(lm: ProsodyModel, marked: str) -> None:
    assert not parted(lm, marked)


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("修好了那个bug 出去走走。", "bug"),
        ("群里那个case 我们明天再看。", "case"),
        ("这台 iPhone(国行)的屏幕碎了。", "iPhone"),
        ("往返北京-London 的机票太贵了。", "京"),
        ("他刚说“不行”Tom 就走了。", "行"),
        ("项目的 owner 更新得很勤快。", "owner"),
    ],
)
def test_what_only_stands_near_letters_may_be_parted(text: str, word: str) -> None:
    tokens = build_segments(text, max_syllables=60)[0].tokens
    place = max(at for at, token in enumerate(tokens) if token.text == word)
    assert place not in beside.letters(tokens)


def parted(lm: ProsodyModel, marked: str) -> list[int]:
    """The places marked ``_`` behind which a phrase ends."""
    parts = marked.split("_")
    tokens = tokens_of("".join(parts), lm)
    found = []
    for place in itertools.accumulate(len(part) for part in parts[:-1]):
        before = max(at for at, token in enumerate(tokens) if token.kind != "punctuation" and token.start < place)
        if tokens[before].break_after >= 2:
            found.append(place)
    return found
