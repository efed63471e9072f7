"""Screenplays in Fountain: people are cast, scenes are chapters, what only a crew needs is not said."""

from __future__ import annotations

import pytest

from benchmarks.book_files import STORY
from indextts.books.model import Manuscript
from indextts.books.reading import read_manuscript

PLAY = """Title:
    _**The Ferry Rope**_
Credit: Written by
Author: Ann Gray
Draft date: 1/2/2020

FADE IN:

EXT. HARBOUR - NIGHT #1#

Fog. A boat /* cut this */ drifts. [[is it blue?]]

TOM (V.O.)
(whispering)
It was *dark*.
Nobody (beat) came.

MRS. O'NEIL (CONT'D) ^
Hurry!

CUT TO:

= What happens next.

INT. TOM'S HOUSE – DAY

He sits down. HE DOES NOT SPEAK.

@McAvoy
~Row, row your boat

> THE END <

.MONTAGE

NARRATOR
Years went by.
"""


def said(book: Manuscript) -> list[tuple[str, str]]:
    return [(one.speaker, part.text[one.start : one.end]) for part in book.chapters for one in part.quotations]


@pytest.mark.parametrize("name", ["a.fountain", "a.txt"])
def test_a_screenplay_is_read_scene_by_scene_with_its_people(name: str) -> None:
    book = read_manuscript(name, PLAY.encode())
    assert (book.title, book.author) == ("The Ferry Rope", "Ann Gray")
    assert [(one.title, one.text) for one in book.chapters] == [
        ("Exterior: Harbour - Night", "Fog. A boat drifts.\nIt was dark. Nobody came.\nHurry!"),
        ("Interior: Tom’s House – Day", "He sits down. HE DOES NOT SPEAK.\nRow, row your boat\nTHE END"),
        ("Montage", "Years went by."),
    ]
    assert said(book) == [
        ("Tom", "It was dark. Nobody came."),
        ("Mrs. O'Neil", "Hurry!"),
        ("McAvoy", "Row, row your boat"),
    ]


def test_chinese_people_are_named_with_a_sign() -> None:
    text = f".码头 夜\n\n{STORY[0]}\n\n@老杜（画外音）\n（低声）\n走吧。\n别等了。\n\n.屋里 日\n\n@小满\n等等。\n"
    book = read_manuscript("a.fountain", text.encode())
    assert [one.title for one in book.chapters] == ["码头 夜", "屋里 日"]
    assert said(book) == [("老杜", "走吧。别等了。"), ("小满", "等等。")]


@pytest.mark.parametrize(
    "text",
    [
        "CHAPTER I\n\nIt was dark.\n\nCHAPTER II\n\nIt rained. INT. and EXT. are short forms.\n",
        "INT. HOUSE - DAY is how a screenplay begins.\n\nTHE END\n\nShe wrote it down, and went on.\n" * 3,
        "TO TOM\nMy dear.\n\nTO ANN\nMy dear.\n\n" + "It was dark.\n\n" * 9,
    ],
)
def test_prose_with_capitals_is_no_screenplay(text: str) -> None:
    assert said(read_manuscript("a.txt", text.encode())) == []
