"""English in the letters of the IPA, written and read."""

from __future__ import annotations

from itertools import islice

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indextts.model.errors import StudioError
from indextts.reading.phonemes.en import pronunciation
from indextts.reading.phonemes.en.ipa import ipa
from indextts.reading.phonemes.printed import printed, typed
from indextts.reading.phonemes.reading_input import read
from indextts.reading.phonemes.symbols import CONSONANTS, VOWELS, is_arpabet

WORD = "qqq"
"""A word whose stress nobody knows."""
PHONES = [*CONSONANTS, *(f"{vowel}{stress}" for vowel in VOWELS for stress in "012")]


@pytest.mark.parametrize(
    ("written", "arpabet"),
    [
        ("ðæt", "DH AE1 T"),
        ("/ˈmɪnɪt/", "M IH1 N IH0 T"),
        ("[ˈwɔːtə(r)]", "W AO1 T AH0 R"),
        ("skwɛə", "S K W EH1 R"),
        ("ˈhɪərɪŋ", "HH IH1 R IH0 NG"),
        ("t͡ʃɜːtʃ", "CH ER1 CH"),
        ("ʤʌʤ", "JH AH1 JH"),
        ("ˈbʌtn̩", "B AH1 T AH0 N"),
        ("ˈlɪtl̩", "L IH1 T AH0 L"),
        ("ɹiːd", "R IY1 D"),
        ("gəʊ", "G OW1"),
        ("ɡoʊ", "G OW1"),
        ("lɒt", "L AA1 T"),
        ("/bit/", "B IY1 T"),
        ("'mɪnɪt", "M IH1 N IH0 T"),
        ("ˌoʊˈkeɪ", "OW2 K EY1"),
        ("ə.ˈbaʊt", "AH0 B AW1 T"),
        ("əˈbaʊt", "AH0 B AW1 T"),
        ("əbaʊt", "AH0 B AW1 T"),
        ("nɜrs", "N ER1 S"),
        ("fjʊə", "F Y UH1 R"),
        ("wʊd ˈjuː", "W UH0 D Y UW1"),
    ],
)
def test_american_and_british_letters_are_read(written: str, arpabet: str) -> None:
    assert read(WORD, written).text == arpabet


@pytest.mark.parametrize("written", ["ʙə", "/q/", "ø̃ə", "/a/ə/b/", "//", "ˈ", "yəs$", "ˈc"])
def test_what_is_no_english_sound_is_refused(written: str) -> None:
    with pytest.raises(StudioError) as caught:
        read(WORD, written)
    assert caught.value.code == "bad_reading" and "ARPAbet" not in str(caught.value.localise("en"))


@pytest.mark.night
def test_the_words_of_the_dictionary_are_read_back_from_print() -> None:
    """But for words without any stress, which print as those with it; every eleventh word is looked at."""
    different = 0
    for _, reading in islice(pronunciation.dictionary_entries(), 0, None, 11):
        if reading.count("1") + reading.count("2") == 0:
            continue
        if read(WORD, typed(reading)).text != reading:
            different += 1
            assert sum(part[:2] in VOWELS for part in reading.split()) == 1 and "1" not in reading, reading
    assert different < 5


@given(st.lists(st.sampled_from(PHONES), min_size=1, max_size=12).map(" ".join))
def test_whatever_is_printed_is_read_back(reading: str) -> None:
    back = read(WORD, typed(reading)).text
    assert ipa(back) == ipa(reading) or not any(digit in reading for digit in "12")
    vowels = [part for part in reading.split() if part[:2] in VOWELS]
    if len(vowels) > 1 and any(vowel[-1] in "12" for vowel in vowels):
        assert back == reading
    assert [part.rstrip("012") for part in back.split()] == [part.rstrip("012") for part in reading.split()]
    assert read(WORD, back).text == back and printed(back) == ipa(back)


@given(st.text(alphabet="abdefghijklmnoprstuvwzæðŋɑɒɔəɚɛɜɝɡɪɹʃʊʌʒʧʤθˈˌːˑ.' /[]()̩͡\u0303ʰɾʔcqxç", max_size=24))
def test_any_letters_are_read_or_refused(written: str) -> None:
    try:
        made = read(WORD, written, "ipa")
    except StudioError as error:
        assert error.code == "bad_reading"
    else:
        assert is_arpabet(made.text) and read(WORD, made.text).text == made.text
