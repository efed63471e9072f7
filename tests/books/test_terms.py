"""Names and terms of a book with their readings, before anything is spoken."""

from __future__ import annotations

import pytest

from indextts.books.model import Chapter
from indextts.books.names import spoken_names
from indextts.books.terms import FEWEST, LOOKED_THROUGH, MOST, Term, terms_of
from indextts.reading.lexicon.entry import draft
from indextts.reading.text.tokens import tagged

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


@pytest.mark.parametrize("word", ["王露", "李长", "赵长", "张小露"])
def test_a_name_whose_reading_is_likely_but_not_certain_is_doubtful(word: str) -> None:
    (term,) = terms_of([Chapter("", f"{word}来了。\n" * 4)])
    assert term.word == word and not term.sure


@pytest.mark.parametrize("word", ["任长霞", "单田芳", "解缙", "查良镛"])
def test_a_name_whose_reading_is_certain_is_not(word: str) -> None:
    (term,) = terms_of([Chapter("", f"{word}来了。\n" * 4)])
    assert term.word == word and term.sure


def test_an_abbreviation_is_listed_though_a_dictionary_has_it_and_a_common_word_is_not() -> None:
    found = {one.word: one for one in terms_of([Chapter("", "NASA and the US said that apples matter.\n" * 4)])}
    assert set(found) == {"NASA", "US"}
    assert found["NASA"].reading == "N AE1 S AH0"


def told(text: str, *, words: tuple[str, ...] = (), enabled: bool = True) -> list[Term]:
    """The terms of a text; ``words`` are entries of the book's own, in use or not."""
    drafts = [draft(one, "K UW1", "arpabet") for one in words]
    return terms_of([Chapter("", text)], [type(one)(**{**vars(one), "enabled": enabled}) for one in drafts])


def test_what_is_doubtful_comes_first_and_then_what_is_most_common() -> None:
    often = {"Kuberflux": 3, "任长霞": 6, "Zorblix": 5, "曹操": 4, "王露": 7}
    text = "".join(f"{word}来了。\n" * count for word, count in often.items())
    found = told(text)
    assert [(one.word, one.count) for one in found if one.word in often] == [
        ("王露", 7), ("Zorblix", 5), ("Kuberflux", 3), ("任长霞", 6), ("曹操", 4),
    ]  # fmt: skip
    assert [one.sure for one in found] == sorted(one.sure for one in found)


def test_of_chapters_together_a_word_is_counted_and_its_first_place_is_shown() -> None:
    chapters = [Chapter("", "前面的话还有很长很长的一段，那时候Zorblix终于来到了我们这个小小的村子里面。")] + [
        Chapter("", "Zorblix。")
    ] * 2
    (term,) = terms_of(chapters)
    assert (term.word, term.count) == ("Zorblix", 3)
    assert term.example == "话还有很长很长的一段，那时候Zorblix终于来到了我们这个小小的村子"
    (short,) = told(" Zorblix \n" * 3)
    assert short.example == "Zorblix"


@pytest.mark.night
def test_of_a_very_long_book_lines_from_all_over_are_looked_through_and_the_whole_is_counted(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    seen: list[str] = []

    def read(line: str) -> list[tuple[str, str]]:
        seen.append(line)
        return tagged(line)

    monkeypatch.setattr("indextts.books.terms.tagged", read)
    often = "重庆的路好走。" + "1 " * 150
    chapters = [Chapter(str(number), "\n".join([often] * 100)) for number in range(50)]
    chapters += [Chapter("后", "\n".join(["任盈盈来了。" + "2 " * 150] * 200))]
    found = {one.word: one for one in terms_of(chapters)}
    assert sum(map(len, seen)) <= LOOKED_THROUGH < sum(len(one.text) for one in chapters)
    assert found["重庆"].count == 50 * 100 and found["任盈盈"].count == 200


@pytest.mark.night
def test_no_more_than_four_hundred_are_listed_the_commonest() -> None:
    letters = "bdfgklmnprstvz"
    names = [f"{a}ax{b}oq{c}u".capitalize() for a in letters for b in letters for c in letters[:3]][: MOST + 5]
    text = "".join(f"{name}. " * (FEWEST + (place >= 5)) for place, name in enumerate(names))
    found = told(text)
    assert MOST == 400 and len(names) == 405 and len(found) == MOST
    assert not {one.word for one in found} & set(names[:5])


def test_words_in_latin_letters_have_two_or_more_and_keep_what_joins_them() -> None:
    found = told("O'Zorblix-Kwin和Qv’x，A是x，Zorblix-，3Z。\n" * 3)
    assert {one.word for one in found} == {"O'Zorblix-Kwin", "Qv’x", "Zorblix"}


def test_names_of_one_character_or_with_other_letters_are_none() -> None:
    found = {one.word for one in told("王来了。张说好。阿列克谢耶维奇和布宜诺斯艾利斯。\n" * 3)}
    assert found >= {"阿列克谢耶维奇", "布宜诺斯艾利斯"} and not any(len(one) == 1 for one in found)


def test_an_entry_that_is_in_use_is_told_as_it_is_and_one_that_is_not_says_nothing() -> None:
    text = "Zorblix and apples.\n" * 3
    own = {one.word: one for one in told(text, words=("zorblix", "Apples"))}
    for word in ("Zorblix", "apples"):
        one = own[word]
        assert (one.reading, one.kind, one.alternatives, one.sure, one.count) == ("K UW1", "arpabet", (), True, 3)
        assert one.example == "Zorblix and apples."
    off = told(text, words=("zorblix", "Apples"), enabled=False)
    assert [(one.word, one.sure) for one in off] == [("Zorblix", False)] and off[0].reading != "K UW1"


def test_other_readings_are_of_the_whole_word_one_character_at_a_time() -> None:
    (term,) = told("阿列克谢耶维奇来了。\n" * 3)
    said = term.reading.split()
    assert len(said) == 7 and term.kind == "pinyin"
    for other in term.alternatives:
        assert sum(one != two for one, two in zip(other.split(), said, strict=True)) == 1
    assert len(set(term.alternatives)) == len(term.alternatives) >= 3
    (english,) = told("READ it.\n" * 3)
    assert (english.reading, english.alternatives, english.sure) == ("R EH1 D", ("R IY1 D",), True)
    assert english.told() == {
        "word": "READ", "count": 3, "kind": "arpabet", "reading": "R EH1 D", "alternatives": ("R IY1 D",),
        "sure": True, "example": "READ it.",
    }  # fmt: skip


def test_scraps_of_sentences_are_no_names_and_those_of_the_cast_are_always_there() -> None:
    text = (
        "他写了一封信。老陈叹了口气。单立行走过来。\n老陈笑了笑，那封信还在。单立行点头。\n"
        "老陈问：“这封信呢？”单立行说不知道。\n"
    )
    found = {one.word: one for one in terms_of([Chapter("", text * 2 + "宗小绵来了。")], cast=["宗小绵", "队长"])}
    assert {"老陈", "单立行", "宗小绵"} <= set(found)
    assert not {"封信", "陈叹", "队长", "单立"} & set(found)
    assert found["单立行"].reading.startswith("shan4") or not found["单立行"].sure


def test_a_name_of_the_cast_is_told_without_what_stands_behind_it() -> None:
    text = "苏禾提着灯走进来。苏禾提起裙角。苏禾提了一口气。苏禾笑了。苏禾走了。\n" * FEWEST
    alone = {one.word for one in terms_of([Chapter("", text)])}
    known = {one.word for one in terms_of([Chapter("", text)], cast=["苏禾"])}
    assert "苏禾提" in alone - known and "苏禾" in known


def test_names_in_letters_are_told_word_by_word_also_known_ones_and_roles_are_not() -> None:
    text = "Mara looked at the magistrate. Marathon runners bored Dr. Tobias Fenn and Mara.\n" * 2
    found = terms_of([Chapter("One", text)], cast=["Mara", "Dr. Tobias Fenn", "the magistrate"])
    assert {one.word: one.count for one in found} == {"Mara": 4, "Tobias": 2, "Fenn": 2}
    assert next(one for one in found if one.word == "Mara").reading == "M AA1 R AH0"


@pytest.mark.parametrize(
    ("name", "reading"),
    [
        ("华中平", "hua4 zhong1 ping2"), ("华东来", "hua4 dong1 lai2"), ("华为民", "hua4 wei2 min2"),
        ("华人杰", "hua4 ren2 jie2"), ("华西岳", "hua4 xi1 yue4"),
        ("区中平", "ou1 zhong1 ping2"), ("查理曼", "cha2 li3 man4"), ("柏拉图", "bai3 la1 tu2"),
    ],
)  # fmt: skip
def test_a_family_name_is_one_even_where_its_characters_begin_a_region_or_a_firm(name: str, reading: str) -> None:
    (entry,) = spoken_names([name])
    assert entry.reading == reading
