"""The text front end: normaliser with the real grammars, glossary, tokeniser, segments."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indextts.engines.indextts2.frontend.normaliser import (
    LONGEST,
    SENTENCE_ENDS,
    Normaliser,
    Tokeniser,
    corrected,
    is_chinese,
    read_glossary,
    spaced,
    split,
)
from indextts.model.errors import StudioError

FIXTURES = Path(__file__).parents[3] / "fixtures" / "indextts2"
CASES = json.loads((FIXTURES / "text.json").read_text(encoding="utf-8"))["cases"]

TOKENS = st.lists(
    st.sampled_from(["你", "▁好", "B", ",", "▁,", "-", "▁-", "'", "▁'", *sorted(SENTENCE_ENDS)]), max_size=40
)


@pytest.mark.parametrize("case", CASES, ids=[case["text"][:12] for case in CASES])
def test_the_installed_grammars_write_what_the_published_system_writes(case: dict[str, str]) -> None:
    # Space at the ends is all that may differ: the tokeniser drops it.
    assert Normaliser()(case["text"]).strip() == case["normalized"].strip()


@given(st.text(alphabet="你好abB23<>|-·。，!? \n", max_size=30))
def test_any_text_is_written_without_an_error(text: str) -> None:
    written = Normaliser(zh=str, en=str)(text)
    assert isinstance(written, str) and not {"，", "。"} & {*written}


def test_annotations_survive_whatever_is_in_them() -> None:
    text = "<3.5|SAN1 DIAN3>是<重|CHONG2>，<a|B1>。" + "".join(f"<x{number}|y,{number}>" for number in range(30))
    written = Normaliser()(text)
    assert written.startswith("<3.5|SAN1 DIAN3>是<重|CHONG2>,<a|B1>.")
    assert written.endswith("<x28|y,28><x29|y,29>")


def test_many_syllables_and_names_come_back_as_they_were() -> None:
    syllables = [f"{initial}{final}{tone}" for initial in "bmd" for final in ("a", "ai", "ang") for tone in "1234"]
    text = "读作" + "，".join(syllables) + "，约翰·李。"
    assert Normaliser()(text) == "读作" + ",".join(syllables) + ",约翰-李."


@pytest.mark.parametrize(
    ("text", "chinese"),
    [("中", True), ("1999", True), ("Hello", False), ("a1@b2.com", True), ("hao3", True), ("beta2", False)],
)
def test_the_language_is_chosen_by_what_is_there(text: str, chinese: bool) -> None:
    assert is_chinese(text) is chinese


def test_only_j_q_and_x_are_corrected() -> None:
    syllables = {"ju4": "JV4", "Qüe1": "QVE1", "xi3": "XI3", "lu4": "lu4", "zhong4": "zhong4"}
    assert {syllable: corrected(syllable) for syllable in syllables} == syllables


def test_the_longest_term_of_the_glossary_wins_in_its_language() -> None:
    normaliser = Normaliser({"AB": "x", "abc": {"zh": "甲"}, "C++": {"en": "see"}}, zh=str, en=str)
    assert normaliser("这是ABC和ab") == "这是甲和x"
    assert normaliser("abc ab c++") == "abc x see"


def test_glossaries_are_read_and_checked(tmp_path: Path) -> None:
    path = tmp_path / "glossary.yaml"
    path.write_text("M.2: M two\nC++: {zh: C加加, en: C plus plus}\n", encoding="utf-8")
    assert read_glossary(path) == {"M.2": "M two", "C++": {"zh": "C加加", "en": "C plus plus"}}
    path.write_text("", encoding="utf-8")
    assert read_glossary(path) == {}
    for wrong in ("- a\n- b\n", "a: 3\n", "a: {fr: x}\n", "a: [", "just words"):
        path.write_text(wrong, encoding="utf-8")
        with pytest.raises(StudioError) as caught:
            read_glossary(path)
        assert caught.value.code == "bad_file"
    with pytest.raises(StudioError):
        read_glossary(tmp_path / "none.yaml")


@pytest.mark.night
def test_long_text_is_written_piece_by_piece() -> None:
    sentence = "今天是2024年3月15日，气温23.5℃。"
    written = Normaliser()(sentence)
    assert Normaliser()(sentence * 60) == written * 60
    assert len(sentence * 60) > LONGEST
    unmarked = "字" * (3 * LONGEST + 5)
    assert Normaliser()(unmarked) == unmarked
    english = "It is 5 o'clock. " * 60
    assert "5" not in Normaliser()(english)
    assert ". It" in Normaliser()(english)


@pytest.fixture(scope="module")
def tokeniser() -> Tokeniser:
    return Tokeniser.open(FIXTURES / "bpe_tiny.model", Normaliser(zh=str, en=str))


def test_a_single_character_is_not_normalised() -> None:
    def never(text: str) -> str:
        raise AssertionError(text)

    tokeniser = Tokeniser.open(FIXTURES / "bpe_tiny.model", Normaliser(zh=never, en=never))
    assert tokeniser.tokens(" 好 ") == ["▁好"]


def test_nothing_has_no_tokens(tokeniser: Tokeniser) -> None:
    assert tokeniser.tokens("") == tokeniser.tokens("  \n ") == []


@given(st.text(max_size=30))
def test_every_token_has_a_number(tokeniser: Tokeniser, text: str) -> None:
    ids = tokeniser.ids(tokeniser.tokens(text))
    assert all(0 <= one < len(tokeniser) for one in ids)


def test_wide_characters_stand_alone_and_letters_are_capitals() -> None:
    assert spaced("abc中文 déf、ok，") == "ABC 中 文 DÉF 、 OK，"


def test_a_file_that_is_no_model_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "bpe.model"
    for content in (None, b"", b"Not found"):
        if content is not None:
            path.write_bytes(content)
        with pytest.raises(StudioError) as caught:
            Tokeniser.open(path, Normaliser())
        assert caught.value.code == "bad_file"


@given(TOKENS, st.integers(4, 30), st.integers(0, 40))
def test_segments_hold_every_token_in_order_and_only_quotes_twice(tokens: list[str], longest: int, quick: int) -> None:
    segments = split(tokens, longest, quick)
    assert all(segments)
    at = 0
    for segment in segments:
        repeated = at and tokens[at - 1] in ("'", "▁'") and segment[:1] == [tokens[at - 1]]
        if repeated and segment != tokens[at : at + len(segment)]:
            at -= 1
        assert len(segment) <= longest + 1
        at += _matched(segment, tokens[at:])
    assert at == len(tokens)


def _matched(segment: list[str], rest: list[str]) -> int:
    """How many tokens of ``rest`` the segment is, quotes inside it counted once where they are there twice."""
    used = 0
    for place, token in enumerate(segment):
        if used < len(rest) and token == rest[used]:
            used += 1
        else:
            assert token in ("'", "▁'") and segment[place - 1] == token
    return used


def test_a_quick_start_has_shorter_segments() -> None:
    tokens = ["你", "好", ",", "世", "界", "▁.", *["再", "见", "吧", "▁."] * 5]
    slow, quick = split(tokens, 30), split(tokens, 30, 100)
    assert len(quick[0]) < len(slow[0])
    for segments in (slow, quick):
        assert [token for segment in segments for token in segment] == tokens


def test_a_hundred_thousand_tokens_are_cut_in_a_moment() -> None:
    tokens = ["字", "▁,", "词", "-", "句", "▁."] * 17_000
    began = time.monotonic()
    assert sum(len(segment) for segment in split(tokens, 120)) == len(tokens)
    assert time.monotonic() - began < 60, "not a measurement: a splitter of quadratic cost would take hours"
