from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indextts.reading.phonemes.symbols import is_arpabet
from indextts.studio.tabs.speak.reading_html import ipa


@pytest.mark.parametrize(
    ("arpabet", "letters"),
    [
        ("M IH1 N AH0 T", "ˈmɪnət"),
        ("K AH0 N T R OW1 L", "kənˈtroʊl"),
        ("EH1 K S T R AH0", "ˈɛkstrə"),
        ("AH0 B AW1 T", "əˈbaʊt"),
        ("S IH1 NG IH0 NG", "ˈsɪŋɪŋ"),
        ("D IH0 S T ER1 B", "dɪˈstɝb"),
        ("AE1 P", "æp"),
        ("EY1", "eɪ"),
        ("OW2 K EY1", "ˌoʊˈkeɪ"),
        ("K R IY0 EY1 T", "kriˈeɪt"),
        ("chong2", "chong2"),
        ("", ""),
    ],
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
