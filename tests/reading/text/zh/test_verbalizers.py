"""Numbers behind ``No.``, in Chinese."""

from __future__ import annotations

import pytest

from indextts.reading.text.normalise import normalise_line


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("房间No. 8在二楼", "房间八号在二楼"),
        ("车位No.23是空的", "车位二十三号是空的"),
        ("请到NO.6窗口办理", "请到六号窗口办理"),
        ("NO. 3展厅关闭", "三号展厅关闭"),
        ("No.12号柜", "十二号柜"),
        ("快递柜NO.2满了", "快递柜二号满了"),
        ("打印机是No.2", "打印机是二号"),
        ("储物柜No.105", "储物柜编号一零五"),
        ("收据No.014", "收据编号零一四"),
    ],
)
def test_what_a_thing_bears_is_its_number(written: str, said: str) -> None:
    assert normalise_line(written, "zh") == said


@pytest.mark.parametrize("written", ["他是No.1", "全国NO.2", "排名No. 5", "世界No.3的球队", "Chanel No. 5香水"])
def test_what_stands_in_an_order_is_said_in_english(written: str) -> None:
    said = normalise_line(written, "zh")
    assert " number " in said and "号" not in said


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("球队9胜2平3负", "球队九胜两平三负"),
        ("主场5胜2平", "主场五胜两平"),
        ("本季2胜2平2负", "本季两胜两平两负"),
        ("近八轮2胜6负", "近八轮两胜六负"),
        ("客场1胜2负", "客场一胜两负"),
        ("以3比2胜出", "以三比二胜出"),
        ("0比2负于客队", "零比二负于客队"),
        ("2-2平", "二比二平"),
        ("12胜1平", "十二胜一平"),
        ("面积2平方米", "面积两平方米"),
    ],
)
def test_games_won_and_drawn_are_counted(written: str, said: str) -> None:
    assert normalise_line(written, "zh") == said
