"""Readings that people write for words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indextts.model.errors import StudioError
from indextts.reading.phonemes.reading_input import Alphabet, read
from indextts.reading.phonemes.symbols import is_arpabet, is_syllable


@pytest.mark.parametrize(
    ("word", "written", "kind", "reading"),
    [
        ("行", "xing2", "pinyin", "xing2"),
        ("重庆", " Chong2  qing4 ", "pinyin", "chong2 qing4"),
        ("重庆", "chong2qing4", "pinyin", "chong2 qing4"),
        ("重庆", "chóng qìng", "pinyin", "chong2 qing4"),
        ("绿的", "lǜ de", "pinyin", "lv4 de5"),
        ("女儿", "nü3 er2", "pinyin", "nv3 er2"),
        ("女的", "nu:3 de0", "pinyin", "nv3 de5"),
        ("minute", "M IH1 N AH0 T", "arpabet", "M IH1 N AH0 T"),
        ("minute", "m ih1 n ah0 t", "arpabet", "M IH1 N AH0 T"),
        ("this", "ðæt", "arpabet", "DH AE1 T"),
        ("this", "/ðæt/", "arpabet", "DH AE1 T"),
        ("this", "that", "arpabet", "DH AE1 T"),
        ("this", "like: that", "arpabet", "DH AE1 T"),
        ("this", "像 that", "arpabet", "DH AE1 T"),
        ("tomato", "/ˈtəmeɪtoʊ/", "arpabet", "T AH1 M EY0 T OW0"),
        ("tomato", "təmeɪtoʊ", "arpabet", "T AH0 M EY1 T OW2"),
        ("tomato", "təˈmɑːtəʊ", "arpabet", "T AH0 M AA1 T OW0"),
        ("tomato", "tom ah toe", "arpabet", "T AA0 M AA1 T OW2"),
        ("长安", "Cháng'ān", "pinyin", "chang2 an1"),
        ("平安", "ping2'an1", "pinyin", "ping2 an1"),
        ("蛋糕", "dàngāo", "pinyin", "dan4 gao1"),
        ("我们的", "wǒmende", "pinyin", "wo3 men5 de5"),
        ("花儿", "huar1", "pinyin", "hua1 er5"),
        ("哪儿", "nǎr", "pinyin", "na3 er5"),
        ("乐", "ㄩㄝˋ", "pinyin", "yue4"),
        ("银行", "ㄧㄣˊ ㄏㄤˊ", "pinyin", "yin2 hang2"),
        ("儿子", "ㄦˊ˙ㄗ", "pinyin", "er2 zi5"),
        ("T恤", "ㄊㄧˋㄒㄩˋ", "pinyin", "ti4 xu4"),
        ("OK", "ou1 kei1", "pinyin", "ou1 kei1"),
        ("K歌", "kei4 ge1", "pinyin", "kei4 ge1"),
    ],
)
def test_readings_come_in_one_form(word: str, written: str, kind: str, reading: str) -> None:
    made = read(word, written)
    assert (made.kind, made.text) == (kind, reading)


@pytest.mark.parametrize(
    ("word", "written", "says"),
    [
        ("行", "xing9", "such as xing2"),
        ("行", "xing", "“xing” lacks its tone, such as xing2"),
        ("重庆", "chongqing", "“chongqing” lacks its tone, such as chong2 qing2"),
        ("行", "ㄅㄨㄨ", "not 2"),
        ("行", "hello world", "is not pinyin"),
        ("行", "hello world", "chong2 qing4"),
        ("行", "ðæt", "is not pinyin"),
        ("minute", "M QQ1", "“QQ1” is not a sound of English"),
        ("minute", "ˈmqnət", "“q” is not a sound of English in IPA"),
        ("minute", "zorptang", "the dictionary does not have “zorptang”"),
        ("minute", "零", "“零” is not an English word"),
        ("重庆", "chong2", "2 characters need as many syllables, not 1"),
        ("重", "chong2 qing4", "not 2"),
        ("K歌", "ge1", "not 1"),
        ("行", "", "empty"),
        ("行", "a1 " * 70, "longer"),
    ],
)
def test_what_cannot_be_said_is_refused_with_what_can(word: str, written: str, says: str) -> None:
    with pytest.raises(StudioError) as caught:
        read(word, written)
    assert caught.value.code == "bad_reading"
    assert says in " ".join(caught.value.localise("en"))
    assert caught.value.localise("zh") != caught.value.localise("en")


@pytest.mark.parametrize(("word", "absent"), [("minute", "pinyin"), ("行", "IPA"), ("K歌", "IPA")])
def test_the_advice_fits_the_word(word: str, absent: str) -> None:
    with pytest.raises(StudioError) as caught:
        read(word, "q9 §")
    said = " ".join([*caught.value.localise("en"), *caught.value.localise("zh")])
    assert "ARPAbet" not in said and absent not in said
    assert {"pinyin": "国际音标", "IPA": "拼音"}[absent] in said


@pytest.mark.parametrize("kind", ["arpabet", "ipa"])
def test_chinese_characters_take_no_english_sounds(kind: Alphabet) -> None:
    with pytest.raises(StudioError, match="pinyin"):
        read("行", "hɑŋ", kind)


def test_with_the_alphabet_named_plain_letters_are_its_own() -> None:
    assert read("x", "bit", "ipa").text == "B IY1 T" and read("x", "bit").text == "B IH1 T"


def test_chinese_characters_take_no_arpabet() -> None:
    with pytest.raises(StudioError, match="pinyin"):
        read("行", "HH AA1 NG", "arpabet")


@given(st.text(max_size=8), st.text(alphabet="abdeghinoqrux:ü 0123459ABEHIMNRT\u0301é\nəʃˈː/.-像'", max_size=24))
def test_whatever_is_written_can_be_said_or_is_refused(word: str, written: str) -> None:
    try:
        made = read(word, written)
    except StudioError as error:
        assert error.code == "bad_reading"
    else:
        assert all(map(is_syllable if made.kind == "pinyin" else is_arpabet, made.text.split()))
        assert read(word, made.text, made.kind) == made
