"""Names and terms of a book with their readings, before anything is spoken."""

from __future__ import annotations

import pytest

from indextts.books.model import Chapter
from indextts.books.terms import FEWEST, terms_of
from indextts.lexicon.entry import draft

LINE = "令狐冲对任盈盈说：“重庆的路好走。”Kuberflux和book都在。\n"


def test_names_and_unknown_words_that_occur_often_are_told_with_their_readings() -> None:
    found = {one.word: one for one in terms_of([Chapter("一", LINE * FEWEST)])}
    assert found["任盈盈"].reading == "ren2 ying2 ying2"
    assert "ren4 ying2 ying2" in found["任盈盈"].alternatives
    assert found["重庆"].reading == "chong2 qing4"
    assert found["Kuberflux"].kind == "arpabet" and not found["Kuberflux"].sure
    assert found["令狐冲"].count == FEWEST and "任盈盈" in found["令狐冲"].example
    assert "book" not in found


def test_what_is_rare_or_not_spoken_is_left_out() -> None:
    assert terms_of([Chapter("一", LINE * (FEWEST - 1))]) == []
    assert terms_of([Chapter("注", LINE * FEWEST, on=False)]) == []


def test_what_is_not_sure_comes_first_and_an_entry_of_the_book_makes_it_sure() -> None:
    chapters = [Chapter("一", LINE * FEWEST)]
    before = terms_of(chapters)
    assert before[0].word == "Kuberflux"
    entry = draft("Kuberflux", "K UW2 B ER0 N EH1 T IY0 Z", "arpabet")
    after = {one.word: one for one in terms_of(chapters, [entry])}
    assert after["Kuberflux"].sure and after["Kuberflux"].reading == entry.reading


@pytest.mark.parametrize(
    ("word", "offered", "never"),
    [
        ("任盈盈", "ren4 ying2 ying2", "lin4"),
        ("查良镛", "cha2 liang2 yong1", "chai2"),
        ("朴正熙", "pu3 zheng4 xi1", "pu1"),
    ],
)
def test_readings_of_old_books_are_offered_for_no_name(word: str, offered: str, never: str) -> None:
    (term,) = terms_of([Chapter("", f"{word}来了。\n" * 4)])
    assert offered in term.alternatives and not any(never in one.split() for one in term.alternatives)
