"""Long numbers are told in groups."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indextts.model.sources import USER
from indextts.model.utterance import Token, Utterance
from indextts.reading.prosody import ProsodyModel, load
from tests.support.segments import build_segments


@pytest.fixture(scope="module", params=["rules", "lm", "causal"])
def model(request: pytest.FixtureRequest) -> ProsodyModel:
    return load(request.param)


def plan_of(text: str, model: ProsodyModel) -> list[Token]:
    utterance = Utterance(text=text, segments=build_segments(text, max_syllables=60))
    model.annotate(utterance)
    return [token for segment in utterance.segments for token in segment.tokens]


FEW = [
    ("主队摆出3-4-3阵型。", "3-4-3"),
    ("客队改打4-2-3-1阵型。", "4-2-3-1"),
    ("两队都用5-3-2阵型。", "5-3-2"),
    ("教练喜欢4-4-2阵型。", "4-4-2"),
    ("下半场变成3-5-2阵型。", "3-5-2"),
    ("防火墙只开了8443端口。", "8443"),
    ("服务默认跑在5432端口上。", "5432"),
    ("我常用9092端口。", "9092"),
    ("他买的是8155版。", "8155"),
    ("搭的是703路。", "703"),
    ("本研究选用2008—2017年A股公司为样本，考察融资约束。", "2008—2017"),
    ("样本取自2003—2019年A股制造业公司，剔除了异常值。", "2003—2019"),
    ("论文依据2006—2015年H股公司年报，计算了指标。", "2006—2015"),
    ("选取2007—2016年A股公司年报，计算了指标。", "2007—2016"),
    ("本文考察2009—2018年A股并购事件，发现溢价偏高。", "2009—2018"),
    ("所提方法在PASCAL VOC 2007数据集上的结果更好。", "2007"),
    ("该网络在PASCAL VOC 2010数据集上的mIoU最高。", "2010"),
    ("模型在KITTI 2015数据集上的误差更低。", "2015"),
    ("该算法在ISIC 2018数据集上的得分第一。", "2018"),
    ("改进后在DAVIS 2017验证集上的速度更快。", "2017"),
]
PAIRS = [
    ("微胖女孩163/128斤穿搭。", "六十三", "一百"),
    ("身高178/75kg的我穿L码。", "七十八", "七十五"),
    ("男友182/150斤，穿着正好。", "八十二", "一百"),
    ("老公185 140斤买的大码。", "八十五", "一百"),
    ("女生160 95斤穿小码。", "六十", "九十"),
    ("升级到Windows 11 24H2之后开机慢。", "十一", "二四"),
    ("新买的iPhone 16 256G够用。", "十六", "两百"),
    ("GTA 5 一开就闪退。", "五", "一开"),
    ("作业lab2周四交。", "二", "周四"),
    ("会议改到周二14:30开。", "周二", "十四"),
]


@pytest.mark.parametrize(("text", "written"), FEW)
def test_a_few_figures_that_name_are_said_in_one(model: ProsodyModel, text: str, written: str) -> None:
    tokens, begin = plan_of(text, model), text.index(written)
    said = [token for token in tokens if begin <= token.start and token.end <= begin + len(written)]
    assert all(token.break_after < 2 for token in said)


@pytest.mark.parametrize(("text", "left", "right"), PAIRS)
def test_figures_beside_figures_have_a_pause_between(model: ProsodyModel, text: str, left: str, right: str) -> None:
    spoken = [token for token in plan_of(text, model) if token.kind != "punctuation"]
    at = "".join(token.text[:1] for token in spoken).index(left + right)
    assert spoken[at + len(left) - 1].break_after >= 2


def groups(tokens: list[Token], written: str, text: str) -> list[str]:
    """What is said of ``written``, apart at its phrases."""
    begin = text.index(written)
    said = [token for token in tokens if token.start >= begin and token.end <= begin + len(written)]
    found = [""]
    for token in said:
        found[-1] += token.text if token.lang == "zh" else f"{token.text} "
        if token.break_after > 1 and token is not said[-1]:
            found.append("")
    return [part.strip() for part in found]


@pytest.mark.parametrize(
    ("text", "written", "wanted"),
    [
        ("请拨打400-820-1155咨询。", "400-820-1155", "四零零 八二零 幺幺五五"),
        ("电话是13812345678。", "13812345678", "幺三八 幺二三四 五六七八"),
        ("我的手机号是+86 138 1234 5678。", "+86 138 1234 5678", "加八六 幺三八 幺二三四 五六七八"),
        ("打010-88886666找我。", "010-88886666", "零幺零 八八八八 六六六六"),
        ("身份证号是110105199003071234。", "110105199003071234", "一一零一零五 一九九零 零三零七 一二三四"),
        ("卡号6222021234567890123。", "6222021234567890123", "六二二二 零二一二 三四五六 七八九零 一二三"),
        ("QQ号是1234567890。", "1234567890", "一二三 四五六 七八九零"),
        ("验证码是483920。", "483920", "四八三 九二零"),
        ("书号是978-7-115-54608-1。", "978-7-115-54608-1", "九七八 七 一一五 五四六零八 一"),
    ],
)
def test_a_long_number_is_told_in_groups(model: ProsodyModel, text: str, written: str, wanted: str) -> None:
    assert groups(plan_of(text, model), written, text) == wanted.split()


@pytest.mark.parametrize(
    ("text", "written", "wanted"),
    [
        ("Call (415) 555-0132 now.", "(415) 555-0132", "four one five/five five five/zero one three two"),
        ("Call 1-800-555-0199 now.", "1-800-555-0199", "one/eight hundred/five five five/zero one nine nine"),
        (
            "The number is 4829-1048-2231-9948.",
            "4829-1048-2231-9948",
            "four eight two nine/one zero four eight/two two three one/nine nine four eight",
        ),
    ],
)
def test_in_english_too(model: ProsodyModel, text: str, written: str, wanted: str) -> None:
    assert groups(plan_of(text, model), written, text) == wanted.split("/")


@pytest.mark.parametrize("text", ["热线是12345。", "他生于1990年。", "圆周率约为3.14159265358979。"])
def test_short_numbers_and_decimals_are_told_in_one(text: str) -> None:
    figures = [token for token in plan_of(text, load("lm")) if token.changes]
    assert all(token.break_after < 2 for token in figures[:-1])


def test_what_a_person_has_set_stays() -> None:
    text = "电话是13812345678。"
    utterance = Utterance(text=text, segments=build_segments(text, max_syllables=60))
    first = next(token for token in utterance.segments[0].tokens if token.changes)
    first.break_after, first.break_source = 2, USER
    load("rules").annotate(utterance)
    assert (first.break_after, first.break_source) == (2, USER)


@given(st.from_regex(r"[2-9][0-9]{2,4}([- ]?[0-9]{1,5}){1,5}", fullmatch=True))
def test_every_group_is_a_word_and_ends_where_it_is_written(number: str) -> None:
    text = f"编号：{number}。"
    tokens = plan_of(text, load("rules"))
    for token, following in itertools.pairwise(tokens):
        if token.break_after > 1:
            assert token.word != following.word
    said = [token.text for token in tokens if token.changes]
    if len(said) == sum(map(str.isdecimal, number)) >= 6 and {*said} <= {*"零幺一二三四五六七八九"}:
        parts = groups(tokens, number, text)
        assert len(parts) >= 2
        assert max(map(len, parts)) <= 6
