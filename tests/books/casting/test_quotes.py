"""Where quotations begin and end, mark by mark."""

from __future__ import annotations

import re

import pytest

from indextts.books.quotes import MAX_OPEN, MAX_SINGLE, Quoted, find_quotes, paragraphs

TAGS = re.compile(r",? said \w+\.?")


def found(text: str, tags: re.Pattern[str] | None = None) -> list[list[Quoted]]:
    return find_quotes(text, paragraphs(text), tags)


def said(text: str, tags: re.Pattern[str] | None = None) -> list[str]:
    return [text[one.start : one.end] for line in found(text, tags) for one in line]


def test_lines_are_told_without_the_white_space_around_them() -> None:
    text = "  一。 \n\n二\n \t"
    assert [text[a:b] for a, b in paragraphs(text)] == ["一。", "", "二", ""]
    assert paragraphs(text) == [(2, 4), (6, 6), (7, 8), (11, 11)]


@pytest.mark.parametrize(("left", "right"), ["“”", "「」", "『』", "＂＂", '""', "«»"])
def test_each_pair_of_marks_is_a_quotation_with_the_marks(left: str, right: str) -> None:
    text = f"他说：{left}走。{right}完。{left}好。{right}"
    assert found(text) == [[Quoted(3, 7, (4, 6)), Quoted(9, 13, (10, 12))]]
    (open_one,) = found(f"他说：{left}走。")[0]
    assert (open_one.start, open_one.end, open_one.inner, open_one.closed) == (3, 6, (4, 6), False)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("“他说“好”。”完", ["“他说“好”。”"]),
        ("“走。“好。”", ["“走。", "“好。”"]),
        ("“走“好”了", ["“走“好”"]),
        ("“走。“完", ["“走。“"]),
        ("”走。”完", ["”走。”"]),
        ("“一。“二。“三。“", ["“一。“", "“三。“"]),
        ("“”完", ["“”"]),
        ("看《“书”名》，“好”。", ["“好”"]),
        ("看《“书”，" + "长" * 60 + "》", ["“书”"]),
        ("《" + "长" * 50 + "“书”" + "长" * 5 + "》", []),
        ("《" + "长" * 50 + "“书”" + "长" * 6 + "》", ["“书”"]),
    ],
)
def test_nested_unclosed_and_titled_marks(text: str, wanted: list[str]) -> None:
    assert said(text) == wanted


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("‘Go,’ he said. ‘Now.’", ["‘Go,’", "‘Now.’"]),
        ("'The boys' hats are here,' he said.", ["'The boys' hats are here,'"]),
        ("He said ‘no’ twice", ["‘no’"]),
        ("‘Tis late, the '90s are gone.", []),
        ("It's the boys' own.", []),
        ("‘Go on", ["‘Go on"]),
        ("He said ‘go on", []),
        ("‘The boys’ hat’ is here", ["‘The boys’ hat’"]),
        ("“Go,” he said of ‘it’.", ["“Go,”"]),
    ],
)
def test_single_marks_quote_where_they_are_the_books_style(text: str, wanted: list[str]) -> None:
    assert said(text) == wanted
    assert all(one.single == (text[one.start] in "'‘") for one in found(text)[0])


@pytest.mark.parametrize(("between", "closed"), [(MAX_SINGLE - 2, True), (MAX_SINGLE - 1, True), (MAX_SINGLE, False)])
def test_a_single_mark_is_closed_within_so_many(between: int, closed: bool) -> None:
    text = "‘It is " + "dogs' " * between + "end.’"
    ((one,),) = found(text)
    assert (one.closed, one.end) == (closed, len(text))


@pytest.mark.parametrize(("lines", "marked"), [(1, False), (2, True)])
def test_dashes_are_speech_from_the_second_on_and_what_the_narrator_says_is_none(lines: int, marked: bool) -> None:
    text = "\n".join(["— It is late, said Nora. We go."] * lines)
    wanted = ["— It is late", " We go."] * lines if marked else []
    assert said(text, TAGS) == wanted and said(text) == []
    assert all(one.dash for line in found(text, TAGS) for one in line)
    first = found(text, TAGS)[0]
    assert [text[slice(*one.inner)] for one in first] == [one.lstrip("— ") if "—" in one else one for one in wanted[:2]]


def test_a_dash_with_marks_in_its_line_makes_no_speech() -> None:
    assert said("— It is “late”.\n— Go on.\n—", TAGS) == ["“late”", "— Go on."]


@pytest.mark.parametrize(
    ("between", "goes_on"), [(0, True), (MAX_OPEN - 2, True), (MAX_OPEN - 1, True), (MAX_OPEN, False)]
)
def test_what_is_left_open_goes_on_for_so_many_paragraphs_where_it_is_closed(between: int, goes_on: bool) -> None:
    text = "\n".join(["他说：“一。", *(["中。"] * between), "末。”完。"])
    lines = found(text)
    assert [bool(line) for line in lines] == [True, *([goes_on] * (between + 1))]
    if goes_on:
        (last,) = lines[-1]
        assert (text[last.start : last.end], last.opened, last.closed, last.goes_on) == ("末。”", False, True, True)
        assert text[slice(*last.inner)] == "末。"


def test_what_is_left_open_ends_where_a_line_is_empty_or_another_begins() -> None:
    assert said("“一。\n\n二。”") == ["“一。"]
    assert said("“一。\n二“好”。") == ["“一。", "“好”"]
    first, second = found("“一。\n“二。”")
    assert (first[0].closed, second[0].opened, second[0].goes_on) == (False, True, True)
    assert [one.goes_on for line in found("“一。”\n“二。”") for one in line] == [False, False]
    assert [one.goes_on for line in found("“一。\n“二。”“三。”") for one in line] == [False, True, False]
    assert said("「一。\n二。」") == ["「一。"]
    assert said("「一。\n「二。」") == ["「一。", "「二。」"]
