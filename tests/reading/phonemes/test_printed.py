from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indextts.model.utterance import Token
from indextts.reading.phonemes.en.ipa import IPA_CONSONANTS, IPA_VOWELS, ipa
from indextts.reading.phonemes.printed import distinct, pinyin, printed, typed, word_reading
from indextts.reading.phonemes.symbols import CONSONANTS, VOWELS, is_arpabet

TABLE = Path(__file__).parents[2] / "data" / "printed_english.tsv"
"""Also read by the tests of the page's script, which prints readings of books."""
OTHERS = [
    ("AH0 B AW1 T", "əˈbaʊt"),
    ("K R IY0 EY1 T", "kriˈeɪt"),
    ("AH0 S L IY1 P", "əˈslip"),
    ("EH0 N TH R AO1 L", "ɛnˈθrɔl"),
    ("IH0 K S P L EY1 N", "ɪkˈspleɪn"),
    ("AH0 K Y UW1 Z", "əˈkjuz"),
    ("B IH0 Y AA1 N D", "bɪˈjɑnd"),
    ("chong2", "chong2"),
    ("", ""),
]


@pytest.mark.parametrize(
    ("arpabet", "letters"), [*(line.split("\t") for line in TABLE.read_text("utf-8").splitlines()), *OTHERS]
)
def test_sounds_are_printed_in_phonetic_letters(arpabet: str, letters: str) -> None:
    assert ipa(arpabet) == letters


@given(st.text(max_size=20))
def test_what_is_no_arpabet_stays(text: str) -> None:
    assert is_arpabet(text) or ipa(text) == text


SOUNDS = ("AA0", "AH1", "IY2", "ER", "B", "CH", "NG", "S", "T", "R")


@given(st.lists(st.sampled_from(SOUNDS), min_size=1, max_size=9))
def test_every_sound_is_printed(parts: list[str]) -> None:
    printed = ipa(" ".join(parts)).replace("ˈ", "").replace("ˌ", "")
    assert printed == "".join(ipa(part) for part in parts).replace("ˈ", "").replace("ˌ", "")


def test_every_sound_of_arpabet_has_letters_of_its_own() -> None:
    assert IPA_CONSONANTS.keys() == CONSONANTS and IPA_VOWELS.keys() == VOWELS
    letters = [*IPA_CONSONANTS.values(), *IPA_VOWELS.values()]
    assert len(set(letters)) == len(letters) and all(letters)
    for vowel in VOWELS:
        assert len({ipa(vowel), ipa(f"{vowel}0"), ipa(f"{vowel}1"), ipa(f"{vowel}2")} - {""}) in (1, 2)


@given(st.lists(st.sampled_from([*CONSONANTS, *(f"{vowel}{stress}" for vowel in VOWELS for stress in "012")])))
def test_a_mark_of_stress_stands_before_a_syllable_that_can_be_said(parts: list[str]) -> None:
    """Each mark is followed by consonants and a vowel, and no syllable loses its vowel to another."""
    letters = ipa(" ".join(parts))
    stressed = [part for part in parts if part[-1] in "12"]
    vowels = [part for part in parts if part[:2] in VOWELS]
    assert sum(letters.count(mark) for mark in "ˈˌ") == (len(stressed) if len(vowels) > 1 else 0)
    assert not letters.endswith(("ˈ", "ˌ")) and "ˈŋ" not in letters[1:] and "ˌŋ" not in letters[1:]


def test_pinyin_is_printed_with_its_marks() -> None:
    assert pinyin("chong2 qing4 lv4 er5") == printed("chong2 qing4 lv4 er5") == "chóng qìng lǜ er"
    assert printed("M IH1 N AH0 T") == "ˈmɪnət" and typed("M IH1 N AH0 T") == "/ˈmɪnət/"


def test_choices_that_look_alike_are_one() -> None:
    assert distinct("DH IH1 S", ["DH IH0 S", "DH IH1 S", "DH IY1 Z", "DH IY0 Z"]) == ["DH IY1 Z"]
    assert distinct("hang2", ["xing2", "hang4"]) == ["xing2", "hang4"]


def token(text: str, reading: str, word: int = 0, *, kind: str = "hanzi", lang: str = "zh") -> Token:
    return Token(text, kind, lang, 0, 1, word=word, reading=reading)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("tokens", "line"),
    [
        ([token("重", "chong2"), token("庆", "qing4")], "chóngqìng"),
        ([token("西", "xi1"), token("安", "an1")], "xī'ān"),
        ([token("女", "nv3"), token("儿", "er2")], "nǚ'ér"),
        ([token("我", "wo3"), token("去", "qu4", 1)], "wǒ qù"),
        ([token("GPT", "JH IY2 P IY2 T IY1", kind="word", lang="en"), token("四", "si4")], "ˌdʒiˌpiˈti sì"),
        ([token("，", "", kind="punctuation")], ""),
        ([], ""),
    ],
)
def test_the_syllables_of_a_word_stand_together(tokens: list[Token], line: str) -> None:
    assert word_reading(tokens) == line
