"""No pause behind a word that governs the next, before a name in letters, in pairs, models and paths."""

from __future__ import annotations

import itertools

import pytest

from indextts.reading.prosody import ProsodyModel, load
from indextts.reading.text.tokens import tagged
from tests.reading.prosody.test_together import level
from tests.support.segments import tokens_of

GOVERNED = [
    "医院引进_先进影像设备。",
    "渔船带回_满舱带鱼。",
    "全村种上了_八百亩油茶。",
    "他背着_沉甸甸的登山包。",
    "新版词典增加_八千余条新词。",
    "工厂正在提高_产品合格率。",
    "学校已经建成_三栋宿舍楼。",
    "气温最高达到_三十九度。",
    "她手里捧着_热腾腾的红薯。",
    "村里新修了_两公里水渠。",
    "他昨天卖掉了_那辆旧摩托。",
    "运动员打破了_全国室内纪录。",
    "我们要珍惜_每一滴水。",
    "老师布置了_五道应用题。",
    "她嘴里哼着_家乡小调。",
    "他戴着_一顶旧草帽。",
    "商场推出_换季优惠活动。",
    "爷爷养着_十几只信鸽。",
]
DETERMINED = [
    "她买了一个_特别结实的书包。",
    "那是一个_非常安静的小镇。",
    "他提了一个_相当尖锐的问题。",
    "他记得那些_零零碎碎的往事。",
    "这是一条_格外难走的山路。",
    "请把这些_乱七八糟的线收好。",
    "项目_内部评审推迟了。",
    "这种_吃力不讨好的活没人干。",
    "这一个_相对冷门的专业招满了。",
    "那位_德高望重的老人去世了。",
    "这个_名不见经传的小厂出名了。",
    "请删掉这些_过时的说明。",
    "我们解决了这个_老大难问题。",
    "他讲了一个_十分动人的故事。",
    "这份报告_内部已经传阅。",
    "公司_内部流程需要简化。",
]
LATIN = [
    "新手机 _GPU 性能翻倍。",
    "系统默认浏览器 _Firefox 打不开了。",
    "我们的构建工具 _Gradle 升级了。",
    "旧版 _SDK 已经停止维护。",
    "国产处理器 _LoongArch 架构进展很快。",
    "如果 _PID 参数被省略就报错。",
    "当前 _XML 导出筛选器有问题。",
    "这次更新修复了导出 _PDF 时的错误。",
    "他把显卡换成了 _Radeon 系列。",
    "这款显示器支持 _HDR 和高刷新率。",
    "请在终端运行 _make 命令。",
    "老板买了一台二手 _ThinkPad 回来。",
    "测试框架 _pytest 需要单独安装。",
    "前端改用 _Svelte 重写了一遍。",
    "这个插件依赖 _Node 十八以上版本。",
    "监控面板 _Grafana 加载很慢。",
]
MODELS = [
    "魅族_20_ Pro 降价了。",
    "一台高通骁龙_8_ Gen 2 的平板。",
    "摩托罗拉_40_ Ultra 屏幕很亮。",
    "努比亚_60_ Ultra 拍月亮很好。",
    "酷派_20_ Pro 没什么人买。",
    "这台手机用的是骁龙_8_ Gen 3。",
    "厂商发布了天玑_9_ Pro 芯片。",
    "我爸买了小米_14_ Ultra。",
    "新款红魔_9_ Pro 散热不错。",
    "评测对比了骁龙_7_ Gen 2 的功耗。",
    "他还在用荣耀_50_ Pro。",
    "店里只剩华为畅享_60_ Pro。",
]
PAIRS = [
    "城市_与_城市之间通了高铁。",
    "我们看重心_与_心能否相通。",
    "难的是村_与_村怎么分水。",
    "画面上手_挨_手站成一排。",
    "这首诗写树_与_树怎样说话。",
    "协议规定节点_与_节点如何握手。",
    "难点是模块_与_模块怎样对接。",
    "这章讲词语_与_词语如何组合。",
    "故事讲的是人_与_人如何相处。",
    "这里讨论的是国_与_国如何谈判。",
    "问题在于人_和_人怎样合作。",
    "作者写的是山_与_山怎样相望。",
    "这套做法借鉴_自航空业。",
    "图案借鉴_自敦煌壁画。",
    "概念借鉴_自控制论。",
    "语法借鉴_自函数式语言。",
    "设计借鉴_自蜂巢。",
    "这条规则借鉴_自海商法。",
    "唱腔借鉴_自昆曲。",
    "流程借鉴_自丰田工厂。",
    "算法借鉴_自蚁群觅食。",
    "布局借鉴_自苏州园林。",
]
PATHS = [
    "请打开 _/etc/hosts 文件。",
    "日志保存在 _/var/log 目录。",
    "用编辑器修改 _/etc/fstab 这一行。",
    "把证书放到 _/etc/ssl 目录下。",
    "程序默认读取 _/opt/app/config 文件。",
    "先备份 _/home/data 再升级。",
    "然后挂载 _/dev/sdb 设备。",
    "脚本写入 _/tmp/result 文件。",
    "服务监听 _/run/app 套接字。",
    "接口地址改成 _/api/v2 了。",
    "查看 _/proc/meminfo 的内容。",
    "不要删除 _/usr/lib 目录。",
]


@pytest.fixture(scope="module")
def lm() -> ProsodyModel:
    return load("lm")


@pytest.mark.parametrize("marked", [*GOVERNED, *DETERMINED, *LATIN, *MODELS, *PAIRS, *PATHS])
def test_no_pause_parts_what_belongs_together(lm: ProsodyModel, marked: str) -> None:
    parts = marked.split("_")
    tokens = tokens_of("".join(parts), lm)
    for place in itertools.accumulate(len(part) for part in parts[:-1]):
        assert level(tokens, place) < 2


@pytest.mark.parametrize(
    "marked",
    [
        "把刀放下|有话好好说！",
        "电脑太旧|Windows 装不上只好换一台。",
    ],
)
def test_a_pause_where_a_mark_was_left_out_stays(lm: ProsodyModel, marked: str) -> None:
    before, _, behind = marked.partition("|")
    assert level(tokens_of(before + behind, lm), len(before)) >= 2


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("使用中仅三台报警", "使用 中 仅 三台 报警"),
        ("报名中仅两人落选", "报名 中 仅 两人 落选"),
        ("样品称要重测", "样品 称 要 重测"),
        ("厂方称货已发出", "厂方 称 货 已 发出"),
        ("开启物理机并启动", "开启 物理机 并 启动"),
        ("跃下床去开门", "跃 下 床 去 开门"),
        ("别瞎想这些事", "别 瞎 想 这些 事"),
        ("拖不起这笔账", "拖 不 起 这笔 账"),
        ("没熏过的肉", "没 熏 过 的 肉"),
        ("外举牌抗议", "外 举 牌 抗议"),
    ],
)
def test_what_serves_others_is_in_no_made_up_word(text: str, words: str) -> None:
    assert " ".join(word for word, _ in tagged(text)) == words
