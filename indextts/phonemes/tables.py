"""Facts about Mandarin readings that the dictionary lacks, as data."""

from __future__ import annotations

from typing import Final

NEUTRAL_KIN: Final = frozenset("爸妈爷奶哥姐弟妹婶舅姑叔伯公婆娃宝太嫂姥星猩蝈蛐蛛饽")
"""Doubled, their second syllable is neutral: 爸爸."""

NEUTRAL_WORDS: Final = frozenset({
    "丈夫", "上头", "下头", "东西", "为了", "主意", "买卖", "事情", "云彩", "亲戚", "人们", "什么", "他们", "休息",
    "伺候", "似的", "体面", "你们", "佩服", "便宜", "值得", "先生", "关系", "凉快", "利索", "别的", "刺猬", "力气",
    "功夫", "动静", "勤快", "包袱", "厉害", "吆喝", "合同", "名堂", "名字", "吩咐", "含糊", "告诉", "和尚", "咱们",
    "咳嗽", "哆嗦", "唠叨", "商量", "喉咙", "嘀咕", "嘱咐", "嘴巴", "外头", "多么", "大夫", "头发", "她们", "妻子",
    "姑娘", "媳妇", "它们", "客气", "家伙", "工夫", "差事", "师傅", "帐篷", "干净", "应酬", "徒弟", "念头", "怎么",
    "惦记", "意思", "懂得", "成分", "我们", "扎实", "打听", "打扮", "打量", "扫帚", "折腾", "招呼", "招牌", "指头",
    "搭理", "收拾", "故事", "早上", "时候", "明白", "显得", "晓得", "晚上", "暖和", "月亮", "有的", "朋友",
    "木头", "本事", "枕头", "毛病", "消息", "清楚", "溜达", "漂亮", "灯笼", "热闹", "牲口", "状元", "狐狸",
    "玻璃", "琢磨", "甜头", "生意", "疙瘩", "痛快", "眼睛", "石头", "石榴", "秀才", "称呼", "稀罕", "窗户", "笑话",
    "答应", "算盘", "粮食", "糊涂", "结实", "罐头", "老婆", "老实", "耳朵", "聪明", "胳膊", "脾气", "舌头", "舍得",
    "舒服", "芝麻", "苍蝇", "苦头", "萝卜", "葡萄", "蘑菇", "蚂蚱", "蛤蟆", "行李", "衣服", "裁缝", "规矩", "觉得",
    "认得", "认识", "记得", "豆腐", "踏实", "身份", "这么", "迷糊", "那么", "里头", "钥匙", "闺女", "除了", "风筝",
    "馒头", "马虎", "骆驼", "骨头", "麻烦",
})  # fmt: skip
"""Two-syllable words whose second syllable is neutral in ordinary speech."""

NO_REDUPLICATION: Final = frozenset("天人年日月家个处时事种样件加减")
"""Doubled nouns and measures that keep both tones: 天天."""

WEI2_NEXT: Final = frozenset("主止由首本例限难生伍邻伴准重零先鉴荣乐"
                             "一二三四五六七八九十")  # fmt: skip
"""Characters before which 为 is wéi."""

WEI2_PREVIOUS: Final = frozenset("成作认以称分变视名化改因译列更尤之型极颇较最尤甚何无所转评誉沦贬升降")
"""Characters after which 为 is wéi, where the dictionary has no word. 因为 is one of its words."""

DEI3_PREVIOUS: Final = frozenset("我你他她它们就还总都可也家")
"""Characters after which a free-standing 得 means must."""

DEI3_NEXT: Final = frozenset("去走看想找先赶要给把跟让靠等好小注")
"""Characters before which a free-standing 得 means must."""

ZI3_WORDS: Final = frozenset({
    "男子", "女子", "才子", "电子", "松子", "王子", "公子", "君子", "弟子", "孔子", "孟子", "老子", "庄子", "分子",
    "原子", "质子", "中子", "太子", "天子", "父子", "母子", "种子", "瓜子", "莲子", "独生子", "长子", "次子", "游子",
    "浪子", "学子", "棋子", "离子", "量子", "粒子", "因子", "光子", "精子", "卵子", "孢子", "赤子", "逆子", "养子",
})  # fmt: skip
"""Words in which 子 keeps its third tone."""

ZHANG_PREVIOUS: Final = frozenset(
    "校院部队组家班市县省局科处厂会社团舰首所船行店区镇乡村站馆连排营师军庭酋生成增助滋见擅董兄学"
)
"""Characters after which 长 is zhǎng."""

ZHANG_NEXT: Final = frozenset("大出得成满高着相势进")
"""Characters before which 长 is zhǎng."""

ER2_WORDS: Final = frozenset({
    "女儿", "婴儿", "幼儿", "孤儿", "胎儿", "少儿", "男儿", "健儿", "宠儿", "弃儿", "患儿", "小儿", "育儿", "产儿",
    "混血儿", "新生儿", "早产儿", "流浪儿", "妻儿", "婴幼儿", "孩儿", "生儿", "儿", "哈尔", "托儿",
})  # fmt: skip
"""Words in which 儿 is a child, not a suffix."""

EVERYDAY: Final = frozenset(
    "重行长乐得地着还都为好觉数发假教差传藏朝称冲处当倒调度分干更供冠号横划几间降角结解尽禁卷看空累量露落没蒙闷宁强切曲任"
    "散扫色舍盛似宿提挑吐相校兴应载涨只中种转参曾单弹恶缝奔便薄背喝荷华哄夹监将嚼模磨难炮铺奇悄翘塞煞汤吓鲜削血要与晕扎炸"
    "占折正挣症钻斗担把系圈钉撒抹埋勒率宁拧泊刨喷漂扇少帖拓旋咽压殷予择粘作挨扒剥叉场澄待逮挡佛杆骨观晃豁混济"
)
"""Characters with more than one reading in everyday use, where the commonest is not nearly always right."""

NOT_LEARNED: Final = "儿朴"
"""Characters that the model must not decide: its data merge the suffix 儿 into the syllable before, and know 朴 mostly
as a name."""

DE5_WORDS: Final = frozenset({
    "长得", "使得", "变得", "来得", "过得", "说得", "做得", "跑得", "走得", "看得", "写得", "吃得", "唱得", "玩得",
})  # fmt: skip
"""Words whose 得 is the particle."""

HUAN2_NEXT: Final = frozenset("了钱书给清债款账")
"""Characters before which a free-standing 还 means to give back."""
