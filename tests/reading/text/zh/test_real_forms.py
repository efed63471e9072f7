"""Forms that real texts have: numbers beside spaces, units behind words, places in recordings, ratios, notes."""

from __future__ import annotations

import pytest

from indextts.reading.text.normalise import normalise_line, speak


def bare(text: str) -> str:
    return normalise_line(text, "zh").replace(" ", "")


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("自 2008 年以来房价翻倍。", "自二零零八年以来房价翻倍。"),
        ("她在 1987 年 11 月 2 日出生。", "她在一九八七年十一月二日出生。"),
        ("截止 2031 年末", "截止二零三一年末"),
        ("1960 年代的工厂", "一九六零年代的工厂"),
        ("2022 年度决算公开", "二零二二年度决算公开"),
        ("2025 财年第一季度", "二零二五财年第一季度"),
        ("2019 款轿车召回", "二零一九款轿车召回"),
        ("2024 届校招开始", "二零二四届校招开始"),
        ("2016 学年的课表", "二零一六学年的课表"),
        ("1644 年，清军入关", "一六四四年，清军入关"),
        ("2020 年 05 月的数据", "二零二零年五月的数据"),
        ("05 年毕业", "零五年毕业"),
        ("从 1998 年到 2003 年", "从一九九八年到二零零三年"),
        ("持续了 100 年", "持续了一百年"),
        ("历时 2000 年才建成", "历时两千年才建成"),
        ("绵延了 1500 年的王朝", "绵延了一千五百年的王朝"),
        ("距今约 1800 年", "距今约一千八百年"),
        ("将近 2000 年没有变化", "将近两千年没有变化"),
        ("1000 年前的壁画", "一千年前的壁画"),
        ("1200 级台阶", "一千二百级台阶"),
        ("我是86年的，老家在河南", "我是八六年的，老家在河南"),
        ("那瓶酒是92年的。", "那瓶酒是九二年的。"),
        ("产权是70年的。", "产权是七十年的。"),
        ("他是75 年的", "他是七五年的"),
    ],
)
def test_a_year_is_one_with_or_without_a_space(written: str, said: str) -> None:
    assert bare(written) == said


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("预计将在10-12天内到货", "预计将在十到十二天内到货"),
        ("将于3-5天后发货", "将于三到五天后发货"),
        ("在6-8周之内康复", "在六到八周之内康复"),
        ("需要11-12个月", "需要十一到十二个月"),
        ("约在7-9天左右", "约在七到九天左右"),
        ("预计要10–12周", "预计要十到十二周"),
        ("会在08-12天内联系您", "会在八到十二天内联系您"),
        ("将在5~7天送达", "将在五到七天送达"),
        ("疗程为10-12周", "疗程为十到十二周"),
        ("自申请起9-11个月", "自申请起九到十一个月"),
        ("会期为9.3-9.10", "会期为九月三日到九月十日"),
        ("展期是3.12-4.5", "展期是三月十二日到四月五日"),
    ],
)
def test_a_range_of_days_is_no_date(written: str, said: str) -> None:
    assert bare(written) == said


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("只有几 MB 大", "只有几兆字节大"),
        ("好几 GB 的日志", "好几吉字节的日志"),
        ("十几 ms 的延迟", "十几毫秒的延迟"),
        ("数十 kW 的功率", "数十千瓦的功率"),
        ("上百 km 的管线", "上百公里的管线"),
        ("若干 mg 的样品", "若干毫克的样品"),
        ("两三 cm 深", "两三厘米深"),
        ("几百 KB 的图片", "几百千字节的图片"),
        ("数千 mL 的水", "数千毫升的水"),
        ("三五 kg 的鱼", "三五千克的鱼"),
        ("一百多 km/h", "一百多公里每小时"),
        ("二十几 mm 厚", "二十几毫米厚"),
        ("上万 kWh 的电", "上万千瓦时的电"),
        ("多少MB合适", "多少兆字节合适"),
        ("几 KB就够", "几千字节就够"),
    ],
)
def test_a_unit_behind_a_word_for_a_number_is_read(written: str, said: str) -> None:
    assert bare(written) == said


@pytest.mark.parametrize("written", ["几 VIP 客户", "十几 PPT 模板", "这多 APP", "几 AA 制", "来 Java 写"])
def test_letters_that_are_no_unit_stay(written: str) -> None:
    assert bare(written) == written.replace(" ", "")


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("02:37 主播的自我介绍", "两分三十七秒主播的自我介绍"),
        ("33:08 嘉宾讲到第一份工作", "三十三分零八秒嘉宾讲到第一份工作"),
        ("57:00 聊聊人工智能", "五十七分钟聊聊人工智能"),
        ("[04:12] 片头音乐", "[四分十二秒]片头音乐"),
        ("11:20 我们谈到房租", "十一分二十秒我们谈到房租"),
        ("05:41 广告之后的正片", "五分四十一秒广告之后的正片"),
        ("00:48 开场", "四十八秒开场"),
        ("（29:16）听友来信", "（二十九分十六秒）听友来信"),
        ("18:33 嘉宾推荐的三本书", "十八分三十三秒嘉宾推荐的三本书"),
        ("14:07 主持人提到的话题", "十四分零七秒主持人提到的话题"),
        ("8:30 开会", "八点三十分开会"),
        ("20:00 嘉宾入场", "二十点嘉宾入场"),
        ("9:15 出发去机场", "九点十五分出发去机场"),
        ("19:30 主持人开场", "十九点三十分主持人开场"),
    ],
)
def test_a_time_at_the_head_of_a_line_may_be_a_place_in_a_recording(written: str, said: str) -> None:
    assert bare(written) == said


def spoken(text: str) -> list[str]:
    return [sentence.text.replace(" ", "") for sentence in speak(text)]


def test_times_in_a_column_are_places_in_a_recording_or_a_timetable() -> None:
    assert spoken("00:00 引子\n03:10 童年\n12:45 大学\n") == ["零秒引子", "三分十秒童年", "十二分四十五秒大学"]
    assert spoken("- 02:05 引子\n- 51:30 尾声\n- 1:04:07 彩蛋") == [
        "两分零五秒引子", "五十一分三十秒尾声", "一小时四分零七秒彩蛋"
    ]  # fmt: skip
    assert spoken("8:30 报到\n9:45 茶歇\n11:20 闭幕") == ["八点三十分报到", "九点四十五分茶歇", "十一点二十分闭幕"]
    assert spoken("3:00 进球\n2:00 犯规") == ["三点进球", "两点犯规"]


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("师生比约为1∶18", "师生比约为一比十八"),
        ("男女比为1:12", "男女比为一比十二"),
        ("液料比为 1:20 时", "液料比为一比二十时"),
        ("体重比约 1:15", "体重比约一比十五"),
        ("混合比例控制在2:15", "混合比例控制在二比十五"),
        ("固液比1:30", "固液比一比三十"),
        ("比值接近 1:24", "比值接近一比二十四"),
        ("油水比是3:17", "油水比是三比十七"),
        ("稀释比例约为1∶50", "稀释比例约为一比五十"),
        ("供需比达到1:11", "供需比达到一比十一"),
        ("比原定的8:30晚", "比原定的八点三十分晚"),
        ("百米跑了11″8", "百米跑了十一秒八"),
        ("成绩是10″93", "成绩是十秒九三"),
        ("型号是760C和520D", "型号是七六零C和五二零D"),
        ("代号为103A、207B", "代号为一零三A、二零七B"),
        ("执行 n -= 2 之后", "执行n减等于二之后"),
        ("total *= 3", "total乘等于三"),
    ],
)
def test_a_ratio_a_race_a_second_model_and_an_assignment(written: str, said: str) -> None:
    assert bare(written) == said


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("这种药^[1]很贵", "这种药很贵"),
        ("她写过三本书[^2]。", "她写过三本书。"),
        ("白兔^[某网站]", "白兔"),
        ("研究[12]表明", "研究表明"),
        ("此后[3]他离开了", "此后他离开了"),
        ("多家机构[4-6]都证实", "多家机构都证实"),
        ("该方法[7,9]更快", "该方法更快"),
        ("战争[15]爆发", "战争爆发"),
        ("人口普查[^census]显示", "人口普查显示"),
        ("城墙^[1]^[2]倒了", "城墙倒了"),
        ("文献[8]指出", "文献[八]指出"),
        ("数组第[3]项", "数组第[三]项"),
        ("得到[70]个", "得到[七十]个"),
        ("2^[n+1]", "二次方[n加一]"),
    ],
)
def test_the_mark_of_a_note_is_silent(written: str, said: str) -> None:
    assert bare(written) == said


@pytest.mark.parametrize(
    ("written", "said"),
    [("进入 $HOME 目录", "进入HOME目录"), ("设置 ${PATH} 变量", "设置PATH变量"), ("打印 $USER 的值", "打印USER的值")],
)
def test_the_sign_of_a_variable_is_no_money(written: str, said: str) -> None:
    assert bare(written) == said


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("是否存在 .venv 文件夹", "是否存在点venv文件夹"),
        ("修改 .env 文件", "修改点env文件"),
        ("加入 .gitignore 中", "加入点gitignore中"),
        ("打开 .vimrc 看看", "打开点vimrc看看"),
        ("删除 .cache 目录", "删除点cache目录"),
        ("包括 .npmrc、.yarnrc", "包括点npmrc、点yarnrc"),
        (".bashrc 里设置", "点bashrc里设置"),
        ("忽略（.idea 除外）", "忽略（点idea除外）"),
        ("写进 .zshrc 就行", "写进点zshrc就行"),
        ("名为 .docker 的目录", "名为点docker的目录"),
        ("好的. venv 已建", "好的.venv已建"),
    ],
)
def test_the_dot_before_a_hidden_file_is_said(written: str, said: str) -> None:
    assert bare(written) == said


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ('确实非常"庞大"，', "确实非常“庞大”，"),
        ('他说"好的"就走了', "他说“好的”就走了"),
        ('"你好"是问候', "“你好”是问候"),
        ('点击"保存"按钮', "点击“保存”按钮"),
        ('所谓"内卷"和"躺平"', "所谓“内卷”和“躺平”"),
        ('把"port"改掉', "把“port”改掉"),
        ('选择"OK"即可', "选择“OK”即可"),
        ('她喊："快跑！"', "她喊：“快跑！”"),
        ('名为"小明"的人', "名为“小明”的人"),
        ('在"设置"里', "在“设置”里"),
        ('6.7"屏幕和5"屏幕', "六点七英寸屏幕和五英寸屏幕"),
    ],
)
def test_straight_quotes_around_chinese_are_a_pair(written: str, said: str) -> None:
    assert bare(written) == said


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("比4090高21%", "比四零九零高百分之二十一"),
        ("限制了5090的潜能", "限制了五零九零的潜能"),
        ("较RTX 4090提升32%", "较RTX四零九零提升百分之三十二"),
        ("RTX 5080上升到第一", "RTX五零八零上升到第一"),
        ("和4060差不多", "和四零六零差不多"),
        ("比3060贵了不少", "比三零六零贵了不少"),
        ("这块卡比4070快", "这块卡比四零七零快"),
        ("显卡4070的功耗", "显卡四零七零的功耗"),
        ("跟3080打平", "跟三零八零打平"),
        ("来了3060人", "来了三千零六十人"),
        ("花了2070元", "花了两千零七十元"),
        ("跑了3080公里", "跑了三千零八十公里"),
        ("骁龙 8 Gen 2 处理器", "骁龙八Gen二处理器"),
    ],
)
def test_the_number_of_a_card_is_told_figure_by_figure(written: str, said: str) -> None:
    assert bare(written) == said


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("托盘是 30 x 40 厘米。", "托盘是三十乘四十厘米。"),
        ("这间屋只有 3 x 4 米。", "这间屋只有三乘四米。"),
        ("照片洗成 5 x 7 英寸。", "照片洗成五乘七英寸。"),
        ("把图缩到 640 x 480 像素。", "把图缩到六百四十乘四百八十像素。"),
        ("地毯约 2 x 3 米大。", "地毯约二乘三米大。"),
        ("先裁一块 12 X 12 的布。", "先裁一块十二乘十二的布。"),
        ("阵列为 8 x 8 的格子。", "阵列为八乘八的格子。"),
        ("包裹不超过 60 x 45 厘米。", "包裹不超过六十乘四十五厘米。"),
        ("标签打印成 50 x 30 毫米。", "标签打印成五十乘三十毫米。"),
        ("窗户开了 90 x 120 的洞。", "窗户开了九十乘一百二十的洞。"),
        ("上传只有 3MBps。", "上传只有三兆字节每秒。"),
        ("缓存能到 2GBps。", "缓存能到二吉字节每秒。"),
        ("串口跑到 11KBps。", "串口跑到十一千字节每秒。"),
    ],
)
def test_sides_with_a_letter_between_them_and_bytes_a_second(written: str, said: str) -> None:
    assert bare(written).replace("两", "二") == said.replace("两", "二")


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("我打了客服，400-820-8820，等了半天", "我打了客服，四零零八二零八八二零，等了半天"),
        ("售后是400-888-6666，三遍才通。", "售后是四零零八八八六六六六，三遍才通。"),
        ("官网写的800-820-8820早停了", "官网写的八零零八二零八八二零早停了"),
        ("贴着4006-123-456的条子", "贴着四零零六幺二三四五六的条子"),
        ("写着400-8888-123。", "写着四零零八八八八幺二三。"),
        ("网上只查到400-610-1111", "网上只查到四零零六幺零幺幺幺幺"),
        ("（400-123-4567）", "（四零零幺二三四五六七）"),
        ("留了400-666-8800", "留了四零零六六六八八零零"),
        ("包装上印着800-810-8888呢", "包装上印着八零零八幺零八八八八呢"),
        ("找他们：4008-123-123", "找他们：四零零八幺二三幺二三"),
        ("400-700-9090一直占线", "四零零七零零九零九零一直占线"),
        ("价位分400-800-1200元三档", "价位分四百-八百-一千二百元三档"),
        ("练400-800-1500米", "练四百-八百-一千五百米"),
        ("预算是400-800万", "预算是四百到八百万"),
    ],
)
def test_a_number_of_service_needs_no_word_of_telephones(written: str, said: str) -> None:
    assert bare(written) == said
