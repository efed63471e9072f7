"""Version 2.5's text: a tokeniser file of the published form, languages, readings, segments."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indextts.engines.indextts2.frontend.normaliser import Normaliser
from indextts.engines.indextts2.frontend.v25 import (
    LANGUAGES,
    RankTokeniser,
    language_number,
    segments,
    special_count,
    specials,
    written,
)
from indextts.model.errors import StudioError

WORDS = [b"he", b"ll", b"hell", b"hello", b" w", "你".encode()[:2], "你".encode(), b"AH", b"AH0"]
BYTES = [bytes([byte]) for byte in range(256)]
PUBLISHED_BASE, PUBLISHED_SIZE = 58836, 60509


def write(path: Path, tokens: list[bytes]) -> Path:
    lines = (f"{base64.b64encode(token).decode()} {rank}" for rank, token in enumerate(tokens))
    path.write_text("\n".join(lines) + "\n", encoding="ascii")
    return path


def small() -> RankTokeniser:
    ranks = {token: rank for rank, token in enumerate(BYTES + WORDS)}
    return RankTokeniser(ranks, specials(len(ranks)))


def text_of(ids: list[int]) -> str:
    tokens = BYTES + WORDS
    names = {number: name for name, number in specials(len(tokens)).items()}
    return b"".join(tokens[one] if one < len(tokens) else names[one].encode() for one in ids).decode()


def test_special_tokens_fill_what_the_published_gpt_has_behind_the_file() -> None:
    assert PUBLISHED_BASE + special_count() == PUBLISHED_SIZE
    assert len(LANGUAGES) == len(set(LANGUAGES)) == 99
    found = specials(PUBLISHED_BASE)
    assert found["<|en|>"] == PUBLISHED_BASE + 2
    assert found["<|SPECIAL_TOKEN_30|>"] == PUBLISHED_SIZE - 1501 - 20 - 1
    assert [language_number(one) for one in ("en", "zh")] == [0, 1]


@given(st.text(max_size=40))
def test_tokens_are_the_text(text: str) -> None:
    assert text_of(small().ids(text)) == text


def test_the_lowest_rank_is_joined_first() -> None:
    # "he" + "ll" make "hell", and that with "o" makes "hello"; " w" is a piece's beginning.
    ranks = {token: rank for rank, token in enumerate(BYTES + WORDS)}
    ids = small().ids("hello wo 你")
    assert ids == [ranks[b"hello"], ranks[b" w"], ranks[b"o"], ranks[b" "], ranks["你".encode()]]


def test_names_of_special_tokens_stand_for_them() -> None:
    found = specials(256 + len(WORDS))
    assert small().ids("<|zh|>o<|SPECIAL_TOKEN_1|>") == [found["<|zh|>"], ord("o"), found["<|SPECIAL_TOKEN_1|>"]]
    assert len(small().ids("<|xx|>")) == 6


def test_a_file_is_read_and_must_belong_to_the_gpt(tmp_path: Path) -> None:
    path = write(tmp_path / "some.tiktoken", BYTES + WORDS)
    size = 256 + len(WORDS) + special_count()
    assert RankTokeniser.open(path, size=size).ids("hello 你") == small().ids("hello 你")
    with pytest.raises(StudioError) as caught:
        RankTokeniser.open(path, size=size + 1)
    assert caught.value.code == "bad_file"


def test_the_published_token_without_bytes_takes_its_number_and_nothing_else(tmp_path: Path) -> None:
    path = write(tmp_path / "some.tiktoken", BYTES)
    with path.open("ab") as lines:
        lines.write(b"\n= 256\naGU= 257\n")
    assert RankTokeniser.open(path, size=258 + special_count()).ids("hello <|zh|>") == [257, *b"llo ", 258 + 2 + 1]


@pytest.mark.parametrize("content", [None, b"", b"Not found", b"!!!! 0\n", b"aGU= x\n", b"aGU= 0\n"])
def test_a_file_that_is_none_is_refused(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "some.tiktoken"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(StudioError) as caught:
        RankTokeniser.open(path, size=9)
    assert caught.value.code == "bad_file"


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("他有3只CAT。", "zh", "他有三只cat."),
        ("It's 5 PM", "en", "it is five pm"),
        ("a <b|b iy1> 5", "en", "a <|SPECIAL_TOKEN_1|>B IY1<|SPECIAL_TOKEN_1|> five"),
        ("Hola 5", "es", "HOLA 5"),
        ("いい、よ。", "ja", "いい,よ."),
        ("Tokyo 5", "ja", "tokyo 5"),
        ("<行|XING2>走", "zh", "<|SPECIAL_TOKEN_2|>XING2<|SPECIAL_TOKEN_2|>走"),
        ("a <read|r eh1 d> book", "en", "a <|SPECIAL_TOKEN_1|>R EH1 D<|SPECIAL_TOKEN_1|> book"),
        ("<今日|きょう>は", "ja", " きょう は"),
    ],
)
def test_text_is_written_for_its_language(text: str, language: str, expected: str) -> None:
    assert written(text, language, Normaliser()) == expected  # type: ignore[arg-type]


def test_without_a_normaliser_only_marks_change() -> None:
    assert written("他有3只CAT。", "zh", None) == "他有3只cat."


def test_another_language_is_refused() -> None:
    with pytest.raises(StudioError) as caught:
        written("Hallo", "de", None)  # type: ignore[arg-type]
    assert caught.value.code == "unknown_choice"


TEXTS = st.lists(
    st.sampled_from(["hello ", "w", "o, ", "你", "。", "! ", "<|SPECIAL_TOKEN_2|>NI3<|SPECIAL_TOKEN_2|>"]), max_size=25
).map("".join)


@given(TEXTS, st.integers(12, 40))
def test_segments_keep_the_text_the_limit_and_every_reading(text: str, longest: int) -> None:
    tokeniser = small()
    cut = segments(text, "zh", tokeniser, longest)
    assert "".join("".join(segment.text for segment in cut).split()) == "".join(text.split())
    tag = specials(256 + len(WORDS))["<|zh|>"]
    for segment in cut:
        assert segment.ids[0] == tag and segment.ids[-1] == 1
        assert len(segment.ids) <= longest
        assert segment.text.count("<|SPECIAL_TOKEN_2|>") % 2 == 0


def test_segments_end_at_punctuation_where_they_can() -> None:
    texts = [segment.text for segment in segments("hello, hello. hello hello! oo", "en", small(), 9)]
    assert texts == ["hello, hello.", "hello hello!", "oo"]


def test_a_limit_without_room_is_refused() -> None:
    with pytest.raises(StudioError) as caught:
        segments("hello", "en", small(), 3)
    assert caught.value.code == "out_of_range"
