"""Which syllables Mandarin has, and the ways in which people write them."""

from __future__ import annotations

import pytest

from indextts.reading.phonemes.zh.syllables import in_use, spelt


def test_every_syllable_of_the_table_is_spelt_as_it_is() -> None:
    assert len(in_use()) > 1200
    assert all(spelt(one) == spelt(one.upper()) == one for one in in_use())


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("nü3", "nv3"), ("nu:3", "nv3"), ("lüe4", "lve4"), ("lue4", "lve4"), ("jv2", "ju2"), ("qü4", "qu4"),
        ("xü1", "xu1"), ("Zhong1", "zhong1"),
    ],
)  # fmt: skip
def test_other_spellings_are_known(written: str, said: str) -> None:
    assert spelt(written) == said


@pytest.mark.parametrize("written", ["", "ma", "ma6", "ma0", "kong33", "bv4", "qa1", "3", "hello1"])
def test_what_is_none_is_none(written: str) -> None:
    assert spelt(written) == ""
