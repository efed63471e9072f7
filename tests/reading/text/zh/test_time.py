"""Days, hours and lengths of time, in Chinese."""

from __future__ import annotations

import pytest

from indextts.reading.text.normalise import normalise_line


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("会议0:30开始", "会议零点三十分开始"), ("定于8:30 PM", "定于晚上八点三十分"),
        ("定于12:30 PM", "定于中午十二点三十分"),
        ("定于12:00am", "定于凌晨十二点"), ("定于13:05 PM", "定于十三点零五分"), ("用时1:02:03", "用时一小时两分三秒"),
        ("用时2:00:00", "用时两小时"), ("定于24:00", "定于二十四点"), ("定于23:59:09", "定于二十三点五十九分零九秒"),
        ("下午3pm", "下午三点"), ("5pm来", "下午五点来"),
        ("6pm来", "晚上六点来"), ("4am来", "凌晨四点来"),
        ("5am来", "上午五点来"),
        ("13/12/2024", "二零二四年十二月十三日"), ("12/2/2", "一二年二月二日"),
        ("23-24赛季", "二三二四赛季"), ("99-00赛季", "九九零零赛季"),
        ("1000年历史", "一千年历史"),
        ("3'45\"", "三分四十五秒"), ("9:00-18:00", "九点到十八点"),
        ("9:00-24:30", "九点到二十四点三十分"), ("截止07-15", "截止七月十五日"),
        ("05/2023", "二零二三年五月"), ("221 BC", "公元前二二一年"),
        ("500-400 B.C.", "公元前五零零到四零零年"), ("公元800 AD", "公元八零零年"),
        ("跑了1:30小时", "跑了一小时三十分钟"), ("3:45分钟", "三分四十五秒"),
        ("副歌从1:05开始", "副歌从一分零五秒开始"), ("视频35:20处", "视频三十五分二十秒处"),
        ("视频35:00处", "视频三十五分钟处"),
        ("3月05号", "三月五号"), ("比赛第87'进球", "比赛第八十七分钟进球"), ("比赛45+2'进球", "比赛四十五加二分钟进球"),
        ("9·18事变", "九一八事变"), ("10·1黄金周", "十一黄金周"),
        ("12/20日截止", "十二月二十日截止"), ("9/15前提交", "九月十五日前提交"),
        ("3/4去掉", "四分之三去掉"), ("11.11大促", "十一十一大促"),
        ("那批货是2011第七周出厂的", "那批货是二零一一第七周出厂的"), ("2023第12期会刊", "二零二三第十二期会刊"),
        ("2026第二学期开学", "二零二六第二学期开学"), ("2019第20赛季落幕", "二零一九第二十赛季落幕"),
        ("去过2017暑假的夏令营", "去过二零一七暑假的夏令营"), ("捐了2000第一名", "捐了两千第一名"),
    ],
)  # fmt: skip
def test_days_hours_and_lengths_of_time_have_their_words(written: str, said: str) -> None:
    assert normalise_line(written, "zh") == said


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("他3/3去北京", "他三月三日去北京"), ("他12/3去北京", "他十二月三日去北京"),
        ("他3/11去北京", "他三月十一日去北京"),
        ("他2/9去北京", "他九分之二去北京"), ("他2/10去北京", "他十分之二去北京"),
    ],
)  # fmt: skip
def test_what_is_no_part_of_anything_is_a_day(written: str, said: str) -> None:
    assert normalise_line(written, "zh") == said


LONG = "甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳午未申酉戌亥"


def test_a_recording_is_one_within_twenty_four_characters_before() -> None:
    def part(left: str) -> str:
        return normalise_line(f"{left}1:05，后面还有{LONG}", "zh").removeprefix(left).partition("，")[0]

    assert part("副歌") == part("副歌" + LONG) == "一分零五秒"
    assert part("副歌" + LONG + "天") == "一点零五分"


@pytest.mark.parametrize("written", ["定于24:00", "定于23:59", "定于12:30:59", "定于24:59:59"])
@pytest.mark.parametrize("beyond", [("24:", "25:"), ("23:", "25:"), (":59", ":60"), (":30", ":60"), (":59", ":75")])
def test_a_clock_has_24_hours_of_60_minutes_of_60_seconds(written: str, beyond: tuple[str, str]) -> None:
    assert "点" in normalise_line(written, "zh")
    if beyond[0] in written:
        assert "点" not in normalise_line(written.replace(*beyond), "zh")


@pytest.mark.parametrize("good", ["9:00-10:30", "9:00:00-10:30:59", "0:00-24:59"])
@pytest.mark.parametrize("bad", ["25:00", "9:60", "9:30:60", "9:30:75"])
def test_hours_from_and_to_are_both_on_the_clock(good: str, bad: str) -> None:
    assert "点到" in normalise_line(f"定于{good}", "zh")
    first, last = good.split("-")
    assert "点到" not in normalise_line(f"定于{bad}-{last}", "zh")
    assert not normalise_line(f"定于{first}-{bad}", "zh").endswith(("分", "秒"))
