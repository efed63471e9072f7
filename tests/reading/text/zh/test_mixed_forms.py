"""Forms of texts in Chinese with letters in them: models, units, grades, years, teams, words in capitals."""

from __future__ import annotations

import pytest

from indextts.reading.phonemes.en.pronunciation import is_word
from indextts.reading.text.normalise import normalise_line, speak
from indextts.reading.text.tokens import tokenise


def bare(text: str) -> str:
    return normalise_line(text, "zh").replace(" ", "")


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("麒麟990E还能打", "麒麟九九零E还能打"),
        ("骁龙695G刚发布", "骁龙六九五G刚发布"),
        ("骁龙870/888都行", "骁龙八七零/八八八都行"),
        ("麒麟810/820系列", "麒麟八一零/八二零系列"),
        ("这两颗675/685差不多", "这两颗六七五、六八五差不多"),
        ("酷睿11/12代通用", "酷睿十一、十二代通用"),
        ("地铁3/4号线换乘", "地铁三、四号线换乘"),
        ("RTX 3070升级到RTX 4080", "RTX三零七零升级到RTX四零八零"),
        ("配了RTX 4050,还不错", "配了RTX四零五零,还不错"),
        ("RTX 4070起步", "RTX四零七零起步"),
        ("RTX 3060个性外观", "RTX三零六零个性外观"),
        ("RTX 2080公版", "RTX二零八零公版"),
        ("Canon 3000元", "Canon三千元"),
        ("Air 2000多块", "Air两千多块"),
        ("Lite 5000毫安", "Lite五千毫安"),
        ("Pro 1200平方米", "Pro一千二百平方米"),
        ("开的是520Li", "开的是五二零Li"),
        ("宝马118i便宜", "宝马一一八i便宜"),
        ("轮胎是215/60 R17", "轮胎是二一五、六零 R十七"),
        ("原厂195/65R16", "原厂一九五、六五R十六"),
        ("合格率是98/120", "合格率是一百二十分之九十八"),
        ("尼康Z6 II到货", "尼康Z六二到货"),
        ("EF 70-200mm USM III镜头", "EF七十到两百毫米USM三镜头"),
    ],
)
def test_numbers_of_models(written: str, said: str) -> None:
    assert bare(written) == said.replace(" ", "")


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("扭矩420Nm", "扭矩四百二十牛米"),
        ("峰值330 Nm够用", "峰值三百三十牛米够用"),
        ("爆发出500hp", "爆发出五百马力"),
        ("只有210bhp", "只有两百一十马力"),
        ("扭矩260 lb-ft", "扭矩两百六十磅英尺"),
        ("亮度1600nits", "亮度一千六百尼特"),
        ("电费0.52分/J", "电费零点五二分每焦"),
        ("含量为(8.1±0.6)μg/L", "含量为(八点一正负零点六微克每升"),
        ("空腹(5.4±0.3)mmol/L", "空腹(五点四正负零点三毫摩尔每升"),
        ("瘤体(3.2±0.5)cm", "瘤体(三点二正负零点五厘米"),
        ("底是1/1.28in的", "底是一点二八分之一英寸的"),
        ("一块4/3in的底", "一块三分之四英寸的底"),
        ("芯片5nm++工艺", "芯片五纳米加加工艺"),
        ("spf50 pa+++很高", "spf五十pa三个加很高"),
        ("SPF20-30就行", "SPF二十到三十就行"),
        ("LV30-40的怪", "LV三十到四十的怪"),
        ("评级为C-，", "评级为C减，"),
        ("从B+降到CCC-评级", "从B加降到CCC减评级"),
        ("类胰高血糖素肽-1", "类胰高血糖素肽一"),
        ("环氧酶-2和蛋白酶-3", "环氧酶二和蛋白酶三"),
        ("白介素-17抗体", "白介素十七抗体"),
        ("雌激素受体-2", "雌激素受体二"),
    ],
)
def test_units_grades_and_names_of_science(written: str, said: str) -> None:
    assert bare(written).replace(")", "") == said


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("他三夺桂冠(1994、1996、1999)", "他三夺桂冠(一九九四、一九九六、一九九九"),
        ("入选(2003,2007)", "入选(二零零三,二零零七"),
        ("2019高定大秀", "二零一九高定大秀"),
        ("2023度假系列", "二零二三度假系列"),
        ("发布2018男装", "发布二零一八男装"),
        ("流量当道的2019,", "流量当道的二零一九,"),
        ("Q2 2027量产", "Q二，二零二七量产"),
        ("May 2024,新版", "May二零二四,新版"),
        ("比分(21、19)", "比分(二十一、十九"),
        ("共2016件", "共两千零一十六件"),
    ],
)
def test_years_by_themselves(written: str, said: str) -> None:
    assert bare(written).replace(")", "") == said


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("T1战队出征", "T one"), ("LCK的T1很稳", "T one"), ("T1击败老对手", "T one"), ("T1与JDG会师", "T one"),
        ("中单加盟T1", "T one"), ("T1晋级四强", "T one"), ("T1航站楼已关闭", "T一"), ("从T1出发去登机", "T一"),
        ("T1期肿瘤", "T一"), ("加权像T1信号", "T一"), ("全场横扫，T1真强", "T one"),
    ],
)  # fmt: skip
def test_a_team_by_its_own_name(written: str, said: str) -> None:
    assert said in normalise_line(written, "zh")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("DAY3去看海", ["DAY"]), ("直出RAW文件", ["RAW"]), ("CAR-T疗法", ["CAR"]), ("换了6AT变速箱", []),
        ("BMWiX1到店", []), ("HUAWEIPura70首销", ["HUAWEI", "Pura"]), ("BMWXM亮相", []), ("一台8AT", []),
        ("NVIDIARTX显卡", ["NVIDIA"]), ("DAY10返程", ["DAY"]),
    ],
)  # fmt: skip
def test_capitals_that_are_words(text: str, words: list[str]) -> None:
    [sentence] = speak(text, lang="zh")
    found = [token.text for token in tokenise(sentence, is_word) if token.kind == "word"]
    assert [word for word in found if not word.islower()] == words


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("强行BE的剧", []), ("只想看HE线", []), ("OR值为2.1", []), ("期刊IF超过10", []), ("医院HIS系统", []),
        ("加入WE战队", []), ("DO值测定", []), ("AS患者随访", []), ("唱了BE MINE", ["BE", "MINE"]),
        ("大喊WE WILL WIN", ["WE", "WILL", "WIN"]), ("快GO吧", ["GO"]), ("他说NO", ["NO"]),
    ],
)  # fmt: skip
def test_short_capitals_amid_chinese_are_letters(text: str, words: list[str]) -> None:
    [sentence] = speak(text, lang="zh")
    assert [token.text for token in tokenise(sentence, is_word) if token.kind == "word"] == words


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("登顶Hot 200榜", "登顶Hot两百榜"),
        ("入围Top 300名校", "入围Top三百名校"),
        ("Global 500公司", "Global五百公司"),
        ("设为ISO 3200拍", "设为ISO三千二百拍"),
        ("通过ISO 27001", "通过ISO二七零零一"),
        ("8295芯片上车", "八二九五芯片上车"),
        ("3070显卡够用", "三零七零显卡够用"),
        ("一台保时捷718", "一台保时捷七一八"),
        ("需要300芯片组", "需要三百芯片组"),
        ("Switch 2首销日", "Switch二首销日"),
        ("EUR 42码正好", "EUR四十二码正好"),
        ("快门1/500s抓拍", "快门五百分之一秒抓拍"),
        ("用1/60s就够", "用六十分之一秒就够"),
        ("支持802.11ax协议", "支持八零二点十一ax协议"),
        ("7800X3D和7950X3D", "七八零零X三D和七九五零X三D"),
        ("316L不锈钢杯", "三一六L不锈钢杯"),
        ("304不锈钢锅", "三零四不锈钢锅"),
        ("打进1/8决赛", "打进八分之一决赛"),
        ("在1/16决赛出局", "在十六分之一决赛出局"),
        ("通过率230/300", "通过率三百分之二百三十"),
        ("Check-in 14:00,早餐7点", "Check-in十四点,早餐七点"),
        ("有(6.5mm×4.8mm或7.2mm×5.4mm)、1in规格", "有(六点五毫米乘四点八毫米或七点二毫米乘五点四毫米)、一英寸规格"),
    ],
)
def test_names_by_round_numbers_and_what_is_counted(written: str, said: str) -> None:
    assert bare(written) == said


@pytest.mark.parametrize(
    ("written", "said"),
    [
        # Commands: options, processes, ports, places in a history, versions before the first.
        ("先kill -15 20871再启动", "先kill杠十五，二零八七一再启动"),
        ("用head -50瞄一眼", "用head杠五十瞄一眼"),
        ("git diff HEAD~3看改动", "gitdiffHEAD波浪号三看改动"),
        ("lsof -i:3000没输出", "lsof杠I:三零零零没输出"),
        ("nginx:8081起不来", "nginx冒号八零八一起不来"),
        ("回退到1.9.0-alpha.4", "回退到一点九点零-alpha点四"),
        ("昨晚降温到-9度", "昨晚降温到零下九度"),
        # What servers answer.
        ("浏览器弹出403 Forbidden,登不进去", "浏览器弹出四零三Forbidden,登不进去"),
        ("502 Bad Gateway又来了", "五零二BadGateway又来了"),
        ("接口忽然就401了", "接口忽然就四零一了"),
        ("后端有404个请求", "后端有四百零四个请求"),
        # Counts behind words for what is measured, and names.
        ("心率HR 158偏高", "心率HR一百五十八偏高"),
        ("跑了epoch 120才收敛", "跑了epoch一百二十才收敛"),
        ("LSAT 168稳吗", "LSAT一百六十八稳吗"),
        ("换成Reno 817再看", "换成Reno八一七再看"),
        # Times of races, sets, decades, decimals without their zero.
        ("混合泳4:09.42摘银", "混合泳四分零九秒四二摘银"),
        ("最快圈1:18.307", "最快圈一分十八秒三零七"),
        ("药液按1:12.50稀释", "药液按一比十二点五零稀释"),
        ("以4-6/6-2/7-6(4)逆转", "以四比六/六比二/七比六(四)逆转"),
        ("1960s的老唱片", "一九六零年代的老唱片"),
        ("相关系数r=.38", "相关系数r等于零点三八"),
        ("出手命中率.475", "出手命中率零点四七五"),
        # Findings, units, prices, estimates.
        ("新冠抗原(-),流感A(+)", "新冠抗原阴性,流感A阳性"),
        ("证件照3x4cm打八张", "证件照三乘四厘米打八张"),
        ("肌酐清除率70ml/min/1.73m²", "肌酐清除率每分钟七十毫升每一点七三平方米"),
        ("淋浴12€/人", "淋浴十二欧元每人"),
        ("钟点房90/时,包早", "钟点房每时九十,包早"),
        ("估值$2bn-$3bn", "估值二十亿美元到三十亿美元"),
        ("输出$0.6/1M tokens", "输出零点六美元每一百万tokens"),
        ("2027E净利翻番", "二零二七E净利翻番"),
        ("今天clearance,¥89→¥39,清完为止", "今天clearance,八十九元到三十九元,清完为止"),
        ("同比为+6.4%,环比是+2", "同比为正百分之六点四,环比是正二"),
        ("98#又涨了", "九十八号又涨了"),
        ("格式见GB/T 15835一文", "格式见GB/T一五八三五一文"),
        ("顶一个,+1,蹲后续", "顶一个,加一,蹲后续"),
        ("市盈率15x,2024年跌到9x", "市盈率十五倍,二零二四年跌到九倍"),
    ],
)
def test_commands_answers_measures_and_results(written: str, said: str) -> None:
    assert bare(written) == said


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("幽门螺杆菌HP(+++),抗体(±)", "幽门螺杆菌HP三个加,抗体弱阳性"),
        ("ping值150+ms,卡成PPT", "ping值一百五十多毫秒,卡成PPT"),
        ("滴速调到25gtt/min", "滴速调到每分钟二十五滴"),
        ("哈兰德2射1传", "哈兰德两射一传"),
        ("他送出2助,还有3断2帽", "他送出两助,还有三断两帽"),
        ("正负值写作+/-值", "正负值写作正负值"),
        ("周报:955,不加班", "周报:九五五,不加班"),
        ("重量955克", "重量九百五十五克"),
        ("绩点3.6/4,镜头XF 23/1.4", "绩点三点六，满分四,镜头XF二十三，一点四"),
        ("连拍30张/s,打字120字/min", "连拍每秒三十张,打字每分钟一百二十字"),
        ("麻醉ASA分级III级", "麻醉ASA分级三级"),
        ("买了瓶SK-II面霜", "买了瓶SKtwo面霜"),
        ("24Q1扭亏,25H2再看", "二四Q一扭亏,二五H二再看"),
        ("吞吐涨到2.3×,真快", "吞吐涨到二点三倍,真快"),
        ("大衣Vero 204607,不打折", "大衣Vero二零四六零七,不打折"),
        ("截稿是不是4/15", "截稿是不是四月十五日"),
        ("链接又404了", "链接又四零四了"),
        ("功效取1-β=0.9", "功效取一减贝塔等于零点九"),
        ("装的是2025R2版", "装的是二零二五R二版"),
        ("Table 2里最后一行", "Table二里最后一行"),
        ("推导见附录C.2", "推导见附录C点二"),
        ("O 1s谱向高能移动", "O一s谱向高能移动"),
        ("录音:Nora 剪辑:小鹿", "录音:Nora，剪辑:小鹿"),
    ],
)
def test_findings_scores_and_what_was_not_found(written: str, said: str) -> None:
    assert bare(written) == said


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("拿它当PAD用", ["PAD"]),
        ("开通WAP上网", ["WAP"]),
        ("@张小RUN:加油", ["RUN"]),
        ("服务生KEN很好", ["KEN"]),
        ("LEE的裤子", ["LEE"]),
        ("买了条lee的牛仔裤", ["lee"]),
        ("TOM和AMY来了", ["TOM", "AMY"]),
        ("USANA的维生素", ["USANA"]),
        ("UNINE出道了", ["UNINE"]),
        ("MIO的导航", ["MIO"]),
        ("ZOO公园", ["ZOO"]),
        ("AT&T对方付费", ["and"]),
        ("H&M打折", ["and"]),
        ("做个mbti测试", []),
        ("改成ahci模式", []),
        ("厚底EVA鞋", []),
    ],
)
def test_capitals_of_words_amid_chinese_are_words(text: str, words: list[str]) -> None:
    (sentence,) = speak(text, lang="zh")
    assert [token.text for token in tokenise(sentence, is_word) if token.kind == "word"] == words


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("说是HI-FI音质", ["HiFi"]),
        ("住在HOLIDAY INN附近", ["HOLIDAY", "INN"]),
        ("三楼有gym和泳池", ["gym"]),
        ("VAIO本子", ["VAIO"]),
        ("AGODA上订的", ["AGODA"]),
        ("买了svip会员", []),
        ("过了cet考试", []),
    ],
)
def test_names_of_things_and_places_are_words(text: str, words: list[str]) -> None:
    (sentence,) = speak(text, lang="zh")
    assert [token.text for token in tokenise(sentence, is_word) if token.kind == "word"] == words


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("采用1/2″螺纹", "采用二分之一英寸螺纹"),
        ("3/4″水管接头", "四分之三英寸水管接头"),
        ("1/4″和3/8″的套筒", "四分之一英寸和八分之三英寸的套筒"),
        ("喝优益C~考完再说", "喝优益C，考完再说"),
        ("喜欢TFBOYS～加油", "喜欢TFBOYS，加油"),
        ("终于OK～睡了", "终于OK，睡了"),
        ("A~D级都有", "A到D级都有"),
        ("醉了-_-b不玩了", "醉了，不玩了"),
        ("无语-__-b真的", "无语，真的"),
    ],
)
def test_inches_in_fractions_and_waves_and_faces_beside_letters(written: str, said: str) -> None:
    assert bare(written).replace(",", "，") == said


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("去V&A看展", "去V and A看展"), ("B&O的音箱", "B and O的音箱"), ("B&W三代", "B and W三代"),
        ("强生就是J&J", "强生就是J and J"),
        ("周末D&D跑团", "周末D and D跑团"), ("一包M&M豆", "一包M and M豆"), ("SG&A占比", "SG and A占比"),
        ("K&R风格", "K and R风格"),
        ("对照ATT&CK矩阵", "对照attack矩阵"), ("按ATT&CK分类", "按attack分类"), ("A&B两组", "A和B两组"),
        ("X&Y轴", "X和Y轴"),
        ("进了Big4", "进了Big four"), ("Big 4的审计", "Big four的审计"), ("闯进Final 4", "闯进Final four"),
        ("Big5编码", "Big five编码"),
        ("T1夺冠了", "T one夺冠了"), ("T1卫冕失败", "T one卫冕失败"), ("夏季赛T1垫底", "夏季赛T one垫底"),
        ("T1航站楼夺冠墙", "T一航站楼夺冠墙"),
    ],
)  # fmt: skip
def test_names_of_letters_and_figures_that_are_english(written: str, said: str) -> None:
    assert bare(written) == said.replace(" ", "")


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("巴厘岛的门票 Rp 75,000", "巴厘岛的门票七万五千印尼盾"),
        ("槟城的早餐 RM 7.50，打车 RM18", "槟城的早餐七点五零林吉特，打车十八林吉特"),
        ("孟买的房租 Rs. 24,000，水费 Rs 310", "孟买的房租两万四千卢比，水费三百一十卢比"),
        ("雷克雅未克的面包 ISK 890", "雷克雅未克的面包八百九十冰岛克朗"),
        ("奥斯陆的公交票 kr 42，华沙的 4.40 zł", "奥斯陆的公交票四十二克朗，华沙的四点四零兹罗提"),
        ("换了海盗船 RM750 和 RM1000x 电源", "换了海盗船RM七五零和RM一千x电源"),
        ("每人 45 pages/h，最多 9 calls/min", "每人四十五pages每小时，最多九calls每分钟"),
        ("吞吐 1.2万 rows/s，账单 $12/mo", "吞吐一点二万rows每秒，账单十二美元每月"),
        ("打开 docs/s 目录，第 3 part/h 段", "打开docs/s目录，第三part/h段"),
        ("如果 x && y 成立，或者 p || q", "如果x且y成立，或者p或q"),
        ("211 硕，985 本，备考 408", "二一一硕，九八五本，备考四零八"),
        ("今年 21408 难，定了 12408 元", "今年二一四零八难，定了一万二千四百零八元"),
        ("p大于五且 q小于七", "p大于五且q小于七"),
        ("周长等于十或 x小于零的时候", "周长等于十或x小于零的时候"),
        ("T-2 交易日确认，看 T-1净值", "T减二交易日确认，看T减一净值"),
        ("公布 T-3 数据，开 T-34 坦克", "公布T减三数据，开T三四坦克"),
        ("借了 985 本书，考了 408 分", "借了九百八十五本书，考了四百零八分"),
    ],
)
def test_money_of_other_countries_rates_and_signs_of_programs(written: str, said: str) -> None:
    assert bare(written) == said


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("The hostel was Rp 90,000 a night.", "The hostel was ninety thousand rupiah a night."),
        ("Noodles are RM 9 here.", "Noodles are nine ringgit here."),
        ("It was Rs. 450, not Rs 500.", "It was four hundred and fifty rupees, not five hundred rupees."),
        ("Coffee is 38 kr, or 15 zł.", "Coffee is thirty eight kroner, or fifteen zlotys."),
    ],
)
def test_money_of_other_countries_in_english(written: str, said: str) -> None:
    assert normalise_line(written, "en") == said


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("新引擎快了 3-5x，旧的慢 20~40x", "新引擎快了三到五倍，旧的慢二十到四十倍"),
        ("画布 30-40x50", "画布三十到四十乘五十"),
        ("团购一份 45r，运费 12r", "团购一份四十五块，运费十二块"),
        ("转速 3000r/min，半径 12r", "转速每分钟三千转，半径十二r"),
        ("2# 线换料，7# 仓已满，4#窑停火", "二号线换料，七号仓已满，四号窑停火"),
        ("展览 9月3日-9/20", "展览九月三日到九月二十日"),
        ("报名 5/6-5/8，打印 3/2-3/4", "报名五月六日到五月八日，打印三月二日到三月四日"),
        ("活动报名 1/3", "活动报名三分之一"),
        ("民宿 Rp 1.350.000 一晚", "民宿一百三十五万印尼盾一晚"),
        ("网关 10.250.100.200，版本1.250.300", "网关一零点二五零点一零零点二零零，版本一点二五零点三零零"),
    ],
)
def test_times_prices_halls_days_and_thousands_in_dots(written: str, said: str) -> None:
    assert bare(written) == said
