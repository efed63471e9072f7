"""Signs that Chinese names aloud, or says in another way than in sums: options, keys, names, formulas, strokes."""

from __future__ import annotations

import re

import pytest

from indextts.reading.text.normalise import normalise_line


def bare(written: str) -> str:
    return re.sub("[ “”]", "", normalise_line(written, "zh"))


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("♯F和♭B", "升F和降B"),
        ("这首歌是♭B大调", "这首歌是降B大调"),
        ("从B♭转到C♯", "从降B转到升C"),
        ("1=♭E", "一等于降E"),
        ("♮A还原", "还原A还原"),
        ("计算5!=120", "计算五的阶乘等于一百二十"),
        ("设5!=3", "设五不等于三"),
        ("若x!=3", "若x不等于三"),
        ("17÷5=3……2", "十七除以五等于三余二"),
        ("7÷2=3...1，对", "七除以二等于三余一，对"),
        ("他说2=3……1是错的", "他说二等于三……一是错的"),
        ("陈曦 | Senior PM | 分机", "陈曦，SeniorPM，分机"),
        ("正则\\d{4}$匹配", "正则反斜杠D{四}匹配"),
        ("从A→B→C", "从A到B到C"),
    ],
)
def test_signs_of_music_of_sums_and_of_parts(written: str, said: str) -> None:
    assert bare(written) == said


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("看进程用 top -p 就可以", "看进程用top杠P就可以"),
        ("递归删除要给 rm 加上 -r", "递归删除要给rm加上杠R"),
        ("du -sh 能看目录多大", "du杠SH能看目录多大"),
        ("编译时带上 -O2 优化", "编译时带上杠O二优化"),
        ("ssh -i 指定私钥，-p 指定端口", "ssh杠I指定私钥，杠P指定端口"),
        ("find 的 -name 参数支持通配符", "find的杠name参数支持通配符"),
        ("执行 node --inspect 之后打开调试器", "执行node杠杠inspect之后打开调试器"),
        ("sed -i 会直接改原文件", "sed杠I会直接改原文件"),
        ("systemctl --failed 看失败的服务", "systemctl杠杠failed看失败的服务"),
        ("参数 -h 显示帮助，-q 表示安静模式", "参数杠H显示帮助，杠Q表示安静模式"),
        ("先输入 python -version 看看", "先输入python杠version看看"),
        ("脚本里写 set -u 防止变量没定义", "脚本里写set杠U防止变量没定义"),
        ("解压用 tar -zxvf，打包换成 -czf", "解压用tar杠zxvf，打包换成杠czf"),
        ("chmod -R 755 改的是整个目录", "chmod杠R七五五改的是整个目录"),
    ],
)
def test_the_stroke_of_an_option_is_said(written: str, said: str) -> None:
    assert bare(written) == said


@pytest.mark.parametrize(
    "written",
    [
        "周杰伦 -晴天", "这款上衣 -M码有货", "Taylor Swift -Love Story", "生活 -Life is a journey", "我-A型血",
        "今日穿搭 -ootd- 分享", "Lofi hip hop -chill beats 听歌", "K-pop和X-Y图", "他说 -No way",
    ],
)  # fmt: skip
def test_other_strokes_before_letters_are_not(written: str) -> None:
    assert "杠" not in bare(written)


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("按“+”键调高音量，按“-”键调低", "按加号键调高音量，按减号键调低"),
        ("密码里必须含有“@”或“#”", "密码里必须含有艾特或井号"),
        ("两个单词之间用“-”连接", "两个单词之间用横杠连接"),
        ("“||”表示或者", "两个竖线表示或者"),
        ("“->”是指针访问成员的写法", "箭头是指针访问成员的写法"),
        ("单元格开头先写“=”", "单元格开头先写等号"),
        ("正则里“^”匹配开头", "正则里尖号匹配开头"),
        ("变量名不能以“_”开头", "变量名不能以下划线开头"),
        ("通配符“*”代表任意长度", "通配符星号代表任意长度"),
        ("网址里的“/”别漏了", "网址里的斜杠别漏了"),
        ("以 # 开头的行是注释", "以井号开头的行是注释"),
        ("查询写 select * from 就行", "查询写select星from就行"),
        ("统计行数用 COUNT(*) 最直接", "统计行数用COUNT(星)最直接"),
        ("条件写成 if x ！= 0 才对", "条件写成ifx不等于零才对"),
        ("严格比较写 a !== b", "严格比较写a不全等于b"),
        ("脚本开头是 #!/bin/sh 这一行", "脚本开头是井号感叹号/bin/sh这一行"),
        ("容器端口写成 9000:90 就行", "容器端口写成九零零零冒号九零就行"),
        ("这是带 ~* 前缀的正则", "这是带波浪号星号前缀的正则"),
    ],
)
def test_signs_that_are_spoken_of_have_names(written: str, said: str) -> None:
    assert bare(written) == said


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("*ST康美、*ST信威和S*ST前锋", "星ST康美、星ST信威和S星ST前锋"),
        ("雅思写作之外，她还拿了五个A*", "雅思写作之外，她还拿了五个A星"),
        ("D*算法和B*树", "D星算法和B星树"),
        ("银心黑洞叫Sgr A*", "银心黑洞叫SgrA星"),
        ("JOJO×UNIQLO的新款", "JOJOUNIQLO的新款"),
        ("KAWS×优衣库排队三小时", "KAWSX优衣库排队三小时"),
        ("华晨宇×周深合作舞台", "华晨宇X周深合作舞台"),
        ("Loewe×Ghibli胶囊系列", "LoeweXGhibli胶囊系列"),
        ("利润=销量×毛利", "利润等于销量乘毛利"),
        ("增长率×基数", "增长率乘基数"),
        ("3×4的格子", "三乘四的格子"),
        ("A&E频道和D&G的包", "AandE频道和DandG的包"),
        ("V&A博物馆", "VandA博物馆"),
        ("下午去M+看展", "下午去Mplus看展"),
        ("用ATT&CK矩阵来对照", "用attack矩阵来对照"),
        ("微信号：tom_lee，别加错了", "微信号：tom下划线lee，别加错了"),
        ("小红书搜 mia_cooks 就能找到", "小红书搜mia下划线cooks就能找到"),
        ("用户表的 user_id 字段", "用户表的user_id字段"),
        ("变量 max_len 默认是1", "变量max_len默认是一"),
    ],
)
def test_signs_of_names_are_those_of_no_sum(written: str, said: str) -> None:
    assert bare(written) == said


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("含有Fe³⁺和Cu²⁺的溶液", "含有FE三正和CU二正的溶液"),
        ("Li⁺脱嵌", "锂离子脱嵌"),
        ("PO₄³⁻和NH₄⁺", "磷酸根离子和铵根离子"),
        ("把Fe3+还原", "把FE三正还原"),
        ("He-Ne激光器，Rb-Sr法", "HENE激光器，RBSR法"),
        ("Ti在TiO₂薄膜里的价态", "TI在TIO二薄膜里的价态"),
        ("Li和我在玩PS5", "Li和我在玩PS五"),
        ("面积10m²，体积2m³", "面积十平方米，体积两立方米"),
        ("光系统PSI和PSⅡ", "光系统PS一和PS二"),
        ("胎压35PSI", "胎压三十五磅每平方英寸"),
        ("流行里的I–V–vi–IV", "流行里的一五六四"),
        ("爵士里的iii-vi-ii-V", "爵士里的三六二五"),
        ("小调的ii°也常见", "小调的二级减也常见"),
        ("二极管的I-V曲线", "二极管的I-V曲线"),
        ("引物从5'端开始，到3'端结束", "引物从五撇端开始，到三撇端结束"),
        ("比赛第3'进球", "比赛第三分钟进球"),
        ("滴度3000 PFU/mL", "滴度每毫升三千PFU"),
        ("比热容4.2 kJ/(kg·K)", "比热容四点二千焦每千克开"),
        ("杨氏模量70GPa", "杨氏模量七十吉帕"),
        ("驻场3.5万元/人月", "驻场每人月三点五万元"),
        ("规格10粒/板×3板/盒", "规格每板十粒乘每盒三板"),
        ("测序得到12 Gb数据", "测序得到十二G数据"),
        ("带宽10Gb", "带宽十吉比特"),
        ("机油用5W-30的", "机油用五W三十的"),
        ("充电头有65W和20W-30W两种", "充电头有六十五瓦和二十瓦到三十瓦两种"),
        ("电源DC 12 V～50 W", "电源DC十二伏，五十瓦"),
    ],
)  # fmt: skip
def test_formulas_and_units_of_science(written: str, said: str) -> None:
    assert bare(written) == said


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("给这家店打4.5/5", "给这家店打四点五分，满分五分"),
        ("难度指数4/5", "难度指数四分，满分五分"),
        ("豆瓣9.1/10", "豆瓣九点一分，满分十分"),
        ("评分8/10分", "评分八分，满分十分"),
        ("KDA是8/2/11", "KDA是八杠二杠十一"),
        ("战绩12/3，没人能挡", "战绩十二杠三，没人能挡"),
        ("C5/6椎间盘狭窄", "C五六椎间盘狭窄"),
        ("L5/S1椎间盘膨出", "L五S一椎间盘膨出"),
        ("约4/5的学生", "约五分之四的学生"),
        ("评价：5/5，好评", "评价：五分，满分五分，好评"),
        ("打9/10场比赛", "打十分之九场比赛"),
        ("完成了3/10", "完成了十分之三"),
        ("占比3/5", "占比五分之三"),
    ],
)
def test_strokes_of_marks_are_those_of_no_fraction(written: str, said: str) -> None:
    assert bare(written) == said


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("2:05:17 主持人聊到退休", "两小时零五分十七秒，主持人聊到退休"),
        ("00:42:08 一位急诊医生的夜班", "四十二分零八秒，一位急诊医生的夜班"),
        ("1:33:50 彩蛋", "一小时三十三分五十秒，彩蛋"),
        ("06:13 为什么年轻人不爱换手机了", "六分十三秒为什么年轻人不爱换手机了"),
        ("14:52 一张唱片究竟是怎么做出来的", "十四分五十二秒一张唱片究竟是怎么做出来的"),
        ("21:07 从县城到大厂，意味着什么", "二十一分零七秒从县城到大厂，意味着什么"),
        ("10:38 关于离职的那些事", "十分三十八秒关于离职的那些事"),
        ("【时间轴】00:00 片头 03:20 求职 12:40 转行", "【时间轴】零秒片头，三分二十秒求职，十二分四十秒转行"),
        ("时间戳 01:10 引子 08:25 主题", "时间戳，一分十秒引子，八分二十五秒主题"),
        ("55:30-1:02:15 听众来信", "五十五分三十秒到一小时零两分十五秒，听众来信"),
        ("空降指挥部：正片从01:12开始", "空降指挥部：正片从一分十二秒开始"),
        ("恰饭到03:05为止", "恰饭到三分零五秒为止"),
    ],
)
def test_places_in_a_recording(written: str, said: str) -> None:
    assert bare(written) == said


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("09:15:30 服务器重启", "九点十五分三十秒服务器重启"),
        ("2:30:15 火箭点火", "两点三十分十五秒火箭点火"),
        ("2:00:00 会议", "两点会议"),
        ("22:41 怎么还没到家", "二十二点四十一分怎么还没到家"),
        ("03:42 为什么还睡不着", "三点四十二分为什么还睡不着"),
        ("07:30 起床跑步", "七点三十分起床跑步"),
        ("12:30 为什么食堂没开门", "十二点三十分为什么食堂没开门"),
        ("火车14:05到站，18:56发车", "火车十四点零五分到站，十八点五十六分发车"),
    ],
)
def test_times_of_day_at_the_head_of_a_line(written: str, said: str) -> None:
    assert bare(written) == said
