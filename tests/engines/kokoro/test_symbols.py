"""Kokoro's symbols: every syllable and every English phone has its own, written as the voices learnt them."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indextts.engines.kokoro.symbols import IDS, english, mandarin, unknown
from indextts.model.errors import StudioError
from indextts.reading.phonemes.symbols import CONSONANTS, FINALS, INITIALS, TONES, VOWELS, is_syllable

ARROWS = "→↗↓↘"


def pinyin_of_the_dictionary() -> set[str]:
    from pypinyin.constants import PINYIN_DICT
    from pypinyin.contrib.tone_convert import to_tone3

    marked = {reading for readings in PINYIN_DICT.values() for reading in readings.split(",")}
    return {to_tone3(reading, neutral_tone_with_five=True) for reading in marked}


def test_there_are_the_published_symbols() -> None:
    assert len(IDS) == 114
    assert [IDS[char] for char in " ;T→↗↓↘ꭧʰᵻ"] == [16, 1, 36, 171, 172, 169, 173, 23, 162, 177]


def test_every_syllable_of_the_dictionary_is_written_in_the_models_symbols() -> None:
    syllables = pinyin_of_the_dictionary()
    assert len(syllables) > 1500
    known = {syllable for syllable in syllables if is_syllable(syllable)}
    assert len(syllables - known) < 5
    wrong = {syllable: unknown(mandarin(syllable)) for syllable in known if unknown(mandarin(syllable))}
    assert wrong == {}


def test_every_syllable_that_can_be_spelt_has_symbols_of_its_own() -> None:
    spelt = [a + b + t for a in ("", *INITIALS) for b in FINALS for t in TONES if is_syllable(a + b + t)]
    for syllable in spelt:
        written = mandarin(syllable)
        assert written and unknown(written) == ""
        assert sum(char in ARROWS for char in written) == (syllable[-1] != "5")
    without_tones = {re.sub(f"[{ARROWS}]", "", mandarin(syllable)) for syllable in spelt if syllable[-1] == "1"}
    assert len(without_tones) > 390  # two spellings of one syllable are the exception


@pytest.mark.parametrize(
    ("pinyin", "written"),
    [
        ("zhong1", "ꭧʊ→ŋ"), ("tian2", "tʰjɛ↗n"), ("wo3", "wo↓"), ("bo1", "pwo→"), ("o2", "ɔ↗"), ("er5", "ɚ"),
        ("er4", "ɚ↘"), ("zi5", "ʦɨ"), ("shi4", "ʂɨ↘"), ("ri4", "ɻɨ↘"), ("xi1", "ɕi→"), ("xue2", "ɕɥe↗"),
        ("lv4", "ly↘"), ("lü4", "ly↘"), ("quan2", "ʨʰɥɛ↗n"), ("yun2", "y↗n"), ("weng1", "wə→ŋ"), ("gui4", "kwei↘"),
        ("dun4", "twə↘n"), ("liu2", "ljou↗"), ("yi1", "i→"), ("de5", "tɤ"),
    ],
)  # fmt: skip
def test_mandarin_as_the_voices_learnt_it(pinyin: str, written: str) -> None:
    assert mandarin(pinyin) == written


@pytest.mark.parametrize("british", [False, True])
def test_every_english_phone_is_written_in_the_models_symbols(british: bool) -> None:
    for phone in CONSONANTS - {"R"}:
        assert unknown(english(phone, british=british)) == "" != english(phone, british=british)
    for vowel in VOWELS:
        for stress in ("", "0", "1", "2"):
            for reading in (
                f"{vowel}{stress}",
                f"K {vowel}{stress} R",
                f"{vowel}{stress} R IY0",
                f"T {vowel}{stress} D",
            ):
                assert unknown(english(reading, british=british)) == ""


@given(
    st.lists(
        st.tuples(st.sampled_from(sorted(CONSONANTS)), st.sampled_from(sorted(VOWELS)), st.sampled_from("012")),
        min_size=1,
        max_size=8,
    ),
    st.booleans(),
    st.booleans(),
)
def test_any_row_of_syllables_keeps_its_vowels_and_stays_within_the_symbols(
    syllables: list[tuple[str, str, str]], british: bool, stressed: bool
) -> None:
    reading = " ".join(f"{consonant} {vowel}{stress}" for consonant, vowel, stress in syllables)
    written = english(reading, british=british, stressed=stressed)
    assert unknown(written) == ""
    one_each = written.replace("ɪə", "ɪ").replace("ʊə", "ʊ")
    assert len(re.findall("[ɑɒæaʌəᵊɔWIɛɜAɪiᵻOQYʊu]", one_each)) == len(syllables)


@pytest.mark.parametrize(
    ("reading", "american", "british"),
    [
        ("W AO1 T ER0", "wˈɔTəɹ", "wˈɔːtə"),  # water
        ("P AA1 R T IY0", "pˈɑɹTi", "pˈɑːti"),  # party
        ("AH0 T EH1 N D", "ətˈɛnd", "ətˈɛnd"),  # attend
        ("L IH1 T AH0 L", "lˈɪTᵊl", "lˈɪtᵊl"),  # little
        ("B AH1 T AH0 N", "bˈʌtᵊn", "bˈʌtᵊn"),  # button: closed, no tap
        ("AH0 B IH1 L AH0 T IY2", "əbˈɪləTi", "əbˈɪləti"),  # ability
        ("W AO1 N T IH0 D", "wˈɔntᵻd", "wˈɔːntɪd"),  # wanted
        ("R OW1 Z IH0 Z", "ɹˈOzᵻz", "ɹˈQzɪz"),  # roses
        ("HH AW1 S AH0 Z", "hˈWsᵻz", "hˈWsəz"),  # houses
        ("S AE1 L AH0 D", "sˈæləd", "sˈaləd"),  # salad: no ending
        ("S T R IH1 K AH0 N", "stɹˈɪkən", "stɹˈɪkən"),  # stricken: no n after k alone
        ("M EH1 D AH0 L", "mˈɛdᵊl", "mˈɛdᵊl"),  # medal
        ("M EH1 L AH0 N", "mˈɛlən", "mˈɛlən"),  # melon
        ("B ER1 D", "bˈɜɹd", "bˈɜːd"),  # bird
        ("N IH1 R", "nˈɪɹ", "nˈɪə"),  # near
        ("HH IY1 R IH0 NG", "hˈiɹɪŋ", "hˈɪəɹɪŋ"),  # hearing
        ("HH AA1 T", "hˈɑt", "hˈɒt"),  # hot
        ("S T AA1 R Z", "stˈɑɹz", "stˈɑːz"),  # stars
        ("K EH1 R", "kˈɛɹ", "kˈɛː"),  # care
        ("V EH1 R IY0", "vˈɛɹi", "vˈɛɹi"),  # very
        ("D AO1 R", "dˈɔɹ", "dˈɔː"),  # door
        ("T UH1 R", "tˈʊɹ", "tˈʊə"),  # tour
        ("P UW1 R", "pˈuɹ", "pˈʊə"),  # poor
        ("G OW1 IH0 NG", "ɡˈOɪŋ", "ɡˈQɪŋ"),  # going
        ("CH AY1 L D", "ʧˈIld", "ʧˈIld"),  # child
    ],
)
def test_english_as_the_voices_learnt_it(reading: str, american: str, british: str) -> None:
    assert english(reading) == american
    assert english(reading, british=True) == british


def test_a_word_that_is_not_stressed_has_no_mark_where_it_has_one_syllable() -> None:
    assert english("AH1 V", stressed=False) == "ʌv"
    assert english("AH1 V") == "ˈʌv"
    assert english("IH1 N T UW0", stressed=False) == "ˈɪntu"


@pytest.mark.parametrize("wrong", ["", "XX1", "AA3", "hello", "AA1,"])
def test_a_reading_that_is_none_is_refused(wrong: str) -> None:
    with pytest.raises(StudioError):
        english(wrong)


@pytest.mark.parametrize("wrong", ["", "zhong", "zhong6", "xyz1", "1"])
def test_a_syllable_that_is_none_is_refused(wrong: str) -> None:
    with pytest.raises(StudioError):
        mandarin(wrong)
