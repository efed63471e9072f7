"""Names in pinyin inside English."""

from __future__ import annotations

from pathlib import Path

import pytest

from indextts.model.utterance import Token, Utterance
from indextts.reading.phonemes.annotate import annotate, symbols_of
from indextts.reading.phonemes.en import names
from indextts.reading.phonemes.symbols import is_syllable
from tests.support.known_mistakes import only_known
from tests.support.segments import annotated, build_segments

DATA = Path(__file__).parents[3] / "data"


def tokens(text: str) -> list[Token]:
    return [token for segment in annotated(text).segments for token in segment.tokens]


def named(text: str) -> str:
    """The pinyin of a line."""
    said = (token.reading for token in tokens(text) if token.reading_source == names.SOURCE)
    return " ".join(reading for reading in said if reading != "Z")


@pytest.mark.parametrize(
    ("text", "pinyin"),
    [
        ("Mr Zhang Wei lives in Chongqing, near Xi'an.", "zhang1 wei3 chong2 qing4 xi1 an1"),
        ("Trains run from Beijing to Shanghai and Guangzhou.", "bei3 jing1 shang4 hai3 guang3 zhou1"),
        ("Yao Ming grew up in Shanghai.", "yao2 ming2 shang4 hai3"),
        ("President Xi Jinping spoke.", "xi2 jin4 ping2"),
        ("The engineer Wei Zhang spoke.", "wei3 zhang1"),
        ("Fei-Fei Li wrote it.", "fei1 fei1 li3"),
        ("We asked Professor Wang and Ms. Chen.", "wang2 chen2"),
        ("Ouyang Xiu was a poet.", "ou1 yang2 xiu4"),
        ("My friend Xiaoming took Guangfu Road.", "xiao3 ming2 guang1 fu2"),
        ("Then Zhang laughed, and Linda Wang left.", "zhang1 wang2"),
        ("Liu Cixin's book", "liu2 ci2 xin1"),
        ("他叫Zhang Wei，住在Chongqing。", "zhang1 wei3 chong2 qing4"),
    ],
)
def test_names_in_pinyin_are_said_in_mandarin(text: str, pinyin: str) -> None:
    assert named(text) == pinyin


@pytest.mark.parametrize(
    "text",
    [
        "The men can see the sun, and she sang a long song.",
        "Can You Help Me? She and Me.",
        "Long Island and Sun Valley are far.",
        "Dan Brown met Ben Lang.",
        "Linda and Anna went to China, Panama and Kenya.",
        "Mr Tanaka came from Osaka to see Amanda.",
        "Change the Range and the Name.",
        "He Is Long Gone.",
        "Mr Long met Ms Lane.",
        "We use Xiaomi and Huawei phones.",
        "The wang and the li are small letters.",
    ],
)
def test_english_words_that_look_like_pinyin_stay_english(text: str) -> None:
    assert named(text) == ""


def test_the_fresh_names_are_read_right() -> None:
    rows = (DATA / "pinyin_names_fresh.tsv").read_text(encoding="utf-8").splitlines()
    wrong = {text: said for text, _, pinyin in (row.partition("\t") for row in rows) if (said := named(text)) != pinyin}
    assert len(rows) >= 40
    only_known("pinyin_names_fresh", wrong)


def test_third_tones_heed_each_other() -> None:
    assert named("I met Li Xiaolong.") == "li2 xiao3 long2"
    assert named("I met Li, Xiaolong stayed.") == "xiao3 long2"


def test_an_ending_after_a_name_is_a_token_of_its_own() -> None:
    name, ending = tokens("He read Zhang Wei's book.")[3:5]
    assert (name.text, name.reading, name.break_after) == ("Wei", "wei3", 0)
    assert (ending.text, ending.reading, ending.start, ending.end) == ("'s", "Z", 17, 19)
    assert [phone.shape for phone in ending.phones if phone.shape] == ["Z"]


def test_the_plan_says_why_and_offers_the_english_reading() -> None:
    (token,) = [each for each in tokens("He lives in Beijing.") if each.text == "Beijing"]
    assert (token.reading, token.reading_source) == ("bei3 jing1", "name")
    assert "B EY2 ZH IH1 NG" in token.alternatives
    assert [phone.symbol for phone in token.phones if phone.shape] == []
    token.reading = token.alternatives[0]
    assert symbols_of(token)[0].shape == "B"


def test_a_reading_that_a_person_has_chosen_stays() -> None:
    utterance = Utterance("in Beijing", segments=build_segments("in Beijing", max_syllables=60))
    token = utterance.segments[0].tokens[1]
    token.reading, token.reading_source = "B EY1 JH IH1 NG", "user"
    annotate(utterance)
    assert token.reading == "B EY1 JH IH1 NG"


@pytest.mark.parametrize(
    ("word", "parts"),
    [
        ("xian", ("xian",)), ("xi'an", ("xi", "an")), ("guangfu", ("guang", "fu")), ("tiananmen", ()),
        ("zhongguancun", ("zhong", "guan", "cun")), ("fangan", ("fan", "gan")), ("hello", ()), ("x", ()),
    ],
)  # fmt: skip
def test_pinyin_is_parted_as_its_spelling_asks(word: str, parts: tuple[str, ...]) -> None:
    assert names.parts(word) == parts


def test_every_name_of_the_tables_can_be_said() -> None:
    for table in ("places", "surnames", "given", "persons"):
        for name in names.listed(table):
            assert name and all(map(is_syllable, name)), (table, name)


@pytest.mark.parametrize(
    ("text", "pinyin"),
    [
        ("这也太ni玛离谱了", ""), ("我真的fo系了", "fo2"), ("wo也不懂", "wo3"), ("抢na票", "na4"), ("笑得ku了", "ku4"),
        ("@阳光rizi：早", "ri4 zi5"), ("@椰子-Yezi-：早", "ye1 zi5"), ("@张若昀yun：好", "yun2"),
        ("li里外外都脏", "li3"), ("@LILI酱：好", ""), ("@MANMAN和猫：好", "man4 man4"), ("盒上写JIA的字样", "jia3"),
        ("都说QIAN不够", "qian2"), ("遇到个pinv人", "pi1 nv3"), ("@duoduo爱吃鱼：好", "duo1 duo1"),
        ("卖jia服务好", "jia3"),
    ],
)  # fmt: skip
def test_syllables_in_letters_amid_chinese_are_said_in_mandarin(text: str, pinyin: str) -> None:
    assert named(text) == pinyin


@pytest.mark.parametrize(
    "text",
    [
        "他喜欢me的歌",
        "用ai写的",
        "装在pc上",
        "he和他的猫",
        "这个ip火了",
        "PA膜",
        "在pa里",
        "有ui的图",
        "他的id",
        "看ui稿",
        "买vr",
    ],
)
def test_english_words_and_short_forms_amid_chinese_are_no_syllables(text: str) -> None:
    assert named(text) == ""


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("感谢@zhouyt的", "zhou Y T"), ("@yangjh：好", "yang J H"), ("提交liuyj的", "liuyj"),
        ("用LC-MS/MS法", "L C M S M S"), ("做GC-MS/MS的", "G C M S M S"), ("走CE-MS/MS法", "C E M S M S"),
        ("以UPLC-MS/MS测", "U P L C M S M S"), ("以LC-MS/MS-MRM测", "L C M S M S M R M"),
        ("ICP-MS/MS仪", "I C P M S M S"),
        ("刷wcdma的卡", "W C D M A"), ("@xqzr：好", "X Q Z R"), ("@mbtlk：好", "M B T L K"),
        ("装回ghostxp了", "ghostxp"),
        ("INTELPM平台", "INTEL P M"), ("MOTOE6屏", "MOTO E"), ("DELLXP盘", "DELL X P"),
        ("诺基亚nokian73", "nokia N"),
        ("联想lenovoy460", "lenovo Y"), ("两部laptops3年", "laptops"), ("她叫Solr", "Solr"), ("WINE好喝", "WINE"),
    ],
)  # fmt: skip
def test_what_cannot_be_said_is_spelt_and_names_of_models_are_parted(text: str, words: str) -> None:
    assert (
        " ".join(token.text for token in tokens(text) if token.kind in ("word", "letter") and token.text.isascii())
        == words
    )


@pytest.mark.parametrize(
    ("text", "pinyin"),
    [
        ("他zhunbei好了", "zhun3 bei4"),
        ("我gaosu你", "gao4 su5"),
        ("这个wenti不大", "wen4 ti2"),
        ("你weishenme不去", "wei4 shen2 me5"),
        ("老师叫我jiazhang签字", "jia1 zhang3"),
        ("先anpai再说", "an1 pai2"),
        ("我buzhidao啊", "bu4 zhi1 dao4"),
        ("这shijian不够", "shi2 jian1"),
        ("duang的一声", "duang1"),
        ("我叫Zihan", "zi3 han2"),
        ("同事Wenjing来了", "wen2 jing4"),
        ("加微信mabo", "ma1 bo1"),
        ("加微信lixiaofei", "li2 xiao3 fei1"),
        ("微信号wangxiaoyan", "wang2 xiao3 yan4"),
        ("加微信dushuyedian", "du2 shu1 ye4 dian4"),
        ("公众号manmanyuedu", "man4 man4 yue4 du2"),
        ("微信dianyingbiji", "dian4 ying2 bi3 ji4"),
        ("公众号shenghuoriji", "sheng1 huo2 ri4 ji4"),
        ("抖音号meishidianying", "mei3 shi2 dian4 ying3"),
        ("小红书号lvxingsheying", "lv3 xing2 she4 ying3"),
        ("公众号kaoyanyingyu", "kao3 yan2 ying1 yu3"),
        ("公众号shenghuomeishiriji", "sheng1 huo2 mei3 shi2 ri4 ji4"),
        ("微信号chenyumei", "chen2 yu3 mei2"),
        ("同学zhangxinlei说", "zhang1 xin1 lei1"),
        ("加微信kafeiguan", "ka1 fei1 guan1"),
        ("微博dushubiji", "du2 shu1 bi3 ji4"),
        *(
            (f"感谢@{name}的反馈", said)
            for name, said in (
                ("liuyj", "liu2"),
                ("zhangwj", "zhang1"),
                ("wangxm", "wang2"),
                ("chenzq", "chen2"),
                ("zhaolq", "zhao4"),
                ("lixy", "li3"),
                ("xuhb", "xu2"),
                ("huangsl", "huang2"),
                ("podxiaodao", "xiao3 dao1"),
                ("xiaojiangtalk", "xiao3 jiang1"),
                ("foodxiaolin", "xiao3 lin1"),
                ("dailyshuxue", "shu4 xue2"),
                ("studyxiaozhu", "xiao3 zhu1"),
                ("xiaomeibook", "xiao3 mei2"),
                ("zhouzhoutalk", "zhou1 zhou1"),
            )
        ),
        ("微信号sunpf", "sun1"),
        ("公众号xiaoyuefood，好", "xiao3 yue1"),
        ("微信号podxiaodao，备注", "xiao3 dao1"),
    ],
)
def test_words_in_pinyin_have_their_tones(text: str, pinyin: str) -> None:
    assert named(text) == pinyin


@pytest.mark.parametrize(
    "text",
    [
        "感谢@hanks的反馈", "@sunny在吗", "@quietguy发的", "@guitarfan发的", "@maxiaudio更新", "@techqueen发的",
        "艾特lumenhouse看看", "公众号bestlife更新", "微博lovehome更新", "艾特menuitem看看",
        "去Palawan潜水", "后卫Saka受伤", "在MUBI上看", "演员Chani很好", "词根-cide是杀", "选手Gumayusi换线",
        "做doula三年", "用MOBI格式",
        "装HEPA滤网", "住在Melaka老城", "牌子叫Pola", "刷Suica进站", "点了dashi汤", "这个pomo形式",
    ],
)  # fmt: skip
def test_words_of_other_languages_are_no_pinyin(text: str) -> None:
    assert named(text) == ""
