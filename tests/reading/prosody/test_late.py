"""A pause stands before the short subject or adverb that goes with what follows, not a word too late."""

from __future__ import annotations

import pytest

from indextts.model.utterance import Utterance
from indextts.reading.prosody import ProsodyModel, load
from tests.reading.prosody.test_cohesion import level
from tests.support.segments import build_segments


@pytest.fixture(scope="module")
def lm() -> ProsodyModel:
    return load("lm")


SUBJECTS = [
    "走到武康路|腿_已经断了。",
    "最近天天爬楼，第二天下楼梯|腿_都是抖的。",
    "因为出了故障|电工_也能看懂。",
    "换成别的名字|语法上_也没问题。",
    "爬完泰山|膝盖_都不是自己的了。",
    "敷完|脖子胳膊_都能抹一遍。",
    "切开|里面_全是籽。",
    "掰开|里面_已经坏了。",
    "翻开|里面_就夹着一张票。",
    "下期预告，我花三万块买了一台报废的机器，拆开|里面_到底有什么。",
    "退了订单|优惠券_也没还我。",
    "状态码是200|说明_访问成功。",
    "昨天下台阶|腿_都打颤。",
    "走到南京路|脚_已经抬不起来了。",
    "骑到昌平站|屁股_已经麻了。",
    "走到解放碑|脚_已经磨破了。",
    "换了别的牌子|效果上_也没差别。",
    "换成旧的接口|性能上_也没损失。",
    "拔了充电器|手机_还能撑三天。",
    "会议结束了|这个链接_还能用。",
    "项目下线了|这个账号_还留着。",
    "返回码是零|说明_没有出错。",
    "剪开|里面_居然是空的。",
    "撕开|里面_已经发霉了。",
    "拧开|里面_全是水垢。",
    "把快递箱子拆开|里面_到底装了什么。",
    "刚买的西瓜切开|里面_都是白的。",
]
SAYINGS = [
    "拔完智齿|医生_让吃软的。",
    "做完B超|护士_让多喝水。",
    "写完周报|主管_让改成英文版。",
    "打完耳洞|店员_建议别碰水。",
    "跑完五公里|教练_让拉伸。",
    "签完合同|房东_说要涨租。",
    "上完Python课|老师_让交大作业。",
    "量完血压|护士_让再坐十分钟。",
    "打完疫苗|医生_提醒观察半小时。",
    "做完胃镜|医生_让吃PPI，饭前半小时吃一粒。",
    "这版PPT的配色|老板_说太素了。",
    "洗完车|老婆_嫌没擦干净。",
]
BESIDE = [
    "公司VPN登不上|报_错误码809。",
    "共享打印机连不上|报_错误码11。",
    "打完流感疫苗第三针|手_臂肿了一圈。",
    "打完HPV九价_第二针|胳膊酸了两天。",
    "采用LC-MS从陈皮提取物_中|共检出32种黄酮。",
    "从三份土壤样品_中|共分离出18株放线菌。",
]
TOGETHER = [
    "该线月产_3万台整机。",
    "这条产线年产_12GWh电芯。",
    "持股5%以上_股东计划_通过大宗交易减持股份。",
    "Windows上_才有这个问题。",
    "服务器是2C4G的轻量，跑个MySQL_加Redis内存就见底了，swap开多大合适",
    "新版本这个辅助出装也太怪了吧 一个奶妈出AP满暴击打野_都看傻了",
    "鞋码宁可大_一点也别挤脚。",
    "黄金树幽影打_最终boss要多少级啊。",
    "须待股东周年_大会批准后方可作实。",
    "呀_哈哈才找到三百多个。",
    "我拿厨房_秤称了一下。",
    "能耗较基准_年下降21%。",
]
ADVERBS = [
    "日志级别 WARN 以下的内容|默认_不再写入磁盘。",
    "手机厂商宣传的120W快充|一般_只能维持两三分钟。",
    "洗衣机报E2|多半_是排水泵堵了。",
    "这种充电宝|一般_只支持18W。",
    "便宜的数据线|一般_都不支持快充。",
    "市面上所谓的石墨烯电池|大多_只是掺了一点点。",
    "路由器的端口|默认_不对外开放。",
    "广告里的40W快充|一般_只能维持一会儿。",
    "商家宣传的续航|一般_只能打七折。",
    "屏幕显示F2|多半_是传感器坏了。",
    "市面上的羊毛大衣|大多_只是掺了一点羊毛。",
    "网上卖的紫砂壶|大多_只是刷了一层泥浆。",
]


@pytest.mark.parametrize("marked", [*SUBJECTS, *ADVERBS, *SAYINGS, *BESIDE])
def test_a_pause_does_not_come_a_word_too_late(lm: ProsodyModel, marked: str) -> None:
    assert level(lm, marked.replace("_", ""), "|") >= 2
    assert level(lm, marked.replace("|", ""), "_") < 2


@pytest.mark.parametrize("marked", TOGETHER)
def test_no_pause_parts_what_is_one_word_or_one_quantity(lm: ProsodyModel, marked: str) -> None:
    before = marked.rpartition("_")
    assert level(lm, before[0].replace("_", "") + "_" + before[2], "_") < 2


@pytest.mark.parametrize(
    "marked",
    ["看完心理_医生说好多了。", "找完语文_老师说作业改了。", "看完牙科_医生让回家冰敷。", "问过京东_客服说没有货。"],
)
def test_who_says_something_keeps_what_he_is(lm: ProsodyModel, marked: str) -> None:
    assert level(lm, marked, "_") < 2


@pytest.mark.parametrize(
    "marked",
    [
        "这个味道一般|不推荐。",
        "电饭煲效果一般|还死贵。",
        "视频会议共享屏幕|会自动退到后台。",
        "我看病人手|一直在抖。",
        "隔壁奶奶腿|一直不好。",
        "修好了桌_子腿也断了。",
        "黄皮姐妹听我的，MAC_ 这支 Chili 真的显白。",
    ],
)
def test_what_belongs_together_is_not_parted_for_that(lm: ProsodyModel, marked: str) -> None:
    sign = "|" if "|" in marked else "_"
    assert (level(lm, marked, sign) >= 2) == (sign == "|")


@pytest.mark.parametrize(
    "marked",
    [
        "镜头晃到让人恶心|，看完的人都吐了。",
        "祝大家|，新年快乐。",
        "滤镜滥用到让人头晕|，恐怖片创作者们该换个招了。",
        "请你把桌子|，椅子都搬走。",
        "会议改到周四|18:00，别迟到。",
        "下周五|17:00前交上来。",
        "作业lab3|周五晚上截止。",
        "实验lab2|周三下午验收。",
        "用 Gen 3| 一生成人就变形。",
        "臭氧（O3|）日最大8小时平均浓度有所下降。",
        "术后病理：（胃窦|）中分化腺癌。",
        "这本《小狗钱钱|》闺女看完开始跟我谈零花钱了。",
        "那本《海底两万里|》儿子读了三遍。",
        "鞋子偏小半码|平时穿三十八要拍三十九。",
    ],
)
def test_a_mark_a_bracket_and_a_number_that_end_are_heard(lm: ProsodyModel, marked: str) -> None:
    assert level(lm, marked, "|") >= 2


@pytest.mark.parametrize(
    "marked", ["鞋子偏小_半码平时穿三十八。", "裤子偏长_一寸但是不碍事。", "臭氧日_最大值又升高了。"]
)
def test_a_measure_stands_with_what_it_measures(lm: ProsodyModel, marked: str) -> None:
    assert level(lm, marked, "_") < 2


@pytest.mark.parametrize("text", ["身高165/130斤的我穿着正好。", "男生175/140斤穿大码。"])
def test_two_measures_of_one_person_are_two_numbers(lm: ProsodyModel, text: str) -> None:
    utterance = Utterance(text, segments=build_segments(text, max_syllables=36))
    lm.annotate(utterance)
    assert next(token for token in utterance.segments[0].tokens if token.text == "五").break_after >= 2
