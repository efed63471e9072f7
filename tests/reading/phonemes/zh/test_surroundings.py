"""Readings that hang on what is around: letters, quotes, prefixes, titles before a name; and those of the standard."""

from __future__ import annotations

import pytest

from indextts.model.utterance import Token, Utterance
from indextts.reading.phonemes.annotate import annotate, revise
from indextts.reading.phonemes.en.pronunciation import is_word
from indextts.reading.phonemes.zh import mandarin
from indextts.reading.text.frontend import build_segments


def analysed(text: str) -> Utterance:
    utterance = Utterance(text, segments=build_segments(text, is_word=is_word, max_syllables=60))
    annotate(utterance)
    return utterance


def tokens(text: str) -> list[Token]:
    return [token for segment in analysed(text).segments for token in segment.tokens]


def read(marked: str) -> str:
    """The reading of the character in square brackets."""
    at = marked.index("[")
    text = marked.replace("[", "").replace("]", "")
    return next(token.reading for token in tokens(text) if token.start == at and token.kind == "hanzi")


@pytest.mark.parametrize(
    ("marked", "said"),
    [
        ("[将] MySQL 迁移到 Postgres", "jiang1"),
        ("请[将] README 翻译成中文", "jiang1"),
        ("请[将]“Token”填进去", "jiang1"),
        ("我们[将] React 换成了 Vue", "jiang1"),
        ("它会[将] YAML 解析成对象", "jiang1"),
        ("[将] Chrome 设成默认浏览器", "jiang1"),
        ("[将]《Python 入门》读了两遍", "jiang1"),
        ("可以[将] CI/CD 拆开", "jiang1"),
        ("[将] Node.js 更新到最新版", "jiang1"),
        ("需要[将] JSON 转成表格", "jiang1"),
        ("[将] Kubernetes 停掉", "jiang1"),
        ("大[将] Bob 出马", "jiang4"),
        ("这条语句返回了零[行]", "hang2"),
        ("补丁只动零[行]，不改接口", "hang2"),
        ("查询命中零[行]", "hang2"),
        ("考[数]三英一的人多", "shu4"),
        ("[数]二英二也不简单", "shu4"),
        ("季末会计要[调]账", "tiao2"),
        ("先[调]帐再报税", "tiao2"),
        ("打印一张[调]账单", "diao4"),
        ("[为] Windows 用户提供安装包", "wei4"),
        ("我[为] Linux 写了驱动", "wei4"),
        ("[为] GitHub 仓库添加说明", "wei4"),
        ("他们[为] Google 的产品做测试", "wei4"),
        ("专门[为] Mac 设计的键盘", "wei4"),
        ("[为] Nginx 配置证书", "wei4"),
        ("这是[为] Android 开发者准备的课", "wei4"),
        ("社区[为] Rust 编写了教程", "wei4"),
        ("[为] Agent 提供记忆", "wei4"),
        ("[为] Excel 表格加密", "wei4"),
        ("变量命名[为] foo", "wei2"),
        ("作[为] owner 要负责", "wei2"),
        ("返回值[为] null", "wei2"),
        ("设置[为] true", "wei2"),
        ("类型[为] string", "wei2"),
        ("以 Docker [为]例", "wei2"),
        ("[还] commit 了两次", "hai2"),
        ("请[重] build 一下", "chong2"),
        ("在 Java [中]意外退出", "zhong1"),
        ("Kotlin [中]意味着什么", "zhong1"),
        ("[得] debug 一下", "dei3"),
        ("即[将] release 新版", "jiang1"),
    ],
)
def test_a_word_in_letters_is_a_noun_or_a_verb_to_the_characters_beside_it(marked: str, said: str) -> None:
    assert read(marked) == said


def test_an_edit_beside_letters_keeps_what_they_tell() -> None:
    utterance = analysed("请将 API 换成接口")
    last = next(token for token in utterance.segments[0].tokens if token.text == "口")
    last.reading = "kou1"
    assert revise(utterance.segments[0])
    assert next(token.reading for token in utterance.segments[0].tokens if token.text == "将") == "jiang1"


@pytest.mark.parametrize(
    ("marked", "said"),
    [
        ("这个[子]页面打不开", "zi3"),
        ("两个[子]线程", "zi3"),
        ("[子]域名解析失败", "zi3"),
        ("该[子]表没有数据", "zi3"),
        ("每个[子]项目单独编译", "zi3"),
        ("主窗口与[子]窗口", "zi3"),
        ("高维[子]空间", "zi3"),
        ("拆成若干[子]任务", "zi3"),
        ("继承它的[子]类型", "zi3"),
        ("启动[子]进程", "zi3"),
        ("多个[子]模型投票", "zi3"),
        ("全资[子]公司", "zi3"),
        ("买了电[子]书、杂志", "zi3"),
        ("他读《老[子]》", "zi3"),
        ("桌[子]腿断了", "zi5"),
        ("盒[子]模型", "zi5"),
        ("孩[子]们", "zi5"),
        ("日[子]过得快", "zi5"),
        ("箱[子]里", "zi5"),
        ("老婆[子]家里", "zi5"),
        ("影[子]价格", "zi5"),
    ],
)
def test_zi_before_a_noun_is_a_prefix(marked: str, said: str) -> None:
    assert read(marked) in (said, said.replace("3", "2"))


@pytest.mark.parametrize(
    ("marked", "said"),
    [
        ("演员[曾]春梅获奖", "zeng1"), ("教练[翟]晓川喊了暂停", "zhai2"),
        ("警官[仇]志军赶到", "qiu2"), ("学生[单]雨桐请假", "shan4"), ("设计师[盖]志军辞职", "ge3"),
        ("工程师[区]嘉敏", "ou1"), ("画家[朴]明哲来访", "piao2"), ("议员[华]建军发言", "hua4"),
        ("律师[解]晓东出庭", "xie4"), ("护士[任]丽华值班", "ren2"), ("店员[缪]小燕道歉", "miao4"),
        ("司机[查]国强停车", "zha1"), ("村民[曾]志伟摔倒", "zeng1"), ("厨师[乐]文涛上菜", "yue4"),
        ("诗人[燕]春华朗诵", "yan1"),
        ("队员[曾]经受伤", "ceng2"), ("教练[任]意换人", "ren4"), ("同学[查]作业", "cha2"),
        ("医生[单]独值班", "dan1"), ("记者[解]读政策", "jie3"), ("老师[朴]实善良", "pu3"),
        ("学生[区]分颜色", "qu1"), ("选手[仇]视对手", "chou2"), ("队长[任]命他", "ren4"),
        ("教授[华]北大学", "hua2"), ("农民[盖]房子", "gai4"),
    ],
)  # fmt: skip
def test_behind_a_title_a_surname_and_a_given_name_are_a_person(marked: str, said: str) -> None:
    assert read(marked) == said


@pytest.mark.parametrize(
    ("marked", "said"),
    [
        ("圣彼[得]堡下雪了", "de2"), ("彼[得]三世退位", "de2"), ("彼[得]潘", "de2"), ("飞往[得]州", "de2"),
        ("[得]克萨斯的牛仔", "de2"), ("彼[得]大帝", "de2"), ("约翰·彼[得]森", "de2"), ("圣彼[得]广场", "de2"),
        ("[得]州扑克", "de2"), ("彼[得]罗夫", "de2"),
        ("我[得]走了", "dei3"), ("跑[得]很快", "de5"), ("他[得]想办法", "dei3"), ("说[得]对", "de5"),
        ("寒冬[得]阳光之暖", "de2"), ("尚未[得]证据", "de2"),
    ],
)  # fmt: skip
def test_de_in_foreign_names_is_to_obtain(marked: str, said: str) -> None:
    assert read(marked) in (said, said.replace("3", "2"))


@pytest.mark.parametrize(
    ("marked", "said"),
    [
        ("酱油里[掺]水", "chan1"), ("乙[炔]", "que1"), ("第三[肋]", "lei4"), ("[诘]问", "jie2"), ("鹿[茸]", "rong2"),
        ("被他[摒]掉", "bing4"), ("牙[龈]沟", "yin2"), ("[砝]码", "fa3"), ("川[芎]", "xiong1"), ("[怔]住", "zheng4"),
        ("猛[犸]象", "ma3"), ("[阚]某", "kan4"), ("白[蛤]", "ge2"), ("[藉]此", "jie4"), ("王[媛]", "yuan2"),
        ("米[芾]的字", "fu2"), ("[萎]靡", "wei3"), ("[聒]噪", "guo1"), ("[颇]有", "po1"), ("[谩]骂", "man4"),
    ],
)  # fmt: skip
def test_a_character_alone_has_the_reading_of_the_standard(marked: str, said: str) -> None:
    assert read(marked) in (said, said.replace("3", "2"))


def test_the_standard_is_asked_where_the_dictionary_has_what_it_does_not_know() -> None:
    told = mandarin.standard_readings()
    assert len(told) > 190
    for char, pinyin in told.items():
        assert mandarin.alternatives(char)[0] == pinyin
        assert pinyin != mandarin.listed(char)[0] and set(mandarin.listed(char)) <= set(mandarin.alternatives(char))


def test_a_figure_that_names_a_state_keeps_its_tone() -> None:
    for text in ("1 代表打开", "0 代表关闭，1 代表打开", "状态 1 表示成功", "其中 1 意味着通过", "1 对应左键"):
        assert next(token.reading for token in tokens(text) if token.text == "一") == "yi1", text
    assert next(token.reading for token in tokens("派 1 个代表") if token.text == "一") == "yi2"


def spelt(text: str) -> list[str]:
    """The words in letters of ``text`` as the plan parts them: letters together, words by themselves."""
    found: dict[int, str] = {}
    for token in tokens(text):
        if token.kind in ("letter", "word"):
            found[token.word] = found.get(token.word, "") + (
                token.text if token.kind == "letter" else f"({token.text})"
            )
    return list(found.values())


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("主键 id 不能为空", "ID"), ("重装 os 之后", "OS"), ("es 索引重建", "ES"), ("图片放在 oss 里", "OSS"),
        ("注册 spi 服务", "SPI"), ("泄露 ak 的后果", "AK"), ("跑一次 ab 实验", "AB"), ("用 ppo 微调", "PPO"),
        ("理解 ioc 的思想", "IOC"), ("流量经过 lb 转发", "LB"), ("住进 icu 三天", "ICU"), ("加入 wto 以来", "WTO"),
        ("交给 ai 来写", "AI"), ("修改 ua 字段", "UA"), ("写个 sh 脚本", "SH"),
        ("三个 bug 没修", "(bug)"), ("打开 app 看看", "(app)"), ("命名为 foo", "(foo)"), ("ok 的", "(ok)"),
        ("跑在 dev 环境", "(dev)"), ("按 key 排序", "(key)"), ("用 vue 写页面", "(vue)"), ("取 max 值", "(max)"),
    ],
)  # fmt: skip
def test_small_initials_amid_chinese_are_spelt_as_capitals_are(text: str, said: str) -> None:
    assert spelt(text) == [said]


def test_small_initials_amid_english_are_not_touched() -> None:
    assert spelt("他说 it is an ox here 就走了") == ["(it)", "(is)", "(an)", "(ox)", "(here)"]
    assert spelt("由 F = ma 可知") == ["F", "(ma)"]


@pytest.mark.parametrize(
    ("marked", "said"),
    [
        ("看日出[得]起早", "dei3"), ("要占座就[得]赶早", "dei3"), ("去一趟[得]起个大早", "dei3"), ("未[得]准许", "de2"),
        ("迟迟未[得]回音", "de2"), ("火[着]起来了", "zhao2"), ("炉子[着]起来没有", "zhao2"),
        ("标准化的[查]询接口", "cha2"), ("优化后的[查]询语句", "cha2"), ("数字化的[查]询系统", "cha2"),
        ("古典室内[乐]团", "yue4"), ("一首室内[乐]作品", "yue4"), ("游览大[觉]寺", "jue2"),
        ("前桥[差]速器漏油", "cha1"),
        ("测量高[差]", "cha1"), ("羟[脯]氨酸", "fu3"), ("一件粗[呢]大衣", "ni2"), ("舆论[倒]向弱者", "dao3"),
        ("优势[倒]向红队", "dao3"), ("[牟]定的彝族", "mu4"), ("如实[供]述", "gong4"), ("他[供]述了经过", "gong4"),
        ("行[行]都不容易", "hang2"), ("为纪念而[种]的树", "zhong4"), ("[为]理想而奋斗", "wei4"),
        ("[为]自由而战", "wei4"),
        ("点亮蜡[烛]", "zhu2"), ("[曾]春梅跑了", "zeng1"), ("[查]建国说话", "zha1"),
    ],
)  # fmt: skip
def test_what_was_reported_of_real_texts_is_read_right(marked: str, said: str) -> None:
    assert read(marked) in (said, said.replace("3", "2"))


@pytest.mark.parametrize(
    ("marked", "said"),
    [
        ("她细心[地]帮老人分药", "de5"), ("他耐心[地]讲解", "de5"), ("大家吆五喝六[地]打闹着", "de5"),
        ("她虚心[地]向老师请教", "de5"), ("他精确[地]计算了时间", "de5"), ("小狗忠诚[地]守着家", "de5"),
        ("北京、上海等[地]开通了航线", "di4"), ("在青岛、烟台等[地]工作", "di4"), ("湖南等[地]下了雪", "di4"),
        ("云南、贵州等[地]举办了活动", "di4"), ("浙江等[地]发现了遗址", "di4"), ("所在[地]变更", "di4"),
    ],
)  # fmt: skip
def test_de_behind_a_manner_and_di_behind_a_list_of_places(marked: str, said: str) -> None:
    assert read(marked) == said


@pytest.mark.parametrize(
    ("marked", "said"),
    [
        ("在 Chrome [中]选择扩展", "zhong1"), ("在菜单（File）[中]选择导出", "zhong1"),
        ("在 Excel [中]计算总和", "zhong1"),
        ("在 HTML [中]标记语言", "zhong1"), ("在 Figma [中]标注尺寸", "zhong1"), ("在页面[中]弹出窗口", "zhong1"),
        ("在 Word [中]签名", "zhong1"), ("在 README [中]举例说明", "zhong1"), ("在列表[中]选取三项", "zhong1"),
        ("在 Jira [中]标明版本", "zhong1"), ("项目[中]风险很大", "zhong1"), ("在 Vue [中]选用组件", "zhong1"),
        ("他[中]选了", "zhong4"), ("她[中]计了", "zhong4"), ("他[中]奖了", "zhong4"),
    ],
)  # fmt: skip
def test_zhong_before_a_word_of_its_own_is_within(marked: str, said: str) -> None:
    assert read(marked) == said


@pytest.mark.parametrize(
    ("marked", "said"),
    [
        ("程序界面[卡]死了", "ka2"), ("手机又[卡]死", "ka2"), ("打开会话就[卡]死", "ka2"), ("页面[卡]屏了", "ka3"),
        ("升级后系统[卡]死", "ka2"), ("浏览器[卡]崩了", "ka3"), ("游戏[卡]退了", "ka3"), ("老电脑经常[卡]机", "ka3"),
        ("加载时[卡]死在首页", "ka2"), ("鱼刺[卡]住了喉咙", "qia3"),
        ("麦子已[种]，玉米收了", "zhong4"), ("地都[种]了", "zhong4"), ("这是什么[种]", "zhong3"),
        ("货[倒]是今天到了", "dao4"), ("人[倒]是不错", "dao4"), ("价格[倒]是便宜", "dao4"), ("菜[倒]是很新鲜", "dao4"),
        ("话[倒]是没错", "dao4"), ("服务[倒]是周到", "dao4"),
    ],
)  # fmt: skip
def test_readings_that_real_sentences_showed(marked: str, said: str) -> None:
    assert read(marked) == said


@pytest.mark.parametrize(
    ("marked", "said"),
    [
        ("[区]长海昨天到了北京", "ou1"), ("区[长]海昨天到了北京", "chang2"), ("[区]长春已经退休", "ou1"),
        ("[区]长军是我的老师", "ou1"), ("[区]长青在北京读书", "ou1"), ("[区]长河也去了", "ou1"),
        ("[区]长海说他来", "ou1"),
        ("[区]长军今天发言", "ou1"), ("[区]长河把书还了", "ou1"), ("昨天，[区]长海在广州开会", "ou1"),
        ("[区]长来了", "qu1"), ("[区]长昨天发言", "qu1"), ("区[长]王明来了", "zhang3"), ("[区]长海边散步", "qu1"),
        ("[区]长对此表示歉意", "qu1"), ("[区]长人很好", "qu1"), ("[区]长不在", "qu1"),
    ],
)  # fmt: skip
def test_the_head_of_a_district_is_no_person(marked: str, said: str) -> None:
    assert read(marked) == said


@pytest.mark.parametrize(
    ("marked", "said"),
    [
        ("这段戏她演[得]到位。", "de5"),
        ("他把老生唱[得]到家。", "de5"),
        ("卫生做[得]到位。", "de5"),
        ("这招练[得]到家。", "de5"),
        ("方案写[得]到位。", "de5"),
        ("节奏打[得]到位。", "de5"),
        ("道理说[得]到位。", "de5"),
        ("动作跳[得]到位。", "de5"),
        ("宣传画画[得]到位。", "de5"),
        ("饭菜做[得]到家。", "de5"),
        ("若返回值[为] NULL 就跳过。", "wei2"),
        ("输入值[为] TRUE 时选中。", "wei2"),
        ("当键值[为] END 时结束。", "wei2"),
        ("默认值[为] OFF。", "wei2"),
        ("初始值[为] ZERO 的变量", "wei2"),
        ("阈值[为] HIGH 才报警。", "wei2"),
        ("其值[为] NONE。", "wei2"),
        ("属性值[为] AUTO 即可。", "wei2"),
        ("掩码值[为] MASK 的设备", "wei2"),
        ("峰值[为] MAX 的一半。", "wei2"),
        ("山坡上的荞麦[地]开花了。", "di4"),
        ("棉[地]该浇水了。", "di4"),
        ("坡下的红薯[地]被淹。", "di4"),
        ("苹果[地]里架了网。", "di4"),
        ("芒果[地]通了水。", "di4"),
        ("大豆[地]连成一片。", "di4"),
        ("水稻[地]旱了。", "di4"),
        ("甘蔗[地]起火。", "di4"),
        ("桑[地]改种茶树。", "di4"),
        ("坚果[地]用上滴灌。", "di4"),
        ("沙壤[地]不保水。", "di4"),
    ],
)
def test_readings_behind_a_result_a_value_and_a_crop(marked: str, said: str) -> None:
    assert read(marked) == said


@pytest.mark.parametrize(
    "path", ["hosts", "fstab", "passwd", "nginx", "ssl", "default", "group", "sudoers", "hostname", "cron"]
)
@pytest.mark.parametrize("text", ["请备份 /etc/{} 文件。", "Please copy /etc/{} first."])
def test_a_folder_is_no_abbreviation(path: str, text: str) -> None:
    assert "E T C" in " ".join(token.text for token in tokens(text.format(path)))


@pytest.mark.parametrize(
    ("marked", "said"),
    [
        ("[行]里刚发了通知。", "hang2"),
        ("他回[行]里加班去了。", "hang2"),
        ("[行]里的客户经理都去培训了。", "hang2"),
        ("这事得请示[行]里。", "hang2"),
        ("咱们[行]里规矩多。", "hang2"),
        ("她把材料送到[行]里。", "hang2"),
        ("调到[行]里才半年。", "hang2"),
        ("[行]里新来了柜员。", "hang2"),
        ("当年[行]里只有三个人。", "hang2"),
        ("贷款要由[行]里审批。", "hang2"),
        ("飞[行]里程又涨了。", "xing2"),
        ("言[行]里透着傲气。", "xing2"),
        ("这孩子[好]打听大人的事。", "hao4"),
        ("老王[好]打听，人家都躲着他。", "hao4"),
        ("他生来[好]打听消息。", "hao4"),
        ("街坊里就数她[好]打听。", "hao4"),
        ("我从不[好]打听谁家的闲话。", "hao4"),
        ("一个[好]打听的邻居", "hao4"),
        ("此人[好]打听，嘴又碎。", "hao4"),
        ("你怎么这么[好]打听？", "hao4"),
        ("他特别[好]打听工资。", "hao4"),
        ("同事都嫌他[好]打听。", "hao4"),
        ("你最[好]打听一下。", "hao2"),
        ("我只[好]打听了半天。", "hao2"),
        ("山里有的地[方]还没通电。", "fang5"),
        ("这地[方]真凉快。", "fang5"),
        ("那个地[方]离车站不远。", "fang5"),
        ("有些地[方]已经下雪。", "fang5"),
        ("你去过什么地[方]？", "fang5"),
        ("快找地[方]躲雨。", "fang5"),
        ("屋里没地[方]坐。", "fang5"),
        ("换个地[方]再谈。", "fang5"),
        ("哪个地[方]最疼？", "fang5"),
        ("老地[方]见。", "fang5"),
        ("地[方]财政吃紧。", "fang1"),
        ("这个地[方]政府负债很高。", "fang1"),
        ("各地[方]法院", "fang1"),
        ("脚本以 [1] 退出。", "yi1"),
        ("子进程以 [1] 返回。", "yi1"),
        ("这些编号都以 [1] 开头。", "yi1"),
        ("检查失败时以 [1] 退出码结束。", "yi1"),
        ("端口号以 [1] 结尾。", "yi1"),
        ("命令若以 [1] 退出，构建就会停止。", "yi1"),
        ("函数出错时 [1] 返回给调用方。", "yi1"),
        ("线程以状态 [1] 退出。", "yi1"),
        ("电话以 [1] 开头的是手机。", "yi1"),
        ("尾号以 [1] 结尾的车限行。", "yi1"),
    ],
)
def test_the_bank_what_one_likes_places_and_codes(marked: str, said: str) -> None:
    assert read(marked) == said


@pytest.mark.parametrize(
    ("marked", "said"),
    [
        ("用空气炸锅[炸]薯条。", "zha2"),
        ("我妈送我一个空气[炸]锅。", "zha2"),
        ("[炸]篮要洗干净。", "zha2"),
        ("蒸烤[炸]一体机。", "zha2"),
        ("180℃[炸]20分钟。", "zha2"),
        ("新买的空气[炸]锅到了。", "zha2"),
        ("空气[炸]锅版烤红薯", "zha2"),
        ("他家换了台[炸]锅。", "zha2"),
        ("把[炸]锅预热五分钟。", "zha2"),
        ("把鸡翅放进[炸]篮。", "zha2"),
        ("二百度[炸]十五分钟就好。", "zha2"),
        ("翻面再[炸]8分钟。", "zha2"),
        ("煎烤[炸]都能做。", "zha2"),
        ("[炸]烤两用", "zha2"),
        ("先[炸]个十分钟", "zha2"),
        ("油温160度[炸]到金黄。", "zha2"),
        ("电[炸]锅比较费油。", "zha2"),
        ("[炸]盘可以拆下来洗。", "zha2"),
        ("评论区[炸]锅了。", "zha4"),
        ("全班[炸]了锅。", "zha4"),
        ("消息一出，网友[炸]锅。", "zha4"),
        ("高压锅会[炸]吗？", "zha4"),
        ("敌机轰[炸]了20分钟。", "zha4"),
        ("手机电池[炸]了。", "zha4"),
        ("桥被[炸]塌了。", "zha4"),
        ("他的话让大家[炸]开了锅。", "zha4"),
        ("煤气罐[炸]了三次。", "zha4"),
        ("别[重]蹈我的覆辙。", "chong2"),
        ("她[重]蹈了前任的老路。", "chong2"),
        ("不要[重]蹈历史的错误", "chong2"),
        ("他担心球队[重]蹈去年的覆辙", "chong2"),
        ("公司正在[重]蹈对手的失败", "chong2"),
        ("怕你[重]蹈姐姐的旧路", "chong2"),
        ("绝不能[重]蹈前人的弯路", "chong2"),
        ("免得[重]蹈上一任的教训", "chong2"),
        ("两国会不会[重]蹈战争", "chong2"),
        ("何必[重]蹈旧日悲剧", "chong2"),
        ("我不想[重]蹈爸妈的婚姻", "chong2"),
    ],
)
def test_what_is_fried_does_not_burst_and_what_is_trodden_again_is_not_heavy(marked: str, said: str) -> None:
    assert read(marked) == said


@pytest.mark.parametrize(
    ("marked", "said"),
    [
        ("“银行”的“[行]”。", "hang2"),
        ("“朝气”的“[朝]”。", "zhao1"),
        ("我姓重，重庆的[重]。", "chong2"),
        ("长大的[长]，", "zhang3"),
        ("“音乐”的“[乐]”", "yue4"),
        ("我叫行远，“银行”的[行]。", "hang2"),
        ("还钱的[还]。", "huan2"),
        ("就是快乐的[乐]。", "le4"),
        ("是长江的[长]字", "chang2"),
        ("“调皮”里的“[调]”", "tiao2"),
        ("行李的[行]", "xing2"),
        ("重量的[重]", "zhong4"),
        ("供应的[供]，", "gong1"),
        ("「角色」的「[角]」", "jue2"),
        ("我会念音乐的[乐]字", "yue4"),
        ("曾经的[曾]", "ceng2"),
        ("单位的[单]，不是姓单的单。", "dan1"),
        ("他的行李很[重]。", "zhong4"),
        ("音乐的[乐]趣", "le4"),
        ("重庆的[重]量", "zhong4"),
    ],
)
def test_a_character_that_a_word_tells_is_read_as_there(marked: str, said: str) -> None:
    assert read(marked) == said


@pytest.mark.parametrize(
    ("marked", "said"),
    [
        ("妈妈去年[得]了肺炎", "de2"),
        ("孩子容易[得]中耳炎", "de2"),
        ("我[得]预防感冒", "dei3"),
        ("他累[得]大病一场", "de5"),
        ("再拖下去怎么[得]了啊", "de2"),
        ("每户分[得]两亩地", "de2"),
        ("雪花簌簌[地]下", "de5"),
        ("两年没见，[长]这么壮了", "zhang3"),
        ("徐汇区[长]桥路上", "chang2"),
        ("区[长]带路往前走", "zhang3"),
        ("总算找[着]那只猫了", "zhao2"),
        ("这游戏太上[头]了", "tou2"),
        ("周末去新[都]桥拍照", "du1"),
        ("[都]汶路通车", "du1"),
    ],
)
def test_what_is_caught_grown_divided_and_found(marked: str, said: str) -> None:
    assert read(marked) == said


@pytest.mark.parametrize(
    ("marked", "said"),
    [
        ("他去[过]瘾了。", "guo4"),
        ("今晚终于听[过]瘾了。", "guo4"),
        ("她这回吃[过]瘾了没有？", "guo4"),
        ("这个村出[过]两位状元。", "guo5"),
        ("你到[过]哪些海岛？", "guo5"),
        ("他一生到[过]很多地方。", "guo5"),
        ("这家厂出[过]不少差错。", "guo5"),
        ("枝头石榴硕果累[累]。", "lei2"),
        ("架上瓜果[累]累。", "lei2"),
        ("[累]累果实挂满枝头。", "lei2"),
        ("一场秋风一[场]寒。", "chang2"),
        ("一场春雨一[场]绿。", "chang2"),
        ("这一带是山火多发[地]。", "di4"),
        ("警方赶到案发[地]。", "di4"),
        ("湿地是白鹭的栖息[地]。", "di4"),
        ("多[得]的利息归谁？", "de2"),
        ("少[得]的工资要补。", "de2"),
        ("车站全部[为]高架站。", "wei2"),
        ("其余[为]双人间。", "wei2"),
        ("大部分[为]本地菜。", "wei2"),
        ("他们全部[为]客人服务。", "wei4"),
        ("她热情[地]上前迎接。", "de5"),
        ("老人愤怒[地]上前理论。", "de5"),
        ("雨水在[地]上前后流淌。", "di4"),
        ("孩子们[蹚]过小溪。", "tang1"),
        ("我们要[蹚]出新路。", "tang1"),
        ("这一部[分]最难。", "fen5"),
        ("你是班里的一份[子]。", "zi3"),
        ("她也成为一份[子]。", "zi3"),
        ("周末有人[攒]局。", "cuan2"),
        ("他会[攒]主机。", "cuan2"),
        ("[攒]钱买房。", "zan3"),
        ("这样见得[了]光吗？", "liao3"),
        ("见[得]了面就好。", "de5"),
        ("她总[为]邻居修灯。", "wei4"),
        ("他也[为]村民写对联。", "wei4"),
        ("这一局赢[得]很艰难。", "de5"),
        ("他花[过]大价钱。", "guo5"),
        ("她回[过]两次老家。", "guo5"),
        ("他回[过]神来。", "guo4"),
        ("你真[得]靠自己。", "dei3"),
        ("里[脊]切成条。", "ji5"),
        ("她穿[着]跑步的鞋。", "zhe5"),
        ("他的穿[着]很讲究。", "zhuo2"),
        ("怎[麽]回事？", "me5"),
        ("西[子]湖边柳树多。", "zi3"),
        ("孩子[长]到八岁。", "zhang3"),
        ("她[长]到一米七。", "zhang3"),
        ("网[卡]在机箱里。", "ka3"),
        ("骨头[卡]在喉咙里。", "qia3"),
        ("有地[方]能停车。", "fang5"),
        ("有地[方]政府参加。", "fang1"),
        ("不仅[为]家乡赢得荣誉。", "wei4"),
        ("她赢[得]三连冠。", "de2"),
        ("板块进入上[行]通道。", "xing2"),
        ("下[行]压力不小。", "xing2"),
        ("路口发生一[场]车祸。", "chang2"),
        ("那[场]火灾过后。", "chang2"),
        ("她的Solo[曲]将发布。", "qu3"),
        ("香奈[儿]的香水。", "er2"),
        ("[哦]，我明白了。", "o4"),
        ("他取得四分之[一]决赛的资格。", "yi1"),
        ("部[分]航班取消。", "fen5"),
    ],
)
def test_readings_that_a_second_draw_of_real_sentences_showed(marked: str, said: str) -> None:
    assert read(marked) == said


@pytest.mark.parametrize(
    ("marked", "said"),
    [
        ("这还[得]了啊，赶紧送医院", "de2"),
        ("那还[得]了！", "de2"),
        ("要是让老板知道了还[得]了", "de2"),
        ("这要是传出去还[得]了吗", "de2"),
        ("这还得[了]呀", "liao3"),
        ("当着众人还[得]了嘛", "de2"),
        ("弟弟还[得]了第二名", "de2"),
        ("她去年还[得]了一枚银牌", "de2"),
        ("奶奶还[得]了关节炎", "de2"),
        ("他还[得]了最佳新人奖", "de2"),
        ("晚上还[得]加班", "dei3"),
        ("你还[得]了解一下情况", "dei3"),
        ("钱还[得]自己挣", "dei3"),
    ],
)
def test_what_goes_beyond_all_bounds_is_no_must(marked: str, said: str) -> None:
    assert read(marked) == said


@pytest.mark.parametrize(
    ("marked", "said"),
    [
        ("没有[过]多的奢求", "guo4"),
        ("也没有[过]多的语言", "guo4"),
        ("如果有[过]多的盐分", "guo4"),
        ("不会有[过]高的要求", "guo4"),
        ("没有[过]大的波动", "guo4"),
        ("不要有[过]长的停顿", "guo4"),
        ("没有[过]低的评价", "guo4"),
        ("不应有[过]短的工期", "guo4"),
        ("避免[过]重的负荷", "guo4"),
        ("没有做[过]多的解释", "guo4"),
        ("造成[过]大的损失", "guo4"),
        ("他有[过]多次机会", "guo5"),
        ("有[过]多年的交情", "guo5"),
        ("她有[过]两段婚姻", "guo5"),
    ],
)
def test_too_much_is_not_what_once_was(marked: str, said: str) -> None:
    assert read(marked) == said


@pytest.mark.parametrize(
    ("marked", "said"),
    [
        ("肌肉[量]下降很快", "liang4"),
        ("保持肌肉[量]的秘诀", "liang4"),
        ("脂肪[量]偏高", "liang4"),
        ("每天的睡眠[量]不足", "liang4"),
        ("基础代谢[量]", "liang4"),
        ("粉丝[量]突破百万", "liang4"),
        ("客户[量]翻了一番", "liang4"),
        ("订单[量]持续走高", "liang4"),
        ("计算[量]太大", "liang4"),
        ("粮食[量]有限", "liang4"),
        ("氮肥用[量]", "liang4"),
        ("他饭[量]惊人", "liang4"),
        ("运动[量]要适中", "liang4"),
        ("先去医院[量]一下", "liang2"),
        ("你自己[量]一量", "liang2"),
        ("用卷尺[量]腰围", "liang2"),
        ("护士给他[量]了体温", "liang2"),
    ],
)
def test_an_amount_is_no_measuring(marked: str, said: str) -> None:
    assert read(marked) == said


@pytest.mark.parametrize(
    ("marked", "said"),
    [
        ("使用 Redis [为]缓存，速度更快", "wei2"),
        ("默认 Chrome [为]浏览器。", "wei2"),
        ("选用 Ubuntu [为]系统。", "wei2"),
        ("选择 Java [为]语言，先装好环境", "wei2"),
        ("采用 Markdown [为]格式。", "wei2"),
        ("我[为] Linux 写了驱动", "wei4"),
        ("第二阶段[为]warm-up。", "wei2"),
        ("错误类型[为]timeout，请重试", "wei2"),
        ("两队最大分[差]只有五分", "cha1"),
        ("之前[待]的公司倒闭了", "dai1"),
        ("他现在[待]的部门很忙", "dai1"),
        ("我最喜欢[待]的地方", "dai1"),
        ("曾经[待]过的城市", "dai1"),
        ("被优[待]的地方官", "dai4"),
        ("黑红禁穿也写作黑红[禁]穿", "jin4"),
        ("应景[应]情", "ying4"),
        ("应时[应]景", "ying4"),
        ("那位皇[子]还小", "zi3"),
        ("路边的石[子]", "zi3"),
        ("天之骄[子]", "zi3"),
        ("嫡[子]和庶子", "zi3"),
    ],
)
def test_words_amid_names_in_letters(marked: str, said: str) -> None:
    assert read(marked) == said


@pytest.mark.parametrize(
    ("marked", "said"),
    [
        *((one, "yi2") for one in ("买大[一]号就好。", "换小[一]号的。", "胖人选大[一]号。", "比我的瘦[一]号。")),
        *((one, "yi1") for one in ("住在[一]号楼。", "[一]号店下单。", "五楼[一]号房。", "编号[一]号。")),
    ],
)
def test_a_size_more_is_no_number(marked: str, said: str) -> None:
    assert read(marked) == said


@pytest.mark.parametrize(
    "marked",
    [
        "如图[一]杠九所示", "见图1-[1]。", "表2-[1]和表3", "表[1]-2是数据", "例[1]-1的解", "例2-[1]较难",
        "第[1]-1节绪论", "第3-[1]课", "图(4-[1])", "习题[1]-4", "公式2-[1]与2-2", "式[1]-6成立",
    ],
)  # fmt: skip
def test_the_one_of_a_figure_keeps_its_tone(marked: str) -> None:
    at = marked.index("[")
    text = marked.replace("[", "").replace("]", "")
    said = [token for token in tokens(text) if token.text == "一" and token.start <= at < token.end]
    assert said and {token.reading for token in said} == {"yi1"}


@pytest.mark.parametrize(
    ("marked", "said"),
    [
        ("传输协议[为]FTP。", "wei2"),
        ("封装形式[为]BGA，成本低。", "wei2"),
        ("主控芯片[为]RTX 3080。", "wei2"),
        ("色号[为]Ruby或Coral。", "wei2"),
        ("产品标识[为]SPF30的乳液。", "wei2"),
        ("机身材质[为]ABS的那款。", "wei2"),
        ("Tote款[为]梯形造型。", "wei2"),
        ("DDR5已[为]主流。", "wei2"),
        ("教练[为]CBA球队操心。", "wei4"),
        ("团队[为]iOS用户提供支持。", "wei4"),
        ("银行[为]VIP客户办理业务。", "wei4"),
        ("他只[为]Lisa。", "wei4"),
        ("新款3[系]上市了。", "xi4"),
        ("宝马5[系]和奥迪A6", "xi4"),
        ("AMD[系]主板", "xi4"),
        ("先把鞋带[系]上", "ji4"),
        ("配置[单]中没有雷达", "dan1"),
        ("采购[单]里写了MacBook", "dan1"),
        ("从[1]到N的探索", "yi1"),
        ("从[1]至X依次排列", "yi1"),
        ("受体[-]1激动剂", "yi1"),
        ("N+[1]赔偿", "yi1"),
        ("3+[1]模式", "yi1"),
        ("2+[1]大于3", "yi1"),
        ("再加[一]个人", "yi2"),
        ("一颗50分[钻]", "zuan4"),
        ("VVS[钻]很闪", "zuan4"),
        ("他用BOSCH[钻]孔", "zuan1"),
        ("白介素[-]1抑制剂", "yi1"),
    ],
)
def test_beside_letters_and_figures(marked: str, said: str) -> None:
    assert read(marked) == said


@pytest.mark.parametrize(
    ("marked", "said"),
    [
        *((one, "wei2") for one in (
            "把主键设[为]UUID", "列名[为]price的那一列", "demo[为]Service名称", "配置[为]使用Nginx",
            "打包[为]zip包", "文件另存[为]UTF-8编码", "函数声明[为]async", "字符串解析[为]JSON",
            "接口[为]GET请求", "x[为]向量", "K[为]类别数", "名字[为]空的user",
            "当level[为]“debug”时打印", "游标[为]null说明读完了",
            "服务状态变[为]了failed", "路径必须[为]绝对路径", "数据源[为]$B$2:$B$13", "密钥[为]“abc”的请求",
            "上游[为]Nginx时不用改", "字段必须[为]只读",
        )),
        *((one, "wei4") for one in (
            "[为]不同机型做适配", "后台[为]Kafka增加了分区", "我们[为]SDK补充了示例", "专[为]iPad用户开发",
            "这些改变[为]了适应新规范", "因[为]bug太多", "企业应[为]员工缴纳社保", "医院[为]ICU添置了设备",
            "参数[为]模型提供了灵活性", "公司[为]CEO安排了专车", "配置[为]用户提供了便利",
            "Redis[为]MySQL分担压力", "GPT[为]用户服务", "Netflix[为]观众省钱", "IBM[为]此道歉",
            "CEO[为]公司操劳", "API[为]什么会报错", "接口[为]App服务",
            "方法[为]JVM调优", "Google[为]Java生态做了贡献",
        )),
        *((one, "hang2") for one in (
            "打开命令[行]窗口", "命令[行]参数", "用命令[行]启动", "先执行[行]过滤", "逐[行]扫描日志", "把重复[行]删掉",
            "目标[行]的key", "单[行]注释", "整[行]选中", "[行]级锁", "加了[行]锁以后", "按[行]读取CSV", "空白[行]的",
            "[行]转列用pivot", "把A[行]和B行交换", "把A行和B[行]交换",
        )),
        *((one, "xing2") for one in (
            "运[行]数据保存在S3", "进[行]数据分析", "重复[行]为会被封号", "发[行]首日涨了", "单[行]道不能掉头",
            "这一[行]动代号", "第一[行]程是东京", "旅[行]首选App", "一[行]人参观了总部", "试运[行]数小时",
        )),
        *((one, "shu4") for one in ("epoch[数]设为八", "UV[数]每天统计", "thread[数]调到十六", "GPU[数]据")),
        *((one, "shu3") for one in ("请[数]出字母a的个数", "请[数]一下PPT有几页")),
        *((one, "liang4") for one in ("log[量]一天很大", "参数[量]增至十亿", "SQL查询[量]翻倍", "访问[量]和QPS")),
        *((one, "liang2") for one in ("请你[量]一下PCB", "[量]体温")),
        *((one, "chong2") for one in ("支持方法[重]载", "[重]载运算符时", "构造函数可以[重]载")),
        *((one, "zhong4") for one in ("[重]载货车", "[重]载铁路")),
    ],
)  # fmt: skip
def test_readings_in_texts_of_programmers(marked: str, said: str) -> None:
    assert read(marked) == said


@pytest.mark.parametrize(
    "text",
    [
        "版本1.1.4",
        "升到10.1.1",
        "1.1.1.1",
        "SHA-1算法",
        "GPT-1模型",
        "CVE-1和AES-1",
        "把A1:D20复制",
        "1.x版本",
        "学习率1e-4",
    ],
)
def test_the_one_of_a_version_keeps_its_tone(text: str) -> None:
    assert {token.reading for token in tokens(text) if token.text == "一"} == {"yi1"}


def test_one_by_one_is_no_version() -> None:
    assert [token.reading for token in tokens("一点一点地学") if token.text == "一"] == ["yi4", "yi4"]


@pytest.mark.parametrize(
    ("marked", "said"),
    [
        ("村里出[过]秀才。", "guo5"),
        ("那地方出[过]清官。", "guo5"),
        ("拿出[过]方案。", "guo5"),
        ("付出[过]多的代价。", "guo4"),
        ("突出[过]渡作用。", "guo4"),
        ("吃[过]晚饭再走。", "guo5"),
        ("误吃[过]期食品。", "guo4"),
        ("吃[过]量药物。", "guo4"),
        ("我想[过]离婚。", "guo5"),
        ("他想[过]好日子。", "guo4"),
        ("她拿[过]两次亚军。", "guo5"),
        ("拿[过]毛巾擦脸。", "guo4"),
        ("穿[过]的鞋子。", "guo5"),
        ("铁路穿[过]的村庄。", "guo4"),
        ("爆发[过]冲突。", "guo5"),
        ("启发[过]我。", "guo5"),
        ("双方签订[过]密约。", "guo5"),
        ("指挥[过]千军万马。", "guo5"),
        ("服务[过]三任村长。", "guo5"),
        ("加工[过]的食品。", "guo5"),
        ("灭绝[过]的物种。", "guo5"),
        ("希望[过]上好日子。", "guo4"),
        ("喜欢[过]节的气氛。", "guo4"),
        ("消费[过]高。", "guo4"),
        ("飞越[过]海峡。", "guo4"),
        ("估计[得]更充分。", "de5"),
        ("估计[得]坐半天。", "dei3"),
        ("他未学[得]皮毛。", "de2"),
        ("学[得]一手好菜。", "de2"),
        ("学[得]很快。", "de5"),
        ("来不[得]半点虚假。", "de5"),
        ("了不[得]的人物。", "de5"),
        ("为了不[得]罪他。", "de2"),
        ("耳边回荡[着]急促的钟声。", "zhe5"),
        ("墙上挂[着]急救包。", "zhe5"),
        ("等[着]急用。", "zhe5"),
        ("他[着]急救人。", "zhao2"),
        ("[着]急忙慌地跑了。", "zhao2"),
        ("男士[着]正装。", "zhuo2"),
        ("一名男子[着]灰色衬衫。", "zhuo2"),
        ("考生须[着]便装入场。", "zhuo2"),
        ("人员均[着]防护服。", "zhuo2"),
        ("学生[着]急换衣服。", "zhao2"),
        ("老师[着]手准备服装。", "zhuo2"),
        ("她抓[着]手不放。", "zhe5"),
        ("说[着]重复的话。", "zhe5"),
        ("[着]重复习第三章。", "zhuo2"),
        ("队形很[散]。", "san3"),
        ("那就[散]一些吧。", "san3"),
        ("长发凌乱地[散]在脑后。", "san3"),
        ("特别[散]步去。", "san4"),
        ("老梨树已经不[结]果了。", "jie1"),
        ("五年后进入[结]果期。", "jie1"),
        ("等了半天没[结]果。", "jie2"),
        ("余晖[落]了满天。", "luo4"),
        ("课[落]了一个月。", "la4"),
        ("他[落]下不少功课。", "la4"),
        ("敌人的特务[长]。", "zhang3"),
        ("两国防[长]会谈。", "zhang3"),
        ("推行河[长]制。", "zhang3"),
        ("国防[长]期建设。", "chang2"),
        ("防[长]时间暴晒。", "chang2"),
        ("抓获[解]某。", "xie4"),
        ("院里有棵李[子]树。", "zi5"),
        ("一[场]旷日持久的博弈。", "chang2"),
        ("[为]名为利。", "wei4"),
        ("[为]其一。", "wei2"),
        ("[为]其提供便利。", "wei4"),
        ("被告[为]某食品厂。", "wei2"),
        ("原告[为]证明损失。", "wei4"),
        ("此处[为]禁区。", "wei2"),
        ("该楼[为]砖木结构。", "wei2"),
        ("该馆[为]读者提供座位。", "wei4"),
        ("今天[为]星期二。", "wei2"),
        ("他[背]着绳子下井。", "bei1"),
        ("[背]着手走路。", "bei4"),
        ("一[卷]图纸。", "juan3"),
        ("一[卷]诗集。", "juan4"),
        ("[转]了半个圈。", "zhuan4"),
        ("[转]了个身。", "zhuan3"),
        ("同[行]的人都睡了。", "xing2"),
        ("家长同[行]即可。", "xing2"),
        ("与同[行]竞争。", "hang2"),
        ("拖着行[李]箱。", "li5"),
        ("发在朋[友]圈。", "you5"),
        ("亲[戚]朋友都来了。", "qi5"),
        ("粮[食]安全。", "shi5"),
        ("葡[萄]牙。", "tao2"),
        ("太[阳]能。", "yang2"),
        ("打[算]盘。", "suan4"),
        ("先说[说]价格。", "shuo5"),
    ],
)
def test_readings_that_a_third_draw_of_real_sentences_showed(marked: str, said: str) -> None:
    assert read(marked) == said


@pytest.mark.parametrize(
    ("marked", "said"),
    [
        ("[为]乐队伴奏。", "wei4"),
        ("[为]证明清白他交出账本。", "wei4"),
        ("[为]帝王修墓。", "wei4"),
        ("[为]数据加密。", "wei4"),
        ("[为]期末考试复习。", "wei4"),
        ("[为]三年级学生上课。", "wei4"),
        ("[为]核心客户服务。", "wei4"),
        ("[为]佳佳过生日。", "wei4"),
        ("[为]首批学员颁证。", "wei4"),
        ("[为]非洲灾民捐款。", "wei4"),
        ("[为]代表团准备早餐。", "wei4"),
        ("[为]重病患者募捐。", "wei4"),
        ("[为]限制车流设卡。", "wei4"),
        ("[为]两岸交流出力。", "wei4"),
        ("[为]主播打赏。", "wei4"),
        ("银行[为]小微企业放贷。", "wei4"),
        ("她[为]弟弟缝衣服。", "wei4"),
        ("他[为]村里铺路。", "wei4"),
        ("政府[为]群众办实事。", "wei4"),
        ("医生[为]玛格丽特·李提供治疗。", "wei4"),
        ("他[为]队长。", "wei2"),
        ("死者[为]男性。", "wei2"),
        ("班长[为]女生。", "wei2"),
        ("市长[为]市政府负责人。", "wei2"),
        ("演出地点[为]市民广场。", "wei2"),
        ("奖品[为]精美文具。", "wei2"),
        ("今年[为]丰收年。", "wei2"),
        ("房东[为]退休工人。", "wei2"),
        ("上半年[为]淡季。", "wei2"),
        ("该寺始建于唐，[为]全国重点文物保护单位。", "wei2"),
        ("全长三公里，[为]亚洲最长隧道。", "wei2"),
        ("[为]国内首个海上风电场。", "wei2"),
        ("[为]生活所迫。", "wei2"),
        ("[为]朋友所出卖。", "wei2"),
        ("[为]期三天的展览开幕。", "wei2"),
        ("[为]首的歹徒落网。", "wei2"),
        ("此路虽[为]乡间小道。", "wei2"),
        ("该址曾[为]汉王府。", "wei2"),
        ("现[为]公园入口。", "wei2"),
        ("现[为]您播报新闻。", "wei4"),
        ("参赛队员多[为]大学生。", "wei2"),
        ("两侧均[为]居民楼。", "wei2"),
        ("均[为]灾区捐款。", "wei4"),
        ("事发时[为]白天。", "wei2"),
        ("现场道路[为]施工道路。", "wei2"),
        ("初步判断[为]线路老化引发。", "wei2"),
        ("他曾[为]皇帝画像。", "wei4"),
        ("[为]一家大小缝制新衣。", "wei4"),
        ("以乡村[为]重点推进改革。", "wei2"),
        ("今年以教育[为]重点。", "wei2"),
        ("可以[为]重点学生补课。", "wei4"),
        ("店长[为]用户服务。", "wei4"),
        ("网站[为]买家省钱。", "wei4"),
        ("[为]三位顾客结账。", "wei4"),
        ("[看]着孩子们跳舞。", "kan4"),
        ("在家[看]着孩子。", "kan1"),
    ],
)
def test_what_is_done_for_somebody_and_what_somebody_is(marked: str, said: str) -> None:
    assert read(marked) == said


@pytest.mark.parametrize(
    ("marked", "said"),
    [
        ("他流[过]泪。", "guo5"),
        ("她吹[过]牛。", "guo5"),
        ("两人离[过]婚。", "guo5"),
        ("姐姐跳[过]舞。", "guo5"),
        ("单位捐[过]款。", "guo5"),
        ("新兵失[过]眠。", "guo5"),
        ("文件盖[过]章。", "guo5"),
        ("爷爷放[过]羊。", "guo5"),
        ("她追[过]星。", "guo5"),
        ("压[过]的纸。", "guo5"),
        ("村里办[过]画展。", "guo5"),
        ("船渡[过]江。", "guo4"),
        ("翻[过]山去。", "guo4"),
        ("他转[过]身。", "guo4"),
        ("战士跳[过]墙。", "guo4"),
        ("说书人夺[过]刀。", "guo4"),
        ("河水流[过]村庄。", "guo4"),
        ("歌声盖[过]噪音。", "guo4"),
        ("支出[过]大。", "guo4"),
        ("组织[过]境车辆。", "guo4"),
    ],
)
def test_a_deed_done_once_and_a_way_past(marked: str, said: str) -> None:
    assert read(marked) == said


@pytest.mark.parametrize(
    ("marked", "said"),
    [
        *((one, "zi5") for one in (
            "鞋柜的橱[子]太小。", "橱[子]里塞满了零食", "这款袋[子]很结实", "帘[子]有点薄", "垫[子]太硬了",
            "罩[子]洗一次就缩水", "果[子]有点酸", "壳[子]很容易刮花", "架[子]摇摇晃晃", "杆[子]断了", "套[子]不合适",
            "塞[子]盖不严", "盖[子]拧不紧", "扣[子]掉了两个", "带[子]太短", "镯[子]很好看", "馅[子]很足",
            "肘[子]炖得很烂", "丸[子]Q弹", "串[子]烤糊了", "靴[子]有点磨脚", "毯[子]掉毛", "裙[子]显瘦",
            "摊[子]摆在门口", "案[子]拖了半年", "铺[子]开了十年", "机[子]有点卡", "本[子]散热不行", "片[子]很感人",
            "票[子]花了不少", "碟[子]有水渍", "桌子椅[子]都旧了", "虾[子]不新鲜", "枣[子]很甜", "橘[子]有点酸",
            "李[子]烂了一半", "桃[子]硬邦邦", "栗[子]不好剥", "粽[子]馅太少", "骰[子]少了一个", "梳[子]断齿",
            "刷[子]掉毛严重", "镊[子]不好用", "夹[子]很紧", "钳[子]生锈了", "轮[子]卡住了", "管[子]漏水", "锤[子]太轻",
            "棉袄里[子]破了", "被[子]有股味", "面[子]上过不去", "柜[子]空间很大", "盒[子]文件都压烂了",
            "房[子]问题很多", "箱[子]系统弹窗",
        )),
        *((one, "zi3") for one in (
            "瓜[子]潮了", "莲[子]羹很甜", "父节点和[子]节点", "两个图[子]模块",
        )),
        *((one, "lei1") for one in (
            "肚子这块有点[勒]", "弹力带不[勒]腿", "领口有[勒]感", "穿着太[勒]了", "松紧腰不[勒]肚子",
            "口罩带子[勒]耳朵", "不紧不[勒]", "袜口有点[勒]脚", "内衣很[勒]", "会[勒]出印子", "完全没有[勒]的感觉",
            "腰围正好，一点不[勒]", "感觉裆部有点[勒]", "戴久了[勒]得头疼", "肩带[勒]人", "无[勒]痕内裤", "不[勒]脖子",
            "不[勒]不紧，很舒服", "小腿[勒]得慌", "口罩[勒]耳朵", "头盔[勒]下巴", "肩带太细[勒]肩膀", "袜子[勒]小腿",
        )),
        *((one, "le4") for one in (
            "弥[勒]佛很大", "[勒]令停业整顿", "被商家敲诈[勒]索", "巴[勒]斯坦", "希[勒]打进一球", "悬崖[勒]马",
            "巴[勒]莫队赢了",
        )),
        *((one, "dai4") for one in (
            "前台接[待]态度一般", "接[待]一个旅行团", "接[待]了两拨客人", "接[待]一下新来的同事", "负责接[待]在校学生",
            "接[待]多国代表", "善[待]一下自己", "期[待]一个好结果", "期[待]一下下次活动", "招[待]几个朋友",
            "招[待]一顿饭", "等[待]一会儿就好", "等[待]多日终于到了", "优[待]几次老客户", "款[待]两天", "亏[待]了我",
            "虐[待]小动物", "对[待]这个问题", "怠[待]客人", "[待]定", "看[待]一个人",
        )),
        *((one, "dai1") for one in (
            "[待]一会儿再走", "在酒店[待]了三天", "房间里[待]不住", "想多[待]几天", "在家[待]着无聊",
            "宝宝[待]一个小时就哭",
        )),
        *((one, "dang4") for one in (
            "把它[当]零食吃", "[当]手机用太大", "[当]平板用正好", "可以[当]U盘用", "[当]睡衣穿挺好",
            "买来[当]礼物送人", "[当]拖鞋穿有点大", "[当]备用机不错", "[当]副机用足够了", "[当]早餐吃很方便",
            "[当]外套穿太薄", "[当]导航用不错", "拿来[当]桌布用", "[当]收音机听", "[当]杂志看还行", "[当]故事书读",
            "只能[当]抹布了", "[当]摆设还可以", "买回来[当]宝贝一样供着", "[当]电视看太小", "不能[当]饭吃", "[当]水喝",
            "就[当]花钱买教训", "就[当]做慈善了", "[当]我是傻子吗", "[当]消费者好欺负吗", "别把顾客[当]傻子",
            "[当]面膜敷", "[当]天就到了", "早上下单[当]天送到", "[当]天发货", "上午拍的，[当]天就发了",
            "[当]晚就退房了", "物流很快，当天买[当]天到", "物流很快，[当]天拍当天发",
        )),
        *((one, "dang1") for one in (
            "[当]老师的都喜欢", "他[当]过兵", "[当]用户打开页面时", "[当]店员拿出样品时", "[当]手机没电时",
            "[当]电脑用久了会卡", "[当]我穿上它的时候", "[当]妈妈的用心良苦", "[当]你吃到第一口",
            "[当]客服用这种态度说话时", "让他[当]班长", "[当]护士很辛苦", "应[当]用清水冲洗",
        )),
        *((one, "cha4") for one in (
            "面料非常的[差]", "服务真的[差]", "态度相当的[差]", "质量超级[差]", "味道极其的[差]", "手感那叫一个[差]",
            "太他妈[差]了", "简直[差]到极点", "做工[差]", "[差]！", "[差]得要命", "[差]爆了", "信号贼[差]",
            "隔音巨[差]", "卫生状况比较的[差]", "效果不是一般的[差]", "怎么这么[差]", "越来越[差]", "[差]到家了",
            "还不是最[差]的", "比上次[差]多了", "[差]一点就买了", "还[差]两块钱", "跟图片相[差]太大",
        )),
        *((one, "cha1") for one in (
            "跟实物无[差]", "色[差]很大", "几乎无色[差]", "落[差]太大", "心里落[差]有点大", "误[差]不大", "退[差]价",
            "补了[差]价", "无[差]别对待", "温[差]有点大", "味道[差]强人意",
        )),
        *((one, "chai1") for one in (
            "出[差]住的", "出[差]用很方便",
        )),
        *((one, "sa3") for one in (
            "汤都[撒]了", "送来的时候粥[撒]了一半", "豆浆全[撒]袋子里了", "酱料[撒]了一桌", "菜汤[撒]出来不少",
            "奶茶[撒]了", "汤[撒]出来了", "快递员把饭[撒]了", "面汤漏[撒]严重", "饮料全[撒]光了", "外卖[撒]了一地",
            "包装不严[撒]了好多", "米[撒]得到处都是", "洗衣液[撒]了半瓶", "粥[撒]了好多出来", "小米羹[撒]出来了",
            "骑手送到时奶茶[撒]出来一半",
        )),
        *((one, "sa1") for one in (
            "别跟我[撒]娇", "客服在[撒]谎", "[撒]手不管", "喝多了[撒]酒疯", "[撒]网捕鱼", "把气[撒]在我头上",
            "小狗到处[撒]尿", "把羊[撒]出去",
        )),
        *((one, "fa5") for one in (
            "满头[发]的味道", "掉头[发]很严重", "洗头[发]的时候起泡少", "用来洗头[发]挺好", "剪头[发]花了三十",
            "染头[发]掉色快", "梳头[发]一大把", "吹头[发]风太小", "烫头[发]失败了", "扎头[发]的皮筋", "护头[发]的精油",
            "断头[发]少了很多", "理头[发]五块钱",
        )),
        *((one, "fa1") for one in (
            "满头[发]白", "洗头[发]现水很小", "从头[发]展", "回头[发]货", "掉头[发]生事故", "骨头[发]软", "洗头[发]痒",
            "零头[发]红包", "老头[发]火了", "沙发[发]霉", "[发]量产版", "[发]圈求赞", "[发]色情短信", "[发]质感十足",
            "[发]尾款通知", "[发]圈里秀一下",
        )),
        *((one, "guo5") for one in (
            "昨天才洗[过]头", "我刚洗[过]头", "洗[过]头再吹",
        )),
        *((one, "guo4") for one in (
            "戏演[过]头了",
        )),
        *((one, "shang5") for one in (
            "昨晚[上]才到", "昨晚[上]下的单", "今晚[上]吃火锅",
        )),
        *((one, "shang4") for one in (
            "昨晚[上]班很累",
        )),
        *((one, "de5") for one in (
            "味道挺香[得]", "裤子蛮好看[得]", "线头多[得]数不过来", "赠品多[得]用不完", "毛病多[得]让人崩溃",
            "人多[得]要命",
        )),
        *((one, "er2") for one in (
            "真是个幸运[儿]", "她是时代的弄潮[儿]", "小侄[儿]很喜欢",
        )),
        *((one, "liang4") for one in (
            "[量]不大", "[量]很足", "[量]少得可怜", "[量]太少了", "[量]大实惠", "[量]足味道好", "[量]还可以",
            "[量]有点少", "[量]比以前少了", "菜的[量]挺大", "饭[量]小的够吃", "味道好，[量]也足", "好吃不贵[量]多",
            "[量]真心少", "[量]越来越少", "就是[量]不够", "[量]多料足", "[量]都不够一个人吃", "一份的[量]够两个人",
            "单人餐[量]刚好", "[靓]丽的颜色", "特别[靓]的一条裙", "好[靓]啊", "数[量]不多", "质[量]太差",
            "[量]贩装更划算", "[量]贩式KTV", "产量[量]不大",
        )),
        *((one, "liang2") for one in (
            "[量]下尺寸再买", "[量]过了，小一号", "自己[量]的尺寸", "[量]了三遍", "[量]体温用的", "[量]血压不准",
            "拿尺子[量]一下", "裁缝来[量]腰围", "[量]了才知道小", "[量]好再买", "先[量]一下", "血压[量]不准",
            "[量]小腿围", "[量]大腿围", "体温量都[量]不准", "尺子太软，怎么也[量]不准",
        )),
        *((one, "hao4") for one in (
            "[好]这口的可以试试", "就[好]这一口", "我爸[好]喝两口", "我就[好]个热闹", "老公[好]这口", "他[好]面子",
            "这人[好]吃懒做", "爷爷[好]下棋", "他[好]喝两杯",
        )),
        *((one, "hao3") for one in (
            "[好]这么贵", "[好]看的封面", "[好]一口价", "这玩意真[好]喝两杯都不够", "[好]个屁",
        )),
        *((one, "fa4") for one in (
            "[发]质变好了", "[发]质受损", "[发]膜不错", "[发]根油得快", "[发]尾干枯", "[发]梢分叉", "[发]际线后移",
            "[发]缝越来越宽", "[发]量少的姐妹", "[发]色显白", "[发]蜡不好洗", "[发]胶味道大", "[发]箍断了",
            "[发]夹生锈", "[发]绳没弹性", "[发]圈很紧", "[发]饰好看", "[发]丝顺滑", "油性[发]质用这款",
        )),
        *((one, "hai2") for one in (
            "[还]给我少发一件", "[还]给我发错颜色", "[还]给多送了一瓶", "[还]给我甩脸子", "[还]给我打电话道歉",
            "[还]给你送小礼物", "[还]给包了层泡沫", "店家[还]给送了手套", "[还]给我推荐别的", "[还]给我来个差评警告",
        )),
        *((one, "huan2") for one in (
            "把钱[还]给我", "押金[还]给我们了", "书要[还]给图书馆", "东西[还]给你", "[还]给你吧", "借的伞[还]给我们了",
            "把多的钱[还]给我了",
        )),
        *((one, "zhong4") for one in (
            "[重]了三斤", "箱子[重]了点", "比原来[重]了不少", "手机[重]了些", "口味[重]了点", "[重]了，拿着累",
            "包装盒[重]得很",
        )),
        *((one, "chong2") for one in (
            "拍[重]了，退一件", "买[重]了", "名字[重]了", "[重]装了三次系统", "又[重]发了一份",
            "客服[重]了一遍刚才的话",
        )),
        *((one, "zhuan3") for one in (
            "[转]了好几趟车", "[转]了两次地铁", "[转]了三次机", "[转]了几趟公交才到", "[转]了好几手的二手货",
            "快递[转]了好几个站", "推着[转]个弯很灵活", "前面路口[转]个急弯", "屏幕[转]个方向", "[转]个身都费劲",
        )),
        *((one, "zhuan4") for one in (
            "[转]了一圈没找到", "[转]了半天", "脑袋[转]了几圈", "风车[转]了好几次", "[转]了一下午",
            "开个网页[转]半天圈", "一直[转]圈加载不出来",
        )),
        *((one, "de2") for one in (
            "[得]劲得很", "穿着不[得]劲", "用着真[得]劲",
        )),
        *((one, "zhe5") for one in (
            "睡[着]不舒服", "睡[着]腰疼", "睡[着]软硬刚好", "正收[着]衣服呢",
        )),
        *((one, "zhao2") for one in (
            "终于睡[着]了", "终于收[着]货了", "还没收[着]退款",
        )),
        *((one, "ya1") for one in (
            "吱[呀]响",
        )),
        *((one, "jing4") for one in (
            "[靓]妆",
        )),
        *((one, "a1") for one in (
            "[啊]！吓死我了",
        )),
        *((one, "a5") for one in (
            "好喝[啊]！", "是[啊]，太慢了",
        )),
        *((one, "san4") for one in (
            "人都[散]了", "聚会[散]了", "香味[散]了",
        )),
        *((one, "me5") for one in (
            "这[幺]贵的东西", "怎[幺]退货", "什[幺]玩意儿", "那[幺]小一个", "多[幺]划算", "这[幺]好的店",
            "怎[幺]洗都洗不掉", "这[幺]大还不够用", "没什[幺]异味",
        )),
        *((one, "shen2") for one in (
            "[什]幺都不好",
        )),
        *((one, "yao1") for one in (
            "老[幺]很喜欢", "这[幺]妹真乖",
        )),
        *((one, "la1") for one in (
            "拉[拉]裤很好用", "拉[拉]裤漏尿", "学校拉[拉]队的服装",
        )),
        *((one, "peng4") for one in (
            "碰[碰]车没电",
        )),
        *((one, "tiao4") for one in (
            "跳[跳]糖过期了", "跳[跳]床很结实",
        )),
        *((one, "yao2") for one in (
            "摇[摇]车晃得厉害",
        )),
        *((one, "liu1") for one in (
            "溜[溜]球断线",
        )),
        *((one, "pao4") for one in (
            "泡[泡]糖没味", "泡[泡]袖显瘦",
        )),
        *((one, "gua1") for one in (
            "刮[刮]乐没中",
        )),
        *((one, "niu3") for one in (
            "扭[扭]车轮子响",
        )),
        *((one, "bao4") for one in (
            "抱[抱]熊掉毛",
        )),
        *((one, "bai2") for one in (
            "再也不买，拜[拜]",
        )),
        *((one, "hui2") for one in (
            "回[回]买都打折", "回[回]都超时",
        )),
        *((one, "la5") for one in (
            "拉[拉]手",
        )),
        *((one, "xi5") for one in (
            "洗[洗]就能穿",
        )),
        *((one, "tiao5") for one in (
            "跳[跳]舞",
        )),
        *((one, "tui5") for one in (
            "推[推]看",
        )),
        *((one, "kan5") for one in (
            "看[看]书",
        )),
        *((one, "shuo5") for one in (
            "说[说]缺点",
        )),
        *((one, "ca5") for one in (
            "擦[擦]地",
        )),
        *((one, "gan1") for one in (
            "湿巾[干]得跟纸一样", "面包[干]得掉渣", "皮肤[干]得起皮", "嘴唇[干]得裂口",
        )),
        *((one, "gan4") for one in (
            "小伙[干]得起劲", "活儿[干]得漂亮",
        )),
    ],
)  # fmt: skip
def test_readings_in_what_people_write_of_things_bought(marked: str, said: str) -> None:
    assert read(marked) == said


@pytest.mark.parametrize(
    ("marked", "said"),
    [
        ("拍照不太[行]。", "xing2"),
        ("待机也不太[行]，信号差。", "xing2"),
        ("翻过太[行]山。", "hang2"),
        ("买R80[行]不行？", "xing2"),
        ("预算选60[行]不行？", "xing2"),
        ("[没]票的请回。", "mei2"),
        ("[没]车的人羡慕。", "mei2"),
        ("[没]证的不让进。", "mei2"),
        ("[没]电的遥控器。", "mei2"),
        ("[没]膝的雪地。", "mo4"),
        ("祝大家安心[过]好年。", "guo4"),
        ("先用心[过]好今天。", "guo4"),
        ("把铃声[调]小点。", "tiao2"),
        ("按键声[调]小后还是吵。", "tiao2"),
        ("开会先[调]静音。", "tiao2"),
        ("声[调]偏低。", "diao4"),
        ("可以[为]宝贝囤两包。", "wei4"),
        ("可以[为]老爸换一台。", "wei4"),
        ("可以[为]闺蜜带一盒。", "wei4"),
        ("这个值可以[为]空。", "wei2"),
        ("挑了大[个]的柚子。", "ge4"),
        ("小[个]的更甜。", "ge4"),
        ("买[个]西瓜。", "ge5"),
        ("再送[个]鼠标垫就好了。", "ge5"),
        ("带[个]榴莲。", "ge5"),
        ("发[个]人信息。", "ge4"),
        ("[发]膜很香。", "fa4"),
        ("系统没[得]说。", "de5"),
        ("CPU买的[散]片。", "san3"),
        ("更新[卡]在99%。", "ka3"),
        ("电脑又[卡]在开机界面。", "ka3"),
        ("下载条一直[卡]在那里。", "ka3"),
        ("鱼刺[卡]在喉咙。", "qia3"),
        ("钥匙[卡]在沙发缝里。", "qia3"),
        ("股骨[头]疼。", "tou2"),
    ],
)
def test_what_buyers_write(marked: str, said: str) -> None:
    assert read(marked) == said


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("还是taobao便宜", "tao2 bao3"),
        ("tianmao发货快", "tian1 mao1"),
        ("XIAOMI的充电宝", "xiao2 mi3"),
        ("huawei客服不错", "hua2 wei2"),
        ("买到laji了", "la1 ji1"),
        ("加个weixin聊", "wei1 xin4"),
        ("客服说buhao退", "bu4 hao3"),
        ("这个zhende好用", "zhen1 de5"),
        ("卖的是jiahuo", "jia3 huo4"),
        ("他家duanwu打折", "duan1 wu3"),
        ("装个mysql试试", ""),
        ("看了demo再说", ""),
        ("Our taobao shop is open", ""),
    ],
)
def test_pinyin_amid_chinese_words(text: str, said: str) -> None:
    found = [token.reading for token in tokens(text) if token.reading_source == "name"]
    assert found == ([said] if said else [])


@pytest.mark.parametrize(
    ("text", "letters"),
    [
        ("支持蓝牙、otg、投屏", "OTG"),
        ("换硬盘，ssd，送礼", "SSD"),
        ("做了ct，没事", "CT"),
        ("进了icu，抢救", "ICU"),
        ("接口有hd，够用", "HD"),
        ("一台TCL冰箱", "TCL"),
        ("发个朋友圈（pyq）", "PYQ"),
        ("客服、mm、都热情", "MM"),
        ("戴n95，安全", "N"),
        ("功能很多，如gps，导航", "GPS"),
        ("插上usb，没反应", "USB"),
    ],
)
def test_small_letters_between_marks_are_spelt(text: str, letters: str) -> None:
    assert "".join(token.text for token in tokens(text) if token.kind == "letter") == letters


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("装了WIN7", ["WIN"]), ("显卡是nVIDIA的", ["nVIDIA"]), ("买了ipadmini", ["ipadmini"]), ("等快递ing", ["ing"]),
        ("介词in、on、at", ["in", "on", "at"]), ("换typec线", ["typec"]), ("听hifi音乐", ["hifi"]),
        ("看了jojo", ["jojo"]),
    ],
)  # fmt: skip
def test_glued_names_are_words(text: str, words: list[str]) -> None:
    assert [token.text for token in tokens(text) if token.kind == "word"] == words


@pytest.mark.parametrize(
    ("marked", "said"),
    [
        ("怎么擦都擦[不]出来。", "bu5"),
        ("门卡住了，推[不]开。", "bu5"),
        ("困得爬[不]起来。", "bu5"),
        ("这话我听[不]下去。", "bu5"),
        ("活太多，忙[不]过来。", "bu5"),
        ("他[不]出来吃饭。", "bu4"),
        ("我们决定[不]起来看日出。", "bu4"),
        ("从[不]下来散步。", "bu2"),
        ("他们肯[定]都已经睡了。", "ding4"),
        ("行程一定[都]早就排满了。", "dou1"),
        ("他们肯定[都]已经睡了。", "dou1"),
        ("首[都]已经进入秋天。", "du1"),
        ("成[都]已经立秋。", "du1"),
        ("一[场]意外毁了婚礼。", "chang2"),
        ("那[场]误会早就解开了。", "chang2"),
        ("换一个[得]三百多块。", "dei3"),
        ("修一个[得]八十呢。", "dei3"),
        ("人[所]处的位置。", "suo2"),
        ("身[处]闹市。", "chu3"),
        ("游戏摇[杆]坏了。", "gan3"),
        ("过年嗑瓜[子]。", "zi3"),
        ("满屋[子]的书。", "zi5"),
    ],
)
def test_readings_that_reviews_showed(marked: str, said: str) -> None:
    assert read(marked) == said


@pytest.mark.parametrize(
    ("marked", "said"),
    [
        ("缓冲液[为]PBS加少量吐温", "wei2"),
        ("图5(c)[为]AFM图像", "wei2"),
        ("对照组[为]DMSO处理", "wei2"),
        ("涨幅[为]+2.6%", "wei2"),
        ("主营[为]餐饮服务", "wei2"),
        ("死因[为]溺水", "wei2"),
        ("现场[为]一处平房起火", "wei2"),
        ("[为]iPad和Mac用户优化", "wei4"),
        ("副业[为]她带来不少收入", "wei4"),
        ("[为]USB4专门打造", "wei4"),
        ("以9000[转]每分离心", "zhuan4"),
        ("15000rpm的[转]速", "zhuan4"),
        ("把两万[转]的款查一下", "zhuan3"),
        ("高速[过]弯很稳", "guo4"),
        ("口红有点拔[干]", "gan1"),
        ("日志有两千万[行]", "hang2"),
        ("三百万[行]代码", "hang2"),
        ("百万[行]人走过", "xing2"),
        ("两融标[的]扩容", "di4"),
        ("商标[的]注册", "de5"),
        ("存贷利[差]收窄", "cha1"),
        ("以后想[当]PM", "dang1"),
        ("拿它[当]Kindle用", "dang4"),
        ("学分不给[转]", "zhuan3"),
        ("峰位处[为]C 1s", "wei2"),
    ],
)
def test_wei_beside_letters_turns_and_bends(marked: str, said: str) -> None:
    assert read(marked) == said


@pytest.mark.parametrize(
    ("marked", "said"),
    [
        *(
            (one, "wei4")
            for one in ("前台可以[为]晚到的人留灯。", "我们可以[为]全村老人体检。", "你可以[为]这件小事等吗？")
        ),
        *(
            (one, "wei4")
            for one in ("可以[为]首批学员减免学费。", "他可以[为]一句玩笑吵半天。", "难以[为]全部同学排座。")
        ),
        *(
            (one, "wei2")
            for one in ("颜色可以[为]米白或者浅灰。", "人数可以[为]零。", "他以老师[为]榜样。", "足以[为]证。")
        ),
        *((one, "wei2") for one in ("我做[为]一名老顾客很难过。", "将此做[为]下一步的方案。", "做[为]父母要讲道理。")),
        *((one, "wei4") for one in ("我做[为]您服务的事。", "这样做[为]了谁？")),
        *((one, "chang2") for one in ("时间[长]了就习惯了。", "时间[长]了就不好洗。", "日子[长]了自会明白。")),
        ("这段时间[长]胖了。", "zhang3"),
        *((one, "de5") for one in ("可以预料[得]到的结局。", "感受[得]到吗？", "这苦我承受[得]了。", "解决[得]了的。")),
        *((one, "de2") for one in ("努力[得]到了回报。", "大家的意见[得]到重视。", "服务[得]到肯定。")),
        *((one, "liao3") for one in ("这笔钱负担得[了]吗？", "理解得[了]这些？")),
        *((one, "huan2") for one in ("请[还]受害者一个公道。", "[还]百姓一片蓝天。", "要[还]孩子们快乐。")),
        *((one, "hai2") for one in ("[还]消费者协会呢。", "[还]大家电呢。", "房间卫生[还]行。", "新学生[还]不多。")),
        *((one, "ba5") for one in ("下旬[吧]货才到。", "大概三点[吧]快递才打电话。", "先去上网[吧]。")),
        *((one, "ba1") for one in ("去网[吧]通宵。", "楼下的书[吧]很安静。", "他爱泡[吧]。", "夜里去泡[吧]很吵。")),
        *((one, "zhuan3") for one in ("中[转]速度变快了。", "资金周[转]速度。")),
        ("发动机的自[转]速度。", "zhuan4"),
        *((one, "di1") for one in ("坐摩[的]去车站。", "摩[的]司机多收钱。")),
        *((one, "de5") for one in ("按摩[的]手法。", "发票是机打[的]。", "标签是手打[的]。")),
        *((one, "meng3") for one in ("早上喝[蒙]牛。", "[蒙]牛纯奶。")),
        *((one, "jiang4") for one in ("脑子成了一团[浆]糊。", "用[浆]糊粘信封。")),
        ("想[想]也是。", "xiang5"),
        ("玩久了会[卡]一点。", "ka3"),
        *((one, "chang2") for one in ("熬过一[场]场离别。", "下了一场[场]雪。")),
        *((one, "sheng4") for one in ("华[盛]顿州产的大米。", "华[盛]顿买的水杯。")),
        ("侥幸生[还]。", "huan2"),
    ],
)
def test_readings_that_posts_showed(marked: str, said: str) -> None:
    assert read(marked) == said


@pytest.mark.parametrize(
    ("marked", "said"),
    [
        ("[蒙]牛和光明我都喝。", "meng3"),
        ("他让这屋子令人惊[为]天人。", "wei2"),
        ("这灯让人[看]着头晕。", "kan4"),
        ("派两个人[看]着大门。", "kan1"),
        ("不少地[方]掉漆了。", "fang5"),
        ("部分地[方]政府发文。", "fang1"),
        ("你为[嘛]不回我？", "ma2"),
        ("枣子[个]大肉厚。", "ge4"),
        ("好大一[个]大西瓜。", "ge5"),
        ("他没有[过]人的本事。", "guo4"),
        ("刘海[卷]卷的很可爱。", "juan2"),
        ("第五卷[卷]首有图。", "juan4"),
        ("心情为之[一]振。", "yi2"),
        ("彩灯围绕[着]火炉。", "zhe5"),
        ("怎么又是雪花[屏]了。", "ping2"),
        ("他[屏]了一会儿气。", "bing3"),
        ("人气蹭蹭[蹭]往上走。", "ceng4"),
        ("火苗噌[噌]噌地蹿。", "ceng1"),
    ],
)
def test_readings_among_letters(marked: str, said: str) -> None:
    assert read(marked) == said


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("米饭没有shu，不好吃", "shu1"),
        ("你们真hei心", "hei1"),
        ("这手机太niu了", "niu2"),
        ("包装很jiu", "jiu4"),
        ("说话这么chou", "chou4"),
        ("cao，又降价了", "cao4"),
        ("服务hen好", ""),
        ("用bin文件刷机", ""),
        ("换条lan线", ""),
        ("给song老师", ""),
        ("看pdf，学sql", ""),
    ],
)
def test_a_lone_syllable_amid_chinese(text: str, said: str) -> None:
    found = [token.reading for token in tokens(text) if token.reading_source == "name"]
    assert found == ([said] if said else [])


@pytest.mark.parametrize(
    ("text", "letters"),
    [("led屏幕亮", "LED"), ("买了SonyA7和FujiX100", "AX"), ("去ATM机取钱", "ATM"), ("按fob报价", "FOB")],
)
def test_letters_in_reviews(text: str, letters: str) -> None:
    assert "".join(token.text for token in tokens(text) if token.kind == "letter") == letters


@pytest.mark.parametrize(
    ("marked", "said"),
    [
        *((one, "zhang3") for one in ("不经一事，不[长]一智。", "吃一堑，[长]一智。")),
        *((one, "fang5") for one in ("这箱子太占地[方]。", "摆着占地[方]又难看。")),
        *((one, "liang4") for one in ("就是[量]少了些。", "菜[量]太小。", "不过[量]挺足。", "肉[量]也够两个人吃。")),
        *((one, "liang2") for one in ("自己[量]了一下。", "先[量]再买。", "每天[量]两次血压。")),
        *((one, "de5") for one in ("鸭胸柴[得]塞牙。", "饼干硬[得]咬不动。", "咸[得]发苦。")),
        *((one, "kong1") for one in ("兴冲冲去却扑了个[空]。", "到头来落个[空]。")),
        *((one, "kong4") for one in ("有个[空]再去。", "抽个[空]看看。")),
        *((one, "zi1") for one in ("你也不[吱]一声。", "到了[吱]一声。")),
        *((one, "ge4") for one in ("枣[个]大核小。", "看着[个]小。", "虾[个]儿大。")),
        *((one, "ge5") for one in ("拿着[个]大箱子。", "提着[个]小包。", "买[个]大的。")),
        *((one, "hu1") for one in ("手上黏[糊]糊的。", "后背粘糊[糊]的。")),
        *((one, "liu1") for one in ("鱼身滑[溜]溜的。", "泥鳅滑溜[溜]的。")),
        *((one, "bu5") for one in ("橘子酸[不]溜秋。", "晒得黑[不]溜秋。", "傻[不]愣登的。")),
        ("蝉翼一般[薄]如蝉翼。", "bo2"),
        ("啃玉米棒[子]。", "zi5"),
        ("他一[个]劲儿地催。", "ge5"),
    ],
)
def test_readings_of_goods_and_of_feelings(marked: str, said: str) -> None:
    assert read(marked) == said


@pytest.mark.parametrize(
    ("marked", "said"),
    [
        *((one, "fang5") for one in ("鬼地[方]谁敢来。", "躲到安静的小地[方]。", "去个远地[方]。", "啥地[方]都有。")),
        *(
            (one, "fang5")
            for one in ("这种地[方]少去。", "那是个穷地[方]。", "在陌生地[方]睡不好。", "搬到新地[方]住。")
        ),
        *((one, "fang1") for one in ("空地[方]圆百里。", "新地[方]标准出台。", "在空地[方]便停车。", "地[方]戏。")),
        *(
            (one, "zhang3")
            for one in ("额头[长]一堆粉刺。", "墙角[长]一片霉斑。", "院里[长]了许多草。", "背上[长]一片疹子。")
        ),
        *((one, "chang2") for one in ("裙子[长]很多。", "这条路[长]很多。")),
        *((one, "bei4") for one in ("今天太[背]了。", "手气[背]到家了。", "运气[背]得很。", "点儿真[背]啊。")),
        *((one, "bei1") for one in ("他[背]了一身债。", "帮我[背]着包。")),
        *((one, "ge4") for one in ("草莓太小[个]了。", "土豆大[个]了点。")),
        *((one, "ma5") for one in ("你不去[么]？", "这样能行[么]？", "吃了[么]？")),
        *((one, "me5") for one in ("那是什[么]？", "真有那[么]好？")),
        *((one, "gan1") for one in ("[干]性皮肤要保湿。", "中[干]性头皮。", "[干]性发质。", "去莫[干]山住一晚。")),
        *((one, "jin4") for one in ("[尽]一己之力。", "[尽]己所能。", "略[尽]绵薄。")),
        *((one, "hang2") for one in ("打字串[行]了。", "看书老串[行]。", "抄写容易串[行]。", "看着看着又串[行]。")),
        *((one, "xing2") for one in ("数据串[行]处理。", "任务串[行]执行。")),
        ("聊表绵[薄]之力。", "bo2"),
        *((one, "xing5") for one in ("瞧你这德[行]。", "看他那副德[行]。", "什么德[行]！")),
        *((one, "xing2") for one in ("重在德[行]。", "以德[行]服人。")),
    ],
)
def test_readings_of_places_growth_and_luck(marked: str, said: str) -> None:
    assert read(marked) == said


@pytest.mark.parametrize(
    ("said", "marked"),
    [
        *(
            ("jiang1", one)
            for one in (
                "商务部[将]汽车纳入补贴。",
                "国防部[将]会同有关部门调查。",
                "市场部[将]预算砍了一半。",
                "学生部[将]活动改到周末。",
                "从字典中[将]它删掉。",
                "在源码中[将]常量替换掉。",
                "表格中[将]日期改为文本。",
                "配置文件中[将]端口改成九千。",
                "首页中[将]图片换成动图。",
                "模板中[将]变量替换为实际值。",
            )
        ),
        *(
            ("jiang4", one)
            for one in ("他是空军中[将]。", "授予中[将]军衔。", "海军中[将]李明到场。", "曹操的部[将]很多。")
        ),
        *(
            ("xiang1", one)
            for one in ("与遗传算法[相]结合。", "将理论与方法[相]结合。", "和实际情形[相]匹配。", "与产品[相]适应。")
        ),
        *(("qu1", one) for one in ("位于三[区]。", "搬到二[区]了。", "第五[区]的房子。")),
        *(("fen4", one) for one in ("这样不过[分]吧。", "太过[分]了吧。", "要求过[分]吗？")),
        *(
            ("wei2", one)
            for one in (
                "常压下[为]具有刺激性气味的气体。",
                "室温下[为]含有少量水的晶体。",
                "附件[为]修改后的合同。",
                "以下[为]更新后的名单。",
            )
        ),
        *(
            ("tiao2", one)
            for one in (
                "把参数[调]到六了。",
                "温度[调]到二十度。",
                "亮度[调]到五成。",
                "字号[调]到十二吧。",
                "对比度[调]到八十左右。",
            )
        ),
        *(("diao4", one) for one in ("他[调]到三号楼。", "下个月[调]到北京。")),
        *(("dang4", one) for one in ("就[当]买个教训。", "就[当]给自己放假。", "就[当]锻炼身体。", "就[当]交学费了。")),
        *(
            ("bei4", one)
            for one in (
                "这首诗[背]了二十遍。",
                "书只[背]了一半。",
                "单词[背]到第六课。",
                "昨晚[背]了三章。",
                "公式[背]了五十个知识点。",
                "台词[背]完了。",
                "古文[背]了两篇。",
            )
        ),
        *(("bei1", one) for one in ("他[背]了一个包。", "[背]了三个箱子。")),
        *(
            ("ka3", one)
            for one in (
                "监考来收答题[卡]了。",
                "预算[卡]在三千。",
                "程序跑到一半[卡]住了。",
                "视频加载[卡]住了。",
                "价格[卡]得很死。",
                "名额[卡]在十个。",
            )
        ),
        *(("qia3", one) for one in ("鱼刺[卡]住了。", "拉链[卡]住了。")),
        *(("di4", one) for one in ("[地]服来登机口了。", "明天[地]铁停运。", "术后三天下[地]走动。")),
        *(("zhong4", one) for one in ("从没[中]过一签。", "未必[中]一签。", "居然[中]奖了。")),
        *(("guo4", one) for one in ("笔试[过]线了。", "客观题[过]线。")),
        *(("gan1", one) for one in ("轴承[干]了。", "墨盒[干]了。")),
        *(("ba1", one) for one in ("去天才[吧]修手机。", "约了天才[吧]换屏幕。")),
        *(("chang2", one) for one in ("养了[长]毛猫。", "两只[长]毛狗。")),
        *(("zhang3", one) for one in ("面包[长]毛了。",)),
        *(
            ("yi1", one)
            for one in ("粗细不[一]。", "深浅不[一]水洼。", "新旧不[一]家具。", "大小不[一]石块。", "强弱不[一]信号。")
        ),
        *(("yi2", one) for one in ("大小不[一]样。",)),
        *(("lang3", one) for one in ("老人身体硬[朗]。",)),
        *(("chen2", one) for one in ("早[晨]出门。",)),
    ],
)
def test_readings_of_objects_settings_and_learning(said: str, marked: str) -> None:
    assert read(marked) == said


@pytest.mark.parametrize(
    ("said", "marked"),
    [
        *(("tou2", one) for one in ("这酒太上[头]了。", "越听越上[头]。", "这味道真上[头]。", "让人上[头]的香味。")),
        *(
            ("zhang3", one)
            for one in ("月薪[涨]到两万。", "房价[涨]到五万。", "从十块[涨]到十五。", "股价[涨]至三百元。")
        ),
        *(("wei2", one) for one in ("附件[为]报名表。", "下图[为]实验装置。", "默认值[为]零。", "返回值[为]空。")),
        *(
            ("dei3", one)
            for one in ("重复率[得]低于百分之十。", "温度[得]控制在四度。", "房价[得]降一点。", "预算[得]超过五千。")
        ),
        *(("hang2", one) for one in ("三百多[行]缩成十几行。", "一千余[行]减到两百行。", "几百[行]写完了。")),
        *(
            ("jiu4", one)
            for one in (
                "双方将[就]相关问题进行磋商。",
                "中方将[就]有关措施诉诸世贸组织。",
                "两国将[就]经贸议题交换意见。",
            )
        ),
        *(("jiu5", one) for one in ("你就将[就]一下。", "条件差，只能将[就]着住。")),
        *(("de5", one) for one in ("全是自己打[的]。", "证明是手打[的]。")),
        *(("di1", one) for one in ("打[的]去机场。",)),
    ],
)
def test_readings_of_taste_rises_and_lines(said: str, marked: str) -> None:
    assert read(marked) == said


@pytest.mark.parametrize(
    ("said", "marked"),
    [
        *(("de5", one) for one in ("我觉[得]八百块太贵。", "记[得]三点开会。", "值[得]两百块。", "显[得]十分年轻。")),
        *(
            ("de2", one)
            for one in (
                "训练[得]到的模型。",
                "换算[得]到的结果。",
                "只[得]三分。",
                "轻松[得]十分。",
                "仿真[得]到的曲线。",
            )
        ),
        *(("dei3", one) for one in ("这事[得]三千块。", "换屏[得]八百块。")),
        *(("le5", one) for one in ("已经改成一[了]还不行。", "降到二[了]。", "设为零点五[了]？")),
        *(("ka3", one) for one in ("单科[卡]在六分。", "口语[卡]在五分半。")),
        *(("ying1", one) for one in ("两小时内[应]完成接种。", "一周内[应]复查。", "三日内[应]书面答复。")),
        *(("gan1", one) for one in ("导热膏[干]了。", "油墨[干]了。")),
        *(
            ("wei2", one)
            for one in (
                "该字段[为]只读。",
                "返回[为]查询到的行数。",
                "参数[为]训练得到的权重。",
                "患者[为]抗体阳性。",
                "议程[为]人事调整。",
                "主诉[为]头痛三天。",
                "诊断[为]肺部感染。",
                "对照组[为]常规护理。",
                "波长[为]五百纳米。",
                "入射角[为]三十度。",
                "大家称他[为]师傅。",
                "人们奉其[为]神明。",
            )
        ),
        ("wei4", "议程[为]大家准备好了。"),
        *(("zai3", one) for one in ("期刊年[载]文量。",)),
        *(
            ("zhuan4", one)
            for one in (
                "七千二百[转]的硬盘。",
                "每分钟三千[转]。",
                "《乔布斯[传]》",
                "《曾国藩[传]》",
                "在读富兰克林[传]。",
            )
        ),
        *(("chuan2", one) for one in ("流[传]。", "谣[传]。", "真是以讹[传]讹。")),
        *(("se4", one) for one in ("水管堵[塞]了。", "血管堵[塞]。")),
        *(("du4", one) for one in ("概率测[度]论。", "可测[度]。")),
        *(("fa1", one) for one in ("请从头[发]一遍。",)),
        *(("gan4", one) for one in ("[干]着见不得人的勾当。", "[干]着两份工作。")),
        *(("bei1", one) for one in ("[背]在身上。", "[背]着奶奶上山。", "[背]着孩子回家。")),
        *(("guo4", one) for one in ("听说[过]安检要脱鞋。", "我怕[过]安检时查。")),
        *(("jie1", one) for one in ("柿子树今年[结]果多。",)),
        *(("hua2", one) for one in ("[划]半天也点不着。",)),
        *(("dang4", one) for one in ("就[当]放假了。",)),
    ],
)
def test_readings_of_results_measures_and_lives(said: str, marked: str) -> None:
    assert read(marked) == said


@pytest.mark.parametrize(
    ("said", "marked"),
    [
        *(("tou2", one) for one in ("桌游上[头]了。", "这歌上[头]了。", "昨晚上[头]了，打到三点。")),
        *(("liang4", one) for one in ("对象字面[量]。", "字面[量]的写法。")),
        *(("quan1", one) for one in ("骑了一[圈]。", "绕操场跑两[圈]。", "转了大半[圈]。", "逛了一[圈]回来。")),
        *(("juan4", one) for one in ("猪[圈]。", "牛[圈]里。")),
        *(("bei1", one) for one in ("女孩[背]的帆布包。", "他[背]的吉他。", "替人[背]黑锅。", "教练得[背]一半的锅。")),
        *(("ka2", one) for one in ("别[卡]点到。", "天天[卡]点打卡。")),
        *(("qia2", one) for one in ("检查[卡]点。",)),
        *(("dan1", one) for one in ("每周[单]休。", "大小周还是[单]休。")),
        *(("lou4", one) for one in ("信息泄[露]。", "泄[露]机密。")),
        *(("tiao2", one) for one in ("小心[调]表车。", "里程被[调]表了。")),
        *(("wei2", one) for one in ("活检[为]良性。", "病理回报[为]腺癌。")),
        *(("zhuan4", one) for one in ("《富兰克林[传]》", "《水浒[传]》")),
        *(("chuan2", one) for one in ("向后[传]。", "往下[传]。")),
    ],
)
def test_readings_of_laps_loads_and_leaks(said: str, marked: str) -> None:
    assert read(marked) == said


@pytest.mark.parametrize(
    ("said", "marked"),
    [
        *(
            ("wei4", one)
            for one in (
                "特此[为]团队申请设备。",
                "[为]官微换个头像。",
                "系统[为]每位用户生成密钥。",
                "医院[为]每个孩子建了档案。",
                "[为]二零二三年画上句号。",
                "[为]大屏优化过的界面。",
                "专程[为]她送来鲜花。",
                "[为]核酸阳性患者制定方案。",
            )
        ),
        *(
            ("wei2", one)
            for one in (
                "他是家里人，也[为]团队的一员。",
                "既[为]同学，就互相帮忙。",
                "主语[为]物时用它。",
                "输入[为]空时报错。",
                "检测结果[为]阴性。",
            )
        ),
        *(
            ("dei3", one)
            for one in (
                "出门[得]先锁门。",
                "报销[得]先找主管签字。",
                "[得]到年底才有假。",
                "人均[得]一百二。",
                "全程[得]三小时。",
                "起步[得]八百。",
            )
        ),
        *(
            ("de2", one)
            for one in (
                "他[得]过三次冠军。",
                "未经许可不[得]转载。",
                "未经同意不[得]擅自使用。",
                "由勾股定理[得]五。",
                "一律不[得]带入。",
            )
        ),
        *(("huan2", one) for one in ("花呗[还]完了。", "房贷[还]清那天。", "信用卡[还]不上。")),
        *(("chu4", one) for one in ("咨询[处]在一楼。", "取药[处]排队。", "寄存[处]关门了。")),
        *(("gong1", one) for one in ("柴油机[供]着机房。",)),
        *(("gong4", one) for one in ("家里[供]着财神。",)),
        *(("pu1", one) for one in ("客厅[铺]的是瓷砖。",)),
        *(("zhuan4", one) for one in ("每分钟八千[转]离心。", "每秒三[转]。")),
        *(("tan2", one) for one in ("我在学指[弹]吉他。", "这首指[弹]曲。")),
    ],
)
def test_readings_of_whom_it_is_for_and_what_it_takes(said: str, marked: str) -> None:
    assert read(marked) == said


@pytest.mark.parametrize(
    ("said", "marked"),
    [
        *(
            ("dan4", one)
            for one in (
                "今年的第二[弹]来了。",
                "预告片首[弹]公开。",
            )
        ),
        *(
            ("gan1", one)
            for one in (
                "皮肤又[干]又痒。",
                "炸得又硬又[干]的。",
            )
        ),
        *(("gan4", one) for one in ("这波直接把对面[干]废了。",)),
        *(("dei3", one) for one in ("一千二[得]用三年。",)),
        *(
            ("de2", one)
            for one in (
                "由此[得]证。",
                "减压浓缩，[得]淡黄色固体。",
            )
        ),
        *(("de5", one) for one in ("尺子才量[得]准。",)),
        *(
            ("xing2", one)
            for one in (
                "五人同[行]，老人免票。",
                "同[行]的朋友都累了。",
            )
        ),
        *(("hang2", one) for one in ("干HR这[行]的都懂。",)),
        *(("dang4", one) for one in ("把第二行[当]表头。",)),
        *(("di4", one) for one in ("VCC对[地]短路了。",)),
        *(("wei4", one) for one in ("千万别[为]0.5分吵架。",)),
        *(("chong2", one) for one in ("标签[重]着贴了两层。",)),
        *(("kong4", one) for one in ("往右[空]两格再写。",)),
        *(("tiao2", one) for one in ("参数[调]到凌晨才收敛。",)),
        *(("diao4", one) for one in ("接口被Job[调]了三次。",)),
        *(("zhuan3", one) for one in ("麻烦[转]一下这条朋友圈。",)),
        *(
            ("zhong4", one)
            for one in (
                "今年改[种]大豆了。",
                "电脑被人[种]了木马。",
            )
        ),
        *(("zhong3", one) for one in ("挂着BT做[种]的人少了。",)),
        *(("chu3", one) for one in ("这哥们能[处]。",)),
        *(("zhang3", one) for one in ("幼苗[长]到三十厘米。",)),
        *(("dao3", one) for one in ("网关半夜又[倒]了。",)),
        *(("bei4", one) for one in ("先[背]五十个单词。",)),
        *(
            ("bei1", one)
            for one in (
                "这包能[背]下14寸的本子。",
                "他[背]着二十公斤的装备。",
                "出门[背]哪个包？",
            )
        ),
        *(
            ("xue4", one)
            for one in (
                "超声见丰富[血]流信号。",
                "boss只剩百分之三[血]。",
            )
        ),
        *(
            ("zhang3", one)
            for one in (
                "水电费又[涨]了。",
                "头等舱票价[涨]了。",
            )
        ),
        *(
            ("cha1", one)
            for one in (
                "可以补[差]价。",
                "贵了退[差]。",
            )
        ),
        *(("xiang4", one) for one in ("XRD里出现了杂[相]。",)),
        *(
            ("shu4", one)
            for one in (
                "快门[数]不到五千。",
                "都是三位[数]了。",
            )
        ),
        *(("dan1", one) for one in ("这款红酒[单]宁偏紧。",)),
        *(("kong1", one) for one in ("里面的空气被抽[空]了。",)),
        *(("juan3", one) for one in ("再用Dyson[卷]发棒。",)),
        *(("zhi3", one) for one in ("内存[只]剩两个G。",)),
        *(
            ("ji4", one)
            for one in (
                "扣子[系]不上了。",
                "[系]好安全带。",
            )
        ),
        *(
            ("men1", one)
            for one in (
                "屋里又[闷]又热。",
                "这鞋不[闷]脚。",
            )
        ),
        *(("qu1", one) for one in ("颈椎生理[曲]度变直。",)),
        *(("cheng2", one) for one in ("先别[盛]。",)),
        *(("zha4", one) for one in ("现场真的[炸]了。",)),
        *(("zuan4", one) for one in ("充了五百[钻]。",)),
        *(("yue4", one) for one in ("我爱听电子[乐]。",)),
        *(("geng1", one) for one in ("一口气[更]了八章。",)),
        *(("kan1", one) for one in ("奶奶看孩子[看]出了腰疼。",)),
        *(("hua2", one) for one in ("住的是[华]邑酒店。",)),
        *(("sai4", one) for one in ("豆子是埃[塞]的。",)),
        *(("shi2", one) for one in ("低盐饮[食]。",)),
        *(("dei2", one) for one in ("这稿子PPT[得]你亲自改。", "iPhone[得]攒两个月。")),
        ("zhuan2", "细胞[转]染效率低。"),
        ("zhang2", "发这种视频太能[长]粉了。"),
    ],
)
def test_readings_among_figures_letters_and_new_words(said: str, marked: str) -> None:
    assert read(marked) == said


@pytest.mark.parametrize(
    ("said", "marked"),
    [
        ("de5", "只有五伏测[得]到。"),
        ("di4", "探头[地]线太长。"),
        ("di4", "月[地]距离很远。"),
        ("liang2", "可以直接[量]吗？"),
        ("liang2", "用量筒[量]取20mL。"),
        ("wei2", "本产品[为]R2级。"),
        ("wei2", "方向[为]UNESCO。"),
        ("wei2", "如主机[为]双网卡，请拔一根。"),
        ("ba1", "迷你[吧]收费。"),
        ("ba1", "贴[吧]里吵翻了。"),
        ("dan1", "[单]周改成线上。"),
        ("de5", "他用AWP打[的]。"),
        ("kong1", "高频听着有点[空]。"),
        ("shua1", "已[刷]白名单。"),
        ("juan4", "买了八套[卷]。"),
        ("guo4", "把slides[过]一遍。"),
        ("guo4", "居然能打[过]冠军。"),
        ("zhang3", "龟背竹又[长]新叶了。"),
        ("zhi3", "M码[只]试过一次。"),
        ("de2", "必[得]SSR一张。"),
        ("de2", "由图可[得]该方程。"),
        ("de2", "由F等于ma[得]加速度为二。"),
        ("wei4", "可以[为]您服务。"),
        ("men4", "前半段剧情[闷]得要死。"),
        ("yun4", "我[晕]3D的。"),
        ("jiao4", "外[教]口音不错。"),
        ("jiao4", "请人带[教]开荒。"),
        ("pu1", "顶层[铺]铜。"),
        ("zi3", "外显[子]缺失。"),
        ("zi3", "启动[子]活性。"),
        ("zi3", "密码[子]偏好"),
        ("hang2", "矩阵的第i[行]。"),
        ("ji4", "别[系]那条领带。"),
        ("liao3", "合同就[了]不了。"),
        ("liao3", "油炸知[了]"),
        ("xi4", "换了40[系]显卡。"),
        ("di4", "标[的]金额不大。"),
        ("mo4", "水面[没]过石块。"),
        ("gong4", "桌上[供]着一尊佛。"),
        ("xiang4", "气[相]色谱漂了。"),
        ("cha1", "方[差]用它表示。"),
        ("cha1", "积化和[差]"),
        ("chong2", "把字体[重]置。"),
        ("chong2", "线要[重]接一下。"),
        ("ling3", "一[令]A4纸。"),
        ("la4", "别[落]下作业。"),
        ("nan2", "呼吸困[难]加重。"),
        ("shan1", "他想[扇]人。"),
        ("diao4", "这个接口[调]了三次才成。"),
        ("tiao2", "先[调]零再测。"),
        ("tiao2", "胰岛素[调]至八单位。"),
        ("tiao1", "用筷子[挑]一根。"),
        ("tu4", "一口老血[吐]出来。"),
        ("ying1", "条件全[应]了。"),
        ("za1", "头发[扎]起来。"),
        ("zhuan4", "三千[转]离心五分钟。"),
        ("chang2", "家里用的[长]帝烤箱。"),
        ("du1", "[都]营地铁线。"),
        ("xing2", "六人同[行]打八折。"),
    ],
)
def test_readings_of_laboratories_trade_and_games(said: str, marked: str) -> None:
    assert read(marked) == said


@pytest.mark.parametrize(
    ("said", "marked"),
    [
        ("wei2", "获奖者[为]张伟。"),
        ("wei2", "格式统一[为]PDF。"),
        ("shu4", "成员[数]不超过八个。"),
        ("shu4", "最大连接[数]不应太小。"),
        ("zhi1", "买了一整[只]鸭。"),
        ("de2", "今年总[得]分第一。"),
        ("de2", "支原体肺炎[得]过一次。"),
        ("chong2", "明年[重]定价。"),
        ("tou2", "这游戏让人上[头]。"),
        ("guan4", "三[冠]王"),
        ("de5", "排[得]到号吗？"),
        ("de5", "这题做[得]了吗？"),
        ("jiang4", "占比[降]至两成。"),
        ("dao3", "座椅放[倒]能睡。"),
        ("dei3", "空调[得]低头找。"),
        ("dei3", "早上[得]空腹抽血。"),
        ("dei3", "BMI[得]降到二十四。"),
        ("du1", "雾[都]夜景"),
        ("huan2", "房贷[还]到第八年。"),
        ("tiao2", "这杯是他自己[调]的。"),
        ("diao4", "滤镜偏冷[调]。"),
        ("diao4", "去[调]监控看看。"),
        ("xiang4", "吃[相]难看"),
        ("geng1", "昨天[更]得好短。"),
        ("bei1", "她[背]着LV上班。"),
        ("bei1", "这锅我可不[背]。"),
        ("huo2", "面粉[和]水揉匀。"),
        ("jie1", "石榴[结]了八个。"),
        ("la4", "手机[落]KTV里了。"),
        ("gan4", "我[干]销售十年了。"),
        ("guo4", "简历[过]不了初筛。"),
        ("guo4", "能打[过]他吗？"),
        ("zhuo2", "她的穿[着]很得体。"),
        ("liao3", "小孩去抓知[了]。"),
        ("di4", "日[地]距离不变。"),
    ],
)
def test_readings_of_everyday_posts(said: str, marked: str) -> None:
    assert read(marked) == said


@pytest.mark.parametrize(
    ("said", "marked"),
    [
        ("tiao2", "医生给他[调]药。"),
        ("tiao2", "可以[调]回默认吗？"),
        ("zhuan4", "每秒[转]五千圈。"),
        ("cha1", "以0.1分之[差]获胜。"),
        ("cha1", "组间均值[差]为三。"),
        ("dang4", "涉嫌不正[当]竞争。"),
        ("dang4", "属于正[当]防卫。"),
        ("zhang3", "市场规模将[长]到百亿。"),
        ("zhang2", "每年[长]5cm。"),
        ("zhan4", "他[占]股百分之六。"),
        ("di4", "此[地]曾有湖。"),
        ("di4", "新增标[的]十只。"),
        ("jie1", "棉花提早[结]铃。"),
        ("ji4", "高处须[系]安全带。"),
        ("ji4", "不用[系]带的鞋"),
        ("wei2", "该机组[为]备用机。"),
        ("wei2", "我司[为]一家国企。"),
        ("sheng3", "已扩至三[省]。"),
        ("cheng2", "不得用瓶[盛]装。"),
        ("cheng2", "每碗[盛]200克。"),
        ("jin4", "应[尽]合理注意义务。"),
        ("guan1", "接种新[冠]mRNA疫苗。"),
        ("guan4", "再夺销[冠]。"),
        ("huan2", "逾期未[还]者"),
        ("hu2", "八番起[和]"),
        ("zhi3", "B20[只]限会员。"),
        ("de2", "取平均即[得]ARPU。"),
        ("de2", "测[得]浓度为二。"),
        ("liang2", "请[量]三次。"),
        ("liang4", "看专利申请[量]。"),
        ("liang4", "她练草[量]级。"),
        ("xiang4", "英国外[相]称将访华。"),
        ("geng1", "注册资本[更]改为两千万元。"),
        ("de5", "尴尬[得]想走。"),
        ("de5", "累[得]想睡。"),
        ("qi4", "大[气]CO2浓度升高。"),
        ("le5", "软便[了]三天。"),
        ("jiao3", "口[角]歪斜"),
        ("bei1", "从日本[背]一台回来。"),
        ("ren4", "[任]天堂发布会"),
        ("ka3", "用银联[卡]在机器上取。"),
        ("ba1", "股[吧]里很热闹。"),
        ("zhong4", "又[中]一签。"),
        ("tiao2", "手动[调]就好。"),
        ("ka3", "这个APP晚上[卡]得打不开。"),
        ("shan4", "[单]依纯唱得好。"),
        ("tiao2", "右边[调]ACC距离。"),
    ],
)
def test_readings_of_notices_and_reports(said: str, marked: str) -> None:
    assert read(marked) == said


@pytest.mark.parametrize(
    ("said", "marked"),
    [
        ("dei3", "在iPad上[得]自己去开。"),
        ("dei3", "是不是[得]重做？"),
        ("dei3", "这波[得]夸售后。"),
        ("dei3", "合同[得]当面签。"),
        ("dei2", "汤[得]小火炖。"),
        ("dei3", "胸围[得]八十五厘米。"),
        ("dei2", "交期按MOQ[得]五百套起。"),
        ("dei3", "Demo[得]重新录。"),
        ("dei2", "要说火锅还[得]数这家。"),
        ("de5", "概括[得]还不错。"),
        ("de5", "鸭子卤[得]烂了。"),
        ("de5", "穿[得]也太少了。"),
        ("de5", "雪下[得]特别急。"),
        ("de5", "酒里喝[得]出果香。"),
        ("de2", "不[得]以任何名义收费。"),
        ("de2", "重结晶[得]白色固体。"),
        ("de2", "他[得]了冠军。"),
        ("de2", "两式相减[得]结果。"),
        ("zhang3", "性格全[长]一个样。"),
        ("zhang3", "豆芽倒着[长]出来。"),
        ("zhang3", "肿瘤[长]至五厘米。"),
        ("gan4", "数据库[干]崩了。"),
        ("gan4", "哪有这么[干]的？"),
        ("gan4", "敌人把上路[干]穿了。"),
        ("gan1", "再抽[干]后称重。"),
        ("gan1", "来，[干]一杯！"),
        ("gan1", "秋天皮肤更[干]了。"),
        ("bei4", "天天[背]八股。"),
        ("bei4", "台词[背]不全。"),
        ("bei4", "昨晚[背]了三篇。"),
        ("bei1", "我替你[背]一会儿。"),
        ("kan4", "妈妈一[看]孩子哭了就慌。"),
        ("kan4", "上次在家[看]Netflix到三点。"),
        ("kan1", "我的行李你[看]一下。"),
        ("kan1", "她一个人[看]孩子。"),
        ("kan1", "盯紧，把8号[看]死。"),
        ("wei2", "把占位符替换[为]真名。"),
        ("wei2", "边长[为]a的正方形。"),
        ("wei2", "若Z(G)[为]平凡群。"),
        ("wei2", "被误读[为]示弱。"),
        ("wei2", "图中虚线[为]预测。"),
        ("wei4", "店长[为]用户服务。"),
        ("wei4", "无法理解[为]啥。"),
        ("shu4", "样本[数]太少。"),
        ("shu4", "病例[数]有限。"),
        ("shu3", "睡前[数]羊。"),
        ("shu3", "他在我们班[数]一数二。"),
        ("shu3", "别[数]了！"),
        ("shuo4", "脉细[数]。"),
        ("zhe2", "绳子对折[折]成四段。"),
        ("zhe2", "到手五[折]起。"),
        ("she2", "筷子[折]了。"),
        ("dang4", "这台只能[当]零件卖。"),
        ("dang4", "拿来[当]摆设。"),
        ("dang4", "买二手不值[当]。"),
        ("dan1", "分布为[单]峰。"),
        ("di4", "PCB要铺[地]线。"),
        ("liang4", "每日汗[量]记一下。"),
        ("liang4", "词汇[量]过万。"),
        ("liang2", "裙子平铺[量]的。"),
        ("liang2", "量筒[量]取十毫升。"),
        ("tiao2", "软件里[调]。"),
        ("tiao2", "要[调]白平衡。"),
        ("tiao2", "几个超参一起[调]。"),
        ("tiao2", "座椅[调]这么高。"),
        ("diao4", "被谁[调]了？"),
        ("diao4", "警方[调]了监控。"),
        ("zhuan3", "[转]一台相机。"),
        ("zhuan3", "现在八千[转]。"),
        ("zhuan3", "[转]Rust的第一周。"),
        ("zhuan3", "风云突[转]。"),
        ("zhuan4", "圈圈[转]半天。"),
        ("guo4", "蛋清打[过]了。"),
        ("guo4", "装得[过]紧会断。"),
        ("guo4", "别让它放[过]夜。"),
        ("guo4", "糖粉[过]一遍筛。"),
        ("guo4", "你签证[过]啦？"),
        ("guo4", "一天天把日子[过]成了诗。"),
        ("guo4", "这门死活[过]不了。"),
        ("guo5", "他当年也阔[过]。"),
        ("zi3", "缪[子]成像。"),
        ("zi5", "写在格[子]本上。"),
        ("zhong4", "皮球打[中]立柱。"),
        ("zhuo2", "她爱穿古[着]。"),
        ("zhe5", "老爷子还用[着]诺基亚。"),
        ("zhong3", "亚[种]之间会杂交。"),
        ("zhong3", "该盐湖有三个特有[种]。"),
        ("zhong4", "那儿只种一季，[种]一季赔一季。"),
        ("huan2", "逾期不[还]的罚息。"),
        ("huan2", "房贷首月[还]六千。"),
        ("huan2", "退牧[还]草。"),
        ("huan2", "改天[还]你。"),
        ("hai2", "声母[还]清化了。"),
        ("hai2", "明天[还]你去吗？"),
        ("ying4", "你就[应]个景吧。"),
        ("san4", "吃过就[散]。"),
        ("san3", "一碰就[散]。"),
        ("jiang4", "误差就不[降]了。"),
        ("ba1", "贴[吧]里有人问。"),
        ("zhao1", "三十六[着]走为上。"),
        ("dao3", "[倒]在终点线前。"),
        ("chong2", "名字都[重]了。"),
        ("chong2", "去[重]用哪个？"),
        ("chong2", "改期[重]考。"),
        ("zhong4", "他这人[重]义气。"),
        ("hang2", "中间空一[行]。"),
        ("hang2", "这[行]log没用。"),
        ("kong4", "旁边[空]个座。"),
        ("fa1", "别乱[发]截图。"),
        ("chu4", "大[处]着眼。"),
        ("chu4", "压痛最明显[处]在哪儿？"),
        ("chu3", "跟ex[处]了三年。"),
        ("du1", "下周飞魔[都]看展。"),
        ("dou1", "学生[都]会。"),
        ("hao4", "[好]事的邻居。"),
        ("hao4", "有同[好]吗？"),
        ("geng1", "今晚九点[更]最后一集。"),
        ("geng1", "系统[更]到最新。"),
        ("xiang4", "反[相]色谱柱。"),
        ("zhuan4", "火影外[传]出了。"),
        ("liao3", "一曲终[了]。"),
        ("ji4", "往腰上一[系]。"),
        ("juan3", "书边都[卷]了。"),
        ("tan2", "他只[弹]肖邦。"),
        ("qie4", "大夫给他[切]脉。"),
        ("hao2", "她疼得直[号]。"),
        ("hao4", "大家给他起外[号]叫小胖。"),
        ("hua2", "照片往左[划]。"),
        ("ben4", "嫦娥[奔]月。"),
        ("jiao1", "怎么[教]会机器？"),
        ("jiao1", "博主[教]剪视频。"),
        ("can1", "忘了[参]他一本。"),
        ("can1", "调用时少传一个[参]。"),
        ("zang4", "徒步进[藏]。"),
        ("jin1", "这手机[禁]摔。"),
        ("chong4", "他[冲]镜头挥手。"),
        ("chong4", "就[冲]这个价格也值。"),
        ("zuan4", "四[钻]酒店。"),
        ("zuan4", "周末上[钻]局。"),
        ("feng2", "扣子自己[缝]呗。"),
        ("cu4", "脑[卒]中。"),
        ("geng4", "味道比上回[更]正。"),
        ("geng1", "今天[更]新。"),
        ("dang4", "就[当]锻炼了。"),
        ("dang1", "以后想[当]老师。"),
        ("bei1", "这箱书从成都[背]到北京。"),
        ("hai2", "抽了六十发[还]没出。"),
        ("tiao2", "帮我[调]了一次刹车。"),
        ("tiao2", "在达芬奇里[调]Log素材。"),
        ("can1", "调完[参]又跑了一遍。"),
        ("wei2", "期限[为]自签订之日起三年。"),
        ("wei2", "其中bit三[为]保留位。"),
        ("zhuo2", "请[着]正式服装出席。"),
        ("zhe5", "他穿[着]正式服装。"),
        ("guo4", "样本太少容易[过]拟合。"),
        ("guo4", "构建了OsA[过]表达载体。"),
        ("gan1", "眼[干]时间长了。"),
        ("hao4", "叫[号]叫到我了。"),
        ("hang2", "一[行]三十个class。"),
        ("de5", "鸡翅皮crispy[得]掉渣。"),
        ("zhan1", "内胆不[粘]，好用。"),
        ("wei2", "报价[为]每份十元。"),
        ("wei4", "在巴黎[为]中国拿下金牌。"),
        ("wei2", "该品（某药）[为]常用的口服降糖药。"),
        ("cuan2", "自己[攒]的小主机。"),
        ("shui3", "打过头了油[水]分离。"),
        ("dei3", "打车用Grab[得]叫六座。"),
        *(("tiao2", one) for one in ("剂量需要再[调]吗？", "能独立[调]机。")),
        *(("diao4", one) for one in ("支付回[调]偶尔收不到。", "进入fail回[调]。")),
        *(("de2", one) for one in ("一个人[得]四十分。",)),
        *(("de5", one) for one in ("编曲换人换[得]有点硬。",)),
        *(("mei2", one) for one in ("看我们可怜[没]收钱。", "[没]到点不给筷子。")),
        *(("hang2", one) for one in ("两亿[行]做个聚合。",)),
        *(("qu1", one) for one in ("主题阅读[区]很大。",)),
        ("zhe5", "拉[着]重五牛的木块。"),
        ("jiao4", "加样枪该[校]准了。"),
        ("dao4", "倒平板[倒]了一半。"),
        ("shu4", "挖矿层[数]变了。"),
        *(("shu3", one) for one in ("我[数]三下。", "[数]token用这个。", "从左往右[数]第四个。")),
        *(("zhuan4", one) for one in ("硬盘七千二百[转]。", "风扇狂[转]不停。", "转盘[转]十次。")),
        *(("zhuan3", one) for one in ("脖子[转]动困难。", "多的票秒[转]。")),
        *(("zhang3", one) for one in ("结节又[长]三毫米。", "[长]三颗智齿。", "up[长]这样。")),
        *(("dao3", one) for one in ("地铁要[倒]三趟。", "支架会往后[倒]吗。", "嗓子[倒]了。")),
        *(("huan2", one) for one in ("借的书[还]不还。", "最低[还]百分之十。")),
        *(("hai2", one) for one in ("[还]给乐队伴过舞。", "[还]我一个人去。")),
        *(("de2", one) for one in ("每度可[得]约四元。", "场景下测[得]十一小时。", "阅读[得]八分。")),
        *(("dei3", one) for one in ("说要修[得]七百多。", "到晚了[得]住一晚。", "这题[得]DP。")),
        *(("wei2", one) for one in ("以MOF[为]载体。", "仅[为]其六成。", "E[为]棱的中点。", "主晶相[为]莫来石。")),
        *(("de5", one) for one in ("进一步[地]，它有底座。", "优选[地]，为环氧。")),
        *(("di4", one) for one in ("去往B[地]的距离。", "脸着[地]摔了。")),
        *(("chong2", one) for one in ("每年都要[重]听。", "RRC[重]配置消息。")),
        *(("guan4", one) for one in ("第五座S[冠]，稳了。", "世界新[冠]军。")),
        ("guan1", "新[冠]抗原。"),
        ("chao2", "北京[朝]阳自提。"),
        ("qi4", "经大[气]校正后。"),
        *(("xiang4", one) for one in ("主晶[相]为石英。", "换[相]失败。")),
        *(("liang4", one) for one in ("特征[量]提取。", "[量]他也不敢。", "向[量]的维度。")),
        *(("fa1", one) for one in ("站长[发]了帖子。", "奖金[发]了五万。")),
        *(("chu3", one) for one in ("罚款[处]二百元。", "网上[处]对象。")),
        *(("tiao2", one) for one in ("花三天[调]prompt。", "批量[调]。")),
        *(("gan1", one) for one in ("最多[干]两杯。", "[干]体重五十八。")),
        *(("dang4", one) for one in ("我[当]你早下班了。", "屏幕又[当]机了。")),
        *(("hang2", one) for one in ("你们[行]的APP。", "每[行]为一个样本。")),
        *(("she4", one) for one in ("狗[舍]出来的。",)),
        *(("kan1", one) for one in ("工地[看]料的。",)),
        *(("jia4", one) for one in ("育儿[假]每年十天。",)),
        *(("hu2", one) for one in ("单吊也能[和]。",)),
        *(("zha2", one) for one in ("丸子[炸]到金黄。",)),
        *(("men4", one) for one in ("一个人在家[闷]得慌。",)),
        *(
            ("ka3", one)
            for one in ("包裹[卡]在海南了。", "简历[卡]在第二轮。", "代码写得我[卡]住了。", "编译跑一半[卡]着。")
        ),
        *(("qia3", one) for one in ("枣核[卡]在嗓子里。", "手指[卡]进门缝。", "刺扎得深，[卡]得很紧。")),
        ("ka3", "跑数据[卡]得想哭。"),
        ("na4", "[呐]，拿去吧。"),
        ("na5", "人[呐]，就这样。"),
        *(("de5", one) for one in ("视频录[得]比较早。", "大家处[得]很好。")),
        *(("dei3", one) for one in ("三万[得]亏光。", "行李托运[得]加钱。", "照样[得]做。")),
        *(("guo4", one) for one in ("就能[过]审核。", "闹钟没响睡[过]了。", "跳[过]一次。")),
        *(("bei1", one) for one in ("不想再[背]房贷。", "锅总是我[背]。", "天天[背]着上班。")),
        *(("kong4", one) for one in ("有个[空]没填。", "段前[空]两格。", "每[空]三分。")),
        *(("liang4", one) for one in ("起[量]很慢。", "偏移[量]太大。", "并发[量]一高就挂。", "质比[量]重要。")),
        *(("chu4", one) for one in ("请注明出[处]和作者。", "写清出[处]。")),
        *(("diao4", one) for one in ("前端直接[调]了接口。", "[调]一下监控。", "南水北[调]的中线。")),
        *(("tiao2", one) for one in ("参数到底该怎么[调]啊。", "自己[调]一杯酒。")),
        *(
            ("zhuan3", one)
            for one in (
                "演唱会门票原价[转]。",
                "求[转]一张票。",
                "病情慢慢好[转]。",
            )
        ),
        *(
            ("wei2", one)
            for one in (
                "被列[为]国家级景区。",
                "第三轮[为]抽签。",
                "时限[为]三年。",
                "地址必须[为]公网可访问。",
                "受体[为]蛋白。",
            )
        ),
        *(("wei4", one) for one in ("必须[为]人民服务。", "决定[为]员工加薪。")),
        ("cha1", "这组数据方[差]太大。"),
        ("cha4", "这地方[差]得很。"),
        *(("zuan4", one) for one in ("[钻]粉群里说的。", "红[钻]还在。")),
        *(("xuan2", one) for one in ("合并滤液[旋]干。",)),
        *(("tan2", one) for one in ("主板上的[弹]片歪了。", "微信又[弹]登录提示。")),
        *(("la4", one) for one in ("雨伞[落]在出租车上。", "护照[落]在酒店了。")),
        *(("gan1", one) for one in ("这款速[干]的。", "水[干]了以后加。", "硅脂都[干]成粉了。")),
        ("jiao4", "译稿[校]到第三章。"),
        ("hao4", "[好]氧菌繁殖快。"),
        ("geng1", "会员首[更]六集。"),
        ("fa4", "含妆[发]一套。"),
        ("qu1", "颈椎[曲]度变直。"),
        ("chong4", "前调有点[冲]鼻子。"),
        ("zhang3", "利润同比增[长]约一成。"),
        *(("shu4", one) for one in ("大[数]定律。", "在数论里与函[数]有关。")),
        ("za1", "头发[扎]高一点。"),
        ("jie3", "喝点水[解]一解。"),
        ("hua2", "[华]氏九十八度。"),
        ("zi3", "氢离[子]浓度升高。"),
        ("geng1", "坚持日[更]一个月。"),
        ("bei1", "从国外[背]回来的。"),
        ("guo4", "耳机刚[过]保。"),
        ("dei3", "就是[得]开加速。"),
        ("tou2", "第二口上[头]。"),
        ("de5", "可以负责任[地]讲。"),
        ("tou2", "现场真的上[头]。"),
        ("jie2", "异质[结]中的电子。"),
        ("wei4", "请家长[为]孩子备水壶。"),
        ("de2", "已经[得]过脑梗。"),
        ("qu1", "小区B[区]五至九栋停水。"),
        ("qi4", "坠入大[气]之前断了联系。"),
        ("di4", "只卖场[地]不卖内容。"),
        ("piao1", "手柄摇杆不[漂]。"),
        ("hang2", "我[行]手机银行。"),
        ("wei4", "[为]丰富员工生活。"),
        ("tiao2", "视频能[调]两倍速。"),
        ("lei3", "神经根未见受[累]。"),
        ("chong2", "用缓冲液[重]悬。"),
        ("dao4", "[倒]板前先冷却。"),
        ("di4", "从离[地]三十米处落下。"),
        ("wei4", "因[为]生成的盐微溶。"),
        ("wei2", "F二[为]左右焦点。"),
        ("diao4", "原有的onChange回[调]签名。"),
        ("wei2", "维持不变，[为]连续第三次。"),
        ("guo4", "刷卡[过]闸。"),
        ("zhong4", "抽了两年才[中]。"),
        ("wei2", "以换脸[为]手段诈骗。"),
        ("zhuan4", "三天玩[转]大理。"),
        ("zhi2", "双十一[只]买了猫粮。"),
        ("de5", "噪点控制[得]还行。"),
        ("dou1", "透视表[都]会。"),
        ("tiao2", "我先[调]个静音。"),
        ("tan2", "老是[弹]会议提醒。"),
        ("zhao1", "[朝]九晚六双休。"),
        ("de5", "数以万亿计[地]穿过。"),
        ("di4", "第一章[地]精营地。"),
        ("hang2", "那家[行]的柜台。"),
        ("chong1", "用温水[冲]着喝。"),
        ("chu3", "两人从一七年[处]到现在。"),
        ("la4", "别[落]了东西。"),
        ("ma1", "过来[抹]桌子。"),
        ("juan4", "养羊的盖了三个[圈]。"),
        ("jian1", "直播[间]种草的面霜。"),
        ("zhang2", "班[长]统计人数。"),
        ("mo4", "豆浆自家[磨]的。"),
        ("zhe5", "单手撑[着]地。"),
        ("de5", "明明ping[得]通。"),
        ("xiang4", "电机缺[相]运行。"),
        ("zhao2", "火柴划了两下才[着]。"),
        ("zhang2", "伤口[长]好了。"),
        ("jie1", "桃树今年[结]得多。"),
        ("chang2", "盼着下[场]透雨。"),
        ("bei4", "能把人[背]到崩溃。"),
        ("bei4", "我[背]了三篇课文。"),
        ("bei4", "单词[背]三遍。"),
        ("shan4", "推开一[扇]新的门。"),
        ("zuan4", "我掉到[钻]三。"),
        ("le5", "烧到三十八点五[了]。"),
        ("tiao2", "考试[调]至周五。"),
        ("tiao2", "把间距[调]窄一点。"),
        ("kong4", "三个[空]没填。"),
        ("de2", "由此制[得]氧气。"),
        ("juan4", "分A、B[卷]两场。"),
        ("dan1", "她的歌[单]很长。"),
        ("zai4", "卡在数据加[载]。"),
        ("huo2", "妈今天[和]了一大盆面。"),
        ("yun4", "坐大巴我必[晕]，提前吃药。"),
        ("xue1", "主玩的英雄被[削]了。"),
        ("mo4", "石头[磨]的豆浆。"),
        ("ben1", "狗一路[奔]过来。"),
        ("lou4", "馅都[露]外头。"),
        ("xing1", "短视频行业[兴]起那年。"),
        ("ying1", "口头[应]了。"),
        ("dei2", "去早市[得]五点起。"),
        ("zhuan4", "在商场停车[转]了三圈。"),
        ("dao3", "夜班[倒]白班。"),
        ("cuan2", "周末[攒]个局。"),
        ("ma1", "把黑板[抹]干净。"),
        ("guo4", "跟财务[过]一遍预算。"),
        ("guo4", "终于能编译[过]。"),
        ("guo4", "手表[过]保了。"),
        ("wei2", "载荷依次[为]三千牛。"),
        ("wei2", "以家庭[为]单位报名。"),
        ("wei2", "皇马通报[为]左膝受伤。"),
        ("zhi1", "满三百[只]包邮。"),
        ("tan2", "可以到店试[弹]。"),
        ("cha1", "那边有时[差]。"),
        ("men1", "鞋子[闷]脚。"),
        ("liang4", "等[量]取代水泥。"),
        ("jin4", "禁食不[禁]水。"),
        ("ka3", "直播[卡]住了。"),
        ("xiang4", "单[相]接地故障。"),
        ("huan2", "秸秆[还]田。"),
        ("di4", "下班后[地]库没信号。"),
        ("bei1", "妈妈通勤[背]的包。"),
        ("jiang4", "同比[降]了两成。"),
        ("dei3", "太大就[得]分批传。"),
        ("hang2", "导出五万[行]记录。"),
        ("hang2", "我就是想进[行]业看看。"),
        ("guo4", "谁有空[过]一下。"),
        ("chong1", "一开门就[冲]进来了。"),
        ("dai1", "你们[待]过几家公司。"),
        ("zhuan4", "那本福特[传]的译本。"),
        ("tiao2", "前拨刚[调]过。"),
        ("tiao2", "再[调]pH至九点二。"),
        ("tiao2", "空燃比要慢慢[调]。"),
        ("zhang3", "待幼苗[长]至三叶。"),
        ("chong2", "用乙醇[重]结晶。"),
        ("chong2", "会议时间[重]了。"),
        ("gan1", "洗完嘴唇[干]。"),
        ("jian1", "中[间]隔了两站。"),
        ("shu4", "连接[数]不超过五十。"),
        ("shu3", "我懒得[数]。"),
        ("huan2", "书后天[还]。"),
        ("huan2", "房贷[还]得我心慌。"),
        ("sai1", "别再[塞]给我了。"),
        ("juan4", "这套[卷]做起来很难。"),
        ("bei1", "又要[背]三脚架。"),
        ("bei1", "书包我帮你[背]吧。"),
        ("di4", "车停在[地]下B3。"),
        ("dan1", "[单]瓦成本降了。"),
        ("zhuan4", "风扇连续[转]上十个钟头。"),
        ("kong4", "那一栏[空]着没填。"),
        ("da2", "啤酒一[打]才五十。"),
        ("wei4", "歌迷[为]偶像鼓掌。"),
        ("dao3", "落地[倒]了两天时差。"),
        ("cha1", "两个数的[差]是多少。"),
        ("fa1", "以[发]卡行为准。"),
        ("hang2", "请联系发卡[行]。"),
        ("chong2", "复制并[重]命名。"),
        ("wei2", "D[为]BC的中点。"),
        ("wei2", "H[为]哈密顿算符。"),
        ("wei2", "流动相[为]乙腈。"),
        ("tiao2", "用盐酸[调]至七点四。"),
        ("san3", "双肺下叶[散]在结节。"),
        ("xue4", "TIMI[血]流三级。"),
        ("zha4", "[炸]过一次机。"),
        ("shu4", "公里[数]九万出头。"),
        ("dang1", "老用户首[当]其冲。"),
        ("zhong4", "去海南[种]咖啡。"),
        ("hua4", "读完[划]了两百条线。"),
        ("juan3", "海胆手[卷]最好吃。"),
        ("di4", "检查绕组对[地]绝缘。"),
        ("guo4", "报[过]电压故障。"),
        ("dei3", "这事[得]怪天气。"),
        ("zi2", "藏在电[子]里的秘密。"),
        ("chong2", "2021年的[重]刻版。"),
        ("du1", "飞到加德满[都]。"),
        ("ka2", "外[卡]也能刷。"),
        ("zhi3", "多数[只]需随访。"),
        ("wei2", "所购产品[为]结构性存款。"),
        ("wei4", "产品[为]用户提供便利。"),
        ("wei2", "系统识别[为]U盘。"),
        ("che1", "法拉利双[车]因违规退赛。"),
        ("tiao2", "大家都是这么[调]的。"),
        ("bian1", "倒进面粉里[边]搅边加。"),
        ("sheng4", "新易[盛]涨停。"),
        ("la1", "小腿[拉]伤。"),
        ("zhou2", "茶[轴]手感好。"),
        ("jian1", "中[间]隔着一条街。"),
        ("de5", "他打[的]那个球。"),
        ("zhong4", "[中]标利率不变。"),
        ("hang2", "末尾补充一[行]说明。"),
        ("wei2", "标注optional的[为]选填项。"),
        ("wei2", "片尾[为]主播录的雨声。"),
        ("wei2", "由A更正[为]B。"),
        ("gan1", "弧顶[干]拔三分。"),
        ("xiao4", "家长的择[校]焦虑。"),
        ("dai4", "结果尚[待]确认。"),
        ("zhang3", "金价[涨]破九百。"),
        ("tu4", "属中度致[吐]药物。"),
        ("ka3", "别[卡]着DDL交。"),
        ("du4", "所以可乐的酸[度]其实很高。"),
        ("cha1", "渐近方[差]可估。"),
        ("di4", "单点接[地]和铺铜。"),
        ("de5", "可以体面[地]告别。"),
        ("zi3", "配对Zigbee[子]设备。"),
        ("huan2", "自助借[还]机。"),
        ("juan3", "撕一[卷]3M的无痕胶。"),
        ("xue4", "含铜的[血]蓝蛋白。"),
        ("tiao2", "面线和旋梭要[调]。"),
    ],
)
def test_readings_in_free_use(said: str, marked: str) -> None:
    assert read(marked) == said


@pytest.mark.parametrize(
    ("said", "marked"),
    [
        ("di4", "美[的]洗碗机还在保修。"),
        ("di4", "家里换了美[的]热水器。"),
        ("di4", "客厅装了美[的]中央空调。"),
        ("de5", "这是一台很美[的]冰箱。"),
    ],
)
def test_a_brand_before_what_it_makes(said: str, marked: str) -> None:
    assert read(marked) == said
