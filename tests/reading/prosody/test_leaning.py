"""Nothing parts words of today, compounds, a number and its measure, short adverbs and what they lean on, titles."""

from __future__ import annotations

import itertools

import pytest

from indextts.reading.prosody import ProsodyModel, load
from indextts.reading.text.tokens import tagged
from tests.reading.prosody.test_together import level
from tests.support.segments import tokens_of

WORDS = [
    "这位新秀的场_均得分已经超过二十分。",
    "苹果于上周补丁_日共修复二十九个漏洞。",
    "厂商将在下月补丁_日共推送四十个修复。",
    "患者口服瑞舒_伐_他_汀半年后复查血脂。",
    "薄膜表面的吸附_能和键长都算出来了。",
    "镜检见神经_上_皮层和基底膜增厚。",
]
COMPOUNDS = [
    "路由器的固件_更新昨晚刚刚推送。",
    "央行公布后市场降息_预期迅速升温。",
    "公司三季度的营收增速_预期下调到百分之八。",
    "国家队的小组抽签_结果要等到周五才公布。",
    "论文给出了颗粒的空气动力学_直径分布。",
]
COUNTED = [
    "天文台公布的第一例_引力透镜双星照片刷屏了。",
    "这篇论文提出了一种_基于图网络的推荐方法。",
    "本专利公开了一种_基于激光雷达的车位检测方法及装置。",
    "他每天睡前先打开本子写三件_要感恩的事。",
    "老师让每个同学说出两件_想对父母说的话。",
]
ADVERBS = [
    "分支名应_始终以功能编号开头。",
    "接口名应_始终保持小写字母。",
    "利用_该缺陷需要攻击者拥有本地账户。",
    "前五个月我国对东盟其他成员国进出口增长_3.9%。",
    "去年全市规模以上工业增加值能耗下降_1.8%。",
]
FORMER = [
    "三所医院前_四季度累计接诊超过九万人次。",
    "隔壁的三家前_三季度合计亏损不小。",
    "几家车企前_十个月销量同比大涨。",
    "光伏行业四巨头前_三季度合计亏损超过百亿。",
    "游戏大厅里遇到两个前_同事在组队。",
    "公司那几位前_董事都拒绝接受采访。",
    "聚会上来了三个前_队友和一个教练。",
]
QUANTITY = [
    "受影响_版本_为 Jenkins 2.440 至 2.452，请及时升级。",
    "受影响_机型_为 Galaxy S22 至 S24 全系列。",
    "受影响_用户可以申请免费更换电池。",
    "受影响_航班的旅客可以免费改签。",
    "因影响_范围较大，活动延期举行。",
    "导出的数据_为 JSON 格式，恢复时要先转换。",
    "测试机型_为 Pixel 9 Pro，室温二十五度。",
    "密封圈的邵氏硬度_为 70±5。",
    "在戈壁滩上一座装机容量_为50兆瓦的光热电站并网了。",
    "携程第三季度净利润_为55亿元。",
    "报名截止时间_为2月28日，逾期不候。",
    "这道题假设变量服从参数_为λ的泊松分布。",
]
NAMED = [
    "华为以“享界”_为名推出了一个新的轿车系列。",
    "各位观众_好，欢迎收看今晚的节目。",
    "各位同学_好请翻开课本第十页。",
    "各位业主_好，明天上午停水检修。",
    "甲方应于收到通知_之日起30日内提出异议。",
    "《信息_与文献_著录规则》今年修订。",
    "耳机音质比我原来_那副强太多了。",
    "一份手把手_教你搭建博客的图文教程。",
    "作者手把手_教读者写一个编译器。",
    "两位老师面对面_讨论了整整三个小时。",
]


@pytest.fixture(scope="module")
def lm() -> ProsodyModel:
    return load("lm")


@pytest.mark.parametrize("marked", [*WORDS, *COMPOUNDS, *COUNTED, *ADVERBS, *FORMER, *QUANTITY, *NAMED])
def test_no_pause_parts_what_leans_on_the_next_word(lm: ProsodyModel, marked: str) -> None:
    parts = marked.split("_")
    tokens = tokens_of("".join(parts), lm)
    for place in itertools.accumulate(len(part) for part in parts[:-1]):
        assert level(tokens, place) < 2


@pytest.mark.parametrize(
    "marked",
    [
        "这款快充|一般只能维持三分钟。",
        "洗衣机报E2|多半是排水泵堵了，打开右下角的小盖子。",
        "日志级别 WARN 以下的内容|默认不再写入磁盘。",
        "老年患者|通常需要减半剂量。",
        "山区的信号|普遍比城里差一些。",
        "受台风影响|航班全部取消。",
        "因天气原因|比赛推迟到周日。",
    ],
)
def test_a_pause_stands_before_what_tells_how_it_is_done(lm: ProsodyModel, marked: str) -> None:
    before, _, behind = marked.partition("|")
    assert level(tokens_of(before + behind, lm), len(before)) >= 2


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("他的场均篮板很高", "他 的 场均 篮板 很 高"),
        ("近五场均未能破门", "近 五场 均 未能 破门"),
        ("每场均有观众退票", "每场 均 有 观众 退票"),
        ("本月补丁日共修复", "本月 补丁日 共 修复"),
        ("表面的吸附能最低", "表面 的 吸附能 最低"),
        ("方法名应始终小写", "方法名 应 始终 小写"),
        ("输入端别随便接", "输入端 别 随便 接"),
        ("口服瑞舒伐他汀半年", "口服 瑞舒伐他汀 半年"),
        ("联合呋喹替尼治疗", "联合 呋喹替尼 治疗"),
        ("一诺的公孙离有点东西", "一诺 的 公孙离 有点 东西"),
        ("今天的微信步数破万", "今天 的 微信步数 破万"),
        ("压缩包总大小超限", "压缩包 总大小 超限"),
        ("神经上皮层下积液", "神经上皮层 下 积液"),
        ("张爱玲若活到今天", "张爱玲 若 活 到 今天"),
    ],
)
def test_words_of_today_are_cut_in_their_sentence(text: str, words: str) -> None:
    assert " ".join(word for word, _ in tagged(text)) == words


@pytest.mark.parametrize(
    ("text", "tag"),
    [
        ("更新", "v"),
        ("同步", "v"),
        ("部署", "v"),
        ("大于", "v"),
        ("相机", "n"),
        ("索引", "n"),
        ("雷达", "n"),
        ("增速", "n"),
    ],
)
def test_what_the_dictionary_takes_for_another_part_of_speech_is_put_right(text: str, tag: str) -> None:
    assert tagged(text) == [(text, tag)]
