"""Nothing parts a title from 的, a verb with 下 from its object, a name from its number, a post from 前 before it."""

from __future__ import annotations

import itertools

import pytest

from indextts.reading.prosody import ProsodyModel, load, together
from tests.reading.prosody.test_beside import parted
from tests.support.segments import build_segments

AS_SAID = [
    "这家店说_关门就关门，谁也没想到。",
    "天气说_变脸就变脸，带把伞吧。",
    "公交说_改道就改道，也不贴个通知。",
    "他们说_涨价就涨价，一点商量都没有。",
    "网络说_断线就断线，游戏没法打。",
    "领导说_加班就加班，周末全泡汤了。",
    "这款App说_下架就下架，数据都没导出来。",
    "楼上说_装修就装修，吵得没法午睡。",
    "平台说_封号就封号，申诉也没用。",
    "这电脑说_死机就死机，稿子全丢了。",
]
TITLES = [
    "看完《霸王别姬》_之后我一夜没睡。",
    "读了《三体》_以后他迷上了物理。",
    "拍完《红高粱》_之后他去了上海。",
    "大家都在等《Stranger Things: Season Five》_的预告片。",
    "我最爱《The Office: Superfan》_的片头曲。",
    "追完《琅琊榜》_以后我又看了原著。",
    "写完《平凡的世界》_之后他大病一场。",
    "播完《漫长的告别》_之后收视率创了新高。",
    "调用 open() _前，请先检查路径是否存在。",
    "执行 commit() _后，数据才会写入磁盘。",
    "调用 flush() _后，缓冲区里的内容才会写入磁盘。",
    "调用 Dispose() _方法后，对象就不能再用了。",
    "重写 equals() _方法时，记得同时重写哈希函数。",
    "触发 onChange() _事件后，页面会重新渲染。",
]
BRIEFLY = [
    "我先跟 legal 那边确认下_条款再回你。",
    "你帮我核对下_名单再发出去。",
    "麻烦检查下_附件有没有问题。",
    "他让我更新下_驱动再试一次。",
    "麻烦你登记下_信息再进去。",
    "下班前整理下_桌面再走。",
    "你先备份下_数据再重装。",
    "我去咨询下_律师再签字。",
    "帮忙打印下_合同再拿过来。",
    "你先核实下_身份再转账。",
    "他去联系下_厂家再决定。",
]
COUNTED = [
    "打工人的周一从 Outlook 弹出37封_未读邮件开始。",
    "后台还压着12条_待审_评论没处理。",
    "系统里还剩八份_未签合同等着处理。",
    "手机上还有六十条_未读_消息没点开。",
    "他手里还有三件_未结案子要跟进。",
    "仓库里堆着五件_未拆包裹没人认领。",
    "清单上还有九项_待办事项没完成。",
    "桌上摆着四份_待签文件。",
    "邮箱里有十五封_待发邮件。",
    "库里还有七个_未用编号。",
    "列表中有两条_未审评论。",
]
PLACES = [
    "F1拉斯维加斯_站两台迈凯伦赛车因底板磨损超标被取消成绩。",
    "新加坡_站三名车手被罚退五位发车。",
    "上海_站门票一小时售罄。",
    "墨尔本_站冠军由老将夺得。",
    "巴塞罗那_站两位车手撞车退赛。",
    "摩纳哥_站排位赛周六进行。",
    "东京_站演唱会一票难求。",
    "北京_站四名选手晋级决赛。",
    "成都_站决赛打满了五局。",
    "广州_站参赛人数创了新高。",
]
NUMBERED = [
    "搭载的“引路”_5号_卫星未能进入预定轨道。",
    "“风云”_3号_卫星昨天传回了第一批图像。",
    "“雪龙”_2号_科考船从上海出发。",
    "“嫦娥”_6号_探测器成功着陆。",
    "“探索”_1号_科考船返回三亚。",
    "“海燕”_10号_台风已经登陆。",
    "“希望”_7号_卫星进入轨道。",
    "“晨星”_9号_火箭发射成功。",
    "“瀚海”_1号_海洋站开始运行。",
    "“东风”_4号_机车退役了。",
]
POSTS = [
    "他的老搭档、乐队Joyside前_吉他手一起回忆。",
    "湖人队前_助教接受了采访。",
    "Google前_工程师出了一本书。",
    "国家队前_队长宣布退役。",
    "OpenAI前_研究员创办了新公司。",
    "曼联队前_门将去世。",
    "Oasis前_主唱下个月来华演出。",
    "特斯拉公司前_高管加盟了对手。",
    "Meta前_产品经理谈创业。",
    "山东队前_中锋改行当了解说。",
]
GIVEN = [
    "多半是已经有钱的人讲给_还没钱的人听的。",
    "这封信是写给_还在读书的弟弟的。",
    "这首歌是唱给_已经分手的人听的。",
    "这些票留给_还没到场的观众。",
    "这套书送给_已经上小学的侄女。",
    "这笔钱借给_正在创业的朋友。",
    "这间房留给_正在实习的学生。",
    "这段话说给_还没放弃的人听。",
    "这本册子发给_已经报名的家长。",
    "老房子卖给_刚结婚的同事。",
    "不少学校开始_同时申请两种授权。",
    "多家银行开始_陆续下调存款利率。",
    "厂商开始_大规模召回问题车辆。",
    "超市开始_逐步推行电子发票。",
    "用户开始_频繁收到验证码短信。",
    "十一年_职业生涯就此画上句号。",
    "十八年_职业生涯从未受过重伤。",
    "七年_婚姻走到了尽头。",
    "三年_合同期满后他选择离队。",
]
NOUNS = [
    "以下_示例演示如何读取文件。",
    "以下_脚本用于备份数据库。",
    "如何使用线程池并发_执行多个任务？",
    "深圳将于明年承办领导人_非正式会议。",
    "针对疫情的国际_关注突发公共卫生事件已经结束。",
    "她做字幕_翻译那三年最怕脱口秀。",
    "他做游戏_翻译那几年经常熬夜。",
    "某重点高中_国际部今年扩招。",
    "构建了水稻启动子_编辑体系。",
    "获得抗白叶枯病_突变株十二个。",
]


@pytest.fixture(scope="module")
def lm() -> ProsodyModel:
    return load("lm")


@pytest.mark.parametrize("marked", [*AS_SAID, *TITLES, *BRIEFLY, *COUNTED, *PLACES, *NUMBERED, *POSTS, *GIVEN, *NOUNS])
def test_no_pause_parts_what_is_said_as_one(lm: ProsodyModel, marked: str) -> None:
    assert not parted(lm, marked)
    parts = marked.split("_")
    tokens = [token for segment in build_segments("".join(parts), max_syllables=60) for token in segment.tokens]
    held = together.bounds(tokens)[0] | together.compounds(tokens)
    for end in itertools.accumulate(len(part) for part in parts[:-1]):
        before = max(at for at, token in enumerate(tokens) if token.kind != "punctuation" and token.start < end)
        assert before in held or tokens[before].word == tokens[before + 1].word


@pytest.mark.parametrize(
    "marked",
    [
        "在巨大的压力影响下_公司决定裁员一半以上的员工。",
        "零下三十度以下_地区的居民需要提前储备燃料。",
    ],
)
def test_what_holds_them_is_no_more_than_they_need(lm: ProsodyModel, marked: str) -> None:
    assert parted(lm, marked)
