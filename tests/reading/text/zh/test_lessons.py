"""The letters of pinyin by their names where lessons speak of them, and little words of other languages."""

from __future__ import annotations

import pytest

from indextts.reading.phonemes.symbols import is_arpabet, is_syllable
from indextts.reading.text.zh import lessons
from tests.support.segments import annotated


def said(text: str) -> str:
    """The readings of what stands in letters."""
    tokens = [token for segment in annotated(text).segments for token in segment.tokens]
    return " ".join(token.reading for token in tokens if token.kind in ("word", "letter"))


@pytest.mark.parametrize(
    ("text", "readings"),
    [
        ("声母b和p要分清", "bo1 po1"),
        ("孩子学拼音总把d看成q", "de1 qi1"),
        ("拼音里的n和l", "ne4 le4"),
        ("先教翘舌音zh、ch、sh", "zhi1 chi1 shi1"),
        ("平舌音z c s好学", "zi1 ci1 si1"),
        ("韵母ai、ei、ui", "ai1 ei1 wei1"),
        ("前鼻音an en in", "an1 en1 yin1"),
        ("后鼻音ang和ing", "ang1 ying1"),
        ("拼音g k h怎么记", "ge1 ke1 he1"),
        ("声母j q x后面", "ji1 qi1 xi1"),
        ("单韵母a o e", "a1 o1 e1"),
    ],
)
def test_letters_of_pinyin_are_named_as_at_school(text: str, readings: str) -> None:
    assert said(text) == readings


@pytest.mark.parametrize(
    ("text", "readings"),
    [
        ("拼音首字母是b", "bi4"),
        ("用拼音输入法按d键", "di4"),
        ("选项B和D", "bi4 di4"),
        ("把b和d写反", "bi4 di4"),
        ("拼音班在A座", "ei1"),
    ],
)
def test_elsewhere_letters_keep_their_names(text: str, readings: str) -> None:
    assert said(text) == readings


@pytest.mark.parametrize(
    ("text", "readings"),
    [
        ("德语冠词der、die、das", "D EH1 R D IY1 D AA1 S"),
        ("德语的ich发音", "IH1 SH"),
        ("德文里und就是和", "UH1 N T"),
        ("德语的nicht", "N IH1 SH T"),
        ("学德语第一句Ich liebe", "IH1 SH L IY1 B AH0"),
        ("用德语写Ich lerne gern", "IH1 SH L EH1 R N AH0 G EH1 R N"),
        ("德语课上念Guten Morgen", "G UW1 T AH0 N M AO1 R G AH0 N"),
        ("德语老师说Gute Nacht", "G UW1 T AH0 N AA1 HH T"),
        ("会一句德语，就是ich komme", "IH1 SH K AA1 M AH0"),
        ("德文里trinken是喝", "T R IH1 NG K AH0 N"),
        ("德语里weil和dass", "V AY1 L D AA1 S"),
        ("他用德语问Sprechen sie", "SH P R EH1 SH AH0 N Z IY1"),
        ("德语的heute", "HH OY1 T AH0"),
        ("西语说Muchas gracias", "M UW1 CH AH0 S G R AA1 S IY0 AH0 S"),
        ("西语gusta怎么用", "G UW1 S T AH0"),
        ("法语Bonsoir和Salut", "B OW2 N S W AA1 R S AH0 L UW1"),
        ("法语的beaucoup", "B OW0 K UW1"),
        ("意大利语Buongiorno", "B W OW2 N JH AO1 R N OW0"),
        ("意语说Buona notte", "B W OW1 N AH0 N OW1 T EY0"),
        ("德语说Wasser", "V AA1 S ER0"),
        ("西语的ser和estar", "S EH1 R EH0 S T AA1 R"),
        ("西班牙语hola", "OW1 L AH0"),
        ("西语里que很常用", "K EY1"),
        ("法语的le和la", "L AH1 L AA1"),
        ("法语une是阴性", "Y UW1 N"),
        ("法文的avoir", "AA0 V W AA1 R"),
        ("意大利语gli最难", "L Y IY1"),
        ("意大利语的essere", "EH1 S EH0 R EY0"),
    ],
)
def test_little_words_are_said_as_their_language_does(text: str, readings: str) -> None:
    assert said(text) == readings


@pytest.mark.parametrize(
    "text",
    ["RISC-V芯片", "基于RISC-V", "RISC-V 的生态", "学 RISC-V", "RISC-V指令集", "RISC-V开发板", "国产RISC-V核",
     "转投RISC-V", "RISC-V大会", "支持RISC-V架构"],
)  # fmt: skip
def test_the_fifth_processor_is_no_letter(text: str) -> None:
    assert said(text) == "R IH1 S K F AY1 V"


def test_what_no_lesson_speaks_of_is_english() -> None:
    assert lessons.readings("他说 the die is cast") == {}
    assert said("老师说 die 是骰子") == said("骰子叫 die 吗")


def test_all_that_lessons_have_can_be_said() -> None:
    told = "拼音、德语、西班牙语、法语、意大利语"
    for word, reading in lessons.readings(told).items():
        assert is_arpabet(reading) or is_syllable(reading), word


@pytest.mark.parametrize(
    ("text", "names"),
    [("小明's 书包", 1), ("这是王芳’s dog", 1), ("上海's weather is nice", 1), ("张三's和李四's", 2), ("Tom's 书", 0),
     ("他说'so good'", 0), ("as is，us", 0), ("他用's'开头", 0)],
)  # fmt: skip
def test_the_english_ending_of_a_chinese_name_is_a_sound_and_no_letter(text: str, names: int) -> None:
    tokens = [token for segment in annotated(text).segments for token in segment.tokens]
    endings = [token.text for token in tokens if token.reading == "Z"]
    assert len(endings) == names and {*endings} <= {"'s", "’s"}
