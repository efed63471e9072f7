"""Pauses that would hurt are taken back; those that help stay, and a long stretch has one."""

from __future__ import annotations

import numpy as np
import pytest

from indextts.model.utterance import Utterance
from indextts.reading.prosody import ProsodyModel, load, pauses
from indextts.reading.prosody.windows import Flat, flatten
from tests.reading.prosody.test_cohesion import level
from tests.support.segments import build_segments


@pytest.fixture(scope="module")
def lm() -> ProsodyModel:
    return load("lm")


@pytest.mark.parametrize(
    "marked",
    [
        "随着_天气转凉，3月的江边少了许多钓鱼的人。",
        "奶奶盖上_锅盖，又往灶里添了两根柴，等着20分钟后开饭。",
        "大家按照_物业通知的要求，把电动车统一停放到5号楼后面。",
        "他瞥了一眼_邻座的旅客，随手把2张车票夹进了书里。",
        "志愿者按时_提交了120份调查问卷，社区当天就做了汇总。",
        "来自浙江的茶叶_收购商上个月就和合作社签下了3年的订单。",
        "请双击_图标打开软件，然后在第2页填写你的收货地址。",
        "厨师长把土豆_切成细丝，用清水反复冲洗3遍去掉淀粉。",
        "这款 App 支持_离线下载，地铁里没有信号也能接着看。",
        "我们用 Python_脚本把 20 万条记录清洗了一遍，只花了半个小时。",
        "她快步_走到讲台前，把写着35个名字的名单交给了班主任。",
        "医生建议少吃_高盐食品，每天的用盐量控制在6克以内。",
        "烤盘铺好锡纸后均匀_刷一层油。",
        "两家招标_机构同时被罚。",
        "孩子开学_典礼几点开始？",
        "这支球队常年_缺少中锋。",
        "学校食堂_窗口排起了长队。",
        "药片请勿嚼碎_服用。",
        "他轻轻地_合上了琴盖。",
        "水杯_里面还有半杯茶。",
        "饼干袋子_里面塞了干燥剂。",
        "柜子_后面积了一层灰。",
        "这位_老裁缝只收现金。",
        "公司下调_全年盈利预期。",
        "麻烦客服把此订单_转到北京总仓处理。",
        "祝大家_平平安安回家过年，来年顺顺利利。",
        "把这箱_搬到三楼去吧，我先歇一会儿。",
        "随着公司_员工增多，办公室不够用了。",
        "随着中国_医生到来，村里人安下心来。",
        "伴随手机_铃声响起，她吓了一跳。",
        "从五年前_左右开始，我就不怎么喝咖啡了。",
        "大概三天以后_左右能到货，你别着急。",
        "这个系列前_两部我都看过，第三部没看。",
        "这种药饭前_两小时服用，记得多喝水。",
        "出发前_三天要把酒店订好，别忘了。",
        "咱们一起_打赢这场比赛！",
        "大家一起_守住这座城！",
        "我们一起_努力把房间打扫干净。",
        "昨天下的_单今天就到了，真快。",
        "八点多下的_单十点半才送到，凉了。",
        "他给不出没有选择的_任何理由，只好认了。",
        "重做了_XP正合适。",
        "去官_网上下载驱动，再重启一次。",
        "从民航大巴车_站走到酒店，要十分钟。",
        "果肉是从苹果_核往外烂的，退了吧。",
        "妈妈炒菜一直用味_极鲜酱油，别的牌子不买。",
        "这台平板不支持电信_4G通话，我退了。",
        "等了两个小时_左右才送到。",
        "跑了十公里_左右腿就软了。",
        "大约三个月_左右会掉漆。",
        "他琢磨了_大半天才装好。",
        "我炒了_一会儿才出锅。",
        "味道没变，但是价格比_以前贵一点。",
        "酱油比_以前咸了不少。",
        "楼梯拐角_那里堆着旧纸箱。",
        "同款的小米_6P断货了。",
        "床底下有长达_20来厘米的裂缝。",
        "床底下有长达20来_厘米的裂缝。",
        "搭载5000毫安时_电池的手机上市了。",
        "连最基本的数据_接收_功能都省掉了。",
        "老人的信息_获取渠道太少。",
        "看了网上的笔记本_显卡_排行，它还算靠前。",
        "播放器里声音_大小不能调。",
        "必须要有无线网_密码才能上网。",
        "葡萄新鲜_程度有限，味道正常。",
        "它的图片_浏览软件经常闪退。",
        "这是一家温泉_度假酒店，离市区很远。",
        "酒店前台_工作人员态度很好。",
        "手机反应_速度跟不上。",
        "门票可以通过官方公众号_等渠道购买。",
        "可以在短视频号_等平台查到结果。",
        "他从书包里_拿出来一本旧书。",
        "西瓜从冰箱_拿出来就切了。",
        "从口袋里拿出_来到邮局才写好的信。",
        "手机的塑料_保护罩很容易刮花。",
        "镜头的玻璃_保护罩透明度高。",
        "鼠标的右手掌_托有些发烫。",
        "它的主屏是26万_色的彩屏。",
        "这块屏幕支持32768_色的显示。",
        "昨天的G_2057_次列车晚点了。",
        "明天K_526_次列车停运了。",
        "只有同时_买到两张票才能坐在一起。",
        "我们会对菜品逐步_加以改良。",
        "他们在雨里奋战_在抢修一线。",
        "灯光亮点是有的，机器_本身没有什么特色。",
        "对我们的房间_要求都能照办。",
        "客厅的温馨_浪漫是她给的。",
    ],
)
def test_no_pause_stands_where_it_hurts(lm: ProsodyModel, marked: str) -> None:
    parts = marked.split("_")
    for at in range(1, len(parts)):
        assert level(lm, "".join(parts[:at]) + "_" + "".join(parts[at:]), "_") < 2


@pytest.mark.parametrize(
    "marked",
    [
        "转发@小鹿Leo|:#一起加油#大家都要好好的。",
        "网友MKS|://@阿远:这条说得在理。",
        "住在三楼的那位老先生|每天清晨5点就到公园里打太极拳。",
        "新上市的这款电动自行车|在续航和刹车上都比2022年的型号好。",
        "经过两个多月的修缮，百年老戏台|终于在10月1日重新开锣。",
        "随着年龄的增长|人们的记性会变差。",
        "逾期付款的|任何一方都要承担责任。",
        "参加这次培训的45名乡村教师|将在省城的学校跟班学习一个月。",
        "刚从国外回来的表姐|给我们每个人都带了2盒巧克力。",
        "镇上最后一家照相馆的老板|把用了30年的相机捐给了博物馆。",
    ],
)
def test_a_pause_behind_a_long_subject_stays(lm: ProsodyModel, marked: str) -> None:
    assert level(lm, marked, "|") >= 2


@pytest.mark.parametrize(
    "marked",
    [
        "内存只有4G|看视频老卡。",
        "冰箱等了8天|物流一直不动。",
        "硬盘才128G|装不下几个软件。",
        "说好的5G|结果只有4G。",
        "充电要4小时|还发烫。",
        "我住过那家Sheraton|感觉挺闹。",
        "包里还有U盘|里面是空的。",
        "电脑配的奔腾4M|显卡很老。",
        "服务员说WIFI坏了|让我用流量。",
        "买了3斤|坏了一半。",
        "价格199|性价比高。",
        "手感好|重量只有160克|携带方便。",
        "早上8点下单|下午就到了。",
        "壳子厚|手感差。",
        "衣服很软|很合身。",
        "门口贵|但服务周到。",
        "拿到手质量不错|这里环境也好。",
        "功能很实用|KZ750的音质也不错。",
        "音质很好|K701的低音也很足。",
        "屏幕很清楚|N95的按键也很舒服。",
        "忘了带了|回去发现没有电池。",
        "忘了看了|回家发现少了一个。",
        "老师们不容易|别再抱怨他们。",
        "价格太贵了|千万别买。",
        "如果声音调到最大|感觉很刺耳。",
        "从价格上判断|这款机器应该属于中端。",
        "按照老板的话说|类似于摆地摊。",
        "照她的话说|简直是浪费钱。",
        "外观是它的一大亮点|机器本身倒没有什么特色。",
    ],
)
def test_a_mark_that_is_surely_missing_is_heard_beside_letters_and_figures_and_in_short_stretches(
    lm: ProsodyModel, marked: str
) -> None:
    parts = marked.split("|")
    for at in range(1, len(parts)):
        assert level(lm, "".join(parts[:at]) + "|" + "".join(parts[at:]), "|") >= 2


def _open(text: str) -> Flat:
    return flatten(Utterance(text, segments=build_segments(text, max_syllables=60)))


def test_a_network_that_was_not_taught_keeps_what_the_other_layers_found() -> None:
    flat = _open("住在三楼的老先生每天清晨都到公园里打太极拳。")
    flat.tokens[7].break_after = 2
    nothing = np.zeros(len(flat.tokens), np.float32)
    pauses.settle(flat, nothing, nothing, dict.fromkeys(range(len(flat.tokens)), False))
    assert flat.tokens[7].break_after == 2
    pauses.settle(flat, nothing + 1e-3, nothing, dict.fromkeys(range(len(flat.tokens)), False) | {7: True})
    assert flat.tokens[7].break_after == 2
    pauses.settle(flat, nothing + 1e-3, nothing, dict.fromkeys(range(len(flat.tokens)), False))
    assert flat.tokens[7].break_after == 1


def test_a_phrase_without_a_silence_is_still_labelled_as_one() -> None:
    flat = _open("住在三楼的老先生每天清晨都到公园里打太极拳。")
    here, beside = flat.tokens[7], flat.tokens[9]
    here.break_after, beside.break_after = 2, 1
    nothing = np.zeros(len(flat.tokens), np.float32)
    pauses.settle(flat, nothing + 1e-3, nothing, dict.fromkeys(range(len(flat.tokens)), False))
    assert (here.break_after, here.labelled_break) == (1, 2)
    assert (beside.break_after, beside.labelled_break) == (1, 1)
    here.break_source = "user"
    assert here.labelled_break == 1


def test_a_doubtful_pause_stays_where_the_writer_set_no_mark_or_too_much_would_be_said_at_once() -> None:
    """The same pause, of which it is as probable that a mark is missing: 屏幕很亮|按键很软."""
    for text, wanted in (
        ("屏幕很亮按键很软摸上去有点旧。", 2),
        ("屏幕很亮按键很软，摸上去有点旧。", 1),
        ("新买的这台学习机屏幕很亮按键的回弹却特别软，摸上去有点旧。", 2),
    ):
        flat = _open(text)
        here = text.index("亮")
        flat.tokens[here].break_after = 2
        harmless, missing = (np.zeros(len(flat.tokens), np.float32) for _ in range(2))
        harmless[here], missing[here] = 0.65, 0.5
        pauses.settle(flat, harmless, missing, {here: False})
        assert flat.tokens[here].break_after == wanted, text


def test_what_was_found_before_is_forgotten(lm: ProsodyModel) -> None:
    """A text that is read again has no phrase's end but those that are found then."""
    utterance = Utterance("把鸡块均匀裹上淀粉。", segments=build_segments("把鸡块均匀裹上淀粉。", max_syllables=60))
    lm.annotate(utterance)
    ends = [token.phrase_end for token in utterance.segments[0].tokens]
    for token in utterance.segments[0].tokens:
        token.phrase_end = True
    lm.annotate(utterance)
    assert [token.phrase_end for token in utterance.segments[0].tokens] == ends
    assert not all(ends)


def test_a_long_stretch_has_its_most_harmless_pause_and_a_short_one_none() -> None:
    for text, wanted in (("住在三楼的老先生每天清晨都到公园里打一套太极拳。", 2), ("老先生到公园里打太极拳。", 0)):
        flat = _open(text)
        harmless = np.full(len(flat.tokens), 0.1, np.float32)
        place = text.index("生")
        harmless[place] = 0.9
        pauses.settle(flat, harmless, 0 * harmless, dict.fromkeys(range(len(flat.tokens)), False))
        assert flat.tokens[place].break_after == wanted
