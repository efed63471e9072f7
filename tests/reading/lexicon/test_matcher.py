"""Finding the dictionary's words."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indextts.reading.lexicon.entry import EntryDraft, draft
from indextts.reading.lexicon.lexicon import Matcher, inside
from indextts.reading.text.overrides import Override


def _found(text: str, *words: str) -> list[str]:
    return [text[f.start : f.end] for f in Matcher([EntryDraft(word, "x", "text") for word in words]).match(text)]


@pytest.mark.parametrize(
    ("text", "words", "found"),
    [
        ("我在重庆北站", ["重庆", "重庆北站", "北站"], ["重庆北站"]),
        ("我在重庆北", ["重庆", "重庆北站", "北"], ["重庆", "北"]),
        ("重重", ["重"], ["重", "重"]),
        ("Live and let live", ["live"], ["Live", "live"]),
        ("alive liver live", ["live"], ["live"]),
        ("用GPT做", ["gpt"], ["GPT"]),
        ("GPT4 GPT-4 my_gpt", ["GPT"], ["GPT", "GPT"]),
        ("512 GB, 16GB, 16GBit, 3GB5", ["GB"], ["GB", "GB", "GB"]),
        ("Qwen3-Max", ["qwen"], ["Qwen"]),
        ("Qwen3-Max", ["qwen", "Qwen3"], ["Qwen3"]),
        ("3D 13 3", ["3"], ["3"]),
        ("don't don", ["don"], ["don"]),
        ("'don' don's don's't don'sun", ["don"], ["don", "don's"]),
        ("machine learning", ["machine learning", "machine"], ["machine learning"]),
        ("C++ C++11 c", ["C++"], ["C++", "C++"]),
        ("❤吗", ["❤"], ["❤"]),
        ("İa 重", ["重"], ["重"]),
        ("", ["重"], []),
        ("重", [], []),
    ],
)
def test_the_longest_word_at_each_place(text: str, words: list[str], found: list[str]) -> None:
    assert _found(text, *words) == found


def test_each_kind_says_what_to_do() -> None:
    matcher = Matcher([draft("重庆", "chong2 qing4"), draft("W3C", "万维网联盟"), draft("SQL", "S IY1 K W AH0 L")])
    first, second, third = matcher.match("重庆 w3c SQL")
    assert (first.reading, first.source) == ("chong2 qing4", "lexicon")
    assert (second.spoken, second.reading) == ("万维网联盟", "")
    assert third.reading == "S IY1 K W AH0 L"


@pytest.mark.parametrize(
    ("entry", "text", "said"),
    [
        (draft("Anthea", "AE1 N TH IY0 AH0"), "Anthea's cat", "AE1 N TH IY0 AH0 Z"),
        (draft("Brecht", "B R EH1 K T"), "brecht’s plays", "B R EH1 K T S"),
        (draft("Goetz", "G EH1 T S"), "GOETZ's", "G EH1 T S AH0 Z"),
        (draft("SQL", "sequel"), "SQL's speed", "sequel's"),
        (draft("WHO", "世卫组织"), "WHO's 报告", "世卫组织的"),
        (draft("GIF", "JH IH1 F"), "GIFs in it", "JH IH1 F S"),
        (draft("sql", "sequel"), "SQLs, all", "sequel's"),
        (draft("SDK", "开发包"), "SDKs 很多", "开发包"),
    ],
)
def test_an_english_word_is_found_with_its_possessive_and_its_plural(entry: EntryDraft, text: str, said: str) -> None:
    (found,) = Matcher([entry]).match(text)
    assert (found.reading or found.spoken) == said
    assert text[found.start : found.end].lower() in (f"{entry.word.lower()}{tail}" for tail in ("'s", "’s", "s"))


@pytest.mark.parametrize("text", ["its ITS Its", "RITs", "ITsy"])
def test_what_ends_in_s_is_no_plural_by_that_alone(text: str) -> None:
    assert Matcher([draft("IT", "I T")]).match(text) == []


def test_a_possessive_of_its_own_goes_first() -> None:
    (found,) = Matcher([draft("Anthea", "AE1 N"), draft("Anthea's", "AE1 S")]).match("Anthea's")
    assert found.reading == "AE1 S"


def test_pinyin_has_no_possessive() -> None:
    assert Matcher([draft("Nike", "nai4 ke4")]).match("Nike's") == []


def test_words_are_found_in_what_an_alias_says() -> None:
    matcher = Matcher([draft("重庆", "zhong4 qing4"), draft("WHO", "世卫组织")])
    alias = inside(Override(3, 5, spoken="WHO 驻重庆办"), matcher.match)
    assert (alias.spoken, alias.start, alias.end) == ("世卫组织 驻重庆办", 3, 5)
    assert [(part.start, part.end, part.reading) for part in alias.inside] == [(6, 8, "zhong4 qing4")]
    assert inside(Override(0, 2, reading="chong2 qing4"), matcher.match).inside == ()


def test_disabled_entries_are_not_used() -> None:
    assert Matcher([draft("重", "zhong4", enabled=False)]).match("重") == []


class _Counted(str):
    """Counts how often it is sliced."""

    slices = 0

    def __getitem__(self, key: object) -> str:
        _Counted.slices += isinstance(key, slice)
        return super().__getitem__(key)  # type: ignore[index]

    def lower(self) -> _Counted:
        return _Counted(super().lower())


def test_ten_thousand_entries_cost_no_more_than_a_few() -> None:
    words = [f"{chr(0x4E00 + n % 5000)}{chr(0x4E00 + n // 2)}" for n in range(10_000)]
    matcher = Matcher([EntryDraft(word, "x", "text") for word in words])
    text = _Counted("今天天气很好我们去公园" * 100)
    matcher.match(text)
    assert _Counted.slices <= len(text)


@given(st.text(alphabet="重庆北ab 'É1", max_size=30), st.lists(st.text(alphabet="重庆北ab", min_size=1, max_size=4)))
def test_matches_are_words_in_order_and_apart(text: str, words: list[str]) -> None:
    found = Matcher([EntryDraft(word, "x", "text") for word in words]).match(text)
    assert all(a.end <= b.start for a, b in itertools.pairwise(found))
    assert all(text[f.start : f.end].lower() in words for f in found)
