"""The sets of written and spoken forms: every line is read right, or listed as a known mistake."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Literal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indextts.reading.text.normalise import normalise_line
from tests.support.growth import MOST, growth
from tests.support.known_mistakes import listed, only_known

DATA = Path(__file__).parents[2] / "data"
SIZES = {
    "zh": 300, "en": 200, "mixed": 100, "fresh_zh": 450, "fresh_en": 300, "fresh_mixed": 170, "classes_zh": 250,
    "classes_en": 340, "classes_mixed": 40, "first_zh": 100, "first_en": 100,
}  # fmt: skip
LANGS: dict[str, Literal["zh", "en", "auto"]] = {"zh": "zh", "en": "en", "mixed": "auto"}

PIECES = st.lists(
    st.sampled_from(
        ["&amp;", "<b>", "</b>", "**", "# ", "- ", "`", "[a](b.c)", "￥12,800.50元", "2:16:00", "IV", "第", "α", "10⁵",
         "±", "5km/h", "%", "-", "~", "/", ":", "3", "2024", "年", "月", "个", "😀", "👍🏽",
         "Dr. ", "X", "#", "@", "C#", "v1.2.3",
         "½", "Mon.-", "he/", "she", "1:30小时", "50元/", "100g", "|", "$", "\"", "M ", "₂", "⁺",
         "0x", "WWII", "、", ".",
         "半小时-", "～", "8.7/10", "08/08", "300w", "O2O", "$.01", "f'(x)", "(0,+∞)", "x - 1", "jul 25", "St.", "1st",
         "’90s",
         "million kg", "St", "IL 62704", "a.m.-", "dense.weight", "J. ", "至今", "110、", "i7-", "1,000,000,000,000",
         "1e5", "a_b.pdf", "192.168.1.1", "一", "两", " ", "\n", "。", "√", "(", ")", "GB", "110", "拨打", "Henry VIII",
         " / ", "Highway 101", "version 3.12", "(618-907)", "5 ft", "7 in", "&&", "公元前", "七场不败 积", "f/1.8"]
    ),
    max_size=16,
).map("".join)  # fmt: skip


def rows(name: str) -> list[tuple[str, str, set[str]]]:
    lines = (DATA / f"normalise_{name}.tsv").read_text(encoding="utf-8").splitlines()
    return [(kind, written, set(said.split("|"))) for kind, written, said in (line.split("\t") for line in lines)]


def bare(text: str) -> tuple[str, ...]:
    """What is compared where a set is written without blanks: letters and characters alone."""
    return tuple(re.sub(r"[^\w]|_", "", text).lower())


def words(text: str) -> tuple[str, ...]:
    """What is compared elsewhere: Chinese characters and whole English words, so that A I is not ai."""
    return tuple(re.findall(r"[a-z]+(?:'[a-z]+)*|[^\W_a-z]", text.lower().replace("’", "'")))


SPACED = {*(name for name in SIZES if name.endswith("en")), "classes_zh", "classes_mixed", "first_zh"}
"""The sets that have blanks between their words."""


def test_words_that_run_together_or_fall_apart_are_other_words() -> None:
    assert words("ninety A.I. files, don’t") == words("Ninety A I files don't") != words("ninety AI files don't")
    assert words("ni nety") != words("ninety") and words("两 百") == words("两百")


@pytest.mark.parametrize("name", list(SIZES))
def test_read_right(name: str) -> None:
    cases = rows(name)
    assert len(cases) >= SIZES[name]
    wrong, wanted = {}, {}
    for kind, written, said in cases:
        got = normalise_line(written, LANGS[name.rpartition("_")[2]])
        heard = words if name in SPACED else bare
        if heard(got) not in {heard(form) for form in said}:
            wrong[written], wanted[written] = got, f"{' or '.join(sorted(said))} ({kind})"
    only_known(f"normalise_{name}", wrong, wanted)


@settings(max_examples=300, deadline=None)
@given(PIECES, st.sampled_from(["zh", "en", "auto"]), st.booleans())
def test_whatever_is_put_together_comes_out_in_words(text: str, lang, emoji: bool) -> None:
    spoken = normalise_line(text, lang, emoji=emoji)
    assert not any(char in "0123456789²³½%‰℃" for char in spoken)
    assert "\n" not in spoken


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize(
    "piece",
    ["1", "0", "1,", "1-", "1:", "1/", "1.", "¥1", "1km/", "1²", "^1", "v1", "XIV", "<b ", "<!--", "&a", "**", "*a",
     "`a", "[a](", "![", "a@", "a.", "+86 ", "12:30 ", "😀", "α", "1e", "#", "| a ", "the in a ", "1、2个",
     "3/15-4/1", "21:19、", "1:2:3:", "Mon.-", "he/she/", "50元/100g", "10\" x ", "½", "1-2-", "|a", "2019.03-",
     "₂8", "1bps", "a/", "f(", "(1,", "1w", "1天-", "5 Main St ", "Jan-1-", "1 kg-", "$1-", "1’", "x - ",
     "12 oz ", "1 / 2 ", "好 ", "好好好好 ", "a && ", "a().b", "5 ft 7 in ", "(618-907)", "前100年-"],
)  # fmt: skip
def test_long_monotonous_lines_are_worked_through(piece: str, lang: Literal["zh", "en"]) -> None:
    assert growth(lambda text: normalise_line(text, lang), piece, 20_000) < MOST


@pytest.mark.parametrize("name", [name for name in SIZES if name.startswith("classes")])
def test_what_is_said_of_a_class_is_said_the_same_again(name: str) -> None:
    lang = LANGS[name.rpartition("_")[2]]
    for _, written, _ in rows(name):
        said = normalise_line(written, lang)
        if written in listed(f"normalise_{name}"):
            continue
        assert normalise_line(said, lang) == said


def test_emoji_are_dropped_or_read() -> None:
    assert normalise_line("加油💪！") == "加油！"
    assert normalise_line("太好了👍", emoji=True) == "太好了赞"
    assert normalise_line("Nice 🚀", emoji=True) == "Nice rocket"
    assert normalise_line("好🦖", emoji=True) == "好表情"


def test_markup_around_words_is_taken_out_and_the_words_stay() -> None:
    assert normalise_line("> **第2章**：`a`<br/>[官网](https://a.cn/1)") == "第二章：a 官网"
    assert normalise_line("2 * 3 * 4 = 24", "en") == "two times three times four equals twenty four"
    assert normalise_line("a < b, R&D; 5 &unknown; 6", "en").startswith("a is less than b")
