"""Spoken forms of what people write."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indextts.platform.tables import tables_beside
from indextts.reading.text import normalise
from indextts.reading.text.normalise import normalise_line, speak


@pytest.mark.parametrize(
    ("written", "spoken"),
    [
        ("今天是2024年3月15日，气温-5℃，湿度80%。", "今天是二零二四年三月十五日，气温零下五摄氏度，湿度百分之八十。"),
        ("发布于2024-03-15", "发布于二零二四年三月十五日"),
        ("2020—2024年", "二零二零到二零二四年"),
        ("GPT-4很好用，COVID-19", "GPT四很好用，COVID十九"),
        ("A320和PM2.5", "A三二零和PM二点五"),
        ("电话13800138000", "电话幺三八零零幺三八零零零"),
        ("座机010-12345678", "座机零幺零幺二三四五六七八"),
        ("请拨打110", "请拨打幺幺零"),
        ("价格￥1,234.56", "价格一千二百三十四点五六元"),
        ("原价$5，涨了3.5%", "原价五美元，涨了百分之三点五"),
        ("寿命5万h", "寿命五万小时"),
        ("下午3:30开会", "下午三点三十分开会"),
        ("比分3:2", "比分三比二"),
        ("中国队3-0战胜对手", "中国队三比零战胜对手"),
        ("买了2斤米、2两肉、22个鸡蛋", "买了两斤米、二两肉、二十二个鸡蛋"),
        ("3-5天，20%-30%", "三到五天，百分之二十到百分之三十"),
        ("版本2.1.3", "版本二点一点三"),
        ("房间302，密码123456", "房间三零二，密码一二三四五六"),
        ("95后和1990年代", "九五后和一九九零年代"),
        ("3/4的人，½杯", "四分之三的人，二分之一杯"),
        ("速度100km/h，面积20m²", "速度每小时一百公里，面积二十平方米"),
        ("3+4=7，5-3=2，6×7=42", "三加四等于七，五减三等于二，六乘七等于四十二"),
        ("C++和C#", "C加加和C井"),
        ("1美元≈7.12元，1€=7.8元", "一美元约等于七点一二元，一欧元等于七点八元"),
        ("电话：021-6888 1234转8001", "电话：零二幺六八八八幺二三四转八零零幺"),
        ("302路和G1234次列车，K1/2次", "三零二路和G一二三四次列车，K一/二次"),
        ("打开README.md", "打开README点md"),
        ("温度在-3~5℃之间", "温度在零下三到五摄氏度之间"),
        ("小孩儿在玩儿", "小孩儿在玩儿"),
        ('他说"好"', "他说“好”"),
        ("我買了３本書", "我买了三本书"),
        ("他说：I have 3 apples", "他说：I have three apples"),
        ("iPhone 15 Pro售价8999元", "iPhone 十五 Pro售价八千九百九十九元"),
        ("g++编译，notepad++打开", "g加加编译，notepad加加打开"),
        ("i++和++j的区别", "i加加和加加j的区别"),
        ("A++级", "A加加级"),
        ("带宽8 Gbit/s，骨干2 Tbit/s", "带宽每秒八吉比特，骨干每秒两太比特"),
        ("限速20Mbit/s", "限速每秒二十兆比特"),
        ("从v1.2.3-v1.4.0", "从v一点二点三到v一点四点零"),
        ("适用V2.1—V2.4", "适用V二点一到V二点四"),
        ("清单5-3和算法2-1", "清单五杠三和算法二杠一"),
        ("见程序7-12", "见程序七杠十二"),
        ("区域$A$1:$C$10", "区域A一到C十"),
        ("A1:D20和$E$5", "A一到D二十和E五"),
        ("两张3090并联", "两张三零九零并联"),
        ("3070Ti和1660 Ti", "三零七零Ti和一六六零 Ti"),
        ("共3060人，价4080元", "共三千零六十人，价四千零八十元"),
        ("显存至少12g，盐12g", "显存至少十二G，盐十二克"),
        ("16g的RTX，16g显卡", "十六G的RTX，十六G显卡"),
        ("5g基站，5g糖", "五G基站，五克糖"),
        ("内存条重12g", "内存条重十二克"),
        ("返回了404，code为503", "返回了四零四，code为五零三"),
        ("code为401时，报40013错误", "code为四零一时，报四零零一三错误"),
        ("返回300个结果", "返回三百个结果"),
        ("端口号为“3306”，价格为“3306”", "端口号为“三三零六”，价格为“三千三百零六”"),
        ("把.env加进.gitignore里", "把点env加进点gitignore里"),
        ("生成.csv，他走了.我也走", "生成点csv，他走了.我也走"),
        ("word2vec和seq2seq", "word to vec和seq to seq"),
        ("img2img，text2sql", "img to img，text to sql"),
        ("2B业务，2C产品，2B铅笔", "to B业务， to C产品，二B铅笔"),
    ],
)
def test_chinese(written: str, spoken: str) -> None:
    assert normalise_line(written) == spoken


@pytest.mark.parametrize(
    ("written", "spoken"),
    [
        ("I paid $12.50 for 3 apples.", "I paid twelve dollars and fifty cents for three apples."),
        (
            "On March 15, 2024, it was 25°C.",
            "On March fifteenth twenty twenty four, it was twenty five degrees Celsius.",
        ),
        ("Dr. Smith lives at 12 Main St. in Boston.", "doctor Smith lives at twelve Main street in Boston."),
        ("GPT-4 is 10x faster", "GPT four is ten times faster"),
        ("in 1984 and the 1990s", "in nineteen eighty four and the nineteen nineties"),
        ("the 2nd of 50%", "the second of fifty percent"),
        ("Call 555-123-4567.", "Call five five five one two three four five six seven."),
        ("grew 2.5% to 3.9", "grew two point five percent to three point nine"),
        ("The U.S. team leaves at 7:45 p.m.", "The US team leaves at seven forty five PM."),
        ("a README.md for £20", "a README dot md for twenty pounds"),
        ("A & B, C++", "A and B, C plus plus"),
        ("foo@bar.com", "foo at bar dot com"),
        ("Don't stop!", "Don't stop!"),
        ("e.g. 5-3=2", "for example five minus three equals two"),
    ],
)
def test_english(written: str, spoken: str) -> None:
    assert normalise_line(written) == spoken


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("书号978-7-115-54608-1。", dict(enumerate("零一二三四五六七八九"))),
        ("The card is 4111 1111 1111 1111 now.", {1: "one", 4: "four"}),
    ],
)
def test_each_figure_of_an_endless_number_belongs_to_its_place(text: str, said: dict[int, str]) -> None:
    (spoken,) = speak(text)
    told = {
        (start, text[start:end], change.became)
        for start, end, changes in zip(spoken.starts, spoken.ends, spoken.changes, strict=True)
        for change in changes
    }
    assert told == {(place, sign, said[int(sign)]) for place, sign in enumerate(text) if sign.isdecimal()}


def test_digits_beside_something_else_are_read_too() -> None:
    assert normalise_line("2#024.3½", "en") == "two#zero two four point three one half"


def test_a_number_in_quotation_marks_is_no_length() -> None:
    assert normalise_line('either "1" or "0"', "en") == 'either "one" or "zero"'
    assert normalise_line('a 5" nail, 10" long', "en") == "a five inch nail, ten inches long"
    assert normalise_line('他说"我今年10"', "zh") == "他说“我今年十”"


def test_a_number_before_a_chinese_word_is_chinese() -> None:
    assert normalise_line("The price is 50元 per person") == "The price is 五十元 per person"
    assert normalise_line("It costs $20，很便宜") == "It costs twenty dollars，很便宜"


def test_what_stands_under_a_stroke_belongs_to_a_quantity() -> None:
    assert normalise_line("5 users/day, a function/class", "en") == "five users per day, a function/class"
    assert normalise_line("6.5L/100km，220V/50Hz，身高/体重") == "六点五升每一百公里，两百二十伏/五十赫兹，身高/体重"


def test_an_exclamation_mark_in_a_formula_ends_no_sentence() -> None:
    assert normalise_line("x!=0，4 = 24") == "x不等于零，四等于二十四"


def test_language_can_be_forced() -> None:
    assert normalise_line("25%", "en") == "twenty five percent"
    assert normalise_line("25%", "zh") == "百分之二十五"


@settings(max_examples=150, deadline=None)
@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=60), st.sampled_from(["zh", "en", "auto"]))
def test_one_line_without_digits_comes_out(line: str, lang) -> None:
    spoken = normalise_line(line, lang)
    assert len(spoken.splitlines()) <= 1
    assert not any(char in "0123456789" for char in spoken)


def test_every_traditional_character_has_one_simplified_form() -> None:
    pairs = tables_beside(normalise.__file__, "zh/traditional.yaml")["pairs"].split()
    assert len(pairs) > 3000 and {*map(len, pairs)} == {2} and len({pair[0] for pair in pairs}) == len(pairs)
    assert not [pair for pair in pairs if pair[0] == pair[1]]
    [sentence] = speak("臺灣學生們說著話。")
    assert sentence.text == "台湾学生们说着话。" and [*sentence.starts] == [*range(9)]


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("座位No 15", "座位十五号"),
        ("快递柜no.9已经满了", "快递柜九号已经满了"),
        ("会议室 no. 3 在二楼", "会议室三号在二楼"),
        ("停车位No：8被占了", "停车位八号被占了"),
        ("床位NO12", "床位十二号"),
        ("收据no.004517", "收据编号零零四五一七"),
        ("他说no 15个人不行", "他说no十五个人不行"),
        ("他说no. 9点再来", "他说no.九点再来"),
    ],
)
def test_no_before_a_number_is_its_number_where_something_bears_one(written: str, said: str) -> None:
    assert normalise_line(written, "zh").replace(" ", "") == said


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("营业时间9:00-18:60", "营业时间九比零到十八比六十"),
        ("8:75～10:00", "八比七十五到十比零"),
        ("8:30-25:10", "八比三十到二十五比十"),
        ("9:00-18:30", "九点到十八点三十分"),
    ],
)
def test_of_two_ends_either_both_are_times_of_day_or_none(written: str, said: str) -> None:
    assert normalise_line(written, "zh").replace(" ", "") == said


@pytest.mark.parametrize(
    ("written", "spoken"),
    [
        ("用 -p 80:5000 映射", "八零冒号五零零零"),
        ("加上 -p 8080:80 就行", "八零八零冒号八零"),
        ("选项 -p 443:8443", "四四三冒号八四四三"),
        ("命令里的 -p 3306:3306 别漏", "三三零六冒号三三零六"),
        ("docker run -p 6379:6379 redis 起缓存", "六三七九冒号六三七九"),
        ("参数 -p 9000:90 写反了", "九零零零冒号九零"),
        ("把 -p 25:2525 删掉", "二五冒号二五二五"),
        ("试试 -p 5432:5432", "五四三二冒号五四三二"),
        ("再写一个 -p 22:2222", "二二冒号二二二二"),
        ("启动时带 -p 27017:27017", "二七零一七冒号二七零一七"),
        ("比分是 80:50", "八十比五十"),
    ],
)
def test_ports_that_lead_to_each_other_are_told_figure_by_figure(written: str, spoken: str) -> None:
    assert spoken in normalise_line(written).replace(" ", "")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("We stayed in Chengdu for a week. Dinner was ¥80 each.", "eighty yuan each"),
        ("She is in Shenzhen. Her flat costs ¥5,200.50.", "five thousand two hundred yuan and fifty fen"),
        ("Taxis in Shanghai are dear. It was ¥20-¥30.", "twenty to thirty yuan"),
        ("It cost ¥5 million. Ask 老王 about it.", "five million yuan"),
        ("He pays by WeChat. It was ¥1 a ride.", "one yuan a ride"),
        ("We stayed in Kyoto for a week. Dinner was ¥80 each.", "eighty yen each"),
        ("The lamp is ¥80. It comes from Osaka by way of Shanghai.", "eighty yen"),
        ("Dinner was ¥80. It was good.", "eighty yen"),
        ("She lives in Wuhan. The camera was JP¥900.", "nine hundred yen"),
    ],
)
def test_what_a_sign_of_money_means_is_seen_in_the_whole_text(text: str, said: str) -> None:
    assert said in " ".join(sentence.text for sentence in speak(text))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Entry is £8; under-5s go free.", "under-fives go free"),
        ("The over-65s swim for free.", "The over-sixty fives swim"),
        ("Kids under 5s eat free.", "under fives eat"),
        ("Our under-21s won 3-0.", "under-twenty ones won"),
        ("Take omega-3s every day.", "omega-threes every"),
        ("He has two 5s and three 10s.", "two fives and three tens"),
        ("All the 7s in the deck are new.", "the sevens in"),
        ("He scored three 180s.", "three one hundred and eighties"),
        ("Under 12s and over 65s pay half.", "Under twelves and over sixty fives pay"),
        ("It loads in under 5s.", "in under five seconds"),
        ("He ran 100m in 11s.", "in eleven seconds"),
        ("Skip the last 5s of the clip.", "last five seconds of"),
        ("After the 5s delay it beeps.", "five second delay"),
        ("Set it to 10s, 20s or 30s.", "ten seconds, twenty seconds or thirty seconds"),
        ("In the 20s, 30s and 40s it was new.", "twenties, thirties and forties"),
    ],
)
def test_numbers_of_which_there_are_several_are_no_seconds(text: str, said: str) -> None:
    assert said in normalise_line(text, "en")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("每天早上9:30开视频会，我常常9:25才起床。", "九点二十五分才起床"),
        ("下午14:00有个视频面试，我13:30就坐好了。", "十三点三十分就坐好了"),
        ("看了一个做饭的视频，11:40开始做。", "十一点四十分开始做"),
        ("听着播客出门，8:10到公司。", "八点十分到公司"),
        ("本期录音的人9:15才来。", "九点十五分才来"),
        ("视频在3:20处有彩蛋。", "三分二十秒处"),
        ("视频3:20那里最好笑。", "三分二十秒那里"),
        ("这期视频从5:10开始讲正题。", "从五分十秒开始"),
        ("播客35:20提到了他。", "三十五分二十秒提到"),
        ("录音到12:05左右就没声了。", "十二分零五秒左右"),
    ],
)
def test_who_watches_a_video_has_a_time_of_day_too(text: str, said: str) -> None:
    assert said in normalise_line(text)


@pytest.mark.parametrize(
    ("text", "cut", "parts"),
    [
        ('He left. "No," she said.', 9, ["He left.", '"No," she said.']),
        ("A 'No' there.", 2, ["A", "'No' there."]),
        ('"Yes" "No"', 5, ['"Yes"', '"No"']),
        ('He said "No" then.', 11, ['He said "No"', "then."]),
        ("好。“不”", 2, ["好。", "“不”"]),
    ],
)
def test_a_sentence_that_ends_before_a_quotation_leaves_it_its_mark(text: str, cut: int, parts: list[str]) -> None:
    assert [text[one.starts[0] : one.ends[-1]] for one in speak(text, cuts=[cut]) if one.text] == parts


@pytest.mark.parametrize(
    ("written", "spoken"),
    [
        ("We planted 40 — 6 of them died.", "We planted forty — six of them died."),
        ("In 2031 — 2 years on — it reopened.", "In twenty thirty one — two years on — it reopened."),
        ("The fee is $90 — 5% less than before.", "The fee is ninety dollars — five percent less than before."),
        ("Issue #7 — 3 ways to save", "Issue number seven — three ways to save"),
        ("He paid £20 — £3 too much.", "He paid twenty pounds — three pounds too much."),
        ("She lost 9 kg — 2 kg last week.", "She lost nine kilograms — two kilograms last week."),
        ("全班45人 — 4人缺考", "全班四十五人 — 四人缺考"),
        ("报名共80人 —— 15人来自外校。", "报名共八十人 —— 十五人来自外校。"),
        ("同比增长12% — 3家门店扭亏", "同比增长百分之十二 — 三家门店扭亏"),
        ("The war lasted 1939 — 1945 there.", "The war lasted nineteen thirty nine to nineteen forty five there."),
        ("Open 8:30 — 17:00 today.", "Open eight thirty to seventeen o'clock today."),
        ("From 7 a.m. — 3 p.m. it is shut.", "From seven AM to three PM it is shut."),
        ("2019年 — 2022年任职", "二零一九年到二零二二年任职"),
        ("时间为13:00 — 15:30，勿迟到", "时间为十三点到十五点三十分，勿迟到"),
        ("60 — 80 kg", "sixty to eighty kilograms"),
        ("$5 — $9", "五到九美元"),
    ],
)
def test_a_dash_with_space_around_it_is_a_range_only_between_times_or_alone(written: str, spoken: str) -> None:
    assert normalise_line(written) == spoken


@pytest.mark.parametrize(
    "line",
    re.split(
        r"\s+",
        """他瞪著我=他瞪着我  稻草著火了=稻草着火了  她倒著走=她倒着走  想找找不著=想找找不着
枕著手臂=枕着手臂
寫著名字=写着名字  第8著=第八着  你叫什么来著=你叫什么来着  等著／等著學生=等着等着学生  著涼=着凉
孩子揪著耳朵=孩子揪着耳朵  著名=著名  金庸著《笑傲江湖》=金庸著《笑傲江湖》  土著=土著  由王朔著=由王朔著  卓著=卓著
这本书是鲁迅著的=这本书是鲁迅著的  著者不明=著者不明  他著书立说=他著书立说  顯著提高=显著提高
他把著作讲完=他把著作讲完  名著=名著  葡萄乾=葡萄干  晒乾了=晒干了  豆乾=豆干  把頭髮吹乾=把头发吹干
外強中乾=外强中干  乾媽=干妈  牛肉乾=牛肉干  擰乾毛巾=拧干毛巾  乾掉的顏料=干掉的颜料  太乾=太干  扭轉乾坤=扭转乾坤
乾隆年間=乾隆年间  李承乾=李承乾  張乾說=张乾说  康乾盛世=康乾盛世  乾為天=乾为天  乾清宮=乾清宫
刘乾说没有=刘乾说没有  乾、坎、艮、震=乾、坎、艮、震  乾縣=乾县  徵兵=征兵  特徵=特征  宮商角徵羽=宫商角徵羽
彷彿=仿佛  彷徨=彷徨  重覆=重复  回覆他=回复他  覆蓋=覆盖  重覆蓋=重覆盖  天翻地覆=天翻地覆  瞭解=了解  明瞭=明了
瞭望塔=瞭望塔  古剎=古刹  合夥人=合伙人  拋棄=抛弃""",
    ),
)
def test_what_a_traditional_character_stands_for_is_told_by_its_place(line: str) -> None:
    written, said = line.split("=")
    assert "".join(one.text.strip() for one in speak(written.replace("／", "\n"))) == said
