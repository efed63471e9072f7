"""Fields of models: what is refused, in which words, and how they are described."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import jsonschema_rs
import pytest
from pydantic import Field

from indextts.model.errors import StudioError
from indextts.model.fields import Flag, Given, Name, Number, OneLine, Text, Whole, absent, check, schemas_of

Person = Annotated[str, OneLine(8, needed=True, barred="?")]


class Part(Given):
    """A part."""

    pause_s: Annotated[float, Number(0.5, 9)] = 2.0
    title: Annotated[str, OneLine(8)] = absent


class Made(Given):
    """All of it."""

    norm: Literal["", "none", "acx"] = "none"
    count: Annotated[int, Whole(1, 5)] = 1
    revision: Annotated[int, Whole(1)] = absent
    titles: Flag = True
    job: Annotated[str, Name("[a-z]{2}", "the id of a job", "任务的标识")] | None = None
    text: Annotated[str, Text(5, plain=True), Field(description="What is said.")] = ""
    parts: Annotated[list[Part], Field(max_length=2)] = absent
    cast: Annotated[dict[Person, Part | None], Field(max_length=2)] = absent


GOOD: list[dict[str, Any]] = [
    {},
    {"norm": "", "count": 2.0, "titles": False, "job": None},
    {"job": "ab", "text": "天黑了。\n", "parts": [{"title": " a  b "}, {}]},
    {"cast": {"老人": {"pause_s": 1}, "小 明": None}, "revision": 10**12},
    {"parts": [{"title": " "}, {"title": ""}], "cast": {"👍\ufe0f": {}, "a\u200d": {}}},
]
BAD: list[tuple[Any, str, str]] = [
    ({"norm": "loud"}, "norm: it should be one of none, acx.", "norm：可用的有 none, acx。"),
    ({"norm": {}}, "norm: it should be one of none, acx.", "norm：可用的有 none, acx。"),
    ({"count": 6}, "count: it should be a whole number from 1 to 5.", "count：应为 1 到 5 之间的整数。"),
    ({"count": 1.5}, "count: it should be a whole number from 1 to 5.", ""),
    ({"count": True}, "count: it should be a whole number from 1 to 5.", "count：应为 1 到 5 之间的整数。"),
    ({"revision": 0}, "revision: it should be a whole number from 1 on.", "revision：应是从 1 起的整数。"),
    ({"titles": "yes"}, "titles: it should be true or false.", "titles：应是 true 或 false。"),
    ({"job": "../"}, "job: it should be the id of a job.", "job：应是任务的标识。"),
    ({"text": 5}, "text: it should be a string.", "text：应是文字。"),
    ({"parts": {}}, "parts: it should be a list.", "parts：应是列表。"),
    ({"parts": [{}, {}, {}]}, "parts: it should have at most 2 entries.", "parts：最多 2 项。"),
    ({"parts": [{"pause_s": 40}]}, "pause_s: it should be a number from 0.5 to 9.", ""),
    ({"parts": [{"title": "a\nb"}]}, "title: it should be a line of at most 8 characters.", ""),
    ({"parts": [7]}, "parts: it should be a table of names and values.", "parts：应是名称与值的表。"),
    ({"parts": [{"hat": 1}]}, "hat: there is no such field; available: pause_s, title.", ""),
    ({"cast": {" ? ": {}}}, "?: it should be a line of at most 8 characters, and not empty, and not “?”.", ""),
    ({"cast": {"": {}}}, ": it should be a line of at most 8 characters, and not empty, and not “?”.", ""),
    ({"parts": [{"title": "\u200d "}]}, "title: it should be a line of at most 8 characters that can be seen.", ""),
    ({"parts": [{"title": "\u2066\ufeff"}]}, "", "title：应为不超过 8 个字的一行文字，且须有可见字符。"),
    ({"cast": {"\u3164\ufe0f": {}}}, "", "\u3164\ufe0f：应为不超过 8 个字的一行文字，且须有可见字符，且不能是“?”。"),
    ({"parts": [{"title": "\U000e0041"}]}, "title: it should be a line of at most 8 characters that can be seen.", ""),
    ([], "body: it should be a table of names and values.", "body：应是名称与值的表。"),
]  # fmt: skip


@pytest.mark.parametrize(("given", "english", "chinese"), BAD)
def test_what_cannot_be_is_refused_in_both_languages(given: Any, english: str, chinese: str) -> None:
    with pytest.raises(StudioError) as told:
        check(Made, given)
    assert (told.value.code, told.value.status) == ("invalid_value", 422)
    assert not english or told.value.localise("en")[0] == english
    assert not chinese or told.value.localise("zh")[0] == chinese


@pytest.mark.parametrize("given", GOOD)
def test_only_what_was_given_is_told_and_stored(given: dict[str, Any]) -> None:
    kept = check(Made, given).given()
    assert kept.keys() == given.keys() and check(Made, kept).given() == kept


def test_values_are_made_canonical_and_defaults_are_the_models() -> None:
    kept = check(Made, {"count": 2.0, "parts": [{"title": " a  b ", "pause_s": 1}]})
    assert (kept.count, kept.parts[0].title, kept.norm, kept.parts[0].given()) == (
        *(2, "a b", "none"),
        {"title": "a b", "pause_s": 1.0},
    )
    assert check(Made, {"text": "a\r\nb"}).text == "a\nb"


@pytest.mark.parametrize(("text", "code"), [("123456", "text_too_long"), ("\0", "text_invalid")])
def test_an_error_of_its_own_passes_through(text: str, code: str) -> None:
    with pytest.raises(StudioError) as told:
        check(Made, {"text": text, "count": 9})
    assert told.value.code == code


@pytest.mark.parametrize("given", [{"\ud800": 1}, {"cast": {"\ud800": {}}}, {"norm": "\ud800"}, {"job": "\ud800"}])
def test_what_is_no_text_is_refused_like_anything_else(given: dict[str, Any]) -> None:
    with pytest.raises(StudioError) as told:
        check(Made, given)
    assert told.value.code == "invalid_value" and told.value.localise("zh")[0].encode()


def test_what_another_version_stored_is_read() -> None:
    assert Part.stored({"title": "a", "smell": "roses"}) == check(Part, {"title": "a"})


def test_the_schema_allows_what_is_taken_and_bars_what_is_refused() -> None:
    described = schemas_of(Made, "#/$defs/")
    validator = jsonschema_rs.validator_for({"$ref": "#/$defs/Made", "$defs": described})
    assert all(map(validator.is_valid, GOOD))
    assert not any(validator.is_valid(given) for given, _, _ in BAD)
    assert "default" not in str(described) and described["Made"]["properties"]["text"]["description"]
