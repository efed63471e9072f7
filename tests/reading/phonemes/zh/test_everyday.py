"""Readings in everyday texts: recipes, care of plants, shops, advice."""

from __future__ import annotations

import pytest

from indextts.reading.text.tokens import tagged
from tests.reading.phonemes.zh.test_polyphones import agrees, read


@pytest.mark.parametrize(
    "lines",
    [
        "先吃点垫*垫肚子。 过来瞧*瞧。 抖*抖衣服上的灰。 搓*搓手。 挠*挠头。 抓*抓痒。 梳*梳头。 涂*涂药膏。",
        "掂*掂分量。 品*品这杯茶。 踩*踩刹车。 撒*撒娇。",
        "揉*揉眼睛。 挖*挖野菜。 拖*拖地。 泡*泡脚。 遛*遛狗。 洗*洗脸。",
    ],
)
def test_more_verbs_that_are_said_twice(lines: str) -> None:
    marked = lines.split()
    said = {one: read(one.replace("*", ""))[one.index("*")].reading[-1] for one in marked}
    assert {one: tone for one, tone in said.items() if tone != "5"} == {}


def _wrong(lines: str, wanted: str) -> list[str]:
    found = []
    for marked in lines.split():
        plain, at = marked.replace("*", ""), marked.index("*")
        said = read(plain)[at].reading
        if not agrees(said, wanted):
            found.append(f"{marked} {said}")
    return found


@pytest.mark.parametrize(
    ("wanted", "lines"),
    [
        ("dei3",
         "修车的师傅都说*得换轮胎。 医生都说*得忌口。 老板说*得加钱。 售后说*得寄回去检测。 "
         "我妈说*得趁热吃。 物业说*得自己修。 网上说*得做好防晒。"),
        ("dei3",
         "玻璃*得包好再寄。 小王*得赶在六点前到。 窗户*得关严。 螃蟹*得趁热吃。 空调*得定期清洗。 "
         "周末*得加班。 明年*得换辆车。 猫咪*得打疫苗。 轮胎*得换了。"),
        ("dei3", "面*得软。 炒这个菜火*得大。 油*得烧热一点。 水*得没过食材。 盐*得最后放。 猫粮*得少食多餐。"),
        ("dei3",
         "一个月房租*得三千。 盖一层楼*得几十万。 一斤肉*得十几块。 逛完*得一整天。 做这行*得能吃苦。 "
         "想考上*得下功夫。 你说这*得多疼啊。 这个价*得再低点。"),
        ("de5",
         "电梯上*得慢。 涨*得快。 货出*得快。 今天的车来*得晚。 这路走*得通。 你下*得了手？ "
         "这酒上*得了台面。 舍*得下血本。"),
        ("de5",
         "他说*得没错。 人家说*得好听。 她说*得一清二楚。 他说*得再好听也没用。 他把事情说*得很严重。 "
         "老板说*得明白。"),
        ("de5",
         "大爷精神*得很。 演员表现*得非常自然。 房子布局*得很合理。 画面美*得让人窒息。 灯亮*得刺眼。 "
         "油*得流油。 火*得一塌糊涂。 面揉*得光滑。"),
        ("de2",
         "奶奶*得的是糖尿病。 孩子容易*得手足口病。 小明*得第一名。 甲班*得冠军。 他*得的奖比我多。 "
         "原命题*得证。"),
    ],
)  # fmt: skip
def test_must_and_the_particle(wanted: str, lines: str) -> None:
    assert _wrong(lines, wanted) == []


@pytest.mark.parametrize(
    ("wanted", "lines"),
    [
        ("gan1",
         "墨水还没有*干，别摸。 汗水还没有*干，又下雨了。 胶水要等多久才能*干？ 胶还没*干就开始用。 "
         "指甲油没有*干透。"),
        ("gan1", "土壤要见*干见湿。 浇水遵循不*干不浇的原则。 盆土*干浇透。 表土偏*干时补水。 土*干浇透。"),
        ("gan1",
         "用厨房纸吸*干表面的水。 收汁收*干一点。 晒*干货的院子。 吃起来有点*干有点柴。 皮肤*干到起皮。 "
         "豆*干切成条。"),
        ("gan4",
         "今天的活还没有*干。 他什么都没*干。 还没*干完就下班了。 工作有点*干不完。 水管工还没*干完。 "
         "有些*干部。 特别*干练的女人。 抽*干部名额。"),
    ],
)  # fmt: skip
def test_dry_and_to_do(wanted: str, lines: str) -> None:
    assert _wrong(lines, wanted) == []


@pytest.mark.parametrize(
    ("wanted", "lines"),
    [
        ("wei4",
         "*为主角配音的是一位新人。 资源要优先*为主力队员倾斜。 *为主播打赏了三百元。 "
         "他*为主队打进一球。 *为首批客户赠送礼品。 *为例会准备材料。"),
        ("wei4",
         "*为一位老人让座。 *为三位顾客结账。 *为五岁的女儿过生日。 *为十几个人做饭。 *为一家三口做饭。 "
         "*为零基础学员开课。 *为乐队伴奏。 *为限量款排队。"),
        ("wei4",
         "*为准妈妈们准备的课程。 *为重病患者手术。 *为由我们承担的费用买单。 主要*为方便老人。 "
         "一*为方便，二是省钱。"),
        ("wei2",
         "以他*为主角的故事。 以学生*为主体开展教学。 以鱼*为主食的鸟类。 以质量*为首要目标。 "
         "这里*为主会场。 本场*为主场。 引以*为荣。 以和*为贵。"),
        ("wei2",
         "第一名*为一位退休老师。 总共分*为五个步骤。 周期*为一个月。 车长*为四米五。 视他*为一家人。 "
         "这一带将划*为生态保护区。 该校*为重点中学。"),
    ],
)  # fmt: skip
def test_for_and_to_be(wanted: str, lines: str) -> None:
    assert _wrong(lines, wanted) == []


@pytest.mark.parametrize(
    ("wanted", "lines"),
    [
        ("chang2",
         "他伤心了一*场。 难过了一*场。 激动了一*场。 悲伤了一*场。 辩论了一*场。 恋爱一*场。 "
         "郁闷了一*场。 白忙了一*场。"),
        ("chang3", "看了一*场电影。 踢了一*场球。 一*场讲座。 演出一共三*场。 那*场戏拍了三天。 打了一*场比赛。"),
        ("le5", "记*了账再走。 结*了账出门。 付*了账才发现。 算*了账。 还*了账。"),
        ("huo2",
         "*和好的馅放冰箱。 把*和好的饺子馅放一会儿。 将面粉*和成絮状。 肉馅*和好备用。 "
         "*和好馅以后开始包。 用开水*和面。 面*和好后醒半小时。"),
        ("he2",
         "鸡蛋*和面粉拌匀。 米饭*和面条都行。 白糖*和面粉混合。 盐*和泥土。 沙子*和水泥。 "
         "我跟他*和好如初。 牛奶*和面包。 加水*和面粉调成糊。"),
    ],
)  # fmt: skip
def test_other_words_of_the_kitchen_and_of_feelings(wanted: str, lines: str) -> None:
    assert _wrong(lines, wanted) == []


@pytest.mark.parametrize(
    ("wanted", "lines"),
    [
        ("dao5",
         "地*道美食推荐。 做法地*道又简单。 吃到一碗地*道的米粉。 地*道农家菜。 口感地*道。 "
         "地*道老北京炸酱面。 做生意要地*道。"),
        ("dao4",
         "地*道战纪录片。 通过地*道进站。 地下地*道很长。 地*道口堵车。 从地*道出来。 挖地*道。 "
         "地*道内禁止骑行。 土地*道路建设。"),
        ("fang5", "他出手很大*方。 简约大*方的款式。 大*方得体。"),
        ("yi1", "一对*一辅导。 一对*一服务。 高*一学生。 大*一新生。 *一加二等于三。 *一减一等于零。"),
        ("yi2", "点*一下按钮。 点*一份外卖。 三点*一刻。 "),
        ("yi4", "点*一杯咖啡。 再点*一首歌。 早点*一起走。"),
        ("de5", "值不值*得买？ 到底值不值*得。 舍不舍*得走？ 记不记*得我？ 懂不懂*得感恩？"),
        ("bei1", "男孩*背着有些旧的电脑包。 她*背着新买的帆布袋。 *背着重重的壳。 *背着满满一筐红薯。"),
        ("bei4", "他*背着老婆藏私房钱。 孩子*背着家长玩游戏。 他*背着手走来走去。 *背着大家买好看的包。"),
        ("kong1", "留一个*空房间。 一堆*空瓶子。"),
        ("kong4", "*空出手来帮忙。 *空出一间房。 *空出时间。"),
        ("de2", "我们*得出结论。 公司*得以发展。 专家*得出结果。 大家*得以脱身。"),
        ("dei3", "我们*得以身作则。 大家*得出门了。 答案*得你自己找。 学生*得出去锻炼。"),
        ("de5", "钱花*得值。 这趟来*得值。"),
        ("zuo4", "做*作业。 孩子做*作业拖拉。"),
        ("tang4", "一壶烫*烫的茶。 水还烫*烫的。"),
        ("shua1", "用牙刷*刷干净。 用毛刷*刷一层油。"),
        ("yi4", "送她一对*一模一样的耳环。 个子高*一点。 声音大*一些。 比他高*一头。"),
    ],
)  # fmt: skip
def test_genuine_and_the_one_of_grades(wanted: str, lines: str) -> None:
    assert _wrong(lines, wanted) == []


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("奶奶搬着靠背椅子坐下", "靠背|椅子"), ("穿高跟鞋子走路", "高跟|鞋子"), ("换上牛仔裤子出门", "牛仔|裤子"),
        ("羽绒被子很轻", "羽绒|被子"), ("大白兔子很可爱", "大白|兔子"), ("把自行车子推进来", "自行|车子"),
        ("纪念馆子公司", "纪念馆|子公司"), ("一千条子弟兵", "一千条|子弟兵"), ("图书馆子系统", "图书馆|子系统"),
        ("第三条子目录", "第三条|子目录"), ("边加水边按一个方向搅", "边|加水|边|按"), ("边走路边看手机", "边|走路|边"),
        ("沿着水边走", "沿着|水边"), ("边洗手边唱歌", "边|洗手|边"),
    ],
)  # fmt: skip
def test_the_suffix_stays_with_its_noun(text: str, words: str) -> None:
    assert words in "|".join(word for word, _ in tagged(text))
