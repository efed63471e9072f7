"""Chinese text is cut into the words that jieba finds, with its parts of speech."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indextts.reading.text.tokens import tagged

RECORDED: dict[str, str] = {
    "我来到北京清华大学，毕业后去了中国科学院计算所。": (
        "我/r 来到/v 北京/ns 清华大学/nt ，/x 毕业/n 后/f 去/v 了/ul 中国科学院/nt 计算所/n 。/x"
    ),
    "令狐冲说：“彭瑀琦来了，快跑！”": ("令狐冲/nr 说/v ：/x “/x 彭瑀/x 琦/nr 来/v 了/ul ，/x 快/a 跑/v ！/x ”/x"),
    "他用过A4纸和USB-C接口，版本是3.5.1，折扣50%。": (
        "他用/r 过/ug A4/eng 纸/n 和/c USB-C/eng 接口/v ，/x 版本/n 是/v 3.5.1/m ，/x 折扣/v 50%/m 。/x"
    ),
    "这是一个好慢的快递，太赞了，下次还会买。": (
        "这是/v 一个/m 好慢/a 的/uj 快递/v ，/x 太赞/nr 了/ul ，/x 下次/t 还会/v 买/v 。/x"
    ),
    "老人推开窗，看见门前的梧桐树长出了新叶。": (
        "老人/n 推开/v 窗/s ，/x 看见/v 门前/s 的/uj 梧桐树/n 长出/v 了/ul 新叶/n 。/x"
    ),
    "丿徐 餸是壞 鰐䐋 𠀀𠀁 好。": ("丿/x 徐/nr 餸/x 是/v 壞/a 鰐/zg 䐋/x 𠀀𠀁/x 好/a 。/x"),
    "哈哈哈哈哈哈哈，真是笑死了\r\n第二行\t继续 hello world!": (
        "哈哈哈哈/o 哈哈哈/o ，/x 真是/d 笑/v 死/v 了/ul 第二行/m 继续/v hello/eng world/eng !/x"
    ),
    "王小丫把iPhone 15递给了欧阳修明，C++和c#都不会。": (
        "王小丫/nr 把/p iPhone/eng 15/m 递给/v 了/ul 欧阳修/nr 明/a ，/x C++/nz 和/c c#/nz 都/d 不会/v 。/x"
    ),
    "近自提点别少称，去汉庭住一晚，卫健委发布了通知。": (
        "近/a 自提点/n 别/r 少/a 称/v ，/x 去/v 汉庭/nz 住/v 一晚/t ，/x 卫健委/n 发布/v 了/ul 通知/v 。/x"
    ),
    "Mr_Ace_98@qq.com：1%% a-% a--b .5 ＡＢ１２": (
        "Mr_Ace_98/eng @/x qq.com/eng ：/x 1%/m %/x a/eng -%/x a/eng --/x b/eng ./x 5/m Ａ/x Ｂ/x １/x ２/x"
    ),
    "重庆市长江大桥通车了，研究生命起源的人很多。": (
        "重庆市/ns 长江大桥/ns 通车/n 了/ul ，/x 研究/vn 生命/vn 起源/n 的/uj 人/n 很多/m 。/x"
    ),
    "犇": ("犇/x"),
    "他说的确实在理，结合成分子时会放热。": (
        "他/r 说/v 的/uj 确实/ad 在理/n ，/x 结合/v 成/n 分子/n 时/n 会/v 放热/v 。/x"
    ),
    "嗮太烫，囊个不坏嘛，沢刚等人。": ("嗮/x 太/d 烫/v ，/x 囊个/q 不坏/v 嘛/y ，/x 沢/x 刚/d 等/u 人/n 。/x"),
}
"""Sentences, and what the package rjieba 0.2.2 (jieba-rs 0.11) says to them, without spaces; it lacks 自提点."""


@pytest.mark.parametrize("sentence", RECORDED)
def test_words_and_parts_of_speech_are_those_of_jieba(sentence: str) -> None:
    assert " ".join(f"{word}/{tag}" for word, tag in tagged(sentence) if not word.isspace()) == RECORDED[sentence]


@pytest.mark.parametrize(
    ("sentence", "words"),
    [
        ("请把手机关机", "请 把 手机 关机"),
        ("门把手坏了", "门把手 坏 了"),
        ("他把手表面上的灰擦了", "他 把 手表 面上 的 灰 擦 了"),
        ("他的话费用完了", "他 的 话费 用 完 了"),
        ("他的话费解", "他 的话 费解"),
        ("天天气得我睡不着", "天天 气得 我 睡不着"),
        ("等了三小时候诊", "等 了 三 小时 候诊"),
        ("他小时候很瘦", "他 小时候 很瘦"),
        ("雨天路面积水", "雨天 路面 积水"),
        ("道路面积很大", "道路 面积 很大"),
        ("乒乓球拍卖完了", "乒乓球拍 卖完 了"),
        ("球拍拍卖会", "球拍 拍卖会"),
        ("租借的和服务必归还", "租借 的 和服 务必 归还"),
        ("产品和服务必须跟上", "产品 和 服务 必须 跟上"),
        ("今天天气得看预报", "今天天气 得 看 预报"),
        ("从中学到大学", "从 中学 到 大学"),
        ("新老师生病了", "新 老师 生病 了"),
        ("新老师生都来了", "新老 师生 都 来 了"),
    ],
)
def test_two_words_that_meet_are_cut_where_a_reader_cuts_them(sentence: str, words: str) -> None:
    assert " ".join(word for word, _ in tagged(sentence)) == words


@pytest.mark.parametrize(
    ("sentence", "words"),
    [
        ("后衣襟沾了泥", "后衣襟 沾 了 泥"),
        ("取件码发错了", "取件码 发错 了"),
        ("当地时区不同", "当地 时区 不同"),
        ("电视机边有灰", "电视机边 有 灰"),
        ("你还他妈有理了", "你 还他妈 有理 了"),
        ("具体来说说房间", "具体来说说 房间"),
        ("然后跟他借", "然后 跟 他 借"),
        ("相比较高的那台", "相 比较 高 的 那台"),
        ("这个早餐简单", "这个 早餐 简单"),
        ("领取后再用", "领取 后 再 用"),
        ("通话的时长没有上限", "通话 的 时长 没有 上限"),
        ("她入职前做过运维", "她 入职 前 做 过 运维"),
        ("先焯水再收汁", "先 焯水 再 收汁"),
        ("晚上内燃机停了", "晚上 内燃机 停 了"),
        ("时间内燃脂更快", "时间 内 燃脂 更 快"),
        ("系统下预编译会失败", "系统 下 预编译 会 失败"),
        ("他自拍后修图", "他 自拍 后 修图"),
        ("年假比产假短", "年假 比 产假 短"),
        ("微信群里抢票", "微信群 里 抢票"),
        ("这款卫衣显瘦", "这 款 卫衣 显瘦"),
        ("他做多少都不够", "他 做 多少 都 不够"),
        ("车上新增座位", "车上 新增 座位"),
    ],
)
def test_words_of_today_are_one_where_no_older_word_wants_their_parts(sentence: str, words: str) -> None:
    assert " ".join(word for word, _ in tagged(sentence)) == words


@given(st.text(st.characters(), max_size=80) | st.text("好的了A1.-_% \r\n𠀀", max_size=80))
def test_no_character_is_lost(text: str) -> None:
    words = tagged(text)
    assert "".join(word for word, _ in words) == text
    assert all(tag for _, tag in words)


def test_a_line_break_of_two_characters_is_one_word() -> None:
    assert tagged("好\r\n好") == [("好", "a"), ("\r\n", "x"), ("好", "a")]


@pytest.mark.parametrize(
    ("sentence", "words"),
    [
        ("王楚钦和林诗栋赢了", "王楚钦 和 林诗栋 赢 了"),
        ("黄雅琼、郑思维和贾一凡合影", "黄雅琼 、 郑思维 和 贾一凡 合影"),
        ("武大靖和林孝埈说了话", "武大 靖 和 林 孝 埈 说 了 话"),
        ("朱婷和龚翔宇复出", "朱婷 和 龚翔宇 复出"),
        ("周琦和郭艾伦没有来", "周琦 和 郭艾伦 没有 来"),
        ("曾春蕾砸地板", "曾春蕾 砸 地板"),
        ("球员胡金秋受伤", "球员 胡金秋 受伤"),
        ("石宇奇和冯彦哲晋级", "石宇奇 和 冯彦哲 晋级"),
        ("朴春花来了", "朴春花 来 了"),
        ("程序启动快且占用少", "程序 启动 快 且 占用 少"),
        ("陶瓷烧结后致密", "陶瓷 烧结 后 致密"),
        ("用的是前端和后端", "用 的 是 前端 和 后端"),
        ("曾参加过比赛", "曾 参加 过 比赛"),
        ("于明日召开", "于 明日 召开"),
        ("大门与警车", "大门 与 警车"),
    ],
)
def test_names_and_links_are_words_of_their_own(sentence: str, words: str) -> None:
    assert " ".join(word for word, _ in tagged(sentence)) == words


@pytest.mark.parametrize(
    ("sentence", "words"),
    [
        ("打开页面时会卡", "打开 页面 时 会 卡"),
        ("到时会通知你", "到 时 会 通知 你"),
        ("临时会议取消了", "临时 会议 取消 了"),
        ("你能不能不催", "你 能 不能 不 催"),
        ("不能不去", "不能不 去"),
        ("微博客服回了", "微博 客服 回 了"),
        ("凭良心说", "凭良心 说"),
        ("他说下周五到", "他 说 下周五 到"),
        ("线下周末有课", "线下 周末 有课"),
        ("女主人设讨喜", "女主 人设 讨喜"),
        ("后排座位太窄", "后排 座位 太窄"),
        ("装到一半自动退出", "装 到 一半 自动 退出"),
        ("我家住在城南", "我家 住 在 城南"),
        ("汉庭和如家都住过", "汉庭 和 如家 都 住 过"),
        ("女神节的礼物", "女神节 的 礼物"),
        ("很好用的", "很 好用 的"),
        ("难洗的锅", "难洗 的 锅"),
    ],
)
def test_what_posts_showed_is_cut_right(sentence: str, words: str) -> None:
    assert " ".join(word for word, _ in tagged(sentence)) == words
