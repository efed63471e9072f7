"""Figures of offices, shops and the road: losses in 万, days by a stroke, numbers of orders, prices abroad, lengths."""

from __future__ import annotations

import pytest

from indextts.reading.text.normalise import normalise_line


def bare(text: str) -> str:
    return normalise_line(text, "zh").replace(" ", "")


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("理财账户 -1.8w，心痛", "理财账户负一点八万，心痛"),
        ("本月结余-2w", "本月结余负两万"),
        ("收益：-0.8w，年化 -4%", "收益：负零点八万，年化负百分之四"),
        ("利润从 +3w 变成 -2w", "利润从正三万变成负两万"),
        ("盈亏（-1.5w）", "盈亏（负一点五万）"),
        ("-3w~-1w 都有人亏", "负三万到负一万都有人亏"),
        ("月收支 ±2w 左右", "月收支正负两万左右"),
        ("-5w的缺口", "负五万的缺口"),
        ("今年现金流 −30w", "今年现金流负三十万"),
        ("账户浮亏-6.5W元", "账户浮亏负六点五万元"),
        ("身家 -1w5", "身家负一万五"),
        ("差额 -1k5", "差额负一千五"),
        ("月薪 1-3w", "月薪一到三万"),
        ("10w-20w 预算", "十万到二十万预算"),
        ("3w+ 粉丝", "三万加粉丝"),
        ("涨粉+3w", "涨粉加三万"),
        ("孕32w+4d", "孕三十二周加四天"),
        ("20w快充", "二十瓦快充"),
        ("押金 1w5", "押金一万五"),
        ("落地价 15w-18w", "落地价十五万到十八万"),
        ("发射功率 -5W", "发射功率负五瓦"),
    ],
)
def test_the_sign_of_a_sum_in_ten_thousands_is_said(written: str, said: str) -> None:
    assert bare(written) == said
