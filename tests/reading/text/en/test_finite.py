"""A clause has one verb: what else passes for one is a noun."""

from __future__ import annotations

import pytest

from indextts.reading.text.en.parts_of_speech import tags


@pytest.mark.parametrize(
    ("sentence", "noun"),
    [
        ("When they reached the shallow water the children stood close together", "water"),
        ("Half the orchestra had to share music stands at the rehearsal because the van had broken down", "stands"),
        ("They took off in the presidential plane air force one", "force"),
        ("The secret service files reports that the agents wrote in the evening", "reports"),
    ],
)
def test_a_verb_too_many_is_a_noun(sentence: str, noun: str) -> None:
    words = sentence.split()
    assert tags(words)[words.index(noun)] == "n"


@pytest.mark.parametrize(
    ("sentence", "verb"),
    [
        ("He said the music stands out", "stands"),
        ("We watched the birds fly over the lake as the sun went down", "fly"),
        ("If the wind picks up the crews work all night", "work"),
        ("The people who live in the house and the dog bark all day", "bark"),
        ("She opened the letter and her hands shook", "shook"),
        ("The old clock on the tower shows the time", "shows"),
    ],
)
def test_a_verb_of_its_own_clause_stays_one(sentence: str, verb: str) -> None:
    words = sentence.split()
    assert tags(words)[words.index(verb)] in ("v", "vd")
