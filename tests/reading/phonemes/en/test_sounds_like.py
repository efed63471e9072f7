"""English readings in ordinary words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indextts.model.errors import StudioError
from indextts.reading.phonemes.reading_input import read
from indextts.reading.phonemes.symbols import is_arpabet


@pytest.mark.parametrize(
    ("word", "written", "arpabet"),
    [
        ("this", "that", "DH AE1 T"),
        ("this", "That", "DH AE1 T"),
        ("this", "like: that", "DH AE1 T"),
        ("this", "Like that", "DH AE1 T"),
        ("this", "sounds like “that”", "DH AE1 T"),
        ("this", "像 that", "DH AE1 T"),
        ("this", "像：that", "DH AE1 T"),
        ("this", "读作that", "DH AE1 T"),
        ("tomato", "tom ah toe", "T AA0 M AA1 T OW2"),
        ("tomato", "tuh-MAH-toe", "T AH0 M AA1 T OW0"),
        ("Qatar", "cutter", "K AH1 T ER0"),
        ("Nietzsche", "NEE-chuh", "N IY1 CH AH0"),
        ("Nguyen", "like: nwin", "N W IH1 N"),
        ("Xhosa", "KOH-suh", "K OW1 S AH0"),
        ("qqq", "uh loh ha", "AH0 L OW1 HH AA2"),
        ("qqq", "jyne tone", "JH AY1 N T OW2 N"),
        ("qqq", "yes-ter", "Y EH1 S T ER2"),
        ("qqq", "SQL", "EH1 S K Y UW1 EH1 L"),
        ("qqq", "S Q L", "EH1 S K Y UW1 EH1 L"),
        ("lead", "rhymes with bed", "L EH1 D"),
        ("bass", "押韵 face", "B EY1 S"),
        ("qqq", "don’t", "D OW1 N T"),
    ],
)
def test_words_and_syllables_tell_how_a_word_sounds(word: str, written: str, arpabet: str) -> None:
    assert read(word, written).text == arpabet


@pytest.mark.parametrize("written", ["zorptang", "like:", "like: 零", "that 12", "that零", "-", "qqq"])
def test_what_is_no_word_is_refused(written: str) -> None:
    with pytest.raises(StudioError) as caught:
        read("this", written)
    assert caught.value.code == "bad_reading" and "like: " in " ".join(caught.value.localise("en"))


@given(
    st.sampled_from(["", "like: ", "像 ", "rhymes with "]),
    st.text(alphabet="abchegiknorstuvwxyAEHNOT -'’é1零", max_size=20),
)
def test_any_words_are_sounds_or_refused(mark: str, written: str) -> None:
    try:
        made = read("mixture", mark + written, "arpabet")
    except StudioError as error:
        assert error.code == "bad_reading"
    else:
        assert is_arpabet(made.text)
