"""Figures of servers, races, recordings and journals: what they count is told by the words around them."""

from __future__ import annotations

import pytest

from indextts.reading.text.normalise import normalise_line


def bare(text: str) -> str:
    return normalise_line(text, "zh").replace(" ", "")


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("共检索到1 284篇文献", "共检索到一千二百八十四篇文献"),
        ("最终纳入 3 416 例患者", "最终纳入三千四百一十六例患者"),
        ("合计12 650名学生参加", "合计一万二千六百五十名学生参加"),
        ("调查农户5 120户", "调查农户五千一百二十户"),
        ("回收问卷1 037份", "回收问卷一千零三十七份"),
        ("全县存栏生猪23 400头", "全县存栏生猪二万三千四百头"),
        ("种植面积达8 700公顷", "种植面积达八千七百公顷"),
        ("样本总数为1 200 350条", "样本总数为一百二十万零三百五十条"),
        ("数据库收录化合物4 508种", "数据库收录化合物四千五百零八种"),
        ("投资总额（6 300万元）", "投资总额（六千三百万元）"),
        ("播放量1,000w+", "播放量一千万加"),
        ("首付1,250w起步", "首付一千二百五十万起步"),
        ("粉丝破了12,500w", "粉丝破了一万二千五百万"),
        ("快充功率1,200w", "快充功率一千二百瓦"),
        ("涨了1,000%-2,000%", "涨了百分之一千到百分之二千"),
        ("扩大了2,500.5%-3,000%", "扩大了百分之二千五百点五到百分之三千"),
        ("Windows 11 100个技巧", "Windows十一，一百个技巧"),
        ("iPhone 15 128台", "iPhone十五，一百二十八台"),
        ("环氧树脂E-51 100份", "环氧树脂E五一，一百份"),
        ("图3 120例患者的分布", "图三一百二十例患者的分布"),
    ],
)
def test_a_space_or_a_comma_between_thousands(written: str, said: str) -> None:
    same = bare(written).replace("两", "二").replace("，", "")
    assert same == said.replace("，", "")


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("nginx 没改配置，传个视频就 413", "nginx没改配置，传个视频就四一三"),
        ("网关超时了，前端只看到 499", "网关超时了，前端只看到四九九"),
        ("爬虫跑了一会儿开始 403", "爬虫跑了一会儿开始四零三"),
        ("反代配错了，全是 502", "反代配错了，全是五零二"),
        ("接口参数不对，直接 400", "接口参数不对，直接四零零"),
        ("Postman 里换个类型就 415", "Postman里换个类型就四一五"),
        ("CDN 一抽风就 522", "CDN一抽风就五二二"),
        ("client_max_body_size 调到 20m", "client_max_body_size调到二十兆"),
        ("proxy_buffer_size 默认 8k", "proxy_buffer_size默认八k"),
        ("memory_limit = 256m", "memory_limit=二百五十六兆"),
        ("接口文档有413页", "接口文档有四百一十三页"),
        ("服务器一共400台", "服务器一共四百台"),
        ("墙的宽度只有 1m", "墙的宽度只有一米"),
        ("报了110人家半小时才来", "报了幺幺零，人家半小时才来"),
        ("吓得我赶紧报了110", "吓得我赶紧报了幺幺零"),
        ("打了120人家说马上到", "打了幺二零，人家说马上到"),
        ("打过119人家不信", "打过幺幺九，人家不信"),
        ("铭牌上报110伏电压", "铭牌上报一百一十伏电压"),
        ("这次报了110人", "这次报了一百一十人"),
        ("上午打了110个电话", "上午打了一百一十个电话"),
    ],
)
def test_servers_and_emergencies(written: str, said: str) -> None:
    assert bare(written).replace("两百", "二百").replace("等于", "=") == said


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("厦马4:00以内完赛的有三千人", "厦马四小时以内完赛的有三千人"),
        ("首马3:58完赛，很满意", "首马三小时五十八分完赛，很满意"),
        ("半马1:45完赛", "半马一小时四十五分完赛"),
        ("目标是全马跑进3:30", "目标是全马跑进三小时三十分"),
        ("她的马拉松成绩2:47", "她的马拉松成绩两小时四十七分"),
        ("无锡马拉松3:15的兔子在前面", "无锡马拉松三小时十五分的兔子在前面"),
        ("全马PB 3:28，配速4:56", "全马PB三小时二十八分，配速四分五十六秒"),
        ("上马4:30之内的选手", "上马四小时三十分之内的选手"),
        ("广马5:10冲线", "广马五小时十分冲线"),
        ("越野赛用时6:40", "越野赛用时六小时四十分"),
        ("马拉松早上7:30开跑", "马拉松早上七点三十分开跑"),
        ("视频时长3:28", "视频时长三分二十八秒"),
        ("晚上8:30以内到家", "晚上八点三十分以内到家"),
    ],
)
def test_how_long_a_race_takes(written: str, said: str) -> None:
    assert bare(written) == said


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("时间轴 00:02:10 闲聊 00:11:45 正题", "时间轴，二分十秒，闲聊，十一分四十五秒，正题"),
        ("时间轴：00:00 开头 / 05:20 选题 / 18:06 嘉宾", "时间轴：零秒开头，五分二十秒选题，十八分零六秒嘉宾"),
        ("时间戳 01:15 自我介绍/09:40 入行", "时间戳，一分十五秒自我介绍，九分四十秒入行"),
        ("本期内容 03:10 租房（上） 14:22 租房（下）", "本期内容，三分十秒租房（上），十四分二十二秒租房（下）"),
        ("11:20 到底是怎么赢的", "十一分二十秒到底是怎么赢的"),
        ("14:05 凭什么他们能涨价", "十四分零五秒凭什么他们能涨价"),
        ("10:35 老店怎样活下来", "十分三十五秒老店怎样活下来"),
        ("16:10 从手机到汽车，一步步做大", "十六分十秒从手机到汽车，一步步做大"),
        ("8:30 从公司到家", "八点三十分从公司到家"),
        ("编译时开 -Wall -Wextra 看看", "编译时开杠Wall杠Wextra看看"),
        ("编译加上 -Werror 就过不了", "编译加上杠Werror就过不了"),
        ("启动时加 --mode=fast 就行", "启动时加杠杠mode等于fast就行"),
        ("可以通过 --color=never 关掉", "可以通过杠杠color等于never关掉"),
    ],
)
def test_places_in_recordings_and_options(written: str, said: str) -> None:
    assert bare(written).replace("两", "二") == said


def test_the_letter_of_warnings_is_said_by_itself() -> None:
    assert "W all" in normalise_line("编译时开 -Wall 看看", "zh")


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("[J].中国法学,2018(6)", "[J].中国法学,二零一八(六)"),
        ("[J]. 物理学报, 2022, 71(3): 8-19.", "[J].物理学报,二零二二,七十一(三):八到十九."),
        ("税率为千分之5‰", "税率为千分之五"),
        ("约百分之12%", "约百分之十二"),
        ("共2020个", "共两千零二十个"),
        ("见§§ 7–9", "见节七到九"),
    ],
)
def test_references_and_shares_that_are_told_twice(written: str, said: str) -> None:
    assert bare(written) == said
