"""Emotions between the words: which brackets are marks, what they say, and what is refused."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indextts.model.errors import StudioError
from indextts.model.settings import EMOTIONS
from indextts.reading.markup import parse
from indextts.reading.markup.marked import NAMES, EmotionSpan, Marked
from indextts.studio.strings import STRINGS


def _stretches(text: str) -> tuple[str, list[tuple[int, str, float | None]]]:
    marked = parse(text)
    return marked.text, [(one.start, one.emotion, one.intensity) for one in marked.emotion_spans]


@pytest.mark.parametrize("name", [*EMOTIONS, *(STRINGS[f"emotion_{name}"].zh for name in EMOTIONS), "HAPPY"])
def test_every_name_is_understood(name: str) -> None:
    text, found = _stretches(f"一[{name}]二[/{name}]三")
    assert text == "一二三"
    assert found == [(1, NAMES[name.lower()], None), (2, "", None)]


@pytest.mark.parametrize(
    ("text", "plain", "found"),
    [
        ("[happy 0.8]好[/happy]", "好", [(0, "happy", 0.8), (1, "", None)]),
        ("[高兴: 1]好[/happy]了", "好了", [(0, "happy", 1.0), (1, "", None)]),
        ("[高興]好[/高兴]，[驚訝 0.4]啊[/驚訝]", "好，啊",
         [(0, "happy", None), (1, "", None), (2, "surprised", 0.4), (3, "", None)]),
        ("[悲傷]好[/sad]，[憤怒]啊[/憤怒]", "好，啊",
         [(0, "sad", None), (1, "", None), (2, "angry", None), (3, "", None)]),
        ("[ sad=.25 ]好[ /sad ]", "好", [(0, "sad", 0.25), (1, "", None)]),
        ("[happy]一[sad 0.1]二[/sad]三[/happy]四", "一二三四",
         [(0, "happy", None), (1, "sad", 0.1), (2, "happy", None), (3, "", None)]),
        ("[happy]一[/happy][happy]二[/happy]", "一二", [(0, "happy", None), (2, "", None)]),
        ("[happy]一[/happy][sad]二[/sad]", "一二", [(0, "happy", None), (1, "sad", None), (2, "", None)]),
        ("一[happy][/happy]二", "一二", []),
        ("<prosody rate='slow'>[happy]一</prosody>二[/happy]", "一二", [(0, "happy", None), (2, "", None)]),
        ("<speak>[happy]一 二[/happy]</speak>", "一 二", [(0, "happy", None), (3, "", None)]),
    ],
)  # fmt: skip
def test_stretches(text: str, plain: str, found: list[tuple[int, str, float | None]]) -> None:
    assert _stretches(text) == (plain, found)


@pytest.mark.parametrize(
    "text",
    [
        "[happy]今天",
        "[高兴][高兴]真好[哈哈]",
        "见 [sad] 与 [1]",
        "[b]粗[/b] [happy]",
        "[happyness]好[/happyness]",
        "[/结束]",
        "[happy",
        "[happy 很]好",
    ],
)
def test_prose_is_left_alone(text: str) -> None:
    assert parse(text) == Marked(text)


@pytest.mark.parametrize(
    ("text", "at", "tag", "says"),
    [
        ("[happy]好[/sad]", 9, "[/sad]", "no [sad] was opened"),
        ("好[/happy]", 2, "[/happy]", "no [happy] was opened"),
        ("[happy]一[sad]二[/happy]三[/sad]", 15, "[/happy]", "[/sad] must come first"),
        ("[happy]一[happy]二[/happy]", 1, "[happy]", "[/happy] is missing"),
        ("[happy]一[/hapy]", 1, "[happy]", "[/happy] is missing"),
        ("[happy]一[/]", 1, "[happy]", "[/happy] is missing"),
        ("[happy 0.5]一", 1, "[happy 0.5]", "[/happy] is missing"),
        ("[happy 2]一[/happy]", 1, "[happy 2]", "from 0 to 1"),
        ("[happy -0.1]一[/happy]", 1, "[happy -0.1]", "from 0 to 1"),
        ("<sub alias='x'>[happy]一[/happy]</sub>", 16, "[happy]", "is not allowed inside <sub>"),
        ("[happy]" * 11 + "一" + "[/happy]" * 11, 71, "[happy]", "at most 10 deep"),
    ],
)
def test_what_is_refused(text: str, at: int, tag: str, says: str) -> None:
    with pytest.raises(StudioError) as caught:
        parse(text)
    assert caught.value.code == "bad_markup"
    assert (caught.value.details["position"], caught.value.details["tag"]) == (at, tag)
    assert says in caught.value.localise("en")[0]
    assert any("\u4e00" <= char <= "\u9fff" for char in caught.value.localise("zh")[0])


PARTS = (
    "[", "]", "[/", "happy", "sad", "高兴", " ", "0.5", "3", "好", "。", "<", "b", "[happy]", "[/happy]", "[sad]",
    "[/sad]",
)  # fmt: skip


@given(st.lists(st.sampled_from(PARTS), max_size=16).map("".join))
def test_any_brackets_are_marks_prose_or_refused(text: str) -> None:
    try:
        marked = parse(text)
    except StudioError as error:
        assert error.code == "bad_markup"
        return
    starts = [span.start for span in marked.emotion_spans]
    assert starts == sorted(set(starts))
    assert all(0 <= start <= len(marked.text) for start in starts)
    assert all(isinstance(span, EmotionSpan) for span in marked.emotion_spans)
    assert not marked.emotion_spans or marked.emotion_spans[-1].emotion == ""
