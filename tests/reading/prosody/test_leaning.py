"""Nothing parts words of today, compounds, a number and its measure, short adverbs and what they lean on, titles."""

from __future__ import annotations

import itertools

import pytest

from indextts.reading.prosody import ProsodyModel, load, together
from indextts.reading.text.tokens import tagged
from tests.reading.prosody.test_together import level
from tests.support.segments import build_segments, tokens_of

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
LASTING = [
    "对照组干预_12周后 SAS 评分明显下降。",
    "患者随访_6个月后复查 CT 未见异常。",
    "两组治疗_3天后 WBC 均恢复正常。",
    "样品浸泡_72小时后用 SEM 观察表面形貌。",
    "术前_8小时开始禁食，2小时禁水。",
    "布洛芬应在饭后_半小时服用，每天不超过3次。",
    "激素要在早饭前_半小时空腹吃，下午别再补。",
    "铁剂应于午餐后_1小时口服，两周后复查 Hb。",
    "用了三年_ThinkPad 才换的这台 Mac，键盘手感落差挺大。",
    "写了五年_Java 转去写 Go，最不习惯的就是错误处理。",
    "玩了两年_Switch 还没通关一个大作，全在打派对游戏。",
    "戴了半年_Apple Watch，发现自己根本不看心率。",
]
RATES = [
    "公司拟投资建设年产_20GWh 钠离子电池项目。",
    "该厂将 Model Y 的年产_30万辆目标推迟到明年。",
    "平台日均_1200万次调用里有三成来自 API 网关。",
    "小区户均_2.3辆车，地库里的 AC 桩根本不够用。",
    "这座光伏电站年均_1500小时的利用时间高于设计值。",
    "广东队场均_112.4分，篮板却只排在 CBA 第九。",
]
CLOSE = [
    "编译进度卡_在 linking 这一步半小时没动。",
    "下载一直卡_在 99%，重启 Steam 也没用。",
    "手机更新后卡_在第二个界面，长按电源键也没反应。",
    "持有 5%以上_股东减持须提前15个交易日公告 SEC。",
    "按国标买鞋，宁可大_一点也别买 EU 37码。",
    "音量调低_一点再开 ANC，不然耳朵闷得慌。",
    "小分子药物在几小时内会_被 CYP3A4 代谢掉。",
    "利用 Landsat-8_影像提取了湖泊面积。",
    "用 GF-2_影像提取了城市绿地的范围。",
    "他们在 COCO 2017_数据集上把 mAP 提高了一个点。",
    "松节油中α_-蒎烯含量最高，其次是莰烯。",
    "肉桂里的β_-石竹烯能结合 CB2受体。",
    "今年该省 T31_等优质大米出口量翻了一番。",
    "工信部称 R5_等优质机型均价下降明显。",
    "想申请 G5_里面最好考的一所，雅思要几分？",
    "目的 探讨血清_IL-6对脓毒症的预测价值。",
]
OF_TRADES = [
    "经纪人说 NBA 的助攻失误_比又创新高。",
    "PCI 术后支架内_再狭窄要靠造影发现。",
    "CEO 说订单_可见度已到明年。",
    "法院受理了 A 公司的先予执行_申请。",
    "B 股东提起的股东资格_确认之诉开庭。",
    "患者 CT 提示腹膜后_肿瘤压迫血管。",
    "用 K 线看现金_短债_比没有意义。",
    "MRI 显示骨质疏松性_骨折已经愈合。",
    "她刷新了女子 4x100 混合泳_接力的纪录。",
    "APP 里查到行政拘留_决定已送达。",
    "HIV 门诊提供暴露后_预防用药。",
    "GPU 更新后着色器_编译要等十分钟。",
    "白酒板块 Q2 末存货_周转天数继续拉长。",
    "港交所公告称股东_特别大会改到9月召开。",
    "深交所把 IF 合约的涨跌停板_幅度下调到7%。",
    "本次共有35名限制性股票_激励对象放弃认购。",
    "两国代表团在 WHO 总部就大流行_协定交换意见。",
    "拿到手第一_感觉就是薄，比 iPad 还薄。",
    "开源项目的上游_支持断了，Fedora 只能自己打补丁。",
    "ETF 目标日期_基金申购费率下调。",
    "她做过 5 次黏膜下_剥离_术。",
    "公司 IPO 问询后更正了前期_差错_更正公告。",
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


@pytest.mark.parametrize("marked", [*LASTING, *RATES, *CLOSE, *OF_TRADES])
def test_how_long_how_much_and_what_belongs_to_a_name_are_held_to_it(marked: str) -> None:
    parts = marked.split("_")
    tokens = build_segments("".join(parts), max_syllables=80)[0].tokens
    held = together.bounds(tokens)[0] | together.compounds(tokens)
    for end in itertools.accumulate(len(part) for part in parts[:-1]):
        assert max(at for at, token in enumerate(tokens) if token.start < end) in held


@pytest.mark.parametrize(
    "marked",
    [
        "公司宣布_2024年 IPO 计划不变。",
        "会议决定_3月12日重启 API。",
        "车身紧_一点也不夸张，像裹了 PVC 膜。",
        "我在 KFC_等你一起去看电影。",
        "买了 iPhone 15_大家都来围观。",
        "这张 SIM 卡_在国外也能用。",
        "这份约_会被全程录音。",
        "等了两天_iPhone 才到货。",
    ],
)
def test_what_only_looks_alike_is_not_held(marked: str) -> None:
    before, _, behind = marked.partition("_")
    tokens = build_segments(before + behind, max_syllables=80)[0].tokens
    assert max(at for at, token in enumerate(tokens) if token.start < len(before)) not in together.bounds(tokens)[0]


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
        ("厨房秤称面粉", "厨房秤 称 面粉"),
        ("手里剩顺子和炸", "手里 剩 顺子 和 炸"),
        ("呀哈哈才找到", "呀哈哈 才 找到"),
        ("较基准年下降", "较 基准年 下降"),
        ("电解质散溶于温水", "电解质散 溶于 温水"),
        ("乐高的人仔倒没丢", "乐高 的 人仔 倒 没 丢"),
        ("全球大流行协定", "全球 大流行 协定"),
        ("打了末影龙和精英怪", "打 了 末影龙 和 精英怪"),
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
