"""Where a sentence that is too long is cut, and where a space is a pause."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indextts.reading.text.normalise import normalise_line
from tests.support.segments import annotated, build_segments


def pieces(text: str, max_syllables: int) -> list[str]:
    return [segment.text.strip() for segment in build_segments(text, max_syllables=max_syllables)]


def test_an_english_sentence_is_cut_between_phrases() -> None:
    found = pieces(
        "The engineers who had worked on the new engine in London for several years found that the model needs about "
        "twenty four gigabytes of memory on a single card when it runs at full speed",
        24,
    )
    heads = {piece.split()[0] for piece in found[1:]}
    tails = {piece.split()[-1] for piece in found[:-1]}
    assert len(found) >= 3
    assert heads <= {"in", "for", "found", "that", "needs", "on", "when", "of"}
    assert not tails & {"the", "on", "in", "for", "a", "of", "new", "has", "that", "when", "about"}


def test_a_chinese_sentence_is_cut_before_what_begins_a_phrase() -> None:
    found = pieces("这家位于城市中心的老书店在上个月的最后一天终于因为连年亏损而关上了那扇旧木门", 20)
    assert len(found) > 1
    assert all(piece.startswith(("因为", "在", "终于", "而")) for piece in found[1:])


@pytest.mark.parametrize(
    ("text", "whole"),
    [
        ("The derivative f'(x) of f(x) = 3x + 1 is three everywhere.", ["f'(x)", "3x"]),
        ("We load dense.weight and dense.bias from model.safetensors now.", ["dense.weight", "model.safetensors"]),
        ("Install Deno 8.0.1 and Node.js 20.11 and run my_app.py now.", ["8.0.1", "Node.js", "my_app.py"]),
        ("The book by J. Watson, Ph.D., was printed in the U.S. in 1953.", ["J. Watson", "Ph.D", "U.S", "1953"]),
        ("请安装 .NET 8.0 和 Node.js 20.11 版本，作者是 J. Watson。", [".NET", "Node.js", "20.11", "J. Watson"]),
    ],
)
def test_names_formulas_and_versions_are_not_cut(text: str, whole: list[str]) -> None:
    found = pieces(text, 8)
    assert len(found) > 1
    for name in whole:
        assert any(name in piece for piece in found), (name, found)


def test_no_number_in_characters_is_cut() -> None:
    number = "零点五个百分点"
    found = pieces(f"中国人民银行决定下调金融机构存款准备金率{number}以保持市场流动性合理充裕。", 24)
    assert len(found) > 1
    assert any(number[:3] in piece for piece in found)


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("选取二零一九年三月至二零二二年六月我院收治的一百一十二例慢性肺病急性加重期患者为研究对象", "六月"),
        ("选取2018年5月至2021年12月本中心收治的86例老年股骨颈骨折患者作为本次研究的对象", "12月"),
        ("公司自2020年1月1日起至2023年12月31日止的全部应收账款及其附属权益一并转让给乙方所有", "31日止"),
        ("我们把过去三年里一共收集到的两千四百个病例按照年龄和性别分成了四个不同的小组", "两千四百个"),
    ],
)
def test_what_a_number_counts_stays_with_it(text: str, date: str) -> None:
    found = pieces(text, 36)
    assert len(found) > 1 and any(date in piece for piece in found)


@pytest.mark.parametrize(
    ("text", "head"),
    [
        (
            "The farmers who had come down from the hills with their cattle in the first week of the long winter "
            "were given shelter in the empty barns behind the church",
            "were",
        ),
        ("随着互联网的普及和智能手机的广泛使用人们获取信息的方式发生了根本性的变化并且影响着每一个家庭", "人们"),
    ],
)
def test_a_cut_stands_where_a_speaker_pauses(text: str, head: str) -> None:
    assert pieces(text, 36)[1].startswith(head)


@pytest.mark.parametrize(
    ("text", "head"),
    [
        ("网站在改版上线以后按照用户的浏览习惯和搜索热词重新排列了首页各个栏目的先后次序。", "按照"),
        ("考察队在翻越雪山途中利用随身携带的仪器和采样瓶收集了不同海拔高度的冰川融水。", "收集"),
        ("物业在暴雨预警发布后组织保安和维修人员连夜检查了地下车库的排水设备和防水挡板。", "连夜"),
        ("编译器在优化阶段会根据循环次数和变量的生存期决定哪些数据应当保留在寄存器里面。", "决定"),
        ("茶农在采摘季节里凭着多年积累的经验与当天的湿度变化掌握着每一锅茶叶的火候。", "凭着"),
        ("学校在寒假到来之前根据家长的意见和场馆的容量安排了五个不同主题的冬令营活动。", "根据"),
        ("记者在事故现场附近通过走访附近店主和调取监控录像还原了当天下午的全部经过。", "通过"),
        ("护士在交接班时根据患者的体温变化与用药记录判断出是否需要提前通知值班医生。", "判断"),
        ("农技员在走访过程中结合土壤墒情与作物长势给出了下一阶段浇水的具体建议。", "给出"),
        ("调度器在集群扩容期间依据节点的负载情况和网络延迟计算出每台机器的任务数量。", "依据"),
    ],
)
def test_a_cut_does_not_part_what_a_conjunction_joins(text: str, head: str) -> None:
    assert pieces(text, 30)[1].startswith(head)


def test_an_opening_quote_goes_with_what_it_opens() -> None:
    found = pieces('The old man in the corner said "the boat will leave tomorrow morning" and went away', 12)
    assert len(found) > 1
    assert not any(piece.endswith('"') for piece in found if piece.count('"') == 1 and "said" in piece)


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("国安7场不败 积19分 排名第二", "国安七场不败，积十九分，排名第二"),
        ("白日依山尽 黄河入海流", "白日依山尽，黄河入海流"),
        ("主队防守稳固 客队进攻乏力，比赛无聊", "主队防守稳固，客队进攻乏力，比赛无聊"),
        ("我用iPhone拍照 效果很好 你试试", "我用iPhone拍照，效果很好，你试试"),
        ("包裹收到了 谢谢", "包裹收到了，谢谢"),
        ("明天要做CT 今晚别吃东西", "明天要做CT，今晚别吃东西"),
        ("改好时间了 PPT我晚上发", "改好时间了，PPT我晚上发"),
        ("刚下班 饿死了", "刚下班，饿死了"),
        ("时间改到周二了 地点照旧", "时间改到周二了，地点照旧"),
        ("宝子们 iPhone 现在能入吗", "宝子们，iPhone 现在能入吗"),
        ("各位 PPT 我发群里了", "各位，PPT 我发群里了"),
        ("同学们 Python 作业周五交", "同学们，Python 作业周五交"),
        ("@王芳 文档更新了", "艾特王芳，文档更新了"),
        ("@Kevin 你的报告过了吗", "艾特Kevin，你的报告过了吗"),
        ("亮度+15 对比度-20 饱和度+8 LUT里选第三个", "亮度加十五，对比度负二十，饱和度加八，LUT里选第三个"),
        ("身高172 体重65", "身高一百七十二，体重六十五"),
        ("湖人98 勇士102", "湖人九十八，勇士一百零二"),
        ("先看图。q1是去年的 q2是今年的", "先看图。q一是去年的，q二是今年的"),
        ("充电头收到了 65W的正品 给华为p60充电很快", "充电头收到了，六十五瓦的正品，给华为p六十充电很快"),
        ("手机收到了 256G的 颜色很正", "手机收到了，两百五十六G的，颜色很正"),
        ("没带伞 得等雨停", "没带伞，得等雨停"),
        ("还要绑定账号 无语", "还要绑定账号，无语"),
        ("策划 / 小雨 剪辑 / Tony 封面 / 阿May", "策划 / 小雨，剪辑 / Tony，封面 / 阿May"),
        ("演唱会现场哭了 #LiveTour", "演唱会现场哭了，#LiveTour"),
        ("救命 我爸用Siri放歌", "救命，我爸用Siri放歌"),
        ("笑死 室友以为PDF是零食", "笑死，室友以为PDF是零食"),
        ("天哪 我弟把iPad当砧板", "天哪，我弟把iPad当砧板"),
        ("家人们 我终于抢到票了", "家人们，我终于抢到票了"),
        ("求助 显卡驱动装不上", "求助，显卡驱动装不上"),
        ("破防了 外卖小哥给我留了纸条", "破防了，外卖小哥给我留了纸条"),
        ("目的 分析CT平扫对肺结节的价值。", "目的，分析CT平扫对肺结节的价值。"),
        ("目的 观察 HIIT 对血压的影响。方法 将患者随机分组。", "目的，观察 HIIT 对血压的影响。方法，将患者随机分组。"),
        ("背景 近年来 AI 辅助诊断发展迅速。", "背景，近年来 AI 辅助诊断发展迅速。"),
        ("结果 A组痊愈率更高。结论 B超可以推广。", "结果，A组痊愈率更高。结论，B超可以推广。"),
        ("资料与方法 选取门诊患者。", "资料与方法，选取门诊患者。"),
        ("粤菜 / 川菜 / 湘菜", "粤菜，川菜，湘菜"),
        ("标签：独立音乐 / Dream Pop / 城市漫步", "标签：独立音乐，Dream Pop，城市漫步"),
        ("本期聊到：露营 / Citywalk / 二手相机 / 搬家", "本期聊到：露营，Citywalk，二手相机，搬家"),
        ("作曲/小林  BGM/Nils Frahm  封面/Luna", "作曲/小林，BGM/Nils Frahm，封面/Luna"),
        ("剪辑/木木  旁白/Yuki  OP/Aimer", "剪辑/木木，旁白/Yuki，OP/Aimer"),
    ],
)
def test_a_space_between_chinese_clauses_is_a_pause(written: str, said: str) -> None:
    assert normalise_line(written) == said


@pytest.mark.parametrize(
    "written",
    ["我 爱 北京 天安门", "今天 天气 真的 不错", "今天 我们 使用 Python 来 训练 模型", "张　三", "美国航天局 的飞船",
     "工程 材料 与 方法", "我们用 Python 写代码", "点击Save 按钮保存文件", "在GitHub 上面找到的",
     "@小林 和 @小周 明天去现场", "@王芳 的方案我看了", "请把文件发给@王芳 审核", "他们 npm 装不上", "今天跑了 5公里",
     "昨天一共花了 2300多块钱", "升级到 iOS 17.4 之后", "从 22 升到 28", "限定 16 色和 4 个声道", "跑得 飞快",
     "目的 和 意义", "方法 的 选择", "今天的目的 地是北京", "均价 = 总价 / 面积 / 楼层", "进入 设置 / 通用",
     "左 / 右 / 中", "找 剪辑/设计 兼职", "请问 MateBook 怎么拆机",
     "代码里写 #include 就行", "小米14 Pro", "表1 展示了结果", "在 B站 视频里看到的"],
)  # fmt: skip
def test_a_space_between_words_is_none(written: str) -> None:
    assert "，" not in normalise_line(written)


def test_letters_with_full_stops_end_no_chinese_sentence() -> None:
    assert len(build_segments("他在 U.S. 读了 Ph.D. 学位。", max_syllables=60)) == 1
    assert len(build_segments("Talks between the U.S. EPA and the U.K. NHS failed.", max_syllables=60)) == 1
    assert len(build_segments("He moved to the U.S. She stayed in the U.K. They met in May.", max_syllables=60)) == 3


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.sampled_from(["the", "of", "cat", "a.b", "f'(x)", '"', "'", "(", ")", "，", "好", "3.5", " ", ". "])),
    st.integers(8, 20),
)
def test_every_word_stands_in_one_piece(words: list[str], most: int) -> None:
    text = " ".join(words)
    whole = [token.text for segment in build_segments(text, max_syllables=60) for token in segment.tokens]
    cut = [token.text for segment in build_segments(text, max_syllables=most) for token in segment.tokens]
    spoken = [[text for text in found if text.isalnum()] for found in (whole, cut)]
    assert spoken[0] == spoken[1]


@pytest.mark.parametrize(
    "text",
    [
        "The group are here as part of their aptly named ‘The Last Light’ Tour which sees them play ten towns in May.",
        'The orchestra opened the second evening of the festival with the "Morning Song" overture by a young composer.',
        "Everybody in the village remembers the unexpected visit of the “Northern Lights” company from the capital.",
        "The second part of the evening programme was taken from ‘The Quiet Garden’ by a writer from Argentina.",
        'My grandmother used to read to all of us from "A Winter in Galicia" on the coldest evenings of the year.',
    ],
)
def test_no_cut_parts_a_title_from_what_it_leans_on(text: str) -> None:
    found = pieces(text, 20)
    assert len(found) > 1
    leaning = ("the", "their", "from", "of", "named", "The", "A", "with")
    assert not [piece for piece in found[:-1] if piece.rstrip(' ‘“"').split()[-1].strip('‘“"') in leaning]
    assert not [piece for piece in found[1:] if piece.startswith(("Tour", "overture", "company"))]


@pytest.mark.parametrize(
    "text",
    ["[高兴][高兴]耶，好看", "你好[高兴]", "[开心]走吧[开心]。", "（他）来了（真的）", "【注意】放假。", "see [this]",
     "(a) first", "“走吧。”"],
)  # fmt: skip
def test_a_sentence_has_its_brackets_where_they_are_read_as_pauses(text: str) -> None:
    (segment,) = annotated(text).segments
    assert text.startswith(segment.text) and segment.text.rstrip("。") == text.rstrip("。")


def test_a_bracket_of_the_sentence_before_stays_there() -> None:
    first, second = annotated("他走了。[他]来了]。").segments
    assert first.end <= second.start
