"""Classical Chinese is found sentence by sentence, is shown, and can be asked for."""

from __future__ import annotations

from pathlib import Path

import pytest

from indextts.model.errors import StudioError
from indextts.model.settings import SETTINGS
from indextts.model.utterance import Segment
from tests.support.segments import annotated

CASES = Path(__file__).parents[3] / "data" / "classical_classes.tsv"


def read(text: str, register: str = "auto") -> list[Segment]:
    return annotated(text, register=register).segments


def test_classical_lines_are_found_and_read_so() -> None:
    lines = [line.split("\t") for line in CASES.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    assert len(lines) >= 45
    wrong = []
    for text, place, wanted in lines:
        segments = read(text)
        tokens = {token.start: token for segment in segments for token in segment.tokens}
        said = tokens[int(place)].reading
        full = said == wanted or (wanted[-1] == "3" and said == wanted[:-1] + "2")
        if not full or any(segment.register != "classical" for segment in segments):
            wrong.append((text, place, wanted, said, [segment.register for segment in segments]))
    assert not wrong


@pytest.mark.parametrize(
    "text",
    [
        "他的态度很好，大家都喜欢他。", "公司将于本周发布公告。", "消费者可以申请退款。", "这是何等的勇气！",
        "他以自己的方式表达了不满。", "记者从会上获悉。", "张先生是一名爱好者。", "不好，要下大雨了。",
        "人无完人，金无足赤。", "他几乎哭了，似乎很在乎。",
    ],
)  # fmt: skip
def test_modern_lines_are_modern(text: str) -> None:
    assert {segment.register for segment in read(text)} == {"modern"}


def test_a_reading_says_that_it_is_classical() -> None:
    (segment,) = read("夫战，勇气也。")
    assert (segment.tokens[0].reading, segment.tokens[0].reading_source) == ("fu2", "classical")
    assert "fu1" in segment.tokens[0].alternatives


def test_a_sentence_goes_with_a_classical_one_beside_it() -> None:
    assert [one.register for one in read("山有小口。太守曰：此何故也？")] == ["classical", "classical"]
    assert [one.register for one in read("山有小口。")] == ["modern"]


def test_who_asks_for_a_register_gets_it() -> None:
    assert read("夫战，勇气也。", "modern")[0].tokens[0].reading == "fu1"
    assert read("天雨雪", "modern")[0].tokens[1].reading != "yu4"
    forced = read("夫人以食马", "classical")[0]
    assert forced.register == "classical"
    with pytest.raises(StudioError) as refused:
        SETTINGS["register"].check("poetic")
    assert refused.value.code == "unknown_choice"


def test_idioms_in_modern_sentences_keep_their_readings() -> None:
    cases = [("他不亦乐乎地笑着。", 3, "le4"), ("丈夫说他明天来。", 1, "fu5"), ("大雨如注。", 1, "yu3")]
    for text, place, reading in cases:
        tokens = {token.start: token for segment in read(text) for token in segment.tokens}
        assert tokens[place].reading == reading, text


@pytest.mark.parametrize(
    "text", ["善哉。", "“善哉。”他合掌说。", "何以？好。", "未之有。", "说曰：善。吾往矣。", "善。吾往矣。"]
)
def test_a_line_of_three_characters_or_fewer_says_too_little_to_be_classical(text: str) -> None:
    assert {segment.register for segment in read(text)} == {"modern"}


@pytest.mark.parametrize("text", ["善哉善哉。", "非也，非也。", "此言差矣。"])
def test_four_characters_may_be_enough(text: str) -> None:
    assert {segment.register for segment in read(text)} == {"classical"}


CLASSICAL_LINE, PLAIN, MODERN_LINE = "太守曰：此何故也？", "山有小口。", "他们都已经来了。"


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ((PLAIN, CLASSICAL_LINE), "cc"), ((CLASSICAL_LINE, PLAIN), "cc"), ((PLAIN, PLAIN, CLASSICAL_LINE), "mcc"),
        ((CLASSICAL_LINE, PLAIN, PLAIN), "ccm"), ((MODERN_LINE, CLASSICAL_LINE), "mc"),
        ((CLASSICAL_LINE, MODERN_LINE, CLASSICAL_LINE), "cmc"), ((PLAIN, MODERN_LINE), "mm"),
        ((MODERN_LINE, PLAIN, CLASSICAL_LINE), "mcc"), ((PLAIN,) * 3, "mmm"), ((CLASSICAL_LINE,), "c"),
    ],
)  # fmt: skip
def test_a_line_that_says_little_goes_with_the_classical_one_right_beside_it(
    lines: tuple[str, ...], expected: str
) -> None:
    assert "".join(one.register[:1] for one in read("".join(lines))) == expected


@pytest.mark.parametrize("register", ["classical", "modern"])
def test_what_is_asked_for_holds_for_every_line(register: str) -> None:
    assert {one.register for one in read(PLAIN + CLASSICAL_LINE + MODERN_LINE, register)} == {register}


@pytest.mark.parametrize(
    ("text", "register"),
    [
        ("太守曰此何故也。", "classical"), ("Tom曰此何故也。", "modern"), ("太守曰：善，然之。", "classical"),
        ("曰此山。", "modern"), ("曰此山水。", "classical"), ("曰花草鸟。", "modern"),
        ("吾曰此山。", "classical"), ("他曰此何故也。", "classical"),
        ("他们的朋友曰此何故也。", "modern"),
    ],
)  # fmt: skip
def test_signs_of_a_line_are_weighed_against_each_other(text: str, register: str) -> None:
    assert {one.register for one in read(text)} == {register}
