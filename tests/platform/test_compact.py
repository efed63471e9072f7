"""Tables that are text answer as dictionaries do."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from indextts.platform.compact import PhraseTable, SortedLines


@given(st.dictionaries(st.text("abc'.(2)", min_size=1, max_size=5), st.text("AH0 K", max_size=6), max_size=30))
def test_sorted_lines_hold_what_was_put_in(entries: dict[str, str]) -> None:
    for compact in (SortedLines(entries.items()), SortedLines.of_lines([" ".join(entry) for entry in entries.items()])):
        assert {word: compact.get(word) for word in entries} == entries
        for absent in ("", "a", "zz", "c'c'", "("):
            assert absent in entries or compact.get(absent) is None
        for start in ("a", "b", "a'", "zz", "("):
            assert compact.begins(start) == any(word.startswith(start) for word in entries)


@given(st.dictionaries(st.text("重庆要阿𠀀", min_size=1, max_size=4), st.text("zhòng q", max_size=6), max_size=30))
def test_a_book_holds_what_was_put_in(entries: dict[str, str]) -> None:
    book = PhraseTable(entries.items())
    assert dict(book) == entries
    assert {phrase: book.get(phrase) for phrase in entries} == entries
    for asked in ("", "重", "庆", "重庆", "要重", "他", "他们"):
        assert asked in entries or book.get(asked) is None
        assert book.begins(asked) == (asked != "" and any(phrase.startswith(asked) for phrase in entries))
