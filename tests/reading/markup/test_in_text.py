"""Pinyin in the place of a character: what is read as such, and what stays letters and numbers."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indextts.reading.markup import in_text
from indextts.reading.text.overrides import Override


def found(text: str) -> dict[str, str]:
    return {text[one.start : one.end]: one.reading for one in in_text.find(text)}


@pytest.mark.parametrize(
    ("text", "readings"),
    [
        ("之前你做DE5很好，也DEI3做DE2好", {"DE5": "de5", "DEI3": "dei3", "DE2": "de2"}),
        ("XING2", {"XING2": "xing2"}),
        ("“XING2”这个音", {"XING2": "xing2"}),
        ("读作:xing2。", {"xing2": "xing2"}),
        ("我PA4了，别跑", {"PA4": "pa4"}),
        ("他 XING2 了", {"XING2": "xing2"}),
        ("NI3HAO3，世界", {"NI3HAO3": "ni3 hao3"}),
        ("ni3 hao3", {"ni3": "ni3", "hao3": "hao3"}),
        ("Chong2qing4很大", {"Chong2qing4": "chong2 qing4"}),
        ("绿LÜ4色", {"LÜ4": "lv4"}),
        ("JV4子和学xue2习", {"JV4": "ju4", "xue2": "xue2"}),
        ("AI4 QING2", {"AI4": "ai4", "QING2": "qing2"}),
        ("hello\n做DE5", {"DE5": "de5"}),
        ("分清mā、má、mǎ和mà", {"mā": "ma1", "má": "ma2", "mǎ": "ma3", "mà": "ma4"}),
        ("这里读zhòng，不读 chóng。", {"zhòng": "zhong4", "chóng": "chong2"}),
        ("念lǜ sè，写nǚ’ér", {"lǜ": "lv4", "sè": "se4", "nǚ’ér": "nv3 er2"}),
        ("叫bàba，去Běijīng", {"bàba": "ba4 ba5", "Běijīng": "bei3 jing1"}),
        ("单（shàn）先生，xiǎngniàn你", {"shàn": "shan4", "xiǎngniàn": "xiang3 nian4"}),
        ("Nǐ máng ma?", {"Nǐ": "ni3", "máng": "mang2", "ma": "ma5"}),
        ("Xuésheng shì Zhōngguórén.", {"Xuésheng": "xue2 sheng5", "shì": "shi4", "Zhōngguórén": "zhong1 guo2 ren2"}),
        (
            "Háizimen qù nǎr wánr ne?",
            {"Háizimen": "hai2 zi5 men5", "qù": "qu4", "nǎr": "na3 er5", "wánr": "wan2 er5", "ne": "ne5"},
        ),
        ("Dàngāo zài Xī'ān.", {"Dàngāo": "dan4 gao1", "zài": "zai4", "Xī'ān": "xi1 an1"}),
        ("1. Lǎoshī 2. xiānsheng", {"Lǎoshī": "lao3 shi1", "xiānsheng": "xian1 sheng5"}),
        ("她 tā she", {"tā": "ta1"}),
        ("对不起 duìbuqǐ sorry", {"duìbuqǐ": "dui4 bu5 qi3"}),
        ("没关系 méi guānxi you're welcome", {"méi": "mei2", "guānxi": "guan1 xi5"}),
        ("上海 Shànghǎi Shanghai", {"Shànghǎi": "shang4 hai3"}),
        ("妈（mā）妈（ma）", {"mā": "ma1", "ma": "ma5"}),
        ("Xièxie nǐmen!", {"Xièxie": "xie4 xie5", "nǐmen": "ni3 men5"}),
        ("他好 Tā hǎo ma", {"Tā": "ta1", "hǎo": "hao3", "ma": "ma5"}),
        ("ō ó ǒ ò", {"ō": "o1", "ó": "o2", "ǒ": "o3", "ò": "o4"}),
        ("ī í ǐ ì", {"ī": "yi1", "í": "yi2", "ǐ": "yi3", "ì": "yi4"}),
        ("月亮 yuèliang moon", {"yuèliang": "yue4 liang5"}),
    ],
)
def test_syllables_among_characters_are_pinyin(text: str, readings: dict[str, str]) -> None:
    assert found(text) == readings


@pytest.mark.parametrize(
    "text",
    [
        "MP3和A4纸在B2层", "COVID19疫情", "CO2和NO2都是气体", "iPad2很好", "beta1版", "吸入O2后", "我LV5了",
        "小米MI4好", "打了BO5", "AMD的Zen3架构", "Galaxy AN2手机", "HE2.5版本", "见http://a.cn/he2网页",
        "微信号de_wo3", "XING24号楼",
        "I beat BO4 and DE5", "Section BA1 is about HE2", "做DE6很好", "BIN2", "1DE5很", "升到LV4级", "上海SU7汽车",
        "去Málaga喝café", "résumé写好了", "José去过Bogotá", "She met Lǐ Wěi there", "他说à la carte",
        "Mi papá es bueno", "Mamá, papá.", "¿Qué lío?", "Tōkyō", "Hà Nội và Đà Lạt", "jalapeño", "naïve", "Sa Pa",
        "à é", "il va à Lyon",
    ],
)  # fmt: skip
def test_letters_with_a_number_are_no_pinyin(text: str) -> None:
    assert found(text) == {}


@pytest.mark.parametrize(
    "text",
    [
        "接到单片机的PA4引脚", "PA1和PB2", "引脚PA3配置成输出", "PA5引脚接LED", "串口用PA2", "GPIO选PI1",
        "PB6与PA4相连", "端口PA1拉高",
        "PA2、PA3是串口", "STM32的PA1",
    ],
)  # fmt: skip
def test_pins_of_chips_are_no_pinyin(text: str) -> None:
    assert found(text) == {}


@pytest.mark.parametrize(
    ("text", "readings"),
    [
        ("ㄉㄚˋ ㄐㄧㄚ", ["da4", "jia1"]),
        ("读作ㄒㄩㄝˊㄕㄥ。", ["xue2", "sheng1"]),
        ("ㄅㄆㄇㄈㄓㄦ", ["bo1", "po1", "mo1", "fo2", "zhi1", "er1"]),
        ("the sign ㄌㄩˋ here", ["lv4"]),
        ("好˙ㄇㄚ、ㄕˋ、ㄩㄥˋ、ㄑㄩㄢˊ、ㄨㄥ", ["ma5", "shi4", "yong4", "quan2", "weng1"]),
        ("ㄟ( ▔, ▔ )ㄏ", []),
    ],
)
def test_zhuyin_is_read_wherever_it_stands(text: str, readings: list[str]) -> None:
    assert [one.reading for one in in_text.beside([], text)] == readings


def test_what_is_decided_already_stays_so() -> None:
    text = "做DE5很XING2"
    own = Override(1, 4, spoken="得", source="lexicon")
    assert in_text.beside([own], text) == [own, *in_text.find(text)[1:]]
    assert in_text.beside([], text) == in_text.find(text)


PARTS = st.sampled_from(["你", "DE5", "de5", "A", "4", " ", "，", "\n", "ü", "LV2", "b1", ".", "-"])


@given(st.lists(PARTS, max_size=25))
def test_readings_are_in_order_and_apart(parts: list[str]) -> None:
    text = "".join(parts)
    readings = in_text.find(text)
    ends = [0, *(one.end for one in readings)]
    assert all(end <= one.start < one.end for end, one in zip(ends, readings, strict=False))
    assert all(text[one.start : one.end].isalnum() for one in readings)
