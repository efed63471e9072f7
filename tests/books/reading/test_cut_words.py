"""PDF and wrapped text: spaces of tight lines, words that a line's end cuts, real hyphens, who wrote it, headings."""

from __future__ import annotations

import pytest

from benchmarks.book_files import Printed, pdf_of, pdf_printed, stream
from indextts.books.model import Manuscript
from indextts.books.reading import read_manuscript

FILLER = (
    "The keeper went down to the water again and looked at the boats ",
    "that had come in with the tide, and nobody there could tell him ",
)
CUTS = [
    ("twenty-", "two paces", "twenty-two paces"),
    ("blue-", "grey water", "blue-grey water"),
    ("a half-", "open door", "a half-open door"),
    ("his mother-in-", "law", "his mother-in-law"),
    ("a bread-", "and-butter letter", "a bread-and-butter letter"),
    ("an X-", "ray of it", "an X-ray of it"),
    ("two-", "or threefold", "two- or threefold"),
    ("the Anglo-", "Saxon church", "the Anglo-Saxon church"),
    ("a mid-", "Atlantic storm", "a mid-Atlantic storm"),
    ("the broad-shoul-", "dered man", "the broad-shouldered man"),
    ("some-", "thing else", "something else"),
    ("many mag-", "istrates", "many magistrates"),
    ("the ap-", "othecary", "the apothecary"),
    ("Miss Lind-", "qvist", "Miss Lindqvist"),
    ("CHAP-", "TER by chapter", "CHAPTER by chapter"),
]
KNOWN = [
    ("the sand-", "lark flew", "A sandlark sang.", "the sandlark flew"),
    ("the candle-", "light burnt", "By candle-light he read.", "the candle-light burnt"),
]


def text_of(book: Manuscript) -> str:
    return " ".join(one.text for one in book.chapters if one.on)


def wrapped(end: str, begin: str, first: str = "") -> list[str]:
    """Lines of one width, in which one ends with ``end``, and the next begins with ``begin``."""
    room = len(FILLER[0])
    above = f"{FILLER[0][: room - len(end) - 1].rpartition(' ')[0]} {end}"
    below = f"{begin} {FILLER[1]}"[:room].rpartition(" ")[0]
    return [first or FILLER[1].strip().capitalize(), FILLER[0].strip(), above, below, *(x.strip() for x in FILLER * 4)]


def pdf_lines(lines: list[str]) -> bytes:
    return pdf_printed([[Printed(line, 60, 760 - 14 * at, 11) for at, line in enumerate(lines)]])


@pytest.mark.parametrize("kind", ["pdf", "txt"])
@pytest.mark.parametrize(("end", "begin", "whole"), CUTS)
def test_a_hyphen_at_the_end_of_a_line_stays_between_words(kind: str, end: str, begin: str, whole: str) -> None:
    lines = wrapped(end, begin)
    data = pdf_lines(lines) if kind == "pdf" else "\n".join(lines).encode()
    assert f" {whole} " in text_of(read_manuscript(f"a.{kind}", data))


@pytest.mark.parametrize("kind", ["pdf", "txt"])
@pytest.mark.parametrize(("end", "begin", "elsewhere", "whole"), KNOWN)
def test_a_word_is_written_as_it_stands_elsewhere(kind: str, end: str, begin: str, elsewhere: str, whole: str) -> None:
    lines = wrapped(end, begin, f"{elsewhere} {FILLER[0]}"[:60].rpartition(" ")[0])
    data = pdf_lines(lines) if kind == "pdf" else "\n".join(lines).encode()
    assert f" {whole} " in text_of(read_manuscript(f"a.{kind}", data))


def test_lines_of_a_caption_keep_their_hyphens() -> None:
    cues = "1\n00:00:01,000 --> 00:00:03,000\nWe counted twenty-\ntwo of them, some-\nhow.\n"
    assert text_of(read_manuscript("a.srt", cues.encode())).strip() == "We counted twenty-two of them, somehow."


@pytest.mark.parametrize("said", ["“Go.” “Where?” he said.", "‘Go.’ ‘Where?’", "he went on … “Where?”"])
def test_spaces_between_quotation_marks_are_kept(said: str) -> None:
    lines = [f"{said} {FILLER[0].strip()}", *(x.strip() for x in FILLER * 3)]
    assert said in text_of(read_manuscript("a.pdf", pdf_lines(lines)))


@pytest.mark.parametrize("said", ["他说 ：“ 收好 ，路上用得着 。”", "他 说 ： “ 收 好 ， 路 上 用 得 着 。 ”"])
def test_chinese_has_no_spaces_around_its_marks(said: str) -> None:
    lines = [
        said,
        *["塔下的河水涨了又退，他把小船翻过来，一块一块地补好，没有说话。"] * (3 if "： “" not in said else 0),
    ]
    assert "他说：“收好，路上用得着。”" in text_of(read_manuscript("a.pdf", pdf_lines(lines)))


WORDS = ["ing", "Dora", "went", "down", "to", "the", "quarry", "road", "merely", "to", "see", "whether"]


@pytest.mark.parametrize(("gap", "space"), [(222, 500), (230, 525), (260, 600), (200, 333), (333, 500)])
def test_words_of_a_tight_line_are_apart(gap: int, space: int) -> None:
    """TeX writes no spaces, and what its fonts have in their place may be as wide as a letter."""
    widths = " ".join([str(space), *["500"] * 94])
    shown = f" -{gap} ".join(f"({word})" for word in WORDS)
    drawn = "".join(f"BT /F1 11 Tf 60 {700 - 14 * at} Td [{shown}] TJ ET\n" for at in range(4))
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[4 0 R]/Count 1>>",
        f"<</Type/Font/Subtype/Type1/BaseFont/ABCDEF+Roman10/FirstChar 32/LastChar 126/Widths[{widths}]>>".encode(),
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources<</Font<</F1 3 0 R>>>>/Contents 5 0 R>>",
        stream(drawn.encode()),
    ]
    assert " ".join(WORDS) in text_of(read_manuscript("a.pdf", pdf_of(objects)))


ABOVE = [
    ["On the Ledger", "Edith Rowntree", "University of the Estuary", "June 2014"],
    ["On the Ledger", "of Saltmarsh Lane", "Anna Bell and Tom Gray"],
    ["On the Ledger", "by Wren Ashgrove", "May 1987"],
    ["渡口的账本", "周砚", "2014年6月"],
    ["渡口的账本", "作者：林疏月"],
]
WRITERS = ["Edith Rowntree", "Anna Bell and Tom Gray", "Wren Ashgrove", "周砚", "林疏月"]


@pytest.mark.parametrize(("above", "writer"), zip(ABOVE, WRITERS, strict=True))
@pytest.mark.parametrize("small", [12, 10])
def test_who_wrote_it_stands_above_two_columns_and_is_not_spoken(above: list[str], writer: str, small: int) -> None:
    zh = above[0][0] > "\u3000"
    top = sum(line.startswith(("On", "of", "渡")) for line in above)
    page = [Printed(line, 200, 760 - 20 * at, 17 if at < top else small) for at, line in enumerate(above)]
    prose = ["塔下的河水涨了又退，他把小船翻过来补好"] if zh else [line[:40].strip() for line in FILLER]
    for number, x in enumerate((60, 310)):
        page.append(Printed(f"{number + 1} {'雾' if zh else 'The Fog and Its Keepers'}", x, 640, 13))
        page += [Printed(prose[at % len(prose)], x, 620 - 12 * at, 10) for at in range(24)]
    book = read_manuscript("a.pdf", pdf_printed([page]))
    assert (book.title, book.author) == (" ".join(above[:top]), writer)
    assert [one.title[0] for one in book.chapters if one.on] == ["1", "2"]
    assert not any(line in text_of(book) for line in above)


HEADS = [
    ["CHAPTER {}.", "THE WRECK.", "THE INQUEST."],
    ["Chapter {}.", "The Wreck.", "In which Nothing Happens."],
    ["CHAPTER {}", "THE WRECK", "THE INQUEST"],
    ["{}.", "THE WRECK.", "THE INQUEST."],
    ["BOOK {}.", "THE WRECK.", "THE INQUEST."],
    ["CHAPTER {}.", "What Was Found?", "Home Again!"],
]


@pytest.mark.parametrize("head", HEADS)
@pytest.mark.parametrize("size", [10.5, 12, 14])
def test_a_heading_of_two_lines_is_one_title(head: list[str], size: float) -> None:
    number, *names = head
    told = [*FILLER * 6, "before."]
    numbers = [number.format(count) for count in ("I", "II")]
    pages = [
        [
            Printed(above, 180, 500, size + 0.1 * at),
            Printed(name, 170, 476, size),
            *[Printed(line.strip(), 50, 450 - 14 * row, 10.4 + row % 3 / 10) for row, line in enumerate(told)],
        ]
        for at, (above, name) in enumerate(zip(numbers, names, strict=True))
    ]
    book = read_manuscript("a.pdf", pdf_printed(pages))
    titles = [one.title for one in book.chapters if one.on]
    assert titles == [f"{above} {name}" for above, name in zip(numbers, names, strict=True)]


@pytest.mark.parametrize("below", ["He ran.", "“Stop!”", "It was over, they said."])
def test_a_sentence_below_a_number_is_no_title(below: str) -> None:
    lines = ["CHAPTER I.", "", below, "", FILLER[0], "", "CHAPTER II.", "", below, "", FILLER[1]]
    book = read_manuscript("a.txt", "\n".join(lines).encode())
    assert [one.title for one in book.chapters] == ["CHAPTER I.", "CHAPTER II."]
